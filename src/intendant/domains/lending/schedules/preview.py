"""A loan's schedule before there is a loan: each instalment with its fees, the totals, and what the credit costs a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from intendant.domains.lending.schedules.apr import Flow, apr, effective_rate
from intendant.domains.lending.schedules.fees import fee_amount
from intendant.domains.lending.schedules.plan import Plan, down_payment, projection
from intendant.domains.lending.schedules.roots import RateNotFound
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.domains.lending.terms import FeeWhen, LoanTerms, Method, TermsInvalid
from intendant.kit.money import minor_unit

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One instalment, number 0 what is due when the loan is paid out; `balance` is the principal outstanding after it."""

    number: int
    begins: date
    due: date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    balance: Decimal

    @property
    def days(self) -> int:
        """Return the days of its period."""
        return (self.due - self.begins).days

    @property
    def total(self) -> Decimal:
        """Return what is due with it."""
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True)
class Preview:
    """A schedule with what it costs. `paid_out` is the amount less the fees kept back; rates are percent a year.

    `instalment` is the equal instalment, or the equal part of principal. `apr` and `effective_rate` are None where no rate
    exists, such as where the fees leave nothing to pay out.
    """

    terms: LoanTerms
    instalment: Decimal
    paid_out: Decimal
    lines: tuple[PreviewLine, ...]
    apr: Decimal | None
    effective_rate: Decimal | None


def preview(terms: LoanTerms) -> Preview:
    """Return the schedule of a loan that is paid out in full on its first day; raises TermsInvalid for terms without one."""
    found = projection(terms)
    _require_an_end(terms, found)
    kept_back = _fees(terms, FeeWhen.DISBURSEMENT, ZERO, deducted=True)
    lines = _lines(terms, found)
    return of_lines(terms, found.instalment, terms.amount - kept_back, lines)


def of_lines(
    terms: LoanTerms,
    instalment: Decimal,
    paid_out: Decimal,
    lines: Sequence[PreviewLine],
    advances: Sequence[Flow] | None = None,
) -> Preview:
    """Return a preview of given instalments; `advances` where money is paid out otherwise than at once on the first day."""
    received = list(advances) if advances is not None else [Flow(terms.start, paid_out)]
    flows = [*received, *(Flow(each.due, -each.total) for each in lines)]
    return Preview(
        terms=terms,
        instalment=instalment,
        paid_out=paid_out,
        lines=tuple(lines),
        apr=_rate(apr, flows, terms),
        effective_rate=_rate(effective_rate, flows, terms),
    )


def dump_preview(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON values, amounts as text with the currency's digits."""
    terms, lines = found.terms, found.lines
    smallest = minor_unit(terms.currency)

    def money(amount: Decimal) -> str:
        return f"{amount.quantize(smallest):f}"

    def rate(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"

    return {
        "currency": terms.currency,
        "amount": money(terms.amount),
        "rate": f"{terms.rate:f}",
        "periods": sum(1 for each in lines if each.number),
        "start": terms.start.isoformat(),
        "maturity": lines[-1].due.isoformat(),
        "instalment": money(found.instalment),
        "paid_out": money(found.paid_out),
        "instalments": [
            {
                "number": each.number,
                "from": each.begins.isoformat(),
                "due": each.due.isoformat(),
                "days": each.days,
                "principal": money(each.principal),
                "interest": money(each.interest),
                "fees": money(each.fees),
                "total": money(each.total),
                "balance": money(each.balance),
            }
            for each in lines
        ],
        "totals": {
            "principal": money(sum((each.principal for each in lines), ZERO)),
            "interest": money(sum((each.interest for each in lines), ZERO)),
            "fees": money(sum((each.fees for each in lines), ZERO)),
            "kept_back": money(_fees(terms, FeeWhen.DISBURSEMENT, ZERO, deducted=True)),
            "total": money(sum((each.total for each in lines), ZERO)),
        },
        "apr": rate(found.apr),
        "effective_rate": rate(found.effective_rate),
        "terms": dump_terms(terms),
    }


def _require_an_end(terms: LoanTerms, found: Plan) -> None:
    """Refuse a stated instalment that the interest eats up, so that the last one would be the loan itself."""
    if terms.fixed_instalment is None or terms.method is not Method.EQUAL_INSTALMENT or len(found.lines) < 2:
        return
    if all(each.principal <= 0 for each in found.lines[terms.grace.principal : -1]) and found.lines[-1].principal > (
        terms.fixed_instalment
    ):
        raise TermsInvalid(
            f"An instalment of {terms.fixed_instalment} does not cover the interest.",
            field="fixed_instalment",
            remedy=f"Give more than {max(each.interest for each in found.lines[:-1])}.",
        )


def _lines(terms: LoanTerms, found: Plan) -> list[PreviewLine]:
    lines = []
    at_once = down_payment(terms, terms.amount)
    fees = _fees(terms, FeeWhen.DISBURSEMENT, ZERO, deducted=False)
    if at_once or fees or found.upfront:
        left = terms.amount - at_once
        lines.append(PreviewLine(0, terms.start, terms.start, at_once, found.upfront, fees, left))
    for each in found.lines:
        fees = _fees(terms, FeeWhen.INSTALMENT, each.principal + each.interest, deducted=False)
        lines.append(PreviewLine(each.number, each.begins, each.due, each.principal, each.interest, fees, each.balance))
    return lines


def _fees(terms: LoanTerms, when: FeeWhen, instalment: Decimal, *, deducted: bool) -> Decimal:
    found = (each for each in terms.fees if each.when is when and each.deducted is deducted)
    return sum(
        (fee_amount(terms, each, disbursed=terms.amount, instalment=instalment, overdue=ZERO) for each in found), ZERO
    )


def _rate(formula: Any, flows: Sequence[Flow], terms: LoanTerms) -> Decimal | None:
    try:
        found: Decimal = formula(flows, terms.every)
    except RateNotFound:
        return None
    return found
