"""What people do with alerts: assign, acknowledge, put out of sight for a while, resolve, clear. The events are the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.alerts._reading import get_alert
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

SNOOZE_MAX = timedelta(days=30)
ENDED_AT_ONCE_MAX = 1_000
Ending = Literal["resolved", "cleared"]


class AlertAssigneeUnknown(Invalid):
    """Whoever shall look after an alert is no member of the organisation."""

    code = "assignee_unknown"


class AlertEnded(Conflict):
    """The alert was resolved or cleared already."""

    code = "alert_ended"


class SnoozeInvalid(Invalid):
    """An alert cannot be out of sight until then."""

    code = "snooze_invalid"


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and when: `now` is business time."""

    label: str
    now: datetime
    system_now: datetime


def end_alert(tx: Transaction, alert_id: UUID, *, state: Ending, note: str, by: By) -> Row:
    """Resolve or clear an open alert."""
    ended = _change(
        tx,
        alert_id,
        "state = %(state)s, ended_at = %(now)s, ended_by = %(by)s, note = %(note)s",
        {"state": state, "now": by.now, "by": by.label, "note": note},
    )
    _emit(tx, [ended], state, by, {"note": note})
    return ended


def end_alerts(
    tx: Transaction,
    alert_ids: Sequence[UUID] | None,
    *,
    state: Ending,
    note: str,
    by: By,
    severities: Sequence[str] = (),
) -> list[UUID]:
    """Resolve or clear those of the alerts that are open, or all that are, the oldest `ENDED_AT_ONCE_MAX`; return their ids."""
    ended = tx.all(
        "update alerts set state = %(state)s, ended_at = %(now)s, ended_by = %(by)s, note = %(note)s"
        " where organization_id = %(organization)s and state = 'open' and id in (select id from alerts"
        " where organization_id = %(organization)s and state = 'open'"
        " and (%(ids)s::uuid[] is null or id = any(%(ids)s)) and (%(all)s or severity = any(%(severities)s))"
        " order by id limit %(limit)s for update) returning *",
        {
            "organization": tx.organization_id,
            "ids": None if alert_ids is None else list(alert_ids),
            "all": not severities,
            "severities": list(severities),
            "state": state,
            "now": by.now,
            "by": by.label,
            "note": note,
            "limit": ENDED_AT_ONCE_MAX,
        },
    )
    _emit(tx, ended, state, by, {"note": note})
    return [row["id"] for row in ended]


def resolve_causes(tx: Transaction, causes: Sequence[str], *, note: str, by: By) -> list[UUID]:
    """Resolve the open alerts of causes that are gone, at most `ENDED_AT_ONCE_MAX`; return their ids."""
    found = tx.all(
        "select id from alerts where organization_id = %s and state = 'open' and cause = any(%s) order by id limit %s",
        [tx.organization_id, list(causes), ENDED_AT_ONCE_MAX],
    )
    return end_alerts(tx, [row["id"] for row in found], state="resolved", note=note, by=by) if found else []


def assign_alert(tx: Transaction, alert_id: UUID, assignee: UUID | None, *, by: By) -> Row:
    """Assign an open alert to a member of the organisation, or to nobody."""
    if assignee is not None and not tx.scalar(
        "select 1 from memberships where organization_id = %s and user_id = %s", [tx.organization_id, assignee]
    ):
        raise AlertAssigneeUnknown("There is no such user here.", field="user_id", remedy="List the users.")
    row = _change(tx, alert_id, "assignee = %(assignee)s", {"assignee": assignee})
    _emit(tx, [row], "assigned", by, {"assignee": assignee})
    return row


def acknowledge_alert(tx: Transaction, alert_id: UUID, *, by: By) -> Row:
    """Say that somebody has seen an open alert and looks into it; it stays open. The first to say so is remembered."""
    before = get_alert(tx, alert_id)
    row = _change(
        tx,
        alert_id,
        "acknowledged_by = coalesce(acknowledged_by, %(by)s), acknowledged_at = coalesce(acknowledged_at, %(now)s)",
        {"by": by.label, "now": by.system_now},
    )
    if before["acknowledged_at"] is None:
        _emit(tx, [row], "acknowledged", by, {})
    return row


def snooze_alert(tx: Transaction, alert_id: UUID, until: datetime | None, *, by: By) -> Row:
    """Put an open alert out of sight until a moment of system time, or (None) bring it back; raises SnoozeInvalid.

    It comes back by itself when the time is over or when its cause grows worse.
    """
    if until is not None and not by.system_now < until <= by.system_now + SNOOZE_MAX:
        raise SnoozeInvalid(
            "An alert cannot be out of sight until then.",
            field="until",
            remedy=f"Give a moment to come, at most {SNOOZE_MAX.days} days from now, or `minutes`.",
        )
    row = _change(
        tx,
        alert_id,
        "snoozed_until = %(until)s, snoozed_by = %(by)s",
        {"until": until, "by": None if until is None else by.label},
    )
    _emit(tx, [row], "woken" if until is None else "snoozed", by, {"until": until})
    return row


def _change(tx: Transaction, alert_id: UUID, sets: str, values: dict[str, object]) -> Row:
    row = tx.find(
        f"update alerts set {sets} where organization_id = %(organization)s and id = %(id)s and state = 'open' returning *",  # noqa: S608
        values | {"organization": tx.organization_id, "id": alert_id},
    )
    if row is None:
        get_alert(tx, alert_id)
        raise AlertEnded("This alert has ended already.", remedy="Nothing is left to do.")
    return row


def _emit(tx: Transaction, changed: Sequence[Row], verb: str, by: By, detail: dict[str, object]) -> None:
    events.emit(
        tx,
        [
            events.Event(
                row["organization_id"],
                f"kernel.alert.{verb}",
                f"alert:{row['id']}",
                {"alert_id": row["id"], "by": by.label, "cause": row["cause"], **detail},
                by.now,
                by.system_now,
                actor=by.label,
            )
            for row in changed
        ],
    )
