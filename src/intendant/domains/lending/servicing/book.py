"""The fold: a book moves from day to day, and transactions are applied on their day. `replay` does both.

Nights book interest and penalties, mornings what falls due; by then the book shows the loan as the day begins. Everything a loan
ever was follows from its terms and transactions, so a payment that came late to our knowledge is replayed as if in time.
"""

from collections.abc import Callable, Iterable
from datetime import date

from intendant.domains.lending.servicing import closing, relief
from intendant.domains.lending.servicing.accrual import accrue, change_rate, plan_first
from intendant.domains.lending.servicing.allocation import repay, use_credit
from intendant.domains.lending.servicing.delinquency import BUCKETS, assess
from intendant.domains.lending.servicing.disbursing import disburse, enter_today, reopen
from intendant.domains.lending.servicing.dues import fall_due
from intendant.domains.lending.servicing.model import Account, LoanState, Transaction, TransactionType
from intendant.domains.lending.servicing.penalties import penalize
from intendant.domains.lending.servicing.projection import renew
from intendant.domains.lending.servicing.provisioning import provide
from intendant.domains.lending.servicing.refusals import TransactionRefused, TransactionUnfit, refuse, unfit
from intendant.domains.lending.servicing.state import ONE_DAY, ZERO, Book, BucketChange
from intendant.domains.lending.terms import LoanTerms

__all__ = [
    "BUCKETS",
    "Book",
    "BucketChange",
    "TransactionRefused",
    "TransactionUnfit",
    "advance",
    "apply",
    "open_book",
    "order",
    "replay",
]

_RANKS = {
    kind: rank
    for rank, kind in enumerate(
        (
            TransactionType.RATE_CHANGE,
            TransactionType.DISBURSEMENT,
            TransactionType.PAUSE,
            TransactionType.CHARGE,
            TransactionType.REPAYMENT,
            TransactionType.WAIVER,
            TransactionType.RESTRUCTURE,
            TransactionType.REFUND,
            TransactionType.CHARGE_OFF,
            TransactionType.WRITE_OFF,
        )
    )
}


def order(transaction: Transaction) -> tuple[date, int, int]:
    """Return the place of a transaction among others: by day, then by what it is, then as it became known.

    On one day, money out comes before money in, and money in before what is let go, in whatever order they arrive.
    """
    return (transaction.value_on, _RANKS[transaction.type], transaction.sequence)


def replay(terms: LoanTerms, transactions: Iterable[Transaction], until: date) -> Book:
    """Return the book of a loan at the beginning of a day, after the transactions of that day; later ones are left out.

    The transactions were recorded, so none is refused: see `apply` with `is_stored`.
    """
    book = open_book(terms)
    for transaction in sorted(transactions, key=order):
        if transaction.value_on > until:
            break
        advance(book, transaction.value_on)
        apply(book, transaction, is_stored=True)
    advance(book, until)
    return book


def open_book(terms: LoanTerms) -> Book:
    """Return the book of a loan that is agreed, on its first day, before anything is paid out."""
    return Book(terms=terms, on=terms.start, rate=terms.rate)


def advance(book: Book, to: date) -> None:
    """Book everything before a day. Cost is by day while the loan is open, and nothing while it is not."""
    while book.on < to:
        if not book.is_open:
            book.on = to
            return
        _night(book)
        book.on += ONE_DAY
        _morning(book)


def _night(book: Book) -> None:
    if book.is_touched:
        # At the end of the day, so that two payments of a day leave what one of their sum would.
        closing.conclude(book, None, waives_rest=True)
        book.is_touched = False
    if book.state is LoanState.ACTIVE:
        plan_first(book)
        accrue(book)
        if book.open_from < book.next:
            penalize(book)


def _morning(book: Book) -> None:
    if book.state is LoanState.ACTIVE and book.on == book.period.due:
        fall_due(book)
        if book.credit > 0:
            use_credit(book)
            closing.conclude(book, None, waives_rest=False)
    assess(book)
    if book.state is LoanState.ACTIVE and (book.on.day == 1 or book.stage != book.provided_stage):
        provide(book)


def apply(book: Book, transaction: Transaction, *, is_stored: bool = False) -> None:
    """Apply a transaction on its day, up to which the book has been advanced.

    Raises TransactionRefused where the loan does not take it as it stands, and TransactionUnfit where no loan would; the book is
    then not to be used any more. With `is_stored` none is refused, since it was recorded, and only what was reversed since can
    keep it from fitting: a waiver counts for what is owed, a refund beyond the credit is a debt of the borrower (negative
    credit), money for a loan that is closed or not paid out is credit, and what has nothing to act on is noted in `skipped`.
    """
    if transaction.value_on != book.on:
        message = f"The book is on {book.on}, and the transaction counts from {transaction.value_on}."
        unfit(message, "Give a day from the loan's first day on, and replay for an earlier one.", field="value_on")
    try:
        _require_open(book, transaction, is_stored=is_stored)
        _check_amount(transaction)
        _HANDLERS[transaction.type](book, transaction, is_stored)
    except (TransactionRefused, TransactionUnfit):
        if not is_stored:
            raise
        book.skipped.append(transaction.id)
        return
    if transaction.type in _MAY_CLOSE:
        closing.conclude(book, transaction.id, waives_rest=False)
    if book.is_open and transaction.type in _LEAVES_REST:
        book.is_touched = True
    _note_balance(book)
    assess(book)


