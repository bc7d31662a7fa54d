"""The inbox's rows: what waits for a person, bound to a digest of exactly what was proposed. Rows only; answering decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.approvals._holds import check_hold, why_closed
from intendant.kernel.approvals._risk import RISKS, Risk, floor_of, risk_of, share_of
from intendant.kernel.gate import Fate, Tier, tier_rank
from intendant.kernel.registry import Answer, Decided
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, BulkUpdate, to_json
from intendant.kit.canonical import digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Forbidden, Invalid, NotFound

_BETRAYING = frozenset(
    {
        "action",
        "confidence",
        "alternatives",
        "reasons",
        "fired",
        "mutes",
        "impact",
        "summary",
        "parameters",
        "abstain",
        "values",
        "tier",
    }
)
"""What of a decision betrays the proposal; the values hold the score."""

APPROVALS = BulkInsert(
    "approvals",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "decision_id": "uuid",
        "kind": "text",
        "component": "text",
        "subject_id": "uuid",
        "action": "text",
        "amount": "numeric",
        "confidence": "double precision",
        "tier": "text",
        "digest": "bytea",
        "summary": "text",
        "blind": "boolean",
        "reference": "text",
        "risk": "text",
        "impact": "numeric",
        "reversible": "boolean",
        "due_at": "timestamptz",
        "fate": "text",
        "state": "text",
        "created_at": "timestamptz",
    },
)
ANSWERED = BulkUpdate(
    "approvals",
    {"organization_id": "uuid", "id": "uuid"},
    {
        "state": "text",
        "answer": "text",
        "amended": "jsonb",
        "answered_by": "text",
        "answered_at": "timestamptz",
        "answer_reason": "text",
        "answer_decision_id": "uuid",
    },
    where="t.state = 'open'",
)
WITHDRAWN = BulkUpdate(
    "approvals", {"organization_id": "uuid", "subject_id": "uuid"}, {"state": "text"}, where="t.state = 'open'"
)


class ApprovalUnknown(NotFound):
    """No such approval in this organisation."""

    code = "approval_unknown"


class ApprovalClosed(Conflict):
    """The approval was answered, expired or withdrawn already; an answer is taken once."""

    code = "approval_closed"


class ApprovalStale(Conflict):
    """What was proposed is no longer what would happen; the case is decided anew."""

    code = "approval_stale"


class AssigneeUnknown(Invalid):
    """Whoever shall answer is no member of the organisation."""

    code = "assignee_unknown"


class ProposalHidden(Conflict):
    """A blind case about the decision waits for an answer."""

    code = "proposal_hidden"


class TierTooLow(Forbidden):
    """The case is reserved to a higher tier."""

    code = "tier_too_low"


def row_for(decided: Decided, component: str, approval_id: UUID, record_digest: bytes) -> Row:
    """Return the row that asks a person about `decided`."""
    verdict, estimate, context = decided.verdict, decided.estimate, decided.context
    return {
        "organization_id": decided.proposal.organization_id,
        "id": approval_id,
        "decision_id": decided.id,
        "kind": decided.proposal.kind,
        "component": component,
        "subject_id": decided.proposal.subject_id,
        "action": estimate.action,
        "amount": estimate.amount,
        "confidence": estimate.confidence,
        "tier": verdict.tier.value,
        "digest": record_digest,
        "summary": estimate.summary,
        "blind": verdict.blind,
        "reference": estimate.parameters.get("reference"),
        "risk": _risk(decided),
        "impact": estimate.impact,
        "reversible": estimate.reversible,
        "due_at": context.now + timedelta(hours=verdict.deadline_hours),
        "fate": verdict.fate.value,
        "state": "open",
        "created_at": context.now,
    }


def _risk(decided: Decided) -> Risk:
    """Return what is at stake; of a blind case no more than its tier tells, for the rest would betray the proposal."""
    verdict, estimate = decided.verdict, decided.estimate
    if verdict.blind:
        return floor_of(verdict.tier)
    share = share_of(estimate.amount, decided.context.policy, estimate.action)
    return risk_of(verdict.tier, share, reversible=estimate.reversible)


def answered_row(answer: Answer, organization_id: UUID, decision_id: UUID, now: datetime) -> Row:
    """Return the update that closes an approval with its answer."""
    expired = answer.answer == "expire"
    return {
        "organization_id": organization_id,
        "id": answer.approval_id,
        "state": "expired" if expired else "answered",
        "answer": "decline" if expired else answer.answer,
        "amended": dict(answer.parameters) if answer.answer == "amend" else None,
        "answered_by": answer.by,
        "answered_at": now,
        "answer_reason": answer.reason,
        "answer_decision_id": decision_id,
    }


def new_approval_id() -> UUID:
    """Make the id of an approval."""
    return ids.new_id()


def lock_answered(tx: Transaction, answers: Sequence[tuple[UUID, Answer]]) -> dict[UUID, Row]:
    """Lock the approvals that are being answered, in key order; return them by id with the record and policy version that asked."""
    wanted = to_json([{"organization_id": organization_id, "id": a.approval_id} for organization_id, a in answers])
    rows = tx.all(
        "select a.*, d.policy_version, d.record from json_to_recordset(%s::json) as q(organization_id uuid, id uuid)"
        " join approvals a using (organization_id, id)"
        " join decisions d on d.organization_id = a.organization_id and d.id = a.decision_id"
        " order by a.organization_id, a.id for update of a",
        [wanted],
    )
    return {row["id"]: row for row in rows}


def check_answer(row: Row | None, answer: Answer) -> None:
    """Refuse an answer to an approval that is unknown, closed, above the person's tier, or not what they saw."""
    if row is None:
        raise ApprovalUnknown("There is no such approval.", field="approval", remedy="List the open ones.")
    if row["state"] != "open":
        raise ApprovalClosed(why_closed(row), remedy="Nothing is left to do.")
    check_hold(row, answer)
    if tier_rank(answer.tier) < tier_rank(Tier(row["tier"])):
        raise TierTooLow(
            f"This case is reserved to the tier '{row['tier']}'.",
            field="tier",
            remedy=f"Ask a {row['tier']} to answer it.",
        )
    if bytes(row["digest"]) != answer.digest:
        raise ApprovalStale(
            "You answered another proposal than the one that waits.", field="digest", remedy="Open the case again."
        )
    if digest(row["record"].encode()) != answer.digest:
        raise ApprovalStale(
            "The record of what was proposed is not what it was.", field="digest", remedy="Verify the audit log."
        )


