"""How good the whole training is on a table, by folds: every fold trains anew, choices and calibration included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from intendant.learning.estimators._algorithms import train_model
from intendant.learning.estimators._contract import Floats, Progress, Report, TrainingInvalid, TrainingSpec
from intendant.learning.estimators.tabular import (
    Target,
    bundle_copies,
    class_metrics,
    deal_folds,
    number_groups,
    number_metrics,
    numbers_of,
    read_target,
)

FOLD_COUNT_MAX = 20
REGRESSION_DISTINCT_MIN = 20  # a number with fewer different values is taken for a class


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What one fold showed: figures of the model and of the baselines on the rows held out of it, coverage, the report."""

    number: int
    rows: int
    metrics: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float]]
    coverage: float
    report: Report


def guess_task(values: Any) -> str:
    """Return the task a target asks for: numbers of many values are told as numbers, all else as classes."""
    numbers, unread = numbers_of(values)
    present = numbers[~np.isnan(numbers)]
    if present.size == 0 or unread.any():
        return "classification"
    distinct = np.unique(present).size
    return "regression" if distinct >= REGRESSION_DISTINCT_MIN else "classification"


def evaluate_by_folds(
    frame: Any, spec: TrainingSpec, *, fold_count: int, progress: Progress | None = None
) -> Iterator[FoldResult]:
    """Train on all folds but one and measure on that one, for each in turn; classes and groups evenly, copies of rows together.

    Baselines are those of each training's report, which are measured on its own validation rows.
    """
    if not 2 <= fold_count <= FOLD_COUNT_MAX:
        raise TrainingInvalid(
            f"{fold_count} folds are not possible.", field="folds", remedy=f"Use 2 to {FOLD_COUNT_MAX}, usually 5."
        )
    frame = frame.rename(columns=str)
    target = read_target(frame, spec, [])
    spec = replace(spec, positive=target.classes[1]) if len(target.classes) == 2 else spec
    used = frame.iloc[target.rows]
    if spec.group is None:
        bundles = bundle_copies(used, spec)
    elif spec.group not in frame.columns:
        raise TrainingInvalid(f"The table has no column '{spec.group}'.", field="group", remedy="Name one it has.")
    else:
        bundles = number_groups(used[spec.group])
    folds = deal_folds(target.values, bool(target.classes), bundles, fold_count, spec.seed)
    for number in range(fold_count):
        seen, held = np.flatnonzero(folds != number), np.flatnonzero(folds == number)

        def tell(share: float, words: str, done: int = number) -> None:
            if progress is not None:
                progress((done + share) / fold_count, f"fold {done + 1}: {words}")

        trained = train_model(frame.iloc[target.rows[seen]], spec, tell)
        judged = target.take(held)
        yield _measured(number, frame.iloc[judged.rows], judged, trained.model, trained.report, spec)


def _measured(number: int, frame: Any, target: Target, model: Any, report: Report, spec: TrainingSpec) -> FoldResult:
    answers = model.predict(frame)
    names = target.classes
    if spec.task == "classification":
        place = {name: index for index, name in enumerate(names)}
        probability = np.full((len(frame), len(names)), 1e-12)
        for index, name in enumerate(model.classes):
            probability[:, place[name]] = answers.probability[:, index]
        metrics = class_metrics(target.values, probability, seed=spec.seed)
        came = [names[int(code)] in one for code, one in zip(target.values, answers.sets, strict=True)]
        coverage = float(np.mean(came))
    else:
        metrics = number_metrics(target.values, answers.value, seed=spec.seed)
        coverage = float(np.mean((target.values >= answers.lower) & (target.values <= answers.upper)))
    return FoldResult(
        number=number,
        rows=target.rows.size,
        metrics={metric.name: metric.value for metric in metrics},
        baselines={one.name: {metric.name: metric.value for metric in one.metrics} for one in report.baselines},
        coverage=coverage,
        report=report,
    )


def mean_and_spread(values: list[float]) -> tuple[float, float]:
    """Return the mean and the standard deviation over folds."""
    array: Floats = np.asarray(values, dtype=np.float64)
    return float(array.mean()), float(array.std(ddof=1)) if array.size > 1 else 0.0
