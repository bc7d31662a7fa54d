"""Letters about a loan: what they state is what the books say, on the day concerned."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from tests.support.loans import START, LoanBook, loan_terms

from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters.facts import LetterKind
from intendant.domains.lending.letters.html import render_html
from intendant.domains.lending.letters.loan_facts import LetterNotPossible, LetterPeriodInvalid
from intendant.domains.lending.letters.pdf import render_pdf
from intendant.domains.lending.letters.repository import get_letter
from intendant.domains.lending.letters.usecases import LetterKindInvalid, Wanted, issue_loan_letter
from intendant.domains.lending.loans.books import book_of
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.servicing.payoff import payoff
from intendant.domains.lending.terms import Fee, FeeWhen, Penalty, Portion
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

FEES = (Fee("Late fee", FeeWhen.LATE, Portion(Decimal(15))),)
TERMS = loan_terms(fees=FEES, penalty=Penalty(Decimal(18)))
Issue = Callable[..., dict[str, Any]]


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend an organisation whose clock stands at the first of January."""
    book = LoanBook(database, organization)
    book.move_to(START)
    return book


@pytest.fixture
def issue(book: LoanBook) -> Issue:
    """Lend a way to issue a letter and read it."""
    kind = LendingApplicationKind()

    def run(loan: Loan, letter: LetterKind, **wanted: Any) -> dict[str, Any]:
        with book.database.transaction(book.organization.id) as tx:
            row = issue_loan_letter(tx, book.by, kind, loan.id, Wanted(letter, **wanted))
            return get_letter(tx, row["id"])

    return run


def _amount(text: str) -> Decimal:
    return Decimal(text)


def test_a_statement_begins_and_ends_with_the_books_of_its_days(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    book.move_to(date(2026, 2, 10))
    book.pay(loan, "150", date(2026, 2, 1))
    taken_back = book.pay(loan, "33", date(2026, 2, 3))
    book.reverse(loan, taken_back.transaction_id)
    book.move_to(date(2026, 3, 20))
    book.pay(loan, "20", date(2026, 3, 1))
    facts = issue(loan, LetterKind.STATEMENT, begins=date(2026, 2, 1), ends=date(2026, 2, 28))["facts"]
    assert _amount(facts["opening"]) == 1200
    assert _amount(facts["paid"]) == 150
    (movement,) = facts["movements"]
    assert movement["what"] == "Payment"
    parts = sum(_amount(movement[name]) for name in ("principal", "interest", "charges"))
    assert parts == 150
    assert _amount(facts["closing"]) == 1200 - _amount(movement["principal"]) == _amount(movement["balance"])
    # The payment of the first of March is no part of it.
    assert facts["next_due_on"] == "2026-03-01"


def test_statements_of_months_that_follow_each_other_join(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    book.move_to(date(2026, 4, 20))
    for month, paid in ((2, "106.62"), (3, "250"), (4, "40")):
        book.pay(loan, paid, date(2026, month, 1))
    book.record(
        loan,
        TransactionType.CHARGE,
        "12.50",
        date(2026, 3, 9),
        parameters={"component": "fee", "name": "Copy of a contract"},
    )
    months = [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 31)),
    ]
    found = [issue(loan, LetterKind.STATEMENT, begins=begins, ends=ends)["facts"] for begins, ends in months]
    assert _amount(found[0]["opening"]) == 0
    assert _amount(found[0]["closing"]) == 1200
    for before, after in pairwise(found):
        assert before["closing"] == after["opening"]
    for each in found:
        moved = each["movements"][-1]["balance"] if each["movements"] else each["opening"]
        assert _amount(moved) == _amount(each["closing"])
    assert "Copy of a contract" in [each["what"] for each in found[2]["movements"]]
    assert _amount(found[2]["charges"]) >= Decimal("12.50")


