"""A new epoch after a restore: transactions are numbered anew in another cluster, so the log counts on in a new age."""

import psycopg
from psycopg import sql

from intendant.kit.errors import Bug

_LOGS = ("events", "audit")


def start_epoch(connection: psycopg.Connection[tuple[object, ...]]) -> int:
    """Begin a new epoch in a database that has just been restored, before anything serves from it; return its number.

    Takes a connection of the owner or of a superuser. Event cursors given out before stay valid, and sealing goes on.
    """
    with connection.transaction():
        row = connection.execute("update installation set epoch = epoch + 1 returning epoch").fetchone()
        if row is None:
            raise Bug("The table installation is empty; the database was not migrated.")
        epoch = int(str(row[0]))
        for log in _LOGS:
            tables = connection.execute(
                "select relid::regclass::text from pg_partition_tree(%s::regclass)", [log]
            ).fetchall()
            for (table,) in tables:
                connection.execute(
                    sql.SQL("alter table {} alter column epoch set default {}").format(
                        sql.Identifier(str(table)), sql.Literal(epoch)
                    )
                )
    return epoch
