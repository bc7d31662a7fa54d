"""What follows when a payout has come to its end: the loan is disbursed, or its tranche waits for a person. Nothing counts twice."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import contract, queries, usecases
from intendant.domains.lending import repository as applications
from intendant.domains.lending.catalogue import product_from_row
from intendant.domains.lending.loans import repository as loans
from intendant.domains.lending.loans.opening import open_loan, record_disbursement
from intendant.domains.lending.loans.recording import reverse_as
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.accepting import borrower_of
from intendant.domains.lending.offers.closing import tell_tranche
from intendant.domains.lending.offers.model import Requested, TrancheState
from intendant.domains.lending.offers.pricing import Unpriced, quote
from intendant.kernel.organizations import Organization, get_organization
from intendant.kernel.registry import SettledEffect
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict


class LoanNotBooked(Conflict):
    """An amount was paid out for which no loan can be booked."""

    code = "loan_not_booked"


def follow(tx: Transaction, effect: SettledEffect) -> None:
    """Move a tranche along with its payout. One whose fate is unknown changes nothing: people see to it."""
    row = _lock_tranche(tx, effect.subject_id)
    state = TrancheState(row["state"])
    organization = get_organization(tx, tx.organization_id)
    if effect.state == "done" and state is TrancheState.PAYING:
        _paid(tx, organization, row, effect)
    elif effect.state in ("failed", "cancelled") and state is TrancheState.PAYING:
        to = TrancheState.FAILED if effect.state == "failed" else TrancheState.CANCELLED
        why = effect.why or f"The payout was {effect.state}."
        _move(tx, organization, row, to, effect, reason=why)
    elif effect.state == "undone" and state is TrancheState.PAID:
        reason = effect.why or "The payout was taken back."
        reverse_as(tx, effect.actor, row["loan_id"], row["transaction_id"], reason=reason)
        _move(tx, organization, row, TrancheState.CANCELLED, effect, reason=reason)


def _lock_tranche(tx: Transaction, tranche_id: UUID) -> Row:
    # The loan before its tranche, as everywhere.
    loans.get_loan(tx, repository.get_tranche(tx, tranche_id, lock=False)["loan_id"], lock=True)
    return repository.get_tranche(tx, tranche_id)


def _paid(tx: Transaction, organization: Organization, row: Row, effect: SettledEffect) -> None:
    recorded = record_disbursement(
        tx,
        row["loan_id"],
        amount=row["amount"],
        by=effect.actor,
        value_on=_day(organization, effect.at),
        reference=f"payout:{effect.call.effect_id}",
        decision_id=effect.decision_id,
    )
    _move(tx, organization, row, TrancheState.PAID, effect, transaction_id=recorded.transaction_id)
    if recorded.loan.application_id is not None:
        usecases.disburse(tx, recorded.loan.application_id, by=effect.actor)


def _move(
    tx: Transaction,
    organization: Organization,
    row: Row,
    to: TrancheState,
    effect: SettledEffect,
    *,
    reason: str | None = None,
    transaction_id: UUID | None = None,
) -> None:
    business = organization.clock.at(effect.at)
    after = repository.move_tranche(tx, row["id"], to, now=business, reason=reason, transaction_id=transaction_id)
    name = {
        TrancheState.PAID: contract.TRANCHE_PAID,
        TrancheState.FAILED: contract.TRANCHE_FAILED,
    }.get(to, contract.TRANCHE_CANCELLED)
    detail = {"effect_id": effect.call.effect_id, "reason": reason}
    tell_tranche(tx, organization, name, after, detail, by=effect.actor, now=effect.at)


def book_paid_application(tx: Transaction, application_id: UUID, *, by: str, at: datetime) -> None:
    """Book the loan of an application that was paid out at its approval, where its product has credit terms.

    Twice is once. Raises LoanNotBooked where the product has no price for it.
    """
    if loans.find_loan_of(tx, application_id) is not None:
        return
    (row,) = queries.list_applications_by_id(tx, [application_id])
    ((product_row),) = queries.list_product_versions(tx, [(tx.organization_id, row["product"], row["product_version"])])
    if not product_row["body"].get("credit_terms"):
        return
    application = applications.application_from_row(row, product_from_row(product_row))
    organization = get_organization(tx, tx.organization_id)
    day = _day(organization, at)
    facts = repository.load_facts(tx, [(tx.organization_id, application)])[application_id]
    priced = quote(application, Requested(), facts, day)
    if isinstance(priced, Unpriced):
        raise LoanNotBooked(
            f"The amount is paid out, and no loan can be booked: {priced.why}", field=priced.field, remedy=priced.remedy
        )
    loan = open_loan(
        tx,
        organization,
        terms=priced.terms,
        reference=application.reference,
        borrower=borrower_of(application),
        product=application.product.key,
        product_version=application.product.version,
        by=by,
        application_id=application_id,
        decision_id=application.decision_id,
        floating=priced.floating,
    )
    record_disbursement(
        tx,
        loan.id,
        amount=priced.terms.amount,
        by=by,
        value_on=day,
        reference=f"application:{application_id}",
        decision_id=application.decision_id,
    )


def _day(organization: Organization, at: datetime) -> date:
    return organization.clock.at(at).astimezone(ZoneInfo(organization.time_zone)).date()
