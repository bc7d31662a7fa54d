"""What a borrower would get on a product's terms, before anything is published or offered: of a draft, or of a product."""

from datetime import date
from decimal import Decimal

from intendant.domains.lending import products
from intendant.domains.lending.catalogue import Catalogue
from intendant.domains.lending.credit_terms import BandedRate, CreditTerms, FixedRate, IndexRate
from intendant.domains.lending.credit_terms_json import PATH, parse_credit_terms
from intendant.domains.lending.model import Pricing, ProductInvalid
from intendant.domains.lending.offers import repository
from intendant.domains.lending.offers.model import OfferInvalid
from intendant.domains.lending.schedules.preview import Preview, preview
from intendant.domains.lending.terms import TermsInvalid
from intendant.kit.database import Transaction

_ASKED = frozenset({"amount", "term_months", "rate", "start"})
"""What is asked of a loan; every other fault lies in the terms themselves."""


def published_terms(tx: Transaction, catalogue: Catalogue, key: str, version: int | None = None) -> CreditTerms:
    """Return the credit terms of a product, by default as it is on offer.

    Raises ProductUnknown, ProductVersionUnknown, or ProductInvalid where it has none.
    """
    product = catalogue.latest(tx, key) if version is None else products.get_parsed(tx, catalogue, key, version)
    if product.credit_terms is None:
        raise ProductInvalid(f"'{key}' has no credit terms.", field="product", remedy="Add them to the product first.")
    return product.credit_terms


def drafted_terms(written: object, *, currency: str | None, loss_share: float | None) -> CreditTerms:
    """Return the credit terms of a draft, of which nothing else is looked at; raises ProductInvalid with the place at fault."""
    if currency is None or len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise ProductInvalid(
            "The draft names no currency.", field="currency", remedy="Give three letters of ISO 4217, such as USD."
        )
    return parse_credit_terms(
        written, currency=currency, loss_share=Pricing().loss_share if loss_share is None else loss_share
    )


def preview_on_terms(
    tx: Transaction,
    terms: CreditTerms,
    *,
    amount: Decimal,
    term_months: int,
    start: date,
    rate: Decimal | None = None,
    band: str | None = None,
    index_rate: Decimal | None = None,
) -> Preview:
    """Return the schedule of a loan on a product's terms at a rate, a band's rate or the product's own.

    Raises TermsInvalid for what the product does not lend, and OfferInvalid where the rate cannot be told.
    """
    agreed = _rate(tx, terms, band, index_rate) if rate is None else rate
    try:
        return preview(terms.loan_terms(amount, term_months, agreed, start))
    except TermsInvalid as fault:
        raise TermsInvalid(
            fault.message, field=_place(str(fault.field), by_index=index_rate is not None), remedy=fault.remedy
        ) from None


def _place(name: str, *, by_index: bool) -> str:
    """Return where a fault of a loan's terms is mended: in what was asked for, or in the product's terms."""
    if name == "rate" and by_index:
        return "index_rate"
    if name == "periods":
        return "term_months"
    return name if name in _ASKED else f"{PATH}.{name}"


def _rate(tx: Transaction, terms: CreditTerms, band: str | None, index_rate: Decimal | None) -> Decimal:
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
            if index_rate is not None:
                return indexed.rate_at(index_rate)
            recorded = repository.find_index_rates(tx, [indexed.index]).get(tx.organization_id, {})
            if indexed.index not in recorded:
                raise OfferInvalid(
                    f"No rate of the index '{indexed.index}' is recorded.",
                    field="index_rate",
                    remedy="Record it, or give one to try.",
                )
            return indexed.rate_at(recorded[indexed.index])
