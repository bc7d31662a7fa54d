"""Find out how a delimited text is laid out: which delimiter, where the rows begin, whether the first is a header."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from ._values import EUROPEAN_PATTERN, MISSING, find_date_format, looks_numeric
from ._vocabulary import is_known_name

CANDIDATES = ("\t", ";", "|", ",", "^", "~", "\x01")
WHITESPACE = " "
SAMPLE_ROWS_MAX = 300
SAMPLE_CHARACTERS_MAX = 200_000
_SEPARATOR_LINE = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How the rows are written; `skipped` lines stand before the header or, without one, before the first row."""

    delimiter: str
    column_count: int
    skipped: int
    header: list[str] | None
    decimal_comma: bool

    @property
    def lines_before_data(self) -> int:
        """How many lines precede the first row of data."""
        return self.skipped + (self.header is not None)


def split_line(line: str, delimiter: str) -> list[str]:
    """Split one line; a run of blanks counts as one when the delimiter is the blank."""
    if delimiter == WHITESPACE:
        line = re.sub(r"[ \t]+", " ", line.strip())
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond the reader's own limit: the row will not have the right number of cells
        return [line]


def sniff_layout(lines: list[str], *, header: bool | None = None, delimiter: str | None = None) -> Layout:
    """Tell the layout from the first lines of a text. `header` and `delimiter` overrule the guess."""
    start = 0
    forced = delimiter
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start < len(lines) and (match := _SEPARATOR_LINE.match(lines[start].strip())):
        forced, start = forced or match.group(1), start + 1
    width = max((len(line) for line in lines[start : start + 5]), default=1)
    body = lines[start : start + max(20, min(SAMPLE_ROWS_MAX, SAMPLE_CHARACTERS_MAX // max(width, 1)))]
    delimiter = forced or _delimiter([line for line in body if line.strip()])
    rows = [split_line(line, delimiter) if line.strip() else [] for line in body]
    counts = Counter(len(row) for row in rows if row)
    column_count = max(counts, key=lambda width: (counts[width], width)) if counts else 1
    first = _first_row(rows, column_count)
    following = [row for row in rows[first + 1 :] if len(row) == column_count]
    candidate = rows[first] if rows else []
    if len(candidate) == column_count - 1 and following:
        candidate = ["row_name", *candidate]  # tables written by R name every column but the first
    if (
        header is not False
        and len(rows) > first + 1
        and has_second_header(candidate, [rows[first + 1], *following[1:]])
    ):
        candidate, first, following = rows[first + 1], first + 1, following[1:]
    named = header if header is not None else looks_like_header(candidate, following)
    cells = [cell.strip() for row in following[:100] for cell in row]
    decimal_comma = delimiter != "," and any(EUROPEAN_PATTERN.match(cell) for cell in cells)
    names = [name.strip().lstrip("#").strip().strip("'\"") for name in candidate] if named else None
    return Layout(delimiter, column_count, start + first, names, decimal_comma)


def has_second_header(first: list[str], below: list[list[str]]) -> bool:
    """Tell whether two lines of names stand above the data, as in spreadsheets of some archives; the later one counts."""
    if len(below) < 3 or len(below[0]) != len(first):
        return False
    no_numbers = not any(looks_numeric(cell) for cell in [*first, *below[0]])
    numbers_below = any(looks_numeric(cell) for cell in below[1])
    return no_numbers and numbers_below and looks_like_header(below[0], below[1:])


def looks_like_header(first: list[str], following: list[list[str]]) -> bool:
    """Tell whether a row names the columns: no numbers in it, other in kind than what is below, or known names."""
    filled = [cell.strip() for cell in first]
    if not any(filled):
        return False
    numbers = sum(looks_numeric(cell) for cell in filled)
    known = sum(is_known_name(cell) for cell in filled)
    if numbers > 0.2 * len(filled) or (numbers and not known):
        return False
    if not following:
        return known > 0 or all(re.match(r"^[A-Za-zÀ-ÿ_][\w .()/-]*$", cell) for cell in filled)
    votes = 2.0 * known if known else 0.0
    if len(set(filled)) < len(filled) and len(filled) - len(set(filled)) > 0.3 * len(filled):
        votes -= 1
    for position, cell in enumerate(filled):
        column = [row[position].strip() for row in following if position < len(row)]
        column = [value for value in column if value.lower() not in MISSING or (value == "-" and "+" in column)]
        if not column or not cell:
            continue
        numeric = sum(looks_numeric(value) for value in column) / len(column)
        if numeric >= 0.9:
            votes += 1 if not looks_numeric(cell) and cell.lower() not in MISSING else -1
        elif cell in column:
            votes -= 2
        elif find_date_format(column[:50], day_first=True):
            votes += -1 if find_date_format([cell], day_first=True) else 1
        elif len(column) >= 20 and len(set(column)) <= 0.2 * len(column):
            votes += 0.5
    return votes > 0


def _delimiter(lines: list[str]) -> str:
    best, best_score = "", 0.0
    for candidate in CANDIDATES:
        widths = [len(split_line(line, candidate)) for line in lines]
        common = Counter(width for width in widths if width > 1).most_common(1)
        if not common:
            continue
        width, hits = common[0]
        agreement = hits / len(widths)
        # A text column may hold commas in a table of semicolons; what cuts every line alike is the delimiter.
        score = agreement + (0.15 if agreement > 0.95 else 0.0) + min(width, 50) / 1000
        if candidate == "," and best and best_score >= 1.0:
            score -= 0.2
        if score > best_score:
            best, best_score = candidate, score
    if best_score >= 0.5:
        return best
    # The first line is left out: it may be a heading that R wrote, one name short.
    widths = [len(split_line(line, WHITESPACE)) for line in lines[1:] or lines]
    if widths and Counter(widths).most_common(1)[0][1] > 0.9 * len(widths) and widths[0] > 1:
        return WHITESPACE
    return best or ","


def _first_row(rows: list[list[str]], column_count: int) -> int:
    """Pass over remarks before the table: the first row of full width, or one short (R leaves the row name unnamed)."""
    for position, row in enumerate(rows[:50]):
        if len(row) == column_count and sum(bool(cell.strip()) for cell in row) > 0.5 * column_count:
            return position
        if len(row) == column_count - 1 and column_count > 2 and looks_like_header(row, rows[position + 1 : 50]):
            return position
    return next((position for position, row in enumerate(rows) if row), 0)
