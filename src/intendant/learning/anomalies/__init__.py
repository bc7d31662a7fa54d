"""Anomalies in figures over time: streaming detectors, their calibration, what an anomaly costs, what caused it."""

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
from intendant.learning.anomalies._series import Refused, Series, moment, read_series, refractory_points, week_slots

__all__ = [
    "Anomaly",
    "Detector",
    "DetectorSettingsInvalid",
    "Direction",
    "Readings",
    "Refused",
    "Series",
    "Settings",
    "Watched",
    "detect",
    "moment",
    "read_series",
    "refractory_points",
    "week_slots",
]
