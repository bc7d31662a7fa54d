"""The sandbox provider as a server of its own, with faults on request. Pays nobody.

    python -m intendant.connectors.sandbox.provider --file LEDGER (--socket PATH | --port N [--host ADDRESS])
        [--delay SECONDS] [--drop-response P] [--crash-before P] [--crash-after P] [--busy P] [--seed N] [--no-find] [--ignore-keys]
        [--asked-faults LOG]

`P` are probabilities from 0 to 1, drawn from `--seed`. A crash ends the process at once, as kill -9 does. With `--asked-faults`
POST /faults {"kind": "refuse|hang|lose|double"} spoils the next call, and a line in LOG says when it did.
"""

import argparse
import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import orjson
import uvicorn

from intendant.connectors.sandbox._ledger import Ledger
from intendant.kit import clock
from intendant.kit.errors import IntendantError, Invalid

BODY_BYTES_MAX = 64 * 1024
KEY_CHARACTERS_MAX = 200
THREAD_COUNT = 8
HANG_SECONDS = 30.0
"""Longer than anybody waits for an answer."""
ASKED_COUNT_MAX = 1_000
CRASH_STATUS = 137

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Faults:
    """How the provider misbehaves. Probabilities from 0 to 1."""

    delay_seconds: float = 0.0
    drop_response: float = 0.0
    crash_before: float = 0.0
    crash_after: float = 0.0
    busy: float = 0.0
    no_find: bool = False
    log: Path | None = None


class Provider:
    """The ASGI application: POST /payouts, POST /reversals, GET /bookings/{key}."""

    def __init__(self, ledger: Ledger, faults: Faults, random: Random) -> None:
        self._ledger = ledger
        self._faults = faults
        self._random = random
        self._threads = ThreadPoolExecutor(THREAD_COUNT)
        self._asked: deque[str] = deque(maxlen=ASKED_COUNT_MAX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        try:
            status, body = await self._answer(scope, receive)
        except IntendantError as error:
            status, body = 409 if error.code == "terms_changed" else 422, {"code": error.code, "message": str(error)}
        if status == 0:
            # Raising before anything is sent would answer 500; a broken connection is what a lost answer looks like.
            await self._hang_up(send)
            return
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": orjson.dumps(body)})

    async def _hang_up(self, send: Send) -> None:
        """Promise a body and never send it: the client sees a broken answer."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100000")]})
        raise ConnectionAbortedError("a lost answer was asked for")

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any]]:
        method, path = scope["method"], scope["path"]
        if method == "GET" and path.startswith("/bookings/"):
            return await self._find(path.removeprefix("/bookings/"))
        if method == "POST" and path == "/faults" and self._faults.log is not None:
            self._asked.append(_parse(await _read_body(receive))["kind"])
            return 200, {}
        if method != "POST" or path not in ("/payouts", "/reversals"):
            return 404, {"code": "not_found", "message": "There is no such place."}
        key = dict(scope["headers"]).get(b"idempotency-key", b"").decode("ascii", "replace")
        if not 0 < len(key) <= KEY_CHARACTERS_MAX:
            raise Invalid("The Idempotency-Key is missing.", field="Idempotency-Key", remedy="Send one.")
        terms = _parse(await _read_body(receive))
        if self._faults.delay_seconds:
            await asyncio.sleep(self._faults.delay_seconds)
        asked = self._take_asked()
        if asked == "refuse" or self._chance(self._faults.busy):
            return 503, {"code": "busy", "message": "Try again later."}
        if self._chance(self._faults.crash_before):
            os._exit(CRASH_STATUS)
        entry = await asyncio.get_running_loop().run_in_executor(self._threads, self._book, path, key, terms)
        if asked == "double":
            # The network delivered the same request twice.
            entry = await asyncio.get_running_loop().run_in_executor(self._threads, self._book, path, key, terms)
        if asked == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if self._chance(self._faults.crash_after):
            os._exit(CRASH_STATUS)
        if asked == "lose" or self._chance(self._faults.drop_response):
            return 0, {}
        return 200, entry

    async def _find(self, key: str) -> tuple[int, dict[str, Any]]:
        if self._faults.no_find:
            return 501, {"code": "cannot_say", "message": "This provider keeps no keys."}
        entry = await asyncio.get_running_loop().run_in_executor(self._threads, self._ledger.find, key)
        return (404, {"code": "not_found", "message": "Not booked."}) if entry is None else (200, entry)

    def _book(self, path: str, key: str, terms: dict[str, str]) -> dict[str, Any]:
        if path == "/reversals":
            return self._ledger.reverse(key, terms["provider_id"], terms["reason"])
        return self._ledger.pay(
            key, terms["amount"], terms["currency"], destination=terms["destination"], reference=terms["reference"]
        )

    def _take_asked(self) -> str | None:
        """Return the fault that was asked for next, noting that it happens now."""
        if not self._asked or self._faults.log is None:
            return None
        kind = self._asked.popleft()
        with self._faults.log.open("a") as file:
            file.write(f"{kind}\n")
        return kind

    def _chance(self, probability: float) -> bool:
        return probability > 0 and self._random.random() < probability


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise Invalid("The body is too large.", field="body", remedy=f"Send at most {BODY_BYTES_MAX} bytes.")
        if not message.get("more_body"):
            return body


class _Terms(dict[str, str]):
    def __missing__(self, name: str) -> str:
        raise Invalid(f"{name} is missing.", field=name, remedy="Send it as text.")


def _parse(body: bytes) -> dict[str, str]:
    try:
        terms = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid("The body is no JSON.", field="body", remedy="Send a JSON object.") from error
    if not isinstance(terms, dict) or not all(isinstance(value, str) for value in terms.values()):
        raise Invalid("The terms are no object of texts.", field="body", remedy="Send a JSON object of texts.")
    return _Terms(terms)


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="sandbox-provider", description="A payout provider that pays nobody.")
    parser.add_argument("--file", type=Path, required=True)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", type=str)
    place.add_argument("--port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--delay", type=float, default=0.0)
    for name in ("drop-response", "crash-before", "crash-after", "busy"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-find", action="store_true")
    parser.add_argument("--ignore-keys", action="store_true")
    parser.add_argument("--asked-faults", type=Path)
    given = parser.parse_args(arguments)
    faults = Faults(
        given.delay,
        given.drop_response,
        given.crash_before,
        given.crash_after,
        given.busy,
        given.no_find,
        given.asked_faults,
    )
    ledger = Ledger(given.file, clock.system_now, ignore_keys=given.ignore_keys)
    uvicorn.run(
        Provider(ledger, faults, Random(given.seed)),
        host=given.host,
        port=given.port or 0,
        uds=given.socket,
        log_level="critical",
        lifespan="off",
        access_log=False,
        timeout_keep_alive=60,
    )


if __name__ == "__main__":
    main()
