"""/api/v1/approvals, answering: an answer is bound to the digest of what was shown, and is taken once.

An answer may be held for some seconds of system time, in which it can be taken back; then the worker carries it out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from intendant.kernel import approvals, decisions, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Tier
from intendant.kit import clock
from intendant.kit.canonical import digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, IntendantError
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.members import names_for
from intendant.server.system import system_of
from intendant.server.views.approvals import ApprovalView, BulkItem, BulkView, ItemProblem, Verb, show_approval
from intendant.server.views.decisions import DecisionRecord, show_record

router = APIRouter(prefix="/api/v1/approvals", tags=["approvals"])
Answerer = Annotated[Principal, requires(Permission.APPROVAL_ANSWER)]
BULK_MAX = 200
BULK_HOLD_SECONDS_MIN, BULK_HOLD_SECONDS = 5, 10
_HELD: dict[int | str, dict[str, Any]] = {
    202: {"model": ApprovalView, "description": "The answer is held and can be taken back."}
}

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]


class AnswerBody(BaseModel):
    """A person's answer. `digest` is the one the approval was read with; for `hold_seconds` it can be taken back."""

    model_config = ConfigDict(extra="forbid")
    digest: Digest
    reason: Reason
    hold_seconds: Annotated[int, Field(ge=0, le=approvals.HOLD_SECONDS_MAX)] = 0


class AmendBody(AnswerBody):
    """An answer that changes what was proposed: another action, other parameters."""

    action: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=50)


class BulkAnswer(BaseModel):
    """One of the cases that are answered together, with the digest it was read with."""

    model_config = ConfigDict(extra="forbid")
    approval_id: UUID
    digest: Digest


class BulkBody(BaseModel):
    """One answer to many cases. It is always held, so that all of it can be taken back."""

    model_config = ConfigDict(extra="forbid")
    answers: Annotated[list[BulkAnswer], Field(min_length=1, max_length=BULK_MAX)]
    answer: Literal["approve", "decline"]
    reason: Reason
    hold_seconds: Annotated[int, Field(ge=BULK_HOLD_SECONDS_MIN, le=approvals.HOLD_SECONDS_MAX)] = BULK_HOLD_SECONDS

    @model_validator(mode="after")
    def each_once(self) -> "BulkBody":
        """Refuse a case that stands twice."""
        if len({each.approval_id for each in self.answers}) < len(self.answers):
            raise ValueError("a case stands twice in `answers`")
        return self


class TakeBackManyBody(BaseModel):
    """Whose held answers are taken back."""

    model_config = ConfigDict(extra="forbid")
    approval_ids: Annotated[list[UUID], Field(min_length=1, max_length=BULK_MAX)]


@router.post("/bulk", summary="Answer many proposals alike", response_model=BulkView)
def answer_many(request: Request, principal: Answerer, body: BulkBody, once: Idempotency) -> Response:
    """Approve or decline many proposals at once; each is held, and told apart by its own result."""
    tier = _tier(principal)
    given = [
        decisions.GivenAnswer(
            each.approval_id, body.answer, bytes.fromhex(each.digest), body.reason, principal.label, tier
        )
        for each in body.answers
    ]
    stale: list[decisions.TurnedStale] = []

    def work(tx: Transaction) -> BulkView:
        results = decisions.hold_answers(tx, system.decider, given, _giver(principal), body.hold_seconds)
        stale.extend(result for result in results if isinstance(result, decisions.TurnedStale))
        return _bulk([each.approval_id for each in body.answers], results)

    system = system_of(request)
    with system.database.transaction(principal.organization_id) as tx:
        response = once.run(tx, lambda: work(tx))
    decisions.decide_anew(system.decider, stale, principal.label)
    return response


@router.post("/take-back", summary="Take many held answers back", response_model=BulkView)
def take_back_many(request: Request, principal: Answerer, body: TakeBackManyBody, once: Idempotency) -> Response:
    """Take held answers back, one's own or those of a lower tier; each is told apart by its own result."""

    def work(tx: Transaction) -> BulkView:
        results = _take_back(tx, principal, body.approval_ids)
        return _bulk(body.approval_ids, [results[each] for each in body.approval_ids])

    with system_of(request).database.transaction(principal.organization_id) as tx:
        response = once.run(tx, lambda: work(tx))
    return response


@router.post("/{approval_id}/approve", summary="Approve a proposal", response_model=DecisionRecord, responses=_HELD)
def approve(
    request: Request, principal: Answerer, approval_id: UUID, body: AnswerBody, once: Idempotency
) -> Response | DecisionRecord:
    """Approve what was proposed."""
    return _answer(request, principal, approval_id, "approve", body, {}, once)


