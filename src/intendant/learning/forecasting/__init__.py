"""Forecasting: many series at once by own methods, with intervals of measured coverage and a back-test beside every forecast."""

from intendant.learning.forecasting._backtest import BackTest, Figures, smape
from intendant.learning.forecasting._block import Block, Floats, Integers, blocks_of, make_block
from intendant.learning.forecasting._calendar import (
    FREQUENCIES,
    Calendar,
    Frequency,
    FrequencyUnknown,
    check_frequency,
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
from intendant.learning.forecasting._series import SINGLE, SeriesInvalid, SeriesTable, series_from_frame

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
    "Figures",
    "Floats",
    "Forecast",
    "ForecastInvalid",
    "Forecaster",
    "Frequency",
    "FrequencyUnknown",
    "Integers",
    "SeriesInvalid",
    "SeriesTable",
    "blocks_of",
    "check_frequency",
    "make_block",
    "make_forecast",
    "series_from_frame",
    "smape",
]
