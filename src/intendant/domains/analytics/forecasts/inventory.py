"""Stock: what to order of each item now, from possible demand until the next delivery, and why."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from intendant.domains.analytics.forecasts import showing
from intendant.domains.analytics.forecasts.amounts import read_series
from intendant.domains.analytics.forecasts.reading import Figures
from intendant.domains.analytics.forecasts.wish import Wish
from intendant.learning.forecasting import (
    HORIZON_MAX,
    SECONDS,
    Forecast,
    ForecastInvalid,
    OrderPlan,
    StockTerms,
    make_forecast,
    plan_order,
    read_times,
    usual_horizon,
)

Progress = Callable[[float, str], None]
YEAR_SECONDS = 31_556_952
AT_RISK = 0.2
"""An item is at risk when it is likelier than this to run out before the next delivery unless something is ordered."""
_COLUMNS = ("on_hand", "on_order", "unit_cost", "unit_price", "lead_time")


def forecast_inventory(figures: Figures, wish: Wish, progress: Progress) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Plan an order for every item (combination of the series columns)."""
    # What was sent back is no demand below nothing.
    frame, value = figures.frame, str(figures.columns.value)
    demanded = replace(figures, frame=frame.assign(**{value: frame[value].clip(lower=0)}))
    table = read_series(demanded, wish)
    stock = _latest(figures, table.keys)
    terms = _terms(wish)
    longest = max(
        [terms.protection, *(int(found["lead_time"]) + terms.review_period for found in stock if "lead_time" in found)]
    )
    if longest > HORIZON_MAX:
        raise ForecastInvalid(
            f"A lead time of {longest - terms.review_period} periods is too long.",
            field="columns.lead_time",
            remedy="Give lead times in periods of the forecast, or a coarser frequency.",
        )
    horizon = max(wish.horizon or usual_horizon(table.calendar), longest)
    forecast = make_forecast(
        table, horizon, method=wish.method, coverage=wish.coverage, country=wish.country, progress=progress
    )
    progress(0.92, "planning orders")
    a_year = YEAR_SECONDS / SECONDS[table.calendar.frequency] if table.calendar.frequency != "step" else 12.0
    plans = [_plan(forecast, place, terms, stock[place], a_year) for place in range(len(table))]
    urgency = [(-plan.stock_out_now * plan.expected_demand, -plan.order) for plan, _ in plans]
    order = sorted(range(len(plans)), key=lambda place: urgency[place])
    lines = []
    for place in order:
        plan, own = plans[place]
        line = showing.series_line(forecast, place)
        line["inventory"] = _shown(plan, own, stock[place], table.calendar.frequency)
        lines.append(line)
    return _summary(figures, wish, forecast, [plan for plan, _ in plans], [own for _, own in plans]), lines


def _terms(wish: Wish) -> StockTerms:
    return StockTerms(**{each.name: getattr(wish.inventory, each.name) for each in fields(StockTerms)})


def _latest(figures: Figures, keys: tuple[tuple[str, ...], ...]) -> list[dict[str, float]]:
    """Return what the latest row of each item says of its stock."""
    named = {name: getattr(figures.columns, name) for name in _COLUMNS}
    named = {name: column for name, column in named.items() if column is not None}
    if not named:
        return [{} for _ in keys]
    columns = list(figures.columns.series)
    times = read_times(figures.frame[figures.columns.time])
    frame = figures.frame.assign(__moment__=times.moments)[times.readable].sort_values("__moment__", kind="stable")
    texts = [_text_of(frame[column]) for column in columns]
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for name, column in named.items():
        for key, value in zip(
            zip(*texts, strict=True), frame[column].to_numpy(dtype=float, na_value=np.nan), strict=True
        ):
            if np.isfinite(value):
                found.setdefault(key, {})[name] = max(float(value), 0.0)
    return [found.get(key, {}) for key in keys]


def _text_of(column: Any) -> list[str]:
    if column.dtype.kind == "f" and bool((column.dropna() % 1 == 0).all()):
        column = column.astype("Int64")
    return [
        str(text) for text in column.astype("str").fillna("(missing)").replace("<NA>", "(missing)").str.slice(0, 200)
    ]


