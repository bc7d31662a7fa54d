"""Columns that know the answer: the scan of `learning.models`, widened to many classes and numbers."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, Leak
from intendant.learning.estimators.tabular._columns import numbers_of
from intendant.learning.estimators.tabular._target import Target
from intendant.learning.models import FeatureSpec, read_categories, scan_columns

SURE_AUC = 0.99
RIVAL_MARGIN = 0.05
RIVAL_COUNT = 3  # with as many other columns nearly as good, the question is easy rather than the answer known
COPY_SHARE = 0.98  # of the rows' classes, or of the numbers' variance, told by one column
WARN_SHARE = 0.9
BIN_COUNT = 200


def scan(
    frame: Any, specs: Sequence[FeatureSpec], target: Target, times: Any | None, allowed: Collection[str]
) -> tuple[list[Leak], dict[str, float]]:
    """Return what leaks, the worst first, and how well each column tells the target alone (0.5 to 1)."""
    labels = _two_sides(target)
    findings, strengths = scan_columns(frame, labels, times, specs)
    leaks: list[Leak] = []
    binary = len(target.classes) == 2
    for finding in findings:
        exclude = finding.level == "exclude"
        if finding.kind in ("single_feature", "far_ahead", "afterwards_name") and not binary:
            continue  # measured on the target itself, below
        if finding.kind == "single_feature" and finding.measure < SURE_AUC:
            rivals = sum(
                value >= finding.measure - RIVAL_MARGIN for name, value in strengths.items() if name != finding.column
            )
            exclude = rivals < RIVAL_COUNT
        leaks.append(_leak(finding.column, finding.message.replace("decision", "prediction"), exclude, allowed))
    if not binary:
        for spec in specs:
            if spec.name not in strengths:
                continue
            share = told_share(frame[spec.name], spec.type == "category", target)
            strengths[spec.name] = 0.5 + share / 2
            if share >= WARN_SHARE:
                what = "class" if target.classes else "variance"
                message = f"{spec.name} alone tells {share:.1%} of the {what}: was it known beforehand?"
                leaks.append(_leak(spec.name, message, share >= COPY_SHARE, allowed))
    return leaks, strengths


def told_share(column: Any, is_category: bool, target: Target) -> float:
    """Return the share of the target that bins of one column tell, each half of the rows judged by the other.

    Classes: how far the bins' own classes go from the commonest class (0) to no error (1). Numbers: the share of the
    variance of ranks.
    """
    if is_category:
        codes = np.unique(np.array([text or "" for text in read_categories(column)], dtype=str), return_inverse=True)[1]
    else:
        codes = _bins(numbers_of(column)[0])
    values = target.values if target.classes else _ranks(target.values)
    half = np.arange(values.size) % 2 == 0
    errors = np.empty(values.size)
    for seen, judged in ((half, ~half), (~half, half)):
        told = _told(codes[seen], values[seen], codes[judged], int(codes.max()) + 1, len(target.classes))
        errors[judged] = told != values[judged] if target.classes else (told - values[judged]) ** 2
    commonest = np.bincount(values.astype(np.int64)).max() / values.size if target.classes else 0.0
    worst = 1 - float(commonest) if target.classes else float(values.var())
    share = float(max(0.0, 1 - errors.mean() / worst)) if worst > 0 else 0.0
    if not target.classes and not is_category:  # bins of few rows blur a copy; ranks that go together do not
        numbers, _ = numbers_of(column)
        known = ~np.isnan(numbers)
        if known.sum() > 0.5 * known.size and np.ptp(numbers[known]) > 0:
            together = float(np.corrcoef(_ranks(numbers[known]), _ranks(target.values[known]))[0, 1])
            share = max(share, together**2 * float(known.mean()))
    return share


def _told(codes: Any, values: Floats, asked: Any, count: int, class_count: int) -> Floats:
    if class_count:
        table = np.zeros((count, class_count))
        np.add.at(table, (codes, values.astype(np.int64)), 1.0)
        best = table.argmax(axis=1)
        best[table.sum(axis=1) == 0] = int(np.bincount(values.astype(np.int64)).argmax())
        return np.asarray(best[asked], dtype=np.float64)
    sums, counts = np.bincount(codes, weights=values, minlength=count), np.bincount(codes, minlength=count)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), values.mean())
    return np.asarray(means[asked], dtype=np.float64)


def _bins(numbers: Floats) -> NDArray[np.int64]:
    present = numbers[~np.isnan(numbers)]
    if present.size == 0:
        return np.zeros(numbers.size, dtype=np.int64)
    count = max(2, min(BIN_COUNT, present.size // 5))
    edges = np.unique(np.quantile(present, np.linspace(0, 1, count + 1)[1:-1]))
    codes = np.searchsorted(edges, numbers, side="right") + 1
    codes[np.isnan(numbers)] = 0
    return np.asarray(codes, dtype=np.int64)


def _ranks(values: Floats) -> Floats:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable") / values.size


def _two_sides(target: Target) -> NDArray[np.int64]:
    """Return the target as two outcomes: the class itself, the commonest class or not, above the median or not."""
    if len(target.classes) == 2:
        return target.values.astype(np.int64)
    if target.classes:
        commonest = np.bincount(target.values.astype(np.int64)).argmax()
        return np.asarray(target.values == commonest, dtype=np.int64)
    return (target.values > np.median(target.values)).astype(np.int64)


def _leak(column: str, message: str, exclude: bool, allowed: Collection[str]) -> Leak:
    if exclude and column in allowed:
        return Leak(column, False, f"{message} It was kept on request.")
    return Leak(column, exclude, message)
