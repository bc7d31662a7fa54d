"""What the text of a cell means: missing, a number in any usual notation, a date, a truth value, or just text."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pyarrow as pa

MISSING: Final = frozenset(
    {"", "?", "-", "--", ".", "na", "n/a", "#n/a", "nan", "#nan", "-nan", "null", "<null>", "\\n", "(null)", "<na>"}
    | {"none", "nil", "#value!", "#div/0!", "#ref!", "not available", "k.a.", "k. a.", "keine angabe", "missing"}
)
SIGNS: Final = frozenset({"+", "-"})
TRUE_WORDS: Final = frozenset({"yes", "y", "true", "t", "ja", "j", "oui", "si", "sí", "sim", "s", "wahr", "x", "on"})
FALSE_WORDS: Final = frozenset({"no", "n", "false", "f", "nein", "non", "não", "nao", "falsch", "nee", "off"})
UNITS: Final = (
    r"months?|mos?|mths?|years?|yrs?|weeks?|days?|monate?n?|jahre?n?|tage?n?|mois|ans?|meses|mes|años?|maanden"
)
_CURRENCIES: Final = (
    r"[$€£¥₹₽₩₺₫฿₦₴]|us\$|r\$|a\$|c\$|nt\$|hk\$|usd|eur|gbp|chf|jpy|inr|aud|cad|nzd|sek|nok|dkk|pln|czk|huf|ron|brl|mxn|zar"
    r"|try|cny|rmb|twd|sgd|hkd|rs\.?|kr\.?|zł|kč|fr\.?"
)
_STRIPPED: Final = rf"(?i)^({_CURRENCIES})\s*|\s*({_CURRENCIES})$|\s*%$|\s*\b({UNITS})$"
_CURRENCY_AFTER_SIGN: Final = rf"(?i)^([-+])\s*({_CURRENCIES})\s*"
_GROUP_BLANKS: Final = "(\\d)[ \u00a0\u202f\u2009'’](\\d{3})"
NUMBER: Final = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?$"
_NUMERIC_LOOK: Final = (
    rf"^[-+(]?\s*({_CURRENCIES})?\s*[-+]?[.,]?\d[\d.,'’\s]*(e[-+]?\d{{1,3}})?-?\s*(%|{_CURRENCIES}|{UNITS})?\)?$"
)
_EUROPEAN: Final = r"^[-+]?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3}){2,})$"
_ENGLISH: Final = r"^[-+]?(\d{1,3}(,\d{3})+\.\d*|\d+\.(\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(,\d{2,3})+,\d{3}(\.\d*)?)$"
EUROPEAN_PATTERN: Final = re.compile(r"^[-+]?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|0,\d+)$")
_DOT_GROUPS: Final = r"^[-+]?\d{1,3}(\.\d{3})*$"

DATE_FORMATS: Final = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M",
    "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%y",
    "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y", "%d/%m/%y", "%m/%d/%y %H:%M", "%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%d-%b-%y",
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b-%Y", "%b-%y", "%B %Y", "%Y-%m", "%m/%Y", "%m.%Y",
    "%d%b%Y", "%d%b%Y:%H:%M:%S",
)  # fmt: skip
_DATE_LIKE: Final = re.compile(r"^(?=.*\d)[\dA-Za-z]{1,9}[-/. ,:][\dA-Za-z]{1,9}|^\d{1,2}[A-Za-z]{3}\d{4}")


def parse_number(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read one number as people write it: '1.234,50 €', '$1,200', '12 %', '(300)', '36 months'; None if it is none."""
    import pyarrow as pa

    normal = normalize_numbers(pa.array([text.strip()], type=pa.string()), decimal_comma=decimal_comma)[0].as_py()
    if normal is None:
        return None
    value = float(normal)
    return value if math.isfinite(value) else None


def normalize_numbers(values: pa.Array, *, decimal_comma: bool = False) -> pa.Array:
    """Rewrite numbers in any notation to plain digits with a point; what is no number becomes null.

    Point and comma are told apart by all values together: '1,5' makes the comma a decimal mark, '1,200.50' makes it a
    separator of thousands, and where nothing tells ('1,200') `decimal_comma` of the whole file decides.
    """
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(values, "^[−–]", "-")
    text = pc.replace_substring_regex(text, r"^\((.*)\)$", r"-\1")
    text = pc.replace_substring_regex(text, r"^([^-]*\d)-$", r"-\1")
    text = pc.replace_substring_regex(text, _CURRENCY_AFTER_SIGN, r"\1")
    text = pc.replace_substring_regex(text, _STRIPPED, "")
    for _ in range(
        2
    ):  # a match eats the digit that the next group needs, so every second group waits for a second turn
        text = pc.replace_substring_regex(text, _GROUP_BLANKS, r"\1\2")
    if _is_european(text, decimal_comma=decimal_comma):
        text = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    else:
        grouped = pc.match_substring_regex(text, r"^[-+]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$")
        text = pc.if_else(grouped, pc.replace_substring(text, ",", ""), text)
    return pc.if_else(pc.match_substring_regex(text, NUMBER), text, None)


def _is_european(text: pa.Array, *, decimal_comma: bool) -> bool:
    import pyarrow.compute as pc

    european = pc.sum(pc.match_substring_regex(text, _EUROPEAN)).as_py() or 0
    english = pc.sum(pc.match_substring_regex(text, _ENGLISH)).as_py() or 0
    if european or english:
        return bool(european > english)
    if not decimal_comma:
        return False
    # In a file with decimal commas, '12.500' beside '950' is twelve thousand five hundred, unless it is plainly not.
    commas = pc.any(pc.match_substring(text, ",")).as_py()
    dots = pc.all(pc.match_substring_regex(text, _DOT_GROUPS)).as_py()
    return bool(commas or dots)


def looks_numeric(text: str) -> bool:
    """Tell quickly whether a text reads like a number; `parse_number` is the one that knows."""
    return len(text) <= 40 and re.match(_NUMERIC_LOOK, text.strip(), re.IGNORECASE) is not None


def find_date_format(sample: list[str], *, day_first: bool) -> str | None:
    """Find the format that reads at least nine tenths of a sample of distinct texts; `day_first` settles 03/04/2020."""
    import pandas as pd

    likely = sum(bool(_DATE_LIKE.match(text)) for text in sample)
    if not sample or likely < 0.9 * len(sample):
        return None
    texts = pd.Series(sample, dtype="str")
    best, best_share = None, 0.9
    formats = sorted(DATE_FORMATS, key=lambda form: form.startswith("%m")) if day_first else list(DATE_FORMATS)
    for form in formats:
        share = float(parse_dates(texts, form).notna().mean())
        if share > best_share or (best is None and share >= best_share):
            best, best_share = form, share
        if share == 1.0:
            break
    return best


def parse_dates(texts: pd.Series[str], form: str) -> pd.Series[pd.Timestamp]:
    """Read dates of one format as UTC without zone; what does not fit becomes NaT, two-digit years end in 2050."""
    import pandas as pd

    dates = pd.to_datetime(texts, format=form, errors="coerce", utc=True).dt.tz_localize(None).astype("datetime64[us]")
    if "%y" in form:
        dates = dates.where(~(dates.dt.year > 2050), dates - pd.DateOffset(years=100))
    return dates


if TYPE_CHECKING:
    import pandas as pd
