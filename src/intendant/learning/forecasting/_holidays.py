"""Public holidays in daily series: what a holiday and the days beside it usually do, learnt from the past.

The effect of a named holiday is the ridge estimate of its dummy: the mean ratio (or difference) of its days to the usual value of
that weekday around them, drawn towards none by how few such days there were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._block import Floats, Integers

RIDGE = 1.0
"""A holiday seen that many times is believed by half."""
WEEKS_AROUND = 3
FACTOR_MIN, FACTOR_MAX = 0.02, 20.0
DAYS_MIN = 60
"""Shorter series are left as they are."""


class CountryUnknown(Invalid):
    """No holidays are known of this country."""

    code = "country_unknown"


@dataclass(frozen=True, slots=True, eq=False)
class HolidayEffects:
    """Factors by day of each series: of its past, and (n, horizon) of the days forecast."""

    past: tuple[Floats, ...]
    coming: Floats

    def without(self, series: Sequence[Floats]) -> list[Floats]:
        """Take the effects out of the past."""
        return [values / factors for values, factors in zip(series, self.past, strict=True)]

    def onto(self, point: Floats) -> Floats:
        """Put the effects on forecasts."""
        return point * self.coming


def named_days(country: str, first: int, last: int) -> dict[int, str]:
    """Return the holidays of a country (two letters) by day number since 1970, with the day before and after each."""
    import holidays

    begin, end = date(1970, 1, 1) + timedelta(days=first), date(1970, 1, 1) + timedelta(days=last)
    try:
        found = holidays.country_holidays(country.upper(), years=range(begin.year, end.year + 1), language="en_US")
    except NotImplementedError as error:
        raise CountryUnknown(
            f"No holidays are known of '{country[:10]}'.", field="country", remedy="Give two letters such as US or DE."
        ) from error
    days: dict[int, str] = {}
    names = {(day - date(1970, 1, 1)).days: name for day, name in sorted(found.items())}
    for number, name in names.items():
        days.setdefault(number - 1, f"before {name}")
        days.setdefault(number + 1, f"after {name}")
    days.update(names)
    return {number: name for number, name in days.items() if first <= number <= last}


def learn_holidays(series: Sequence[Floats], first: Integers, country: str, horizon: int) -> HolidayEffects:
    """Learn what holidays do to each daily series (complete values, `first` day numbers)."""
    lengths = np.asarray([len(values) for values in series], dtype=np.int64)
    days = named_days(country, int(first.min()), int((first + lengths).max()) + horizon)
    past, coming = [], np.ones((len(series), horizon))
    for row, values in enumerate(series):
        start, count = int(first[row]), len(values)
        factors = np.ones(count)
        if count >= DAYS_MIN and float(values.min()) >= 0 and float(values.max()) > 0:
            learnt = _learn(values, start, days)
            for place in range(count):
                factors[place] = learnt.get(days.get(start + place, ""), 1.0)
            for ahead in range(horizon):
                coming[row, ahead] = learnt.get(days.get(start + count + ahead, ""), 1.0)
        past.append(factors)
    return HolidayEffects(tuple(past), coming)


def _learn(values: Floats, start: int, days: dict[int, str]) -> dict[str, float]:
    ratios: dict[str, list[float]] = {}
    for place in range(len(values)):
        name = days.get(start + place)
        if name is None:
            continue
        around = [
            values[place + 7 * week]
            for week in range(-WEEKS_AROUND, WEEKS_AROUND + 1)
            if week and 0 <= place + 7 * week < len(values) and start + place + 7 * week not in days
        ]
        usual = float(np.median(around)) if len(around) >= 2 else 0.0
        if usual > 0:
            ratios.setdefault(name, []).append(float(values[place]) / usual)
    result = {}
    for name, seen in ratios.items():
        logs = np.log(np.clip(seen, FACTOR_MIN, FACTOR_MAX))
        result[name] = float(np.exp(logs.sum() / (len(seen) + RIDGE)))
    return result
