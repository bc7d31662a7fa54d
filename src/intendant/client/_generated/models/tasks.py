"""Models of tasks. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from intendant.client._generated.models import shared
from intendant.client._model import Model


class ScheduleView(Model):
    """When a kind of task is begun. Its runs are in business time; none while it is paused."""

    enabled: bool
    id: uuid.UUID
    kind: str
    next_due_at: datetime.datetime
    next_runs: list[datetime.datetime]
    parameters: dict[str, Any]
    rule: dict[str, Any]


class ScheduleViewPage(Model):
    """Schedule view page."""

    items: list[ScheduleView]
    next: str | None = None


class TaskFacets(Model):
    """How many tasks match, by state and kind."""

    capped: bool
    kind: list[shared.Count]
    state: list[shared.Count]
    total: int


class TaskView(Model):
    """One piece of durable work. All moments are system time; lower `priority` runs first."""

    attempts: int
    created_at: datetime.datetime
    created_by: str
    ended_at: datetime.datetime | None
    error: str | None
    id: uuid.UUID
    kind: str
    note: str | None
    parameters: dict[str, Any]
    priority: int
    progress: float
    queue: str
    result: Any
    started_at: datetime.datetime | None
    state: shared.TaskState
    subject: str | None


class TaskViewPage(Model):
    """Task view page."""

    items: list[TaskView]
    next: str | None = None
