"""Deliveries as people see them: what was sent, what waits, what is dead; sending one again, or a stretch of the log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.webhooks._endpoints import get_endpoint, tell
from intendant.kernel.webhooks._names import parse_patterns
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

DeliveryState = Literal["waiting", "delivered", "dead"]
RETRIED_MAX = 10_000
KEPT = timedelta(days=30)
"""For so long what has ended is kept."""
FORGOTTEN_AT_ONCE_MAX = 5_000
ATTEMPTS_SHOWN_MAX = 100
_AROUND = timedelta(minutes=1)
"""A transaction lasts no longer, so what it recorded stands in the log no further from its time."""


class DeliveryUnknown(NotFound):
    """There is no such delivery."""

    code = "webhook_delivery_unknown"


class DeliveryUnderWay(Conflict):
    """A worker is sending it just now."""

    code = "webhook_delivery_under_way"


class ReplayUnknown(NotFound):
    """There is no such replay."""

    code = "webhook_replay_unknown"


class ReplayRunning(Conflict):
    """A replay to this endpoint runs already."""

    code = "webhook_replay_running"


class ReplayInvalid(Invalid):
    """A stretch of the log that cannot be replayed."""

    code = "webhook_replay_invalid"


def list_deliveries(
    tx: Transaction,
    endpoint_id: UUID,
    *,
    state: DeliveryState | None,
    event: str | None,
    replay_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Row]:
    """List an endpoint's deliveries, newest first. `event` is how the name begins."""
    get_endpoint(tx, endpoint_id)
    return tx.all(
        "select * from webhook_deliveries where organization_id = %(organization)s and endpoint_id = %(endpoint)s"
        " and (%(state)s::text is null or state = %(state)s) and (%(event)s::text is null or starts_with(event_name, %(event)s))"
        " and (%(replay)s::uuid is null or replay_id = %(replay)s)"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "endpoint": endpoint_id,
            "state": state,
            "event": event,
            "replay": replay_id,
            "after": after,
            "limit": limit,
        },
    )


def get_delivery(tx: Transaction, delivery_id: UUID) -> tuple[Row, list[Row]]:
    """Return a delivery and its attempts, first to last."""
    key = [tx.organization_id, delivery_id]
    row = tx.find("select * from webhook_deliveries where organization_id = %s and id = %s", key)
    if row is None:
        raise DeliveryUnknown("There is no such delivery.", field="delivery_id", remedy="List the deliveries.")
    attempts = tx.all(
        "select number, at, status, milliseconds, problem, answer from webhook_attempts"
        " where organization_id = %s and delivery_id = %s order by number limit %s",
        [*key, ATTEMPTS_SHOWN_MAX],
    )
    return row, attempts


def retry_delivery(tx: Transaction, by: Principal, delivery_id: UUID) -> Row:
    """Send a delivery again now, whatever became of it, under the same webhook-id."""
    by.require(Permission.WEBHOOK_MANAGE)
    row, _ = get_delivery(tx, delivery_id)
    now = clock.system_now()
    changed = tx.execute(
        "update webhook_deliveries set state = 'waiting', due_at = %(now)s, ended_at = null,"
        # The schedule goes on where it was: what was dead is dead again if this try fails.
        " fence = null where organization_id = %(organization)s and id = %(id)s and (fence is null or due_at <= %(now)s)",
        {"now": now, "organization": tx.organization_id, "id": delivery_id},
    )
    if not changed:
        raise DeliveryUnderWay("It is being sent.", field="delivery_id", remedy="Look at it in a moment.")
    tell(tx, "kernel.webhook.retried", row["endpoint_id"], by.label, {"delivery_id": str(delivery_id), "count": 1})
    return get_delivery(tx, delivery_id)[0]


def retry_failed(tx: Transaction, by: Principal, endpoint_id: UUID, since: datetime) -> int:
    """Send again all that failed, and all that waits after a failure, of those created since then; return how many."""
    by.require(Permission.WEBHOOK_MANAGE)
    get_endpoint(tx, endpoint_id)
    count = tx.execute(
        "update webhook_deliveries set state = 'waiting', due_at = %(now)s, ended_at = null, fence = null"
        " where (organization_id, id) in (select organization_id, id from webhook_deliveries"
        "  where organization_id = %(organization)s and endpoint_id = %(endpoint)s and created_at >= %(since)s"
        "  and (state = 'dead' or (state = 'waiting' and attempts > 0 and fence is null))"
        "  order by id limit %(limit)s for update skip locked)",
        {
            "now": clock.system_now(),
            "organization": tx.organization_id,
            "endpoint": endpoint_id,
            "since": since,
            "limit": RETRIED_MAX,
        },
    )
    tell(tx, "kernel.webhook.retried", endpoint_id, by.label, {"since": since.isoformat(), "count": count})
    return count


