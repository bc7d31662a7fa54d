"""The borrower's yes: the loan is opened on the offered terms, and its tranches are planned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import repository as applications
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.credit_terms import CreditTerms, IndexRate
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.loans.opening import open_loan
from intendant.domains.lending.model import Application, ApplicationState, FieldType
from intendant.domains.lending.offers import repository, tables
from intendant.domains.lending.offers.closing import lock_offer, tell_offer
from intendant.domains.lending.offers.model import (
    OfferClosed,
    OfferExpired,
    OfferInvalid,
    OfferNotPossible,
    OfferState,
    TranchesInvalid,
    TrancheState,
)
from intendant.domains.lending.schedules.terms_json import parse_terms
from intendant.domains.lending.terms import LoanTerms
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.money import minor_unit

START_DAYS_MAX = 365
_NAMES = ("name", "full_name", "applicant_name", "borrower_name", "borrower")
"""Fields of a form that say who borrows."""


@dataclass(frozen=True, slots=True)
class PlannedTranche:
    """A part of the amount and the day it is paid out on, at the earliest."""

    amount: Decimal
    planned_on: date


@dataclass(frozen=True, slots=True)
class Accepted:
    """An offer that was accepted, and the loan it led to."""

    offer: Row
    loan: Loan
    tranches: tuple[Row, ...]


def accept(
    tx: Transaction,
    catalogue: Catalogue,
    offer_id: UUID,
    *,
    by: str,
    start: date | None = None,
    tranches: Sequence[PlannedTranche] = (),
) -> Accepted:
    """Accept an offer on the borrower's word: open the loan, frozen, and plan its tranches; by default one, today.

    Raises OfferUnknown, OfferClosed, OfferExpired, OfferNotPossible, OfferInvalid and TranchesInvalid.
    """
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    business = organization.clock.at(now)
    row = lock_offer(tx, offer_id)
    _require_standing(row, business)
    application = applications.get_application(tx, catalogue, row["application_id"])
    credit = application.product.credit_terms
    if application.state is not ApplicationState.APPROVED or credit is None:
        raise OfferNotPossible(
            f"The application is {application.state.value.replace('_', ' ')}.",
            field="application",
            remedy="Only an approved one leads to a loan.",
        )
    terms = _begun(parse_terms(row["terms"]), organization, business, start)
    planned = tuple(tranches) or (PlannedTranche(terms.amount, terms.start),)
    _check_tranches(planned, terms, credit)
    closed = repository.close_offer(tx, offer_id, OfferState.ACCEPTED, by=by, reason=None, now=business)
    loan = open_loan(
        tx,
        organization,
        terms=terms,
        reference=application.reference,
        borrower=borrower_of(application),
        product=application.product.key,
        product_version=application.product.version,
        by=by,
        application_id=application.id,
        decision_id=row["decision_id"],
        floating=_floating(credit, row),
    )
    rows = tuple(
        {
            "organization_id": organization.id,
            "id": ids.new_id(),
            "loan_id": loan.id,
            "number": number,
            "amount": each.amount,
            "planned_on": each.planned_on,
            "state": TrancheState.PLANNED.value,
            "version": 1,
            "updated_at": business,
        }
        for number, each in enumerate(planned, start=1)
    )
    tables.TRANCHES.run(tx, rows)
    tell_offer(tx, organization, OfferState.ACCEPTED, closed, {"loan_id": loan.id}, by=by, now=now)
    return Accepted(closed, loan, tuple(repository.list_tranches(tx, loan.id)))


def _require_standing(row: Row, now: datetime) -> None:
    """Raise OfferClosed or OfferExpired unless the offer may be accepted at a moment of business time."""
    if row["state"] == OfferState.EXPIRED.value or (row["state"] == OfferState.MADE.value and row["expires_at"] <= now):
        raise OfferExpired(
            f"The offer stood until {row['expires_at']:%Y-%m-%d %H:%M} UTC.",
            field="offer",
            remedy="Ask for a new one.",
            data={"expired_at": row["expires_at"].isoformat()},
        )
    if row["state"] != OfferState.MADE.value:
        raise OfferClosed(
            f"The offer is {row['state']}.",
            field="offer",
            remedy="Only an offer that stands can be accepted.",
            data={"state": row["state"]},
        )


def _begun(terms: LoanTerms, organization: Organization, business: datetime, start: date | None) -> LoanTerms:
    """Return the offered terms as of the day the loan begins, by default today."""
    today = business.astimezone(ZoneInfo(organization.time_zone)).date()
    day = today if start is None else start
    if not today <= day <= today + timedelta(days=START_DAYS_MAX):
        raise OfferInvalid(
            f"The loan cannot begin on {day}.",
            field="start",
            remedy=f"Give a day from {today} to {today + timedelta(days=START_DAYS_MAX)}.",
        )
    return replace(terms, start=day)


def _check_tranches(planned: Sequence[PlannedTranche], terms: LoanTerms, credit: CreditTerms) -> None:
    if len(planned) > credit.tranches_max:
        raise TranchesInvalid(
            f"{len(planned)} tranches are more than the product allows.",
            field="tranches",
            remedy=f"Plan at most {credit.tranches_max}.",
        )
    unit = minor_unit(terms.currency)
    last = terms.start
    for place, each in enumerate(planned):
        if each.amount <= 0 or each.amount % unit:
            raise TranchesInvalid(
                f"{each.amount} cannot be paid out.",
                field=f"tranches[{place}].amount",
                remedy=f"Give a positive multiple of {unit}.",
            )
        if not last <= each.planned_on <= terms.start + timedelta(days=START_DAYS_MAX):
            raise TranchesInvalid(
                f"A tranche cannot be planned on {each.planned_on}.",
                field=f"tranches[{place}].planned_on",
                remedy=f"Give a day from {last}, in order, within {START_DAYS_MAX} days of the start.",
            )
        last = each.planned_on
    total = sum((each.amount for each in planned), Decimal(0))
    if total != terms.amount:
        raise TranchesInvalid(
            f"The tranches come to {total:,.2f} and not to {terms.amount:,.2f}.",
            field="tranches",
            remedy="Let them sum up to the amount of the loan.",
        )


def _floating(credit: CreditTerms, row: Row) -> IndexRate | None:
    """Return the index that the loan's rate follows, with the margin that was offered."""
    margin = (row["price"] or {}).get("margin")
    if not isinstance(credit.rate, IndexRate):
        return None
    return credit.rate if margin is None else replace(credit.rate, margin=Decimal(margin))


def borrower_of(application: Application) -> str:
    """Return by what name the borrower is called: what the form asks for it, or the application's reference."""
    fields = {each.name.lower(): each for each in application.product.form if each.type is FieldType.TEXT}
    for name in _NAMES:
        given = None if name not in fields else application.inputs.get(fields[name].name)
        if isinstance(given, str) and given.strip() and given.isprintable():
            return given.strip()[:200]
    return application.reference
