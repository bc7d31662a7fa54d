"""What credit costs a year, all charges in: the annual percentage rate of US law, and the effective one of EU law.

`apr` follows Regulation Z, 12 CFR 1026, appendix J (actuarial method, unit-periods): the nominal rate of a unit-period times
the unit-periods in a year. `effective_rate` follows Directive 2008/48/EC, annex I, which Directive (EU) 2023/2225, annex III
keeps: the yearly rate at which drawdowns and payments are worth the same. `xirr` is that of spreadsheets, with days over 365.
Rates are percent a year.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from intendant.domains.lending.schedules.calendar import add_months
from intendant.domains.lending.schedules.roots import bisect, discount_logs, not_found
from intendant.domains.lending.terms import Every, PeriodUnit

DIGITS = Decimal("0.0001")
_RATE_MAX = 1e6
_DAYS_OF_MONTH = 30
_MONTHS_OF_YEAR = 12
_WEEKS_OF_YEAR = 52
_DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Flow:
    """Money on a day, seen by the borrower: positive what is received, negative what is paid."""

    on: date
    amount: Decimal


def apr(flows: Sequence[Flow], every: Every | None = None) -> Decimal:
    """Return the annual percentage rate by appendix J, to four digits.

    The unit-period is `every` (months and weeks up to a year), unless left out: then it is the most frequent interval between
    payments. A single payment after a single advance has its whole term as unit-period, a year at most. Raises RateNotFound
    where payments do not return what was advanced, net of charges kept back.
    """
    net = _net(flows)
    origin = net[0].on
    unit = _Unit.of(net, every)
    timed = [(*unit.count(origin, each.on), float(each.amount)) for each in net]

    def worth(rate: float) -> float:
        # From the furthest payment the powers stay below one.
        grow = math.log1p(rate)
        return math.fsum(
            amount / (1 + part * rate) * math.exp(-grow * whole) if whole * grow < 700 else 0.0
            for whole, part, amount in timed
        )

    return _percent(_positive_root(worth, net) * unit.per_year)


def effective_rate(flows: Sequence[Flow], every: Every | None = None) -> Decimal:
    """Return the effective annual rate by Directive 2008/48/EC, to four digits.

    Intervals are counted back from each payment to the first drawdown in whole months (or weeks, for periods of weeks) of a
    twelfth (52nd) of a year, and days over the 365 or 366 of the year before them; for periods of days in years and days.
    """
    net = _net(flows)
    origin = net[0].on
    timed = [(_years(origin, each.on, every), float(each.amount)) for each in net]

    def worth(rate: float) -> float:
        grow = math.log1p(rate)
        return math.fsum(amount * math.exp(-grow * years) if years * grow < 700 else 0.0 for years, amount in timed)

    return _percent(_positive_root(worth, net))


def xirr(flows: Sequence[Flow]) -> Decimal:
    """Return the yearly rate of any payments with days over 365, to four digits; it may be negative."""
    if not flows:
        raise not_found("There are no payments.")
    origin = min(each.on for each in flows)
    logs = discount_logs([((each.on - origin).days / _DAYS_OF_YEAR, float(each.amount)) for each in flows])
    rates = [math.expm1(each) for each in logs]
    if not rates:
        raise not_found("No rate makes these payments worth the same.")
    positive = [each for each in rates if each >= 0]
    return _percent(min(positive) if positive else max(rates))


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit-period: `months` of them, or else `days`."""

    months: int
    days: int
    per_year: float

    @classmethod
    def of(cls, flows: Sequence[Flow], every: Every | None) -> "_Unit":
        if len(flows) == 2:
            return cls._single(flows[0].on, flows[1].on)
        return cls._every(every) if every is not None else cls._most_frequent(flows)

    @classmethod
    def _every(cls, every: Every) -> "_Unit":
        if every.unit is PeriodUnit.MONTH:
            months = min(every.count, _MONTHS_OF_YEAR)
            return cls(months, 0, _MONTHS_OF_YEAR / months)
        if every.unit is PeriodUnit.WEEK:
            weeks = min(every.count, _WEEKS_OF_YEAR)
            return cls(0, weeks * 7, _WEEKS_OF_YEAR / weeks)
        days = min(every.count, _DAYS_OF_YEAR)
        return cls(0, days, _DAYS_OF_YEAR / days)

    @classmethod
    def _single(cls, begins: date, due: date) -> "_Unit":
        months = (due.year - begins.year) * 12 + due.month - begins.month
        if months >= _MONTHS_OF_YEAR and add_months(begins, _MONTHS_OF_YEAR) <= due:
            return cls(_MONTHS_OF_YEAR, 0, 1.0)
        if months and add_months(begins, months) == due:
            return cls(months, 0, _MONTHS_OF_YEAR / months)
        days = (due - begins).days
        return cls(0, days, _DAYS_OF_YEAR / days)

    @classmethod
    def _most_frequent(cls, flows: Sequence[Flow]) -> "_Unit":
        days = sorted({each.on for each in flows})
        gaps: Counter[tuple[int, int]] = Counter()
        for before, after in pairwise(days):
            months = (after.year - before.year) * 12 + after.month - before.month
            if 0 < months <= _MONTHS_OF_YEAR and months_back(before, after) == (months, 0):
                gaps[months, 0] += 1
            else:
                gaps[0, min((after - before).days, _DAYS_OF_YEAR)] += 1
        (months, length), _ = max(gaps.items(), key=lambda item: (item[1], -item[0][0] * 31 - item[0][1]))
        if months:
            return cls(months, 0, _MONTHS_OF_YEAR / months)
        per_year = _WEEKS_OF_YEAR / (length / 7) if length % 7 == 0 else _DAYS_OF_YEAR / length
        return cls(0, length, per_year)

    def count(self, begins: date, to: date) -> tuple[float, float]:
        """Return the full unit-periods between two days and the fraction left (appendix J, (b)(5))."""
        if not self.months:
            days = (to - begins).days
            return float(days // self.days), days % self.days / self.days
        months, rest = months_back(begins, to)
        if self.months == 1:
            return float(months), rest / _DAYS_OF_MONTH
        if self.months == _MONTHS_OF_YEAR:
            whole, left = divmod(months, _MONTHS_OF_YEAR)
            return float(whole), left / _MONTHS_OF_YEAR + rest / _DAYS_OF_YEAR
        days = months * _DAYS_OF_MONTH + rest
        length = self.months * _DAYS_OF_MONTH
        return float(days // length), days % length / length


def months_back(begins: date, to: date) -> tuple[int, int]:
    """Return the whole months counted back from `to`, and the days left between `begins` and the day so reached."""
    months = (to.year - begins.year) * 12 + to.month - begins.month
    if add_months(to, -months) < begins and not _is_month_end(begins, to):
        months -= 1
    return months, max(0, (add_months(to, -months) - begins).days)


def _is_month_end(begins: date, to: date) -> bool:
    """Say whether `to` ends a month that is too short for the day of `begins`: then it stands for that day."""
    return begins.day > to.day and add_months(to, 0, day_of_month=31) == to


def _years(begins: date, to: date, every: Every | None) -> float:
    unit = PeriodUnit.MONTH if every is None else every.unit
    if unit is PeriodUnit.WEEK and (to - begins).days % 7 == 0:
        return (to - begins).days / 7 / _WEEKS_OF_YEAR
    months, rest = months_back(begins, to)
    if unit is PeriodUnit.MONTH:
        whole = months / _MONTHS_OF_YEAR
    else:
        years = months // _MONTHS_OF_YEAR
        whole = float(years)
        rest = (add_months(to, -years * _MONTHS_OF_YEAR) - begins).days
    if not rest:
        return whole
    # The days lie at the beginning; their year is the one that ends with the last of them.
    last = add_months(to, -(months if unit is PeriodUnit.MONTH else months // 12 * 12))
    return whole + rest / (last - add_months(last, -_MONTHS_OF_YEAR)).days


def _net(flows: Sequence[Flow]) -> list[Flow]:
    """Return the flows by day, summed: charges kept back from an advance lessen it."""
    by_day: dict[date, Decimal] = {}
    for each in flows:
        by_day[each.on] = by_day.get(each.on, Decimal(0)) + each.amount
    net = [Flow(on, amount) for on, amount in sorted(by_day.items()) if amount]
    if not net or net[0].amount <= 0:
        raise not_found("Charges leave nothing of the amount that is paid out.")
    if all(each.amount > 0 for each in net):
        raise not_found("Nothing is paid back.")
    return net


def _positive_root(worth: Callable[[float], float], flows: Sequence[Flow]) -> float:
    """Return the rate from 0 at which what is received equals what is paid; `worth` of a rate is received less paid."""
    rest = sum((each.amount for each in flows), Decimal(0))
    if rest > 0:
        raise not_found("Less is paid back than was received.")
    if rest == 0:
        return 0.0
    high = 0.01
    while worth(high) < 0:
        high *= 4
        if high > _RATE_MAX:
            raise not_found("The charges are beyond any rate.")
    return bisect(worth, 0.0, high)


def _percent(rate: float) -> Decimal:
    return (Decimal(repr(rate)) * 100).quantize(DIGITS)
