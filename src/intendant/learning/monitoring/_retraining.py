"""Is it time to train again? By age, by data that moved, by figures that fell; never for one bad day, and not too often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from intendant.learning.estimators import Metric

PERIODS_IN_A_ROW = 2
"""So many periods must say the same, so that one odd day starts nothing."""
ROWS_MIN = 100
LABELLED_MIN = 50
LOSS_SHARE_MIN = 0.02
"""A figure must have fallen by this share of what it was, however sure the fall."""
PAUSE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """What one period showed of one version: `metric` is the figure that versions are compared by, where outcomes have come."""

    until: datetime
    rows: int
    labelled: int
    drift: Literal["none", "small", "moderate", "large"]
    drifting: tuple[str, ...] = ()
    metric: Metric | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """One reason to train again, in a sentence for people."""

    kind: Literal["age", "drift", "performance"]
    words: str


def due_for_retraining(
    periods: Sequence[Period],
    *,
    now: datetime,
    trained_at: datetime,
    asked_at: datetime | None = None,
    frequency_days: int | None = None,
    baseline: Metric | None = None,
    pause: timedelta = PAUSE,
) -> list[Why]:
    """Return why a model is due, empty where it is not. `periods` are the deployed version's, oldest first.

    `baseline` is what training measured, `asked_at` when a training was last asked for: within `pause` of it, or of the last
    training, nothing is due, so that a cause that training cannot cure does not train for ever.
    """
    latest = max(trained_at, asked_at) if asked_at is not None else trained_at
    reasons: list[Why] = []
    agreed = timedelta(days=frequency_days or 0)
    asked_lately = asked_at is not None and now - asked_at < min(pause, agreed)
    if frequency_days is not None and now - trained_at >= agreed and not asked_lately:
        reasons.append(Why("age", f"It was trained {(now - trained_at).days} days ago; {frequency_days} are agreed."))
    if now - latest < pause:
        return reasons
    drift = _drift([period for period in periods if period.rows >= ROWS_MIN])
    fall = None if baseline is None else _fall([p for p in periods if p.labelled >= LABELLED_MIN], baseline)
    return [*reasons, *(why for why in (drift, fall) if why is not None)]


def has_fallen(metric: Metric, baseline: Metric) -> bool:
    """Return whether a figure is surely worse than what training measured: even its better end, and by more than a trifle."""
    best = metric.upper if baseline.higher_is_better else metric.lower
    least = baseline.lower if baseline.higher_is_better else baseline.upper
    best = metric.value if best is None else best
    least = baseline.value if least is None else least
    trifle = LOSS_SHARE_MIN * abs(baseline.value)
    if baseline.higher_is_better:
        return best < least and metric.value < baseline.value - trifle
    return best > least and metric.value > baseline.value + trifle


def _drift(periods: Sequence[Period]) -> Why | None:
    last = periods[-PERIODS_IN_A_ROW:]
    if len(last) < PERIODS_IN_A_ROW or any(period.drift not in {"moderate", "large"} for period in last):
        return None
    common = [name for name in last[-1].drifting if all(name in period.drifting for period in last)]
    if not common:
        return None
    return Why(
        "drift", f"For {len(last)} periods in a row its data are unlike those it learnt from: {', '.join(common[:5])}."
    )


def _fall(periods: Sequence[Period], baseline: Metric) -> Why | None:
    last = [period.metric for period in periods[-PERIODS_IN_A_ROW:] if period.metric is not None]
    if len(last) < PERIODS_IN_A_ROW or not all(has_fallen(metric, baseline) for metric in last):
        return None
    return Why(
        "performance",
        f"For {len(last)} periods in a row its {baseline.name} is worse than in training:"
        f" {last[-1].value:.3f}, it was {baseline.value:.3f}.",
    )
