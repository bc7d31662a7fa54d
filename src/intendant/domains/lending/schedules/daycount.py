"""How much interest one unit of principal bears over some days: the conventions of `DayCount` as numbers.

Linear in days within a period, so that interest accrued day by day sums to that of the whole period.
"""

from datetime import date
from decimal import Decimal

from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.terms import DayCount

_HUNDRED = Decimal(100)
YEAR_DAYS = {
    DayCount.ACT_365: Decimal(365),
    DayCount.ACT_360: Decimal(360),
    DayCount.ACT_364: Decimal(364),
    DayCount.ACT_365_25: Decimal("365.25"),
    DayCount.ACT_ACT: Decimal(365),
    DayCount.THIRTY_360: Decimal(360),
    DayCount.THIRTY_365: Decimal(365),
}
"""Days of a year; for ACT/ACT those of a year that is not a leap year."""
MONTH_DAYS = Decimal(30)
_THIRTY = frozenset({DayCount.THIRTY_360, DayCount.THIRTY_365})


def factor(rate: Decimal, day_count: DayCount, period: Period, from_: date, to: date) -> Decimal:
    """Return the interest on one unit of principal from `from_` to `to`, which lie in `period`; `rate` is percent a year.

    The first day does not count and the last does. ACT/ACT gives each day its own year's length, so that a period over the turn
    of the year splits at 31 December, as Apache Fineract does. 30/360 and 30/365 count 30 days for each month of the period, and
    for part of it the share of its actual days; periods of days or weeks count actual days.
    """
    return rate * fraction(day_count, period, from_, to) / _HUNDRED


def fraction(day_count: DayCount, period: Period, from_: date, to: date) -> Decimal:
    """Return the days from `from_` to `to` as a fraction of a year."""
    days = to.toordinal() - from_.toordinal()
    if day_count is DayCount.ACT_ACT:
        return _by_own_year(from_, to)
    year = YEAR_DAYS[day_count]
    if day_count in _THIRTY and period.months is not None:
        whole = period.days
        nominal = period.months * MONTH_DAYS
        return nominal / year if days == whole else nominal * days / (whole * year)
    return days / year


def _by_own_year(from_: date, to: date) -> Decimal:
    if from_.year == to.year:
        return Decimal(to.toordinal() - from_.toordinal()) / _length(to.year)
    total = Decimal(0)
    for year in range(from_.year, to.year + 1):
        first = max(from_.toordinal(), date(year, 1, 1).toordinal() - 1)
        last = min(to.toordinal(), date(year, 12, 31).toordinal())
        total += Decimal(last - first) / _length(year)
    return total


def _length(year: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 366 if leap else 365
