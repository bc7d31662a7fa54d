"""How good a probability and a decision are: discrimination, accuracy, calibration and money. Plain numpy."""

from intendant.learning.evaluation._metrics import (
    AucInterval,
    CalibrationBin,
    EvaluationInputInvalid,
    PairedAuc,
    auc,
    auc_difference,
    auc_interval,
    brier,
    calibration_error,
    calibration_table,
    log_loss,
    wilson_interval,
)
from intendant.learning.evaluation._profit import (
    CostMatrix,
    Cutoff,
    ProfitComparison,
    best_cutoff,
    compare_profit,
    profit,
)

__all__ = [
    "AucInterval",
    "CalibrationBin",
    "CostMatrix",
    "Cutoff",
    "EvaluationInputInvalid",
    "PairedAuc",
    "ProfitComparison",
    "auc",
    "auc_difference",
    "auc_interval",
    "best_cutoff",
    "brier",
    "calibration_error",
    "calibration_table",
    "compare_profit",
    "log_loss",
    "profit",
    "wilson_interval",
]
