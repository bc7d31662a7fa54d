"""Demand that comes now and then: the rate of Teunter, Syntetos and Babai, which falls when nothing comes any more.

    p(t) = p(t-1) + b (I(t) - p(t-1)),   z(t) = z(t-1) + a (y(t) - z(t-1)) where y(t) > 0,   forecast p z

(European Journal of Operational Research 214, 2011; after Croston 1972.) I says whether anything was demanded.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from intendant.learning.forecasting._block import Block
from intendant.learning.forecasting._theta import Fitted

PROBABILITY_STEPS = (0.02, 0.05, 0.1, 0.2, 0.3)
SIZE_STEPS = (0.05, 0.1, 0.2, 0.3)
ZERO_SHARE_MIN = 0.4
OPENING = 4
_GRID = np.asarray(list(itertools.product(PROBABILITY_STEPS, SIZE_STEPS)))


def is_intermittent(block: Block) -> NDArray[np.bool_]:
    """Mark the series that are never negative and zero in many periods."""
    observed = block.observed()
    zeros = ((block.values == 0) & observed).sum(1) / np.maximum(block.lengths, 1)
    result: NDArray[np.bool_] = (zeros >= ZERO_SHARE_MIN) & ((block.values >= 0).all(1))
    return result


def fit_intermittent(block: Block, horizon: int) -> Fitted:
    """Forecast every series by its rate of demand, the same for each period ahead."""
    n, width = block.values.shape
    observed = block.observed()
    demanded = (block.values > 0) & observed
    share = demanded.sum(1) / np.maximum(block.lengths, 1)
    size = block.values.sum(1) / np.maximum(demanded.sum(1), 1)
    probability = np.repeat(share[:, None], len(_GRID), axis=1)
    sizes = np.repeat(size[:, None], len(_GRID), axis=1)
    loss = np.zeros((n, len(_GRID)))
    begun = block.begun()
    for column in range(width):
        rows = int(begun[column])
        if rows == 0:
            continue
        values = block.values[:rows, column, None]
        counted = (column - (width - block.lengths[:rows]) >= OPENING)[:, None]
        error = values - probability[:rows] * sizes[:rows]
        loss[:rows] += np.where(counted, error**2, 0.0)
        came = values > 0
        probability[:rows] += _GRID[None, :, 0] * (came - probability[:rows])
        sizes[:rows] += np.where(came, _GRID[None, :, 1] * (values - sizes[:rows]), 0.0)
    best = np.argmin(loss, axis=1)
    take = (np.arange(n), best)
    rate = np.maximum(probability[take] * sizes[take], 0.0)
    counts = np.maximum(block.lengths - OPENING, 1)
    return Fitted(np.repeat(rate[:, None], horizon, axis=1), np.sqrt(loss[take] / counts))
