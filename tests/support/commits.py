"""Commits that fail for real: a deferred trigger that breaks the connection, or raises, while PostgreSQL commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from intendant.kit.database import Database

BREAK_THE_CONNECTION = "perform pg_terminate_backend(pg_backend_pid());"
DISK_FULL = "raise exception 'no space left on device' using errcode = 'disk_full';"


@contextmanager
def failing_commits(database: Database, how: str, *, when: str = "true") -> Iterator[None]:
    """Let every commit that wrote an application for which `when` holds fail in the way that `how` says."""
    with psycopg.connect(database.urls.owner, autocommit=True) as connection:
        connection.execute(
            f"create function fail_commit() returns trigger language plpgsql as $$ begin {how} return null; end $$;"
            " create constraint trigger fail_commit after insert or update on lending_applications"
            f" deferrable initially deferred for each row when ({when}) execute function fail_commit()"
        )
        yield
        connection.execute("drop function fail_commit cascade")
