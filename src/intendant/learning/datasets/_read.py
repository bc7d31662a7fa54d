"""Read any table of past applications: tell its kind, read it, type its columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._delimited import read_delimited
from ._source import Source, open_source
from ._structured import read_excel, read_json, read_parquet
from ._table import DEFAULT_LIMITS, RawTable, ReadLimits, Table, TableEmpty, TableUnreadable, name_columns
from ._typing import TypedColumn, type_column

if TYPE_CHECKING:
    import pandas as pd

_UNREAD_SUFFIXES = {
    ".xls",
    ".xlsb",
    ".ods",
    ".sas7bdat",
    ".dta",
    ".sav",
    ".rds",
    ".rdata",
    ".pkl",
    ".pickle",
    ".feather",
}
COLUMN_NOTICES_MAX = 20


def read_table(
    path: str | Path,
    *,
    limits: ReadLimits = DEFAULT_LIMITS,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    day_first: bool | None = None,
) -> Table:
    """Read a table of past applications from CSV and its kin, Excel, JSON or Parquet, each possibly compressed.

    What is not given is found out; `day_first` settles dates like 03/04/2020. Bad rows are set aside in `table.quarantine` with reasons, never silently dropped.
    Raises TableTooLarge, TableUnreadable or TableEmpty, each with the remedy.
    """
    if delimiter is not None and not _is_delimiter(delimiter):
        raise TableUnreadable(
            "The delimiter is one character of ASCII, and no letter, digit, quote or end of line.",
            field="delimiter",
            remedy="Give for instance ';'.",
        )
    source = open_source(Path(path), limits)
    raw = _read_raw(source, encoding=encoding, delimiter=delimiter, header=header)
    if raw.quarantine.rows_accepted == 0:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in raw.quarantine.counts.items()) or "none found"
        raise TableEmpty(
            f"No row of {source.path.name} can be used (set aside: {reasons}).",
            field="file",
            remedy="Check that the delimiter and the number of columns are the same in every row.",
            data={"quarantined": dict(raw.quarantine.counts)},
        )
    return _typed(raw, source, day_first)


def _is_delimiter(text: str) -> bool:
    return len(text) == 1 and text.isascii() and not text.isalnum() and text not in "\0\r\n\"'"


def _read_raw(source: Source, *, encoding: str | None, delimiter: str | None, header: bool | None) -> RawTable:
    head = source.head
    if head.startswith(b"PK\x03\x04"):
        if source.suffix in _UNREAD_SUFFIXES:
            raise _unreadable_kind(source)
        return read_excel(source, header=header)
    if head.startswith(b"PAR1"):
        return read_parquet(source)
    if source.suffix in _UNREAD_SUFFIXES:
        raise _unreadable_kind(source)
    if source.suffix in {".parquet", ".pq", ".xlsx", ".xlsm"}:
        raise TableUnreadable(
            f"{source.path.name} is not what its name says: it does not begin as such a file does.",
            field="file",
            remedy="Fetch it again, or give it the ending of what it is (.csv, .json).",
        )
    if _is_json(head, source.suffix):
        return read_json(source, encoding=encoding)
    return read_delimited(source, encoding=encoding, delimiter=delimiter, header=header)


def _is_json(head: bytes, suffix: str) -> bool:
    if suffix in {".json", ".jsonl", ".ndjson"}:
        return True
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:200]
    begins = start.startswith((b"[{", b"[[", b'{"')) or (start[:1] == b"[" and start[1:].lstrip()[:1] in (b"{", b"["))
    return begins and suffix not in {".csv", ".tsv", ".txt", ".data"}


def _unreadable_kind(source: Source) -> TableUnreadable:
    return TableUnreadable(
        f"{source.path.name} is of a kind that is not read ({source.suffix}).",
        field="file",
        remedy="Save the table as CSV, Excel (.xlsx), JSON or Parquet.",
    )


def _typed(raw: RawTable, source: Source, day_first: bool | None) -> Table:
    """Type the columns one after the other, letting go of the text of each."""
    import pandas as pd
    import pyarrow as pa

    notices = list(raw.notices)
    names = name_columns(raw.names, notices=notices)
    if day_first is None:
        day_first = raw.decimal_comma or raw.delimiter == ";"
    typed: dict[str, pd.Series[Any]] = {}
    unparsed: dict[str, dict[int, str]] = {}
    zero_padded: dict[str, int] = {}
    column_notices: list[str] = []
    for position, name in enumerate(names):
        values, raw.columns[position] = raw.columns[position], None
        if isinstance(values, pa.ChunkedArray) and pa.types.is_string(values.type):
            column = type_column(name, values, decimal_comma=raw.decimal_comma, day_first=day_first)
        else:
            column = TypedColumn(_native(values))
        typed[name] = column.series
        if column.unparsed:
            unparsed[name] = column.unparsed
        if column.zero_padded_width:
            zero_padded[name] = column.zero_padded_width
        if column.notice:
            column_notices.append(column.notice)
    if len(column_notices) > COLUMN_NOTICES_MAX:
        more = len(column_notices) - COLUMN_NOTICES_MAX
        column_notices = [*column_notices[:COLUMN_NOTICES_MAX], f"{more} further columns have such cells."]
    return Table(
        columns=tuple(names),
        frame=pd.DataFrame(typed),
        row_numbers=raw.row_numbers,
        header=raw.header,
        format=raw.format,
        quarantine=raw.quarantine,
        encoding=raw.encoding,
        delimiter=raw.delimiter,
        compression=source.compression,
        unparsed=unparsed,
        zero_padded=zero_padded,
        notices=tuple(notices + column_notices),
    )


def _native(values: Any) -> pd.Series[Any]:
    import numpy as np
    import pyarrow as pa

    series: pd.Series[Any] = values.to_pandas()
    if pa.types.is_timestamp(values.type):
        return series.astype("datetime64[us]")
    numbers = series.astype("float64")
    return numbers.where(np.isfinite(numbers))
