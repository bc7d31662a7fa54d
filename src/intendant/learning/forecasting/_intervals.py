"""Intervals by what forecasts really missed by: errors of rolling origins, scaled, pooled, and read off as quantiles.

An error of series i at horizon h is divided by s(i) a(h). a(h) is the usual size of scaled errors h periods ahead, never falling
with h; s(i) is the series' one-step error in its own past, corrected by how far off its own back-test was and drawn towards the
others by how little of that there is. What remains is alike enough to be pooled, and its quantiles, with the correction for a
finite sample of conformal prediction (Vovk, Gammerman and Shafer 2005), bound the next errors.
"""

from dataclasses import dataclass

import numpy as np

from intendant.learning.forecasting._block import Floats

HORIZON_COUNT_MIN = 20
"""Errors at a horizon from which its own usual size is taken; with fewer it grows with the square root."""
OWN_COUNT = 2.0
"""So many origins of its own weigh as much as all other series."""
POOL_MAX = 200_000
PATHS_MAX = 2_000
_TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What turns a scale and a horizon into bounds. `pool` is sorted; `paths` (k, horizon) are errors in units of s(i)."""

    growth: Floats
    pool: Floats
    scale: Floats
    paths: Floats

    def offsets(self, levels: Floats) -> Floats:
        """Return (n, horizon, levels): what to add to a forecast to reach each quantile."""
        bounds = quantiles(self.pool, levels)
        result: Floats = self.scale[:, None, None] * self.growth[None, :, None] * bounds[None, None, :]
        return result


def calibrate(errors: Floats, scale: Floats) -> Calibration:
    """Learn from errors (n series, k origins, horizon; actual minus forecast, NaN where there is none) and one-step scales."""
    n, origins, horizon = errors.shape
    floor = _TINY + 1e-6 * float(np.median(scale)) if len(scale) else _TINY
    scale = np.maximum(scale, floor)
    scaled = errors / scale[:, None, None]
    growth = _growth(np.abs(scaled), horizon)
    sizes = np.abs(scaled) / growth
    with np.errstate(all="ignore"):
        each = _nanmean(sizes, axis=2)
    others = np.ones((n, origins))
    for place in range(origins):
        others[:, place] = _corrected(np.delete(each, place, axis=1))
    pooled = (scaled / (others[:, :, None] * growth)).ravel()
    pooled = np.sort(pooled[np.isfinite(pooled)])
    if len(pooled) > POOL_MAX:
        pooled = pooled[np.linspace(0, len(pooled) - 1, POOL_MAX).astype(np.int64)]
    if len(pooled) == 0:
        pooled = np.asarray([-1.28, -0.67, 0.0, 0.67, 1.28]) * 1.2
    whole = (scaled / others[:, :, None]).reshape(n * origins, horizon)
    whole = whole[np.isfinite(whole).all(1)]
    if len(whole) > PATHS_MAX:
        whole = whole[np.linspace(0, len(whole) - 1, PATHS_MAX).astype(np.int64)]
    return Calibration(growth, pooled, scale * _corrected(each), whole)


def quantiles(pool: Floats, levels: Floats) -> Floats:
    """Return quantiles of a sorted pool, outward by the finite-sample correction; beyond its ends, stretched to one and a half."""
    count = len(pool)
    levels = np.asarray(levels, dtype=float)
    centre = float(np.median(pool))
    outward = np.where(levels < 0.5, levels * (count + 1) - 1, levels * (count + 1))
    places = np.where(levels < 0.5, np.floor(outward), np.ceil(outward) - 1).astype(np.int64)
    inside = np.clip(places, 0, count - 1)
    result: Floats = pool[inside]
    beyond = (places < 0) | (places > count - 1)
    return np.where(beyond, centre + 1.5 * (result - centre), result)


def _growth(sizes: Floats, horizon: int) -> Floats:
    """Return a(h)."""
    flat = sizes.reshape(-1, horizon)
    counts = np.isfinite(flat).sum(0)
    root = np.sqrt(np.arange(1, horizon + 1))
    known = counts >= HORIZON_COUNT_MIN
    if not known.any():
        usual = _nanmedian_all(flat / root)
        return root * (usual if usual > 0 else 1.0)
    middle = np.asarray([np.nanmedian(flat[:, place]) if known[place] else np.nan for place in range(horizon)])
    middle = np.where(middle > 0, middle, np.nan)
    if np.isnan(middle).all():
        return np.ones(horizon)
    ratio = _nanmedian_all(middle / root)
    return np.maximum.accumulate(np.where(np.isnan(middle), ratio * root, middle))


def _corrected(each: Floats) -> Floats:
    """Return the factor of each series' scale from the mean sizes of its origins, drawn towards 1 (on the log scale)."""
    counts = np.isfinite(each).sum(1)
    usual = _nanmedian_all(each)
    if usual <= 0 or not np.isfinite(usual):
        return np.ones(len(each))
    relative = np.clip(each / usual, 1e-2, 1e2)
    mean = np.nan_to_num(_nanmean(np.log(relative), axis=1))
    result: Floats = np.exp(mean * counts / (counts + OWN_COUNT))
    return result


def _nanmean(values: Floats, axis: int) -> Floats:
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis)
    count = known.sum(axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _nanmedian_all(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 1.0
