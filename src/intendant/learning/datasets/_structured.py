"""Read tables that carry their own structure: Excel, JSON in its usual shapes, Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from intendant.kit.errors import IntendantError

from ._encoding import detect_encoding
from ._layout import has_second_header, looks_like_header
from ._source import Source
from ._table import (
    MEBIBYTE,
    Quarantine,
    RawTable,
    TableEmpty,
    TableTooLarge,
    TableUnreadable,
    check_column_count,
    check_row_count,
)

if TYPE_CHECKING:
    import pyarrow as pa

NESTING_DEPTH_MAX = 3
PREAMBLE_ROWS_MAX = 50
PARQUET_BATCH_ROWS = 65_536
_WRAPPERS = ("data", "records", "rows", "items", "results", "applications", "loans")


def read_excel(source: Source, *, header: bool | None) -> RawTable:
    """Read the first sheet that holds a table; formulas give their stored values."""
    import zipfile

    import openpyxl

    content = io.BytesIO(source.read_all(source.limits.file_bytes_max))
    try:
        with zipfile.ZipFile(content) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > source.limits.decompressed_bytes_max:
            raise TableTooLarge(
                f"{source.path.name} unpacks to {unpacked:,} bytes.", field="file", remedy="Save the table as CSV."
            )
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        rows: list[tuple[Any, ...]] = []
        chosen = ""
        for sheet in sheets:
            sheet.reset_dimensions()
            rows = _sheet_rows(sheet.iter_rows(values_only=True), source)
            chosen = sheet.title
            if sum(any(cell is not None for cell in row) for row in rows[:10]) > 1:
                break
        book.close()
    except IntendantError:
        raise
    except Exception as error:  # a damaged workbook makes its reader fail in any way at all; all of them mean the same
        raise TableUnreadable(
            f"{source.path.name} is no sound Excel file ({error}).",
            field="file",
            remedy="Open it in a spreadsheet program and save it as .xlsx or CSV.",
        ) from error
    notices = [f"Only the sheet '{chosen}' was read; the file has {len(sheets)}."] if len(sheets) > 1 else []
    return _from_rows(rows, source, header=header, form="excel", notices=notices)


def _sheet_rows(sheet: Iterable[Sequence[Any]], source: Source) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for row in sheet:
        check_column_count(len(row), source.limits)
        rows.append(tuple(row))
        if len(rows) > source.limits.excel_rows_max:
            raise TableTooLarge(
                f"The sheet has more than {source.limits.excel_rows_max:,} rows.",
                field="rows",
                remedy="Save it as CSV.",
            )
    return rows


def _from_rows(
    rows: list[tuple[Any, ...]], source: Source, *, header: bool | None, form: str, notices: list[str]
) -> RawTable:
    """Make a table of rows of cells: find the header, drop margins, set aside what is too long."""
    import numpy as np

    texts = [[cell_text(cell) for cell in row] for row in rows[: PREAMBLE_ROWS_MAX * 4]]
    widths = [sum(text is not None for text in row) for row in texts]
    widest = max(widths, default=0)
    first = next((place for place, width in enumerate(widths[:PREAMBLE_ROWS_MAX]) if width > 0.5 * widest), 0)
    column_count = max((len(_trim(row)) for row in rows), default=0)
    check_column_count(column_count, source.limits)
    if not column_count:
        raise TableEmpty(f"{source.path.name} holds no cells.", field="file", remedy="Export the table again.")
    filled = [[text or "" for text in row] + [""] * (column_count - len(row)) for row in texts[first:]]
    if header is not False and has_second_header(filled[0], filled[1:]):
        first, filled = first + 1, filled[1:]
    named = header if header is not None else looks_like_header(filled[0], [row for row in filled[1:] if any(row)])
    if first:
        notices.append(f"{first} rows before the table were passed over.")
    quarantine = Quarantine(source.limits.quarantined_rows_kept_max, source.limits.quarantined_text_characters_max)
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    for number, row in enumerate(rows[first + named :], start=first + named + 1):
        cells = [cell_text(cell) for cell in row[:column_count]]
        cells += [None] * (column_count - len(cells))
        if not any(cells):
            continue
        if any(cell is not None and len(cell) > source.limits.cell_characters_max for cell in cells):
            explanation = f"A cell has more than {source.limits.cell_characters_max:,} characters."
            quarantine.add(number, "cell_too_long", explanation, " | ".join(cell or "" for cell in cells))
            continue
        kept.append(cells)
        numbers.append(number)
    quarantine.rows_accepted = len(kept)
    names = filled[0][:column_count] if named else [f"c{place}" for place in range(1, column_count + 1)]
    columns: list[object] = [_to_array(column) for column in zip(*kept, strict=True)] if kept else []
    return RawTable(names, columns, np.array(numbers, dtype="int64"), named, form, quarantine, notices=notices)


def _trim(row: Sequence[Any]) -> Sequence[Any]:
    end = len(row)
    while end and (row[end - 1] is None or row[end - 1] == ""):
        end -= 1
    return row[:end]


def cell_text(value: Any) -> str | None:
    """Write any cell as text, as it would stand in a CSV file."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case datetime():
            return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
        case date():
            return f"{value.isoformat()} 00:00:00"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str)
        case _:
            return str(value)


