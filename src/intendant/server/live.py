"""The live event stream (server-sent events): resumable by `Last-Event-ID`, ended when the caller's right to it ends."""

from collections.abc import AsyncIterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from intendant.kernel.access import Permission, Principal
from intendant.kernel.events import Cursor, RecordedEvent, Subscription
from intendant.kit import clock
from intendant.kit.errors import IntendantError, TooManyRequests, Unavailable
from intendant.server.auth import identify
from intendant.server.system import system_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS = 1.0
"""How often a silent stream looks whether its caller may still listen, and whether the server is to stop."""

HEARTBEAT_SECONDS = 15.0
RETRY_MILLISECONDS = 2_000
STREAMS_PER_CALLER_MAX = 20


class TooManyStreams(TooManyRequests):
    """One caller has more streams open than anybody needs."""

    code = "too_many_streams"


class Streams:
    """Counts open streams per caller."""

    def __init__(self) -> None:
        self._open: dict[UUID, int] = {}
        self._lock = Lock()

    @contextmanager
    def one(self, caller: UUID) -> "Iterator[None]":
        """Hold a place for one stream; raises TooManyStreams."""
        with self._lock:
            if self._open.get(caller, 0) >= STREAMS_PER_CALLER_MAX:
                raise TooManyStreams(
                    f"{STREAMS_PER_CALLER_MAX} streams are open already.",
                    remedy="Close some; one stream carries every event of the organisation.",
                    data={"retry_after_seconds": 5},
                )
            self._open[caller] = self._open.get(caller, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._open[caller] -= 1
                if not self._open[caller]:
                    del self._open[caller]


async def stream_events(
    request: Request, principal: Principal, cursor: Cursor | None, prefix: str
) -> StreamingResponse:
    """Answer with the organisation's events after `cursor` as they come; None means from now on."""
    streams: Streams = request.app.state.streams
    place = streams.one(principal.id)
    place.__enter__()
    try:
        subscription = await run_in_threadpool(
            system_of(request).feed.subscribe, principal.organization_id, cursor, prefix=prefix
        )
    except BaseException:
        place.__exit__(None, None, None)
        raise

    async def body() -> AsyncIterator[bytes]:
        try:
            async for chunk in _chunks(request, principal, subscription):
                yield chunk
        finally:
            subscription.close()
            place.__exit__(None, None, None)

    return StreamingResponse(
        body(), media_type="text/event-stream", headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    )


async def _chunks(request: Request, principal: Principal, subscription: Subscription) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MILLISECONDS}\nid: {subscription.cursor}\n\n".encode()
    spoke_at = clock.monotonic_seconds()
    try:
        async for events in subscription.stream(WAIT_SECONDS):
            if request.app.state.stopping or not await _may_listen(request, principal):
                return
            now = clock.monotonic_seconds()
            if events:
                spoke_at = now
                yield b"".join(_frame(event) for event in events)
            elif now - spoke_at >= HEARTBEAT_SECONDS:
                spoke_at = now
                yield b": still here\n\n"
    except Unavailable as error:
        # The reader comes again by itself, with the id of the last event it has.
        yield b"event: end\ndata: " + orjson.dumps({"code": error.code, "detail": error.message}) + b"\n\n"


async def _may_listen(request: Request, principal: Principal) -> bool:
    try:
        present = await identify(request)
    except IntendantError:
        return False
    return present.organization_id == principal.organization_id and Permission.EVENT_READ in present.permissions


def event_view(event: RecordedEvent) -> dict[str, object]:
    """Show an event as clients read it."""
    return {
        "id": event.id,
        "cursor": str(event.cursor),
        "name": event.name,
        "version": event.version,
        "body": orjson.Fragment(event.text),
        "at": event.at,
        "recorded_at": event.recorded_at,
    }


def _frame(event: RecordedEvent) -> bytes:
    data = orjson.dumps(event_view(event))
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(event.cursor).encode(), event.name.encode(), data)
