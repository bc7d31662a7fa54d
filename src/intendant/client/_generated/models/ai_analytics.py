"""Models of ai_analytics. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model


class AlgorithmList(Model):
    """Everything that can be trained; `auto` compares those that suit."""

    items: list[AlgorithmShown]


class AlgorithmParameter(Model):
    """A parameter of an algorithm, by its default; bounds and choices where it declares them."""

    choices: list[str]
    default: float | int | str | bool | None
    maximum: float | None
    minimum: float | None
    name: str
    type: Literal["number", "integer", "boolean", "text"]
    why: str


class AlgorithmShown(Model):
    """What can be trained for a kind of model. `available` false where a package is missing, which `why_not`
    names.

    `distribution` is the package that a plug-in comes from.
    """

    available: bool
    distribution: str | None
    model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
    name: str
    parameters: list[AlgorithmParameter]
    plug_in: bool
    why: str
    why_not: str | None


class AnomalyChangeBody(Model):
    """What is to change of an anomaly; fields that are left out stay as they are. `version` is what was read."""

    assignee_id: uuid.UUID | None = None
    feedback: Literal["useful", "false_alarm"] | None = None
    muted_until: datetime.datetime | None = None
    resolution: str | None = None
    state: Literal["open", "assigned", "resolved", "muted", "dismissed"] | None = None
    version: int


class AnomalyDetail(Model):
    """Everything known of an anomaly, with the figure around it and what belongs to it."""

    assignee: Person | None
    bucket: Literal["point", "hour", "day"]
    cause: Cause
    data_source: str
    detected_at: datetime.datetime
    detector_id: uuid.UUID
    direction: Literal["up", "down"]
    ended_at: datetime.datetime
    expected: float
    feedback: Literal["useful", "false_alarm"] | None
    group_id: uuid.UUID
    group_size: int
    id: uuid.UUID
    impact: Impact | None
    lower: float
    members: list[AnomalyRow]
    muted_until: datetime.datetime | None
    name: str
    peak_at: datetime.datetime
    points: int
    probability: float
    resolution: str | None
    score: float
    series: FigureSeries
    severity: Literal["low", "medium", "high", "critical"]
    size: float
    started_at: datetime.datetime
    state: Literal["open", "assigned", "resolved", "muted", "dismissed"]
    summary: str
    unit: str
    updated_at: datetime.datetime
    updated_by: str
    upper: float
    value: float
    version: int


class AnomalyFacets(Model):
    """Counts by state, severity and data source, each without its own filter."""

    capped: bool
    data_sources: list[FacetCount]
    severities: list[FacetCount]
    states: list[FacetCount]
    total: int


class AnomalyPage(Model):
    """Some anomalies, the newest found first."""

    items: list[AnomalyRow]
    next: str | None


class AnomalyRow(Model):
    """An anomaly in a list."""

    assignee: Person | None
    bucket: Literal["point", "hour", "day"]
    data_source: str
    detected_at: datetime.datetime
    detector_id: uuid.UUID
    direction: Literal["up", "down"]
    ended_at: datetime.datetime
    expected: float
    feedback: Literal["useful", "false_alarm"] | None
    group_id: uuid.UUID
    group_size: int
    id: uuid.UUID
    impact: Impact | None
    lower: float
    muted_until: datetime.datetime | None
    name: str
    peak_at: datetime.datetime
    points: int
    probability: float
    score: float
    severity: Literal["low", "medium", "high", "critical"]
    size: float
    started_at: datetime.datetime
    state: Literal["open", "assigned", "resolved", "muted", "dismissed"]
    summary: str
    unit: str
    upper: float
    value: float
    version: int


class AttributeGroups(Model):
    """One protected attribute. `ratio`: lowest selection share over the highest; at least 0.8 passes the four-
    fifths rule.
    """

    attribute: str
    flagged: bool
    gaps: list[GroupGap]
    groups: list[GroupFigure]
    passes: bool | None
    ratio: float | None
    words: str


class CalibrationShown(Model):
    """Whether probabilities hold. `p_value`: the chance of so wide a gap if they did."""

    error: float
    observed: float
    p_value: float
    points: list[CalibrationSpot]
    promised: float
    words: str


class CalibrationSpot(Model):
    """Of `count` cases near the probability `predicted`, which share came true."""

    count: int
    observed: float
    predicted: float


class CardFigure(Model):
    """A figure in plain words, beside what the simplest way of guessing reaches."""

    baseline: str | None
    meaning: str
    name: str
    value: str


class CardSection(Model):
    """A part of a model card: sentences, and figures where it has some."""

    figures: list[CardFigure]
    sentences: list[str]
    title: str


class CaseBody(Model):
    """A case to explain. `version`: a number; left out: the champion."""

    input_data: dict[str, Any]
    version: int | None = None


class CaseExplained(Model):
    """What a version says of a case and why, in plain words. Nothing of it is kept."""

    caution: str
    changes: list[PredictionChange]
    confidence: float
    output: PredictionOutput
    reasons: list[PredictionReason]
    summary: str
    unusual: list[str]
    version: int


class Cause(Model):
    """What probably caused an anomaly; never proven."""

    contributions: list[Contribution]
    correlation: float | None
    first_anomaly_id: uuid.UUID | None
    first_data_source: str | None
    is_first: bool
    summary: str


class ChurnCurvePoint(Model):
    """What the model expected of a group of customers in the period held out, and what they did."""

    actual: float
    count: int
    expected: float
    group: str


class ChurnSummary(Model):
    """All customers together. `horizon_days`: what activity and value are expected for; lifetime value discounts
    ten years.
    """

    customers: int
    expected_gone: float
    expected_inactive: float | None
    expected_purchases: float | None
    expected_value: float | None
    horizon_days: float
    lifetime_value: float | None
    model: str
    parameters: dict[str, float]
    validation: ChurnValidation | None


class ChurnValidation(Model):
    """The model fitted on the earlier part of the past, held against the later part.

    `auc`: how well it ranks who came again (0.5 is chance); `recency_auc` is ranking by the last visit alone.
    Errors are mean absolute ones of the number of purchases; `naive_error` is that of everybody's earlier
    pace.
    """

    actual_inactive: float | None
    actual_total: float | None
    auc: float | None
    calibration: list[ChurnCurvePoint]
    error: float | None
    expected_inactive: float | None
    expected_total: float | None
    held_out_days: float
    held_out_from: str
    naive_error: float | None
    recency_auc: float | None


class Contribution(Model):
    """How much of a deviation lies in one value of one dimension."""

    actual: float
    dimension: str
    expected: float
    share: float
    value: str


class CustomerLine(Model):
    """A customer. `gone`: the probability that no purchase follows ever (or that the label comes true);
    `inactive`: none within the horizon.
    """

    expected_purchases: float | None
    expected_value: float | None
    gone: float
    inactive: float | None
    last_on: str | None
    lifetime_value: float | None
    purchases: int | None
    reasons: list[str]


class Dashboard(Model):
    """The hub at a glance: models and how they do, use over time, accuracy, and what wants attention."""

    attention: list[DashboardAttention]
    days: int
    models: list[DashboardModel]
    now: datetime.datetime
    over_time: list[DashboardDay]
    truncated: bool
    usage: DashboardUsage


class DashboardAttention(Model):
    """Something a person should look at, the most pressing first."""

    alert_id: uuid.UUID | None
    at: datetime.datetime | None
    kind: Literal["alert", "drift", "performance", "fairness", "calibration", "training", "age", "outcomes", "anomaly"]
    model_id: uuid.UUID | None
    severity: Literal["low", "medium", "high", "critical"]
    title: str
    words: str


class DashboardDay(Model):
    """What happened on a day of business time."""

    accuracy: float | None
    day: datetime.datetime
    labelled: int
    mean_confidence: float | None
    predictions: int


class DashboardModel(Model):
    """A model on the dashboard: how it does, in a word and a sentence, and its course over the last periods."""

    baseline: float | None
    course: list[float | None]
    current: float | None
    drift: Literal["none", "small", "moderate", "large"]
    health: Literal["good", "watch", "attention", "unknown"]
    higher_is_better: bool
    id: uuid.UUID
    is_estimate: bool
    labelled: int
    lower: float | None
    metric: str | None
    model_name: str
    model_type: str
    next_training_at: datetime.datetime | None
    open_alerts: int
    predictions: int
    summary: str
    trained_at: datetime.datetime | None
    upper: float | None
    version: int | None


class DashboardUsage(Model):
    """How the hub is used. Counts are of the time shown; `capped` where there is more than is counted."""

    accuracy: float | None
    accuracy_before: float | None
    datasets: int
    deployed: int
    forecasts: int
    labelled: int
    models: int
    open_anomalies: int
    predictions: int
    predictions_before: int
    training: int


class DemandSummary(Model):
    """When service is most wanted, and what serves it. `usual`: mean by hour of the day or day of the week, from
    the forecast.

    `capacity_hint`: the capacity that is enough in the share of periods that the coverage says.
    """

    busiest: FuturePoint | None
    capacity: float | None
    capacity_hint: float | None
    periods_over_capacity: int | None
    usual: list[PastPoint]


class DeployBody(Model):
    """A wish that a version answers. `share`: of the cases that a challenger answers, or a shadow sees."""

    accept_unvalidated: bool = False
    alias: Literal["champion", "challenger", "shadow"] = "champion"
    reason: str
    share: float | None = None
    version: int


class DeploymentPage(Model):
    """Some deployments, newest first."""

    items: list[DeploymentRow]
    next: str | None


class DeploymentRow(Model):
    """A change of what answers; `version` null where an alias was taken away. `decision_id` where the system
    proposed it.
    """

    alias: Literal["champion", "challenger", "shadow"]
    at: datetime.datetime
    changed_by: str
    decision_id: uuid.UUID | None
    evidence: dict[str, Any] | None
    id: uuid.UUID
    previous_version: int | None
    reason: str
    share: float | None
    version: int | None
    version_id: uuid.UUID | None


class DetectionAnswer(Model):
    """What was looked at and what was found there; `new` of it was not known before."""

    bucket: Literal["point", "hour", "day"]
    data_source: str
    found: list[AnomalyRow]
    name: str
    new: int
    notes: list[str]
    points: int
    since: datetime.datetime
    unit: str
    until: datetime.datetime


class DetectorBody(Model):
    """How a figure is to be watched, as a whole; `version` is what was read."""

    direction: Literal["up", "down", "both"] = "both"
    enabled: bool = True
    min_impact: float | str | None = None
    money_per_unit: float | str | None = None
    muted_until: datetime.datetime | None = None
    sensitivity: float = 0.5
    version: int


class DetectorPage(Model):
    """Some detectors."""

    items: list[DetectorRow]
    next: str | None


class DetectorRow(Model):
    """What watches one data source. `threshold_up` and `threshold_down` are the evidence asked now, feedback
    included.
    """

    currency: str | None
    data_source: str
    direction: Literal["up", "down", "both"]
    enabled: bool
    id: uuid.UUID
    learned_down: float
    learned_up: float
    min_impact: str | None
    money_per_unit: str | None
    muted_until: datetime.datetime | None
    name: str
    open_anomalies: int
    sensitivity: float
    threshold_down: float
    threshold_up: float
    unit: str
    updated_at: datetime.datetime
    version: int
    watched_until: datetime.datetime | None


class DriftSummary(Model):
    """How far the data of a period moved; `drifting` names the columns that moved beyond chance and trifles."""

    drifting: list[str]
    notes: list[str]
    p_value: float
    worst: Literal["none", "small", "moderate", "large"]


class EstimateShown(Model):
    """What is expected before outcomes come. `trusted` false: do not lean on it, and `why` says so."""

    metrics: list[Figure]
    trusted: bool
    why: list[str]


class FacetCount(Model):
    """A value and how many anomalies have it."""

    count: int
    value: str


class FeatureDrift(Model):
    """One column in this period against training.

    `distance`: share of cases that sit elsewhere; `expected`: what chance shows at this size, and `threshold`
    what it exceeds once in twenty. `adjusted`: p-value with the number of columns accounted for. `psi`,
    `jensen_shannon` and `largest` (of numbers Kolmogorov-Smirnov, of categories the largest change of a
    share) are the familiar distances.
    """

    adjusted: float
    distance: float
    examples: list[str]
    expected: float
    jensen_shannon: float | None
    kind: str
    largest: float | None
    missing: float
    missing_before: float
    name: str
    outside: float
    p_value: float
    psi: float | None
    size: Literal["none", "small", "moderate", "large"]
    state: Literal["steady", "drifting", "too few"]
    threshold: float
    unseen: float
    words: str


class FeatureHistory(Model):
    """A feature's distance over time, by the period's beginning."""

    at: list[datetime.datetime]
    distance: list[float]
    drifting: list[bool]
    name: str
    threshold: list[float]


class FeedbackBody(Model):
    """What became of a prediction, or what is thought of it: at least one of outcome, rating and note."""

    actual_outcome: str | float | bool | None = None
    note: str | None = None
    observed_at: datetime.datetime | None = None
    rating: int | None = None


class FeedbackList(Model):
    """Feedback on many predictions. Bad items are named in the answer, and the others are recorded."""

    feedback: list[dict[str, Any]]


class FeedbackProblem(Model):
    """An item that was not taken. `item` counts from 0."""

    code: str
    field: str | None
    item: int
    message: str
    remedy: str | None


class FeedbackRecorded(Model):
    """How many items were recorded, said what was known already, or were not taken; they add up to what was
    sent.
    """

    failed: int
    problems: list[FeedbackProblem]
    recorded: int
    unchanged: int


class FeedbackShown(Model):
    """One piece of feedback. `corrects` names the one that it replaces."""

    actual_outcome: str | float | bool | None
    corrects: uuid.UUID | None
    created_by: str
    id: uuid.UUID
    note: str | None
    observed_at: datetime.datetime
    prediction_id: uuid.UUID
    rating: int | None
    recorded_at: datetime.datetime


class Figure(Model):
    """A figure with its 95 % interval, null where none can be given."""

    higher_is_better: bool
    lower: float | None
    name: str
    upper: float | None
    value: float


class FigureSeries(Model):
    """A figure over time, for charts. `capped` where only the newest points are shown."""

    bucket: Literal["point", "hour", "day"]
    capped: bool
    data_source: str
    name: str
    points: list[SeriesPoint]
    unit: str


class ForecastBackTest(Model):
    """The same procedure on the past, beside repeating the last season. `skill`: how much smaller its error is
    (MASE), as a share.
    """

    by_horizon: list[ForecastFigures]
    coverage_wanted: float
    origins: int
    overall: ForecastFigures
    series_tested: int
    skill: float | None


class ForecastColumnsInput(Model):
    """Which columns mean what. Not given, they are found where that is plain; a metric needs none.

    `value`: the figure, or with `price` the quantity that is multiplied by it. `series`: one forecast for
    each combination; in this order they form the levels of a hierarchy. `customer`, `amount`, `label`: of
    churn; `label` says of each row whether that customer left. `on_hand` and the others: of inventory, the
    latest row of an item counts.
    """

    amount: str | None = None
    customer: str | None = None
    label: str | None = None
    lead_time: str | None = None
    on_hand: str | None = None
    on_order: str | None = None
    price: str | None = None
    series: list[str] | None = None
    time: str | None = None
    unit_cost: str | None = None
    unit_price: str | None = None
    value: str | None = None


class ForecastColumnsOutput(Model):
    """Which columns mean what. Not given, they are found where that is plain; a metric needs none.

    `value`: the figure, or with `price` the quantity that is multiplied by it. `series`: one forecast for
    each combination; in this order they form the levels of a hierarchy. `customer`, `amount`, `label`: of
    churn; `label` says of each row whether that customer left. `on_hand` and the others: of inventory, the
    latest row of an item counts.
    """

    amount: str | None
    customer: str | None
    label: str | None
    lead_time: str | None
    on_hand: str | None
    on_order: str | None
    price: str | None
    series: list[str]
    time: str | None
    unit_cost: str | None
    unit_price: str | None
    value: str | None


class ForecastFigures(Model):
    """How good forecasts of the past were. sMAPE in percent (0 to 200), MASE against the seasonal naive in the
    past it learnt from.

    `coverage`: the share of values inside their bounds; bounds were made from older forecasts only.
    """

    count: int
    coverage: float | None
    horizon: int
    mase: float | None
    naive_mase: float | None
    naive_smape: float | None
    smape: float | None


class ForecastSourceInput(Model):
    """Where the figures come from: a dataset, a table of the record, or a metric; exactly one."""

    dataset_id: uuid.UUID | None = None
    metric: str | None = None
    source: str | None = None


class ForecastSourceOutput(Model):
    """Where the figures come from: a dataset, a table of the record, or a metric; exactly one."""

    dataset_id: uuid.UUID | None
    metric: str | None
    source: str | None


class FuturePoint(Model):
    """What is expected of a period, and the bounds that hold it with the coverage wanted."""

    lower: float
    period: str
    upper: float
    value: float


class GroupAnswer(Model):
    """The anomalies that were ended."""

    items: list[AnomalyRow]


class GroupBody(Model):
    """How a whole group ends."""

    feedback: Literal["useful", "false_alarm"] | None = None
    resolution: str
    state: Literal["resolved", "dismissed"] = "resolved"


class GroupFigure(Model):
    """One group of a protected attribute; null where too few outcomes are known."""

    accuracy: float | None
    count: int
    enough: bool
    false_alarms: float | None
    labelled: int
    recall: float | None
    selected: float
    selected_lower: float
    selected_upper: float
    value: str


class GroupGap(Model):
    """How far apart the two groups furthest apart are."""

    highest: str
    lower: float
    lowest: str
    name: str
    upper: float
    value: float


class Impact(Model):
    """What an anomaly costs (negative) or brings in money, and between which bounds, as far as the expectation
    is known.
    """

    amount: str
    currency: str
    lower: str
    upper: str


class InputShown(Model):
    """One feature as a form asks for it. `typical`: the median, or the most frequent category.

    `low` and `high`: the middle 95 % of numbers. `choices`: categories, the most frequent first; `closed`
    where there are no others. `missing`: the share of rows that lacked it.
    """

    choices: list[str]
    closed: bool
    high: float | None
    importance: float | None
    low: float | None
    missing: float
    name: str
    type: Literal["number", "category", "boolean", "date", "text"]
    typical: float | str | None


class InputsShown(Model):
    """What a version asks for, the most important first; `left_out` of them are not listed."""

    inputs: list[InputShown]
    left_out: int
    model_id: uuid.UUID
    version: int


class InventoryLine(Model):
    """What to order of an item, and why. `critical_ratio`: the share of cases in which demand until the next
    delivery is covered.
    """

    critical_ratio: float
    expected_cost: float | None
    expected_demand: float
    expected_shortage: float
    lead_time: int
    on_hand: float
    on_order: float
    order: float
    order_up_to: float
    order_value: float | None
    reasons: list[str]
    reorder_point: float
    review_period: int
    safety_stock: float
    stock_out_after: float
    stock_out_now: float


class InventorySummary(Model):
    """All items together. Money is null where no costs are given."""

    expected_cost: float | None
    expected_shortage: float
    items: int
    items_at_risk: int
    items_to_order: int
    order_value: float | None
    units_to_order: float


class InventoryTermsInput(Model):
    """What stock costs, where no column says so for each item; money per unit, times in periods of the forecast.

    The service level is price less cost against holding cost, unless `service_level` is given.
    """

    holding_cost: float | None = None
    lead_time: int = 1
    order_cost: float = 0.0
    review_period: int = 1
    salvage_value: float | None = None
    service_level: float | None = None
    shortage_cost: float | None = None
    unit_cost: float | None = None
    unit_price: float | None = None


class InventoryTermsOutput(Model):
    """What stock costs, where no column says so for each item; money per unit, times in periods of the forecast.

    The service level is price less cost against holding cost, unless `service_level` is given.
    """

    holding_cost: float | None
    lead_time: int
    order_cost: float
    review_period: int
    salvage_value: float | None
    service_level: float | None
    shortage_cost: float | None
    unit_cost: float | None
    unit_price: float | None


class MeasuredNow(Model):
    """How many periods were measured now; `more` where some are left for later."""

    more: bool
    periods: int


class MethodCount(Model):
    """How many series a method forecast."""

    count: int
    method: str


class MetricBody(Model):
    """A figure that will be sent to us."""

    currency: str | None = None
    description: str = ""
    money_per_unit: float | str | None = None
    name: str
    unit: str = "count"


class MetricPage(Model):
    """Some metrics, by name."""

    items: list[MetricRow]
    next: str | None


class MetricRow(Model):
    """A figure that is sent to us."""

    created_at: datetime.datetime
    created_by: str
    currency: str | None
    data_source: str
    description: str
    last_at: datetime.datetime | None
    last_value: float | None
    money_per_unit: str | None
    name: str
    unit: str


class MetricShown(Model):
    """A figure measured on rows the version never saw, with its 95 % interval where one can be given."""

    higher_is_better: bool
    lower: float | None
    name: str
    upper: float | None
    value: float | None


class ModelAgainst(Model):
    """The champion against one other version, on outcomes so far. Valid however often it is looked at.

    `difference`: how much lower the other's loss is (positive: better), with bounds. `evidence` reaches
    `needed` when the verdict is in; `more_cases` is about how many more comparisons that takes.
    `split_suspect`: the cases were not shared out as meant, so that the comparison cannot be believed.
    """

    alias: Literal["champion", "challenger", "shadow"]
    alpha: float
    candidate_cases: int
    candidate_loss: float | None
    champion_cases: int
    champion_loss: float | None
    champion_version: int
    difference: float | None
    evidence: float
    kind: Literal["paired", "traffic"]
    lower: float
    more_cases: int | None
    needed: float
    pairs: int
    role: Literal["champion", "challenger", "shadow", "version"]
    share: float
    since: datetime.datetime
    split_suspect: bool
    upper: float
    verdict: Literal["better", "worse", "same", "not yet"]
    version: int
    version_id: uuid.UUID
    waiting: int
    words: str


class ModelAlias(Model):
    """A version that stands under an alias, with the figure by which versions are compared. `share` is of the
    cases.
    """

    algorithm: str
    alias: Literal["champion", "challenger", "shadow"]
    baseline: str | None
    baseline_value: float | None
    changed_by: str
    higher_is_better: bool
    lower: float | None
    metric: str
    metric_value: float
    number: int
    share: float
    since: datetime.datetime
    trained_at: datetime.datetime
    upper: float | None
    validated: bool
    version_id: uuid.UUID


class ModelBody(Model):
    """A model as it is wished for. `feature_columns` null: every column that can be learnt from."""

    algorithm: str = "auto"
    allow_suspicious: list[str] | None = None
    coverage: float = 0.9
    deploy_when_validated: bool = False
    description: str = ""
    effort: Literal["quick", "full"] = "quick"
    exclude: list[str] | None = None
    feature_columns: list[str] | None = None
    group_column: str | None = None
    horizon: int | None = None
    model_name: str
    model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
    monotone: dict[str, Literal[-1, 0, 1]] | None = None
    parameters: dict[str, bool | int | float | str] | None = None
    positive: str | None = None
    protected_columns: list[str] | None = None
    retraining_frequency_days: int | None = None
    seed: int = 0
    series_column: str | None = None
    target_column: str | None = None
    time_column: str | None = None
    training_data_source: TrainingDataSource


class ModelCard(Model):
    """What a version is for, how it was made and measured, and where it must not be trusted, in plain words."""

    model_id: uuid.UUID
    model_name: str
    sections: list[CardSection]
    validated: bool
    verdict: str
    version: int


class ModelComparison(Model):
    """The champion against challenger and shadow. `loss` says what is compared."""

    champion_version: int | None
    comparisons: list[ModelAgainst]
    loss: str
    model_id: uuid.UUID
    model_name: str
    notes: list[str]


class ModelDetail(Model):
    """A model with all that is known of it. `versions` are the latest twenty; `metrics` the champion's."""

    algorithm: str
    allow_suspicious: list[str]
    challenger: ModelAlias | None
    champion: ModelAlias | None
    coverage: float
    created_at: datetime.datetime
    created_by: str
    deploy_when_validated: bool
    description: str
    effort: Literal["quick", "full"]
    error: str | None
    exclude: list[str]
    failed_at: datetime.datetime | None
    feature_columns: list[str] | None
    group_column: str | None
    horizon: int | None
    id: uuid.UUID
    metrics: list[MetricShown]
    model_name: str
    model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
    monotone: dict[str, int]
    next_training_at: datetime.datetime | None
    parameters: dict[str, Any]
    positive: str | None
    progress: float | None
    protected_columns: list[str]
    retraining_frequency_days: int | None
    revision: int
    seed: int
    series_column: str | None
    shadow: ModelAlias | None
    state: Literal["draft", "training", "ready", "failed"]
    target_column: str | None
    time_column: str | None
    trained_at: datetime.datetime | None
    training: ModelTraining | None
    training_data_source: SourceShown
    updated_at: datetime.datetime
    usage: ModelUse
    version: int
    versions: list[VersionRow]


