"""Watching a model at work: has its data moved, does it still do well, is another version better, is it time to train again.

Pure numpy. Every alarm is held against what chance alone would show at the present number of rows.
"""

from intendant.learning.monitoring._drift import Drift, DriftReport, compare_data, false_discovery_adjusted
from intendant.learning.monitoring._reference import make_reference, scores_of

__all__ = [
    "Drift",
    "DriftReport",
    "compare_data",
    "false_discovery_adjusted",
    "make_reference",
    "scores_of",
]
