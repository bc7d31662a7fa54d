"""The key-encryption keys of this installation as a file outside the database: a ring, of which the newest key wraps.

The file is JSON, 0600, replaced whole. It is read again when it changed, so that running processes see a rotation at once.
Older keys go on unwrapping until they are forgotten: a restored backup may need them.
"""

import base64
import contextlib
import fcntl
import os
import secrets
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intendant.kit import clock
from intendant.kit.errors import Conflict, Invalid, NotFound
from intendant.ports.secrets import DATA_KEY_BYTES, WrappedKey, WrappingHealth, WrappingRefused, WrappingUnavailable

LOCAL = "local"
RING_FILE = "ring.json"
RING_BYTES_MAX = 1 << 20
RING_KEYS_MAX = 1_000
NONCE_BYTES = 12
_ID_BYTES = 6
_FORMAT = 1


class KeyRingInvalid(Invalid):
    """The file of key-encryption keys cannot be read, or others may read it."""

    code = "key_ring_invalid"


class KeyEncryptionKeyUnknown(NotFound):
    """The ring has no key of that id."""

    code = "key_encryption_key_unknown"


class KeyEncryptionKeyInUse(Conflict):
    """The key still wraps data keys, or is the current one."""

    code = "key_encryption_key_in_use"


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key of the ring, without its value."""

    id: str
    made_at: str
    current: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Held:
    id: str
    made_at: str
    key: bytes


class LocalRing:
    """Key-encryption keys in a file of this machine. Any number of processes and threads may use it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._read: tuple[tuple[int, int, int], tuple[_Held, ...]] | None = None

    @property
    def backend(self) -> str:
        """Name the back end as rows of the database do."""
        return LOCAL

    def current_key_id(self) -> str:
        """Name the newest key, making the first one where the file is missing."""
        return self._current().id

    def wrap(self, key: bytes, context: bytes) -> WrappedKey:
        """Wrap a data key under the newest key."""
        held = self._current()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(held.key).encrypt(nonce, key, _bound(context, held.id))
        return WrappedKey(LOCAL, held.id, nonce + sealed)

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        """Unwrap by the key that the row names; raises WrappingUnavailable where the ring has no such key."""
        held = self._find(wrapped.key_id)
        try:
            return AESGCM(held.key).decrypt(
                wrapped.wrapped[:NONCE_BYTES], wrapped.wrapped[NONCE_BYTES:], _bound(context, held.id)
            )
        except (InvalidTag, ValueError) as error:
            raise WrappingRefused(
                "A data key does not open: its row was changed or moved.",
                field="vault_data_keys",
                remedy="Restore the row from a backup, and ask who changed the database.",
            ) from error

    def rotate(self) -> str:
        """Add a new key, which wraps from now on."""
        with self._locked():
            held = self._load() or ()
            if len(held) >= RING_KEYS_MAX:
                raise KeyEncryptionKeyInUse(
                    f"The ring holds {len(held)} keys.", remedy="Forget old ones by `intendant vault forget-key`."
                )
            new = _new_key()
            self._write((*held, new))
            return new.id

    def forget(self, key_id: str) -> None:
        """Destroy an older key; what it wraps, also in backups, can never be opened again."""
        with self._locked():
            held = self._load() or ()
            if key_id not in {each.id for each in held}:
                raise KeyEncryptionKeyUnknown(
                    f"The ring has no key {key_id}.", field="key_id", remedy="`intendant vault status` lists them."
                )
            if held[-1].id == key_id:
                raise KeyEncryptionKeyInUse(
                    "This is the current key.", field="key_id", remedy="Rotate first: `intendant vault rotate-key`."
                )
            self._write(tuple(each for each in held if each.id != key_id))

    def take(self, other: "LocalRing") -> list[str]:
        """Take the keys of another ring that this one lacks, as older ones; return their ids."""
        with self._locked():
            held = self._load() or ()
            known = {each.id for each in held}
            new = tuple(each for each in other._load() or () if each.id not in known)
            if len(held) + len(new) > RING_KEYS_MAX:
                raise KeyRingInvalid(
                    f"Together that is more than {RING_KEYS_MAX} keys.", field="file", remedy="Forget old keys first."
                )
            if new:
                self._write((*new, *held))
        return [each.id for each in new]

    def list_keys(self) -> list[RingKey]:
        """List the keys, oldest first."""
        held = self._load() or ()
        return [RingKey(each.id, each.made_at, each is held[-1]) for each in held]

    def check(self) -> WrappingHealth:
        """Say whether the ring can be read."""
        try:
            held = self._load()
        except Invalid as error:
            return WrappingHealth(LOCAL, False, None, error.message, error.remedy or "")
        if not held:
            return WrappingHealth(LOCAL, True, None, "No key yet: the first secret makes one.")
        return WrappingHealth(
            LOCAL, True, held[-1].id, f"{len(held)} {'key' if len(held) == 1 else 'keys'} in {self.path}."
        )

    def close(self) -> None:
        """Hold nothing open."""

    def _current(self) -> _Held:
        held = self._load()
        if not held:
            with self._locked():
                held = self._load()
                if not held:
                    self._write((_new_key(),))
                    held = self._load()
        if not held:
            raise KeyRingInvalid(f"{self.path} holds no key.", field="INTENDANT_VAULT_KEY_FILE", remedy=_RESTORE)
        return held[-1]

    def _find(self, key_id: str) -> _Held:
        for each in self._load() or ():
            if each.id == key_id:
                return each
        raise WrappingUnavailable(
            f"The key-encryption key {key_id} is not in {self.path}.",
            field="INTENDANT_VAULT_KEY_FILE",
            remedy=_RESTORE,
            data={"key_id": key_id},
        )

    def _load(self) -> tuple[_Held, ...] | None:
        """Return the keys, oldest first; None where there is no file."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._invalid(error.strerror or "cannot be read") from error
        signature = (found.st_ino, found.st_size, found.st_mtime_ns)
        read = self._read
        if read is not None and read[0] == signature:
            return read[1]
        if found.st_mode & 0o077:
            raise self._invalid("may be read by others", remedy=f"chmod 600 {self.path}")
        if found.st_size > RING_BYTES_MAX:
            raise self._invalid("is too large")
        try:
            document = orjson.loads(self.path.read_bytes())
            if document["format"] != _FORMAT:
                raise ValueError("unknown format")
            held = tuple(
                _Held(str(each["id"]), str(each["made_at"]), base64.b64decode(each["key"], validate=True))
                for each in document["keys"]
            )
            if not held or any(len(each.key) != DATA_KEY_BYTES for each in held):
                raise ValueError("a key of another length")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._invalid("is no ring of keys") from error
        self._read = (signature, held)
        return held

    def _write(self, held: tuple[_Held, ...]) -> None:
        document = {
            "format": _FORMAT,
            "keys": [
                {"id": each.id, "made_at": each.made_at, "key": base64.b64encode(each.key).decode()} for each in held
            ],
        }
        descriptor, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(orjson.dumps(document, option=orjson.OPT_INDENT_2))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            # A data key must never be kept under a key that a power cut takes away.
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process change the ring at a time."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.path.with_name(f".{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._invalid(error.strerror or "cannot be written") from error
        try:
            with self._lock:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
        finally:
            os.close(descriptor)

    def _invalid(self, what: str, *, remedy: str | None = None) -> KeyRingInvalid:
        return KeyRingInvalid(f"{self.path} {what}.", field="INTENDANT_VAULT_KEY_FILE", remedy=remedy or _RESTORE)


_RESTORE = "Put the file back from its backup; without it, the secrets must be entered again."


def _new_key() -> _Held:
    return _Held(f"k-{secrets.token_hex(_ID_BYTES)}", clock.system_now().isoformat(), AESGCM.generate_key(256))


def _bound(context: bytes, key_id: str) -> bytes:
    return context + b"|" + LOCAL.encode() + b"|" + key_id.encode()
