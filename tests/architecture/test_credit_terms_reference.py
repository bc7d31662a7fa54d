"""The reference of credit terms is in step with the code: every field, its default, its words and its bounds."""

import re
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from tests.architecture.source import ROOT

from intendant.domains.lending import credit_terms
from intendant.domains.lending.credit_terms import BandedRate, CreditTerms, FixedRate, IndexRate
from intendant.domains.lending.credit_terms_json import credit_terms_faults, dump_credit_terms, parse_credit_terms
from intendant.domains.lending.credit_terms_words import RATE_KINDS, WORDS
from intendant.domains.lending.terms import FEES_MAX, Every, Portion, Rounding

TEXT = (ROOT / "docs/reference/credit-terms.md").read_text()
ROWS = {path: (default, bounds) for path, default, bounds in re.findall(
    r"^\| `([^`]+)` \| .*? \| (required|`[^`]*`) \| ?(.*?) ?\|$", TEXT, re.MULTILINE
)}  # fmt: skip
LEAST: dict[str, Any] = {
    "amounts": {"minimum": "500", "maximum": "5000"},
    "terms": {"minimum": 6, "maximum": 24},
    "rate": {"kind": "fixed", "rate": "9"},
}
RATES: dict[type, dict[str, Any]] = {
    FixedRate: LEAST["rate"],
    BandedRate: {"kind": "bands", "bands": [{"name": "A", "rate": "9", "up_to_probability_of_default": "0.2"}]},
    IndexRate: {"kind": "index", "index": "sofr", "margin": "4"},
}
FULL: dict[str, Any] = {
    **LEAST,
    "fees": [{"name": "Origination", "when": "disbursement", "portion": {"value": "2", "base": "principal"}}],
    "balloon": {"value": "10", "base": "principal"},
    "conditions": [{"key": "identity", "label": "Identity document"}],
}
PLACES = {"portion": ("balloon",)}
"""Where a shape that is described once is tried."""


def _paths(kind: Any, under: str) -> dict[str, tuple[Any, Any]]:
    """Return every place of a value with its type and its default (MISSING where it must be stated)."""
    found: dict[str, tuple[Any, Any]] = {}
    hints = get_type_hints(kind)
    for each in fields(kind):
        if not each.metadata.get("written", True):
            continue
        default = each.default if each.default_factory is MISSING else each.default_factory()
        place, hint = f"{under}{each.name}", hints[each.name]
        if isinstance(hint, UnionType) and type(None) in get_args(hint):
            hint = next(one for one in get_args(hint) if one is not type(None))
        if hint == credit_terms.Rate:
            found[f"{place}.kind"] = (str, MISSING)
            for one in get_args(hint):
                found |= _paths(one, f"{place}.")
        elif get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
            found |= _paths(get_args(hint)[0], f"{place}[].")
        elif is_dataclass(hint) and hint not in (Every, Portion) and not (hint is Rounding and default is None):
            found |= _paths(hint, f"{place}.")
        else:
            found[place] = (hint, default)
    return found


PATHS = _paths(CreditTerms, "") | _paths(Portion, "portion.")


def _written(value: Any) -> str:
    if value is MISSING:
        return "required"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None:
        return "`null`"
    if isinstance(value, tuple):
        return f"`{', '.join(value)}`" if value else "`[]`"
    return f"`{value.value if isinstance(value, StrEnum) else value}`"


def test_the_reference_has_a_row_for_every_field_and_no_other() -> None:
    assert set(ROWS) == set(PATHS)


def test_the_reference_states_the_defaults_that_hold() -> None:
    assert {path: default for path, (default, _) in ROWS.items()} == {
        path: _written(default) for path, (_, default) in PATHS.items()
    }
    # What a product leaves out is what its dump then shows.
    dumped = dump_credit_terms(parse_credit_terms(LEAST, currency="USD", loss_share=0.6))
    assert dumped["allocation"]["excess"] == ROWS["allocation.excess"][0].strip("`")
    assert dumped["offer"]["valid_days"] == int(ROWS["offer.valid_days"][0].strip("`"))


def test_the_reference_names_every_word() -> None:
    words = {word for kind in (*WORDS.values(), RATE_KINDS) for word in kind}
    assert not [word for word in sorted(words) if f"`{word}`" not in TEXT and f"`{word}," not in TEXT]


def test_the_reference_states_how_many_there_may_be() -> None:
    assert ROWS["terms.allowed"][1].startswith(f"at most {credit_terms.ALLOWED_TERMS_MAX},")
    assert ROWS["rate.bands[].name"][1] == f"1 to {credit_terms.BANDS_MAX} bands"
    assert ROWS["fees[].name"][1] == f"at most {FEES_MAX} fees"
    assert ROWS["conditions[].key"][1].startswith(f"at most {credit_terms.CONDITIONS_MAX};")


def _beyond() -> list[Any]:
    cases = []
    for path, (_, bounds) in ROWS.items():
        if found := re.fullmatch(r"(-?\d+) to (\d+)( percent)?", bounds):
            cases += [(path, Decimal(found[1]) - 1), (path, Decimal(found[2]) + 1)]
        elif found := re.match(r"from (\d+)", bounds):
            cases.append((path, Decimal(found[1]) - 1))
        elif bounds.startswith("above 0"):
            cases.append((path, Decimal(0)))
        elif found := re.match(r"(\d+) to (\d+) units", bounds):
            cases += [(path, f"{int(found[1]) - 1}d"), (path, f"{int(found[2]) + 1}d")]
    return cases


@pytest.mark.parametrize(("path", "value"), _beyond())
def test_what_lies_beyond_a_stated_bound_is_refused(path: str, value: Any) -> None:
    rate = next((kind for kind in RATES if path.startswith("rate.") and path in _paths(kind, "rate.")), FixedRate)
    within: Any = deepcopy(FULL) | {"rate": deepcopy(RATES[rate])}
    assert not list(credit_terms_faults(within))
    shape, _, rest = path.partition(".")
    at: Any = within
    *way, last = re.split(r"\.", ".".join([*PLACES[shape], rest]) if shape in PLACES else path)
    for name in way:
        at = at.setdefault(name.removesuffix("[]"), {})
        at = at[0] if name.endswith("[]") else at
    at[last] = int(value) if PATHS[path][0] is int else str(value)
    assert list(credit_terms_faults(within)), f"{path} takes {value}"


def test_every_bound_that_is_a_range_is_tried() -> None:
    assert len(_beyond()) >= 30
