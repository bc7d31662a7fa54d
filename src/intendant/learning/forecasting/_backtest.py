"""The past as a test: forecasts made from earlier origins, held against what came, beside the seasonal naive."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._series import SeriesTable

ORIGINS_MIN, ORIGINS_MAX = 3, 12
FORECASTS_AIMED_AT = 60
"""Origins times series that are enough to read quantiles from; few series are tested from more origins."""
TRAINING_MIN = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """How good forecasts were: `horizon` 0 stands for all. Of sMAPE in percent (0 to 200) and MASE the mean over series.

    `coverage`: share of values inside intervals that were calibrated on earlier origins only; None where there were none.
    """

    horizon: int
    count: int
    smape: float | None
    mase: float | None
    coverage: float | None
    naive_smape: float | None
    naive_mase: float | None


@dataclass(frozen=True, slots=True, eq=False)
class BackTest:
    """The result of a back-test. The last three hold one figure a series (NaN where it is too short to test)."""

    origins: int
    series_tested: int
    coverage_wanted: float
    overall: Figures
    by_horizon: tuple[Figures, ...]
    smape: Floats
    mase: Floats
    naive_mase: Floats

    def as_dict(self) -> dict[str, Any]:
        """Return the figures, without those of single series, as plain data."""
        return {
            "origins": self.origins,
            "series_tested": self.series_tested,
            "coverage_wanted": self.coverage_wanted,
            "overall": asdict(self.overall),
            "by_horizon": [asdict(figures) for figures in self.by_horizon],
        }


def cuts(lengths: Integers, horizon: int, season: int, count: int | None = None) -> list[Integers]:
    """Return for each origin, the latest first, how many last values of each series are left out; 0 where it is too short.

    Series shorter than horizon and training need are tested on what they have; short ones from fewer origins.
    """
    origins = count or int(np.clip(-(-FORECASTS_AIMED_AT // max(len(lengths), 1)), ORIGINS_MIN, ORIGINS_MAX))
    least = np.minimum(np.maximum(TRAINING_MIN, 2 * season + 1), np.maximum(TRAINING_MIN, lengths // 2))
    step = max(1, horizon // 2) if origins <= ORIGINS_MIN else max(1, horizon // 4)
    possible = np.maximum(lengths - least, 0)
    first = np.minimum(horizon, possible)
    found = []
    for origin in range(origins):
        left_out = first + origin * step
        left_out = np.where((left_out <= possible) & (first > 0), left_out, 0)
        if not left_out.any():
            break
        found.append(left_out.astype(np.int64))
    return found


def actuals(table: SeriesTable, left_out: Integers, horizon: int) -> Floats:
    """Return what came in the `horizon` periods after each cut (n, horizon), NaN where nothing is known."""
    result = np.full((len(table), horizon), np.nan)
    for row, (values, out) in enumerate(zip(table.values, left_out.tolist(), strict=True)):
        if out:
            came = values[len(values) - out :][:horizon]
            result[row, : len(came)] = came
    return result


def smape(actual: Floats, forecast: Floats) -> Floats:
    """Return 200 |a - f| / (|a| + |f|) for each pair; 0 where both are 0."""
    total = np.abs(actual) + np.abs(forecast)
    result: Floats = 200 * np.abs(actual - forecast) / np.where(total == 0, 1.0, total)
    return result


def naive_scales(series: list[Floats], season: int) -> Floats:
    """Return the mean absolute seasonal difference of each series, by which MASE divides (Hyndman and Koehler 2006)."""
    result = np.full(len(series), np.nan)
    for row, values in enumerate(series):
        lag = season if len(values) > season else 1
        if len(values) > lag:
            result[row] = np.abs(values[lag:] - values[:-lag]).mean()
    # A series that never changed cannot scale an error.
    return np.where(result > 1e-12, result, np.nan)


def measure(
    actual: Floats, forecast: Floats, naive: Floats, inside: Floats | None, scales: Floats, coverage_wanted: float
) -> BackTest:
    """Measure forecasts (n, origins, horizon); `inside` (n, some, horizon) to the latest origins; `scales` (n, origins)."""
    n, origins, horizon = actual.shape
    known = np.isfinite(actual)
    absolute = np.where(known, smape(np.nan_to_num(actual), forecast), np.nan)
    naive_absolute = np.where(known, smape(np.nan_to_num(actual), naive), np.nan)
    scaled = np.abs(actual - forecast) / scales[:, :, None]
    naive_scaled = np.abs(actual - naive) / scales[:, :, None]

    def figures(place: int | None) -> Figures:
        chosen = slice(None) if place is None else slice(place, place + 1)
        held = None if inside is None else _mean(inside[:, :, chosen])
        return Figures(
            horizon=0 if place is None else place + 1,
            count=int(known[:, :, chosen].sum()),
            smape=_series_mean(absolute[:, :, chosen]),
            mase=_series_mean(scaled[:, :, chosen]),
            coverage=held,
            naive_smape=_series_mean(naive_absolute[:, :, chosen]),
            naive_mase=_series_mean(naive_scaled[:, :, chosen]),
        )

    return BackTest(
        origins=origins,
        series_tested=int(known.any((1, 2)).sum()) if n else 0,
        coverage_wanted=coverage_wanted,
        overall=figures(None),
        by_horizon=tuple(figures(place) for place in range(horizon)),
        smape=_each(absolute),
        mase=_each(scaled),
        naive_mase=_each(naive_scaled),
    )


def _each(values: Floats) -> Floats:
    known = np.isfinite(values)
    count = known.sum((1, 2))
    return np.where(count > 0, np.where(known, values, 0.0).sum((1, 2)) / np.maximum(count, 1), np.nan)


def _series_mean(values: Floats) -> float | None:
    return _mean(_each(values))


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None
