"""What became of one alert: what people did, as the log has it, and who was told when over which channel, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

from intendant.kernel.alerts import get_alert
from intendant.kit import ids
from intendant.kit.database import Transaction

ENTRIES_MAX = 500
_BEFORE = timedelta(minutes=5)
"""The id of an alert and that of its first event are made one after the other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened to an alert, or shall. `at` is system time."""

    at: datetime
    what: Literal["event", "notification"]
    name: str
    detail: dict[str, Any]


# The body of an alert's event begins with its id: keys are sorted, and none is before it.
_EVENTS = """
select name, body, recorded_at from events
where organization_id = %(organization)s and name like 'kernel.alert.%%' and id >= %(first)s and starts_with(body, %(head)s)
order by id limit %(limit)s
"""


def list_notifications(tx: Transaction, alert_id: UUID) -> list[dict[str, Any]]:
    """List who was or will be told of an alert, in the order of their times."""
    return tx.all(
        "select n.id, n.rule_id, r.name as rule_name, n.step, n.channel_id, c.name as channel_name, c.kind as channel_kind,"
        " n.occasion, n.severity, n.state, n.due_at, n.why, n.delivery_id, n.created_at, d.state as delivery_state,"
        " d.why as delivery_why, d.answer, d.attempts, d.sent_at"
        " from notifications n join channels c on c.organization_id = n.organization_id and c.id = n.channel_id"
        " join notification_rules r on r.organization_id = n.organization_id and r.id = n.rule_id"
        " left join deliveries d on d.organization_id = n.organization_id and d.id = n.delivery_id"
        " where n.organization_id = %s and n.alert_id = %s order by n.due_at, n.id limit %s",
        [tx.organization_id, alert_id, ENTRIES_MAX],
    )


def list_timeline(tx: Transaction, alert_id: UUID) -> list[Entry]:
    """List what happened to an alert and who was told, oldest first; raises AlertUnknown."""
    get_alert(tx, alert_id)
    rows = tx.all(
        _EVENTS,
        {
            "organization": tx.organization_id,
            "first": ids.first_id_at(ids.id_time(alert_id) - _BEFORE),
            "head": f'{{"alert_id":"{alert_id}"',
            "limit": ENTRIES_MAX,
        },
    )
    entries = [_event(row["name"], row["body"], row["recorded_at"]) for row in rows]
    for row in list_notifications(tx, alert_id):
        at = row["sent_at"] or (row["due_at"] if row["state"] in ("planned", "held") else row["created_at"])
        entries.append(Entry(at, "notification", _outcome(row), row))
    return sorted(entries, key=lambda entry: entry.at)


def _event(name: str, body: str, at: datetime) -> Entry:
    detail: dict[str, Any] = orjson.loads(body)
    return Entry(at, "event", name, {key: value for key, value in detail.items() if key != "alert_id"})


def _outcome(row: dict[str, Any]) -> str:
    """Return what became of telling somebody: planned, held, stopped, queued, sending, sent or dead."""
    return str(row["delivery_state"] or row["state"])
