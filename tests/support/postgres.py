"""A real PostgreSQL for tests: one server per run, shared by all xdist workers, and fresh databases on it.

Import the fixture where it is needed: `from tests.support.postgres import postgres_server  # noqa: F401`, or once in a
conftest. The server keeps nothing on disk safely (fsync is off), so it is for tests only.
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from intendant.kit.errors import Conflict
from intendant.kit.postgres import EmbeddedPostgres

_SETTINGS = {"max_connections": "200", "shared_buffers": "128MB", "autovacuum": "off", "max_wal_size": "1GB"}
_MEMORY = Path("/dev/shm")  # noqa: S108 - private_folder makes it private
_MEMORY_BYTES_MIN = 4 << 30
_ABANDONED_SECONDS = 3600


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """Lend the run's server; `create_database` makes a database on it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "") or secrets.token_hex(8)
    folder = private_folder(f"intendant-tests-{run[:16]}")
    _remove_abandoned(folder)
    server = EmbeddedPostgres(folder / "postgres", settings=_SETTINGS, durable=False)
    with server.lease():
        yield server
    server.release()
    # Another xdist worker may still use it; the last one removes it.
    with contextlib.suppress(Conflict):
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: EmbeddedPostgres, template: str | None = None) -> str:
    """Create a database, empty or as a copy of `template` (which nobody may be connected to), and return its name."""
    # Copying files beats writing them to the log when nothing is synced: 0.25 s against 0.41 s for 150 tables.
    name = f"test_{secrets.token_hex(6)}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(statement)
    return name


def drop_database(server: EmbeddedPostgres, name: str) -> None:
    """Drop a database, ending its connections."""
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def private_folder(name: str) -> Path:
    """Make a folder for test data that the server's account can pass through even when the tests run as root.

    It lies in memory where there is plenty: what tests write is thrown away, and disks are slow and shared.
    """
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _MEMORY_BYTES_MIN
    folder = (_MEMORY if in_memory else Path(tempfile.gettempdir())) / name
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def _remove_abandoned(ours: Path) -> None:
    """Remove servers of earlier runs that were killed before they could."""
    now = ours.stat().st_mtime
    for folder in ours.parent.glob("intendant-tests-*"):
        with contextlib.suppress(Conflict, OSError):
            if folder.stat().st_uid == os.geteuid() and now - folder.stat().st_mtime > _ABANDONED_SECONDS:
                EmbeddedPostgres(folder / "postgres").remove()
                folder.rmdir()
