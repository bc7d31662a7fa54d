"""/api/v1/usage: what each key and person of the organisation used, by day, caller or area."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from intendant.kernel import usage
from intendant.kernel.access import Permission, Principal
from intendant.kernel.usage import UsageBy
from intendant.kit import clock
from intendant.kit.spreadsheet import CSV_TYPE, encode_lines
from intendant.server.auth import requires
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/usage", tags=["usage"])

DEFAULT_DAYS = 30
CALLER_LENGTH_MAX = 100
_NUMBERS = ("requests", "errors", "bytes_in", "bytes_out", "decisions", "milliseconds")


class UsageFigures(BaseModel):
    """What was used: requests, those of them that failed, bytes of bodies, decisions, milliseconds until answers began."""

    requests: int
    errors: int
    bytes_in: int
    bytes_out: int
    decisions: int
    milliseconds: float


class UsageView(UsageFigures):
    """What was used under one key: a day, a caller (`key:`, `user:`, `source:`) or an area of the API."""

    key: str
    name: str | None


class UsageReport(BaseModel):
    """Usage of a period (days of UTC). Written every few seconds; a process that is killed loses what it had not written."""

    by: UsageBy
    first: date
    last: date
    items: list[UsageView]
    total: UsageFigures


@router.get(
    "",
    summary="Show what callers used",
    response_model=UsageReport,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def show_usage(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USAGE_READ)],
    by: UsageBy = UsageBy.DAY,
    first: Annotated[date | None, Query(description="The first day; by default 29 days before the last.")] = None,
    last: Annotated[date | None, Query(description="The last day; by default today.")] = None,
    caller: Annotated[
        str | None, Query(max_length=CALLER_LENGTH_MAX, description="Only of this caller, such as `key:<id>`.")
    ] = None,
    output: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> UsageReport | Response:
    """Return usage by day, caller or area with totals, as JSON or, with `format=csv`, as a table.

    By caller, decisions are also told by who proposed them, whatever way they came (`source:`); these are not in the total.
    """
    last = last or clock.system_now().date()
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    with system_of(request).database.system() as tx:
        rows = usage.list_usage(tx, principal.organization_id, by=by, first=first, last=last, caller=caller)
    if output == "csv":
        return _csv(by, rows, f"usage-{first}-{last}.csv")
    counted = [row for row in rows if not row.key.startswith("source:")]
    total = {name: sum(getattr(row, name) for row in counted) for name in _NUMBERS}
    return UsageReport(
        by=by,
        first=first,
        last=last,
        items=[UsageView.model_validate(asdict(row)) for row in rows],
        total=UsageFigures.model_validate(total),
    )


def _csv(by: UsageBy, rows: list[usage.UsageRow], name: str) -> Response:
    lines = [[row.key, row.name, *(getattr(row, each) for each in _NUMBERS)] for row in rows]
    content = encode_lines([[by.value, "name", *_NUMBERS], *lines])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=CSV_TYPE, headers=headers)
