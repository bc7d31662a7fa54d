"""Quiet hours: by the wall clock of a place, so that ten in the evening stays ten in the evening when clocks are changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WINDOWS_JOINED_MAX = 8
"""Windows that follow each other without a gap: a week of whole days, and no further."""
WEEKDAYS = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, past midnight where the second is not later; on `days` the window begins (Monday 0)."""

    start: time
    end: time
    days: Sequence[int] = WEEKDAYS
    time_zone: str | None = None
    """None: the organisation's."""
    hold_critical: bool = False
    """Whether critical alerts wait, too."""


def quiet_until(hours: QuietHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the quiet that reigns at `now` ends, in UTC; None if it does not reign.

    A time that comes twice when clocks go back begins a window the first time and ends it the second; one that never comes,
    when they go forward, is as much later as the clock was moved.
    """
    ends: datetime | None = None
    moment = now
    for _ in range(WINDOWS_JOINED_MAX):
        today = moment.astimezone(zone).date()
        found = [_window(hours, zone, today - timedelta(days=back)) for back in (1, 0)]
        reached = [end for window in found if window is not None for start, end in [window] if start <= moment < end]
        if not reached:
            return ends
        ends = moment = max(reached)
    return ends


def _window(hours: QuietHours, zone: ZoneInfo, day: date) -> tuple[datetime, datetime] | None:
    if day.weekday() not in hours.days:
        return None
    last = day if hours.end > hours.start else day + timedelta(days=1)
    start = datetime.combine(day, hours.start, zone)
    end = datetime.combine(last, hours.end, zone)
    return start.astimezone(UTC), _latest(end)


def _latest(wall: datetime) -> datetime:
    """Return the moment of a wall-clock time, the second where it comes twice; one that never comes is read as before the change."""
    first, second = wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    return max(first, second)
