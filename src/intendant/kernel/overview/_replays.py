"""Replays of past tables: each lies in a sandbox of its own, which whoever may enter it sees from every organisation."""

from collections.abc import Sequence
from uuid import UUID

from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
_LISTED = """
select r.id, o.slug as organization, r.source_name as name, r.state, r.rows_total, r.rows_done, r.created_at, r.updated_at,
       coalesce(r.report ? 'report', false) as has_report
from replays r join organizations o on o.id = r.organization_id and o.removed_at is null
where (r.organization_id = any(%(organizations)s) or (%(every)s and o.kind = 'sandbox'))
"""


class ReplayUnknown(NotFound):
    """No such replay that the caller may see."""

    code = "replay_unknown"


def list_replays(
    tx: Transaction, organizations: Sequence[UUID], *, every: bool, after: UUID | None = None, limit: int = 50
) -> list[Row]:
    """List the replays of some organisations, or of every sandbox, newest first. Takes a system transaction."""
    return tx.all(
        _LISTED + " and (%(after)s::uuid is null or r.id < %(after)s) order by r.id desc limit %(limit)s",
        {"organizations": list(organizations), "every": every, "after": after, "limit": min(limit, PAGE_MAX)},
    )


def get_replay(tx: Transaction, organizations: Sequence[UUID], replay_id: UUID, *, every: bool) -> Row:
    """Get one replay with its report, if it has ended; raises ReplayUnknown. Takes a system transaction."""
    row = tx.find(
        _LISTED.replace("coalesce(", "r.report -> 'report' as report, coalesce(", 1) + " and r.id = %(id)s",
        {"organizations": list(organizations), "every": every, "id": replay_id},
    )
    if row is None:
        raise ReplayUnknown("There is no such replay.", field="replay", remedy="List the replays.")
    return row
