"""Watching a model at work: has its data moved, does it still do well, is another version better, is it time to train again.

Pure numpy. Every alarm is held against what chance alone would show at the present number of rows.
"""

from intendant.learning.monitoring._answers import Outcomes, answers_from, outcomes_from, part_of
from intendant.learning.monitoring._comparison import (
    Comparison,
    ComparisonInvalid,
    Verdict,
    compare_paired,
    compare_traffic,
    split_evidence,
    wealth_path,
)
from intendant.learning.monitoring._drift import Drift, DriftReport, compare_data, false_discovery_adjusted
from intendant.learning.monitoring._estimate import Estimate, estimate_performance
from intendant.learning.monitoring._groups import AttributeGaps, Gap, GroupShare, measure_groups
from intendant.learning.monitoring._guards import Check, HeldOut, Promotability, compare_held_out, promotable
from intendant.learning.monitoring._performance import (
    Calibration,
    Selection,
    case_losses,
    is_better,
    loss_scale,
    measure_calibration,
    measure_performance,
    measure_selection,
)
from intendant.learning.monitoring._reference import make_reference, scores_of
from intendant.learning.monitoring._retraining import Period, Why, due_for_retraining, has_fallen
from intendant.learning.monitoring._streams import Detector, watch_losses, watch_p_values

__all__ = [
    "AttributeGaps",
    "Calibration",
    "Check",
    "Comparison",
    "ComparisonInvalid",
    "Detector",
    "Drift",
    "DriftReport",
    "Estimate",
    "Gap",
    "GroupShare",
    "HeldOut",
    "Outcomes",
    "Period",
    "Promotability",
    "Selection",
    "Verdict",
    "Why",
    "answers_from",
    "case_losses",
    "compare_data",
    "compare_held_out",
    "compare_paired",
    "compare_traffic",
    "due_for_retraining",
    "estimate_performance",
    "false_discovery_adjusted",
    "has_fallen",
    "is_better",
    "loss_scale",
    "make_reference",
    "measure_calibration",
    "measure_groups",
    "measure_performance",
    "measure_selection",
    "outcomes_from",
    "part_of",
    "promotable",
    "scores_of",
    "split_evidence",
    "watch_losses",
    "watch_p_values",
    "wealth_path",
]
