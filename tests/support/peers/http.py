"""A provider's side of HTTP: a server on a thread that keeps what it was sent and answers by its own rules, or as it was told to fail."""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer. `lost`: the connection is closed in place of it, after the work was done."""

    status: int
    body: bytes | dict[str, Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


class Peer:
    """A provider. Subclasses say how it answers; `faults` are answered first, in their order."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults: deque[Told] = deque()
        self.url = ""

    def answer(self, asked: Asked) -> Told:
        """Answer as the provider's description says."""
        raise NotImplementedError

    def handle(self, asked: Asked) -> Told:
        """Keep a request and answer it."""
        self.asked.append(asked)
        if self.faults:
            fault = self.faults.popleft()
            if fault.lost:
                self.answer(asked)
            return fault
        return self.answer(asked)

    @contextlib.contextmanager
    def serving(self) -> Iterator["Peer"]:
        """Serve on a free port of this machine."""
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                told = peer.handle(Asked(self.path, headers, body))
                if told.lost:
                    self.connection.close()
                    return
                content = told.body if isinstance(told.body, bytes) else orjson.dumps(told.body)
                self.send_response(told.status)
                for name, value in told.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