@router.post("/{approval_id}/decline", summary="Decline a proposal", response_model=DecisionRecord, responses=_HELD)
def decline(
    request: Request, principal: Answerer, approval_id: UUID, body: AnswerBody, once: Idempotency
) -> Response | DecisionRecord:
    """Decline what was proposed."""
    return _answer(request, principal, approval_id, "decline", body, {}, once)


@router.post("/{approval_id}/amend", summary="Amend a proposal", response_model=DecisionRecord, responses=_HELD)
def amend(
    request: Request, principal: Answerer, approval_id: UUID, body: AmendBody, once: Idempotency
) -> Response | DecisionRecord:
    """Answer with another action or other parameters than were proposed."""
    amended = body.parameters | ({"action": body.action} if body.action is not None else {})
    return _answer(request, principal, approval_id, "amend", body, amended, once)


@router.post("/{approval_id}/take-back", summary="Take a held answer back", response_model=ApprovalView)
def take_back(request: Request, principal: Answerer, approval_id: UUID, once: Idempotency) -> Response:
    """Take a held answer back, one's own or that of a lower tier; the case waits again."""

    def work(tx: Transaction) -> ApprovalView:
        return _shown(request, tx, principal, _take_back(tx, principal, [approval_id])[approval_id])

    with system_of(request).database.transaction(principal.organization_id) as tx:
        response = once.run(tx, lambda: work(tx))
    return response


def _answer(
    request: Request,
    principal: Principal,
    approval_id: UUID,
    verb: Verb,
    body: AnswerBody,
    amended: dict[str, Any],
    once: Once,
) -> Response | DecisionRecord:
    system = system_of(request)
    given = decisions.GivenAnswer(
        approval_id=approval_id,
        answer=verb,
        digest=bytes.fromhex(body.digest),
        reason=body.reason,
        by=principal.label,
        tier=_tier(principal),
        amended=amended,
        # Of fixed length: a key that was cut off might meet another.
        idempotency_key=None if once.key is None else digest(f"{approval_id}:{once.key}".encode()).hex(),
    )
    if not body.hold_seconds:
        made = decisions.answer(system.decider, principal.organization_id, given)
        return show_record(made.as_dict(), hidden=False)

    def work(tx: Transaction) -> ApprovalView:
        (result,) = decisions.hold_answers(tx, system.decider, [given], _giver(principal), body.hold_seconds)
        return _shown(request, tx, principal, result)

    try:
        with system.database.transaction(principal.organization_id) as tx:
            response = once.run(tx, lambda: work(tx), status=202)
    except decisions.TurnedStale as stale:
        raise decisions.decide_anew(system.decider, [stale], principal.label)[0] from stale
    return response


def _take_back(tx: Transaction, principal: Principal, approval_ids: Sequence[UUID]) -> dict[UUID, Row | IntendantError]:
    now = clock.system_now()
    taken = approvals.take_back(
        tx,
        approval_ids,
        by=principal.label,
        giver=_giver(principal),
        tier=_tier(principal),
        now=_business(tx, now),
        system_now=now,
    )
    unknown = approvals.ApprovalUnknown("There is no such approval.", field="approval", remedy="List the open ones.")
    return {each: taken.get(each, unknown) for each in approval_ids}


def _bulk(approval_ids: Sequence[UUID], results: Sequence[Row | IntendantError]) -> BulkView:
    items = [
        BulkItem(approval_id=each, ok=not isinstance(result, IntendantError), problem=_problem(result))
        for each, result in zip(approval_ids, results, strict=True)
    ]
    until = next((row["held_until"] for row in results if not isinstance(row, IntendantError)), None)
    return BulkView(items=items, held_until=until)


def _problem(result: Row | IntendantError) -> ItemProblem | None:
    if not isinstance(result, IntendantError):
        return None
    if isinstance(result, Bug):
        raise result
    return ItemProblem(code=result.code, detail=result.message, field=result.field, remedy=result.remedy)


def _shown(request: Request, tx: Transaction, principal: Principal, result: Row | IntendantError) -> ApprovalView:
    if isinstance(result, IntendantError):
        raise result
    return show_approval(result, _business(tx, clock.system_now()), names_for(request, principal, [result]))


def _business(tx: Transaction, now: datetime) -> datetime:
    return organizations.get_organization(tx, tx.organization_id).clock.at(now)


def _giver(principal: Principal) -> approvals.Giver:
    return approvals.Giver(principal.kind, principal.id)


def _tier(principal: Principal) -> Tier:
    if principal.tier is None:
        raise approvals.TierTooLow(
            "This role answers no approvals.", field="role", remedy="Ask an operator, manager or owner."
        )
    return Tier(principal.tier)
