"""What groups of operations are made of: sending, going through pages, taking files."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

import httpx

from intendant.client._errors import AnswerUnreadable
from intendant.client._requests import Request, make_request
from intendant.client._transport import AsyncTransport, Transport
from intendant.client._values import Content, json_body, quoted

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["AsyncDownload", "AsyncGroup", "AsyncGroups", "Download", "Group", "Groups", "quoted", "read_answer"]

PAGES_MAX = 1_000_000
"""How many pages one iteration goes through: more than any organisation has."""

Answer = TypeVar("Answer")
Other = TypeVar("Other")
Item_co = TypeVar("Item_co", covariant=True)


class Page(Protocol[Item_co]):
    """Some items, and where the next page begins."""

    @property
    def items(self) -> Sequence[Item_co]:
        """Return the items."""
        ...

    @property
    def next(self) -> str | None:
        """Return what is given as `after`, None at the end."""
        ...


def _fields(
    method: str, fields: Mapping[str, Any] | None, options: Mapping[str, Any] | None, body: object
) -> object | None:
    if body is not None:
        return body
    # In a change null is a value: what is not to be changed is OMITTED instead.
    return json_body(fields, options, nulls=method in ("PUT", "PATCH"))


def _request(
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    body: object = None,
    content: Content | None = None,
    media_type: str | None = None,
    accept: str = "application/json",
    once: bool = False,
    key: str | None = None,
) -> Request:
    return make_request(
        method,
        path,
        query=query,
        body=_fields(method, fields, options, body),
        content=content,
        media_type=media_type,
        accept=accept,
        once=once,
        key=key,
    )


def _server_wait(query: Mapping[str, Any] | None, fields: Mapping[str, Any] | None) -> float:
    """Return how many seconds the server was asked to wait before it answers."""
    value = {**(fields or {}), **(query or {})}.get("wait")
    return float(value) if isinstance(value, int | float) else 0.0


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def read_answer(kind: type[Answer], response: httpx.Response) -> Answer:
    """Parse an answer; raises AnswerUnreadable."""
    from pydantic import ValidationError

    try:
        adapter: TypeAdapter[Answer] = _adapter(kind)  # type: ignore[arg-type]
        answer = adapter.validate_json(response.content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise AnswerUnreadable(
            f"{response.request.method} {response.request.url.path} answered something else than {kind.__name__}: "
            f"{place or 'the body'}: {first['msg']}. Is the server of another version than this client?"
        ) from error
    return answer


class Download:
    """A file that the server sends; opened when its `with` block begins."""

    def __init__(self, transport: Transport, request: Request) -> None:
        self._transport = transport
        self._request = request
        self._response: httpx.Response | None = None

    def __enter__(self) -> Self:
        """Ask for the file; raises ApiError."""
        self._response = self._transport.send(self._request, stream=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the connection go."""
        self._open.close()

    @property
    def _open(self) -> httpx.Response:
        if self._response is None:
            raise RuntimeError("A download is used in a `with` block: `with client.decisions.export() as file:`.")
        return self._response

    @property
    def media_type(self) -> str:
        """Return what kind of file it is."""
        return str(self._open.headers.get("content-type", "")).partition(";")[0]

    def iter_bytes(self) -> Iterator[bytes]:
        """Yield the file in pieces as it comes."""
        yield from self._open.iter_bytes()

    def read(self) -> bytes:
        """Return the whole file."""
        return self._open.read()

    def text(self) -> str:
        """Return the whole file as text."""
        return self.read().decode("utf-8")

    def save(self, path: str | Path) -> Path:
        """Write the file, piece by piece, and return where."""
        target = Path(path)
        with target.open("wb") as file:
            for piece in self.iter_bytes():
                file.write(piece)
        return target


class AsyncDownload:
    """A file that the server sends; opened when its `async with` block begins."""

    def __init__(self, transport: AsyncTransport, request: Request) -> None:
        self._transport = transport
        self._request = request
        self._response: httpx.Response | None = None

    async def __aenter__(self) -> Self:
        """Ask for the file; raises ApiError."""
        self._response = await self._transport.send(self._request, stream=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the connection go."""
        await self._open.aclose()

    @property
    def _open(self) -> httpx.Response:
        if self._response is None:
            raise RuntimeError("A download is used in an `async with` block.")
        return self._response

    @property
    def media_type(self) -> str:
        """Return what kind of file it is."""
        return str(self._open.headers.get("content-type", "")).partition(";")[0]

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Yield the file in pieces as it comes."""
        async for piece in self._open.aiter_bytes():
            yield piece

    async def read(self) -> bytes:
        """Return the whole file."""
        return await self._open.aread()

    async def text(self) -> str:
        """Return the whole file as text."""
        return (await self.read()).decode("utf-8")


class Group:
    """Operations that belong together."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _send(self, kind: type[Answer], method: str, path: str, **parts: Any) -> Answer:
        wait = _server_wait(parts.get("query"), parts.get("options"))
        return read_answer(kind, self._transport.send(_request(method, path, **parts), wait_seconds=wait))

    def _either(
        self, kind: type[Answer], status: int, other: type[Other], method: str, path: str, **parts: Any
    ) -> Answer | Other:
        response = self._transport.send(_request(method, path, **parts))
        return read_answer(other, response) if response.status_code == status else read_answer(kind, response)

    def _act(self, method: str, path: str, **parts: Any) -> None:
        self._transport.send(_request(method, path, **parts))

    def _pages(self, kind: type[Page[Item_co]], path: str, *, query: Mapping[str, Any]) -> Iterator[Item_co]:
        after: str | None = None
        for _ in range(PAGES_MAX):
            page = self._send(kind, "GET", path, query={**query, "after": after})
            yield from page.items
            after = page.next
            if after is None:
                return

    def _download(self, method: str, path: str, **parts: Any) -> Download:
        return Download(self._transport, _request(method, path, accept="*/*", **parts))


class AsyncGroup:
    """Operations that belong together, for asynchronous programs."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def _send(self, kind: type[Answer], method: str, path: str, **parts: Any) -> Answer:
        wait = _server_wait(parts.get("query"), parts.get("options"))
        return read_answer(kind, await self._transport.send(_request(method, path, **parts), wait_seconds=wait))

    async def _either(
        self, kind: type[Answer], status: int, other: type[Other], method: str, path: str, **parts: Any
    ) -> Answer | Other:
        response = await self._transport.send(_request(method, path, **parts))
        return read_answer(other, response) if response.status_code == status else read_answer(kind, response)

    async def _act(self, method: str, path: str, **parts: Any) -> None:
        await self._transport.send(_request(method, path, **parts))

    async def _pages(self, kind: type[Page[Item_co]], path: str, *, query: Mapping[str, Any]) -> AsyncIterator[Item_co]:
        after: str | None = None
        for _ in range(PAGES_MAX):
            page = await self._send(kind, "GET", path, query={**query, "after": after})
            for each in page.items:
                yield each
            after = page.next
            if after is None:
                return

    def _download(self, method: str, path: str, **parts: Any) -> AsyncDownload:
        return AsyncDownload(self._transport, _request(method, path, accept="*/*", **parts))


class Groups:
    """Something with a connection that groups share."""

    _transport: Transport


class AsyncGroups:
    """Something with a connection that groups share, for asynchronous programs."""

    _transport: AsyncTransport
