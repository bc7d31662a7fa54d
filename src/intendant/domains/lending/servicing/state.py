"""The book of one loan: all that is known of it at the beginning of a day. Plain state; its sibling modules move it.

Words: a *row* is an instalment, or what is due by itself on one day (number 0: costs of disbursement, charges, prepayments).
Rows up to `next` have fallen due; those after it are the plan, made anew when something has changed it. Interest of the current
period is the sum of balance x rate factor over its stretches: `raw` up to `since`, and what bears interest today from there.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.schedules import calendar
from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.schedules.daycount import factor
from intendant.domains.lending.schedules.rounding import rounder
from intendant.domains.lending.servicing.model import Account, Allocated, Instalment, LoanState, Posting
from intendant.domains.lending.terms import Component, InterestBasis, LoanTerms, PeriodUnit

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)

RECEIVABLE = {
    Component.PRINCIPAL: Account.PRINCIPAL,
    Component.INTEREST: Account.INTEREST_RECEIVABLE,
    Component.FEE: Account.FEES_RECEIVABLE,
    Component.PENALTY: Account.PENALTIES_RECEIVABLE,
}
"""The account that holds what is owed of each kind."""


@dataclass(frozen=True, slots=True)
class BucketChange:
    """From a day on, a loan was in another bucket of days past due."""

    on: date
    bucket: int


@dataclass(slots=True)
class Book:
    """A loan's book on a day: everything before `on` is booked, and transactions of `on` may be applied."""

    terms: LoanTerms
    on: date
    rate: Decimal
    state: LoanState = LoanState.APPROVED
    disbursed: Decimal = ZERO
    disbursed_on: date | None = None
    balance: Decimal = ZERO
    """Principal outstanding, due or not; after a charge-off, the claim."""
    credit: Decimal = ZERO
    """Money of the borrower that pays nothing yet. Negative only where a payment was reversed after its refund: a debt."""
    provision: Decimal = ZERO
    stage: int = 1
    arrears: Decimal = ZERO
    days_past_due: int = 0
    bucket: int = 0
    charged_off_on: date | None = None
    closed_on: date | None = None
    history: list[BucketChange] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    allocations: list[Allocated] = field(default_factory=list)
    skipped: list[UUID] = field(default_factory=list)
    """Stored transactions that found nothing to act on, since an earlier one was reversed."""

    # What the fold itself needs; others leave it alone.
    rows: list[Instalment] = field(default_factory=list)
    next: int = 0
    """How many rows have fallen due."""
    open_from: int = 0
    """All rows before it are settled."""
    instalment: Decimal = ZERO
    """The equal instalment, or the equal part of principal."""
    balloon: Decimal = ZERO
    is_renewed: bool = False
    """Whether a prepayment or a restructure has put a new instalment in the place of a stated one."""
    period: Period = field(default_factory=lambda: Period(0, date.min, date.min))
    """The current period."""
    stated_periods: tuple[Period, ...] | None = None
    """All periods where a restructure has made new ones; else they follow from the terms."""
    since: date = date.min
    raw: Decimal = ZERO
    """Interest of the current period up to `since`, each stretch of it rounded."""
    elapsed: Decimal = ZERO
    """The rate factor of the current period up to `since`."""
    booked: Decimal = ZERO
    """Interest of the current period that is posted, rounded."""
    carried: Decimal = ZERO
    """Interest of earlier periods that had no room in their instalments; negative: interest of this one already taken out."""
    deferred: Decimal = ZERO
    """Interest that grace puts off."""
    spread_left: Decimal = ZERO
    spread_part: Decimal = ZERO
    """Interest of a broken period still to be due, and the part of it in each instalment."""
    paused_until: date | None = None
    planned_overdue: Decimal = ZERO
    """The overdue principal on which the plan counts interest."""
    is_touched: bool = False
    """Whether something was paid or waived today, so that a small rest may be let go tonight."""
    is_stale: bool = False
    """Whether the plan has to be made anew before it is read."""
    penal: dict[tuple[int, date], Decimal] = field(default_factory=dict)
    """Penalty interest of each overdue row, not rounded, by number and due date."""
    late_fees: set[tuple[int, date]] = field(default_factory=set)
    """Rows that a late fee was charged for."""
    provided_stage: int = 1

    @property
    def instalments(self) -> list[Instalment]:
        """Return all instalments in order, those to come as they would be if nothing else happened."""
        if self.is_stale:
            from intendant.domains.lending.servicing.projection import project

            project(self)
        return self.rows

    @property
    def due_rows(self) -> list[Instalment]:
        """Return the rows that are due and not settled, oldest first."""
        return [row for row in self.rows[self.open_from : self.next] if row.settled_on is None]

    @property
    def undue(self) -> Decimal:
        """Return the principal that is not due yet."""
        undue = self.balance
        for row in self.rows[self.open_from : self.next]:
            if row.settled_on is None:
                undue -= row.principal.left
        return undue

    @property
    def bearing(self) -> Decimal:
        """Return the principal that bears interest: what is outstanding, or what the schedule leaves outstanding."""
        return self.balance if self.terms.basis is InterestBasis.OUTSTANDING else self.undue

    @property
    def accrued(self) -> Decimal:
        """Return the interest that is booked and neither due nor paid yet."""
        accrued = self.booked + self.carried + self.deferred + self.spread_left
        for row in self.rows[self.next :]:
            accrued -= row.interest.paid
        return accrued

    @property
    def owed(self) -> Decimal:
        """Return all that paying off takes today: principal, interest to this day, fees and penalties; credit not deducted."""
        owed = self.balance + self.accrued
        for row in self.due_rows:
            owed += row.interest.left + row.fee.left + row.penalty.left
        return owed

    @property
    def periods(self) -> tuple[Period, ...]:
        """Return all periods of the loan."""
        if self.stated_periods is not None:
            return self.stated_periods
        return calendar.periods(self.terms)

    @property
    def matures_on(self) -> date:
        """Return the day on which the last instalment is due."""
        rows = self.instalments
        for row in reversed(rows):
            if row.number:
                return row.due
        return self.periods[-1].due

    @property
    def is_open(self) -> bool:
        """Say whether something may still be owed."""
        return self.state in (LoanState.ACTIVE, LoanState.CHARGED_OFF)

    def round(self, amount: Decimal) -> Decimal:
        """Round interest, fees and penalties."""
        return rounder(self.terms.rounding, self.terms.currency)(amount)

    def factor(self, from_: date, to: date) -> Decimal:
        """Return the rate factor within the current period; 0 while the grace keeps it free of interest."""
        if self.period.number <= self.terms.grace.free and self.terms.grace.free:
            return ZERO
        return factor(self.rate, self.terms.day_count, self.period, from_, to)

    def post(
        self,
        kind: str,
        debit: Account,
        credit: Account,
        amount: Decimal,
        *,
        on: date | None = None,
        transaction_id: UUID | None = None,
    ) -> None:
        """Post a movement; a negative amount moves the other way, and nothing is posted for none."""
        if amount > 0:
            self.postings.append(Posting(kind, on or self.on, debit, credit, amount, transaction_id))
        elif amount < 0:
            self.postings.append(Posting(kind, on or self.on, credit, debit, -amount, transaction_id))

    def day_row(self) -> Instalment:
        """Return the row for what is due by itself today, made where there is none."""
        at = self.next - 1
        while at >= 0 and self.rows[at].due == self.on:
            if self.rows[at].number == 0:
                self.rows[at].settled_on = None
                self.open_from = min(self.open_from, at)
                return self.rows[at]
            at -= 1
        row = Instalment(0, self.on, self.on, balance=self.balance)
        self.rows.insert(self.next, row)
        self.next += 1
        return row

    def settle(self, row: Instalment) -> None:
        """Note the day on which the last of a row was paid, waived or written off."""
        if row.settled_on is None and row.left <= 0:
            row.settled_on = self.on


def following(book: Book, period: Period) -> Period:
    """Return the period after one; after the last, periods of the same length go on for what is still outstanding."""
    periods = book.periods
    for each in periods if period.number < periods[-1].number else ():
        if each.number > period.number:
            return each
    every = book.terms.every
    months = Decimal(every.count) if every.unit is PeriodUnit.MONTH else None
    due = calendar.one_after(period.due, every, day_of_month=book.terms.due_day)
    return Period(period.number + 1, period.due, due, months)
