"""Which rows teach and which judge: the latest are held out when times are known, else a stratified share."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.learning.models._preparation import TrainingDataInvalid

VALIDATION_SHARE = 0.2
VALIDATION_SHARE_MAX = 0.4
RARER_OUTCOME_WANTED = 30  # in the validation part: where an outcome is rare, more rows are held out to see it
OUTCOME_COUNT_MIN = 5  # of each outcome in either part, else a time-ordered split judges nothing


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row positions of the development and the validation part, each in time order where times are known."""

    kind: Literal["time-ordered", "stratified"]
    development: NDArray[np.int64]
    validation: NDArray[np.int64]


def split_rows(
    labels: NDArray[np.int64], times: Any | None, rows: NDArray[np.int64], *, seed: int, notices: list[str]
) -> Split:
    """Return the split of the given rows; rows decided at the same moment stay on the same side."""
    share = _validation_share(labels[rows])
    if times is not None:
        stamps = _stamps(times, labels.size)
        split = _by_time(stamps, rows, share)
        if split is None:
            notices.append("The times do not order the rows, so validation rows were drawn at random instead.")
        elif _both_outcomes(labels, split):
            unknown = int(np.isnan(stamps[rows]).sum())
            if unknown:
                notices.append(f"{unknown} rows have no time; they were used for training only.")
            return split
        else:
            notices.append("The latest rows hold too few of one outcome, so validation rows were drawn at random.")
    return _stratified(labels, rows, seed, share)


def deal_folds(labels: NDArray[np.int64], fold_count: int, seed: int) -> NDArray[np.int64]:
    """Deal rows into folds at random, each outcome evenly."""
    generator = np.random.default_rng(seed)
    folds = np.empty(labels.size, dtype=np.int64)
    for label in (0, 1):
        members = np.flatnonzero(labels == label)
        folds[generator.permutation(members)] = np.arange(members.size) % fold_count
    return folds


def _validation_share(labels: NDArray[np.int64]) -> float:
    rarer = int(min(labels.sum(), labels.size - labels.sum()))
    return min(VALIDATION_SHARE_MAX, max(VALIDATION_SHARE, RARER_OUTCOME_WANTED / max(rarer, 1)))


def _by_time(stamps: NDArray[np.float64], rows: NDArray[np.int64], share: float) -> Split | None:
    known = rows[~np.isnan(stamps[rows])]
    unknown = rows[np.isnan(stamps[rows])]
    ordered = known[np.argsort(stamps[known], kind="stable")]
    start = ordered.size - max(1, round(rows.size * share))
    if start <= 0:
        return None
    moment = stamps[ordered[start]]
    before = int((stamps[ordered] < moment).sum())
    after = int((stamps[ordered] <= moment).sum())
    start = min((before, after), key=lambda edge: abs(edge - start))
    if not 0.5 * rows.size <= start <= 0.95 * rows.size:
        return None
    development = np.concatenate([unknown, ordered[:start]])
    return Split("time-ordered", development, ordered[start:])


def _stratified(labels: NDArray[np.int64], rows: NDArray[np.int64], seed: int, share: float) -> Split:
    generator = np.random.default_rng(seed)
    held: list[NDArray[np.int64]] = []
    for label in (0, 1):
        members = generator.permutation(rows[labels[rows] == label])
        held.append(members[: max(1, round(members.size * share))])
    validation = np.sort(np.concatenate(held))
    return Split("stratified", np.setdiff1d(rows, validation), validation)


def _both_outcomes(labels: NDArray[np.int64], split: Split) -> bool:
    return all(
        int((labels[part] == label).sum()) >= OUTCOME_COUNT_MIN
        for part in (split.development, split.validation)
        for label in (0, 1)
    )


def _stamps(times: Any, count: int) -> NDArray[np.float64]:
    """Return times as numbers that order them; NaN where unknown."""
    import pandas as pd

    values = np.asarray(times)
    if values.shape != (count,):
        raise TrainingDataInvalid(
            f"There are {values.size} times for {count} rows.", field="times", remedy="Give one time per row."
        )
    if values.dtype.kind in "fiu":
        numbers = values.astype(np.float64)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    parsed = pd.Series(pd.to_datetime(pd.Series(values), errors="coerce", utc=True, format="mixed"))
    stamps = parsed.to_numpy(dtype="datetime64[ns]").astype(np.int64).astype(np.float64)
    stamps[parsed.isna().to_numpy()] = np.nan
    return stamps
