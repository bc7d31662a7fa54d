"""Decisions as a CSV table that spreadsheets can open safely."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

CSV_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "id",
    "decided_at",
    "recorded_at",
    "kind",
    "component",
    "reference",
    "subject_id",
    "action",
    "verdict",
    "would",
    "confidence",
    "amount",
    "decided_by",
    "model_version",
    "policy_version",
    "answers",
    "summary",
)
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def header() -> bytes:
    """Return the first line: the names of the columns."""
    return _written([COLUMNS])


def encode_rows(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return one line for each row; what a row does not tell is an empty cell."""
    return _written([[_cell(row.get(name)) for name in COLUMNS] for row in rows])


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    # A spreadsheet would run a cell that begins like a formula; an apostrophe makes it text.
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value


def _written(lines: Sequence[Sequence[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(lines)
    return written.getvalue().encode()
