"""Models of overview. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._model import Model

Period = Literal["day", "week", "month"]
"""How far back the overview looks."""


class ChecklistView(Model):
    """The first steps, each with whether the record shows that it was taken."""

    steps: list[Step]


class DailyTask(Model):
    """A task begun today, or one that a schedule begins later today. `due_at` is business time, all else system
    time.
    """

    attempts: int
    created_at: datetime.datetime | None
    due_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    error: str | None
    kind: str
    note: str | None
    progress: float
    schedule_id: uuid.UUID | None
    started_at: datetime.datetime | None
    state: Literal["due", "queued", "running", "done", "failed", "cancelled"]
    task_id: uuid.UUID | None


class DayView(Model):
    """The organisation's day of business time and its tasks: first those still due, then the newest."""

    begins_at: datetime.datetime
    capped: bool
    ends_at: datetime.datetime
    items: list[DailyTask]


class Kpi(Model):
    """A key figure. `previous` is the same over the span of the same length before; `why` says what it is made
    of or lacks.
    """

    available: bool
    key: str
    name: str
    previous: float | None
    series: list[Point]
    unit: Literal["count", "money", "share", "seconds"]
    value: float | None
    why: str


class MetricsView(Model):
    """Decisions by verdict and the six key figures over a period, in buckets of business time.

    A figure's `previous` is the same over the span before. Where decisions were too many to count all,
    `counted_from` says from when on they are complete.
    """

    counted_from: datetime.datetime | None
    decisions: list[VerdictBucket]
    kpis: list[Kpi]
    period: Period
    since: datetime.datetime
    until: datetime.datetime


class Point(Model):
    """A figure from `at` (business time) to the next point; None where there was nothing to measure."""

    at: datetime.datetime
    value: float | None


class ReplayRecord(Model):
    """A replay with its report, whose keys docs/reference/replay-report.md describes; null until it has ended."""

    created_at: datetime.datetime
    has_report: bool
    id: uuid.UUID
    name: str
    organization: str
    report: dict[str, Any] | None
    rows_done: int
    rows_total: int
    state: str
    updated_at: datetime.datetime


class ReplayView(Model):
    """A replay of a past table. `organization` is the sandbox in which its decisions lie."""

    created_at: datetime.datetime
    has_report: bool
    id: uuid.UUID
    name: str
    organization: str
    rows_done: int
    rows_total: int
    state: str
    updated_at: datetime.datetime


class ReplayViewPage(Model):
    """Replay view page."""

    items: list[ReplayView]
    next: str | None = None


class Step(Model):
    """A step of setting up, and whether the record shows that it was taken. `link` is a page of the console."""

    done: bool
    id: Literal["understand", "data", "limits", "people", "start"]
    link: str
    title: str
    why: str


class VerdictBucket(Model):
    """Decisions by verdict from `at` (business time) to the next bucket."""

    act: int = 0
    ask: int = 0
    at: datetime.datetime
    observe: int = 0
    refuse: int = 0
