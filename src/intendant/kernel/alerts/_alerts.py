"""Raising alerts: by real causes, one open alert for each cause, counted, at the worst severity.

An alert that is opened, and one that grows worse, is told by an event; one that only repeats is counted and not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kernel import audit, events
from intendant.kit import clock, ids
from intendant.kit.bulk import BulkInsert, BulkStatement, Writes, to_json
from intendant.kit.database import Row, Transaction

AlertKind = Literal["intervention", "anomaly", "performance", "security"]
Severity = Literal["low", "medium", "high", "critical"]
_SEVERITIES = ("low", "medium", "high", "critical")

_COLUMNS = {
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
}
_WORSE = (
    "array_position(array['low','medium','high','critical'], {new}.severity)"
    " > array_position(array['low','medium','high','critical'], {old}.severity)"
)
_GROWS_WORSE = _WORSE.format(new="excluded", old="alerts")


def _shape(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _insert_opened(target: BulkInsert, part: str) -> str:
    names = ", ".join(target.columns)
    return (
        f"insert into {target.table} ({names}) select {', '.join(f'r.{name}' for name in target.columns)} from opened"  # noqa: S608 - constants of the kernel
        f" cross join lateral json_to_record(opened.{part}) as r({_shape(target.columns)})"
    )


# The last statement of a batch goes with its commit, so nothing can be read after it: what tells of an alert comes along
# and is written only if the alert was opened, which the id that the table gave back shows.
ALERTS = BulkStatement(
    "with given as materialized (select * from json_to_recordset(%s::json)"  # noqa: S608 - constants of the kernel
    f" as r({_shape(_COLUMNS)}, event json, leaf json)),"
    f" raised as (insert into alerts ({', '.join(_COLUMNS)}) select {', '.join(_COLUMNS)} from given"
    " on conflict (organization_id, cause) where state = 'open'"
    " do update set count = alerts.count + excluded.count, last_at = greatest(alerts.last_at, excluded.last_at),"
    f" severity = case when {_GROWS_WORSE} then excluded.severity else alerts.severity end,"
    # What grows worse comes back, however long it was to be out of sight.
    f" snoozed_until = case when {_GROWS_WORSE} then null else alerts.snoozed_until end"
    " returning organization_id, id),"
    " opened as materialized (select given.* from given join raised using (organization_id, id)),"
    f" told as ({_insert_opened(events.EVENTS, 'event')})"
    f" {_insert_opened(audit.AUDIT, 'leaf')}"
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
    recorded_at = clock.system_now()
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
    for row in grouped.values():
        row["event"], row["leaf"] = events.rows(_raised(row, recorded_at))
    return sorted(grouped.values(), key=lambda row: (str(row["organization_id"]), row["cause"]))


def gather(writes: Writes, alerts: Iterable[Alert]) -> None:
    """Add alerts to a batch's writes, with the events that tell of those it opens.

    A deciding batch raises each cause at one severity, always the same, so none of its alerts grows worse.
    """
    writes.extend(ALERTS, rows(alerts))


def raise_alerts(tx: Transaction, alerts: Iterable[Alert]) -> None:
    """Write alerts in the caller's transaction, with the events that tell of those that are opened or grow worse."""
    given = rows(alerts)
    worse = tx.all(
        "select a.id, r.severity, r.cause, r.organization_id, r.kind, r.title, r.component, r.last_at"  # noqa: S608
        f" from json_to_recordset(%s::json) as r({_shape(_COLUMNS)})"
        " join alerts a on a.organization_id = r.organization_id and a.cause = r.cause and a.state = 'open'"
        f' where {_WORSE.format(new="r", old="a")} order by a.organization_id, a.cause collate "C" for update of a',
        [to_json(given)],
    )
    ALERTS.run(tx, given)
    recorded_at = clock.system_now()
    events.emit(tx, [_raised(row, recorded_at) for row in worse])


def _raised(row: Row, recorded_at: datetime) -> events.Event:
    return events.Event(
        organization_id=row["organization_id"],
        name="kernel.alert.raised",
        subject=f"alert:{row['id']}",
        body={
            "alert_id": row["id"],
            **{name: row[name] for name in ("cause", "component", "kind", "severity", "title")},
        },
        at=row["last_at"],
        recorded_at=recorded_at,
        actor="system",
    )
