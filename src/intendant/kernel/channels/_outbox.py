"""The outbox of messages: claimed with a lease, tried again with back-off, dead and visible after that, sent again by hand.

A worker that dies between sending and writing it down leaves a lease that lapses: the message goes again under the same id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from uuid import UUID

from intendant.kernel import alerts, events, organizations
from intendant.kernel.alerts import Alert, By
from intendant.kernel.channels._channels import get_channel
from intendant.kernel.channels._messages import subject_of
from intendant.kernel.channels._planning import FAILING_CAUSE
from intendant.kit import ids
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Conflict, NotFound

ATTEMPTS_MAX = 8
CLAIMED_MAX = 24
CLAIMED_PER_CHANNEL_MAX = 4
"""Of one channel at once, so that one that hangs does not keep others waiting."""
LEASE = timedelta(seconds=90)
BACKOFF_SECONDS_FIRST, BACKOFF_SECONDS_MAX = 10.0, 1_800.0
RETRY_AFTER_SECONDS_MAX = 3_600.0
KEPT_WAITING_MAX = timedelta(hours=24)
"""What could not be sent for longer is news no more."""
FAILING_TOLD_AFTER = timedelta(minutes=15)
WHY_LENGTH_MAX = 500
PAGE_MAX = 201
DeliveryState = Literal["queued", "sending", "sent", "dead"]


class DeliveryUnknown(NotFound):
    """No such delivery in this organisation."""

    code = "delivery_unknown"


class DeliveryNotDead(Conflict):
    """The delivery was sent, or is on its way."""

    code = "delivery_not_dead"


class ChannelNotReady(Conflict):
    """The channel is paused, or has no secret."""

    code = "channel_not_ready"


@dataclass(frozen=True, slots=True)
class Sent:
    """A provider took a message."""

    answer: str
    provider_id: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """A provider did not take a message, or nobody knows. `final`: asking again will not help."""

    why: str
    final: bool
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries to list; None means any."""

    state: DeliveryState | None = None
    channel_id: UUID | None = None
    alert_id: UUID | None = None


_CLAIM = """
with candidates as (
    select d.organization_id, d.id, d.due_at,
        row_number() over (partition by d.organization_id, d.channel_id order by d.what <> 'test', d.id) as place
    from deliveries d join channels c on c.organization_id = d.organization_id and c.id = d.channel_id
    where d.state in ('queued', 'sending') and d.due_at <= %(now)s
        and (d.state = 'queued' or d.lease_until <= %(now)s)
        and (c.retry_at is null or c.retry_at <= %(now)s)
        -- What is about one alert goes in its order: nothing is over before it was told.
        and (d.alert_id is null or not exists (
            select from deliveries p where p.organization_id = d.organization_id and p.channel_id = d.channel_id
            and p.alert_id = d.alert_id and p.id < d.id and p.state in ('queued', 'sending')))
), taken as (
    select d.organization_id, d.id from deliveries d
    join (select * from candidates where place <= %(each)s order by place, due_at limit %(limit)s) chosen
        using (organization_id, id)
    where d.state = 'queued' or (d.state = 'sending' and d.lease_until <= %(now)s)
    for update of d skip locked
)
update deliveries d set state = 'sending', attempts = d.attempts + 1, lease_until = %(lease)s
from taken where d.organization_id = taken.organization_id and d.id = taken.id returning d.*
"""


def claim_deliveries(database: Database, now: datetime) -> list[Row]:
    """Claim messages that are due at `now` (system time), of all organisations, a few of each channel."""
    with database.system() as tx:
        return tx.all(
            _CLAIM,
            {"now": now, "each": CLAIMED_PER_CHANNEL_MAX, "limit": CLAIMED_MAX, "lease": now + LEASE},
        )


def settle_delivery(tx: Transaction, delivery: Row, outcome: Sent | NotSent, *, now: datetime, random: Random) -> bool:
    """Write down what came of an attempt; False if the claim was lost to another worker meanwhile."""
    held = tx.scalar(
        "select 1 from deliveries where organization_id = %s and id = %s and state = 'sending' and attempts = %s for update",
        [tx.organization_id, delivery["id"], delivery["attempts"]],
    )
    if held is None:
        return False
    if isinstance(outcome, Sent):
        _sent(tx, delivery, outcome, now)
    else:
        _not_sent(tx, delivery, outcome, now, random)
    return True


