"""Models of loans. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

LoanSort = Literal["newest", "days_past_due", "outstanding", "next_due"]
"""The order of the list. By `next_due` only loans that have something to come are listed."""

LoanState = Literal["approved", "active", "overpaid", "closed", "charged_off", "written_off", "cancelled"]
"""Where a loan stands; follows from its book."""


class AllocationView(Model):
    """What part of a payment, or of the borrower's credit, paid."""

    amount: str
    component: shared.Component
    instalment: int
    on: datetime.date


class BookFigures(Model):
    """A loan's figures on a day."""

    accrued: str
    arrears: str
    bucket: int
    charged_off_on: datetime.date | None
    closed_on: datetime.date | None
    credit: str
    days_past_due: int
    disbursed: str
    next_due: str | None
    next_due_on: datetime.date | None
    outstanding: str
    owed: str
    provision: str
    rate: str
    stage: int
    state: LoanState


class BulkRepayments(Model):
    """What became of a file of repayments: `rows` is the sum of `recorded`, `replayed` and `quarantined`."""

    problems: list[RepaymentProblem]
    problems_left_out: int
    quarantined: int
    quarantined_by_code: dict[str, int]
    recorded: int
    replayed: int
    rows: int


class CancellationBody(Model):
    """Why a loan is not paid out."""

    expected_version: int | None = None
    reason: str


