"""Tables without a target: columns chosen and read as the tabular models read them, then put on one scale for distances."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, InputInvalid, Progress, TrainingInvalid, TrainingSpec
from intendant.learning.estimators.tabular import (
    FEATURE_COUNT_MAX,
    Column,
    candidate_names,
    encode,
    features_of,
    find_form,
    numbers_of,
    plain,
    read_column,
    read_dates,
)

ROW_COUNT_MIN = 20
ROW_COUNT_MAX = {"quick": 100_000, "full": 500_000}
COLUMN_COUNT_MAX = 20_000
FEATURES_USED_MAX = 200
LEVEL_COUNT_MAX = 12  # categories of one column told apart; the rarer ones count together
QUANTILE_CLIPPED = 0.005
IDENTIFIER_ROW_COUNT_MIN = 50
IDENTIFIER_SPREAD_MAX = 10  # whole numbers, all different, that lie so close together number the rows
VALIDATION_SHARE = 0.2
LIBRARIES = ("numpy", "scikit-learn")


@dataclass(frozen=True, slots=True, eq=False)
class Unlabelled:
    """A table ready to be learnt from: `frame` holds exactly the used rows, `matrix` (n, columns) them as numbers.

    `held` marks the rows that judge: the latest where times are known, else a random share. `known` is the target, where one
    was named, for measuring alone.
    """

    frame: Any
    columns: tuple[Column, ...]
    matrix: Floats
    held: NDArray[np.bool_]
    split: str
    known: NDArray[np.object_] | None
    rows_read: int
    digest: str
    notices: list[str]


def read_unlabelled(frame: Any, spec: TrainingSpec, progress: Progress) -> Unlabelled:
    """Check and read a table; raises TrainingInvalid naming the field and the remedy."""
    progress(0.0, "checking")
    frame = frame.rename(columns=str)
    _check(frame, spec)
    notices: list[str] = []
    rows_read = len(frame)
    random = np.random.default_rng(spec.seed)
    if rows_read > ROW_COUNT_MAX[spec.effort]:
        limit = ROW_COUNT_MAX[spec.effort]
        notices.append(f"Of {rows_read:,} rows a random {limit:,} were used.")
        frame = frame.iloc[np.sort(random.choice(rows_read, limit, replace=False))]
    frame = frame.reset_index(drop=True)
    columns = _choose(frame, spec, notices)
    progress(0.05, "reading the features")
    matrix, _ = encode(columns, frame)
    held, split = _hold(frame, spec, random, notices)
    varied = [index for index, column in enumerate(matrix[~held].T) if np.unique(column[~np.isnan(column)]).size > 1]
    if not varied:
        raise TrainingInvalid(
            "No feature has different values in different rows.",
            field="feature_columns",
            remedy="Add columns that tell the rows apart.",
        )
    columns = tuple(columns[index] for index in varied)
    matrix = matrix[:, varied]
    state = hashlib.sha256(np.ascontiguousarray(matrix).tobytes())
    state.update(repr([(column.name, column.kind, column.levels, column.form) for column in columns]).encode())
    known = None
    if spec.target is not None:
        from intendant.learning.models import read_categories

        known = read_categories(frame[spec.target])
    return Unlabelled(frame, columns, matrix, held, split, known, rows_read, state.hexdigest(), notices)


def chosen_parameters(
    defaults: Mapping[str, float | int | str | bool], spec: TrainingSpec
) -> dict[str, float | int | str | bool]:
    """Return an algorithm's parameters with what was asked for; raises TrainingInvalid for a name or kind it has not."""
    for name, value in spec.parameters.items():
        if name not in defaults:
            raise TrainingInvalid(
                f"'{name}' is no parameter of this algorithm.",
                field=f"parameters.{name}",
                remedy=f"Use {', '.join(defaults) or 'none'}.",
            )
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TrainingInvalid(f"'{name}' is a number.", field=f"parameters.{name}", remedy="Give a number.")
    return {**defaults, **spec.parameters}


def bounded(parameters: Mapping[str, Any], name: str, least: float, most: float) -> float:
    """Return a parameter within its bounds; raises TrainingInvalid."""
    value = float(parameters[name])
    if not least <= value <= most:
        raise TrainingInvalid(f"{name} is {value:g}.", field=f"parameters.{name}", remedy=f"Use {least:g} to {most:g}.")
    return value


