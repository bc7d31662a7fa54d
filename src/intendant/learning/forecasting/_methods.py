"""Point forecasts of many series by several methods at once, on one removal of their seasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intendant.learning.forecasting._block import Block, Floats, Integers, blocks_of
from intendant.learning.forecasting._damped import fit_damped_trend
from intendant.learning.forecasting._intermittent import fit_intermittent, is_intermittent
from intendant.learning.forecasting._seasonality import CYCLES_MIN, Season, apply_index, find_seasonal, take_out
from intendant.learning.forecasting._theta import fit_theta

THETA, DAMPED_TREND, SEASONAL_NAIVE, INTERMITTENT = "theta", "damped_trend", "seasonal_naive", "intermittent"
METHODS = (THETA, DAMPED_TREND, SEASONAL_NAIVE)
BORROWED_COUNT_MIN = 3
BORROWED_SHARE_MIN = 0.5
BORROWED_SAMPLE_MAX = 200
"""Profiles remembered of each block."""
STEP_SEASONS = (4, 7, 12, 24, 52)
STEP_SEASON_SHARE_MIN = 0.3
STEP_SEASON_SAMPLE_MAX = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Forecasts (n, horizon) by method. `scale`: root mean square of one-step errors in each series' own past.

    `intermittent` marks series whose demand comes now and then, `seasonal` those with a season.
    """

    by_method: dict[str, Floats]
    scale: Floats
    intermittent: NDArray[np.bool_]
    seasonal: NDArray[np.bool_]


def forecast_points(
    series: Sequence[Floats],
    last: Integers,
    seasons: Sequence[int],
    horizon: int,
    methods: Sequence[str] = METHODS,
) -> Points:
    """Forecast complete series, each `horizon` periods on from its own end; `last` are the numbers of their last periods."""
    n = len(series)
    results = {name: np.zeros((n, horizon)) for name in methods}
    scale, rare, seasonal = np.zeros(n), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    lender = _Lender(seasons[0] if seasons else 1)
    for block, places in blocks_of(series):
        if block.lengths.min() == 0:
            continue
        block_last = last[places]
        factor, addend, adjusted = np.ones((len(places), horizon)), np.zeros((len(places), horizon)), block
        rare[places] = is_intermittent(block)
        repeats: dict[int, NDArray[np.bool_]] = {}
        for period in seasons:
            season = take_out(adjusted, period, horizon)
            seasonal[places] |= season.seasonal
            repeats[period] = season.seasonal
            if period == lender.period:
                lender.learn(season, block_last, block.lengths)
                season = lender.lend(adjusted, season, block_last, horizon)
            # Shorter seasons were taken out first, so they are put back last.
            addend = season.addend * factor + addend
            factor = factor * season.factor
            adjusted = season.adjusted
        # Nights and closed days are a season, not demand that comes now and then.
        rare[places] &= ~seasonal[places]
        fitted = fit_theta(adjusted, horizon)
        scale[places] = fitted.scale
        for name in methods:
            match name:
                case "theta":
                    point = fitted.point * factor + addend
                case "damped_trend":
                    point = fit_damped_trend(adjusted, horizon).point * factor + addend
                case _:
                    point = _naive(block, repeats, horizon)
            results[name][places] = _bounded(block, point, horizon)
        few = np.flatnonzero(rare[places])
        if len(few):
            part = Block(block.values[few], block.lengths[few])
            flat = fit_intermittent(part, horizon)
            scale[places[few]] = flat.scale
            for name in methods:
                if name != SEASONAL_NAIVE:
                    results[name][places[few]] = flat.point
    return Points(results, scale, rare, seasonal)


def find_step_season(series: Sequence[Floats]) -> tuple[int, ...]:
    """Tell the season of series that only count their periods: the lag at which most of them repeat; () for none."""
    sample = [values for values in series[:: max(1, len(series) // STEP_SEASON_SAMPLE_MAX)] if len(values) >= 12]
    best, best_share = 0, STEP_SEASON_SHARE_MIN
    for period in STEP_SEASONS:
        long = [values for values in sample if len(values) >= 3 * period]
        if not long or len(long) < len(sample) / 2:
            continue
        share = sum(int(find_seasonal(block, period).sum()) for block, _ in blocks_of(long)) / len(long)
        if share > best_share:
            best, best_share = period, share
    return (best,) if best else ()


class _Lender:
    """Seasons of long series, lent to those too short to show their own."""

    def __init__(self, period: int) -> None:
        self.period = period
        self._profiles: list[Floats] = []
        self._eligible = 0
        self._found = 0

    def learn(self, season: Season, last: Integers, lengths: Integers) -> None:
        """Remember the seasons found in a block."""
        if self.period < 2:
            return
        self._eligible += int((lengths >= CYCLES_MIN * self.period + 1).sum())
        level = season.adjusted.values.sum(1) / np.maximum(season.adjusted.lengths, 1)
        rows = np.flatnonzero(season.seasonal & (season.multiplied | (level > 0)))
        self._found += len(rows)
        if len(rows):
            # By phase of the calendar instead of by periods before the end.
            back = (last[rows, None] - np.arange(self.period)[None, :]) % self.period
            index = season.index[rows]
            factors = np.where(season.multiplied[rows, None], index, np.maximum(1 + index / level[rows, None], 0.01))
            self._profiles.append(np.take_along_axis(factors, back, axis=1)[:BORROWED_SAMPLE_MAX])

    def lend(self, block: Block, season: Season, last: Integers, horizon: int) -> Season:
        """Give short series of a block the usual season of the others, where most of those have one."""
        short = (block.lengths < CYCLES_MIN * self.period + 1) & season.multiplied & ~season.seasonal
        if self._found < max(BORROWED_COUNT_MIN, BORROWED_SHARE_MIN * self._eligible) or not short.any():
            return season
        usual = np.median(np.concatenate(self._profiles), axis=0)
        usual = usual / usual.mean()
        index = season.index.copy()
        index[short] = usual[(last[short, None] - np.arange(self.period)[None, :]) % self.period]
        return apply_index(block, index, season.seasonal | short, season.multiplied, horizon)


def _naive(block: Block, seasonal: Mapping[int, NDArray[np.bool_]], horizon: int) -> Floats:
    """Repeat the last season of series that have one (the longest), or the last value."""
    point = np.repeat(block.values[:, -1:], horizon, axis=1)
    for period, marked in seasonal.items():
        rows = np.flatnonzero(marked)
        if len(rows):
            columns = block.width - period + np.arange(horizon) % period
            point[rows] = block.values[np.ix_(rows, columns)]
    return point


def _bounded(block: Block, point: Floats, horizon: int) -> Floats:
    """Keep forecasts within reach of what was seen: no farther out than the range seen, longer for longer horizons."""
    observed = block.observed()
    low = np.where(observed, block.values, np.inf).min(1)
    high = np.where(observed, block.values, -np.inf).max(1)
    reach = (high - low) * np.maximum(1.0, horizon / np.maximum(block.lengths, 1))
    floor = np.where(low >= 0, np.maximum(low - reach, 0.0), low - reach)
    return np.clip(point, floor[:, None], (high + reach)[:, None])
