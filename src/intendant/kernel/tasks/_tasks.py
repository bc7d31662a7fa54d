"""Tasks: our index of durable work. A row is written in the caller's transaction; a worker starts it soon after, once.

The row is the outbox and the truth about a task; what runs it (see `_runtime`) uses the row's `workflow_id`, so that starting
twice is starting once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel import events, organizations
from intendant.kit import ids, tracing
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound
from intendant.kit.facets import Facets, count_facets

DEFAULT_QUEUE = "default"
PARAMETERS_BYTES_MAX = 16 * 1024
PAGE_SIZE_MAX = 201
"""A page of 200, and one more that says that there are more."""
QUEUED_PER_ORGANIZATION_MAX = 10_000


class TaskUnknown(NotFound):
    """No such task in this organisation."""

    code = "task_unknown"


class TaskInvalid(Invalid):
    """A task that cannot be enqueued."""

    code = "task_invalid"


class TaskOver(Conflict):
    """The task has ended, or has not ended yet, so that what was asked makes no sense."""

    code = "task_over"


class TaskState(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of durable work. All moments are system time."""

    organization_id: UUID
    id: UUID
    kind: str
    queue: str
    workflow_id: str
    subject: str | None
    parameters: Mapping[str, Any]
    priority: int
    state: TaskState
    progress: float
    note: str | None
    attempts: int
    error: str | None
    result: Any
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def task_from_row(row: Row) -> Task:
    """Build a task from a row of `tasks`."""
    return Task(**{name: row[name] for name in Task.__slots__ if name != "state"}, state=TaskState(row["state"]))


def enqueue(
    tx: Transaction,
    kind: str,
    *,
    parameters: Mapping[str, object],
    created_by: str,
    now: datetime,
    organization_id: UUID | None = None,
    subject: str | None = None,
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    dedup_key: str | None = None,
) -> UUID:
    """Enqueue a task in the caller's transaction and return its id.

    Parameters are ids and small values, at most `PARAMETERS_BYTES_MAX` of JSON. Lower `priority` runs first. While a task of
    this kind with the same `dedup_key` is queued or running, its id is returned and nothing is enqueued. `now` is system time.
    """
    organization_id = organization_id or tx.organization_id
    body = orjson.dumps(dict(parameters)).decode()
    if len(body) > PARAMETERS_BYTES_MAX:
        raise TaskInvalid(
            f"The parameters of {kind} take {len(body):,} bytes.",
            field="parameters",
            remedy=f"Pass ids; at most {PARAMETERS_BYTES_MAX:,} bytes.",
        )
    waiting = tx.scalar(
        "select count(*) from (select from tasks where organization_id = %s and state = 'queued' limit %s) t",
        [organization_id, QUEUED_PER_ORGANIZATION_MAX],
    )
    if waiting >= QUEUED_PER_ORGANIZATION_MAX:
        raise TaskInvalid("The queue is full.", field="kind", remedy="Wait until tasks have ended.")
    task_id = ids.new_id()
    added = tx.execute(
        "insert into tasks (organization_id, id, kind, queue, workflow_id, subject, parameters, priority, state, dedup_key,"
        " created_by, created_at) values (%s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s, %s, %s)"
        " on conflict (organization_id, kind, dedup_key) where dedup_key is not null and state in ('queued', 'running')"
        " do nothing",
        [organization_id, task_id, kind, queue, f"{task_id}.1", subject, body, priority, dedup_key, created_by, now],
    )
    if added:
        trace = tracing.traceparent()
        if trace is not None:
            tracing.remember(tx, [(organization_id, task_id, trace)])
        return task_id
    running: UUID | None = tx.scalar(
        "select id from tasks where organization_id = %s and kind = %s and dedup_key = %s and state in ('queued', 'running')",
        [organization_id, kind, dedup_key],
    )
    if running is None:
        raise TaskOver("A task like this one ended just now.", field="dedup_key", remedy="Ask again.")
    return running


