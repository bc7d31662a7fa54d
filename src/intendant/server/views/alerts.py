"""What the routes about alerts answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel.alerts import AlertKind, Severity
from intendant.server.views.approvals import Count

AlertState = Literal["open", "resolved", "cleared"]


class Reference(BaseModel):
    """Something that an alert is about."""

    type: Literal["decision", "effect", "subject", "task", "component", "approval", "anomaly", "model"]
    id: str


class AlertView(BaseModel):
    """A cause for concern. `raised_at`, `last_at` and `ended_at` are business time, the others system time."""

    id: UUID
    kind: AlertKind
    severity: Severity
    cause: str
    title: str
    detail: dict[str, Any]
    component: str | None
    subject_id: UUID | None
    state: AlertState
    count: int
    assignee: UUID | None
    assignee_name: str | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    snoozed: bool
    """Whether it is out of sight at this moment; it stays open."""
    snoozed_by: str | None
    snoozed_until: datetime | None
    raised_at: datetime
    last_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    note: str | None


class AlertDetail(AlertView):
    """An alert with what it refers to."""

    refers_to: list[Reference]


class AlertFacets(BaseModel):
    """How many alerts match, by severity, kind, state and the first word of their cause.

    Here each alert has one state: open, acknowledged, snoozed, resolved or cleared.
    """

    severity: list[Count]
    kind: list[Count]
    state: list[Count]
    cause: list[Count]
    total: int
    capped: bool
    """Whether there are more than were counted."""


class AlertGroup(BaseModel):
    """Alerts that belong together. `key` is empty for those without a component; times are business time."""

    key: str
    count: int
    occurrences: int
    """How often their causes came up."""
    unacknowledged: int
    severity: Severity
    """The worst among them."""
    first_at: datetime
    last_at: datetime
    newest_id: UUID
    newest_title: str


class AlertsEnded(BaseModel):
    """Which alerts were open and have ended now."""

    ended: list[UUID]
    more: bool
    """Whether more may be left than can end at once."""


def show_alert(row: Mapping[str, Any], now: datetime, names: Mapping[UUID, str]) -> AlertView:
    """Return an alert; `now` is system time, `names` are those of members by id."""
    return AlertView(**_shown(row, now, names))


def show_detail(row: Mapping[str, Any], now: datetime, names: Mapping[UUID, str]) -> AlertDetail:
    """Return an alert with what it refers to."""
    return AlertDetail(**_shown(row, now, names), refers_to=refers_to(row))


def refers_to(row: Mapping[str, Any]) -> list[Reference]:
    """Return what an alert's row names: its subject, its component, and the ids in its detail."""
    found: list[Reference] = []
    for kind in ("decision", "effect", "task", "approval", "anomaly", "model"):
        named = row["detail"].get(f"{kind}_id")
        if isinstance(named, str):
            found.append(Reference.model_validate({"type": kind, "id": named}))
    named_ids = {reference.id for reference in found}
    if row["subject_id"] is not None and str(row["subject_id"]) not in named_ids:
        found.append(Reference(type="subject", id=str(row["subject_id"])))
    if row["component"] is not None:
        found.append(Reference(type="component", id=row["component"]))
    return found


def _shown(row: Mapping[str, Any], now: datetime, names: Mapping[UUID, str]) -> dict[str, Any]:
    until = row["snoozed_until"]
    snoozed = row["state"] == "open" and until is not None and until > now
    return {**row, "snoozed": snoozed, "assignee_name": names.get(row["assignee"])}