class ModelDrift(Model):
    """How far a version's data are from its training: the latest period with enough cases, and over time.

    `importance` by feature, as training measured it: drift of what matters little matters little.
    """

    answers: list[FeatureDrift]
    features: list[FeatureDrift]
    history: list[FeatureHistory]
    importance: dict[str, float]
    left_out: int
    model_id: uuid.UUID
    model_name: str
    notes: list[str]
    period_from: datetime.datetime | None
    period_to: datetime.datetime | None
    predictions: int
    version: int | None
    words: str
    worst: Literal["none", "small", "moderate", "large"]


class ModelPage(Model):
    """Some models; `next` is the `after` of the page that follows, null on the last."""

    items: list[ModelRow]
    next: str | None


class ModelPerformance(Model):
    """How a model does over time. `periods` oldest first; `truncated` where there were more than are shown.

    `summary` is a sentence; `due` says why the model is due for training, in sentences, empty where it is
    not.
    """

    due: list[str]
    health: Literal["good", "watch", "attention", "unknown"]
    metric: str | None
    model_id: uuid.UUID
    model_name: str
    model_type: str
    notes: list[str]
    periods: list[PerformancePeriod]
    summary: str
    truncated: bool
    versions: list[VersionWatched]


class ModelRow(Model):
    """A model in a list. `error` says why its last training failed; `next_training_at` when it is due by age.

    `progress` is how far its present training is, from 0 to 1, and null while it is not trained.
    """

    algorithm: str
    challenger: ModelAlias | None
    champion: ModelAlias | None
    created_at: datetime.datetime
    created_by: str
    description: str
    error: str | None
    failed_at: datetime.datetime | None
    id: uuid.UUID
    model_name: str
    model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
    next_training_at: datetime.datetime | None
    progress: float | None
    retraining_frequency_days: int | None
    revision: int
    shadow: ModelAlias | None
    state: Literal["draft", "training", "ready", "failed"]
    target_column: str | None
    trained_at: datetime.datetime | None
    updated_at: datetime.datetime
    usage: ModelUse
    version: int


