"""`Intendant` and `AsyncIntendant`: a connection to one installation with an API key."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

import httpx

from intendant.client._errors import ConnectionFailed, WaitEnded
from intendant.client._events import Frames
from intendant.client._generated.operations import AsyncOperations, Operations
from intendant.client._requests import ATTEMPTS_MAX, Request, back_off, make_request
from intendant.client._transport import TIMEOUT_SECONDS, AsyncTransport, Transport

if TYPE_CHECKING:
    from intendant.client._generated.models.decisions import AnswerView
    from intendant.client._generated.models.events import EventView

WAIT_SECONDS_MAX = 60
"""How long the server holds one wait."""

HEARTBEAT_SECONDS = 45.0
"""A stream that is silent for so long has ended without saying so; the server speaks every 15 seconds."""

FAILURES_MAX = 10
"""How many connections of a stream may fail one after the other before it gives up."""


def _stream_request(cursor: str | None, prefix: str) -> Request:
    query = {"after": cursor, "prefix": prefix or None}
    return make_request("GET", "/api/v1/events", query=query, accept="text/event-stream")


def _wait_rounds(timeout_seconds: float | None) -> Iterator[int]:
    """Yield how long to wait each time until the time is over; without end where there is none."""
    left = timeout_seconds
    while left is None or left > 0:
        seconds = WAIT_SECONDS_MAX if left is None else max(1, min(WAIT_SECONDS_MAX, int(left)))
        yield seconds
        left = None if left is None else left - seconds


def _still_waits(decision_id: UUID | str, timeout_seconds: float | None) -> WaitEnded:
    return WaitEnded(f"Decision {decision_id} still waits for an answer after {timeout_seconds:g} seconds.")


class Intendant(Operations):
    """A client: `with Intendant("http://127.0.0.1:8321", key) as client: client.decisions.list()`.

    Safe to share between threads. Groups of operations are attributes, named by their tags in openapi.json.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        organization: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts_max: int = ATTEMPTS_MAX,
        verify: ssl.SSLContext | bool = True,
        proxy: str | None = None,
    ) -> None:
        self._transport = Transport(
            url,
            key,
            organization=organization,
            timeout_seconds=timeout_seconds,
            attempts_max=attempts_max,
            verify=verify,
            proxy=proxy,
        )

    def __repr__(self) -> str:
        """Show where it leads; never the key."""
        return f"Intendant({self._transport.url!r}, key=...)"

    def wait_for_answer(self, decision_id: UUID | str, *, timeout_seconds: float | None = None) -> "AnswerView":
        """Return how a decision ended once nobody's answer is waited for; raises WaitEnded when the time is over first."""
        for seconds in _wait_rounds(timeout_seconds):
            answer = self.decisions.wait_for_answer(decision_id, wait=seconds)
            if answer.state != "waiting":
                return answer
        raise _still_waits(decision_id, timeout_seconds)

    def listen(self, *, after: str | None = None, prefix: str = "") -> Iterator["EventView"]:
        """Yield events as they happen, without end; `after` is the `cursor` of the last one that was seen.

        Without `after`, from now on. A connection that ends is opened again behind the last event, so none is missed or
        comes twice. Raises ApiError when the key may not listen (any more), ConnectionFailed when nothing answers for long.
        """
        from intendant.client._generated.models.events import EventView

        frames, failures = Frames(after), 0
        while True:
            try:
                request = _stream_request(frames.cursor, prefix)
                response = self._transport.send(request, wait_seconds=HEARTBEAT_SECONDS, stream=True)
                try:
                    for piece in response.iter_raw():
                        for data in frames.take(piece):
                            failures = 0
                            yield EventView.model_validate_json(data)
                finally:
                    response.close()
            except httpx.TransportError as error:
                if failures + 1 >= FAILURES_MAX:
                    raise ConnectionFailed(f"The stream of events broke off: {error}") from error
            failures += 1
            frames.begin_again()
            time.sleep(back_off(min(failures - 1, 5)))

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Lend the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        self.close()


class AsyncIntendant(AsyncOperations):
    """A client for asynchronous programs: `async with AsyncIntendant(url, key) as client: await client.decisions.list()`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        organization: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts_max: int = ATTEMPTS_MAX,
        verify: ssl.SSLContext | bool = True,
        proxy: str | None = None,
    ) -> None:
        self._transport = AsyncTransport(
            url,
            key,
            organization=organization,
            timeout_seconds=timeout_seconds,
            attempts_max=attempts_max,
            verify=verify,
            proxy=proxy,
        )

    def __repr__(self) -> str:
        """Show where it leads; never the key."""
        return f"AsyncIntendant({self._transport.url!r}, key=...)"

    async def wait_for_answer(self, decision_id: UUID | str, *, timeout_seconds: float | None = None) -> "AnswerView":
        """Return how a decision ended once nobody's answer is waited for; raises WaitEnded when the time is over first."""
        for seconds in _wait_rounds(timeout_seconds):
            answer = await self.decisions.wait_for_answer(decision_id, wait=seconds)
            if answer.state != "waiting":
                return answer
        raise _still_waits(decision_id, timeout_seconds)

    async def listen(self, *, after: str | None = None, prefix: str = "") -> AsyncIterator["EventView"]:
        """Yield events as they happen, without end; as `Intendant.listen`."""
        from intendant.client._generated.models.events import EventView

        frames, failures = Frames(after), 0
        while True:
            try:
                request = _stream_request(frames.cursor, prefix)
                response = await self._transport.send(request, wait_seconds=HEARTBEAT_SECONDS, stream=True)
                try:
                    async for piece in response.aiter_raw():
                        for data in frames.take(piece):
                            failures = 0
                            yield EventView.model_validate_json(data)
                finally:
                    await response.aclose()
            except httpx.TransportError as error:
                if failures + 1 >= FAILURES_MAX:
                    raise ConnectionFailed(f"The stream of events broke off: {error}") from error
            failures += 1
            frames.begin_again()
            await asyncio.sleep(back_off(min(failures - 1, 5)))

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        """Lend the client."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self.close()
