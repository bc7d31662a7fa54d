"""A small lender's applicants. Each has a true risk that the product never sees; outcomes follow from it days later.

Risk rises with debt in relation to income, with the size of the loan in relation to income and with a short time in the job,
and falls with the credit score, as in consumer credit at large; a share of it shows in nothing that is asked.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

CURRENCY = "USD"
CREDIT_TERMS: dict[str, Any] = {
    "amounts": {"minimum": "100", "maximum": "50000"},
    "terms": {"minimum": 1, "maximum": 60},
    "rate": {
        "kind": "bands",
        "bands": [
            {"name": "A", "rate": "9.9", "up_to_probability_of_default": "0.05"},
            {"name": "B", "rate": "14.9", "up_to_probability_of_default": "0.12"},
            {"name": "C", "rate": "19.9", "up_to_probability_of_default": "0.2"},
            {"name": "D", "rate": "26.9", "up_to_probability_of_default": "1"},
        ],
    },
    "fees": [{"name": "Late fee", "when": "late", "portion": {"value": "15"}}],
    "penalty": {"rate": "12", "grace_days": 5},
    "tolerance_amount": "1",
    "close_tolerance": "1",
}
"""Monthly, the rate by risk band; whoever is late pays a small fee after five days of grace."""
PRODUCT: dict[str, object] = {
    "key": "short-loan",
    "name": "Short loan",
    "currency": CURRENCY,
    "payout": True,
    "pricing": {"gain_share": 0.12, "loss_share": 0.6},
    "adjustable": [{"name": "amount", "minimum": 500, "maximum": 15000, "step": 100}],
    "credit_terms": CREDIT_TERMS,
    "form": [
        {"name": "amount", "label": "Amount", "type": "number", "role": "amount", "minimum": 100, "maximum": 50000},
        {
            "name": "term_months",
            "label": "Term in months",
            "type": "integer",
            "role": "term",
            "minimum": 1,
            "maximum": 60,
        },
        {
            "name": "purpose",
            "label": "Purpose",
            "type": "category",
            "role": "purpose",
            "choices": ["car", "household", "education", "medical", "business", "consolidation"],
        },
        {
            "name": "monthly_income",
            "label": "Monthly income",
            "type": "number",
            "role": "income",
            "minimum": 0,
            "maximum": 1e6,
        },
        {
            "name": "monthly_debt",
            "label": "Monthly debt payments",
            "type": "number",
            "role": "feature",
            "minimum": 0,
            "maximum": 1e6,
        },
        {
            "name": "years_employed",
            "label": "Years in the present job",
            "type": "number",
            "role": "feature",
            "minimum": 0,
            "maximum": 60,
        },
        {
            "name": "credit_score",
            "label": "Credit score",
            "type": "integer",
            "role": "credit_score",
            "required": False,
            "minimum": 300,
            "maximum": 850,
        },
        {
            "name": "home",
            "label": "Home",
            "type": "category",
            "role": "feature",
            "choices": ["owned", "mortgaged", "rented", "family"],
        },
        {"name": "age", "label": "Age", "type": "integer", "role": "protected", "minimum": 18, "maximum": 110},
        {
            "name": "sex",
            "label": "Sex",
            "type": "category",
            "role": "protected",
            "required": False,
            "choices": ["f", "m", "x"],
        },
        {"name": "name", "label": "Name", "type": "text", "role": "information", "required": False},
    ],
}
"""What most applicants ask for, as it is sent to the product's API: paid out as soon as it is approved."""
HOME_LOAN: dict[str, object] = {
    **PRODUCT,
    "key": "home-improvement",
    "name": "Home improvement loan",
    "adjustable": [],
    "credit_terms": {
        **CREDIT_TERMS,
        "offer": {"required": True, "valid_days": 14},
        "conditions": [
            {"key": "identity", "label": "Identity document"},
            {"key": "estimate", "label": "Estimate of a builder"},
        ],
        "tranches_max": 2,
    },
}
"""What some ask for: an approval leads to an offer, and money goes out when the papers are there."""
HOME_LOAN_EVERY = 25
"""One applicant in so many."""

