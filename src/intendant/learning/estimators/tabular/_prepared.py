"""Everything before a fit, the same for all algorithms: target, rows, split, features, matrix, problem."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, Progress, TrainingInvalid, TrainingSpec
from intendant.learning.estimators.tabular._choosing_columns import Chosen, choose_columns, find_form
from intendant.learning.estimators.tabular._columns import encode, numbers_of, read_dates
from intendant.learning.estimators.tabular._copies import bundle_copies
from intendant.learning.estimators.tabular._problem import Problem
from intendant.learning.estimators.tabular._split import (
    Rows,
    Split,
    deal_folds,
    duplicate_bundles,
    number_groups,
    split_rows,
)
from intendant.learning.estimators.tabular._target import Target, read_target

ROW_COUNT_MAX = {"quick": 150_000, "full": 1_000_000}
COLUMN_COUNT_MAX = 20_000
LARGE_ROW_COUNT, VERY_LARGE_ROW_COUNT = 5_000, 40_000
DUPLICATE_NOTICE_SHARE = 0.05


class Stage:
    """Where the training stands; `tick` tells it again, so that what progress raises ends long fits too."""

    def __init__(self, progress: Progress):
        """Start at nothing done."""
        self._progress = progress
        self._share, self._words = 0.0, "checking"

    def reach(self, share: float, words: str) -> None:
        """Say that a share is done and what comes now."""
        self._share, self._words = share, words
        self.tick()

    def tick(self) -> None:
        """Say it again."""
        self._progress(self._share, self._words)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A table ready to be fitted. All arrays have one entry per used row; `frame` holds exactly these rows."""

    frame: Any
    spec: TrainingSpec
    stage: Stage
    problem: Problem
    matrix: Floats
    target: Target
    fitted: Floats
    centre: float
    scale: float
    split: Split
    bundles: NDArray[np.int64]
    chosen: Chosen
    notices: tuple[str, ...]
    digest: str
    rows_read: int
    duplicate_share: float

    @property
    def is_class(self) -> bool:
        """Return whether classes are told."""
        return bool(self.target.classes)

    def folds(self, rows: Rows) -> Rows:
        """Return the fold of each of some rows, bundles whole; the more rows, the fewer folds are needed."""
        count = 5 if self.spec.effort == "full" else 4
        if self.spec.effort == "quick" and rows.size >= LARGE_ROW_COUNT:
            count = 3 if rows.size < VERY_LARGE_ROW_COUNT else 2
        return deal_folds(self.target.values[rows], self.is_class, self.bundles[rows], count, self.problem.seed + 1)


def prepare(frame: Any, spec: TrainingSpec, parameters: Any, progress: Progress) -> Prepared:
    """Check and read a table; raises TrainingInvalid naming the field and the remedy."""
    stage = Stage(progress)
    stage.tick()
    frame = _named(frame)
    _check_spec(frame, spec)
    notices: list[str] = []
    target = _sampled(read_target(frame, spec, notices), spec, notices)
    rows_read = len(frame)
    frame = frame.iloc[target.rows].reset_index(drop=True)
    times, time_form, stamps = _times(frame, spec, notices)
    stage.reach(0.02, "looking at the columns")
    groups = None if spec.group is None else number_groups(frame[spec.group])
    is_class = bool(target.classes)
    # Rows are parted before features are chosen, so that nothing is learnt from those that judge; equal rows are found
    # by all columns a model might look at.
    bundles = groups if groups is not None else bundle_copies(frame, spec)
    split = split_rows(target.values, is_class, stamps, bundles, groups is not None, spec.seed, notices)
    stage.reach(0.04, "looking for leakage")
    seen = np.arange(target.rows.size, dtype=np.int64)[split.development]
    taught = Target(seen, target.values[seen], target.fitted[seen], target.classes)
    chosen = choose_columns(
        frame.iloc[split.development],
        spec,
        taught,
        None if times is None else times[split.development],
        time_form,
        notices,
    )
    stage.reach(0.08, "reading the features")
    matrix, _ = encode(chosen.columns, frame)
    varied = np.array([np.unique(column[~np.isnan(column)][:100_000]).size for column in matrix[split.development].T])
    if (varied == 0).all():
        raise TrainingInvalid(
            "No feature could be read.", field="feature_columns", remedy="Check how the columns are written."
        )
    centre, scale = 0.0, 1.0
    if not is_class:
        centre = float(taught.fitted.mean())
        scale = float(taught.fitted.std()) or 1.0
    share = 1 - np.unique(duplicate_bundles(matrix)).size / len(matrix)
    copied = max(share, 1 - np.unique(bundles).size / len(bundles))
    if copied > DUPLICATE_NOTICE_SHARE and groups is None:
        notices.append(
            f"{copied:.0%} of the rows repeat another, in all features or in several that hardly meet by chance; copies stay on "
            "one side of every split. If rows belong to the same customer or thing, name the column that tells which as group."
        )
    problem = Problem(
        task=spec.task,
        heads=len(target.classes) if len(target.classes) > 2 else 1,
        columns=chosen.columns,
        monotone=chosen.monotone,
        parameters=parameters,
        effort=spec.effort,
        seed=spec.seed,
        tick=stage.tick,
    )
    return Prepared(
        frame=frame,
        spec=spec,
        stage=stage,
        problem=problem,
        matrix=matrix,
        target=target,
        fitted=target.values if is_class else (target.fitted - centre) / scale,
        centre=centre,
        scale=scale,
        split=split,
        bundles=bundles,
        chosen=chosen,
        notices=tuple(notices),
        digest=_digest(matrix, target, chosen),
        rows_read=rows_read,
        duplicate_share=share,
    )


