"""How the business does over a day, a week or a month: decisions by verdict, and the six figures that its owner asked for.

A figure without a source says so; none is made up. Each is measured over the newest rows of its source, up to a named bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from intendant.kernel import decisions, organizations
from intendant.kernel.organizations import Organization
from intendant.kernel.overview._periods import BUCKETS, Period, bucket_edges
from intendant.kernel.registry import Measured, Metric, Registry, Unit
from intendant.kit.database import Transaction
from intendant.kit.ids import first_id_at

DECISIONS_COUNTED_MAX = 50_000
EFFECTS_COUNTED_MAX = 50_000
OUTCOMES_COUNTED_MAX = 20_000
GROUPS_MAX = 10_000
EFFECT_LONGEST = timedelta(days=7)
"""An effect that ended in a bucket was planned at most so long before it, in system time."""
_DECISIONS = """
select width_bucket(decided_at, %(edges)s::timestamptz[]) as place, verdict, count(*) as n, min(decided_at) as first
from (select decided_at, verdict from decisions where organization_id = %(organization)s
      and (%(low)s::uuid is null or id >= %(low)s) order by id desc limit %(limit)s) as newest
group by 1, 2
"""
_EFFECTS = """
select width_bucket(updated_at, %(edges)s::timestamptz[]) as place, state in ('done', 'undone') as carried_out, count(*) as n
from (select updated_at, state from effects where organization_id = %(organization)s and id >= %(low)s
      order by id desc limit %(limit)s) as newest
where state in ('done', 'undone', 'failed', 'unknown') group by 1, 2
"""
# The last word on a subject counts; a decision that nobody acted on has no outcome and so is not judged.
_OUTCOMES = """
with newest as materialized (select * from outcomes where organization_id = %(organization)s order by id desc limit %(limit)s),
told as (select distinct on (subject_id, measure) * from newest order by subject_id, measure, id desc)
select width_bucket(o.matured_at, %(edges)s::timestamptz[]) as place, d.kind, d.action, o.value, count(*) as n
from told o join decisions d on d.organization_id = %(organization)s and d.id = o.decision_id
where o.matured_at is not null and not o.censored and o.value is not null group by 1, 2, 3, 4 limit %(groups)s
"""


class _Wanted(NamedTuple):
    key: str
    name: str
    unit: Unit
    missing: str


_KPIS = (
    _Wanted(
        "new_customers",
        "New customers",
        "count",
        "Not measured: no domain that lends is installed.",
    ),
    _Wanted("processed_loans", "Processed loans", "count", "Not measured: no domain that lends is installed."),
    _Wanted("revenue", "Revenue", "money", "Not measured: no domain that earns is installed."),
    _Wanted("satisfaction", "Satisfaction", "share", "Not measured yet: it needs feedback of customers."),
    _Wanted("system_performance", "System performance", "share", ""),
    _Wanted("decision_accuracy", "Decision accuracy", "share", ""),
)


@dataclass(frozen=True, slots=True)
class VerdictBucket:
    """Decisions by verdict from `at` (business time) to the next bucket."""

    at: datetime
    act: int = 0
    ask: int = 0
    refuse: int = 0
    observe: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A figure from `at` (business time) to the next point; None where there was nothing to measure."""

    at: datetime
    value: float | None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure. `previous` is the same over the span of the same length before; `why` says what it is made of or lacks."""

    key: str
    name: str
    unit: Unit
    value: float | None
    previous: float | None
    series: list[Point]
    available: bool
    why: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """The overview's figures. Where decisions were too many to count all, `counted_from` says from when on they are complete."""

    period: Period
    since: datetime
    until: datetime
    counted_from: datetime | None
    decisions: list[VerdictBucket]
    kpis: list[Kpi]


