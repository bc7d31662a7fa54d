"""Which series have a season, and what it is worth: test, classical decomposition, shrunken indexes.

The test is the one of the M3 and M4 competitions (Assimakopoulos and Nikolopoulos 2000): a season of m periods is taken to be
there where the autocorrelation at lag m is above its 90 % limit by Bartlett's formula. Indexes are the classical ratios to (or
differences from) a centred moving average, shrunk towards none by how uncertain they are (Miller and Williams 2003,
International Journal of Forecasting 19, after James and Stein).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intendant.learning.forecasting._block import Block, Floats

CRITICAL = 1.645
"""Two-sided 90 %."""
CYCLES_MIN = 2.0
CHANCE_MAX = 0.001
"""Seasons whose means vary more than chance would let them once in a thousand series (F test) are taken to be there."""
ADDED_SHARE_MAX = 0.8
"""Of what indexes as factors leave unexplained; where indexes as addends leave less, those are taken."""
FREEDOM_MIN = 3
SMOOTH_FROM = 30


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """What is taken out of a block before forecasting and put back after: forecasts times `factor` plus `addend` (n, horizon).

    `index` (n, period) counts from the end: column k is worth k periods before it. `multiplied` marks indexes that are factors.
    """

    adjusted: Block
    factor: Floats
    addend: Floats
    seasonal: NDArray[np.bool_]
    multiplied: NDArray[np.bool_]
    index: Floats

    def restore(self, point: Floats) -> Floats:
        """Put the season back on forecasts."""
        return point * self.factor + self.addend


def find_seasonal(block: Block, period: int) -> NDArray[np.bool_]:
    """Say which series show a season of `period` by the autocorrelation at that lag."""
    n, width = block.values.shape
    enough = block.lengths >= max(CYCLES_MIN * period + 1, period + 3)
    found = np.zeros(n, dtype=bool)
    if period < 2 or not enough.any():
        return found
    observed = block.observed()
    # A trend would pass for a season: look at what is left of a straight line.
    place = np.arange(width, dtype=float)[None, :] * observed
    count = block.lengths.astype(float)
    mean_place = place.sum(1) / count
    mean = block.values.sum(1) / count
    centred_place = (np.arange(width, dtype=float)[None, :] - mean_place[:, None]) * observed
    slope = (centred_place * block.values).sum(1) / np.maximum((centred_place**2).sum(1), 1e-300)
    left = ((block.values - mean[:, None]) - slope[:, None] * centred_place) * observed
    power = np.maximum((left**2).sum(1), 1e-300)
    lags = np.arange(1, period + 1)
    sums = np.zeros(n)
    last = np.zeros(n)
    for lag in lags:
        last = (left[:, lag:] * left[:, :-lag]).sum(1) / power
        if lag < period:
            sums += last**2
    limit = CRITICAL * np.sqrt((1 + 2 * sums) / count)
    scale = np.maximum(np.abs(block.values).max(axis=1), 1e-300)
    varies = power > (1e-9 * scale) ** 2 * count
    result: NDArray[np.bool_] = enough & varies & (last > limit)
    return result


def take_out(block: Block, period: int, horizon: int) -> Season:
    """Take the season of `period` out of the series that have one: by the autocorrelation, or by the indexes themselves."""
    seasonal = find_seasonal(block, period)
    multiplied = np.where(block.observed(), block.values, np.inf).min(1) > 0
    index = np.repeat(np.where(multiplied, 1.0, 0.0)[:, None], max(period, 1), axis=1)
    rows = np.flatnonzero(block.lengths >= 2 * period + 2) if period > 1 else np.asarray([], dtype=np.int64)
    if len(rows):
        part = Block(block.values[rows], block.lengths[rows])
        by_ratio = multiplied[rows]
        smooth, known = _moving_average(part, period)
        ratio = part.values / np.where(smooth == 0, 1.0, smooth)
        share = np.where(by_ratio[:, None], ratio, part.values - smooth)
        found, chance, noise = _indexes(share, known, period, by_ratio)
        added, added_chance, added_noise = _indexes(part.values - smooth, known, period, np.zeros_like(by_ratio))
        # Positive series may have a season that does not grow with them: whatever explains more is taken.
        size = (np.where(known, smooth, 0.0) ** 2).sum(1) / np.maximum(known.sum(1), 1)
        better = by_ratio & (added_noise < ADDED_SHARE_MAX * noise * size)
        found, chance = np.where(better[:, None], added, found), np.where(better, added_chance, chance)
        multiplied[rows] &= ~better
        index[rows] = np.where(multiplied[rows, None], 1.0, 0.0)
        # A smooth season hides from the autocorrelation's limit, which rises with all shorter lags; its indexes do not lie.
        seasonal[rows] |= chance < CHANCE_MAX
        index[rows] = np.where(seasonal[rows, None], found, index[rows])
    seasonal &= block.lengths >= 2 * period + 2
    return apply_index(block, index, seasonal, multiplied, horizon)


def apply_index(
    block: Block, index: Floats, seasonal: NDArray[np.bool_], multiplied: NDArray[np.bool_], horizon: int
) -> Season:
    """Take given indexes out of the marked series."""
    n, width = block.values.shape
    factor, addend = np.ones((n, horizon)), np.zeros((n, horizon))
    rows = np.flatnonzero(seasonal)
    if len(rows) == 0:
        return Season(block, factor, addend, seasonal, multiplied, index)
    period = index.shape[1]
    # Column c stands (width - 1 - c) periods before the end; places count from the end so that no calendar is needed.
    inside = index[np.ix_(rows, (width - 1 - np.arange(width)) % period)]
    coming = index[np.ix_(rows, -np.arange(1, horizon + 1) % period)]
    by_ratio = multiplied[rows, None]
    values = block.values.copy()
    values[rows] = np.where(by_ratio, values[rows] / np.where(by_ratio, inside, 1.0), values[rows] - inside)
    values *= block.observed()
    factor[rows] = np.where(by_ratio, coming, 1.0)
    addend[rows] = np.where(by_ratio, 0.0, coming)
    return Season(Block(values, block.lengths), factor, addend, seasonal, multiplied, index)


def _moving_average(block: Block, period: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the centred moving average over one period, and where it is known."""
    width = block.width
    sums = np.concatenate([np.zeros((len(block.values), 1)), np.cumsum(block.values, axis=1)], axis=1)
    half = period // 2
    smooth = np.zeros_like(block.values)
    known = np.zeros(block.values.shape, dtype=bool)
    centre = np.arange(half, width - half)
    if len(centre) == 0:
        return smooth, known
    if period % 2:
        smooth[:, centre] = (sums[:, centre + half + 1] - sums[:, centre - half]) / period
    else:
        first = sums[:, centre + half] - sums[:, centre - half]
        second = sums[:, centre + half + 1] - sums[:, centre - half + 1]
        smooth[:, centre] = (first + second) / (2 * period)
    begins = (width - block.lengths)[:, None] + half
    known[:, centre] = centre[None, :] >= begins
    return smooth, known


