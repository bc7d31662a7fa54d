"""Calibrators: strictly rising maps from a model's raw log-odds to log-odds that mean what they say.

Every method is stored the same way, as knots of a piecewise linear function, so that a model artefact holds plain
numbers and serving needs one bisection. A minimum slope keeps order, so calibration never ties two different scores.
Fit on scores the model did not see (out of fold), never on its training scores.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from intendant.kit.errors import Invalid
from intendant.learning.evaluation import brier

Floats = NDArray[np.float64]

CALIBRATOR_METHODS = ("identity", "platt", "beta", "isotonic", "venn_abers")
KNOT_DISTANCE_MIN = 1e-9
LOG_ODDS_MAX = 12.0  # of a calibrated probability: six in a million
SLOPE_MIN = 1e-3  # of calibrated per raw log-odds: keeps the order of scores where the data are flat
LOG_ODDS_LIMIT = 12.0  # six parts in a million: nobody has the data for more certainty
KNOT_COUNT_MAX = 128
FLEXIBLE_COUNT_MIN = 2_000  # below this many scores, step-shaped methods fit noise and are not tried
FOLD_COUNT = 5
BIN_COUNT_MAX = 500
NEWTON_STEP_COUNT_MAX = 100


class CalibrationDataInvalid(Invalid):
    """Scores and outcomes from which no calibration can be learnt."""

    code = "calibration_data_invalid"


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A strictly rising piecewise linear map of log-odds; beyond the outer knots the outer slopes go on."""

    method: str
    raw: tuple[float, ...]
    calibrated: tuple[float, ...]

    def __post_init__(self) -> None:
        raw, calibrated = np.asarray(self.raw), np.asarray(self.calibrated)
        sound = (
            2 <= raw.size == calibrated.size <= KNOT_COUNT_MAX
            and bool(np.isfinite(raw).all())
            and bool(np.isfinite(calibrated).all())
            and bool((np.diff(raw) > 0).all())
            and bool((np.diff(calibrated) > 0).all())
        )
        if not sound:
            raise CalibrationDataInvalid(
                "A calibrator needs at least two finite, strictly rising knots.",
                field="calibrator",
                remedy="Fit it again.",
            )

    def log_odds(self, raw: ArrayLike) -> Floats:
        """Return calibrated log-odds, limited to `LOG_ODDS_LIMIT` either way."""
        scores = np.asarray(raw, dtype=np.float64)
        knots, values = np.asarray(self.raw), np.asarray(self.calibrated)
        segment = np.clip(np.searchsorted(knots, scores, side="right") - 1, 0, knots.size - 2)
        slopes = np.diff(values) / np.diff(knots)
        mapped = values[segment] + (scores - knots[segment]) * slopes[segment]
        return np.asarray(np.clip(mapped, -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT), dtype=np.float64)

    def probability(self, raw: ArrayLike) -> Floats:
        """Return calibrated probabilities of raw log-odds."""
        return _sigmoid(self.log_odds(raw))


@dataclass(frozen=True, slots=True)
class ProbabilityBand:
    """Venn-Abers bounds of the probability as knots over raw log-odds: wide where the data say little."""

    raw: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def __post_init__(self) -> None:
        raw, lower, upper = np.asarray(self.raw), np.asarray(self.lower), np.asarray(self.upper)
        sound = (
            1 <= raw.size == lower.size == upper.size <= KNOT_COUNT_MAX
            and bool(np.isfinite(raw).all())
            and bool((np.diff(raw) > 0).all())
            and bool(((lower >= 0) & (lower <= upper) & (upper <= 1)).all())
        )
        if not sound:
            raise CalibrationDataInvalid(
                "A probability band needs rising knots and bounds in order.", field="band", remedy="Fit it again."
            )

    def bounds(self, raw: ArrayLike) -> tuple[Floats, Floats]:
        """Return lower and upper probability of raw log-odds."""
        scores = np.asarray(raw, dtype=np.float64)
        return np.interp(scores, self.raw, self.lower), np.interp(scores, self.raw, self.upper)

    def bounds_of(self, raw: float) -> tuple[float, float]:
        """Return lower and upper probability of one raw log-odds, without numpy (for the request path)."""
        knots = self.raw
        position = bisect_right(knots, raw)
        if position == 0:
            return self.lower[0], self.upper[0]
        if position == len(knots):
            return self.lower[-1], self.upper[-1]
        share = (raw - knots[position - 1]) / (knots[position] - knots[position - 1])
        low, high = self.lower[position - 1], self.upper[position - 1]
        return low + share * (self.lower[position] - low), high + share * (self.upper[position] - high)


@dataclass(frozen=True, slots=True)
class CalibrationTrial:
    """What a method reached on scores its own fit did not see."""

    method: str
    brier: float


