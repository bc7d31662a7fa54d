"""The memory of many detectors side by side, and one step of time for all of them: arrays of series by position, numpy alone.

All series of a block have seen the same number of points, so that one step is a handful of array operations whatever their
number. Streaming is a block of one series; a batch is a block of many. Both therefore give the same result.

Four views of a point are scored, each by how strange it is to the series' own past:

- the value against the middle of what came before, in robust deviations;
- its change against the changes before;
- the last `WINDOW` values against the nearest stretch of the past (k nearest neighbours, k = 1);
- the value against what its time of day or of week leads to expect, where that predicts better than the middle does.

Each score becomes a conformal p-value, its rank among the last `SCORES` of its kind; beyond the largest, the tail is continued
exponentially (Shafer and Vovk, A tutorial on conformal prediction, 2008; Laxhammar and Falkman, Inductive conformal anomaly
detection, 2015). The evidence is the smoothed sum of -log10 of the four.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]

HISTORY = 1_024
"""How many points back neighbours are looked for."""
ROOM = HISTORY + 256
MIDDLE = 400
"""How many points back the middle and the spread are taken from."""
WINDOW = 12
SCORES = 1_000
TRACKS = 5
"""Value, change, neighbours, season, and the evidence that they make."""
WARM = 8
"""Points before anything is scored."""
CALIBRATED = 16
"""Scores before any of them has a p-value."""
REFRESH = 4
TAIL = 0.05
TAIL_LEAST = 3
TAIL_WIDTH_LEAST = 0.02
LOG_2 = float(np.log(2.0))
EVIDENCE_MOST = np.array([4.0, 4.0, 4.0, 12.0])
"""Of each view, in powers of ten: no single view cries for all, but for the season's, which alone can see what did not happen."""
SMOOTHING = 0.5
CLIPPED = 20.0
SIZE_MOST = 1e12
SEASON_RATE = 0.1
ERROR_RATE = 0.01
SEASON_CLIPPED = 20.0
DAY_SLOTS = 48
WEEK_SLOTS = 7 * DAY_SLOTS
SEEN_LEAST = 2
SEASON_GAIN = 0.75
"""A season is believed where its error is below this part of the middle's."""
LEVEL_RUN = 24
LEVEL_DEVIATIONS = 3.0
BAND = 0.98
PROBABILITY_LEAST = 1e-12


@dataclass(slots=True)
class Block:
    """What detectors remember: arrays with one row for each series; `count` points were seen by all."""

    count: int
    at: int
    """Where the newest value stands in `values` and `units`, plus one."""
    values: Floats
    units: Floats
    distances: Floats
    scores: Floats
    cut: Floats
    width: Floats
    middle: Floats
    spread: Floats
    change_middle: Floats
    change_spread: Floats
    season: Floats
    seen: Integers
    errors: Floats
    evidence: Floats
    run: Integers


@dataclass(slots=True)
class Trace:
    """What was seen of each point, as arrays of series by points.

    `size` is the deviation in robust deviations of what was expected; `probability` the conformal p-value of the evidence.
    """

    expected: Floats
    lower: Floats
    upper: Floats
    evidence: Floats
    probability: Floats
    size: Floats


def empty(series: int) -> Block:
    """Return the memory of `series` detectors that have seen nothing."""

    def array(*shape: int, fill: float = 0.0, kind: type = np.float64) -> Any:
        return np.full((series, *shape), fill, dtype=kind)

    return Block(
        count=0,
        at=0,
        values=array(ROOM),
        units=array(ROOM, kind=np.float32),
        distances=array(HISTORY),
        scores=array(TRACKS, SCORES, kind=np.float32),
        cut=array(TRACKS),
        width=array(TRACKS, fill=TAIL_WIDTH_LEAST),
        middle=array(),
        spread=array(),
        change_middle=array(),
        change_spread=array(),
        season=array(DAY_SLOTS + WEEK_SLOTS),
        seen=array(DAY_SLOTS + WEEK_SLOTS, kind=np.int64),
        errors=array(3),
        evidence=array(),
        run=array(kind=np.int64),
    )


def rows(block: Block, count: int) -> Block:
    """Return the first `count` series of a block."""
    taken = {
        field.name: getattr(block, field.name)[:count] for field in fields(Block) if field.name not in ("count", "at")
    }
    return Block(count=block.count, at=block.at, **taken)


