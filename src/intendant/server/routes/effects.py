"""/api/v1/effects: what was or will be done outside; take back, undo, settle what is unknown."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import actions
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/effects", tags=["effects"])
Reader = Annotated[Principal, requires(Permission.EFFECT_READ)]
Undoer = Annotated[Principal, requires(Permission.EFFECT_UNDO)]


class TakeBackBody(BaseModel):
    """Why an effect shall be taken back."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class SettleBody(TakeBackBody):
    """Whether an effect of unknown fate happened, as a person found out."""

    happened: bool


@router.get("")
def list_effects(
    request: Request,
    principal: Reader,
    state: actions.EffectState | None = None,
    decision_id: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> dict[str, Any]:
    """List effects, newest first."""
    filters = actions.EffectFilter(state=state, decision_id=decision_id)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = actions.list_effects(tx, filters, before=after, limit=limit + 1)
    shown = rows[:limit]
    return {"items": shown, "next": str(shown[-1].id) if len(rows) > limit else None}


@router.get("/{effect_id}")
def get_effect(request: Request, principal: Reader, effect_id: UUID) -> actions.Effect:
    """Return one effect."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return actions.get_effect(tx, effect_id)


@router.post("/{effect_id}/undo")
def undo(request: Request, principal: Undoer, effect_id: UUID, body: TakeBackBody, once: Idempotency) -> Any:
    """Take a held effect back, or plan the declared undo of one that is done."""
    system = system_of(request)

    def work(tx: Transaction) -> dict[str, Any]:
        taken = actions.take_back(
            tx,
            effect_id,
            by=principal.label,
            reason=body.reason,
            now=clock.system_now(),
            actions=system.registry.actions,
        )
        return {"result": _plain(taken)}

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.post("/{effect_id}/settle")
def settle(request: Request, principal: Undoer, effect_id: UUID, body: SettleBody, once: Idempotency) -> Any:
    """Settle an effect of unknown fate by a person's word."""

    def work(tx: Transaction) -> dict[str, Any]:
        effect = actions.resolve_unknown(
            tx,
            effect_id,
            happened=body.happened,
            by=principal.label,
            reason=body.reason,
            now=clock.system_now(),
            actions=system_of(request).registry.actions,
        )
        return {"result": _plain(effect)}

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


def _plain(value: Any) -> Any:
    import orjson

    return orjson.loads(canonical_json(value))
