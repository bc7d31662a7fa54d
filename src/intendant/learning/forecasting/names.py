"""Names that forecasts are asked for by; importing them costs nothing."""

from typing import Literal

FrequencyWanted = Literal["auto", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]
MethodName = Literal["combination", "theta", "damped_trend", "seasonal_naive"]
HORIZON_MAX = 1_000