def get_task(tx: Transaction, task_id: UUID) -> Task:
    """Get one task; raises TaskUnknown."""
    return _get(tx, task_id, "")


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks to list; None or nothing means any. `since` is system time."""

    states: Sequence[TaskState] = ()
    kinds: Sequence[str] = ()
    since: datetime | None = None
    subject: str | None = None


def list_tasks(
    tx: Transaction, wanted: TaskFilter | None = None, *, before: UUID | None = None, limit: int = 50
) -> list[Task]:
    """List tasks, newest first, at most `PAGE_SIZE_MAX`; `before` is the last id of the page before."""
    condition, values = _where(tx, wanted or TaskFilter())
    if before is not None:
        condition += " and id < %(before)s"
    rows = tx.all(
        f"select * from tasks where {condition} order by id desc limit %(limit)s",  # noqa: S608 - constants of this file
        values | {"before": before, "limit": max(1, min(limit, PAGE_SIZE_MAX))},
    )
    return [task_from_row(row) for row in rows]


def count_tasks(tx: Transaction, wanted: TaskFilter) -> Facets:
    """Count tasks by state and kind, each without its own filter."""
    condition, values = _where(tx, replace(wanted, states=(), kinds=()))
    return count_facets(
        tx,
        f"select state, kind from tasks where {condition} order by id desc",  # noqa: S608 - constants of this file
        {
            "state": "state = any(%(states)s)" if wanted.states else None,
            "kind": "kind = any(%(kinds)s)" if wanted.kinds else None,
        },
        values | {"states": [str(state) for state in wanted.states], "kinds": list(wanted.kinds)},
    )


def _where(tx: Transaction, wanted: TaskFilter) -> tuple[str, dict[str, Any]]:
    conditions = ["organization_id = %(organization)s"]
    values: dict[str, Any] = {"organization": tx.organization_id}
    chosen: dict[str, tuple[str, Any]] = {
        "states": ("state = any(%(states)s)", [str(state) for state in wanted.states] or None),
        "kinds": ("kind = any(%(kinds)s)", list(wanted.kinds) or None),
        "since": ("id >= first_id_at(%(since)s)", wanted.since),
        "subject": ("subject = %(subject)s", wanted.subject),
    }
    for name, (condition, value) in chosen.items():
        if value is not None:
            conditions.append(condition)
            values[name] = value
    return " and ".join(conditions), values


def cancel(tx: Transaction, task_id: UUID, *, by: str, now: datetime) -> Task:
    """Cancel a task: a queued one never starts, a running one ends before its next step. Raises TaskOver."""
    task = _get(tx, task_id, "for update")
    if task.state not in (TaskState.QUEUED, TaskState.RUNNING):
        raise TaskOver(f"The task is {task.state.value}.", field="task", remedy="There is nothing to cancel.")
    tx.execute(
        "update tasks set state = 'cancelled', ended_at = %s, error = %s where organization_id = %s and id = %s",
        [now, f"cancelled by {by}", task.organization_id, task.id],
    )
    clock = organizations.get_organization(tx, task.organization_id).clock
    events.emit(tx, [task_event(task, "cancelled", at=clock.at(now), recorded_at=now, actor=by)])
    return _get(tx, task_id, "")


def retry(tx: Transaction, task_id: UUID, *, by: str, now: datetime) -> Task:
    """Queue a failed or cancelled task again, as a new attempt from its beginning. Raises TaskOver."""
    task = _get(tx, task_id, "for update")
    if task.state not in (TaskState.FAILED, TaskState.CANCELLED):
        raise TaskOver(f"The task is {task.state.value}.", field="task", remedy="Only a failed task is tried again.")
    number = int(task.workflow_id.rpartition(".")[2]) + 1
    tx.execute(
        "update tasks set state = 'queued', workflow_id = %s, progress = 0, note = null, error = null, started_at = null,"
        " ended_at = null where organization_id = %s and id = %s",
        [f"{task.id}.{number}", task.organization_id, task.id],
    )
    clock = organizations.get_organization(tx, task.organization_id).clock
    events.emit(tx, [task_event(task, "requeued", at=clock.at(now), recorded_at=now, actor=by)])
    return _get(tx, task_id, "")


def task_event(
    task: Task, state: str, *, at: datetime, recorded_at: datetime, actor: str, error: str | None = None
) -> events.Event:
    """Say that a task came into `state` (`kernel.task.<state>`)."""
    body: dict[str, object] = {"task_id": task.id, "kind": task.kind, "subject": task.subject}
    if error is not None:
        body["error"] = error
    return events.Event(
        organization_id=task.organization_id,
        name=f"kernel.task.{state}",
        subject=f"task:{task.id}",
        body=body,
        at=at,
        recorded_at=recorded_at,
        actor=actor,
    )


def _get(tx: Transaction, task_id: UUID, lock: str) -> Task:
    row = tx.find(
        f"select * from tasks where organization_id = %s and id = %s {lock}",  # noqa: S608 - a literal of this file
        [tx.organization_id, task_id],
    )
    if row is None:
        raise TaskUnknown("There is no such task.", field="task", remedy="Check its id.")
    return task_from_row(row)
