"""Churn: who is likely gone, from purchases without a contract (BG/NBD) or from a column that says who left (the estimators)."""

from collections.abc import Callable
from typing import Any

import numpy as np

from intendant.domains.analytics.forecasts import showing
from intendant.domains.analytics.forecasts.churn_labelled import forecast_labelled
from intendant.domains.analytics.forecasts.purchases import Purchases, read_purchases, until, within
from intendant.domains.analytics.forecasts.reading import Figures
from intendant.domains.analytics.forecasts.wish import Wish
from intendant.learning.evaluation import auc
from intendant.learning.forecasting import (
    SECONDS,
    Activity,
    ActivityInvalid,
    Floats,
    Spending,
    check_frequency,
    fit_activity,
    fit_spending,
    lifetime_value,
)

Progress = Callable[[float, str], None]
HORIZON_DAYS = 90.0
HELD_OUT_SHARE = 0.25
_GROUPS = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 6), (7, 12), (13, None))
SMALL_GROUP = 5
"""Curves show no group of fewer customers."""


def forecast_churn(figures: Figures, wish: Wish, progress: Progress) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Say of every customer how likely it is gone, and what is expected of it."""
    if figures.columns.label is not None:
        return forecast_labelled(figures, wish, progress)
    days = _horizon_days(wish)
    purchases = read_purchases(figures, day_first=wish.day_first)
    progress(0.2, "testing on the past")
    validation, tested = _validate(purchases, days)
    progress(0.5, "learning from all purchases")
    activity = fit_activity(purchases.customers)
    spending = fit_spending(purchases.customers.frequency, purchases.mean_value) if purchases.valued else None
    progress(0.8, "looking at each customer")
    lines, totals = _lines(purchases, activity, spending, days)
    return _summary(figures, wish, purchases, activity, days, totals, validation, tested), lines


def _horizon_days(wish: Wish) -> float:
    """Return the horizon in days: it counts days unless a frequency is given."""
    if wish.horizon is None:
        return HORIZON_DAYS
    if wish.frequency == "auto":
        return float(wish.horizon)
    return wish.horizon * SECONDS[check_frequency(wish.frequency)] / SECONDS["daily"]


def _validate(purchases: Purchases, days: float) -> tuple[dict[str, Any] | None, str]:
    """Fit on the earlier part of the past and hold it against the later part."""
    span = purchases.end - purchases.begin
    held_days = int(min(max(days, 7.0), span * HELD_OUT_SHARE))
    if held_days < 1:
        return None, "The past is too short to hold a part of it out."
    cut = purchases.end - held_days
    earlier = until(purchases, cut)
    try:
        activity = fit_activity(earlier.customers)
    except ActivityInvalid:
        return None, "The earlier part of the past says too little to test on the later part."
    expected = activity.expected(earlier.customers, float(held_days))
    actual = within(purchases, earlier.names, cut)
    came = (actual > 0).astype(int)
    frequency, age = earlier.customers.frequency, earlier.customers.age
    pace = (frequency + 1) / np.maximum(age, 1.0) * held_days
    both = 0 < came.sum() < len(came)
    idle = age - earlier.customers.recency
    shown = {
        "held_out_from": str(np.datetime64(0, "D") + np.timedelta64(int(cut) + 1, "D")),
        "held_out_days": float(held_days),
        "auc": showing.number(float(auc(came, _ranked(expected)))) if both else None,
        "recency_auc": showing.number(float(auc(came, _ranked(-idle)))) if both else None,
        "error": showing.number(float(np.abs(expected - actual).mean())),
        "naive_error": showing.number(float(np.abs(pace - actual).mean())),
        "expected_total": showing.number(float(expected.sum())),
        "actual_total": showing.number(float(actual.sum())),
        "expected_inactive": showing.number(float(activity.inactive(earlier.customers, float(held_days)).sum())),
        "actual_inactive": float((came == 0).sum()),
        "calibration": _curve(frequency, expected, actual),
    }
    return shown, ""


def _ranked(scores: Floats) -> Floats:
    """Bring scores into 0 to 1 in their order."""
    _, places = np.unique(scores, return_inverse=True)
    result: Floats = (places + 1) / (places.max() + 2)
    return result


def _curve(frequency: Floats, expected: Floats, actual: Floats) -> list[dict[str, Any]]:
    shown = []
    for low, high in _GROUPS:
        chosen = (frequency >= low) & (frequency <= (np.inf if high is None else high))
        if int(chosen.sum()) >= SMALL_GROUP:
            name = f"{low}+" if high is None else str(low) if low == high else f"{low} to {high}"
            shown.append(
                {
                    "group": f"{name} repeat purchases",
                    "count": int(chosen.sum()),
                    "expected": showing.number(float(expected[chosen].mean())),
                    "actual": showing.number(float(actual[chosen].mean())),
                }
            )
    return shown


def _lines(
    purchases: Purchases, activity: Activity, spending: Spending | None, days: float
) -> tuple[list[dict[str, Any]], dict[str, float | None]]:
    customers = purchases.customers
    gone = 1 - activity.alive(customers)
    inactive = activity.inactive(customers, days)
    expected = activity.expected(customers, days)
    worth = spending.expected(customers.frequency, purchases.mean_value) if spending else None
    value = None if worth is None else expected * np.nan_to_num(worth)
    lifetime = None if worth is None else lifetime_value(activity, customers, worth)
    # First those whose loss would cost most: likely to stay away, yet bought much.
    past = purchases.total_value if purchases.valued else customers.frequency + 1
    order = np.argsort(-(inactive * np.maximum(past, 0.0)), kind="stable")
    dates = (np.datetime64(0, "D") + (purchases.first + customers.recency).astype("timedelta64[D]")).astype(str)
    lines = []
    for place in order.tolist():
        times = int(customers.frequency[place]) + 1
        idle = float(customers.age[place] - customers.recency[place])
        lines.append(
            {
                "name": purchases.names[place],
                "keys": [purchases.names[place]],
                "level": None,
                "method": "bg_nbd",
                "past": [],
                "future": [],
                "past_total": showing.number(float(purchases.total_value[place])) if purchases.valued else float(times),
                "future_total": showing.number(float(expected[place] if value is None else value[place])),
                "smape": None,
                "mase": None,
                "naive_mase": None,
                "inventory": None,
                "customer": {
                    "gone": showing.number(float(gone[place])),
                    "inactive": showing.number(float(inactive[place])),
                    "purchases": times,
                    "last_on": str(dates[place]),
                    "expected_purchases": showing.number(float(expected[place])),
                    "expected_value": None if value is None else showing.number(float(value[place])),
                    "lifetime_value": None if lifetime is None else showing.number(float(lifetime[place])),
                    "reasons": _reasons(times, idle, float(customers.recency[place])),
                },
            }
        )
    return lines, {
        "gone": float(gone.sum()),
        "inactive": float(inactive.sum()),
        "purchases": float(expected.sum()),
        "value": None if value is None else float(value.sum()),
        "lifetime": None if lifetime is None else float(lifetime.sum()),
    }


def _reasons(times: int, idle: float, recency: float) -> list[str]:
    if times == 1:
        return [
            f"Bought on one day, {idle:,.0f} days ago; whoever came once cannot be told from those who never return."
        ]
    usual = recency / (times - 1)
    often = f"Bought on {times:,} days, one every {usual:,.0f} on average; the last was {idle:,.0f} days ago"
    return [f"{often}, {idle / usual:,.1f} times the usual pause." if usual > 0 else f"{often}."]


def _summary(
    figures: Figures,
    wish: Wish,
    purchases: Purchases,
    activity: Activity,
    days: float,
    totals: dict[str, float | None],
    validation: dict[str, Any] | None,
    tested: str,
) -> dict[str, Any]:
    count, inactive = len(purchases.names), totals["inactive"] or 0.0
    cannot = [
        "It knows when and how much customers bought, not why; prices, seasons and campaigns are not in it.",
        "Customers who bought once are all alike to it, but for how long ago that was.",
        "It is for buying without a contract; for subscriptions give a column that says who left.",
    ]
    if not purchases.valued:
        cannot.append("No amounts were given, so it cannot say what customers are worth.")
    notices = [*purchases.notices, *([tested] if tested else [])]
    columns = figures.columns
    amounts = f" and amounts in '{columns.amount}'" if columns.amount else ""
    return showing.summary(
        headline=(
            f"Of {count:,} customers about {inactive:,.0f} will not buy in the next {days:,.0f} days;"
            f" {showing.amount_text(totals['purchases'] or 0.0)} purchases are expected of the others."
        ),
        computed_from=(
            f"From {figures.described}: days on which each '{columns.customer}' bought, by '{columns.time}'{amounts};"
            " BG/NBD fitted to all of them by maximum likelihood."
        ),
        cannot_say=cannot,
        notices=notices,
        coverage=wish.coverage,
        series_count=count,
        history_from=str(np.datetime64(0, "D") + np.timedelta64(int(purchases.begin), "D")),
        history_to=str(np.datetime64(0, "D") + np.timedelta64(int(purchases.end), "D")),
        methods=[{"method": "bg_nbd", "count": count}],
        churn={
            "customers": count,
            "horizon_days": days,
            "expected_gone": showing.number(totals["gone"]),
            "expected_inactive": showing.number(inactive),
            "expected_purchases": showing.number(totals["purchases"]),
            "expected_value": showing.number(totals["value"]),
            "lifetime_value": showing.number(totals["lifetime"]),
            "model": "bg_nbd",
            "parameters": {
                name: showing.number(getattr(activity, name)) for name in ("r", "alpha", "a", "b", "log_likelihood")
            },
            "validation": validation,
        },
    )
