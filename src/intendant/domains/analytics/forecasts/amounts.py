"""Revenue and demand for service: sums or counts per period, for each series, for all together, and level by level."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from intendant.domains.analytics.forecasts import showing
from intendant.domains.analytics.forecasts.reading import Figures
from intendant.domains.analytics.forecasts.wish import Wish
from intendant.learning.forecasting import (
    Duplicates,
    Floats,
    Forecast,
    SeriesTable,
    grow,
    level_names,
    make_forecast,
    reconcile_forecast,
    series_from_frame,
    usual_horizon,
)

Progress = Callable[[float, str], None]
_FIGURE = "__figure__"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def forecast_amounts(figures: Figures, wish: Wish, progress: Progress) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Forecast sums of a value (or of quantity times price, or counts of rows) per period."""
    table = read_series(figures, wish)
    horizon = wish.horizon or usual_horizon(table.calendar)
    levels: list[str] = []
    tree = None
    if wish.hierarchy and table.key_columns and len(table) > 1:
        tree, table = grow(table)
        levels = level_names(table.key_columns)
    forecast = make_forecast(
        table,
        horizon,
        method=wish.method,
        coverage=wish.coverage,
        country=wish.country,
        progress=progress,
    )
    if tree is not None:
        forecast = reconcile_forecast(tree, forecast)
    progress(0.95, "writing it down")
    total = forecast if tree is not None or len(table) == 1 else _total(forecast, wish)
    order = _order(forecast, None if tree is None else tree.level)
    lines = [showing.series_line(forecast, place, None if tree is None else int(tree.level[place])) for place in order]
    return _summary(figures, wish, forecast, total, levels), lines


def read_series(figures: Figures, wish: Wish) -> SeriesTable:
    """Return the series of a wish's figures."""
    columns, frame = figures.columns, figures.frame
    value = columns.value
    if value is not None and columns.price is not None:
        frame = frame.assign(**{_FIGURE: frame[value] * frame[columns.price]})
        value = _FIGURE
    assert columns.time is not None  # noqa: S101 - settled when the rows were read
    duplicates: Duplicates | None = wish.duplicates or (None if figures.adds_up else "mean")
    return series_from_frame(
        frame,
        time=columns.time,
        value=value,
        series=columns.series,
        frequency=wish.frequency,
        duplicates=duplicates,
        day_first=wish.day_first,
    )


def _order(forecast: Forecast, level: Any) -> list[int]:
    """Return the series by level, then the largest first."""
    size = -forecast.point.sum(1)
    keys = (size,) if level is None else (size, level)
    return [int(place) for place in np.lexsort(keys)]


def _total(forecast: Forecast, wish: Wish) -> Forecast:
    """Return the sum of all series as a forecast of its own: its points are the sums of theirs, its bounds from its own past."""
    table = forecast.table
    single = replace(table, key_columns=("",) if not table.key_columns else table.key_columns[:1], notices=())
    tree, nodes = grow(replace(single, keys=tuple((str(place),) for place in range(len(table)))))
    del tree
    whole = make_forecast(nodes.pick([0]), forecast.horizon, coverage=wish.coverage, country=wish.country)
    point = np.zeros(forecast.horizon)
    numbers = whole.numbers[0]
    for place in range(len(table)):
        ahead = numbers - int(table.last[place]) - 1
        within = (ahead >= 0) & (ahead < forecast.horizon)
        point[within] += forecast.point[place][ahead[within]]
    moved = point[None, :] - whole.point
    return replace(whole, point=point[None, :], lower=_kept(whole, whole.lower + moved), upper=whole.upper + moved)


def _kept(whole: Forecast, lower: Floats) -> Floats:
    return np.maximum(lower, 0.0) if whole.positive.all() else lower


def _compared(ratio: float) -> str:
    percent = f"{abs(ratio - 1):.0%}"
    return "as much as" if percent == "0%" else f"{percent} {'more' if ratio > 1 else 'less'} than"


