"""Idempotency of proposals: the same key gives the same decision; the same key with another body is a conflict."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from intendant.kernel.decisions._record import Decision
from intendant.kernel.registry import Proposal
from intendant.kit.bulk import BulkInsert, to_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict

REQUESTS = BulkInsert(
    "requests",
    {
        "organization_id": "uuid",
        "scope": "text",
        "key": "text",
        "body_digest": "bytea",
        "status": "smallint",
        "response": "text",
        "created_at": "timestamptz",
    },
)
FORGOTTEN_AT_ONCE_MAX = 10_000
# The cast stands in a step of its own: one that may fail is not leakproof, so within the join it would be tried on every row that
# row-level security shows instead of being looked up.
_FIND = """
with known as materialized (
    select q.place, r.organization_id, r.body_digest, r.response::uuid as decision_id
    from json_to_recordset(%s::json) as q(place integer, organization_id uuid, scope text, key text)
    join requests r using (organization_id, scope, key)
)
select k.place, k.body_digest, d.organization_id, d.id, d.record
from known k left join decisions d on d.organization_id = k.organization_id and d.id = k.decision_id
"""


class IdempotencyKeyReused(Conflict):
    """The key was used before with another body."""

    code = "idempotency_key_reused"


def scope_of(proposal: Proposal) -> str:
    """Return the scope in which a proposal's key is unique: its kind."""
    return scope_of_kind(proposal.kind)


def scope_of_kind(kind: str) -> str:
    """Return the scope of the keys of a kind's proposals."""
    return f"decide:{kind}"


def answered_query(proposals: Sequence[Proposal]) -> tuple[str, list[object]]:
    """Return the query for what was decided already under the proposals' keys."""
    wanted = [
        {"place": place, "organization_id": p.organization_id, "scope": scope_of(p), "key": p.idempotency_key}
        for place, p in enumerate(proposals)
        if p.idempotency_key is not None
    ]
    return _FIND, [to_json(wanted)]


def read_answered(rows: Sequence[Row], proposals: Sequence[Proposal]) -> dict[int, Decision | IdempotencyKeyReused]:
    """Return, by place, the decision already made under each proposal's key, or the conflict."""
    answered: dict[int, Decision | IdempotencyKeyReused] = {}
    for row in rows:
        if bytes(row["body_digest"]) != proposals[row["place"]].body_digest or row["id"] is None:
            answered[row["place"]] = IdempotencyKeyReused(
                "This Idempotency-Key was used with another body.",
                field="Idempotency-Key",
                remedy="Use a new key for a new request.",
            )
        else:
            answered[row["place"]] = Decision(row["id"], row["organization_id"], row["record"].encode(), replayed=True)
    return answered


def find_decided(tx: Transaction, proposal: Proposal) -> Decision | None:
    """Find what was decided under a proposal's key already; raises IdempotencyKeyReused where its body was another."""
    found = read_answered(tx.all(*answered_query([proposal])), [proposal]).get(0)
    if isinstance(found, IdempotencyKeyReused):
        raise found
    return found


def key_row(proposal: Proposal, decision_id: UUID, created_at: object) -> dict[str, object]:
    """Return the row that binds a proposal's key to its decision."""
    return {
        "organization_id": proposal.organization_id,
        "scope": scope_of(proposal),
        "key": proposal.idempotency_key,
        "body_digest": proposal.body_digest,
        "status": 201,
        "response": str(decision_id),
        "created_at": created_at,
    }


def forget_requests(tx: Transaction, *, before: datetime, limit: int = FORGOTTEN_AT_ONCE_MAX) -> int:
    """Delete remembered answers older than a moment, at most `limit` at once; return how many. Takes a system transaction."""
    return tx.execute(
        "delete from requests where ctid in (select ctid from requests where created_at < %s limit %s)", [before, limit]
    )
