"""How one value becomes a number of a model's matrix: read the same way in training and in serving, one record or many."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.learning.datasets import parse_dates
from intendant.learning.estimators._contract import Floats, InputInvalid
from intendant.learning.models import OTHER_CATEGORY, read_boolean, read_categories, read_category, read_number

Kind = Literal["numeric", "boolean", "category", "days", "month", "weekday", "hour"]

FEW_RECORDS = 16  # up to here plain Python is quicker than columns
SECONDS_PER_DAY = 86_400.0
NUMBER_MAX = 3e38  # of what a 32-bit float holds, which trees compare by
COMPACT_DATE = "%Y%m%d"
TIME_KINDS: tuple[Kind, ...] = ("days", "month", "weekday", "hour")


@dataclass(frozen=True, slots=True)
class Column:
    """One feature: what it is called, the table's column it comes from and how that is read.

    `levels` are the categories by code; what is not among them takes the place of the rare ones, where these were put
    together, and else counts as missing. `form` is how dates are written, where they are text. `since` names a second
    column of dates from which "days" counts; without it they count from 1970.
    """

    name: str
    source: str
    kind: Kind
    levels: tuple[str, ...] = ()
    form: str | None = None
    since: str | None = None
    since_form: str | None = None

    @property
    def is_category(self) -> bool:
        """Return whether its numbers are codes, without order."""
        return self.kind == "category"

    @property
    def type(self) -> str:
        """Return the type as people call it."""
        return "date" if self.kind in TIME_KINDS else self.kind


def encode(columns: Sequence[Column], table: Mapping[str, Any] | Any) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the matrix (n, features), NaN where missing, and where a value was never seen or cannot be read.

    Raises InputInvalid where the table has none of the columns or columns of different lengths.
    """
    if not isinstance(table, Mapping) and not all(isinstance(name, str) for name in table.columns):
        table = table.rename(columns=str)
    sources = list(dict.fromkeys([c.source for c in columns] + [c.since for c in columns if c.since]))
    given = {name: table[name] for name in sources if name in table}
    sizes = {len(values) for values in given.values()}
    if len(sizes) != 1:
        raise InputInvalid(
            "The records have none of the model's features."
            if not sizes
            else "The columns have different numbers of values.",
            field="input_data",
            remedy=f"Give values for {', '.join(sources[:5])}{' and more' if len(sources) > 5 else ''}.",
        )
    (count,) = sizes
    matrix = np.full((count, len(columns)), np.nan)
    strange = np.zeros(matrix.shape, dtype=bool)
    moments: dict[tuple[str, str | None], tuple[Floats, NDArray[np.bool_]]] = {}

    def read_moments(name: str, form: str | None) -> tuple[Floats, NDArray[np.bool_]]:
        if (name, form) not in moments:
            moments[name, form] = read_dates(given[name], form)
        return moments[name, form]

    for index, column in enumerate(columns):
        if column.source not in given:
            continue
        values = given[column.source]
        if column.kind == "category":
            matrix[:, index], strange[:, index] = _codes(values, column.levels)
        elif column.kind in TIME_KINDS:
            seconds, unread = read_moments(column.source, column.form)
            origin = 0.0 if column.since is None else np.nan
            if column.since in given:
                origin = read_moments(column.since, column.since_form)[0]  # type: ignore[assignment]
            matrix[:, index], strange[:, index] = _part_of(seconds, column.kind, origin), unread
        else:
            matrix[:, index], strange[:, index] = numbers_of(values, boolean=column.kind == "boolean")
    return np.clip(matrix, -NUMBER_MAX, NUMBER_MAX), strange


def numbers_of(values: Any, *, boolean: bool = False) -> tuple[Floats, NDArray[np.bool_]]:
    """Return values as numbers, NaN where missing, and where they are neither a number nor missing."""
    kind = getattr(getattr(values, "dtype", None), "kind", "O")
    if kind in "fiub" and not (boolean and kind != "b"):
        array = values.to_numpy(dtype=np.float64, na_value=np.nan) if hasattr(values, "to_numpy") else values
        numbers = np.asarray(array, dtype=np.float64)
        return np.where(np.isfinite(numbers), numbers, np.nan), np.zeros(numbers.size, dtype=bool)
    reader = read_boolean if boolean else read_number
    read = [reader(value) for value in _listed(values)]
    unread = np.array([number is None for number in read], dtype=bool)
    return np.array([math.nan if number is None else number for number in read], dtype=np.float64), unread


