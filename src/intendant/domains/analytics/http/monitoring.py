"""Routes of monitoring: how models do over time, how far their data moved, which version is better, the dashboard."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from intendant.domains.analytics.contract import PERFORMANCE_MEASURED, PREFIX
from intendant.domains.analytics.http import monitoring_views as views
from intendant.domains.analytics.http.monitoring_shown import (
    show_comparison,
    show_dashboard,
    show_drift,
    show_performance,
)
from intendant.domains.analytics.models import rows
from intendant.domains.analytics.models.usecases import emit
from intendant.domains.analytics.monitoring.watching import watch_organization
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors

DAYS, DAYS_MAX = 30, 366
VERSION_MAX = 2_000_000_000
Version = Annotated[int | None, Query(ge=1, le=VERSION_MAX, description="A version's number; left out: the champion.")]


def monitoring_routes(doors: Doors) -> APIRouter:
    """Return the routes of monitoring."""
    router = APIRouter(prefix=PREFIX, tags=["ai-analytics"])
    database = doors.system.database

    @router.get("/dashboard", summary="Show the hub at a glance")
    def get_dashboard(
        days: Annotated[int, Query(ge=1, le=DAYS_MAX, description="Of business time, until now.")] = DAYS,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.Dashboard:
        """Return models and how they do, use and accuracy over time, and what wants attention."""
        with database.snapshot(principal.organization_id) as tx:
            return show_dashboard(tx, days=days)

    @router.get("/models/{model_id}/performance", summary="Show how a model does")
    def get_performance(
        model_id: UUID,
        begins: Annotated[AwareDatetime | None, Query(alias="from", description="Business time.")] = None,
        ends: Annotated[AwareDatetime | None, Query(alias="to", description="Business time.")] = None,
        version: Annotated[int | None, Query(ge=1, le=VERSION_MAX, description="Left out: all versions.")] = None,
        principal: Principal = doors.requires(Permission.AI_READ),
    ) -> views.ModelPerformance:
        """Return figures by period with intervals, what is expected before outcomes come, calibration, groups, drift."""
        with database.snapshot(principal.organization_id) as tx:
            return show_performance(tx, model_id, begins=begins, ends=ends, version=version)

    @router.get("/models/{model_id}/drift", summary="Show how far a model's data moved")
    def get_drift(
        model_id: UUID, version: Version = None, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.ModelDrift:
        """Compare the latest inputs and answers with training, each column against what chance alone shows."""
        with database.snapshot(principal.organization_id) as tx:
            return show_drift(tx, model_id, version=version)

    @router.get("/models/{model_id}/comparison", summary="Compare a model's versions on real cases")
    def get_comparison(
        model_id: UUID, principal: Principal = doors.requires(Permission.AI_READ)
    ) -> views.ModelComparison:
        """Compare the champion with challenger and shadow on outcomes so far; valid however often one looks."""
        with database.snapshot(principal.organization_id) as tx:
            return show_comparison(tx, model_id)

    @router.post(
        "/models/{model_id}/performance/measure",
        summary="Measure a model now",
        response_model=views.MeasuredNow,
    )
    def measure_now(
        model_id: UUID,
        principal: Principal = doors.requires(Permission.AI_MANAGE),
        once: Any = doors.once,
    ) -> Response:
        """Measure now what has come since it was measured last, instead of within minutes."""
        with database.snapshot(principal.organization_id) as tx:
            rows.get_model(tx, model_id)
        periods, more = watch_organization(database, principal.organization_id, model_id=model_id)

        def work() -> views.MeasuredNow:
            emit(tx, PERFORMANCE_MEASURED, model_id, {"model_id": model_id, "periods": periods}, actor=principal.label)
            return views.MeasuredNow(periods=periods, more=more)

        with database.transaction(principal.organization_id) as tx:
            response: Response = once.run(tx, work, status=200)
        return response

    return router
