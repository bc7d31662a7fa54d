"""The plan of what is still to come, from where the loan really stands; and the equal instalment anew when terms change.

One rule, `Walk.step`, says how an instalment splits into interest and principal. The plan walks it over all periods to come, and
`dues` takes the same step when a period is over, so what falls due is what was planned unless something happened.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.fees import fee_amount
from intendant.domains.lending.schedules.plan import plan
from intendant.domains.lending.servicing.accrual import interest_to
from intendant.domains.lending.servicing.model import Instalment
from intendant.domains.lending.servicing.state import ZERO, Book
from intendant.domains.lending.terms import BrokenPeriod, FeeWhen, InterestBasis, LoanTerms, Method


@dataclass(slots=True)
class Walk:
    """What changes from one instalment to the next: principal not due yet, and interest that waits for room."""

    terms: LoanTerms
    instalment: Decimal
    balloon: Decimal
    undue: Decimal
    carried: Decimal
    deferred: Decimal
    spread_left: Decimal
    spread_part: Decimal

    def step(
        self, period: Period, interest: Decimal, row: Instalment | None, *, is_last: bool
    ) -> tuple[Decimal, Decimal]:
        """Return principal and interest due with a period whose interest is given, rounded; `row` knows what is prepaid.

        An instalment that was paid in full before it was due has taken the interest to that day; what accrued after it goes
        to the next one (so does Apache Fineract). Interest above the instalment is carried on.
        """
        paid = row.principal.paid + row.principal.waived if row is not None else ZERO
        paid_interest = row.interest.paid if row is not None else ZERO
        total = interest + self.carried + paid_interest
        self.carried = ZERO
        if row is not None and row.settled_on is not None and not (is_last and self.undue):
            self.carried = total - paid_interest
            return paid, paid_interest
        grace, room = self.terms.grace, paid + self.undue - min(self.balloon, self.undue)
        if is_last:
            principal = paid + self.undue
        elif period.number <= grace.principal:
            principal = paid
        elif self.terms.method is Method.EQUAL_INSTALMENT:
            if total > self.instalment:
                kept = max(self.instalment, paid_interest)
                self.carried, total = total - kept, kept
            principal = max(paid, min(self.instalment - total, room))
        else:
            principal = max(paid, min(self.instalment, room))
        self.undue -= principal - paid
        if not self.undue:
            total += self.carried
            self.carried = ZERO
        return principal, self._with_extras(period, total, paid_interest, is_last=is_last or not self.undue)

    def _with_extras(self, period: Period, total: Decimal, paid: Decimal, *, is_last: bool) -> Decimal:
        if period.number <= self.terms.grace.interest and not is_last:
            self.deferred += total - paid
            total = paid
        else:
            total += self.deferred
            self.deferred = ZERO
        if self.spread_left:
            part = self.spread_left if is_last else min(self.spread_part, self.spread_left)
            self.spread_left -= part
            total += part
        return total


def walk_of(book: Book, undue: Decimal) -> Walk:
    """Return a walk that begins where the book stands; interest that is prepaid waits for its own instalment."""
    return Walk(
        book.terms,
        book.instalment,
        book.balloon,
        undue,
        book.carried - prepaid_interest(book),
        book.deferred,
        book.spread_left,
        book.spread_part,
    )


def prepaid_interest(book: Book) -> Decimal:
    """Return the interest that was paid on instalments to come."""
    prepaid = ZERO
    for row in book.rows[book.next :]:
        if row.interest.paid:
            prepaid += row.interest.paid
    return prepaid


def overdue_principal(book: Book) -> Decimal:
    """Return the principal that should have been paid before today."""
    overdue = ZERO
    for row in book.rows[book.open_from : book.next]:
        if row.settled_on is None and row.due < book.on:
            overdue += row.principal.left
    return overdue


def project(book: Book) -> None:
    """Make the plan of the instalments to come anew.

    It counts on today's dues being paid today, and on what is overdue staying so.
    """
    book.is_stale = False
    prepaid = {
        row.number: row
        for row in book.rows[book.next :]
        if row.principal.paid or row.interest.paid or row.principal.waived
    }
    book.planned_overdue = overdue_principal(book)
    overdue = book.planned_overdue if book.terms.basis is InterestBasis.OUTSTANDING else ZERO
    walk = walk_of(book, book.undue)
    made: list[Instalment] = []
    periods = _to_come(book)
    broken = ZERO
    if periods and book.period.number == 0 and book.period.due > book.period.begins:
        broken = book.round(interest_to(book, book.period.due, walk.undue + overdue)) + walk.carried
        walk.carried = ZERO
    last = periods[-1].number if periods else 0
    waits = bool(book.booked + walk.carried + walk.deferred + walk.spread_left + broken)
    for period in periods:
        if not (walk.undue or waits or any(number >= period.number for number in prepaid)):
            break
        waits = False
        interest = book.round(_interest(book, period, walk.undue + overdue))
        row = prepaid.get(period.number)
        principal, due = walk.step(period, interest, row, is_last=period.number == last)
        made.append(_planned(period, row, principal, due, walk.undue))
    _add_broken(book, made, broken)
    _add_fees(book, made)
    book.rows[book.next :] = made


def _to_come(book: Book) -> list[Period]:
    """List the periods whose instalments are to come."""
    return [each for each in book.periods if each.number >= max(book.period.number, 1)]


def _interest(book: Book, period: Period, bearing: Decimal) -> Decimal:
    if period.number == book.period.number:
        return interest_to(book, period.due, bearing)
    if period.number <= book.terms.grace.free:
        return ZERO
    begins = period.begins if book.paused_until is None else min(max(period.begins, book.paused_until), period.due)
    return bearing * factor(book.rate, book.terms.day_count, period, begins, period.due)


def _planned(
    period: Period, row: Instalment | None, principal: Decimal, interest: Decimal, balance: Decimal
) -> Instalment:
    made = row or Instalment(period.number, period.begins, period.due)
    made.begins, made.due = period.begins, period.due
    made.principal.due, made.interest.due, made.fee.due, made.balance = principal, interest, ZERO, balance
    return made


def _add_broken(book: Book, made: list[Instalment], interest: Decimal) -> None:
    """Show in the plan the interest of a broken period that is not over yet."""
    if not (interest and made):
        return
    # Instalments that were paid ahead take no more.
    takers = [row for row in made if row.settled_on is None] or made[-1:]
    if book.terms.broken_period is not BrokenPeriod.SPREAD:
        takers[0].interest.due += interest
        return
    part, left = book.round(interest / len(made)), interest
    for row in takers[:-1]:
        # Parts that were rounded up may be used up before the last.
        some = min(part, left)
        row.interest.due += some
        left -= some
    takers[-1].interest.due += left


def _add_fees(book: Book, made: list[Instalment]) -> None:
    fees = [each for each in book.terms.fees if each.when is FeeWhen.INSTALMENT]
    for row in made if fees else ():
        row.fee.due = instalment_fees(book, row)


def instalment_fees(book: Book, row: Instalment) -> Decimal:
    """Return the fees that fall due with an instalment."""
    total = row.principal.due + row.interest.due
    found = ZERO
    for fee in book.terms.fees:
        if fee.when is FeeWhen.INSTALMENT:
            found += fee_amount(book.terms, fee, disbursed=book.disbursed, instalment=total, overdue=ZERO)
    return found


def renew(book: Book, *, is_agreed: bool = False) -> None:
    """Compute the instalment anew for the periods from the current one; `is_agreed` puts it in the place of a stated one.

    The periods' rate factors are taken whole, as if the balance of today had been there all the period, and the instalment is
    then shifted until the last one fits (Apache Fineract: multiple disbursements, interest rate change).
    """
    book.is_stale = True
    book.is_renewed = book.is_renewed or is_agreed
    undue = book.undue
    settled = {row.number for row in book.rows[book.next :] if row.settled_on is not None}
    periods = [each for each in _to_come(book) if each.number not in settled]
    if not periods or undue <= 0:
        return
    terms = book.terms
    if book.is_renewed and terms.fixed_instalment is not None:
        terms = replace(terms, fixed_instalment=None)
    if periods[0].number == book.period.number:
        found = plan(
            terms,
            periods,
            undue,
            book.rate,
            on=book.since,
            accrued=book.raw,
            elapsed=book.elapsed,
            pending=max(ZERO, book.carried),
            deferred=book.deferred,
            balloon=book.balloon,
        )
    else:
        waiting = max(ZERO, book.carried)
        if settled:
            waiting += book.round(interest_to(book, book.period.due, undue)) - book.booked
        found = plan(terms, periods, undue, book.rate, pending=waiting, deferred=book.deferred, balloon=book.balloon)
    book.instalment = found.instalment
