"""The words of anomalies: where figures come from, and what an anomaly goes through. Pure values."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from intendant.kit.errors import Invalid, NotFound

Bucket = Literal["point", "hour", "day"]
AnomalyState = Literal["open", "assigned", "resolved", "muted", "dismissed"]
SourceKind = Literal["metric", "stream", "dataset"]
Unit = Literal["count", "money", "share", "seconds"]
ENDED: tuple[AnomalyState, ...] = ("resolved", "dismissed")
DATA_SOURCE_LENGTH_MAX = 300
HOURS_BY_HOUR_MAX = 14 * 24
"""A range up to so many hours is looked at by the hour, a longer one by the day."""
HOURS_MAX = 3 * 366 * 24


class DataSourceUnknown(NotFound):
    """There is no such figure here."""

    code = "data_source_unknown"


class DataSourceInvalid(Invalid):
    """The data source cannot be watched: its name is none, or it holds no figures over time."""

    code = "data_source_invalid"


@dataclass(frozen=True, slots=True)
class DataSource:
    """A figure over time. `money` is what one unit of it is worth in `currency`, where that is known."""

    data_source: str
    kind: SourceKind
    name: str
    unit: str
    why: str
    money: Decimal | None = None
    currency: str | None = None


def parse_data_source(text: str) -> tuple[SourceKind, str]:
    """Read `metric:KEY`, `stream:NAME` or `dataset:ID/COLUMN`; raises DataSourceInvalid."""
    kind, colon, name = text.partition(":")
    if colon and name and kind in ("metric", "stream", "dataset") and len(text) <= DATA_SOURCE_LENGTH_MAX:
        return kind, name  # type: ignore[return-value]
    raise DataSourceInvalid(
        f"{text[:100]!r} names no data source.",
        field="data_source",
        remedy="Give metric:KEY, stream:NAME or dataset:ID/COLUMN; GET /api/v1/ai-analytics/anomalies/sources lists them.",
    )
