"""An httpx client whose connections go only where the policy allows. The check is made where the connection is opened.

A name is resolved once for each connection; every address that it has is checked, and the connection goes to one that was
checked, so a name server that answers otherwise a moment later changes nothing. TLS and the Host header keep the name.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar, cast

import httpcore
import httpx

from intendant.kit.addresses import Address, AddressRefused, OutboundPolicy, find_address, may_call, parse_address
from intendant.kit.errors import Unavailable

ANSWER_BYTES_MAX = 1 << 20
REDIRECTS_MAX = 3
TIMEOUT_SECONDS = 10.0
CONNECTIONS_MAX = 100
IDLE_SECONDS = 15.0
ADDRESSES_TRIED_MAX = 3
ADDRESSES_READ_MAX = 64

T = TypeVar("T")
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name."""


class AnswerTooLarge(Unavailable):
    """The answer holds more bytes than we read."""

    code = "answer_too_large"


class CallTooSlow(Unavailable):
    """The call, from the first byte sent to the last byte read, took longer than it may."""

    code = "call_too_slow"


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses that the system's resolver has for a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def open_client(
    policy: OutboundPolicy,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    answer_bytes_max: int = ANSWER_BYTES_MAX,
    redirects_max: int = 0,
    connections_max: int = CONNECTIONS_MAX,
    resolver: Resolver = resolve,
    ssl_context: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Open a client for addresses that people typed.

    `timeout_seconds` bounds a whole call, with name, TLS and answer; `answer_bytes_max` the answer, after unpacking.
    Raises AddressRefused, AnswerTooLarge and CallTooSlow beside httpx's own errors.
    """
    pool = httpcore.AsyncConnectionPool(
        ssl_context=ssl_context or httpx.create_ssl_context(),
        max_connections=connections_max,
        max_keepalive_connections=connections_max,
        keepalive_expiry=IDLE_SECONDS,
        network_backend=_Pinned(policy, resolver),
    )
    return httpx.AsyncClient(
        transport=_Guarded(pool, policy, timeout_seconds, answer_bytes_max),
        timeout=httpx.Timeout(timeout_seconds),
        follow_redirects=redirects_max > 0,
        max_redirects=min(redirects_max, REDIRECTS_MAX),
        trust_env=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "intendant"},
    )


class _Pinned(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that were checked, never to names."""

    def __init__(self, policy: OutboundPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._connections = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._checked(host, port)
        for address in addresses[:-1]:
            try:
                return await self._connections.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connections.connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int) -> list[Address]:
        """Return the addresses of a name; refuses a name of which one address is not public."""
        literal = find_address(host)
        if literal is not None:
            found = [literal]
        else:
            try:
                names = await self._resolver(host, port)
            except OSError as error:
                raise httpcore.ConnectError(f"The name {host} is not known.") from error
            found = [each for name in names[:ADDRESSES_READ_MAX] if (each := find_address(name)) is not None]
        if not found:
            raise httpcore.ConnectError(f"The name {host} has no address.")
        for address in found:
            if not may_call(address, host, self._policy):
                raise AddressRefused(
                    f"The host {host} stands for an address that is not public.",
                    field="url",
                    remedy="Use a public address, or let the operator allow it in INTENDANT_OUTBOUND_ALLOW.",
                )
        return found[:ADDRESSES_TRIED_MAX]


class _Guarded(httpx.AsyncBaseTransport):
    """Checks each request's address, redirects too, and bounds each call."""

    def __init__(
        self, pool: httpcore.AsyncConnectionPool, policy: OutboundPolicy, seconds: float, bytes_max: int
    ) -> None:
        self._pool = pool
        self._policy = policy
        self._seconds = seconds
        self._bytes_max = bytes_max

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        destination = parse_address(str(request.url), self._policy)
        if request.url.host.lower() != destination.host:
            raise AddressRefused("The name of the host can be read in two ways.", field="url")
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        deadline = asyncio.get_running_loop().time() + self._seconds
        answer = await _within(deadline, self._pool.handle_async_request(asked))
        headers = httpx.Headers(answer.headers)
        coding = headers.pop("content-encoding", "identity").strip().lower()
        headers.pop("content-length", None)
        bounded = _Bounded(cast(AsyncIterable[bytes], answer.stream), self._bytes_max, deadline, coding)
        return httpx.Response(answer.status, headers=headers, stream=bounded, extensions=answer.extensions)

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Bounded(httpx.AsyncByteStream):
    """An answer's bytes, unpacked here so that a small packed answer cannot become a large one."""

    def __init__(self, stream: AsyncIterable[bytes], bytes_max: int, deadline: float, coding: str) -> None:
        self._stream = stream
        self._left = bytes_max
        self._deadline = deadline
        self._inflate = zlib.decompressobj(wbits=47) if coding in ("gzip", "x-gzip", "deflate") else None
        self._known = coding in ("identity", "", "gzip", "x-gzip", "deflate")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not self._known:
            raise httpx.DecodingError("The answer is packed in a way that was not asked for.")
        parts = aiter(self._stream)
        while True:
            try:
                part = await _within(self._deadline, anext(parts))
            except StopAsyncIteration:
                return
            self._left -= 0 if self._inflate else len(part)
            if self._inflate is not None:
                try:
                    part = self._inflate.decompress(part, self._left + 1)
                except zlib.error as error:
                    raise httpx.DecodingError("The answer is not packed as it says.") from error
                self._left -= len(part)
            if self._left < 0:
                raise AnswerTooLarge("The answer is longer than what we read.", remedy="Answer with a short body.")
            yield part

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


async def _within(deadline: float, call: Awaitable[T]) -> T:
    """Await a step of a call until the deadline of the whole call, with httpcore's errors told as httpx's."""
    try:
        async with asyncio.timeout_at(deadline):
            return await call
    except TimeoutError as error:
        raise CallTooSlow("The call took longer than it may.", remedy="It is tried again later.") from error
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except (httpcore.NetworkError, ssl.SSLError) as error:
        raise httpx.ConnectError(str(error)) from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.RemoteProtocolError(str(error)) from error
