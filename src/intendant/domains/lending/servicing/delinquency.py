"""How late a loan is: arrears, days past due and the bucket they fall in."""

from bisect import bisect_right

from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.servicing.provisioning import stage_of
from intendant.domains.lending.servicing.state import ZERO, Book, BucketChange
from intendant.domains.lending.terms import InterestBasis

BUCKETS = (1, 30, 60, 90, 120, 150, 180, 210, 240)
"""Lower bounds of the buckets, in days past due; 0 is none."""


def bucket_of(days_past_due: int) -> int:
    """Return the lower bound of the bucket that days past due fall in; 0 where nothing is past due."""
    at = bisect_right(BUCKETS, days_past_due)
    return BUCKETS[at - 1] if at else 0


def assess(book: Book) -> None:
    """Say how late the loan is today. A payment on the due date is in time, so only earlier dues count."""
    rows, at = book.rows, book.open_from
    while at < book.next and rows[at].settled_on is not None:
        at += 1
    book.open_from = at
    arrears = overdue = ZERO
    oldest = None
    while at < book.next and rows[at].due < book.on:
        row = rows[at]
        if row.settled_on is None:
            arrears += row.left
            overdue += row.principal.left
            oldest = oldest or row.due
        at += 1
    days = 0 if oldest is None else (book.on - oldest).days
    is_late = arrears > book.terms.tolerance_amount and days > book.terms.tolerance_days
    book.arrears = arrears
    book.days_past_due = days if is_late else 0
    book.stage = 1 if not book.is_open else stage_of(book.terms.provisioning, book.days_past_due)
    _note(book, bucket_of(book.days_past_due))
    is_bearing = book.terms.basis is InterestBasis.OUTSTANDING and book.state is LoanState.ACTIVE
    if is_bearing and overdue != book.planned_overdue:
        book.is_stale = True


def _note(book: Book, bucket: int) -> None:
    """Keep the last bucket of each day on which it changed."""
    if bucket == book.bucket:
        return
    book.bucket = bucket
    if book.history and book.history[-1].on == book.on:
        book.history.pop()
    before = book.history[-1].bucket if book.history else 0
    if before != bucket:
        book.history.append(BucketChange(book.on, bucket))
