"""Which figures there are to be watched, and their values over time: of domains, of the kernel, of streams, of datasets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from intendant.domains.analytics.anomalies import streams
from intendant.domains.analytics.anomalies.figures import FIGURES
from intendant.domains.analytics.anomalies.model import (
    Bucket,
    DataSource,
    DataSourceInvalid,
    DataSourceUnknown,
    parse_data_source,
)
from intendant.domains.analytics.datasets import frames, rows
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Measured, Metric, Registry
from intendant.kit.database import Transaction
from intendant.learning.anomalies import Series, read_series

HOURS_BEFORE = 28 * 24
DAYS_BEFORE = 400
BUCKETS_MAX = 1_500
DATASETS_LISTED_MAX = 100
COLUMNS_LISTED_MAX = 20
SEGMENT_COLUMNS_MAX = 20
_IRREGULAR = 0.05
_KINDS = {"count": "a count", "money": "money", "share": "a share", "seconds": "seconds"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """The values of a source up to a moment. `frame` is the dataset's table beside it, with the name of its time column."""

    source: DataSource
    series: Series
    bucket: Bucket
    frame: Any = None
    time_column: str | None = None


def metrics_of(registry: Registry) -> dict[str, Metric]:
    """Return the figures of the domains and of the kernel, by key."""
    return {metric.key: metric for metric in FIGURES} | dict(registry.metrics)


def list_sources(tx: Transaction, registry: Registry, organization: Organization) -> list[DataSource]:
    """List every figure there is: metrics, streams, and numeric columns of datasets that have a time column."""
    found = [_of_metric(metric, organization) for metric in metrics_of(registry).values()]
    found += [_of_stream(row) for row in streams.list_streams(tx, after=None, limit=streams.STREAMS_MAX)]
    for row in tx.all(
        "select id, name, columns from datasets where organization_id = %s and removed_at is null order by id desc limit %s",
        [organization.id, DATASETS_LISTED_MAX],
    ):
        columns = row["columns"]
        if any(each.get("type") == "time" for each in columns):
            numbers = [each["name"] for each in columns if each.get("type") == "numeric"][:COLUMNS_LISTED_MAX]
            found += [_of_column(row["id"], row["name"], name) for name in numbers]
    return found


def get_source(tx: Transaction, registry: Registry, organization: Organization, data_source: str) -> DataSource:
    """Get one figure by name; raises DataSourceInvalid, DataSourceUnknown or MetricUnknown."""
    kind, name = parse_data_source(data_source)
    match kind:
        case "metric":
            metric = metrics_of(registry).get(name)
            if metric is None:
                raise DataSourceUnknown(
                    f"There is no metric {name[:100]!r}.", field="data_source", remedy="List the sources."
                )
            return _of_metric(metric, organization)
        case "stream":
            return _of_stream(streams.get_stream(tx, name))
        case "dataset":
            dataset_id, column = _column_of(name)
            return _of_column(dataset_id, rows.get_dataset(tx, dataset_id).name, column)


def load(
    tx: Transaction,
    system: Any,
    organization: Organization,
    source: DataSource,
    *,
    bucket: Bucket,
    buckets: int,
    until: datetime,
    time_column: str | None = None,
) -> Loaded:
    """Read a figure up to `until`: the last `buckets` complete ones and as many before as its usual course takes to learn."""
    kind, name = parse_data_source(source.data_source)
    zone = organization.time_zone
    if kind == "metric":
        before = HOURS_BEFORE if bucket == "hour" else DAYS_BEFORE
        edges = complete_edges(until, zone, bucket, min(buckets + before, BUCKETS_MAX))
        values = [_value(each) for each in metrics_of(system.registry)[name].measure(tx, edges)]
        first = next((place for place, value in enumerate(values) if value), len(values))
        return Loaded(source, read_series(source.data_source, edges[first:-1], values[first:], zone=zone), bucket)
    if kind == "stream":
        points = recent_points(streams.read_points(tx, name, until=until), bucket, buckets)
        series = read_series(source.data_source, [at for at, _ in points], [value for _, value in points], zone=zone)
        return Loaded(source, series, "point")
    dataset_id, column = _column_of(name)
    return _load_column(tx, system, organization, source, dataset_id, column, bucket, until, time_column)


