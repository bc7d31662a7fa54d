"""How a value is written on a list: two spellings of the same address or number must meet."""

import unicodedata
from datetime import date
from decimal import Decimal

VALUE_LENGTH_MAX = 500


def normalized(value: object) -> str | None:
    """Return the form in which a value is kept and compared: trimmed, composed and case-folded; None for what has none.

    Numbers and days are compared by their plain text. Lists and truth values stand on no list.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", value.strip()).casefold())
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, date):
        text = value.isoformat().casefold()
    elif isinstance(value, float | Decimal):
        number = Decimal(str(value))
        if not number.is_finite():
            return None
        text = f"{number.normalize():f}"
    else:
        return None
    # What the database cannot hold stands on no list.
    return text if 1 <= len(text) <= VALUE_LENGTH_MAX and "\x00" not in text else None
