"""Backup and its way back: one file with a logical dump, and a manifest that says what must be in it.

    database.dump    pg_dump's custom format, in one snapshot
    manifest.json    its SHA-256, row counts in the same snapshot, server version, roles with SCRAM verifiers

The file holds everything the business knows: it is written 0600, and belongs where only the owner reaches it.
"""

import hashlib
import os
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg

from intendant.kit.errors import Conflict, Invalid, Unavailable
from intendant.kit.postgres._binaries import MAJOR_VERSION, find_binaries
from intendant.kit.postgres._definition import (
    Connection,
    apply_definition,
    count_rows,
    create_roles,
    read_definition,
)
from intendant.kit.postgres._manifest import FORMAT, BackupForeign, BackupManifest, parse_manifest
from intendant.kit.postgres.client import without_password

__all__ = [
    "AfterRestore",
    "BackupCorrupt",
    "BackupFailed",
    "BackupTargetExists",
    "RestoreTargetNotEmpty",
    "back_up",
    "load",
    "verify",
]

AfterRestore = Callable[[Connection], object]

BACKUP_SECONDS_MAX = 24 * 3600
_CHUNK_BYTES = 1 << 20
_MANIFEST_BYTES_MAX = 64 << 20
_DUMP, _MANIFEST = "database.dump", "manifest.json"
_SYSTEM_PROGRAMS = (Path("/usr/local/bin"), Path("/usr/bin"), Path("/opt/homebrew/bin"))


class BackupTargetExists(Conflict):
    """There is already a file of that name."""

    code = "backup_target_exists"


class NothingToBackUp(Conflict):
    """The database holds no table yet."""

    code = "nothing_to_back_up"


class BackupFailed(Unavailable):
    """PostgreSQL's programs could not write or read the dump."""

    code = "backup_failed"


class BackupCorrupt(Invalid):
    """The backup is damaged or cut short, or does not hold what it says."""

    code = "backup_corrupt"


class RestoreTargetNotEmpty(Conflict):
    """A restore would mix with what the database holds."""

    code = "restore_target_not_empty"


