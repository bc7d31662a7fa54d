"""Models of alerts. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model


class AlertDetail(Model):
    """An alert with what it refers to."""

    acknowledged_at: datetime.datetime | None
    acknowledged_by: str | None
    assignee: uuid.UUID | None
    assignee_name: str | None
    cause: str
    component: str | None
    count: int
    detail: dict[str, Any]
    ended_at: datetime.datetime | None
    ended_by: str | None
    id: uuid.UUID
    kind: Literal["intervention", "anomaly", "performance", "security"]
    last_at: datetime.datetime
    note: str | None
    raised_at: datetime.datetime
    refers_to: list[Reference]
    severity: Literal["low", "medium", "high", "critical"]
    snoozed: bool
    snoozed_by: str | None
    snoozed_until: datetime.datetime | None
    state: Literal["open", "resolved", "cleared"]
    subject_id: uuid.UUID | None
    title: str


class AlertFacets(Model):
    """How many alerts match, by severity, kind, state and the first word of their cause.

    Here each alert has one state: open, acknowledged, snoozed, resolved or cleared.
    """

    capped: bool
    cause: list[shared.Count]
    kind: list[shared.Count]
    severity: list[shared.Count]
    state: list[shared.Count]
    total: int


class AlertGroup(Model):
    """Alerts that belong together. `key` is empty for those without a component; times are business time."""

    count: int
    first_at: datetime.datetime
    key: str
    last_at: datetime.datetime
    newest_id: uuid.UUID
    newest_title: str
    occurrences: int
    severity: Literal["low", "medium", "high", "critical"]
    unacknowledged: int


class AlertGroupPage(Model):
    """Alert group page."""

    items: list[AlertGroup]
    next: str | None = None


class AlertTimeline(Model):
    """What became of an alert, oldest first, at most 1,000 entries."""

    items: list[AlertTimelineEntry]


class AlertTimelineEntry(Model):
    """Something that happened to an alert, or shall. `at` is system time; `name` is an event's, or what became
    of telling.
    """

    at: datetime.datetime
    detail: dict[str, Any]
    name: str
    notification: NotificationView | None
    what: Literal["event", "notification"]


class AlertView(Model):
    """A cause for concern. `raised_at`, `last_at` and `ended_at` are business time, the others system time."""

    acknowledged_at: datetime.datetime | None
    acknowledged_by: str | None
    assignee: uuid.UUID | None
    assignee_name: str | None
    cause: str
    component: str | None
    count: int
    detail: dict[str, Any]
    ended_at: datetime.datetime | None
    ended_by: str | None
    id: uuid.UUID
    kind: Literal["intervention", "anomaly", "performance", "security"]
    last_at: datetime.datetime
    note: str | None
    raised_at: datetime.datetime
    severity: Literal["low", "medium", "high", "critical"]
    snoozed: bool
    snoozed_by: str | None
    snoozed_until: datetime.datetime | None
    state: Literal["open", "resolved", "cleared"]
    subject_id: uuid.UUID | None
    title: str


class AlertViewPage(Model):
    """Alert view page."""

    items: list[AlertView]
    next: str | None = None


class AlertsEnded(Model):
    """Which alerts were open and have ended now."""

    ended: list[uuid.UUID]
    more: bool


class AssignAlertBody(Model):
    """Who shall look after an alert; null for nobody."""

    user_id: uuid.UUID | None


class EndAlertBody(Model):
    """How an alert ended."""

    note: str = ""
    state: Literal["resolved", "cleared"] = "resolved"


class EndAlertsBody(Model):
    """Which alerts end, and how; null for all that are open."""

    alert_ids: list[uuid.UUID] | None = None
    note: str = ""
    severity: list[Literal["low", "medium", "high", "critical"]] | None = None
    state: Literal["resolved", "cleared"] = "resolved"


class NotificationView(Model):
    """That somebody is, was or was not told of an alert over a channel."""

    answer: str | None
    attempts: int | None
    channel_id: uuid.UUID
    channel_kind: Literal["email", "slack", "pagerduty", "telegram", "webhook"]
    channel_name: str
    delivery_id: uuid.UUID | None
    delivery_state: Literal["queued", "sending", "sent", "dead"] | None
    delivery_why: str | None
    due_at: datetime.datetime
    id: uuid.UUID
    occasion: str
    rule_id: uuid.UUID
    rule_name: str
    sent_at: datetime.datetime | None
    severity: Literal["low", "medium", "high", "critical"]
    state: Literal["planned", "held", "handed_over", "stopped"]
    step: int
    why: str | None


class Reference(Model):
    """Something that an alert is about."""

    id: str
    type: Literal["decision", "effect", "subject", "task", "component", "approval", "anomaly", "model"]


class SnoozeBody(Model):
    """For how long an alert shall be out of sight: a moment of system time, or minutes from now."""

    minutes: int | None = None
    until: datetime.datetime | None = None
