"""Rows of a file that is read as a stream: one JSON object a line, or CSV with a header; a bad row is an error in its place.

What is held at once is bounded by rows and by bytes, whatever the file.
"""

import csv
from collections.abc import Iterator, Sequence
from typing import IO, Literal

import orjson

from intendant.domains.analytics.predictions.cases import FIELDS_MAX, RowInvalid
from intendant.kit.errors import Invalid

LINE_BYTES_MAX = 1024 * 1024
CHUNK_ROWS = 1_000
CHUNK_BYTES_MAX = 4 * 1024 * 1024
HEADER_BYTES_MAX = LINE_BYTES_MAX
_DELIMITERS = ",;\t"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Form = Literal["ndjson", "csv"]
Row = object
"""An object as it was read, or the RowInvalid that it is."""


class HeaderInvalid(Invalid):
    """A CSV file whose first line does not name its columns."""

    code = "prediction_header_invalid"


def read_chunks(file: IO[bytes], form: Form) -> Iterator[list[Row]]:
    """Return a file's rows in chunks of at most `CHUNK_ROWS` rows and about `CHUNK_BYTES_MAX` bytes.

    A CSV's header is read at once, so that HeaderInvalid is raised before anything is answered.
    """
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    if form == "ndjson":
        return _in_chunks(_json_rows(file))
    delimiter, header = _read_header(file)
    return _in_chunks(_csv_rows(file, delimiter, header))


def _in_chunks(rows: Iterator[tuple[int, Row]]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for length, row in rows:
        chunk.append(row)
        size += length
        if len(chunk) >= CHUNK_ROWS or size >= CHUNK_BYTES_MAX:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Read lines, none of more than `LINE_BYTES_MAX` and one bytes: what a longer one has beyond is dropped to its end."""
    most = LINE_BYTES_MAX + 1
    while line := file.readline(most):
        rest = line
        while len(rest) == most and not rest.endswith(b"\n"):
            rest = file.readline(most)
        yield line


def _json_rows(file: IO[bytes]) -> Iterator[tuple[int, Row]]:
    for line in _lines(file):
        if line.isspace():
            continue
        if len(line) > LINE_BYTES_MAX:
            yield len(line), _bad(f"The line is longer than {LINE_BYTES_MAX:,} bytes.")
            continue
        try:
            yield len(line), orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield len(line), _bad(f"The line is no JSON: {error}.")


def _read_header(file: IO[bytes]) -> tuple[str, Sequence[str]]:
    line = file.readline(HEADER_BYTES_MAX + 1)
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        text = ""
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        header = [name.strip() for name in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error:
        header = []
    if (
        not any(header)
        or len(line) > HEADER_BYTES_MAX
        or len(header) > FIELDS_MAX
        or len(set(header)) != len(header)
        or "" in header
    ):
        raise HeaderInvalid(
            "The first line does not name each column once.",
            field="body",
            remedy=f"Begin with the names of at most {FIELDS_MAX:,} features, in UTF-8.",
        )
    return delimiter, header


def _csv_rows(file: IO[bytes], delimiter: str, header: Sequence[str]) -> Iterator[tuple[int, Row]]:
    size = 0
    is_long = False

    def texts() -> Iterator[str]:
        nonlocal size, is_long
        for line in _lines(file):
            size += len(line)
            text = line.decode("utf-8", "surrogateescape")
            if len(line) > LINE_BYTES_MAX or size > LINE_BYTES_MAX:
                is_long = True
                # A quote that was opened before the cut would take the lines that follow into the row.
                text = text.replace('"', "").rstrip("\r\n") + "\n"
            yield text

    reader = csv.reader(texts(), delimiter=delimiter, strict=False)
    while True:
        size, is_long = 0, False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield size, _bad(f"The row cannot be read: {error}.")
            continue
        if not any(cells):
            continue
        if is_long:
            yield size, _bad(f"The row is longer than {LINE_BYTES_MAX:,} bytes.")
        elif len(cells) != len(header):
            yield size, _bad(f"The row has {len(cells)} cells, the header {len(header)}.")
        elif not _is_text("".join(cells)):
            yield size, _bad("The row is not UTF-8.")
        else:
            yield size, {name: cell if cell else None for name, cell in zip(header, cells, strict=True)}


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad(message: str) -> RowInvalid:
    return RowInvalid(message, field="input_data", remedy="Mend the row and send it again.")
