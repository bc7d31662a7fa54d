"""The algorithms by name: built in ones, listed here and imported when used, and plug-ins of installed packages."""

import importlib
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from intendant.kit.errors import IntendantError
from intendant.learning.estimators._contract import (
    Algorithm,
    ArtifactInvalid,
    Model,
    Progress,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
)

ENTRY_POINT_GROUP = "intendant.algorithms"
HEADER_LENGTH_MAX = 80
_MAGIC = b"intendant-model "

# task -> name -> where it stands. The first of a task is what "auto" falls back on.
_BUILT_IN: dict[Task, dict[str, str]] = {
    "classification": {
        "additive": "intendant.learning.estimators.tabular:ADDITIVE",
        "logistic": "intendant.learning.estimators.tabular:LINEAR",
        "gradient_boosting": "intendant.learning.estimators.tabular:GRADIENT_BOOSTING",
        "random_forest": "intendant.learning.estimators.tabular:RANDOM_FOREST",
        "blend": "intendant.learning.estimators.choosing:BLEND",
    },
    "regression": {
        "gradient_boosting": "intendant.learning.estimators.tabular:GRADIENT_BOOSTING",
        "linear": "intendant.learning.estimators.tabular:LINEAR",
        "additive": "intendant.learning.estimators.tabular:ADDITIVE",
        "random_forest": "intendant.learning.estimators.tabular:RANDOM_FOREST",
        "blend": "intendant.learning.estimators.choosing:BLEND",
    },
    "forecasting": {
        "theta": "intendant.learning.forecasting.models:THETA",
        "damped_trend": "intendant.learning.forecasting.models:DAMPED_TREND",
        "seasonal_naive": "intendant.learning.forecasting.models:SEASONAL_NAIVE",
        "lstm": "intendant.learning.estimators.lstm:LSTM",
    },
    "clustering": {
        "k_means": "intendant.learning.estimators.clustering:K_MEANS",
        "density": "intendant.learning.estimators.clustering:DENSITY",
    },
    "anomaly": {"isolation_forest": "intendant.learning.estimators.outliers:ISOLATION_FOREST"},
}

TASKS: tuple[Task, ...] = tuple(_BUILT_IN)


class AlgorithmUnknown(TrainingInvalid):
    """No algorithm of that name does this task."""

    code = "algorithm_unknown"


class AlgorithmMissing(TrainingInvalid):
    """The algorithm needs a package that is not installed."""

    code = "algorithm_missing"


def algorithm_names(task: Task) -> tuple[str, ...]:
    """Return the names of what can be trained for a task: built-in algorithms first, then plug-ins."""
    return (*_BUILT_IN[task], *(name for name, plug_in in _plug_ins().items() if task in plug_in.tasks))


def find_algorithm(task: Task, name: str) -> Algorithm:
    """Return an algorithm; raises AlgorithmUnknown, or AlgorithmMissing where its package is not installed."""
    if task not in _BUILT_IN:
        raise AlgorithmUnknown(
            f"'{task}' is no kind of model.", field="model_type", remedy=f"Use one of {', '.join(TASKS)}."
        )
    place = _BUILT_IN[task].get(name)
    if place is not None:
        module, _, attribute = place.partition(":")
        try:
            found: Algorithm = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            raise AlgorithmMissing(
                f"'{name}' needs the package {error.name}, which is not installed.",
                field="algorithm",
                remedy=f"Install it with `pip install intendant[{name}]`, or choose another algorithm.",
            ) from error
        return found
    plug_in = _plug_ins().get(name)
    if plug_in is None or task not in plug_in.tasks:
        raise AlgorithmUnknown(
            f"There is no algorithm '{name}' for {task}.",
            field="algorithm",
            remedy=f"Use auto or one of {', '.join(algorithm_names(task))}.",
        )
    return plug_in


def train_model(frame: Any, spec: TrainingSpec, progress: Progress | None = None) -> Trained:
    """Train what `spec` asks for on a pandas frame. Deterministic; raises TrainingInvalid naming the field and the remedy."""
    report: Progress = progress or (lambda _share, _stage: None)
    if spec.algorithm == "auto":
        from intendant.learning.estimators.choosing import train_best

        return train_best(frame, spec, report)
    return find_algorithm(spec.task, spec.algorithm).train(frame, spec, report)


def pack(model: Model, payload: bytes) -> bytes:
    """Put in front of a model's own bytes the line that says who reads them; `to_bytes` returns this."""
    return _MAGIC + f"{model.task} {model.algorithm}\n".encode() + payload


def load_model(artifact: bytes) -> Model:
    """Read a model from its artifact, executing nothing; raises ArtifactInvalid."""
    header, separator, payload = artifact[:HEADER_LENGTH_MAX].partition(b"\n")
    if not header.startswith(_MAGIC) or not separator:
        raise ArtifactInvalid("The bytes are no model.", field="artifact", remedy="Train the model again.")
    task, _, name = header.removeprefix(_MAGIC).decode("ascii", "replace").partition(" ")
    try:
        algorithm = find_algorithm(task, name)  # type: ignore[arg-type]
        return algorithm.load(payload + artifact[HEADER_LENGTH_MAX:])
    except ArtifactInvalid:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError, IntendantError) as error:
        raise ArtifactInvalid(
            f"The model cannot be read ({type(error).__name__}: {str(error)[:200]}).",
            field="artifact",
            remedy="Train the model again.",
        ) from error


@cache
def _plug_ins() -> dict[str, Algorithm]:
    """Load the plug-ins of installed packages. A built-in name cannot be taken."""
    taken = {name for names in _BUILT_IN.values() for name in names} | {"auto"}
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP) if point.name not in taken}