def step(block: Block, values: Floats, slots: Integers) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Take one finite value of each series at its half hour of the week; return a column of each array of `Trace`."""
    count = block.count
    if block.at == ROOM:
        _make_room(block)
    if count >= WARM and (count < 10 * REFRESH or count % REFRESH == 0):
        _estimate(block)
    expected, scale = _expect(block, slots)
    if count >= WARM:
        unit = np.clip((values - block.middle) / block.spread, -CLIPPED, CLIPPED)
    else:
        unit = np.zeros(len(values))
    before = block.values[:, block.at - 1] if count else values
    block.values[:, block.at] = values
    block.units[:, block.at] = unit
    block.at += 1
    nearest = _nearest(block)
    none: Floats = np.zeros(len(values))
    result: tuple[Floats, Floats, Floats, Floats, Floats, Floats]
    if count < WARM:
        result = (expected, expected.copy(), expected.copy(), none, np.ones(len(values)), none.copy())
    else:
        size = np.abs(values - expected) / scale
        change = np.abs((values - before) - block.change_middle) / block.change_spread
        raw = np.stack([np.abs(values - block.middle) / block.spread, change, nearest, size], axis=1)
        evidence, probability, half = _weigh(block, raw)
        half = half * scale
        result = (expected, expected - half, expected + half, evidence, probability, size)
    _learn_season(block, values, slots)
    _follow_level(block, values, expected, scale)
    block.count += 1
    return result


def _make_room(block: Block) -> None:
    block.values[:, :HISTORY] = block.values[:, ROOM - HISTORY :].copy()
    block.units[:, :HISTORY] = block.units[:, ROOM - HISTORY :].copy()
    block.at = HISTORY
    # Sums that are only ever added to and taken from gather rounding; they are made anew here.
    block.distances[:] = 0.0
    for back in range(WINDOW):
        newest = block.units[:, HISTORY - 1 - back, None].astype(np.float64)
        past = block.units[:, : HISTORY - 1 - back][:, ::-1]
        block.distances[:, : past.shape[1]] += (newest - past) ** 2


def _estimate(block: Block) -> None:
    past = block.values[:, max(0, block.at - MIDDLE) : block.at]
    block.middle[:], block.spread[:] = _robust(past)
    block.change_middle[:], block.change_spread[:] = _robust(np.diff(past, axis=1))


def _robust(past: Floats) -> tuple[Floats, Floats]:
    """Return median and spread: 1.4826 MAD, or what the ninth decile says where most values are the same."""
    length = past.shape[1]
    ordered = np.sort(past, axis=1)
    middle = (ordered[:, (length - 1) // 2] + ordered[:, length // 2]) / 2
    away = np.sort(np.abs(past - middle[:, None]), axis=1)
    typical = away[:, length // 2] * 1.4826
    wide = away[:, min(length - 1, int(0.9 * length))] * (0.5 / 1.645)
    return middle, np.maximum(np.maximum(typical, wide), 1e-9 * np.abs(middle) + 1e-12)


def _expect(block: Block, slots: Integers) -> tuple[Floats, Floats]:
    """Return what is expected and its usual error, by the middle, the day or the week: whichever errs least."""
    each = np.arange(len(slots))
    by_day, by_week = slots % DAY_SLOTS, DAY_SLOTS + slots
    choice = np.zeros(len(slots), dtype=np.int64)
    expected, error = block.middle.copy(), block.spread.copy()
    for kind, place in ((1, by_day), (2, by_week)):
        known = block.seen[each, place] >= SEEN_LEAST
        better = known & (block.errors[:, kind] < SEASON_GAIN * block.errors[each, choice])
        choice = np.where(better, kind, choice)
        expected = np.where(better, block.season[each, place], expected)
        error = np.where(better, np.maximum(1.2533 * block.errors[:, kind], 1e-9 * np.abs(expected) + 1e-12), error)
    return expected, error


def _nearest(block: Block) -> Floats:
    """Return how far the last window is from the nearest stretch of the past that it does not overlap."""
    at = block.at
    span = min(at - 1, HISTORY)
    if span <= 0:
        return np.zeros(len(block.units))
    newest = block.units[:, at - 1, None].astype(np.float64)
    past = block.units[:, at - 1 - span : at - 1][:, ::-1]
    block.distances[:, :span] += (newest - past) ** 2
    gone = min(at - 1 - WINDOW, HISTORY)
    if gone > 0:
        oldest = block.units[:, at - 1 - WINDOW, None].astype(np.float64)
        lost = block.units[:, at - 1 - WINDOW - gone : at - 1 - WINDOW][:, ::-1]
        block.distances[:, :gone] -= (oldest - lost) ** 2
    usable = min(at - WINDOW, HISTORY)
    if usable <= WINDOW:
        return np.zeros(len(block.units))
    least: Floats = np.sqrt(np.maximum(block.distances[:, WINDOW - 1 : usable].min(axis=1), 0.0))
    return least


def _weigh(block: Block, raw: Floats) -> tuple[Floats, Floats, Floats]:
    """Turn scores into p-values and evidence; return evidence, its p-value, and the band's half width in deviations."""
    number = block.count - WARM
    logs = np.log1p(np.minimum(raw, SIZE_MOST)).astype(np.float32)
    p = _probabilities(block, logs, range(4), number)
    total = np.minimum(-np.log10(p), EVIDENCE_MOST).sum(axis=1)
    block.evidence[:] += SMOOTHING * (total - block.evidence)
    evidence = block.evidence.copy()
    own = np.log1p(evidence).astype(np.float32)[:, None]
    probability = _probabilities(block, own, range(4, 5), number)[:, 0]
    place = number % SCORES
    block.scores[:, :4, place] = logs
    block.scores[:, 4:, place] = own
    kept = min(number + 1, SCORES)
    if kept >= CALIBRATED and (kept < 10 * REFRESH or number % (2 * REFRESH) == 0):
        _fit_tail(block, kept)
    half = np.expm1(block.cut[:, 3] + block.width[:, 3] * np.log(TAIL / (1 - BAND))) if kept >= CALIBRATED else None
    return evidence, probability, np.maximum(half, 1.0) if half is not None else np.full(len(raw), 3.0)


