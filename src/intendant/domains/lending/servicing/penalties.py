"""What lateness costs: penalty interest for each night that something is overdue, and late fees."""

from decimal import Decimal

from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.fees import fee_amount
from intendant.domains.lending.servicing.model import Account, Instalment
from intendant.domains.lending.servicing.state import ONE_DAY, ZERO, Book
from intendant.domains.lending.terms import FeeWhen


def penalize(book: Book) -> None:
    """Charge what lateness costs for the night that follows today.

    The night after the due date is the first late one. Penalty interest is charged from the one after the days of grace: of the
    row's overdue principal and interest, at the rate over the days of the terms' year (Frappe Lending: overdue x rate x days past
    the grace / (100 x 365)). Arrears within the tolerance cost nothing.
    """
    if not book.terms.penalty.rate and not any(fee.when is FeeWhen.LATE for fee in book.terms.fees):
        return
    rows = book.due_rows
    if not rows or sum((row.left for row in rows), ZERO) <= book.terms.tolerance_amount:
        return
    total = ZERO
    nightly = _nightly(book)
    for row in rows:
        nights = (book.on - row.due).days + 1
        if nightly and (row.principal.due or row.interest.due):
            total += _interest(book, row, nights, nightly)
        if nights > book.terms.penalty.grace_days:
            total += _late_fees(book, row)
    book.post("penalty", Account.PENALTIES_RECEIVABLE, Account.PENALTY_INCOME, total)


def _nightly(book: Book) -> Decimal:
    rate = book.terms.penalty.rate
    if not rate:
        return ZERO
    night = Period(0, book.on, book.on + ONE_DAY, None)
    return factor(rate, book.terms.day_count, night, night.begins, night.due)


def _interest(book: Book, row: Instalment, nights: int, nightly: Decimal) -> Decimal:
    terms = book.terms.penalty
    is_over = nights > terms.grace_days
    if not (is_over or terms.from_due):
        return ZERO
    key = (row.number, row.due)
    before = book.penal.get(key, ZERO)
    raw = before + (row.principal.left + row.interest.left) * nightly
    book.penal[key] = raw
    if not is_over:
        return ZERO
    is_first = nights == terms.grace_days + 1
    more = book.round(raw) - (ZERO if is_first else book.round(before))
    row.penalty.due += more
    return more


def _late_fees(book: Book, row: Instalment) -> Decimal:
    fees = [each for each in book.terms.fees if each.when is FeeWhen.LATE]
    key = (row.number, row.due)
    if not fees or not row.number or key in book.late_fees:
        return ZERO
    book.late_fees.add(key)
    charged = ZERO
    planned, overdue = row.principal.due + row.interest.due, row.left
    for fee in fees:
        charged += fee_amount(book.terms, fee, disbursed=book.disbursed, instalment=planned, overdue=overdue)
    row.penalty.due += charged
    return charged
