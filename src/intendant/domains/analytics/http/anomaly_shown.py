"""Rows of anomalies as they are shown."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.analytics.anomalies import detectors, sources
from intendant.domains.analytics.anomalies.charting import Chart
from intendant.domains.analytics.anomalies.model import DataSource
from intendant.domains.analytics.http import anomaly_views as views
from intendant.kernel.access import names_of
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Invalid, NotFound

_SAME = [
    "id",
    "group_id",
    "group_size",
    "detector_id",
    "data_source",
    "bucket",
    "severity",
    "state",
    "direction",
    "started_at",
    "ended_at",
    "peak_at",
    "points",
    "value",
    "expected",
    "lower",
    "upper",
    "score",
    "probability",
    "size",
    "muted_until",
    "feedback",
    "detected_at",
    "version",
]


def names(database: Database, organization_id: UUID, rows: Iterable[Row]) -> dict[UUID, str]:
    """Return the names of whoever looks after the anomalies."""
    people = {row["assignee_id"] for row in rows if row["assignee_id"] is not None}
    if not people:
        return {}
    with database.system() as tx:
        return names_of(tx, organization_id, people)


def sources_of(tx: Transaction, registry: Any, rows: Iterable[Row]) -> dict[str, DataSource]:
    """Return the data sources of rows by name; one that is gone is shown by its name alone."""
    organization = get_organization(tx, tx.organization_id)
    found: dict[str, DataSource] = {}
    for data_source in {row["data_source"] for row in rows}:
        try:
            found[data_source] = sources.get_source(tx, registry, organization, data_source)
        except (NotFound, Invalid):
            found[data_source] = DataSource(data_source, "metric", data_source, "", "It is no more.")
    return found


def anomaly_row(row: Row, known: Mapping[str, DataSource], people: Mapping[UUID, str]) -> views.AnomalyRow:
    """Show an anomaly in a list."""
    return views.AnomalyRow.model_validate(_fields(row, known, people))


def anomaly_detail(
    row: Row, known: Mapping[str, DataSource], people: Mapping[UUID, str], chart: Chart, members: Iterable[Row]
) -> views.AnomalyDetail:
    """Show everything known of an anomaly."""
    cause = {
        "summary": "",
        "first_anomaly_id": None,
        "first_data_source": None,
        "is_first": True,
        "correlation": None,
        "contributions": [],
    } | row["cause"]
    return views.AnomalyDetail.model_validate(
        _fields(row, known, people)
        | {name: row[name] for name in ("resolution", "updated_at", "updated_by")}
        | {
            "cause": cause,
            "series": series(chart),
            "members": [anomaly_row(each, known, people) for each in members],
        }
    )


def series(chart: Chart) -> views.FigureSeries:
    """Show a chart."""
    return views.FigureSeries(
        data_source=chart.source.data_source,
        name=chart.source.name,
        unit=chart.source.unit,
        bucket=chart.bucket,
        points=[views.SeriesPoint.model_validate(point._asdict()) for point in chart.points],
        capped=chart.capped,
    )


def detector_row(row: Row, known: Mapping[str, DataSource], organization: Organization) -> views.DetectorRow:
    """Show a detector; its own money per unit where it has one, else the source's."""
    detector, source = detectors.from_row(row), known[row["data_source"]]
    now = organization.clock.now()
    judged = detector.settings.judged(now)
    money = detector.settings.money
    return views.DetectorRow(
        id=detector.id,
        data_source=detector.data_source,
        name=source.name,
        unit=source.unit,
        sensitivity=detector.settings.sensitivity,
        direction=detector.settings.direction,
        min_impact=detector.settings.min_impact,
        money_per_unit=source.money if money is None else money,
        currency=source.currency or (None if money is None else organization.currency),
        enabled=detector.enabled,
        muted_until=detector.muted_until if detector.is_muted(now) else None,
        threshold_up=judged.threshold * judged.factor_up,
        threshold_down=judged.threshold * judged.factor_down,
        learned_up=judged.factor_up,
        learned_down=judged.factor_down,
        watched_until=detector.watched_until,
        open_anomalies=row["open_anomalies"],
        updated_at=detector.updated_at,
        version=detector.version,
    )


def metric_row(row: Row) -> views.MetricRow:
    """Show a stream."""
    return views.MetricRow.model_validate(row | {"data_source": f"stream:{row['name']}"})


def _fields(row: Row, known: Mapping[str, DataSource], people: Mapping[UUID, str]) -> dict[str, Any]:
    source = known[row["data_source"]]
    impact = None
    if row["impact"] is not None:
        impact = {
            "amount": Decimal(row["impact"]),
            "lower": row["impact_lower"],
            "upper": row["impact_upper"],
            "currency": row["currency"] or "",
        }
    assignee = row["assignee_id"]
    return {name: row[name] for name in _SAME} | {
        "name": source.name,
        "unit": source.unit,
        "impact": impact,
        "assignee": None if assignee is None else {"id": assignee, "name": people.get(assignee, "")},
        "summary": row["cause"].get("summary", ""),
    }
