"""What a domain measures of its business, for the overview: figures over buckets of business time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from intendant.kit.database import Transaction

Unit = Literal["count", "money", "share", "seconds"]


class Measured(NamedTuple):
    """What was measured in one bucket: an amount that adds up over buckets, and for a share what it is a share of."""

    amount: float
    of: float | None = None


Measure = Callable[[Transaction, Sequence[datetime]], Sequence[Measured]]
"""Measures between each two of the edges (business time, UTC, rising): one figure less than there are edges."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of the business. `why` is a sentence that says what it is computed from."""

    key: str
    unit: Unit
    why: str
    measure: Measure
