"""Rounding of amounts to what can be paid: a currency's smallest unit, or multiples of a stated one."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import lru_cache

from intendant.domains.lending.terms import Rounding, RoundingMode
from intendant.kit.money import minor_unit

_MODES = {
    RoundingMode.HALF_EVEN: ROUND_HALF_EVEN,
    RoundingMode.HALF_UP: ROUND_HALF_UP,
    RoundingMode.HALF_DOWN: ROUND_HALF_DOWN,
    RoundingMode.UP: ROUND_UP,
    RoundingMode.DOWN: ROUND_DOWN,
    RoundingMode.CEILING: ROUND_CEILING,
    RoundingMode.FLOOR: ROUND_FLOOR,
}
NEAREST = frozenset({RoundingMode.HALF_EVEN, RoundingMode.HALF_UP, RoundingMode.HALF_DOWN})
_ONE = Decimal(1)
ROUNDERS_MAX = 512

Rounder = Callable[[Decimal], Decimal]


def round_to(amount: Decimal, rounding: Rounding, currency: str) -> Decimal:
    """Round an amount to a multiple of the rounding's unit; the result has the currency's digits."""
    return rounder(rounding, currency)(amount)


@lru_cache(maxsize=ROUNDERS_MAX)
def rounder(rounding: Rounding, currency: str) -> Rounder:
    """Return `round_to` for one rounding and currency, for loops."""
    smallest, mode = minor_unit(currency), _MODES[rounding.mode]
    unit = smallest if rounding.unit is None else rounding.unit
    if unit == smallest:
        return lambda amount: amount.quantize(smallest, rounding=mode)
    digits = min(unit, smallest)
    return lambda amount: ((amount / unit).quantize(_ONE, rounding=mode) * unit).quantize(digits)
