"""Deliveries on their way: claimed in batches under a lease, settled in batches, each attempt on the record.

A worker that dies leaves its claims to lapse, and what it may have sent is sent again under the same webhook-id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import orjson

from intendant.kernel import events, organizations
from intendant.kernel.alerts import Alert, Severity, raise_alerts
from intendant.kernel.webhooks._endpoints import PING, tell
from intendant.kernel.webhooks._schedule import GONE_STATUS, OK_STATUS, WAIT_STATUS, next_due
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, to_json
from intendant.kit.database import Database, Row, Transaction

LEASE = timedelta(seconds=45)
"""A worker renews what it holds; what a dead one held is sent again by another after so long."""
CLAIMED_OF_ONE_MAX = 128
CLAIMED_MAX = 512
ANSWER_KEPT_MAX = 1_024
PROBLEM_KEPT_MAX = 300
FAILING_DAYS_MAX = timedelta(days=5)
"""An endpoint that has taken nothing for so long, while it was told of something, is disabled."""
SENDER = "system:webhooks"
GONE = "it answered 410: gone"
FAILING = "it has failed for days"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker is to send until `lease_until`. `message_id` is the same for an event however often sent.

    `secret_revision` tells when what signs was replaced.
    """

    organization_id: UUID
    id: UUID
    endpoint_id: UUID
    secret_id: UUID
    secret_revision: int
    url: str
    attempts: int
    fence: UUID
    lease_until: datetime
    message_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """How sending a delivery ended. `status` None: nobody answered, and `problem` says why."""

    delivery: Claimed
    at: datetime
    milliseconds: int
    status: int | None
    problem: str | None = None
    answer: str = ""
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """Say whether the receiver took it."""
        return self.status is not None and self.status in OK_STATUS


_CLAIM = """
with busy as (select * from json_to_recordset(%(busy)s::json) as b(endpoint_id uuid, count integer)),
picked as (
    select d.organization_id, d.id from webhook_endpoints e
    left join busy b on b.endpoint_id = e.id
    cross join lateral (
        select w.organization_id, w.id, w.due_at from webhook_deliveries w
        where w.organization_id = e.organization_id and w.endpoint_id = e.id and w.state = 'waiting' and w.due_at <= %(now)s
        order by w.due_at, w.id limit greatest(%(each)s - coalesce(b.count, 0), 0)
        for update of w skip locked) d
    where e.state = 'enabled' order by d.due_at, d.id limit %(limit)s
)
update webhook_deliveries d set fence = %(fence)s, due_at = %(until)s
from picked, webhook_endpoints e join secrets s on s.organization_id = e.organization_id and s.id = e.secret_id
where d.organization_id = picked.organization_id and d.id = picked.id
and e.organization_id = d.organization_id and e.id = d.endpoint_id
returning d.organization_id, d.id, d.endpoint_id, d.event_id, d.event_name, d.attempts, d.created_at, e.url, e.secret_id,
    s.revision as secret_revision
"""
_EVENTS = """
select e.organization_id, e.id, e.epoch, e.xid::text::bigint as xid, e.seq, e.name, e.version, e.body, e.at, e.recorded_at
from json_to_recordset(%s::json) as q(organization_id uuid, id uuid)
join events e on e.organization_id = q.organization_id and e.id = q.id
"""


def claim(
    database: Database, now: datetime, *, limit: int, busy: Mapping[UUID, int], lease: timedelta = LEASE
) -> list[Claimed]:
    """Claim deliveries that are due, in order of their start; `busy` is how many of an endpoint this worker holds."""
    fence = ids.new_id()
    until = now + lease
    with database.system() as tx:
        rows = tx.all(
            _CLAIM,
            {
                "busy": to_json([{"endpoint_id": each, "count": count} for each, count in busy.items()]),
                "now": now,
                "each": CLAIMED_OF_ONE_MAX,
                "limit": min(limit, CLAIMED_MAX),
                "fence": fence,
                "until": until,
            },
        )
        if not rows:
            return []
        wanted = [
            {"organization_id": r["organization_id"], "id": r["event_id"]} for r in rows if r["event_name"] != PING
        ]
        found = {(each["organization_id"], each["id"]): each for each in tx.all(_EVENTS, [to_json(wanted)])}
    return [
        Claimed(
            row["organization_id"],
            row["id"],
            row["endpoint_id"],
            row["secret_id"],
            row["secret_revision"],
            row["url"],
            row["attempts"],
            fence,
            until,
            f"evt_{row['event_id'].hex}",
            payload(row, found.get((row["organization_id"], row["event_id"]))),
        )
        for row in sorted(rows, key=lambda row: row["id"])
    ]


