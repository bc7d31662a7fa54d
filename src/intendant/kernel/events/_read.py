"""Reading the log so that nothing is ever missed.

A sequence alone loses events: a transaction that took number 7 may commit after one that took 8 was read. So the order is
(epoch, transaction, sequence), and a reader stops below the oldest transaction still running: what lies before that is
complete for ever. A restore into a new cluster, where transactions are numbered anew, begins a new epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel.events._cursor import SEQUENCE_MAX, Cursor
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug

PAGE_MAX = 1_000
POSITIONS_PER_QUERY_MAX = 1_000

_COLUMNS = "organization_id, id, epoch, xid::text::bigint as xid, seq, name, version, body, at, recorded_at"
_FINISHED = (
    "(xid < pg_snapshot_xmin(pg_current_snapshot()) or epoch < (select i.epoch from installation i))"  # see module text
)


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it stands in the log. `cursor` is its position; `text` its body as canonical JSON."""

    cursor: Cursor
    id: UUID
    organization_id: UUID
    name: str
    version: int
    text: str
    at: datetime
    recorded_at: datetime

    @property
    def body(self) -> dict[str, Any]:
        """Return the body as a dictionary."""
        result: dict[str, Any] = orjson.loads(self.text)
        return result


def read(tx: Transaction, cursor: Cursor, limit: int, *, prefix: str = "") -> tuple[list[RecordedEvent], Cursor]:
    """Read up to `limit` finished events of the transaction's organisation after `cursor`, with the cursor to go on from.

    `prefix` keeps events whose name starts with it ("lending."). The next cursor also passes over events that were left out,
    so that a reader of rare events does not search the same stretch again.
    """
    if not 1 <= limit <= PAGE_MAX:
        raise Bug(f"A page of events holds 1 to {PAGE_MAX}, not {limit}.")
    end = horizon(tx) if prefix else cursor
    rows = tx.all(
        f"select {_COLUMNS} from events"  # noqa: S608 - constants of this file
        " where organization_id = %(organization)s and (epoch, xid, seq) > (%(epoch)s, %(xid)s::text::xid8, %(seq)s)"
        f" and starts_with(name, %(prefix)s) and {_FINISHED} order by epoch, xid, seq limit %(limit)s",
        {"organization": tx.organization_id, "prefix": prefix, "limit": limit, **_parameters(cursor)},
    )
    events = [from_row(row) for row in rows]
    if len(events) == limit:
        return events, events[-1].cursor
    return events, max(end, events[-1].cursor if events else cursor)


def horizon(tx: Transaction) -> Cursor:
    """Return the position up to which the log is complete: reading on from it gives only events that finish later."""
    row = tx.find(
        "select epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as xid from installation",
    )
    if row is None:
        raise Bug("The table installation is empty; the database was not migrated.")
    return Cursor(row["epoch"], row["xid"], SEQUENCE_MAX)


def read_many(
    tx: Transaction, positions: Sequence[tuple[UUID, Cursor]], limit: int
) -> dict[tuple[UUID, Cursor], list[RecordedEvent]]:
    """Read up to `limit` finished events after each position, for many organisations in one query.

    Takes a system transaction. Positions without news are absent from the answer.
    """
    result: dict[tuple[UUID, Cursor], list[RecordedEvent]] = {}
    for start in range(0, len(positions), POSITIONS_PER_QUERY_MAX):
        part = positions[start : start + POSITIONS_PER_QUERY_MAX]
        rows = tx.all(
            f"select p.n, e.* from unnest(%s::uuid[], %s::int[], %s::text[]::xid8[], %s::bigint[])"  # noqa: S608
            " with ordinality as p(organization, epoch, xid, seq, n) cross join lateral"
            f" (select {_COLUMNS} from events e where e.organization_id = p.organization"
            f" and (e.epoch, e.xid, e.seq) > (p.epoch, p.xid, p.seq) and {_FINISHED}"
            " order by e.epoch, e.xid, e.seq limit %s) e order by p.n, e.epoch, e.xid, e.seq",
            [
                [organization for organization, _ in part],
                [cursor.epoch for _, cursor in part],
                [str(cursor.xid) for _, cursor in part],
                [cursor.seq for _, cursor in part],
                limit,
            ],
        )
        for row in rows:
            result.setdefault(part[row["n"] - 1], []).append(from_row(row))
    return result


def from_row(row: Row) -> RecordedEvent:
    """Build an event from a row of `events`."""
    return RecordedEvent(
        Cursor(row["epoch"], row["xid"], row["seq"]),
        row["id"],
        row["organization_id"],
        row["name"],
        row["version"],
        row["body"],
        row["at"],
        row["recorded_at"],
    )


def _parameters(cursor: Cursor) -> dict[str, object]:
    return {"epoch": cursor.epoch, "xid": str(cursor.xid), "seq": cursor.seq}
