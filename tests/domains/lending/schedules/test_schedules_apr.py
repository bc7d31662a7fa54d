"""Annual rates, by the examples that the law itself gives."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.lending.schedules.loans import loans, terms

from intendant.domains.lending.schedules.apr import Flow, apr, effective_rate, xirr
from intendant.domains.lending.schedules.calendar import add_months
from intendant.domains.lending.schedules.plan import projection
from intendant.domains.lending.schedules.preview import preview
from intendant.domains.lending.schedules.roots import RateNotFound
from intendant.domains.lending.terms import (
    DayCount,
    Fee,
    FeeWhen,
    LoanTerms,
    PeriodUnit,
    Portion,
    parse_every,
)


def flows(advance: str, on: date, payment: str, count: int, first: date, every: str) -> list[Flow]:
    length = parse_every(every)
    made = [Flow(on, Decimal(advance))]
    for number in range(count):
        if length.unit is PeriodUnit.MONTH:
            day = add_months(first, number * length.count)
        else:
            day = first + timedelta(days=number * length.count * (7 if length.unit is PeriodUnit.WEEK else 1))
        made.append(Flow(day, -Decimal(payment)))
    return made


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        (("5000", date(1978, 1, 10), "230", 24, date(1978, 2, 10), "1m"), "9.69"),
        (("6000", date(1978, 2, 10), "200", 36, date(1978, 4, 1), "1m"), "11.82"),
        (("10000", date(1978, 5, 23), "385", 40, date(1978, 10, 1), "3m"), "8.97"),
        (("500", date(1978, 3, 20), "17.60", 30, date(1978, 4, 21), "1w"), "14.96"),
        (("1000", date(1978, 1, 3), "1080", 1, date(1978, 9, 15), "1m"), "11.45"),
        (("1000", date(1978, 7, 15), "1044", 1, date(1979, 1, 15), "1m"), "8.80"),
        (("1000", date(1978, 1, 17), "1135.19", 1, date(1979, 7, 17), "1m"), "8.76"),
    ],
)
def test_the_examples_of_regulation_z_appendix_j(credit: tuple[str, date, str, int, date, str], expected: str) -> None:
    found = flows(*credit)
    cent = Decimal("0.01")
    assert apr(found, parse_every(credit[-1])).quantize(cent) == Decimal(expected)
    assert apr(found).quantize(cent) == Decimal(expected)


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ({date(1994, 1, 1): "1000", date(1995, 1, 1): "-600", date(1996, 1, 1): "-600"}, "13.07"),
        (
            {date(1994, 1, 1): "1000", date(1994, 4, 1): "-272", date(1994, 7, 1): "-272", date(1995, 1, 1): "-544"},
            "13.19",
        ),
        ({date(1994, 1, 1): "1000", date(1995, 7, 1): "-1200"}, "12.92"),
        ({date(1994, 1, 1): "950", date(1995, 7, 1): "-1200"}, "16.85"),
    ],
)
def test_the_examples_of_the_consumer_credit_directives(payments: dict[date, str], expected: str) -> None:
    found = [Flow(on, Decimal(amount)) for on, amount in payments.items()]
    assert effective_rate(found).quantize(Decimal("0.01")) == Decimal(expected)


def test_odd_days_are_those_before_whole_months_counted_back() -> None:
    found = [Flow(date(2024, 1, 10), Decimal(1000)), Flow(date(2024, 3, 1), Decimal(-1010))]
    # One month back from 1 March is 1 February; 22 days before it, in the year of 365 days that ends with it.
    years = Decimal(1) / 12 + Decimal(22) / 365
    assert effective_rate(found) == ((Decimal("1.01") ** (1 / years) - 1) * 100).quantize(Decimal("0.0001"))


def test_without_fees_the_nominal_rate_is_the_annual_percentage_rate() -> None:
    found = preview(terms(amount=Decimal(1_000_000), rate=Decimal("7.5"), periods=60, day_count=DayCount.THIRTY_360))
    assert found.apr == pytest.approx(Decimal("7.5"), abs=Decimal("0.0002"))
    assert found.effective_rate == pytest.approx(((1 + Decimal("0.075") / 12) ** 12 - 1) * 100, abs=Decimal("0.0002"))


def test_without_interest_and_fees_credit_costs_nothing() -> None:
    found = preview(terms(rate=Decimal(0)))
    assert (found.apr, found.effective_rate) == (0, 0)


def test_fees_make_credit_dearer_and_may_leave_no_rate_at_all() -> None:
    kept_back = Fee("origination", FeeWhen.DISBURSEMENT, Portion(Decimal(50)), deducted=True)
    due_at_once = Fee("origination", FeeWhen.DISBURSEMENT, Portion(Decimal(50)))
    monthly = Fee("account", FeeWhen.INSTALMENT, Portion(Decimal(2)))
    plain, once, deducted, all_ = (
        preview(terms(fees=fees)).apr for fees in ((), (due_at_once,), (kept_back,), (kept_back, monthly))
    )
    assert plain is not None
    assert once is not None
    assert all_ is not None
    assert once == deducted
    assert plain < once < all_
    swallowed = Fee("everything", FeeWhen.DISBURSEMENT, Portion(Decimal(1000)), deducted=True)
    assert preview(terms(fees=(swallowed,))).apr is None


@pytest.mark.parametrize("formula", [apr, effective_rate])
@pytest.mark.parametrize("payments", [[], ["1000"], ["1000", "-900"], ["-1000", "1100"]])
def test_payments_without_a_rate_are_refused(formula: object, payments: list[str]) -> None:
    found = [Flow(date(2024, 1, 1) + timedelta(days=30 * place), Decimal(each)) for place, each in enumerate(payments)]
    with pytest.raises(RateNotFound):
        formula(found)  # type: ignore[operator]


def test_irregular_payments_have_the_rate_of_spreadsheets() -> None:
    days = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
    amounts = [-10000, 2750, 4250, 3250, 2750]
    found = [Flow(day, Decimal(amount)) for day, amount in zip(days, amounts, strict=True)]
    assert xirr(found) == Decimal("37.3363")
    assert xirr([Flow(date(2024, 1, 1), Decimal(1000)), Flow(date(2024, 12, 31), Decimal(-900))]) == -10
    with pytest.raises(RateNotFound):
        xirr([])


@settings(deadline=None, max_examples=60)
@given(loans(periods_max=24))
def test_discounting_by_the_effective_rate_returns_what_was_received(loan: LoanTerms) -> None:
    found = preview(loan)
    cost = sum(each.total for each in found.lines) - found.disbursed
    if found.effective_rate is None:
        assert cost <= 0 or found.lines[0].number == 0
        return
    assert found.effective_rate >= 0
    assert (found.effective_rate == 0) == (cost == 0) or found.effective_rate < Decimal("0.001")


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.decimals(0, 60, places=2))
def test_equal_months_give_back_their_rate(count: int, rate: Decimal) -> None:
    loan = terms(amount=Decimal(10) ** 9, rate=rate, periods=count, day_count=DayCount.THIRTY_360)
    lines = projection(loan).lines
    found = [Flow(loan.start, loan.amount), *(Flow(each.due, -each.principal - each.interest) for each in lines)]
    assert apr(found, loan.every) == pytest.approx(rate, abs=Decimal("0.0002"))
