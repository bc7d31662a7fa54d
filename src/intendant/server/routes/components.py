"""/api/v1/components: what decides, at which level, under whose control."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import autonomy, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import Level
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.paging import Page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/components", tags=["components"])
Reader = Annotated[Principal, requires(Permission.COMPONENT_READ)]
Controller = Annotated[Principal, requires(Permission.COMPONENT_CONTROL)]


class ReasonBody(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class LevelBody(ReasonBody):
    """The level a component shall be on."""

    level: Level


class ComponentState(BaseModel):
    """What a component may do: its level, and who has taken control. `since` is business time."""

    name: str
    level: Level
    controlled_by: str | None
    since: datetime
    why: str


@router.get("", summary="List components")
def list_components(request: Request, principal: Reader) -> Page[ComponentState]:
    """List components with level and control."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = autonomy.list_components(tx)
    return Page(items=[ComponentState.model_validate(row) for row in rows])


@router.get("/{name}", summary="Return a component")
def get_component(request: Request, principal: Reader, name: str) -> ComponentState:
    """Return one component."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return ComponentState.model_validate(autonomy.get_component(tx, name))


@router.put("/{name}/level", summary="Set the level of a component")
def set_level(request: Request, principal: Controller, name: str, body: LevelBody) -> ComponentState:
    """Put a component on a level; it holds from the next decision on."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = autonomy.set_level(
            tx, organization, name, body.level, by=principal.label, why=body.reason, system_now=clock.system_now()
        )
    return ComponentState.model_validate(row)


@router.post("/{name}/take-control", summary="Take control of a component", response_model=ComponentState)
def take_control(request: Request, principal: Controller, name: str, body: ReasonBody, once: Idempotency) -> Response:
    """Take control of a component: from now on it asks about everything."""
    return change_control(request, principal, name, body.reason, once, autonomy.take_control)


@router.post("/{name}/hand-back", summary="Hand a component back", response_model=ComponentState)
def hand_back(request: Request, principal: Controller, name: str, body: ReasonBody, once: Idempotency) -> Response:
    """Hand a component back: its own level holds again."""
    return change_control(request, principal, name, body.reason, once, autonomy.hand_back)


def change_control(
    request: Request, principal: Principal, name: str, reason: str, once: Once, change: Callable[..., Row]
) -> Response:
    """Take or hand back control in one transaction, once for each key."""

    def work(tx: Transaction) -> ComponentState:
        organization = organizations.get_organization(tx, principal.organization_id)
        row = change(tx, organization, name, by=principal.label, why=reason, system_now=clock.system_now())
        return ComponentState.model_validate(row)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer
