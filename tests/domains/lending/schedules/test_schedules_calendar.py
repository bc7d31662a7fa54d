"""Due dates and day counts."""

from datetime import date
from decimal import Decimal

import pytest
from tests.domains.lending.schedules.loans import terms

from intendant.domains.lending.schedules.calendar import Period, broken, months_between, periods
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.terms import BrokenPeriod, DayCount, TermsInvalid, parse_every


def dues(**more: object) -> list[str]:
    return [each.due.isoformat() for each in periods(terms(**more))]


def test_the_end_of_a_month_is_kept_and_never_drifts() -> None:
    assert dues(start=date(2024, 1, 31), periods=4) == ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]
    assert dues(start=date(2023, 1, 30), periods=2) == ["2023-02-28", "2023-03-30"]
    assert dues(start=date(2024, 2, 29), periods=2, every=parse_every("1y")) == ["2025-02-28", "2026-02-28"]


def test_a_day_of_the_month_may_be_stated() -> None:
    assert dues(start=date(2024, 1, 10), periods=3, due_day=31) == ["2024-02-29", "2024-03-31", "2024-04-30"]
    assert dues(start=date(2024, 1, 10), first_due=date(2024, 2, 15), periods=2) == ["2024-02-15", "2024-03-15"]
    assert dues(start=date(2024, 1, 31), first_due=date(2024, 2, 29), periods=2) == ["2024-02-29", "2024-03-31"]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("1d", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("15d", ["2024-03-13", "2024-03-28", "2024-04-12"]),
        ("2w", ["2024-03-12", "2024-03-26", "2024-04-09"]),
        ("3m", ["2024-05-27", "2024-08-27", "2024-11-27"]),
        ("1y", ["2025-02-27", "2026-02-27", "2027-02-27"]),
    ],
)
def test_periods_are_of_days_weeks_months_and_years(every: str, expected: list[str]) -> None:
    assert dues(start=date(2024, 2, 27), periods=3, every=parse_every(every)) == expected


@pytest.mark.parametrize(
    ("first_due", "months"),
    [
        (date(2024, 2, 1), Decimal(1)),
        (date(2024, 3, 1), Decimal(2)),
        (date(2024, 1, 12), Decimal(11) / 31),
        (date(2024, 2, 5), 1 + Decimal(4) / 29),
    ],
)
def test_an_odd_first_period_counts_whole_months_and_a_share_of_the_next(first_due: date, months: Decimal) -> None:
    loan = terms(day_count=DayCount.THIRTY_360, first_due=first_due)
    first = periods(loan)[0]
    assert first.months == months == months_between(loan.start, first_due)
    assert factor(Decimal(12), loan.day_count, first, first.begins, first.due) == pytest.approx(
        months / 100, abs=Decimal("1e-20")
    )
    assert {each.months for each in periods(loan)[1:]} == {1}


def test_a_short_first_period_is_part_of_the_first_instalment_whatever_the_terms_say() -> None:
    loan = terms(first_due=date(2024, 1, 20), broken_period=BrokenPeriod.SPREAD)
    assert broken(loan) is None
    assert periods(loan)[0].begins == loan.start


def test_a_loan_that_would_end_in_the_year_9000_is_refused() -> None:
    with pytest.raises(TermsInvalid, match="9000"):
        periods(terms(start=date(8990, 1, 1), periods=1200))


@pytest.mark.parametrize(
    ("day_count", "expected"),
    [
        (DayCount.ACT_365, Decimal(31) / 365),
        (DayCount.ACT_360, Decimal(31) / 360),
        (DayCount.ACT_364, Decimal(31) / 364),
        (DayCount.ACT_365_25, Decimal(31) / Decimal("365.25")),
        (DayCount.ACT_ACT, Decimal(31) / 366),
        (DayCount.THIRTY_360, Decimal(30) / 360),
        (DayCount.THIRTY_365, Decimal(30) / 365),
    ],
)
def test_a_january_of_a_leap_year_counts_by_convention(day_count: DayCount, expected: Decimal) -> None:
    january = Period(1, date(2024, 1, 1), date(2024, 2, 1))
    assert factor(Decimal(100), day_count, january, january.begins, january.due) == expected
    part = factor(Decimal(100), day_count, january, january.begins, date(2024, 1, 11))
    assert part == pytest.approx(expected * 10 / 31, abs=Decimal("1e-25"))


def test_periods_of_days_count_actual_days_even_where_months_have_thirty() -> None:
    week = Period(1, date(2024, 2, 26), date(2024, 3, 4), months=None)
    assert factor(Decimal(100), DayCount.THIRTY_360, week, week.begins, week.due) == Decimal(7) / 360


def test_a_period_of_several_years_counts_each_by_its_own_length() -> None:
    years = Period(1, date(2023, 6, 30), date(2025, 7, 1), Decimal(24))
    found = factor(Decimal(100), DayCount.ACT_ACT, years, years.begins, years.due)
    assert found == Decimal(184) / 365 + 1 + Decimal(182) / 365