def test_without_days_a_statement_covers_the_last_month(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    book.move_to(date(2026, 3, 20))
    facts = issue(loan, LetterKind.STATEMENT)["facts"]
    assert (facts["begins"], facts["ends"]) == ("2026-02-01", "2026-02-28")
    book.move_to(date(2026, 1, 20))
    facts = issue(loan, LetterKind.STATEMENT)["facts"]
    assert (facts["begins"], facts["ends"]) == ("2026-01-01", "2026-01-20")


def test_an_arrears_notice_states_what_the_books_state(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    with pytest.raises(LetterNotPossible):
        issue(loan, LetterKind.ARREARS)
    book.move_to(date(2026, 3, 20))
    letter = issue(loan, LetterKind.ARREARS)
    facts = letter["facts"]
    with book.database.transaction(book.organization.id) as tx:
        now = book_of(tx, loan.id)
    total = sum(_amount(part[name]) for part in facts["overdue"] for name in ("principal", "interest", "charges"))
    assert total == now.arrears
    assert facts["days_past_due"] == now.days_past_due == (date(2026, 3, 20) - date(2026, 2, 1)).days
    assert facts["pay_by"] == "2026-04-03"


def test_a_pay_off_figure_closes_the_loan_and_then_it_is_confirmed(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    book.move_to(date(2026, 1, 20))
    facts = issue(loan, LetterKind.SETTLEMENT, valid_on=date(2026, 1, 25))["facts"]
    with book.database.transaction(book.organization.id) as tx:
        assert _amount(facts["total"]) == payoff(book_of(tx, loan.id), date(2026, 1, 25)).total
    parts = sum(_amount(facts[name]) for name in ("principal", "interest", "fees", "penalties"))
    assert parts - _amount(facts["credit"]) == _amount(facts["total"])
    book.move_to(date(2026, 1, 25))
    book.pay(loan, facts["total"])
    confirmed = issue(book.loan(loan), LetterKind.SETTLEMENT)
    assert confirmed["document"]["title"] == "Your loan is paid in full"
    assert confirmed["facts"]["closed_on"] == "2026-01-25"
    assert _amount(confirmed["facts"]["paid"]) == _amount(facts["total"])


def test_a_schedule_sums_to_the_loan(book: LoanBook, issue: Issue) -> None:
    loan = book.lend(TERMS)
    letter = issue(loan, LetterKind.SCHEDULE)
    assert sum(_amount(each["principal"]) for each in letter["facts"]["lines"]) == 1200
    assert len(letter["facts"]["lines"]) == 12
    assert "Ada Lovelace" in render_html(letter["document"])
    assert render_pdf(letter["document"]).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("letter", "wanted", "error"),
    [
        (LetterKind.OFFER, {}, LetterKindInvalid),
        (LetterKind.ADVERSE_ACTION, {}, LetterKindInvalid),
        (LetterKind.STATEMENT, {"begins": date(2025, 1, 1), "ends": date(2026, 1, 10)}, LetterPeriodInvalid),
        (LetterKind.STATEMENT, {"begins": date(2026, 1, 10), "ends": date(2026, 1, 9)}, LetterPeriodInvalid),
        (LetterKind.STATEMENT, {"begins": date(2026, 1, 10), "ends": date(2026, 2, 9)}, LetterPeriodInvalid),
        (LetterKind.SETTLEMENT, {"valid_on": date(2026, 1, 1)}, LetterPeriodInvalid),
        (LetterKind.SETTLEMENT, {"valid_on": date(2999, 1, 1)}, LetterPeriodInvalid),
    ],
)
def test_a_letter_about_days_that_cannot_be_is_refused(
    book: LoanBook, issue: Issue, letter: LetterKind, wanted: dict[str, Any], error: type[Exception]
) -> None:
    loan = book.lend(TERMS)
    book.move_to(date(2026, 1, 20))
    with pytest.raises(error):
        issue(loan, letter, **wanted)


def test_a_loan_that_was_not_paid_out_has_no_statement(book: LoanBook, issue: Issue) -> None:
    loan = book.open(TERMS)
    for letter in (LetterKind.STATEMENT, LetterKind.SETTLEMENT):
        with pytest.raises(LetterNotPossible):
            issue(loan, letter)
