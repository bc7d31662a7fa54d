"""/api/admin/autonomous-business/alerts: what people should hear of; assign, acknowledge, snooze, resolve, clear."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from intendant.kernel import alerts, channels, organizations
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency, Once
from intendant.server.members import Assignee, names_for, parse_assignee
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of
from intendant.server.views.alerts import (
    AlertDetail,
    AlertFacets,
    AlertGroup,
    AlertsEnded,
    AlertView,
    show_alert,
    show_detail,
)
from intendant.server.views.approvals import counts
from intendant.server.views.channels import AlertTimeline, show_entry

router = APIRouter(prefix="/api/admin/autonomous-business/alerts", tags=["alerts"])
Reader = Annotated[Principal, requires(Permission.ALERT_READ)]
Keeper = Annotated[Principal, requires(Permission.ALERT_RESOLVE)]
Severities = Annotated[list[alerts.Severity] | None, Query(max_length=4, description="Any of these; repeatable.")]
Kinds = Annotated[list[alerts.AlertKind] | None, Query(max_length=4, description="Any of these; repeatable.")]
Cause = Annotated[str | None, Query(max_length=200, description="How the cause begins.")]
Component = Annotated[str | None, Query(max_length=200, description="Only those of this component.")]
IDS_MAX = 200
MINUTES_MAX = int(alerts.SNOOZE_MAX / timedelta(minutes=1))
Note = Annotated[str, Field(max_length=2000)]


class EndAlertBody(BaseModel):
    """How an alert ended."""

    model_config = ConfigDict(extra="forbid")
    state: alerts.Ending = "resolved"
    note: Note = ""


class EndAlertsBody(EndAlertBody):
    """Which alerts end, and how; null for all that are open."""

    alert_ids: Annotated[list[UUID], Field(min_length=1, max_length=IDS_MAX)] | None = None
    severity: Annotated[list[alerts.Severity], Field(max_length=4)] = []


class AssignAlertBody(BaseModel):
    """Who shall look after an alert; null for nobody."""

    model_config = ConfigDict(extra="forbid")
    user_id: UUID | None


class SnoozeBody(BaseModel):
    """For how long an alert shall be out of sight: a moment of system time, or minutes from now."""

    model_config = ConfigDict(extra="forbid")
    until: AwareDatetime | None = None
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)] | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "SnoozeBody":
        """Refuse both and neither."""
        if (self.until is None) == (self.minutes is None):
            raise ValueError("give either `until` or `minutes`")
        return self


@router.get("", summary="List alerts")
def list_alerts(
    request: Request,
    principal: Reader,
    state: alerts.AlertStanding | None = "open",
    severity: Severities = None,
    kind: Kinds = None,
    cause: Cause = None,
    component: Component = None,
    assignee: Assignee = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[AlertView]:
    """List alerts, newest first. `open` are those not ended and not snoozed; `acknowledged` are those of them seen."""
    now, wanted = clock.system_now(), _wanted(principal, state, severity, kind, cause, component, assignee)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = alerts.list_alerts(tx, wanted, now=now, after=after, limit=limit + 1)
    shown = rows[:limit]
    names = names_for(request, principal, shown)
    return Page(
        items=[show_alert(row, now, names) for row in shown], next=str(shown[-1]["id"]) if len(rows) > limit else None
    )


@router.get("/facets", summary="Count alerts")
def count_alerts(
    request: Request,
    principal: Reader,
    state: alerts.AlertStanding | None = None,
    severity: Severities = None,
    kind: Kinds = None,
    cause: Cause = None,
    component: Component = None,
    assignee: Assignee = None,
) -> AlertFacets:
    """Count alerts by severity, kind (each without its own filter), state and the first word of their cause."""
    wanted = _wanted(principal, state, severity, kind, cause, component, assignee)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        counted = alerts.count_alerts(tx, wanted, now=clock.system_now())
    return AlertFacets(
        severity=counts(counted.by["severity"]),
        kind=counts(counted.by["kind"]),
        state=counts(counted.by["standing"]),
        cause=counts(counted.by["cause"]),
        total=counted.total,
        capped=counted.capped,
    )


@router.get("/groups", summary="Group alerts")
def group_alerts(
    request: Request,
    principal: Reader,
    by: Annotated[alerts.AlertGrouping, Query(description="cause groups by the first word of it.")] = "cause",
    state: alerts.AlertStanding | None = "open",
    severity: Severities = None,
    kind: Kinds = None,
    cause: Cause = None,
    component: Component = None,
    assignee: Assignee = None,
    after: Annotated[str | None, Query(max_length=300)] = None,
    limit: Limit = PAGE_SIZE,
) -> Page[AlertGroup]:
    """Group alerts by cause, component, kind or severity, in the order of the key, each with its count and worst severity."""
    now, wanted = clock.system_now(), _wanted(principal, state, severity, kind, cause, component, assignee)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = alerts.group_alerts(tx, wanted, by, now=now, after=after, limit=limit + 1)
    return page(rows, limit, show=lambda row: AlertGroup(**row), key=lambda row: row["key"])


@router.get("/{alert_id}/timeline", summary="Return what became of an alert")
def get_timeline(request: Request, principal: Reader, alert_id: UUID) -> AlertTimeline:
    """Return what people did with an alert, and who was told when over which channel and what came of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        entries = channels.list_timeline(tx, alert_id)
    return AlertTimeline(items=[show_entry(entry) for entry in entries])


