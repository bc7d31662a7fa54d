"""The simulated lender's figures: visits, calls, waiting and failed payments, with a day, a week and incidents. Pure.

What a figure was at a moment follows from the seed, the moment and the day on which the demo began, so nothing is remembered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

INTERVAL = timedelta(hours=4)
"""Of business time between two points of a figure."""
PAST = timedelta(weeks=6)
"""Before the demo began."""
INCIDENT_LASTS = timedelta(hours=16)
INCIDENT_EVERY_DAYS = 45
INCIDENTS_AHEAD_MAX = 10_000
_OUTAGE_BEFORE = timedelta(days=9)
_FIRST_AFTER = timedelta(hours=18)
_FIRST_HOUR = 8
_BY_HOUR = {0: 0.25, 4: 0.45, 8: 1.3, 12: 1.5, 16: 1.6, 20: 0.9}
_BY_WEEKDAY = (1.1, 1.05, 1.0, 1.0, 1.05, 0.75, 0.65)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `usual` is its mean, `spread` its usual deviation at that mean; `money` is what one unit more is worth."""

    name: str
    unit: str
    description: str
    usual: float
    spread: float
    money: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something out of the ordinary: by which factor it moves which figure, and after how many intervals it begins to."""

    begins_at: datetime
    factors: Mapping[str, tuple[float, int]]

    def factor(self, figure: str, at: datetime) -> float:
        """Return what a figure is multiplied by at a moment."""
        factor, late = self.factors.get(figure, (1.0, 0))
        return factor if self.begins_at + late * INTERVAL <= at < self.begins_at + INCIDENT_LASTS else 1.0


FIGURES = (
    Figure("website_visits", "count", "Visits to the lender's site in four hours.", 820, 34),
    Figure("call_centre_calls", "count", "Calls to the lender in four hours; one costs about 6.", 96, 9, "-6"),
    Figure("call_waiting_seconds", "seconds", "How long callers waited on average.", 70, 7),
    Figure(
        "payment_failures", "count", "Payments that the bank refused in four hours; one costs about 25.", 14, 3, "-25"
    ),
)
PAYMENTS_DOWN = {"payment_failures": (7.0, 0), "call_centre_calls": (2.6, 1), "call_waiting_seconds": (3.5, 1)}
"""The payment provider is down: payments fail, then people call, and wait."""
SITE_DOWN = {"website_visits": (0.12, 0)}


def moments(after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments after one up to another at which figures are measured."""
    seconds = INTERVAL.total_seconds()
    number = int(after.timestamp() // seconds) + 1
    while (at := datetime.fromtimestamp(number * seconds, tz=UTC)) <= until:
        yield at
        number += 1


def incident_at(began: datetime, at: datetime) -> Incident | None:
    """Return the incident of a moment, if any: one in the past, one on the demo's first full day, then one every six weeks."""
    first = first_incident_at(began)
    past = _at_hour(began - _OUTAGE_BEFORE)
    number = (at - first) // timedelta(days=INCIDENT_EVERY_DAYS)
    begins = first + number * timedelta(days=INCIDENT_EVERY_DAYS)
    if past <= at < past + INCIDENT_LASTS:
        return Incident(past, SITE_DOWN)
    if 0 <= number < INCIDENTS_AHEAD_MAX and at < begins + INCIDENT_LASTS:
        return Incident(begins, SITE_DOWN if number % 3 == 2 else PAYMENTS_DOWN)
    return None


def first_incident_at(began: datetime) -> datetime:
    """Return when payments first fail after the demo began: the next morning."""
    earliest = began + _FIRST_AFTER
    morning = _at_hour(earliest)
    return morning if morning >= earliest else morning + timedelta(days=1)


def value_of(seed: int, figure: Figure, at: datetime, began: datetime) -> float:
    """Return what a figure is at a moment: its usual course, chance, and what an incident does to it."""
    at = at.astimezone(UTC)
    usual = figure.usual * _BY_WEEKDAY[at.weekday()]
    # Waiting depends less on the hour: at night fewer people answer.
    course = _BY_HOUR[at.hour // 4 * 4]
    usual *= course**0.3 if figure.unit == "seconds" else course
    incident = incident_at(began, at)
    if incident is not None:
        usual *= incident.factor(figure.name, at)
    spread = figure.spread * max(usual / figure.usual, 0.1) ** 0.5
    return float(max(0, round(Random(f"{seed}:{figure.name}:{at.isoformat()}").gauss(usual, spread))))


def _at_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=_FIRST_HOUR, minute=0, second=0, microsecond=0)