def _named(frame: Any) -> Any:
    frame = frame.rename(columns=str)
    names = list(frame.columns)
    if len(names) > COLUMN_COUNT_MAX:
        raise TrainingInvalid(
            f"{len(names):,} columns are too many; at most {COLUMN_COUNT_MAX:,} are looked at.",
            field="feature_columns",
            remedy="Choose the columns that matter.",
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise TrainingInvalid(
            f"Two columns are named '{twice}'.", field="feature_columns", remedy="Rename one of them."
        )
    return frame


def _check_spec(frame: Any, spec: TrainingSpec) -> None:
    if not 0.5 <= spec.coverage < 1:
        raise TrainingInvalid(
            f"The coverage {spec.coverage} is no share from 0.5 to below 1.", field="coverage", remedy="Use 0.9."
        )
    for field, name in (("time", spec.time), ("group", spec.group)):
        if name is not None and name not in frame.columns:
            raise TrainingInvalid(
                f"The table has no column '{name}'.", field=field, remedy="Name a column that it has, or none."
            )
        if name is not None and name == spec.target:
            raise TrainingInvalid(f"'{name}' is the target.", field=field, remedy="Name another column.")
    if spec.target is not None and spec.features is not None and spec.target in spec.features:
        raise TrainingInvalid(
            f"The target '{spec.target}' cannot be a feature.",
            field="feature_columns",
            remedy="Take it off the features.",
        )


def _sampled(target: Target, spec: TrainingSpec, notices: list[str]) -> Target:
    limit = ROW_COUNT_MAX[spec.effort]
    if target.rows.size <= limit:
        return target
    notices.append(
        f"Of {target.rows.size:,} rows a random {limit:,} were used, which is what {spec.effort} effort looks at."
    )
    return target.take(np.sort(np.random.default_rng(spec.seed).choice(target.rows.size, limit, replace=False)))


def _times(frame: Any, spec: TrainingSpec, notices: list[str]) -> tuple[Any | None, str | None, Floats | None]:
    """Return when each row happened: as moments for the scan, the form they are written in, and as numbers."""
    if spec.time is None:
        return None, None, None
    column = frame[spec.time]
    if getattr(column.dtype, "kind", "O") in "fiu":
        numbers, _ = numbers_of(column)
        return numbers, None, numbers
    form = find_form(column)
    seconds, _ = read_dates(column, form)
    unknown = int(np.isnan(seconds).sum())
    if unknown == seconds.size:
        raise TrainingInvalid(
            f"{spec.time} holds no dates that can be read.", field="time", remedy="Write them like 2026-03-31."
        )
    if unknown:
        notices.append(f"{unknown:,} rows have no {spec.time}; they teach and do not judge.")
    moments = np.full(seconds.size, np.datetime64("NaT"), dtype="datetime64[s]")
    moments[~np.isnan(seconds)] = seconds[~np.isnan(seconds)].astype(np.int64).astype("datetime64[s]")
    return moments, form, seconds


def _digest(matrix: Floats, target: Target, chosen: Chosen) -> str:
    state = hashlib.sha256(np.ascontiguousarray(matrix).tobytes())
    state.update(np.ascontiguousarray(target.values).tobytes())
    for column, direction in zip(chosen.columns, chosen.monotone, strict=True):
        state.update(repr((column.name, column.source, column.kind, column.levels, column.form, direction)).encode())
    state.update(repr(target.classes).encode())
    return state.hexdigest()
