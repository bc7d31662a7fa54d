"""What the routes of anomalies and metrics take and answer. Money is a decimal string; times are the organisation's."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from intendant.domains.analytics.anomalies.model import AnomalyState, Bucket, SourceKind
from intendant.domains.analytics.anomalies.streams import POINTS_AT_ONCE_MAX
from intendant.learning.anomalies import Direction, Feedback, Severity

REFUSED_SHOWN_MAX = 100
_Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
_Money = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


class Body(BaseModel):
    """What is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Impact(BaseModel):
    """What an anomaly costs (negative) or brings in money, and between which bounds, as far as the expectation is known."""

    amount: Decimal
    lower: Decimal
    upper: Decimal
    currency: str


class Person(BaseModel):
    """A user."""

    id: UUID
    name: str


class AnomalyRow(BaseModel):
    """An anomaly in a list."""

    id: UUID
    group_id: UUID
    group_size: int
    detector_id: UUID
    data_source: str
    name: str
    """Of the data source, in words."""
    unit: str
    bucket: Bucket
    severity: Severity
    state: AnomalyState
    direction: Literal["up", "down"]
    started_at: datetime
    ended_at: datetime
    peak_at: datetime
    points: int
    value: float
    expected: float
    lower: float
    upper: float
    score: float
    """Evidence in powers of ten over four views, 0 to 24."""
    probability: float
    """Conformal p-value of the evidence."""
    size: float
    """The deviation in usual deviations."""
    impact: Impact | None
    assignee: Person | None
    muted_until: datetime | None
    feedback: Feedback | None
    summary: str
    """The likely cause in plain words."""
    detected_at: datetime
    version: int


class Contribution(BaseModel):
    """How much of a deviation lies in one value of one dimension."""

    dimension: str
    value: str
    actual: float
    expected: float
    share: float


class Cause(BaseModel):
    """What probably caused an anomaly; never proven."""

    summary: str
    first_anomaly_id: UUID | None
    first_data_source: str | None
    is_first: bool
    correlation: float | None
    contributions: list[Contribution]


class SeriesPoint(BaseModel):
    """A point of a figure with what was expected; null where too little was seen before."""

    at: datetime
    value: float
    expected: float | None
    lower: float | None
    upper: float | None
    is_anomalous: bool


class FigureSeries(BaseModel):
    """A figure over time, for charts. `capped` where only the newest points are shown."""

    data_source: str
    name: str
    unit: str
    bucket: Bucket
    points: list[SeriesPoint]
    capped: bool


class AnomalyDetail(AnomalyRow):
    """Everything known of an anomaly, with the figure around it and what belongs to it."""

    resolution: str | None
    updated_at: datetime
    updated_by: str
    cause: Cause
    series: FigureSeries
    members: list[AnomalyRow]
    """All of its group, itself among them, the first to begin first."""


class AnomalyPage(BaseModel):
    """Some anomalies, the newest found first."""

    items: list[AnomalyRow]
    next: str | None


class FacetCount(BaseModel):
    """A value and how many anomalies have it."""

    value: str
    count: int


class AnomalyFacets(BaseModel):
    """Counts by state, severity and data source, each without its own filter."""

    states: list[FacetCount]
    severities: list[FacetCount]
    data_sources: list[FacetCount]
    total: int
    capped: bool


class DetectionAnswer(BaseModel):
    """What was looked at and what was found there; `new` of it was not known before."""

    data_source: str
    name: str
    unit: str
    bucket: Bucket
    since: datetime
    until: datetime
    points: int
    new: int
    found: list[AnomalyRow]
    notes: list[str]


class SourceRow(BaseModel):
    """A figure that can be looked at, and whether it is watched."""

    data_source: str
    kind: SourceKind
    name: str
    unit: str
    why: str
    money_per_unit: Decimal | None
    currency: str | None
    detector_id: UUID | None
    is_watched: bool


class SourceList(BaseModel):
    """All figures."""

    items: list[SourceRow]


class DetectorRow(BaseModel):
    """What watches one data source. `threshold_up` and `threshold_down` are the evidence asked now, feedback included."""

    id: UUID
    data_source: str
    name: str
    unit: str
    sensitivity: float
    direction: Direction
    min_impact: Decimal | None
    money_per_unit: Decimal | None
    currency: str | None
    enabled: bool
    muted_until: datetime | None
    threshold_up: float
    threshold_down: float
    learned_up: float
    learned_down: float
    """Factors that feedback made of the threshold; 1 means none."""
    watched_until: datetime | None
    open_anomalies: int
    updated_at: datetime
    version: int


class DetectorPage(BaseModel):
    """Some detectors."""

    items: list[DetectorRow]
    next: str | None


class DetectorBody(Body):
    """How a figure is to be watched, as a whole; `version` is what was read."""

    version: int = Field(ge=1)
    sensitivity: float = Field(default=0.5, ge=0, le=1, description="0 for few alarms, 1 for many.")
    direction: Direction = "both"
    min_impact: _Money | None = Field(default=None, ge=0, description="Less money than this is not told.")
    money_per_unit: _Money | None = Field(default=None, description="What a unit is worth; null for the source's own.")
    enabled: bool = True
    muted_until: AwareDatetime | None = Field(
        default=None, description="In the organisation's time; null for not muted."
    )


class AnomalyChangeBody(Body):
    """What is to change of an anomaly; fields that are left out stay as they are. `version` is what was read."""

    version: int = Field(ge=1)
    state: AnomalyState | None = None
    assignee_id: UUID | None = Field(default=None, description="Null takes it from whoever has it.")
    resolution: _Text | None = None
    muted_until: datetime | None = Field(default=None, description="In the organisation's time; needs state muted.")
    feedback: Feedback | None = None


class GroupBody(Body):
    """How a whole group ends."""

    state: Literal["resolved", "dismissed"] = "resolved"
    resolution: _Text
    feedback: Feedback | None = None


class GroupAnswer(BaseModel):
    """The anomalies that were ended."""

    items: list[AnomalyRow]


class MetricBody(Body):
    """A figure that will be sent to us."""

    name: _Name
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]+$")] = "count"
    description: Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")] = ""
    money_per_unit: _Money | None = Field(default=None, description="What one unit more is worth (negative: costs).")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None


class MetricRow(BaseModel):
    """A figure that is sent to us."""

    name: str
    data_source: str
    unit: str
    description: str
    money_per_unit: Decimal | None
    currency: str | None
    created_by: str
    created_at: datetime
    last_at: datetime | None
    last_value: float | None


class MetricPage(BaseModel):
    """Some metrics, by name."""

    items: list[MetricRow]
    next: str | None


class PointBody(Body):
    """A value at a moment; a missing or non-finite value is refused alone, the others are taken."""

    at: datetime = Field(description="Without a zone it is UTC.")
    value: float | None


class PointsBody(Body):
    """Points in any order; of two at one moment the later counts."""

    points: list[PointBody] = Field(min_length=1, max_length=POINTS_AT_ONCE_MAX)


class RefusedPoint(BaseModel):
    """A point that was not taken, by its place in what was sent (from 0)."""

    place: int
    why: str


class PointsAnswer(BaseModel):
    """What became of the points; of those refused the first 100 are shown."""

    taken: int
    replaced: int
    refused: int
    quarantine: list[RefusedPoint]
