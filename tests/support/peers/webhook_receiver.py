"""A receiver of Standard Webhooks on 127.0.0.1, that verifies by the reference implementation (package `standardwebhooks`).

It remembers what came, and answers what it is told to: a status, or a function of the request's number.
"""

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

Answer = Callable[[int], tuple[int, Mapping[str, str]]]


@dataclass
class Came:
    """One request that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Return its webhook-id."""
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        """Return its body as JSON."""
        return orjson.loads(self.body)


def _ignore_broken_connections(*_: object) -> None:
    error = sys.exception()
    if error is not None and not isinstance(error, ConnectionError):
        raise error


@dataclass
class Receiver:
    """The receiver; use it with `with`."""

    answer: Answer = lambda number: (204, {})
    came: list[Came] = field(default_factory=list)

    def __enter__(self) -> "Receiver":
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    # Whoever was sending has died.
                    self.close_connection = True
                    return
                receiver.came.append(Came({k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = receiver.answer(len(receiver.came))
                self.send_response(status)
                text = b"" if status == 204 else b"answer <b>%d</b>" % status
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = _ignore_broken_connections  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self._server.server_port}/hook"
