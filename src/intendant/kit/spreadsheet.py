"""Tables as CSV (RFC 4180, UTF-8) that spreadsheets can open safely."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

CSV_TYPE = "text/csv; charset=utf-8"
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def encode_lines(lines: Iterable[Iterable[object]]) -> bytes:
    """Return lines of cells as CSV: moments in ISO 8601, None as an empty cell, and nothing that would run as a formula."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([_cell(value) for value in line] for line in lines)
    return written.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    # A spreadsheet would run a cell that begins like a formula; an apostrophe makes it text.
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value
