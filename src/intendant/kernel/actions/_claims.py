"""Claiming effects: one statement gives each effect to one executor, with a fence that outdates every earlier claim.

Organisations take turns: each with something due gets an equal share of the batch, and where there are more organisations than
places, the places rotate. A halted organisation is passed over; a stopped one drains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intendant.kernel import control
from intendant.kernel.actions._effects import Effect, effect_from_row
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database, Row

CLAIM_COUNT_MAX = 256
LEASE_SECONDS = 30.0
"""How long a claim holds. The outside call must time out well before (see `worker`)."""

# The recursive part is a loose index scan: it visits one row per organisation that has anything waiting, however long the queues.
_CLAIM = f"""
with recursive waiting as (
    (select organization_id from effects where state in ('held', 'planned') order by organization_id limit 1)
    union all
    select (select e.organization_id from effects e
            where e.state in ('held', 'planned') and e.organization_id > w.organization_id
            order by e.organization_id limit 1)
    from waiting w where w.organization_id is not null
), serving as materialized (
    select o.id, o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed as business_now,
           count(*) over () as organization_count
    from waiting w
    join organizations o on o.id = w.organization_id and o.removed_at is null
    join controls c on c.organization_id = o.id and c.state <> 'halted'
    where exists (select from effects e
                  where e.organization_id = o.id and e.state in ('held', 'planned') and e.due_at <= %(now)s
                    and e.connector = any(%(connectors)s))
), picked as materialized (
    select e.organization_id, e.id
    from serving s
    cross join lateral (
        select d.organization_id, d.id from effects d
        where d.organization_id = s.id and d.state in ('held', 'planned') and d.due_at <= %(now)s
          and (d.hold_until is null or d.hold_until <= s.business_now) and d.connector = any(%(connectors)s)
        order by d.due_at, d.id
        limit greatest(1, ceil(%(limit)s::numeric / s.organization_count))
        for update skip locked
    ) e
    order by hashtextextended(e.organization_id::text, %(rotation)s)
    limit %(limit)s
)
update effects t
set state = 'running', attempts = t.attempts + 1, fence = t.fence + 1, claimed_by = %(executor)s,
    lease_until = %(lease_until)s, updated_at = %(now)s
from picked p, organizations o
where t.organization_id = p.organization_id and t.id = p.id and o.id = t.organization_id
returning t.*, o.system_anchor, o.business_anchor, o.speed, {control.IN_FORCE} as configuration
"""  # noqa: S608 - a constant

_CLAIM_LAPSED = f"""
with picked as materialized (
    select e.organization_id, e.id
    from effects e
    join organizations o on o.id = e.organization_id and o.removed_at is null
    join controls c on c.organization_id = o.id and c.state <> 'halted'
    where e.state = 'running' and e.lease_until < %(now)s and e.connector = any(%(connectors)s)
    order by e.lease_until
    limit %(limit)s
    for update of e skip locked
)
update effects t
set fence = t.fence + 1, claimed_by = %(executor)s, lease_until = %(lease_until)s
from picked p, organizations o
where t.organization_id = p.organization_id and t.id = p.id and o.id = t.organization_id
returning t.*, o.system_anchor, o.business_anchor, o.speed, {control.IN_FORCE} as configuration
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class ClaimedEffect:
    """An effect that one executor may carry out until its lease ends, with its organisation's business clock.

    `retry_count_max` is what the organisation has configured; None where it has configured nothing.
    """

    effect: Effect
    clock: BusinessClock
    executor_id: str
    lease_until: datetime
    retry_count_max: int | None = None


def claim(
    database: Database,
    executor_id: str,
    connectors: Sequence[str],
    limit: int,
    now: datetime,
    *,
    lease_seconds: float = LEASE_SECONDS,
) -> list[ClaimedEffect]:
    """Claim at most `limit` due effects of the connectors named, fairly between organisations. `now` is system time."""
    return _claim(_CLAIM, database, executor_id, connectors, limit=limit, now=now, lease_seconds=lease_seconds)


def claim_lapsed(
    database: Database,
    executor_id: str,
    connectors: Sequence[str],
    limit: int,
    now: datetime,
    *,
    lease_seconds: float = LEASE_SECONDS,
) -> list[ClaimedEffect]:
    """Claim running effects whose executor let the lease end: nobody here knows whether they happened, so ask the provider."""
    return _claim(_CLAIM_LAPSED, database, executor_id, connectors, limit=limit, now=now, lease_seconds=lease_seconds)


def _claim(
    query: str,
    database: Database,
    executor_id: str,
    connectors: Sequence[str],
    *,
    limit: int,
    now: datetime,
    lease_seconds: float,
) -> list[ClaimedEffect]:
    if not connectors or limit < 1:
        return []
    lease_until = now + timedelta(seconds=lease_seconds)
    with database.system() as tx:
        rows = tx.all(
            query,
            {
                "now": now,
                "connectors": list(connectors),
                "limit": min(limit, CLAIM_COUNT_MAX),
                "rotation": int(now.timestamp() * 1_000_000),
                "executor": executor_id,
                "lease_until": lease_until,
            },
        )
    claimed = [
        ClaimedEffect(effect_from_row(row), clock_from_row(row), executor_id, lease_until, _retry_count_max(row))
        for row in rows
    ]
    claimed.sort(key=lambda one: (one.effect.due_at, one.effect.id))
    return claimed


def _retry_count_max(row: Row) -> int | None:
    body = row["configuration"]
    return None if body is None else control.configuration_from(body).retry_count_max


def clock_from_row(row: Row) -> BusinessClock:
    """Build an organisation's business clock from the columns of `organizations` in a joined row."""
    return BusinessClock(row["system_anchor"], row["business_anchor"], row["speed"])
