"""Books that cannot be read, of an earlier version or damaged: the loan is replayed instead, and nothing else is different."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.loans import START, LoanBook, loan_terms

from intendant.domains.lending.loans.books import book_of, is_readable
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.servicing.snapshot import load_book
from intendant.domains.lending.servicing.summary import summarize
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.errors import IntendantError

DAY = date(2026, 2, 20)


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend an organisation whose clock stands at the first of January."""
    book = LoanBook(database, organization)
    book.move_to(START)
    return book


OLD = '{"version":0,"odd":[]}'


def _pair(book: LoanBook, kept: str = OLD) -> tuple[Loan, Loan]:
    """Lend two loans alike, the books of the first of which were kept by an earlier version."""
    loans = (book.lend(loan_terms()), book.lend(loan_terms()))
    book.move_to(DAY)
    for loan in loans:
        book.pay(loan, "50", date(2026, 2, 1))
    book.end_of_day(DAY)
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set book = %s where id = %s", [kept, loans[0].id])
    old = book.loan(loans[0])
    assert not is_readable(old)
    return old, book.loan(loans[1])


def _said(book: LoanBook, loan: Loan) -> dict[str, Any]:
    """Return all that is said of a loan but its name."""
    row = book.rows("select * from loans where id = %s", [loan.id])[0]
    for name in ("id", "reference", "created_at", "updated_at"):
        del row[name]
    # Amounts that were read back have more zeros behind the point, and are the same.
    return row | {"book": load_book(loan.terms, row["book"])}


def _ledger(book: LoanBook, loan: Loan) -> dict[tuple[Any, ...], Decimal]:
    return {(kind, on, *sides): net for (kind, on, _, *sides), net in book.ledger(loan).items()}


@pytest.mark.parametrize(
    "kept", [OLD, "", "[]", '{"version":1,"state":"active"', '{"version":1,"state":"active","on":"2026-02-20"}']
)
def test_the_end_of_day_goes_on_from_a_replay(book: LoanBook, kept: str) -> None:
    old, new = _pair(book, kept)
    book.move_to(date(2026, 4, 3))
    assert book.end_of_day(date(2026, 4, 3)) == 2
    assert _said(book, old) == _said(book, new)
    assert _ledger(book, old) == _ledger(book, new)
    assert is_readable(book.loan(old))
    months = "select month, outstanding, arrears, bucket from loan_month_ends where loan_id = %s order by month"
    assert book.rows(months, [old.id]) == book.rows(months, [new.id])


def test_a_payment_in_time_is_recorded_on_a_replay_even_after_one_that_is_refused(book: LoanBook) -> None:
    old, new = _pair(book)
    book.move_to(date(2026, 3, 1))
    for loan in (old, new):
        with pytest.raises(IntendantError):
            book.record(loan, TransactionType.REFUND, "5000", date(2026, 3, 1))
        book.pay(loan, "106.62", date(2026, 3, 1))
    assert _said(book, old) == _said(book, new)
    assert _ledger(book, old) == _ledger(book, new)


def test_what_is_asked_of_a_day_is_answered_from_a_replay(book: LoanBook) -> None:
    old, new = _pair(book)
    with book.database.transaction(book.organization.id) as tx:
        for on in (date(2026, 1, 20), DAY, date(2026, 6, 1)):
            found, expected = (book_of(tx, each.id, on=on) for each in (old, new))
            # What is still to come is projected when it is asked for.
            assert found.instalments == expected.instalments
            assert summarize(found) == summarize(expected)


def test_books_of_another_day_or_with_odd_figures_are_not_read(book: LoanBook) -> None:
    _, loan = _pair(book)
    odd = (("2026-02-20", "2026-02-21"), ('"stage":1', '"stage":"one"'), ('"rate":"12"', '"rate":"twelve"'))
    for right, wrong in odd:
        assert right in loan.book
        assert not is_readable(replace(loan, book=loan.book.replace(right, wrong)))
