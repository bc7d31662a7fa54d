"""All SQL of forecasts. A running one whose task was cancelled or failed is shown as that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.kit import ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

ERROR_LENGTH_MAX = 1_000

_SHOWN = """
select f.id, f.name, f.kind, f.request, f.summary, f.task_id, f.created_by, f.created_at, f.finished_at,
    case when f.state = 'running' and t.state in ('cancelled', 'failed') then t.state else f.state end as state,
    case when f.state = 'running' and t.state = 'failed' then t.error else f.error end as error,
    case when f.state = 'running' then t.progress end as progress,
    case when f.state = 'running' then t.note end as stage
from forecasts f left join tasks t on t.organization_id = f.organization_id and t.id = f.task_id
where f.organization_id = %(organization)s"""


class ForecastUnknown(NotFound):
    """There is no such forecast."""

    code = "forecast_unknown"


def insert_forecast(tx: Transaction, request: Mapping[str, Any], *, by: str, now: datetime) -> UUID:
    """Write down a forecast that is to be computed."""
    forecast_id = ids.new_id()
    tx.execute(
        "insert into forecasts (organization_id, id, name, kind, request, state, created_by, created_at)"
        " values (%s, %s, %s, %s, %s, 'running', %s, %s)",
        [tx.organization_id, forecast_id, request["name"], request["kind"], Jsonb(dict(request)), by, now],
    )
    return forecast_id


def list_forecasts(tx: Transaction, *, kind: str | None, text: str | None, after: UUID | None, limit: int) -> list[Row]:
    """List forecasts, newest first."""
    return tx.all(
        f"{_SHOWN} and (%(kind)s::text is null or f.kind = %(kind)s)"
        " and (%(text)s::text is null or position(lower(%(text)s) in lower(f.name)) > 0)"
        " and (%(after)s::uuid is null or f.id < %(after)s) order by f.id desc limit %(limit)s",
        {"organization": tx.organization_id, "kind": kind, "text": text, "after": after, "limit": limit},
    )


def get_forecast(tx: Transaction, forecast_id: UUID, *, lock: bool = False) -> Row:
    """Return a forecast without its result; raises ForecastUnknown."""
    row = tx.find(
        f"{_SHOWN} and f.id = %(id)s" + (" for update of f" if lock else ""),
        {"organization": tx.organization_id, "id": forecast_id},
    )
    if row is None:
        raise ForecastUnknown(
            "There is no such forecast.", field="forecast_id", remedy="List forecasts to see those there are."
        )
    return row


def find_result(tx: Transaction, forecast_id: UUID) -> bytes | None:
    """Return the series of a forecast that is done, as `results.pack` wrote them."""
    row = tx.find(
        "select result from forecasts where organization_id = %s and id = %s", [tx.organization_id, forecast_id]
    )
    return None if row is None or row["result"] is None else bytes(row["result"])


def set_task(tx: Transaction, forecast_id: UUID, task_id: UUID) -> None:
    """Remember which task computes a forecast; what it said before is gone."""
    tx.execute(
        "update forecasts set task_id = %s, state = 'running', error = null, finished_at = null"
        " where organization_id = %s and id = %s",
        [task_id, tx.organization_id, forecast_id],
    )


def finish(tx: Transaction, forecast_id: UUID, summary: Mapping[str, Any], result: bytes, *, now: datetime) -> bool:
    """Write down what came out; False where the forecast was removed meanwhile."""
    return bool(
        tx.execute(
            "update forecasts set state = 'done', summary = %s, result = %s, error = null, finished_at = %s"
            " where organization_id = %s and id = %s",
            [Jsonb(dict(summary)), result, now, tx.organization_id, forecast_id],
        )
    )


def fail(tx: Transaction, forecast_id: UUID, error: str, *, now: datetime) -> bool:
    """Write down why nothing came out."""
    return bool(
        tx.execute(
            "update forecasts set state = 'failed', error = %s, finished_at = %s where organization_id = %s and id = %s",
            [error[:ERROR_LENGTH_MAX], now, tx.organization_id, forecast_id],
        )
    )


def remove_forecast(tx: Transaction, forecast_id: UUID) -> None:
    """Remove a forecast with its result."""
    tx.execute("delete from forecasts where organization_id = %s and id = %s", [tx.organization_id, forecast_id])
