"""Money goes out: principal, what is kept back of it, and what is due at once."""

from decimal import Decimal

from intendant.domains.lending.schedules import calendar
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.fees import fee_amount
from intendant.domains.lending.schedules.plan import balloon, down_payment
from intendant.domains.lending.servicing.accrual import enter, turn
from intendant.domains.lending.servicing.model import Account, LoanState, Transaction
from intendant.domains.lending.servicing.projection import prepaid_interest, renew
from intendant.domains.lending.servicing.refusals import refuse
from intendant.domains.lending.servicing.state import ZERO, Book, following
from intendant.domains.lending.terms import BrokenPeriod, FeeWhen


def disburse(book: Book, transaction: Transaction, *, is_stored: bool) -> None:
    """Pay out the loan or a tranche of it; the instalment is computed anew from the current period on."""
    terms, amount = book.terms, transaction.amount
    turn(book)
    kept_back, due_at_once = _fees(book, transaction, deducted=True), _fees(book, transaction, deducted=False)
    if not is_stored:
        _check(book, transaction, kept_back)
    if not book.disbursed:
        book.disbursed_on = book.on
    book.state = LoanState.ACTIVE
    book.closed_on = None
    book.disbursed += amount
    book.balance += amount
    book.balloon = balloon(terms, book.disbursed)
    book.post("disbursement", Account.PRINCIPAL, Account.CASH, amount - kept_back, transaction_id=transaction.id)
    book.post("fee", Account.PRINCIPAL, Account.FEE_INCOME, kept_back, transaction_id=transaction.id)
    book.post("fee", Account.FEES_RECEIVABLE, Account.FEE_INCOME, due_at_once, transaction_id=transaction.id)
    at_once = amount if book.on >= book.periods[-1].due else down_payment(terms, amount)
    upfront = _upfront_interest(book, transaction, at_once)
    if at_once or upfront or due_at_once:
        row = book.day_row()
        row.principal.due += at_once
        row.interest.due += upfront
        row.fee.due += due_at_once
    renew(book)


def enter_today(book: Book) -> None:
    """Find the period of today for a loan that no period has been counted of."""
    before = calendar.broken(book.terms)
    period = before if before is not None and book.on < before.due else book.periods[0]
    while period.due <= book.on:
        period = following(book, period)
    enter(book, period)
    if period.number == 0 and book.terms.broken_period is BrokenPeriod.UPFRONT:
        book.since = period.due


def reopen(book: Book) -> None:
    """Go on in the period of today with a loan that was closed meanwhile; instalments paid ahead are to come again."""
    at = book.next
    while at and book.rows[at - 1].due > book.on:
        at -= 1
        if book.rows[at].settled_on == book.closed_on:
            book.rows[at].settled_on = None
    book.next, book.open_from = at, min(book.open_from, at)
    book.carried = prepaid_interest(book) - book.booked
    if book.period.due <= book.on:
        period = book.period
        while period.due <= book.on:
            period = following(book, period)
        enter(book, period)
        book.carried = prepaid_interest(book)


def _upfront_interest(book: Book, transaction: Transaction, at_once: Decimal) -> Decimal:
    """Charge the interest of a broken period at once, for the days that are left of it."""
    period = book.period
    if period.number or book.terms.broken_period is not BrokenPeriod.UPFRONT or book.terms.grace.free:
        return ZERO
    bears = factor(book.rate, book.terms.day_count, period, book.on, period.due)
    interest = book.round((transaction.amount - at_once) * bears)
    book.post(
        "accrual",
        Account.INTEREST_RECEIVABLE,
        Account.INTEREST_INCOME,
        interest,
        transaction_id=transaction.id,
    )
    return interest


def _fees(book: Book, transaction: Transaction, *, deducted: bool) -> Decimal:
    found = ZERO
    for fee in book.terms.fees:
        if fee.when is FeeWhen.DISBURSEMENT and fee.deducted is deducted:
            found += fee_amount(book.terms, fee, disbursed=transaction.amount, instalment=ZERO, overdue=ZERO)
    return found


def _check(book: Book, transaction: Transaction, kept_back: Decimal) -> None:
    left = book.terms.amount - book.disbursed
    if transaction.amount > left:
        refuse(f"Only {left} is left to be paid out.", f"Pay out at most {left}.", field="amount")
    if kept_back > transaction.amount:
        refuse(f"The fees of {kept_back} are more than is paid out.", "Pay out more at once.", field="amount")
    if book.on >= book.periods[-1].due:
        refuse(f"The last instalment is due on {book.periods[-1].due}.", "Book a new loan.", field="value_on")
