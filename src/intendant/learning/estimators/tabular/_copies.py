"""Rows that are copies of each other, also where a stamp, a number of the row or a rounding differs: they stay together.

A model that has seen a copy of a row knows its answer, so copies on both sides of a split make labels of pure chance look told.
Rows are taken for copies where they are equal in all columns but those that name rows, or share the values of some columns whose
values hardly ever meet by chance.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import TrainingSpec

TELLING_SHARE = 0.1  # a column with fewer different values, as a share of rows, says little of who a row is
TELLING_COLUMN_COUNT_MAX = 12
SHARED_BY_MAX = 50  # a value that more rows have is ordinary, and proves no copy
CHANCE_MAX = 0.05  # accidental copies per row that are borne
SIGNIFICANT_DIGITS = 6
BUNDLE_SHARE_MAX = 0.1  # of all rows: larger bundles cannot be dealt

Codes = NDArray[np.int64]


def bundle_copies(frame: Any, spec: TrainingSpec) -> Codes:
    """Number rows such that copies share a number; the target, and what is left out, is not looked at."""
    apart = {spec.target, *spec.exclude}
    names = [name for name in frame.columns if name not in apart and (spec.features is None or name in spec.features)]
    counting = [name for name in names if not _names_rows(frame[name])]
    equal = _equal(frame, counting or names)
    told = [codes for name in counting if (codes := _telling(frame[name])) is not None]
    if not told:
        return equal
    told.sort(key=lambda codes: -int(codes.max()))
    shared = _equal(frame, [name for name in counting if not _all_differ(frame[name])])
    alike = np.where(told[0] >= 0, shared, -1)
    joined = _joined([equal, alike, *_bands(told[:TELLING_COLUMN_COUNT_MAX], len(frame))])
    largest = int(np.bincount(joined).max(initial=0))
    return equal if largest > max(SHARED_BY_MAX, BUNDLE_SHARE_MAX * len(frame)) else joined


def _equal(frame: Any, names: Sequence[str]) -> Codes:
    import pandas as pd

    hashes = np.zeros(len(frame), dtype=np.uint64)
    for position, name in enumerate(names):
        try:
            one = pd.util.hash_array(np.asarray(pd.factorize(frame[name])[0]))
        except TypeError:
            continue
        with np.errstate(over="ignore"):
            hashes = hashes * np.uint64(1_000_003) + one + np.uint64(position)
    return np.unique(hashes, return_inverse=True)[1].astype(np.int64)


def _telling(column: Any) -> Codes | None:
    """Return the codes of a column whose values are mostly rare, -1 where a value is missing or ordinary; else None."""
    import pandas as pd

    values = column
    if column.dtype.kind == "f":
        values = _rounded(column.to_numpy(dtype=np.float64, na_value=np.nan))
    try:
        codes, distinct = pd.factorize(values)
    except TypeError:
        return None
    if len(distinct) < max(2, TELLING_SHARE * len(column)) or len(distinct) == len(column):
        return None
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    return np.where((codes >= 0) & (counts[codes] <= SHARED_BY_MAX), codes, -1).astype(np.int64)


def _bands(told: Sequence[Codes], row_count: int) -> list[Codes]:
    """Return codes of small sets of columns, such that two rows hardly share one by chance; sets differ, so one stamp harms few."""
    bands = []
    for start in range(len(told)):
        key, chance = told[start], _chance(told[start])
        for step in range(1, len(told)):
            other = told[(start + step) % len(told)]
            chance *= _chance(other)
            both = (key >= 0) & (other >= 0)
            key = np.where(both, np.unique(key * (int(other.max()) + 1) + other, return_inverse=True)[1], -1)
            if chance * row_count <= CHANCE_MAX:
                bands.append(key.astype(np.int64))
                break
    return bands


def _chance(codes: Codes) -> float:
    """Return how likely two rows share a value of a column."""
    counts = np.bincount(codes[codes >= 0])
    return float(((counts / codes.size) ** 2).sum())


def _joined(keys: Sequence[Codes]) -> Codes:
    """Return one number for all rows that any of the keys ties together, directly or by way of others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = keys[0].size
    starts, ends = [], []
    for key in keys:
        rows = np.flatnonzero(key >= 0)
        ordered = rows[np.argsort(key[rows], kind="stable")]
        same = key[ordered][1:] == key[ordered][:-1]
        starts.append(ordered[:-1][same])
        ends.append(ordered[1:][same])
    first, second = np.concatenate(starts), np.concatenate(ends)
    ties = coo_array((np.ones(first.size, dtype=np.int8), (first, second)), shape=(count, count))
    return np.asarray(connected_components(ties, directed=False)[1], dtype=np.int64)


def _rounded(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers to some significant digits."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(numbers))) - SIGNIFICANT_DIGITS + 1)
        rounded = np.round(numbers / unit) * unit
    return np.where(np.isfinite(rounded), rounded, numbers)


def _all_differ(column: Any) -> bool:
    try:
        return bool(column.is_unique)
    except TypeError:
        return False


def _names_rows(column: Any) -> bool:
    """Tell whether values are all different whole numbers or texts, as ids are."""
    if not _all_differ(column):
        return False
    if column.dtype.kind == "f":
        numbers = column.to_numpy()
        return bool((np.mod(numbers[np.isfinite(numbers)][:1_000], 1) == 0).all())
    return column.dtype.kind not in "Mb"
