"""Making a probability mean what it says, and saying when the model does not know (conformal prediction)."""

from intendant.learning.calibration._calibrators import (
    CALIBRATOR_METHODS,
    LOG_ODDS_LIMIT,
    CalibrationDataInvalid,
    CalibrationTrial,
    Calibrator,
    ProbabilityBand,
    choose_calibrator,
    fit_band,
    fit_calibrator,
)
from intendant.learning.calibration._conformal import (
    AMBIGUOUS,
    DEFAULTED,
    EMPTY,
    REPAID,
    ConformalRule,
    Coverage,
    GroupedConformalRule,
    fit_conformal,
    fit_conformal_by_group,
    measure_coverage,
)

__all__ = [
    "AMBIGUOUS",
    "CALIBRATOR_METHODS",
    "DEFAULTED",
    "EMPTY",
    "LOG_ODDS_LIMIT",
    "REPAID",
    "CalibrationDataInvalid",
    "CalibrationTrial",
    "Calibrator",
    "ConformalRule",
    "Coverage",
    "GroupedConformalRule",
    "ProbabilityBand",
    "choose_calibrator",
    "fit_band",
    "fit_calibrator",
    "fit_conformal",
    "fit_conformal_by_group",
    "measure_coverage",
]
