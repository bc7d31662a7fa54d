"""From a long table (one line per series and date, or many) to series on a regular grid of periods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._calendar import (
    SEASONS,
    SECONDS,
    Calendar,
    Frequency,
    check_frequency,
    infer_calendar,
)
from intendant.learning.forecasting._times import read_times

if TYPE_CHECKING:
    import pandas as pd

Duplicates = Literal["sum", "mean", "last"]
Missing = Literal["auto", "interpolate", "zero"]

SERIES_MAX = 200_000
PERIODS_MAX = 200_000
CELLS_MAX = 40_000_000
NAME_LENGTH_MAX = 200
PARTIAL_SHARE_MAX = 0.85
"""A last period of which less than this has passed is left out: it would look like a fall."""
FINER_SHARE_MIN = 0.05
"""Of periods that hold several moments; then rows are single happenings, not figures of a period."""
SINGLE = "all"
"""The name of the only series of a table without series columns."""


class SeriesInvalid(Invalid):
    """A table from which no series can be made. Names the column and the remedy."""

    code = "series_invalid"


@dataclass(frozen=True, eq=False)
class SeriesTable:
    """Series on a grid. `values[i]` holds one number a period, NaN where nothing is known; its first period is `first[i]`.

    `keys[i]` are the values of `key_columns`, or (`SINGLE`,). `counted` marks sums of many rows, where a period without rows is 0.
    """

    keys: tuple[tuple[str, ...], ...]
    key_columns: tuple[str, ...]
    values: tuple[Floats, ...]
    first: Integers
    calendar: Calendar
    counted: bool
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return one text per series: its keys joined."""
        return tuple(" / ".join(key) for key in self.keys)

    @cached_property
    def last(self) -> Integers:
        """Return the number of each series' last period."""
        result: Integers = self.first + np.asarray([len(values) for values in self.values], dtype=np.int64) - 1
        return result

    def upto(self, left_out: Sequence[int] | Integers) -> "SeriesTable":
        """Return the table without so many last periods of each series."""
        kept = tuple(values[: len(values) - int(out)] for values, out in zip(self.values, left_out, strict=True))
        return replace(self, values=kept)

    def pick(self, places: Sequence[int] | Integers) -> "SeriesTable":
        """Return some of the series."""
        return replace(
            self,
            keys=tuple(self.keys[place] for place in places),
            values=tuple(self.values[place] for place in places),
            first=self.first[np.asarray(places, dtype=np.int64)],
        )


