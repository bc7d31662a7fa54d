"""From raw scores to what may be told: calibrated probabilities, sets of classes, and intervals of numbers.

Classes: two by `learning.calibration`, more by temperature and an offset per class. Sets by split conformal prediction on
1 - probability of the true class. Numbers: the standardised errors' quantiles times the size of error expected here
(locally weighted split conformal, Lei et al. 2018), each tail by itself so that skewed errors get skewed intervals.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.calibration import Calibrator, choose_calibrator
from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular.plain import decode_array, encode_array, invalid

PROBABILITY_MIN = 1e-6
SLOPE_BOUNDS = (1e-3, 20.0)
OFFSET_PENALTY = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class ClassCalibration:
    """Two classes: a calibrator of log-odds. More: a slope and an offset per class before the softmax."""

    calibrator: Calibrator | None
    slope: float
    offset: Floats

    def probabilities(self, raw: Floats) -> Floats:
        """Return probabilities over the classes, shape (n, k)."""
        if self.calibrator is not None:
            positive = self.calibrator.probability(raw[:, 0])
            return np.column_stack([1 - positive, positive])
        return softmax(self.slope * raw + self.offset)

    @property
    def method(self) -> str:
        """Return what it is called."""
        return "temperature" if self.calibrator is None else self.calibrator.method

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        if self.calibrator is not None:
            one = self.calibrator
            return {"method": one.method, "raw": list(one.raw), "calibrated": list(one.calibrated)}
        return {"method": "temperature", "slope": self.slope, "offset": encode_array(self.offset)}

    @classmethod
    def from_plain(cls, body: Any, *, heads: int) -> "ClassCalibration":
        """Read what `to_plain` wrote."""
        if body["method"] != "temperature":
            raw = tuple(float(value) for value in body["raw"])
            calibrated = tuple(float(value) for value in body["calibrated"])
            return cls(Calibrator(str(body["method"])[:40], raw, calibrated), 1.0, np.zeros(1))
        slope, offset = float(body["slope"]), decode_array(body["offset"], dimensions=1)
        if offset.shape != (heads,) or heads < 2 or not SLOPE_BOUNDS[0] <= slope <= SLOPE_BOUNDS[1]:
            raise invalid("its calibration is unsound")
        return cls(None, slope, offset)


@dataclass(frozen=True, slots=True)
class ClassSets:
    """Classes at least this probable cannot be ruled out; with too few rows to promise anything, none can."""

    coverage: float
    probability_from: float

    def holds(self, probabilities: Floats) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Return which classes each set holds, shape (n, k)."""
        return probabilities >= self.probability_from


@dataclass(frozen=True, slots=True)
class NumberIntervals:
    """Standardised errors between which `coverage` of cases lie; infinite ends are stored as the largest seen, widened."""

    coverage: float
    lower: float
    upper: float


def fit_classes(raw: Floats, labels: Floats, *, heads: int, seed: int) -> ClassCalibration:
    """Fit the calibration on scores of rows their model did not see."""
    if heads == 1:
        return ClassCalibration(choose_calibrator(raw[:, 0], labels, seed=seed)[0], 1.0, np.zeros(1))
    from scipy.optimize import minimize

    codes = labels.astype(np.int64)
    rows = np.arange(codes.size)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slope, offset = parameters[0], parameters[1:]
        probabilities = softmax(slope * raw + offset)
        error = probabilities.copy()
        error[rows, codes] -= 1
        value = -np.log(np.maximum(probabilities[rows, codes], PROBABILITY_MIN)).mean()
        gradient = np.r_[(error * raw).sum(axis=1).mean(), error.mean(axis=0) + 2 * OFFSET_PENALTY * offset]
        return float(value + OFFSET_PENALTY * (offset**2).sum()), gradient

    found = minimize(
        loss, np.r_[1.0, np.zeros(heads)], jac=True, method="L-BFGS-B", bounds=[SLOPE_BOUNDS, *[(-10, 10)] * heads]
    )
    return ClassCalibration(None, float(found.x[0]), np.asarray(found.x[1:], dtype=np.float64))


def fit_sets(probabilities: Floats, labels: Floats, *, coverage: float) -> ClassSets:
    """Return the threshold with the finite-sample quantile ceil((n + 1) coverage) / n."""
    own = np.sort(probabilities[np.arange(len(labels)), labels.astype(np.int64)])
    rank = math.ceil((own.size + 1) * coverage)
    return ClassSets(coverage, 0.0 if rank > own.size else float(own[own.size - rank]))


def fit_intervals(errors: Floats, *, coverage: float) -> NumberIntervals:
    """Return both tails' finite-sample quantiles of standardised errors (actual minus predicted)."""
    ordered = np.sort(errors)
    tail = math.floor((ordered.size + 1) * (1 - coverage) / 2)
    if tail < 1:
        widened = float(np.abs(ordered).max()) * 1.5
        return NumberIntervals(coverage, -widened, widened)
    return NumberIntervals(coverage, float(ordered[tail - 1]), float(ordered[ordered.size - tail]))


def softmax(scores: Floats) -> Floats:
    """Return probabilities of scores, kept off 0 and 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = np.maximum(powers / powers.sum(axis=1, keepdims=True), PROBABILITY_MIN)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float64)