def _plan(
    forecast: Forecast, place: int, terms: StockTerms, found: Mapping[str, float], a_year: float
) -> tuple[OrderPlan, StockTerms]:
    own = replace(
        terms,
        unit_cost=found.get("unit_cost", terms.unit_cost),
        unit_price=found.get("unit_price", terms.unit_price),
        lead_time=int(found["lead_time"]) if "lead_time" in found else terms.lead_time,
    )
    past = forecast.table.values[place]
    known = past[np.isfinite(past)]
    plan = plan_order(
        forecast.totals(place, own.protection),
        forecast.totals(place, own.lead_time) if own.lead_time else np.zeros(1),
        own,
        on_hand=found.get("on_hand", 0.0),
        on_order=found.get("on_order", 0.0),
        whole=bool((known == np.round(known)).all()),
        periods_a_year=a_year,
    )
    return plan, own


def _shown(plan: OrderPlan, own: StockTerms, found: Mapping[str, float], frequency: str) -> dict[str, Any]:
    names = (
        "order", "order_up_to", "reorder_point", "safety_stock", "critical_ratio", "expected_demand", "stock_out_now",
        "stock_out_after", "expected_shortage", "expected_cost",
    )  # fmt: skip
    value = None if own.unit_cost is None else plan.order * own.unit_cost
    return {
        **{name: showing.number(getattr(plan, name)) for name in names},
        "on_hand": found.get("on_hand", 0.0),
        "on_order": found.get("on_order", 0.0),
        "lead_time": own.lead_time,
        "review_period": own.review_period,
        "order_value": showing.number(value),
        "reasons": _reasons(plan, own, found, frequency),
    }


def _reasons(plan: OrderPlan, own: StockTerms, found: Mapping[str, float], frequency: str) -> list[str]:
    text = showing.amount_text
    have = found.get("on_hand", 0.0) + found.get("on_order", 0.0)
    said = [
        (
            f"{text(plan.expected_demand)} are expected to be asked for until the order after this one has come "
            f"({own.protection} periods, {frequency}); {text(have)} are there or on their way."
        ),
        f"{text(plan.order_up_to)} would be enough in {plan.critical_ratio:.0%} of cases.",
    ]
    if plan.order > 0:
        said.append(
            f"Without an order it runs short in {plan.stock_out_now:.0%} of cases, with it in {plan.stock_out_after:.0%}."
        )
    elif own.order_cost > 0 and have > plan.reorder_point:
        said.append(f"Nothing yet: there is more than the reorder point of {text(plan.reorder_point)}.")
    else:
        said.append("Nothing: there is enough.")
    if "on_hand" not in found:
        said.append("No stock is told for it, so it counts as having none.")
    return said


def _summary(
    figures: Figures, wish: Wish, forecast: Forecast, plans: list[OrderPlan], own: list[StockTerms]
) -> dict[str, Any]:
    table = forecast.table
    ordered = [(plan, terms) for plan, terms in zip(plans, own, strict=True) if plan.order > 0]
    valued = [plan.order * terms.unit_cost for plan, terms in ordered if terms.unit_cost is not None]
    costs = [plan.expected_cost for plan in plans if plan.expected_cost is not None]
    at_risk = sum(plan.stock_out_now > AT_RISK for plan in plans)
    units = sum(plan.order for plan in plans)
    cannot = [
        "It takes what was sold for what was asked for: sales lost while nothing was in stock are not in the past.",
        "It orders each item by itself: discounts, budgets, shelf space and shared deliveries are not in it.",
    ]
    if figures.columns.on_hand is None:
        cannot.append("No stock on hand was given; orders are as if shelves were empty.")
    if not costs and wish.inventory.service_level is None:
        cannot.append("Without costs the service level is taken to be 95 %.")
    cannot.append("Lead times are taken to be certain.")
    return showing.summary(
        headline=f"Order {len(ordered):,} of {len(plans):,} items, {showing.amount_text(units)} units; {at_risk:,} at risk.",
        computed_from=(
            f"From {figures.described}: demand is the sum of '{figures.columns.value}' per period"
            f" ({table.calendar.frequency}) of '{figures.columns.time}' for each {' and '.join(figures.columns.series)};"
            " orders are quantiles of its possible sums over lead time and review period."
        ),
        cannot_say=cannot,
        notices=list(forecast.notices),
        frequency=table.calendar.frequency,
        horizon=forecast.horizon,
        coverage=wish.coverage,
        series_count=len(table),
        methods=showing.methods_shown(forecast.method),
        back_test=showing.back_test_shown(forecast.back_test),
        inventory={
            "items": len(plans),
            "items_to_order": len(ordered),
            "units_to_order": showing.number(units),
            "order_value": showing.number(sum(valued)) if valued else None,
            "items_at_risk": at_risk,
            "expected_shortage": showing.number(sum(plan.expected_shortage for plan in plans)),
            "expected_cost": showing.number(sum(costs)) if costs else None,
        },
    )
