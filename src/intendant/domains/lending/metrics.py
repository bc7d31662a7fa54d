"""What lending measures of its business for the overview."""

from collections.abc import Sequence
from datetime import datetime

from intendant.domains.lending import queries
from intendant.domains.lending.portfolio.figures import FIGURES
from intendant.kernel.registry import Measured, Metric
from intendant.kit.database import Transaction


def _disbursed(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    counts = queries.count_disbursed(tx, edges)
    return [Measured(counts.get(place, 0)) for place in range(1, len(edges))]


METRICS = (
    Metric(
        key="processed_loans",
        unit="count",
        why="Applications whose loan was paid out in the period and not taken back, among the newest 50,000.",
        measure=_disbursed,
    ),
    *FIGURES,
)
