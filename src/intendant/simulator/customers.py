"""The simulated lender's customers: who they are, whether they leave, and what they bring in. Pure, the same for the same seed.

Customers leave who are new, whose rate is above the market's, who called often with complaints and seldom use the service on the
net; what is hidden from whoever asks makes a part of it chance. What one brings in a year follows from balance, rate and products.
"""

import csv
import io
import math
from dataclasses import dataclass
from random import Random

PAST_CUSTOMERS = 2_400
FEATURES = (
    "tenure_months",
    "products",
    "balance",
    "rate",
    "calls_last_year",
    "complaints",
    "logins_per_month",
    "channel",
    "autopay",
)
_CHANNELS = {"branch": -0.3, "web": 0.0, "broker": 0.45, "partner": 0.25}


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with what only the simulation knows: whether they leave within the year, and what they bring in."""

    reference: str
    features: dict[str, object]
    leaves: bool
    yearly_value: float
    known_after_days: float | None
    """After how many business days it shows whether they left; None: it never becomes known."""


def past_customers(seed: int) -> list[Customer]:
    """Return the customers of past years, with known ends."""
    return [customer_of(seed, f"CUST-{number:05d}") for number in range(1, PAST_CUSTOMERS + 1)]


def customer_of(seed: int, reference: str, *, campaign: bool = False) -> Customer:
    """Return who stands behind a reference; those whom a campaign brought are newer and come through partners."""
    random = Random(f"{seed}:customer:{reference}")
    tenure = int(min(240, random.expovariate(1 / (8 if campaign else 38)))) + 1
    products = 1 + (random.random() < 0.45) + (random.random() < 0.2)
    rate = round(random.gauss(15.5, 4.0) if random.random() < 0.9 else random.gauss(22, 2), 1)
    calls = int(random.expovariate(1 / 2.2))
    complaints = sum(random.random() < 0.22 for _ in range(calls))
    logins = round(random.lognormvariate(1.3, 0.8), 1)
    channels = ["partner", "partner", "broker", "web"] if campaign else list(_CHANNELS)
    channel = random.choice(channels)
    autopay = random.random() < 0.55
    balance = round(random.lognormvariate(8.1, 0.75), 2)
    risk = (
        -1.75
        + 1.5 * math.exp(-tenure / 14)
        + 0.13 * (rate - 15.5)
        + 0.75 * complaints
        - 0.055 * min(logins, 20)
        - 0.5 * (products - 1)
        - 0.7 * autopay
        + _CHANNELS[channel]
        + (0.9 if complaints and rate > 18 else 0.0)
        + random.gauss(0, 0.45)
    )
    leaves = random.random() < 1 / (1 + math.exp(-risk))
    value = balance * rate / 100 * 0.62 + 38.0 * products - 6.0 * calls + random.gauss(0, 35)
    known = random.uniform(1.0, 5.0) if random.random() < 0.7 else random.uniform(8.0, 25.0)
    features: dict[str, object] = {
        "tenure_months": tenure,
        "products": products,
        "balance": balance,
        "rate": max(rate, 4.9),
        "calls_last_year": calls,
        "complaints": complaints,
        "logins_per_month": logins,
        "channel": channel,
        "autopay": "yes" if autopay else "no",
    }
    return Customer(reference, features, leaves, round(value, 2), None if random.random() < 0.08 else known)


def as_csv(customers: list[Customer]) -> bytes:
    """Write customers with what became of them as a table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("customer", *FEATURES, "yearly_value", "churned"))
    for each in customers:
        writer.writerow(
            (
                each.reference,
                *(each.features[name] for name in FEATURES),
                each.yearly_value,
                "yes" if each.leaves else "no",
            )
        )
    return text.getvalue().encode()
