"""Answering: what a person says in the inbox becomes a new proposal that takes the common way through the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from uuid import UUID

import structlog

from intendant.kernel import approvals
from intendant.kernel.decisions._batch import Stopped
from intendant.kernel.decisions._decider import Decider
from intendant.kernel.decisions._reconsidering import TurnedStale, decide_anew
from intendant.kernel.decisions._record import Decision
from intendant.kernel.gate import Tier
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Answer, Proposal
from intendant.kit import clock
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError, Invalid

EXPIRED_PER_ROUND_MAX = 500
ESCALATED_FOR = timedelta(days=1)
"""How long the next tier has to answer, in business time."""
REASON_LENGTH_MAX = 2_000

log = structlog.get_logger(__name__)


class ReasonMissing(Invalid):
    """An answer needs a reason."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a person answers. `digest` is what the inbox showed; `amended` may hold `action` and parameters to change."""

    approval_id: UUID
    answer: Literal["approve", "decline", "amend"]
    digest: bytes
    reason: str
    by: str
    tier: Tier
    amended: Mapping[str, object] = field(default_factory=dict)
    idempotency_key: str | None = None


def answer(decider: Decider, organization_id: UUID, given: GivenAnswer) -> Decision:
    """Take a person's answer; return the decision it led to.

    Raises ReasonMissing, ApprovalUnknown, ApprovalClosed, TierTooLow, and ApprovalStale when subject or policy have changed
    since the proposal: the case has then been decided anew, and `data["decision_id"]` names that decision.
    """
    require_reason(given.reason)
    with decider.database.transaction(organization_id) as tx:
        row = approvals.get_approval(tx, given.approval_id)
        subject, version = _subject(tx, decider, row)
        fresh = row["state"] != "open" or _is_fresh(tx, row, version)
    if not fresh:
        raise decide_anew(decider, [TurnedStale(row, subject)], given.by)[0]
    proposal = as_proposal(decider, row, subject, given)
    try:
        return decider.decide(proposal)
    except Conflict as error:
        with decider.database.transaction(organization_id) as tx:
            _, version = _subject(tx, decider, row)
            changed = approvals.get_approval(tx, row["id"])["state"] == "open" and not _is_fresh(tx, row, version)
        if not changed:
            raise
        # Subject or policy changed between our look and the deciding transaction.
        raise decide_anew(decider, [TurnedStale(row, subject)], given.by)[0] from error


def require_reason(reason: str) -> None:
    """Refuse an answer without a reason; raises ReasonMissing."""
    if not 1 <= len(reason.strip()) <= REASON_LENGTH_MAX:
        raise ReasonMissing(
            "An answer needs a reason.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )


def as_proposal(
    decider: Decider, row: Row, subject: object, given: GivenAnswer, *, hold: UUID | None = None
) -> Proposal:
    """Return the proposal that an answer to the approval `row` is; `hold` is the hold that it waited in.

    An amendment that changes nothing, such as one's own judgement of a blind case that meets the proposal, is an approval.
    """
    kind, reason = decider.registry.kind(row["kind"]), given.reason.strip()
    action = row["action"] if given.answer == "approve" else kind.declined(row["action"])
    parameters = {name: value for name, value in given.amended.items() if name != "action"}
    if given.answer == "amend":
        action = str(given.amended.get("action", row["action"]))
    changes_nothing = given.answer == "amend" and action == row["action"] and not parameters
    return Proposal(
        organization_id=row["organization_id"],
        kind=row["kind"],
        subject_id=row["subject_id"],
        subject=subject,
        proposed_by=given.by,
        idempotency_key=given.idempotency_key,
        body_digest=digest(
            canonical_json([given.approval_id, given.answer, given.digest, reason, dict(given.amended)])
        ),
        answer=Answer(
            approval_id=given.approval_id,
            decision_id=row["decision_id"],
            answer="approve" if changes_nothing else given.answer,
            action=action,
            parameters=parameters,
            digest=given.digest,
            tier=given.tier,
            by=given.by,
            reason=reason,
            hold=hold,
        ),
    )


def expire_due(decider: Decider, organization_id: UUID) -> int:
    """Give every approval whose deadline has passed its declared fate; return how many. While all is stopped, nothing expires."""
    now_system = clock.system_now()
    with decider.database.transaction(organization_id) as tx:
        organization = get_organization(tx, organization_id)
        now = organization.clock.at(now_system)
        due = approvals.list_due(tx, organization_id, now, limit=EXPIRED_PER_ROUND_MAX)
        for row in due:
            if row["fate"] == "escalate":
                approvals.escalate(tx, row, now + ESCALATED_FOR, now=now, system_now=now_system)
        declined = [row for row in due if row["fate"] == "decline"]
        subjects = _subjects(tx, decider, declined)
        for row in declined:
            if row["subject_id"] not in subjects:
                approvals.mark_stale(tx, [row["id"]])
    closed = len(due) - len(declined)
    declined = [row for row in declined if row["subject_id"] in subjects]
    proposals = [_expiry(decider, row, subjects[row["subject_id"]]) for row in declined]
    for row, result in zip(declined, decider.decide_many(proposals), strict=True):
        if not isinstance(result, IntendantError):
            closed += 1
        elif not isinstance(result, Stopped | approvals.ApprovalClosed | approvals.ApprovalHeld):
            # What it was about has moved on; left open it would come up again in every round.
            log.warning("an expired approval is stale", organization=str(organization_id), code=result.code)
            with decider.database.transaction(organization_id) as tx:
                approvals.mark_stale(tx, [row["id"]])
    return closed


def _subjects(tx: Transaction, decider: Decider, rows: Sequence[Row]) -> dict[UUID, object]:
    subjects: dict[UUID, object] = {}
    for name in {row["kind"] for row in rows}:
        found = decider.registry.kind(name).reconsider(tx, [row["subject_id"] for row in rows if row["kind"] == name])
        subjects |= {subject_id: subject for subject_id, (subject, _) in found.items()}
    return subjects


def _expiry(decider: Decider, row: Row, subject: object) -> Proposal:
    action = decider.registry.kind(row["kind"]).expired(row["action"])
    answer = Answer(
        approval_id=row["id"],
        decision_id=row["decision_id"],
        answer="expire",
        action=action,
        parameters={},
        digest=bytes(row["digest"]),
        tier=Tier.OWNER,
        by="system:deadline",
        reason="Nobody answered before the deadline.",
    )
    return Proposal(row["organization_id"], row["kind"], row["subject_id"], subject, "system:deadline", answer=answer)


def _subject(tx: Transaction, decider: Decider, row: Row) -> tuple[object, int]:
    found = decider.registry.kind(row["kind"]).reconsider(tx, [row["subject_id"]])
    if row["subject_id"] not in found:
        raise approvals.ApprovalStale("What this case was about is gone.", remedy="Nothing is left to do.")
    return found[row["subject_id"]]


def _is_fresh(tx: Transaction, row: Row, subject_version: int) -> bool:
    """Say whether subject and policy are still those of the decision that asked."""
    found = tx.find(
        "select (d.record::json ->> 'subject_version')::int as subject_version, d.policy_version,"
        " (select max(version) from policies p where p.organization_id = d.organization_id and p.kind = d.kind"
        "  and p.state = 'active') as active_version"
        " from decisions d where d.organization_id = %s and d.id = %s",
        [row["organization_id"], row["decision_id"]],
    )
    if found is None:
        return False
    return bool(found["subject_version"] == subject_version and found["policy_version"] == found["active_version"])