def payload(delivery: Row, event: Row | None) -> bytes:
    """Write what is sent: type, time and the event as /api/v1/events gives it. The same however often it is sent."""
    if event is None:
        # A test, or an event that has been erased since.
        body: dict[str, object] = {"delivery_id": delivery["id"], "endpoint_id": delivery["endpoint_id"]}
        return orjson.dumps({"type": delivery["event_name"], "timestamp": delivery["created_at"], "data": body})
    data = {
        "id": event["id"],
        "cursor": events.format_cursor(events.Cursor(event["epoch"], event["xid"], event["seq"])),
        "name": event["name"],
        "version": event["version"],
        "body": orjson.Fragment(event["body"]),
        "at": event["at"],
        "recorded_at": event["recorded_at"],
    }
    return orjson.dumps({"type": event["name"], "timestamp": event["recorded_at"], "data": data})


_ATTEMPTS = BulkInsert(
    "webhook_attempts",
    {
        "organization_id": "uuid",
        "delivery_id": "uuid",
        "number": "integer",
        "at": "timestamptz",
        "status": "integer",
        "milliseconds": "integer",
        "problem": "text",
        "answer": "text",
    },
)
_SETTLE = """
with given as materialized (select * from json_to_recordset(%s::json) as r(organization_id uuid, id uuid, fence uuid, state text,
    due_at timestamptz, last_status integer, last_problem text, ended_at timestamptz))
update webhook_deliveries d set state = g.state, due_at = coalesce(g.due_at, d.due_at), attempts = d.attempts + 1, fence = null,
    last_status = g.last_status, last_problem = g.last_problem, ended_at = g.ended_at
from given g where d.organization_id = g.organization_id and d.id = g.id and d.fence = g.fence
returning d.organization_id, d.id, d.endpoint_id, d.attempts, d.state
"""


def settle(database: Database, attempts: Iterable[Attempt], random: Random, now: datetime) -> int:
    """Write down how sending ended; a claim that another worker took over changes nothing. Return how many were settled."""
    given = {attempt.delivery.id: attempt for attempt in attempts}
    with database.system() as tx:
        settled = tx.all(_SETTLE, [to_json([_outcome(each, random, now) for each in given.values()])])
        _ATTEMPTS.run(tx, [_attempt(given[row["id"]], row) for row in settled])
        touched = _mark_endpoints(tx, settled, now)
    for endpoint in touched:
        mine = [row for row in settled if row["endpoint_id"] == endpoint["id"]]
        gone = any(given[row["id"]].status == GONE_STATUS for row in mine)
        if gone or endpoint["failing_since"] is not None:
            with database.transaction(endpoint["organization_id"]) as tx:
                _look_after(tx, endpoint, sum(row["state"] == "dead" for row in mine), gone, now)
    return len(settled)


def renew(database: Database, deliveries: Iterable[Claimed], until: datetime) -> None:
    """Hold claims until a later moment; those that another worker took over stay there."""
    _move(database, deliveries, until, is_kept=True)


def give_back(database: Database, deliveries: Iterable[Claimed], now: datetime) -> None:
    """Let go of claims that were not begun, at once."""
    _move(database, deliveries, now, is_kept=False)


def _move(database: Database, deliveries: Iterable[Claimed], due_at: datetime, *, is_kept: bool) -> None:
    rows = [{"organization_id": each.organization_id, "id": each.id, "fence": each.fence} for each in deliveries]
    with database.system() as tx:
        # What is just being settled is skipped: waiting for it could be waiting for each other.
        tx.execute(
            "with held as (select w.organization_id, w.id"
            " from json_to_recordset(%s::json) as g(organization_id uuid, id uuid, fence uuid) join webhook_deliveries w"
            " on w.organization_id = g.organization_id and w.id = g.id and w.fence = g.fence for update of w skip locked)"
            " update webhook_deliveries d set fence = case when %s then d.fence end, due_at = %s"
            " from held where d.organization_id = held.organization_id and d.id = held.id",
            [to_json(rows), is_kept, due_at],
        )


