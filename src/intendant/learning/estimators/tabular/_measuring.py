"""What the held-out rows say of a model: figures, curves, groups, importance and the verdict, as a report."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import (
    CalibrationPoint,
    FeatureUse,
    Floats,
    Measured,
    Metric,
    Predictions,
    Report,
)
from intendant.learning.estimators.tabular._baselines import Baseline, baselines
from intendant.learning.estimators.tabular._curves import class_details, number_details, threshold_advice
from intendant.learning.estimators.tabular._fitting import Scored
from intendant.learning.estimators.tabular._groups import group_figures
from intendant.learning.estimators.tabular._metrics import class_metrics, number_metrics
from intendant.learning.estimators.tabular._model import ClassAnswers, TabularModel
from intendant.learning.estimators.tabular._prepared import Prepared
from intendant.learning.estimators.tabular._verdict import Evidence, Losses, judge
from intendant.learning.evaluation import calibration_table

IMPORTANCE_ROW_COUNT_MAX = 400
HEAVY_TAIL = 5.0  # root mean square error over mean absolute error of the median: above, the absolute error leads
PACKAGES = ("interpret-core", "numpy", "pandas", "scikit-learn", "xgboost-cpu")


def package_versions() -> dict[str, str]:
    """Return the versions of what fits and predicts."""
    return {name: version(name) for name in PACKAGES}


def report_of(
    prepared: Prepared,
    model: TabularModel,
    scored: Scored,
    predictions: Predictions,
    compared: Sequence[Measured],
    *,
    refitted: bool,
) -> Report:
    """Return the report of a model that was fitted on development rows; `predictions` are those of validation rows.

    `seconds` stays 0 until the caller, who holds the clock, fills it in.
    """
    held = prepared.split.validation
    actual = prepared.target.values[held]
    seed = prepared.problem.seed
    found = baselines(
        prepared.matrix,
        prepared.fitted,
        len(prepared.target.classes),
        prepared.split.development,
        held,
        prepared.problem,
    )
    answers = _answers(prepared, predictions)
    measured = Measured(model.algorithm, measure(prepared, actual, answers, seed))
    told = [(one, _told(prepared, one)) for one in found]
    coverage = float(covered(prepared, predictions, actual).mean())
    points, gaps, chance = _calibration(prepared, answers, actual)
    error = next((metric.value for metric in measured.metrics if metric.name == "calibration_error"), None)
    primary = primary_of(prepared)
    validated, sentences = judge(
        Evidence(
            model=Losses(model.algorithm, losses(prepared, actual, answers)),
            baselines=tuple(Losses(one.name, losses(prepared, actual, values), one.is_plain) for one, values in told),
            measured=measured,
            class_counts=tuple(np.bincount(actual.astype(np.int64), minlength=len(prepared.target.classes)).tolist())
            if prepared.is_class
            else (),
            calibration_gaps=gaps,
            calibration_error=error,
            calibration_chance=chance,
            coverage_wanted=prepared.spec.coverage,
            coverage_measured=coverage,
            duplicate_share=prepared.duplicate_share,
            leaks=prepared.chosen.leaks,
        )
    )
    return Report(
        task=prepared.spec.task,
        algorithm=model.algorithm,
        primary=primary,
        split=prepared.split.kind,
        rows_read=prepared.rows_read,
        rows_used=prepared.target.rows.size,
        rows_validation=held.size,
        model=measured,
        baselines=tuple(Measured(one.name, measure(prepared, actual, values, seed)) for one, values in told),
        compared=tuple(compared),
        features=_features(prepared, model),
        calibration=points,
        coverage_wanted=prepared.spec.coverage,
        coverage_measured=coverage,
        groups=group_figures(prepared, predictions, actual),
        leakage=prepared.chosen.leaks,
        notices=prepared.notices,
        validated=validated,
        verdict=sentences,
        data_digest=prepared.digest,
        seed=seed,
        effort=prepared.spec.effort,
        versions=package_versions(),
        seconds=0.0,
        details={**_details(prepared, model, scored, answers, actual), "refitted_on_all_rows": refitted},
    )


def measure(prepared: Prepared, actual: Floats, answers: Floats, seed: int) -> tuple[Metric, ...]:
    """Return the figures of answers: probabilities (n, k) or numbers (n,)."""
    if prepared.is_class:
        return class_metrics(actual, answers, seed=seed)
    return number_metrics(actual, answers, seed=seed)


def primary_of(prepared: Prepared) -> str:
    """Return the metric by which versions are compared."""
    if prepared.is_class:
        return "auc" if len(prepared.target.classes) == 2 else "log_loss"
    values = prepared.target.values
    distance = values - np.median(values)
    heavy = float(np.sqrt((distance**2).mean())) > HEAVY_TAIL * float(np.abs(distance).mean())
    return "mae" if heavy else "rmse"


def losses(prepared: Prepared, actual: Floats, answers: Floats) -> Floats:
    """Return each row's loss: of classes the negative log-likelihood, of numbers the error squared, or bare where tails are heavy."""
    if prepared.is_class:
        return np.asarray(-np.log(np.clip(answers[np.arange(actual.size), actual.astype(np.int64)], 1e-12, 1.0)))
    errors = np.abs(actual - answers) / prepared.scale
    return errors if primary_of(prepared) == "mae" else errors**2


