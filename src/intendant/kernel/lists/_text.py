"""Entries as a person pastes or uploads them: one value a line, or CSV with a header."""

import csv
import io
from datetime import datetime

from intendant.kernel.lists._entries import ADDED_AT_ONCE_MAX, Given, Rejected
from intendant.kernel.lists._lists import ListInvalid
from intendant.kit.spreadsheet import FORMULA_BEGINNINGS

COLUMNS = frozenset({"value", "expires_at", "reason"})


def parse_entries(text: str, *, expires_at: datetime | None = None) -> tuple[list[Given], list[Rejected]]:
    """Read entries and tell of the lines that are none; raises ListInvalid where there are too many.

    CSV has a header with `value` and perhaps `expires_at` and `reason`, such as our own export; other columns are passed over.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > ADDED_AT_ONCE_MAX + 1:
        raise ListInvalid(
            f"More than {ADDED_AT_ONCE_MAX} lines at once.", field="text", remedy="Send them in several parts."
        )
    header = [cell.strip().lower() for cell in next(csv.reader(lines[:1]), [])]
    if "value" not in header:
        plain = [(at, line.strip()) for at, line in enumerate(lines, start=1)]
        return [Given(_cell(line), expires_at, "", at) for at, line in plain if line], []
    found: list[Given] = []
    rejected: list[Rejected] = []
    reader = csv.DictReader(io.StringIO("\n".join(lines[1:])), fieldnames=header)
    try:
        for row in reader:
            at, value = reader.line_num + 1, _cell((row.get("value") or "").strip())
            written = (row.get("expires_at") or "").strip()
            try:
                until = datetime.fromisoformat(written) if written else expires_at
            except ValueError:
                until = None
            if written and (until is None or until.tzinfo is None):
                rejected.append(Rejected(at, value[:100], "has an expires_at that is no time with its zone"))
            else:
                found.append(Given(value, until, row.get("reason") or "", at))
    except csv.Error as error:
        raise ListInvalid(
            f"Line {reader.line_num + 1} is no CSV: {error}.",
            field="text",
            remedy="Send one value a line, or sound CSV.",
        ) from error
    return found, rejected


def _cell(value: str) -> str:
    # Our export keeps spreadsheets from running a value by an apostrophe before it.
    return value[1:] if value[:1] == "'" and value[1:].startswith(FORMULA_BEGINNINGS) else value
