"""Tranches by hand: plan one again that failed or was held back, or cancel one that is not paid."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import contract
from intendant.domains.lending.loans import repository as loans
from intendant.domains.lending.loans.opening import cancel_loan
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.closing import cancel_tranche, require_reason, tell_tranche
from intendant.domains.lending.offers.disbursing import PAYABLE
from intendant.domains.lending.offers.model import (
    TRANCHE_MOVES,
    TrancheClosed,
    TranchesInvalid,
    TrancheState,
    may_move,
)
from intendant.domains.lending.servicing.model import LoanState
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction


def list_tranches(tx: Transaction, by: Principal, loan_id: UUID) -> list[Row]:
    """List the tranches of a loan; raises LoanUnknown."""
    by.require(Permission.LOAN_READ)
    loans.get_loan(tx, loan_id)
    return repository.list_tranches(tx, loan_id)


def retry(tx: Transaction, by: Principal, tranche_id: UUID, *, reason: str, planned_on: date | None = None) -> Row:
    """Plan a tranche again that failed, was held back or was taken back; it takes the way through the gate anew.

    Raises TrancheUnknown, TrancheClosed and TranchesInvalid.
    """
    by.require(Permission.LOAN_SERVICE)
    why = require_reason(reason)
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    business = organization.clock.at(now)
    row = _lock(tx, tranche_id)
    state = TrancheState(row["state"])
    if state is TrancheState.ASKED:
        raise TrancheClosed(
            "People are asked about the tranche.", field="state", remedy="Answer the question in the inbox."
        )
    if not may_move(TRANCHE_MOVES, state, TrancheState.PLANNED):
        raise TrancheClosed(
            f"The tranche is {state.value}.", field="state", remedy="Only one that is not on its way is planned again."
        )
    loan = loans.get_loan(tx, row["loan_id"])
    if loan.state not in PAYABLE:
        raise TrancheClosed(
            f"The loan is {loan.state.value.replace('_', ' ')}.", field="loan", remedy="Nothing more is paid out."
        )
    today = business.astimezone(ZoneInfo(organization.time_zone)).date()
    if planned_on is not None and planned_on < max(today, loan.terms.start):
        raise TranchesInvalid(
            f"A tranche cannot be planned on {planned_on}.",
            field="planned_on",
            remedy=f"Give {max(today, loan.terms.start)} or later.",
        )
    after = repository.move_tranche(
        tx, tranche_id, TrancheState.PLANNED, now=business, reason=why, planned_on=planned_on
    )
    detail = {"reason": why, "planned_on": after["planned_on"]}
    tell_tranche(tx, organization, contract.TRANCHE_PLANNED, after, detail, by=by.label, now=now)
    return after


def cancel(tx: Transaction, by: Principal, tranche_id: UUID, *, reason: str) -> Row:
    """Cancel a tranche that is neither paid nor on its way, and its loan where nothing is left to be paid out and nothing was.

    Raises TrancheUnknown or TrancheClosed.
    """
    by.require(Permission.LOAN_SERVICE)
    why = require_reason(reason)
    row = _lock(tx, tranche_id)
    state = TrancheState(row["state"])
    if state in (TrancheState.PAYING, TrancheState.PAID, TrancheState.CANCELLED):
        raise TrancheClosed(
            f"The tranche is {state.value}.",
            field="state",
            remedy="Nothing is left to cancel."
            if state is TrancheState.CANCELLED
            else "Take its payout back instead, under the effects.",
        )
    organization = get_organization(tx, tx.organization_id)
    cancelled = cancel_tranche(tx, organization, row, by=by.label, reason=why, now=clock.system_now())
    loan = loans.get_loan(tx, row["loan_id"])
    others = {TrancheState(each["state"]) for each in repository.list_tranches(tx, loan.id)}
    if loan.state is LoanState.APPROVED and others <= {TrancheState.CANCELLED}:
        cancel_loan(tx, loan.id, by=by.label, reason=why)
    return cancelled


def _lock(tx: Transaction, tranche_id: UUID) -> Row:
    # The loan before its tranche, as everywhere.
    loans.get_loan(tx, repository.get_tranche(tx, tranche_id, lock=False)["loan_id"], lock=True)
    return repository.get_tranche(tx, tranche_id)
