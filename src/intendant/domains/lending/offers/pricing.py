"""What an offer costs: from an application, what is known of the applicant and what was asked for, to the terms of one loan. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from intendant.domains.lending.credit_terms import BandedRate, CreditTerms, IndexRate, Price
from intendant.domains.lending.model import Application, FieldRole, FormField
from intendant.domains.lending.offers.model import Facts, Requested
from intendant.domains.lending.schedules.preview import Preview, preview
from intendant.domains.lending.terms import LoanTerms, PeriodUnit, TermsInvalid

MONTHS_PER_YEAR = 12
_DAYS_PER_YEAR = Decimal("365.25")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quote:
    """The terms of one loan, and what they come to for the borrower."""

    terms: LoanTerms
    term_months: int
    band: str | None
    list_rate: Decimal | None
    """What the product itself asks for; None where it has no price for this applicant."""
    index_rate: Decimal | None
    floating: IndexRate | None
    probability_of_default: Decimal | None
    schedule: Preview

    @property
    def apr(self) -> Decimal | None:
        """Return the annual percentage rate, None where none can be told."""
        return self.schedule.apr

    @property
    def instalment(self) -> Decimal:
        """Return what is due with the instalment in the middle of the schedule."""
        lines = self.schedule.lines
        return lines[len(lines) // 2].total

    @property
    def margin(self) -> Decimal | None:
        """Return the margin over the index."""
        return None if self.floating is None else self.floating.margin

    @property
    def monthly_instalment(self) -> Decimal:
        """Return what the instalment comes to in a month."""
        return (self.instalment * periods_per_year(self.terms) / MONTHS_PER_YEAR).quantize(_CENT)

    def price(self) -> dict[str, Any]:
        """Return what is kept of it beside the terms, as JSON."""
        return {
            "list_rate": _text(self.list_rate),
            "index": None if self.floating is None else self.floating.index,
            "index_rate": _text(self.index_rate),
            "margin": _text(self.margin),
            "probability_of_default": _text(self.probability_of_default),
            "effective_rate": _text(self.schedule.effective_rate),
            "instalment": _text(self.instalment),
            "monthly_instalment": _text(self.monthly_instalment),
        }


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why there is no price; `field` names what would have to be given."""

    why: str
    field: str
    remedy: str


def quote(application: Application, requested: Requested, facts: Facts, start: date) -> Quote | Unpriced:
    """Price a loan that begins on `start`."""
    credit = application.product.credit_terms
    if credit is None:
        return Unpriced("the product has no credit terms.", "product", "Publish it with credit terms.")
    return quote_terms(
        credit,
        amount=application.amount if requested.amount is None else requested.amount,
        term_months=requested.term_months or application.term_months or credit.terms.only,
        rate=requested.rate,
        facts=facts,
        start=start,
    )


def quote_terms(
    credit: CreditTerms, *, amount: Decimal, term_months: int | None, rate: Decimal | None, facts: Facts, start: date
) -> Quote | Unpriced:
    """Price a loan on a product's terms; `rate` is what was asked for instead of the product's own."""
    if term_months is None:
        return Unpriced("the application names no term.", "term_months", "Give a term in months.")
    index_rate = facts.index_rates.get(credit.rate.index) if isinstance(credit.rate, IndexRate) else None
    listed = credit.price(probability_of_default=facts.probability_of_default, score=facts.score, index_rate=index_rate)
    if listed is None and (rate is None or isinstance(credit.rate, IndexRate)):
        return _why_unpriced(credit, facts)
    agreed = _agreed(credit, listed, rate, index_rate)
    try:
        terms = credit.loan_terms(amount, term_months, agreed.rate, start, facts.probability_of_default)
        schedule = preview(terms)
    except TermsInvalid as fault:
        return Unpriced(fault.message, str(fault.field), fault.remedy or "Change it.")
    floating = None
    if isinstance(credit.rate, IndexRate) and agreed.margin is not None:
        floating = replace(credit.rate, margin=agreed.margin)
    return Quote(
        terms=terms,
        term_months=term_months,
        band=agreed.band,
        list_rate=None if listed is None else listed.rate,
        index_rate=index_rate,
        floating=floating,
        probability_of_default=facts.probability_of_default,
        schedule=schedule,
    )


def _agreed(credit: CreditTerms, listed: Price | None, rate: Decimal | None, index_rate: Decimal | None) -> Price:
    """Return the price that holds: the product's own, or the one asked for; of an index loan its margin moves along."""
    if rate is None:
        assert listed is not None  # noqa: S101 - checked by the caller
        return listed
    band = None if listed is None else listed.band
    if isinstance(credit.rate, IndexRate) and index_rate is not None:
        return Price(rate, band, rate - index_rate)
    return Price(rate, band)


def _why_unpriced(credit: CreditTerms, facts: Facts) -> Unpriced:
    match credit.rate:
        case IndexRate(index=index):
            return Unpriced(f"no rate of the index '{index}' is recorded.", "rate", "Record the index's rate.")
        case BandedRate(bands=bands):
            by_score = bands[0].from_score is not None
            known = facts.score if by_score else facts.probability_of_default
            what = "credit score" if by_score else "probability of default"
            if known is None:
                return Unpriced(f"no {what} is known, so no risk band fits.", "rate", "Name the rate in an amendment.")
            return Unpriced(f"a {what} of {known:.4g} falls in no risk band.", "rate", "Name the rate in an amendment.")
        case _:
            return Unpriced("it has no price.", "rate", "Name the rate in an amendment.")


def periods_per_year(terms: LoanTerms) -> Decimal:
    """Return how many periods a year has."""
    match terms.every.unit:
        case PeriodUnit.MONTH:
            return Decimal(MONTHS_PER_YEAR) / terms.every.count
        case PeriodUnit.WEEK:
            return _DAYS_PER_YEAR / 7 / terms.every.count
        case PeriodUnit.DAY:
            return _DAYS_PER_YEAR / terms.every.count


def monthly_income(application: Application) -> Decimal | None:
    """Return the applicant's income in a month; a field that says so in its name or label is of a year."""
    field = application.product.field_of(FieldRole.INCOME)
    value = None if field is None else application.inputs.get(field.name)
    if field is None or not isinstance(value, int | float) or isinstance(value, bool):
        return None
    income = Decimal(str(value))
    return income / MONTHS_PER_YEAR if _is_of_a_year(field) else income


def _is_of_a_year(field: FormField) -> bool:
    named = f"{field.name} {field.label}".lower()
    return "year" in named or "annual" in named


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
