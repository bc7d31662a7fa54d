"""Reading decisions: lists by key, one with its record."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

PAGE_MAX = 200
_LISTED = (
    "id, kind, component, subject_id, action, verdict, would, confidence, amount, policy_version, model_version, answers,"
    " decided_by, decided_at, recorded_at"
)


class DecisionUnknown(NotFound):
    """No such decision in this organisation."""

    code = "decision_unknown"


def list_decisions(
    tx: Transaction,
    *,
    kind: str | None = None,
    verdict: str | None = None,
    action: str | None = None,
    subject_id: UUID | None = None,
    since: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """List decisions newest first, from `after` (exclusive), at most `PAGE_MAX`; without their records."""
    return tx.all(
        f"select {_LISTED} from decisions where organization_id = %(organization)s"  # noqa: S608 - a constant
        " and (%(kind)s::text is null or kind = %(kind)s) and (%(verdict)s::text is null or verdict = %(verdict)s)"
        " and (%(action)s::text is null or action = %(action)s)"
        " and (%(subject)s::uuid is null or subject_id = %(subject)s)"
        " and (%(since)s::timestamptz is null or decided_at >= %(since)s)"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "kind": kind,
            "verdict": verdict,
            "action": action,
            "subject": subject_id,
            "since": since,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )


def list_recent(tx: Transaction, limit: int = 20) -> list[Row]:
    """List the newest decisions."""
    return list_decisions(tx, limit=limit)


def get_decision(tx: Transaction, decision_id: UUID) -> dict[str, Any]:
    """Get the full record of a decision; raises DecisionUnknown."""
    row = tx.find(
        "select record from decisions where organization_id = %s and id = %s", [tx.organization_id, decision_id]
    )
    if row is None:
        raise DecisionUnknown("There is no such decision.", field="decision", remedy="List the recent ones.")
    record: dict[str, Any] = orjson.loads(row["record"])
    return record


def count_by_verdict(tx: Transaction, since: datetime) -> dict[str, int]:
    """Count decisions by verdict since a business moment."""
    rows = tx.all(
        "select verdict, count(*) as n from decisions where organization_id = %s and decided_at >= %s group by verdict",
        [tx.organization_id, since],
    )
    return {row["verdict"]: row["n"] for row in rows}
