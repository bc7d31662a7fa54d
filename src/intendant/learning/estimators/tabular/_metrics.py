"""Figures of a model on rows it never saw, each with a 95 % interval where one can be given."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats, Metric
from intendant.learning.evaluation import auc, auc_interval, calibration_error, wilson_interval

Z = 1.959964
RESAMPLE_COUNT = 100
RESAMPLED_ROW_COUNT_MAX = 4_000
FLOOR = 1e-12


def class_metrics(labels: Floats, probability: Floats, *, seed: int) -> tuple[Metric, ...]:
    """Return the figures of classes; `probability` (n, k), the last of two classes being the positive."""
    codes = labels.astype(np.int64)
    count = probability.shape[1]
    own = np.clip(probability[np.arange(codes.size), codes], FLOOR, 1.0)
    chosen = probability.argmax(axis=1)
    truth = np.eye(count)[codes]
    losses, squares = -np.log(own), ((probability - truth) ** 2).sum(axis=1) / (2 if count == 2 else 1)
    metrics = [
        _mean("accuracy", (chosen == codes).astype(np.float64)),
        _mean("log_loss", losses, higher=False),
        _mean("brier", squares, higher=False),
    ]
    if count == 2:
        positive = probability[:, 1]
        area = auc_interval(codes, positive)
        hits, told, real = int((chosen & codes).sum()), int(chosen.sum()), int(codes.sum())
        rows = _resampled(codes.size, seed)
        metrics = [
            Metric("auc", area.auc, area.lower, area.upper),
            _resampling("average_precision", lambda at: average_precision(codes[at], positive[at]), codes.size, rows),
            *metrics,
            _rate("precision", hits, told),
            _rate("recall", hits, real),
            _resampling("f1", lambda at: f1_of(codes[at], chosen[at]), codes.size, rows),
            _resampling(
                "calibration_error",
                lambda at: calibration_error(positive[at], codes[at]),
                codes.size,
                rows,
                higher=False,
            ),
        ]
    else:
        areas = [
            auc(codes == code, probability[:, code]) for code in range(count) if 0 < (codes == code).sum() < codes.size
        ]
        recalls = [float((chosen[codes == code] == code).mean()) for code in range(count) if (codes == code).any()]
        precisions = [float((codes[chosen == code] == code).mean()) for code in range(count) if (chosen == code).any()]
        rows = _resampled(codes.size, seed)

        def error(at: Any) -> float:
            return calibration_error(probability[at].max(axis=1), (chosen[at] == codes[at]).astype(float))

        metrics += [
            Metric("auc", float(np.mean(areas)) if areas else float("nan")),
            Metric("precision", float(np.mean(precisions)) if precisions else 0.0),
            Metric("recall", float(np.mean(recalls)) if recalls else 0.0),
            _resampling("f1", lambda at: macro_f1(codes[at], chosen[at], count), codes.size, rows),
            _resampling("calibration_error", error, codes.size, rows, higher=False),
        ]
    return tuple(metric for metric in metrics if np.isfinite(metric.value))


def number_metrics(actual: Floats, predicted: Floats, *, seed: int) -> tuple[Metric, ...]:
    """Return the figures of numbers; the share of error only where no actual number is near zero."""
    errors = actual - predicted
    square = _mean("mse", errors**2, higher=False)
    rows = _resampled(actual.size, seed)
    metrics = [
        _mean("mae", np.abs(errors), higher=False),
        Metric("rmse", math.sqrt(square.value), math.sqrt(square.lower or 0), math.sqrt(square.upper or 0), False),
        _resampling("r2", lambda at: r_squared(actual[at], predicted[at]), actual.size, rows),
    ]
    sizes = np.abs(actual)
    if sizes.min() > 0.01 * float(np.median(sizes)) > 0:
        metrics.append(_mean("mape", np.abs(errors) / sizes, higher=False))
    return tuple(metric for metric in metrics if np.isfinite(metric.value))


def average_precision(labels: Any, score: Floats) -> float:
    """Return the mean precision over the recalled, equal scores together."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(labels[order])
    last = np.r_[score[order][1:] != score[order][:-1], True]
    precision = hits[last] / (np.flatnonzero(last) + 1)
    gained = np.diff(np.r_[0, hits[last]])
    return float((precision * gained).sum() / max(hits[-1], 1))


def f1_of(labels: Any, chosen: Any) -> float:
    """Return the harmonic mean of precision and recall of class 1."""
    both = int((labels & chosen).sum())
    return 2 * both / max(int(labels.sum() + chosen.sum()), 1)


def macro_f1(labels: Any, chosen: Any, count: int) -> float:
    """Return the mean F1 over the classes that occur."""
    return float(
        np.mean([f1_of((labels == code) * 1, (chosen == code) * 1) for code in range(count) if (labels == code).any()])
    )


def r_squared(actual: Floats, predicted: Floats) -> float:
    """Return the share of variance that is told."""
    total = float(((actual - actual.mean()) ** 2).sum())
    return 1 - float(((actual - predicted) ** 2).sum()) / total if total > 0 else 0.0


def better_by(worse: Floats, better: Floats) -> float:
    """Return how many standard errors lie between two columns of losses on the same rows."""
    difference = worse - better
    error = float(difference.std(ddof=1)) / np.sqrt(difference.size) if difference.size > 1 else np.inf
    return float(difference.mean() / error) if error > 0 else (np.inf if difference.mean() > 0 else 0.0)


def _mean(name: str, values: Floats, *, higher: bool = True) -> Metric:
    middle = float(values.mean())
    reach = Z * float(values.std(ddof=1)) / math.sqrt(values.size) if values.size > 1 else math.inf
    if name == "accuracy":
        return Metric(name, middle, *wilson_interval(int(values.sum()), values.size), higher)
    return Metric(name, middle, max(0.0, middle - reach), middle + reach, higher)


def _rate(name: str, hits: int, count: int) -> Metric:
    return Metric(name, hits / count if count else 0.0, *wilson_interval(hits, count))


def _resampled(count: int, seed: int) -> Any:
    size = min(count, RESAMPLED_ROW_COUNT_MAX)
    return np.random.default_rng(seed).integers(0, count, (RESAMPLE_COUNT, size))


def _resampling(name: str, measure: Callable[[Any], float], count: int, rows: Any, *, higher: bool = True) -> Metric:
    """Return a figure with its bootstrap interval, narrowed where resamples are smaller than the rows."""
    value = float(measure(np.arange(count)))
    spread = float(np.std([measure(at) for at in rows])) * math.sqrt(rows.shape[1] / count)
    upper = min(1.0, value + Z * spread)
    return Metric(name, value, max(0.0, value - Z * spread) if name != "r2" else value - Z * spread, upper, higher)
