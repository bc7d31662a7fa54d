"""The end of a loan: paid off, given up, or written off."""

from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.servicing.allocation import use_credit
from intendant.domains.lending.servicing.model import Account, LoanState
from intendant.domains.lending.servicing.projection import project
from intendant.domains.lending.servicing.provisioning import release
from intendant.domains.lending.servicing.state import RECEIVABLE, ZERO, Book
from intendant.domains.lending.terms import Component


def call_due(book: Book) -> None:
    """Make all that is still to come due today, with the interest to this day; instalments to come fall away."""
    if book.is_stale:
        project(book)
    undue, accrued = book.undue, book.accrued
    kept = [row for row in book.rows[book.next :] if row.principal.paid or row.interest.paid or row.principal.waived]
    for row in kept:
        row.principal.due = row.principal.paid + row.principal.waived
        row.interest.due = row.interest.paid + row.interest.waived
        row.fee.due = ZERO
        book.settle(row)
    del book.rows[book.next :]
    if undue or accrued:
        row = book.day_row()
        row.principal.due += undue
        row.interest.due += accrued
        row.balance = ZERO
    book.rows += kept
    book.next = len(book.rows)
    book.deferred = book.spread_left = ZERO
    book.carried = -book.booked
    book.is_stale = False


def conclude(book: Book, transaction_id: UUID | None, *, waives_rest: bool) -> None:
    """Close the loan where nothing is owed any more, or where credit or tolerance make up for the rest."""
    if not book.is_open or not book.disbursed:
        return
    if book.credit > 0:
        use_credit(book)
    owed = book.owed
    if owed and book.credit >= owed:
        call_due(book)
        use_credit(book)
    elif waives_rest and ZERO < owed - book.credit <= book.terms.close_tolerance:
        call_due(book)
        use_credit(book)
        let_go(book, "close", Account.WAIVER_EXPENSE, "waived", transaction_id)
    if not book.owed and book.credit >= 0:
        close(book)


def close(book: Book) -> None:
    """Close the loan; with credit left it is overpaid until that is refunded."""
    call_due(book)
    book.state = LoanState.OVERPAID if book.credit > 0 else LoanState.CLOSED
    book.closed_on = book.on if book.state is LoanState.CLOSED else None
    release(book)


def let_go(book: Book, kind: str, expense: Account, as_: str, transaction_id: UUID | None) -> None:
    """Waive or write off all that is due; after a charge-off it is in the books no more, so nothing is posted."""
    moved: dict[Account, Decimal] = {}
    for row in book.due_rows:
        for component in Component:
            owed = row.of(component)
            left = owed.left
            if left > 0:
                setattr(owed, as_, getattr(owed, as_) + left)
                account = RECEIVABLE[component]
                moved[account] = moved.get(account, ZERO) + left
                if component is Component.PRINCIPAL:
                    book.balance -= left
        book.settle(row)
    if book.charged_off_on is None:
        for account, amount in moved.items():
            book.post(kind, expense, account, amount, transaction_id=transaction_id)


def charge_off(book: Book, transaction_id: UUID) -> None:
    """Take the claim out of the books as a loss: all of it is due, interest ends, and what comes in is recovery.

    The allowance is released with it, so that expense and release together show the loss beyond what was expected.
    """
    call_due(book)
    moved: dict[Account, Decimal] = {}
    for row in book.due_rows:
        for component in Component:
            account = RECEIVABLE[component]
            moved[account] = moved.get(account, ZERO) + row.of(component).left
    for account, amount in moved.items():
        book.post("charge_off", Account.CHARGE_OFF_EXPENSE, account, amount, transaction_id=transaction_id)
    book.charged_off_on = book.on
    book.state = LoanState.CHARGED_OFF
    release(book)


def write_off(book: Book, transaction_id: UUID) -> None:
    """Give the claim up: the loan closes, and what still comes in is recovery."""
    call_due(book)
    use_credit(book)
    let_go(book, "write_off", Account.WRITE_OFF_EXPENSE, "written_off", transaction_id)
    book.state = LoanState.WRITTEN_OFF
    book.closed_on = book.on
    release(book)
