"""The functions of a financial calculator, as numpy-financial and spreadsheets define them: what is paid out is negative.

Exact decimals in and out; only `rate` and `irr`, which must be searched for, are found in floating point.
"""

import math
from collections.abc import Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from intendant.domains.lending.schedules.roots import FLOWS_MAX, RateNotFound, discount_logs, not_found
from intendant.kit.errors import Invalid

ZERO = Decimal(0)
ONE = Decimal(1)
_PRECISION = 34


class FinanceInvalid(Invalid):
    """Arguments for which a financial function has no value."""

    code = "finance_invalid"


def pmt(rate: Decimal, nper: Decimal | int, pv: Decimal, fv: Decimal = ZERO, *, begin: bool = False) -> Decimal:
    """Return the payment of each of `nper` periods that turns `pv` into `-fv`; at the beginning of periods if `begin`."""
    with localcontext(prec=_PRECISION):
        _require(nper != 0, "nper", "There is no period.")
        if rate == 0:
            return -(fv + pv) / nper
        growth = (ONE + rate) ** nper
        return -(fv + pv * growth) * rate / ((ONE + rate * begin) * (growth - ONE))


def pv(rate: Decimal, nper: Decimal | int, pmt: Decimal, fv: Decimal = ZERO, *, begin: bool = False) -> Decimal:
    """Return the present value."""
    with localcontext(prec=_PRECISION):
        if rate == 0:
            return -(fv + pmt * nper)
        growth = (ONE + rate) ** nper
        return -(fv + pmt * (ONE + rate * begin) * (growth - ONE) / rate) / growth


def fv(rate: Decimal, nper: Decimal | int, pmt: Decimal, pv: Decimal, *, begin: bool = False) -> Decimal:
    """Return the future value."""
    with localcontext(prec=_PRECISION):
        if rate == 0:
            return -(pv + pmt * nper)
        growth = (ONE + rate) ** nper
        return -pv * growth - pmt * (ONE + rate * begin) * (growth - ONE) / rate


def nper(rate: Decimal, pmt: Decimal, pv: Decimal, fv: Decimal = ZERO, *, begin: bool = False) -> Decimal:
    """Return the number of periods, whole or not; raises FinanceInvalid where the payments never get there."""
    with localcontext(prec=_PRECISION):
        try:
            if rate == 0:
                return -(fv + pv) / pmt
            z = pmt * (ONE + rate * begin) / rate
            return ((z - fv) / (z + pv)).ln() / (ONE + rate).ln()
        except (InvalidOperation, DivisionByZero):
            raise FinanceInvalid(
                "The payments never get there.", field="pmt", remedy="Give payments above the interest."
            ) from None


def ipmt(
    rate: Decimal, per: int, nper: Decimal | int, pv: Decimal, fv: Decimal = ZERO, *, begin: bool = False
) -> Decimal:
    """Return the interest within the payment of period `per`, counted from 1."""
    _require(per >= 1, "per", "Periods count from 1.")
    if begin and per == 1:
        return ZERO
    with localcontext(prec=_PRECISION):
        payment = pmt(rate, nper, pv, fv, begin=begin)
        interest = _future(rate, per - 1, payment, pv, begin=begin) * rate
        return interest / (ONE + rate) if begin else interest


def ppmt(
    rate: Decimal, per: int, nper: Decimal | int, pv: Decimal, fv: Decimal = ZERO, *, begin: bool = False
) -> Decimal:
    """Return the principal within the payment of period `per`, counted from 1."""
    return pmt(rate, nper, pv, fv, begin=begin) - ipmt(rate, per, nper, pv, fv, begin=begin)


def rate(nper: int, pmt: Decimal, pv: Decimal, fv: Decimal = ZERO, *, begin: bool = False) -> Decimal:
    """Return the rate of a period; raises RateNotFound where there is none."""
    _require(1 <= nper <= FLOWS_MAX - 1, "nper", f"Give 1 to {FLOWS_MAX - 1:,} whole periods.")
    amounts = [float(pv)] + [0.0] * nper
    for period in range(nper):
        amounts[period if begin else period + 1] += float(pmt)
    amounts[nper] += float(fv)
    return _chosen(discount_logs(list(enumerate(amounts))))


def npv(rate: Decimal, values: Sequence[Decimal]) -> Decimal:
    """Return the net present value of payments a period apart, the first of them today."""
    _require(rate > -1, "rate", "A rate of -100 percent or less discounts nothing.")
    with localcontext(prec=_PRECISION):
        total = ZERO
        for value in reversed(values):
            total = total / (ONE + rate) + value
        return total


def irr(values: Sequence[Decimal]) -> Decimal:
    """Return the internal rate of return a period; of several the smallest that is not negative, else the one nearest to zero.

    Raises RateNotFound where there is none.
    """
    return _chosen(discount_logs([(float(place), float(value)) for place, value in enumerate(values)]))


def mirr(values: Sequence[Decimal], finance_rate: Decimal, reinvest_rate: Decimal) -> Decimal:
    """Return the modified internal rate of return: outflows are financed at one rate, inflows reinvested at another."""
    inflows = [max(each, ZERO) for each in values]
    outflows = [min(each, ZERO) for each in values]
    if not (any(inflows) and any(outflows) and len(values) > 1):
        raise not_found("There are not both payments in and out.")
    with localcontext(prec=_PRECISION):
        gain = npv(reinvest_rate, inflows) / -npv(finance_rate, outflows)
        return gain ** (ONE / (len(values) - 1)) * (ONE + reinvest_rate) - ONE


def _future(rate: Decimal, nper: int, payment: Decimal, present: Decimal, *, begin: bool) -> Decimal:
    return fv(rate, nper, payment, present, begin=begin)


def _chosen(logs: Sequence[float]) -> Decimal:
    rates = [math.expm1(each) for each in logs]
    if not rates:
        raise not_found("No rate makes these payments worth the same.")
    positive = [each for each in rates if each >= 0]
    best = min(positive) if positive else max(rates)
    return Decimal(repr(best))


def _require(is_sound: bool, field: str, message: str) -> None:
    if not is_sound:
        raise FinanceInvalid(message, field=field, remedy="Give another value.")


__all__ = ["FinanceInvalid", "RateNotFound", "fv", "ipmt", "irr", "mirr", "nper", "npv", "pmt", "ppmt", "pv", "rate"]
