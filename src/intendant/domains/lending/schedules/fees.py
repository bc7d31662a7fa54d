"""What a product's own fees come to."""

from decimal import Decimal

from intendant.domains.lending.schedules.rounding import round_to
from intendant.domains.lending.terms import Base, Fee, LoanTerms

_HUNDRED = Decimal(100)


def fee_amount(terms: LoanTerms, fee: Fee, *, disbursed: Decimal, instalment: Decimal, overdue: Decimal) -> Decimal:
    """Return a fee, rounded: flat, or its share of what was disbursed, of the instalment or of what is overdue."""
    portion = fee.portion
    match portion.base:
        case Base.FLAT:
            return round_to(portion.value, terms.rounding, terms.currency)
        case Base.PRINCIPAL:
            of = disbursed
        case Base.INSTALMENT:
            of = instalment
        case Base.OVERDUE:
            of = overdue
    return round_to(of * portion.value / _HUNDRED, terms.rounding, terms.currency)
