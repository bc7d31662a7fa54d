"""What is due becomes messages: alerts of one rule in one message, held while people have their quiet, stopped when somebody has it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.kernel import organizations
from intendant.kernel.channels._messages import subject_of
from intendant.kernel.channels._quiet import quiet_until
from intendant.kernel.channels._rules import Rule, rule_of
from intendant.kit import ids
from intendant.kit.database import Database, Row, Transaction

ORGANIZATIONS_MAX = 1_000
GROUPS_AT_ONCE_MAX = 200
NOTIFICATIONS_AT_ONCE_MAX = 2_000

_READY = """
select n.*, a.state as alert_state, a.acknowledged_at, a.snoozed_until, a.title, a.cause, c.kind as channel_kind,
    c.enabled as channel_enabled, c.removed_at as channel_removed_at
from (
    select distinct rule_id, channel_id from notifications
    where organization_id = %(organization)s and state in ('planned', 'held') and due_at <= %(now)s
    limit %(groups)s
) g
join notifications n on n.organization_id = %(organization)s and n.rule_id = g.rule_id and n.channel_id = g.channel_id
    and n.state in ('planned', 'held') and n.ready_at <= %(now)s
join alerts a on a.organization_id = n.organization_id and a.id = n.alert_id
join channels c on c.organization_id = n.organization_id and c.id = n.channel_id
order by n.id limit %(limit)s
"""


def gather_notifications(database: Database, now: datetime) -> bool:
    """Queue the messages of what is due at `now` (system time); say whether there may be more."""
    with database.system() as tx:
        rows = tx.all(
            "select distinct organization_id from notifications where state in ('planned', 'held') and due_at <= %s limit %s",
            [now, ORGANIZATIONS_MAX],
        )
    more = False
    for row in rows:
        with database.transaction(row["organization_id"]) as tx:
            more |= _gather(tx, now)
    return more


def _gather(tx: Transaction, now: datetime) -> bool:
    if not tx.scalar("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"notify:{tx.organization_id}"]):
        # Another worker is at it; two would tear a group apart.
        return False
    rows = tx.all(
        _READY,
        {
            "organization": tx.organization_id,
            "now": now,
            "groups": GROUPS_AT_ONCE_MAX,
            "limit": NOTIFICATIONS_AT_ONCE_MAX,
        },
    )
    zone = ZoneInfo(organizations.get_organization(tx, tx.organization_id).time_zone)
    rules = {
        row["id"]: rule_of(row)
        for row in tx.all(
            "select * from notification_rules where organization_id = %s and id = any(%s)",
            [tx.organization_id, list({row["rule_id"] for row in rows})],
        )
    }
    messages: dict[tuple[object, ...], list[Row]] = {}
    stopped: dict[str, list[UUID]] = {}
    held: dict[datetime, list[UUID]] = {}
    for row in rows:
        rule = rules[row["rule_id"]]
        why = _reason_to_stop(row, now)
        until = None if why is not None else _held_until(row, rule, zone, now)
        if why is not None:
            stopped.setdefault(why, []).append(row["id"])
        elif until is not None:
            held.setdefault(until, []).append(row["id"])
        else:
            single = row["id"] if row["channel_kind"] == "pagerduty" else None
            messages.setdefault((row["rule_id"], row["channel_id"], _word(row), single), []).append(row)
    for why, found in stopped.items():
        tx.execute(
            "update notifications set state = 'stopped', why = %s where organization_id = %s and id = any(%s)",
            [why, tx.organization_id, found],
        )
    for until, found in held.items():
        tx.execute(
            "update notifications set state = 'held', ready_at = %s, due_at = %s where organization_id = %s and id = any(%s)",
            [until, until, tx.organization_id, found],
        )
    for group in messages.values():
        _queue(tx, group, now)
    return len(rows) >= NOTIFICATIONS_AT_ONCE_MAX


def _word(row: Row) -> str:
    return "raised" if row["occasion"].startswith("raised:") else row["occasion"]


def _reason_to_stop(row: Row, now: datetime) -> str | None:
    """Return why nobody needs to hear of this any more. What the alert is now counts, however late its events are read."""
    if row["channel_removed_at"] is not None:
        return "The channel was removed."
    if not row["channel_enabled"]:
        return "The channel was paused."
    if _word(row) != "raised":
        return None
    waits_for_digest = row["state"] == "held" and row["step"] == 0 and row["channel_kind"] != "pagerduty"
    if row["alert_state"] != "open":
        return None if waits_for_digest else "It was over before it was told."
    if row["snoozed_until"] is not None and row["snoozed_until"] > now:
        return "Somebody snoozed it."
    if row["acknowledged_at"] is not None and (row["step"] > 0 or row["channel_kind"] == "pagerduty"):
        return "Somebody acknowledged it."
    return None


def _held_until(row: Row, rule: Rule, zone: ZoneInfo, now: datetime) -> datetime | None:
    hours = rule.quiet_hours()
    if hours is None or (row["severity"] == "critical" and not hours.hold_critical):
        return None
    if _word(row) != "raised" and row["channel_kind"] in ("pagerduty", "webhook"):
        # That something is over wakes nobody there, and ends what would.
        return None
    return quiet_until(hours, ZoneInfo(hours.time_zone) if hours.time_zone else zone, now)


def _queue(tx: Transaction, group: Sequence[Row], now: datetime) -> None:
    first = group[0]
    what = _word(first)
    if what == "raised":
        what = "digest" if any(row["state"] == "held" for row in group) else "alert"
    alert_ids = list(dict.fromkeys(row["alert_id"] for row in group))
    delivery_id = ids.new_id()
    escalated = what == "alert" and all(row["step"] > 0 for row in group)
    severity = max((row["severity"] for row in group), key=("low", "medium", "high", "critical").index)
    tx.execute(
        "insert into deliveries (organization_id, id, channel_id, rule_id, what, alert_id, alert_count, subject, state,"
        " due_at, created_by, created_at, queued_at) values (%s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s, 'system', %s, %s)",
        [
            tx.organization_id,
            delivery_id,
            first["channel_id"],
            first["rule_id"],
            what,
            alert_ids[0] if len(alert_ids) == 1 else None,
            len(alert_ids),
            subject_of(what, severity, [row["title"] for row in group], len(alert_ids), escalated=escalated),
            now,
            now,
            now,
        ],
    )
    tx.execute(
        "update notifications set state = 'handed_over', delivery_id = %s where organization_id = %s and id = any(%s)",
        [delivery_id, tx.organization_id, [row["id"] for row in group]],
    )
