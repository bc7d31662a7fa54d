"""The values of servicing: transactions in, instalments, allocations and postings out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from intendant.domains.lending.terms import Component

ZERO = Decimal(0)


class TransactionType(StrEnum):
    """What can happen to a loan from outside. What follows by time alone (accrual, penalties, dues) is no transaction."""

    DISBURSEMENT = "disbursement"
    REPAYMENT = "repayment"
    REFUND = "refund"
    """The borrower's credit is paid back to them."""
    CHARGE = "charge"
    """A fee or penalty charged by hand; parameters `component` (fee, penalty) and `name`; due on its day."""
    WAIVER = "waiver"
    """What is owed is let go; parameter `component`. At most what is owed of it by that day."""
    RATE_CHANGE = "rate_change"
    """Parameter `rate`, percent a year, from that day on; the equal instalment is computed anew.

    The night that ends with the day is the first at the new rate, unless it belongs to an instalment that is due already.
    """
    RESTRUCTURE = "restructure"
    """New terms for what is left; parameters as in `Restructure`."""
    PAUSE = "pause"
    """No interest accrues from this day to the day before parameter `until`; hardship relief."""
    CHARGE_OFF = "charge_off"
    """The claim leaves the books as a loss; it is still collected, and what comes in is recovery."""
    WRITE_OFF = "write_off"
    """The claim is given up and the loan closes; what still comes in is recovery."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of a loan. `amount` is 0 where the type has none (rate change, restructure, pause, charge-off, write-off).

    `value_on` is the day from which it counts; `sequence` the order in which the loan's transactions became known.
    A transaction that was reversed is left out by whoever replays.
    """

    id: UUID
    sequence: int
    type: TransactionType
    value_on: date
    amount: Decimal = ZERO
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restructure:
    """What a restructure may change; None leaves it. `capitalize` adds what is overdue (interest, fees, penalties) to the principal.

    Re-age: `capitalize`, so that nothing is overdue any more. Re-amortise: only `periods`. Refinance is a new loan that pays
    this one off.
    """

    periods: int | None = None
    """How many instalments what is left is spread over."""
    rate: Decimal | None = None
    first_due: date | None = None
    capitalize: bool = False


class LoanState(StrEnum):
    """Where a loan stands; follows from its book."""

    APPROVED = "approved"
    """Booked, and nothing is paid out yet."""
    ACTIVE = "active"
    OVERPAID = "overpaid"
    """Nothing is owed, and the borrower has a credit."""
    CLOSED = "closed"
    CHARGED_OFF = "charged_off"
    WRITTEN_OFF = "written_off"
    CANCELLED = "cancelled"
    """Never paid out, or the payout was taken back."""


@dataclass(slots=True)
class Owed:
    """What is owed of one kind within an instalment, and what has become of it. All amounts from 0."""

    due: Decimal = ZERO
    paid: Decimal = ZERO
    waived: Decimal = ZERO
    written_off: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """Return what is still owed."""
        return self.due - self.paid - self.waived - self.written_off


@dataclass(slots=True)
class Instalment:
    """One instalment. `number` 0 is what is due by itself on one day: costs of disbursement, a charge, principal repaid early.

    Before its due date the amounts of interest and principal are what would be due if nothing else happened.
    """

    number: int
    begins: date
    due: date
    principal: Owed = field(default_factory=Owed)
    interest: Owed = field(default_factory=Owed)
    fee: Owed = field(default_factory=Owed)
    penalty: Owed = field(default_factory=Owed)
    balance: Decimal = ZERO
    """Principal outstanding once it is paid as planned."""
    settled_on: date | None = None
    """The day on which the last of it was paid, waived or written off."""

    def of(self, component: Component) -> Owed:
        """Return what is owed of a kind."""
        return getattr(self, component.value)  # type: ignore[no-any-return]

    @property
    def total(self) -> Decimal:
        """Return all that is or was due with it."""
        return self.principal.due + self.interest.due + self.fee.due + self.penalty.due

    @property
    def left(self) -> Decimal:
        """Return all that is still owed with it."""
        return self.principal.left + self.interest.left + self.fee.left + self.penalty.left


@dataclass(frozen=True, slots=True)
class Allocated:
    """Part of a transaction's money, or of the borrower's credit, that paid one kind of one instalment."""

    transaction_id: UUID | None
    """None where credit that was held paid an instalment on its due date."""
    on: date
    instalment: int
    component: Component
    amount: Decimal


class Account(StrEnum):
    """The accounts that postings use, by what they are for; an organisation's chart gives each a code and a name."""

    CASH = "cash"
    """Asset: money at the bank or on its way there."""
    PRINCIPAL = "principal"
    """Asset: loans to customers."""
    INTEREST_RECEIVABLE = "interest_receivable"
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    LOSS_ALLOWANCE = "loss_allowance"
    """Contra asset: expected credit loss."""
    BORROWER_CREDIT = "borrower_credit"
    """Liability: money of borrowers that pays nothing yet."""
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    RECOVERY_INCOME = "recovery_income"
    PROVISION_EXPENSE = "provision_expense"
    WAIVER_EXPENSE = "waiver_expense"
    CHARGE_OFF_EXPENSE = "charge_off_expense"
    WRITE_OFF_EXPENSE = "write_off_expense"


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement of `amount` (positive) from account `credit` to account `debit` on a day: double entry that cannot be out of balance.

    Postings of one loan with the same `key` are one: replaying compares by it what is booked with what should be.
    """

    kind: str
    """What it is: disbursement, fee, accrual, repayment, credit_used, refund, charge, penalty, waiver, capitalize, charge_off,
    write_off, recovery, provision, close."""
    value_on: date
    debit: Account
    credit: Account
    amount: Decimal
    transaction_id: UUID | None = None

    @property
    def key(self) -> tuple[str, date, Account, Account, UUID | None]:
        """Return what identifies it within its loan."""
        return (self.kind, self.value_on, self.debit, self.credit, self.transaction_id)
