"""Counts beside a list, as shops have them: by each of several columns, each counted without the filter on itself.

So whoever has chosen one value still sees how many there are of the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from intendant.kit.database import Transaction

COUNTED_MAX = 100_000
"""No more rows are counted."""


@dataclass(frozen=True, slots=True)
class Facets:
    """For each column how many rows have each value; how many match all filters; whether there are more than were counted."""

    by: Mapping[str, Mapping[str, int]]
    total: int
    capped: bool


def count_facets(
    tx: Transaction, source: str, filters: Mapping[str, str | None], parameters: Mapping[str, object]
) -> Facets:
    """Count the rows of `source`, a SELECT of literals of the caller's, at most `COUNTED_MAX`, by the columns named in `filters`.

    Each column has the condition that is chosen for it, or None. `source` ends where LIMIT may follow.
    """
    chosen = {name: condition or "true" for name, condition in filters.items()}
    sums = [
        f"sum(n) filter (where {' and '.join(c for other, c in chosen.items() if other != name)}) as n_{name}"
        for name in chosen
    ]
    flags = [f"grouping({name}) as g_{name}" for name in chosen]
    rows = tx.all(
        f"with found as (select {', '.join(chosen)}, count(*)::bigint as n from ({source} limit {COUNTED_MAX}) looked_at"  # noqa: S608 - literals of the caller
        f" group by {', '.join(chosen)})"
        f" select {', '.join([*chosen, *flags, *sums])},"
        f" sum(n) as looked_at, sum(n) filter (where {' and '.join(chosen.values())}) as total"
        f" from found group by grouping sets ({', '.join(f'({name})' for name in chosen)}, ())",
        parameters,
    )
    by: dict[str, dict[str, int]] = {name: {} for name in chosen}
    total = looked_at = 0
    for row in rows:
        name = next((name for name in chosen if row[f"g_{name}"] == 0), None)
        if name is None:
            total, looked_at = int(row["total"] or 0), int(row["looked_at"] or 0)
        elif row[f"n_{name}"]:
            by[name][row[name]] = int(row[f"n_{name}"])
    return Facets(by, total, looked_at >= COUNTED_MAX)