class ModelTraining(Model):
    """The latest training of a model, as a task. Moments are system time."""

    created_at: datetime.datetime
    created_by: str
    ended_at: datetime.datetime | None
    error: str | None
    progress: float
    stage: str | None
    state: shared.TaskState
    task_id: uuid.UUID
    why: str


class ModelUpdateBody(Model):
    """A model as it shall be from now on, whole; `revision` is the one that was read."""

    algorithm: str = "auto"
    allow_suspicious: list[str] | None = None
    coverage: float = 0.9
    deploy_when_validated: bool = False
    description: str = ""
    effort: Literal["quick", "full"] = "quick"
    exclude: list[str] | None = None
    feature_columns: list[str] | None = None
    group_column: str | None = None
    horizon: int | None = None
    model_name: str
    model_type: Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
    monotone: dict[str, Literal[-1, 0, 1]] | None = None
    parameters: dict[str, bool | int | float | str] | None = None
    positive: str | None = None
    protected_columns: list[str] | None = None
    retraining_frequency_days: int | None = None
    revision: int
    seed: int = 0
    series_column: str | None = None
    target_column: str | None = None
    time_column: str | None = None
    training_data_source: TrainingDataSource


class ModelUse(Model):
    """How much a model is asked, each counted up to 100,000, and how many of its alerts are open."""

    last_predicted_at: datetime.datetime | None
    open_alerts: int
    outcomes: int
    predictions: int


