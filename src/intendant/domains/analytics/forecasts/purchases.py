"""Purchases by customer: the days on which each bought, counted up to a day, and what came after it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intendant.domains.analytics.forecasts.reading import Figures
from intendant.learning.forecasting import Customers, Floats, Integers, read_times
from intendant.learning.forecasting import SeriesInvalid as RowsInvalid

CUSTOMERS_MAX = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Purchases:
    """Days (since 1970) on which customers bought: `code` and `day` hold one entry for each customer and day, in that order.

    `mean_value` is of repeat purchases, 0 where there are none; `total_value` of all; both 0 unless `valued`.
    """

    names: tuple[str, ...]
    code: Integers
    day: Integers
    value: Floats
    valued: bool
    begin: int
    end: int
    notices: tuple[str, ...]
    first: Integers
    customers: Customers
    mean_value: Floats
    total_value: Floats


def read_purchases(figures: Figures, *, day_first: bool = False) -> Purchases:
    """Read purchases from rows of customer, time and amount; rows without a customer or of no positive amount are no purchases."""
    columns, frame = figures.columns, figures.frame
    times = read_times(frame[columns.time], day_first=day_first)
    if times.steps:
        raise RowsInvalid(
            f"Column '{columns.time}' holds no dates.", field="columns.time", remedy="Give the dates of purchases."
        )
    customer = frame[columns.customer]
    usable = times.readable & customer.notna().to_numpy()
    notices = []
    if (~usable).any():
        notices.append(f"{int((~usable).sum()):,} rows without a customer or a date were left out.")
    amount = np.ones(len(frame))
    if columns.amount is not None:
        amount = frame[columns.amount].to_numpy(dtype=float, na_value=np.nan)
        if columns.price is not None:
            amount = amount * frame[columns.price].to_numpy(dtype=float, na_value=np.nan)
        bought = np.isfinite(amount) & (amount > 0)
        if (usable & ~bought).any():
            notices.append(f"{int((usable & ~bought).sum()):,} rows of no positive amount (returns) are no purchases.")
        usable &= bought
    if not usable.any():
        raise RowsInvalid("No row is a purchase.", field="columns.customer", remedy="Check which columns are named.")
    names, code = _names(customer[usable])
    day = times.moments[usable].astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, code))
    code, day, amount = code[order], day[order], amount[usable][order]
    fresh = np.ones(len(code), dtype=bool)
    fresh[1:] = (np.diff(code) != 0) | (np.diff(day) != 0)
    starts = np.flatnonzero(fresh)
    value = np.add.reduceat(amount, starts)
    end = int(day.max())
    return _counted(names, code[starts], day[starts], value, columns.amount is not None, end, tuple(notices))


def until(purchases: Purchases, day: int) -> Purchases:
    """Return what was known at the end of a day; customers who came later are not there."""
    kept = purchases.day <= day
    present, code = np.unique(purchases.code[kept], return_inverse=True)
    names = tuple(purchases.names[place] for place in present.tolist())
    return _counted(names, code.astype(np.int64), purchases.day[kept], purchases.value[kept], purchases.valued, day, ())


def within(purchases: Purchases, names: tuple[str, ...], after: int) -> Floats:
    """Return on how many days after a day each of the named customers bought."""
    places = {name: place for place, name in enumerate(names)}
    counts = np.zeros(len(names))
    late = np.bincount(purchases.code[purchases.day > after], minlength=len(purchases.names))
    for name, count in zip(purchases.names, late.tolist(), strict=True):
        place = places.get(name)
        if place is not None:
            counts[place] = count
    return counts


def _names(column: "object") -> tuple[tuple[str, ...], Integers]:
    import pandas as pd

    series = pd.Series(column)
    if series.dtype.kind == "f" and bool((series % 1 == 0).all()):
        series = series.astype("Int64")
    texts: NDArray[np.object_] = series.astype("str").to_numpy(dtype=object)
    found, code = np.unique(texts.astype(str), return_inverse=True)
    if len(found) > CUSTOMERS_MAX:
        raise RowsInvalid(
            f"There are {len(found):,} customers; at most {CUSTOMERS_MAX:,} are looked at.",
            field="columns.customer",
            remedy="Take a part of them.",
        )
    return tuple(str(name)[:200] for name in found), code.astype(np.int64)


def _counted(
    names: tuple[str, ...],
    code: Integers,
    day: Integers,
    value: Floats,
    valued: bool,
    end: int,
    notices: tuple[str, ...],
) -> Purchases:
    count = len(names)
    starts = np.searchsorted(code, np.arange(count))
    ends = np.append(starts[1:], len(code))
    first, last = day[starts], day[ends - 1]
    frequency = (ends - starts - 1).astype(float)
    total = np.add.reduceat(value, starts)
    repeats = total - value[starts]
    mean = np.where(frequency > 0, repeats / np.maximum(frequency, 1), 0.0)
    customers = Customers(frequency, (last - first).astype(float), (end - first).astype(float))
    nothing = np.zeros(count)
    return Purchases(
        names, code, day, value, valued, int(first.min()), end, notices, first, customers,
        mean if valued else nothing, total if valued else nothing,
    )  # fmt: skip