def _summary(figures: Figures, wish: Wish, forecast: Forecast, total: Forecast, levels: list[str]) -> dict[str, Any]:
    table, whole = forecast.table, total.table
    calendar = whole.calendar
    values = whole.values[0]
    past = float(np.nansum(values[-forecast.horizon :]))
    future = float(total.point[0].sum())
    what = "revenue" if wish.kind == "revenue" else "demand"
    change = f", {_compared(future / past)} in as many before" if past > 0 else ""
    words = {"step": "periods", "daily": "days"}.get(calendar.frequency, calendar.frequency.removesuffix("ly") + "s")
    names = calendar.names(np.asarray([int(whole.first[0]), int(whole.last[0])], dtype=np.int64))
    return showing.summary(
        headline=f"Expected {what} of the next {forecast.horizon} {words}: {showing.amount_text(future)}{change}.",
        computed_from=_computed_from(figures, wish, table),
        cannot_say=_cannot_say(forecast, wish),
        notices=list(forecast.notices),
        frequency=calendar.frequency,
        horizon=forecast.horizon,
        coverage=wish.coverage,
        series_count=len(table),
        history_from=names[0],
        history_to=names[1],
        methods=showing.methods_shown(forecast.method),
        levels=levels,
        past=showing.past_points(calendar, int(whole.first[0]), values, showing.TOTAL_PAST_SHOWN_MAX),
        future=showing.future_points(calendar, total.numbers[0], total.point[0], total.lower[0], total.upper[0]),
        past_total=showing.number(past),
        future_total=showing.number(future),
        back_test=showing.back_test_shown(forecast.back_test),
        demand=_demand(total, wish) if wish.kind == "service_demand" else None,
    )


def _computed_from(figures: Figures, wish: Wish, table: SeriesTable) -> str:
    columns = figures.columns
    if columns.value is None:
        figure = "their count"
    elif columns.price is not None:
        figure = f"the sum of '{columns.value}' times '{columns.price}'"
    else:
        figure = f"{'the mean' if wish.duplicates == 'mean' or not figures.adds_up else 'the sum'} of '{columns.value}'"
    by = f" for each {' and '.join(columns.series)}" if columns.series else ""
    each = {"step": "period", "daily": "day"}.get(table.calendar.frequency, table.calendar.frequency.removesuffix("ly"))
    holidays = f", minding the public holidays of {wish.country.upper()}" if wish.country else ""
    return f"From {figures.described}: {figure} per {each} of '{columns.time}'{by}{holidays}."


def _cannot_say(forecast: Forecast, wish: Wish) -> list[str]:
    """Say what the forecast does not know."""
    said = ["It goes on from the past: new prices, campaigns, competitors and laws are not in it."]
    shortest = min((len(values) for values in forecast.table.values), default=0)
    seasons = forecast.table.calendar.seasons
    if seasons and shortest < 2 * seasons[0]:
        said.append("Series with less than two seasons of past cannot show a season of their own.")
    if "intermittent" in forecast.method:
        said.append("Where something happens only now and then, the forecast is a mean rate: it cannot tell the day.")
    back_test = forecast.back_test
    if back_test is not None and back_test.overall.mase and back_test.overall.naive_mase:
        if back_test.overall.mase >= back_test.overall.naive_mase:
            said.append("On the past it did no better than repeating the last season; do not rely on its shape.")
        held = back_test.overall.coverage
        if held is not None and held < wish.coverage - 0.05:
            said.append(f"On the past the bounds held {held:.0%} of values, less than the {wish.coverage:.0%} wanted.")
    if back_test is None:
        said.append("There is too little past to test it.")
    if wish.hierarchy is False and len(forecast.table) > 1:
        said.append("Bounds of single series do not add up to bounds of the sum; the sum has its own.")
    return said


def _demand(total: Forecast, wish: Wish) -> dict[str, Any]:
    calendar, point, upper = total.table.calendar, total.point[0], total.upper[0]
    numbers = total.numbers[0]
    busiest = int(np.argmax(point))
    shown = showing.future_points(calendar, numbers, point, total.lower[0], upper)
    usual = []
    if calendar.frequency == "hourly":
        hours = numbers % 24
        usual = [
            {"period": f"{hour:02d}:00", "value": showing.number(float(point[hours == hour].mean()))}
            for hour in range(24)
            if (hours == hour).any()
        ]
    elif calendar.frequency == "daily":
        days = (numbers + 3) % 7
        usual = [
            {"period": name, "value": showing.number(float(point[days == day].mean()))}
            for day, name in enumerate(_WEEKDAYS)
            if (days == day).any()
        ]
    return {
        "busiest": shown[busiest],
        "usual": usual,
        "capacity": wish.capacity,
        "periods_over_capacity": None if wish.capacity is None else int((point > wish.capacity).sum()),
        "capacity_hint": showing.number(float(np.quantile(total.quantiles([wish.coverage])[0, :, 0], wish.coverage))),
    }
