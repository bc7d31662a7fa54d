"""What holds for every plan, and the conventions one by one."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from tests.domains.lending.schedules.loans import loans, terms

from intendant.domains.lending.schedules.calendar import periods
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.plan import PlanLine, balloon, down_payment, plan, projection
from intendant.domains.lending.terms import (
    Base,
    BrokenPeriod,
    DayCount,
    Grace,
    InstalmentFormula,
    LoanTerms,
    Method,
    Portion,
    Rounding,
    RoundingMode,
    parse_every,
)
from intendant.kit.money import minor_unit

ZERO = Decimal(0)


def totals(lines: tuple[PlanLine, ...]) -> list[Decimal]:
    return [each.principal + each.interest for each in lines]


@settings(deadline=None, max_examples=300)
@given(loans())
def test_every_plan_repays_what_was_lent_and_ends_with_nothing(loan: LoanTerms) -> None:
    lines = projection(loan).lines
    lent = loan.amount - down_payment(loan, loan.amount)
    assert sum(each.principal for each in lines) == lent
    assert lines[-1].balance == 0
    assert 1 <= len(lines) <= loan.periods
    unit = minor_unit(loan.currency)
    balance = lent
    for each in lines:
        assert each.principal >= 0
        assert each.interest >= 0
        assert each.principal % unit == each.interest % unit == 0
        balance -= each.principal
        assert each.balance == balance


@settings(deadline=None, max_examples=200)
@given(loans())
def test_periods_follow_each_other_without_a_gap(loan: LoanTerms) -> None:
    found = periods(loan)
    assert [each.number for each in found] == list(range(1, loan.periods + 1))
    assert found[0].begins >= loan.start
    for before, after in pairwise(found):
        assert before.begins < before.due == after.begins < after.due


@settings(deadline=None, max_examples=200)
@given(loans())
def test_a_plan_asked_for_anew_midway_is_the_same_plan(loan: LoanTerms) -> None:
    """What servicing does after an event that changes nothing: keep the instalment, go on from the balance."""
    loan = replace(loan, grace=Grace(), broken_period=BrokenPeriod.FIRST)
    whole = projection(loan)
    half = len(whole.lines) // 2
    if not half or whole.lines[half - 1].interest == whole.instalment:
        return
    rest = plan(
        loan,
        periods(loan)[half:],
        whole.lines[half - 1].balance,
        loan.rate,
        instalment=whole.instalment,
        balloon=balloon(loan, loan.amount),
    )
    assert rest.lines == whole.lines[half:]


@pytest.mark.parametrize("every", ["1d", "3d", "1w", "2w", "1m", "3m"])
@pytest.mark.parametrize("day_count", DayCount)
def test_instalments_are_level_to_a_few_cents(every: str, day_count: DayCount) -> None:
    loan = terms(amount=Decimal(10_000), periods=36, every=parse_every(every), day_count=day_count)
    found = projection(loan)
    assert totals(found.lines)[:-1] == [found.instalment] * 35
    assert abs(totals(found.lines)[-1] - found.instalment) <= Decimal("0.36")


def test_a_loan_of_thirty_years_is_level_too() -> None:
    loan = terms(amount=Decimal(250_000), rate=Decimal("6.375"), periods=360, day_count=DayCount.THIRTY_360)
    found = projection(loan)
    assert found.instalment == Decimal("1559.67")
    assert abs(totals(found.lines)[-1] - found.instalment) < 6  # a cent more would make it 5.57 less


@pytest.mark.parametrize(
    ("currency", "instalment"), [("JPY", "89"), ("KWD", "88.849"), ("USD", "88.85"), ("CLF", "88.8488")]
)
def test_instalments_have_the_digits_of_their_currency(currency: str, instalment: str) -> None:
    found = projection(terms(currency=currency, day_count=DayCount.THIRTY_360))
    assert str(found.instalment) == instalment
    assert all(each.interest.as_tuple().exponent == Decimal(instalment).as_tuple().exponent for each in found.lines)


def test_without_interest_the_amount_is_divided() -> None:
    found = projection(terms(rate=ZERO, periods=3))
    assert totals(found.lines) == [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]


def test_principal_in_equal_parts_bears_falling_interest() -> None:
    found = projection(terms(method=Method.EQUAL_PRINCIPAL, periods=4, day_count=DayCount.THIRTY_360))
    assert [(each.principal, each.interest) for each in found.lines] == [
        (Decimal(250), Decimal(10)),
        (Decimal(250), Decimal("7.50")),
        (Decimal(250), Decimal(5)),
        (Decimal(250), Decimal("2.50")),
    ]


def test_interest_only_leaves_all_principal_to_the_last() -> None:
    found = projection(terms(method=Method.INTEREST_ONLY, periods=3, day_count=DayCount.THIRTY_360))
    assert totals(found.lines) == [Decimal(10), Decimal(10), Decimal(1010)]


def test_a_balloon_is_left_to_the_last_instalment() -> None:
    loan = terms(balloon=Portion(Decimal(400)), day_count=DayCount.THIRTY_360)
    found = projection(loan)
    # 1000 = EMI * (1 - 1.01**-12) / 0.01 + 400 * 1.01**-12
    assert found.instalment == Decimal("57.31")
    assert found.lines[-2].balance == pytest.approx(Decimal("452.79"), abs=Decimal("0.02"))
    assert abs(totals(found.lines)[-1] - 400 - found.instalment) <= Decimal("0.06")


def test_a_down_payment_is_not_lent() -> None:
    found = projection(terms(down_payment=Portion(Decimal(25), Base.PRINCIPAL), rate=ZERO, periods=3))
    assert totals(found.lines) == [Decimal(250)] * 3


def test_grace_on_principal_asks_for_interest_alone_at_first() -> None:
    found = projection(terms(grace=Grace(principal=2), day_count=DayCount.THIRTY_360))
    assert totals(found.lines)[:3] == [Decimal(10), Decimal(10), Decimal("105.58")]
    assert found.lines[1].balance == 1000


def test_grace_on_interest_puts_it_off_to_the_first_instalment_after() -> None:
    plain = projection(terms(day_count=DayCount.THIRTY_360))
    found = projection(terms(grace=Grace(interest=2), day_count=DayCount.THIRTY_360))
    assert [each.principal for each in found.lines] == [each.principal for each in plain.lines]
    assert [each.interest for each in found.lines[:2]] == [0, 0]
    assert found.lines[2].interest == sum(each.interest for each in plain.lines[:3])


def test_free_periods_bear_no_interest() -> None:
    found = projection(terms(grace=Grace(free=12)))
    assert totals(found.lines) == [Decimal("83.33")] * 11 + [Decimal("83.37")]


def test_a_stated_instalment_ends_the_loan_when_it_is_repaid() -> None:
    found = projection(terms(fixed_instalment=Decimal(300), day_count=DayCount.THIRTY_360))
    assert totals(found.lines)[:3] == [Decimal(300)] * 3
    assert len(found.lines) == 4
    assert 0 < totals(found.lines)[-1] < 300


def test_interest_that_an_instalment_has_no_room_for_is_due_within_the_next() -> None:
    """A first period of a year: no principal is taken back, and no instalment is larger than agreed but the last."""
    loan = terms(rate=Decimal(60), first_due=date(2025, 1, 1), formula=InstalmentFormula.NOMINAL, level_last=False)
    found = projection(loan)
    assert totals(found.lines)[:-1] == [found.instalment] * 11
    assert [each.principal for each in found.lines[:5]] == [0] * 5
    assert sum(each.principal for each in found.lines) == 1000


def test_an_instalment_rounded_up_is_kept_and_the_last_is_smaller() -> None:
    loan = terms(instalment_rounding=Rounding(RoundingMode.CEILING, Decimal(5)))
    found = projection(loan)
    assert found.instalment == 90
    assert totals(found.lines)[-1] < 90


def test_a_loan_that_coarse_rounding_repays_sooner_ends_sooner() -> None:
    found = projection(
        terms(amount=Decimal(100), periods=12, instalment_rounding=Rounding(RoundingMode.UP, Decimal(20)))
    )
    assert len(found.lines) == 6
    assert found.lines[-1].balance == 0


def test_nominal_instalments_go_by_the_year_and_interest_by_days() -> None:
    found = projection(terms(formula=InstalmentFormula.NOMINAL, level_last=False))
    assert found.instalment == Decimal("88.85")
    assert found.lines[0].interest == Decimal("10.19")
    assert totals(found.lines)[-1] != found.instalment


def test_interest_of_a_period_over_the_turn_of_the_year_splits() -> None:
    loan = terms(start=date(2023, 12, 12), day_count=DayCount.ACT_ACT)
    first = periods(loan)[0]
    whole = factor(loan.rate, loan.day_count, first, first.begins, first.due)
    assert whole == Decimal("0.12") * (Decimal(19) / 365 + Decimal(12) / 366)
    days = [date.fromordinal(day) for day in range(first.begins.toordinal(), first.due.toordinal() + 1)]
    by_day = sum(factor(loan.rate, loan.day_count, first, *pair) for pair in pairwise(days))
    assert by_day == pytest.approx(whole, abs=Decimal("1e-20"))
