"""Rate limits in memory by the generic cell rate algorithm (GCRA): one number per caller, no timers.

Each server process admits on its own. Where several serve one installation, each is to be given a lease of the common
allowance (tokens drawn in advance from one row, as many as it used in the last second); until then the limit holds per process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from intendant.kit import clock
from intendant.kit.errors import TooManyRequests

CALLERS_MAX = 100_000
_ROUNDING_SECONDS = 1e-9
"""So much is rounding, not a request too many."""


class RateLimited(TooManyRequests):
    """Too many requests from one caller."""

    code = "rate_limited"


class RateLimit:
    """Admits `per_second` on average and `burst` at once, for each caller apart. Remembers the last `CALLERS_MAX` callers."""

    __slots__ = ("_due", "_interval", "_lock", "_now", "_tolerance")

    def __init__(self, *, per_second: float, burst: int, now: Callable[[], float] = clock.monotonic_seconds) -> None:
        self._interval = 1.0 / per_second
        self._tolerance = self._interval * max(burst - 1, 0)
        self._now = now
        self._due: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, caller: Hashable, *, cost: int = 1) -> float:
        """Take `cost` admissions and return 0.0, or take nothing and return the seconds until they can be had."""
        with self._lock:
            now = self._now()
            due = max(self._due.get(caller, now), now)
            wait = due + (cost - 1) * self._interval - now - self._tolerance
            if wait > _ROUNDING_SECONDS:
                return wait
            self._due[caller] = due + cost * self._interval
            self._due.move_to_end(caller)
            if len(self._due) > CALLERS_MAX:
                self._due.popitem(last=False)
            return 0.0

    def wait_for_one(self, caller: Hashable) -> float:
        """Return the seconds until one admission can be had (0.0 for now), taking nothing."""
        with self._lock:
            now = self._now()
            wait = max(self._due.get(caller, now), now) - now - self._tolerance
            return wait if wait > _ROUNDING_SECONDS else 0.0

    def take(self, caller: Hashable, *, cost: int = 1) -> None:
        """Take admissions; raises RateLimited, which says when to try again."""
        wait = self.wait_seconds(caller, cost=cost)
        if wait:
            raise rate_limited(wait)


def rate_limited(wait_seconds: float) -> RateLimited:
    """Build the error that says when to try again."""
    return RateLimited(
        "Too many requests.",
        remedy=f"Try again in {wait_seconds:.1f} seconds.",
        data={"retry_after_seconds": wait_seconds},
    )
