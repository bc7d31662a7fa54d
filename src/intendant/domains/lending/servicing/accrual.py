"""Interest as the nights pass: each is posted, so that on the due date what is posted is exactly the instalment's interest.

The interest of a night is the rounded interest of the period up to its end, less what is posted before: rounding never drifts.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.servicing.model import Account, Instalment
from intendant.domains.lending.servicing.state import ONE_DAY, ZERO, Book, following


def interest_to(book: Book, day: date, bearing: Decimal) -> Decimal:
    """Return the interest of the current period up to a day in it, not rounded, on what bears interest since the last change."""
    if day <= book.since or not bearing:
        return book.raw
    return book.raw + bearing * book.factor(book.since, day)


def turn(book: Book) -> None:
    """Close the current stretch of equal balance and rate, and round its interest. Call before either changes."""
    _turn_at(book, book.on)


def change_rate(book: Book, rate: Decimal, transaction_id: UUID) -> None:
    """Count a new rate from today on: for the interest of the night that ends today, and of all later ones.

    So does Apache Fineract. A night of an earlier period keeps its rate, since its instalment is due already.
    """
    plan_first(book)
    _turn_at(book, max(book.period.begins, book.on - ONE_DAY))
    book.rate = rate
    book_interest(book, book.on, interest_to(book, book.on, book.bearing), transaction_id)


def _turn_at(book: Book, day: date) -> None:
    if day <= book.since:
        return
    elapsed = book.factor(book.since, day)
    # Rounded by itself, as in Apache Fineract's tables: what a stretch bore does not change with what comes after it.
    book.raw += book.round(book.bearing * elapsed)
    book.elapsed += elapsed
    book.since = day


def accrue(book: Book) -> None:
    """Book the interest of the night that follows today."""
    bearing = book.bearing
    if bearing or book.raw:
        book_interest(book, book.on, interest_to(book, book.on + ONE_DAY, bearing), None)


def plan_first(book: Book) -> None:
    """Make a stale plan before interest is booked where no instalment seems to come: one may have come of what happened."""
    if book.is_stale and book.next == len(book.rows):
        book.instalments  # noqa: B018 - reading it makes it


def book_interest(book: Book, day: date, interest: Decimal, transaction_id: UUID | None) -> None:
    """Post the interest of the period up to now, less what is posted; once no instalment is to come it is due at once."""
    total = book.round(interest)
    more = total - book.booked
    if not more:
        return
    book.booked = total
    book.post(
        "accrual", Account.INTEREST_RECEIVABLE, Account.INTEREST_INCOME, more, on=day, transaction_id=transaction_id
    )
    if book.next == len(book.rows):
        _due_at_once(book, more)


def _due_at_once(book: Book, amount: Decimal) -> None:
    row, at = _last(book)
    if row is None:
        return
    row.interest.due += amount
    book.carried -= amount
    row.settled_on = None
    book.open_from = min(book.open_from, at)
    book.settle(row)


def _last(book: Book) -> tuple[Instalment | None, int]:
    for at in range(len(book.rows) - 1, -1, -1):
        if book.rows[at].number:
            return book.rows[at], at
    return None, 0


def enter_next_period(book: Book) -> None:
    """Leave the current period, which is over, for the one after it; what is carried is the caller's affair."""
    enter(book, following(book, book.period))


def enter(book: Book, period: Period) -> None:
    """Begin a period."""
    book.period = period
    book.since = period.begins if book.paused_until is None else max(period.begins, book.paused_until)
    book.raw = book.elapsed = book.booked = ZERO
