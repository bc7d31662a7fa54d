"""/api/v1/approvals: the inbox. An answer is bound to the digest of what was shown, and is taken once."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import approvals, decisions, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Tier
from intendant.kit import clock
from intendant.kit.canonical import digest
from intendant.kit.database import Row
from intendant.server.auth import requires
from intendant.server.idempotency import KEY_LENGTH_MAX, Idempotency
from intendant.server.paging import PAGE_SIZE, Limit
from intendant.server.routes.decisions import listing
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"])
Reader = Annotated[Principal, requires(Permission.APPROVAL_READ)]
Answerer = Annotated[Principal, requires(Permission.APPROVAL_ANSWER)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LENGTH_MAX)]
State = Literal["open", "answered", "expired", "stale", "withdrawn"]


class AnswerBody(BaseModel):
    """A person's answer. `digest` is the one the approval was read with."""

    model_config = ConfigDict(extra="forbid")
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class AmendBody(AnswerBody):
    """An answer that changes what was proposed: another action, other parameters."""

    action: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=50)


class AssignBody(BaseModel):
    """Who shall answer; null for nobody."""

    model_config = ConfigDict(extra="forbid")
    user_id: UUID | None


@router.get("")
def list_approvals(
    request: Request,
    principal: Reader,
    state: State | None = "open",
    tier: Tier | None = None,
    assignee: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> dict[str, Any]:
    """List approvals, oldest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = approvals.list_approvals(tx, state=state, tier=tier, assignee=assignee, after=after, limit=limit + 1)
    return listing([_shown(row) for row in rows], limit)


@router.get("/{approval_id}")
def get_approval(request: Request, principal: Reader, approval_id: UUID) -> dict[str, Any]:
    """Return an approval with the decision that asked. A blind case hides what was proposed until it is answered."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        row = approvals.get_approval(tx, approval_id)
        record = decisions.get_decision(tx, row["decision_id"])
        hidden = approvals.is_hidden(row)
        if not hidden:
            now = organizations.get_organization(tx, principal.organization_id).clock.now()
            approvals.mark_shown(tx, approval_id, now)
    return _shown(row) | {"decision": approvals.conceal(record) if hidden else record}


@router.post("/{approval_id}/approve")
def approve(
    request: Request, principal: Answerer, approval_id: UUID, body: AnswerBody, key: Key = None
) -> dict[str, Any]:
    """Approve what was proposed."""
    return _answer(request, principal, approval_id, "approve", body, {}, key)


@router.post("/{approval_id}/decline")
def decline(
    request: Request, principal: Answerer, approval_id: UUID, body: AnswerBody, key: Key = None
) -> dict[str, Any]:
    """Decline what was proposed."""
    return _answer(request, principal, approval_id, "decline", body, {}, key)


@router.post("/{approval_id}/amend")
def amend(request: Request, principal: Answerer, approval_id: UUID, body: AmendBody, key: Key = None) -> dict[str, Any]:
    """Answer with another action or other parameters than were proposed."""
    amended = body.parameters | ({"action": body.action} if body.action is not None else {})
    return _answer(request, principal, approval_id, "amend", body, amended, key)


@router.post("/{approval_id}/assign")
def assign(request: Request, principal: Answerer, approval_id: UUID, body: AssignBody, once: Idempotency) -> Any:
    """Assign an open approval to a user, or to nobody."""

    def work() -> dict[str, Any]:
        now = clock.system_now()
        business = organizations.get_organization(tx, principal.organization_id).clock.at(now)
        return _shown(approvals.assign(tx, approval_id, body.user_id, by=principal.label, now=business, system_now=now))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, work)
    return answer


def _answer(
    request: Request,
    principal: Principal,
    approval_id: UUID,
    verb: Literal["approve", "decline", "amend"],
    body: AnswerBody,
    amended: dict[str, Any],
    key: str | None,
) -> dict[str, Any]:
    if principal.tier is None:
        raise approvals.TierTooLow(
            "This role answers no approvals.", field="role", remedy="Ask an operator, manager or owner."
        )
    given = decisions.GivenAnswer(
        approval_id=approval_id,
        answer=verb,
        digest=bytes.fromhex(body.digest),
        reason=body.reason,
        by=principal.label,
        tier=Tier(principal.tier),
        amended=amended,
        # Of fixed length: a key that was cut off might meet another.
        idempotency_key=None if key is None else digest(f"{approval_id}:{key}".encode()).hex(),
    )
    return decisions.answer(system_of(request).decider, principal.organization_id, given).as_dict()


def _shown(row: Row) -> dict[str, Any]:
    """Return an approval as the wire has it: the digest in hex, nothing of the proposal while a blind case is open."""
    return approvals.concealed({**row, "digest": bytes(row["digest"]).hex()})