def choose_calibrator(raw: ArrayLike, outcome: ArrayLike, *, seed: int) -> tuple[Calibrator, list[CalibrationTrial]]:
    """Return the calibrator whose cross-validated Brier score is lowest, fitted on everything, and all trials.

    A more flexible method must win by more than one part in two thousand; otherwise the simpler one is kept.
    """
    scores, labels = _pair(raw, outcome)
    methods = CALIBRATOR_METHODS if scores.size >= FLEXIBLE_COUNT_MIN else ("identity", "platt")
    folds = _folds(labels, seed)
    trials = []
    for method in methods:
        held_out = np.empty(scores.size)
        for fold in range(FOLD_COUNT):
            test = folds == fold
            if test.any():
                held_out[test] = fit_calibrator(scores[~test], labels[~test], method).probability(scores[test])
        trials.append(CalibrationTrial(method, brier(labels, held_out)))
    chosen = trials[0]
    for trial in trials[1:]:
        if trial.brier < chosen.brier * (1 - 1 / 2000):
            chosen = trial
    return fit_calibrator(scores, labels, chosen.method), trials


def fit_calibrator(raw: ArrayLike, outcome: ArrayLike, method: str) -> Calibrator:
    """Fit one calibration method on held-out raw log-odds and outcomes (1 or 0)."""
    scores, labels = _pair(raw, outcome)
    low, high = float(scores.min()), float(scores.max())
    if method == "identity" or high - low < 1e-9 or np.unique(labels).size < 2:
        return Calibrator("identity", (-1.0, 1.0), (-1.0, 1.0))
    if method == "platt":
        slope, intercept = _logistic(scores[:, None], labels)
        steepness = min(max(float(slope[0]), SLOPE_MIN), LOG_ODDS_MAX)
        intercept = min(max(float(intercept), -LOG_ODDS_MAX), LOG_ODDS_MAX)
        return Calibrator("platt", (-1.0, 1.0), (intercept - steepness, intercept + steepness))
    knots = _knots(scores)
    if method == "beta":
        return _rising("beta", knots, _beta_log_odds(scores, labels, knots))
    centres, hits, counts = _binned(scores, labels)
    if method == "isotonic":
        # Half a success and half a failure per block keep probabilities off 0 and 1.
        fitted = _pooled((hits + 0.0) / counts, counts)
        blocks = np.flatnonzero(np.r_[True, np.diff(fitted) > 1e-12])
        sizes = np.add.reduceat(counts, blocks)
        smoothed = (np.add.reduceat(hits, blocks) + 0.5) / (sizes + 1)
        middles = np.add.reduceat(centres * counts, blocks) / sizes
        return _rising("isotonic", middles, _logit(smoothed))
    if method == "venn_abers":
        band = fit_band(scores, labels)
        lower, upper = np.asarray(band.lower), np.asarray(band.upper)
        return _rising("venn_abers", np.asarray(band.raw), _logit(upper / (1 - lower + upper)))
    raise CalibrationDataInvalid(
        f"There is no calibration method '{method}'.",
        field="method",
        remedy=f"Use one of {', '.join(CALIBRATOR_METHODS)}.",
    )


def fit_band(raw: ArrayLike, outcome: ArrayLike) -> ProbabilityBand:
    """Return Venn-Abers bounds (Vovk, Petej 2014) on a grid of scores.

    At each grid score the isotonic fit is made twice, with a row of that score added as defaulted and as repaid. Scores
    are first gathered into at most `BIN_COUNT_MAX` bins, which keeps the fit quick and changes bounds by less than a bin.
    """
    scores, labels = _pair(raw, outcome)
    centres, hits, counts = _binned(scores, labels)
    grid = _knots(scores)
    lower, upper = np.empty(grid.size), np.empty(grid.size)
    for index, score in enumerate(grid):
        position = int(np.searchsorted(centres, score))
        counted = np.insert(counts, position, 1.0)
        for added, bound in ((0.0, lower), (1.0, upper)):
            rates = np.insert(hits, position, added) / counted
            bound[index] = _pooled(rates, counted)[position]
    lower = np.maximum.accumulate(lower)
    upper = np.maximum(np.maximum.accumulate(upper), lower)
    return ProbabilityBand(tuple(grid.tolist()), tuple(lower.tolist()), tuple(np.minimum(upper, 1.0).tolist()))


