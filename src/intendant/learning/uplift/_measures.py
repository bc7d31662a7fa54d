"""How good a ranking of people by expected effect is: uplift at a share, Qini area, the worth of treating the top share.

All figures weigh by the inverse of the propensity, normalised within each arm (Hajek), so that logged trials are measured as
randomised ones are. Intervals come from a bootstrap over people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SHARES = (0.1, 0.2, 0.3)
CURVE_POINTS = 100  # shares at which the curve is measured
RESAMPLE_COUNT = 200
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class TopShare:
    """What treating only the best-ranked share does.

    `uplift`: effect per person within the share. `policy_value`: mean outcome of all if exactly they are treated;
    `over_everyone`, `over_no_one`: by how much that beats treating all, and none.
    """

    share: float
    uplift: Figure
    policy_value: Figure
    over_everyone: Figure
    over_no_one: Figure


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """All figures of one ranking. `qini_area`: the area between the curve of what is gained by treating the best-ranked
    first and that of treating in random order, in outcomes per person; 0 is no better than chance."""

    name: str
    qini_area: Figure
    top: tuple[TopShare, ...]

    def at(self, share: float) -> TopShare:
        """Return the figures of a share that was measured."""
        return next(each for each in self.top if each.share == share)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is gained per person of the population by treating the best-ranked `share`, and by a random share as large."""

    share: float
    gain: float
    random: float


@dataclass(frozen=True, slots=True)
class EffectGroup:
    """People ranked alike: the effect predicted for them and the effect measured, with its interval."""

    share_from: float
    share_to: float
    count: int
    predicted: float
    measured: Figure


def rank_within(scores: Floats, folds: NDArray[np.int64], seed: int) -> Floats:
    """Return each person's place from 0 (treat first) to 1 within the fold; models of different folds differ in scale."""
    places = np.empty(scores.size)
    ties = np.random.default_rng(seed).random(scores.size)
    for fold in np.unique(folds):
        held = np.flatnonzero(folds == fold)
        order = np.lexsort((ties[held], -scores[held]))
        places[held[order]] = (np.arange(held.size) + 0.5) / held.size
    return places


def measure_rankings(
    places: Sequence[tuple[str, Floats]],
    treated: Flags,
    outcome: Floats,
    propensity: Floats,
    *,
    seed: int,
    shares: Sequence[float] = SHARES,
    resamples: int = RESAMPLE_COUNT,
) -> tuple[RankingFigures, ...]:
    """Return the figures of rankings of the same people, resampled alike."""
    generator = np.random.default_rng(seed)
    tables = [_Binned(place, treated, outcome, propensity) for _, place in places]
    drawn: list[list[tuple[float, Any]]] = [[] for _ in tables]
    for _ in range(resamples):
        weights = generator.poisson(1.0, outcome.size).astype(np.float64)
        for table, kept in zip(tables, drawn, strict=True):
            kept.append(_figures(table.sums(weights), shares))
    measured = []
    for (name, _), table, kept in zip(places, tables, drawn, strict=True):
        area, tops = _figures(table.sums(None), shares)
        spread = np.array([top for _, top in kept])
        measured.append(
            RankingFigures(
                name,
                _figure(area, np.array([each for each, _ in kept])),
                tuple(
                    TopShare(share, *(_figure(tops[index][column], spread[:, index, column]) for column in range(4)))
                    for index, share in enumerate(shares)
                ),
            )
        )
    return tuple(measured)


def gain_of_first(places: Floats, treated: Flags, outcome: Floats, propensity: Floats, share: float) -> float:
    """Return the mean gain of treating the best-ranked first, up to a share: what rankings are chosen by."""
    gains, _ = _gains(_Binned(places, treated, outcome, propensity).sums(None))
    return float(gains[: round(share * CURVE_POINTS)].mean())


