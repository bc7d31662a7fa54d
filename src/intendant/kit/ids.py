"""Identifiers: UUID version 7, ordered by the time of their making, so that tables partition and index by id."""

import os
import threading
from datetime import UTC, datetime
from uuid import UUID, SafeUUID

from intendant.kit import clock

_VERSION_AND_VARIANT = (0x7 << 76) | (0x2 << 62)
_RANDOM_BLOCK_BYTES = 8 * 512


class _Randomness:
    """Random 64-bit numbers, drawn from the system in blocks: a system call per id costs more than the id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: list[int] = []
        os.register_at_fork(after_in_child=self._numbers.clear)

    def next(self) -> int:
        try:
            # Taking one off a list is atomic, so no lock is needed while there are some.
            return self._numbers.pop()
        except IndexError:
            with self._lock:
                self._numbers.extend(memoryview(os.urandom(_RANDOM_BLOCK_BYTES)).cast("Q").tolist())
            return self.next()


_randomness = _Randomness()
_new_uuid = UUID.__new__
_set = object.__setattr__
_SAFE = SafeUUID.unknown


def new_id() -> UUID:
    """Make an id: 48 bits of system time in milliseconds, 12 bits of its fraction, 62 random bits (RFC 9562, version 7)."""
    milliseconds, rest = divmod(clock.system_time_ns(), 1_000_000)
    # Without the constructor, whose checks of its many forms of input cost four times the rest.
    identifier = _new_uuid(UUID)
    _set(
        identifier,
        "int",
        (milliseconds << 80)
        | _VERSION_AND_VARIANT
        | (((rest << 12) // 1_000_000) << 64)
        | (_randomness.next() & 0x3FFF_FFFF_FFFF_FFFF),
    )
    _set(identifier, "is_safe", _SAFE)
    return identifier


def random_bytes_16() -> bytes:
    """Return 16 random bytes from the same source, for salts."""
    return (_randomness.next() << 64 | _randomness.next()).to_bytes(16)


def id_time(identifier: UUID) -> datetime:
    """Read the moment an id was made from the id itself (UTC, millisecond precision)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def first_id_at(moment: datetime) -> UUID:
    """Return the least id that can be made at `moment`: the bound of a partition or of a search by time."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76))
