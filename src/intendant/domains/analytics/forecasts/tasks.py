"""Forecasting many series as durable work. A crash loses time and nothing else: the same rows give the same forecast."""

from typing import Any
from uuid import UUID

from intendant.domains.analytics.forecasts import repository, usecases
from intendant.domains.analytics.forecasts.computing import compute
from intendant.domains.analytics.forecasts.wish import parse_wish
from intendant.domains.analytics.models.tasks import reported
from intendant.kernel.tasks import StepFailed, TaskContext

_STOPPED = "task_stopped"


def forecast(context: TaskContext) -> dict[str, Any]:
    """Compute a forecast; parameters: `forecast_id`. What goes wrong is told on the forecast."""
    forecast_id = UUID(str(context.parameters["forecast_id"]))
    try:
        result: dict[str, Any] = context.step("forecast", lambda: _forecast(context, forecast_id))
    except StepFailed as failed:
        if failed.data["cause"] != _STOPPED:
            context.step("tell", _tell, context, forecast_id, failed.told)
        raise
    return result


def _forecast(context: TaskContext, forecast_id: UUID) -> dict[str, Any]:
    with context.database.snapshot(context.organization_id) as tx:
        request = repository.get_forecast(tx, forecast_id)["request"]
    computed = compute(context.system, context.organization_id, parse_wish(request), progress=reported(context))
    context.check()
    with context.database.transaction(context.organization_id) as tx:
        usecases.finish(tx, forecast_id, request, computed, actor=context.task.created_by)
    return {"forecast_id": str(forecast_id), "series": len(computed.lines)}


def _tell(context: TaskContext, forecast_id: UUID, error: str) -> None:
    with context.database.transaction(context.organization_id) as tx:
        request = repository.get_forecast(tx, forecast_id)["request"]
        usecases.fail(tx, forecast_id, request, error, actor=context.task.created_by)
