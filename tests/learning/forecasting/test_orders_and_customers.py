"""Orders rise with what may be demanded and fall with what is there; customers who stay away are likely gone."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.learning.forecasting import (
    ActivityInvalid,
    Customers,
    StockInvalid,
    StockTerms,
    costs,
    critical_ratio,
    fit_activity,
    fit_spending,
    lifetime_value,
    plan_order,
)

DATA = Path(os.environ.get("INTENDANT_TEST_DATA", "")) / "commerce" / "cdnow"
TERMS = StockTerms(unit_cost=4, unit_price=10, holding_cost=0.2)
DEMAND = st.lists(st.integers(0, 1_000_000), min_size=3, max_size=60).map(
    lambda thousandths: np.sort(np.asarray(thousandths)) / 1_000
)
"""Draws in thousandths of a unit: what is less than any unit there is, nobody orders."""


@settings(max_examples=80, deadline=None)
@given(DEMAND, st.floats(0, 2_000), st.floats(0, 500), st.floats(0.5, 0.98))
def test_more_stock_never_orders_more_and_more_service_never_orders_less(
    demand: np.ndarray, have: float, more: float, level: float
) -> None:
    terms = StockTerms(service_level=level)
    plan = plan_order(demand, demand / 2, terms, on_hand=have)
    assert plan.order >= 0
    assert plan_order(demand, demand / 2, terms, on_hand=have + more).order <= plan.order
    assert plan_order(demand, demand / 2, terms, on_hand=0, on_order=have).order == plan.order
    stricter = StockTerms(service_level=min(level + 0.01, 0.999))
    assert plan_order(demand, demand / 2, stricter, on_hand=have).order >= plan.order
    assert plan.stock_out_after <= plan.stock_out_now
    assert plan.stock_out_after <= 1 - level + 1e-9


@settings(max_examples=60, deadline=None)
@given(DEMAND, st.floats(-50, 50))
def test_no_other_order_is_expected_to_cost_less(demand: np.ndarray, other: float) -> None:
    short, over = costs(TERMS, 12)
    assert short is not None
    assert over is not None
    plan = plan_order(demand, demand, TERMS, whole=False)

    def expected(order: float) -> float:
        return float((short * np.maximum(demand - order, 0) + over * np.maximum(order - demand, 0)).mean())

    assert expected(plan.order) <= expected(max(plan.order + other, 0.0)) + 1e-6
    assert critical_ratio(TERMS) == pytest.approx(6 / 6.2)


def test_a_cost_of_ordering_waits_for_the_reorder_point_and_then_orders_for_longer() -> None:
    totals = np.linspace(50, 150, 200)
    terms = StockTerms(lead_time=1, review_period=1, unit_cost=4, unit_price=10, holding_cost=0.05, order_cost=100)
    assert plan_order(totals, totals / 2, terms, on_hand=80).order == 0
    assert (
        plan_order(totals, totals / 2, terms, on_hand=60).order
        > plan_order(totals, totals / 2, TERMS, on_hand=60).order
    )
    with pytest.raises(StockInvalid):
        plan_order(totals, totals, terms, on_hand=float("nan"))


def _bought(count: int, seed: int) -> tuple[Customers, np.ndarray]:
    """Return customers simulated as the model says, and what they bought in the 26 weeks after."""
    generator = np.random.default_rng(seed)
    rate = generator.gamma(0.8, 1 / 8, count)
    leaving = generator.beta(1.0, 3.0, count)
    found, later = [], []
    for each in range(count):
        times, now, there = [0.0], 0.0, True
        while there:
            now += generator.exponential(1 / rate[each])
            if now > 65:
                break
            times.append(now)
            there = generator.random() > leaving[each]
        seen = [moment for moment in times if moment <= 39]
        found.append((len(seen) - 1, seen[-1], 39.0))
        later.append(len(times) - len(seen))
    return Customers(*(np.asarray(part, dtype=float) for part in zip(*found, strict=True))), np.asarray(later)


def test_what_the_model_says_of_customers_comes_true_where_it_holds() -> None:
    customers, later = _bought(3_000, 1)
    activity = fit_activity(customers)
    assert activity.expected(customers, 26).sum() == pytest.approx(later.sum(), rel=0.12)
    assert activity.inactive(customers, 26).mean() == pytest.approx((later == 0).mean(), abs=0.04)
    alive = activity.alive(customers)
    assert ((alive >= 0) & (alive <= 1)).all()
    # Who came as often, but longer ago, is likelier gone.
    older = Customers(customers.frequency, customers.recency, customers.age + 20)
    assert (activity.alive(older) <= alive + 1e-12).all()


def test_spending_is_drawn_towards_that_of_all() -> None:
    generator = np.random.default_rng(2)
    frequency = generator.integers(1, 10, 800).astype(float)
    own = 30 / generator.gamma(5, 1 / 4, 800)
    mean = own * np.asarray([generator.gamma(4, 1 / 4, int(each)).mean() for each in frequency])
    spending = fit_spending(frequency, mean)
    assert spending is not None
    expected = spending.expected(frequency, mean)
    assert np.abs(expected - own).mean() < np.abs(mean - own).mean()
    customers, _ = _bought(800, 3)
    value = lifetime_value(fit_activity(customers), customers, expected, days_a_unit=7)
    assert (value >= 0).all()


def test_too_few_customers_are_refused() -> None:
    few = Customers(np.ones(5), np.ones(5), np.ones(5) * 2)
    with pytest.raises(ActivityInvalid):
        fit_activity(few)


@pytest.mark.skipif(not DATA.is_dir(), reason="INTENDANT_TEST_DATA names no purchases")
def test_the_published_parameters_of_cdnow_are_found_again() -> None:
    frame = pd.read_csv(DATA / "cdnow_customers_summary.csv")
    activity = fit_activity(Customers(*(frame[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T"))))
    found = (activity.r, activity.alpha, activity.a, activity.b)
    assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.005)
    assert activity.log_likelihood == pytest.approx(-9582.4, abs=0.1)
