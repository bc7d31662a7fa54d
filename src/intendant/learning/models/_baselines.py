"""Plain models that a credit model must beat: the base rate, the best single feature, a logistic regression."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intendant.learning.evaluation import auc
from intendant.learning.models._features import Floats
from intendant.learning.models._preparation import PreparedColumns

LOGISTIC_ROW_COUNT_MAX = 20_000
SINGLE_BIN_COUNT = 20
SMOOTHING = 5.0
QUANTILE_CLIP = (0.005, 0.995)


@dataclass(frozen=True, slots=True, eq=False)
class BaselinePredictions:
    """A baseline's name and its probabilities for the validation rows."""

    name: str
    probability: Floats


def baseline_predictions(
    prepared: PreparedColumns,
    outcome: NDArray[np.int64],
    development: NDArray[np.int64],
    validation: NDArray[np.int64],
    *,
    seed: int,
) -> tuple[list[BaselinePredictions], str]:
    """Return the three baselines' predictions, fitted on development rows, and the best single feature's name."""
    labels = outcome[development]
    prior = float(labels.mean())
    scored = []
    for spec, column in zip(prepared.specs, prepared.columns, strict=True):
        fitted, predicted = _binned_rates(column, labels, development, validation, category=spec.type == "category")
        scored.append((auc(labels, fitted), spec.name, predicted))
    _, best_name, best = max(scored, key=lambda item: item[0])
    return [
        BaselinePredictions("prior", np.full(validation.size, prior)),
        BaselinePredictions("best single feature", best),
        BaselinePredictions("logistic regression", _logistic(prepared, labels, development, validation, seed)),
    ], best_name


def _binned_rates(
    column: NDArray[np.generic],
    labels: NDArray[np.int64],
    development: NDArray[np.int64],
    validation: NDArray[np.int64],
    *,
    category: bool,
) -> tuple[Floats, Floats]:
    """Score a feature by the smoothed outcome rate of its bin."""
    if category:
        texts = np.array(["" if text is None else text for text in column], dtype=object).astype(str)
        known, codes = np.unique(texts, return_inverse=True)
        bins = known.size
    else:
        numbers = np.asarray(column, dtype=np.float64)
        seen = numbers[development]
        edges = np.unique(np.quantile(seen[~np.isnan(seen)], np.linspace(0, 1, SINGLE_BIN_COUNT + 1)[1:-1]))
        codes = np.where(np.isnan(numbers), edges.size + 1, np.searchsorted(edges, numbers, side="right"))
        bins = edges.size + 2
    counts = np.bincount(codes[development], minlength=bins)
    hits = np.bincount(codes[development], weights=labels, minlength=bins)
    rates = (hits + SMOOTHING * labels.mean()) / (counts + SMOOTHING)
    return rates[codes[development]], rates[codes[validation]]


def _logistic(
    prepared: PreparedColumns,
    labels: NDArray[np.int64],
    development: NDArray[np.int64],
    validation: NDArray[np.int64],
    seed: int,
) -> Floats:
    from sklearn.linear_model import LogisticRegression

    design = _design(prepared, development)
    generator = np.random.default_rng(seed)
    chosen = np.arange(development.size)
    if chosen.size > LOGISTIC_ROW_COUNT_MAX:
        chosen = generator.choice(chosen, LOGISTIC_ROW_COUNT_MAX, replace=False)
    model = LogisticRegression(C=1.0, max_iter=200)
    model.fit(design[development[chosen]], labels[chosen])
    return np.asarray(model.predict_proba(design[validation])[:, 1], dtype=np.float64)


def _design(prepared: PreparedColumns, development: NDArray[np.int64]) -> Floats:
    """Return standardised numbers with a missing indicator, and one column per category."""
    parts: list[Floats] = []
    for spec, column in zip(prepared.specs, prepared.columns, strict=True):
        if spec.type == "category":
            texts = np.array(["" if text is None else text for text in column], dtype=object).astype(str)
            parts += [(texts == level).astype(np.float64) for level in np.unique(texts[development])]
            continue
        numbers = np.asarray(column, dtype=np.float64)
        seen = numbers[development]
        present = seen[~np.isnan(seen)]
        low, high = np.quantile(present, QUANTILE_CLIP)
        missing = np.isnan(numbers)
        clipped = np.clip(np.where(missing, np.median(present), numbers), low, high)
        deviation = float(clipped[development].std()) or 1.0
        parts.append((clipped - clipped[development].mean()) / deviation)
        if missing.any():
            parts.append(missing.astype(np.float64))
    return np.column_stack(parts)