def read_dates(values: Any, form: str | None) -> tuple[Floats, NDArray[np.bool_]]:
    """Return moments as seconds since 1970, NaN where missing, and where there is a value that is no date."""
    import pandas as pd

    kind = getattr(getattr(values, "dtype", None), "kind", "O")
    if kind == "M":
        return _seconds(pd.Series(values)), np.zeros(len(values), dtype=bool)
    listed = _listed(values)
    missing = np.array([_is_missing(value) for value in listed], dtype=bool)
    if len(listed) <= FEW_RECORDS and form is None:
        seconds = np.array([math.nan if gone else _iso(v) for v, gone in zip(listed, missing, strict=True)])
        return seconds, np.isnan(seconds) & ~missing
    texts = pd.Series([None if gone else _written(v) for v, gone in zip(listed, missing, strict=True)], dtype="str")
    seconds = np.full(len(listed), np.nan)
    if form is not None:
        seconds = _seconds(parse_dates(texts, form))
    left = np.isnan(seconds) & ~missing
    if left.any():
        seconds[left] = _seconds(pd.to_datetime(texts[left], errors="coerce", utc=True, format="ISO8601"))
    return seconds, np.isnan(seconds) & ~missing


def _part_of(seconds: Floats, kind: Kind, origin: Any) -> Floats:
    days = np.floor(seconds / SECONDS_PER_DAY)
    match kind:
        case "days":
            return np.asarray((seconds - origin) / SECONDS_PER_DAY, dtype=np.float64)
        case "weekday":
            return np.asarray(np.mod(days + 3, 7), dtype=np.float64)  # 1 January 1970 was a Thursday
        case "hour":
            return np.asarray(np.floor((seconds - days * SECONDS_PER_DAY) / 3_600), dtype=np.float64)
        case _:
            months = np.full(seconds.size, np.nan)
            known = ~np.isnan(seconds)
            stamps = seconds[known].astype(np.int64).astype("datetime64[s]").astype("datetime64[M]")
            months[known] = stamps.astype(np.int64) % 12 + 1
            return months


def _codes(values: Any, levels: tuple[str, ...]) -> tuple[Floats, NDArray[np.bool_]]:
    known = {level: float(code) for code, level in enumerate(levels)}
    fallback = known.get(OTHER_CATEGORY, math.nan)
    if len(values) > FEW_RECORDS:
        import pandas as pd

        try:
            positions, distinct = pd.factorize(values if hasattr(values, "dtype") else _array(values))
        except TypeError:  # not hashable, such as a list
            positions, distinct = pd.factorize(read_categories(values))
        texts = [read_category(value) for value in distinct]
    else:
        texts = [read_category(value) for value in _listed(values)]
        positions = np.arange(len(texts))
    codes = np.array([math.nan if text is None else known.get(text, fallback) for text in texts] + [math.nan])
    unseen = np.array([text is not None and text not in known for text in texts] + [False])
    return codes[positions], unseen[positions]


def _listed(values: Any) -> list[Any]:
    return values.tolist() if hasattr(values, "tolist") else list(values)


def _array(values: Any) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def _seconds(moments: Any) -> Floats:
    """Return a series of moments as seconds since 1970; those without a zone are taken as UTC."""
    if getattr(moments.dtype, "tz", None) is not None:
        moments = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    stamps = moments.to_numpy(dtype="datetime64[us]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 1e6)


def _iso(value: object) -> float:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_written(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return math.nan


def _written(value: object) -> str:
    """Return a value as text; a whole number as 20260331, also where missing values beside it made it a float."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)[:64]


def _is_missing(value: object) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return (isinstance(value, float) and math.isnan(value)) or (isinstance(value, str) and not value.strip())
