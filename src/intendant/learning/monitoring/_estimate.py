"""How a model probably does before any outcome has come: estimated from how sure it was (confidence-based estimation).

What a model promises is first corrected by what its validation rows showed at the same confidence; then outcomes are drawn as
promised, many times, and measured as real ones are. That holds as long as the same inputs lead to the same outcomes as
before: it sees harder cases, and cannot see that the world has changed its rules. (Garg et al. 2022; NannyML's CBPE.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.estimators import Metric, Predictions
from intendant.learning.monitoring._answers import Outcomes, part_of
from intendant.learning.monitoring._columns import Floats
from intendant.learning.monitoring._drift import DriftReport
from intendant.learning.monitoring._performance import LOWER_IS_BETTER, Z, measure_performance
from intendant.learning.monitoring._reference import DIGITS

DRAWS = 60
ROWS_DRAWN_MAX = 4_000
ROWS_BEFORE_MIN = 100
BINS = 10
BIN_ROWS_MIN = 25
OUTSIDE_MAX = 0.05
_ESTIMATED = frozenset({"accuracy", "auc", "brier", "f1", "precision", "recall", "mae", "coverage"})


@dataclass(frozen=True, slots=True)
class Estimate:
    """Figures expected before outcomes are known, with 95 % intervals; `trusted` says whether to lean on them, `why` why not."""

    rows: int
    metrics: tuple[Metric, ...]
    trusted: bool
    why: tuple[str, ...]


def estimate_performance(
    reference: Mapping[str, Any],
    answers: Predictions,
    *,
    seed: int,
    classes: Sequence[str] = (),
    positive: str | None = None,
    drift: DriftReport | None = None,
) -> Estimate:
    """Estimate the figures of answers whose outcomes have not come, from a reference with outcomes. Deterministic by `seed`."""
    rows = len(answers.confidence)
    random = np.random.default_rng(seed)
    why = list(_doubts(reference, answers, drift))
    sample = reference.get("sample", {})
    if not rows or not any(value is not None for value in sample.get("actual", ())):
        return Estimate(rows, (), trusted=False, why=("The model has no validation rows to learn its sureness from.",))
    if rows > ROWS_DRAWN_MAX:
        answers = part_of(answers, np.sort(random.choice(rows, ROWS_DRAWN_MAX, replace=False)))
    if answers.label is None:
        metrics = _of_numbers(sample, answers, random)
    elif "label" in sample:
        metrics = _of_classes(sample, answers, random, classes, positive)
    else:
        metrics = ()
    return Estimate(rows, metrics, trusted=not why and bool(metrics), why=tuple(why))


def _doubts(reference: Mapping[str, Any], answers: Predictions, drift: DriftReport | None) -> Sequence[str]:
    why = []
    known = sum(1 for value in reference.get("sample", {}).get("actual", ()) if value is not None)
    if 0 < known < ROWS_BEFORE_MIN:
        why.append(f"Only {known} validation rows say how far the model's sureness can be believed.")
    before = reference.get("confidence", {}).get("quantiles")
    if before and len(answers.confidence):
        sure = np.round(answers.confidence, DIGITS)
        outside = float(np.mean((sure < before[0]) | (sure > before[-1])))
        if outside > OUTSIDE_MAX:
            why.append(f"{outside:.0%} of answers are surer or less sure than any that was ever checked.")
    for item in () if drift is None else drift.features:
        if item.outside > OUTSIDE_MAX or item.unseen > OUTSIDE_MAX:
            share = max(item.outside, item.unseen)
            why.append(f"{share:.0%} of cases lie outside what the model was trained on, by {item.name}.")
        elif item.state == "drifting" and item.size == "large":
            why.append(f"{item.name} has moved so far that cases like these were rarely checked.")
    return why[:5]


def _of_classes(
    sample: Mapping[str, Any],
    answers: Predictions,
    random: np.random.Generator,
    classes: Sequence[str],
    positive: str | None,
) -> tuple[Metric, ...]:
    """Draw outcomes as promised: right with the corrected confidence, else another class by the model's own odds."""
    assert answers.label is not None  # noqa: S101 - asked for classes alone
    kept = [at for at, value in enumerate(sample["actual"]) if value is not None]
    sure = np.array([float(sample["confidence"][at]) for at in kept])
    right = np.array([sample["label"][at] == sample["actual"][at] for at in kept], dtype=np.float64)
    names = list(classes) or sorted({*sample["label"], *(sample["actual"][at] for at in kept)})
    others = _other_odds(answers, names)
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        again = random.integers(0, sure.size, sure.size)
        chance = _corrected(sure[again], right[again], answers.confidence)
        hits = random.random(chance.size) < chance
        wrong = np.asarray(names, dtype=object)[_draw(others, random)]
        came = Outcomes(np.ones(chance.size, dtype=bool), labels=np.where(hits, answers.label, wrong))
        for metric in measure_performance(answers, came, classes=classes, positive=positive):
            if metric.name in _ESTIMATED:
                drawn.setdefault(metric.name, []).append(metric.value)
    return tuple(_summary(name, values) for name, values in drawn.items() if len(values) >= DRAWS // 2)


def _of_numbers(sample: Mapping[str, Any], answers: Predictions, random: np.random.Generator) -> tuple[Metric, ...]:
    """Read each case's expected absolute error from validation rows of like confidence."""
    pairs = [
        (float(sure), abs(float(value) - float(actual)))
        for sure, value, actual in zip(
            sample["confidence"], sample.get("score", ()), sample.get("actual", ()), strict=False
        )
        if isinstance(value, int | float) and isinstance(actual, int | float) and sure is not None
    ]
    if len(pairs) < BIN_ROWS_MIN:
        return ()
    sure, error = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    means = []
    for _ in range(DRAWS):
        again = random.integers(0, sure.size, sure.size)
        edges = _edges(sure[again])
        at, now = np.searchsorted(edges, sure[again]), np.searchsorted(edges, answers.confidence)
        # Draw an error that a validation row of the same bin had.
        order = np.argsort(at, kind="stable")
        starts = np.searchsorted(at[order], np.arange(edges.size + 2))
        sizes = np.diff(starts)[now]
        picks = starts[now] + np.floor(random.random(now.size) * np.maximum(sizes, 1)).astype(int)
        means.append(float(error[again][order[np.minimum(picks, order.size - 1)]].mean()))
    return (_summary("mae", means),)


def _corrected(sure: Floats, right: Floats, now: Floats) -> Floats:
    """Return the share that was right at each confidence, by bins, in between and beyond shifted by the nearest bin's gap."""
    edges = _edges(sure)
    at = np.searchsorted(edges, sure)
    sizes = np.bincount(at, minlength=edges.size + 1)
    gaps = np.bincount(at, right - sure, minlength=edges.size + 1) / np.maximum(sizes, 1)
    return np.clip(now + gaps[np.searchsorted(edges, now)], 0.0, 1.0)


def _edges(values: Floats) -> Floats:
    bins = max(1, min(BINS, values.size // BIN_ROWS_MIN))
    return np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))


def _other_odds(answers: Predictions, names: Sequence[str]) -> Floats:
    """Return for each row the odds of the classes that were not said; even where the model gives none."""
    assert answers.label is not None  # noqa: S101 - asked for classes alone
    said = answers.label[:, None] == np.asarray(list(names), dtype=object)[None, :]
    given = answers.probability
    odds = np.ones(said.shape) if given is None or given.shape[1] != len(names) else np.maximum(given, 1e-6)
    odds = np.where(said, 0.0, odds)
    total = odds.sum(axis=1, keepdims=True)
    return np.where(total > 0, odds / np.where(total > 0, total, 1.0), 1.0 / len(names))


def _draw(odds: Floats, random: np.random.Generator) -> Any:
    return np.minimum((odds.cumsum(axis=1) < random.random((odds.shape[0], 1))).sum(axis=1), odds.shape[1] - 1)


def _summary(name: str, values: Sequence[float]) -> Metric:
    """Return the mean and normal bounds, which so few draws give better than their own outermost quantiles."""
    middle, reach = float(np.mean(values)), Z * float(np.std(values, ddof=1))
    upper = middle + reach if name in LOWER_IS_BETTER else min(1.0, middle + reach)
    return Metric(name, middle, max(0.0, middle - reach), upper, higher_is_better=name not in LOWER_IS_BETTER)
