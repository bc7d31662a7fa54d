"""The facts of a letter that makes an offer: from the terms that were frozen with it, by the schedule that will be booked."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.letters import figures
from intendant.domains.lending.letters.facts import Charge, Head, OfferFacts, ScheduleLine
from intendant.domains.lending.letters.recipient import recipient_of
from intendant.domains.lending.letters.settings import LetterSettings
from intendant.domains.lending.model import Application
from intendant.domains.lending.schedules.preview import preview
from intendant.domains.lending.schedules.terms_json import parse_terms
from intendant.domains.lending.terms import Base, Fee, FeeWhen, LoanTerms, Portion
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict

ZERO = Decimal(0)
STANDING = frozenset({"made", "accepted"})
_BASES = {
    Base.PRINCIPAL: "of the amount paid out",
    Base.INSTALMENT: "of the payment",
    Base.OVERDUE: "of what is overdue",
}


class OfferNotMade(Conflict):
    """There is no offer that stands."""

    code = "offer_not_made"


def find_standing_offer(tx: Transaction, application_id: UUID) -> Row | None:
    """Find the offer of an application that waits for an answer or was accepted."""
    return tx.find(
        "select * from offers where organization_id = %s and application_id = %s and state = any(%s)"
        " order by id desc limit 1",
        [tx.organization_id, application_id, sorted(STANDING)],
    )


def offer_facts(
    organization: Organization,
    settings: LetterSettings,
    application: Application,
    offer: Mapping[str, Any],
    *,
    now: datetime,
) -> OfferFacts:
    """Return the facts of an offer's row, yet without a number; raises OfferNotMade. `now` is business time."""
    if offer["state"] not in STANDING:
        raise OfferNotMade(
            f"The offer is {offer['state']}.", field="offer", remedy="Letters are for offers that stand."
        )
    terms, zone, recipient = parse_terms(offer["terms"]), ZoneInfo(organization.time_zone), recipient_of(application)
    found = preview(terms)
    return OfferFacts(
        head=Head(
            number="",
            issued_on=now.astimezone(zone).date(),
            lender=settings.lender,
            borrower=recipient.name,
            reference=application.reference,
            product=application.product.name,
            currency=terms.currency,
            is_demo=organization.kind != "real",
            address=recipient.address,
        ),
        amount=terms.amount,
        rate=terms.rate,
        apr=offer["apr"] if offer["apr"] is not None else found.apr,
        every=str(terms.every),
        lines=tuple(
            ScheduleLine(each.number, each.due, each.principal, each.interest, each.fees, each.balance)
            for each in found.lines
        ),
        charges=tuple(_charges(terms)),
        paid_out=found.disbursed - found.kept_back,
        valid_until=last_day(offer["expires_at"], zone),
    )


def last_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day on which an offer's time ends, in the lender's zone."""
    return moment.astimezone(zone).date()


def _charges(terms: LoanTerms) -> list[Charge]:
    found = [Charge(fee.name, f"{_portion(fee.portion, terms.currency)} {_when(fee)}") for fee in terms.fees]
    penalty = terms.penalty
    if penalty.rate:
        grace = f", once {figures.count(penalty.grace_days, 'day')} late" if penalty.grace_days else ""
        found.append(Charge("Late interest", f"{figures.percent(penalty.rate)} a year on what is overdue{grace}"))
    return found


def _portion(portion: Portion, currency: str) -> str:
    if portion.base is Base.FLAT:
        return figures.amount(portion.value, currency)
    return f"{figures.percent(portion.value)} {_BASES[portion.base]}"


def _when(fee: Fee) -> str:
    match fee.when:
        case FeeWhen.DISBURSEMENT:
            return "when the loan is paid out" + (", kept back from it" if fee.deducted else "")
        case FeeWhen.INSTALMENT:
            return "with every payment"
        case FeeWhen.LATE:
            return "for each payment that is not made in time"