def start_replay(
    tx: Transaction,
    by: Principal,
    endpoint_id: UUID,
    *,
    names: Sequence[str] | None,
    after: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Row:
    """Send a stretch of the log once more: behind the cursor `after`, or what was recorded from `since` on, up to `until`."""
    by.require(Permission.WEBHOOK_MANAGE)
    endpoint = get_endpoint(tx, endpoint_id)
    now = clock.system_now()
    if (after is None) == (since is None):
        raise ReplayInvalid("Say where the replay begins.", field="since", remedy="Give either `after` or `since`.")
    end = now if until is None else min(until, now)
    if since is not None and since >= end:
        raise ReplayInvalid("The replay ends before it begins.", field="until", remedy="Give a later moment.")
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhook replays:{endpoint_id}"])
    if tx.find(
        "select 1 from webhook_replays where organization_id = %s and endpoint_id = %s and state = 'running'",
        [tx.organization_id, endpoint_id],
    ):
        raise ReplayRunning("A replay runs already.", field="endpoint_id", remedy="Wait for its end, or stop it.")
    cursor = events.parse_cursor(after) if after is not None else _before(tx, since or end)
    replay_id = ids.new_id()
    tx.execute(
        "insert into webhook_replays (organization_id, id, endpoint_id, events, cursor, recorded_from, recorded_until, state,"
        " requested_by, created_at) values (%s, %s, %s, %s, %s, %s, %s, 'running', %s, %s)",
        [
            tx.organization_id,
            replay_id,
            endpoint_id,
            endpoint["events"] if names is None else parse_patterns(names),
            str(cursor),
            since,
            end,
            by.label,
            now,
        ],
    )
    tell(
        tx, "kernel.webhook.replay_started", endpoint_id, by.label, {"replay_id": str(replay_id), "after": str(cursor)}
    )
    return get_replay(tx, replay_id)


def _before(tx: Transaction, moment: datetime) -> events.Cursor:
    """Return a position in the log before everything that was recorded from a moment on."""
    row = tx.find(
        "select epoch, xid::text::bigint as xid, seq from events where organization_id = %s and id >= %s order by id limit 1",
        [tx.organization_id, ids.first_id_at(moment - _AROUND)],
    )
    # Nothing was recorded since: the end of the log is before all that is to come.
    return events.horizon(tx) if row is None else events.Cursor(row["epoch"], row["xid"], max(row["seq"] - 1, 0))


def stop_replay(tx: Transaction, by: Principal, replay_id: UUID) -> Row:
    """Stop a replay; what it has put in the queue is still sent."""
    by.require(Permission.WEBHOOK_MANAGE)
    tx.execute(
        "update webhook_replays set state = 'stopped', ended_at = %s where organization_id = %s and id = %s and state = 'running'",
        [clock.system_now(), tx.organization_id, replay_id],
    )
    return get_replay(tx, replay_id)


def get_replay(tx: Transaction, replay_id: UUID) -> Row:
    """Return a replay."""
    row = tx.find(
        "select * from webhook_replays where organization_id = %s and id = %s", [tx.organization_id, replay_id]
    )
    if row is None:
        raise ReplayUnknown("There is no such replay.", field="replay_id", remedy="List the replays.")
    return row


def list_replays(tx: Transaction, endpoint_id: UUID, *, after: UUID | None, limit: int) -> list[Row]:
    """List an endpoint's replays, newest first."""
    get_endpoint(tx, endpoint_id)
    return tx.all(
        "select * from webhook_replays where organization_id = %(organization)s and endpoint_id = %(endpoint)s"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "endpoint": endpoint_id, "after": after, "limit": limit},
    )


def forget_old(database: Database) -> bool:
    """Forget deliveries that ended, and messages that came, longer ago than they are kept; say whether there may be more."""
    before = clock.system_now() - KEPT
    with database.system() as tx:
        forgotten = tx.execute(
            "delete from webhook_deliveries where (organization_id, id) in"
            " (select organization_id, id from webhook_deliveries where ended_at < %s limit %s)",
            [before, FORGOTTEN_AT_ONCE_MAX],
        )
        forgotten += tx.execute(
            "delete from webhook_messages where (organization_id, id) in"
            " (select organization_id, id from webhook_messages where received_at < %s and state <> 'waiting' limit %s)",
            [before, FORGOTTEN_AT_ONCE_MAX],
        )
    return forgotten >= FORGOTTEN_AT_ONCE_MAX
