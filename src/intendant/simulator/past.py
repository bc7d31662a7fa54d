"""The loans that the simulated lender made before it came to the product: brought in with what happened to them since.

The same ones for the same seed and day, each under a number of its own: brought in again, nothing happens twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from intendant.simulator.borrowers import CHARGE_OFF_DAYS, Borrower, borrower_of
from intendant.simulator.lender import CREDIT_TERMS, CURRENCY, Applicant, find_past_applicant, past_reference

PAST_LOANS = 120
PAST_DAYS = 540
"""Over how many days before the first they were made."""
LATEST_DAYS = 5
_RECOVERY_SHARE = 0.4
_EXTRA = Decimal(20)
"""What somebody adds who was late, for the fee."""
_GRACE_DAYS = 5


@dataclass(frozen=True, slots=True)
class PastLoan:
    """A past loan: who borrowed, and on what terms, as the product's routes take them."""

    reference: str
    applicant: Applicant
    terms: Mapping[str, Any]

    @property
    def begun_on(self) -> date:
        """Return when it was paid out."""
        return date.fromisoformat(str(self.terms["start"]))


def past_loan(seed: int, number: int, first_day: date) -> PastLoan:
    """Return one of the past loans, by its number from 1 to `PAST_LOANS`, the oldest first."""
    reference = past_reference(number)
    applicant = find_past_applicant(seed, number)
    random = Random(f"{seed}:past:{number}")
    score = applicant.inputs["credit_score"]
    place = 2 if not isinstance(score, int) else 0 if score > 720 else 1 if score > 660 else 2 if score > 600 else 3
    age = PAST_DAYS - (PAST_DAYS - LATEST_DAYS) * (number - 1) // (PAST_LOANS - 1) + random.randint(0, 3)
    terms = {
        "amount": str(applicant.inputs["amount"]),
        "currency": CURRENCY,
        "rate": CREDIT_TERMS["rate"]["bands"][place]["rate"],
        "periods": applicant.inputs["term_months"],
        "start": (first_day - timedelta(days=age)).isoformat(),
        "provisioning": {"pd": ("0.03", "0.08", "0.15", "0.3")[place], "lgd": "0.6"},
        **{name: CREDIT_TERMS[name] for name in ("fees", "penalty", "tolerance_amount", "close_tolerance")},
    }
    return PastLoan(reference, applicant, terms)


def history_of(
    seed: int, loan: PastLoan, instalments: Sequence[Mapping[str, Any]], first_day: date
) -> list[dict[str, Any]]:
    """Return what happened to a past loan before the first day, given its schedule as the product answers it."""
    borrower = borrower_of(seed, loan.reference, repays=loan.applicant.repays, instalments=len(instalments))
    found: list[dict[str, Any]] = []
    extra = Decimal(0)
    for place, row in enumerate(instalments):
        due = date.fromisoformat(row["due"])
        if borrower.stops_after is not None and place >= borrower.stops_after:
            return found + _given_up(seed, loan, due, first_day)
        is_last = place == len(instalments) - 1
        late = 0 if is_last else borrower.days_late(due)
        on = due + timedelta(days=late)
        if on >= first_day:
            break
        found.append(_transaction(loan, "repayment", on, Decimal(row["total"]) + extra))
        extra = _EXTRA if late > _GRACE_DAYS and place < len(instalments) - 2 else Decimal(0)
    return found


def _given_up(seed: int, loan: PastLoan, due: date, first_day: date) -> list[dict[str, Any]]:
    on = due + timedelta(days=CHARGE_OFF_DAYS)
    if on >= first_day:
        return []
    given_up = {"type": "charge_off", "value_on": on.isoformat(), "reason": f"{CHARGE_OFF_DAYS} days past due."}
    random = Random(f"{seed}:recovery:{loan.reference}")
    later = on + timedelta(days=random.randint(20, 60))
    if random.random() >= _RECOVERY_SHARE or later >= first_day:
        return [given_up]
    return [given_up, _transaction(loan, "repayment", later, Decimal(random.randint(2, 20) * 10))]


def _transaction(loan: PastLoan, kind: str, on: date, amount: Decimal) -> dict[str, Any]:
    return {
        "type": kind,
        "amount": str(amount),
        "value_on": on.isoformat(),
        "reference": f"bank-{loan.reference}-{on:%y%m%d}",
    }


def past_borrower(seed: int, reference: str, instalments: int) -> Borrower | None:
    """Return who is behind a past loan's number; None where it is no past loan's."""
    for number in range(1, PAST_LOANS + 1):
        if past_reference(number) == reference:
            applicant = find_past_applicant(seed, number)
            return borrower_of(seed, reference, repays=applicant.repays, instalments=instalments)
    return None
