"""The portfolio for people who may read loans: as it stands, by month, how it moves, and how loans of one time age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from intendant.domains.lending.loans.model import business_day
from intendant.domains.lending.portfolio import queries
from intendant.domains.lending.portfolio.model import (
    ZERO,
    Curve,
    Every,
    Measure,
    Move,
    Roll,
    Snapshot,
    curves,
    rolls,
    share_of,
    snapshot,
)
from intendant.domains.lending.portfolio.queries import Offered, Scope
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

MONTHS = 24
MONTHS_A_YEAR = 12
COHORT_YEARS = 5


class PortfolioInvalid(Invalid):
    """A portfolio that cannot be looked at."""

    code = "portfolio_invalid"


@dataclass(frozen=True, slots=True)
class Overview:
    """A portfolio, and what there is to choose from. `month_end`: it is told as of that end of a month; None: as it stands."""

    scope: Scope
    snapshot: Snapshot
    month_end: date | None
    offered: Sequence[Offered]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a portfolio. What is told of its end is None where that is not in the books yet."""

    begins: date
    new_count: int
    disbursed: Decimal
    repayments: int
    repaid: Decimal
    charged_off: Decimal
    written_off: Decimal
    recovered: Decimal
    count: int | None
    outstanding: Decimal | None
    provision: Decimal | None
    coverage: float | None
    at_risk: Mapping[int, float | None]
    income: Decimal | None
    """None where only a product's loans are meant: income is kept by currency."""
    yield_share: float | None


@dataclass(frozen=True, slots=True)
class Rolling:
    """How loans moved between the ends of two months; without any where fewer than two are in the books."""

    before: date | None
    after: date | None
    moves: Sequence[Move]
    rolls: Sequence[Roll]
    cure_rate: float | None
    """Share of the principal that was overdue before which is not any more."""


@dataclass(frozen=True, slots=True)
class Vintages:
    """Curves of cohorts up to the last month's end in the books; without any where there is none."""

    last_month: date | None
    curves: Sequence[Curve]


def get_overview(
    tx: Transaction, by: Principal, *, on: date | None, currency: str | None, product: str | None
) -> Overview:
    """Show the portfolio as it stands, or at the last end of a month until `on`. Raises PortfolioInvalid."""
    by.require(Permission.LOAN_READ)
    organization = get_organization(tx, by.organization_id)
    scope = Scope(currency or organization.currency, product)
    today = business_day(organization, clock.system_now())
    offered = queries.list_offered(tx)
    if on is None or on == today:
        return Overview(scope, snapshot(today, queries.group_now(tx, scope)), None, offered)
    if on > today:
        raise PortfolioInvalid("The day has not come yet.", field="on", remedy=f"Give a day until {today}.")
    month = queries.find_month_end(tx, until=on)
    if month is None:
        return Overview(scope, snapshot(on, []), None, offered)
    return Overview(scope, snapshot(month, queries.group_then(tx, scope, month)), month, offered)


def list_months(
    tx: Transaction, by: Principal, *, months: int = MONTHS, currency: str | None, product: str | None
) -> list[Month]:
    """List the newest months up to this one, oldest first."""
    by.require(Permission.LOAN_READ)
    organization = get_organization(tx, by.organization_id)
    scope = Scope(currency or organization.currency, product)
    today = business_day(organization, clock.system_now())
    begins = [_month_before(today, back) for back in range(months - 1, -1, -1)]
    whole = queries.is_whole(queries.list_offered(tx), scope)
    ends, new, repaid, lost, income = queries.list_months(tx, scope, begins[0], whole=whole)
    known = _Known(
        {row["month"].replace(day=1): row for row in ends},
        {row["month"]: row for row in new},
        {row["month"]: row for row in repaid},
        {(row["month"], row["kind"]): row["amount"] for row in lost},
        # Income is kept by currency alone.
        {row["month"]: row["amount"] for row in income} if product is None else None,
    )
    return [_month(each, known) for each in begins]


def get_rolling(tx: Transaction, by: Principal, *, currency: str | None, product: str | None) -> Rolling:
    """Show how loans moved between buckets from the last end of a month but one to the last."""
    by.require(Permission.LOAN_READ)
    organization = get_organization(tx, by.organization_id)
    scope = Scope(currency or organization.currency, product)
    after = queries.find_month_end(tx)
    before = None if after is None else queries.find_month_end(tx, until=after.replace(day=1) - timedelta(days=1))
    if before is None or after is None:
        return Rolling(None, None, (), (), None)
    whole = queries.is_whole(queries.list_offered(tx), scope)
    moves = queries.list_moves(tx, scope, before, after, whole=whole)
    found = rolls(moves)
    late = [roll for roll in found if roll.bucket != "0"]
    cured = sum((roll.outstanding * Decimal(str(roll.cured or 0.0)) for roll in late), ZERO)
    return Rolling(before, after, moves, found, share_of(cured, sum((roll.outstanding for roll in late), ZERO)))


def get_vintages(
    tx: Transaction,
    by: Principal,
    *,
    measure: Measure,
    every: Every,
    months: int,
    currency: str | None,
    product: str | None,
) -> Vintages:
    """Draw the curves of the cohorts of the last `COHORT_YEARS` years by months on the books."""
    by.require(Permission.LOAN_READ)
    organization = get_organization(tx, by.organization_id)
    scope = Scope(currency or organization.currency, product)
    last = queries.find_month_end(tx)
    if last is None:
        return Vintages(None, ())
    since = date(last.year - COHORT_YEARS, 1, 1)
    cohorts = queries.list_cohorts(tx, scope, every, since, last)
    losses = queries.list_losses(tx, scope, measure, every, since, last)
    drawn = curves(
        cohorts,
        losses,
        every=every,
        last_month=last,
        months_max=months,
        cumulative=measure is Measure.CHARGED_OFF,
    )
    return Vintages(last, drawn)


def _month_before(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of months, by the day they begin on."""

    ends: Mapping[date, Row]
    new: Mapping[date, Row]
    repaid: Mapping[date, Row]
    lost: Mapping[tuple[date, str], Decimal]
    income: Mapping[date, Decimal] | None


def _month(begins: date, known: _Known) -> Month:
    end, new, repaid = known.ends.get(begins), known.new.get(begins), known.repaid.get(begins)
    before = known.ends.get(_month_before(begins, 1))
    whole = None if end is None else end["outstanding"]
    income = None if known.income is None else known.income.get(begins, ZERO)
    yearly = None
    if income is not None and end is not None and before is not None:
        yearly = share_of(income * MONTHS_A_YEAR, (before["outstanding"] + end["outstanding"]) / 2)
    return Month(
        begins=begins,
        new_count=0 if new is None else new["count"],
        disbursed=ZERO if new is None else new["amount"],
        repayments=0 if repaid is None else repaid["count"],
        repaid=ZERO if repaid is None else repaid["amount"],
        charged_off=known.lost.get((begins, "charge_off"), ZERO),
        written_off=known.lost.get((begins, "write_off"), ZERO),
        recovered=known.lost.get((begins, "recovery"), ZERO),
        count=None if end is None else end["count"],
        outstanding=whole,
        provision=None if end is None else end["provision"],
        coverage=None if end is None else share_of(end["provision"], end["outstanding"]),
        at_risk={
            days: None if end is None or whole is None else share_of(end[f"late{days}"], whole) for days in (30, 60, 90)
        },
        income=income,
        yield_share=yearly,
    )
