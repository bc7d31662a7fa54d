"""Read a column of moments however it is written: dates, numbers that mean dates, whole numbers that only count, texts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.datasets import DATE_FORMATS, find_date_format, parse_dates, read_moments

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_DISTINCT_MAX = 300
EARLIEST, LATEST = np.datetime64("1700-01-01"), np.datetime64("2200-01-01")


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """`moments` as datetime64[s], or as counts where `steps`; `readable` marks the rows that have one."""

    moments: NDArray[Any]
    readable: NDArray[np.bool_]
    steps: bool = False
    notice: str | None = None


def read_times(column: "pd.Series[Any]", *, day_first: bool = False) -> Times:
    """Read a column; rows that cannot be read are marked, never guessed."""
    import pandas as pd

    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    if column.dtype.kind == "M":
        return _from_moments(column)
    if column.dtype.kind in "iufb":
        numbers = column.astype(float)
        moments = read_moments(numbers)
        if moments is not None:
            return _from_moments(moments)
        finite = np.isfinite(numbers.to_numpy())
        whole = finite & (np.abs(numbers.to_numpy()) < 2**40)
        whole &= np.where(whole, numbers.to_numpy() == np.round(numbers.to_numpy()), False)
        counts = np.where(whole, numbers.to_numpy(), 0).astype(np.int64)
        return Times(counts, whole, steps=True)
    texts = column.astype("str").where(column.notna()).str.strip()
    numbers = pd.to_numeric(texts, errors="coerce")
    if bool(numbers.notna().sum() >= 0.9 * max(int(texts.notna().sum()), 1)) and numbers.notna().any():
        return read_times(numbers)
    distinct = pd.Series(texts.dropna().unique(), dtype="str")
    read = _read_texts(distinct, day_first=day_first)
    found = dict(zip(distinct, read, strict=True))
    moments = pd.Series(pd.to_datetime([found.get(text, pd.NaT) for text in texts]), dtype="datetime64[us]")
    return _from_moments(moments)


def _from_moments(moments: "pd.Series[Any]") -> Times:
    values = moments.to_numpy().astype("datetime64[s]")
    readable = ~np.isnat(values)
    readable &= (values >= EARLIEST) & (values < LATEST)
    return Times(np.where(readable, values, np.datetime64(0, "s")), readable)


def _read_texts(distinct: "pd.Series[str]", *, day_first: bool) -> "pd.Series[Any]":
    """Read texts by the one form that fits most; what is left, each by the first form that fits it."""
    import pandas as pd

    sample = [str(text) for text in distinct.head(SAMPLE_DISTINCT_MAX)]
    form = find_date_format(sample, day_first=day_first)
    read = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    ordered = ([form] if form else []) + [other for other in DATE_FORMATS if other != form]
    for each in ordered:
        left = read.isna()
        if not left.any():
            break
        read[left] = parse_dates(distinct[left], each).astype("datetime64[us]")
    left = read.isna()
    if left.any():
        general = pd.to_datetime(distinct[left], format="mixed", dayfirst=day_first, errors="coerce", utc=True)
        read[left] = general.dt.tz_localize(None).astype("datetime64[us]")
    return read