@router.get("/{alert_id}", summary="Return an alert")
def get_alert(request: Request, principal: Reader, alert_id: UUID) -> AlertDetail:
    """Return one alert with what it refers to."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        row = alerts.get_alert(tx, alert_id)
    return show_detail(row, clock.system_now(), names_for(request, principal, [row]))


@router.post("/end", summary="Resolve or clear alerts", response_model=AlertsEnded)
def end_alerts(request: Request, principal: Keeper, body: EndAlertsBody, once: Idempotency) -> Response:
    """Resolve or clear the alerts that are named, or all that are open, at most a thousand at once."""

    def work(tx: Transaction) -> AlertsEnded:
        ended = alerts.end_alerts(
            tx, body.alert_ids, state=body.state, note=body.note, by=_by(tx, principal), severities=body.severity
        )
        return AlertsEnded(ended=ended, more=len(ended) >= alerts.ENDED_AT_ONCE_MAX)

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


@router.post("/{alert_id}/end", summary="Resolve or clear an alert", response_model=AlertView)
def end_alert(request: Request, principal: Keeper, alert_id: UUID, body: EndAlertBody, once: Idempotency) -> Response:
    """Resolve or clear an alert."""
    return _change(
        request,
        principal,
        once,
        lambda tx, by: alerts.end_alert(tx, alert_id, state=body.state, note=body.note, by=by),
    )


@router.post("/{alert_id}/assign", summary="Assign an alert", response_model=AlertView)
def assign_alert(
    request: Request, principal: Keeper, alert_id: UUID, body: AssignAlertBody, once: Idempotency
) -> Response:
    """Assign an alert to a member, or to nobody."""
    return _change(request, principal, once, lambda tx, by: alerts.assign_alert(tx, alert_id, body.user_id, by=by))


@router.post("/{alert_id}/acknowledge", summary="Acknowledge an alert", response_model=AlertView)
def acknowledge_alert(request: Request, principal: Keeper, alert_id: UUID, once: Idempotency) -> Response:
    """Say that you have seen an alert and look into it; it stays open."""
    return _change(request, principal, once, lambda tx, by: alerts.acknowledge_alert(tx, alert_id, by=by))


@router.post("/{alert_id}/snooze", summary="Snooze an alert", response_model=AlertView)
def snooze_alert(request: Request, principal: Keeper, alert_id: UUID, body: SnoozeBody, once: Idempotency) -> Response:
    """Put an alert out of sight for a while; it comes back when the time is over or when it grows worse."""

    def until(by: alerts.By) -> datetime:
        return body.until or by.system_now + timedelta(minutes=body.minutes or 0)

    return _change(request, principal, once, lambda tx, by: alerts.snooze_alert(tx, alert_id, until(by), by=by))


@router.post("/{alert_id}/wake", summary="End an alert's snooze", response_model=AlertView)
def wake_alert(request: Request, principal: Keeper, alert_id: UUID, once: Idempotency) -> Response:
    """Bring a snoozed alert back now."""
    return _change(request, principal, once, lambda tx, by: alerts.snooze_alert(tx, alert_id, None, by=by))


def _wanted(
    principal: Principal,
    state: alerts.AlertStanding | None,
    severity: list[alerts.Severity] | None,
    kind: list[alerts.AlertKind] | None,
    cause: str | None,
    component: str | None,
    assignee: Assignee,
) -> alerts.AlertFilter:
    user, unassigned = parse_assignee(principal, assignee)
    return alerts.AlertFilter(state, severity or (), kind or (), cause, component, user, unassigned)


def _change(
    request: Request, principal: Principal, once: Once, change: Callable[[Transaction, alerts.By], Row]
) -> Response:
    def work(tx: Transaction) -> AlertView:
        by = _by(tx, principal)
        row = change(tx, by)
        return show_alert(row, by.system_now, names_for(request, principal, [row]))

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: work(tx))
    return answer


def _by(tx: Transaction, principal: Principal) -> alerts.By:
    now = clock.system_now()
    return alerts.By(principal.label, organizations.get_organization(tx, principal.organization_id).clock.at(now), now)
