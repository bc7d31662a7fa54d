"""Forecast many series: a combination of methods weighed by back-test, with intervals of measured coverage."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._backtest import BackTest, actuals, cuts, measure, naive_scales
from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._cleaning import complete, prepare
from intendant.learning.forecasting._holidays import HolidayEffects, learn_holidays
from intendant.learning.forecasting._intervals import Calibration, calibrate
from intendant.learning.forecasting._methods import (
    DAMPED_TREND,
    METHODS,
    SEASONAL_NAIVE,
    THETA,
    Points,
    find_step_season,
    forecast_points,
)
from intendant.learning.forecasting._series import SeriesTable

COMBINATION = "combination"
METHOD_NAMES = (COMBINATION, *METHODS)
HORIZON_MAX = 1_000
CELLS_MAX = 40_000_000
HISTORY_MAX = 3_000
"""Periods of each series that are learnt from, the newest; older ones say nothing about the next."""
PRIOR_WEIGHTS = {THETA: 0.5, DAMPED_TREND: 0.5, SEASONAL_NAIVE: 0.0}
WEIGHT_PRIOR_ORIGINS = 3.0
"""The weights given beforehand count as so many origins when weights are learnt from back-tests."""
THREADS = 2

Forecaster = Callable[[Sequence[Floats], Integers, Sequence[int], int], Floats]
"""Forecasts complete series: values, numbers of their last periods, season lengths, horizon -> (n, horizon)."""
Progress = Callable[[float, str], None]


class ForecastInvalid(Invalid):
    """A wish that no forecast can meet."""

    code = "forecast_invalid"


@dataclass(frozen=True, eq=False)
class Forecast:
    """Forecasts of a table's series, each from its own last period on: `point`, `lower`, `upper` are (n, horizon).

    `method` names what forecast each series; `numbers` are the periods forecast. `quantiles` and `totals` give any quantile.
    """

    table: SeriesTable
    horizon: int
    point: Floats
    lower: Floats
    upper: Floats
    coverage: float
    method: tuple[str, ...]
    back_test: BackTest | None
    calibration: Calibration
    notices: tuple[str, ...]
    seasonal: NDArray[np.bool_]
    positive: NDArray[np.bool_]

    @cached_property
    def numbers(self) -> Integers:
        """Return the numbers of the periods forecast (n, horizon)."""
        result: Integers = self.table.last[:, None] + np.arange(1, self.horizon + 1)[None, :]
        return result

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return (n, horizon, levels)."""
        values = self.point[:, :, None] + self.calibration.offsets(np.asarray(levels))
        return np.where(self.positive[:, None, None], np.maximum(values, 0.0), values)

    def totals(self, place: int, periods: int) -> Floats:
        """Return possible sums of the next `periods` of one series, each as likely as the other, sorted.

        They are the forecast plus whole paths of errors of back-tests, so that errors that come together stay together. `periods`
        is at most the horizon.
        """
        if not 1 <= periods <= self.horizon:
            raise ForecastInvalid(
                f"A total of {periods} periods needs a forecast that far.", field="horizon", remedy="Forecast farther."
            )
        point = self.point[place, :periods]
        paths = self.calibration.paths
        if len(paths) == 0:
            spread = np.sqrt((self.calibration.growth[:periods] ** 2).sum())
            sums = point.sum() + self.calibration.scale[place] * spread * self.calibration.pool
        else:
            each = point + self.calibration.scale[place] * paths[:, :periods]
            sums = (np.maximum(each, 0.0) if self.positive[place] else each).sum(1)
        return np.sort(np.maximum(sums, 0.0) if self.positive[place] else sums)


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """What one origin gave: forecasts by name, one-step scales, and marks."""

    by_method: dict[str, Floats]
    scale: Floats
    intermittent: NDArray[np.bool_]
    seasonal: NDArray[np.bool_]
    tamed: int
    season_scales: Floats


