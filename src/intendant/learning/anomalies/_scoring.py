"""The score of the Numenta Anomaly Benchmark, standard profile, and its baseline, so that detectors can be compared.

After A. Lavin and S. Ahmad, Evaluating real-time anomaly detection algorithms, ICMLA 2015 (arXiv 1510.03336), and the reference
implementation numenta/NAB. A detection within a window scores by how early it comes, at y from -1 at the window's beginning to
0 at its end: sigma(y) = 2 / (1 + exp(5 y)) - 1, divided by sigma(-1); only the best of a window counts. One outside costs 0.11
times -sigma(y), with y its distance behind the window before in widths of that, in full beyond 3 and where there is none before.
A window without a detection costs 1. The first 15 % of a series, at most 750 points, do not count. Over all series the sum is
put on a line on which no detection at all is 0 and every window at its first point is 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intendant.learning.anomalies._block import Floats, Integers

FALSE_ALARM = 0.11
PROBATION = 0.15
PROBATION_POINTS_MOST = 750
FAR = 3.0
GAUSSIAN_POINTS = 6_400
GAUSSIAN_STEP = 150
THRESHOLDS_TRIED = 400


@dataclass(frozen=True, slots=True)
class SeriesScore:
    """The raw score of one series, how many windows it has, how many were found, and how many alarms were false."""

    raw: float
    windows: int
    found: int
    false_alarms: int


def score_series(count: int, windows: Sequence[tuple[int, int]], alarms: Sequence[int]) -> SeriesScore:
    """Score alarms (places in a series of `count` points) against windows (first and last place, both included)."""
    weights, owner = _weights(count, windows)
    probation = min(int(PROBATION * count), PROBATION_POINTS_MOST)
    counted = np.asarray([place for place in alarms if place >= probation], dtype=np.int64)
    raw, found = 0.0, 0
    for number in range(len(windows)):
        inside = counted[owner[counted] == number]
        found += len(inside) > 0
        raw += float(weights[inside].max()) if len(inside) else -1.0
    outside = counted[owner[counted] == -1]
    return SeriesScore(raw + float(weights[outside].sum()), len(windows), found, len(outside))


def score(parts: Sequence[SeriesScore]) -> float | None:
    """Put the scores of all series on the line from 0 (nothing detected) to 100; None where there is no window at all."""
    windows = sum(part.windows for part in parts)
    return 100 * (sum(part.raw for part in parts) + windows) / (2 * windows) if windows else None


def gaussian_scores(values: Floats) -> Floats:
    """Return the anomaly scores of NAB's windowed Gaussian: 1 - Q(|x - mean| / deviation) of a window of 6,400 points.

    Until the window is full it holds all that came before; then it moves on by 150 points at a time.
    """
    from scipy.special import ndtr

    result = np.zeros(len(values))
    first = min(len(values), GAUSSIAN_POINTS)
    numbers = np.arange(1, first + 1)
    means = np.cumsum(values[:first]) / numbers
    variances = np.maximum(np.cumsum(values[:first] ** 2) / numbers - means**2, 0.0)
    for place in range(1, len(values)):
        if place <= first:
            mean, deviation = means[place - 1], np.sqrt(variances[place - 1])
        else:
            begin = (place - first) // GAUSSIAN_STEP * GAUSSIAN_STEP
            window = values[begin : begin + GAUSSIAN_POINTS]
            mean, deviation = window.mean(), window.std()
        result[place] = ndtr(abs(values[place] - mean) / (deviation or 1e-6))
    return result


def best_threshold(
    scores: Sequence[Floats], windows: Sequence[Sequence[tuple[int, int]]]
) -> tuple[float, list[SeriesScore]]:
    """Find the one threshold that scores best over all series, as NAB does for its detectors; return the scores with it."""
    every = np.unique(np.concatenate([np.unique(each) for each in scores]))
    tried = np.unique(np.quantile(every, np.linspace(0.5, 1.0, THRESHOLDS_TRIED)))
    best: tuple[float, float, list[SeriesScore]] | None = None
    for threshold in tried:
        parts = [
            score_series(len(each), own, np.flatnonzero(each >= threshold).tolist())
            for each, own in zip(scores, windows, strict=True)
        ]
        total = score(parts)
        if total is not None and (best is None or total > best[0]):
            best = (total, float(threshold), parts)
    return (0.0, []) if best is None else best[1:]


def _weights(count: int, windows: Sequence[tuple[int, int]]) -> tuple[Floats, Integers]:
    weights, owner = np.full(count, -FALSE_ALARM), np.full(count, -1, dtype=np.int64)
    ordered = sorted(windows)
    for number, (first, last) in enumerate(ordered):
        width = last - first + 1
        inside = np.arange(first, last + 1)
        weights[inside] = _sigma(-(last - inside + 1) / width) / _sigma(np.asarray(-1.0))
        owner[inside] = number
        after = np.arange(last + 1, ordered[number + 1][0] if number + 1 < len(ordered) else count)
        weights[after] = FALSE_ALARM * _sigma((after - last) / max(width - 1, 1))
    return weights, owner


def _sigma(place: Floats) -> Floats:
    return np.where(place > FAR, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(place, FAR))) - 1.0)
