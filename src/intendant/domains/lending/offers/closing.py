"""How offers end: declined, withdrawn, expired, or closed with their application; and what of a loan is taken back with them.

Locks are taken in one order everywhere: the application, its offer, its loan, its tranches.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.loans import repository as loans
from intendant.domains.lending.loans.opening import cancel_loan
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.model import (
    OFFER_MOVES,
    OfferClosed,
    OfferState,
    TrancheState,
    may_move,
)
from intendant.domains.lending.repository import PayoutOnTheWay
from intendant.domains.lending.servicing.model import LoanState
from intendant.kernel import approvals, events
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Invalid

EXPIRED_PER_ROUND_MAX = 500
REASON_LENGTH_MAX = 2_000
BY_TIME = "system:expiry"
_MOVING = frozenset({TrancheState.PAYING, TrancheState.PAID})
_TOLD = {
    OfferState.DECLINED: contract.OFFER_DECLINED,
    OfferState.WITHDRAWN: contract.OFFER_WITHDRAWN,
    OfferState.EXPIRED: contract.OFFER_EXPIRED,
    OfferState.ACCEPTED: contract.OFFER_ACCEPTED,
}
_EXPIRE = """
update offers set state = 'expired', version = version + 1, answered_at = %(now)s, answered_by = %(by)s, updated_at = %(now)s
where organization_id = %(organization)s and id = any(%(ids)s) and state = 'made' and expires_at <= %(now)s
returning id, application_id, version
"""


class ReasonMissing(Invalid):
    """This needs a reason."""

    code = "reason_missing"


def decline(tx: Transaction, offer_id: UUID, *, by: str, reason: str) -> Row:
    """Take the borrower's no to an offer; the application stays approved, so that another may be made on request."""
    return _close(tx, offer_id, OfferState.DECLINED, by=by, reason=require_reason(reason))


def withdraw_offer(tx: Transaction, offer_id: UUID, *, by: str, reason: str) -> Row:
    """Take an offer back that nobody has accepted; the application stays approved."""
    return _close(tx, offer_id, OfferState.WITHDRAWN, by=by, reason=require_reason(reason))


def _close(tx: Transaction, offer_id: UUID, to: OfferState, *, by: str, reason: str) -> Row:
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    row = lock_offer(tx, offer_id)
    state = OfferState(row["state"])
    if state is OfferState.ACCEPTED or not may_move(OFFER_MOVES, state, to):
        raise OfferClosed(
            f"The offer is {state.value}.",
            field="state",
            remedy="Withdraw the application instead, while nothing is paid out."
            if state is OfferState.ACCEPTED
            else "Look at it again.",
            data={"state": state.value},
        )
    return _end(tx, organization, row, to, by=by, reason=reason, now=now)


def lock_offer(tx: Transaction, offer_id: UUID) -> Row:
    """Lock the application of an offer, then the offer, and return it; raises OfferUnknown."""
    application_id = repository.get_offer(tx, offer_id)["application_id"]
    tx.execute(
        "select 1 from lending_applications where organization_id = %s and id = %s for update",
        [tx.organization_id, application_id],
    )
    return repository.get_offer(tx, offer_id, lock=True)


def _end(
    tx: Transaction, organization: Organization, row: Row, to: OfferState, *, by: str, reason: str, now: datetime
) -> Row:
    closed = repository.close_offer(tx, row["id"], to, by=by, reason=reason, now=organization.clock.at(now))
    _withdraw_question(tx, row["id"])
    tell_offer(tx, organization, to, closed, {"reason": reason}, by=by, now=now)
    return closed


