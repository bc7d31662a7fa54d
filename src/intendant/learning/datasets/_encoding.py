"""Turn text of any usual encoding into UTF-8, a block at a time, and count what the reader of rows must know."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import IO

from ._source import BLOCK_BYTES, Source
from ._table import TableUnreadable

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FALLBACK_ERRORS = "intendant-windows-1252"


@dataclass(frozen=True)
class Text:
    """A file's text as UTF-8 without byte order mark, in a temporary file that goes when it is closed."""

    stream: IO[bytes]
    encoding: str
    quote_count: int
    longest_line_exceeds_block: bool
    nul_count: int


def detect_encoding(head: bytes) -> str:
    """Name the encoding of a text by its first bytes; text that is not valid UTF-8 is taken for Windows-1252."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(sample) >= 8 and odd > len(sample) * 0.3 and even < len(sample) * 0.05:
        return "utf-16-le"
    if len(sample) >= 8 and even > len(sample) * 0.3 and odd < len(sample) * 0.05:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return "windows-1252" if not _has_utf8_sequences(head) else "mixed utf-8 and windows-1252"
    return "utf-8"


def to_utf8(source: Source, encoding: str | None = None) -> Text:
    """Copy a text to UTF-8. A byte that is not valid UTF-8 is read as Windows-1252, so that mixed lines survive."""
    name = encoding or detect_encoding(source.head)
    codec = "utf-8" if name in {"windows-1252", "mixed utf-8 and windows-1252"} and encoding is None else name
    # Only UTF-8 can fall back byte by byte; a byte that another encoding cannot read becomes the replacement character.
    errors = _FALLBACK_ERRORS if codec in {"utf-8", "utf-8-sig"} else "replace"
    _register_fallback()
    try:
        decoder = codecs.getincrementaldecoder(codec)(errors=errors)
    except LookupError as error:
        raise TableUnreadable(
            f"There is no encoding called '{name}'.", field="encoding", remedy="Try utf-8, latin-1, cp1250 or utf-16."
        ) from error
    import tempfile

    target = tempfile.TemporaryFile(prefix="intendant-table-")  # noqa: SIM115 - the caller closes it
    quotes = nuls = line_length = 0
    long_line = False
    try:
        with source.open() as stream:
            while True:
                block = stream.read(BLOCK_BYTES) or b""
                text = decoder.decode(block, final=not block)
                encoded = text.encode("utf-8", "replace")
                if found := encoded.count(b"\x00"):
                    nuls += found
                    encoded = encoded.replace(b"\x00", b"")
                quotes += encoded.count(b'"')
                last_break = max(encoded.rfind(b"\n"), encoded.rfind(b"\r"))
                line_length = len(encoded) - last_break if last_break >= 0 else line_length + len(encoded)
                long_line = long_line or line_length > BLOCK_BYTES
                target.write(encoded)
                if not block:
                    break
    except BaseException:
        target.close()
        raise
    if nuls > 0.05 * max(target.tell(), 1):
        target.close()
        raise TableUnreadable(
            f"{source.path.name} is not text: {nuls:,} of its bytes are zero.",
            field="file",
            remedy="Give CSV, Excel (.xlsx), JSON or Parquet; for text in an odd encoding, name the encoding.",
        )
    target.seek(0)
    return Text(target, name, quotes, long_line, nuls)


def _has_utf8_sequences(head: bytes) -> bool:
    valid = head.decode("utf-8", "ignore")
    return any(character > "\x7f" for character in valid)


def _register_fallback() -> None:
    def as_windows_1252(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return error.object[error.start : error.end].decode("windows-1252", "replace"), error.end

    codecs.register_error(_FALLBACK_ERRORS, as_windows_1252)


def first_lines(text: Text, line_count_max: int, character_count_max: int) -> list[str]:
    """Give the first lines without their ends, leaving the stream at its beginning."""
    head = text.stream.read(character_count_max)
    text.stream.seek(0)
    lines = io.StringIO(head.decode("utf-8", "ignore"), newline=None).read().split("\n")
    if len(head) == character_count_max and len(lines) > 1:
        lines.pop()  # the last one is probably cut
    return lines[:line_count_max]
