"""Make series complete and tame before they are learnt from: gaps by interpolation, absurd values by their neighbours."""

from collections.abc import Sequence

import numpy as np

from intendant.learning.forecasting._block import Floats

WINDOW = 7
DEVIATIONS_MAX = 10.0
"""A value is absurd when it lies so many robust deviations from the median around it, and from the same season's values."""
TYPICAL_SHARE_MIN = 0.5
"""A deviation counts for at least this share of the typical size, so that a steady series may still move."""
_NORMAL = 1.4826


def complete(values: Floats) -> Floats:
    """Return a series without gaps, each filled on the straight line between its neighbours."""
    missing = np.isnan(values)
    if not missing.any():
        return values
    if missing.all():
        return np.zeros(len(values))
    places = np.arange(len(values))
    filled = values.copy()
    filled[missing] = np.interp(places[missing], places[~missing], values[~missing])
    return filled


def tame(values: Floats, season: int = 1) -> tuple[Floats, int]:
    """Return a complete series with absurd values replaced by the median around them, and how many there were."""
    if len(values) < 5:
        return values, 0
    centre = np.median(values)
    apart = np.abs(values - centre)
    spread = _NORMAL * float(np.median(apart))
    if float(apart.max()) <= DEVIATIONS_MAX * max(spread, TYPICAL_SHARE_MIN * _typical(values)):
        return values, 0
    window = WINDOW if len(values) >= WINDOW else 5 if len(values) >= 5 else 3
    half = window // 2
    around = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="reflect"), window), axis=1)
    away = np.abs(values - around)
    limit = DEVIATIONS_MAX * max(_NORMAL * float(np.median(away)), TYPICAL_SHARE_MIN * _typical(values))
    suspects = np.flatnonzero(away > limit)
    if len(suspects) == 0 or len(suspects) > max(1, len(values) // 10):
        return values, 0
    tamed, count = values.copy(), 0
    for place in suspects.tolist():
        others = [values[other] for other in range(place % season, len(values), season) if other != place]
        if season > 1 and others and abs(values[place] - float(np.median(others))) <= limit:
            continue
        tamed[place] = around[place]
        count += 1
    return tamed, count


def prepare(series: Sequence[Floats], season: int = 1) -> tuple[list[Floats], int]:
    """Complete and tame many series; return them with the number of values that were replaced."""
    prepared, count = [], 0
    for values in series:
        clean, tamed = tame(complete(values), season)
        prepared.append(clean)
        count += tamed
    return prepared, count


def _typical(values: Floats) -> float:
    sizes = np.abs(values[values != 0])
    return float(np.median(sizes)) if len(sizes) else 0.0
