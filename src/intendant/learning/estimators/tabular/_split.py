"""Which rows teach and which judge: the latest, whole groups, or a random share with the classes evenly."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats

VALIDATION_SHARE = 0.2
VALIDATION_SHARE_MAX = 0.4
CLASS_WANTED = 30  # rows of the rarest class among those that judge
CLASS_COUNT_MIN = 5
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Positions of rows. `kind` is as the report names it."""

    kind: str
    development: Rows
    validation: Rows


def split_rows(
    labels: Floats,
    is_class: bool,
    stamps: Floats | None,
    bundles: NDArray[np.int64],
    grouped: bool,
    seed: int,
    notices: list[str],
) -> Split:
    """Return the split. `bundles` number rows that stay together: of one group, or equal to each other."""
    rarest = int(np.unique(labels, return_counts=True)[1].min()) if is_class else labels.size
    share = min(VALIDATION_SHARE_MAX, max(VALIDATION_SHARE, CLASS_WANTED / max(rarest, 1)))
    if stamps is not None:
        split = _by_time(labels, is_class, stamps, share)
        if split is not None:
            return _apart(split, labels, is_class, bundles, grouped, notices)
        notices.append("The times do not part the rows usefully, so validation rows were drawn at random.")
    kind = "by group" if grouped else "stratified" if is_class else "random"
    folds = deal_folds(labels, is_class, bundles, max(2, round(1 / share)), seed)
    held = folds == 0
    return Split(kind, np.flatnonzero(~held), np.flatnonzero(held))


def _apart(
    split: Split, labels: Floats, is_class: bool, bundles: NDArray[np.int64], grouped: bool, notices: list[str]
) -> Split:
    """Return a split by time without those earlier rows whose group, or copy, is among the latest."""
    late = np.isin(bundles[split.development], bundles[split.validation])
    kept = split.development[~late]
    if kept.size < 0.3 * labels.size or (is_class and not _has_all(labels, kept)):
        what = "groups" if grouped else "rows that repeat"
        notices.append(f"Most {what} reach into the latest rows, so the split is by time and does not keep them apart.")
        return split
    if late.any() and not grouped:
        notices.append(
            f"{int(late.sum()):,} earlier rows repeat one of the latest, which judge, and were not learnt from."
        )
    return Split(split.kind, kept, split.validation)


def deal_folds(labels: Floats, is_class: bool, bundles: NDArray[np.int64], fold_count: int, seed: int) -> Rows:
    """Deal rows into folds at random, bundles whole, each class (or part of the range) evenly."""
    generator = np.random.default_rng(seed)
    strata = labels.astype(np.int64) if is_class else _bands(labels)
    distinct, first, own = np.unique(bundles, return_index=True, return_inverse=True)
    sizes = np.bincount(own)
    order = generator.permutation(distinct.size)
    # Bundles of the same stratum are dealt in turn, the largest first, so that folds come out about equal.
    ranked = order[np.lexsort((-sizes[order], strata[first[order]]))]
    dealt = np.empty(distinct.size, dtype=np.int64)
    if int(sizes.max(initial=1)) * fold_count > labels.size * 0.5:  # few large groups: to the smallest fold each
        filled = np.zeros(fold_count)
        for bundle in order[np.argsort(-sizes[order], kind="stable")]:
            fold = int(filled.argmin())
            dealt[bundle] = fold
            filled[fold] += sizes[bundle]
    else:
        dealt[ranked] = np.arange(distinct.size) % fold_count
    return np.asarray(dealt[own], dtype=np.int64)


def duplicate_bundles(matrix: Floats) -> NDArray[np.int64]:
    """Number rows such that rows with equal features have equal numbers."""
    weights = np.random.default_rng(20_011).integers(1, 2**63 - 1, matrix.shape[1], dtype=np.int64) | 1
    bits = np.nan_to_num(matrix, nan=1.2345e300).view(np.int64)
    with np.errstate(over="ignore"):
        mixed = bits ^ (bits >> 29)
        keys = (mixed * weights).sum(axis=1)
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def number_groups(values: Any) -> NDArray[np.int64]:
    """Number the groups of a column; rows without one stand each for themselves."""
    import pandas as pd

    codes, _ = pd.factorize(values)
    alone = codes < 0
    codes = codes.astype(np.int64)
    codes[alone] = codes.max(initial=0) + 1 + np.arange(int(alone.sum()))
    return np.asarray(codes, dtype=np.int64)


def _by_time(labels: Floats, is_class: bool, stamps: Floats, share: float) -> Split | None:
    known = np.flatnonzero(~np.isnan(stamps))
    if known.size < 0.5 * labels.size:
        return None
    ordered = known[np.argsort(stamps[known], kind="stable")]
    start = ordered.size - max(1, round(labels.size * share))
    if start <= 0:
        return None
    moment = stamps[ordered[start]]
    edges = (int((stamps[ordered] < moment).sum()), int((stamps[ordered] <= moment).sum()))
    start = min(edges, key=lambda edge: abs(edge - start))
    if not 0.4 * labels.size <= start <= 0.95 * labels.size:
        return None
    unknown = np.flatnonzero(np.isnan(stamps))
    split = Split("time-ordered", np.concatenate([unknown, ordered[:start]]), ordered[start:])
    if is_class and not (_has_all(labels, split.development) and _has_all(labels, split.validation)):
        return None
    return split


def _has_all(labels: Floats, rows: Rows) -> bool:
    """Tell whether each class has enough of these rows."""
    counts = np.bincount(labels[rows].astype(np.int64), minlength=int(labels.max()) + 1)
    return bool(counts.min() >= CLASS_COUNT_MIN)


def _bands(values: Floats) -> NDArray[np.int64]:
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (ranks * 10 // values.size).astype(np.int64)
