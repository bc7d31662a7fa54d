"""Raising alerts: by real causes, one open alert for each cause, counted, at the worst severity."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, Writes
from intendant.kit.database import Row, Transaction

AlertKind = Literal["intervention", "anomaly", "performance", "security"]
Severity = Literal["low", "medium", "high", "critical"]
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
    " then excluded.severity else alerts.severity end,"
    # What grows worse comes back, however long it was to be out of sight.
    " snoozed_until = case when array_position(array['low','medium','high','critical'], excluded.severity)"
    " > array_position(array['low','medium','high','critical'], alerts.severity)"
    " then null else alerts.snoozed_until end",
)


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
