"""The algorithms by name: built in ones, listed here and imported when used, and plug-ins of installed packages."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
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
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

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
    return (*_BUILT_IN[task], *(name for name, plug_in in _plug_ins().items() if plug_in.does(task)))


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
    if plug_in is not None and plug_in.fault is not None:
        raise AlgorithmMissing(
            f"The plug-in '{name}' of {plug_in.distribution} cannot be used: {plug_in.fault}",
            field="algorithm",
            remedy="Install a version that works, or choose another algorithm.",
        )
    if plug_in is None or plug_in.algorithm is None or not plug_in.does(task):
        raise AlgorithmUnknown(
            f"There is no algorithm '{name}' for {task}.",
            field="algorithm",
            remedy=f"Use auto or one of {', '.join(algorithm_names(task))}.",
        )
    return plug_in.algorithm


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


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """A parameter of an algorithm: its default, and its bounds where the algorithm declares them."""

    name: str
    default: float | int | str | bool
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class AlgorithmDescription:
    """What those who choose see of an algorithm. `distribution`: the package a plug-in comes from; None if built in.

    Where it cannot be used `available` is false and `why_not` says what is missing or wrong.
    """

    name: str
    why: str
    parameters: tuple[ParameterShown, ...]
    available: bool
    why_not: str | None
    distribution: str | None


def describe_algorithms(task: Task) -> tuple[AlgorithmDescription, ...]:
    """Return all algorithms of a task, built in ones first; plug-ins that cannot be used stand last, with the reason."""
    found = []
    for name in algorithm_names(task):
        plug_in = None if name in _BUILT_IN[task] else _plug_ins()[name]
        try:
            algorithm = find_algorithm(task, name)
        except AlgorithmMissing as error:
            found.append(AlgorithmDescription(name, "", (), False, str(error), None))
            continue
        lacking = next((each for each in getattr(algorithm, "needs", ()) if find_spec(each) is None), None)
        why_not = None if lacking is None else f"'{name}' needs the package {lacking}, which is not installed."
        bounds = getattr(algorithm, "bounds", {})
        parameters = tuple(
            ParameterShown(key, default, *bounds.get(key, (None, None)))
            for key, default in algorithm.parameters.items()
        )
        source = None if plug_in is None else plug_in.distribution
        found.append(AlgorithmDescription(name, algorithm.why, parameters, why_not is None, why_not, source))
    faulty = (
        AlgorithmDescription(name, "", (), False, plug_in.fault, plug_in.distribution)
        for name, plug_in in _plug_ins().items()
        if plug_in.fault is not None
    )
    return (*found, *faulty)


@dataclass(frozen=True, slots=True)
class _PlugIn:
    """An entry point as found: the algorithm, or what is wrong with it."""

    distribution: str
    algorithm: Algorithm | None
    fault: str | None

    def does(self, task: Task) -> bool:
        return self.algorithm is not None and task in self.algorithm.tasks


@cache
def _plug_ins() -> dict[str, _PlugIn]:
    """Load the plug-ins of installed packages; one that cannot be used is kept with its fault and harms nothing else."""
    taken = {name for names in _BUILT_IN.values() for name in names} | {"auto"}
    found: dict[str, _PlugIn] = {}
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda each: (each.name, each.value)):
        distribution = "unknown" if point.dist is None else point.dist.name
        if point.name in taken or point.name in found:
            found.setdefault(f"{distribution}: {point.name}", _PlugIn(distribution, None, "The name is taken."))
            continue
        # Whatever a package of others does when it is imported must not end our start: it is told to those who choose.
        try:
            algorithm = point.load()
            fault = _fault_of(point.name, algorithm)
        except (Exception, SystemExit) as error:
            algorithm, fault = None, f"It cannot be loaded ({type(error).__name__}: {str(error)[:200]})."
        found[point.name] = _PlugIn(distribution, None if fault else algorithm, fault)
    return found


def _fault_of(name: str, algorithm: Any) -> str | None:
    """Say what of the contract a plug-in lacks; None where nothing."""
    lacking = [each for each in ("name", "tasks", "why", "parameters", "train", "load") if not hasattr(algorithm, each)]
    if lacking:
        return f"It lacks {', '.join(lacking)}."
    if algorithm.name != name:
        return f"It calls itself '{str(algorithm.name)[:80]}' and its entry point '{name[:80]}'; both must be the same."
    if not _NAME.fullmatch(name):
        return "Its name must be lower-case letters, digits and underscores, at most 40."
    if isinstance(algorithm.tasks, str) or not set(algorithm.tasks) <= set(TASKS) or not algorithm.tasks:
        return f"Its tasks must be among {', '.join(TASKS)}."
    if not callable(algorithm.train) or not callable(algorithm.load) or not isinstance(algorithm.parameters, Mapping):
        return "Its train and load must be callable, its parameters a mapping of defaults."
    return None