def _note_balance(book: Book) -> None:
    """Let the rows of today show the principal that the day leaves to come."""
    at = book.next - 1
    while at >= 0 and book.rows[at].due >= book.on:
        if book.rows[at].due == book.on:
            book.rows[at].balance = book.undue
        at -= 1


_MAY_CLOSE = {
    TransactionType.REPAYMENT,
    TransactionType.WAIVER,
    TransactionType.CHARGE,
    TransactionType.DISBURSEMENT,
    TransactionType.REFUND,
}
_LEAVES_REST = {TransactionType.REPAYMENT, TransactionType.WAIVER}
_WITH_AMOUNT = {
    TransactionType.DISBURSEMENT,
    TransactionType.REPAYMENT,
    TransactionType.REFUND,
    TransactionType.CHARGE,
    TransactionType.WAIVER,
}
_TAKEN = {
    LoanState.APPROVED: {TransactionType.DISBURSEMENT, TransactionType.RATE_CHANGE},
    LoanState.ACTIVE: set(TransactionType),
    LoanState.OVERPAID: {TransactionType.REPAYMENT, TransactionType.REFUND},
    LoanState.CLOSED: set(),
    LoanState.CHARGED_OFF: {
        TransactionType.REPAYMENT,
        TransactionType.WAIVER,
        TransactionType.REFUND,
        TransactionType.WRITE_OFF,
    },
    LoanState.WRITTEN_OFF: {TransactionType.REPAYMENT, TransactionType.REFUND},
    LoanState.CANCELLED: set(),
}
"""What a loan takes in each state."""
_REMEDIES = {
    TransactionType.REPAYMENT: "Pay money back that came in by mistake, or reverse what ended the loan.",
    TransactionType.REFUND: "The borrower has no credit to pay back; reverse what ended the loan, if it was wrong.",
}
"""What to do about one that an ended loan does not take, where there is more to say than of all."""


def _require_open(book: Book, transaction: Transaction, *, is_stored: bool) -> None:
    kind = transaction.type
    if kind in _TAKEN[book.state]:
        return
    is_money_in = kind is TransactionType.REPAYMENT
    if is_money_in and (is_stored or (book.state is LoanState.CLOSED and book.closed_on == book.on)):
        return
    if is_stored and kind in (TransactionType.DISBURSEMENT, TransactionType.REFUND):
        return
    what = kind.value.replace("_", " ")
    if book.state is LoanState.APPROVED:
        refuse(f"Nothing is paid out yet, so there is no {what}.", "Record the payout first.")
    state = book.state.value.replace("_", " ")
    refuse(
        f"The loan is {state} and takes no {what}.",
        _REMEDIES.get(kind, "Reverse what ended the loan, if it was wrong."),
    )


def _check_amount(transaction: Transaction) -> None:
    amount = transaction.amount
    if transaction.type in _WITH_AMOUNT and not (amount.is_finite() and amount > 0):
        unfit(f"{amount} is no amount.", "Give a positive amount.", field="amount")


def _repay(book: Book, transaction: Transaction, _: bool) -> None:
    if book.state is LoanState.WRITTEN_OFF:
        book.post("recovery", Account.CASH, Account.RECOVERY_INCOME, transaction.amount, transaction_id=transaction.id)
        return
    repay(book, transaction.amount, transaction.id)
    if not book.is_open and book.credit > 0:
        book.state, book.closed_on = LoanState.OVERPAID, None


def _refund(book: Book, transaction: Transaction, is_stored: bool) -> None:
    if transaction.amount > book.credit and not is_stored:
        refuse(f"The borrower's credit is {book.credit}.", f"Refund at most {book.credit}.", field="amount")
    book.credit -= transaction.amount
    book.post("refund", Account.BORROWER_CREDIT, Account.CASH, transaction.amount, transaction_id=transaction.id)
    if book.credit == 0 and book.state is LoanState.OVERPAID:
        book.state, book.closed_on = LoanState.CLOSED, book.on


def _disburse(book: Book, transaction: Transaction, is_stored: bool) -> None:
    if not book.disbursed:
        enter_today(book)
    elif book.state is not LoanState.ACTIVE:
        reopen(book)
    disburse(book, transaction, is_stored=is_stored)


def _change_rate(book: Book, transaction: Transaction, _: bool) -> None:
    rate = relief.parse_rate(transaction.parameters)
    if not book.disbursed:
        book.rate = rate
        return
    change_rate(book, rate, transaction.id)
    renew(book)


def _charge_off(book: Book, transaction: Transaction, _: bool) -> None:
    if not book.balance and book.owed <= ZERO:
        refuse("Nothing is owed.", "Leave it as it is.")
    closing.charge_off(book, transaction.id)


_HANDLERS: dict[TransactionType, Callable[[Book, Transaction, bool], None]] = {
    TransactionType.DISBURSEMENT: _disburse,
    TransactionType.REPAYMENT: _repay,
    TransactionType.REFUND: _refund,
    TransactionType.CHARGE: lambda book, transaction, _: relief.charge(book, transaction),
    TransactionType.WAIVER: lambda book, transaction, is_stored: relief.waive(book, transaction, is_stored=is_stored),
    TransactionType.RATE_CHANGE: _change_rate,
    TransactionType.RESTRUCTURE: lambda book, transaction, _: relief.restructure(book, transaction),
    TransactionType.PAUSE: lambda book, transaction, _: relief.pause(book, transaction),
    TransactionType.CHARGE_OFF: _charge_off,
    TransactionType.WRITE_OFF: lambda book, transaction, _: closing.write_off(book, transaction.id),
}
