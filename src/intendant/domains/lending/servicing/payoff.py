"""What it takes to pay a loan off on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intendant.domains.lending.servicing.book import advance
from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.servicing.refusals import unfit
from intendant.domains.lending.servicing.snapshot import dump_book, load_book
from intendant.domains.lending.servicing.state import ZERO, Book


@dataclass(frozen=True, slots=True)
class Payoff:
    """What is owed on a day; `interest` up to that day, and `credit` is what the borrower has paid ahead."""

    on: date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    penalties: Decimal
    credit: Decimal

    @property
    def total(self) -> Decimal:
        """Return what closes the loan if it is paid on that day; 0 where the credit covers it."""
        return max(ZERO, self.principal + self.interest + self.fees + self.penalties - self.credit)


def payoff(book: Book, on: date) -> Payoff:
    """Return what it takes to pay a loan off on a day, today or later, if nothing else happens; the book stays as it is.

    Raises TransactionUnfit for an earlier day: replay until that day.
    """
    if on < book.on:
        unfit(f"The book is on {book.on} already.", "Give that day or a later one.", field="on")
    if on > book.on:
        book = load_book(book.terms, dump_book(book))
        advance(book, on)
    if book.state is LoanState.WRITTEN_OFF:
        return Payoff(on, ZERO, ZERO, ZERO, ZERO, book.credit)
    due = book.due_rows
    interest = book.accrued + sum((row.interest.left for row in due), ZERO)
    fees = sum((row.fee.left for row in due), ZERO)
    penalties = sum((row.penalty.left for row in due), ZERO)
    return Payoff(on, book.balance, interest, fees, penalties, book.credit)
