"""Periods of time: what frequency dates have, and the running number of the period that a date falls in."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._block import Integers

Frequency = Literal["hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "step"]
Moments = NDArray[np.datetime64]

SEASONS: dict[Frequency, tuple[int, ...]] = {
    "hourly": (24, 168),
    "daily": (7, 365),
    "weekly": (52,),
    "monthly": (12,),
    "quarterly": (4,),
    "yearly": (),
    "step": (),
}
"""Lengths of the seasons that are looked for, in periods, the shorter first."""
FREQUENCIES: tuple[Frequency, ...] = tuple(SEASONS)
SECONDS: dict[Frequency, float] = {
    "hourly": 3_600,
    "daily": 86_400,
    "weekly": 604_800,
    "monthly": 2_629_746,
    "quarterly": 7_889_238,
    "yearly": 31_556_952,
    "step": 1,
}
"""Mean length of a period."""
HORIZONS: dict[Frequency, int] = {
    "hourly": 48,
    "daily": 28,
    "weekly": 13,
    "monthly": 12,
    "quarterly": 4,
    "yearly": 3,
    "step": 6,
}
"""How far is usually forecast."""
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}
SAMPLE_MAX = 200_000
REGULAR_SHARE_MIN = 0.5


class FrequencyUnknown(Invalid):
    """A frequency that is none of ours, or dates from which none can be told."""

    code = "frequency_unknown"


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates are cut into periods. `weekday`: on which a week begins (0 is Monday). `at_end`: a period is named by its last day."""

    frequency: Frequency
    weekday: int = 0
    at_end: bool = False
    season: tuple[int, ...] | None = None
    """Season lengths of steps, where they are known."""

    @property
    def seasons(self) -> tuple[int, ...]:
        """Return the season lengths to look for, the shorter first."""
        return SEASONS[self.frequency] if self.season is None else self.season

    def number(self, moments: Moments) -> Integers:
        """Return the running numbers of the periods that moments fall in."""
        days = moments.astype("datetime64[D]").astype(np.int64)
        match self.frequency:
            case "hourly":
                return moments.astype("datetime64[h]").astype(np.int64)
            case "daily":
                return days
            case "weekly":
                # Day 0 of 1970 was a Thursday.
                result: Integers = (days + 3 - self.weekday) // 7
                return result
            case "monthly" | "quarterly" | "yearly":
                months = moments.astype("datetime64[M]").astype(np.int64)
                return months // _MONTHS[self.frequency]
            case "step":
                return moments.astype(np.int64)

    def begins(self, numbers: Integers) -> Moments:
        """Return when periods begin, to the second; not for steps."""
        match self.frequency:
            case "hourly":
                return numbers.astype("datetime64[h]").astype("datetime64[s]")
            case "daily":
                return numbers.astype("datetime64[D]").astype("datetime64[s]")
            case "weekly":
                return (numbers * 7 - 3 + self.weekday).astype("datetime64[D]").astype("datetime64[s]")
            case _:
                months = numbers * _MONTHS.get(self.frequency, 1)
                return months.astype("datetime64[M]").astype("datetime64[s]")

    def names(self, numbers: Integers) -> list[str]:
        """Return how periods are written: a date, a date with its hour, or the number of a step."""
        if self.frequency == "step":
            return [str(number) for number in numbers.tolist()]
        if self.frequency == "hourly":
            return [str(moment)[:16] for moment in self.begins(numbers)]
        if self.at_end and self.frequency in _MONTHS:
            return [str(moment) for moment in self.begins(numbers + 1).astype("datetime64[D]") - 1]
        return [str(moment)[:10] for moment in self.begins(numbers)]


