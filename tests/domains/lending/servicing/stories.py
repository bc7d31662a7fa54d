"""Loans as short stories: what happens on which day, for tests to replay."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from intendant.domains.lending.servicing.book import Book, replay
from intendant.domains.lending.servicing.model import Account, Transaction, TransactionType
from intendant.domains.lending.terms import DayCount, LoanTerms

DISBURSEMENT = TransactionType.DISBURSEMENT
REPAYMENT = TransactionType.REPAYMENT
_numbers = count(1)


def terms_of(**changes: Any) -> LoanTerms:
    """Return the terms of a small loan: 100 at 7 % in six months of thirty days, from New Year's Day 2024."""
    values: dict[str, Any] = {
        "amount": Decimal(100),
        "currency": "USD",
        "rate": Decimal(7),
        "periods": 6,
        "start": date(2024, 1, 1),
        "day_count": DayCount.THIRTY_360,
    }
    return LoanTerms(**values | changes)


def happens(kind: TransactionType, on: str | date, amount: str | Decimal | int = 0, **parameters: Any) -> Transaction:
    """Return a transaction, later known than those made before it."""
    number = next(_numbers)
    day = on if isinstance(on, date) else date.fromisoformat(on)
    return Transaction(UUID(int=number), number, kind, day, Decimal(amount), parameters)


def book_of(terms: LoanTerms, *transactions: Transaction, until: str | date | None = None) -> Book:
    """Replay a loan, by default until its last transaction."""
    last = max(each.value_on for each in transactions)
    day = last if until is None else until if isinstance(until, date) else date.fromisoformat(until)
    return replay(terms, transactions, day)


def accounts(book: Book) -> dict[Account, Decimal]:
    """Return the balance of each account, debit less credit, without those at zero."""
    found: dict[Account, Decimal] = {}
    for posting in book.postings:
        assert posting.amount > 0
        found[posting.debit] = found.get(posting.debit, Decimal(0)) + posting.amount
        found[posting.credit] = found.get(posting.credit, Decimal(0)) - posting.amount
    return {account: amount for account, amount in found.items() if amount}


def table(book: Book) -> list[tuple[str, str, str]]:
    """Return interest, principal and balance of each instalment."""
    return [(str(row.interest.due), str(row.principal.due), str(row.balance)) for row in book.instalments if row.number]
