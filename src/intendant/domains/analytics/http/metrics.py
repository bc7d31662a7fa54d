"""Routes of metrics: figures that are sent to us, and their points."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from intendant.domains.analytics.anomalies import charting, streams
from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.http import anomaly_shown as shown
from intendant.domains.analytics.http import anomaly_views as views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors

PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
_Name = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[\w.:-]+$")]


def metric_routes(doors: Doors) -> APIRouter:
    """Return the routes of metrics."""
    router = APIRouter(prefix=f"{PREFIX}/metrics", tags=["ai-analytics"])
    system = doors.system
    database = system.database

    @router.get("", summary="List metrics")
    def list_metrics(
        after: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]+$", description="A name.")] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")] = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.MetricPage:
        """List the figures that are sent to us, by name, each with its newest point."""
        with database.transaction(principal.organization_id) as tx:
            rows = streams.list_streams(tx, after=after, limit=limit + 1)
        items = [shown.metric_row(row) for row in rows[:limit]]
        return views.MetricPage(items=items, next=items[-1].name if len(rows) > limit else None)

    @router.post("", summary="Create a metric", status_code=201, response_model=views.MetricRow)
    def create_metric(
        body: views.MetricBody,
        principal: Principal = doors.requires(Permission.AI_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Make a figure to which points can be sent; it is watched as soon as there are enough of them."""

        def work() -> views.MetricRow:
            row = streams.create_stream(
                tx,
                principal,
                name=body.name,
                unit=body.unit,
                description=body.description,
                money_per_unit=body.money_per_unit,
                currency=body.currency,
            )
            return shown.metric_row(row | {"last_at": None, "last_value": None})

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=201)
        return response

    @router.post("/{metric_name}/points", summary="Send points", response_model=views.PointsAnswer)
    def add_points(
        metric_name: _Name,
        body: views.PointsBody,
        principal: Principal = doors.requires(Permission.AI_CREATE),
        once: Any = doors.once,
    ) -> Response:
        """Take up to 10,000 points. A point at a moment that has one replaces it; bad points are refused one by one."""

        def work() -> views.PointsAnswer:
            taken = streams.add_points(tx, principal, metric_name, [(each.at, each.value) for each in body.points])
            return views.PointsAnswer(
                taken=taken.taken,
                replaced=taken.replaced,
                refused=len(taken.refused),
                quarantine=[
                    views.RefusedPoint(place=each.place, why=each.why)
                    for each in taken.refused[: views.REFUSED_SHOWN_MAX]
                ],
            )

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.get("/{metric_name}/points", summary="Show points")
    def get_points(
        metric_name: _Name,
        since: AwareDatetime | None = None,
        until: Annotated[AwareDatetime | None, Query(description="Excluded.")] = None,
        limit: Annotated[int, Query(ge=1, le=charting.POINTS_SHOWN_MAX, description="The newest so many.")] = 500,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.FigureSeries:
        """Return points of a metric with what was expected of each."""
        with database.transaction(principal.organization_id) as tx:
            chart = charting.chart_points(tx, system, metric_name, since=since, until=until, limit=limit)
        return shown.series(chart)

    return router
