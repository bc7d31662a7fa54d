"""/api/v1/components: what decides, at which level, under whose control."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import access, autonomy, organizations
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
    """What a component may do: its level, and who has taken control. `since` (business time), `why` and `changed_by` tell of the
    last change."""

    name: str
    level: Level
    controlled_by: str | None
    since: datetime
    why: str
    changed_by: str


class RecordView(BaseModel):
    """A component's last thirty business days, `since` their beginning. The first five counts are without people's answers.

    `overridden` are answers that declined or amended what was proposed. `accuracy` is the share that was right among `matured`
    outcomes of those days, null without any. Where `capped`, there was more than is counted.
    """

    since: datetime
    decisions: int
    acted: int
    asked: int
    refused: int
    observed: int
    answered: int
    overridden: int
    matured: int
    accuracy: float | None
    capped: bool


class ComponentView(ComponentState):
    """A component with its record; names are those of users, null for programs and who has left."""

    controlled_by_name: str | None
    changed_by_name: str | None
    record: RecordView


class LevelAndControl(BaseModel):
    """A level, and who has taken control."""

    level: Level
    controlled_by: str | None


class ComponentChange(BaseModel):
    """A change of a component: a level was set, control taken or handed back. `at` is business time."""

    id: UUID
    verb: Literal["set", "taken", "handed_back"]
    before: LevelAndControl
    after: LevelAndControl
    why: str
    by: str
    by_name: str | None
    at: datetime
    recorded_at: datetime


class ComponentDetail(ComponentView):
    """A component with its newest changes, newest first, a hundred at most."""

    history: list[ComponentChange]


@router.get("", summary="List components")
def list_components(request: Request, principal: Reader) -> Page[ComponentView]:
    """List components with level, control and what they did in the last thirty business days."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = autonomy.list_components(tx)
        records = _read_records(request, tx)
    names = _names(request, principal, [label for row in rows for label in (row["controlled_by"], row["changed_by"])])
    return Page(items=[ComponentView(**_view(row, records, names)) for row in rows])


@router.get("/{name}", summary="Return a component")
def get_component(request: Request, principal: Reader, name: str) -> ComponentDetail:
    """Return one component with its record and the changes of its level and control."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        row = autonomy.get_component(tx, name)
        records = _read_records(request, tx)
        changes = autonomy.list_changes(tx, name)
    labels = [row["controlled_by"], row["changed_by"], *(change["body"]["by"] for change in changes)]
    names = _names(request, principal, labels)
    history = [
        ComponentChange(
            id=change["id"],
            verb=change["verb"],
            before=LevelAndControl(**change["body"]["from"]),
            after=LevelAndControl(**change["body"]["to"]),
            why=change["body"]["why"],
            by=change["body"]["by"],
            by_name=names.get(change["body"]["by"]),
            at=change["at"],
            recorded_at=change["recorded_at"],
        )
        for change in changes
    ]
    return ComponentDetail(**_view(row, records, names), history=history)


Records = tuple[Mapping[str, autonomy.ComponentRecord], datetime]


def _read_records(request: Request, tx: Transaction) -> Records:
    organization = organizations.get_organization(tx, tx.organization_id)
    now = organization.clock.now()
    return autonomy.read_component_records(tx, organization, system_of(request).registry, now=now), now


def _names(request: Request, principal: Principal, labels: Iterable[str | None]) -> dict[str, str]:
    with system_of(request).database.system() as tx:
        return access.names_by_label(tx, principal.organization_id, labels)


def _view(row: Row, records: Records, names: Mapping[str, str]) -> dict[str, Any]:
    known, now = records
    record = known.get(row["name"]) or autonomy.ComponentRecord(now - autonomy.LOOKED_BACK)
    return {
        **ComponentState.model_validate(row).model_dump(),
        "controlled_by_name": names.get(row["controlled_by"]),
        "changed_by_name": names.get(row["changed_by"]),
        "record": RecordView(**asdict(record)),
    }


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
