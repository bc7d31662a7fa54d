"""Read delimited text: quickly where it is sound, line by line where it is not, setting bad rows aside."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, cast

from ._encoding import Text, first_lines, to_utf8
from ._layout import WHITESPACE, Layout, sniff_layout, split_line
from ._source import Source
from ._table import MEBIBYTE, Quarantine, RawTable, TableEmpty, check_column_count, check_row_count

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 8 * MEBIBYTE
LINES_IN_CELL_MAX = 50
BATCH_ROWS = 50_000
HEAD_BYTES = 8 * MEBIBYTE
HEAD_LINES = 1_000


def read_delimited(source: Source, *, encoding: str | None, delimiter: str | None, header: bool | None) -> RawTable:
    """Read a text of rows; ragged rows, open quotes and overlong cells go to quarantine."""
    text = to_utf8(source, encoding)
    try:
        lines = first_lines(text, HEAD_LINES, HEAD_BYTES)
        layout = sniff_layout(lines, header=header, delimiter=delimiter)
        check_column_count(layout.column_count, source.limits)
        notices: list[str] = []
        if text.nul_count:
            notices.append(f"{text.nul_count:,} zero bytes were left out.")
        if layout.skipped:
            notices.append(f"{layout.skipped} lines before the table were passed over.")
        if "windows-1252" in text.encoding and encoding is None:
            notices.append(
                "The text is not all UTF-8; other bytes were read as Windows-1252 (Western European). "
                "If names look wrong, give the encoding."
            )
        names = layout.header or [f"c{position}" for position in range(1, layout.column_count + 1)]
        columns, numbers, quarantine = _read_rows(text, layout, source, header_is_plain=_header_is_plain(lines, layout))
        check_row_count(quarantine.rows_in_file, source.limits)
        if quarantine.rows_in_file == 0:
            raise TableEmpty(
                f"{source.path.name} holds {'a header but no rows' if layout.header else 'no rows'}.",
                field="file",
                remedy="Export the applications together with the header.",
            )
        if layout.column_count == 1:
            notices.append("Only one column was found; if there are more, name the delimiter.")
        return RawTable(
            names, columns, numbers, layout.header is not None, "delimited", quarantine, text.encoding,
            layout.delimiter, layout.decimal_comma, notices,
        )  # fmt: skip
    finally:
        text.stream.close()


def _header_is_plain(lines: list[str], layout: Layout) -> bool:
    return not any(line.count('"') % 2 for line in lines[: layout.lines_before_data])


def _read_rows(
    text: Text, layout: Layout, source: Source, *, header_is_plain: bool
) -> tuple[list[object], Any, Quarantine]:
    sound = text.quote_count % 2 == 0 and layout.delimiter != WHITESPACE and header_is_plain
    if sound and not text.longest_line_exceeds_block:
        result = _read_quickly(text, layout, source)
        if result is not None:
            return result
    text.stream.seek(0)
    return _read_carefully(text, layout, source)


def _quarantine(source: Source) -> Quarantine:
    return Quarantine(source.limits.quarantined_rows_kept_max, source.limits.quarantined_text_characters_max)


def _explain_ragged(expected: int, actual: int) -> str:
    which = "more" if actual > expected else "fewer"
    return f"The row has {actual} {'cell' if actual == 1 else 'cells'}, {which} than the {expected} columns."


def _read_quickly(text: Text, layout: Layout, source: Source) -> tuple[list[object], Any, Quarantine] | None:
    """Read with the fast reader; None when something looks like an open quote, which needs the careful one."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv as arrow_csv

    ragged: list[tuple[int, int, str]] = []
    keep_max = source.limits.quarantined_text_characters_max

    def set_aside(row: Any) -> str:
        ragged.append((int(row.number or 0), row.actual_columns, row.text[: keep_max * 4]))
        return "skip"

    names = [str(position) for position in range(layout.column_count)]
    try:
        table = arrow_csv.read_csv(
            text.stream,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, column_names=names, skip_rows=layout.lines_before_data
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter,
                newlines_in_values=text.quote_count > 0,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if any("\n" in row_text.strip() or "\r" in row_text.strip() for _, _, row_text in ragged):
        return None
    quarantine = _quarantine(source)
    blank = None
    too_long = None
    for name in names:
        column = table.column(name)
        lengths = pc.binary_length(column)
        empty = pc.equal(lengths, 0)
        if blank is None or pc.any(blank).as_py():
            blank = empty if blank is None else pc.and_(blank, empty)
        if (pc.max(lengths).as_py() or 0) > source.limits.cell_characters_max:
            if text.quote_count:
                return None
            long_here = pc.greater(lengths, source.limits.cell_characters_max)
            too_long = long_here if too_long is None else pc.or_(too_long, long_here)
    numbers = np.arange(1, table.num_rows + len(ragged) + 1) + layout.lines_before_data
    if ragged:
        numbers = np.setdiff1d(numbers, np.array([number for number, _, _ in ragged]), assume_unique=True)
    keep = None
    if blank is not None and table.num_columns > 1 and pc.any(blank).as_py():
        keep = pc.invert(blank)
    if too_long is not None:
        keep = pc.invert(too_long) if keep is None else pc.and_(keep, pc.invert(too_long))
    for number, actual, row_text in ragged:
        if row_text.strip():
            quarantine.add(number, "ragged_row", _explain_ragged(layout.column_count, actual), row_text)
    if too_long is not None:
        for position in pc.indices_nonzero(too_long).to_pylist():
            _add_too_long(quarantine, int(numbers[position]), source, str(table.column(0)[position]))
    if keep is not None:
        table = table.filter(keep)
        numbers = numbers[keep.to_numpy()]
    quarantine.rows_accepted = table.num_rows
    return [table.column(name) for name in names], numbers, quarantine


def _add_too_long(quarantine: Quarantine, number: int, source: Source, text: str) -> None:
    limit = source.limits.cell_characters_max
    quarantine.add(number, "cell_too_long", f"A cell has more than {limit:,} characters.", text)


def _read_carefully(text: Text, layout: Layout, source: Source) -> tuple[list[object], Any, Quarantine]:
    """Read line by line. A quote left open costs one row, not the rest of the file."""
    import numpy as np
    import pyarrow as pa

    quarantine = _quarantine(source)
    limits = source.limits
    batches: list[list[pa.Array]] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    reader = io.TextIOWrapper(cast("io.BufferedReader", text.stream), encoding="utf-8", errors="replace", newline=None)
    lines = _Lines(reader, limits.line_characters_max)
    for _ in range(layout.lines_before_data):
        lines.take()
    while (line := lines.take()) is not None:
        number = lines.number
        if not line.strip():
            continue
        if len(line) > limits.line_characters_max:
            quarantine.add(
                number, "line_too_long", f"The line has over {limits.line_characters_max:,} characters.", line
            )
            continue
        cells = _cells(line, lines, layout)
        if cells is None:
            quarantine.add(number, "open_quote", "A quotation mark is opened and never closed.", line)
        elif len(cells) != layout.column_count:
            quarantine.add(number, "ragged_row", _explain_ragged(layout.column_count, len(cells)), line)
        elif any(len(cell) > limits.cell_characters_max for cell in cells):
            _add_too_long(quarantine, number, source, line)
        elif any(cells) or layout.column_count == 1:
            rows.append(cells)
            numbers.append(number)
            if len(rows) >= BATCH_ROWS:
                batches.append(_to_arrays(rows))
                rows = []
                check_row_count(len(numbers), limits)
    reader.detach()
    if rows or not batches:
        batches.append(_to_arrays(rows) if rows else [pa.array([], pa.string())] * layout.column_count)
    quarantine.rows_accepted = len(numbers)
    columns: list[object] = [
        pa.chunked_array([batch[position] for batch in batches]) for position in range(layout.column_count)
    ]
    return columns, np.array(numbers, dtype="int64"), quarantine


class _Lines:
    """Lines with their numbers, of which some may be put back."""

    def __init__(self, reader: io.TextIOWrapper, character_count_max: int) -> None:
        self._reader, self._size, self._waiting, self.number = reader, character_count_max + 2, list[str](), 0

    def take(self) -> str | None:
        """Give the next line without its end; None when there is none. What is over the cap is read past."""
        if self._waiting:
            self.number += 1
            return self._waiting.pop()
        line = self._reader.readline(self._size)
        if not line:
            return None
        self.number += 1
        rest = line
        while not rest.endswith("\n") and len(rest) >= self._size:
            rest = self._reader.readline(self._size)
            if not rest:
                break
        return line.rstrip("\n")

    def put_back(self, lines: list[str]) -> None:
        """Return lines that turned out not to belong to the row before."""
        self._waiting.extend(reversed(lines))
        self.number -= len(lines)


def _cells(line: str, lines: _Lines, layout: Layout) -> list[str] | None:
    """Cut one row, taking further lines while a quote is open; None when it never closes sensibly."""
    if line.count('"') % 2 == 0 or _is_closed(line, layout):
        return split_line(line, layout.delimiter)
    taken: list[str] = []
    joined = line
    while len(taken) < LINES_IN_CELL_MAX and (following := lines.take()) is not None:
        taken.append(following)
        joined += "\n" + following
        if joined.count('"') % 2 == 0:
            cells = next(csv.reader(io.StringIO(joined, newline=""), delimiter=layout.delimiter), [])
            if len(cells) == layout.column_count:
                return cells
            break
    lines.put_back(taken)
    return None


def _is_closed(line: str, layout: Layout) -> bool:
    """Tell whether an odd quote is only a mark inside a cell, such as inches, and the row is whole."""
    try:
        return len(next(csv.reader([line], delimiter=layout.delimiter, strict=True), [])) == layout.column_count
    except csv.Error:
        return False


def _to_arrays(rows: list[list[str]]) -> list[pa.Array]:
    import pyarrow as pa

    return [pa.array(column, type=pa.string()) for column in zip(*rows, strict=True)]
