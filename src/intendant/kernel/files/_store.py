"""A file store outside the database: any place fsspec speaks to, such as file:// or s3://. Credentials come from its own
environment and are never part of the address, so they are never logged."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from intendant.kit.errors import Invalid, Unavailable

LISTED_FILES_MAX = 1_000_000


class FileStoreInvalid(Invalid):
    """The address of the file store cannot be used."""

    code = "file_store_invalid"


class FileStoreUnavailable(Unavailable):
    """The file store does not answer, or does not hold what was written to it."""

    code = "file_store_unavailable"


class FileStore:
    """Paths below one folder of a file system; `protocol` is its name at fsspec."""

    def __init__(self, system: Any, root: str, protocol: str) -> None:
        self._system = system
        self._root = root.rstrip("/")
        self.protocol = protocol

    def write(self, path: str, body: bytes) -> None:
        """Write bytes so that a crash leaves either all of them or none; what is there already is written anew."""
        target = f"{self._root}/{path}"
        with self._answering(f"The file store did not take {path}."):
            self._system.makedirs(target.rpartition("/")[0], exist_ok=True)
            if self.protocol == "file":
                _write_durably(Path(target), body)
            else:
                # One request that such stores take as a whole or not at all.
                self._system.pipe_file(target, body)

    def read(self, path: str, *, size_max: int) -> bytes:
        """Return what lies at a path, at most one byte more than `size_max`."""
        with self._answering(f"The file store did not give {path}."):
            with self._system.open(f"{self._root}/{path}", "rb") as file:
                body: bytes = file.read(size_max + 1)
            return body

    def remove(self, path: str) -> None:
        """Remove a path; one that is gone is no error."""
        with self._answering(f"The file store did not remove {path}."), contextlib.suppress(FileNotFoundError):
            self._system.rm_file(f"{self._root}/{path}")

    def paths(self) -> list[tuple[str, datetime]]:
        """List everything below the root with the moment it was written, at most `LISTED_FILES_MAX`."""
        with self._answering("The file store cannot be listed."):
            if not self._system.exists(self._root):
                return []
            found = self._system.find(self._root)[:LISTED_FILES_MAX]
            prefix = len(self._system._strip_protocol(self._root)) + 1
            return [(each[prefix:], _zoned(self._system.modified(each))) for each in found if self._system.exists(each)]

    @contextlib.contextmanager
    def _answering(self, message: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Each file system raises errors of its own kind. Their text may quote addresses and keys: the type is enough.
            raise FileStoreUnavailable(
                f"{message} ({type(error).__name__})",
                field="INTENDANT_FILES_URL",
                remedy="Check that the store answers and that its credentials hold; then try again.",
            ) from error


def open_store(url: str | None) -> FileStore | None:
    """Return the store at an address such as `file:///srv/files` or `s3://bucket/folder`; None for none. Raises FileStoreInvalid.

    Nothing is reached before it is used.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if not parts.scheme or "@" in parts.netloc or parts.query or "::" in url:
        raise FileStoreInvalid(
            "The address of the file store is no plain one.",
            field="INTENDANT_FILES_URL",
            remedy="Give protocol, place and folder alone, such as s3://bucket/folder; credentials come from the store's"
            " own environment variables.",
        )
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise FileStoreInvalid(
            f"The file store's protocol '{parts.scheme}' cannot be spoken here.",
            field="INTENDANT_FILES_URL",
            remedy="Install what fsspec needs for it, such as s3fs for s3:// or gcsfs for gs://.",
        ) from error
    return FileStore(system, root, "file" if parts.scheme in {"file", "local"} else parts.scheme)


def _write_durably(target: Path, body: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
