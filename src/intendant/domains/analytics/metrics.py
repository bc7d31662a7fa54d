"""What the hub measures of itself: how much it is asked, how sure it is, how much of it becomes known."""

from collections.abc import Sequence
from datetime import datetime

from intendant.domains.analytics.predictions.queries import measure_predictions
from intendant.kernel.registry import Measured, Metric
from intendant.kit.database import Transaction


def _made(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return [Measured(each.made) for each in measure_predictions(tx, edges)]


def _confidence(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return [Measured(each.confidence, each.made) for each in measure_predictions(tx, edges)]


def _known(tx: Transaction, edges: Sequence[datetime]) -> Sequence[Measured]:
    return [Measured(each.known, each.made) for each in measure_predictions(tx, edges, with_outcomes=True)]


METRICS = (
    Metric(
        key="predictions",
        unit="count",
        why="Predictions that were heard, among the newest 50,000; shadows do not count.",
        measure=_made,
    ),
    Metric(
        key="prediction_confidence",
        unit="share",
        why="Mean confidence of the predictions that were heard, among the newest 50,000.",
        measure=_confidence,
    ),
    Metric(
        key="predictions_known",
        unit="share",
        why="Share of the predictions of a period whose outcome is known by now, among the newest 50,000.",
        measure=_known,
    ),
)
