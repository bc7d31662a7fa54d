"""Linear and logistic regression: fitted by scikit-learn, stored and served as plain numbers."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._problem import Core, Problem
from intendant.learning.estimators.tabular.plain import decode_array, encode_array, invalid

QUANTILE_CLIP = (0.005, 0.995)
SKEW_MAX = 2.0  # above, a number is taken by the logarithm of its size
STRENGTHS = (0.01, 0.1, 1.0, 10.0)
FOLD_COUNT = 4
CHOOSING_ROW_COUNT_MAX = 10_000
FITTING_ROW_COUNT_MAX = 200_000
STEP_COUNT_MAX = 300
NEWTON_WEIGHT_COUNT_MAX = 600  # the square of so many weights is still small


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """How one feature enters: a category by one weight each (the last for missing), a number by two (itself, missing).

    A number is clipped to `low` and `high`, taken by its logarithm where `bend` is above 0, and standardised.
    """

    levels: int
    middle: float
    low: float
    high: float
    bend: float
    centre: float
    scale: float

    def design(self, values: Floats) -> Floats:
        """Return the feature's columns of the design matrix."""
        if self.levels:
            codes = np.where(np.isnan(values), self.levels, values).astype(np.int64)
            return np.asarray(np.eye(self.levels + 1)[np.minimum(codes, self.levels)], dtype=np.float64)
        missing = np.isnan(values)
        clipped = self.bent(np.clip(np.where(missing, self.middle, values), self.low, self.high))
        return np.column_stack([(clipped - self.centre) / self.scale, missing.astype(np.float64)])

    def bent(self, values: Floats) -> Floats:
        """Return signed logarithms where the feature is skewed, else the values."""
        if self.bend <= 0:
            return values
        return np.asarray(np.sign(values) * np.log1p(np.abs(values) / self.bend), dtype=np.float64)


class Linear:
    """Weights over a design, with an intercept per head; contributions are measured from each feature's mean."""

    def __init__(self, parts: tuple[Part, ...], weights: Floats, intercept: Floats, means: Floats):
        """Take the numbers; `weights` (heads, design), `means` (design,) of the training rows."""
        self._parts = parts
        self._weights = weights
        self._intercept = intercept
        self._means = means
        widths = [part.levels + 1 if part.levels else 2 for part in parts]
        self._ends = np.cumsum(widths)
        if weights.shape != (intercept.size, int(self._ends[-1])) or means.shape != (int(self._ends[-1]),):
            raise invalid("its weights do not fit its features")

    def raw(self, matrix: Floats) -> Floats:
        """Return scores, shape (n, heads)."""
        total = np.tile(self._intercept, (len(matrix), 1))
        for index, (part, start, end) in enumerate(self._spans()):
            weights = self._weights[:, start:end]
            if part.levels:
                codes = np.where(np.isnan(matrix[:, index]), part.levels, matrix[:, index]).astype(np.int64)
                total += weights.T[np.minimum(codes, part.levels)]
            else:
                total += part.design(matrix[:, index]) @ weights.T
        return total

    def contributions(self, matrix: Floats, heads: Any) -> Floats:
        """Return weight times distance from the mean, summed over each feature's columns."""
        parts = np.empty((len(matrix), len(self._parts)))
        for index, (part, start, end) in enumerate(self._spans()):
            distance = part.design(matrix[:, index]) - self._means[start:end]
            parts[:, index] = np.einsum("ij,ij->i", distance, self._weights[heads, start:end])
        return parts

    def to_plain(self) -> dict[str, Any]:
        """Return the numbers."""
        rows = [[p.levels, p.middle, p.low, p.high, p.bend, p.centre, p.scale] for p in self._parts]
        return {
            "kind": "linear",
            "parts": encode_array(rows),
            "weights": encode_array(self._weights),
            "intercept": encode_array(self._intercept),
            "means": encode_array(self._means),
        }

    @classmethod
    def from_plain(cls, body: Any, *, feature_count: int, heads: int) -> "Linear":
        """Read what `to_plain` wrote."""
        rows = decode_array(body["parts"], dimensions=2)
        if rows.shape != (feature_count, 7) or (rows[:, 0] < 0).any() or (rows[:, 6] <= 0).any():
            raise invalid("its weights do not fit its features")
        intercept = decode_array(body["intercept"], dimensions=1)
        if intercept.size != heads:
            raise invalid("its weights do not fit its classes")
        parts = tuple(Part(int(row[0]), *(float(value) for value in row[1:])) for row in rows)
        weights = decode_array(body["weights"], dimensions=2)
        return cls(parts, weights, intercept, decode_array(body["means"], dimensions=1))

    def _spans(self) -> list[tuple[Part, int, int]]:
        starts = [0, *self._ends[:-1].tolist()]
        return list(zip(self._parts, starts, self._ends.tolist(), strict=True))


