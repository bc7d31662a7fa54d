"""Open a file whatever wraps it (gzip, zip, bzip2, xz), never unpacking more than the limit, and tell what it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from intendant.kit.errors import IntendantError

from ._table import ReadLimits, TableEmpty, TableTooLarge, TableUnreadable

BLOCK_BYTES = 4 * 1024 * 1024
_UNREADABLE_MAGIC = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls)",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF document",
    b"SQLite format": "a SQLite database",
    b"ORC": "an ORC file",
    b"\x89HDF": "an HDF5 file",
}


@dataclass(frozen=True)
class Source:
    """A file, the wrapping it is in, and the first bytes of what is inside."""

    path: Path
    compression: str | None
    member: str | None
    head: bytes
    limits: ReadLimits

    @property
    def suffix(self) -> str:
        """Give the lower-case ending of the inner file's name."""
        name = self.member or (self.path.stem if self.compression else self.path.name)
        return Path(name).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[io.RawIOBase]:
        """Open the content; reading past the limit or past a cut raises a clear error."""
        with _open_wrapped(self.path, self.compression, self.member) as stream:
            yield CappedStream(stream, self.path, self.limits.decompressed_bytes_max)

    def read_all(self, byte_count_max: int) -> bytes:
        """Read the whole content, refusing more than `byte_count_max`."""
        with _open_wrapped(self.path, self.compression, self.member) as stream:
            return CappedStream(stream, self.path, byte_count_max).readall()


class CappedStream(io.RawIOBase):
    """A stream that counts what it gives and stops at a cap, so that a small file cannot unpack into a huge one."""

    def __init__(self, stream: IO[bytes], path: Path, byte_count_max: int) -> None:
        self._stream, self._path, self._byte_count_max, self._byte_count = stream, path, byte_count_max, 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes (all, within the cap, when negative)."""
        if size < 0:
            return self.readall()
        try:
            block = self._stream.read(size)
        except IntendantError:
            raise
        except Exception as error:  # every unpacker has errors of its own; all of them mean a damaged file
            raise TableUnreadable(
                f"{self._path.name} is cut off or damaged: it cannot be unpacked to its end ({error}).",
                field="file",
                remedy="Fetch or export the file again and compare its size with the original.",
            ) from error
        self._byte_count += len(block)
        if self._byte_count > self._byte_count_max:
            raise TableTooLarge(
                f"{self._path.name} holds more than {self._byte_count_max:,} bytes when unpacked.",
                field="file",
                remedy="Split the file, or keep fewer columns.",
                data={"decompressed_bytes_max": self._byte_count_max},
            )
        return block

    def readall(self) -> bytes:
        """Give everything that is left, within the cap."""
        return b"".join(iter(lambda: self.read(BLOCK_BYTES), b""))


def open_source(path: Path, limits: ReadLimits) -> Source:
    """Look at a file without reading it all: its size, its wrapping, its first bytes."""
    if not path.is_file():
        raise TableUnreadable(
            f"There is no file {path}.", field="file", remedy="Check the path; a folder or a pipe is not read."
        )
    size = path.stat().st_size
    if size > limits.file_bytes_max:
        raise TableTooLarge(
            f"{path.name} has {size:,} bytes; at most {limits.file_bytes_max:,} are read.",
            field="file",
            remedy="Split the file by time, keep fewer columns, or give it as Parquet.",
            data={"file_bytes": size, "file_bytes_max": limits.file_bytes_max},
        )
    if size == 0:
        raise TableEmpty(f"{path.name} is empty.", field="file", remedy="Export the table again.")
    with path.open("rb") as stream:
        magic = stream.read(16)
    compression, member = _wrapping(path, magic)
    source = Source(path, compression, member, b"", limits)
    with source.open() as content:
        head = content.read(1024 * 1024) or b""
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise TableEmpty(f"{path.name} holds nothing but blanks.", field="file", remedy="Export the table again.")
    for signature, what in _UNREADABLE_MAGIC.items():
        if head.startswith(signature):
            raise TableUnreadable(
                f"{path.name} is {what}, which is not read.",
                field="file",
                remedy="Save the table as CSV, Excel (.xlsx), JSON or Parquet.",
            )
    return Source(path, compression, member, head, limits)


def _wrapping(path: Path, magic: bytes) -> tuple[str | None, str | None]:
    if magic.startswith(b"\x1f\x8b"):
        return "gzip", None
    if magic.startswith(b"BZh"):
        return "bzip2", None
    if magic.startswith(b"\xfd7zXZ\x00"):
        return "xz", None
    if not magic.startswith(b"PK\x03\x04"):
        return None, None
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    except zipfile.BadZipFile as error:
        raise TableUnreadable(
            f"{path.name} is cut off or damaged: {error}.", field="file", remedy="Fetch or export the file again."
        ) from error
    if any(info.filename == "[Content_Types].xml" for info in members):
        return None, None
    if len(members) != 1:
        raise TableUnreadable(
            f"{path.name} is an archive of {len(members)} files; one table is expected.",
            field="file",
            remedy="Unpack it and name the file with the applications.",
        )
    if members[0].flag_bits & 0x1:
        raise TableUnreadable(
            f"{path.name} is locked with a password.", field="file", remedy="Unpack it first and name the file inside."
        )
    return "zip", members[0].filename


@contextmanager
def _open_wrapped(path: Path, compression: str | None, member: str | None) -> Iterator[IO[bytes]]:
    match compression:
        case "gzip":
            import gzip

            with gzip.open(path, "rb") as stream:
                yield cast("IO[bytes]", stream)
        case "bzip2":
            import bz2

            with bz2.open(path, "rb") as packed:
                yield cast("IO[bytes]", packed)
        case "xz":
            import lzma

            with lzma.open(path, "rb") as packed_xz:
                yield cast("IO[bytes]", packed_xz)
        case "zip" if member is not None:
            with _open_member(path, member) as inner:
                yield inner
        case _:
            with path.open("rb") as plain:
                yield plain


@contextmanager
def _open_member(path: Path, member: str) -> Iterator[IO[bytes]]:
    import zipfile

    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            inner = stack.enter_context(archive.open(member))
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise TableUnreadable(
                f"{path.name} is cut off or damaged: {error}.", field="file", remedy="Fetch or export the file again."
            ) from error
        yield inner
