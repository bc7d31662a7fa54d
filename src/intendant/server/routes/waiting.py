"""/api/v1/decisions/{id}/answer: how a decision ended, waited for if asked."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel.access import Permission, Principal
from intendant.kernel.decisions import DecisionUnknown, Settled, Standing
from intendant.server.auth import requires
from intendant.server.system import system_of
from intendant.server.waiting import AnswerWatch

router = APIRouter(prefix="/api/v1/decisions", tags=["decisions"])
Reader = Annotated[Principal, requires(Permission.DECISION_READ)]
WAIT_SECONDS_MAX = 60
DECISIONS_MAX = 100
RETRY_AFTER_SECONDS = 1


class AnswerView(BaseModel):
    """How a decision stands. `acted`, `refused` and `observed` it may be at once; the others follow a question.

    `action` is what came of it, null while it is `waiting`; `answer_decision_id` is the decision that the answer made.
    Times are business time.
    """

    decision_id: UUID
    state: Standing
    action: str | None
    approval_id: UUID | None
    due_at: datetime | None
    answer: str | None
    answer_decision_id: UUID | None
    answered_by: str | None
    answered_at: datetime | None


class AnswersBody(BaseModel):
    """Which decisions are waited for, and for how many seconds at most."""

    model_config = ConfigDict(extra="forbid")
    decision_ids: Annotated[list[UUID], Field(min_length=1, max_length=DECISIONS_MAX)]
    wait: Annotated[float, Field(ge=0, le=WAIT_SECONDS_MAX)] = 0


class AnswersView(BaseModel):
    """How each decision stands, in the order asked; `settled` says that none waits any more."""

    settled: bool
    items: list[AnswerView]


@router.get(
    "/{decision_id}/answer",
    summary="Wait for a decision's answer",
    response_model=AnswerView,
    responses={202: {"model": AnswerView, "description": "It still waits: ask again after `Retry-After` seconds."}},
)
async def wait_for_answer(
    request: Request,
    principal: Reader,
    decision_id: UUID,
    wait: Annotated[
        float, Query(ge=0, le=WAIT_SECONDS_MAX, description="For how many seconds to wait where people are asked.")
    ] = 0,
) -> Response:
    """Return how a decision ended; where people are asked, wait until they answered, the deadline fell, or time is over."""
    (found,) = await _wait(request, principal, [decision_id], wait)
    return _answer(_show(found), found.is_final)


@router.post(
    "/answers",
    summary="Wait for the answers of several decisions",
    response_model=AnswersView,
    responses={202: {"model": AnswersView, "description": "Some still wait: ask again after `Retry-After` seconds."}},
)
async def wait_for_answers(request: Request, principal: Reader, body: AnswersBody) -> Response:
    """Return how decisions ended, once all of them did or time is over. Changes nothing."""
    found = await _wait(request, principal, list(dict.fromkeys(body.decision_ids)), body.wait)
    settled = all(each.is_final for each in found)
    return _answer(AnswersView(settled=settled, items=[_show(each) for each in found]), settled)


async def _wait(request: Request, principal: Principal, decision_ids: list[UUID], seconds: float) -> list[Settled]:
    watch: AnswerWatch = request.app.state.answers
    system = system_of(request)
    found = await watch.wait(
        system.database, system.feed, principal.organization_id, principal.id, decision_ids, seconds
    )
    for each in decision_ids:
        if each not in found:
            raise DecisionUnknown(f"There is no decision {each}.", field="decision_id", remedy="Check the id.")
    return [found[each] for each in decision_ids]


def _answer(view: BaseModel, settled: bool) -> Response:
    headers = None if settled else {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return JSONResponse(view.model_dump(mode="json"), 200 if settled else 202, headers)


def _show(found: Settled) -> AnswerView:
    return AnswerView(
        decision_id=found.decision_id,
        state=found.standing,
        action=found.action,
        approval_id=found.approval_id,
        due_at=found.due_at,
        answer=found.answer,
        answer_decision_id=found.answer_decision_id,
        answered_by=found.answered_by,
        answered_at=found.answered_at,
    )
