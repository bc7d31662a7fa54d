"""The challenger: gradient-boosted trees (xgboost), fitted on the same rows and compared, not served by default."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.calibration import Calibrator, fit_calibrator
from intendant.learning.models._features import Floats
from intendant.learning.models._preparation import PreparedColumns

ROUND_COUNT_MAX = {"quick": 400, "full": 2_000}
LEARNING_RATE = {"quick": 0.08, "full": 0.03}
EARLY_STOPPING_ROUNDS = 25
STOPPING_SHARE = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class FittedChallenger:
    """The boosted trees as xgboost's JSON, their calibration, and their probabilities for the validation rows."""

    model: bytes
    calibrator: Calibrator
    rounds: int
    probability: Floats


def fit_challenger(
    prepared: PreparedColumns,
    outcome: NDArray[np.int64],
    development: NDArray[np.int64],
    validation: NDArray[np.int64],
    *,
    seed: int,
    effort: str,
    worker_count: int,
) -> FittedChallenger:
    """Fit boosted trees with early stopping on a part of the development rows, which also calibrates them."""
    import xgboost

    matrix, kinds = _matrix(prepared, development)
    order = np.random.default_rng(seed).permutation(development)
    held = max(1, int(order.size * STOPPING_SHARE))
    stopping, fitting = order[:held], order[held:]

    def as_matrix(rows: NDArray[np.int64], *, labelled: bool) -> Any:
        return xgboost.DMatrix(
            matrix[rows],
            label=outcome[rows] if labelled else None,
            feature_types=kinds,
            enable_categorical=True,
            nthread=worker_count,
        )

    parameters = {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "learning_rate": LEARNING_RATE[effort],
        "max_depth": 4,
        "min_child_weight": 5,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "reg_lambda": 2.0,
        "max_bin": 128,
        "tree_method": "hist",
        "monotone_constraints": tuple(spec.monotone for spec in prepared.specs),
        "seed": seed % 2**31,
        "nthread": worker_count,
        "verbosity": 0,
    }
    watched = as_matrix(stopping, labelled=True)
    booster = xgboost.train(
        parameters,
        as_matrix(fitting, labelled=True),
        num_boost_round=ROUND_COUNT_MAX[effort],
        evals=[(watched, "stopping")],
        early_stopping_rounds=EARLY_STOPPING_ROUNDS,
        verbose_eval=False,
    )
    rounds = int(booster.best_iteration) + 1
    booster = booster[:rounds]
    calibrator = fit_calibrator(booster.predict(watched, output_margin=True), outcome[stopping], "platt")
    scores = booster.predict(as_matrix(validation, labelled=False), output_margin=True)
    return FittedChallenger(bytes(booster.save_raw("json")), calibrator, rounds, calibrator.probability(scores))


def _matrix(prepared: PreparedColumns, development: NDArray[np.int64]) -> tuple[NDArray[np.float32], list[str]]:
    """Return numbers as they are and categories as codes; those not seen in development are missing."""
    columns, kinds = [], []
    for spec, column in zip(prepared.specs, prepared.columns, strict=True):
        if spec.type == "category":
            levels = sorted({text for text in column[development] if text is not None})
            codes = {text: float(index) for index, text in enumerate(levels)}
            columns.append(np.array([codes.get(text, np.nan) for text in column], dtype=np.float32))
            kinds.append("c")
        else:
            with np.errstate(over="ignore"):
                columns.append(np.asarray(column, dtype=np.float32))
            kinds.append("q")
    matrix = np.column_stack(columns)
    matrix[~np.isfinite(matrix)] = np.nan
    return matrix, kinds
