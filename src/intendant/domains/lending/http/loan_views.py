"""What the routes of loans answer. Money is a decimal string, rates are percent a year, days are those of the lender's time zone."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from intendant.domains.lending.http.views import Amount, FacetValue, Shown
from intendant.domains.lending.servicing.model import LoanState
from intendant.domains.lending.terms import Component

LoanAct = Literal[
    "repayment",
    "charge",
    "refund",
    "disbursement",
    "waiver",
    "rate_change",
    "restructure",
    "pause",
    "charge_off",
    "write_off",
    "refinance",
    "reverse",
    "cancel",
]
RecordedType = Literal[
    "disbursement",
    "repayment",
    "refund",
    "charge",
    "waiver",
    "rate_change",
    "restructure",
    "pause",
    "charge_off",
    "write_off",
    "reversal",
]
InstalmentStatus = Literal["paid", "partly_paid", "overdue", "due", "upcoming"]


class LoanRow(Shown):
    """A loan in a list, as it stood at the end of the day before `booked_to`, or after a transaction since then."""

    id: UUID
    reference: str
    borrower: str
    application_id: UUID | None
    product: str
    product_version: int
    currency: str
    state: LoanState
    version: int
    booked_to: date
    principal: Amount
    """Paid out in all."""
    outstanding: Amount
    """Principal that is not repaid."""
    owed: Amount
    """All that would have to be paid to be rid of it by then: principal, interest so far, fees and penalties."""
    arrears: Amount
    days_past_due: int
    bucket: int
    stage: int
    provision: Amount
    next_due_on: date | None
    next_due: Amount | None
    disbursed_on: date | None
    matures_on: date | None
    closed_on: date | None
    created_at: datetime


class LoanFacets(Shown):
    """How many loans there are by state, by bucket of days past due and by product, each without its own filter."""

    states: list[FacetValue]
    buckets: list[FacetValue]
    products: list[FacetValue]
    total: int
    capped: bool


class OwedView(Shown):
    """What is owed of one kind, and what has become of it."""

    due: Amount
    paid: Amount
    waived: Amount
    written_off: Amount
    left: Amount


class InstalmentView(Shown):
    """One instalment; number 0 is what is due on the day of disbursement. `balance` is the principal left once it is paid."""

    number: int
    begins: date
    due: date
    principal: OwedView
    interest: OwedView
    fee: OwedView
    penalty: OwedView
    total: Amount
    paid: Amount
    left: Amount
    balance: Amount
    settled_on: date | None
    status: InstalmentStatus


class BookFigures(Shown):
    """A loan's figures on a day."""

    state: LoanState
    rate: Amount
    disbursed: Amount
    outstanding: Amount
    accrued: Amount
    """Interest that has accrued and is not due yet."""
    owed: Amount
    arrears: Amount
    days_past_due: int
    bucket: int
    stage: int
    provision: Amount
    credit: Amount
    """Money of the borrower's that pays nothing yet."""
    next_due_on: date | None
    next_due: Amount | None
    closed_on: date | None
    charged_off_on: date | None


class FloatingView(Shown):
    """What a floating rate follows. `next_on` is when it is next set anew."""

    index: str
    margin: Amount
    floor: Amount
    cap: Amount | None
    reset_every: str
    next_on: date | None


class LoanView(LoanRow):
    """A loan with its terms and its books on a day. `known_at` left out what was recorded later (business time)."""

    on: date
    known_at: datetime | None
    terms: dict[str, Any]
    terms_in_words: list[str]
    floating: FloatingView | None
    figures: BookFigures
    instalments: list[InstalmentView]
    transactions: int
    application_reference: str | None
    decision_id: UUID | None
    offer_id: UUID | None
    updated_at: datetime
    acts: list[LoanAct]
    """What this caller may do about it now."""


class AllocationView(Shown):
    """What part of a payment, or of the borrower's credit, paid."""

    on: date
    instalment: int
    component: Component
    amount: Amount


class TransactionView(Shown):
    """Something that was recorded of a loan, in the order of `sequence`. `recorded_at` is business time."""

    id: UUID
    loan_id: UUID
    sequence: int
    type: RecordedType
    value_on: date
    amount: Amount
    currency: str
    parameters: dict[str, Any]
    reference: str | None
    reverses: UUID | None
    """What it takes back."""
    reversed_by: UUID | None
    """What took it back."""
    reason: str | None
    decision_id: UUID | None
    recorded_by: str
    recorded_at: datetime
    allocations: list[AllocationView]


class RecordedView(Shown):
    """A transaction as it was recorded, and the loan after it."""

    transaction_id: UUID
    loan_id: UUID
    version: int
    state: LoanState
    booked_to: date
    """The day of which the figures speak: everything before it is booked. The end of day carries them on to today."""
    outstanding: Amount
    arrears: Amount
    days_past_due: int
    backdated: bool
    """Whether it counts from a day before the business day on which it was recorded."""
    replayed: bool
    """Whether it had been recorded before, by its reference."""


class EffectPreview(Shown):
    """What recording something would do: the figures before and after, what the money would pay, and the instalments."""

    type: RecordedType
    value_on: date
    amount: Amount
    on: date
    before: BookFigures
    after: BookFigures
    allocations: list[AllocationView]
    instalments_before: list[InstalmentView]
    instalments_after: list[InstalmentView]


class PayoffView(Shown):
    """What pays a loan off on a day if nothing happens before: the parts, less the borrower's credit. 0 where nothing is owed."""

    loan_id: UUID
    on: date
    principal: Amount
    interest: Amount
    fees: Amount
    penalties: Amount
    credit: Amount
    total: Amount
    currency: str


class RefinanceView(Shown):
    """A loan that paid another one off. `cash` is what is left for the borrower to be paid."""

    loan_id: UUID
    reference: str
    paid_off_loan_id: UUID
    paid_off: Amount
    deducted: Amount
    cash: Amount
    currency: str


class OpenedLoan(Shown):
    """A loan that was opened."""

    id: UUID
    reference: str
    state: LoanState
    version: int
    transactions: int


class RepaymentProblem(Shown):
    """A row that was set aside, with the reason."""

    row: int
    code: str
    reason: str
    field: str | None


class BulkRepayments(Shown):
    """What became of a file of repayments: `rows` is the sum of `recorded`, `replayed` and `quarantined`."""

    rows: int
    recorded: int
    replayed: int
    """Rows that had been recorded before, by their reference."""
    quarantined: int
    quarantined_by_code: dict[str, int]
    problems: list[RepaymentProblem]
    problems_left_out: int


class IndexRateView(Shown):
    """What an index stands at from a day on, percent a year. `recorded_at` is business time."""

    name: str
    effective_on: date
    rate: Amount
    recorded_by: str
    recorded_at: datetime


class EndOfDayTask(Shown):
    """The task that books all loans up to today; /api/v1/tasks shows how far it is."""

    task_id: UUID
