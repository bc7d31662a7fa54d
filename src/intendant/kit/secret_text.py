"""A secret in memory: it shows itself to nobody but who asks for it, and what was shown is wiped from logs.

`SecretText` keeps a value out of representations, formatted strings, comparisons that take time by content, JSON and pickles. What
was revealed may still be written by somebody else's code (an address with a token in it, an error of a library); so the
values revealed last are remembered, and `wipe` takes them out of any text that goes to a log.
"""

import hmac
import threading
from collections import OrderedDict
from typing import Final, NoReturn

MASK = "[secret]"
REMEMBERED_MAX = 512
"""So many revealed values are looked for in each line of a log."""
WIPED_LENGTH_MIN = 6
"""Shorter values are words that stand in any text."""


class _Revealed:
    """The values revealed last in this process, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[str, None] = OrderedDict()

    def add(self, value: str) -> None:
        with self._lock:
            self._values[value] = None
            self._values.move_to_end(value)
            if len(self._values) > REMEMBERED_MAX:
                self._values.popitem(last=False)

    def all(self) -> list[str]:
        with self._lock:
            return list(self._values)


_revealed: Final = _Revealed()


class SecretText:
    """A secret value. Only `reveal()` gives it out; every other way of showing it shows a mask."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be used at once and kept nowhere; from now on it is wiped from this process's logs."""
        if len(self._value) >= WIPED_LENGTH_MIN:
            _revealed.add(self._value)
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretText):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((SecretText, self._value))

    def __len__(self) -> int:
        return len(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not written down.")


def wipe(text: str) -> str:
    """Replace every secret that this process revealed lately by a mask."""
    for value in _revealed.all():
        if value in text:
            text = text.replace(value, MASK)
    return text
