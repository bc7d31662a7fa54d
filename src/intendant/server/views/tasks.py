"""What the routes about tasks and schedules answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel.tasks import Schedule, Task, TaskState, next_runs
from intendant.server.views.approvals import Count


class TaskView(BaseModel):
    """One piece of durable work. All moments are system time; lower `priority` runs first."""

    id: UUID
    kind: str
    queue: str
    subject: str | None
    parameters: dict[str, Any]
    priority: int
    state: TaskState
    progress: float
    """From 0 to 1."""
    note: str | None
    attempts: int
    error: str | None
    result: Any
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class TaskFacets(BaseModel):
    """How many tasks match, by state and kind."""

    state: list[Count]
    kind: list[Count]
    total: int
    capped: bool
    """Whether there are more than were counted."""


class ScheduleView(BaseModel):
    """When a kind of task is begun. Its runs are in business time; none while it is paused."""

    id: UUID
    kind: str
    rule: dict[str, Any]
    parameters: dict[str, Any]
    next_due_at: datetime
    next_runs: list[datetime]
    enabled: bool


def show_task(task: Task) -> TaskView:
    """Return a task."""
    return TaskView(**{name: getattr(task, name) for name in TaskView.model_fields})


def show_schedule(schedule: Schedule, time_zone: str) -> ScheduleView:
    """Return a schedule with its next runs."""
    shown = {name: getattr(schedule, name) for name in ScheduleView.model_fields if name != "next_runs"}
    return ScheduleView(**shown, next_runs=next_runs(schedule, time_zone))
