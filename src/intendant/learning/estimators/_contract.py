"""What every trained model of the hub is: how it is asked for, what it answers, what is reported of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid

Task = Literal["classification", "regression", "forecasting", "clustering", "anomaly"]
Effort = Literal["quick", "full"]
Floats = NDArray[np.float64]

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done; what it raises ends the training."""


class TrainingInvalid(Invalid):
    """A table, or a wish, from which no model can be trained. Names the column or field, and the remedy."""

    code = "training_invalid"


class ArtifactInvalid(Invalid):
    """Bytes that are no model of ours, or that were changed."""

    code = "artifact_invalid"


class InputInvalid(Invalid):
    """A record that a model cannot predict for; names the field and the remedy."""

    code = "prediction_input_invalid"


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """What is to be trained, from a table whose columns it names.

    `algorithm` is a name of `algorithms(task)`; "auto" compares those that suit and takes the best on folds of the development
    rows. `features` None: every column that can be learnt from. `time`: when each row happened, so that the latest rows
    validate. `group`: rows of one group stay on one side of every split. `protected`: looked at for fairness only, never a
    feature. `positive`: the class whose probability is reported, with two classes. `series`, `horizon`: for forecasting.
    `allow_suspicious`: columns kept although the leakage scan would leave them out. `coverage`: share of cases that intervals
    and sets shall hold. `parameters`: what the algorithm declares.
    """

    task: Task
    algorithm: str = "auto"
    target: str | None = None
    features: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    time: str | None = None
    group: str | None = None
    series: str | None = None
    horizon: int | None = None
    protected: tuple[str, ...] = ()
    positive: str | None = None
    monotone: Mapping[str, int] = field(default_factory=dict)
    allow_suspicious: tuple[str, ...] = ()
    coverage: float = 0.9
    parameters: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    effort: Effort = "quick"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """What one feature did to one prediction, in the model's own units (log-odds for classes, the target's for numbers)."""

    feature: str
    value: str | None
    contribution: float


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Answers for n records, as columns.

    `value`: number (regression, forecasting), anomaly score 0 to 1, or distance to the cluster's centre; None for classes.
    `label`: class, cluster ("outside" where density finds none) or "normal"/"anomaly"; None for numbers. `probability`
    (n, k) over the model's `classes`. `lower`, `upper`: interval at the model's coverage. `sets`: the classes that cannot be
    ruled out. `confidence`: calibrated probability that the label is right, or, for numbers, 1 minus the interval's width
    over the width that the target itself has at the same coverage, bounded to 0 and 1. `unusual`: features never seen
    or unreadable. `reasons`: largest first, only where asked for.
    """

    confidence: Floats
    value: Floats | None = None
    label: NDArray[np.object_] | None = None
    probability: Floats | None = None
    lower: Floats | None = None
    upper: Floats | None = None
    sets: Sequence[frozenset[str]] | None = None
    unusual: Sequence[tuple[str, ...]] | None = None
    reasons: Sequence[Sequence[Reason]] | None = None


class Model(Protocol):
    """A trained model, immutable, shared by threads."""

    @property
    def task(self) -> Task:
        """Return what it answers."""
        ...

    @property
    def algorithm(self) -> str:
        """Return the name of what trained it."""
        ...

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of its inputs, as the table had them."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes in the order of `probability`; empty where there are none."""
        ...

    def predict(self, columns: Mapping[str, Any] | Any, *, reasons: int = 0) -> Predictions:
        """Answer for columns of equal length (a mapping of sequences, or a frame), with that many reasons each.

        A feature that is absent counts as missing; raises InputInvalid where nothing of it can be used.
        """
        ...

    def to_bytes(self) -> bytes:
        """Return the model as plain data, which `load_model` reads back; never pickle."""
        ...


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure measured on rows the model never saw, with its 95 % interval where one can be given."""

    name: str
    value: float
    lower: float | None = None
    upper: float | None = None
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one model or baseline."""

    name: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """A feature and how much it matters: mean absolute contribution, or loss when permuted, as a share of all."""

    name: str
    type: str
    importance: float


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """Cases predicted near `predicted`: what share came true."""

    predicted: float
    observed: float
    count: int


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How the model does for one group of a protected attribute; None where the group is too small to say."""

    attribute: str
    value: str
    count: int
    metrics: tuple[Metric, ...]
    flagged: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that knows the answer, or looks so. `left_out` says whether the model was kept from it."""

    column: str
    left_out: bool
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a training measured, honestly: the body of the model card.

    `split`: "time-ordered", "by group", "stratified", "random", "rolling origin" or "none" (clusters). `primary` names the
    metric by which versions are compared. `details` holds what only one task has: confusion, curves, clusters, back-test.
    """

    task: Task
    algorithm: str
    primary: str
    split: str
    rows_read: int
    rows_used: int
    rows_validation: int
    model: Measured
    baselines: tuple[Measured, ...]
    compared: tuple[Measured, ...]
    features: tuple[FeatureUse, ...]
    calibration: tuple[CalibrationPoint, ...]
    coverage_wanted: float | None
    coverage_measured: float | None
    groups: tuple[GroupFigures, ...]
    leakage: tuple[Leak, ...]
    notices: tuple[str, ...]
    validated: bool
    verdict: tuple[str, ...]
    data_digest: str
    seed: int
    effort: Effort
    versions: Mapping[str, str]
    seconds: float
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def primary_metric(self) -> Metric:
        """Return the figure by which versions are compared."""
        return next(metric for metric in self.model.metrics if metric.name == self.primary)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model with what was measured of it, and the picture of its data that monitoring compares with.

    `reference` is plain data for JSON: per feature its type and quantiles or category shares, and the distribution of scores
    and confidence on validation rows (`intendant.learning.monitoring` makes and reads it). `validation_rows`: places in the
    frame of rows that were held out, and `validation_answers` what the model answered them before it learnt from them too, so
    that another version can be held against it; None where there are none.
    """

    model: Model
    report: Report
    reference: Mapping[str, Any]
    validation_rows: NDArray[np.int64] | None = None
    validation_answers: Predictions | None = None


class Algorithm(Protocol):
    """A way of training. Plug-ins are such objects, found by the entry-point group `intendant.algorithms`.

    `parameters` maps each parameter's name to its default; `why` is a sentence for those who choose.
    """

    name: str
    tasks: tuple[Task, ...]
    why: str
    parameters: Mapping[str, float | int | str | bool]

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train on a pandas frame; the same frame and spec give the same artifact. Raises TrainingInvalid."""
        ...

    def load(self, artifact: bytes) -> Model:
        """Read what `Model.to_bytes` wrote, trusting nothing; raises ArtifactInvalid."""
        ...
