"""Asking for an offer: a new one on an applicant's or an officer's terms, or one that waits decided anew. Both pass the gate."""

from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending import repository as applications
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.contract import OFFER_KIND
from intendant.domains.lending.model import Application
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.model import (
    Facts,
    OfferCase,
    OfferInvalid,
    OfferNotPossible,
    OfferUnknown,
    Requested,
)
from intendant.domains.lending.offers.pricing import Quote, Unpriced, quote
from intendant.domains.lending.usecases import AwaitingAnswer
from intendant.kernel import approvals, decisions
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Proposal
from intendant.kit import ids
from intendant.kit.canonical import digest
from intendant.kit.database import Transaction


def propose_offer(
    tx: Transaction,
    by: Principal,
    catalogue: Catalogue,
    application_id: UUID,
    requested: Requested,
    *,
    idempotency_key: str | None = None,
) -> Proposal:
    """Build the proposal of a new offer for an approved application that has none open.

    Raises ApplicationUnknown, OfferNotPossible, and TermsInvalid for an amount or term that the product does not lend; what
    else stands against it is told where it is decided.
    """
    by.require(Permission.LOAN_SERVICE)
    application, facts = _look_at(tx, catalogue, application_id)
    _require_lent(application, requested)
    case = OfferCase(ids.new_id(), application, requested, facts, by.label)
    key = None if idempotency_key is None else digest(f"offer:{application_id}:{idempotency_key}".encode()).hex()
    return Proposal(
        by.organization_id,
        OFFER_KIND,
        case.id,
        case,
        by.label,
        key,
        digest(repr((application_id, requested.dump())).encode()),
    )


def quote_offer(
    tx: Transaction, by: Principal, catalogue: Catalogue, application_id: UUID, requested: Requested
) -> Quote:
    """Return what an offer on these terms would come to, were it made today; nothing is written.

    Raises what `propose_offer` raises, and OfferInvalid where there is no price, naming what would have to be given.
    """
    by.require(Permission.LOAN_READ)
    application, facts = _look_at(tx, catalogue, application_id)
    _require_lent(application, requested)
    organization = get_organization(tx, tx.organization_id)
    today = organization.clock.now().astimezone(ZoneInfo(organization.time_zone)).date()
    found = quote(application, requested, facts, today)
    if isinstance(found, Unpriced):
        raise OfferInvalid(f"There is no price: {found.why}", field=found.field, remedy=found.remedy)
    return found


def _look_at(tx: Transaction, catalogue: Catalogue, application_id: UUID) -> tuple[Application, Facts]:
    application = applications.get_application(tx, catalogue, application_id)
    if not application.product.is_offered:
        raise OfferNotPossible(
            f"The product '{application.product.key}' pays out at approval and makes no offers.",
            field="application",
            remedy="Let its credit terms require an offer.",
        )
    return application, repository.load_facts(tx, [(tx.organization_id, application)])[application_id]


def _require_lent(application: Application, requested: Requested) -> None:
    """Raise TermsInvalid for an amount or a term that the product does not lend, asked for or as applied for."""
    credit = application.product.credit_terms
    assert credit is not None  # noqa: S101 - only a product with them makes offers
    term_months = requested.term_months or application.term_months or credit.terms.only
    credit.check_amount(application.amount if requested.amount is None else requested.amount)
    if term_months is not None:
        credit.check_term(term_months)
        credit.periods(term_months)


def propose_again(tx: Transaction, by: Principal, catalogue: Catalogue, offer_id: UUID) -> Proposal:
    """Build the proposal that decides a waiting offer anew; raises OfferUnknown, or AwaitingAnswer while people are asked."""
    by.require(Permission.DECISION_CREATE)
    found = repository.load_offer_cases(tx, catalogue, [offer_id])
    if offer_id not in found:
        raise OfferUnknown("There is no such offer.", field="offer", remedy="List the application's offers.")
    proposal = Proposal(by.organization_id, OFFER_KIND, offer_id, found[offer_id], by.label)
    approval_id = approvals.find_open(tx, offer_id)
    if approval_id is not None and decisions.find_decided(tx, proposal) is None:
        raise AwaitingAnswer(
            "People are asked about this offer.",
            field="offer",
            remedy="Answer the approval, or wait for its deadline.",
            data={"approval_id": str(approval_id)},
        )
    return proposal
