"""/api/v1/events: the log of business events, as pages and as a live stream."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from intendant.kernel.access import Permission, Principal
from intendant.kernel.events import START, Cursor, parse_cursor, read
from intendant.server.auth import requires
from intendant.server.live import event_view, stream_events
from intendant.server.paging import PAGE_SIZE, Limit
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/events", tags=["events"])

EVENT_STREAM = "text/event-stream"
NAME_LENGTH_MAX = 100


class EventView(BaseModel):
    """Something that happened. `at` is business time; `cursor` is its place in the log."""

    id: UUID
    cursor: str
    name: str
    version: int
    body: dict[str, Any]
    at: datetime
    recorded_at: datetime


class EventPage(BaseModel):
    """Some events in the order of the log; `next` is always given, for reading on later."""

    items: list[EventView]
    next: str


@router.get(
    "",
    summary="Read events, or listen to them",
    response_model=EventPage,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def list_events(
    request: Request,
    principal: Annotated[Principal, requires(Permission.EVENT_READ)],
    after: Annotated[str | None, Query(max_length=60, description="A cursor; by default the beginning.")] = None,
    limit: Limit = PAGE_SIZE,
    prefix: Annotated[str, Query(max_length=NAME_LENGTH_MAX, description="Only names that begin so.")] = "",
    last_event_id: Annotated[str | None, Header(max_length=60)] = None,
) -> Response:
    """Return events after a cursor; with `Accept: text/event-stream`, send them as they come.

    A stream begins behind `Last-Event-ID` or `after`, and without either with what happens from now on. Nothing is missed
    and nothing comes twice when a reader resumes with the last id it has.
    """
    streaming = EVENT_STREAM in request.headers.get("accept", "")
    text = (last_event_id if streaming else None) or after
    cursor = parse_cursor(text) if text else None
    if streaming:
        return await stream_events(request, principal, cursor, prefix)
    content = await run_in_threadpool(_read, request, principal, cursor or START, limit, prefix)
    return Response(content, media_type="application/json")


def _read(request: Request, principal: Principal, cursor: Cursor, limit: int, prefix: str) -> bytes:
    with system_of(request).database.transaction(principal.organization_id) as tx:
        events, following = read(tx, cursor, limit, prefix=prefix)
    return orjson.dumps({"items": [event_view(event) for event in events], "next": str(following)})
