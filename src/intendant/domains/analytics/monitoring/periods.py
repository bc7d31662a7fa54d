"""The days and weeks over which versions are measured, in business time of the organisation. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAILY_MIN = 50
"""With so many predictions a day on average a week is measured by days; with fewer, as a whole."""
WEEK = 7


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One period: from midnight to midnight of the organisation's time zone."""

    start: date
    days: int

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return its beginning and its end in UTC."""
        end = self.start + timedelta(days=self.days)
        return _midnight(self.start, zone), _midnight(end, zone)


def spans_of(counts: Mapping[date, int], *, today: date) -> dict[Span, int]:
    """Divide days with predictions into periods, each with its number of predictions: days where there are many, else weeks."""
    weeks: dict[date, list[date]] = {}
    for day in counts:
        weeks.setdefault(_monday(day), []).append(day)
    spans: dict[Span, int] = {}
    for monday, days in weeks.items():
        passed = min(WEEK, max(1, (today - monday).days + 1))
        total = sum(counts[day] for day in days)
        if total >= DAILY_MIN * passed:
            spans.update({Span(day, 1): counts[day] for day in days})
        else:
            spans[Span(monday, WEEK)] = total
    return dict(sorted(spans.items()))


def span_with(day: date, spans: Iterable[Span]) -> Span | None:
    """Return the period that a day lies in."""
    return next((span for span in spans if span.start <= day < span.start + timedelta(days=span.days)), None)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment in the organisation's time zone."""
    return moment.astimezone(zone).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