def series_from_frame(
    frame: "pd.DataFrame",
    *,
    time: str,
    value: str | None = None,
    series: Sequence[str] = (),
    frequency: str = "auto",
    duplicates: Duplicates | None = None,
    missing: Missing = "auto",
    day_first: bool = False,
    calendar: Calendar | None = None,
) -> SeriesTable:
    """Return the series of a long table.

    Without `value` rows are counted. Several rows of a period are summed unless `duplicates` says otherwise; a period without rows
    is 0 where rows were summed up from a finer time or counted (`missing` auto), else unknown. `calendar`: that of another
    table. Raises SeriesInvalid.
    """
    for column in (time, *([value] if value else []), *series):
        if column not in frame.columns:
            known = ", ".join(str(name) for name in list(frame.columns)[:12])
            raise SeriesInvalid(
                f"There is no column '{column}'.", field=column[:NAME_LENGTH_MAX], remedy=f"Columns: {known}."
            )
    if len(frame) == 0:
        raise SeriesInvalid("The table has no rows.", field=time, remedy="Give a table with at least a few dates.")
    notices: list[str] = []
    times = read_times(frame[time], day_first=day_first)
    amounts = np.ones(len(frame)) if value is None else _numbers(frame[value])
    usable = times.readable & np.isfinite(amounts)
    if not times.readable.any():
        raise SeriesInvalid(
            f"Column '{time}' holds no dates that can be read.", field=time, remedy="Write dates as 2024-03-31."
        )
    if not usable.any():
        raise SeriesInvalid(
            f"Column '{value}' holds no numbers.", field=value or time, remedy="Name the column with the figures."
        )
    for left, what in ((~times.readable, "date"), (times.readable & ~np.isfinite(amounts), "number")):
        if left.any():
            notices.append(f"{int(left.sum()):,} rows without a readable {what} were left out.")
    if times.notice:
        notices.append(times.notice)
    keys, codes = _codes(frame, series, usable)
    moments, amounts = times.moments[usable], amounts[usable]
    if calendar is not None:
        if (calendar.frequency == "step") != times.steps:
            raise SeriesInvalid(
                f"Column '{time}' is written in another way.", field=time, remedy="Write all times alike."
            )
    elif times.steps:
        if frequency not in ("auto", "step"):
            # Whole numbers may count months or quarters; then they have that season and no date.
            wanted: Frequency = check_frequency(frequency)
            notices.append(f"'{time}' counts periods; they are taken to be {wanted}.")
        calendar = Calendar(
            "step", season=None if frequency in ("auto", "step") else SEASONS[check_frequency(frequency)]
        )
    else:
        calendar = infer_calendar(moments, codes, None if frequency == "auto" else check_frequency(frequency))
    numbers = calendar.number(moments)
    finer = _is_finer(moments, codes, numbers) and not times.steps
    if finer:
        codes, numbers, amounts = _without_partial(calendar, moments, codes, numbers, amounts, notices)
    counted = missing == "zero" or (missing == "auto" and (value is None or (finer and duplicates in (None, "sum"))))
    return _gather(keys, tuple(series), codes, numbers, amounts, calendar, duplicates or "sum", counted, notices)


def _numbers(column: "pd.Series[Any]") -> Floats:
    import pandas as pd

    if column.dtype.kind == "M":
        raise SeriesInvalid(
            f"Column '{column.name}' holds dates, not figures.",
            field=str(column.name),
            remedy="Name a column of numbers.",
        )
    numbers: Floats = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return numbers


def _codes(
    frame: "pd.DataFrame", series: Sequence[str], usable: NDArray[np.bool_]
) -> tuple[tuple[tuple[str, ...], ...], Integers]:
    """Number the series in the order of their names; a missing key is the text (missing)."""
    import pandas as pd

    count = int(usable.sum())
    if not series:
        return ((SINGLE,),), np.zeros(count, dtype=np.int64)
    texts = {}
    for column in series:
        part = frame.loc[usable, column]
        if part.dtype.kind == "f" and bool((part.dropna() % 1 == 0).all()):
            part = part.astype("Int64")
        texts[column] = (
            part.astype("str").fillna("(missing)").replace("<NA>", "(missing)").str.slice(0, NAME_LENGTH_MAX)
        )
    grouped = pd.DataFrame(texts).groupby(list(series), sort=True)
    found: Integers = np.asarray(grouped.ngroup().to_numpy(), dtype=np.int64)
    _, firsts = np.unique(found, return_index=True)
    if len(firsts) > SERIES_MAX:
        raise SeriesInvalid(
            f"The table holds {len(firsts):,} series; at most {SERIES_MAX:,} are forecast at once.",
            field=series[0],
            remedy="Name fewer series columns, or forecast parts of the table.",
        )
    columns = [texts[column].to_numpy()[firsts] for column in series]
    return tuple(tuple(str(part) for part in key) for key in zip(*columns, strict=True)), found


def _is_finer(moments: NDArray[np.datetime64], codes: Integers, numbers: Integers) -> bool:
    """Say whether rows have a finer time than periods: some period of a series holds several distinct moments."""
    order = np.lexsort((moments, numbers, codes))
    codes, numbers, moments = codes[order], numbers[order], moments[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(codes) != 0) | (np.diff(numbers) != 0)
    several = np.zeros(len(order), dtype=bool)
    several[1:] = ~fresh[1:] & (moments[1:] != moments[:-1])
    return bool(np.add.reduceat(several, np.flatnonzero(fresh), dtype=np.int64).astype(bool).mean() > FINER_SHARE_MIN)