def covered(prepared: Prepared, predictions: Predictions, actual: Floats) -> Floats:
    """Return 1 where the set or interval holds what came."""
    if predictions.sets is not None:
        names = prepared.target.classes
        return np.array(
            [names[int(code)] in one for code, one in zip(actual, predictions.sets, strict=True)], dtype=np.float64
        )
    assert predictions.lower is not None and predictions.upper is not None  # noqa: S101, PT018 - numbers have both
    return ((actual >= predictions.lower) & (actual <= predictions.upper)).astype(np.float64)


def _answers(prepared: Prepared, predictions: Predictions) -> Floats:
    found = predictions.probability if prepared.is_class else predictions.value
    assert found is not None  # noqa: S101 - each task has its own
    return found


def _told(prepared: Prepared, baseline: Baseline) -> Floats:
    return baseline.answers if prepared.is_class else prepared.centre + prepared.scale * baseline.answers


def _calibration(
    prepared: Prepared, answers: Floats, actual: Floats
) -> tuple[tuple[CalibrationPoint, ...], Floats, float]:
    """Return promised against observed: of the positive class, of the class named, or of numbers in bands.

    With it the gaps in standard errors, and the mean gap that chance alone would make (both only for classes).
    """
    if not prepared.is_class:
        order = np.argsort(answers, kind="stable")
        parts = [part for part in np.array_split(order, 10) if part.size]
        points = [CalibrationPoint(float(answers[p].mean()), float(actual[p].mean()), int(p.size)) for p in parts]
        return tuple(points), np.empty(0), 0.0
    if answers.shape[1] == 2:
        promised, came = answers[:, 1], actual
    else:
        promised, came = answers.max(axis=1), (answers.argmax(axis=1) == actual).astype(np.float64)
    table = calibration_table(promised, came, bins=10)
    rates = np.array([row.mean_predicted for row in table])
    counts = np.array([row.count for row in table])
    errors = np.sqrt(np.maximum(rates * (1 - rates), 1e-4) / counts)
    gaps = (rates - np.array([row.observed for row in table])) / errors
    chance = float((errors * counts).sum() / counts.sum() * np.sqrt(2 / np.pi))
    points = [CalibrationPoint(row.mean_predicted, row.observed, row.count) for row in table]
    return tuple(points), gaps, chance


def _features(prepared: Prepared, model: TabularModel) -> tuple[FeatureUse, ...]:
    held = prepared.split.validation
    rows = held[np.linspace(0, held.size - 1, min(held.size, IMPORTANCE_ROW_COUNT_MAX)).astype(np.int64)]
    matrix = prepared.matrix[rows]
    heads = np.zeros(rows.size, dtype=np.int64)
    if prepared.problem.heads > 1:
        heads = model.core.raw(matrix).argmax(axis=1)
    parts = model.core.contributions(matrix, heads)
    sizes = np.abs(parts - parts.mean(axis=0)).mean(axis=0)
    total = float(sizes.sum()) or 1.0
    uses = [
        FeatureUse(column.name, column.type, float(size / total))
        for column, size in zip(prepared.problem.columns, sizes, strict=True)
    ]
    return tuple(sorted(uses, key=lambda use: (-use.importance, use.name)))


def _details(
    prepared: Prepared, model: TabularModel, scored: Scored, answers: Floats, actual: Floats
) -> Mapping[str, Any]:
    if not prepared.is_class:
        return number_details(actual, answers)
    details = class_details(actual, answers, prepared.target.classes)
    assert isinstance(model.answers, ClassAnswers)  # noqa: S101 - classes have class answers
    details["calibration_method"] = model.answers.calibration.method
    if len(prepared.target.classes) == 2:
        earlier = model.answers.calibration.probabilities(scored.raw)[:, 1]
        details["threshold"] = threshold_advice(
            prepared.target.values[scored.rows], earlier, actual, answers[:, 1], prepared.target.classes[1]
        )
    return details
