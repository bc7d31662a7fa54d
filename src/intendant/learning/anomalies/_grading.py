"""How grave an anomaly is, and what it costs: four severities, and a deviation in money with what is not known about it."""

from dataclasses import dataclass
from math import log2, log10
from typing import Literal

from intendant.learning.anomalies._block import PROBABILITY_LEAST
from intendant.learning.anomalies._detector import Anomaly

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
RARITY_FULL = 4.0
"""A p-value of 10 to the minus four counts in full."""
SIZE_FULL = 32.0
"""So many usual deviations count in full."""
GRADES = (0.35, 0.6, 0.8)
"""From which mean of rarity and size an anomaly is medium, high, critical."""
MATERIAL_TIMES = 10.0
"""An impact of so many times the least that matters makes it one step graver."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What an anomaly costs (negative) or brings, in money, between two bounds."""

    amount: float
    lower: float
    upper: float


def measure_impact(anomaly: Anomaly, money_per_unit: float) -> Impact:
    """Turn the deviation into money; the expected band says how far off the expectation itself may be."""
    amount = anomaly.deviation * money_per_unit
    half = anomaly.uncertainty * abs(money_per_unit)
    return Impact(amount, amount - half, amount + half)


def grade(anomaly: Anomaly, impact: Impact | None = None, *, min_impact: float | None = None) -> Severity:
    """Grade an anomaly by how rare it is, how far off, and by its impact against the least that matters.

    Rarity is -log10 of the conformal p-value, size the binary logarithm of the deviation in usual deviations; both run up to
    a full mark and their mean makes the grade. Where an impact and `min_impact` are known, one that may be nothing (its
    interval holds zero) is one step lower, and one that is surely ten times the least is one step graver.
    """
    rarity = min(-log10(max(anomaly.probability, PROBABILITY_LEAST)) / RARITY_FULL, 1.0)
    size = min(log2(1.0 + anomaly.size) / log2(1.0 + SIZE_FULL), 1.0)
    place = sum((rarity + size) / 2 >= least for least in GRADES)
    if impact is not None and min_impact:
        surest = min(abs(impact.lower), abs(impact.upper)) if impact.lower * impact.upper > 0 else 0.0
        if surest == 0.0:
            place -= 1
        elif surest >= MATERIAL_TIMES * min_impact:
            place += 1
    return SEVERITIES[min(max(place, 0), len(SEVERITIES) - 1)]
