"""Watching without end: an alarm that comes soon after a change and rarely without one, however long nothing happens.

An e-detector (Shin, Ramdas and Rinaldo 2024): wealth of bets, begun anew at every moment and added up (Shiryaev-Roberts).
While all is well it grows by at most 1 a step on average, so the mean time to a false alarm is at least the threshold.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

STEPS_TO_FALSE_ALARM = 1_000.0
_BETS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.7)
_CALIBRATORS = (0.1, 0.25, 0.5, 0.75)
_WEALTH_MAX = 1e12


@dataclass(frozen=True, slots=True)
class Detector:
    """Sums of wealth so far. Start with `Detector()`; plain numbers, so it is kept as JSON. `steps` since the last start."""

    wealth: tuple[float, ...] = ()
    steps: int = 0

    @property
    def evidence(self) -> float:
        """Return the mean of the wealth over all bets."""
        return sum(self.wealth) / len(self.wealth) if self.wealth else 0.0

    def alarmed(self, threshold: float = STEPS_TO_FALSE_ALARM) -> bool:
        """Return whether the evidence for a change has reached the threshold, the mean steps to a false alarm."""
        return self.evidence >= threshold


def watch_losses(detector: Detector, losses: Iterable[float], *, expected: float) -> Detector:
    """Go on with losses from 0 to 1, one a step: has their mean risen above `expected` (0 < expected < 1)?"""
    bound = min(max(expected, 1e-6), 1 - 1e-6)
    for loss in losses:
        gain = min(1.0, max(0.0, loss)) - bound
        detector = _step(detector, [1 + bet / bound * gain for bet in _BETS])
    return detector


def watch_p_values(detector: Detector, p_values: Iterable[float]) -> Detector:
    """Go on with one p-value a step (a day's drift test, say), each uniform or larger while nothing has changed."""
    for p_value in p_values:
        given = min(1.0, max(1e-12, p_value))
        detector = _step(detector, [power * math.pow(given, power - 1) for power in _CALIBRATORS])
    return detector


def _step(detector: Detector, factors: list[float]) -> Detector:
    before = detector.wealth or (0.0,) * len(factors)
    wealth = tuple(min(_WEALTH_MAX, (sum_ + 1) * factor) for sum_, factor in zip(before, factors, strict=True))
    return replace(detector, wealth=wealth, steps=detector.steps + 1)