def close_application(tx: Transaction, application_id: UUID, *, by: str, reason: str) -> None:
    """End the open offer of an application that is withdrawn, with its loan and tranches. The application is locked.

    Raises PayoutOnTheWay where money is moving or has moved.
    """
    open_offers = repository.lock_open_offers(tx, application_id)
    loan = loans.find_loan_of(tx, application_id, lock=True)
    if not open_offers and loan is None:
        return
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    if loan is not None and loan.state is not LoanState.CANCELLED:
        tranches = repository.list_tranches(tx, loan.id, lock=True)
        if loan.state is not LoanState.APPROVED or any(TrancheState(each["state"]) in _MOVING for each in tranches):
            raise PayoutOnTheWay(
                "The loan is paid out, or its payout is on the way.",
                field="state",
                remedy="Take the payout back first, while it is held.",
            )
        for each in tranches:
            if TrancheState(each["state"]) is not TrancheState.CANCELLED:
                cancel_tranche(tx, organization, each, by=by, reason=reason, now=now)
        cancel_loan(tx, loan.id, by=by, reason=reason)
    for row in open_offers:
        _end(tx, organization, row, OfferState.WITHDRAWN, by=by, reason=reason, now=now)


def cancel_tranche(
    tx: Transaction, organization: Organization, row: Row, *, by: str, reason: str, now: datetime
) -> Row:
    """Cancel a locked tranche of which nothing is paid, close what is asked about it, and tell so."""
    business = organization.clock.at(now)
    after = repository.move_tranche(tx, row["id"], TrancheState.CANCELLED, now=business, reason=reason)
    _withdraw_question(tx, row["id"])
    tell_tranche(tx, organization, contract.TRANCHE_CANCELLED, after, {"reason": reason}, by=by, now=now)
    return after


def expire_offers(database: Database) -> bool:
    """Expire offers whose time is over, by the business time of each organisation; say whether there may be more."""
    now = clock.system_now()
    with database.system() as tx:
        due = repository.list_expired(tx, now, limit=EXPIRED_PER_ROUND_MAX)
    by_organization: dict[UUID, list[UUID]] = {}
    for organization_id, offer_id in due:
        by_organization.setdefault(organization_id, []).append(offer_id)
    for organization_id, offer_ids in by_organization.items():
        with database.transaction(organization_id) as tx:
            organization = get_organization(tx, organization_id)
            given = {"organization": organization_id, "ids": sorted(offer_ids), "by": BY_TIME}
            for row in tx.all(_EXPIRE, given | {"now": organization.clock.at(now)}):
                tell_offer(tx, organization, OfferState.EXPIRED, row, {}, by=BY_TIME, now=now)
    return len(due) >= EXPIRED_PER_ROUND_MAX


def tell_offer(
    tx: Transaction,
    organization: Organization,
    state: OfferState,
    row: Row,
    detail: Mapping[str, object],
    *,
    by: str,
    now: datetime,
) -> None:
    """Tell what became of an offer. `now` is system time."""
    body = {"offer_id": row["id"], "application_id": row["application_id"], "version": row["version"], **detail}
    _emit(tx, organization, _TOLD[state], f"offer:{row['id']}", body, by=by, now=now)


def tell_tranche(
    tx: Transaction,
    organization: Organization,
    name: str,
    row: Row,
    detail: Mapping[str, object],
    *,
    by: str,
    now: datetime,
) -> None:
    """Tell what became of a tranche. `now` is system time."""
    body = {
        "tranche_id": row["id"],
        "loan_id": row["loan_id"],
        "number": row["number"],
        "amount": row["amount"],
        "version": row["version"],
        **detail,
    }
    _emit(tx, organization, name, f"tranche:{row['id']}", body, by=by, now=now)


def _emit(
    tx: Transaction,
    organization: Organization,
    name: str,
    subject: str,
    body: Mapping[str, object],
    *,
    by: str,
    now: datetime,
) -> None:
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=subject,
        body=body,
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])


def _withdraw_question(tx: Transaction, subject_id: UUID) -> None:
    approvals.WITHDRAWN.run(
        tx, [{"organization_id": tx.organization_id, "subject_id": subject_id, "state": "withdrawn"}]
    )


def require_reason(reason: str) -> str:
    """Return a reason without white space around it; raises ReasonMissing."""
    why = reason.strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise ReasonMissing("This needs a reason.", field="reason", remedy="Say why, in a sentence.")
    return why