def make_forecast(
    table: SeriesTable,
    horizon: int,
    *,
    method: str | Forecaster = COMBINATION,
    coverage: float = 0.9,
    country: str | None = None,
    origins: int | None = None,
    progress: Progress | None = None,
    threads: int = THREADS,
) -> Forecast:
    """Forecast every series of a table and test the same procedure on their past.

    `country` (two letters) makes daily series mind its public holidays. `method` may be a forecaster of your own; its intervals and
    back-test are made the same way. Deterministic. Raises ForecastInvalid.
    """
    _check(table, horizon, method, coverage)
    tell = progress or (lambda _share, _stage: None)
    seasons = table.calendar.seasons
    if table.calendar.frequency == "step" and table.calendar.season is None:
        seasons = find_step_season([complete(values) for values in table.values])
    season = seasons[0] if seasons else 1
    lengths = np.asarray([len(values) for values in table.values], dtype=np.int64)
    left_out = cuts(lengths, horizon, season, origins)
    tell(0.05, "testing on the past")

    def run(out: Integers | None) -> _Pass:
        part = table if out is None else table.upto(out)
        return _forecast_once(part, horizon, seasons, method, country)

    if callable(method) or threads < 2 or len(table) < 500:
        passes = []
        for number, out in enumerate([None, *left_out]):
            passes.append(run(out))
            tell(0.05 + 0.85 * (number + 1) / (len(left_out) + 1), "testing on the past")
    else:
        with ThreadPoolExecutor(min(threads, len(left_out) + 1)) as pool:
            passes = list(pool.map(run, [None, *left_out]))
    tell(0.9, "measuring")
    return _assemble(table, horizon, passes[0], passes[1:], left_out, method, coverage)


def _check(table: SeriesTable, horizon: int, method: str | Forecaster, coverage: float) -> None:
    if not 1 <= horizon <= HORIZON_MAX:
        raise ForecastInvalid(
            f"A horizon of {horizon} is not possible.", field="horizon", remedy=f"Give 1 to {HORIZON_MAX} periods."
        )
    if len(table) * horizon > CELLS_MAX:
        raise ForecastInvalid(
            f"{len(table):,} series times {horizon} periods are too many.",
            field="horizon",
            remedy="Shorten the horizon.",
        )
    if not 0.5 <= coverage <= 0.99:
        raise ForecastInvalid(
            f"A coverage of {coverage} is not possible.", field="coverage", remedy="Give 0.5 to 0.99."
        )
    if isinstance(method, str) and method not in METHOD_NAMES:
        raise ForecastInvalid(
            f"'{method[:40]}' is no method.", field="method", remedy=f"Use one of {', '.join(METHOD_NAMES)}."
        )


def _forecast_once(
    table: SeriesTable, horizon: int, seasons: Sequence[int], method: str | Forecaster, country: str | None
) -> _Pass:
    season = seasons[0] if seasons else 1
    effects: HolidayEffects | None = None
    series, tamed = prepare([values[-HISTORY_MAX:] for values in table.values], season)
    last = table.last
    if country is not None and table.calendar.frequency == "daily":
        begins = last + 1 - np.asarray([len(values) for values in series], dtype=np.int64)
        effects = learn_holidays(series, begins, country, horizon)
        series = effects.without(series)
    wanted: Sequence[str] = (SEASONAL_NAIVE,)
    if method == COMBINATION:
        wanted = METHODS
    elif isinstance(method, str):
        wanted = tuple(dict.fromkeys((method, SEASONAL_NAIVE)))
    points: Points = forecast_points(series, last, seasons, horizon, wanted)
    by_method = dict(points.by_method)
    if callable(method):
        by_method["own"] = np.asarray(method(series, last, seasons, horizon), dtype=float)
    if effects is not None:
        by_method = {name: effects.onto(point) for name, point in by_method.items()}
    return _Pass(by_method, points.scale, points.intermittent, points.seasonal, tamed, naive_scales(series, season))


