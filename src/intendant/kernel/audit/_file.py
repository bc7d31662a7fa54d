"""Checkpoints outside the database: one append-only file per organisation, a line per checkpoint, flushed to disk."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from intendant.kernel.audit._checkpoint import Checkpoint, CheckpointInvalid, parse_checkpoint

LINE_BYTES_MAX = 65_536


def checkpoint_path(folder: Path, organization_id: UUID) -> Path:
    """Return where the checkpoints of an organisation are kept."""
    return folder / f"{organization_id}.ndjson"


def parse_line(line: bytes, key: Ed25519PublicKey) -> Checkpoint:
    """Read one line; raises CheckpointInvalid."""
    try:
        value = orjson.loads(line)
        body, signature = str(value["body"]), bytes.fromhex(value["signature"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointInvalid("The line is no checkpoint.") from error
    return parse_checkpoint(body, signature, key)


def format_line(checkpoint: Checkpoint) -> bytes:
    """Write one line."""
    return orjson.dumps({"body": checkpoint.body, "signature": checkpoint.signature.hex()}) + b"\n"


def read_lines(path: Path, end: int | None = None) -> Iterator[bytes]:
    """Give the complete lines of a checkpoint file up to byte `end`; a file that does not exist has none."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        place = 0
        while line := file.readline(LINE_BYTES_MAX):
            place += len(line)
            if not line.endswith(b"\n") or (end is not None and place > end):
                return
            yield line


class CheckpointFile:
    """An organisation's checkpoint file, open and locked against every other sealer on this machine."""

    def __init__(self, file: BinaryIO, key: Ed25519PublicKey) -> None:
        self._file = file
        self._key = key

    def newest(self) -> Checkpoint | None:
        """Return the last checkpoint in the file."""
        end = self._file.seek(0, os.SEEK_END)
        start = max(0, end - 2 * LINE_BYTES_MAX)
        self._file.seek(start)
        lines = self._file.read().splitlines()
        return parse_line(lines[-1], self._key) if lines else None

    def after(self, number: int) -> Iterator[Checkpoint]:
        """Give the checkpoints with a greater number than `number`, in order."""
        self._file.seek(0)
        while line := self._file.readline(LINE_BYTES_MAX):
            checkpoint = parse_line(line, self._key)
            if checkpoint.statement.number > number:
                yield checkpoint

    def append(self, checkpoints: list[Checkpoint]) -> None:
        """Add checkpoints and wait until the disk has them."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(b"".join(format_line(checkpoint) for checkpoint in checkpoints))
        self._file.flush()
        os.fsync(self._file.fileno())

    def cut_after(self, number: int) -> None:
        """Take out the checkpoints with a greater number than `number`; see the sealer for when that may be."""
        end = 0
        self._file.seek(0)
        while line := self._file.readline(LINE_BYTES_MAX):
            if parse_line(line, self._key).statement.number > number:
                break
            end += len(line)
        self._file.truncate(end)
        self._file.flush()
        os.fsync(self._file.fileno())

    def drop_torn_line(self) -> None:
        """Cut off the beginning of a line that a crash kept from being written whole: no checkpoint was lost by it."""
        end = self._file.seek(0, os.SEEK_END)
        start = max(0, end - 2 * LINE_BYTES_MAX)
        self._file.seek(start)
        tail = self._file.read()
        whole = tail.rfind(b"\n") + 1
        if whole != len(tail):
            self._file.truncate(start + whole)


@contextmanager
def locked_file(folder: Path, organization_id: UUID, key: Ed25519PublicKey) -> Iterator[CheckpointFile | None]:
    """Open an organisation's file for appending; None if another process of this machine has it."""
    path = checkpoint_path(folder, organization_id)
    is_new = not path.exists()
    if is_new:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        if is_new:
            _sync_folder(folder)
        checkpoints = CheckpointFile(file, key)
        checkpoints.drop_torn_line()
        yield checkpoints


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
