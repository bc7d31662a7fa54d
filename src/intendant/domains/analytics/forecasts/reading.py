"""The rows that a forecast is computed from: a dataset, a table of the record, or a metric; and which columns mean what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intendant.domains.analytics.anomalies.streams import MetricUnknown
from intendant.domains.analytics.datasets.contents import to_frame
from intendant.domains.analytics.datasets.frames import read_frame
from intendant.domains.analytics.datasets.records import RECORD_ROWS_MAX, find_source, read_record
from intendant.domains.analytics.datasets.rows import get_columns, get_dataset
from intendant.domains.analytics.forecasts.wish import Columns, Wish
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Transaction
from intendant.kit.errors import Invalid

if TYPE_CHECKING:
    import pandas as pd

METRIC_DAYS, METRIC_HOURS = 730, 24 * 90
METRIC_POINTS_MAX = 500_000
COLUMNS_SHOWN_MAX = 12


class ForecastColumnInvalid(Invalid):
    """A column that is not there, or that has to be named."""

    code = "forecast_column_invalid"


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Rows with what their columns mean. `described` says in a few words what they are; `adds_up`: figures may be summed."""

    frame: "pd.DataFrame"
    columns: Columns
    described: str
    adds_up: bool = True


def check_source(system: Any, organization_id: UUID, wish: Wish) -> None:
    """See that the source is there and has the columns that are named; raises DatasetUnknown and the like, or Invalid."""
    source = wish.source
    if source.metric is not None:
        if source.metric not in system.registry.metrics:
            with system.database.snapshot(organization_id) as tx:
                _require_stream(tx, system, source.metric)
        if wish.kind in ("churn", "inventory"):
            raise ForecastColumnInvalid(
                f"A metric says nothing of single {'customers' if wish.kind == 'churn' else 'items'}.",
                field="source.metric",
                remedy="Give a dataset with a row for each purchase.",
            )
        return
    if source.source is not None:
        known = list(find_source(system.registry, source.source).columns)
    else:
        assert source.dataset_id is not None  # noqa: S101 - one of three is set
        with system.database.snapshot(organization_id) as tx:
            get_dataset(tx, source.dataset_id)
            known = [str(column["name"]) for column in get_columns(tx, source.dataset_id)]
    for name in wish.columns.named():
        if name not in known:
            raise ForecastColumnInvalid(
                f"There is no column '{name}'.", field="columns", remedy=f"Columns: {_shown(known)}."
            )


def read_figures(system: Any, organization_id: UUID, wish: Wish) -> Figures:
    """Read the rows and settle which columns mean what; raises ForecastColumnInvalid."""
    source = wish.source
    with system.database.snapshot(organization_id) as tx:
        if source.metric is not None:
            return _read_metric(tx, system, wish)
        if source.source is not None:
            table = read_record(tx, find_source(system.registry, source.source), RECORD_ROWS_MAX)
            described = f"the {table.num_rows:,} newest rows of the record's table {source.source}"
            frame = to_frame(table)
        else:
            assert source.dataset_id is not None  # noqa: S101 - one of three is set
            dataset = get_dataset(tx, source.dataset_id)
            frame = read_frame(tx, system.files, organization_id, source.dataset_id)
            described = f"the {len(frame):,} rows of dataset '{dataset.name}'"
    return Figures(frame, _settled(frame, wish), described)


def _settled(frame: "pd.DataFrame", wish: Wish) -> Columns:
    columns = wish.columns
    if columns.time is None and not (wish.kind == "churn" and columns.label is not None):
        moments = [str(name) for name in frame.columns if frame[name].dtype.kind == "M"]
        columns = replace(columns, time=_only(moments, frame, "columns.time", "dates"))
    if wish.kind in ("revenue", "inventory") and columns.value is None:
        used = set(columns.named())
        numbers = [str(name) for name in frame.columns if frame[name].dtype.kind == "f" and name not in used]
        columns = replace(columns, value=_only(numbers, frame, "columns.value", "the figure"))
    if wish.kind == "inventory" and not columns.series:
        raise ForecastColumnInvalid(
            "Stock is kept of items.",
            field="columns.series",
            remedy="Name the column that says which item a row is of.",
        )
    if wish.kind == "churn" and columns.customer is None:
        raise ForecastColumnInvalid(
            "Churn is of customers.",
            field="columns.customer",
            remedy="Name the column that says which customer a row is of.",
        )
    return columns


def _only(candidates: Sequence[str], frame: "pd.DataFrame", field: str, what: str) -> str:
    if len(candidates) == 1:
        return candidates[0]
    found = f"Candidates: {_shown(candidates)}." if candidates else f"Columns: {_shown(list(frame.columns))}."
    raise ForecastColumnInvalid(f"It is not plain which column holds {what}.", field=field, remedy=f"Name it. {found}")


def _shown(names: Sequence[object]) -> str:
    more = f" and {len(names) - COLUMNS_SHOWN_MAX} more" if len(names) > COLUMNS_SHOWN_MAX else ""
    return ", ".join(str(name) for name in names[:COLUMNS_SHOWN_MAX]) + more


def _read_metric(tx: Transaction, system: Any, wish: Wish) -> Figures:
    import pandas as pd

    name = wish.source.metric
    assert name is not None  # noqa: S101 - the caller looked
    metric = system.registry.metrics.get(name)
    if metric is None:
        _require_stream(tx, system, name)
        rows = tx.all(
            "select at, value from metric_points where organization_id = %s and name = %s order by at desc limit %s",
            [tx.organization_id, name, METRIC_POINTS_MAX],
        )
        frame = pd.DataFrame({"time": [row["at"] for row in rows], "value": [row["value"] for row in rows]})
        frame["time"] = pd.to_datetime(frame["time"], utc=True).dt.tz_localize(None)
        return Figures(
            frame, Columns(time="time", value="value"), f"{len(rows):,} values sent as '{name}'", adds_up=False
        )
    edges = _edges(
        get_organization(tx, tx.organization_id).clock.at(clock.system_now()), hourly=wish.frequency == "hourly"
    )
    measured = metric.measure(tx, edges)
    share = any(each.of is not None for each in measured)
    values = [(each.amount / each.of if each.of else None) if share else each.amount for each in measured]
    began = next((place for place, value in enumerate(values) if value), 0)
    frame = pd.DataFrame(
        {"time": pd.to_datetime([edge.replace(tzinfo=None) for edge in edges[began:-1]]), "value": values[began:]}
    )
    described = f"the metric '{name}' since {edges[began]:%Y-%m-%d}: {metric.why}"
    return Figures(frame, Columns(time="time", value="value"), described, adds_up=not share)


def _edges(now: datetime, *, hourly: bool) -> list[datetime]:
    """Return full days (hours) up to now in business time, the present one left out."""
    if hourly:
        last = now.replace(minute=0, second=0, microsecond=0)
        return [last - timedelta(hours=back) for back in range(METRIC_HOURS, -1, -1)]
    last = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [last - timedelta(days=back) for back in range(METRIC_DAYS, -1, -1)]


def _require_stream(tx: Transaction, system: Any, name: str) -> None:
    found = tx.find(
        "select name from metric_streams where organization_id = %s and name = %s", [tx.organization_id, name]
    )
    if found is None:
        known = ", ".join(sorted(system.registry.metrics)) or "none"
        raise MetricUnknown(
            f"No metric is called '{name}'.", field="source.metric", remedy=f"The business measures: {known}."
        )
