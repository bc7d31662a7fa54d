"""What the routes of forecasts take and answer. Moments are system time; periods are written as dates, or numbers of steps."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from intendant.domains.analytics.model import ForecastKind
from intendant.learning.forecasting.names import HORIZON_MAX, FrequencyWanted, MethodName

Column = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
Positive = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
PredictiveState = Literal["running", "done", "failed", "cancelled"]
SERIES_COLUMNS_MAX = 5


class Taken(BaseModel):
    """A part of a body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class ForecastSource(Taken):
    """Where the figures come from: a dataset, a table of the record, or a metric; exactly one."""

    dataset_id: UUID | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    metric: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.dataset_id, self.source, self.metric)) != 1:
            raise ValueError("give exactly one of dataset_id, source and metric")
        return self


class ForecastColumns(Taken):
    """Which columns mean what. Not given, they are found where that is plain; a metric needs none.

    `value`: the figure, or with `price` the quantity that is multiplied by it. `series`: one forecast for each combination; in this
    order they form the levels of a hierarchy. `customer`, `amount`, `label`: of churn; `label` says of each row whether that customer
    left. `on_hand` and the others: of inventory, the latest row of an item counts.
    """

    time: Column | None = None
    value: Column | None = None
    price: Column | None = None
    series: Annotated[list[Column], Field(max_length=SERIES_COLUMNS_MAX)] = []
    customer: Column | None = None
    amount: Column | None = None
    label: Column | None = None
    on_hand: Column | None = None
    on_order: Column | None = None
    unit_cost: Column | None = None
    unit_price: Column | None = None
    lead_time: Column | None = None


class InventoryTerms(Taken):
    """What stock costs, where no column says so for each item; money per unit, times in periods of the forecast.

    The service level is price less cost against holding cost, unless `service_level` is given.
    """

    lead_time: Annotated[int, Field(ge=0, le=365)] = 1
    review_period: Annotated[int, Field(ge=1, le=365)] = 1
    unit_cost: NotNegative | None = None
    unit_price: NotNegative | None = None
    holding_cost: Annotated[NotNegative | None, Field(description="Of a unit and period.")] = None
    shortage_cost: Annotated[NotNegative | None, Field(description="Of a unit not delivered.")] = None
    order_cost: NotNegative = 0.0
    salvage_value: NotNegative | None = None
    service_level: Annotated[float, Field(ge=0.5, le=0.999)] | None = None


class PredictiveBody(Taken):
    """What is to be foreseen.

    `horizon`: periods ahead; by default as far as is usual for the frequency. `hierarchy`: also forecast every level of `series` and
    make all add up. `country`: two letters; its public holidays are minded in daily series. `capacity`: of service demand, how much
    can be served in a period.
    """

    kind: ForecastKind
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    source: ForecastSource
    columns: ForecastColumns = ForecastColumns()
    horizon: Annotated[int, Field(ge=1, le=HORIZON_MAX)] | None = None
    frequency: FrequencyWanted = "auto"
    method: MethodName = "combination"
    coverage: Annotated[float, Field(ge=0.5, le=0.99)] = 0.9
    duplicates: Literal["sum", "mean", "last"] | None = None
    day_first: bool = False
    hierarchy: bool = False
    country: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")] | None = None
    capacity: Positive | None = None
    inventory: InventoryTerms = InventoryTerms()


