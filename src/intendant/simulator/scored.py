"""The cases that the simulated lender has its models predict day by day, and what becomes of them. Pure.

A case's reference holds its day and number, so that its fate can be told again by a later run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from intendant.simulator.customers import customer_of
from intendant.simulator.lender import known_applicant

MANY_DAYS = 30
"""In the first days more is predicted, so that there is soon something to see."""
CAMPAIGN_DAYS = range(9, 13)
"""On these days after the first the customers are others than those the model learnt from."""
_REFERENCE = re.compile(r"(?:APPL|CUST)-(\d{6})-(\d{3})(c?)")


@dataclass(frozen=True, slots=True)
class Scored:
    """A model that is asked every day, and about whom."""

    model_name: str
    entity_type: Literal["application", "customer"]
    many: int
    few: int


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what only the simulation knows. `known_after_days` None: it never becomes known."""

    reference: str
    features: Mapping[str, object]
    outcome: str
    known_after_days: float | None


def cases_of(seed: int, scored: Scored, day: date, first_day: date) -> list[Case]:
    """Return the cases of a day."""
    passed = (day - first_day).days
    count = scored.many if passed < MANY_DAYS else scored.few
    campaign = "c" if scored.entity_type == "customer" and passed in CAMPAIGN_DAYS else ""
    prefix = "APPL" if scored.entity_type == "application" else "CUST"
    found = (case_of(seed, scored, f"{prefix}-{day:%y%m%d}-{number:03d}{campaign}") for number in range(1, count + 1))
    return [case for case in found if case is not None]


def case_of(seed: int, scored: Scored, reference: str) -> Case | None:
    """Return the case behind a reference; None where it is none of ours."""
    given = _REFERENCE.fullmatch(reference)
    if given is None:
        return None
    if scored.entity_type == "customer":
        customer = customer_of(seed, reference, campaign=bool(given[3]))
        return Case(reference, customer.features, "yes" if customer.leaves else "no", customer.known_after_days)
    applicant = known_applicant(seed, reference)
    # Every tenth moves away or is sold on, and nobody hears what became of the loan.
    known = None if int(given[2]) % 10 == 0 else applicant.outcome_after_days / 2
    return Case(reference, applicant.scored, "yes" if applicant.repays else "no", known)
