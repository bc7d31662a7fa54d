"""The equal instalment: what repays a balance with its interest in payments of one size."""

from collections.abc import Sequence
from decimal import Decimal

from intendant.domains.lending.schedules.daycount import YEAR_DAYS
from intendant.domains.lending.terms import DayCount, Every, PeriodUnit

ZERO = Decimal(0)
ONE = Decimal(1)
MONTHS_OF_YEAR = Decimal(12)
WEEKS_OF_YEAR = Decimal(52)
_HUNDRED = Decimal(100)


def level(balance: Decimal, factors: Sequence[Decimal], *, balloon: Decimal = ZERO) -> Decimal:
    """Return the equal instalment, not rounded, of periods with these rate factors; `balloon` is left when they are over.

    P * prod(1 + r_i) = EMI * f_n + B, with f_1 = 1 and f_i = f_(i-1) * (1 + r_i) + 1: each payment grows by the rates of the
    periods after it. (Apache Fineract's progressive loans use it for B = 0.)
    """
    growth, payments = ONE, ZERO
    for each in factors:
        step = ONE + each
        growth *= step
        payments = payments * step + ONE
    return (balance * growth - balloon) / payments


def nominal_factor(rate: Decimal, every: Every, day_count: DayCount) -> Decimal:
    """Return the yearly rate (percent) over the periods in a year: a month is a twelfth, a week a 52nd, a day one of the year's."""
    if every.unit is PeriodUnit.MONTH:
        year = MONTHS_OF_YEAR
    elif every.unit is PeriodUnit.WEEK:
        year = WEEKS_OF_YEAR
    else:
        year = YEAR_DAYS[day_count]
    return rate * every.count / (year * _HUNDRED)