def _outcome(attempt: Attempt, random: Random, now: datetime) -> Row:
    due = None
    if not attempt.is_delivered:
        asked = attempt.retry_after if attempt.status in WAIT_STATUS else None
        due = next_due(attempt.delivery.attempts + 1, now, random, retry_after=asked)
    state = "delivered" if attempt.is_delivered else "dead" if due is None else "waiting"
    return {
        "organization_id": attempt.delivery.organization_id,
        "id": attempt.delivery.id,
        "fence": attempt.delivery.fence,
        "state": state,
        "due_at": due,
        "last_status": attempt.status,
        "last_problem": attempt.problem and attempt.problem[:PROBLEM_KEPT_MAX],
        "ended_at": None if state == "waiting" else now,
    }


def _attempt(attempt: Attempt, row: Row) -> Row:
    return {
        "organization_id": row["organization_id"],
        "delivery_id": row["id"],
        "number": row["attempts"],
        "at": attempt.at,
        "status": attempt.status,
        "milliseconds": attempt.milliseconds,
        "problem": attempt.problem and attempt.problem[:PROBLEM_KEPT_MAX],
        "answer": attempt.answer.replace("\x00", "\ufffd")[:ANSWER_KEPT_MAX],
    }


def _mark_endpoints(tx: Transaction, settled: Sequence[Row], now: datetime) -> list[Row]:
    """Note at each endpoint whether it takes what it is told; one statement for all of them."""
    took: dict[tuple[UUID, UUID], bool] = {}
    for row in settled:
        key = row["organization_id"], row["endpoint_id"]
        took[key] = took.get(key, False) or row["state"] == "delivered"
    given = [{"organization_id": o, "id": e, "took": each} for (o, e), each in sorted(took.items())]
    return tx.all(
        "update webhook_endpoints e set failing_since = case when g.took then null else coalesce(e.failing_since, %(now)s) end,"
        " delivered_at = case when g.took then %(now)s else e.delivered_at end"
        " from json_to_recordset(%(given)s::json) as g(organization_id uuid, id uuid, took boolean)"
        " where e.organization_id = g.organization_id and e.id = g.id"
        " returning e.organization_id, e.id, e.url, e.failing_since, e.state",
        {"now": now, "given": to_json(given)},
    )


def _look_after(tx: Transaction, endpoint: Row, dead: int, gone: bool, now: datetime) -> None:
    """Disable an endpoint that is gone or has failed for days, and tell people of it and of what is dead."""
    failing = endpoint["failing_since"] is not None and now - endpoint["failing_since"] > FAILING_DAYS_MAX
    why = GONE if gone else FAILING if failing else None
    if why is not None and endpoint["state"] == "enabled":
        tx.execute(
            "update webhook_endpoints set state = 'disabled', disabled_why = %s, revision = revision + 1, changed_by = %s,"
            " changed_at = %s where organization_id = %s and id = %s",
            [why, SENDER, now, tx.organization_id, endpoint["id"]],
        )
        tell(tx, "kernel.webhook.disabled", endpoint["id"], SENDER, {"why": why})
        _alert(tx, endpoint, "high", f"A webhook endpoint is disabled: {why}", {"why": why})
    elif dead:
        _alert(tx, endpoint, "medium", "Webhooks could not be delivered", {"dead": dead})


def _alert(tx: Transaction, endpoint: Row, severity: Severity, title: str, detail: dict[str, object]) -> None:
    at = organizations.get_organization(tx, tx.organization_id).clock.now()
    detail = {"endpoint_id": str(endpoint["id"]), "url": endpoint["url"], **detail}
    alert = Alert(tx.organization_id, "intervention", severity, f"webhook:{endpoint['id']}", title, at, detail=detail)
    raise_alerts(tx, [alert])
