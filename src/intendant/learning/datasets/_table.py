"""What reading a file of past applications gives: typed columns, and the rows that were set aside with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadLimits:
    """How much a table may ask of the reader before it is refused."""

    file_bytes_max: int = 2048 * MEBIBYTE
    decompressed_bytes_max: int = 4096 * MEBIBYTE
    json_bytes_max: int = 512 * MEBIBYTE
    rows_max: int = 10_000_000
    excel_rows_max: int = 1_048_576
    columns_max: int = 10_000
    cell_characters_max: int = 32_768
    line_characters_max: int = 16 * MEBIBYTE
    quarantined_rows_kept_max: int = 1_000
    quarantined_text_characters_max: int = 200


DEFAULT_LIMITS = ReadLimits()


class TableTooLarge(Invalid):
    """The file asks for more than a named limit allows."""

    code = "table_too_large"


class TableUnreadable(Invalid):
    """The file is damaged, cut off, or of a kind that is not read."""

    code = "table_unreadable"


class TableEmpty(Invalid):
    """The file holds no rows to learn from."""

    code = "table_empty"


@dataclass(frozen=True)
class QuarantinedRow:
    """One row that was set aside: where it stands, why, and the beginning of what it says."""

    number: int
    reason: str
    explanation: str
    text: str


@dataclass
class Quarantine:
    """Rows set aside with reasons; the counts always add up: rows in file = accepted + quarantined.

    `rows` keeps the first ones only (a named limit), `counts` counts all of them by reason code.
    A row's number is its place in the file, header included, which is its line unless cells hold line breaks.
    """

    kept_max: int = DEFAULT_LIMITS.quarantined_rows_kept_max
    text_characters_max: int = DEFAULT_LIMITS.quarantined_text_characters_max
    rows: list[QuarantinedRow] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rows_accepted: int = 0

    @property
    def rows_quarantined(self) -> int:
        """How many rows were set aside."""
        return sum(self.counts.values())

    @property
    def rows_in_file(self) -> int:
        """How many rows the file holds, blank lines and header apart."""
        return self.rows_accepted + self.rows_quarantined

    def add(self, number: int, reason: str, explanation: str, text: str) -> None:
        """Set one row aside."""
        self.counts[reason] += 1
        if len(self.rows) < self.kept_max:
            self.rows.append(QuarantinedRow(number, reason, explanation, text[: self.text_characters_max]))

    def copy(self) -> Quarantine:
        """Give an independent copy, to which later steps may add."""
        return Quarantine(
            self.kept_max, self.text_characters_max, list(self.rows), Counter(self.counts), self.rows_accepted
        )


@dataclass(frozen=True)
class Table:
    """A table as read: `frame` holds float64, datetime64 or text columns, a missing cell is NaN, NaT or NA.

    `unparsed` keeps, by column and position in the frame, cells of a numeric or date column that were neither, so that
    a bad amount can be shown as it was written. `zero_padded` gives the width of columns of digits with leading zeros.
    """

    columns: tuple[str, ...]
    frame: pd.DataFrame
    row_numbers: np.ndarray
    header: bool
    format: str
    quarantine: Quarantine
    encoding: str | None = None
    delimiter: str | None = None
    compression: str | None = None
    unparsed: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    zero_padded: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def rows_read(self) -> int:
        """How many rows were accepted."""
        return len(self.frame)


@dataclass
class RawTable:
    """Columns before their types are known; readers of each format give this."""

    names: list[str]
    columns: list[object]
    row_numbers: np.ndarray
    header: bool
    format: str
    quarantine: Quarantine
    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool = False
    notices: list[str] = field(default_factory=list)


def name_columns(names: list[str], *, notices: list[str]) -> list[str]:
    """Make column names usable: trimmed, printable, never empty, never twice the same."""
    taken: set[str] = set()
    named: list[str] = []
    renamed: list[str] = []
    for position, raw in enumerate(names, start=1):
        clean = "".join(character for character in raw if character.isprintable()).strip()[:200] or f"c{position}"
        name, copy_number = clean, 2
        while name in taken:
            name, copy_number = f"{clean}.{copy_number}", copy_number + 1
        if name != clean:
            renamed.append(name)
        taken.add(name)
        named.append(name)
    if renamed:
        shown = ", ".join(renamed[:5])
        notices.append(f"{len(renamed)} column names occur more than once; the later ones are called {shown}.")
    return named


def check_column_count(count: int, limits: ReadLimits) -> None:
    """Refuse a table with more columns than the limit."""
    if count > limits.columns_max:
        raise TableTooLarge(
            f"The table has {count:,} columns; at most {limits.columns_max:,} are read.",
            field="columns",
            remedy="Keep the columns that were known when the application was decided and leave out the rest.",
        )


def check_row_count(count: int, limits: ReadLimits) -> None:
    """Refuse a table with more rows than the limit."""
    if count > limits.rows_max:
        raise TableTooLarge(
            f"The table has more than {limits.rows_max:,} rows.",
            field="rows",
            remedy="Split the file by time and replay the parts one after the other.",
        )
