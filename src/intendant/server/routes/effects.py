"""/api/v1/effects: what was or will be done outside; take back, undo, settle what is unknown."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import actions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.actions import Effect
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page
from intendant.server.system import system_of
from intendant.server.views.effects import EffectView, SettledAnswer, TakenBack, TakenBackAnswer, show_effect

router = APIRouter(prefix="/api/v1/effects", tags=["effects"])
Reader = Annotated[Principal, requires(Permission.EFFECT_READ)]
Undoer = Annotated[Principal, requires(Permission.EFFECT_UNDO)]
Word = Annotated[str | None, Query(min_length=1, max_length=200)]


class TakeBackBody(BaseModel):
    """Why an effect shall be taken back."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class SettleBody(TakeBackBody):
    """Whether an effect of unknown fate happened, as a person found out."""

    happened: bool


@router.get("", summary="List effects")
def list_effects(
    request: Request,
    principal: Reader,
    state: actions.EffectState | None = None,
    decision_id: UUID | None = None,
    subject_id: UUID | None = None,
    action: Word = None,
    connector: Word = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[EffectView]:
    """List effects, newest first."""
    filters = actions.EffectFilter(state, connector, action, decision_id, subject_id)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = actions.list_effects(tx, filters, before=after, limit=limit + 1)
        shown = _shown(request, tx, rows[:limit])
    return Page(items=shown, next=str(shown[-1].id) if len(rows) > limit else None)


@router.get("/{effect_id}", summary="Return an effect")
def get_effect(request: Request, principal: Reader, effect_id: UUID) -> EffectView:
    """Return one effect."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _shown(request, tx, [actions.get_effect(tx, effect_id)])[0]


@router.post("/{effect_id}/undo", summary="Take an effect back", response_model=TakenBackAnswer)
def undo(request: Request, principal: Undoer, effect_id: UUID, body: TakeBackBody, once: Idempotency) -> Response:
    """Take a held effect back, or plan the declared undo of one that is done."""
    system = system_of(request)

    def work(tx: Transaction) -> TakenBackAnswer:
        taken = actions.take_back(
            tx,
            effect_id,
            by=principal.label,
            reason=body.reason,
            now=clock.system_now(),
            actions=system.registry.actions,
        )
        (effect,) = _shown(request, tx, [actions.get_effect(tx, effect_id)])
        return TakenBackAnswer(result=TakenBack(effect=effect, undo_effect_id=taken.undo_effect_id))

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.post("/{effect_id}/settle", summary="Settle an effect of unknown fate", response_model=SettledAnswer)
def settle(request: Request, principal: Undoer, effect_id: UUID, body: SettleBody, once: Idempotency) -> Response:
    """Settle an effect of unknown fate by a person's word."""

    def work(tx: Transaction) -> SettledAnswer:
        effect = actions.resolve_unknown(
            tx,
            effect_id,
            happened=body.happened,
            by=principal.label,
            reason=body.reason,
            now=clock.system_now(),
            actions=system_of(request).registry.actions,
        )
        return SettledAnswer(result=_shown(request, tx, [effect])[0])

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


def _shown(request: Request, tx: Transaction, effects: Sequence[Effect]) -> list[EffectView]:
    specs = system_of(request).registry.actions
    undoing = actions.list_undoing(tx, [effect.id for effect in effects])
    return [show_effect(effect, specs, undoing) for effect in effects]
