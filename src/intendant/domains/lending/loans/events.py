"""What is told of loans: the names and bodies of their events."""

from datetime import datetime
from typing import Any

from intendant.domains.lending import contract
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.kernel import events
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction

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


def tell_opened(tx: Transaction, organization: Organization, loan: Loan, *, by: str, now: datetime) -> None:
    """Tell that a loan was opened. `now` is system time."""
    body = {
        "application_id": loan.application_id,
        "amount": loan.terms.amount,
        "currency": loan.terms.currency,
        "product": loan.product,
        "product_version": loan.product_version,
    }
    _emit(tx, organization, contract.LOAN_OPENED, loan, body, by=by, now=now)


def tell_cancelled(
    tx: Transaction, organization: Organization, loan: Loan, *, reason: str, by: str, now: datetime
) -> None:
    """Tell that a loan will not be paid out, or was paid back before it began."""
    _emit(tx, organization, contract.LOAN_CANCELLED, loan, {"reason": reason}, by=by, now=now)


def tell_recorded(
    tx: Transaction, organization: Organization, before: LoanState, loan: Loan, row: Row, *, now: datetime
) -> None:
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
    _emit(tx, organization, name, loan, body, by=by, now=now)
    if (before in _SETTLED) != (loan.state in _SETTLED) and before is not LoanState.APPROVED:
        changed = contract.LOAN_CLOSED if loan.state in _SETTLED else contract.LOAN_REOPENED
        _emit(tx, organization, changed, loan, {"transaction_id": row["id"]}, by=by, now=now)


def _emit(
    tx: Transaction,
    organization: Organization,
    name: str,
    loan: Loan,
    body: dict[str, Any],
    *,
    by: str,
    now: datetime,
) -> None:
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"loan:{loan.id}",
        body={"loan_id": loan.id, "loan": loan.reference, "state": loan.state.value, "version": loan.version, **body},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])
