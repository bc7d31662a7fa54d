"""A worker's figures for Prometheus, on a port of this machine alone."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from intendant.kit import metrics

ADDRESS = "127.0.0.1"
SECONDS_MAX = 5


class _Handler(BaseHTTPRequestHandler):
    timeout = SECONDS_MAX

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(404)
            return
        body, media_type = metrics.exposition(self.headers.get("Accept", ""))
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: Prometheus asks every few seconds."""


def show_figures(port: int) -> ThreadingHTTPServer:
    """Answer GET /metrics on 127.0.0.1 until the process ends; raises OSError where the port is taken."""
    server = ThreadingHTTPServer((ADDRESS, port), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="figures", daemon=True).start()
    return server
