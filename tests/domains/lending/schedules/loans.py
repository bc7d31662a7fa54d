"""Terms for tests, drawn or written."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from intendant.domains.lending.terms import (
    Base,
    BrokenPeriod,
    DayCount,
    Every,
    Grace,
    InstalmentFormula,
    LoanTerms,
    Method,
    PeriodUnit,
    Portion,
    Rounding,
    RoundingMode,
)
from intendant.kit.money import minor_unit

CURRENCIES = ("USD", "JPY", "KWD", "CLF")


def terms(**more: Any) -> LoanTerms:
    """Return terms that differ from a plain loan by what is given."""
    plain: dict[str, Any] = {
        "amount": Decimal(1000),
        "currency": "USD",
        "rate": Decimal(12),
        "periods": 12,
        "start": date(2024, 1, 1),
    }
    return LoanTerms(**(plain | more))


@st.composite
def loans(draw: st.DrawFn, periods_max: int = 60) -> LoanTerms:
    """Draw terms of every kind."""
    currency = draw(st.sampled_from(CURRENCIES))
    unit = minor_unit(currency)
    amount = draw(st.integers(100, 10_000_000)) * unit
    periods = draw(st.integers(1, periods_max))
    every = Every(draw(st.integers(1, 4)), draw(st.sampled_from(PeriodUnit)))
    start = draw(st.dates(date(1999, 1, 1), date(2060, 12, 31)))
    grace = Grace(
        principal=draw(st.integers(0, periods - 1)) if draw(st.booleans()) else 0,
        interest=draw(st.integers(0, periods - 1)) if draw(st.booleans()) else 0,
        free=draw(st.integers(0, periods)) if draw(st.booleans()) else 0,
    )
    is_monthly = every.unit is PeriodUnit.MONTH
    shares = st.integers(0, 50).map(lambda value: Portion(Decimal(value), Base.PRINCIPAL))
    return LoanTerms(
        amount=amount,
        currency=currency,
        rate=draw(st.decimals(0, 150, places=3)),
        periods=periods,
        start=start,
        every=every,
        first_due=draw(st.none() | st.dates(date.fromordinal(start.toordinal() + 1), date(2062, 12, 31))),
        due_day=draw(st.none() | st.integers(1, 31)) if is_monthly else None,
        day_count=draw(st.sampled_from(DayCount)),
        method=draw(st.sampled_from(Method)),
        formula=draw(st.sampled_from(InstalmentFormula)),
        rounding=Rounding(draw(st.sampled_from(RoundingMode))),
        instalment_rounding=draw(
            st.none() | st.sampled_from(RoundingMode).map(lambda mode: Rounding(mode, max(unit, Decimal(1))))
        ),
        level_last=draw(st.booleans()),
        broken_period=draw(st.sampled_from(BrokenPeriod)),
        grace=grace,
        balloon=draw(st.none() | shares),
        down_payment=draw(st.none() | shares),
    )
