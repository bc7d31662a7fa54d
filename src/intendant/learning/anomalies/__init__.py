"""Anomalies in figures over time: streaming detectors, their calibration, what an anomaly costs, what caused it."""

from intendant.learning.anomalies._block import CALIBRATED, WARM
from intendant.learning.anomalies._detector import (
    Anomaly,
    Detector,
    DetectorSettingsInvalid,
    Direction,
    Readings,
    Settings,
    Watched,
    detect,
)
from intendant.learning.anomalies._feedback import Feedback, Learned, learn
from intendant.learning.anomalies._grading import SEVERITIES, Impact, Severity, grade, measure_impact
from intendant.learning.anomalies._grouping import Contribution, Group, Occurrence, contributions, correlation, group
from intendant.learning.anomalies._scoring import (
    SeriesScore,
    best_threshold,
    gaussian_scores,
    score,
    score_series,
)
from intendant.learning.anomalies._series import Refused, Series, moment, read_series, refractory_points, week_slots
from intendant.learning.anomalies._state import DetectorStateInvalid, dump, restore

POINTS_LEAST = WARM + CALIBRATED + 1
"""With fewer points nothing is ever called anomalous."""

__all__ = [
    "POINTS_LEAST",
    "SEVERITIES",
    "Anomaly",
    "Contribution",
    "Detector",
    "DetectorSettingsInvalid",
    "DetectorStateInvalid",
    "Direction",
    "Feedback",
    "Group",
    "Impact",
    "Learned",
    "Occurrence",
    "Readings",
    "Refused",
    "Series",
    "SeriesScore",
    "Settings",
    "Severity",
    "Watched",
    "best_threshold",
    "contributions",
    "correlation",
    "detect",
    "dump",
    "gaussian_scores",
    "grade",
    "group",
    "learn",
    "measure_impact",
    "moment",
    "read_series",
    "refractory_points",
    "restore",
    "score",
    "score_series",
    "week_slots",
]
