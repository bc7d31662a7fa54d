"""Forecasts as plain data: series with their past and future, figures of back-tests, sums."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intendant.domains.analytics.forecasts.results import PAST_SHOWN_MAX
from intendant.learning.forecasting import BackTest, Calendar, Figures, Floats, Forecast, Integers

TOTAL_PAST_SHOWN_MAX = 400
FIGURE_DIGITS = 6
Plain = dict[str, Any]


def number(value: float | None) -> float | None:
    """Return a figure with at most six significant digits behind what matters; None for what is none."""
    if value is None or not math.isfinite(value):
        return None
    if value == 0:
        return 0.0
    return round(float(value), max(0, FIGURE_DIGITS - 1 - math.floor(math.log10(abs(value)))))


def past_points(calendar: Calendar, first: int, values: Floats, limit: int = PAST_SHOWN_MAX) -> list[Plain]:
    """Return the last periods of a series."""
    begin = max(0, len(values) - limit)
    names = calendar.names(np.arange(first + begin, first + len(values), dtype=np.int64))
    return [{"period": name, "value": number(float(value))} for name, value in zip(names, values[begin:], strict=True)]


def future_points(calendar: Calendar, numbers: Integers, point: Floats, lower: Floats, upper: Floats) -> list[Plain]:
    """Return the periods forecast."""
    return [
        {"period": name, "value": number(value), "lower": number(low), "upper": number(high)}
        for name, value, low, high in zip(
            calendar.names(numbers), point.tolist(), lower.tolist(), upper.tolist(), strict=True
        )
    ]


def series_line(forecast: Forecast, place: int, level: int | None = None) -> Plain:
    """Return one series."""
    table = forecast.table
    values = table.values[place]
    back_test = forecast.back_test
    recent = values[-forecast.horizon :]
    return {
        "name": table.names[place],
        "keys": list(table.keys[place]) if table.key_columns else [],
        "level": level,
        "method": forecast.method[place],
        "past": past_points(table.calendar, int(table.first[place]), values),
        "future": future_points(
            table.calendar,
            forecast.numbers[place],
            forecast.point[place],
            forecast.lower[place],
            forecast.upper[place],
        ),
        "past_total": number(float(np.nansum(recent))),
        "future_total": number(float(forecast.point[place].sum())),
        "smape": number(float(back_test.smape[place])) if back_test else None,
        "mase": number(float(back_test.mase[place])) if back_test else None,
        "naive_mase": number(float(back_test.naive_mase[place])) if back_test else None,
        "inventory": None,
        "customer": None,
    }


def back_test_shown(back_test: BackTest | None) -> Plain | None:
    """Return a back-test's figures."""
    if back_test is None:
        return None
    overall = back_test.overall
    skill = None if not overall.mase or not overall.naive_mase else 1 - overall.mase / overall.naive_mase
    return {
        "origins": back_test.origins,
        "series_tested": back_test.series_tested,
        "coverage_wanted": back_test.coverage_wanted,
        "skill": number(skill),
        "overall": figures_shown(overall),
        "by_horizon": [figures_shown(each) for each in back_test.by_horizon],
    }


def figures_shown(figures: Figures) -> Plain:
    """Return figures."""
    names = ("smape", "mase", "coverage", "naive_smape", "naive_mase")
    return {
        "horizon": figures.horizon,
        "count": figures.count,
        **{name: number(getattr(figures, name)) for name in names},
    }


def methods_shown(methods: Sequence[str]) -> list[Plain]:
    """Return how many series each method forecast."""
    return [{"method": method, "count": count} for method, count in Counter(methods).most_common()]


def summary(**given: Any) -> Plain:
    """Return a summary with everything that is not given null or empty."""
    empty: Mapping[str, Any] = {
        "headline": "",
        "computed_from": "",
        "cannot_say": [],
        "notices": [],
        "frequency": None,
        "horizon": None,
        "coverage": 0.9,
        "series_count": 0,
        "history_from": None,
        "history_to": None,
        "methods": [],
        "levels": [],
        "past": [],
        "future": [],
        "past_total": None,
        "future_total": None,
        "back_test": None,
        "demand": None,
        "inventory": None,
        "churn": None,
    }
    return {**empty, **given}


def amount_text(value: float) -> str:
    """Write an amount for a sentence."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}".rstrip("0").rstrip(".")
