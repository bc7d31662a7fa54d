"""/api/v1/tasks: durable work and its progress; cancel, retry; schedules with their next runs."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request

from intendant.kernel import tasks
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.paging import PAGE_SIZE, Limit
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])
Reader = Annotated[Principal, requires(Permission.TASK_READ)]
Keeper = Annotated[Principal, requires(Permission.TASK_MANAGE)]


@router.get("")
def list_tasks(
    request: Request,
    principal: Reader,
    kind: str | None = None,
    state: tasks.TaskState | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> dict[str, Any]:
    """List tasks, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = tasks.list_tasks(tx, kind=kind, state=state, before=after, limit=limit + 1)
    shown = rows[:limit]
    return {"items": [_shown(task) for task in shown], "next": str(shown[-1].id) if len(rows) > limit else None}


@router.get("/schedules")
def list_schedules(request: Request, principal: Reader) -> dict[str, Any]:
    """List schedules with their next runs, in business time."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return {"items": [_shown(schedule) for schedule in tasks.list_schedules(tx)], "next": None}


@router.get("/{task_id}")
def get_task(request: Request, principal: Reader, task_id: UUID) -> dict[str, Any]:
    """Return one task with its progress."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return _shown(tasks.get_task(tx, task_id))


@router.post("/{task_id}/cancel")
def cancel(request: Request, principal: Keeper, task_id: UUID, once: Idempotency) -> Any:
    """Cancel a task: a queued one never starts, a running one ends before its next step."""
    return _change(request, principal, task_id, once, tasks.cancel)


@router.post("/{task_id}/retry")
def retry(request: Request, principal: Keeper, task_id: UUID, once: Idempotency) -> Any:
    """Queue a failed or cancelled task again, from its beginning."""
    return _change(request, principal, task_id, once, tasks.retry)


def _change(
    request: Request, principal: Principal, task_id: UUID, once: Once, change: Callable[..., tasks.Task]
) -> Any:
    def work(tx: Transaction, now: datetime) -> dict[str, Any]:
        return _shown(change(tx, task_id, by=principal.label, now=now))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        return once.run(tx, lambda: work(tx, clock.system_now()))


def _shown(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__ if name not in {"workflow_id", "organization_id"}}
