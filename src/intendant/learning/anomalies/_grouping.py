"""Anomalies that belong together: at one time in several series that move together; and what probably caused them.

Everything said of causes is *likely*: coming first and moving together is no proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from intendant.learning.anomalies._detector import Readings

CORRELATION_LEAST = 0.5
SHARED_LEAST = 8
"""Points that two series must have near each other before their correlation says anything."""
AROUND = 48
"""Usual intervals before the anomaly that are compared beside it."""
RESIDUAL_CLIPPED = 20.0
GROUPED_MAX = 500
CONTRIBUTIONS_MAX = 10
CONTRIBUTION_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An anomaly of one series, with the readings around it where they are at hand."""

    key: str
    source: str
    started_at: datetime
    ended_at: datetime
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Anomalies that belong together, in order of their beginning, and how strongly the first moves with each of the others."""

    members: tuple[str, ...]
    correlations: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Contribution:
    """How much of a deviation lies in one value of one dimension: `share` of it, from -infinity to +infinity, mostly 0 to 1."""

    dimension: str
    value: str
    actual: float
    expected: float
    share: float


def group(occurrences: Sequence[Occurrence], *, slack: timedelta) -> list[Group]:
    """Put together what overlaps in time, `slack` apart at most, and moves together (in either direction)."""
    ordered = sorted(occurrences, key=lambda each: (each.started_at, each.key))[:GROUPED_MAX]
    leader = list(range(len(ordered)))
    strengths: dict[tuple[int, int], float] = {}

    def root(place: int) -> int:
        while leader[place] != place:
            place = leader[place]
        return place

    for late in range(len(ordered)):
        for early in range(late):
            one, other = ordered[early], ordered[late]
            if one.source == other.source or other.started_at - one.ended_at > slack:
                continue
            strength = correlation(one, other)
            if strength is None or abs(strength) < CORRELATION_LEAST:
                continue
            strengths[early, late] = strength
            first, second = sorted((root(early), root(late)))
            leader[second] = first
    found: dict[int, list[int]] = {}
    for place in range(len(ordered)):
        found.setdefault(root(place), []).append(place)
    return [
        Group(
            tuple(ordered[place].key for place in places),
            {ordered[place].key: strengths[first, place] for place in places if (first, place) in strengths},
        )
        for first, places in found.items()
    ]


def correlation(one: Occurrence, other: Occurrence) -> float | None:
    """Return the correlation of two series' deviations around their anomalies; None where they share too few points.

    Deviations are in usual deviations and clipped, so that one wild point does not decide. Of two series of different rhythm,
    each point of the rarer is compared with the nearest of the other.
    """
    if one.readings is None or other.readings is None:
        return None
    first, second = one.readings.series, other.readings.series
    interval = max(first.interval, second.interval)
    if interval <= 0:
        return None
    begin = min(one.started_at, other.started_at).timestamp() - AROUND * interval
    end = max(one.ended_at, other.ended_at).timestamp() + interval
    rare, dense = (one.readings, other.readings)
    if first.interval < second.interval:
        rare, dense = dense, rare
    chosen = np.flatnonzero((rare.series.times >= begin) & (rare.series.times <= end))
    if len(chosen) < SHARED_LEAST or len(dense.series.times) < SHARED_LEAST:
        return None
    times = rare.series.times[chosen]
    after = np.clip(np.searchsorted(dense.series.times, times), 1, len(dense.series.times) - 1)
    nearest = np.where(times - dense.series.times[after - 1] <= dense.series.times[after] - times, after - 1, after)
    near = np.abs(dense.series.times[nearest] - times) <= interval / 2
    if near.sum() < SHARED_LEAST:
        return None
    left, right = _residuals(rare)[chosen[near]], _residuals(dense)[nearest[near]]
    spread = float(left.std() * right.std())
    if spread == 0.0:
        return None
    return float(((left - left.mean()) * (right - right.mean())).mean() / spread)


def _residuals(readings: Readings) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    trace = readings.trace
    signed = np.sign(readings.series.values - trace.expected) * trace.size
    return np.clip(signed, -RESIDUAL_CLIPPED, RESIDUAL_CLIPPED)


def contributions(
    actual: Mapping[str, Mapping[str, float]], expected: Mapping[str, Mapping[str, float]]
) -> list[Contribution]:
    """Say which values of which dimensions explain a deviation: the share of it that lies in each, the largest first.

    Both are amounts that add up, by dimension and value. After R. Bhagwan et al., Adtributor (NSDI 2014): explanatory power is
    the value's own deviation as a share of the whole's. Shares of one dimension add up to one; those under 5 % are left out.
    """
    found: list[Contribution] = []
    for dimension, values in actual.items():
        usual = expected.get(dimension, {})
        names = [*values, *(name for name in usual if name not in values)]
        whole = sum(values.values()) - sum(usual.values())
        if whole == 0:
            continue
        for name in names:
            now, before = values.get(name, 0.0), usual.get(name, 0.0)
            share = (now - before) / whole
            if share >= CONTRIBUTION_LEAST:
                found.append(Contribution(dimension, name, now, before, share))
    found.sort(key=lambda each: (-each.share, each.dimension, each.value))
    return found[:CONTRIBUTIONS_MAX]
