"""A figure over time with what was expected of it, for charts: bounded, from the same reading that finds anomalies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from intendant.domains.analytics.anomalies import detectors, sources, streams
from intendant.domains.analytics.anomalies.detectors import DetectorSettings
from intendant.domains.analytics.anomalies.finding import bucket_of, read
from intendant.domains.analytics.anomalies.model import Bucket, DataSource
from intendant.domains.analytics.anomalies.sources import Loaded
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit.database import Row, Transaction
from intendant.learning.anomalies import Watched, moment

POINTS_SHOWN_MAX = 2_000
BEFORE, AFTER = 96, 48
"""Points shown before and after an anomaly."""


class ChartPoint(NamedTuple):
    """A point, what was expected, and whether it is part of an anomaly; no expectation where too little was seen before."""

    at: datetime
    value: float
    expected: float | None
    lower: float | None
    upper: float | None
    is_anomalous: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Points of a source in order of time; `capped` where only the newest are shown."""

    source: DataSource
    bucket: Bucket
    points: Sequence[ChartPoint]
    capped: bool


def chart_range(
    tx: Transaction,
    system: Any,
    data_source: str,
    hours: int,
    *,
    limit: int = POINTS_SHOWN_MAX,
    time_column: str | None = None,
    with_expected: bool = True,
) -> Chart:
    """Return the last `hours` of a source; of a stream or dataset up to its newest point.

    Without what was expected it takes a fraction of the time: enough for a small line.
    """
    organization = get_organization(tx, tx.organization_id)
    source = sources.get_source(tx, system.registry, organization, data_source)
    bucket, buckets = bucket_of(hours)
    now = organization.clock.now()
    loaded = sources.load(
        tx, system, organization, source, bucket=bucket, buckets=buckets, until=now, time_column=time_column
    )
    times = loaded.series.times
    end = now
    if len(times) and int(times[-1]) < (now - timedelta(hours=hours)).timestamp():
        end = moment(times[-1])
    if not with_expected:
        return _bare(loaded, end - timedelta(hours=hours), end, limit)
    watched = read(loaded, _settings(tx, data_source).judged(now))
    return _cut(loaded, watched, end - timedelta(hours=hours), end, limit)


def chart_points(
    tx: Transaction, system: Any, name: str, *, since: datetime | None, until: datetime | None, limit: int
) -> Chart:
    """Return the newest points of a stream in a span, at most `limit`, with what was expected of them."""
    organization = get_organization(tx, tx.organization_id)
    source = sources.get_source(tx, system.registry, organization, f"stream:{name}")
    now = organization.clock.now()
    end = until or now + timedelta(days=1)
    loaded = sources.load(tx, system, organization, source, bucket="hour", buckets=1, until=end)
    watched = read(loaded, _settings(tx, source.data_source).judged(now))
    return _cut(loaded, watched, since, end, limit)


def chart_anomaly(tx: Transaction, system: Any, organization: Organization, row: Row) -> Chart:
    """Return the source around an anomaly: up to `BEFORE` points before it and `AFTER` after it."""
    source = sources.get_source(tx, system.registry, organization, row["data_source"])
    width = timedelta(days=1) if row["bucket"] == "day" else timedelta(hours=1)
    now = organization.clock.now()
    until = min(row["ended_at"] + (AFTER + 1) * width, now)
    if row["bucket"] == "point":
        # Points may be dense or sparse: enough of them are read by number, not by time.
        name = source.data_source.partition(":")[2]
        later = streams.moment_after(tx, name, row["ended_at"], AFTER) if source.kind == "stream" else None
        until = min(later or now, now)
    bucket: Bucket = "day" if row["bucket"] == "day" else "hour"
    loaded = sources.load(tx, system, organization, source, bucket=bucket, buckets=BEFORE + AFTER, until=until)
    watched = read(loaded, _settings(tx, row["data_source"]).judged(now))
    times = loaded.series.times
    first = int(np.searchsorted(times, int(row["started_at"].timestamp())))
    last = int(np.searchsorted(times, int(row["ended_at"].timestamp()), side="right"))
    begin, end = max(first - BEFORE, 0), min(last + AFTER, len(times))
    if begin >= end:
        return Chart(source, loaded.bucket, (), capped=False)
    return _cut(loaded, watched, moment(times[begin]), moment(times[end - 1]) + timedelta(seconds=1), POINTS_SHOWN_MAX)


def _settings(tx: Transaction, data_source: str) -> DetectorSettings:
    row = tx.find(
        "select * from anomaly_detectors where organization_id = %s and data_source = %s",
        [tx.organization_id, data_source],
    )
    return DetectorSettings() if row is None else detectors.from_row(row).settings


def _bare(loaded: Loaded, since: datetime, until: datetime, limit: int) -> Chart:
    series = loaded.series
    begin = int(np.searchsorted(series.times, int(since.timestamp())))
    end = int(np.searchsorted(series.times, int(until.timestamp()), side="right"))
    points = [
        ChartPoint(moment(series.times[place]), float(series.values[place]), None, None, None, False)
        for place in range(max(begin, end - limit), end)
    ]
    return Chart(loaded.source, loaded.bucket, points, capped=end - begin > limit)


def _cut(loaded: Loaded, watched: Watched, since: datetime | None, until: datetime, limit: int) -> Chart:
    series, trace = watched.readings.series, watched.readings.trace
    begin = 0 if since is None else int(np.searchsorted(series.times, int(since.timestamp())))
    end = int(np.searchsorted(series.times, int(until.timestamp()), side="right"))
    shown = range(max(begin, end - limit), end)
    spans = [(anomaly.started_at, anomaly.ended_at) for anomaly in watched.anomalies]
    points = []
    for place in shown:
        at = moment(series.times[place])
        is_known = bool(trace.upper[place] > trace.lower[place])
        points.append(
            ChartPoint(
                at,
                float(series.values[place]),
                float(trace.expected[place]) if is_known else None,
                float(trace.lower[place]) if is_known else None,
                float(trace.upper[place]) if is_known else None,
                any(first <= at <= last for first, last in spans),
            )
        )
    return Chart(loaded.source, loaded.bucket, points, capped=end - begin > limit)
