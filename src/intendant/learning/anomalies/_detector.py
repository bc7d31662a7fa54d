"""Detectors: points in, readings and anomalies out. One that streams keeps a small state; many series at once go in one batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.anomalies._block import Block, Floats, Integers, Trace, empty, rows, step
from intendant.learning.anomalies._series import Series, moment, refractory_points

Direction = Literal["up", "down", "both"]
THRESHOLD = 6.0
"""The evidence, in powers of ten over four views, from which a point is anomalous at sensitivity 0.5."""
SENSITIVITY_RANGE = 4.0
"""Sensitivity 0 asks twice the evidence, sensitivity 1 half of it."""
BATCH_SERIES = 128


class DetectorSettingsInvalid(Invalid):
    """Settings that no detector can have."""

    code = "detector_settings_invalid"


@dataclass(frozen=True, slots=True)
class Settings:
    """How a detector judges. `sensitivity` from 0 (few alarms) to 1 (many); `refractory` in points, None by the interval."""

    sensitivity: float = 0.5
    direction: Direction = "both"
    refractory: int | None = None
    factor_up: float = 1.0
    factor_down: float = 1.0
    """What feedback has made of the threshold for values above and below what is expected."""

    def __post_init__(self) -> None:
        if not 0 <= self.sensitivity <= 1:
            raise DetectorSettingsInvalid(
                "A sensitivity lies from 0 to 1.", field="sensitivity", remedy="Give 0.5 for the usual one."
            )
        if self.direction not in ("up", "down", "both"):
            raise DetectorSettingsInvalid(
                "There is no such direction.", field="direction", remedy="Give up, down or both."
            )
        if self.refractory is not None and self.refractory < 1:
            raise DetectorSettingsInvalid(
                "A refractory period has at least one point.", field="refractory", remedy="Leave it out."
            )

    @property
    def threshold(self) -> float:
        """Return the evidence from which a point is anomalous."""
        return float(THRESHOLD * SENSITIVITY_RANGE ** (0.5 - self.sensitivity))


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A stretch of anomalous points, as one. `value` and what belongs to it are those of the point that is furthest off.

    `deviation` adds up value less expectation over the anomalous points; `uncertainty` is half the width of the expected band,
    added up in the same way (points of one stretch err together). `size` is in usual deviations.
    """

    started_at: datetime
    ended_at: datetime
    peak_at: datetime
    value: float
    expected: float
    lower: float
    upper: float
    evidence: float
    probability: float
    size: float
    deviation: float
    uncertainty: float
    points: int
    direction: Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Readings:
    """What a detector thinks of each point of a series, beside it."""

    series: Series
    trace: Trace


@dataclass(frozen=True, slots=True)
class Watched:
    """A series with its readings and its anomalies, in order of time."""

    readings: Readings
    anomalies: tuple[Anomaly, ...]


@dataclass(frozen=True, slots=True)
class Episode:
    """The anomaly that may still go on, with the number of its first and of its last anomalous point."""

    anomaly: Anomaly
    last: int


def _track(
    series: Series, trace: Trace, settings: Settings, *, first: int, refractory: int, episode: Episode | None
) -> tuple[list[Anomaly], Episode | None]:
    """Join anomalous points to anomalies; `first` is the number of the first point, the open episode comes first."""
    found: list[Anomaly] = []
    side = np.sign(series.values - trace.expected)
    asked = settings.threshold * np.where(side >= 0, settings.factor_up, settings.factor_down)
    flagged = trace.evidence >= asked
    if settings.direction != "both":
        flagged &= side == (1 if settings.direction == "up" else -1)
    for place in np.flatnonzero(flagged):
        number, point = first + int(place), _point(series, trace, int(place))
        if episode is not None and number - episode.last <= refractory:
            episode = Episode(_joined(episode.anomaly, point), number)
            if found and found[-1].started_at == episode.anomaly.started_at:
                found.pop()
        else:
            episode = Episode(point, number)
        found.append(episode.anomaly)
    return found, episode


def _point(series: Series, trace: Trace, place: int) -> Anomaly:
    value, expected = float(series.values[place]), float(trace.expected[place])
    at = moment(series.times[place])
    lower, upper = float(trace.lower[place]), float(trace.upper[place])
    return Anomaly(
        started_at=at,
        ended_at=at,
        peak_at=at,
        value=value,
        expected=expected,
        lower=lower,
        upper=upper,
        evidence=float(trace.evidence[place]),
        probability=float(trace.probability[place]),
        size=float(trace.size[place]),
        deviation=value - expected,
        uncertainty=(upper - lower) / 2,
        points=1,
        direction="up" if value >= expected else "down",
    )


