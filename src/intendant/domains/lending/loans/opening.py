"""How a loan comes to be: opened on agreed terms, paid out, or cancelled before that."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.contract import END_OF_DAY_TASK
from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.loans import books, events, repository
from intendant.domains.lending.loans.index_rates import next_reset
from intendant.domains.lending.loans.model import Loan, NewTransaction, Recorded, business_day
from intendant.domains.lending.loans.parameters import refuse
from intendant.domains.lending.loans.planning import BACKDATED_DAYS_MAX, LoanNotOpen
from intendant.domains.lending.loans.recording import record_as, require_reason, require_version, reverse_as
from intendant.domains.lending.servicing.book import open_book
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel import control, tasks
from intendant.kernel.events import emit
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

TEXT_LENGTH_MAX = 200
AHEAD_DAYS_MAX = 366
"""A loan begins at most so many days from now."""


class LoanExists(Conflict):
    """The number is taken, or the application has its loan."""

    code = "loan_exists"


def open_loan(
    tx: Transaction,
    organization: Organization,
    *,
    terms: LoanTerms,
    reference: str,
    borrower: str,
    product: str,
    product_version: int,
    by: str,
    application_id: UUID | None = None,
    decision_id: UUID | None = None,
    floating: IndexRate | None = None,
) -> Loan:
    """Open a loan in state approved: agreed, and nothing paid out. Raises LoanExists or TransactionInvalid.

    `terms.start` is the first day on which it may be paid out. `reference` is the loan's number, unique in the organisation.
    """
    now = clock.system_now()
    _check(organization, terms, reference, borrower, now)
    business = organization.clock.at(now)
    loan = Loan(
        id=ids.new_id(),
        reference=reference,
        application_id=application_id,
        decision_id=decision_id,
        product=product,
        product_version=product_version,
        borrower=borrower.strip(),
        terms=terms,
        floating=floating,
        reset_on=None if floating is None else next_reset(terms.start, floating.reset_every, terms.start),
        version=1,
        transactions=0,
        created_at=business,
        **_stated(terms, business),
    )
    inserted = _INSERT.returning(tx, [repository.loan_row(loan, organization.id)])
    if not inserted:
        raise LoanExists(
            f"There is a loan '{reference}' already, or the application has one.",
            field="reference",
            remedy="Choose another number, or look at the loan there is.",
        )
    _schedule_end_of_day(tx, now)
    emit(tx, [events.opened(organization, loan, by=by, now=now)])
    return loan


_INSERT = replace(repository.LOANS, suffix="on conflict do nothing returning id")


def record_disbursement(
    tx: Transaction,
    loan_id: UUID,
    *,
    amount: Decimal,
    by: str,
    value_on: date | None = None,
    reference: str | None = None,
    decision_id: UUID | None = None,
) -> Recorded:
    """Record that money went out, in one sum or as a tranche; by default today, but not before the loan begins."""
    if value_on is None:
        organization = get_organization(tx, tx.organization_id)
        value_on = business_day(organization, clock.system_now())
    new = NewTransaction(
        type=TransactionType.DISBURSEMENT,
        amount=amount,
        value_on=value_on,
        reference=reference,
        decision_id=decision_id,
    )
    return record_as(tx, by, loan_id, new)


def cancel_loan(tx: Transaction, loan_id: UUID, *, by: str, reason: str, expected_version: int | None = None) -> Loan:
    """Cancel a loan of which nothing is paid out. Raises LoanNotOpen; twice is once."""
    why = require_reason(reason)
    loan = repository.get_loan(tx, loan_id, lock=True)
    if loan.state is LoanState.CANCELLED:
        return loan
    require_version(tx, loan, expected_version)
    if loan.state is not LoanState.APPROVED:
        raise LoanNotOpen(
            f"The loan is {loan.state.value}.", field="loan", remedy="Reverse what was paid out to cancel it."
        )
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    tx.execute(
        "update loans set state = 'cancelled', version = version + 1, updated_at = %s"
        " where organization_id = %s and id = %s",
        [organization.clock.at(now), tx.organization_id, loan_id],
    )
    cancelled = repository.get_loan(tx, loan_id)
    emit(tx, [events.cancelled(organization, cancelled, reason=why, by=by, now=now)])
    return cancelled


def _stated(terms: LoanTerms, business: datetime) -> dict[str, Any]:
    stated = books.figures(open_book(terms), business)
    stated["state"] = LoanState(stated["state"])
    return stated


def _check(organization: Organization, terms: LoanTerms, reference: str, borrower: str, now: datetime) -> None:
    if not (1 <= len(reference) <= TEXT_LENGTH_MAX and reference.isprintable()):
        refuse("reference", "The number is not sound.", f"Give 1 to {TEXT_LENGTH_MAX} printable characters.")
    if not (1 <= len(borrower.strip()) <= TEXT_LENGTH_MAX and borrower.isprintable()):
        refuse("borrower", "The borrower's name is not sound.", f"Give 1 to {TEXT_LENGTH_MAX} printable characters.")
    today = business_day(organization, now)
    earliest, latest = today - timedelta(days=BACKDATED_DAYS_MAX), today + timedelta(days=AHEAD_DAYS_MAX)
    if not earliest <= terms.start <= latest:
        refuse("terms.start", f"A loan cannot begin on {terms.start}.", f"Give a day from {earliest} to {latest}.")


def _schedule_end_of_day(tx: Transaction, now: datetime) -> None:
    """Have the organisation's loans booked each day, from its first loan on, at the time its daily operations begin."""
    if tx.scalar(
        "select exists (select from schedules where organization_id = %s and kind = %s)",
        [tx.organization_id, END_OF_DAY_TASK],
    ):
        return
    configuration, _ = control.get_configuration(tx)
    tasks.put_schedule(tx, END_OF_DAY_TASK, {"daily_at": configuration.daily_operations_time}, now=now)


def take_back_payout(tx: Transaction, application_id: UUID, *, by: str, reason: str) -> Loan | None:
    """Reverse the payout of an application's loan, whose money has come back, which cancels the loan; None where there is none.

    Raises PayoutUsed where something was recorded since that rests on it.
    """
    loan = repository.find_loan_of(tx, application_id, lock=True)
    if loan is None or loan.state is LoanState.CANCELLED:
        return loan
    rows = repository.list_transactions(tx, loan.id)
    payouts = [each for each in repository.standing(rows) if each.type is TransactionType.DISBURSEMENT]
    if not payouts:
        return cancel_loan(tx, loan.id, by=by, reason=reason)
    return reverse_as(tx, by, loan.id, payouts[-1].id, reason=reason).loan