class PastPoint(Model):
    """What was in a period."""

    period: str
    value: float | None


class PerformancePeriod(Model):
    """One version in one day or week of business time. `metrics` is empty until outcomes come.

    `sampled`: as many cases were looked at where there are more. `fallen`: the figure by which versions are
    compared is surely worse than in training.
    """

    calibration: CalibrationShown | None
    computed_at: datetime.datetime
    confidence: float | None
    drift: DriftSummary
    estimated: EstimateShown
    fallen: bool
    groups: list[AttributeGroups]
    labelled: int
    metrics: list[Figure]
    period_from: datetime.datetime
    period_to: datetime.datetime
    predictions: int
    sampled: int
    selection: SelectionShown
    version: int
    version_id: uuid.UUID


class Person(Model):
    """A user."""

    id: uuid.UUID
    name: str


class PointBody(Model):
    """A value at a moment; a missing or non-finite value is refused alone, the others are taken."""

    at: datetime.datetime
    value: float | None


class PointsAnswer(Model):
    """What became of the points; of those refused the first 100 are shown."""

    quarantine: list[RefusedPoint]
    refused: int
    replaced: int
    taken: int


class PointsBody(Model):
    """Points in any order; of two at one moment the later counts."""

    points: list[PointBody]


class PredictBody(Model):
    """Cases to predict for: one object, or a list of up to 10,000. The model is named by its id or by its name.

    `business_entity_id` is one for all rows or a list with one for each; `entity_field` names the field of
    the rows that holds it. `prediction_context` is kept with the predictions and not looked at. `reasons` is
    how many are wanted for each row. `store` false tries a model without leaving a trace; such answers have
    no `prediction_id`.
    """

    business_entity_id: str | list[str | None] | None = None
    business_entity_type: str | None = None
    entity_field: str | None = None
    input_data: dict[str, Any] | list[dict[str, Any]]
    model_id: uuid.UUID | None = None
    model_name: str | None = None
    prediction_context: dict[str, Any] | None = None
    reasons: int = 0
    store: bool = True
    version: int | Literal["champion", "challenger", "shadow"] | None = None


