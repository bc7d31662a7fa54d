"""The only source of time. System time is never simulated; business time belongs to an organisation and may run fast.

Sessions, leases, heartbeats and rate limits use system time. Decisions, schedules, deadlines, holds and outcomes use the
organisation's business time, which is a straight line through (`system_anchor`, `business_anchor`) with slope `speed`.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def system_time_ns() -> int:
    """Return nanoseconds since 1970 of the system clock."""
    return time.time_ns()


def system_now() -> datetime:
    """Return system time in UTC."""
    return datetime.now(UTC)


def monotonic_seconds() -> float:
    """Return seconds of a clock that never goes back, for measuring durations and rate limits."""
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """Business time of one organisation. `speed` 1.0 with equal anchors is system time; 86,400 is a day per second."""

    system_anchor: datetime
    business_anchor: datetime
    speed: float = 1.0

    def at(self, system: datetime) -> datetime:
        """Convert a moment of system time to business time (both UTC)."""
        return self.business_anchor + (system - self.system_anchor) * self.speed

    def now(self) -> datetime:
        """Return the organisation's business time now (UTC)."""
        return self.at(system_now())

    def system_at(self, business: datetime) -> datetime:
        """Convert a moment of business time to the system time when it comes; a stopped clock never gets there."""
        if self.speed == 0:
            return datetime.max.replace(tzinfo=UTC) if business > self.business_anchor else self.system_anchor
        return self.system_anchor + timedelta(seconds=(business - self.business_anchor).total_seconds() / self.speed)


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
REAL_TIME = BusinessClock(system_anchor=_EPOCH, business_anchor=_EPOCH)