def _to_array(column: Sequence[str | None]) -> pa.ChunkedArray:
    import pyarrow as pa

    return pa.chunked_array([pa.array(column, type=pa.string())])


def read_json(source: Source, *, encoding: str | None) -> RawTable:
    """Read a JSON array of objects, one object a line, columns of values, or rows with a list of columns."""
    content = source.read_all(source.limits.json_bytes_max)
    name = encoding or detect_encoding(content[: 1024 * 1024])
    codec = "utf-8" if name.startswith("mixed") else name
    text = content.decode(codec, "replace").lstrip("\ufeff").replace("\x00", "")
    quarantine = Quarantine(source.limits.quarantined_rows_kept_max, source.limits.quarantined_text_characters_max)
    lines = text.lstrip().split("\n", 2)
    first = lines[0].strip().rstrip(",")
    if first.startswith("{") and first.endswith("}") and len(lines) > 1 and lines[1].strip():
        return _from_records(_parse_lines(text, quarantine), source, quarantine, "json lines", name)
    try:
        value = _loads(text)
    except (ValueError, RecursionError) as error:
        raise TableUnreadable(
            f"{source.path.name} is no complete JSON: {error}.",
            field="file",
            remedy="The file may be cut off; fetch or export it again. For one object a line, put no line break inside.",
        ) from error
    return _from_value(value, source, quarantine, name)


def _parse_lines(text: str, quarantine: Quarantine) -> list[tuple[int, Any]]:
    records: list[tuple[int, Any]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _loads(line.strip().rstrip(","))
        except (ValueError, RecursionError):
            quarantine.add(number, "broken_json", "The line is no complete JSON object.", line)
            continue
        records.append((number, record))
    return records


def _loads(text: str) -> Any:
    import orjson

    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)  # takes NaN and Infinity, which many programs write