def _sent(tx: Transaction, delivery: Row, outcome: Sent, now: datetime) -> None:
    tx.execute(
        "update deliveries set state = 'sent', sent_at = %s, lease_until = null, why = null, answer = %s, provider_id = %s"
        " where organization_id = %s and id = %s",
        [now, outcome.answer[:WHY_LENGTH_MAX], outcome.provider_id, tx.organization_id, delivery["id"]],
    )
    if outcome.thread is not None and delivery["what"] in ("alert", "digest"):
        tx.execute(
            "insert into alert_threads (organization_id, channel_id, alert_id, reference)"
            " select distinct n.organization_id, n.channel_id, n.alert_id, %s from notifications n"
            " where n.organization_id = %s and n.delivery_id = %s on conflict do nothing",
            [outcome.thread, tx.organization_id, delivery["id"]],
        )
    tx.execute(
        "update channels set last_ok_at = %s, failing_since = null, last_error = null, dead_count = 0, retry_at = null"
        " where organization_id = %s and id = %s",
        [now, tx.organization_id, delivery["channel_id"]],
    )


def _not_sent(tx: Transaction, delivery: Row, outcome: NotSent, now: datetime, random: Random) -> None:
    why = outcome.why[:WHY_LENGTH_MAX]
    asked_to_wait = outcome.retry_after_seconds is not None
    too_old = now - delivery["queued_at"] >= KEPT_WAITING_MAX
    # A test is tried once: whoever waits for it mends the settings and tries again.
    is_test = delivery["what"] == "test"
    spent = delivery["attempts"] >= ATTEMPTS_MAX and not asked_to_wait
    dead = outcome.final or is_test or too_old or spent
    wait = retry_seconds(delivery["attempts"], outcome.retry_after_seconds, random)
    tx.execute(
        "update deliveries set state = %s, lease_until = null, why = %s, due_at = %s, attempts = %s"
        " where organization_id = %s and id = %s",
        [
            "dead" if dead else "queued",
            why,
            now + timedelta(seconds=wait),
            # Being asked to wait is no failure of the message.
            delivery["attempts"] - (1 if asked_to_wait and not dead else 0),
            tx.organization_id,
            delivery["id"],
        ],
    )
    tx.execute(
        "update channels set failing_since = coalesce(failing_since, %s), last_error = %s, dead_count = dead_count + %s,"
        " retry_at = %s where organization_id = %s and id = %s",
        [
            now,
            why,
            1 if dead and not is_test else 0,
            now + timedelta(seconds=wait) if asked_to_wait else None,
            tx.organization_id,
            delivery["channel_id"],
        ],
    )


def retry_seconds(attempts: int, asked: float | None, random: Random) -> float:
    """Return how long to wait after so many attempts: what the provider asked for, or ever longer, a quarter more or less."""
    if asked is not None:
        return min(max(asked, 1.0), RETRY_AFTER_SECONDS_MAX)
    wait = min(BACKOFF_SECONDS_FIRST * 2.0 ** max(0, attempts - 1), BACKOFF_SECONDS_MAX)
    return wait * random.uniform(0.75, 1.25)


def queue_test(tx: Transaction, channel_id: UUID, *, by: By) -> Row:
    """Queue a message that says that it is a test; raises ChannelUnknown or ChannelNotReady."""
    channel = get_channel(tx, channel_id)
    if not channel.is_connected:
        raise ChannelNotReady(
            "The channel has no secret, so it is not connected.", field="secret", remedy="Give it its secret first."
        )
    delivery_id = ids.new_id()
    tx.execute(
        "insert into deliveries (organization_id, id, channel_id, what, alert_count, subject, state, due_at, created_by,"
        " created_at, queued_at) values (%s, %s, %s, 'test', 0, %s, 'queued', %s, %s, %s, %s)",
        [tx.organization_id, delivery_id, channel_id, subject_of("test", "low", [], 0), by.system_now, by.label,
         by.system_now, by.system_now],
    )  # fmt: skip
    tx.execute(
        "update channels set retry_at = null where organization_id = %s and id = %s", [tx.organization_id, channel_id]
    )
    _tell(
        tx, "kernel.channel.tested", f"channel:{channel_id}", {"channel_id": channel_id, "delivery_id": delivery_id}, by
    )
    return get_delivery(tx, delivery_id)


def send_again(tx: Transaction, delivery_id: UUID, *, by: By) -> Row:
    """Queue a dead delivery again, as if it were new; raises DeliveryUnknown, DeliveryNotDead or ChannelNotReady."""
    before = get_delivery(tx, delivery_id)
    if before["state"] != "dead":
        raise DeliveryNotDead(f"The delivery is {before['state']}.", remedy="Only a dead one is sent again.")
    channel = get_channel(tx, before["channel_id"])
    if channel.state in ("paused", "not_connected"):
        raise ChannelNotReady(
            f"The channel is {channel.state.replace('_', ' ')}.", remedy="Resume it, or give it its secret, first."
        )
    tx.execute(
        "update deliveries set state = 'queued', attempts = 0, due_at = %s, queued_at = %s"
        " where organization_id = %s and id = %s and state = 'dead'",
        [by.system_now, by.system_now, tx.organization_id, delivery_id],
    )
    body = {"delivery_id": delivery_id, "channel_id": before["channel_id"]}
    _tell(tx, "kernel.delivery.repeated", f"delivery:{delivery_id}", body, by)
    return get_delivery(tx, delivery_id)


