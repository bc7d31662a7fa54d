"""Facts of decisions that were made before their series was counted: filled in when a version first declares an aggregate.

Filling is idempotent. It happens as a version comes to hold and, whatever way it came, before the first batch that needs it.
Decisions that were under way meanwhile under the version before are folded in once, a minute later.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from intendant.kernel.aggregates._live import FACTS
from intendant.kernel.aggregates._series import Series, case_of, counted, series_of, values_for
from intendant.kernel.gate import Aggregate, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Row, Transaction

FILLED_MAX = 500_000
"""So many decisions of the window are looked at, newest first."""
STEP = 5_000
SETTLING = timedelta(seconds=60)
UNDER_WAY_MAX = timedelta(seconds=120)
VERSIONS_MAX = 10_000


def is_filled(row: Row | None, series: Series, policy_version: int, system_now: datetime) -> bool:
    """Say whether a series holds all that a version of the policy counts."""
    return (
        row is not None
        and row["policy_version"] >= policy_version
        and row["over_hours"] >= series.over_hours
        and (row["settled"] or system_now < row["filled_at"] + SETTLING)
    )


def fill(
    tx: Transaction,
    organization: Organization,
    kind: str,
    policy_version: int,
    aggregates: tuple[Aggregate, ...],
    *,
    system_now: datetime,
) -> None:
    """Bring the series of a version's aggregates up to date; costs nothing where there are none."""
    wanted = series_of(counted(kind, aggregates))
    if not wanted:
        return
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"aggregates:{organization.id}:{kind}"])
    rows = {
        row["series"]: row
        for row in tx.all(
            "select * from aggregate_series where organization_id = %s and kind = %s and series = any(%s)",
            [organization.id, kind, list(wanted)],
        )
    }
    now = organization.clock.at(system_now)
    begun = ids.new_id()
    declared = _declared(tx, organization.id, kind, policy_version)
    by_gap: dict[frozenset[int], list[Series]] = {}
    for series in wanted.values():
        row = rows.get(series.id)
        if row is None or row["over_hours"] < series.over_hours:
            gap = frozenset(declared)
        elif row["policy_version"] < policy_version:
            since = row["policy_version"]
            gap = frozenset(v for v, has in declared.items() if v > since and series.id not in has)
        else:
            gap = frozenset()
        if not gap and row is not None and not row["settled"] and system_now >= row["filled_at"] + SETTLING:
            _settle(tx, organization, kind, series, row, policy_version)
        by_gap.setdefault(gap, []).append(series)
    for gap, members in by_gap.items():
        if gap:
            _fill_gap(tx, organization, kind, members, sorted(gap), now)
        for series in members:
            _remember(tx, organization, kind, series, policy_version, system_now, begun, filled=bool(gap))


def _remember(
    tx: Transaction,
    organization: Organization,
    kind: str,
    series: Series,
    policy_version: int,
    system_now: datetime,
    begun: UUID,
    *,
    filled: bool,
) -> None:
    tx.execute(
        "insert into aggregate_series (organization_id, kind, series, policy_version, over_hours, filled_at, filled_through, settled)"
        " values (%(organization)s, %(kind)s, %(series)s, %(version)s, %(over)s, %(now)s, %(begun)s, %(settled)s)"
        " on conflict (organization_id, kind, series) do update set"
        " policy_version = greatest(aggregate_series.policy_version, excluded.policy_version),"
        " over_hours = greatest(aggregate_series.over_hours, excluded.over_hours),"
        " filled_at = case when %(filled)s then excluded.filled_at else aggregate_series.filled_at end,"
        " filled_through = case when %(filled)s then excluded.filled_through else aggregate_series.filled_through end,"
        " settled = case when %(filled)s then false else aggregate_series.settled end",
        {
            "organization": organization.id,
            "kind": kind,
            "series": series.id,
            "version": policy_version,
            "over": series.over_hours,
            "now": system_now,
            "begun": begun,
            # Without a version before it, nothing can be under way under one.
            "settled": not filled,
            "filled": filled,
        },
    )


def _declared(tx: Transaction, organization_id: UUID, kind: str, before: int) -> Mapping[int, frozenset[UUID]]:
    """Return which series each earlier version counted."""
    rows = tx.all(
        "select version, case when body ? 'aggregates' then body end as body from policies"
        " where organization_id = %s and kind = %s and version < %s order by version desc limit %s",
        [organization_id, kind, before, VERSIONS_MAX],
    )
    return {
        row["version"]: frozenset()
        if row["body"] is None
        else frozenset(series_of(counted(kind, parse_policy(row["body"]).aggregates)))
        for row in rows
    }


def _fill_gap(
    tx: Transaction, organization: Organization, kind: str, members: list[Series], versions: list[int], now: datetime
) -> None:
    longest = max(series.over_hours for series in members)
    since = now - timedelta(hours=longest)
    rows = tx.stream(
        "select id, subject_id, decided_at, record from decisions where organization_id = %s and kind = %s and id >= %s"
        " and answers is null and decided_at > %s and policy_version = any(%s) order by id desc limit %s",
        [organization.id, kind, _first_id(organization, since), since, versions, FILLED_MAX],
        size=STEP,
    )
    _write(tx, organization.id, members, rows)


def _settle(
    tx: Transaction, organization: Organization, kind: str, series: Series, row: Row, policy_version: int
) -> None:
    """Fold in what was under way under another version while the series was filled."""
    low, high = ids.first_id_at(row["filled_at"] - UNDER_WAY_MAX), ids.first_id_at(row["filled_at"] + SETTLING)
    rows = tx.stream(
        "select id, subject_id, decided_at, record from decisions where organization_id = %s and kind = %s"
        " and id between %s and %s and answers is null and policy_version < %s order by id desc limit %s",
        [organization.id, kind, low, high, policy_version, FILLED_MAX],
        size=STEP,
    )
    _write(tx, organization.id, [series], rows)
    tx.execute(
        "update aggregate_series set settled = true where organization_id = %s and kind = %s and series = %s",
        [organization.id, kind, series.id],
    )


def _write(tx: Transaction, organization_id: UUID, members: list[Series], decided: Iterable[Row]) -> None:
    found: list[Row] = []
    for row in decided:
        found += facts_of(organization_id, members, row)
        if len(found) >= STEP:
            FACTS.run(tx, found)
            found = []
    if found:
        FACTS.run(tx, found)


def facts_of(organization_id: UUID, members: Iterable[Series], row: Row) -> Iterator[Row]:
    """Give what a recorded decision brings to each series."""
    values = values_for(case_of(orjson.loads(row["record"])))
    for series in members:
        entity = series.entity(organization_id, values)
        fact = None if entity is None else series.fact(organization_id, values)
        if fact is not None:
            yield {
                "organization_id": organization_id,
                "series": series.id,
                "entity": entity,
                "at": row["decided_at"],
                "decision_id": row["id"],
                "subject_id": row["subject_id"],
                "amount": fact.amount,
                "item": fact.item,
            }


def _first_id(organization: Organization, since: datetime) -> UUID:
    """Return the least id that a decision of that business moment may have."""
    if organization.clock.speed <= 0:
        return UUID(int=0)
    return ids.first_id_at(organization.clock.system_at(since))
