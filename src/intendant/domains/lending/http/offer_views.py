"""What lending's routes take and answer about offers, conditions and tranches. Money is a decimal string."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intendant.domains.lending.credit_terms import TERM_MONTHS_MAX, TRANCHES_MAX
from intendant.domains.lending.http.schedule_views import SchedulePreview
from intendant.domains.lending.http.views import Amount, Shown
from intendant.domains.lending.model import SHARE_MAX
from intendant.domains.lending.offers.model import ConditionState, OfferState, TrancheState
from intendant.domains.lending.products import VERSION_MAX
from intendant.domains.lending.terms import RATE_MAX
from intendant.domains.lending.wire import Number

REASON_LENGTH_MAX = 2_000
_Verdict = Literal["act", "ask", "refuse", "observe"]


class Body(BaseModel):
    """A body in which nothing unknown may stand."""

    model_config = ConfigDict(extra="forbid")


class OfferRequestBody(Body):
    """The terms that are asked for; what is left out is as the application says, or the product's own rate."""

    amount: Number | None = Field(default=None, gt=0)
    term_months: int | None = Field(default=None, ge=1, le=TERM_MONTHS_MAX)
    rate: Number | None = Field(default=None, ge=0, le=RATE_MAX)


class TrancheBody(Body):
    """A part of the amount, and the day on which it is paid out at the earliest."""

    amount: Number = Field(gt=0)
    planned_on: date


class AcceptanceBody(Body):
    """The borrower's yes. Without `start` the loan begins today; without `tranches` all is paid out then."""

    start: date | None = None
    tranches: list[TrancheBody] = Field(default_factory=list, max_length=TRANCHES_MAX)


class ReasonBody(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX)


class ConditionBody(Body):
    """A condition beside those of the product."""

    key: str = Field(min_length=1, max_length=63)
    label: str = Field(min_length=1, max_length=200)
    note: str | None = Field(default=None, max_length=REASON_LENGTH_MAX)


class ConditionChangeBody(Body):
    """What changes about a condition; with `version` only if it is still that. Waiving needs a note."""

    state: ConditionState | None = None
    note: str | None = Field(default=None, max_length=REASON_LENGTH_MAX)
    version: int | None = Field(default=None, ge=1)


class RetryBody(Body):
    """Why a tranche is planned again, and for which day if not as before."""

    reason: str = Field(min_length=1, max_length=REASON_LENGTH_MAX)
    planned_on: date | None = None


class ScheduleOfProductBody(Body):
    """A loan to preview, on the terms of a product (`product`, by default its latest version) or of a draft (`credit_terms`).

    Without `rate` the product's own holds: of bands the named one's, else the best one's; of an index its rate today, or
    `index_rate` to try another. Without `start` the loan begins today.
    """

    product: str | None = Field(default=None, min_length=1, max_length=63)
    version: int | None = Field(default=None, ge=1, le=VERSION_MAX)
    credit_terms: Any = Field(default=None, description="A draft's part, finished or not; with its currency.")
    currency: str | None = Field(default=None, max_length=10)
    loss_share: float | None = Field(default=None, ge=0, le=SHARE_MAX, allow_inf_nan=False)
    amount: Number = Field(gt=0)
    term_months: int = Field(ge=1, le=TERM_MONTHS_MAX)
    rate: Number | None = Field(default=None, ge=0, le=RATE_MAX)
    band: str | None = Field(default=None, min_length=1, max_length=100)
    index_rate: Number | None = Field(default=None, ge=-RATE_MAX, le=RATE_MAX)
    start: date | None = None


class OfferQuote(Shown):
    """What an offer on these terms would come to, were it made today; `list_rate` is what the product itself asks for."""

    term_months: int
    list_rate: Amount | None
    risk_band: str | None
    schedule: SchedulePreview


class RequestedTerms(Shown):
    """What an offer was asked for; null is as the application says, or the product's own rate."""

    amount: Amount | None
    term_months: int | None
    rate: Amount | None


class OfferRow(Shown):
    """An offer. Its moments are business time; terms are null until it is priced.

    While `proposed`, `approval_id` is the question that people are asked about it, if they are.
    """

    id: UUID
    application_id: UUID
    state: OfferState
    version: int
    verdict: _Verdict | None
    currency: str
    amount: Amount | None
    term_months: int | None
    rate: Amount | None
    apr: Amount | None
    effective_rate: Amount | None
    instalment: Amount | None
    risk_band: str | None
    index: str | None
    margin: Amount | None
    requested: RequestedTerms
    decision_id: UUID | None
    approval_id: UUID | None
    loan_id: UUID | None
    made_at: datetime | None
    expires_at: datetime | None
    is_expired: bool
    answered_at: datetime | None
    answered_by: str | None
    reason: str | None
    created_by: str
    created_at: datetime
    updated_at: datetime


class ConditionView(Shown):
    """A condition that must be met before money goes out; `moves` are the states it may take now. Business time."""

    id: UUID
    application_id: UUID
    key: str
    label: str
    state: ConditionState
    version: int
    note: str | None
    moves: list[ConditionState]
    changed_by: str
    created_at: datetime
    updated_at: datetime


class OfferView(OfferRow):
    """An offer with its schedule, as it would be booked if it were paid out on its first day, and its conditions."""

    reference: str
    product: str
    product_version: int
    schedule: SchedulePreview | None
    conditions: list[ConditionView]


class TrancheView(Shown):
    """A part of a loan on its way out. `reason` says why it failed, was held back or cancelled. Business time."""

    id: UUID
    loan_id: UUID
    number: int
    amount: Amount
    currency: str
    planned_on: date
    state: TrancheState
    version: int
    verdict: str | None
    reason: str | None
    decision_id: UUID | None
    approval_id: UUID | None
    transaction_id: UUID | None
    updated_at: datetime


class AcceptedOffer(Shown):
    """An accepted offer, and the loan with its tranches that it led to."""

    offer: OfferRow
    loan_id: UUID
    loan: str
    tranches: list[TrancheView]
