"""Money finds what it pays: what is due by the agreed order, and what to do with the rest.

Two payments of a day pay what one of their sum would: every rule here takes a part of what is left and goes on where it stopped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.servicing.accrual import turn
from intendant.domains.lending.servicing.model import Account, Allocated, Instalment, LoanState
from intendant.domains.lending.servicing.projection import project, renew
from intendant.domains.lending.servicing.state import RECEIVABLE, ZERO, Book
from intendant.domains.lending.terms import Component, Excess, InterestBasis, Method


@dataclass(slots=True)
class Payment:
    """Money on its way into a loan: from the bank, or from the borrower's credit. `left` has found nothing to pay yet."""

    book: Book
    kind: str
    source: Account
    transaction_id: UUID | None
    left: Decimal
    moved: dict[Account, Decimal] = field(default_factory=dict)

    def pay(self, row: Instalment, component: Component, most: Decimal) -> Decimal:
        """Pay up to `most` of one kind of a row; return how much it was."""
        amount = min(self.left, most)
        if amount <= 0:
            return ZERO
        if component is Component.PRINCIPAL:
            if self.book.terms.basis is InterestBasis.OUTSTANDING:
                turn(self.book)
            self.book.balance -= amount
        row.of(component).paid += amount
        self.left -= amount
        account = Account.RECOVERY_INCOME if self.book.charged_off_on is not None else RECEIVABLE[component]
        self.moved[account] = self.moved.get(account, ZERO) + amount
        self.book.allocations.append(Allocated(self.transaction_id, self.book.on, row.number, component, amount))
        return amount

    def keep(self, amount: Decimal) -> None:
        """Keep part of it as the borrower's credit."""
        self.book.credit += amount
        self.left -= amount
        self.moved[Account.BORROWER_CREDIT] = self.moved.get(Account.BORROWER_CREDIT, ZERO) + amount

    def post(self) -> None:
        """Post what it paid."""
        for account, amount in self.moved.items():
            kind = "recovery" if account is Account.RECOVERY_INCOME else self.kind
            self.book.post(kind, self.source, account, amount, transaction_id=self.transaction_id)
        self.moved.clear()


def repay(book: Book, amount: Decimal, transaction_id: UUID) -> None:
    """Take a repayment: a debt of refunded money first, then what is due, then what the terms say of the rest."""
    payment = Payment(book, "repayment", Account.CASH, transaction_id, amount)
    if book.credit < 0:
        payment.keep(min(payment.left, -book.credit))
    if payment.left:
        pay_due(payment)
    if payment.left and book.state is LoanState.ACTIVE:
        _EXCESS[book.terms.allocation.excess](payment)
    if payment.left:
        payment.keep(payment.left)
    payment.post()


def pay_due(payment: Payment) -> None:
    """Pay what is due today, in the order of the terms."""
    book = payment.book
    rows = book.due_rows
    order = book.terms.allocation.order
    if book.terms.allocation.by_instalment:
        pairs: Iterator[tuple[Instalment, Component]] = ((row, component) for row in rows for component in order)
    else:
        pairs = ((row, component) for component in order for row in rows)
    for row, component in pairs:
        if not payment.left:
            break
        payment.pay(row, component, row.of(component).left)
    for row in rows:
        book.settle(row)


def use_credit(book: Book) -> None:
    """Let the borrower's credit pay what is due."""
    if book.credit <= 0 or not book.is_open or not book.due_rows:
        return
    payment = Payment(book, "credit_used", Account.BORROWER_CREDIT, None, book.credit)
    pay_due(payment)
    payment.post()
    book.credit = payment.left


def take_out(book: Book, interest: Decimal) -> None:
    """Take interest to date out of the coming instalment, for the row of today."""
    book.day_row().interest.due += interest
    book.carried -= interest
    book.is_stale = True


def _hold(payment: Payment) -> None:
    """Leave it to be kept as credit; whether it covers all that is owed is seen when the transaction is concluded."""


def _prepay(payment: Payment) -> None:
    """Repay principal that is not due yet; once none is left, the interest to date."""
    book = payment.book
    principal = min(payment.left, book.undue)
    if principal > 0:
        turn(book)
        row = book.day_row()
        row.principal.due += principal
        payment.pay(row, Component.PRINCIPAL, principal)
        book.settle(row)
        book.is_stale = True
    if not book.undue:
        _pay_to_date(payment)


def _pay_to_date(payment: Payment) -> None:
    """Pay the interest to date, as due by itself today."""
    book = payment.book
    interest = min(payment.left, book.accrued)
    if interest > 0:
        take_out(book, interest)
        row = book.day_row()
        payment.pay(row, Component.INTEREST, interest)
        book.settle(row)


def _lower(payment: Payment) -> None:
    """Repay principal, and compute the instalment anew from what is left of it."""
    _prepay(payment)
    if payment.book.undue:
        renew(payment.book, is_agreed=True)


def _pay_next(payment: Payment) -> None:
    """Pay the coming instalments one after the other: the interest to date, then principal, up to the instalment.

    Interest of a broken period comes on top of the instalments, so what of it is paid before they begin has no room in them.
    """
    book = payment.book
    if book.period.number == 0:
        _pay_to_date(payment)
    rows = book.instalments[book.next :]
    for row in rows:
        if not payment.left:
            break
        if row.settled_on is None:
            _pay_ahead(payment, row, is_last=row is rows[-1])
    project(book)


def _pay_ahead(payment: Payment, row: Instalment, *, is_last: bool) -> None:
    book = payment.book
    is_equal = book.terms.method is Method.EQUAL_INSTALMENT
    in_grace = row.number <= book.terms.grace.principal
    interest = book.accrued - book.deferred - book.spread_left
    if is_equal and not is_last and not in_grace:
        interest = min(interest, book.instalment - row.interest.paid - row.principal.paid)
    payment.pay(row, Component.INTEREST, interest)
    if payment.left:
        turn(book)
    if is_last:
        payment.pay(row, Component.PRINCIPAL, book.undue)
        if not book.undue:
            payment.pay(row, Component.INTEREST, book.accrued)
        return
    room = ZERO if in_grace else book.instalment - row.principal.paid
    if is_equal and room:
        room -= row.interest.paid
    payment.pay(row, Component.PRINCIPAL, min(room, book.undue))
    if room > 0 and payment.left:
        row.settled_on = book.on
    elif room > 0:
        paid = row.principal.paid + (row.interest.paid if is_equal else ZERO)
        row.settled_on = book.on if paid == book.instalment else None


_EXCESS: dict[Excess, Callable[[Payment], None]] = {
    Excess.HOLD: _hold,
    Excess.NEXT: _pay_next,
    Excess.SHORTEN: _prepay,
    Excess.LOWER: _lower,
}
