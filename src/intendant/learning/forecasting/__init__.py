"""Forecasting: many series at once by own methods, with intervals of measured coverage and a back-test beside every forecast."""

from intendant.learning.forecasting._backtest import BackTest, Figures, smape
from intendant.learning.forecasting._block import Block, Floats, Integers, blocks_of, make_block
from intendant.learning.forecasting._calendar import (
    FREQUENCIES,
    Calendar,
    Frequency,
    FrequencyUnknown,
    check_frequency,
    usual_horizon,
)
from intendant.learning.forecasting._forecast import (
    COMBINATION,
    HORIZON_MAX,
    METHOD_NAMES,
    Forecast,
    Forecaster,
    ForecastInvalid,
    make_forecast,
)
from intendant.learning.forecasting._holidays import CountryUnknown
from intendant.learning.forecasting._reconciliation import (
    Reconciliation,
    Tree,
    grow,
    level_names,
    reconcile,
    reconcile_forecast,
)
from intendant.learning.forecasting._series import SINGLE, Duplicates, SeriesInvalid, SeriesTable, series_from_frame

__all__ = [
    "COMBINATION",
    "FREQUENCIES",
    "HORIZON_MAX",
    "METHOD_NAMES",
    "SINGLE",
    "BackTest",
    "Block",
    "Calendar",
    "CountryUnknown",
    "Duplicates",
    "Figures",
    "Floats",
    "Forecast",
    "ForecastInvalid",
    "Forecaster",
    "Frequency",
    "FrequencyUnknown",
    "Integers",
    "Reconciliation",
    "SeriesInvalid",
    "SeriesTable",
    "Tree",
    "blocks_of",
    "check_frequency",
    "grow",
    "level_names",
    "make_block",
    "make_forecast",
    "reconcile",
    "reconcile_forecast",
    "series_from_frame",
    "smape",
    "usual_horizon",
]
