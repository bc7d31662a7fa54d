"""The words in which rules of offers and payouts are written, and their values for a case. Pure, but for listing products."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from intendant.domains.lending import queries
from intendant.domains.lending.catalogue import product_from_row
from intendant.domains.lending.contract import CANCEL_OFFER, DISBURSE, EXPIRE, HOLD_BACK, OFFER
from intendant.domains.lending.credit_terms import BandedRate
from intendant.domains.lending.model import Product
from intendant.domains.lending.offers.model import OfferCase, TrancheCase
from intendant.domains.lending.offers.pricing import Quote, Unpriced
from intendant.kernel.registry import ActionWord, CaseValue, ValueSource, ValueType, Vocabulary
from intendant.kit.database import Transaction

PRODUCTS_MAX = 100
_NUMBER, _INTEGER, _CATEGORY, _BOOLEAN = ValueType.NUMBER, ValueType.INTEGER, ValueType.CATEGORY, ValueType.BOOLEAN
_FEATURE, _INPUT, _SCORE = ValueSource.FEATURE, ValueSource.INPUT, ValueSource.SCORE
_PERCENT = "% a year"
_SECONDS_PER_DAY = 86_400.0

_OFFER_ACTIONS = (
    ActionWord(OFFER, "Make the offer"),
    ActionWord(CANCEL_OFFER, "Make no offer"),
    ActionWord(EXPIRE, "Let it expire", is_choice=False),
)
_DISBURSEMENT_ACTIONS = (
    ActionWord(DISBURSE, "Pay out"),
    ActionWord(HOLD_BACK, "Hold back"),
    ActionWord(EXPIRE, "Let it expire", is_choice=False),
)


def offer_values(case: OfferCase, priced: Quote | Unpriced) -> Mapping[str, Any]:
    """Return all that rules may look at about an offer."""
    application, facts = case.application, case.facts
    values: dict[str, Any] = {
        "product": application.product.key,
        "amount": float(application.amount),
        "term_months": application.term_months,
        "requested": case.requested.is_own,
        "above_approved": 0.0,
        "probability_of_default": _number(facts.probability_of_default),
        "credit_score": _number(facts.score),
        "income": _number(facts.monthly_income),
    }
    unknown = ("rate", "list_rate", "rate_difference", "apr", "effective_rate", "risk_band", "margin", "index_rate")
    values |= dict.fromkeys((*unknown, "instalment", "monthly_instalment", "instalment_to_income"))
    if isinstance(priced, Unpriced):
        return values
    income, terms = facts.monthly_income, priced.terms
    listed = priced.list_rate
    return values | {
        "amount": float(terms.amount),
        "term_months": priced.term_months,
        "above_approved": float(terms.amount - application.amount),
        "rate": float(terms.rate),
        "list_rate": _number(listed),
        "rate_difference": None if listed is None else float(terms.rate - listed),
        "apr": _number(priced.apr),
        "effective_rate": _number(priced.schedule.effective_rate),
        "risk_band": priced.band,
        "margin": _number(priced.margin),
        "index_rate": _number(priced.index_rate),
        "instalment": float(priced.instalment),
        "monthly_instalment": float(priced.monthly_instalment),
        "instalment_to_income": round(float(priced.monthly_instalment / income), 6) if income else None,
    }


def tranche_values(case: TrancheCase, paid_out: Decimal, now: datetime) -> Mapping[str, Any]:
    """Return all that rules may look at about a payout. `paid_out` is the amount less what is kept back."""
    terms = case.loan.terms
    since = None if case.accepted_at is None else (now - case.accepted_at).total_seconds() / _SECONDS_PER_DAY
    return {
        "product": case.application.product.key,
        "amount": float(case.amount),
        "paid_out": float(paid_out),
        "tranche": case.number,
        "tranches": case.tranches,
        "loan_amount": float(terms.amount),
        "paid_before": float(case.paid_before),
        "open_conditions": case.open_conditions,
        "days_since_acceptance": None if since is None else round(since, 4),
        "rate": float(terms.rate),
        "term_months": case.application.term_months,
        "probability_of_default": float(terms.provisioning.pd),
        "loan_state": case.loan.state.value,
        "days_past_due": case.loan.days_past_due,
    }


def offer_words(tx: Transaction) -> Vocabulary:
    """List the words of offers, over the products that are on offer now."""
    products = _products(tx)
    unit = _unit(products)
    bands = tuple(dict.fromkeys(name for product in products for name in _bands(product)))
    values = (
        _product(products),
        CaseValue("amount", "Amount offered", _NUMBER, _FEATURE, unit=unit),
        CaseValue("above_approved", "Amount above what was approved", _NUMBER, _FEATURE, unit=unit),
        CaseValue("term_months", "Term", _INTEGER, _FEATURE, unit="months"),
        CaseValue("rate", "Nominal rate", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("list_rate", "Rate of the product", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("rate_difference", "Rate less that of the product", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("apr", "Annual percentage rate", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("effective_rate", "Effective annual rate", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("risk_band", "Risk band", _CATEGORY, _FEATURE, bands),
        CaseValue("probability_of_default", "Probability of default", _NUMBER, _SCORE, minimum=0.0, maximum=1.0),
        CaseValue("credit_score", "Credit score", _NUMBER, _INPUT),
        CaseValue("margin", "Margin over the index", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("index_rate", "Rate of the index", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("instalment", "Instalment", _NUMBER, _FEATURE, unit=unit),
        CaseValue("monthly_instalment", "Instalment in a month", _NUMBER, _FEATURE, unit=unit),
        CaseValue("income", "Income in a month", _NUMBER, _INPUT, unit=unit),
        CaseValue("instalment_to_income", "Instalment to income", _NUMBER, _FEATURE, minimum=0.0),
        CaseValue("requested", "Somebody asked for these terms", _BOOLEAN, _FEATURE),
    )
    return Vocabulary(values, _OFFER_ACTIONS, {})


def disbursement_words(tx: Transaction) -> Vocabulary:
    """List the words of payouts, over the products that are on offer now."""
    products = _products(tx)
    unit = _unit(products)
    values = (
        _product(products),
        CaseValue("amount", "Amount of the tranche", _NUMBER, _FEATURE, unit=unit),
        CaseValue("paid_out", "Amount less fees kept back", _NUMBER, _FEATURE, unit=unit),
        CaseValue("tranche", "Number of the tranche", _INTEGER, _FEATURE, minimum=1),
        CaseValue("tranches", "Tranches of the loan", _INTEGER, _FEATURE, minimum=1),
        CaseValue("loan_amount", "Amount of the loan", _NUMBER, _FEATURE, unit=unit),
        CaseValue("paid_before", "Paid out before", _NUMBER, _FEATURE, unit=unit),
        CaseValue("open_conditions", "Conditions not met", _INTEGER, _FEATURE, minimum=0),
        CaseValue("days_since_acceptance", "Days since the offer was accepted", _NUMBER, _FEATURE, unit="days"),
        CaseValue("rate", "Nominal rate", _NUMBER, _FEATURE, unit=_PERCENT),
        CaseValue("term_months", "Term", _INTEGER, _FEATURE, unit="months"),
        CaseValue("probability_of_default", "Probability of default", _NUMBER, _SCORE, minimum=0.0, maximum=1.0),
        CaseValue("loan_state", "State of the loan", _CATEGORY, _FEATURE, ("approved", "active", "overpaid")),
        CaseValue("days_past_due", "Days past due", _INTEGER, _FEATURE, unit="days", minimum=0),
    )
    return Vocabulary(values, _DISBURSEMENT_ACTIONS, {})


def _products(tx: Transaction) -> list[Product]:
    return [product_from_row(row) for row in queries.list_products(tx, tx.organization_id, limit=PRODUCTS_MAX)]


def _product(products: list[Product]) -> CaseValue:
    return CaseValue("product", "Product", _CATEGORY, _FEATURE, tuple(product.key for product in products))


def _unit(products: list[Product]) -> str | None:
    currencies = {product.currency for product in products}
    return currencies.pop() if len(currencies) == 1 else None


def _bands(product: Product) -> tuple[str, ...]:
    rate = None if product.credit_terms is None else product.credit_terms.rate
    return tuple(band.name for band in rate.bands) if isinstance(rate, BandedRate) else ()


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
