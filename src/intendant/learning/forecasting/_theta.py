"""The Theta method with its line and its smoothing optimised, for all series at once.

Optimised Theta in its dynamic form (Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, International Journal of
Forecasting 32; after Assimakopoulos and Nikolopoulos 2000). One-step forecast of value t+1, from the level l of simple
exponential smoothing with parameter a, which begins at the first value, and the slope B of the straight line through the
values so far:

    m(t+1) = l(t) + w * (1 - (1-a)^t) / a * B(t),   w = 1 - 1/theta

For each a of a grid the best w, bounded to [0, 1], is a least-squares slope, so it needs no search.
"""

from dataclasses import dataclass

import numpy as np

from intendant.learning.forecasting._block import Block, Floats

SMOOTHING = np.concatenate([np.linspace(0.05, 0.95, 19), [0.99]])
SETTLED_AFTER = 3
"""Values after which a line through the past says something; until then errors are not counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Point forecasts (n, horizon) and the root mean square of one-step errors of each series in its own past."""

    point: Floats
    scale: Floats


def fit_theta(block: Block, horizon: int) -> Fitted:
    """Forecast every series of a block without season by optimised Theta."""
    n, width = block.values.shape
    alpha = SMOOTHING[None, :]
    grid = alpha.shape[1]
    level = np.zeros((n, grid))
    slope, mean = np.zeros(n), np.zeros(n)
    error_error, error_drift, drift_drift = np.zeros((n, grid)), np.zeros((n, grid)), np.zeros((n, grid))
    climbs = (1 - (1 - alpha) ** np.arange(width + 2)[:, None]) / alpha
    starts = width - block.lengths
    begun = block.begun()
    for column in range(width):
        rows = int(begun[column])
        if rows == 0:
            continue
        values = block.values[:rows, column]
        age = column - starts[:rows]
        new = age == 0
        if new.any():
            level[:rows][new] = values[new, None]
            mean[:rows][new] = values[new]
            slope[:rows][new] = 0.0
        count = age.astype(float)
        error = values[:, None] - level[:rows]
        drift = climbs[age] * slope[:rows, None]
        counted = (age >= SETTLED_AFTER).astype(float)[:, None]
        weighted = error * counted
        error_error[:rows] += weighted * error
        error_drift[:rows] += weighted * drift
        drift_drift[:rows] += drift * drift * counted
        level[:rows] += alpha * error
        old = ~new
        if old.any():
            t = count + 1  # this value is the t-th
            change = ((t - 2) * slope[:rows] + 6 / t * (values - mean[:rows])) / (t + 1)
            slope[:rows] = np.where(old, change, slope[:rows])
            mean[:rows] = np.where(old, mean[:rows] + (values - mean[:rows]) / t, mean[:rows])
    weight = np.clip(error_drift / np.maximum(drift_drift, 1e-300), 0.0, 1.0)
    loss = error_error - 2 * weight * error_drift + weight**2 * drift_drift
    best = np.argmin(loss, axis=1)
    take = (np.arange(n), best)
    climb = climbs[block.lengths, best]
    ahead = np.arange(horizon)[None, :] + climb[:, None]
    point = level[take][:, None] + weight[take][:, None] * slope[:, None] * ahead
    counted = np.maximum(block.lengths - SETTLED_AFTER, 1)
    return Fitted(point, np.sqrt(np.maximum(loss[take], 0.0) / counted))