class EffectPreview(Model):
    """What recording something would do: the figures before and after, what the money would pay, and the
    instalments.
    """

    after: BookFigures
    allocations: list[AllocationView]
    amount: str
    before: BookFigures
    instalments_after: list[InstalmentView]
    instalments_before: list[InstalmentView]
    on: datetime.date
    type: Literal[
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
    value_on: datetime.date


class EndOfDayTask(Model):
    """The task that books all loans up to today; /api/v1/tasks shows how far it is."""

    task_id: uuid.UUID


class FloatingView(Model):
    """What a floating rate follows. `next_on` is when it is next set anew."""

    cap: str | None
    floor: str
    index: str
    margin: str
    next_on: datetime.date | None
    reset_every: str


class ImportBody(Model):
    """A loan that was made elsewhere. `terms` as a schedule preview takes them; the whole amount is paid out on
    `disbursed_on`.

    Without `disbursed_on` nothing is paid out yet, unless the transactions say so.
    """

    borrower: str
    disbursed_on: datetime.date | None = None
    product: str
    reference: str
    terms: dict[str, Any]
    transactions: list[PastTransaction] | None = None


class IndexRateBody(Model):
    """What an index stands at from a day on, percent a year."""

    effective_on: datetime.date
    name: str
    rate: float | str


class IndexRateView(Model):
    """What an index stands at from a day on, percent a year. `recorded_at` is business time."""

    effective_on: datetime.date
    name: str
    rate: str
    recorded_at: datetime.datetime
    recorded_by: str


class IndexRateViewPage(Model):
    """Index rate view page."""

    items: list[IndexRateView]
    next: str | None


class InstalmentView(Model):
    """One instalment; number 0 is what is due on the day of disbursement. `balance` is the principal left once
    it is paid.
    """

    balance: str
    begins: datetime.date
    due: datetime.date
    fee: OwedView
    interest: OwedView
    left: str
    number: int
    paid: str
    penalty: OwedView
    principal: OwedView
    settled_on: datetime.date | None
    status: Literal["paid", "partly_paid", "overdue", "due", "upcoming"]
    total: str


class LoanFacets(Model):
    """How many loans there are by state, by bucket of days past due and by product, each without its own filter."""

    buckets: list[shared.FacetValue]
    capped: bool
    products: list[shared.FacetValue]
    states: list[shared.FacetValue]
    total: int


class LoanRow(Model):
    """A loan in a list, as it stood at the end of the day before `booked_to`, or after a transaction since then."""

    application_id: uuid.UUID | None
    arrears: str
    booked_to: datetime.date
    borrower: str
    bucket: int
    closed_on: datetime.date | None
    created_at: datetime.datetime
    currency: str
    days_past_due: int
    disbursed_on: datetime.date | None
    id: uuid.UUID
    matures_on: datetime.date | None
    next_due: str | None
    next_due_on: datetime.date | None
    outstanding: str
    owed: str
    principal: str
    product: str
    product_version: int
    provision: str
    reference: str
    stage: int
    state: LoanState
    version: int


class LoanRowPage(Model):
    """Loan row page."""

    items: list[LoanRow]
    next: str | None


class LoanView(Model):
    """A loan with its terms and its books on a day. `known_at` left out what was recorded later (business time)."""

    acts: list[
        Literal[
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
    ]
    application_id: uuid.UUID | None
    application_reference: str | None
    arrears: str
    booked_to: datetime.date
    borrower: str
    bucket: int
    closed_on: datetime.date | None
    created_at: datetime.datetime
    currency: str
    days_past_due: int
    decision_id: uuid.UUID | None
    disbursed_on: datetime.date | None
    figures: BookFigures
    floating: FloatingView | None
    id: uuid.UUID
    instalments: list[InstalmentView]
    known_at: datetime.datetime | None
    matures_on: datetime.date | None
    next_due: str | None
    next_due_on: datetime.date | None
    offer_id: uuid.UUID | None
    on: datetime.date
    outstanding: str
    owed: str
    principal: str
    product: str
    product_version: int
    provision: str
    reference: str
    stage: int
    state: LoanState
    terms: dict[str, Any]
    terms_in_words: list[str]
    transactions: int
    updated_at: datetime.datetime
    version: int


class OpenedLoan(Model):
    """A loan that was opened."""

    id: uuid.UUID
    reference: str
    state: LoanState
    transactions: int
    version: int


class OwedView(Model):
    """What is owed of one kind, and what has become of it."""

    due: str
    left: str
    paid: str
    waived: str
    written_off: str


class PastTransaction(Model):
    """Something that happened to a loan before it came here."""

    amount: float | str = "0"
    parameters: dict[str, Any] | None = None
    reason: str | None = None
    reference: str | None = None
    type: shared.TransactionType
    value_on: datetime.date


class PayoffView(Model):
    """What pays a loan off on a day if nothing happens before: the parts, less the borrower's credit. 0 where
    nothing is owed.
    """

    credit: str
    currency: str
    fees: str
    interest: str
    loan_id: uuid.UUID
    on: datetime.date
    penalties: str
    principal: str
    total: str


class RecordedView(Model):
    """A transaction as it was recorded, and the loan after it."""

    arrears: str
    backdated: bool
    booked_to: datetime.date
    days_past_due: int
    loan_id: uuid.UUID
    outstanding: str
    replayed: bool
    state: LoanState
    transaction_id: uuid.UUID
    version: int


class RefinanceBody(Model):
    """A new loan of the same product that pays this one off today; `rate` by default the product's."""

    amount: float | str
    expected_version: int | None = None
    number: str | None = None
    rate: float | str | None = None
    reason: str
    term_months: int


class RefinanceView(Model):
    """A loan that paid another one off. `cash` is what is left for the borrower to be paid."""

    cash: str
    currency: str
    deducted: str
    loan_id: uuid.UUID
    paid_off: str
    paid_off_loan_id: uuid.UUID
    reference: str


class RepaymentBody(Model):
    """A payment by the borrower."""

    amount: float | str
    currency: str | None = None
    reason: str | None = None
    reference: str | None = None
    value_on: datetime.date | None = None


class RepaymentProblem(Model):
    """A row that was set aside, with the reason."""

    code: str
    field: str | None
    reason: str
    row: int


class RestructureBody(Model):
    """New terms for what is left; what is left out stays. `capitalize` adds what is overdue to the principal."""

    capitalize: bool = False
    expected_version: int | None = None
    first_due: datetime.date | None = None
    periods: int | None = None
    rate: float | str | None = None
    reason: str | None = None
    reference: str | None = None
    value_on: datetime.date | None = None


class ReversalBody(Model):
    """Why a transaction is taken back."""

    expected_version: int | None = None
    reason: str


class TransactionBody(Model):
    """Anything that may be recorded of a loan. `parameters` depend on the type:

    charge: component (fee or penalty), name. waiver: component. rate_change: rate. pause: until. restructure:
    periods, rate, first_due, capitalize. The others have none.
    """

    amount: float | str = "0"
    currency: str | None = None
    expected_version: int | None = None
    parameters: dict[str, Any] | None = None
    reason: str | None = None
    reference: str | None = None
    type: shared.TransactionType
    value_on: datetime.date | None = None


class TransactionView(Model):
    """Something that was recorded of a loan, in the order of `sequence`. `recorded_at` is business time."""

    allocations: list[AllocationView]
    amount: str
    currency: str
    decision_id: uuid.UUID | None
    id: uuid.UUID
    loan_id: uuid.UUID
    parameters: dict[str, Any]
    reason: str | None
    recorded_at: datetime.datetime
    recorded_by: str
    reference: str | None
    reversed_by: uuid.UUID | None
    reverses: uuid.UUID | None
    sequence: int
    type: Literal[
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
    value_on: datetime.date


class TransactionViewPage(Model):
    """Transaction view page."""

    items: list[TransactionView]
    next: str | None
