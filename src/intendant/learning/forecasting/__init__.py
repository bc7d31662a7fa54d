"""Forecasting: many series at once by own methods, with intervals of measured coverage and a back-test beside every forecast."""

from intendant.learning.forecasting._activity import (
    Activity,
    ActivityInvalid,
    Customers,
    Spending,
    fit_activity,
    fit_spending,
    lifetime_value,
)
from intendant.learning.forecasting._backtest import BackTest, Figures, smape
from intendant.learning.forecasting._block import Block, Floats, Integers, blocks_of, make_block
from intendant.learning.forecasting._calendar import (
    FREQUENCIES,
    SECONDS,
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
from intendant.learning.forecasting._holdout import HeldOut, append, hold_out
from intendant.learning.forecasting._holidays import CountryUnknown
from intendant.learning.forecasting._inventory import (
    OrderPlan,
    StockInvalid,
    StockTerms,
    costs,
    critical_ratio,
    plan_order,
)
from intendant.learning.forecasting._reconciliation import (
    Reconciliation,
    Tree,
    grow,
    level_names,
    reconcile,
    reconcile_forecast,
)
from intendant.learning.forecasting._series import SINGLE, Duplicates, SeriesInvalid, SeriesTable, series_from_frame
from intendant.learning.forecasting._times import read_times

__all__ = [
    "COMBINATION",
    "FREQUENCIES",
    "HORIZON_MAX",
    "METHOD_NAMES",
    "SECONDS",
    "SINGLE",
    "Activity",
    "ActivityInvalid",
    "BackTest",
    "Block",
    "Calendar",
    "CountryUnknown",
    "Customers",
    "Duplicates",
    "Figures",
    "Floats",
    "Forecast",
    "ForecastInvalid",
    "Forecaster",
    "Frequency",
    "FrequencyUnknown",
    "HeldOut",
    "Integers",
    "OrderPlan",
    "Reconciliation",
    "SeriesInvalid",
    "SeriesTable",
    "Spending",
    "StockInvalid",
    "StockTerms",
    "Tree",
    "append",
    "blocks_of",
    "check_frequency",
    "costs",
    "critical_ratio",
    "fit_activity",
    "fit_spending",
    "grow",
    "hold_out",
    "level_names",
    "lifetime_value",
    "make_block",
    "make_forecast",
    "plan_order",
    "read_times",
    "reconcile",
    "reconcile_forecast",
    "series_from_frame",
    "smape",
    "usual_horizon",
]
