"""A position in the event log: epoch, transaction, sequence. It travels as opaque text, in `Last-Event-ID` and in queries."""

import re
from dataclasses import dataclass

from intendant.kit.errors import Invalid

_SHAPE = re.compile(r"(\d{1,9})-(\d{1,19})-(\d{1,19})\Z", re.ASCII)
SEQUENCE_MAX = 2**63 - 1


class CursorInvalid(Invalid):
    """A text that is no position in the event log."""

    code = "cursor_invalid"


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """What has been read so far: everything up to and including this position. Ordered as the log is."""

    epoch: int
    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.xid}-{self.seq}"


START = Cursor(0, 0, 0)
"""Before the first event."""


def parse_cursor(text: str) -> Cursor:
    """Read a cursor that `format_cursor` wrote."""
    match = _SHAPE.match(text)
    if match is not None:
        epoch, xid, seq = (int(part) for part in match.groups())
        if epoch < 2**31 and xid < 2**63 and seq <= SEQUENCE_MAX:
            return Cursor(epoch, xid, seq)
    raise CursorInvalid(
        f"{text[:60]!r} is no position in the event log.",
        field="cursor",
        remedy="Send back the id of an event exactly as it was given, or none to start at the first.",
    )


def format_cursor(cursor: Cursor) -> str:
    """Write a cursor as text."""
    return str(cursor)
