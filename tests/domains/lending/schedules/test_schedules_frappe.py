"""Frappe Lending's expected schedules."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.domains.lending.schedules.reference import needs_reference, reference

from intendant.domains.lending.schedules.calendar import broken, periods
from intendant.domains.lending.schedules.plan import Plan, projection
from intendant.domains.lending.terms import (
    BrokenPeriod,
    DayCount,
    InstalmentFormula,
    LoanTerms,
    Rounding,
    RoundingMode,
)

pytestmark = needs_reference

WHOLE = Rounding(RoundingMode.HALF_EVEN, Decimal(1))
CEILING = Rounding(RoundingMode.CEILING, Decimal(1))
TOTALS = [
    case
    for case in reference("frappe_lending")["cases"]
    if isinstance(case.get("expect"), dict) and "total_interest" in case["expect"]
]


def decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def totals(found: Plan) -> tuple[Decimal, Decimal]:
    interest = sum((each.interest for each in found.lines), Decimal(0))
    return interest, interest + sum((each.principal for each in found.lines), Decimal(0))


def found_for(case: dict[str, Any], rounding: Rounding) -> Plan:
    fixed = case.get("fixed_payment")
    return projection(
        LoanTerms(
            amount=decimal(case["principal"]),
            currency="INR",
            rate=decimal(case["annual_rate_pct"]),
            periods=case.get("n", 60),
            start=date(2022, 1, 1),
            day_count=DayCount.THIRTY_360,
            formula=InstalmentFormula.NOMINAL,
            rounding=rounding,
            instalment_rounding=CEILING,
            fixed_instalment=None if fixed is None else decimal(fixed),
        )
    )


@pytest.mark.parametrize("case", TOTALS, ids=lambda case: f"{case['principal']}-{case.get('n', 'fixed')}")
def test_the_totals_of_a_loan_with_whole_interest_are_those_of_frappe(case: dict[str, Any]) -> None:
    found = found_for(case, WHOLE)
    expected = case["expect"]
    assert totals(found) == (expected["total_interest"], expected["total_payment"])
    assert found.instalment == expected.get("emi", case.get("fixed_payment"))
    assert len(found.lines) == expected.get("n", case.get("n"))


@pytest.mark.parametrize(
    "case", [case for case in TOTALS if "rows0" in case["expect"]], ids=lambda case: str(case["principal"])
)
def test_the_rows_of_a_loan_with_interest_to_the_cent_are_those_of_frappe(case: dict[str, Any]) -> None:
    found = found_for(case, Rounding())
    assert [round(each) for each in totals(found)] == [
        case["expect"]["total_interest"],
        case["expect"]["total_payment"],
    ]
    for row in case["expect"]["rows0"]:
        line = found.lines[row["index"]]
        shown = [round(line.principal), round(line.interest), round(line.balance)]
        assert shown == [row["principal"], row["interest"], row["balance"]]


def broken_terms(variant: BrokenPeriod) -> LoanTerms:
    return LoanTerms(
        amount=Decimal(100000),
        currency="INR",
        rate=Decimal("14.5"),
        periods=12,
        start=date(2023, 11, 3),
        first_due=date(2023, 12, 5),
        formula=InstalmentFormula.NOMINAL,
        broken_period=variant,
        instalment_rounding=CEILING,
    )


def test_a_broken_period_of_two_days_begins_before_the_first_month() -> None:
    before = broken(broken_terms(BrokenPeriod.ADDED))
    assert before is not None
    assert (before.number, before.begins, before.due, before.days) == (0, date(2023, 11, 3), date(2023, 11, 5), 2)
    assert periods(broken_terms(BrokenPeriod.ADDED))[0].begins == date(2023, 11, 5)
    assert broken(broken_terms(BrokenPeriod.FIRST)) is None
    assert periods(broken_terms(BrokenPeriod.FIRST))[0].begins == date(2023, 11, 3)


def test_the_interest_of_a_broken_period_goes_where_the_terms_say() -> None:
    spread = projection(broken_terms(BrokenPeriod.SPREAD))
    assert [each.interest for each in spread.lines[:2]] == [Decimal("1198.40"), Decimal("1141.93")]
    added = projection(broken_terms(BrokenPeriod.ADDED))
    assert added.lines[0].interest == Decimal("1271.23")
    upfront = projection(broken_terms(BrokenPeriod.UPFRONT))
    assert upfront.upfront == Decimal("79.45")
    assert upfront.lines[0].interest == Decimal("1191.78")
    first = projection(broken_terms(BrokenPeriod.FIRST))
    assert first.lines[0].interest == Decimal("1271.23")
    assert totals(spread)[0] == totals(added)[0] == totals(upfront)[0] + upfront.upfront
    assert [each.principal for each in spread.lines] == [each.principal for each in added.lines]


@pytest.mark.parametrize(
    ("more", "first", "second", "last"),
    [
        ({"start": date(2022, 9, 17)}, "2022-10-17", "2022-11-17", "2023-09-17"),
        ({"start": date(2022, 10, 17), "due_day": 1}, "2022-11-01", "2022-12-01", "2023-10-01"),
        (
            {"start": date(2022, 10, 17), "first_due": date(2022, 10, 31), "due_day": 31},
            "2022-10-31",
            "2022-11-30",
            "2023-09-30",
        ),
    ],
)
def test_instalments_fall_due_on_the_day_that_the_terms_name(
    more: dict[str, Any], first: str, second: str, last: str
) -> None:
    dues = [
        each.due.isoformat()
        for each in periods(
            LoanTerms(amount=Decimal(1000), currency="INR", rate=Decimal(10), periods=12, **more),
        )
    ]
    assert (dues[0], dues[1], dues[-1]) == (first, second, last)
