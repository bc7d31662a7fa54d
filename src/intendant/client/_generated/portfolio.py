"""The operations of portfolio. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime

from intendant.client._generated.models import portfolio as models
from intendant.client._groups import AsyncGroup, Group


class Portfolio(Group):
    """The operations of portfolio."""

    def get(
        self, *, on: datetime.date | None = None, currency: str | None = None, product: str | None = None
    ) -> models.PortfolioView:
        """Show the portfolio.

        Return volume, arrears by bucket, provisions by stage, and what was charged off, in one currency.

        `GET /api/v1/lending/portfolio`, permission `lending:loan:read`.
        """
        return self._send(
            models.PortfolioView,
            "GET",
            "/api/v1/lending/portfolio",
            query={"on": on, "currency": currency, "product": product},
        )

    def get_rolls(self, *, currency: str | None = None, product: str | None = None) -> models.PortfolioRolls:
        """Show how loans move between buckets.

        Return cure and roll rates between the last two ends of months in the books.

        `GET /api/v1/lending/portfolio/rolls`, permission `lending:loan:read`.
        """
        return self._send(
            models.PortfolioRolls,
            "GET",
            "/api/v1/lending/portfolio/rolls",
            query={"currency": currency, "product": product},
        )

    def get_vintages(
        self,
        *,
        measure: models.Measure | None = None,
        by: models.Every | None = None,
        months: int | None = None,
        currency: str | None = None,
        product: str | None = None,
    ) -> models.VintageView:
        """Show how loans of one time age.

        Return a curve for each cohort by months on the books; cells that will still change are marked.

        `GET /api/v1/lending/portfolio/vintages`, permission `lending:loan:read`.
        """
        return self._send(
            models.VintageView,
            "GET",
            "/api/v1/lending/portfolio/vintages",
            query={"measure": measure, "by": by, "months": months, "currency": currency, "product": product},
        )

    def list_months(
        self, *, months: int | None = None, currency: str | None = None, product: str | None = None
    ) -> models.PortfolioMonths:
        """Show the portfolio by month.

        Return new loans, repayments, losses, arrears, provisions and income by month, oldest first.

        `GET /api/v1/lending/portfolio/months`, permission `lending:loan:read`.
        """
        return self._send(
            models.PortfolioMonths,
            "GET",
            "/api/v1/lending/portfolio/months",
            query={"months": months, "currency": currency, "product": product},
        )


class AsyncPortfolio(AsyncGroup):
    """The operations of portfolio, for asynchronous programs."""

    async def get(
        self, *, on: datetime.date | None = None, currency: str | None = None, product: str | None = None
    ) -> models.PortfolioView:
        """Show the portfolio.

        Return volume, arrears by bucket, provisions by stage, and what was charged off, in one currency.

        `GET /api/v1/lending/portfolio`, permission `lending:loan:read`.
        """
        return await self._send(
            models.PortfolioView,
            "GET",
            "/api/v1/lending/portfolio",
            query={"on": on, "currency": currency, "product": product},
        )

    async def get_rolls(self, *, currency: str | None = None, product: str | None = None) -> models.PortfolioRolls:
        """Show how loans move between buckets.

        Return cure and roll rates between the last two ends of months in the books.

        `GET /api/v1/lending/portfolio/rolls`, permission `lending:loan:read`.
        """
        return await self._send(
            models.PortfolioRolls,
            "GET",
            "/api/v1/lending/portfolio/rolls",
            query={"currency": currency, "product": product},
        )

    async def get_vintages(
        self,
        *,
        measure: models.Measure | None = None,
        by: models.Every | None = None,
        months: int | None = None,
        currency: str | None = None,
        product: str | None = None,
    ) -> models.VintageView:
        """Show how loans of one time age.

        Return a curve for each cohort by months on the books; cells that will still change are marked.

        `GET /api/v1/lending/portfolio/vintages`, permission `lending:loan:read`.
        """
        return await self._send(
            models.VintageView,
            "GET",
            "/api/v1/lending/portfolio/vintages",
            query={"measure": measure, "by": by, "months": months, "currency": currency, "product": product},
        )

    async def list_months(
        self, *, months: int | None = None, currency: str | None = None, product: str | None = None
    ) -> models.PortfolioMonths:
        """Show the portfolio by month.

        Return new loans, repayments, losses, arrears, provisions and income by month, oldest first.

        `GET /api/v1/lending/portfolio/months`, permission `lending:loan:read`.
        """
        return await self._send(
            models.PortfolioMonths,
            "GET",
            "/api/v1/lending/portfolio/months",
            query={"months": months, "currency": currency, "product": product},
        )
