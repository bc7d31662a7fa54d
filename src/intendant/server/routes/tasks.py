"""/api/v1/tasks: durable work and its progress; cancel, retry; schedules with their next runs."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel

from intendant.kernel import organizations, tasks
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.paging import PAGE_SIZE, Limit, Page
from intendant.server.system import system_of
from intendant.server.views.approvals import counts
from intendant.server.views.tasks import ScheduleView, TaskFacets, TaskView, show_schedule, show_task

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])
Reader = Annotated[Principal, requires(Permission.TASK_READ)]
Keeper = Annotated[Principal, requires(Permission.TASK_MANAGE)]
States = Annotated[list[tasks.TaskState] | None, Query(max_length=5, description="Any of these; repeatable.")]
Kinds = Annotated[list[str] | None, Query(max_length=20, description="Any of these; repeatable.")]
Since = Annotated[AwareDatetime | None, Query(description="System time; only tasks made from then on.")]
Subject = Annotated[str | None, Query(max_length=200, description="Such as `schedule:<id>`.")]


@router.get("", summary="List tasks")
def list_tasks(
    request: Request,
    principal: Reader,
    kind: Kinds = None,
    state: States = None,
    since: Since = None,
    subject: Subject = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[TaskView]:
    """List tasks, newest first."""
    wanted = tasks.TaskFilter(state or (), kind or (), since, subject)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = tasks.list_tasks(tx, wanted, before=after, limit=limit + 1)
    shown = rows[:limit]
    return Page(items=[show_task(task) for task in shown], next=str(shown[-1].id) if len(rows) > limit else None)


@router.get("/facets", summary="Count tasks")
def count_tasks(
    request: Request,
    principal: Reader,
    kind: Kinds = None,
    state: States = None,
    since: Since = None,
    subject: Subject = None,
) -> TaskFacets:
    """Count tasks by state and kind, each without its own filter."""
    wanted = tasks.TaskFilter(state or (), kind or (), since, subject)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        counted = tasks.count_tasks(tx, wanted)
    return TaskFacets(
        state=counts(counted.by["state"]),
        kind=counts(counted.by["kind"]),
        total=counted.total,
        capped=counted.capped,
    )


@router.get("/schedules", summary="List schedules")
def list_schedules(request: Request, principal: Reader) -> Page[ScheduleView]:
    """List schedules with their next runs, in business time."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        zone = organizations.get_organization(tx, principal.organization_id).time_zone
        return Page(items=[show_schedule(schedule, zone) for schedule in tasks.list_schedules(tx)])


@router.post("/schedules/{schedule_id}/pause", summary="Pause a schedule", response_model=ScheduleView)
def pause_schedule(request: Request, principal: Keeper, schedule_id: UUID, once: Idempotency) -> Response:
    """Pause a schedule: nothing is begun by it until it is resumed."""
    return _change_schedule(request, principal, schedule_id, once, enabled=False)


@router.post("/schedules/{schedule_id}/resume", summary="Resume a schedule", response_model=ScheduleView)
def resume_schedule(request: Request, principal: Keeper, schedule_id: UUID, once: Idempotency) -> Response:
    """Let a paused schedule go on, from its next moment to come."""
    return _change_schedule(request, principal, schedule_id, once, enabled=True)


@router.post("/schedules/{schedule_id}/run-now", summary="Run a schedule now", response_model=TaskView)
def run_schedule_now(request: Request, principal: Keeper, schedule_id: UUID, once: Idempotency) -> Response:
    """Begin a schedule's task at once; its next run stays. While one is queued or running, that one is returned."""

    def work(tx: Transaction) -> TaskView:
        task_id = tasks.run_schedule_now(tx, schedule_id, by=principal.label, now=clock.system_now())
        return show_task(tasks.get_task(tx, task_id))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.get("/{task_id}", summary="Return a task")
def get_task(request: Request, principal: Reader, task_id: UUID) -> TaskView:
    """Return one task with its parameters, progress, attempts, error and result."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return show_task(tasks.get_task(tx, task_id))


@router.post("/{task_id}/cancel", summary="Cancel a task", response_model=TaskView)
def cancel(request: Request, principal: Keeper, task_id: UUID, once: Idempotency) -> Response:
    """Cancel a task: a queued one never starts, a running one ends before its next step."""
    return _change(request, principal, task_id, once, tasks.cancel)


@router.post("/{task_id}/retry", summary="Retry a task", response_model=TaskView)
def retry(request: Request, principal: Keeper, task_id: UUID, once: Idempotency) -> Response:
    """Queue a failed or cancelled task again, from its beginning."""
    return _change(request, principal, task_id, once, tasks.retry)


def _change(
    request: Request, principal: Principal, task_id: UUID, once: Once, change: Callable[..., tasks.Task]
) -> Response:
    def work(tx: Transaction, now: datetime) -> BaseModel:
        return show_task(change(tx, task_id, by=principal.label, now=now))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, lambda: work(tx, clock.system_now()))


def _change_schedule(
    request: Request, principal: Principal, schedule_id: UUID, once: Once, *, enabled: bool
) -> Response:
    def work(tx: Transaction) -> ScheduleView:
        zone = organizations.get_organization(tx, principal.organization_id).time_zone
        changed = tasks.set_schedule_enabled(
            tx, schedule_id, enabled=enabled, by=principal.label, now=clock.system_now()
        )
        return show_schedule(changed, zone)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer
