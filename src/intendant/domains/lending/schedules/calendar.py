"""When instalments fall due: periods of days, weeks and months, with month-ends kept."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from intendant.domains.lending.terms import BrokenPeriod, Every, LoanTerms, PeriodUnit, TermsInvalid

ONE = Decimal(1)
PERIODS_CACHED_MAX = 128
_LAST = date(9000, 1, 1)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """The period of an instalment: interest runs from `begins` to `due`. Number 0 is a broken period before the first."""

    number: int
    begins: date
    due: date
    months: Decimal | None = ONE
    """How many months it counts as where a month counts 30 days; None for periods of days and weeks."""

    @property
    def days(self) -> int:
        """Return its actual days."""
        return self.due.toordinal() - self.begins.toordinal()


@lru_cache(maxsize=PERIODS_CACHED_MAX)
def periods(terms: LoanTerms) -> tuple[Period, ...]:
    """Return the periods of a loan in order.

    Where the interest of a long first period is not part of the first instalment (`broken_period`), the first period is a
    regular one and `broken` gives what comes before it. Otherwise the first begins on `start`, shorter or longer than the others.
    """
    dues = _due_dates(terms)
    whole = Decimal(terms.every.count) if terms.every.unit is PeriodUnit.MONTH else None
    before = broken(terms)
    begins = before.due if before is not None else terms.start
    months = whole
    if whole is not None and before is None and not _is_regular(terms, dues[0]):
        months = months_between(begins, dues[0])
    first = Period(1, begins, dues[0], months)
    return (first, *(Period(number, dues[number - 2], dues[number - 1], whole) for number in range(2, len(dues) + 1)))


def broken(terms: LoanTerms) -> Period | None:
    """Return the days before the first regular period, where their interest is kept apart; else None."""
    if terms.broken_period is BrokenPeriod.FIRST or terms.first_due is None:
        return None
    if _is_regular(terms, terms.first_due):
        return None
    begins = one_before(terms.first_due, terms.every, day_of_month=terms.due_day)
    if begins <= terms.start:
        return None
    months = None if terms.every.unit is not PeriodUnit.MONTH else months_between(terms.start, begins)
    return Period(0, terms.start, begins, months)


def months_between(begins: date, to: date) -> Decimal:
    """Return the whole months from `begins`, and of the month after them the share of its days up to `to`."""
    whole = max(0, (to.year - begins.year) * 12 + to.month - begins.month - 1)
    while add_months(begins, whole + 1) <= to:
        whole += 1
    last = add_months(begins, whole)
    rest = to.toordinal() - last.toordinal()
    if not rest:
        return Decimal(whole)
    return whole + Decimal(rest) / (add_months(begins, whole + 1).toordinal() - last.toordinal())


def add_months(day: date, months: int, *, day_of_month: int | None = None) -> date:
    """Return the day `months` later, on its day of the month or the last one if the month is too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= _LAST.year:
        raise TermsInvalid(
            "The loan leaves the calendar, which ends with the year 9000.",
            field="periods",
            remedy="Give fewer or shorter periods, and days of this age.",
        )
    wanted = day_of_month or day.day
    if wanted > 28 and wanted > (length := 29 if month == 1 and isleap(year) else _MONTH_DAYS[month]):
        wanted = length
    return date(year, month + 1, wanted)


def after(day: date, every: Every, times: int, *, day_of_month: int | None = None) -> date:
    """Return the day so many periods later, or earlier; raises TermsInvalid beyond the calendar."""
    if every.unit is PeriodUnit.MONTH:
        return add_months(day, every.count * times, day_of_month=day_of_month)
    days = every.count * times * (7 if every.unit is PeriodUnit.WEEK else 1)
    if day.toordinal() + days > _LAST.toordinal():
        raise TermsInvalid(
            "The loan leaves the calendar, which ends with the year 9000.",
            field="periods",
            remedy="Give fewer or shorter periods, and days of this age.",
        )
    return day + timedelta(days=days)


def one_after(day: date, every: Every, *, day_of_month: int | None = None) -> date:
    """Return the day one period later."""
    return after(day, every, 1, day_of_month=day_of_month)


def one_before(day: date, every: Every, *, day_of_month: int | None = None) -> date:
    """Return the day one period earlier."""
    return after(day, every, -1, day_of_month=day_of_month)


def _due_dates(terms: LoanTerms) -> list[date]:
    """Each date is counted from the first, never from the one before, so that month-ends do not drift."""
    every, day = terms.every, terms.due_day
    if terms.first_due is None or _is_regular(terms, terms.first_due):
        return [after(terms.start, every, number, day_of_month=day) for number in range(1, terms.periods + 1)]
    return [
        terms.first_due,
        *(after(terms.first_due, every, number, day_of_month=day) for number in range(1, terms.periods)),
    ]


def _is_regular(terms: LoanTerms, first_due: date) -> bool:
    """Say whether the first period is as long as the others: it begins on the day of the month on which it is due."""
    if first_due != after(terms.start, terms.every, 1):
        return False
    return terms.due_day is None or after(terms.start, terms.every, 1, day_of_month=terms.due_day) == first_due
