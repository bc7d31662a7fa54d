"""Figures that are sent to us: streams by name, their points. All SQL of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from intendant.domains.analytics.contract import METRIC_ADDED
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

STREAMS_MAX = 1_000
POINTS_AT_ONCE_MAX = 10_000
POINTS_READ_MAX = 5_000
VALUE_MOST = 1e300
AHEAD_MAX = timedelta(days=1)
_EARLIEST = 1900


class MetricUnknown(NotFound):
    """Nothing of this name is measured or sent."""

    code = "metric_unknown"


class MetricExists(Conflict):
    """The name is taken."""

    code = "metric_exists"


class TooManyMetrics(Invalid):
    """The organisation has as many streams as it may."""

    code = "too_many_metrics"


class RefusedPoint(NamedTuple):
    """A point that was not taken: its place in what was sent, and why."""

    place: int
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of points that were sent."""

    taken: int
    replaced: int
    refused: list[RefusedPoint]


def create_stream(
    tx: Transaction,
    by: Principal,
    *,
    name: str,
    unit: str,
    description: str,
    money_per_unit: Decimal | None,
    currency: str | None,
) -> Row:
    """Make a stream to which points can be sent."""
    by.require(Permission.AI_CREATE)
    organization, now = get_organization(tx, tx.organization_id), clock.system_now()
    if (
        tx.scalar("select count(*) from metric_streams where organization_id = %s", [organization.id]) or 0
    ) >= STREAMS_MAX:
        raise TooManyMetrics(
            f"There are {STREAMS_MAX:,} metrics already.", field="name", remedy="Send points to one that there is."
        )
    row = tx.find(
        "insert into metric_streams (organization_id, name, unit, description, money_per_unit, currency, created_by, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing returning *",
        [
            organization.id,
            name,
            unit,
            description,
            money_per_unit,
            currency or (organization.currency if money_per_unit is not None else None),
            by.label,
            now,
        ],
    )
    if row is None:
        raise MetricExists("There is a metric of this name already.", field="name", remedy="Choose another name.")
    told = {"name": name, "unit": unit}
    events.emit(
        tx,
        [
            events.Event(
                organization.id, METRIC_ADDED, f"metric:{name}", told, organization.clock.at(now), now, actor=by.label
            )
        ],
    )
    return row


def list_streams(tx: Transaction, *, after: str | None, limit: int) -> list[Row]:
    """List streams by name, each with how many points it has had lately (up to a bound) and its newest."""
    return tx.all(
        "select s.*, p.at as last_at, p.value as last_value from metric_streams s left join lateral"
        " (select at, value from metric_points p where p.organization_id = s.organization_id and p.name = s.name"
        "  order by at desc limit 1) p on true"
        " where s.organization_id = %s and (%s::text is null or s.name > %s) order by s.name limit %s",
        [tx.organization_id, after, after, min(limit, STREAMS_MAX)],
    )


def get_stream(tx: Transaction, name: str) -> Row:
    """Get one stream; raises MetricUnknown."""
    row = tx.find(
        "select s.*, null::timestamptz as last_at, null::float8 as last_value from metric_streams s"
        " where organization_id = %s and name = %s",
        [tx.organization_id, name],
    )
    if row is None:
        raise MetricUnknown("There is no metric of this name.", field="name", remedy="List the metrics, or create it.")
    return row


def add_points(tx: Transaction, by: Principal, name: str, points: Sequence[tuple[datetime, float | None]]) -> Taken:
    """Take points of a stream; of two at one moment the later given counts, also against what was there before.

    What is no finite number, or lies before 1900 or more than a day ahead of the organisation's time, is refused and told.
    """
    by.require(Permission.AI_CREATE)
    get_stream(tx, name)
    now = clock.system_now()
    ahead = get_organization(tx, tx.organization_id).clock.at(now) + AHEAD_MAX
    refused, kept = [], {}
    for place, (given, value) in enumerate(points):
        at = given if given.tzinfo else given.replace(tzinfo=UTC)
        if value is None or not isfinite(value) or abs(value) >= VALUE_MOST:
            refused.append(RefusedPoint(place, "The value is missing or no finite number."))
        elif at.year < _EARLIEST or at > ahead:
            refused.append(RefusedPoint(place, "The time lies before 1900 or more than a day ahead."))
        else:
            kept[at] = value
    if not kept:
        return Taken(0, 0, refused)
    # In the order of time, so that two senders never wait for each other.
    moments = sorted(kept)
    replaced = tx.scalar(
        "with sent as (insert into metric_points (organization_id, name, at, value, recorded_at)"
        " select %(organization)s, %(name)s, at, value, %(now)s from unnest(%(at)s::timestamptz[], %(value)s::float8[])"
        " as p (at, value) on conflict (organization_id, name, at) do update set value = excluded.value,"
        " recorded_at = excluded.recorded_at returning (xmax <> 0) as replaced)"
        " select count(*) filter (where replaced) from sent",
        {
            "organization": tx.organization_id,
            "name": name,
            "now": now,
            "at": moments,
            "value": [kept[at] for at in moments],
        },
    )
    return Taken(len(kept), int(replaced or 0), refused)


def moment_after(tx: Transaction, name: str, at: datetime, points: int) -> datetime | None:
    """Return when so many points after `at` had come; None where there are not so many."""
    moment: datetime | None = tx.scalar(
        "select at from metric_points where organization_id = %s and name = %s and at > %s order by at limit 1 offset %s",
        [tx.organization_id, name, at, points],
    )
    return moment


def read_points(
    tx: Transaction, name: str, *, until: datetime, limit: int = POINTS_READ_MAX
) -> list[tuple[datetime, float]]:
    """Return the newest points before `until` in order of time, at most `limit`."""
    rows = tx.all(
        "select at, value from metric_points where organization_id = %s and name = %s and at < %s order by at desc limit %s",
        [tx.organization_id, name, until, min(limit, POINTS_READ_MAX)],
    )
    return [(row["at"], row["value"]) for row in reversed(rows)]