class PredictionAnswer(Model):
    """The answer for one row. `error` stands instead of everything else where the row cannot be used."""

    business_entity_id: str | None = None
    confidence: float | None = None
    error: PredictionError | None = None
    output: PredictionOutput | None = None
    prediction_id: uuid.UUID | None = None
    processing_time_ms: float | None = None
    reasons: list[PredictionReason] | None = None
    role: Literal["champion", "challenger", "shadow", "version"] | None = None
    row: int
    unusual: list[str] | None = None
    version: int | None = None


class PredictionChange(Model):
    """One feature that, were it otherwise, would change the answer."""

    after: str | None
    before: str | None
    feature: str
    label: str
    probability: float | None
    sentence: str


class PredictionDetail(Model):
    """A prediction with its input, its reasons (computed now, by the version that answered) and all feedback,
    oldest first.
    """

    answers: uuid.UUID | None
    batch_id: uuid.UUID | None
    business_entity_id: str | None
    business_entity_type: str | None
    confidence: float
    feedback: list[FeedbackShown]
    id: uuid.UUID
    input_data: dict[str, Any]
    model_id: uuid.UUID
    model_name: str
    outcome: StoredOutcome | None
    output: PredictionOutput
    predicted_at: datetime.datetime
    predicted_by: str
    prediction_context: dict[str, Any] | None
    processing_time_ms: float
    rating: int | None
    reasons: list[PredictionReason]
    reasons_missing: str | None
    role: Literal["champion", "challenger", "shadow", "version"]
    shadows: list[StoredPrediction]
    unusual: list[str]
    version: int
    version_id: uuid.UUID