def get_approval(tx: Transaction, approval_id: UUID) -> Row:
    """Get one approval; raises ApprovalUnknown."""
    row = tx.find("select * from approvals where organization_id = %s and id = %s", [tx.organization_id, approval_id])
    if row is None:
        raise ApprovalUnknown("There is no such approval.", field="approval", remedy="List the open ones.")
    return row


def list_by_id(tx: Transaction, approval_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Return approvals of the transaction's organisations by id; those that are unknown are left out."""
    rows = tx.all(
        "select * from approvals where organization_id = any(%s) and id = any(%s)",
        [list(tx.organizations), list(approval_ids)],
    )
    return {row["id"]: row for row in rows}


def find_open(tx: Transaction, subject_id: UUID) -> UUID | None:
    """Find the open approval about a subject."""
    found: UUID | None = tx.scalar(
        "select id from approvals where organization_id = %s and subject_id = %s and state = 'open' limit 1",
        [tx.organization_id, subject_id],
    )
    return found


def list_hidden(tx: Transaction, decision_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the decisions whose proposal is hidden, because a blind case about them waits for an answer."""
    rows = tx.all(
        "select decision_id from approvals where organization_id = %s and state = 'open' and blind and decision_id = any(%s)",
        [tx.organization_id, list(decision_ids)],
    )
    return {row["decision_id"] for row in rows}


def require_shown(tx: Transaction, decision_id: UUID) -> None:
    """Raise ProposalHidden while a blind case about the decision waits for an answer."""
    if list_hidden(tx, [decision_id]):
        raise ProposalHidden(
            "This case is to be judged before the proposal is seen.", field="decision", remedy="Answer it first."
        )


def conceal(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decision's row or record without the proposal and all that betrays it."""
    return {name: value for name, value in record.items() if name not in _BETRAYING}


def mark_shown(tx: Transaction, approval_id: UUID, now: datetime, *, to: str) -> None:
    """Remember when the proposal was first shown, and to whom: evidence about answers depends on it."""
    tx.execute(
        "update approvals set shown_at = %s, shown_to = %s where organization_id = %s and id = %s and shown_at is null",
        [now, to, tx.organization_id, approval_id],
    )


def assign(
    tx: Transaction, approval_id: UUID, assignee: UUID | None, *, by: str, now: datetime, system_now: datetime
) -> Row:
    """Assign an open approval to a member of the organisation, or to nobody."""
    row = get_approval(tx, approval_id)
    if assignee is not None and not tx.scalar(
        "select 1 from memberships where organization_id = %s and user_id = %s", [tx.organization_id, assignee]
    ):
        raise AssigneeUnknown("There is no such user here.", field="user_id", remedy="List the users.")
    touched = tx.execute(
        "update approvals set assignee = %s where organization_id = %s and id = %s and state = 'open'",
        [assignee, tx.organization_id, approval_id],
    )
    if not touched:
        raise ApprovalClosed(why_closed(get_approval(tx, approval_id)), remedy="Nothing is left to assign.")
    _emit(tx, row, "assigned", {"assignee": assignee}, by=by, now=now, system_now=system_now)
    return {**row, "assignee": assignee}


_NEXT_TIER = {Tier.OPERATOR: Tier.MANAGER, Tier.MANAGER: Tier.OWNER, Tier.OWNER: Tier.OWNER}


def escalate(
    tx: Transaction, approval: Mapping[str, Any], due_at: datetime, *, now: datetime, system_now: datetime
) -> None:
    """Raise an open approval to the next tier with a new deadline; with the owner it is declined when that passes too."""
    following = _NEXT_TIER[Tier(approval["tier"])]
    fate = Fate.DECLINE if following is Tier.OWNER else Fate(approval["fate"])
    # Only as it was found: two workers at once raise it by one tier, not by two.
    touched = tx.execute(
        "update approvals set tier = %s, due_at = %s, fate = %s, risk = %s"
        " where organization_id = %s and id = %s and state = 'open' and due_at = %s and held_until is null",
        [
            following.value,
            due_at,
            fate.value,
            max(approval["risk"], floor_of(following), key=RISKS.index),
            approval["organization_id"],
            approval["id"],
            approval["due_at"],
        ],
    )
    if touched:
        body: dict[str, object] = {"from": approval["tier"], "to": following.value, "due_at": due_at}
        _emit(tx, approval, "escalated", body, by="system:deadline", now=now, system_now=system_now)


def _emit(
    tx: Transaction,
    approval: Mapping[str, Any],
    verb: str,
    body: dict[str, object],
    *,
    by: str,
    now: datetime,
    system_now: datetime,
) -> None:
    event = events.Event(
        organization_id=approval["organization_id"],
        name=f"kernel.approval.{verb}",
        subject=f"approval:{approval['id']}",
        body={"approval_id": approval["id"], "decision_id": approval["decision_id"], **body},
        at=now,
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])


def list_due(tx: Transaction, organization_id: UUID, now: datetime, *, limit: int) -> list[Row]:
    """List open approvals whose deadline has passed in business time. One whose answer is held has been answered in time."""
    return tx.all(
        "select * from approvals where organization_id = %s and state = 'open' and due_at <= %s and held_until is null"
        " order by due_at, id limit %s",
        [organization_id, now, limit],
    )


def mark_stale(tx: Transaction, approval_ids: Sequence[UUID]) -> None:
    """Close approvals because their subjects or the policy have changed."""
    tx.execute(
        "update approvals set state = 'stale' where organization_id = any(%s) and id = any(%s) and state = 'open'",
        [list(tx.organizations), list(approval_ids)],
    )
