"""Write cells of CSV files that a spreadsheet program will not take for formulas."""

from __future__ import annotations

from ._values import looks_numeric

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def escape_cell(value: object) -> str:
    """Write one cell for a CSV export: text that would start a formula gets a leading quote, numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    if not text.startswith(_FORMULA_STARTS):
        return text
    if not isinstance(value, str) or (text[0] in "+-" and len(text) > 1 and looks_numeric(text)):
        return text
    return "'" + text
