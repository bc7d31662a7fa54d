"""Exponential smoothing with a damped trend, for all series at once.

    e(t) = y(t) - l(t-1) - p b(t-1),   l(t) = l(t-1) + p b(t-1) + a e(t),   b(t) = p b(t-1) + a c e(t)

(Gardner and McKenzie 1985, Management Science 31.) Every combination of a grid of parameters runs side by side; each series
takes the one with the least squared one-step error.
"""

import itertools

import numpy as np

from intendant.learning.forecasting._block import Block
from intendant.learning.forecasting._theta import Fitted

LEVELS = (0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99)
TRENDS = (0.03, 0.1, 0.2, 0.4)
DAMPINGS = (0.8, 0.88, 0.94, 0.98)
SETTLED_AFTER = 3
_GRID = np.asarray(list(itertools.product(LEVELS, TRENDS, DAMPINGS)))


def fit_damped_trend(block: Block, horizon: int) -> Fitted:
    """Forecast every series of a block without season by a damped trend."""
    n, width = block.values.shape
    alpha, ratio, damping = (_GRID[None, :, place] for place in range(3))
    level, trend, loss = (np.zeros((n, len(_GRID))) for _ in range(3))
    gain = alpha * ratio
    starts, begun = width - block.lengths, block.begun()
    first = np.minimum(starts + 4, width - 1)
    opening = (block.values[np.arange(n), first] - block.values[np.arange(n), starts.clip(max=width - 1)]) / np.maximum(
        first - starts, 1
    )
    before = 0
    for column in range(width):
        rows = int(begun[column])
        if rows == 0:
            continue
        if rows > before:
            level[before:rows] = block.values[before:rows, column, None]
            trend[before:rows] = opening[before:rows, None]
        old = slice(0, before)
        if before:
            carried = damping * trend[old]
            level[old] += carried
            error = block.values[old, column, None] - level[old]
            counted = (column - starts[old] >= SETTLED_AFTER)[:, None]
            loss[old] += np.where(counted, error * error, 0.0)
            level[old] += alpha * error
            trend[old] = carried + gain * error
        before = rows
    best = np.argmin(loss, axis=1)
    take = (np.arange(n), best)
    ahead = np.cumsum(_GRID[best, 2, None] ** np.arange(1, horizon + 1)[None, :], axis=1)
    point = level[take][:, None] + trend[take][:, None] * ahead
    return Fitted(point, np.sqrt(loss[take] / np.maximum(block.lengths - SETTLED_AFTER, 1)))