def versions() -> dict[str, str]:
    """Return what of the libraries' versions a result depends on."""
    return {name: version(name) for name in LIBRARIES}


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Columns on one scale: numbers clipped to the ordinary and standardised, categories as points of spread one.

    `owner` (d) names the column of each dimension, `level` its category's code (-1 for numbers); `centre`, `scale`, `low`,
    `high` are (d). Missing values stand at the mean.
    """

    columns: tuple[Column, ...]
    owner: NDArray[np.int64]
    level: NDArray[np.int64]
    centre: Floats
    scale: Floats
    low: Floats
    high: Floats

    def place(self, matrix: Floats) -> Floats:
        """Return the points of encoded rows, (n, d)."""
        own = matrix[:, self.owner]
        numeric = self.level < 0
        with np.errstate(invalid="ignore"):
            values = np.where(numeric, np.clip(own, self.low, self.high), (own == self.level).astype(np.float64))
        values = np.where(np.isnan(own), self.centre, values)
        return (values - self.centre) / self.scale

    def read(self, table: Mapping[str, Any] | Any) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Return points, encoded rows and what was strange of records; raises InputInvalid where nothing can be read."""
        matrix, strange = encode(self.columns, table)
        if len(matrix) and np.isnan(matrix).all():
            raise InputInvalid(
                "No feature of any record can be read.",
                field="input_data",
                remedy="Give values for the model's features.",
            )
        return self.place(matrix), matrix, strange

    def to_plain(self) -> dict[str, Any]:
        """Return the space as plain data for JSON."""
        table = np.column_stack([self.owner, self.level, self.centre, self.scale, self.low, self.high])
        return {"columns": columns_to_plain(self.columns), "dimensions": plain.encode_array(table)}

    @staticmethod
    def from_plain(body: Any) -> "Space":
        """Read a space, trusting nothing."""
        columns = columns_from_plain(body["columns"])
        table = plain.decode_array(body["dimensions"], dimensions=2)
        if table.shape[1] != 6 or not len(table):
            raise plain.invalid("its scale is unsound")
        owner, level = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
        if owner.min() < 0 or owner.max() >= len(columns) or (table[:, 3] <= 0).any():
            raise plain.invalid("its scale is unsound")
        return Space(columns, owner, level, table[:, 2], table[:, 3], table[:, 4], table[:, 5])


def fit_space(columns: tuple[Column, ...], matrix: Floats) -> Space:
    """Learn the scale of each column."""
    parts: list[tuple[int, int, float, float, float, float]] = []
    for index, column in enumerate(columns):
        values = matrix[:, index]
        present = values[~np.isnan(values)]
        if column.is_category:
            codes, counts = np.unique(present, return_counts=True)
            kept = np.sort(np.argsort(-counts, kind="stable")[:LEVEL_COUNT_MAX])
            shares = counts[kept] / present.size
            spread = float(np.sqrt(max(float((shares * (1 - shares)).sum()), 1e-4)))
            parts += [
                (index, int(codes[place]), float(share), spread, 0.0, 1.0)
                for place, share in zip(kept, shares, strict=True)
            ]
            continue
        low, high = (float(edge) for edge in np.quantile(present, [QUANTILE_CLIPPED, 1 - QUANTILE_CLIPPED]))
        if low == high:  # a column of one value but for the rare ones
            low, high = float(present.min()), float(present.max())
        clipped = np.clip(present, low, high)
        parts.append((index, -1, float(clipped.mean()), float(clipped.std()) or 1.0, low, high))
    owner, level, centre, scale, low_edges, high_edges = (np.array(each) for each in zip(*parts, strict=True))
    return Space(columns, owner.astype(np.int64), level.astype(np.int64), centre, scale, low_edges, high_edges)


def columns_to_plain(columns: tuple[Column, ...]) -> list[list[Any]]:
    """Return columns as plain data."""
    return [[c.name, c.source, c.kind, list(c.levels), c.form, c.since, c.since_form] for c in columns]


def columns_from_plain(entries: Any) -> tuple[Column, ...]:
    """Read columns, trusting nothing."""
    columns = tuple(read_column(entry) for entry in entries)
    if not 0 < len(columns) <= FEATURE_COUNT_MAX:
        raise plain.invalid("it has too many or too few features")
    return columns


