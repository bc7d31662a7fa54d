"""What a borrower would get on a product's terms, for whoever edits them: a draft or a product as it is on offer."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.credit_terms import BandedRate, CreditTerms, FixedRate, IndexRate
from intendant.domains.lending.credit_terms_json import parse_credit_terms
from intendant.domains.lending.model import Pricing, ProductInvalid
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.model import OfferInvalid
from intendant.domains.lending.schedules.preview import Preview, preview
from intendant.kit.database import Transaction


def terms_of(tx: Transaction, catalogue: Catalogue, *, draft: Mapping[str, Any] | None, key: str | None) -> CreditTerms:
    """Return the credit terms of a draft, or of a product as it is on offer; raises ProductInvalid or ProductUnknown.

    Of a draft only currency, credit terms and the share that is lost are looked at: the rest may be unfinished.
    """
    if draft is None:
        if key is None:
            raise ProductInvalid("There is nothing to preview.", field="product", remedy="Send a draft, or give a key.")
        terms = catalogue.latest(tx, key).credit_terms
        if terms is None:
            raise ProductInvalid(f"'{key}' has no credit terms.", field="key", remedy="Add them to the product first.")
        return terms
    written, currency, pricing = draft.get("credit_terms"), draft.get("currency"), draft.get("pricing")
    if written is None:
        raise ProductInvalid("The draft has no credit terms.", field="credit_terms", remedy="Add them.")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isalpha() or not currency.isupper():
        raise ProductInvalid(
            "The draft names no currency.", field="currency", remedy="Give three letters of ISO 4217, such as USD."
        )
    share = pricing.get("loss_share") if isinstance(pricing, Mapping) else None
    is_number = isinstance(share, int | float) and not isinstance(share, bool)
    return parse_credit_terms(
        written, currency=currency, loss_share=float(share) if is_number and share is not None else Pricing().loss_share
    )


def preview_on_terms(
    tx: Transaction,
    terms: CreditTerms,
    *,
    amount: Decimal,
    term_months: int,
    rate: Decimal | None,
    band: str | None,
    start: date,
) -> Preview:
    """Return the schedule of a loan on a product's terms at a rate, a band's rate or the product's own.

    Raises TermsInvalid for what the product does not lend, and OfferInvalid where the rate cannot be told.
    """
    agreed = _rate(tx, terms, band) if rate is None else rate
    return preview(terms.loan_terms(amount, term_months, agreed, start))


def _rate(tx: Transaction, terms: CreditTerms, band: str | None) -> Decimal:
    match terms.rate:
        case FixedRate(rate=rate):
            return rate
        case BandedRate(bands=bands):
            found = next((each for each in bands if band is None or each.name == band), None)
            if found is None:
                listed = ", ".join(each.name for each in bands)
                raise OfferInvalid(
                    f"There is no band '{(band or '')[:40]}'.", field="band", remedy=f"Give one of {listed}."
                )
            return found.rate
        case IndexRate() as indexed:
            recorded = repository.find_index_rates(tx, [indexed.index]).get(tx.organization_id, {})
            if indexed.index not in recorded:
                raise OfferInvalid(
                    f"No rate of the index '{indexed.index}' is recorded.",
                    field="rate",
                    remedy="Record it, or give a rate to try.",
                )
            return indexed.rate_at(recorded[indexed.index])
