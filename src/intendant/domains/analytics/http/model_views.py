"""What the routes of models answer. When something was trained, deployed, predicted or is due is business time.

When a row was created, changed or failed, and since when an alias stands, is system time, as are the moments of tasks.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from intendant.domains.analytics.model import Alias
from intendant.kernel.tasks import TaskState
from intendant.learning.estimators import Effort, Task

ModelStateShown = Literal["draft", "training", "ready", "failed"]


class ModelShown(BaseModel):
    """An answer: every field is there, null where nothing is known, and clients are told so."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, protected_namespaces=())


class Compared(ModelShown):
    """The figure by which versions are compared: its 95 % interval, and what the best of the simple ways reaches."""

    metric: str
    metric_value: float
    lower: float | None
    upper: float | None
    baseline: str | None
    baseline_value: float | None
    higher_is_better: bool


class ModelAlias(Compared):
    """A version that stands under an alias, with the figure by which versions are compared. `share` is of the cases."""

    alias: Alias
    version_id: UUID
    number: int
    share: float
    algorithm: str
    validated: bool
    trained_at: datetime
    since: datetime
    changed_by: str


class ModelTraining(ModelShown):
    """The latest training of a model, as a task. Moments are system time."""

    task_id: UUID
    state: TaskState
    progress: float
    stage: str | None
    error: str | None
    why: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None


class ModelUse(ModelShown):
    """How much a model is asked, each counted up to 100,000, and how many of its alerts are open."""

    predictions: int
    outcomes: int
    last_predicted_at: datetime | None
    open_alerts: int


class ModelRow(ModelShown):
    """A model in a list. `error` says why its last training failed; `next_training_at` when it is due by age.

    `progress` is how far its present training is, from 0 to 1, and null while it is not trained.
    """

    id: UUID
    model_name: str
    model_type: Task
    algorithm: str
    target_column: str | None
    description: str
    state: ModelStateShown
    progress: float | None
    error: str | None
    failed_at: datetime | None
    version: int
    """Of the latest version; 0 before the first."""
    revision: int
    retraining_frequency_days: int | None
    trained_at: datetime | None
    next_training_at: datetime | None
    champion: ModelAlias | None
    challenger: ModelAlias | None
    shadow: ModelAlias | None
    usage: ModelUse
    created_by: str
    created_at: datetime
    updated_at: datetime


class ModelPage(ModelShown):
    """Some models; `next` is the `after` of the page that follows, null on the last."""

    items: list[ModelRow]
    next: str | None


class SourceShown(ModelShown):
    """Where a model learns from."""

    dataset_id: UUID | None = None
    source: str | None = None
    query: str | None = None
    name: str | None = None


class MetricShown(ModelShown):
    """A figure measured on rows the version never saw, with its 95 % interval where one can be given."""

    name: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    higher_is_better: bool = True


class VersionRow(Compared):
    """A version in a list. `aliases` are those it stands under."""

    id: UUID
    model_id: UUID
    number: int
    algorithm: str
    validated: bool
    why: str
    aliases: list[Alias]
    digest: str
    data_digest: str
    dataset_id: UUID | None
    task_id: UUID | None
    created_by: str
    trained_at: datetime
    against_champion: dict[str, Any] | None
    """How it did beside the champion of its time on rows held out: checks, difference, confidence, what that proposes."""
    trial: dict[str, Any] | None
    """How it does beside the champion on real cases, as challenger or shadow."""
    mlflow_run: str | None
    mlflow_error: str | None


class VersionPage(ModelShown):
    """Some versions, newest first."""

    items: list[VersionRow]
    next: str | None


class VersionDetail(VersionRow):
    """A version with all that was measured of it.

    `report` holds the algorithm's whole report: metrics, baselines, what was compared, features with their importance,
    calibration, coverage, groups, leakage, notices, verdict, seconds, and what only one kind of model has in `details`.
    """

    spec: dict[str, Any]
    seed: int
    metrics: list[MetricShown]
    baselines: dict[str, list[MetricShown]]
    report: dict[str, Any]
    library_versions: dict[str, str]
    signed: bool


class ModelDetail(ModelRow):
    """A model with all that is known of it. `versions` are the latest twenty; `metrics` the champion's."""

    feature_columns: list[str] | None
    training_data_source: SourceShown
    time_column: str | None
    group_column: str | None
    series_column: str | None
    horizon: int | None
    protected_columns: list[str]
    exclude: list[str]
    positive: str | None
    monotone: dict[str, int]
    coverage: float
    parameters: dict[str, Any]
    effort: Effort
    seed: int
    allow_suspicious: list[str]
    deploy_when_validated: bool
    metrics: list[MetricShown]
    versions: list[VersionRow]
    training: ModelTraining | None


class TrainingTaskShown(ModelShown):
    """The task that trains; GET /api/v1/tasks/{task_id} shows how far it is."""

    task_id: UUID
    model_id: UUID


class DeploymentRow(ModelShown):
    """A change of what answers; `version` null where an alias was taken away. `decision_id` where the system proposed it."""

    id: UUID
    alias: Alias
    version: int | None
    version_id: UUID | None
    previous_version: int | None
    share: float | None
    reason: str
    changed_by: str
    decision_id: UUID | None
    evidence: dict[str, Any] | None
    at: datetime


class DeploymentPage(ModelShown):
    """Some deployments, newest first."""

    items: list[DeploymentRow]
    next: str | None


class AlgorithmParameter(ModelShown):
    """A parameter of an algorithm, by its default; bounds and choices where it declares them."""

    name: str
    type: Literal["number", "integer", "boolean", "text"]
    default: float | int | str | bool | None
    minimum: float | None = None
    maximum: float | None = None
    choices: list[str] = []
    why: str = ""


class AlgorithmShown(ModelShown):
    """What can be trained for a kind of model. `available` false where a package is missing, which `why_not` names.

    `distribution` is the package that a plug-in comes from.
    """

    name: str
    model_type: Task
    why: str
    available: bool
    why_not: str | None
    plug_in: bool
    distribution: str | None
    parameters: list[AlgorithmParameter]


class AlgorithmList(ModelShown):
    """Everything that can be trained; `auto` compares those that suit."""

    items: list[AlgorithmShown]


class CardFigure(ModelShown):
    """A figure in plain words, beside what the simplest way of guessing reaches."""

    name: str
    value: str
    baseline: str | None
    meaning: str


class CardSection(ModelShown):
    """A part of a model card: sentences, and figures where it has some."""

    title: str
    sentences: list[str]
    figures: list[CardFigure] = []


class ModelCard(ModelShown):
    """What a version is for, how it was made and measured, and where it must not be trusted, in plain words."""

    model_id: UUID
    model_name: str
    version: int
    verdict: str
    validated: bool
    sections: list[CardSection]
