"""The values of offers, conditions and tranches, with their states and moves. Wrong moves cannot be made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.model import Application
from intendant.kit.errors import Conflict, Invalid, NotFound


class OfferUnknown(NotFound):
    """No such offer in this organisation."""

    code = "offer_unknown"


class OfferChanged(Conflict):
    """The offer has moved on since it was read."""

    code = "offer_changed"


class OfferClosed(Conflict):
    """The offer is not in a state that allows this."""

    code = "offer_closed"


class OfferExpired(Conflict):
    """The offer stood until a moment that has passed."""

    code = "offer_expired"


class OfferOpen(Conflict):
    """The application has an open offer already."""

    code = "offer_open"


class OfferNotPossible(Conflict):
    """The application is in no state to be offered anything, or its product makes no offers."""

    code = "offer_not_possible"


class OfferInvalid(Invalid):
    """Terms that cannot be offered; `field` names the one at fault."""

    code = "offer_invalid"


class ConditionUnknown(NotFound):
    """No such condition in this organisation."""

    code = "condition_unknown"


class ConditionInvalid(Invalid):
    """A condition that cannot be set."""

    code = "condition_invalid"


class ConditionClosed(Conflict):
    """The condition's state does not allow this move."""

    code = "condition_closed"


class TrancheUnknown(NotFound):
    """No such tranche in this organisation."""

    code = "tranche_unknown"


class TrancheClosed(Conflict):
    """The tranche's state does not allow this."""

    code = "tranche_closed"


class TranchesInvalid(Invalid):
    """Tranches that do not make up the loan."""

    code = "tranches_invalid"


class OfferState(StrEnum):
    """Where an offer stands."""

    PROPOSED = "proposed"
    """It waits for the gate, or for a person whom the gate asks."""
    MADE = "made"
    """It stands, and the borrower may accept it."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    """The borrower said no."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """We took it back, or never made it."""


class ConditionState(StrEnum):
    """Where a condition stands."""

    PENDING = "pending"
    RECEIVED = "received"
    """Something came in, and is to be checked."""
    APPROVED = "approved"
    WAIVED = "waived"


class TrancheState(StrEnum):
    """Where a tranche stands."""

    PLANNED = "planned"
    ASKED = "asked"
    """People are asked whether it may be paid."""
    PAYING = "paying"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


_O, _C, _T = OfferState, ConditionState, TrancheState
OFFER_MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    _O.PROPOSED: frozenset({_O.PROPOSED, _O.MADE, _O.EXPIRED, _O.WITHDRAWN}),
    _O.MADE: frozenset({_O.ACCEPTED, _O.DECLINED, _O.EXPIRED, _O.WITHDRAWN}),
    # Back out of an accepted one only while nothing is paid.
    _O.ACCEPTED: frozenset({_O.WITHDRAWN}),
    _O.DECLINED: frozenset(),
    _O.EXPIRED: frozenset(),
    _O.WITHDRAWN: frozenset(),
}
CONDITION_MOVES: Mapping[ConditionState, frozenset[ConditionState]] = {
    _C.PENDING: frozenset({_C.RECEIVED, _C.APPROVED, _C.WAIVED}),
    _C.RECEIVED: frozenset({_C.PENDING, _C.APPROVED, _C.WAIVED}),
    # What was approved or waived by mistake is asked for again.
    _C.APPROVED: frozenset({_C.PENDING}),
    _C.WAIVED: frozenset({_C.PENDING}),
}
TRANCHE_MOVES: Mapping[TrancheState, frozenset[TrancheState]] = {
    _T.PLANNED: frozenset({_T.PLANNED, _T.ASKED, _T.PAYING, _T.CANCELLED}),
    _T.ASKED: frozenset({_T.PLANNED, _T.ASKED, _T.PAYING, _T.CANCELLED}),
    _T.PAYING: frozenset({_T.PAID, _T.FAILED, _T.CANCELLED}),
    _T.PAID: frozenset({_T.CANCELLED}),
    _T.FAILED: frozenset({_T.PLANNED, _T.CANCELLED}),
    _T.CANCELLED: frozenset({_T.PLANNED}),
}
"""The tables of moves. A tranche that was taken back or reversed may be planned again by a person."""

OPEN_OFFERS = frozenset({_O.PROPOSED, _O.MADE, _O.ACCEPTED})
OPEN_CONDITIONS = frozenset({_C.PENDING, _C.RECEIVED})
_S = TypeVar("_S", OfferState, ConditionState, TrancheState)


def may_move(moves: Mapping[_S, frozenset[_S]], state: _S, to: _S) -> bool:
    """Say whether a table allows a move."""
    return to in moves[state]


@dataclass(frozen=True, slots=True)
class Requested:
    """What an offer was asked for; None takes what the application asks for, or the product's own rate."""

    amount: Decimal | None = None
    term_months: int | None = None
    rate: Decimal | None = None

    @property
    def is_own(self) -> bool:
        """Tell whether somebody named terms."""
        return self != Requested()

    def dump(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "amount": None if self.amount is None else str(self.amount),
            "term_months": self.term_months,
            "rate": None if self.rate is None else str(self.rate),
        }


def parse_requested(written: Mapping[str, Any]) -> Requested:
    """Read what `Requested.dump` wrote."""
    amount, rate = written.get("amount"), written.get("rate")
    return Requested(
        None if amount is None else Decimal(amount), written.get("term_months"), None if rate is None else Decimal(rate)
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an applicant when an offer is priced."""

    probability_of_default: Decimal | None = None
    score: Decimal | None = None
    monthly_income: Decimal | None = None
    index_rates: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class OfferCase:
    """An offer on its way through the gate. `version` 0 has not been stored yet."""

    id: UUID
    application: Application
    requested: Requested
    facts: Facts
    created_by: str
    state: OfferState = OfferState.PROPOSED
    version: int = 0
    ready: Any = None
    """What preparing made of it: settling would only compute the same once more."""


@dataclass(slots=True)
class TrancheCase:
    """A tranche on its way through the gate."""

    id: UUID
    loan: Loan
    application: Application
    number: int
    tranches: int
    amount: Decimal
    state: TrancheState
    version: int
    open_conditions: int
    paid_before: Decimal
    accepted_at: datetime | None
