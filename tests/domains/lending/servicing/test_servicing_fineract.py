"""What happens to progressive loans in Apache Fineract's own tests happens to our books, to the cent.

Their calculator is told each change by itself; here it is a transaction. Its balance falls on the due date whether or not the
instalment was paid, so instalments that its tests leave open are paid in time here, or bear interest by the schedule.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.domains.lending.schedules.reference import needs_reference, reference
from tests.domains.lending.schedules.test_schedules_fineract import DAY_COUNTS
from tests.domains.lending.servicing.stories import DISBURSEMENT, REPAYMENT, book_of, happens, terms_of

from intendant.domains.lending.servicing.allocation import Payment
from intendant.domains.lending.servicing.book import Book
from intendant.domains.lending.servicing.model import Account, Transaction, TransactionType
from intendant.domains.lending.terms import Allocation, Component, Excess, InterestBasis, LoanTerms, parse_every

pytestmark = needs_reference

AMOUNTS = {
    "testEMICalculation_multiDisbursedAmt300InSamePeriod_dayInYears360_daysInMonth30_repayEvery1Month": (100, 200),
    "testEMICalculation_multiDisbursedAmt150InSamePeriod_dayInYears360_daysInMonth30_repayEvery1Month"
    "_backdated_disbursement": (100, 50, 25),
}
"""What was disbursed where the file has the value that the variable was given last."""
NEW_RATE = "4"
UNITS = {"DAYS": "d", "WEEKS": "w", "MONTHS": "m"}


def stories() -> list[dict[str, Any]]:
    tests = reference("fineract_progressive_emi")["tests"]
    moved = [each for each in tests if each["test"].endswith("_reschedule")]
    irregular = [each for each in tests if each["periods"][0]["nr"] != 1 or "ActualMonthActual" in each["test"]]
    lower_level = [each for each in tests if any(event.get("op", "").startswith("pay") for event in each["events"])]
    return [each for each in tests if each not in moved + irregular + lower_level]


def loan_of(test: dict[str, Any], amount: Decimal, **changes: Any) -> LoanTerms:
    return terms_of(
        amount=amount,
        rate=Decimal(str(test["annual_rate_pct"])),
        periods=len(test["periods"]),
        start=date.fromisoformat(test["periods"][0]["from"]),
        every=parse_every(f"{test['every']}{UNITS[test['frequency']]}"),
        day_count=DAY_COUNTS[test["days_in_year"], test["days_in_month"]],
        **changes,
    )


def transactions_of(test: dict[str, Any]) -> list[list[Transaction]]:
    """Return the transactions that precede each of a test's tables."""
    amounts = iter(AMOUNTS.get(test["test"], ()))
    found: list[Transaction] = []
    tables: list[list[Transaction]] = []
    was_table = False
    for event in test["events"]:
        if "op" in event:
            _, on, value = (part.strip() for part in event["args"].split(","))
            if event["op"] == "addDisbursement":
                found.append(happens(DISBURSEMENT, on, next(amounts, value)))
            elif event["op"] == "changeInterestRate":
                found.append(happens(TransactionType.RATE_CHANGE, on, rate=NEW_RATE))
        elif not was_table:
            tables.append(list(found))
        was_table = "expect" in event
    return tables


def tables_of(test: dict[str, Any]) -> list[list[tuple[Decimal, ...]]]:
    """Return each table of a test: equal instalment, interest, principal and balance by instalment."""
    tables: list[dict[int, tuple[Decimal, ...]]] = []
    was_table = False
    for event in test["events"]:
        if "expect" in event:
            if not was_table:
                tables.append({})
            row = event["expect"]
            names = ("emi", "interest_due", "principal_due", "balance")
            tables[-1][row["period"]] = tuple(Decimal(str(row[name])).quantize(Decimal("0.01")) for name in names)
        was_table = "expect" in event
    return [[rows[number] for number in sorted(rows)] for rows in tables]


def shown(book: Book) -> list[tuple[Decimal, ...]]:
    rows = [row for row in book.instalments if row.number]
    return [(row.principal.due + row.interest.due, row.interest.due, row.principal.due, row.balance) for row in rows]


@pytest.mark.parametrize("test", stories(), ids=lambda test: test["test"])
def test_a_story_of_fineract_ends_in_its_table(test: dict[str, Any]) -> None:
    for transactions, wanted in zip(transactions_of(test), tables_of(test), strict=True):
        amount = sum((each.amount for each in transactions), Decimal(0))
        # Instalments fall due on the way; each is paid on its day, as the calculator counts.
        terms = loan_of(test, amount)
        paid: list[Transaction] = []
        last = max(each.value_on for each in transactions)
        for period in test["periods"]:
            due = date.fromisoformat(period["due"])
            if due <= last:
                row = next(
                    each for each in book_of(terms, *transactions, *paid, until=due).instalments if each.due == due
                )
                paid.append(happens(REPAYMENT, due, row.left))
        assert shown(book_of(terms, *transactions, *paid)) == wanted


def _test(end: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in reference("fineract_progressive_emi")["tests"] if each["test"].endswith(end)
    )
    return found


NEXT = Allocation(excess=Excess.NEXT)


def _balances(rows: list[tuple[Decimal, ...]]) -> list[tuple[Decimal, ...]]:
    """Leave out the balances: Fineract takes what is prepaid off the balance of the period in which it was paid."""
    return [row[:3] for row in rows]


def test_an_instalment_paid_ahead_takes_the_interest_to_that_day_and_the_rest_goes_to_the_next() -> None:
    test = _test("add_balance_correction_on0215")
    first, second = tables_of(test)
    terms = loan_of(test, Decimal(100), allocation=NEXT)
    book = book_of(
        terms,
        happens(DISBURSEMENT, "2024-01-01", 100),
        happens(REPAYMENT, "2024-02-01", "17.01"),
        happens(REPAYMENT, "2024-02-15", "17.01"),
        until="2024-03-01",
    )
    assert shown(book) == first
    # Their calculator is told how much of which kind is paid to which period.
    row = next(each for each in book.instalments if each.number == 3)
    payment = Payment(book, "repayment", Account.CASH, None, Decimal("16.91"))
    payment.pay(row, Component.PRINCIPAL, Decimal("16.42"))
    payment.pay(row, Component.INTEREST, Decimal("0.49"))
    book.is_stale = True
    assert _balances(shown(book)) == _balances(second)
    assert [each[3] for each in shown(book)][2:] == [each[3] for each in second][2:]


def test_a_payoff_leaves_the_instalments_that_it_paid() -> None:
    test = _test("payoff_on0215")
    terms = loan_of(test, Decimal(100), allocation=NEXT, basis=InterestBasis.SCHEDULED)
    paid = happens(REPAYMENT, "2024-02-15", Decimal("17.01") * 5 + Decimal("15.77"))
    book = book_of(terms, happens(DISBURSEMENT, "2024-01-01", 100), paid)
    assert _balances(shown(book)) == _balances(tables_of(test)[0])
    assert book.balance == book.owed == 0


def test_instalments_paid_ahead_leave_their_interest_to_the_last() -> None:
    test = _test("payoff_on0115")
    first, second = tables_of(test)
    terms = loan_of(test, Decimal(100), allocation=NEXT)
    lent = happens(DISBURSEMENT, "2024-01-01", 100)
    ahead = happens(REPAYMENT, "2024-01-15", Decimal("17.01") * 5)
    assert _balances(shown(book_of(terms, lent, ahead))) == _balances(first)
    rest = happens(REPAYMENT, "2024-01-15", "15.21")
    assert _balances(shown(book_of(terms, lent, ahead, rest))) == _balances(second)
