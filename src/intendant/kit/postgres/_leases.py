"""Which processes use the server: each holds a locked file, and the lock goes with the process, even by kill -9."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

_LEASE_COUNT_MAX = 10_000


@contextlib.contextmanager
def exclusive(lock_file: Path, *, create: bool = True) -> Iterator[Callable[[], bool]]:
    """Hold the folder's lock; waits for as long as another live process works on the server (starting it, restoring).

    Yields a question: is the file we hold still the one at that path?
    """
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0), 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield lambda: lock_file.exists() and os.path.samestat(os.fstat(descriptor), lock_file.stat())
    finally:
        os.close(descriptor)


def try_lock(lock_file: Path) -> int | None:
    """Take a lock at once and return its descriptor, or None when another process has it."""
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


class Lease:
    """One process's claim on the server. Create and release it under the folder's lock only."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.lease"
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give up the claim."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def count_leases(folder: Path, *, remove_dead: bool = False) -> int:
    """Count live leases; under the folder's lock, files of dead processes may be removed on the way."""
    live = 0
    for path in sorted(folder.glob("*.lease"))[:_LEASE_COUNT_MAX]:
        if _is_live(path):
            live += 1
        elif remove_dead:
            path.unlink(missing_ok=True)
    return live


def _is_live(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except PermissionError:
        # Another user's lease: we cannot test it, so it counts.
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
