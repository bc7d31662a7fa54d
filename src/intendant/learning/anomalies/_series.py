"""Series as they come, put in order: times that rise, finite values, half hours of the local week; what was refused is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from intendant.learning.anomalies._block import DAY_SLOTS, WEEK_SLOTS, Floats, Integers

VALUE_MOST = 1e300
DAY_SECONDS = 86_400
SLOT_SECONDS = DAY_SECONDS // DAY_SLOTS
# 1970 began on a Thursday.
_MONDAY = 3 * DAY_SECONDS
_SEASON_PART = 3
REFRACTORY_LEAST, REFRACTORY_MOST = 2, 1_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A point that was not taken: its place in what was given, and why."""

    place: int
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """Points in order of time. `times` are seconds since 1970 (UTC), rising; `slots` the half hour of the local week of each."""

    key: str
    times: Integers
    values: Floats
    slots: Integers
    refused: tuple[Refused, ...] = ()

    @property
    def interval(self) -> float:
        """Return the usual distance of two points in seconds; 0 for fewer than two."""
        return float(np.median(np.diff(self.times))) if len(self.times) > 1 else 0.0


def read_series(
    key: str,
    times: Sequence[datetime] | NDArray[Any],
    values: Sequence[float | None] | NDArray[Any],
    *,
    zone: str = "UTC",
) -> Series:
    """Order points by time; of two at one moment the later given counts, and what is no number is refused and told.

    `times` are datetimes (without a zone: UTC) or seconds since 1970. Gaps stay gaps.
    """
    seconds = np.asarray([_seconds(at) for at in times], dtype=np.int64)
    numbers = np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)
    usable = np.isfinite(numbers) & (np.abs(numbers) < VALUE_MOST)
    refused = [Refused(int(place), "The value is missing or no finite number.") for place in np.flatnonzero(~usable)]
    places = np.flatnonzero(usable)
    order = places[np.argsort(seconds[places], kind="stable")]
    ordered = seconds[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = ordered[1:] != ordered[:-1]
    refused += [Refused(int(place), "A later point has the same time.") for place in order[~last]]
    kept = order[last]
    refused.sort(key=lambda each: each.place)
    return Series(key, seconds[kept], numbers[kept], week_slots(seconds[kept], zone), tuple(refused))


def week_slots(times: Integers, zone: str) -> Integers:
    """Return the half hour of the week on the wall clock of `zone` of each moment; summer time moves with the wall."""
    if not len(times):
        return np.zeros(0, dtype=np.int64)
    place = ZoneInfo(zone)
    days, where = np.unique(times // DAY_SECONDS, return_inverse=True)
    begins = np.asarray([_offset(int(day) * DAY_SECONDS, place) for day in days])
    ends = np.asarray([_offset((int(day) + 1) * DAY_SECONDS, place) for day in days])
    offsets = begins[where]
    for each in np.flatnonzero(begins[where] != ends[where]):
        offsets[each] = _offset(int(times[each]), place)
    local = times + offsets + _MONDAY
    slots: Integers = (local // SLOT_SECONDS) % WEEK_SLOTS
    return slots


def refractory_points(interval: float) -> int:
    """Return for how many points an anomaly is not over: a third of a day, or of a week where points are days or rarer."""
    if interval <= 0:
        return REFRACTORY_LEAST
    season = DAY_SECONDS if interval < DAY_SECONDS else 7 * DAY_SECONDS
    return int(np.clip(round(season / interval / _SEASON_PART), REFRACTORY_LEAST, REFRACTORY_MOST))


def moment(seconds: int | np.integer[Any]) -> datetime:
    """Return the moment of so many seconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))


def _offset(seconds: int, place: ZoneInfo) -> int:
    offset = moment(seconds).astimezone(place).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _seconds(at: object) -> int:
    if isinstance(at, datetime):
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    if isinstance(at, np.datetime64):
        return int(at.astype("datetime64[s]").astype(np.int64))
    return int(at)  # type: ignore[call-overload,no-any-return]