def _joined(before: Anomaly, point: Anomaly) -> Anomaly:
    top = point if point.size > before.size else before
    deviation = before.deviation + point.deviation
    return replace(
        top,
        started_at=before.started_at,
        ended_at=point.ended_at,
        evidence=max(before.evidence, point.evidence),
        probability=min(before.probability, point.probability),
        deviation=deviation,
        uncertainty=before.uncertainty + point.uncertainty,
        points=before.points + point.points,
    )


class Detector:
    """Watches one series as it comes. Give each point once, in order of time; earlier ones than the last are left out."""

    __slots__ = ("block", "episode", "interval", "last_time", "settings")

    def __init__(self, settings: Settings | None = None, *, interval: float = 0.0) -> None:
        self.settings = settings or Settings()
        self.block = empty(1)
        self.episode: Episode | None = None
        self.interval = interval
        self.last_time: int | None = None

    @property
    def count(self) -> int:
        """Return how many points were seen."""
        return self.block.count

    def resume(self, block: Block, episode: Episode | None, last_time: int | None) -> None:
        """Go on from what was remembered."""
        self.block, self.episode, self.last_time = block, episode, last_time

    def watch(self, series: Series) -> Watched:
        """Read new points; the anomalies are those that began or went on in them, by the same `started_at` as before."""
        if self.last_time is not None:
            series = _since(series, self.last_time)
        if self.interval <= 0:
            self.interval = series.interval
        trace = _run(self.block, series.values[None, :], series.slots[None, :])
        only = Trace(*(getattr(trace, name)[0] for name in Trace.__slots__))
        first = self.block.count - len(series.values)
        refractory = self.settings.refractory or refractory_points(self.interval)
        anomalies, self.episode = _track(
            series, only, self.settings, first=first, refractory=refractory, episode=self.episode
        )
        if len(series.times):
            self.last_time = int(series.times[-1])
        return Watched(Readings(series, only), tuple(anomalies))


def detect(series: Sequence[Series], settings: Settings | Sequence[Settings] | None = None) -> list[Watched]:
    """Read whole series at once, each from its beginning; the same as a `Detector` for each, and much faster."""
    given = [settings or Settings()] * len(series) if isinstance(settings, Settings | None) else list(settings)
    if len(given) != len(series):
        raise DetectorSettingsInvalid(
            "There are not as many settings as series.", field="settings", remedy="Give one for each, or one for all."
        )
    result: list[Watched | None] = [None] * len(series)
    # Series of a like length go together; the longest come first, so that those still running are the first rows.
    order = sorted(range(len(series)), key=lambda each: -len(series[each].values))
    for begin in range(0, len(order), BATCH_SERIES):
        places = order[begin : begin + BATCH_SERIES]
        lengths = [len(series[place].values) for place in places]
        values = np.zeros((len(places), lengths[0]))
        slots = np.zeros((len(places), lengths[0]), dtype=np.int64)
        for row, place in enumerate(places):
            values[row, : lengths[row]], slots[row, : lengths[row]] = series[place].values, series[place].slots
        trace = _run(empty(len(places)), values, slots, lengths)
        for row, place in enumerate(places):
            each = series[place]
            own = Trace(*(getattr(trace, name)[row, : lengths[row]] for name in Trace.__slots__))
            refractory = given[place].refractory or refractory_points(each.interval)
            anomalies, _ = _track(each, own, given[place], first=0, refractory=refractory, episode=None)
            result[place] = Watched(Readings(each, own), tuple(anomalies))
    return [each for each in result if each is not None]


def _run(block: Block, values: Floats, slots: Integers, lengths: Sequence[int] | None = None) -> Trace:
    """Step through all points; `lengths` (falling) says where rows end."""
    trace = Trace(*(np.zeros(values.shape) for _ in Trace.__slots__))
    columns = [getattr(trace, name) for name in Trace.__slots__]
    active = len(values)
    for place in range(values.shape[1]):
        if lengths is not None:
            while lengths[active - 1] <= place:
                active -= 1
        part = block if active == len(values) else rows(block, active)
        for column, result in zip(columns, step(part, values[:active, place], slots[:active, place]), strict=True):
            column[:active, place] = result
        block.count, block.at = part.count, part.at
    return trace


def _since(series: Series, last: int) -> Series:
    first = int(np.searchsorted(series.times, last, side="right"))
    return replace(series, times=series.times[first:], values=series.values[first:], slots=series.slots[first:])
