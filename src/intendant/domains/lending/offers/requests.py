"""What somebody asks an offer to be: amounts, terms and rates as they came, turned into values. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from intendant.domains.lending.credit_terms import TERM_MONTHS_MAX
from intendant.domains.lending.offers.model import OfferInvalid, Requested
from intendant.domains.lending.terms import RATE_MAX
from intendant.kit.errors import Invalid
from intendant.kit.money import parse_amount

AMENDABLE = ("amount", "term_months", "rate")
"""What a person may change about an offer."""
_RATE_DIGITS = 6


def amended(requested: Requested, parameters: Mapping[str, object]) -> Requested:
    """Return a request with what an answer changes; raises OfferInvalid."""
    for name in parameters:
        if name not in AMENDABLE:
            raise OfferInvalid(
                f"'{name[:60]}' cannot be amended.",
                field=f"amended.{name[:60]}",
                remedy=f"An answer may change {', '.join(AMENDABLE)}.",
            )
    return parse_request(parameters, requested, path="amended.")


def parse_request(written: Mapping[str, Any], base: Requested | None = None, *, path: str = "") -> Requested:
    """Turn amount, term and rate as they came into a request over `base`; raises OfferInvalid."""
    found = base or Requested()
    if written.get("amount") is not None:
        try:
            amount = parse_amount(written["amount"])
        except Invalid as fault:
            raise OfferInvalid(fault.message, field=f"{path}amount", remedy=fault.remedy) from None
        if amount <= 0:
            raise OfferInvalid(f"{amount} is no amount.", field=f"{path}amount", remedy="Give a positive amount.")
        found = replace(found, amount=amount)
    if written.get("term_months") is not None:
        term = written["term_months"]
        if isinstance(term, bool) or not isinstance(term, int) or not 1 <= term <= TERM_MONTHS_MAX:
            raise OfferInvalid(
                f"{str(term)[:20]!r} is no term.",
                field=f"{path}term_months",
                remedy=f"Give 1 to {TERM_MONTHS_MAX} months.",
            )
        found = replace(found, term_months=term)
    if written.get("rate") is not None:
        found = replace(found, rate=_rate(written["rate"], f"{path}rate"))
    return found


def _rate(written: object, path: str) -> Decimal:
    try:
        rate = Decimal(str(written)) if not isinstance(written, bool) else Decimal("NaN")
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= RATE_MAX or int(rate.as_tuple().exponent) < -_RATE_DIGITS:
        raise OfferInvalid(
            f"{str(written)[:20]!r} is no rate.",
            field=path,
            remedy=f"Give 0 to {RATE_MAX} percent a year with at most {_RATE_DIGITS} decimals.",
        )
    return rate
