"""Partitions by month of the insert-only tables: made ahead of time, so that no row falls into the catch-all."""

from datetime import datetime, timedelta

from intendant.kit.database import Database

AHEAD = timedelta(days=62)


def keep_partitions(database: Database, now: datetime) -> None:
    """Create the partitions of this month and the next two where they lack. Ids carry system time, so `now` is that."""
    with database.system() as tx:
        tx.execute("select ensure_partitions(%s)", [now + AHEAD])
