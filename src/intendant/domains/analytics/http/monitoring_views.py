"""What the routes of monitoring answer. Moments are business time; shares, probabilities and confidence run from 0 to 1."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.domains.analytics.model import Alias, Role

DriftState = Literal["steady", "drifting", "too few"]
DriftSize = Literal["none", "small", "moderate", "large"]
Health = Literal["good", "watch", "attention", "unknown"]
ComparisonVerdict = Literal["better", "worse", "same", "not yet"]


class MonitoringShown(BaseModel):
    """An answer: every field is there, null where nothing is known, and clients are told so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, protected_namespaces=())


class Figure(MonitoringShown):
    """A figure with its 95 % interval, null where none can be given."""

    name: str
    value: float
    lower: float | None = None
    upper: float | None = None
    higher_is_better: bool = True


class CalibrationSpot(MonitoringShown):
    """Of `count` cases near the probability `predicted`, which share came true."""

    predicted: float
    observed: float
    count: int


class CalibrationShown(MonitoringShown):
    """Whether probabilities hold. `p_value`: the chance of so wide a gap if they did."""

    points: list[CalibrationSpot]
    error: float
    promised: float
    observed: float
    p_value: float
    words: str


class EstimateShown(MonitoringShown):
    """What is expected before outcomes come. `trusted` false: do not lean on it, and `why` says so."""

    metrics: list[Figure]
    trusted: bool
    why: list[str]


class SelectionShown(MonitoringShown):
    """Of which cases outcomes are known. `alike` false: those cases differ from the rest; null: too few to say."""

    share: float
    alike: bool | None
    words: str


class FeatureDrift(MonitoringShown):
    """One column in this period against training.

    `distance`: share of cases that sit elsewhere; `expected`: what chance shows at this size, and `threshold` what it exceeds
    once in twenty. `adjusted`: p-value with the number of columns accounted for. `psi`, `jensen_shannon` and `largest` (of
    numbers Kolmogorov-Smirnov, of categories the largest change of a share) are the familiar distances.
    """

    name: str
    kind: str
    state: DriftState
    size: DriftSize
    distance: float
    expected: float
    threshold: float
    p_value: float
    adjusted: float
    psi: float | None
    jensen_shannon: float | None
    largest: float | None
    missing: float
    missing_before: float
    outside: float = Field(description="Share of numbers beyond all that was seen in training.")
    unseen: float = Field(description="Share of cases in categories never seen in training.")
    examples: list[str]
    words: str


class DriftSummary(MonitoringShown):
    """How far the data of a period moved; `drifting` names the columns that moved beyond chance and trifles."""

    worst: DriftSize
    drifting: list[str]
    p_value: float = Field(description="Of all columns together (Simes).")
    notes: list[str]


class GroupFigure(MonitoringShown):
    """One group of a protected attribute; null where too few outcomes are known."""

    value: str
    count: int
    selected: float
    selected_lower: float
    selected_upper: float
    labelled: int
    accuracy: float | None
    recall: float | None
    false_alarms: float | None
    enough: bool


class GroupGap(MonitoringShown):
    """How far apart the two groups furthest apart are."""

    name: str
    lowest: str
    highest: str
    value: float
    lower: float
    upper: float


class AttributeGroups(MonitoringShown):
    """One protected attribute. `ratio`: lowest selection share over the highest; at least 0.8 passes the four-fifths rule."""

    attribute: str
    groups: list[GroupFigure]
    gaps: list[GroupGap]
    ratio: float | None
    passes: bool | None
    flagged: bool
    words: str


class PerformancePeriod(MonitoringShown):
    """One version in one day or week of business time. `metrics` is empty until outcomes come.

    `sampled`: as many cases were looked at where there are more. `fallen`: the figure by which versions are compared is
    surely worse than in training.
    """

    version: int
    version_id: UUID
    period_from: AwareDatetime
    period_to: AwareDatetime
    predictions: int
    labelled: int
    sampled: int
    metrics: list[Figure]
    estimated: EstimateShown
    calibration: CalibrationShown | None
    selection: SelectionShown
    drift: DriftSummary
    groups: list[AttributeGroups]
    confidence: float | None = Field(description="Mean confidence.")
    fallen: bool
    computed_at: AwareDatetime = Field(description="System time.")


class VersionWatched(MonitoringShown):
    """A version that answered in the time asked for, with what training measured of it."""

    version: int
    version_id: UUID
    aliases: list[Alias]
    algorithm: str
    metric: str
    baseline: list[Figure]
    trained_at: AwareDatetime


