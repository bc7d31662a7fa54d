"""Rounds: what the worker does again and again, each in its own time, with failures that wait for the database or end the worker."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog

from intendant.kernel.access import forget_ended
from intendant.kernel.decisions import (
    CARRIED_OUT_MAX,
    FORGOTTEN_AT_ONCE_MAX,
    WAITING_AT_ONCE_MAX,
    Decider,
    carry_out_held,
    decide_waiting,
    expire_due,
    forget_requests,
)
from intendant.kernel.tasks import ExecutorDeclaredDead
from intendant.kit import clock, metrics
from intendant.kit.database import Database
from intendant.kit.errors import Unavailable
from intendant.worker._alerts import alert_of_delay, alert_of_invariant
from intendant.worker._halt import wait

FAILURES_MAX = 10
"""After so many failures of one round in a row the worker ends, to be started afresh."""

DUE_ORGANIZATIONS_MAX = 1_000
BROKEN_ROWS_MAX = 1_000
KEYS_KEPT = timedelta(days=30)
"""For so long an Idempotency-Key gives its first answer."""
SESSIONS_KEPT = timedelta(days=30)
LATE_AFTER = timedelta(seconds=60)
"""An effect that is due for longer is late."""
PARTITIONS_AHEAD = timedelta(days=62)

log = structlog.get_logger(__name__)


async def repeat(name: str, seconds: float, work: Callable[[], object], stop: asyncio.Event) -> None:
    """Do `work` on a thread every `seconds` until `stop`; at once again while it returns True."""
    failures = 0
    while not stop.is_set():
        again, began = False, clock.monotonic_seconds()
        try:
            again = await asyncio.to_thread(work) is True
            failures = 0
        except ExecutorDeclaredDead:
            raise
        except Unavailable as error:
            log.warning("a round waits", round=name, error=str(error))
        except Exception:
            failures += 1
            metrics.ROUND_FAILURES.add(name)
            log.exception("a round failed", round=name, failures=failures)
            if failures >= FAILURES_MAX:
                raise
        metrics.ROUNDS.observe(clock.monotonic_seconds() - began, name)
        await wait(stop, 0.01 if again else seconds)


_DUE = """
select distinct a.organization_id
from approvals a
join organizations o on o.id = a.organization_id and o.removed_at is null
join controls c on c.organization_id = a.organization_id and c.state = 'running'
where a.state = 'open' and a.held_until is null and a.due_at <= o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed
limit %(limit)s
"""


def expire_approvals(decider: Decider, stop: asyncio.Event) -> None:
    """Give approvals whose deadline has passed their fate, organisation by organisation."""
    with decider.database.system() as tx:
        rows = tx.all(_DUE, {"now": clock.system_now(), "limit": DUE_ORGANIZATIONS_MAX})
    for row in rows:
        if stop.is_set():
            return
        count = expire_due(decider, row["organization_id"])
        if count:
            log.info("approvals met their deadline", organization=str(row["organization_id"]), count=count)


def carry_out_answers(decider: Decider) -> bool:
    """Carry out held answers whose seconds are over; say whether there may be more."""
    return carry_out_held(decider) >= CARRIED_OUT_MAX


def decide_what_waited(decider: Decider) -> bool:
    """Decide what came while everything was stopped; say whether there may be more."""
    decided = decide_waiting(decider)
    if decided:
        log.info("what had waited was decided", count=decided)
    return decided >= WAITING_AT_ONCE_MAX


def ensure_partitions(database: Database) -> None:
    """Make the partitions of the coming months."""
    with database.system() as tx:
        tx.execute("select ensure_partitions(%s)", [clock.system_now() + PARTITIONS_AHEAD])


def check_invariants(database: Database, invariants: Mapping[str, str]) -> int:
    """Run queries that must return no row; raise an alert for each organisation and invariant broken. Return how many."""
    broken: Counter[tuple[UUID, str]] = Counter()
    for name, query in invariants.items():
        with database.system() as tx, tx.connection.cursor() as cursor:
            cursor.execute(query.encode())
            broken.update((row["organization_id"], name) for row in cursor.fetchmany(BROKEN_ROWS_MAX))
    for (organization_id, name), count in broken.items():
        log.error("an invariant is broken", invariant=name, organization=str(organization_id), rows=count)
        alert_of_invariant(database, organization_id, name, count)
    return len(broken)


_LATE = """
select e.organization_id, count(*) as waiting, extract(epoch from %(now)s - min(e.due_at)) as oldest_seconds
from effects e join controls c on c.organization_id = e.organization_id and c.state <> 'halted'
where e.state in ('held', 'planned') and e.due_at < %(now)s::timestamptz - %(late)s::interval
group by e.organization_id limit %(limit)s
"""


def watch_delay(database: Database) -> None:
    """Raise an alert for each organisation whose effects wait longer than they should."""
    with database.system() as tx:
        late = {"now": clock.system_now(), "late": LATE_AFTER, "limit": DUE_ORGANIZATIONS_MAX}
        rows = tx.all(_LATE, late)
    for row in rows:
        alert_of_delay(database, row["organization_id"], row["waiting"], float(row["oldest_seconds"]))


def tidy(database: Database) -> bool:
    """Forget what has served: answers to keys, sessions and links long over. True while there is more to forget."""
    now = clock.system_now()
    with database.system() as tx:
        forget_ended(tx, before=now - SESSIONS_KEPT)
        return forget_requests(tx, before=now - KEYS_KEPT) >= FORGOTTEN_AT_ONCE_MAX
