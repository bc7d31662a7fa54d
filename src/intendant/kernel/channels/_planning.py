"""Who is to be told of what: alert events, read from the log by a cursor, become rows that say who is told when.

The cursor moves in the transaction that keeps the rows, and each row is there once: done twice, it changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.channels._rules import Rule, list_rules
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.database import Database, Row, Transaction

ORGANIZATIONS_MAX = 1_000
EVENTS_AT_ONCE_MAX = events.PAGE_MAX
FAILING_CAUSE = "channels.failing."
"""An alert over a channel that fails is never told over that channel."""
_PREFIX = "kernel.alert."
_SINGLE = "pagerduty"
"""Takes each alert by itself, at once, and groups them as its own settings say."""
_HEARS_OF_ACKNOWLEDGING = ("pagerduty", "slack", "webhook")
_HEARS_OF_ENDS_ALWAYS = ("pagerduty", "webhook")

_NOTIFICATIONS = BulkInsert(
    "notifications",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "rule_id": "uuid",
        "step": "integer",
        "alert_id": "uuid",
        "channel_id": "uuid",
        "occasion": "text",
        "severity": "text",
        "state": "text",
        "ready_at": "timestamptz",
        "due_at": "timestamptz",
        "created_at": "timestamptz",
    },
    suffix="on conflict (organization_id, rule_id, step, alert_id, channel_id, occasion) do nothing",
)


def plan_notifications(database: Database) -> bool:
    """Plan what the log tells of; say whether there may be more to read."""
    with database.system() as tx:
        rows = tx.all(
            "select c.organization_id, c.cursor from notification_cursors c join organizations o on o.id = c.organization_id"
            " where o.removed_at is null order by c.organization_id limit %s",
            [ORGANIZATIONS_MAX],
        )
        positions = [(row["organization_id"], events.parse_cursor(row["cursor"])) for row in rows]
        news = events.read_many(tx, positions, 1)
    more = False
    for organization_id, _ in news:
        with database.transaction(organization_id) as tx:
            more |= _plan(tx)
    return more


def _plan(tx: Transaction) -> bool:
    at = tx.scalar(
        "select cursor from notification_cursors where organization_id = %s for update skip locked",
        [tx.organization_id],
    )
    if at is None:
        # Another worker is at it.
        return False
    read, end = events.read(tx, events.parse_cursor(at), EVENTS_AT_ONCE_MAX, prefix=_PREFIX)
    if read:
        _Planner(tx, read).plan()
    tx.execute("update notification_cursors set cursor = %s where organization_id = %s", [str(end), tx.organization_id])
    return len(read) == EVENTS_AT_ONCE_MAX


class _Planner:
    """Plans one page of events in their order."""

    def __init__(self, tx: Transaction, read: Sequence[events.RecordedEvent]) -> None:
        self._tx = tx
        self._read = read
        self._rules = sorted((rule for rule in list_rules(tx) if rule.enabled), key=lambda rule: rule.position)
        channels = tx.all(
            "select id, kind from channels where organization_id = %s and removed_at is null and enabled",
            [tx.organization_id],
        )
        self._kinds: Mapping[UUID, str] = {row["id"]: row["kind"] for row in channels}
        alert_ids = list({UUID(event.body["alert_id"]) for event in read})
        found = tx.all(
            "select id, state, acknowledged_at from alerts where organization_id = %s and id = any(%s)",
            [tx.organization_id, alert_ids],
        )
        self._alerts: Mapping[UUID, Row] = {row["id"]: row for row in found}

    def plan(self) -> None:
        for event in self._read:
            alert_id = UUID(event.body["alert_id"])
            match event.name.removeprefix(_PREFIX):
                case "raised":
                    self._raised(alert_id, event.body, event.recorded_at)
                case "acknowledged":
                    self._stop(alert_id, "Somebody acknowledged it.")
                    self._follow_up(alert_id, "acknowledged", event.recorded_at)
                case "snoozed":
                    self._stop(alert_id, "Somebody snoozed it.")
                case "resolved" | "cleared":
                    self._stop(alert_id, "It is over.", told_first=True)
                    self._follow_up(alert_id, "ended", event.recorded_at)
                case _:
                    continue

    def _raised(self, alert_id: UUID, body: Mapping[str, Any], at: datetime) -> None:
        alert = self._alerts.get(alert_id)
        if alert is None or alert["state"] != "open":
            return
        matching = [
            rule
            for rule in self._rules
            if rule.matches(
                kind=body["kind"], severity=body["severity"], cause=body["cause"], component=body["component"]
            )
        ]
        if not matching:
            return
        self._stop(alert_id, "It grew worse.", but_for=f"raised:{body['severity']}")
        planned = self._rows(matching, alert_id, body, at, first_only=alert["acknowledged_at"] is not None)
        _NOTIFICATIONS.run(self._tx, list(planned))

    def _rows(
        self, rules: Sequence[Rule], alert_id: UUID, body: Mapping[str, Any], at: datetime, *, first_only: bool
    ) -> Iterable[Row]:
        told: set[tuple[int, UUID]] = set()
        for rule in rules:
            for number, step in enumerate(rule.body.steps):
                if number and first_only:
                    break
                for channel_id in step.channel_ids:
                    kind = self._kinds.get(channel_id)
                    # A channel hears of an alert once, though several rules name it: by the first of them.
                    known = (step.after_minutes, channel_id) in told
                    if kind is None or known or body["cause"] == f"{FAILING_CAUSE}{channel_id}":
                        continue
                    told.add((step.after_minutes, channel_id))
                    ready_at = at + timedelta(minutes=step.after_minutes)
                    yield self._row(
                        rule.id, number, alert_id, channel_id, f"raised:{body['severity']}", body["severity"], ready_at,
                        timedelta(0) if kind == _SINGLE else timedelta(seconds=rule.body.group_seconds), at,
                    )  # fmt: skip

    def _follow_up(self, alert_id: UUID, occasion: str, at: datetime) -> None:
        """Tell those who were told, where their channel can make something of it."""
        rows = self._tx.all(
            "select distinct on (n.channel_id) n.channel_id, n.rule_id, n.step, n.severity, r.body from notifications n"
            " join notification_rules r on r.organization_id = n.organization_id and r.id = n.rule_id"
            " where n.organization_id = %s and n.alert_id = %s and n.state = 'handed_over' and starts_with(n.occasion, 'raised:')"
            " order by n.channel_id, n.id",
            [self._tx.organization_id, alert_id],
        )
        planned = []
        for row in rows:
            kind = self._kinds.get(row["channel_id"])
            if occasion == "acknowledged":
                hears = kind in _HEARS_OF_ACKNOWLEDGING
            else:
                hears = kind in _HEARS_OF_ENDS_ALWAYS or bool(row["body"].get("tell_when_over", True))
            if kind is not None and hears:
                wait = timedelta(0) if kind == _SINGLE else timedelta(seconds=row["body"].get("group_seconds", 0))
                planned.append(
                    self._row(
                        row["rule_id"],
                        row["step"],
                        alert_id,
                        row["channel_id"],
                        occasion,
                        row["severity"],
                        at,
                        wait,
                        at,
                    )
                )
        _NOTIFICATIONS.run(self._tx, planned)

    def _stop(self, alert_id: UUID, why: str, *, told_first: bool = False, but_for: str | None = None) -> None:
        """Stop what is planned for later steps.

        `told_first`: and what was to be told first, but for what waits for a digest. `but_for`: all but this occasion.
        """
        self._tx.execute(
            "update notifications set state = 'stopped', why = %(why)s where organization_id = %(organization)s"
            " and alert_id = %(alert)s and starts_with(occasion, 'raised:') and state in ('planned', 'held')"
            " and case when %(but_for)s::text is not null then occasion <> %(but_for)s"
            " else step > 0 or (%(first)s and state = 'planned') end",
            {
                "why": why,
                "organization": self._tx.organization_id,
                "alert": alert_id,
                "first": told_first,
                "but_for": but_for,
            },
        )

    def _row(
        self,
        rule_id: UUID,
        step: int,
        alert_id: UUID,
        channel_id: UUID,
        occasion: str,
        severity: str,
        ready_at: datetime,
        wait: timedelta,
        at: datetime,
    ) -> Row:
        return {
            "organization_id": self._tx.organization_id,
            "id": ids.new_id(),
            "rule_id": rule_id,
            "step": step,
            "alert_id": alert_id,
            "channel_id": channel_id,
            "occasion": occasion,
            "severity": severity,
            "state": "planned",
            "ready_at": ready_at,
            "due_at": ready_at + wait,
            "created_at": at,
        }