def _pair(raw: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    scores = np.asarray(raw, dtype=np.float64).ravel()
    labels = np.asarray(outcome, dtype=np.float64).ravel()
    if scores.size == 0 or scores.size != labels.size or not np.isfinite(scores).all():
        raise CalibrationDataInvalid(
            "Calibration needs finite scores, one per outcome.", field="calibration", remedy="Give more outcomes."
        )
    return scores, labels


def _folds(labels: Floats, seed: int) -> NDArray[np.int64]:
    """Deal rows into folds, each outcome evenly."""
    generator = np.random.default_rng(seed)
    folds = np.empty(labels.size, dtype=np.int64)
    for label in (0.0, 1.0):
        rows = np.flatnonzero(labels == label)
        folds[generator.permutation(rows)] = np.arange(rows.size) % FOLD_COUNT
    return folds


def _knots(scores: Floats) -> Floats:
    knots = np.unique(np.quantile(scores, np.linspace(0, 1, KNOT_COUNT_MAX // 2)))
    # Quantiles between equal scores differ by rounding alone.
    return knots[np.r_[True, np.diff(knots) > KNOT_DISTANCE_MIN * (1.0 + np.abs(knots[1:]))]]


def _binned(scores: Floats, labels: Floats) -> tuple[Floats, Floats, Floats]:
    """Return bin centres, hits and counts; equal scores share a bin."""
    order = np.argsort(scores, kind="stable")
    ordered, seen = scores[order], labels[order]
    new_value = np.r_[True, ordered[1:] != ordered[:-1]]
    if int(new_value.sum()) > BIN_COUNT_MAX:
        wanted = np.linspace(0, ordered.size, BIN_COUNT_MAX, endpoint=False).astype(int)
        starts = np.unique(np.searchsorted(ordered, ordered[wanted], side="left"))
    else:
        starts = np.flatnonzero(new_value)
    counts = np.diff(np.r_[starts, ordered.size]).astype(np.float64)
    return np.add.reduceat(ordered, starts) / counts, np.add.reduceat(seen, starts), counts


def _pooled(rates: Floats, weights: Floats) -> Floats:
    """Return the isotonic regression (pool adjacent violators)."""
    from scipy.optimize import isotonic_regression

    return np.asarray(isotonic_regression(rates, weights=weights).x, dtype=np.float64)


def _rising(method: str, knots: Floats, values: Floats) -> Calibrator:
    """Build a calibrator from values that do not fall, lifting flat parts to the minimum slope."""
    if knots.size < 2:
        return Calibrator("identity", (-1.0, 1.0), (-1.0, 1.0))
    if knots.size > KNOT_COUNT_MAX:
        kept = np.unique(np.linspace(0, knots.size - 1, KNOT_COUNT_MAX).round().astype(int))
        knots, values = knots[kept], values[kept]
    # Where a few cases are parted without an error the fit runs off; no data speak for odds beyond these, and beyond them the order
    # of probabilities is lost in rounding.
    values = np.clip(np.nan_to_num(values), -LOG_ODDS_MAX, LOG_ODDS_MAX)
    steps = np.maximum(np.diff(values), SLOPE_MIN * np.diff(knots))
    lifted = np.r_[values[0], values[0] + np.cumsum(steps)]
    return Calibrator(method, tuple(knots.tolist()), tuple(lifted.tolist()))


def _beta_log_odds(scores: Floats, labels: Floats, knots: Floats) -> Floats:
    """Return beta calibration (Kull, Silva Filho, Flach 2017): logistic in log p and -log(1 - p), both rising."""

    def terms(values: Floats) -> Floats:
        return np.column_stack([-np.logaddexp(0, -values), np.logaddexp(0, values)])

    inputs = terms(scores)
    slopes, intercept = _logistic(inputs, labels)
    if slopes.min() < 0:  # a falling term would break the order: keep the other alone
        kept = int(np.argmax(slopes))
        single, intercept = _logistic(inputs[:, [kept]], labels)
        slopes = np.zeros(2)
        slopes[kept] = max(float(single[0]), SLOPE_MIN)
    return np.asarray(terms(knots) @ slopes + intercept, dtype=np.float64)


def _logistic(inputs: Floats, labels: Floats) -> tuple[Floats, float]:
    """Fit a logistic regression by Newton's method with Platt's softened targets and a whiff of ridge."""
    positives = labels.sum()
    negatives = labels.size - positives
    targets = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.column_stack([inputs, np.ones(labels.size)])
    ridge = np.diag([1e-6] * inputs.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    weights[-1] = math.log((positives + 1) / (negatives + 1))
    loss = np.inf
    for _ in range(NEWTON_STEP_COUNT_MAX):
        fitted = _sigmoid(design @ weights)
        gradient = design.T @ (fitted - targets) + ridge @ weights
        hessian = (design * (fitted * (1 - fitted))[:, None]).T @ design + ridge + 1e-9 * np.eye(weights.size)
        step = np.linalg.solve(hessian, gradient)
        scale = 1.0
        while scale > 1e-4:
            candidate = weights - scale * step
            value = float(np.sum(np.logaddexp(0, design @ candidate) - targets * (design @ candidate)))
            if value <= loss + 1e-12:
                break
            scale /= 2
        converged = loss - value < 1e-10 * max(1.0, abs(value))
        weights, loss = candidate, value
        if converged:
            break
    return weights[:-1], float(weights[-1])


def _sigmoid(values: Any) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -700, 700))), dtype=np.float64)


def _logit(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, 1 / (1 + math.exp(LOG_ODDS_LIMIT)), 1 / (1 + math.exp(-LOG_ODDS_LIMIT)))
    return np.asarray(np.log(clipped) - np.log1p(-clipped), dtype=np.float64)
