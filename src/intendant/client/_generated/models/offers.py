"""Models of offers. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model

ConditionState = Literal["pending", "received", "approved", "waived"]
"""Where a condition stands."""

OfferState = Literal["proposed", "made", "accepted", "declined", "expired", "withdrawn"]
"""Where an offer stands."""

TrancheState = Literal["planned", "asked", "paying", "paid", "failed", "cancelled"]
"""Where a tranche stands."""


class AcceptanceBody(Model):
    """The borrower's yes. Without `start` the loan begins today; without `tranches` all is paid out then."""

    start: datetime.date | None = None
    tranches: list[TrancheBody] | None = None


class AcceptedOffer(Model):
    """An accepted offer, and the loan with its tranches that it led to."""

    loan: str
    loan_id: uuid.UUID
    offer: OfferRow
    tranches: list[TrancheView]


class ConditionBody(Model):
    """A condition beside those of the product."""

    key: str
    label: str
    note: str | None = None


class ConditionChangeBody(Model):
    """What changes about a condition; with `version` only if it is still that. Waiving needs a note."""

    note: str | None = None
    state: ConditionState | None = None
    version: int | None = None


class ConditionView(Model):
    """A condition that must be met before money goes out; `moves` are the states it may take now. Business time."""

    application_id: uuid.UUID
    changed_by: str
    created_at: datetime.datetime
    id: uuid.UUID
    key: str
    label: str
    moves: list[ConditionState]
    note: str | None
    state: ConditionState
    updated_at: datetime.datetime
    version: int


class ConditionViewPage(Model):
    """Condition view page."""

    items: list[ConditionView]
    next: str | None


class OfferQuote(Model):
    """What an offer on these terms would come to, were it made today; `list_rate` is what the product itself
    asks for.
    """

    list_rate: str | None
    risk_band: str | None
    schedule: shared.SchedulePreview
    term_months: int


class OfferRequestBody(Model):
    """The terms that are asked for; what is left out is as the application says, or the product's own rate."""

    amount: float | str | None = None
    rate: float | str | None = None
    term_months: int | None = None


class OfferRow(Model):
    """An offer. Its moments are business time; terms are null until it is priced.

    While `proposed`, `approval_id` is the question that people are asked about it, if they are.
    """

    amount: str | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    application_id: uuid.UUID
    approval_id: uuid.UUID | None
    apr: str | None
    created_at: datetime.datetime
    created_by: str
    currency: str
    decision_id: uuid.UUID | None
    effective_rate: str | None
    expires_at: datetime.datetime | None
    id: uuid.UUID
    index: str | None
    instalment: str | None
    is_expired: bool
    loan_id: uuid.UUID | None
    made_at: datetime.datetime | None
    margin: str | None
    rate: str | None
    reason: str | None
    requested: RequestedTerms
    risk_band: str | None
    state: OfferState
    term_months: int | None
    updated_at: datetime.datetime
    verdict: Literal["act", "ask", "refuse", "observe"] | None
    version: int


class OfferRowPage(Model):
    """Offer row page."""

    items: list[OfferRow]
    next: str | None


class OfferView(Model):
    """An offer with its schedule, as it would be booked if it were paid out on its first day, and its
    conditions.
    """

    amount: str | None
    answered_at: datetime.datetime | None
    answered_by: str | None
    application_id: uuid.UUID
    approval_id: uuid.UUID | None
    apr: str | None
    conditions: list[ConditionView]
    created_at: datetime.datetime
    created_by: str
    currency: str
    decision_id: uuid.UUID | None
    effective_rate: str | None
    expires_at: datetime.datetime | None
    id: uuid.UUID
    index: str | None
    instalment: str | None
    is_expired: bool
    loan_id: uuid.UUID | None
    made_at: datetime.datetime | None
    margin: str | None
    product: str
    product_version: int
    rate: str | None
    reason: str | None
    reference: str
    requested: RequestedTerms
    risk_band: str | None
    schedule: shared.SchedulePreview | None
    state: OfferState
    term_months: int | None
    updated_at: datetime.datetime
    verdict: Literal["act", "ask", "refuse", "observe"] | None
    version: int


class ReasonBody(Model):
    """Why."""

    reason: str


class RequestedTerms(Model):
    """What an offer was asked for; null is as the application says, or the product's own rate."""

    amount: str | None
    rate: str | None
    term_months: int | None


class RetryBody(Model):
    """Why a tranche is planned again, and for which day if not as before."""

    planned_on: datetime.date | None = None
    reason: str


class TrancheBody(Model):
    """A part of the amount, and the day on which it is paid out at the earliest."""

    amount: float | str
    planned_on: datetime.date


class TrancheView(Model):
    """A part of a loan on its way out. `reason` says why it failed, was held back or cancelled. Business time."""

    amount: str
    approval_id: uuid.UUID | None
    currency: str
    decision_id: uuid.UUID | None
    id: uuid.UUID
    loan_id: uuid.UUID
    number: int
    planned_on: datetime.date
    reason: str | None
    state: TrancheState
    transaction_id: uuid.UUID | None
    updated_at: datetime.datetime
    verdict: str | None
    version: int


class TrancheViewPage(Model):
    """Tranche view page."""

    items: list[TrancheView]
    next: str | None
