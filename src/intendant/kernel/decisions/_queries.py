"""Reading decisions: lists by key, one with its record."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel import organizations
from intendant.kernel.audit import ERASED
from intendant.kernel.decisions._filters import id_bounds
from intendant.kernel.decisions._record import draws
from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    Level,
    compile_policy,
    dump_explanation,
    parse_policy,
)
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
COUNTED_MAX = 50_000
LEAST_ID = UUID(int=0)
_LISTED = (
    "id, kind, component, subject_id, action, verdict, would, confidence, amount, policy_version, model_version, answers,"
    " decided_by, decided_at, recorded_at"
)


class DecisionErased(Conflict):
    """What the decision rested on was erased at the person's request or by a rule of retention."""

    code = "decision_erased"


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
    """Count decisions by verdict since a business moment, among the newest `COUNTED_MAX`."""
    low, _ = id_bounds(organizations.get_organization(tx, tx.organization_id).clock, since, None)
    rows = tx.all(
        "select verdict, count(*) as n from (select verdict, decided_at from decisions"
        " where organization_id = %(organization)s and id >= %(low)s order by id desc limit %(limit)s) as newest"
        " where decided_at >= %(since)s group by verdict",
        {"organization": tx.organization_id, "low": low or LEAST_ID, "limit": COUNTED_MAX, "since": since},
    )
    return {row["verdict"]: row["n"] for row in rows}


def trace(tx: Transaction, decision_id: UUID) -> dict[str, Any]:
    """Recompute the full trace of a decision: every rule and condition of the policy that held, on its frozen values."""
    record = get_decision(tx, decision_id)
    if record.get(ERASED):
        raise DecisionErased(
            "What this decision rested on was erased by law, so it cannot be traced any more.",
            field="decision",
            remedy="Its verdict, policy version and proof remain.",
        )
    row = tx.find(
        "select body from policies where organization_id = %s and kind = %s and version = %s",
        [tx.organization_id, record["kind"], record["policy_version"]],
    )
    if row is None:
        raise DecisionUnknown("The policy version of this decision is gone.", field="decision")
    draw, blind_draw = draws(record["seed"])
    case = Case(
        action=record["action"],
        values=record["values"],
        confidence=record["confidence"],
        amount=None if record["amount"] is None else Decimal(record["amount"]),
        abstain=record["abstain"],
        draw=draw,
        blind_draw=blind_draw,
        at=datetime.fromisoformat(record["decided_at"]),
        muted=record.get("mutes"),
    )
    state = ComponentState(component=record["component"], level=Level(record["level"]))
    explanation = compile_policy(parse_policy(row["body"])).explain(case, state, Allowances())
    return {
        "decision_id": decision_id,
        "policy_version": record["policy_version"],
        "trace": dump_explanation(explanation),
    }
