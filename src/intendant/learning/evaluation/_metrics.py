"""Discrimination, accuracy and calibration of predicted probabilities.

Throughout, `probability` is the predicted probability of outcome 1 and `outcome` is 1 or 0, both of shape (n,).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intendant.kit.errors import Invalid

PROBABILITY_FLOOR = 1e-12  # keeps the logarithm finite when a model is certain and wrong

Floats = NDArray[np.float64]


class EvaluationInputInvalid(Invalid):
    """Predictions and outcomes that cannot be compared."""

    code = "evaluation_input_invalid"


@dataclass(frozen=True, slots=True)
class AucInterval:
    """Area under the ROC curve with its confidence interval; all NaN when only one outcome is present."""

    auc: float
    lower: float
    upper: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class PairedAuc:
    """Difference of two areas measured on the same rows, first minus second, with its confidence interval."""

    difference: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """What was promised and what came in one bin of predictions; `lower` and `upper` bound the observed rate."""

    count: int
    probability_min: float
    probability_max: float
    mean_predicted: float
    observed: float
    lower: float
    upper: float


def auc(outcome: ArrayLike, score: ArrayLike) -> float:
    """Return the area under the ROC curve, ties counted half; NaN when only one outcome is present."""
    labels, scores = _pair(outcome, score)
    positive = labels == 1
    positives = int(positive.sum())
    negatives = labels.size - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    ranks = _midranks(scores)
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def auc_interval(outcome: ArrayLike, score: ArrayLike, *, confidence: float = 0.95) -> AucInterval:
    """Return the area with DeLong's confidence interval (DeLong 1988, fast form of Sun and Xu 2014)."""
    labels, scores = _pair(outcome, score)
    if np.unique(labels).size < 2:
        return AucInterval(float("nan"), float("nan"), float("nan"), float("nan"))
    area, components = _delong_components(labels, scores)
    error = _standard_error(*components)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error
    return AucInterval(area, max(0.0, area - reach), min(1.0, area + reach), error)


def auc_difference(outcome: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> PairedAuc:
    """Return how much larger the area of `first` is than that of `second` on the same rows (paired DeLong)."""
    labels, first_scores = _pair(outcome, first)
    _, second_scores = _pair(outcome, second)
    if np.unique(labels).size < 2:
        return PairedAuc(float("nan"), float("nan"), float("nan"))
    first_area, first_parts = _delong_components(labels, first_scores)
    second_area, second_parts = _delong_components(labels, second_scores)
    difference = first_area - second_area
    error = _standard_error(first_parts[0] - second_parts[0], first_parts[1] - second_parts[1])
    reach = NormalDist().inv_cdf(0.5 + confidence / 2) * error
    return PairedAuc(difference, difference - reach, difference + reach)


def brier(outcome: ArrayLike, probability: ArrayLike) -> float:
    """Return the mean squared difference between probability and outcome; 0 is perfect."""
    labels, probabilities = _pair(outcome, probability)
    return float(np.mean((probabilities - labels) ** 2))


def log_loss(outcome: ArrayLike, probability: ArrayLike) -> float:
    """Return the mean negative log-likelihood in nats, certainty clipped at `PROBABILITY_FLOOR`."""
    labels, probabilities = _pair(outcome, probability)
    clipped = np.clip(probabilities, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
    return float(-np.mean(labels * np.log(clipped) + (1 - labels) * np.log1p(-clipped)))


def calibration_table(probability: ArrayLike, outcome: ArrayLike, *, bins: int = 10) -> list[CalibrationBin]:
    """Return promised against observed rates in at most `bins` bins of about equal size, lowest predictions first.

    Rows with equal predictions always share a bin, so there may be fewer bins than asked for.
    """
    labels, probabilities = _pair(outcome, probability)
    order = np.argsort(probabilities, kind="stable")
    sorted_probabilities, sorted_labels = probabilities[order], labels[order]
    ends = {
        int(np.searchsorted(sorted_probabilities, sorted_probabilities[edge - 1], side="right"))
        for edge in np.linspace(0, labels.size, max(1, bins) + 1).round().astype(int)[1:]
        if edge > 0
    }
    table: list[CalibrationBin] = []
    start = 0
    for end in sorted(ends):
        part, seen = sorted_probabilities[start:end], sorted_labels[start:end]
        lower, upper = wilson_interval(int(seen.sum()), seen.size)
        table.append(
            CalibrationBin(
                count=int(seen.size),
                probability_min=float(part[0]),
                probability_max=float(part[-1]),
                mean_predicted=float(part.mean()),
                observed=float(seen.mean()),
                lower=lower,
                upper=upper,
            )
        )
        start = end
    return table


def calibration_error(probability: ArrayLike, outcome: ArrayLike, *, bins: int = 10) -> float:
    """Return the expected calibration error: the mean gap between promised and observed, weighted by bin size."""
    table = calibration_table(probability, outcome, bins=bins)
    total = sum(row.count for row in table)
    return float(sum(row.count * abs(row.mean_predicted - row.observed) for row in table) / total)


def wilson_interval(successes: int, count: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval for a rate; (0, 1) when nothing was counted."""
    if count == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    rate = successes / count
    centre = (rate + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * np.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return float(max(0.0, centre - reach)), float(min(1.0, centre + reach))


def _pair(outcome: ArrayLike, value: ArrayLike) -> tuple[Floats, Floats]:
    labels = np.asarray(outcome, dtype=np.float64).ravel()
    values = np.asarray(value, dtype=np.float64).ravel()
    if labels.size == 0:
        raise EvaluationInputInvalid("There are no outcomes to evaluate.", field="outcome", remedy="Give at least one.")
    if labels.size != values.size:
        raise EvaluationInputInvalid(
            f"There are {labels.size} outcomes but {values.size} predictions.",
            field="outcome",
            remedy="Give one prediction per outcome.",
        )
    if not np.isin(labels, (0.0, 1.0)).all():
        raise EvaluationInputInvalid("Outcomes must be 0 or 1.", field="outcome", remedy="Map good to 1 and bad to 0.")
    if not np.isfinite(values).all():
        raise EvaluationInputInvalid("A prediction is not a finite number.", field="prediction", remedy="Remove it.")
    return labels, values


def _midranks(values: Floats) -> Floats:
    """Return ranks from 1, equal values sharing the middle of their ranks."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    counts = np.diff(np.r_[starts, ordered.size])
    ranks = np.empty(values.size, dtype=np.float64)
    ranks[order] = np.repeat(starts + (counts + 1) / 2, counts)
    return ranks


def _delong_components(labels: Floats, scores: Floats) -> tuple[float, tuple[Floats, Floats]]:
    positive = labels == 1
    positives, negatives = int(positive.sum()), int((~positive).sum())
    ranks = _midranks(scores)
    by_positive = (ranks[positive] - _midranks(scores[positive])) / negatives
    by_negative = 1 - (ranks[~positive] - _midranks(scores[~positive])) / positives
    return float(by_positive.mean()), (by_positive, by_negative)


def _standard_error(by_positive: Floats, by_negative: Floats) -> float:
    """Return the standard error of the area; a single row on a side tells nothing of its spread and counts as 0.25."""
    variance = 0.0
    for component in (by_positive, by_negative):
        variance += float(component.var(ddof=1)) / component.size if component.size > 1 else 0.25
    return float(np.sqrt(variance))
