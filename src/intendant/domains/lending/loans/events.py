"""What is told of loans: the names and bodies of their events. They are gathered here and emitted together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.kernel.events import Event
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row

_OF_TYPE = {
    TransactionType.DISBURSEMENT: contract.LOAN_DISBURSED,
    TransactionType.REPAYMENT: contract.PAYMENT_RECORDED,
    TransactionType.REFUND: contract.LOAN_REFUNDED,
    TransactionType.CHARGE: contract.LOAN_CHARGED,
    TransactionType.WAIVER: contract.LOAN_WAIVED,
    TransactionType.RATE_CHANGE: contract.LOAN_RATE_CHANGED,
    TransactionType.RESTRUCTURE: contract.LOAN_RESTRUCTURED,
    TransactionType.PAUSE: contract.LOAN_PAUSED,
    TransactionType.CHARGE_OFF: contract.LOAN_CHARGED_OFF,
    TransactionType.WRITE_OFF: contract.LOAN_WRITTEN_OFF,
}
_SETTLED = (LoanState.CLOSED, LoanState.OVERPAID)
_NOT_BEGUN = (LoanState.APPROVED, LoanState.CANCELLED)


def opened(organization: Organization, loan: Loan, *, by: str, now: datetime) -> Event:
    """Tell that a loan was opened. `now` is system time."""
    body = {
        "application_id": loan.application_id,
        "amount": loan.terms.amount,
        "currency": loan.terms.currency,
        "product": loan.product,
        "product_version": loan.product_version,
    }
    return _event(organization, contract.LOAN_OPENED, loan, body, by=by, now=now)


def cancelled(organization: Organization, loan: Loan, *, reason: str, by: str, now: datetime) -> Event:
    """Tell that a loan will not be paid out, or that its payout was taken back."""
    return _event(organization, contract.LOAN_CANCELLED, loan, {"reason": reason}, by=by, now=now)


def recorded(organization: Organization, before: LoanState, loan: Loan, row: Row, *, now: datetime) -> list[Event]:
    """Tell of a recorded transaction, or of one that was reversed, and of a loan that was closed or opened again by it."""
    name = contract.TRANSACTION_REVERSED if row["reverses"] else _OF_TYPE[TransactionType(row["type"])]
    body = {
        "transaction_id": row["id"],
        "type": row["type"],
        "amount": row["amount"],
        "currency": row["currency"],
        "value_on": row["value_on"],
        "reference": row["reference"],
        "reason": row["reason"],
        **({"reverses": row["reverses"]} if row["reverses"] else {}),
    }
    by = row["recorded_by"]
    first = _event(organization, name, loan, body, by=by, now=now)
    return [first, *moved(organization, before, loan, by=by, now=now, transaction_id=row["id"])]


def moved(
    organization: Organization,
    before: LoanState,
    loan: Loan,
    *,
    by: str,
    now: datetime,
    transaction_id: UUID | None = None,
) -> list[Event]:
    """Tell of a loan on which nothing is owed any more, or something again; otherwise of nothing."""
    settled = loan.state in _SETTLED
    if (before in _SETTLED) == settled or before in _NOT_BEGUN or loan.state in _NOT_BEGUN:
        return []
    name = contract.LOAN_CLOSED if settled else contract.LOAN_REOPENED
    return [_event(organization, name, loan, {"transaction_id": transaction_id}, by=by, now=now)]


def _event(organization: Organization, name: str, loan: Loan, body: dict[str, Any], *, by: str, now: datetime) -> Event:
    return Event(
        organization_id=organization.id,
        name=name,
        subject=f"loan:{loan.id}",
        body={"loan_id": loan.id, "loan": loan.reference, "state": loan.state.value, "version": loan.version, **body},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
