"""What components have used of their budgets in the current windows, threaded over a batch.

The limit is the policy's, the use is the record's; what is left is their difference, so a new policy takes effect at once
in the middle of a window. Which moment a window began is the record's business: the gate only sees current windows.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from intendant.kernel.gate._policy import Limit
from intendant.kernel.gate._rules import NOTHING_USED, Used
from intendant.kernel.gate._verdict import AllowanceKey, Reservation, Verdict

__all__ = ["Allowances", "Used", "total_reserved"]


class Allowances:
    """Budgets used so far. Persistent: `after` returns a new one and leaves this one as it is."""

    __slots__ = ("_used",)

    def __init__(self, used: Mapping[AllowanceKey, Used] | None = None) -> None:
        self._used: dict[AllowanceKey, Used] = dict(used or {})

    def used(self, key: AllowanceKey) -> Used:
        """Return the count and amount used in the current window."""
        return self._used.get(key, NOTHING_USED)

    def left(self, key: AllowanceKey, limit: Limit) -> tuple[int | None, Decimal | None]:
        """Return the count and amount left under a limit, None where it sets none."""
        count, amount = self.used(key)
        return (
            None if limit.count is None else limit.count - count,
            None if limit.amount is None else limit.amount - amount,
        )

    def after(self, verdicts: Iterable[Verdict]) -> "Allowances":
        """Return the allowances once the verdicts' reservations are taken."""
        following = Allowances(self._used)
        for verdict in verdicts:
            take(following._used, verdict.reserved)
        return following

    def as_mapping(self) -> Mapping[AllowanceKey, Used]:
        """Return a copy of everything used, by key."""
        return dict(self._used)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Allowances) and self._used == other._used

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Allowances({self._used!r})"


def take(used: dict[AllowanceKey, Used], reserved: tuple[Reservation, ...]) -> None:
    """Add reservations to what is used, in place."""
    for reservation in reserved:
        key, count, amount = reservation
        before = used.get(key)
        used[key] = (count, amount) if before is None else (before[0] + count, before[1] + amount)


def total_reserved(verdicts: Iterable[Verdict]) -> dict[AllowanceKey, Used]:
    """Return what a batch of verdicts takes from each budget: one row to write per key."""
    total: dict[AllowanceKey, Used] = {}
    for verdict in verdicts:
        take(total, verdict.reserved)
    return total
