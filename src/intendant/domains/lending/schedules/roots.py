"""Solving for a rate: what discount makes payments and advances worth the same. Bounded work, and a clear error without a solution.

Rates are found in binary floating point to about 12 digits, far beyond what is shown or compared; money never passes through.
"""

import math
from collections.abc import Callable, Sequence

from intendant.kit.errors import Invalid

STEPS_MAX = 200
FLOWS_MAX = 10_000
_LOG_MAX = 14.0
"""Rates are sought from -99.9999 percent to e**14 - 1 a period."""
_GRID = 560


class RateNotFound(Invalid):
    """Payments for which no rate exists."""

    code = "rate_not_found"


def not_found(message: str) -> RateNotFound:
    """Return the error for payments that no rate explains."""
    return RateNotFound(message, field="flows", remedy="Give an amount paid out and payments that return at least it.")


def discount_logs(flows: Sequence[tuple[float, float]]) -> list[float]:
    """Return every u = log(1 + rate) at which flows of (time, amount) sum to zero when discounted, in ascending order.

    Times are from 0, in any unit; the rate is that of the unit.
    """
    if len(flows) > FLOWS_MAX:
        raise RateNotFound(
            f"There are {len(flows)} payments.", field="flows", remedy=f"Give at most {FLOWS_MAX:,} payments."
        )
    amounts = [amount for _, amount in flows]
    if not (any(each > 0 for each in amounts) and any(each < 0 for each in amounts)):
        return []
    end = max(time for time, _ in flows)

    def worth(log: float) -> float:
        # Seen from the end where the rate is negative, so that no term can overflow.
        shift = end if log < 0 else 0.0
        return math.fsum(amount * math.exp(-log * (time - shift)) for time, amount in flows)

    found: list[float] = []
    before, value_before = -_LOG_MAX, worth(-_LOG_MAX)
    for step in range(1, _GRID + 1):
        # Finer around zero, where rates are.
        share = 2 * step / _GRID - 1
        here = _LOG_MAX * share * abs(share)
        value = worth(here)
        if value == 0:
            found.append(here)
        elif value_before * value < 0:
            found.append(bisect(worth, before, here))
        before, value_before = here, value
    return found


def bisect(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function changes its sign between two points; it must have opposite signs there."""
    at_low = function(low)
    for _ in range(STEPS_MAX):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        here = function(middle)
        if here == 0:
            return middle
        if (here < 0) == (at_low < 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2
