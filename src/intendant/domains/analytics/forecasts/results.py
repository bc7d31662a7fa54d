"""The series of a forecast as bytes: in parts, so that a page is read without unpacking all of it."""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from intendant.kit.errors import Bug

PART_ROWS = 100
PAST_SHOWN_MAX = 120
"""Past periods kept of each series; the dataset has the rest."""
_MAGIC = b"intendant-series-1\n"

Line = Mapping[str, Any]
"""A series, item or customer as plain data: the fields of the answer without `number`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of lines with their places, how many match in all, and after which place the next page begins."""

    lines: Sequence[tuple[int, Line]]
    count: int
    next: int | None


def pack(lines: Sequence[Line]) -> bytes:
    """Write lines, the most important first."""
    parts = [
        zlib.compress(orjson.dumps(list(lines[start : start + PART_ROWS]), option=orjson.OPT_SERIALIZE_NUMPY), 6)
        for start in range(0, len(lines), PART_ROWS)
    ]
    head = zlib.compress(
        orjson.dumps({"names": [line["name"] for line in lines], "parts": [len(part) for part in parts]}), 6
    )
    return b"".join([_MAGIC, struct.pack(">I", len(head)), head, *parts])


def find(body: bytes, *, text: str | None = None, after: int = -1, limit: int) -> Found:
    """Return lines behind a place whose name holds a text, in any case of letters."""
    names, offsets = _head(body)
    wanted = (text or "").casefold()
    matching = [place for place, name in enumerate(names) if wanted in name.casefold()] if wanted else range(len(names))
    behind = [place for place in matching if place > after][: limit + 1]
    shown = behind[:limit]
    parts: dict[int, list[Line]] = {}
    lines = []
    for place in shown:
        number, inside = divmod(place, PART_ROWS)
        if number not in parts:
            parts[number] = _part(body, offsets, number)
        lines.append((place, parts[number][inside]))
    return Found(lines, len(matching), shown[-1] if len(behind) > limit else None)


def all_lines(body: bytes) -> Iterator[Line]:
    """Return every line, unpacking one part at a time."""
    _, offsets = _head(body)
    for number in range(len(offsets) - 1):
        yield from _part(body, offsets, number)


def _head(body: bytes) -> tuple[list[str], list[int]]:
    start = len(_MAGIC) + 4
    if not body.startswith(_MAGIC):
        raise Bug("These bytes are no series of a forecast.")
    length = struct.unpack(">I", body[len(_MAGIC) : start])[0]
    head = orjson.loads(zlib.decompress(body[start : start + length]))
    offsets = [start + length]
    for size in head["parts"]:
        offsets.append(offsets[-1] + size)
    return head["names"], offsets


def _part(body: bytes, offsets: Sequence[int], number: int) -> list[Line]:
    lines: list[Line] = orjson.loads(zlib.decompress(body[offsets[number] : offsets[number + 1]]))
    return lines