class PredictionError(Model):
    """Why one row was not taken: the field at fault and what to do."""

    code: str
    field: str | None = None
    message: str
    remedy: str | None = None


class PredictionExplanation(Model):
    """Why a model said what it said, in plain words."""

    caution: str
    changes: list[PredictionChange]
    prediction_id: uuid.UUID
    reasons: list[PredictionReason]
    summary: str
    unusual: list[str]


class PredictionOutput(Model):
    """What the model says. Only what its kind has is there.

    `label` is the class, the cluster, or normal/anomaly, with the `probability` of each class. `value` is the
    number, the anomaly score (0 to 1) or the distance to the cluster's centre. `lower` and `upper` hold the
    true value, and `set` the true class, in the share of cases that the model was trained to cover.
    """

    label: str | None = None
    lower: float | None = None
    probability: dict[str, float] | None = None
    set: list[str] | None = None
    upper: float | None = None
    value: float | None = None


class PredictionPage(Model):
    """Some of the history, newest first; `next` is the `after` of the page that follows, null on the last."""

    items: list[StoredPrediction]
    next: str | None


class PredictionReason(Model):
    """What one feature did to one prediction: a sentence, and the contribution in the model's own units.

    Log-odds of the class `towards` for classes; the target's units for numbers.
    """

    contribution: float
    feature: str
    sentence: str
    towards: str | None
    value: str | None


