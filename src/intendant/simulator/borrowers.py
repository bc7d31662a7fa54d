"""How the simulated lender's borrowers pay: most in time, some late, some not at all. Pure, and the same for the same seed.

Nothing is remembered of them: whether one pays today follows from the seed and from what the product says of the loan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

CHARGE_OFF_DAYS, WRITE_OFF_DAYS = 150, 240
"""So many days past due the lender gives a loan up, and stops hoping."""
_PUNCTUAL_SHARE, _CARELESS_SHARE = 0.8, 0.15
_CARELESS_DAYS = (0, 0, 0, 2, 4, 9, 16)
_TROUBLED_DAYS = (0, 3, 12, 25, 41)
_STOPS_AFTER = (0, 1, 1, 2, 3, 4, 6, 9)
"""After how many instalments those stop who do not repay."""


@dataclass(frozen=True, slots=True)
class Borrower:
    """One borrower. `stops_after` is the number of instalments after which nothing more comes; None is never."""

    reference: str
    seed: int
    usual_days: tuple[int, ...]
    stops_after: int | None

    def days_late(self, due: date) -> int:
        """Return how many days late an instalment is paid."""
        return Random(f"{self.seed}:{self.reference}:{due}").choice(self.usual_days)


@dataclass(frozen=True, slots=True)
class Payment:
    """What a borrower sends."""

    loan: str
    amount: Decimal
    on: date

    @property
    def reference(self) -> str:
        """Return the bank's reference: a borrower pays at most once a day."""
        return f"bank-{self.loan}-{self.on:%y%m%d}"


def borrower_of(seed: int, reference: str, *, repays: bool, instalments: int) -> Borrower:
    """Return who is behind a loan; one who does not repay stops before the last of its instalments."""
    random = Random(f"{seed}:borrower:{reference}")
    habit, stops = random.random(), random.choice(_STOPS_AFTER)
    if habit < _PUNCTUAL_SHARE:
        days: tuple[int, ...] = (0,)
    elif habit < _PUNCTUAL_SHARE + _CARELESS_SHARE:
        days = _CARELESS_DAYS
    else:
        days = _TROUBLED_DAYS
    return Borrower(reference, seed, days, None if repays else min(stops, max(instalments - 1, 0)))


def pays_today(borrower: Borrower, loan: Mapping[str, Any], today: date) -> Payment | None:
    """Return what a borrower pays today, by a row of the product's list of loans; None where nothing."""
    arrears = Decimal(loan["arrears"])
    if arrears > 0 and loan["days_past_due"] > 0:
        due = date.fromisoformat(loan["booked_to"]) - timedelta(days=loan["days_past_due"])
        amount = arrears
    elif loan["next_due_on"] is not None and loan["next_due"] is not None:
        due, amount = date.fromisoformat(loan["next_due_on"]), Decimal(loan["next_due"])
    else:
        return None
    begun = date.fromisoformat(loan["disbursed_on"])
    if borrower.stops_after is not None and months_between(begun, due) > borrower.stops_after:
        return None
    if amount <= 0 or today < due + timedelta(days=borrower.days_late(due)):
        return None
    return Payment(loan["reference"], amount, today)


def months_between(first: date, last: date) -> int:
    """Return how many months lie between two days, a begun one as a whole: the number of an instalment by its due date."""
    months = (last.year - first.year) * 12 + last.month - first.month
    # An instalment of a loan that began on the 31st falls due on the 28th of February.
    return months + (last.day > first.day)
