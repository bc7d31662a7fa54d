"""How much to order: from what may be demanded until the next delivery, and from what too much and too little cost.

Everything is read off a sample of equally likely sums of demand, so no distribution is assumed. Order-up-to levels are newsvendor
quantiles over lead time and review period (Arrow, Harris and Marschak 1951; Silver, Pyke and Thomas 2017, chapters 6 to 8); with a
cost of ordering the level follows the economic order quantity, as (s, S).
"""

import math
from dataclasses import dataclass

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.forecasting._block import Floats

SERVICE_LEVEL = 0.95
"""Where no costs are given."""
RATIO_MIN, RATIO_MAX = 0.5, 0.999
HOLDING_SHARE_A_YEAR = 0.25
"""What holding costs where nobody says: this share of a unit's cost for a year."""


class StockInvalid(Invalid):
    """Costs or amounts with which no order can be reckoned."""

    code = "stock_invalid"


@dataclass(frozen=True, slots=True)
class StockTerms:
    """Times in periods, money per unit (`holding_cost` per unit and period, `order_cost` per order); None where not known."""

    lead_time: int = 1
    review_period: int = 1
    unit_cost: float | None = None
    unit_price: float | None = None
    holding_cost: float | None = None
    shortage_cost: float | None = None
    order_cost: float = 0.0
    salvage_value: float | None = None
    service_level: float | None = None

    @property
    def protection(self) -> int:
        """Return over how many periods an order placed now must last: until the one placed next has come."""
        return self.lead_time + self.review_period


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """What to order. Probabilities and expectations are over lead time and review period; cost is None where costs are unknown."""

    order: float
    order_up_to: float
    reorder_point: float
    safety_stock: float
    critical_ratio: float
    expected_demand: float
    stock_out_now: float
    stock_out_after: float
    expected_shortage: float
    expected_left: float
    expected_cost: float | None


def costs(terms: StockTerms, periods_a_year: float) -> tuple[float | None, float | None]:
    """Return what a unit too few and a unit too many cost; None where that cannot be told."""
    shortage = terms.shortage_cost
    if shortage is None and terms.unit_price is not None and terms.unit_cost is not None:
        shortage = max(terms.unit_price - terms.unit_cost, 0.0)
    if terms.salvage_value is not None and terms.unit_cost is not None:
        # What is left is sold off: it lost its value at once.
        return shortage, max(terms.unit_cost - terms.salvage_value, 0.0)
    holding = terms.holding_cost
    if holding is None and terms.unit_cost is not None:
        holding = terms.unit_cost * HOLDING_SHARE_A_YEAR / periods_a_year
    return shortage, None if holding is None else holding * terms.review_period


def critical_ratio(terms: StockTerms, periods_a_year: float = 12.0) -> float:
    """Return the share of cases in which demand shall be covered: under / (under + over), or the service level given."""
    if terms.service_level is not None:
        return terms.service_level
    short, over = costs(terms, periods_a_year)
    if short is None or over is None or short + over <= 0:
        return SERVICE_LEVEL
    return min(max(short / (short + over), RATIO_MIN), RATIO_MAX)


def plan_order(
    totals: Floats,
    lead_totals: Floats,
    terms: StockTerms,
    *,
    on_hand: float = 0.0,
    on_order: float = 0.0,
    whole: bool = True,
    periods_a_year: float = 12.0,
) -> OrderPlan:
    """Plan an order for one item.

    `totals` are equally likely sums of demand over lead time and review period, `lead_totals` over the lead time alone. `whole`: only
    whole units are ordered. Raises StockInvalid.
    """
    if len(totals) == 0 or not np.isfinite(totals).all() or not math.isfinite(on_hand) or not math.isfinite(on_order):
        raise StockInvalid(
            "Demand and stock are finite numbers.", field="on_hand", remedy="Correct the row of the item."
        )
    ratio = critical_ratio(terms, periods_a_year)
    target = quantile(totals, ratio)
    reorder = quantile(lead_totals, ratio) if len(lead_totals) else 0.0
    position = on_hand + on_order
    short, over = costs(terms, periods_a_year)
    if terms.order_cost > 0 and over is not None and over > 0:
        # What is ordered at once lasts until holding it costs as much as ordering again.
        rate = float(np.mean(totals)) / terms.protection
        holding = over / terms.review_period
        target = max(target, reorder + math.sqrt(2 * terms.order_cost * rate / holding))
        wanted = target - position if position <= reorder else 0.0
    else:
        wanted = target - position
    order = max(wanted, 0.0)
    if whole:
        order = float(math.ceil(order - 1e-9))
    after = position + order
    lacking = np.maximum(totals - after, 0.0)
    left = np.maximum(after - totals, 0.0)
    cost = None
    if short is not None and over is not None:
        cost = float(short * lacking.mean() + over * left.mean() + (terms.order_cost if order > 0 else 0.0))
    mean = float(totals.mean())
    return OrderPlan(
        order=order,
        order_up_to=target,
        reorder_point=reorder,
        safety_stock=target - mean,
        critical_ratio=ratio,
        expected_demand=mean,
        stock_out_now=float((totals > position).mean()),
        stock_out_after=float((totals > after).mean()),
        expected_shortage=float(lacking.mean()),
        expected_left=float(left.mean()),
        expected_cost=cost,
    )


def quantile(totals: Floats, ratio: float) -> float:
    """Return the smallest sum that covers demand in the share `ratio` of cases."""
    ordered = np.sort(totals)
    place = min(max(math.ceil(ratio * len(ordered) - 1e-9) - 1, 0), len(ordered) - 1)
    return float(ordered[place])
