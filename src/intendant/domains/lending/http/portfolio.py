"""Routes of the portfolio: as it stands, by month, how it rolls, how its vintages age."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from intendant.domains.lending.http import portfolio_views as views
from intendant.domains.lending.portfolio import usecases
from intendant.domains.lending.portfolio.model import Every, Measure
from intendant.domains.lending.portfolio.queries import MONTHS_MAX, VINTAGE_MONTHS_MAX
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kernel.registry import Doors
from intendant.kit.database import Transaction

Currency = Annotated[
    str | None, Query(pattern=r"^[A-Z]{3}$", description="By default the organisation's own.", examples=["USD"])
]
Product = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")] | None,
    Query(description="A product's key; by default all."),
]


def portfolio_routes(doors: Doors) -> APIRouter:
    """Return the routes of the portfolio."""
    router = APIRouter(prefix="/api/v1/lending/portfolio", tags=["portfolio"])
    database = doors.system.database

    @router.get("", summary="Show the portfolio")
    def get_portfolio(
        on: Annotated[
            date | None, Query(description="By default today; else the last end of a month until then.")
        ] = None,
        currency: Currency = None,
        product: Product = None,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.PortfolioView:
        """Return volume, arrears by bucket, provisions by stage, and what was charged off, in one currency."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.get_overview(tx, principal, on=on, currency=currency, product=product)
        snapshot = found.snapshot
        return views.PortfolioView.model_validate(
            {
                **{name: getattr(snapshot, name) for name in snapshot.__dataclass_fields__},
                "month_end": found.month_end,
                "currency": found.scope.currency,
                "product": found.scope.product,
                "at_risk": _at_risk(snapshot.at_risk),
                "buckets": [
                    views.PortfolioSlice.model_validate(each, from_attributes=True) for each in snapshot.buckets
                ],
                "stages": [views.PortfolioSlice.model_validate(each, from_attributes=True) for each in snapshot.stages],
                "offered": [views.LoansOffered.model_validate(each, from_attributes=True) for each in found.offered],
            }
        )

    @router.get("/months", summary="Show the portfolio by month")
    def list_months(
        months: Annotated[int, Query(ge=1, le=MONTHS_MAX, description="How many, up to this one.")] = usecases.MONTHS,
        currency: Currency = None,
        product: Product = None,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.PortfolioMonths:
        """Return new loans, repayments, losses, arrears, provisions and income by month, oldest first."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.list_months(tx, principal, months=months, currency=currency, product=product)
            used = _currency(tx, principal, currency)
        return views.PortfolioMonths(currency=used, product=product, months=[_month(each) for each in found])

    @router.get("/rolls", summary="Show how loans move between buckets")
    def get_rolls(
        currency: Currency = None,
        product: Product = None,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.PortfolioRolls:
        """Return cure and roll rates between the last two ends of months in the books."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.get_rolling(tx, principal, currency=currency, product=product)
            used = _currency(tx, principal, currency)
        return views.PortfolioRolls(
            before=found.before,
            after=found.after,
            currency=used,
            product=product,
            cure_rate=found.cure_rate,
            rolls=[views.BucketRoll.model_validate(each, from_attributes=True) for each in found.rolls],
            moves=[views.BucketMove.model_validate(each, from_attributes=True) for each in found.moves],
        )

    @router.get("/vintages", summary="Show how loans of one time age")
    def get_vintages(
        measure: Measure = Measure.PAR30,
        by: Every = Every.QUARTER,
        months: Annotated[int, Query(ge=1, le=VINTAGE_MONTHS_MAX, description="On the books, at most.")] = 60,
        currency: Currency = None,
        product: Product = None,
        principal: Principal = doors.requires(Permission.LOAN_READ),
    ) -> views.VintageView:
        """Return a curve for each cohort by months on the books; cells that will still change are marked."""
        with database.transaction(principal.organization_id) as tx:
            found = usecases.get_vintages(
                tx, principal, measure=measure, every=by, months=months, currency=currency, product=product
            )
            used = _currency(tx, principal, currency)
        return views.VintageView(
            measure=measure,
            by=by,
            currency=used,
            product=product,
            last_month=found.last_month,
            curves=[
                views.VintageCurve(
                    begins=each.cohort.begins,
                    count=each.cohort.count,
                    amount=each.cohort.amount,
                    cells=[views.VintageCell.model_validate(cell, from_attributes=True) for cell in each.cells],
                )
                for each in found.curves
            ],
        )

    return router


def _currency(tx: Transaction, principal: Principal, currency: str | None) -> str:
    return currency or get_organization(tx, principal.organization_id).currency


def _at_risk(shares: Mapping[int, float | None]) -> list[views.AtRisk]:
    return [views.AtRisk(days=days, share=share) for days, share in sorted(shares.items())]


def _month(month: usecases.Month) -> views.PortfolioMonth:
    return views.PortfolioMonth.model_validate(
        {
            **{name: getattr(month, name) for name in month.__dataclass_fields__},
            "at_risk": _at_risk(month.at_risk),
        }
    )