def complete_edges(now: datetime, time_zone: str, bucket: Bucket, count: int) -> list[datetime]:
    """Return `count` + 1 edges of whole hours or days on the wall clock; the last is where the present one began.

    A day with a change to or from summer time is an hour longer or shorter; hours run on through it.
    """
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    if bucket == "day":
        days = [local.date() - timedelta(days=back) for back in range(count, -1, -1)]
        return [datetime.combine(day, time(), zone).astimezone(now.tzinfo) for day in days]
    last = local.replace(minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
    return [last - timedelta(hours=back) for back in range(count, -1, -1)]


def recent_points(points: list[tuple[datetime, float]], bucket: Bucket, buckets: int) -> list[tuple[datetime, float]]:
    """Keep of a stream what is asked for and what its usual course is learnt from, as of metrics: a sparse one's years are not."""
    if not points:
        return points
    asked = timedelta(days=buckets) if bucket == "day" else timedelta(hours=buckets)
    edge = points[-1][0] - asked - timedelta(hours=HOURS_BEFORE)
    newer = sum(at >= edge for at, _ in points)
    return points[-max(newer, DAYS_BEFORE + buckets) :]


def _value(measured: Measured) -> float | None:
    if measured.of is None:
        return measured.amount
    return measured.amount / measured.of if measured.of else None


def _of_metric(metric: Metric, organization: Organization) -> DataSource:
    money = Decimal(1) if metric.unit == "money" else None
    currency = organization.currency if money is not None else None
    name = metric.key.replace("_", " ").capitalize()
    return DataSource(f"metric:{metric.key}", "metric", name, metric.unit, metric.why, money, currency)


def _of_stream(row: dict[str, Any]) -> DataSource:
    return DataSource(
        f"stream:{row['name']}",
        "stream",
        row["name"],
        row["unit"],
        row["description"] or "Points that are sent to us.",
        row["money_per_unit"],
        row["currency"],
    )


def _of_column(dataset_id: UUID, dataset: str, column: str) -> DataSource:
    name = f"{dataset}: {column}"
    return DataSource(
        f"dataset:{dataset_id}/{column}", "dataset", name, "number", "A column of a dataset over its time."
    )


def _column_of(name: str) -> tuple[UUID, str]:
    text, slash, column = name.partition("/")
    try:
        if slash and column:
            return UUID(text), column
    except ValueError:
        pass
    raise DataSourceInvalid(
        "A dataset's figure is named by its id and a column.", field="data_source", remedy="Give dataset:ID/COLUMN."
    )


def _load_column(
    tx: Transaction,
    system: Any,
    organization: Organization,
    source: DataSource,
    dataset_id: UUID,
    column: str,
    bucket: Bucket,
    until: datetime,
    time_column: str | None,
) -> Loaded:
    profile = rows.get_columns(tx, dataset_id)
    times = [each["name"] for each in profile if each["type"] == "time"]
    chosen = time_column or (times[0] if times else None)
    if chosen is None or chosen not in times:
        raise DataSourceInvalid(
            "The dataset has no column of times." if time_column is None else "There is no such column of times.",
            field="time_column",
            remedy="Name a column of times, or take a dataset that has one.",
        )
    if not any(each["name"] == column and each["type"] == "numeric" for each in profile):
        raise DataSourceInvalid(
            f"The dataset has no column of numbers {column[:100]!r}.", field="data_source", remedy="List the sources."
        )
    segments = [each["name"] for each in profile if each["type"] == "category"][:SEGMENT_COLUMNS_MAX]
    frame = frames.read_frame(tx, system.files, organization.id, dataset_id, [chosen, column, *segments])
    frame = frame[frame[chosen].notna()]
    seconds = frame[chosen].to_numpy().astype("datetime64[s]").astype(np.int64)
    frame, seconds = frame[seconds < int(until.timestamp())], seconds[seconds < int(until.timestamp())]
    values = frame[column].to_numpy(dtype=np.float64)
    if _is_regular(seconds):
        return Loaded(
            source,
            read_series(source.data_source, seconds, values, zone=organization.time_zone),
            "point",
            frame,
            chosen,
        )
    moments, means = bucket_means(seconds, values, bucket, organization.time_zone)
    series = read_series(source.data_source, moments, means, zone=organization.time_zone)
    return Loaded(source, series, bucket, frame, chosen)


def _is_regular(seconds: np.ndarray[Any, np.dtype[np.int64]]) -> bool:
    """Tell whether rows are points of a series as they are: few enough, and hardly two at one moment."""
    if len(seconds) > streams.POINTS_READ_MAX:
        return False
    return len(np.unique(seconds)) >= (1 - _IRREGULAR) * len(seconds)


def bucket_means(
    seconds: np.ndarray[Any, np.dtype[np.int64]],
    values: np.ndarray[Any, np.dtype[np.float64]],
    bucket: Bucket,
    zone: str,
) -> tuple[Sequence[datetime], list[float | None]]:
    """Return the mean of each hour or day up to the last one, the newest `BUCKETS_MAX`; one without values is None."""
    if not len(seconds):
        return [], []
    last = datetime.fromtimestamp(int(seconds.max()), tz=ZoneInfo("UTC"))
    end = last + (timedelta(hours=1) if bucket == "hour" else timedelta(days=1))
    width = 3_600 if bucket == "hour" else 86_400
    count = min(int((seconds.max() - seconds.min()) // width) + 2, BUCKETS_MAX)
    edges = complete_edges(end, zone, bucket, count)
    place = np.searchsorted(np.asarray([int(edge.timestamp()) for edge in edges]), seconds, side="right") - 1
    good = np.isfinite(values) & (place >= 0) & (place < count)
    sums = np.bincount(place[good], weights=values[good], minlength=count)
    counts = np.bincount(place[good], minlength=count)
    means = [float(total / n) if n else None for total, n in zip(sums, counts, strict=True)]
    return edges[:-1], means
