"""A period is over: its instalment falls due, with the fees that go with it, and the next period begins."""

from intendant.domains.lending.servicing.accrual import enter_next_period
from intendant.domains.lending.servicing.model import Account, Instalment
from intendant.domains.lending.servicing.projection import instalment_fees, prepaid_interest, project, walk_of
from intendant.domains.lending.servicing.state import ZERO, Book
from intendant.domains.lending.terms import BrokenPeriod


def fall_due(book: Book) -> None:
    """End the current period, on the morning of its last day: payments of the day are in time."""
    if book.is_stale:
        project(book)
    if book.period.number == 0:
        _keep_broken_interest(book)
    elif book.next < len(book.rows) and book.rows[book.next].number == book.period.number:
        _fall_due(book, book.rows[book.next])
    else:
        book.carried += book.booked
    enter_next_period(book)


def _fall_due(book: Book, row: Instalment) -> None:
    walk = walk_of(book, book.undue)
    is_last = book.period.number == book.periods[-1].number
    planned = (row.principal.due, row.interest.due)
    row.principal.due, row.interest.due = walk.step(book.period, book.booked, row, is_last=is_last)
    book.is_stale = planned != (row.principal.due, row.interest.due)
    row.balance = walk.undue
    book.carried, book.deferred, book.spread_left = walk.carried, walk.deferred, walk.spread_left
    row.fee.due = instalment_fees(book, row) if book.terms.fees else ZERO
    book.post("fee", Account.FEES_RECEIVABLE, Account.FEE_INCOME, row.fee.due)
    book.next += 1
    book.carried += prepaid_interest(book)
    if row.left > 0:
        row.settled_on = None
    else:
        book.settle(row)


def _keep_broken_interest(book: Book) -> None:
    """Keep the interest of a broken period, but what was paid within it, for the instalments that it is due with."""
    interest = book.booked + book.carried - prepaid_interest(book)
    book.carried = prepaid_interest(book)
    if not interest:
        return
    book.spread_left = book.spread_part = interest
    count = len(book.rows) - book.next
    if book.terms.broken_period is BrokenPeriod.SPREAD and count:
        book.spread_part = book.round(interest / count)
