"""The values of a booked loan: its row, what is to be recorded, and what was. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel.access import Permission
from intendant.kernel.organizations import Organization

ZERO = Decimal(0)

SERVICING = frozenset({TransactionType.REPAYMENT, TransactionType.CHARGE, TransactionType.REFUND})
"""What whoever services loans may record; everything else changes what is owed."""
WITH_AMOUNT = frozenset(
    {
        TransactionType.DISBURSEMENT,
        TransactionType.REPAYMENT,
        TransactionType.REFUND,
        TransactionType.CHARGE,
        TransactionType.WAIVER,
    }
)
"""Transactions of which the amount is stated; the others follow from the book."""


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as it stands in its row. `book` is the snapshot of its books up to `booked_to`; the figures are of that day."""

    id: UUID
    reference: str
    application_id: UUID | None
    decision_id: UUID | None
    product: str
    product_version: int
    borrower: str
    terms: LoanTerms
    floating: IndexRate | None
    """What its rate follows, where it is not fixed."""
    reset_on: date | None
    """When its rate is next set anew."""
    state: LoanState
    version: int
    book: str
    booked_to: date
    transactions: int
    principal: Decimal
    outstanding: Decimal
    owed: Decimal
    arrears: Decimal
    days_past_due: int
    bucket: int
    stage: int
    provision: Decimal
    next_due_on: date | None
    next_due: Decimal | None
    disbursed_on: date | None
    matures_on: date | None
    closed_on: date | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransaction:
    """What is to be recorded. `currency` None is the loan's, `value_on` None is today; `reference` makes it happen once."""

    type: TransactionType
    amount: Decimal = ZERO
    currency: str | None = None
    value_on: date | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reference: str | None = None
    reason: str | None = None
    decision_id: UUID | None = None

    @property
    def permission(self) -> Permission:
        """Return what recording it takes."""
        return Permission.LOAN_SERVICE if self.type in SERVICING else Permission.LOAN_RELIEVE


@dataclass(frozen=True, slots=True)
class Recorded:
    """A transaction that was recorded, and the loan after it.

    `backdated`: it counts from a day before the business day on which it was recorded. `replayed`: it had been recorded before,
    by its reference.
    """

    transaction_id: UUID
    loan: Loan
    backdated: bool = False
    replayed: bool = False


def business_day(organization: Organization, now: datetime) -> date:
    """Return the day that a moment of system time is in an organisation's business time and zone."""
    return organization.clock.at(now).astimezone(ZoneInfo(organization.time_zone)).date()
