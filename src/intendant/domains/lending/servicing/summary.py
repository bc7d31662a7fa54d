"""A loan at a glance: the figures that lists, portfolios and letters are made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.servicing.state import ZERO, Book


@dataclass(frozen=True, slots=True)
class Summary:
    """What a loan's row says of its book.

    `principal` is what was paid out, `outstanding` what is still to be repaid of it; `owed` is all that paying off takes on that
    day, before credit. `next_due` is what is left of the next instalment that is not overdue.
    """

    state: LoanState
    principal: Decimal
    outstanding: Decimal
    owed: Decimal
    credit: Decimal
    arrears: Decimal
    days_past_due: int
    bucket: int
    stage: int
    provision: Decimal
    rate: Decimal
    next_due_on: date | None
    next_due: Decimal | None
    disbursed_on: date | None
    matures_on: date | None
    charged_off_on: date | None
    closed_on: date | None


def summarize(book: Book) -> Summary:
    """Return the summary of a book."""
    next_due_on, next_due = _next(book)
    return Summary(
        state=book.state,
        principal=book.disbursed,
        outstanding=ZERO if book.state is LoanState.WRITTEN_OFF else book.balance,
        owed=book.owed,
        credit=book.credit,
        arrears=book.arrears,
        days_past_due=book.days_past_due,
        bucket=book.bucket,
        stage=book.stage,
        provision=book.provision,
        rate=book.rate,
        next_due_on=next_due_on,
        next_due=next_due,
        disbursed_on=book.disbursed_on,
        matures_on=book.matures_on if book.disbursed else book.periods[-1].due,
        charged_off_on=book.charged_off_on,
        closed_on=book.closed_on,
    )


def _next(book: Book) -> tuple[date | None, Decimal | None]:
    """Find the next instalment that something is left of, today's among them."""
    if not book.is_open:
        return None, None
    for row in book.instalments[book.open_from :]:
        if row.due >= book.on and row.left > 0:
            return row.due, row.left
    return None, None
