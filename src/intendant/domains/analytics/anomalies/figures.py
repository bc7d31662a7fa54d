"""What the kernel can tell of itself over time: decisions made, the share asked and refused, effects that failed.

Each is one statement over the newest rows, up to a named bound.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from intendant.kernel import decisions
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Measured, Metric
from intendant.kit.database import Transaction
from intendant.kit.ids import first_id_at

DECISIONS_COUNTED_MAX = 50_000
EFFECTS_COUNTED_MAX = 50_000
EFFECT_LONGEST = timedelta(days=7)
_DECISIONS = """
select width_bucket(decided_at, %(edges)s::timestamptz[]) as place, verdict, count(*) as n
from (select decided_at, verdict from decisions where organization_id = %(organization)s
      and (%(low)s::uuid is null or id >= %(low)s) order by id desc limit %(limit)s) as newest
group by 1, 2
"""
_EFFECTS = """
select width_bucket(updated_at, %(edges)s::timestamptz[]) as place, count(*) as n,
  count(*) filter (where state in ('failed', 'unknown')) as failed
from (select updated_at, state from effects where organization_id = %(organization)s and id >= %(low)s
      order by id desc limit %(limit)s) as newest
where state in ('done', 'undone', 'failed', 'unknown') group by 1
"""


def _verdicts(tx: Transaction, edges: Sequence[datetime]) -> list[dict[str, int]]:
    organization = get_organization(tx, tx.organization_id)
    low, _ = decisions.id_bounds(organization.clock, edges[0], None)
    rows = tx.all(
        _DECISIONS,
        {"organization": organization.id, "edges": list(edges), "low": low, "limit": DECISIONS_COUNTED_MAX},
    )
    counts: list[dict[str, int]] = [{} for _ in range(len(edges) + 1)]
    for row in rows:
        if row["place"] is not None:
            counts[row["place"]][row["verdict"]] = row["n"]
    return counts[1 : len(edges)]


def _made(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return [Measured(sum(each.values())) for each in _verdicts(tx, edges)]


def _share_of(verdict: str) -> Callable[[Transaction, Sequence[datetime]], Sequence[Measured]]:
    def measure(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
        return [Measured(each.get(verdict, 0), sum(each.values())) for each in _verdicts(tx, edges)]

    return measure


def _failed(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    organization = get_organization(tx, tx.organization_id)
    if organization.clock.speed == 0:
        return [Measured(0, 0) for _ in edges[1:]]
    system_edges = [organization.clock.system_at(edge) for edge in edges]
    rows = tx.all(
        _EFFECTS,
        {
            "organization": organization.id,
            "edges": system_edges,
            "low": first_id_at(max(system_edges[0] - EFFECT_LONGEST, datetime(1970, 1, 2, tzinfo=edges[0].tzinfo))),
            "limit": EFFECTS_COUNTED_MAX,
        },
    )
    found = {row["place"]: Measured(row["failed"], row["n"]) for row in rows}
    return [found.get(place, Measured(0, 0)) for place in range(1, len(edges))]


FIGURES = (
    Metric("decisions_made", "count", "Decisions of every kind, by whoever made them, among the newest 50,000.", _made),
    Metric("decisions_asked", "share", "The share of decisions that were put to people.", _share_of("ask")),
    Metric("decisions_refused", "share", "The share of decisions that the gate refused.", _share_of("refuse")),
    Metric("effects_failed", "share", "The share of actions in the outside world that failed or hang.", _failed),
)
