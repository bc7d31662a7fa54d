"""Routes of forecasts: /predictive. They translate and decide nothing."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.forecasts import results, usecases
from intendant.domains.analytics.forecasts.export import csv_lines
from intendant.domains.analytics.http import forecasts_views as views
from intendant.domains.analytics.model import ForecastKind
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors
from intendant.kit.database import Row, Transaction

PAGE_SIZE, PAGE_SIZE_MAX = 50, 200
SERIES_PAGE_SIZE, SERIES_PAGE_SIZE_MAX = 20, 100
Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many items at most.")]
SeriesLimit = Annotated[int, Query(ge=1, le=SERIES_PAGE_SIZE_MAX, description="How many series at most.")]
Text = Annotated[str | None, Query(max_length=200, description="Text in the name.")]
After = Annotated[int | None, Query(ge=0, description="`next` of the page of series before.")]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "A table."}
}


def forecast_routes(doors: Doors) -> APIRouter:
    """Return the routes of forecasts."""
    router = APIRouter(prefix=f"{PREFIX}/predictive", tags=["ai-analytics"])
    system = doors.system
    database = system.database

    @router.get("", summary="List forecasts")
    def list_forecasts(
        kind: ForecastKind | None = None,
        q: Text = None,
        after: UUID | None = None,
        limit: Limit = PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.PredictivePage:
        """List forecasts, newest first."""
        with database.transaction(principal.organization_id) as tx:
            rows = usecases.list_forecasts(tx, principal, kind=kind, text=q, after=after, limit=limit + 1)
        items = [_row(row) for row in rows[:limit]]
        return views.PredictivePage(items=items, next=str(items[-1].id) if len(rows) > limit else None)

    @router.post("", summary="Forecast", status_code=201, response_model=views.PredictiveDetail)
    def create_forecast(
        body: views.PredictiveBody,
        principal: Principal = doors.requires(Permission.AI_GENERATE),
        once: Any = doors.once,
    ) -> Response:
        """Foresee revenue, churn, demand for service, or what stock to order. What is small is answered at once (state done), else a
        task computes it (state running); the back-test stands beside the forecast."""
        prepared = usecases.prepare(system, principal, views.plain(body))
        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(
                tx, lambda: _detail(tx, principal, usecases.create(tx, principal, prepared)), status=201
            )
        return response

    @router.get("/{forecast_id}", summary="Show a forecast")
    def get_forecast(
        forecast_id: UUID,
        q: Text = None,
        after: After = None,
        limit: SeriesLimit = SERIES_PAGE_SIZE,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.PredictiveDetail:
        """Return a forecast with its summary and some of its series, the most important first; `q` searches their names."""
        with database.transaction(principal.organization_id) as tx:
            return _detail(tx, principal, forecast_id, text=q, after=after, limit=limit)

    @router.get("/{forecast_id}/export", summary="Export a forecast", response_class=Response, responses=_CSV)
    def export_forecast(
        forecast_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> StreamingResponse:
        """Return a CSV with a row for every series and period forecast, or for every item or customer."""
        with database.transaction(principal.organization_id) as tx:
            row = usecases.get_forecast(tx, principal, forecast_id)
            body = usecases.get_result(tx, principal, forecast_id)

        def lines() -> Iterator[bytes]:
            yield from csv_lines(row["kind"], results.all_lines(body))

        headers = {"Content-Disposition": f'attachment; filename="forecast-{forecast_id}.csv"'}
        return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)

    @router.post("/{forecast_id}/rerun", summary="Forecast again", response_model=views.PredictiveDetail)
    def rerun_forecast(
        forecast_id: UUID,
        principal: Principal = doors.requires(Permission.AI_GENERATE),
        once: Any = doors.once,
    ) -> Response:
        """Compute a forecast again from the rows as they are now."""
        with database.transaction(principal.organization_id) as tx:
            request = usecases.get_forecast(tx, principal, forecast_id)["request"]
        prepared = usecases.prepare(system, principal, request)

        def work() -> views.PredictiveDetail:
            usecases.rerun(tx, principal, forecast_id, prepared)
            return _detail(tx, principal, forecast_id)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work)
        return response

    @router.delete("/{forecast_id}", summary="Remove a forecast", status_code=204)
    def remove_forecast(forecast_id: UUID, principal: Principal = doors.requires(Permission.AI_MANAGE)) -> None:
        """Remove a forecast with its result."""
        with database.transaction(principal.organization_id) as tx:
            usecases.remove(tx, principal, forecast_id)

    return router


def _row_fields(row: Row) -> dict[str, Any]:
    summary = row["summary"] or {}
    back_test, churn = summary.get("back_test") or {}, summary.get("churn") or {}
    validation = churn.get("validation") or churn.get("parameters") or {}
    return {
        **{name: row[name] for name in ("id", "name", "kind", "state", "error", "task_id", "progress", "stage")},
        **{name: row[name] for name in ("created_by", "created_at", "finished_at")},
        "headline": summary.get("headline"),
        "series_count": summary.get("series_count"),
        "skill": back_test.get("skill"),
        "measured_coverage": (back_test.get("overall") or {}).get("coverage"),
        "auc": validation.get("auc"),
    }


def _row(row: Row) -> views.PredictiveRow:
    return views.PredictiveRow.model_validate(_row_fields(row))


def _detail(
    tx: Transaction,
    principal: Principal,
    forecast_id: UUID,
    *,
    text: str | None = None,
    after: int | None = None,
    limit: int = SERIES_PAGE_SIZE,
) -> views.PredictiveDetail:
    row = usecases.get_forecast(tx, principal, forecast_id)
    found = usecases.find_series(
        tx, principal, forecast_id, text=text, after=-1 if after is None else after, limit=limit
    )
    return views.PredictiveDetail.model_validate(
        {
            **_row_fields(row),
            "request": row["request"],
            "summary": row["summary"],
            "series": {
                "items": [{**line, "number": place} for place, line in found.lines],
                "found": found.count,
                "next": None if found.next is None else str(found.next),
            },
        }
    )