class Told(BaseModel):
    """An answer: every field is there, null where nothing is known."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class PastPoint(Told):
    """What was in a period."""

    period: str
    value: float | None


class FuturePoint(Told):
    """What is expected of a period, and the bounds that hold it with the coverage wanted."""

    period: str
    value: float
    lower: float
    upper: float


class ForecastFigures(Told):
    """How good forecasts of the past were. sMAPE in percent (0 to 200), MASE against the seasonal naive in the past it learnt from.

    `coverage`: the share of values inside their bounds; bounds were made from older forecasts only.
    """

    horizon: int
    count: int
    smape: float | None
    mase: float | None
    coverage: float | None
    naive_smape: float | None
    naive_mase: float | None


class ForecastBackTest(Told):
    """The same procedure on the past, beside repeating the last season. `skill`: how much smaller its error is (MASE), as a share."""

    origins: int
    series_tested: int
    coverage_wanted: float
    skill: float | None
    overall: ForecastFigures
    by_horizon: list[ForecastFigures]


class MethodCount(Told):
    """How many series a method forecast."""

    method: str
    count: int


class DemandSummary(Told):
    """When service is most wanted, and what serves it. `usual`: mean by hour of the day or day of the week, from the forecast.

    `capacity_hint`: the capacity that is enough in the share of periods that the coverage says.
    """

    busiest: FuturePoint | None
    usual: list[PastPoint]
    capacity: float | None
    periods_over_capacity: int | None
    capacity_hint: float | None


class InventorySummary(Told):
    """All items together. Money is null where no costs are given."""

    items: int
    items_to_order: int
    units_to_order: float
    order_value: float | None
    items_at_risk: int
    expected_shortage: float
    expected_cost: float | None


class ChurnCurvePoint(Told):
    """What the model expected of a group of customers in the period held out, and what they did."""

    group: str
    count: int
    expected: float
    actual: float


class ChurnValidation(Told):
    """The model fitted on the earlier part of the past, held against the later part.

    `auc`: how well it ranks who came again (0.5 is chance); `recency_auc` is ranking by the last visit alone. Errors are mean absolute
    ones of the number of purchases; `naive_error` is that of everybody's earlier pace.
    """

    held_out_from: str
    held_out_days: float
    auc: float | None
    recency_auc: float | None
    error: float | None
    naive_error: float | None
    expected_total: float | None
    actual_total: float | None
    expected_inactive: float | None
    actual_inactive: float | None
    calibration: list[ChurnCurvePoint]


class ChurnSummary(Told):
    """All customers together. `horizon_days`: what activity and value are expected for; lifetime value discounts ten years."""

    customers: int
    horizon_days: float
    expected_gone: float
    expected_inactive: float | None
    expected_purchases: float | None
    expected_value: float | None
    lifetime_value: float | None
    model: str
    parameters: dict[str, float]
    validation: ChurnValidation | None


class PredictiveSummary(Told):
    """What came out, what it is computed from, and what it cannot say. `total` is the sum of all series."""

    headline: str
    computed_from: str
    cannot_say: list[str]
    notices: list[str]
    frequency: str | None
    horizon: int | None
    coverage: float
    series_count: int
    history_from: str | None
    history_to: str | None
    methods: list[MethodCount]
    levels: list[str]
    past: list[PastPoint]
    future: list[FuturePoint]
    past_total: float | None
    future_total: float | None
    back_test: ForecastBackTest | None
    demand: DemandSummary | None
    inventory: InventorySummary | None
    churn: ChurnSummary | None


class InventoryLine(Told):
    """What to order of an item, and why. `critical_ratio`: the share of cases in which demand until the next delivery is covered."""

    order: float
    order_up_to: float
    reorder_point: float
    safety_stock: float
    on_hand: float
    on_order: float
    lead_time: int
    review_period: int
    critical_ratio: float
    expected_demand: float
    stock_out_now: float
    stock_out_after: float
    expected_shortage: float
    expected_cost: float | None
    order_value: float | None
    reasons: list[str]


class CustomerLine(Told):
    """A customer. `gone`: the probability that no purchase follows ever (or that the label comes true); `inactive`: none within the
    horizon."""

    gone: float
    inactive: float | None
    purchases: int | None
    last_on: str | None
    expected_purchases: float | None
    expected_value: float | None
    lifetime_value: float | None
    reasons: list[str]


class PredictiveSeries(Told):
    """A series, an item or a customer; the most important first. `level`: 0 is the total of a hierarchy."""

    number: int
    name: str
    keys: list[str]
    level: int | None
    method: str | None
    past: list[PastPoint]
    future: list[FuturePoint]
    past_total: float | None
    future_total: float | None
    smape: float | None
    mase: float | None
    naive_mase: float | None
    inventory: InventoryLine | None
    customer: CustomerLine | None


class PredictiveSeriesPage(Told):
    """Some of the series that were found; `next` is the `after` of the page that follows."""

    items: list[PredictiveSeries]
    found: int
    next: str | None


class PredictiveRow(Told):
    """A forecast in a list. `progress` and `stage` are of its task while it runs.

    `skill` and `measured_coverage` are of the back-test, `auc` of the model of churn on what it was not fitted on.
    """

    id: UUID
    name: str
    kind: ForecastKind
    state: PredictiveState
    headline: str | None
    error: str | None
    series_count: int | None
    skill: float | None
    measured_coverage: float | None
    auc: float | None
    task_id: UUID | None
    progress: float | None
    stage: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class PredictivePage(Told):
    """Some forecasts, newest first."""

    items: list[PredictiveRow]
    next: str | None


class PredictiveDetail(PredictiveRow):
    """A forecast as it was asked for, what came out, and the first of its series."""

    request: PredictiveBody
    summary: PredictiveSummary | None
    series: PredictiveSeriesPage


def plain(body: PredictiveBody) -> dict[str, Any]:
    """Return a request as it is kept."""
    return body.model_dump(mode="json")