def _indexes(
    share: Floats, known: NDArray[np.bool_], period: int, multiplied: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Return (n, period) indexes by periods before the end, how likely chance alone gives such, and the variance of what is left."""
    n, width = share.shape
    cycles = -(-width // period)
    padded = np.zeros((n, cycles * period))
    there = np.zeros((n, cycles * period), dtype=bool)
    padded[:, cycles * period - width :] = np.where(known, share, 0.0)
    there[:, cycles * period - width :] = known
    by_season = padded.reshape(n, cycles, period)[:, :, ::-1]
    seen = there.reshape(n, cycles, period)[:, :, ::-1]
    count = seen.sum(1)
    none = np.where(multiplied, 1.0, 0.0)[:, None]
    mean = np.where(count > 0, by_season.sum(1) / np.maximum(count, 1), none)
    deviation = np.where(seen, by_season - mean[:, None, :], 0.0)
    freedom = np.maximum(count.sum(1) - period, 1)
    noise = (deviation**2).sum((1, 2)) / freedom
    chance = _chance(mean, noise, count)
    if period >= SMOOTH_FROM:
        reach = max(1, period // 26)
        wrapped = np.concatenate([mean[:, -reach:], mean, mean[:, :reach]], axis=1)
        window = 2 * reach + 1
        running = np.concatenate([np.zeros((n, 1)), np.cumsum(wrapped, axis=1)], axis=1)
        mean = (running[:, window:] - running[:, :-window]) / window
        noise = noise / window
    level = mean.mean(1, keepdims=True)
    mean = np.where(multiplied[:, None], mean / np.where(level == 0, 1.0, level), mean - level)
    uncertainty = noise / np.maximum(count.mean(1), 1.0)
    between = ((mean - none) ** 2).sum(1) / max(period - 1, 1)
    shrink = np.where(between > 0, np.minimum(1.0, uncertainty / np.maximum(between, 1e-300)), 1.0)
    shrink = shrink * max(period - 3, 0) / max(period - 1, 1) if period > 3 else shrink * 0.0
    index = none * shrink[:, None] + mean * (1 - shrink[:, None])
    return np.where(multiplied[:, None], np.maximum(index, 0.01), index), chance, noise


def _chance(mean: Floats, noise: Floats, count: NDArray[np.int64]) -> Floats:
    """Return the probability (F test) that seasons' means vary as much without a season."""
    from scipy.special import fdtrc

    period = mean.shape[1]
    centred = mean - (count * mean).sum(1, keepdims=True) / np.maximum(count.sum(1, keepdims=True), 1)
    between = (count * centred**2).sum(1) / max(period - 1, 1)
    freedom = count.sum(1) - period
    enough = (freedom >= FREEDOM_MIN) & (noise > 0) & (count.min(1) > 0)
    ratio = between / np.where(enough, noise, 1.0)
    return np.where(enough, fdtrc(period - 1, np.maximum(freedom, 1), ratio), 1.0)
