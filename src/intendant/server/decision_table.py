"""Decisions as a CSV table: which columns it has."""

from collections.abc import Mapping, Sequence
from typing import Any

from intendant.kit.spreadsheet import encode_lines

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


def header() -> bytes:
    """Return the first line: the names of the columns."""
    return encode_lines([COLUMNS])


def encode_rows(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return one line for each row; what a row does not tell is an empty cell."""
    return encode_lines([row.get(name) for name in COLUMNS] for row in rows)