def check_frequency(name: str) -> Frequency:
    """Return the frequency of that name, also by its single letter; raises FrequencyUnknown."""
    letters = {
        "h": "hourly",
        "d": "daily",
        "w": "weekly",
        "m": "monthly",
        "q": "quarterly",
        "y": "yearly",
        "a": "yearly",
    }
    wanted = name.strip().lower()
    wanted = letters.get(wanted, wanted)
    for frequency in FREQUENCIES:
        if frequency == wanted:
            return frequency
    raise FrequencyUnknown(
        f"'{name[:40]}' is no frequency.", field="frequency", remedy=f"Use auto or one of {', '.join(FREQUENCIES)}."
    )


def usual_horizon(calendar: Calendar) -> int:
    """Return how many periods are usually forecast, where nobody says."""
    return HORIZONS[calendar.frequency]


def infer_calendar(moments: Moments, codes: Integers, frequency: Frequency | None = None) -> Calendar:
    """Tell the frequency from the moments of each series (`codes`), or take the one given, and how its periods are named.

    Regular dates tell it by the usual distance of neighbours. Irregular ones, such as sales with their time, are counted by
    day, by week where they span less than that many days apart, so that most periods hold something.
    """
    found = frequency or _infer(moments, codes)
    days = np.unique(moments.astype("datetime64[D]"))
    if found == "weekly":
        weekdays = (days.astype(np.int64) + 3) % 7
        counts = np.bincount(weekdays, minlength=7)
        usual = int(counts.argmax())
        return Calendar(found, usual if counts[usual] >= 0.9 * len(days) else 0)
    if found in _MONTHS:
        following = days + 1
        ends = following.astype("datetime64[M]").astype("datetime64[D]") == following
        return Calendar(found, at_end=bool(ends.mean() >= 0.9) and len(days) > 1)
    return Calendar(found)


def _infer(moments: Moments, codes: Integers) -> Frequency:
    seconds = moments.astype("datetime64[s]").astype(np.int64)
    if len(seconds) > SAMPLE_MAX:
        # Whole series, since a sample of rows would widen the distances.
        kept = codes <= np.sort(codes)[SAMPLE_MAX]
        seconds, codes = seconds[kept], codes[kept]
    order = np.lexsort((seconds, codes))
    seconds, codes = seconds[order], codes[order]
    apart = np.diff(seconds)[np.diff(codes) == 0]
    apart = apart[apart > 0]
    if len(apart) == 0:
        return "monthly" if np.all(_is_month_edge(moments)) else "daily"
    usual = float(np.median(apart))
    whole_days = bool(np.all(seconds % 86_400 == 0))
    if whole_days or usual >= 80_000:
        return _by_distance(usual / 86_400, apart / 86_400)
    regular = float(np.mean(np.abs(apart / 3_600 - np.round(apart / 3_600)) < 0.02))
    if 1_800 < usual <= 12 * 3_600 and regular >= REGULAR_SHARE_MIN:
        return "hourly"
    if usual < 3_600 and float(np.mean(apart == usual)) > REGULAR_SHARE_MIN:
        return "hourly"
    span = (seconds[-1] if len(seconds) == 0 else float(seconds.max() - seconds.min())) / 86_400
    return "hourly" if span < 14 else "daily"


def _by_distance(days: float, apart: NDArray[np.float64]) -> Frequency:
    """Name a usual distance; what lies between two frequencies counts by the finer one's grid."""
    for limit, frequency in ((4.5, "daily"), (20, "weekly"), (60, "monthly"), (200, "quarterly")):
        if days < limit:
            # Rows every few days without a rhythm are days with gaps, not weeks.
            if (
                frequency == "weekly"
                and float(np.mean(np.abs(apart / 7 - np.round(apart / 7)) < 0.01)) < REGULAR_SHARE_MIN
            ):
                return "daily" if days < 7 else "weekly"
            return frequency  # type: ignore[return-value]
    return "yearly"


def _is_month_edge(moments: Moments) -> NDArray[np.bool_]:
    days = moments.astype("datetime64[D]")
    month = days.astype("datetime64[M]").astype("datetime64[D]")
    following = (days + 1).astype("datetime64[M]").astype("datetime64[D]")
    edge: NDArray[np.bool_] = (days == month) | (following == days + 1)
    return edge
