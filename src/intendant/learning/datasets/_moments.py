"""Read moments from columns of numbers: years, 202403, 20240315, spreadsheet days, seconds or milliseconds since 1970."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_EPOCH_UNITS = (("s", 1e8, 4.1e9), ("ms", 1e11, 4.1e12), ("us", 1e14, 4.1e15), ("ns", 1e17, 4.1e18))


def find_number_form(numbers: pd.Series[Any]) -> str | None:
    """Tell which way of writing moments as numbers fits nine tenths of a column; None if none does."""
    present = numbers.dropna()
    if present.empty or not bool((present == present.round()).mean() > 0.9):
        return None
    months = present % 100
    days = present // 100 % 100
    forms = {
        "year": present.between(EARLIEST_YEAR, LATEST_YEAR),
        "year and month": present.between(190_001, 210_012) & months.between(1, 12),
        "year, month and day": present.between(19_000_101, 21_001_231) & months.between(1, 31) & days.between(1, 12),
        "spreadsheet day": present.between(20_000, 80_000),
        **{unit: present.between(low, high) for unit, low, high in _EPOCH_UNITS},
    }
    best = max(forms, key=lambda form: float(forms[form].mean()))
    return best if float(forms[best].mean()) >= 0.9 else None


def read_moments(series: pd.Series[Any]) -> pd.Series[pd.Timestamp] | None:
    """Turn a typed column into moments (UTC without zone); None when it holds none."""
    import pandas as pd

    if series.dtype.kind == "M":
        return series
    if series.dtype.kind != "f":
        return None
    form = find_number_form(series)
    if form is None:
        return None
    moments: pd.Series[Any]
    match form:
        case "year":
            moments = pd.to_datetime(_digits(series), format="%Y", errors="coerce")
        case "year and month":
            moments = pd.to_datetime(_digits(series), format="%Y%m", errors="coerce")
        case "year, month and day":
            moments = pd.to_datetime(_digits(series), format="%Y%m%d", errors="coerce")
        case "spreadsheet day":
            moments = pd.to_datetime(series, unit="D", origin=pd.Timestamp(1899, 12, 30), errors="coerce")
        case unit:
            scale = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0.001}[unit]
            moments = pd.to_datetime(series * scale, unit="us", errors="coerce")
    return moments.astype("datetime64[us]")


def _digits(series: pd.Series[Any]) -> pd.Series[str]:
    return series.round().astype("Int64").astype("str")


def is_possible(moments: pd.Series[Any]) -> np.ndarray:
    """Mark moments between the years 1900 and 2100; a missing one is not possible."""
    possible: np.ndarray = moments.dt.year.between(EARLIEST_YEAR, LATEST_YEAR).to_numpy(dtype=bool)
    return possible
