"""Loans that were made elsewhere: brought in with their terms and what happened to them so far."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from intendant.domains.lending.loans.model import Loan, NewTransaction
from intendant.domains.lending.loans.opening import open_loan
from intendant.domains.lending.loans.recording import record_many
from intendant.domains.lending.model import Product
from intendant.domains.lending.schedules.preview import preview
from intendant.domains.lending.schedules.terms_json import parse_terms
from intendant.domains.lending.servicing.book import order
from intendant.domains.lending.servicing.model import Transaction, TransactionType
from intendant.domains.lending.terms import TermsInvalid
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit.database import Transaction as DatabaseTransaction
from intendant.kit.errors import IntendantError

REASON = "Brought in with the loan."
NOBODY = UUID(int=0)


def import_loan(
    tx: DatabaseTransaction,
    by: Principal,
    product: Product,
    *,
    reference: str,
    borrower: str,
    terms: Mapping[str, Any],
    disbursed_on: date | None,
    transactions: Sequence[NewTransaction] = (),
) -> Loan:
    """Open a loan on given terms, pay the whole of it out on `disbursed_on`, and record what happened since; all of it or none.

    The loan is booked up to today, so that lists and ledger show it as it stands. Raises TermsInvalid, LoanExists, and what recording its transactions raises, with the place of the one at fault.
    """
    by.require(Permission.LOAN_RELIEVE)
    try:
        parsed = parse_terms(dict(terms))
        # Terms without a schedule are found here and not at the first payment.
        preview(parsed)
    except TermsInvalid as fault:
        raise TermsInvalid(fault.message, field=f"terms.{fault.field}", remedy=fault.remedy) from None
    loan = open_loan(
        tx,
        get_organization(tx, tx.organization_id),
        terms=parsed,
        reference=reference,
        borrower=borrower,
        product=product.key,
        product_version=product.version,
        by=by.label,
    )
    history = [(f"transactions[{place}].", each) for place, each in enumerate(transactions)]
    if disbursed_on is not None:
        paid_out = NewTransaction(
            type=TransactionType.DISBURSEMENT, amount=parsed.amount, value_on=disbursed_on, reason=REASON
        )
        history.insert(0, ("", paid_out))
    # In the order in which a replay takes them, each is one step on from the one before.
    history.sort(key=lambda pair: _order(pair[1], parsed.start))
    outcomes = record_many(tx, by.label, [(loan.id, each) for _, each in history], up_to_today=True)
    for (path, _), outcome in zip(history, outcomes, strict=True):
        if isinstance(outcome, IntendantError):
            outcome.field = f"{path}{outcome.field}" if path else "disbursed_on"
            raise outcome
        loan = outcome.loan
    return loan


def _order(new: NewTransaction, start: date) -> tuple[date, int, int]:
    return order(Transaction(NOBODY, 0, new.type, new.value_on or start))