def read_metrics(tx: Transaction, registry: Registry, period: Period, system_now: datetime) -> Metrics:
    """Measure an organisation over a period up to now, in its business time and zone."""
    organization = organizations.get_organization(tx, tx.organization_id)
    edges = bucket_edges(organization.clock.at(system_now), organization.time_zone, period)
    current = edges[BUCKETS[period] :]
    buckets, counted_from = _count_decisions(tx, organization, current)
    own = {
        "system_performance": Metric(
            "system_performance",
            "share",
            "The share of actions in the outside world that were carried out, of all that ended; not of those cancelled in time.",
            lambda tx, edges: _measure_effects(tx, organization, edges),
        ),
        "decision_accuracy": Metric(
            "decision_accuracy",
            "share",
            "The share of decisions that turned out right, of those whose outcome became known for certain in the period.",
            lambda tx, edges: _measure_outcomes(tx, registry, edges),
        ),
    }
    metrics = {metric.key: metric for domain in registry.domains.values() for metric in domain.metrics} | own
    existed = organization.clock.at(organization.created_at) < current[0]
    kpis = [_kpi(tx, wanted, metrics.get(wanted.key), edges, existed=existed) for wanted in _KPIS]
    return Metrics(period, current[0], current[-1], counted_from, buckets, kpis)


def _kpi(tx: Transaction, wanted: _Wanted, metric: Metric | None, edges: Sequence[datetime], *, existed: bool) -> Kpi:
    if metric is None:
        return Kpi(wanted.key, wanted.name, wanted.unit, None, None, [], False, wanted.missing)
    measured = list(metric.measure(tx, edges))
    half = len(measured) // 2
    series = [Point(at, total([part])) for at, part in zip(edges[half:], measured[half:], strict=False)]
    previous = total(measured[:half]) if existed else None
    return Kpi(wanted.key, wanted.name, metric.unit, total(measured[half:]), previous, series, True, metric.why)


def total(parts: Sequence[Measured]) -> float | None:
    """Add up what was measured; a share of nothing is None."""
    amount = sum(part.amount for part in parts)
    whole = [part.of for part in parts if part.of is not None]
    if not whole:
        return amount
    return amount / sum(whole) if sum(whole) else None


def _count_decisions(
    tx: Transaction, organization: Organization, edges: Sequence[datetime]
) -> tuple[list[VerdictBucket], datetime | None]:
    low, _ = decisions.id_bounds(organization.clock, edges[0], None)
    rows = tx.all(
        _DECISIONS,
        {"organization": organization.id, "edges": list(edges), "low": low, "limit": DECISIONS_COUNTED_MAX},
    )
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["place"], {})[row["verdict"]] = row["n"]
    buckets = [VerdictBucket(at, **counts.get(place, {})) for place, at in enumerate(edges[:-1], 1)]
    capped = sum(row["n"] for row in rows) >= DECISIONS_COUNTED_MAX
    first = min((row["first"] for row in rows), default=edges[0])
    return buckets, first if capped and first > edges[0] else None


def _measure_effects(tx: Transaction, organization: Organization, edges: Sequence[datetime]) -> list[Measured]:
    clock = organization.clock
    if clock.speed == 0:
        return [Measured(0, 0) for _ in edges[1:]]
    system_edges = [clock.system_at(edge) for edge in edges]
    rows = tx.all(
        _EFFECTS,
        {
            "organization": organization.id,
            "edges": system_edges,
            "low": first_id_at(system_edges[0] - EFFECT_LONGEST),
            "limit": EFFECTS_COUNTED_MAX,
        },
    )
    return _shares([(row["place"], row["carried_out"], row["n"]) for row in rows], len(edges) - 1)


def _measure_outcomes(tx: Transaction, registry: Registry, edges: Sequence[datetime]) -> list[Measured]:
    rows = tx.all(
        _OUTCOMES,
        {
            "organization": tx.organization_id,
            "edges": list(edges),
            "limit": OUTCOMES_COUNTED_MAX,
            "groups": GROUPS_MAX,
        },
    )
    judged = [
        (row["place"], registry.kinds[row["kind"]].right(row["action"], row["value"]), row["n"])
        for row in rows
        if row["kind"] in registry.kinds
    ]
    return _shares([(place, right, n) for place, right, n in judged if right is not None], len(edges) - 1)


def _shares(counted: Sequence[tuple[int, bool, int]], buckets: int) -> list[Measured]:
    good, whole = [0] * (buckets + 2), [0] * (buckets + 2)
    for place, is_good, n in counted:
        whole[place] += n
        good[place] += n if is_good else 0
    return [Measured(good[place], whole[place]) for place in range(1, buckets + 1)]