class ModelPerformance(MonitoringShown):
    """How a model does over time. `periods` oldest first; `truncated` where there were more than are shown.

    `summary` is a sentence; `due` says why the model is due for training, in sentences, empty where it is not.
    """

    model_id: UUID
    model_name: str
    model_type: str
    health: Health
    summary: str
    metric: str | None
    versions: list[VersionWatched]
    periods: list[PerformancePeriod]
    truncated: bool
    due: list[str]
    notes: list[str]


class FeatureHistory(MonitoringShown):
    """A feature's distance over time, by the period's beginning."""

    name: str
    at: list[AwareDatetime]
    distance: list[float]
    threshold: list[float]
    drifting: list[bool]


class ModelDrift(MonitoringShown):
    """How far a version's data are from its training: the latest period with enough cases, and over time.

    `importance` by feature, as training measured it: drift of what matters little matters little.
    """

    model_id: UUID
    model_name: str
    version: int | None
    period_from: AwareDatetime | None
    period_to: AwareDatetime | None
    predictions: int
    worst: DriftSize
    words: str
    features: list[FeatureDrift]
    answers: list[FeatureDrift]
    importance: dict[str, float]
    history: list[FeatureHistory]
    left_out: int
    notes: list[str]


class ModelAgainst(MonitoringShown):
    """The champion against one other version, on outcomes so far. Valid however often it is looked at.

    `difference`: how much lower the other's loss is (positive: better), with bounds. `evidence` reaches `needed` when the
    verdict is in; `more_cases` is about how many more comparisons that takes. `split_suspect`: the cases were not shared out
    as meant, so that the comparison cannot be believed.
    """

    alias: Alias
    role: Role
    kind: Literal["paired", "traffic"]
    version: int
    version_id: UUID
    share: float
    since: AwareDatetime
    champion_version: int
    champion_cases: int
    candidate_cases: int
    pairs: int
    waiting: int = Field(description="Cases answered whose outcome has not come.")
    champion_loss: float | None
    candidate_loss: float | None
    difference: float | None
    lower: float
    upper: float
    evidence: float
    needed: float
    verdict: ComparisonVerdict
    more_cases: int | None
    alpha: float
    split_suspect: bool
    words: str


class ModelComparison(MonitoringShown):
    """The champion against challenger and shadow. `loss` says what is compared."""

    model_id: UUID
    model_name: str
    champion_version: int | None
    loss: str
    comparisons: list[ModelAgainst]
    notes: list[str]


class MeasuredNow(MonitoringShown):
    """How many periods were measured now; `more` where some are left for later."""

    periods: int
    more: bool


class DashboardModel(MonitoringShown):
    """A model on the dashboard: how it does, in a word and a sentence, and its course over the last periods."""

    id: UUID
    model_name: str
    model_type: str
    version: int | None = Field(description="Of the champion; null where none answers.")
    health: Health
    summary: str
    metric: str | None
    baseline: float | None
    current: float | None
    lower: float | None
    upper: float | None
    is_estimate: bool = Field(description="Whether `current` is expected, because too few outcomes have come.")
    higher_is_better: bool
    drift: DriftSize
    predictions: int = Field(description="In the time shown.")
    labelled: int
    open_alerts: int
    trained_at: AwareDatetime | None
    next_training_at: AwareDatetime | None
    course: list[float | None]


class DashboardDay(MonitoringShown):
    """What happened on a day of business time."""

    day: AwareDatetime
    predictions: int
    labelled: int
    mean_confidence: float | None
    accuracy: float | None = Field(
        description="Over classification models: the share of known outcomes that was right."
    )


class DashboardUsage(MonitoringShown):
    """How the hub is used. Counts are of the time shown; `capped` where there is more than is counted."""

    predictions: int
    predictions_before: int = Field(description="In the same length of time before.")
    labelled: int
    models: int
    deployed: int
    training: int
    datasets: int
    forecasts: int
    open_anomalies: int
    accuracy: float | None
    accuracy_before: float | None


class DashboardAttention(MonitoringShown):
    """Something a person should look at, the most pressing first."""

    kind: Literal["alert", "drift", "performance", "fairness", "calibration", "training", "age", "outcomes", "anomaly"]
    severity: Literal["low", "medium", "high", "critical"]
    title: str
    words: str
    model_id: UUID | None = None
    alert_id: UUID | None = None
    at: AwareDatetime | None = None


class Dashboard(MonitoringShown):
    """The hub at a glance: models and how they do, use over time, accuracy, and what wants attention."""

    now: AwareDatetime
    days: int
    usage: DashboardUsage
    over_time: list[DashboardDay]
    models: list[DashboardModel]
    attention: list[DashboardAttention]
    truncated: bool = Field(description="Whether there are more models than are shown.")
