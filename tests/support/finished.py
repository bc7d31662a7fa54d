"""Waiting until what was committed may be read and sealed: other databases of the same server can hold that back."""

import time

from intendant.kit.database import Database

PATIENCE_SECONDS = 30.0


def wait_until_finished(database: Database) -> None:
    """Return when every transaction that began before this call has ended, in whatever database of the server."""
    with database.system() as tx:
        mine = int(tx.scalar("select pg_current_xact_id()::text"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with database.system() as tx:
            if int(tx.scalar("select pg_snapshot_xmin(pg_current_snapshot())::text")) > mine:
                return
        time.sleep(0.01)
    raise TimeoutError("A transaction of another test has been open for too long.")
