"""A loan's terms in plain words, a sentence each."""

from collections.abc import Iterator
from decimal import Decimal

from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.terms import (
    Base,
    Every,
    Excess,
    FeeWhen,
    InterestBasis,
    LoanTerms,
    Method,
    PeriodUnit,
    Portion,
)

_METHODS = {
    Method.EQUAL_INSTALMENT: "equal instalments",
    Method.EQUAL_PRINCIPAL: "instalments of equal principal",
    Method.INTEREST_ONLY: "instalments of interest, all principal with the last",
}
_EXCESS = {
    Excess.HOLD: "is kept for the instalments to come",
    Excess.NEXT: "pays the next instalments at once",
    Excess.SHORTEN: "repays principal, so that the last instalments fall away",
    Excess.LOWER: "repays principal, so that the remaining instalments become smaller",
}
_WHEN = {
    FeeWhen.DISBURSEMENT: "when it is paid out",
    FeeWhen.INSTALMENT: "with each instalment",
    FeeWhen.LATE: "for each instalment that is late",
}
_BASES = {Base.PRINCIPAL: "the amount", Base.INSTALMENT: "the instalment", Base.OVERDUE: "what is overdue"}


def describe(terms: LoanTerms, floating: IndexRate | None = None) -> list[str]:
    """Return the terms as sentences, the most important first."""
    return list(_sentences(terms, floating))


def _sentences(terms: LoanTerms, floating: IndexRate | None) -> Iterator[str]:
    currency = terms.currency
    yield f"{terms.amount:,.2f} {currency} in {terms.periods} {_METHODS[terms.method]}, {_every(terms.every)}."
    if floating is None:
        yield f"Interest of {_number(terms.rate)}% a year, by {terms.day_count.value}."
    else:
        yield (
            f"Interest of {floating.index} plus {_number(floating.margin)}%, {_number(terms.rate)}% a year at first, set anew"
            f" {_every(floating.reset_every)}, by {terms.day_count.value}."
        )
    if terms.basis is InterestBasis.SCHEDULED:
        yield "Interest is computed on the principal as scheduled; paying late costs penalties alone."
    grace = terms.grace
    for count, what in ((grace.principal, "no principal is due"), (grace.interest, "no interest is due")):
        if count:
            yield f"In the first {count} instalments {what}."
    if grace.free:
        yield f"In the first {grace.free} periods no interest accrues."
    if terms.down_payment is not None:
        yield f"A down payment of {_portion(terms.down_payment, currency)} is due on the day it is paid out."
    if terms.balloon is not None:
        yield f"{_portion(terms.balloon, currency).capitalize()} is left for the last instalment."
    for fee in terms.fees:
        kept = ", kept back from it" if fee.deducted else ""
        yield f"{fee.name}: {_portion(fee.portion, currency)} {_WHEN[fee.when]}{kept}."
    penalty = terms.penalty
    if penalty.rate:
        after = f" after {penalty.grace_days} days" if penalty.grace_days else ""
        yield f"Penalty interest of {_number(penalty.rate)}% a year on what is overdue{after}."
    order = ", then ".join(terms.allocation.order)
    whole = "the oldest instalment first" if terms.allocation.by_instalment else "kind by kind"
    yield f"Payments pay {order}, {whole}. What is beyond {_EXCESS[terms.allocation.excess]}."


def _every(every: Every) -> str:
    single = {PeriodUnit.DAY: "daily", PeriodUnit.WEEK: "weekly", PeriodUnit.MONTH: "monthly"}
    if every.count == 1:
        return single[every.unit]
    return f"every {every.count} {every.unit.value}s"


def _portion(portion: Portion, currency: str) -> str:
    if portion.base is Base.FLAT:
        return f"{portion.value:,.2f} {currency}"
    return f"{_number(portion.value)}% of {_BASES[portion.base]}"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