class PredictionsMade(Model):
    """All answers of a request, in the order of its rows; `failed` rows hold an error."""

    batch_id: uuid.UUID | None
    failed: int
    ignored_fields: list[str]
    model_id: uuid.UUID
    model_name: str
    predicted: int
    predictions: list[PredictionAnswer]
    processing_time_ms: float


class PredictiveBodyInput(Model):
    """What is to be foreseen.

    `horizon`: periods ahead; by default as far as is usual for the frequency. `hierarchy`: also forecast
    every level of `series` and make all add up. `country`: two letters; its public holidays are minded in
    daily series. `capacity`: of service demand, how much can be served in a period.
    """

    capacity: float | None = None
    columns: ForecastColumnsInput | None = None
    country: str | None = None
    coverage: float = 0.9
    day_first: bool = False
    duplicates: Literal["sum", "mean", "last"] | None = None
    frequency: Literal["auto", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] = "auto"
    hierarchy: bool = False
    horizon: int | None = None
    inventory: InventoryTermsInput | None = None
    kind: Literal["revenue", "churn", "service_demand", "inventory"]
    method: Literal["combination", "theta", "damped_trend", "seasonal_naive"] = "combination"
    name: str
    source: ForecastSourceInput


class PredictiveBodyOutput(Model):
    """What is to be foreseen.

    `horizon`: periods ahead; by default as far as is usual for the frequency. `hierarchy`: also forecast
    every level of `series` and make all add up. `country`: two letters; its public holidays are minded in
    daily series. `capacity`: of service demand, how much can be served in a period.
    """

    capacity: float | None
    columns: ForecastColumnsOutput
    country: str | None
    coverage: float
    day_first: bool
    duplicates: Literal["sum", "mean", "last"] | None
    frequency: Literal["auto", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]
    hierarchy: bool
    horizon: int | None
    inventory: InventoryTermsOutput
    kind: Literal["revenue", "churn", "service_demand", "inventory"]
    method: Literal["combination", "theta", "damped_trend", "seasonal_naive"]
    name: str
    source: ForecastSourceOutput


class PredictiveDetail(Model):
    """A forecast as it was asked for, what came out, and the first of its series."""

    auc: float | None
    created_at: datetime.datetime
    created_by: str
    error: str | None
    finished_at: datetime.datetime | None
    headline: str | None
    id: uuid.UUID
    kind: Literal["revenue", "churn", "service_demand", "inventory"]
    measured_coverage: float | None
    name: str
    progress: float | None
    request: PredictiveBodyOutput
    series: PredictiveSeriesPage
    series_count: int | None
    skill: float | None
    stage: str | None
    state: Literal["running", "done", "failed", "cancelled"]
    summary: PredictiveSummary | None
    task_id: uuid.UUID | None


class PredictivePage(Model):
    """Some forecasts, newest first."""

    items: list[PredictiveRow]
    next: str | None


class PredictiveRow(Model):
    """A forecast in a list. `progress` and `stage` are of its task while it runs.

    `skill` and `measured_coverage` are of the back-test, `auc` of the model of churn on what it was not
    fitted on.
    """

    auc: float | None
    created_at: datetime.datetime
    created_by: str
    error: str | None
    finished_at: datetime.datetime | None
    headline: str | None
    id: uuid.UUID
    kind: Literal["revenue", "churn", "service_demand", "inventory"]
    measured_coverage: float | None
    name: str
    progress: float | None
    series_count: int | None
    skill: float | None
    stage: str | None
    state: Literal["running", "done", "failed", "cancelled"]
    task_id: uuid.UUID | None


class PredictiveSeries(Model):
    """A series, an item or a customer; the most important first. `level`: 0 is the total of a hierarchy."""

    customer: CustomerLine | None
    future: list[FuturePoint]
    future_total: float | None
    inventory: InventoryLine | None
    keys: list[str]
    level: int | None
    mase: float | None
    method: str | None
    naive_mase: float | None
    name: str
    number: int
    past: list[PastPoint]
    past_total: float | None
    smape: float | None


class PredictiveSeriesPage(Model):
    """Some of the series that were found; `next` is the `after` of the page that follows."""

    found: int
    items: list[PredictiveSeries]
    next: str | None