def shown(column: Column, number: float) -> str | None:
    """Return a value of an encoded row as people read it."""
    if np.isnan(number):
        return None
    match column.kind:
        case "category":
            return column.levels[int(number)] if 0 <= int(number) < len(column.levels) else None
        case "boolean":
            return "yes" if number else "no"
        case "days" if column.since is None:
            return str(np.datetime64(int(number * 86_400), "s").astype("datetime64[D]"))
        case _:
            return f"{number:.6g}"


def unusual_of(columns: tuple[Column, ...], strange: NDArray[np.bool_]) -> list[tuple[str, ...]]:
    """Return for each record the features never seen or unreadable."""
    found: list[tuple[str, ...]] = [()] * len(strange)
    for row in np.flatnonzero(strange.any(axis=1)):
        found[row] = tuple(dict.fromkeys(columns[index].source for index in np.flatnonzero(strange[row])))
    return found


def sources_of(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the table's columns that are read."""
    names = [column.source for column in columns]
    return tuple(dict.fromkeys([*names, *(column.since for column in columns if column.since)]))


def _check(frame: Any, spec: TrainingSpec) -> None:
    names = list(frame.columns)
    if len(names) > COLUMN_COUNT_MAX:
        raise TrainingInvalid(
            f"{len(names):,} columns are too many; at most {COLUMN_COUNT_MAX:,} are looked at.",
            field="feature_columns",
            remedy="Choose the columns that matter.",
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise TrainingInvalid(f"Two columns are named '{twice}'.", field="feature_columns", remedy="Rename one.")
    for field, name in (("target_column", spec.target), ("time", spec.time), ("group", spec.group)):
        if name is not None and name not in names:
            raise TrainingInvalid(
                f"The table has no column '{name}'.", field=field, remedy="Name a column that it has, or none."
            )
    if len(frame) < ROW_COUNT_MIN:
        raise TrainingInvalid(
            f"{len(frame)} rows are too few to learn from; at least {ROW_COUNT_MIN} are needed.",
            field="training_data_source",
            remedy="Add rows.",
        )


def _choose(frame: Any, spec: TrainingSpec, notices: list[str]) -> tuple[Column, ...]:
    left_out: dict[str, list[str]] = {}
    columns: list[Column] = []
    for name in candidate_names(frame, spec, notices):
        found = features_of(name, frame[name], spec, None, notices)
        if not isinstance(found, str) and found[0].kind == "numeric" and _numbers_rows(frame[name]):
            found = "it numbers the rows"
        if isinstance(found, str):
            left_out.setdefault(found, []).append(name)
        else:
            # Of a date how long ago it was; month and weekday would count it three times over.
            columns.append(found[0])
        if len(columns) == FEATURES_USED_MAX:
            notices.append(f"The first {FEATURES_USED_MAX} usable columns were used.")
            break
    for why, which in left_out.items():
        more = f" and {len(which) - 8} more" if len(which) > 8 else ""
        notices.append(f"{', '.join(which[:8])}{more} left out: {why}.")
    if not columns:
        raise TrainingInvalid(
            "No column holds anything to learn from: all are empty, constant, free text or name the row.",
            field="feature_columns",
            remedy="Add columns whose values differ between rows.",
        )
    return tuple(columns)


def _numbers_rows(column: Any) -> bool:
    if (
        getattr(column.dtype, "kind", "O") not in "fiu"
        or len(column) < IDENTIFIER_ROW_COUNT_MIN
        or not column.is_unique
    ):
        return False
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    whole = bool(np.isfinite(values).all() and (values == np.floor(values)).all())
    return whole and bool(np.ptp(values) < IDENTIFIER_SPREAD_MAX * values.size)


def _hold(
    frame: Any, spec: TrainingSpec, random: np.random.Generator, notices: list[str]
) -> tuple[NDArray[np.bool_], str]:
    count = max(1, round(VALIDATION_SHARE * len(frame)))
    held = np.zeros(len(frame), dtype=bool)
    if spec.time is not None:
        column = frame[spec.time]
        numeric = getattr(column.dtype, "kind", "O") in "fiub"
        stamps, _ = numbers_of(column) if numeric else read_dates(column, find_form(column))
        known = np.flatnonzero(~np.isnan(stamps))
        if known.size >= 0.5 * len(frame) and np.ptp(stamps[known]) > 0:
            held[known[np.argsort(stamps[known], kind="stable")][-count:]] = True
            return held, "time-ordered"
        notices.append("The times do not order the rows, so validation rows were drawn at random.")
    held[random.choice(len(frame), count, replace=False)] = True
    return held, "random"