_LISTED = (
    "select d.*, c.name as channel_name, c.kind as channel_kind, r.name as rule_name,"
    " array(select distinct n.alert_id from notifications n where n.organization_id = d.organization_id"
    " and n.delivery_id = d.id order by n.alert_id limit 200) as alert_ids"
    " from deliveries d join channels c on c.organization_id = d.organization_id and c.id = d.channel_id"
    " left join notification_rules r on r.organization_id = d.organization_id and r.id = d.rule_id"
    " where d.organization_id = %(organization)s"
)


def list_deliveries(
    tx: Transaction, wanted: DeliveryFilter, *, after: UUID | None = None, limit: int = 50
) -> list[Row]:
    """List deliveries, newest first, from `after` (exclusive)."""
    conditions = [
        "(%(state)s::text is null or d.state = %(state)s)",
        "(%(channel)s::uuid is null or d.channel_id = %(channel)s)",
        "(%(after)s::uuid is null or d.id < %(after)s)",
    ]
    if wanted.alert_id is not None:
        conditions.append(
            "d.id = any (select n.delivery_id from notifications n where n.organization_id = %(organization)s"
            " and n.alert_id = %(alert)s)"
        )
    return tx.all(
        f"{_LISTED} and {' and '.join(conditions)} order by d.id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "state": wanted.state,
            "channel": wanted.channel_id,
            "alert": wanted.alert_id,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )


def get_delivery(tx: Transaction, delivery_id: UUID) -> Row:
    """Get one delivery; raises DeliveryUnknown."""
    row = tx.find(f"{_LISTED} and d.id = %(id)s", {"organization": tx.organization_id, "id": delivery_id})
    if row is None:
        raise DeliveryUnknown("There is no such delivery.", field="delivery_id", remedy="List the deliveries.")
    return row


_LONG_FAILING = """
select organization_id, id, name, last_error, failing_since from channels
where removed_at is null and enabled and alerted_at is null and failing_since is not null
    and (failing_since <= %(since)s or dead_count > 0)
limit %(limit)s
"""
_WELL_AGAIN = """
select organization_id, id, name from channels
where alerted_at is not null and (failing_since is null or removed_at is not null or not enabled) limit %(limit)s
"""


def watch_channels(database: Database, now: datetime) -> None:
    """Raise an alert for each channel that fails for long or gave up a message, and resolve it when it is well again."""
    with database.system() as tx:
        failing = tx.all(_LONG_FAILING, {"since": now - FAILING_TOLD_AFTER, "limit": 1_000})
        well = tx.all(_WELL_AGAIN, {"limit": 1_000})
    for row in failing:
        with database.transaction(row["organization_id"]) as tx:
            marked = tx.execute(
                "update channels set alerted_at = %s where organization_id = %s and id = %s and alerted_at is null",
                [now, row["organization_id"], row["id"]],
            )
            if marked:
                alerts.raise_alerts(tx, [_failing_alert(tx, row)])
    for row in well:
        with database.transaction(row["organization_id"]) as tx:
            tx.execute(
                "update channels set alerted_at = null where organization_id = %s and id = %s",
                [row["organization_id"], row["id"]],
            )
            business = organizations.get_organization(tx, row["organization_id"]).clock.at(now)
            by = By("system", business, now)
            alerts.resolve_causes(tx, [f"{FAILING_CAUSE}{row['id']}"], note="Messages arrive again.", by=by)


def _failing_alert(tx: Transaction, row: Row) -> Alert:
    return Alert(
        row["organization_id"],
        "intervention",
        "high",
        f"{FAILING_CAUSE}{row['id']}",
        f"Messages over the channel {row['name']} do not arrive",
        organizations.get_organization(tx, row["organization_id"]).clock.now(),
        detail={
            "channel_id": str(row["id"]),
            "why": row["last_error"],
            "failing_since": row["failing_since"].isoformat(),
        },
    )


def count_deliveries(tx: Transaction, channel_ids: Sequence[UUID], since: datetime) -> dict[UUID, dict[str, int]]:
    """Count the deliveries of channels by state, since a moment of system time."""
    rows = tx.all(
        "select channel_id, state, count(*)::integer as n from deliveries where organization_id = %s"
        " and channel_id = any(%s) and created_at >= %s group by channel_id, state",
        [tx.organization_id, list(channel_ids), since],
    )
    counts: dict[UUID, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["channel_id"], {})[row["state"]] = row["n"]
    return counts


def _tell(tx: Transaction, name: str, subject: str, body: dict[str, object], by: By) -> None:
    event = events.Event(tx.organization_id, name, subject, body, by.now, by.system_now, actor=by.label)
    events.emit(tx, [event])