def _from_value(value: Any, source: Source, quarantine: Quarantine, encoding: str) -> RawTable:
    if isinstance(value, dict):
        columns, rows = value.get("columns"), value.get("data", value.get("rows"))
        if isinstance(columns, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
            names = [str(column) for column in columns]
            records = [dict(zip(names, row, strict=False)) if len(row) == len(names) else row for row in rows]
            return _from_records(
                list(enumerate(records, start=1)), source, quarantine, "json columns and rows", encoding
            )
        for wrapper in _WRAPPERS:
            if isinstance(value.get(wrapper), list):
                value = value[wrapper]
                break
    if isinstance(value, list):
        if value and all(isinstance(row, list) for row in value[:PREAMBLE_ROWS_MAX]):
            rows_of_cells = [tuple(row) if isinstance(row, list) else (row,) for row in value]
            return _from_rows(rows_of_cells, source, header=None, form="json rows", notices=[])
        return _from_records(list(enumerate(value, start=1)), source, quarantine, "json", encoding)
    if isinstance(value, dict) and value and all(isinstance(column, list) for column in value.values()):
        lengths = {len(column) for column in value.values()}
        if len(lengths) > 1:
            raise TableUnreadable(
                f"The columns of {source.path.name} have different lengths: {sorted(lengths)[:5]}.",
                field="file",
                remedy="Export the table again; every column needs one value for every row.",
            )
        records = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
        return _from_records(list(enumerate(records, start=1)), source, quarantine, "json columns", encoding)
    if isinstance(value, dict) and value and all(isinstance(column, dict) for column in value.values()):
        keys = list(dict.fromkeys(key for column in value.values() for key in column))
        records = [{name: column.get(key) for name, column in value.items()} for key in keys]
        return _from_records(list(enumerate(records, start=1)), source, quarantine, "json columns", encoding)
    raise TableUnreadable(
        f"The JSON in {source.path.name} is no table.",
        field="file",
        remedy="Give an array of objects, one object a line, or an object of columns.",
    )


def _from_records(
    records: list[tuple[int, Any]], source: Source, quarantine: Quarantine, form: str, encoding: str
) -> RawTable:
    import numpy as np

    check_row_count(len(records), source.limits)
    flat: list[dict[str, Any]] = []
    numbers: list[int] = []
    names: dict[str, None] = {}
    for number, record in records:
        if not isinstance(record, dict):
            quarantine.add(
                number, "not_an_object", "The entry is no object with named fields.", cell_text(record) or ""
            )
            continue
        flattened = _flatten(record)
        if any(isinstance(cell, str) and len(cell) > source.limits.cell_characters_max for cell in flattened.values()):
            quarantine.add(number, "cell_too_long", "A cell is too long.", cell_text(record) or "")
            continue
        if not names.keys() >= flattened.keys():
            names.update(dict.fromkeys(flattened))
            check_column_count(len(names), source.limits)
        flat.append(flattened)
        numbers.append(number)
    if not names:
        raise TableEmpty(f"{source.path.name} holds no rows.", field="file", remedy="Export the applications again.")
    quarantine.rows_accepted = len(flat)
    columns: list[object] = [_to_array([cell_text(record.get(name)) for record in flat]) for name in names]
    return RawTable(list(names), columns, np.array(numbers, dtype="int64"), True, form, quarantine, encoding)


def _flatten(record: dict[str, Any], prefix: str = "", depth: int = 1) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and depth < NESTING_DEPTH_MAX:
            flat.update(_flatten(value, f"{prefix}{key}.", depth + 1))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def read_parquet(source: Source) -> RawTable:
    """Read Parquet in batches, never holding more unpacked than the limit."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    origin: Any = str(source.path)
    if source.compression:
        origin = io.BytesIO(source.read_all(source.limits.file_bytes_max))
    try:
        with parquet.ParquetFile(origin) as opened:
            check_column_count(len(opened.schema_arrow), source.limits)
            check_row_count(opened.metadata.num_rows, source.limits)
            batches, size = [], 0
            for batch in opened.iter_batches(batch_size=PARQUET_BATCH_ROWS):
                batch.validate(full=True)
                size += batch.nbytes
                if size > source.limits.decompressed_bytes_max:
                    raise TableTooLarge(
                        f"{source.path.name} unpacks to more than {source.limits.decompressed_bytes_max // MEBIBYTE:,} MB.",
                        field="file",
                        remedy="Split the file by time, or keep fewer columns.",
                    )
                batches.append(batch)
            table = pa.Table.from_batches(batches, schema=opened.schema_arrow)
    except (pa.ArrowException, OSError) as error:
        raise TableUnreadable(
            f"{source.path.name} is no sound Parquet file ({str(error)[:120]}).",
            field="file",
            remedy="It may be cut off; fetch or export it again.",
        ) from error
    if table.num_rows == 0:
        raise TableEmpty(
            f"{source.path.name} has columns but no rows.", field="file", remedy="Export it with its rows."
        )
    names = [name for name in table.column_names if not name.startswith("__index_level_")]
    quarantine = Quarantine(source.limits.quarantined_rows_kept_max, source.limits.quarantined_text_characters_max)
    quarantine.rows_accepted = table.num_rows
    columns = [_plain_column(table.column(name)) for name in names]
    return RawTable(names, columns, np.arange(1, table.num_rows + 1), True, "parquet", quarantine)


def _plain_column(column: pa.ChunkedArray) -> object:
    """Bring any Arrow type to numbers, moments or text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = pa.chunked_array([chunk.dictionary_decode() for chunk in column.chunks], type=kind.value_type)
        kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.float64(), safe=False)
    if pa.types.is_timestamp(kind):
        naive = pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
        return pc.cast(naive, pa.timestamp("us"))
    if pa.types.is_date(kind):
        return pc.cast(column, pa.timestamp("us"))
    if pa.types.is_string(kind) or pa.types.is_null(kind):
        return pc.cast(column, pa.string())
    if pa.types.is_large_string(kind) or pa.types.is_boolean(kind):
        return pc.cast(column, pa.string())
    return _to_array([cell_text(value) for value in column.to_pylist()])