def fit_linear(matrix: Floats, target: Floats, problem: Problem) -> Core:
    """Fit logistic (classes) or ridge (numbers) regression; how strongly to shrink is chosen by folds."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    generator = np.random.default_rng(problem.seed)
    if target.size > FITTING_ROW_COUNT_MAX:
        chosen = np.sort(generator.choice(target.size, FITTING_ROW_COUNT_MAX, replace=False))
        matrix, target = matrix[chosen], target[chosen]
    parts = tuple(
        _part(matrix[:, index], len(column.levels) if column.is_category else 0)
        for index, column in enumerate(problem.columns)
    )
    design = np.column_stack([part.design(matrix[:, index]) for index, part in enumerate(parts)])
    # Small products are slower in several threads than in one, many times so where cores are busy.
    with threadpool_limits(limits=1):
        strength = _strength(design, target, problem, generator)
        weights, intercept = _solve(design, target, strength, problem)
    return Linear(parts, weights, intercept, design.mean(axis=0))


def _strength(design: Floats, target: Floats, problem: Problem, generator: np.random.Generator) -> float:
    asked = float(problem.parameters.get("strength", 0.0))
    if asked > 0:
        return asked
    rows = generator.permutation(target.size)[:CHOOSING_ROW_COUNT_MAX]
    folds = np.arange(rows.size) % FOLD_COUNT
    if not problem.is_regression:  # each class evenly
        rows = rows[np.argsort(target[rows], kind="stable")]
    best, best_loss = 1.0, np.inf
    for strength in STRENGTHS:
        problem.tick()
        loss = 0.0
        for fold in range(FOLD_COUNT):
            seen, held = rows[folds != fold], rows[folds == fold]
            weights, intercept = _solve(design[seen], target[seen], strength, problem)
            loss += _loss(design[held] @ weights.T + intercept, target[held], problem)
        if loss < best_loss * (1 - 1e-4):
            best, best_loss = strength, loss
    return best


def _solve(design: Floats, target: Floats, strength: float, problem: Problem) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression, Ridge

    if problem.is_regression:
        ridge = Ridge(alpha=1.0 / strength).fit(design, target)
        return np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
    solver = "newton-cholesky" if design.shape[1] * problem.heads <= NEWTON_WEIGHT_COUNT_MAX else "lbfgs"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it stopped after STEP_COUNT_MAX steps, which is near enough
        fitted = LogisticRegression(C=strength, solver=solver, max_iter=STEP_COUNT_MAX, tol=1e-4).fit(design, target)
    weights, intercept = np.atleast_2d(fitted.coef_), np.atleast_1d(fitted.intercept_)
    if problem.heads > 1 and weights.shape[0] != problem.heads:  # a class that these rows do not hold
        full = np.zeros((problem.heads, design.shape[1]))
        offsets = np.full(problem.heads, float(intercept.min()) - 10.0)
        if weights.shape[0] == 1:
            weights, intercept = np.vstack([-weights, weights]), np.r_[-intercept, intercept]
        present = fitted.classes_.astype(int)
        full[present], offsets[present] = weights, intercept
        return full, offsets
    return weights, intercept


def _loss(raw: Floats, target: Floats, problem: Problem) -> float:
    if problem.is_regression:
        return float(np.mean((raw[:, 0] - target) ** 2))
    if problem.heads == 1:
        return float(np.mean(np.logaddexp(0, raw[:, 0]) - target * raw[:, 0]))
    peak = raw.max(axis=1)
    return float(
        np.mean(peak + np.log(np.exp(raw - peak[:, None]).sum(axis=1)) - raw[np.arange(len(raw)), target.astype(int)])
    )


def _part(values: Floats, levels: int) -> Part:
    if levels:
        return Part(levels, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    present = values[~np.isnan(values)]
    if present.size == 0:
        return Part(0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    low, high = (float(edge) for edge in np.quantile(present, QUANTILE_CLIP))
    middle = float(np.median(present))
    clipped = np.clip(np.where(np.isnan(values), middle, values), low, high)
    deviation = float(clipped.std())
    bend = 0.0
    if deviation > 0 and abs(float(np.mean((clipped - clipped.mean()) ** 3))) > SKEW_MAX * deviation**3:
        sizes = np.abs(clipped[clipped != 0])
        bend = float(np.median(sizes)) if sizes.size else 0.0
    part = Part(0, middle, low, high, bend, 0.0, 1.0)
    bent = part.bent(clipped)
    scale = float(bent.std())
    return Part(0, middle, low, high, bend, float(bent.mean()), scale if scale > 1e-12 else 1.0)