def _assemble(
    table: SeriesTable,
    horizon: int,
    final: _Pass,
    passes: Sequence[_Pass],
    left_out: Sequence[Integers],
    method: str | Forecaster,
    coverage: float,
) -> Forecast:
    n = len(table)
    notices = list(table.notices)
    positive = np.asarray([bool(np.nanmin(values) >= 0) if len(values) else False for values in table.values])
    actual = (
        np.stack([actuals(table, out, horizon) for out in left_out], axis=1) if left_out else np.zeros((n, 0, horizon))
    )
    if method == COMBINATION:
        weights = _weights(actual, passes)
        tested = [_combined(each.by_method, weight) for each, weight in zip(passes, weights[1:], strict=True)]
        point = _combined(final.by_method, weights[0])
        names = tuple("intermittent" if rare else COMBINATION for rare in final.intermittent)
    else:
        key = method if isinstance(method, str) else "own"
        tested, point = [each.by_method[key] for each in passes], final.by_method[key]
        names = (key,) * n
    levels = np.asarray([(1 - coverage) / 2, (1 + coverage) / 2])
    forecast = np.stack(tested, axis=1) if tested else np.zeros((n, 0, horizon))
    errors = actual - forecast
    calibration = calibrate(errors, _scales(final))
    back_test = None
    if left_out:
        inside = _held(errors, passes, levels)
        naive = np.stack([each.by_method[SEASONAL_NAIVE] for each in passes], axis=1)
        scales = np.stack([each.season_scales for each in passes], axis=1)
        back_test = measure(actual, forecast, naive, inside, scales, coverage)
    if back_test is None or back_test.overall.coverage is None:
        notices.append("There is too little past to measure how often intervals hold; take them as rough.")
    if final.tamed:
        notices.append(f"{final.tamed:,} values far beyond all others around them were not learnt from.")
    bounds = point[:, :, None] + calibration.offsets(levels)
    bounds = np.where(positive[:, None, None], np.maximum(bounds, 0.0), bounds)
    return Forecast(
        table, horizon, point, bounds[:, :, 0], bounds[:, :, 1], coverage, names, back_test, calibration, tuple(notices),
        final.seasonal, positive,
    )  # fmt: skip


def _scales(final: _Pass) -> Floats:
    """Return one-step errors; one too short to have any gets the usual one of the others against its naive scale."""
    known = final.scale > 0
    if known.all() or not known.any():
        return final.scale
    ratio = final.scale[known] / np.where(final.season_scales[known] > 0, final.season_scales[known], np.nan)
    usual = float(np.nanmedian(ratio)) if np.isfinite(ratio).any() else 1.0
    return np.where(known, final.scale, np.nan_to_num(final.season_scales) * usual)


def _weights(actual: Floats, passes: Sequence[_Pass]) -> list[Floats]:
    """Return weights (n, methods): for the forecast from all origins, for each origin from older ones only."""
    prior = np.asarray([PRIOR_WEIGHTS[name] for name in METHODS])
    losses = np.full((len(actual), len(passes), len(METHODS)), np.nan)
    for place, each in enumerate(passes):
        for column, name in enumerate(METHODS):
            missed = np.abs(actual[:, place] - each.by_method[name])
            known = np.isfinite(missed)
            total = np.where(known, missed, 0.0).sum(1)
            losses[:, place, column] = np.where(known.any(1), total / np.maximum(known.sum(1), 1), np.nan)

    def learnt(part: Floats) -> Floats:
        known = np.isfinite(part[:, :, 0])
        count = known.sum(1)
        mean = np.where(known[:, :, None], part, 0.0).sum(1) / np.maximum(count, 1)[:, None]
        worst = mean.max(1, keepdims=True)
        inverse = 1 / np.maximum(mean, 1e-12 + 1e-6 * worst) ** 2
        sure = (count > 0)[:, None] & (worst > 0)
        own = np.where(sure, inverse / inverse.sum(1, keepdims=True), prior)
        share = (count / (count + WEIGHT_PRIOR_ORIGINS))[:, None]
        result: Floats = share * own + (1 - share) * prior
        return result

    return [learnt(losses), *(learnt(losses[:, place + 1 :]) for place in range(len(passes)))]


def _combined(by_method: dict[str, Floats], weights: Floats) -> Floats:
    combined = np.zeros_like(by_method[THETA])
    for place, name in enumerate(METHODS):
        combined += by_method[name] * weights[:, place, None]
    return combined


def _held(errors: Floats, passes: Sequence[_Pass], levels: Floats) -> Floats | None:
    """Say of the latest origins' errors (n, some, horizon) whether they lie within bounds calibrated on older origins alone."""
    origins = errors.shape[1]
    if origins < 2:
        return None
    held = []
    for place in range(max(1, origins // 2)):
        older = calibrate(errors[:, place + 1 :], passes[place].scale)
        bounds = older.offsets(levels)
        latest = errors[:, place]
        within = (latest >= bounds[:, :, 0]) & (latest <= bounds[:, :, 1])
        held.append(np.where(np.isfinite(latest), within.astype(float), np.nan))
    return np.stack(held, axis=1)