def _probabilities(block: Block, logs: Floats, tracks: range, number: int) -> Floats:
    kept = min(number, SCORES)
    if kept < CALIBRATED:
        return np.ones(logs.shape)
    part = slice(tracks.start, tracks.stop)
    above = (block.scores[:, part, :kept] >= logs[:, :, None]).sum(axis=2)
    beyond = logs - block.cut[:, part]
    tail = (_tail_size(kept) + 1) / (kept + 1) * np.exp(-np.maximum(beyond, 0.0) / block.width[:, part])
    return np.maximum(np.where(beyond > 0, tail, (above + 1) / (kept + 1)), PROBABILITY_LEAST)


def _tail_size(kept: int) -> int:
    return max(TAIL_LEAST, int(TAIL * kept))


def _fit_tail(block: Block, kept: int) -> None:
    size = _tail_size(kept)
    top = np.partition(block.scores[:, :, :kept], kept - size, axis=2)[:, :, kept - size :].astype(np.float64)
    block.cut[:] = top.min(axis=2)
    # The median, not the mean: one wild score must not make the tail so wide that nothing is rare any more.
    half = np.median(top - block.cut[:, :, None], axis=2)
    block.width[:] = np.maximum(half / LOG_2, TAIL_WIDTH_LEAST)


def _learn_season(block: Block, values: Floats, slots: Integers) -> None:
    each = np.arange(len(slots))
    places = (slots % DAY_SLOTS, DAY_SLOTS + slots)
    limit = SEASON_CLIPPED * np.where(block.count >= WARM, block.spread, np.inf)
    rate = max(ERROR_RATE, 1.0 / (block.count + 1))
    guesses = (block.middle, block.season[each, places[0]], block.season[each, places[1]])
    known = (block.count >= WARM, block.seen[each, places[0]] > 0, block.seen[each, places[1]] > 0)
    for number, (guess, ready) in enumerate(zip(guesses, known, strict=True)):
        error = np.minimum(np.abs(values - guess), limit)
        first = block.errors[:, number] == 0.0
        updated = np.where(first, error, block.errors[:, number] + rate * (error - block.errors[:, number]))
        block.errors[:, number] = np.where(ready & np.isfinite(error), updated, block.errors[:, number])
    for place in places:
        old, seen = block.season[each, place], block.seen[each, place]
        moved = np.clip(values - old, -limit, limit)
        share = np.maximum(SEASON_RATE, 1.0 / (seen + 1))
        learned = old + share * np.where(np.isfinite(moved), moved, 0.0)
        # Of the first two the one nearer to the middle: a wild point at first sight must not stay for years.
        nearer = np.where(np.abs(values - block.middle) < np.abs(old - block.middle), values, old)
        learned = np.where((seen == 1) & (block.count >= WARM), nearer, learned)
        block.season[each, place] = np.where(seen == 0, values, learned)
        block.seen[each, place] = seen + 1


def _follow_level(block: Block, values: Floats, expected: Floats, scale: Floats) -> None:
    """Where a long run lies on one side, the past is raised or lowered to it: the new level is normal from now on."""
    if block.count < WARM:
        return
    side = np.sign(values - expected) * (np.abs(values - expected) > LEVEL_DEVIATIONS * scale)
    side = side.astype(np.int64)
    block.run[:] = np.where(side == 0, 0, np.where(np.sign(block.run) == side, block.run + side, side))
    for row in np.flatnonzero(np.abs(block.run) >= LEVEL_RUN):
        recent = block.values[row, block.at - LEVEL_RUN : block.at]
        shift = float(np.median(recent)) - float(block.middle[row])
        block.values[row, : block.at - LEVEL_RUN] += shift
        block.season[row] += shift
        block.middle[row] += shift
        block.run[row] = 0