def _without_partial(
    calendar: Calendar,
    moments: NDArray[np.datetime64],
    codes: Integers,
    numbers: Integers,
    amounts: Floats,
    notices: list[str],
) -> tuple[Integers, Integers, Floats]:
    """Leave the last period out where the table ends within it."""
    final = int(numbers.max())
    begins = calendar.begins(np.asarray([final, final + 1]))
    length = (begins[1] - begins[0]).astype("timedelta64[s]").astype(float)
    passed = (moments.max().astype("datetime64[s]") - begins[0]).astype(float)
    # Daily rows carry midnight: the day of the last stamp has passed as well.
    if SECONDS[calendar.frequency] > SECONDS["daily"] and moments.max() == moments.max().astype("datetime64[D]"):
        passed += SECONDS["daily"]
    if passed / length >= PARTIAL_SHARE_MAX or final == int(numbers.min()) or calendar.frequency in ("hourly", "daily"):
        return codes, numbers, amounts
    kept = numbers < final
    notices.append(f"The last period ({calendar.names(np.asarray([final]))[0]}) had not ended and was left out.")
    return codes[kept], numbers[kept], amounts[kept]


def _gather(
    keys: tuple[tuple[str, ...], ...],
    key_columns: tuple[str, ...],
    codes: Integers,
    numbers: Integers,
    amounts: Floats,
    calendar: Calendar,
    duplicates: Duplicates,
    counted: bool,
    notices: list[str],
) -> SeriesTable:
    order = np.lexsort((numbers, codes))
    codes, numbers, amounts = codes[order], numbers[order], amounts[order]
    fresh = np.ones(len(codes), dtype=bool)
    fresh[1:] = (np.diff(codes) != 0) | (np.diff(numbers) != 0)
    starts = np.flatnonzero(fresh)
    sizes = np.diff(np.append(starts, len(codes)))
    doubled = int((sizes - 1).sum())
    if doubled and not counted:
        word = {"sum": "summed", "mean": "averaged", "last": "reduced to the last"}[duplicates]
        notices.append(f"{doubled:,} rows share series and period with another; they were {word}.")
    match duplicates:
        case "sum":
            amounts = np.add.reduceat(amounts, starts)
        case "mean":
            amounts = np.add.reduceat(amounts, starts) / sizes
        case "last":
            amounts = amounts[starts + sizes - 1]
    codes, numbers = codes[starts], numbers[starts]
    present, where = np.unique(codes, return_index=True)
    ends = np.append(where[1:], len(codes))
    final = int(numbers.max())
    first = numbers[where]
    last = np.full(len(present), final) if counted else numbers[ends - 1]
    lengths = last - first + 1
    if int(lengths.max()) > PERIODS_MAX or int(lengths.sum()) > CELLS_MAX:
        raise SeriesInvalid(
            f"The dates span {int(lengths.max()):,} periods ({calendar.frequency}), {int(lengths.sum()):,} in all series.",
            field="frequency",
            remedy="Give a coarser frequency, or leave out stray dates.",
        )
    values = []
    for place, (begin, end) in enumerate(zip(where, ends, strict=True)):
        line = np.full(int(lengths[place]), 0.0 if counted else np.nan)
        line[numbers[begin:end] - first[place]] = amounts[begin:end]
        values.append(line)
    gaps = sum(int(np.isnan(line).sum()) for line in values)
    if gaps:
        notices.append(f"{gaps:,} missing periods were filled in by interpolation.")
    early = int((last < final).sum())
    if early and calendar.frequency != "step":
        notices.append(f"{early:,} series end before the last period of the table; each is forecast from its own end.")
    return SeriesTable(
        tuple(keys[code] for code in present),
        key_columns,
        tuple(values),
        first.astype(np.int64),
        calendar,
        counted,
        tuple(notices),
    )