_PURPOSE_RISK = {
    "car": -0.1,
    "household": 0.0,
    "education": 0.1,
    "medical": 0.25,
    "business": 0.45,
    "consolidation": 0.3,
}
_HOME_RISK = {"owned": -0.35, "mortgaged": -0.2, "rented": 0.15, "family": 0.05}
_FIRST_NAMES = (
    "Ada", "Ben", "Chloe", "David", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Keiko", "Liam", "Mara", "Nadia",
    "Omar", "Paula", "Quinn", "Rosa", "Samir", "Tara", "Uma", "Viktor", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip
_LAST_NAMES = (
    "Adams", "Berg", "Costa", "Diaz", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanov", "Jensen", "Kim", "Lopez", "Meyer",
    "Novak", "Okafor", "Patel", "Rossi", "Santos", "Tanaka", "Usman", "Vogel", "Walker", "Yilmaz", "Zhang",
)  # fmt: skip
SCORED_INPUTS = (
    "amount", "term_months", "purpose", "monthly_income", "monthly_debt", "years_employed", "credit_score", "home",
)  # fmt: skip
"""What is asked of an applicant, without what is protected or says nothing of risk."""
_OUTCOME_DAYS = (2.0, 10.0)
_MISSING_SCORE_SHARE = 0.04
_GIVEN = re.compile(r"D\d{12}-\d{6,12}")
"""References of runs; see `prefix_of_run`."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """An application with what only the simulation knows: whether it would be repaid, and when that shows."""

    reference: str
    inputs: dict[str, object]
    repays: bool
    outcome_after_days: float

    @property
    def scored(self) -> dict[str, object]:
        """Return what a model may look at."""
        return {name: self.inputs[name] for name in SCORED_INPUTS}


def applicants(seed: int, *, prefix: str) -> Iterator[Applicant]:
    """Yield applicants without end, the same ones for the same seed."""
    for number in count(1):
        yield _applicant(seed, f"{prefix}-{number:06d}")


def find_applicant(seed: int, reference: str) -> Applicant | None:
    """Find the applicant behind a reference that a simulation run has given; None where it is nobody's we know."""
    return _applicant(seed, reference) if _GIVEN.fullmatch(reference) else None


def wants_home_loan(applicant: Applicant) -> bool:
    """Say whether an applicant asks for the home improvement loan."""
    return int(applicant.reference.rpartition("-")[2]) % HOME_LOAN_EVERY == 0


def past_reference(number: int) -> str:
    """Return the number under which a past loan is brought in."""
    return f"PAST-{number:04d}"


def find_past_applicant(seed: int, number: int) -> Applicant:
    """Return who took a past loan."""
    return _applicant(seed, past_reference(number))


def known_applicant(seed: int, reference: str) -> Applicant:
    """Return who stands behind a reference that the simulation has given elsewhere."""
    return _applicant(seed, reference)


def prefix_of_run(moment: datetime) -> str:
    """Return the prefix of the references of a run that starts at a moment."""
    return f"D{moment:%y%m%d%H%M%S}"


def _applicant(seed: int, reference: str) -> Applicant:
    # Each from a seed of their own, so that anyone's fate can be told again without telling those of all before.
    random = Random(f"{seed}:{reference}")
    age = min(80, max(18, int(random.gauss(41, 13))))
    income = round(random.lognormvariate(8.05, 0.45), 2)
    employed = round(max(0.0, min(age - 17.0, random.expovariate(1 / 6))), 1)
    amount = round(min(50_000.0, max(300.0, random.lognormvariate(8.2, 0.7))) / 50) * 50.0
    term = random.choice([3, 6, 12, 18, 24, 36])
    hidden = random.gauss(0, 1)
    score = int(min(850, max(300, random.gauss(668 - 32 * hidden + 0.4 * (age - 41), 68))))
    debt = round(income * min(0.9, max(0.0, random.gauss(0.24 + 0.03 * hidden, 0.13))), 2)
    purpose, home = random.choice(list(_PURPOSE_RISK)), random.choice(list(_HOME_RISK))
    burden = debt / income + amount / max(term, 6) / income
    risk = (
        -2.05
        + 0.55 * hidden
        + 2.6 * (burden - 0.35)
        - 0.009 * (score - 660)
        - 0.06 * min(employed, 12)
        + _PURPOSE_RISK[purpose]
        + _HOME_RISK[home]
    )
    defaults = random.random() < 1 / (1 + math.exp(-risk))
    inputs: dict[str, object] = {
        "amount": amount,
        "term_months": term,
        "purpose": purpose,
        "monthly_income": income,
        "monthly_debt": debt,
        "years_employed": employed,
        "credit_score": None if random.random() < _MISSING_SCORE_SHARE else score,
        "home": home,
        "age": age,
        "sex": random.choice(["f", "m"]),
    }
    days = random.uniform(*_OUTCOME_DAYS)
    inputs["name"] = f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}"
    return Applicant(reference, inputs, not defaults, days)
