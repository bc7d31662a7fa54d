"""Forecasts held against what came: the last periods of each series are kept back, forecast, and compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from intendant.learning.forecasting._backtest import actuals, naive_scales, smape
from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._cleaning import complete
from intendant.learning.forecasting._forecast import Forecast, ForecastInvalid, make_forecast
from intendant.learning.forecasting._methods import SEASONAL_NAIVE
from intendant.learning.forecasting._series import SeriesTable

TRAINING_MIN = 1


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Figures by series (NaN where nothing was kept back), and the forecast they belong to. `inside`: share within bounds."""

    keys: tuple[tuple[str, ...], ...]
    forecast: Forecast
    smape: Floats
    mase: Floats
    inside: Floats
    naive_smape: Floats
    naive_mase: Floats


def append(earlier: SeriesTable, later: SeriesTable) -> tuple[SeriesTable, Integers]:
    """Return the series of `earlier` with those of `later` behind them, and how many periods of each were added.

    A later series whose periods are numbered anew begins with the period after the earlier one's last.
    """
    places = {key: place for place, key in enumerate(later.keys)}
    values, added = [], []
    for place, key in enumerate(earlier.keys):
        line, other = earlier.values[place], places.get(key)
        if other is None:
            values.append(line)
            added.append(0)
            continue
        gap = max(int(later.first[other]) - int(earlier.last[place]) - 1, 0)
        tail = np.concatenate([np.full(gap, np.nan), later.values[other]])
        values.append(np.concatenate([line, tail]))
        added.append(len(tail))
    return replace(earlier, values=tuple(values)), np.asarray(added, dtype=np.int64)


def hold_out(table: SeriesTable, left_out: Integers, **wishes: Any) -> HeldOut:
    """Forecast the last periods of each series from those before, and compare; `wishes` are those of `make_forecast`."""
    lengths = np.asarray([len(values) for values in table.values], dtype=np.int64)
    usable = np.flatnonzero((left_out > 0) & (lengths - left_out >= TRAINING_MIN))
    if len(usable) == 0:
        raise ForecastInvalid(
            "No series is long enough to keep these periods back.", field="holdout", remedy="Keep back fewer periods."
        )
    part, out = table.pick(usable), left_out[usable]
    horizon = int(out.max())
    earlier = part.upto(out)
    forecast = make_forecast(earlier, horizon, **wishes)
    naive = make_forecast(earlier, horizon, method=SEASONAL_NAIVE, origins=1)
    actual = actuals(part, out, horizon)
    seasons = table.calendar.seasons
    scales = naive_scales([complete(values) for values in earlier.values], seasons[0] if seasons else 1)
    known = np.isfinite(actual)
    filled = np.nan_to_num(actual)
    inside = (filled >= forecast.lower) & (filled <= forecast.upper)
    return HeldOut(
        part.keys,
        forecast,
        _mean(smape(filled, forecast.point), known),
        _mean(np.abs(filled - forecast.point), known) / scales,
        _mean(inside.astype(float), known),
        _mean(smape(filled, naive.point), known),
        _mean(np.abs(filled - naive.point), known) / scales,
    )


def mean_of(parts: Sequence[Floats]) -> float | None:
    """Return the mean over series of all parts, None of nothing."""
    values = np.concatenate(parts) if parts else np.asarray([])
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _mean(values: Floats, known: Any) -> Floats:
    count = known.sum(1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(1) / np.maximum(count, 1), np.nan)
