"""Alerts: raised by real causes, one open alert for each cause, counted; assigned, resolved, cleared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, Writes
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

AlertKind = Literal["intervention", "anomaly", "performance", "security"]
Severity = Literal["low", "medium", "high", "critical"]
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""
_SEVERITIES = ("low", "medium", "high", "critical")

ALERTS = BulkInsert(
    "alerts",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "kind": "text",
        "severity": "text",
        "cause": "text",
        "title": "text",
        "detail": "jsonb",
        "component": "text",
        "subject_id": "uuid",
        "state": "text",
        "count": "integer",
        "raised_at": "timestamptz",
        "last_at": "timestamptz",
    },
    "on conflict (organization_id, cause) where state = 'open'"
    " do update set count = alerts.count + excluded.count, last_at = greatest(alerts.last_at, excluded.last_at),"
    " severity = case when array_position(array['low','medium','high','critical'], excluded.severity)"
    " > array_position(array['low','medium','high','critical'], alerts.severity)"
    " then excluded.severity else alerts.severity end",
)


class AlertUnknown(NotFound):
    """No such alert in this organisation."""

    code = "alert_unknown"


class AlertAssigneeUnknown(Invalid):
    """Whoever shall look after an alert is no member of the organisation."""

    code = "assignee_unknown"


class AlertEnded(Conflict):
    """The alert was resolved or cleared already."""

    code = "alert_ended"


@dataclass(frozen=True, slots=True)
class Alert:
    """A cause for concern. Alerts with the same `cause` are one while it is open."""

    organization_id: UUID
    kind: AlertKind
    severity: Severity
    cause: str
    title: str
    at: datetime
    """Business time."""
    component: str | None = None
    subject_id: UUID | None = None
    detail: dict[str, object] = field(default_factory=dict)


def rows(alerts: Iterable[Alert]) -> list[Row]:
    """Turn alerts into rows, one for each organisation and cause, in key order so that batches never deadlock."""
    grouped: dict[tuple[UUID, str], Row] = {}
    for alert in alerts:
        row = grouped.get((alert.organization_id, alert.cause))
        if row is not None:
            row["count"] += 1
            row["last_at"] = max(row["last_at"], alert.at)
            row["severity"] = max(row["severity"], alert.severity, key=_SEVERITIES.index)
            continue
        grouped[alert.organization_id, alert.cause] = {
            "organization_id": alert.organization_id,
            "id": ids.new_id(),
            "kind": alert.kind,
            "severity": alert.severity,
            "cause": alert.cause,
            "title": alert.title,
            "detail": alert.detail,
            "component": alert.component,
            "subject_id": alert.subject_id,
            "state": "open",
            "count": 1,
            "raised_at": alert.at,
            "last_at": alert.at,
        }
    return sorted(grouped.values(), key=lambda row: (str(row["organization_id"]), row["cause"]))


def gather(writes: Writes, alerts: Iterable[Alert]) -> None:
    """Add alerts to a batch's writes."""
    writes.extend(ALERTS, rows(alerts))


def raise_alerts(tx: Transaction, alerts: Iterable[Alert]) -> None:
    """Write alerts in the caller's transaction."""
    ALERTS.run(tx, rows(alerts))


def list_alerts(
    tx: Transaction, *, state: str | None = "open", kind: str | None = None, after: UUID | None = None, limit: int = 50
) -> list[Row]:
    """List alerts newest first, from `after` (exclusive), at most `PAGE_MAX`."""
    return tx.all(
        "select * from alerts where organization_id = %(organization)s and (%(state)s::text is null or state = %(state)s)"
        " and (%(kind)s::text is null or kind = %(kind)s) and (%(after)s::uuid is null or id < %(after)s)"
        " order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "state": state,
            "kind": kind,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )


def end_alert(
    tx: Transaction,
    alert_id: UUID,
    *,
    state: Literal["resolved", "cleared"],
    by: str,
    note: str,
    now: datetime,
    system_now: datetime,
) -> Row:
    """Resolve or clear an open alert; the event is its audit."""
    row = tx.find(
        "update alerts set state = %s, ended_at = %s, ended_by = %s, note = %s"
        " where organization_id = %s and id = %s and state = 'open' returning *",
        [state, now, by, note, tx.organization_id, alert_id],
    )
    if row is None:
        _get(tx, alert_id)
        raise AlertEnded("This alert has ended already.", remedy="Nothing is left to do.")
    _emit(tx, row, state, by, now, system_now, {"note": note})
    return row


def assign_alert(
    tx: Transaction, alert_id: UUID, assignee: UUID | None, *, by: str, now: datetime, system_now: datetime
) -> Row:
    """Assign an open alert to a member of the organisation, or to nobody."""
    if assignee is not None and not tx.scalar(
        "select 1 from memberships where organization_id = %s and user_id = %s", [tx.organization_id, assignee]
    ):
        raise AlertAssigneeUnknown("There is no such user here.", field="user_id", remedy="List the users.")
    row = tx.find(
        "update alerts set assignee = %s where organization_id = %s and id = %s and state = 'open' returning *",
        [assignee, tx.organization_id, alert_id],
    )
    if row is None:
        _get(tx, alert_id)
        raise AlertEnded("This alert has ended already.", remedy="Nothing is left to assign.")
    _emit(tx, row, "assigned", by, now, system_now, {"assignee": assignee})
    return row


def _get(tx: Transaction, alert_id: UUID) -> Row:
    row = tx.find("select * from alerts where organization_id = %s and id = %s", [tx.organization_id, alert_id])
    if row is None:
        raise AlertUnknown("There is no such alert.", field="alert", remedy="List the open ones.")
    return row


def _emit(
    tx: Transaction, row: Row, verb: str, by: str, now: datetime, system_now: datetime, detail: dict[str, object]
) -> None:
    body: dict[str, object] = {"alert_id": row["id"], "cause": row["cause"], **detail}
    event = events.Event(
        row["organization_id"], f"kernel.alert.{verb}", f"alert:{row['id']}", body, now, system_now, actor=by
    )
    events.emit(tx, [event])
