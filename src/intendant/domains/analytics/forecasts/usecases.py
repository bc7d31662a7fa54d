"""What people do with forecasts: ask, look, ask again, remove. Each act is told by an event and so is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.contract import (
    FORECAST_FINISHED,
    FORECAST_REMOVED,
    FORECAST_REQUESTED,
    FORECAST_TASK,
)
from intendant.domains.analytics.datasets.rows import get_dataset
from intendant.domains.analytics.forecasts import repository, results
from intendant.domains.analytics.forecasts.computing import Computed, compute
from intendant.domains.analytics.forecasts.reading import check_source
from intendant.domains.analytics.forecasts.wish import parse_wish
from intendant.kernel import events, tasks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict

ROWS_AT_ONCE_MAX = 30_000
"""Datasets with more rows are forecast as a task; so are tables of the record."""
STATE_RUNNING, STATE_DONE = "running", "done"


class ForecastNotReady(Conflict):
    """The forecast is still being computed, or nothing came out."""

    code = "forecast_not_ready"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that was checked, and its result where it was small enough to be computed at once."""

    request: Mapping[str, Any]
    computed: Computed | None


def prepare(system: Any, by: Principal, request: Mapping[str, Any]) -> Prepared:
    """Check a request and, where it is small, compute it. No transaction is open meanwhile but the one that reads."""
    by.require(Permission.AI_GENERATE)
    wish = parse_wish(request)
    check_source(system, by.organization_id, wish)
    small = wish.source.metric is not None
    if wish.source.dataset_id is not None:
        with system.database.snapshot(by.organization_id) as tx:
            small = get_dataset(tx, wish.source.dataset_id).row_count <= ROWS_AT_ONCE_MAX
    return Prepared(request, compute(system, by.organization_id, wish) if small else None)


def create(tx: Transaction, by: Principal, prepared: Prepared) -> UUID:
    """Write a forecast down, with its result or with the task that computes it."""
    by.require(Permission.AI_GENERATE)
    now = clock.system_now()
    forecast_id = repository.insert_forecast(tx, prepared.request, by=by.label, now=now)
    _tell(tx, FORECAST_REQUESTED, forecast_id, prepared.request, actor=by.label)
    _settle(tx, by, forecast_id, prepared)
    return forecast_id


def rerun(tx: Transaction, by: Principal, forecast_id: UUID, prepared: Prepared) -> None:
    """Compute a forecast again from the rows as they are now."""
    by.require(Permission.AI_GENERATE)
    row = repository.get_forecast(tx, forecast_id, lock=True)
    if row["state"] == STATE_RUNNING:
        raise ForecastNotReady(
            "The forecast is being computed.", field="forecast_id", remedy="Wait, or cancel its task."
        )
    _tell(tx, FORECAST_REQUESTED, forecast_id, prepared.request, actor=by.label)
    _settle(tx, by, forecast_id, prepared)


def _settle(tx: Transaction, by: Principal, forecast_id: UUID, prepared: Prepared) -> None:
    if prepared.computed is not None:
        finish(tx, forecast_id, prepared.request, prepared.computed, actor=by.label)
        return
    task_id = tasks.enqueue(
        tx,
        FORECAST_TASK,
        parameters={"forecast_id": str(forecast_id)},
        created_by=by.label,
        now=clock.system_now(),
        organization_id=by.organization_id,
        subject=f"forecast:{forecast_id}",
        dedup_key=str(forecast_id),
    )
    repository.set_task(tx, forecast_id, task_id)


def finish(tx: Transaction, forecast_id: UUID, request: Mapping[str, Any], computed: Computed, *, actor: str) -> None:
    """Write down what came out, and tell; nothing where the forecast was removed meanwhile."""
    if repository.finish(tx, forecast_id, computed.summary, results.pack(computed.lines), now=clock.system_now()):
        _tell(tx, FORECAST_FINISHED, forecast_id, request, actor=actor, state=STATE_DONE)


def fail(tx: Transaction, forecast_id: UUID, request: Mapping[str, Any], error: str, *, actor: str) -> None:
    """Write down why nothing came out, and tell."""
    if repository.fail(tx, forecast_id, error, now=clock.system_now()):
        _tell(tx, FORECAST_FINISHED, forecast_id, request, actor=actor, state="failed")


def list_forecasts(
    tx: Transaction, by: Principal, *, kind: str | None, text: str | None, after: UUID | None, limit: int
) -> list[Row]:
    """List forecasts, newest first."""
    by.require(Permission.AI_READ)
    return repository.list_forecasts(tx, kind=kind, text=text, after=after, limit=limit)


def get_forecast(tx: Transaction, by: Principal, forecast_id: UUID) -> Row:
    """Return a forecast; raises ForecastUnknown."""
    by.require(Permission.AI_READ)
    return repository.get_forecast(tx, forecast_id)


def find_series(
    tx: Transaction, by: Principal, forecast_id: UUID, *, text: str | None, after: int, limit: int
) -> results.Found:
    """Return some series of a forecast, the most important first."""
    by.require(Permission.AI_READ)
    body = repository.find_result(tx, forecast_id)
    return results.Found((), 0, None) if body is None else results.find(body, text=text, after=after, limit=limit)


def get_result(tx: Transaction, by: Principal, forecast_id: UUID) -> bytes:
    """Return all series of a forecast; raises ForecastNotReady."""
    by.require(Permission.AI_READ)
    repository.get_forecast(tx, forecast_id)
    body = repository.find_result(tx, forecast_id)
    if body is None:
        raise ForecastNotReady("Nothing has come out yet.", field="forecast_id", remedy="Wait until it is done.")
    return body


def remove(tx: Transaction, by: Principal, forecast_id: UUID) -> None:
    """Remove a forecast; raises ForecastNotReady while it is being computed."""
    by.require(Permission.AI_MANAGE)
    row = repository.get_forecast(tx, forecast_id, lock=True)
    if row["state"] == STATE_RUNNING:
        raise ForecastNotReady("The forecast is being computed.", field="forecast_id", remedy="Cancel its task first.")
    repository.remove_forecast(tx, forecast_id)
    _tell(tx, FORECAST_REMOVED, forecast_id, row, actor=by.label)


def _tell(
    tx: Transaction, name: str, forecast_id: UUID, about: Mapping[str, Any], *, actor: str, **more: object
) -> None:
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"forecast:{forecast_id}",
        body={"forecast_id": forecast_id, "name": about["name"], "kind": about["kind"], **more},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=actor,
    )
    events.emit(tx, [event])
