"""The end of day on the terminal."""

from datetime import timedelta
from decimal import Decimal

from tests.cli.conftest import Terminal
from tests.support.lending import Lender
from tests.support.loans import LoanBook, loan_terms

from intendant.kit.database import Database


def test_the_end_of_day_books_all_loans_once(terminal: Terminal, lender: Lender) -> None:
    database = Database(lender.database.urls)
    book = LoanBook(database, lender.organization)
    today = lender.organization.clock.now().date()
    loan = book.lend(loan_terms(start=today - timedelta(days=10)))
    assert terminal.does("lending", "end-of-day", "--json").json == {
        "to": today.isoformat(),
        "slices": 1,
        "booked": 1,
        "set_aside": 0,
        "set_aside_loans": [],
    }
    after = book.loan(loan)
    assert after.booked_to == today
    assert after.owed > Decimal(1200)
    assert f"Booked 0 loans up to {today}" in terminal.does("lending", "end-of-day").out
    database.close()
