"""Identifiers: UUID version 7, ordered by the time of their making, so that tables partition and index by id."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from intendant.kit import clock

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM_BLOCK_BYTES = 8 * 512


class _Randomness:
    """Random 64-bit numbers, drawn from the system in blocks: a system call per id costs more than the id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Iterator[int] = iter(())
        self._pid = os.getpid()

    def next(self) -> int:
        with self._lock:
            if self._pid != os.getpid():
                self._pid, self._numbers = os.getpid(), iter(())
            for number in self._numbers:
                return number
            block = memoryview(os.urandom(_RANDOM_BLOCK_BYTES)).cast("Q")
            self._numbers = iter(block.tolist())
            return next(self._numbers)


_randomness = _Randomness()


def new_id() -> UUID:
    """Make an id: 48 bits of system time in milliseconds, 12 bits of its fraction, 62 random bits (RFC 9562, version 7)."""
    nanoseconds = clock.system_time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = (rest << 12) // 1_000_000
    return UUID(
        int=(milliseconds << 80)
        | _VERSION_AND_VARIANT
        | (fraction << 64)
        | (_randomness.next() & 0x3FFF_FFFF_FFFF_FFFF)
    )


def id_time(identifier: UUID) -> datetime:
    """Read the moment an id was made from the id itself (UTC, millisecond precision)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def first_id_at(moment: datetime) -> UUID:
    """Return the least id that can be made at `moment`: the bound of a partition or of a search by time."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76))
