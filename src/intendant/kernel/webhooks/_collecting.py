"""From the log of events to deliveries: each endpoint has its cursor, which moves in the transaction that writes its deliveries.

So no event is ever missed or told twice, whatever is killed, and with any number of workers.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.events import Cursor, RecordedEvent, parse_cursor
from intendant.kernel.webhooks._names import is_wanted
from intendant.kit import clock, ids
from intendant.kit.bulk import BulkInsert
from intendant.kit.database import Database, Row, Transaction

ENDPOINTS_AT_ONCE_MAX = 1_000
EVENTS_AT_ONCE_MAX = 500
REPLAYS_AT_ONCE_MAX = 20
REPLAYED_MAX = 100_000
"""A replay sends at most so many events; who wants more asks again from where it ended."""

DELIVERIES = BulkInsert(
    "webhook_deliveries",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "endpoint_id": "uuid",
        "event_id": "uuid",
        "event_name": "text",
        "replay_id": "uuid",
        "state": "text",
        "due_at": "timestamptz",
        "created_at": "timestamptz",
    },
    suffix="on conflict do nothing",
)


def collect(database: Database) -> bool:
    """Write the deliveries of what happened since each endpoint's cursor; say whether there may be more to read."""
    with database.system() as tx:
        rows = tx.all(
            "select e.organization_id, e.id, e.cursor from webhook_endpoints e"
            " join organizations o on o.id = e.organization_id and o.removed_at is null"
            " where e.state = 'enabled' order by e.organization_id, e.id limit %s",
            [ENDPOINTS_AT_ONCE_MAX],
        )
        if not rows:
            return False
        positions = {(row["organization_id"], parse_cursor(row["cursor"])) for row in rows}
        news = events.read_many(tx, sorted(positions), EVENTS_AT_ONCE_MAX)
    by_position: dict[tuple[UUID, Cursor], list[UUID]] = {}
    for row in rows:
        by_position.setdefault((row["organization_id"], parse_cursor(row["cursor"])), []).append(row["id"])
    more = False
    for (organization_id, cursor), read in news.items():
        with database.transaction(organization_id) as tx:
            _deliver(tx, by_position[organization_id, cursor], cursor, read)
        more |= len(read) == EVENTS_AT_ONCE_MAX
    return more


def _deliver(tx: Transaction, endpoint_ids: Sequence[UUID], cursor: Cursor, read: Sequence[RecordedEvent]) -> None:
    # Another worker that read the same has moved the cursor on: then nothing is left to do.
    moved = tx.all(
        "update webhook_endpoints set cursor = %(next)s where organization_id = %(organization)s and id = any(%(ids)s)"
        " and cursor = %(cursor)s and state = 'enabled' returning id, events",
        {
            "next": str(read[-1].cursor),
            "cursor": str(cursor),
            "organization": tx.organization_id,
            "ids": list(endpoint_ids),
        },
    )
    now = clock.system_now()
    DELIVERIES.run(
        tx,
        [
            _row(event, endpoint["id"], None, now)
            for event in read
            for endpoint in moved
            if is_wanted(endpoint["events"], event.name)
        ],
    )


def advance_replays(database: Database) -> bool:
    """Send the next part of each replay that runs; say whether there may be more."""
    with database.system() as tx:
        running = tx.all(
            "select r.organization_id, r.id from webhook_replays r"
            " join organizations o on o.id = r.organization_id and o.removed_at is null"
            " where r.state = 'running' order by r.id limit %s",
            [REPLAYS_AT_ONCE_MAX],
        )
    more = False
    for row in running:
        with database.transaction(row["organization_id"]) as tx:
            more |= _advance(tx, row["id"])
    return more


def _advance(tx: Transaction, replay_id: UUID) -> bool:
    replay = tx.find(
        "select * from webhook_replays where organization_id = %s and id = %s and state = 'running' for update skip locked",
        [tx.organization_id, replay_id],
    )
    if replay is None:
        return False
    read, end = events.read(tx, parse_cursor(replay["cursor"]), EVENTS_AT_ONCE_MAX)
    now, left = clock.system_now(), REPLAYED_MAX - replay["sent_count"]
    until, since = replay["recorded_until"], replay["recorded_from"]
    wanted = [
        event
        for event in read
        if event.recorded_at <= until
        and (since is None or event.recorded_at >= since)
        and is_wanted(replay["events"], event.name)
    ][:left]
    DELIVERIES.run(tx, [_row(event, replay["endpoint_id"], replay_id, now) for event in wanted])
    # What was recorded within the last minute before the end may stand a little behind what came after it.
    past = bool(read) and read[-1].recorded_at > until
    done = len(read) < EVENTS_AT_ONCE_MAX or past or len(wanted) == left
    tx.execute(
        "update webhook_replays set cursor = %s, read_count = read_count + %s, sent_count = sent_count + %s,"
        " reached_at = coalesce(%s, reached_at), state = %s, ended_at = %s where organization_id = %s and id = %s",
        [
            str(wanted[-1].cursor if len(wanted) == left and wanted else end),
            len(read),
            len(wanted),
            read[-1].recorded_at if read else None,
            "done" if done else "running",
            now if done else None,
            tx.organization_id,
            replay_id,
        ],
    )
    return not done


def _row(event: RecordedEvent, endpoint_id: UUID, replay_id: UUID | None, now: datetime) -> Row:
    return {
        "organization_id": event.organization_id,
        "id": ids.new_id(),
        "endpoint_id": endpoint_id,
        "event_id": event.id,
        "event_name": event.name,
        "replay_id": replay_id,
        "state": "waiting",
        "due_at": now,
        "created_at": now,
    }
