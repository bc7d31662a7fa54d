"""The books of a loan: from its snapshot into the next days, or replayed from its transactions. Pure but for the loading.

Between two days the ends of months are stopped at, since portfolios are looked at by them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from intendant.domains.lending.loans import repository
from intendant.domains.lending.loans.model import Loan, business_day
from intendant.domains.lending.loans.repository import FIGURES
from intendant.domains.lending.servicing.book import Book, advance, apply, open_book, order
from intendant.domains.lending.servicing.model import Transaction
from intendant.domains.lending.servicing.snapshot import BookUnreadable, dump_book, load_book
from intendant.domains.lending.servicing.summary import summarize
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.database import Transaction as DatabaseTransaction
from intendant.kit.errors import Invalid

log = structlog.get_logger(__name__)

DAYS_AHEAD_MAX = 50 * 366
"""No book and no quote is asked for further ahead."""


class DayInvalid(Invalid):
    """A day on which a loan has no books."""

    code = "day_invalid"


@dataclass(slots=True)
class Fold:
    """A book on its way through time, with what it looked like at the ends of months from `months_from` on."""

    book: Book
    months_from: date | None = None
    month_ends: list[dict[str, Any]] = field(default_factory=list)

    def advance(self, to: date) -> None:
        """Book everything before `to`."""
        for first in _firsts_between(self.book.on, to):
            advance(self.book, first)
            month_end = first - timedelta(days=1)
            if self.months_from is not None and month_end >= self.months_from and self.book.disbursed:
                self.month_ends.append(_month_end(self.book, month_end))
        if to > self.book.on:
            advance(self.book, to)

    def apply(self, transaction: Transaction, *, is_stored: bool = False) -> None:
        """Apply a transaction on its day; one that is stored is not refused."""
        self.advance(transaction.value_on)
        apply(self.book, transaction, is_stored=is_stored)


def replay(
    terms: LoanTerms,
    transactions: Iterable[Transaction],
    until: date,
    *,
    months_from: date | None = None,
    new: UUID | None = None,
) -> Fold:
    """Replay a loan from its opening, as `servicing.replay` does, with the ends of months on the way.

    All transactions are stored but the one named `new`, which may be refused.
    """
    fold = Fold(open_book(terms), months_from)
    for transaction in sorted(transactions, key=order):
        if transaction.value_on > until:
            break
        fold.apply(transaction, is_stored=transaction.id != new)
    fold.advance(until)
    return fold


def go_on(loan: Loan, standing: Callable[[], Sequence[Transaction]] = tuple) -> Fold:
    """Return the books of a loan as they were kept, to go on from there; only new postings are in it.

    Where they cannot be read, because an earlier version kept them in another form or they are damaged, the loan is replayed to
    where it is booked; `standing` is called then, and has to return all transactions of it that count.
    """
    try:
        return Fold(_read(loan), loan.booked_to)
    except BookUnreadable as fault:
        log.warning("a loan is replayed, since its books cannot be read", loan=loan.reference, why=str(fault))
    book = replay(loan.terms, standing(), loan.booked_to).book
    # They are booked already.
    book.postings.clear()
    book.allocations.clear()
    return Fold(book, loan.booked_to)


def is_readable(loan: Loan) -> bool:
    """Say whether the books of a loan can be read as they were kept, so that it need not be replayed."""
    try:
        _read(loan)
    except BookUnreadable:
        return False
    return True


def _read(loan: Loan) -> Book:
    book = load_book(loan.terms, loan.book)
    if book.on != loan.booked_to:
        raise BookUnreadable(f"The book is of {book.on}, the loan is booked to {loan.booked_to}.")
    return book


def book_of(
    tx: DatabaseTransaction, loan_id: UUID, *, on: date | None = None, known_at: datetime | None = None
) -> Book:
    """Return a loan's book on a day, by default today: before it all is booked, and its transactions are applied.

    A day ahead is what comes if nothing happens. `known_at` (business time) leaves out what was recorded later. Postings of the
    whole life are in it only where it had to be replayed. Raises LoanUnknown or DayInvalid.
    """
    return _book_of(tx, repository.get_loan(tx, loan_id), on=on, known_at=known_at)


def book_of_loan(
    tx: DatabaseTransaction, loan: Loan, *, on: date | None = None, known_at: datetime | None = None
) -> Book:
    """Return a loan's book on a day, as `book_of`, where the loan has been read already."""
    return _book_of(tx, loan, on=on, known_at=known_at)


def _book_of(tx: DatabaseTransaction, loan: Loan, *, on: date | None, known_at: datetime | None) -> Book:
    organization = get_organization(tx, tx.organization_id)
    day = check_day(organization, loan, on)
    # Nothing that is recorded has a later day than the snapshot's, so the snapshot can go on to any day from there.
    if known_at is None and day >= loan.booked_to:
        fold = go_on(loan, lambda: repository.standing(repository.list_transactions(tx, loan.id)))
        fold.months_from = None
        fold.advance(day)
        return fold.book
    return full_book(tx, loan, day, known_at=known_at)


def full_book(tx: DatabaseTransaction, loan: Loan, on: date, *, known_at: datetime | None = None) -> Book:
    """Replay a loan until a day, with all its postings and allocations."""
    rows = repository.list_transactions(tx, loan.id, known_at=known_at)
    return replay(loan.terms, repository.standing(rows), on).book


def book_until_now(loan: Loan, rows: Sequence[Row]) -> Book:
    """Replay a loan from all that was recorded of it up to where it is booked, with what each payment paid."""
    return replay(loan.terms, repository.standing(rows), loan.booked_to).book


def check_moment(moment: datetime | None) -> datetime | None:
    """Return a moment that has a time zone; raises DayInvalid for one that has none."""
    if moment is not None and moment.tzinfo is None:
        raise DayInvalid("The moment has no time zone.", field="known_at", remedy="Add one, such as Z.")
    return moment


def check_day(organization: Organization, loan: Loan, on: date | None) -> date:
    """Return the day that is asked for, by default today, never before the loan's opening; raises DayInvalid."""
    today = business_day(organization, clock.system_now())
    if on is None:
        return max(today, loan.terms.start)
    if not loan.terms.start <= on <= today + timedelta(days=DAYS_AHEAD_MAX):
        raise DayInvalid(
            f"The loan has no books on {on}.",
            field="on",
            remedy=f"Give a day from {loan.terms.start} to {today + timedelta(days=DAYS_AHEAD_MAX)}.",
        )
    return on


def figures(book: Book, now: datetime) -> dict[str, Any]:
    """Return what a loan's row says of its book."""
    summary = summarize(book)
    stated = {name: getattr(summary, name) for name in FIGURES}
    return {
        **stated,
        "state": summary.state.value,
        "book": dump_book(book),
        "booked_to": book.on,
        "updated_at": now,
    }


def stored_month_ends(
    organization_id: UUID, loan_id: UUID, month_ends: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows of months' ends of one loan."""
    return [{"organization_id": organization_id, "loan_id": loan_id, **each} for each in month_ends]


_OF_MONTH = ("outstanding", "arrears", "days_past_due", "bucket", "provision")


def _month_end(book: Book, month: date) -> dict[str, Any]:
    summary = summarize(book)
    return {
        "month": month,
        "state": summary.state.value,
        **{name: getattr(summary, name) for name in _OF_MONTH},
    }


def _firsts_between(after: date, to: date) -> Iterator[date]:
    """List the first days of months after one day, up to another."""
    first = (after.replace(day=1) + timedelta(days=32)).replace(day=1)
    while first <= to:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)
