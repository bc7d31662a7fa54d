"""What a model must beat: knowing no record, the best single column, and a plain linear model."""

from dataclasses import dataclass, replace

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._calibrating import softmax
from intendant.learning.estimators.tabular._columns import Column
from intendant.learning.estimators.tabular._linear import fit_linear
from intendant.learning.estimators.tabular._problem import Problem
from intendant.learning.estimators.tabular._split import Rows

BIN_COUNT = 20
SMOOTHING = 5.0
LINEAR_ROW_COUNT_MAX = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A baseline's answers for the rows that judge: probabilities (n, k) or standardised numbers (n,)."""

    name: str
    answers: Floats
    is_plain: bool


def baselines(
    matrix: Floats, target: Floats, class_count: int, development: Rows, validation: Rows, problem: Problem
) -> list[Baseline]:
    """Return the baselines, fitted on development rows; `is_plain` marks those that know no record."""
    seen = target[development]
    found = _plain(seen, class_count, validation.size)
    best, best_loss = None, np.inf
    for index, column in enumerate(problem.columns):
        fitted, answers = _single(matrix[:, index], column, seen, class_count, development, validation)
        loss = _loss(fitted, seen, class_count)
        if loss < best_loss:
            best, best_loss = Baseline(f"best single feature ({column.name})", answers, is_plain=False), loss
    if best is not None:
        found.append(best)
    problem.tick()
    found.append(_linear(matrix, target, class_count, development, validation, problem))
    return found


def _plain(seen: Floats, class_count: int, count: int) -> list[Baseline]:
    if class_count:
        shares = np.bincount(seen.astype(np.int64), minlength=class_count) / seen.size
        return [Baseline("prior", np.tile(shares, (count, 1)), is_plain=True)]
    return [
        Baseline("mean", np.full(count, seen.mean()), is_plain=True),
        Baseline("median", np.full(count, float(np.median(seen))), is_plain=True),
    ]


def _single(
    values: Floats, column: Column, seen: Floats, class_count: int, development: Rows, validation: Rows
) -> tuple[Floats, Floats]:
    """Return the answers of one column's bins for development and validation rows."""
    if column.is_category:
        codes = np.where(np.isnan(values), len(column.levels), values).astype(np.int64)
        count = len(column.levels) + 1
    else:
        known = values[development]
        known = known[~np.isnan(known)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BIN_COUNT + 1)[1:-1])) if known.size else np.empty(0)
        codes = np.searchsorted(edges, values, side="right")
        codes[np.isnan(values)] = edges.size + 1
        count = edges.size + 2
    own = codes[development]
    counts = np.bincount(own, minlength=count)
    if class_count:
        truth = np.eye(class_count)[seen.astype(np.int64)]
        sums = np.column_stack([np.bincount(own, weights=truth[:, one], minlength=count) for one in range(class_count)])
        rates = (sums + SMOOTHING * truth.mean(axis=0)) / (counts + SMOOTHING)[:, None]
    else:
        sums = np.bincount(own, weights=seen, minlength=count)
        rates = (sums + SMOOTHING * seen.mean()) / (counts + SMOOTHING)
    return rates[own], rates[codes[validation]]


def _linear(
    matrix: Floats, target: Floats, class_count: int, development: Rows, validation: Rows, problem: Problem
) -> Baseline:
    rows = development
    if rows.size > LINEAR_ROW_COUNT_MAX:
        rows = np.random.default_rng(problem.seed).choice(rows, LINEAR_ROW_COUNT_MAX, replace=False)
    plain = replace(problem, parameters={"strength": 1.0}, monotone=(0,) * len(problem.columns))
    raw = fit_linear(matrix[rows], target[rows], plain).raw(matrix[validation])
    if not class_count:
        return Baseline("linear regression", raw[:, 0], is_plain=False)
    if class_count == 2:
        raw = np.column_stack([np.zeros(len(raw)), raw[:, 0]])
    return Baseline("logistic regression", softmax(raw), is_plain=False)


def _loss(answers: Floats, seen: Floats, class_count: int) -> float:
    if class_count:
        return float(-np.log(np.maximum(answers[np.arange(seen.size), seen.astype(np.int64)], 1e-12)).mean())
    return float(((answers - seen) ** 2).mean())