def back_up(url: str, target: Path, *, created_at: datetime) -> BackupManifest:
    """Write a backup of the database at `url` to the new file `target`, whole or not at all."""
    if target.exists():
        raise BackupTargetExists(f"{target} exists already.", field="target", remedy="Give a new file name.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        with _open_private(partial) as file, psycopg.connect(url, connect_timeout=10) as connection:
            manifest = _write(connection, url, file, created_at)
            if not manifest.row_counts:
                raise NothingToBackUp(
                    "The database is empty, so there is nothing to back up.",
                    field="database",
                    remedy="Start the product once, or check INTENDANT_HOME and INTENDANT_DATABASE_URL.",
                )
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def verify(source: Path) -> BackupManifest:
    """Return the manifest of a backup after reading all of it; damage and foreign files are refused."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _read_manifest(archive, source)
            with archive.open(_DUMP) as dump:
                digest, size = _digest(dump)
    except (zipfile.BadZipFile, EOFError, KeyError) as error:
        raise BackupCorrupt(
            f"{source} is damaged, cut short, or no backup at all ({error}).",
            field="source",
            remedy="Use another copy; nothing was changed.",
        ) from error
    if digest != manifest.sha256 or size != manifest.size_bytes:
        raise BackupCorrupt(
            f"The dump in {source} is not the one its manifest describes.",
            field="source",
            remedy="Use another copy; nothing was changed.",
            data={"expected_sha256": manifest.sha256, "found_sha256": digest},
        )
    if manifest.server_major_version > MAJOR_VERSION:
        raise BackupForeign(
            f"The backup comes from PostgreSQL {manifest.server_version}; this release brings {MAJOR_VERSION}.",
            field="source",
            remedy="Restore it with a newer release.",
        )
    return manifest


def load(url: str, source: Path, manifest: BackupManifest, *, after_restore: AfterRestore | None = None) -> None:
    """Load a verified backup into the empty database at `url` as a superuser, and check that every row arrived.

    `after_restore` then runs in one transaction: a new cluster counts transactions anew, so event readers need a new epoch.
    """
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        held = sorted(count_rows(connection))
        if held:
            raise RestoreTargetNotEmpty(
                f"The database already holds {len(held)} tables, {held[0]} among them.",
                field="url",
                remedy="Restore into an empty database.",
            )
        create_roles(connection, manifest.definition)
        with zipfile.ZipFile(source) as archive, archive.open(_DUMP) as dump:
            _pipe_to_restore(connection, url, dump)
        found = count_rows(connection)
        wrong = sorted(
            name for name in {*found, *manifest.row_counts} if found.get(name) != manifest.row_counts.get(name)
        )
        if wrong:
            raise BackupCorrupt(
                f"After the restore {len(wrong)} tables differ in their number of rows, {wrong[0]} first.",
                field="source",
                remedy="Use another copy; nothing was changed.",
            )
        apply_definition(connection, manifest.definition)
        if after_restore is not None:
            with connection.transaction():
                after_restore(connection)
        connection.execute("ANALYZE")


def _write(connection: Connection, url: str, file: IO[bytes], created_at: datetime) -> BackupManifest:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        # This session only holds the snapshot while the dump runs, however long that takes.
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute("SET LOCAL statement_timeout = 0")
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None  # noqa: S101 - a SELECT without FROM gives one row
        snapshot, version = row
        with zipfile.ZipFile(file, "w") as archive:
            with archive.open(_DUMP, "w", force_zip64=True) as dump:
                digest, size = _dump(connection, url, snapshot, dump)
            manifest = BackupManifest(
                format=FORMAT,
                created_at=created_at,
                server_version=version.split()[0],
                database=connection.info.dbname,
                sha256=digest,
                size_bytes=size,
                row_counts=count_rows(connection),
                definition=read_definition(connection),
            )
            archive.writestr(_MANIFEST, manifest.to_json())
    return manifest


def _dump(connection: Connection, url: str, snapshot: str, target: IO[bytes]) -> tuple[str, int]:
    address, environment = without_password(url)
    command = [_program(connection, "pg_dump"), "--format=custom", "--compress=gzip:1", f"--snapshot={snapshot}"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, "--no-password", f"--dbname={address}"], stdout=subprocess.PIPE, stderr=errors, env=environment
        )
        with _time_limit(process):
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            digest, size = _digest(process.stdout, target)
        _require_success(process, errors, "The backup was not written")
    return digest, size


def _pipe_to_restore(connection: Connection, url: str, dump: IO[bytes]) -> None:
    address, environment = without_password(url)
    command = [_program(connection, "pg_restore"), "--exit-on-error", "--single-transaction", "--no-password"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, f"--dbname={address}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
        )
        with _time_limit(process):
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            # When the program gives up early, its own message says why; the broken pipe is only the consequence.
            with suppress(BrokenPipeError), process.stdin as pipe:
                _digest(dump, pipe)
        _require_success(process, errors, "The backup was not restored")


class _time_limit:  # noqa: N801 - reads as a statement
    """End the process when it takes longer than any backup may."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._timer = threading.Timer(BACKUP_SECONDS_MAX, process.kill)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._process.kill()
        self._process.wait()
        self._timer.cancel()


def _require_success(process: subprocess.Popen[bytes], errors: IO[bytes], sentence: str) -> None:
    if process.returncode != 0:
        errors.seek(0)
        said = errors.read(_CHUNK_BYTES).decode("utf-8", "replace").strip()
        raise BackupFailed(
            f"{sentence}: {said[-2000:] or f'exit status {process.returncode}'}", remedy="Mend that cause."
        )


def _program(connection: Connection, name: str) -> str:
    """Return the program to use: ours, but it speaks no TLS, so over TLS the system's."""
    if not connection.pgconn.ssl_in_use:
        return find_binaries().program(name)
    for folder in _SYSTEM_PROGRAMS:
        if (folder / name).exists():
            return str(folder / name)
    raise BackupFailed(
        f"This database is reached over TLS, which the bundled {name} does not speak.",
        remedy="Install PostgreSQL's client programs (Debian: postgresql-client).",
    )


def _read_manifest(archive: zipfile.ZipFile, source: Path) -> BackupManifest:
    if set(archive.namelist()) != {_DUMP, _MANIFEST}:
        raise BackupForeign(
            f"{source} is no backup of this product.", field="source", remedy="Use a file written by `db backup`."
        )
    if archive.getinfo(_MANIFEST).file_size > _MANIFEST_BYTES_MAX:
        raise BackupForeign(f"The manifest in {source} is too large.", field="source", remedy="Use another copy.")
    return parse_manifest(archive.read(_MANIFEST))


def _digest(source: IO[bytes], target: IO[bytes] | None = None) -> tuple[str, int]:
    """Read `source` to its end, copying it to `target`; return its SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest(), size


def _open_private(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
