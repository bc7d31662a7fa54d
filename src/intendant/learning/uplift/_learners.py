"""Learners of an effect that differs between people: one model of outcomes (S), two (T), the outcome transformed, doubly robust (DR).

Kuenzel et al. 2019 (meta-learners), Jaskowski and Jaroszewicz 2012 (transformed classes), Kennedy 2023 (doubly robust). All are given a random state and are deterministic.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PROPENSITY_MIN = 0.02  # a person hardly ever treated tells little of treatment, and would weigh more than all others
TREE_COUNT = 60
BIN_COUNT = 32
LEAF_SHARE_MIN = 0.01  # of the rows: effects are small against the noise of outcomes, so leaves are large
PENALTY_INVERSES = (1e-4, 1e-3, 1e-2, 1e-1)
RIDGES = tuple(float(each) for each in np.logspace(0, 5, 11))
CHOOSING_FOLDS = 3


Effect = Callable[[Floats], Floats]
"""What a fitted learner answers: the expected effect of each row of features."""

Learner = Callable[[Floats, Flags, Floats, Floats, bool, int], Effect]
"""Fits features (n, k), treated, outcome, propensity, whether the outcome is 0 or 1, seed."""


class Linear:
    """Logistic or ridge regression on standardised features, missing values at the mean with a mark of their own.

    With `tuned` the penalty is chosen by folds: for faint signals it decides nearly everything.
    """

    def __init__(
        self, features: Floats, outcome: Floats, binary: bool, *, weights: Floats | None = None, tuned: bool = False
    ) -> None:
        from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, RidgeCV

        mean = np.nanmean(features, axis=0)
        self._mean = np.where(np.isnan(mean), 0.0, mean)
        spread = np.nanstd(features, axis=0)
        self._spread = np.where(np.isnan(spread) | (spread < 1e-12), 1.0, spread)
        self._gaps = np.flatnonzero(np.isnan(features).any(axis=0))
        self._binary = binary and np.unique(outcome).size == 2
        model: Any = RidgeCV(alphas=RIDGES)
        if self._binary and tuned:
            model = LogisticRegressionCV(
                Cs=PENALTY_INVERSES,
                cv=CHOOSING_FOLDS,
                max_iter=300,
                scoring="neg_log_loss",
                l1_ratios=(0,),
                use_legacy_attributes=False,
            )
        elif self._binary:
            model = LogisticRegression(C=0.1, max_iter=300)
        self._model = model.fit(self._design(features), outcome, sample_weight=weights)

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
    """A few shallow boosted trees on the features as they are."""

    def __init__(self, features: Floats, outcome: Floats, binary: bool, seed: int, *, depth: int, rate: float) -> None:
        import xgboost

        # The hessian of a 0-1 outcome is its variance: as many rows weigh less there.
        per_row = float(np.clip(outcome.mean() * (1 - outcome.mean()), 1e-4, 0.25)) if binary else 1.0
        parameters: dict[str, Any] = {
            "objective": "binary:logistic" if binary else "reg:squarederror",
            "max_depth": depth,
            "eta": rate,
            "min_child_weight": max(1.0, LEAF_SHARE_MIN * outcome.size * per_row),
            "subsample": 0.6,
            "max_bin": BIN_COUNT,
            "tree_method": "hist",
            # So small a matrix is learnt quicker by one thread than by several that wait for each other.
            "nthread": 1,
            "seed": seed,
            "verbosity": 0,
        }
        matrix = xgboost.QuantileDMatrix(features, outcome, max_bin=BIN_COUNT, nthread=1)
        self._booster = xgboost.train(parameters, matrix, TREE_COUNT)

    def __call__(self, features: Floats) -> Floats:
        """Return the expected outcomes."""
        return np.asarray(self._booster.inplace_predict(features), dtype=np.float64)


def _single(
    features: Floats,
    treated: Flags,
    outcome: Floats,
    propensity: Floats,  # noqa: ARG001 - the signature of all learners
    binary: bool,
    seed: int,
) -> Effect:
    model = Boosted(np.column_stack([features, treated]), outcome, binary, seed, depth=3, rate=0.1)

    def effect(rows: Floats) -> Floats:
        yes, no = np.ones(len(rows)), np.zeros(len(rows))
        return model(np.column_stack([rows, yes])) - model(np.column_stack([rows, no]))

    return effect


def _two(
    features: Floats,
    treated: Flags,
    outcome: Floats,
    propensity: Floats,  # noqa: ARG001 - the signature of all learners
    binary: bool,
    seed: int,  # noqa: ARG001
) -> Effect:
    with_treatment = Linear(features[treated], outcome[treated], binary)
    without = Linear(features[~treated], outcome[~treated], binary)
    return lambda rows: with_treatment(rows) - without(rows)


def _transformed(
    features: Floats,
    treated: Flags,
    outcome: Floats,
    propensity: Floats,
    binary: bool,
    seed: int,  # noqa: ARG001
) -> Effect:
    """Predict whether outcome and treatment agree; with numbers, the outcome signed and weighed by the treatment."""
    chance = np.where(treated, propensity, 1 - propensity)
    if not binary:
        centred = outcome - float(np.average(outcome, weights=1 / chance))
        return Linear(features, np.where(treated, centred, -centred) / chance, False)
    weights = (1 / chance) / float((1 / chance).mean())
    agrees = Linear(features, ((outcome == 1) == treated).astype(np.float64), True, weights=weights, tuned=True)
    return lambda rows: 2 * agrees(rows) - 1


def _robust_linear(
    features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int
) -> Effect:
    return Linear(features, _halved_scores(features, treated, outcome, propensity, binary, seed), False)


def _robust_boosted(
    features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int
) -> Effect:
    scores = _halved_scores(features, treated, outcome, propensity, binary, seed)
    return Boosted(features, scores, False, seed, depth=2, rate=0.05)


def _halved_scores(
    features: Floats, treated: Flags, outcome: Floats, propensity: Floats, binary: bool, seed: int
) -> Floats:
    halves = np.random.default_rng(seed).integers(0, 2, outcome.size)
    return effect_scores(features, treated, outcome, propensity, binary, halves)


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
    "T, logistic": _two,
    "transformed outcome, linear": _transformed,
    "S, boosted trees": _single,
    "DR, linear": _robust_linear,
    "DR, boosted trees": _robust_boosted,
}