class PredictiveSummary(Model):
    """What came out, what it is computed from, and what it cannot say. `total` is the sum of all series."""

    back_test: ForecastBackTest | None
    cannot_say: list[str]
    churn: ChurnSummary | None
    computed_from: str
    coverage: float
    demand: DemandSummary | None
    frequency: str | None
    future: list[FuturePoint]
    future_total: float | None
    headline: str
    history_from: str | None
    history_to: str | None
    horizon: int | None
    inventory: InventorySummary | None
    levels: list[str]
    methods: list[MethodCount]
    notices: list[str]
    past: list[PastPoint]
    past_total: float | None
    series_count: int


class RefusedPoint(Model):
    """A point that was not taken, by its place in what was sent (from 0)."""

    place: int
    why: str


class RollbackBody(Model):
    """A wish that the champion before answers again."""

    reason: str


class SelectionShown(Model):
    """Of which cases outcomes are known. `alike` false: those cases differ from the rest; null: too few to say."""

    alike: bool | None
    share: float
    words: str


class SeriesPoint(Model):
    """A point of a figure with what was expected; null where too little was seen before."""

    at: datetime.datetime
    expected: float | None
    is_anomalous: bool
    lower: float | None
    upper: float | None
    value: float


class SourceList(Model):
    """All figures."""

    items: list[SourceRow]


class SourceRow(Model):
    """A figure that can be looked at, and whether it is watched."""

    currency: str | None
    data_source: str
    detector_id: uuid.UUID | None
    is_watched: bool
    kind: Literal["metric", "stream", "dataset"]
    money_per_unit: str | None
    name: str
    unit: str
    why: str


class SourceShown(Model):
    """Where a model learns from."""

    dataset_id: uuid.UUID | None
    name: str | None
    query: str | None
    source: str | None


class StoredOutcome(Model):
    """What really happened, as far as it is known: the latest that was told."""

    actual_outcome: str | float | bool | None
    correct: bool | None
    error: float | None
    observed_at: datetime.datetime


class StoredPrediction(Model):
    """A prediction in a list."""

    answers: uuid.UUID | None
    batch_id: uuid.UUID | None
    business_entity_id: str | None
    business_entity_type: str | None
    confidence: float
    id: uuid.UUID
    model_id: uuid.UUID
    model_name: str
    outcome: StoredOutcome | None
    output: PredictionOutput
    predicted_at: datetime.datetime
    predicted_by: str
    processing_time_ms: float
    rating: int | None
    role: Literal["champion", "challenger", "shadow", "version"]
    version: int
    version_id: uuid.UUID


class TrainBody(Model):
    """A wish that a model be trained. `deploy_when_validated` null: as the model says."""

    deploy_when_validated: bool | None = None
    why: str = ""


class TrainingDataSource(Model):
    """Where a model learns from: one of a dataset, a table of the record by its name, and a query over both."""

    dataset_id: uuid.UUID | None = None
    query: str | None = None
    source: str | None = None


class TrainingTaskShown(Model):
    """The task that trains; GET /api/v1/tasks/{task_id} shows how far it is."""

    model_id: uuid.UUID
    task_id: uuid.UUID


class VersionDetail(Model):
    """A version with all that was measured of it.

    `report` holds the algorithm's whole report: metrics, baselines, what was compared, features with their
    importance, calibration, coverage, groups, leakage, notices, verdict, seconds, and what only one kind of
    model has in `details`.
    """

    against_champion: dict[str, Any] | None
    algorithm: str
    aliases: list[Literal["champion", "challenger", "shadow"]]
    baseline: str | None
    baseline_value: float | None
    baselines: dict[str, list[MetricShown]]
    created_by: str
    data_digest: str
    dataset_id: uuid.UUID | None
    digest: str
    higher_is_better: bool
    id: uuid.UUID
    library_versions: dict[str, str]
    lower: float | None
    metric: str
    metric_value: float
    metrics: list[MetricShown]
    mlflow_error: str | None
    mlflow_run: str | None
    model_id: uuid.UUID
    number: int
    report: dict[str, Any]
    seed: int
    signed: bool
    spec: dict[str, Any]
    task_id: uuid.UUID | None
    trained_at: datetime.datetime
    trial: dict[str, Any] | None
    upper: float | None
    validated: bool
    why: str


class VersionPage(Model):
    """Some versions, newest first."""

    items: list[VersionRow]
    next: str | None


class VersionRow(Model):
    """A version in a list. `aliases` are those it stands under."""

    against_champion: dict[str, Any] | None
    algorithm: str
    aliases: list[Literal["champion", "challenger", "shadow"]]
    baseline: str | None
    baseline_value: float | None
    created_by: str
    data_digest: str
    dataset_id: uuid.UUID | None
    digest: str
    higher_is_better: bool
    id: uuid.UUID
    lower: float | None
    metric: str
    metric_value: float
    mlflow_error: str | None
    mlflow_run: str | None
    model_id: uuid.UUID
    number: int
    task_id: uuid.UUID | None
    trained_at: datetime.datetime
    trial: dict[str, Any] | None
    upper: float | None
    validated: bool
    why: str


class VersionWatched(Model):
    """A version that answered in the time asked for, with what training measured of it."""

    algorithm: str
    aliases: list[Literal["champion", "challenger", "shadow"]]
    baseline: list[Figure]
    metric: str
    trained_at: datetime.datetime
    version: int
    version_id: uuid.UUID
