"""Apache Fineract's own tables for progressive loans, to the cent and to the digit of the rate factor."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.domains.lending.schedules.reference import needs_reference, reference

from intendant.domains.lending.schedules.calendar import Period, periods
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.plan import plan, projection
from intendant.domains.lending.terms import DayCount, LoanTerms, parse_every

pytestmark = needs_reference

DAY_COUNTS = {
    ("DAYS_365", "ACTUAL"): DayCount.ACT_365,
    ("DAYS_360", "ACTUAL"): DayCount.ACT_360,
    ("DAYS_364", "ACTUAL"): DayCount.ACT_364,
    ("ACTUAL", "ACTUAL"): DayCount.ACT_ACT,
    ("DAYS_360", "DAYS_30"): DayCount.THIRTY_360,
    ("DAYS_365", "DAYS_30"): DayCount.THIRTY_365,
    ("DAYS_360", "INVALID"): DayCount.ACT_360,
}
UNITS = {"DAYS": "d", "WEEKS": "w", "MONTHS": "m", "YEARS": "y"}


def terms_of(test: dict[str, Any], amount: Decimal) -> LoanTerms:
    return LoanTerms(
        amount=amount,
        currency="USD",
        rate=Decimal(str(test["annual_rate_pct"])),
        periods=len(test["periods"]),
        start=date.fromisoformat(test["periods"][0]["from"]),
        every=parse_every(f"{test['every']}{UNITS[test['frequency']]}"),
        day_count=DAY_COUNTS[test["days_in_year"], test["days_in_month"]],
    )


def first_table(test: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the table that follows the first disbursement, a row a period; nothing where more happens before it."""
    rows: dict[int, dict[str, Any]] = {}
    for event in test["events"][1:]:
        if "op" in event:
            break
        rows[event["expect"]["period"]] = event["expect"]
    return [rows[number] for number in sorted(rows)]


UNDISTURBED = [test for test in reference("fineract_progressive_emi")["tests"] if first_table(test)]


@pytest.mark.parametrize("test", UNDISTURBED, ids=lambda test: test["test"])
def test_a_table_of_fineract_is_reproduced_to_the_cent(test: dict[str, Any]) -> None:
    rows = first_table(test)
    # The amount in the file may be that of a later disbursement; the table itself says what was lent.
    amount = Decimal(str(rows[0]["balance"])) + Decimal(str(rows[0]["principal_due"]))
    terms = terms_of(test, amount)
    lines = projection(terms).lines
    shown = [(each.principal + each.interest, each.interest, each.principal, each.balance) for each in lines]
    wanted = [
        tuple(Decimal(str(row[name])) for name in ("emi", "interest_due", "principal_due", "balance")) for row in rows
    ]
    assert shown == wanted
    for row, period in zip(rows, periods(terms), strict=True):
        # The first row of a table may be an empty part of the first period.
        if row["rate_factor"]:
            found = factor(terms.rate, terms.day_count, period, period.begins, period.due)
            assert found.quantize(Decimal("1e-12")) == Decimal(str(row["rate_factor"])).quantize(Decimal("1e-12"))


def test_a_period_that_was_moved_still_counts_as_a_whole_month() -> None:
    test = next(each for each in reference("fineract_progressive_emi")["tests"] if each["test"].endswith("_reschedule"))
    terms = terms_of(test, Decimal(100))
    moved = [
        Period(each["nr"], date.fromisoformat(each["from"]), date.fromisoformat(each["due"]))
        for each in test["periods"]
    ]
    lines = plan(terms, moved, Decimal(100), terms.rate).lines
    assert [each.principal for each in lines] == [Decimal(str(row["principal_due"])) for row in first_table(test)]


def test_a_second_tranche_on_a_due_date_is_spread_over_what_is_left() -> None:
    test = next(each for each in reference("fineract_progressive_emi")["tests"] if "2ndOnDueDate" in each["test"])
    rows = [event["expect"] for event in test["events"] if "expect" in event][-4:]
    terms = terms_of(test, Decimal(100))
    left = plan(terms, periods(terms)[2:], Decimal("167.19"), terms.rate)
    assert left.instalment == Decimal("42.63")
    assert [each.interest for each in left.lines] == [Decimal(str(row["interest_due"])) for row in rows]
    assert [each.balance for each in left.lines] == [Decimal(str(row["balance"])) for row in rows]


def test_a_second_tranche_within_a_period_counts_from_its_day() -> None:
    terms = LoanTerms(
        amount=Decimal(100),
        currency="USD",
        rate=Decimal("9.4822"),
        periods=6,
        start=date(2024, 1, 1),
        day_count=DayCount.THIRTY_360,
    )
    first = periods(terms)[0]
    on = date(2024, 1, 8)
    elapsed = factor(terms.rate, terms.day_count, first, first.begins, on)
    found = plan(
        terms, periods(terms), Decimal(300), terms.rate, on=on, accrued=Decimal(100) * elapsed, elapsed=elapsed
    )
    assert found.instalment == Decimal("51.33")
    interests = "2.02 1.98 1.59 1.20 0.80 0.40"
    assert [each.interest for each in found.lines] == [Decimal(each) for each in interests.split()]
    assert found.lines[-1].principal + found.lines[-1].interest == Decimal("51.34")


@pytest.mark.parametrize(
    ("on", "accrued_rate", "instalment", "interests", "last"),
    [
        (date(2024, 2, 1), "7", "16.88", "0.28 0.22 0.17 0.11 0.06", "16.89"),
        (date(2024, 2, 14), "7", "16.90", "0.37 0.22 0.17 0.11 0.06", "16.90"),
    ],
)
def test_a_new_rate_makes_a_new_instalment(
    on: date, accrued_rate: str, instalment: str, interests: str, last: str
) -> None:
    terms = LoanTerms(
        amount=Decimal(100),
        currency="USD",
        rate=Decimal(7),
        periods=6,
        start=date(2024, 1, 1),
        day_count=DayCount.THIRTY_360,
    )
    rest = periods(terms)[1:]
    elapsed = factor(Decimal(accrued_rate), terms.day_count, rest[0], rest[0].begins, on)
    balance = Decimal("83.57")
    found = plan(terms, rest, balance, Decimal(4), on=on, accrued=balance * elapsed, elapsed=elapsed)
    assert found.instalment == Decimal(instalment)
    assert [each.interest for each in found.lines] == [Decimal(each) for each in interests.split()]
    assert found.lines[-1].principal + found.lines[-1].interest == Decimal(last)