def curve(places: Floats, treated: Flags, outcome: Floats, propensity: Floats) -> tuple[CurvePoint, ...]:
    """Return the Qini curve."""
    gains, effect = _gains(_Binned(places, treated, outcome, propensity).sums(None))
    steps = np.arange(1, CURVE_POINTS + 1) / CURVE_POINTS
    return (
        CurvePoint(0.0, 0.0, 0.0),
        *(
            CurvePoint(float(share), float(gain), float(share * effect))
            for share, gain in zip(steps, gains, strict=True)
        ),
    )


def group_effects(places: Floats, predicted: Floats, scores: Floats, group_count: int) -> tuple[EffectGroup, ...]:
    """Return measured against predicted effects for equal groups along the ranking, from doubly robust scores."""
    groups = np.minimum((places * group_count).astype(np.int64), group_count - 1)
    found = []
    for group in range(group_count):
        members = groups == group
        if members.sum() < 2:
            continue
        found.append(
            EffectGroup(
                group / group_count,
                (group + 1) / group_count,
                int(members.sum()),
                float(predicted[members].mean()),
                mean_figure(scores[members]),
            )
        )
    return tuple(found)


def mean_figure(values: Floats) -> Figure:
    """Return a mean with its normal interval."""
    reach = 1.96 * float(values.std(ddof=1)) / np.sqrt(values.size)
    mean = float(values.mean())
    return Figure(mean, mean - float(reach), mean + float(reach))


class _Binned:
    """People of a ranking by the hundredth they stand in, so that a resample costs six sums."""

    def __init__(self, places: Floats, treated: Flags, outcome: Floats, propensity: Floats) -> None:
        bins = np.minimum((places * CURVE_POINTS).astype(np.int64), CURVE_POINTS - 1)
        self._cells = bins + np.where(treated, CURVE_POINTS, 0)
        self._weights = np.where(treated, 1 / propensity, 1 / (1 - propensity))
        self._outcome = outcome

    def sums(self, counts: Floats | None) -> Floats:
        """Return (3, 2, bins): people, weight and weighted outcome, untreated and treated."""
        count = np.ones(self._outcome.size) if counts is None else counts
        weights = self._weights * count
        size = 2 * CURVE_POINTS
        parts = [
            np.bincount(self._cells, each, size).reshape(2, CURVE_POINTS)
            for each in (count, weights, weights * self._outcome)
        ]
        return np.stack(parts)


def _gains(sums: Floats) -> tuple[Floats, float]:
    """Return the gain per person of treating the first 1, 2, ... hundredths, and the effect of treating all."""
    running = np.cumsum(sums, axis=2)
    people = running[0].sum(axis=0)
    means = _ratio(running[2], running[1])
    uplift = means[1] - means[0]
    return np.nan_to_num(uplift) * people / people[-1], float(uplift[-1])


def _figures(sums: Floats, shares: Sequence[float]) -> tuple[float, list[tuple[float, float, float, float]]]:
    gains, effect = _gains(sums)
    steps = np.arange(1, CURVE_POINTS + 1) / CURVE_POINTS
    excess = np.concatenate([[0.0], gains - steps * effect])
    area = float(((excess[1:] + excess[:-1]) / 2).sum() / CURVE_POINTS)
    total = sums.sum(axis=2)
    everyone, no_one = _ratio(total[2], total[1])[::-1]
    tops = []
    for share in shares:
        edge = round(share * CURVE_POINTS)
        first, rest = sums[:, :, :edge].sum(axis=2), sums[:, :, edge:].sum(axis=2)
        inside, outside = _ratio(first[2], first[1]), _ratio(rest[2], rest[1])
        people = first[0].sum() / total[0].sum()
        value = people * inside[1] + (1 - people) * outside[0]
        tops.append((float(inside[1] - inside[0]), float(value), float(value - everyone), float(value - no_one)))
    return area, tops


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0), dtype=np.float64)


def _figure(value: float, drawn: Floats) -> Figure:
    known = drawn[np.isfinite(drawn)]
    if known.size < 2:
        return Figure(value, value, value)
    edge = (1 - CONFIDENCE) / 2
    lower, upper = np.quantile(known, [edge, 1 - edge])
    return Figure(value, float(lower), float(upper))
