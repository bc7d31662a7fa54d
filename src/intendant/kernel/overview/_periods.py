"""Periods of an organisation's business time, cut into buckets along the clock on its wall. Pure."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """How far back the overview looks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_HOURS = {Period.DAY: 1, Period.WEEK: 6, Period.MONTH: 24}
BUCKETS = {Period.DAY: 24, Period.WEEK: 28, Period.MONTH: 30}
"""A day in hours, a week in quarters of days, a month of thirty days in days."""


def bucket_edges(now: datetime, time_zone: str, period: Period) -> list[datetime]:
    """Return the edges (UTC, rising) of the period's buckets and of as many before them; the last bucket holds `now`.

    Buckets begin on the wall clock of the zone, so that one with a change to or from summer time is an hour longer or shorter.
    """
    zone, hours = ZoneInfo(time_zone), _HOURS[period]
    wanted = 2 * BUCKETS[period]
    days = wanted * hours // 24 + 2
    local = now.astimezone(zone)
    starts = {
        # Hours run on through a change of the clock; a wall time that is skipped falls together with its successor.
        datetime.combine(local.date() + timedelta(days=day), time(hour), zone).astimezone(UTC)
        for day in range(-days, 2)
        for hour in range(0, 24, hours)
    }
    if hours == 1:
        starts |= {start + timedelta(hours=1) for start in starts}
    rising = sorted(starts)
    last = sum(start <= now for start in rising)
    return rising[last - wanted : last + 1]


def day_bounds(now: datetime, time_zone: str) -> tuple[datetime, datetime]:
    """Return where the day of the wall clock that holds `now` begins and ends (UTC)."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    begin, end = (datetime.combine(today + timedelta(days=n), time(), zone).astimezone(UTC) for n in (0, 1))
    return begin, end
