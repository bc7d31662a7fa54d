"""Metrics, the day's tasks and the first steps under /api/admin/autonomous-business, and /api/v1/replays."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from intendant.kernel import access, overview
from intendant.kernel.access import Permission, Principal
from intendant.kernel.overview import DailyTask, Kpi, Metrics, Period, Step, VerdictBucket
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(tags=["overview"])
CONTROLLER = "/api/admin/autonomous-business"
Watcher = Annotated[Principal, requires(Permission.SWITCH_READ)]
TaskReader = Annotated[Principal, requires(Permission.TASK_READ)]
Reader = Annotated[Principal, requires(Permission.DECISION_READ)]


class MetricsView(BaseModel):
    """Decisions by verdict and the six key figures over a period, in buckets of business time.

    A figure's `previous` is the same over the span before. Where decisions were too many to count all, `counted_from` says
    from when on they are complete.
    """

    model_config = ConfigDict(from_attributes=True)
    period: Period
    since: datetime
    until: datetime
    counted_from: datetime | None
    decisions: list[VerdictBucket]
    kpis: list[Kpi]


class DayView(BaseModel):
    """The organisation's day of business time and its tasks: first those still due, then the newest."""

    model_config = ConfigDict(from_attributes=True)
    begins_at: datetime
    ends_at: datetime
    items: list[DailyTask]
    capped: bool


class ChecklistView(BaseModel):
    """The first steps, each with whether the record shows that it was taken."""

    steps: list[Step]


class ReplayView(BaseModel):
    """A replay of a past table. `organization` is the sandbox in which its decisions lie."""

    id: UUID
    organization: str
    name: str
    state: str
    rows_total: int
    rows_done: int
    has_report: bool
    created_at: datetime
    updated_at: datetime


class ReplayRecord(ReplayView):
    """A replay with its report, whose keys docs/reference/replay-report.md describes; null until it has ended."""

    report: dict[str, Any] | None


@router.get(f"{CONTROLLER}/metrics", summary="Return the figures of a period")
def read_metrics(request: Request, principal: Watcher, period: Period = Period.DAY) -> MetricsView:
    """Return decisions by verdict and the key figures of a day, a week or a month, up to now."""
    system = system_of(request)
    with system.database.snapshot(principal.organization_id) as tx:
        found: Metrics = overview.read_metrics(tx, system.registry, period, clock.system_now())
    return MetricsView.model_validate(found)


@router.get(f"{CONTROLLER}/daily-tasks", summary="Return today's tasks")
def read_day(request: Request, principal: TaskReader) -> DayView:
    """Return what schedules begin today and what was begun today, in business time and the organisation's zone."""
    with system_of(request).database.snapshot(principal.organization_id) as tx:
        return DayView.model_validate(overview.read_day(tx, clock.system_now()))


@router.get(f"{CONTROLLER}/checklist", summary="Return the first steps")
def read_checklist(request: Request, principal: Watcher) -> ChecklistView:
    """Return the steps of setting up, and which of them the record shows as taken."""
    database = system_of(request).database
    with database.system() as tx:
        has_replay = bool(overview.list_replays(tx, _mine(tx, principal), every=principal.is_super_admin, limit=1))
    with database.snapshot(principal.organization_id) as tx:
        return ChecklistView(steps=overview.read_checklist(tx, has_replay=has_replay))


@router.get("/api/v1/replays", summary="List replays")
def list_replays(
    request: Request, principal: Reader, after: UUID | None = None, limit: Limit = PAGE_SIZE
) -> Page[ReplayView]:
    """List the replays of this organisation and of every sandbox that the caller may enter, newest first."""
    with system_of(request).database.system() as tx:
        rows = overview.list_replays(
            tx, _mine(tx, principal), every=principal.is_super_admin, after=after, limit=limit + 1
        )
    return page(rows, limit, show=ReplayView.model_validate, key=lambda row: row["id"])


@router.get("/api/v1/replays/{replay_id}", summary="Return a replay with its report")
def get_replay(request: Request, principal: Reader, replay_id: UUID) -> ReplayRecord:
    """Return a replay that the caller may see, with its report once it has ended."""
    with system_of(request).database.system() as tx:
        row = overview.get_replay(tx, _mine(tx, principal), replay_id, every=principal.is_super_admin)
    return ReplayRecord.model_validate(row)


def _mine(tx: Transaction, principal: Principal) -> list[UUID]:
    """Return the organisations whose replays the caller may see: their own, and as a user those they are a member of."""
    found = {principal.organization_id}
    if principal.kind == "user":
        memberships = access.list_memberships(tx, principal.id)
        readable = {role for role, held in access.MATRIX.items() if Permission.DECISION_READ in held}
        found |= {organization_id for organization_id, _, role in memberships if role in readable}
    return sorted(found)
