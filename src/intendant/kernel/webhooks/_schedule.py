"""When a delivery that failed is tried again: the schedule that Standard Webhooks recommends, or what the receiver asks. Pure."""

from datetime import datetime, timedelta
from random import Random

SECONDS_BETWEEN = (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000)
"""5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h: eight attempts in about 28 hours."""
ATTEMPTS_MAX = len(SECONDS_BETWEEN) + 1
JITTER = 0.1
RETRY_AFTER_MAX = timedelta(hours=24)
OK_STATUS = range(200, 300)
GONE_STATUS = 410
WAIT_STATUS = (429, 503)
"""With these a receiver may say when to come again."""


def next_due(attempts: int, now: datetime, random: Random, *, retry_after: timedelta | None = None) -> datetime | None:
    """Return when to try again after so many attempts, or None where that was the last; never before `retry_after`."""
    if attempts >= ATTEMPTS_MAX:
        return None
    planned = timedelta(seconds=SECONDS_BETWEEN[attempts - 1] * (1 + JITTER * random.uniform(-1, 1)))
    if retry_after is None:
        return now + planned
    return now + max(planned, min(retry_after, RETRY_AFTER_MAX))
