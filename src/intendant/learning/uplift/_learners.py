"""Learners of an effect that differs between people: one model of outcomes (S), two (T), and doubly robust (DR).

Kuenzel et al. 2019 (meta-learners), Kennedy 2023 (doubly robust learner). All are given a random state and are deterministic.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PROPENSITY_MIN = 0.02  # a person hardly ever treated tells little of treatment, and would weigh more than all others
TREE_COUNT = 120
TREE_DEPTH = 3
LEARNING_RATE = 0.05
RIDGE = 10.0
THREAD_COUNT = 2


class Effect(Protocol):
    """What a fitted learner answers: the expected effect of each row of features."""

    def __call__(self, features: Floats) -> Floats:
        """Return the effects, shape (n,)."""
        ...


Learner = Callable[[Floats, Flags, Floats, Floats, bool, int], Effect]
"""Fits features (n, k), treated, outcome, propensity, whether the outcome is 0 or 1, seed."""


class Linear:
    """Logistic or ridge regression on standardised features, missing values at the mean with a mark of their own."""

    def __init__(self, features: Floats, outcome: Floats, binary: bool) -> None:
        from sklearn.linear_model import LogisticRegression, Ridge

        mean = np.nanmean(features, axis=0)
        self._mean = np.where(np.isnan(mean), 0.0, mean)
        spread = np.nanstd(features, axis=0)
        self._spread = np.where(np.isnan(spread) | (spread < 1e-12), 1.0, spread)
        self._gaps = np.flatnonzero(np.isnan(features).any(axis=0))
        self._binary = binary and np.unique(outcome).size == 2
        model = LogisticRegression(C=1.0, max_iter=300) if self._binary else Ridge(alpha=RIDGE)
        self._model = model.fit(self._design(features), outcome)

    def __call__(self, features: Floats) -> Floats:
        """Return the expected outcomes."""
        design = self._design(features)
        answer = self._model.predict_proba(design)[:, 1] if self._binary else self._model.predict(design)
        return np.asarray(answer, dtype=np.float64)

    def _design(self, features: Floats) -> Floats:
        missing = np.isnan(features)
        scaled = np.where(missing, 0.0, (features - self._mean) / self._spread)
        return np.hstack([scaled, missing[:, self._gaps].astype(np.float64)])


class Boosted:
    """Shallow boosted trees on the features as they are."""

    def __init__(self, features: Floats, outcome: Floats, binary: bool, seed: int) -> None:
        import xgboost

        parameters: dict[str, Any] = {
            "objective": "binary:logistic" if binary else "reg:squarederror",
            "max_depth": TREE_DEPTH,
            "eta": LEARNING_RATE,
            "min_child_weight": max(5.0, 0.002 * outcome.size * (0.1 if binary else 1.0)),
            "subsample": 0.7,
            "colsample_bytree": 0.8,
            "lambda": 5.0,
            "max_bin": 64,
            "tree_method": "hist",
            "nthread": THREAD_COUNT,
            "seed": seed,
            "verbosity": 0,
        }
        self._booster = xgboost.train(parameters, xgboost.QuantileDMatrix(features, outcome, max_bin=64), TREE_COUNT)

    def __call__(self, features: Floats) -> Floats:
        """Return the expected outcomes."""
        return np.asarray(self._booster.inplace_predict(features), dtype=np.float64)


def _regression(kind: str, features: Floats, outcome: Floats, binary: bool, seed: int) -> Callable[[Floats], Floats]:
    return Linear(features, outcome, binary) if kind == "linear" else Boosted(features, outcome, binary, seed)


def _single(kind: str) -> Learner:
    def fit(features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int) -> Effect:  # noqa: ARG001
        model = _regression(kind, np.column_stack([features, treated]), outcome, binary, seed)

        def effect(rows: Floats) -> Floats:
            yes, no = np.ones(len(rows)), np.zeros(len(rows))
            return model(np.column_stack([rows, yes])) - model(np.column_stack([rows, no]))

        return effect

    return fit


def _two(kind: str) -> Learner:
    def fit(features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int) -> Effect:  # noqa: ARG001
        with_treatment = _regression(kind, features[treated], outcome[treated], binary, seed)
        without = _regression(kind, features[~treated], outcome[~treated], binary, seed)
        return lambda rows: with_treatment(rows) - without(rows)

    return fit


def _doubly_robust(kind: str) -> Learner:
    def fit(features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int) -> Effect:
        halves = np.random.default_rng(seed).integers(0, 2, outcome.size)
        scores = effect_scores(features, treated, outcome, propensity, binary, halves)
        return _regression(kind, features, scores, False, seed)

    return fit


def effect_scores(
    features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, folds: NDArray[np.int64]
) -> Floats:
    """Return each person's doubly robust score, whose mean over any group is the group's effect (Robins 1994).

    Outcomes are expected from a linear model fitted on the other folds.
    """
    scores = np.empty(outcome.size)
    for fold in np.unique(folds):
        held, rest = folds == fold, folds != fold
        with_treatment = Linear(features[rest & treated], outcome[rest & treated], binary)(features[held])
        without = Linear(features[rest & ~treated], outcome[rest & ~treated], binary)(features[held])
        own, share, took = outcome[held], propensity[held], treated[held]
        scores[held] = (
            with_treatment - without + np.where(took, (own - with_treatment) / share, -(own - without) / (1 - share))
        )
    return scores


def estimate_propensity(features: Floats, treated: Flags, folds: NDArray[np.int64]) -> Floats:
    """Return each person's probability of treatment by a logistic regression fitted on the other folds."""
    chances = np.empty(treated.size)
    for fold in np.unique(folds):
        held = folds == fold
        chances[held] = Linear(features[~held], treated[~held].astype(np.float64), True)(features[held])
    return chances


LEARNERS: Mapping[str, Learner] = {
    "T, logistic": _two("linear"),
    "T, boosted trees": _two("boosted"),
    "S, boosted trees": _single("boosted"),
    "DR, linear": _doubly_robust("linear"),
    "DR, boosted trees": _doubly_robust("boosted"),
}
