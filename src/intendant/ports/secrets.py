"""Keeping the key of keys: who wraps the data keys of organisations, so that the database alone opens no secret.

The port wraps keys and does not hold values. Secrets so stay in the database under the envelope, where they are written in the
transaction that needs them, backed up and restored with everything else, and bound to connection and destination by us,
whoever keeps the key; a back end that is moved or rotated touches one small row for each organisation instead of every secret;
and a key service that is down for minutes stops nobody who has an organisation's data key in memory.
"""

from dataclasses import dataclass
from typing import Protocol

from intendant.kit.errors import Invalid, Unavailable

DATA_KEY_BYTES = 32


class WrappingUnavailable(Unavailable):
    """Whoever keeps the key of keys does not answer, is sealed, or lacks the key; what was wrapped stays as it was."""

    code = "vault_unavailable"


class WrappingRefused(Invalid):
    """What should be a wrapped data key does not open: it was changed, or stands where it was not made for."""

    code = "vault_wrapping_refused"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it may lie in the database. `key_id` names the key-encryption key, with its version where it has one."""

    backend: str
    key_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class WrappingHealth:
    """How a back end is. `detail` is a sentence for people; `remedy` is empty where nothing is to be done."""

    backend: str
    ok: bool
    key_id: str | None
    detail: str
    remedy: str = ""


class KeyWrapping(Protocol):
    """Who keeps the key-encryption key. Calls block, for a few seconds at most, and raise WrappingUnavailable."""

    @property
    def backend(self) -> str:
        """Name the back end as rows of the database do."""
        ...

    def current_key_id(self) -> str:
        """Name the key that wraps now; made on first use where there is none."""
        ...

    def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        """Wrap a data key under the current key, bound to `context`."""
        ...

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Unwrap; raises WrappingRefused where it was changed or `context` is another."""
        ...

    def rotate(self) -> str:
        """Make a new current key and return its id; older ones go on unwrapping."""
        ...

    def check(self) -> WrappingHealth:
        """Say how it is; raises nothing that was foreseen."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
