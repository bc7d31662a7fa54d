"""Serving: uvicorn around the application, ended cleanly by Ctrl-C or SIGTERM."""

import gc
import sys
from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import APIRouter

from intendant.server.app import create_app
from intendant.server.system import ServedSystem

SHUTDOWN_SECONDS = 2
KEEP_ALIVE_SECONDS = 30
BACKLOG = 2048
GARBAGE_THRESHOLD = 20_000
SWITCH_SECONDS = 0.0002
CONNECTIONS_MAX = 4_000
"""Beyond these the server answers 503 at once."""


class Server(uvicorn.Server):
    """A server that tells its open event streams to end as soon as it is to stop, so that nobody waits for them."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop."""
        self.config.app.state.stopping = True  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def build_server(system: ServedSystem, host: str, port: int, *, routers: Sequence[APIRouter] = ()) -> Server:
    """Build a server that has not been started; `server.should_exit = True` ends it."""
    # Forwarded headers are believed only where an address of our own before a proxy was configured.
    behind_proxy = system.settings.public_url is not None
    return Server(
        uvicorn.Config(
            create_app(system, routers),
            host=host,
            port=port,
            loop="auto",
            http="httptools",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=behind_proxy,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            backlog=BACKLOG,
            limit_concurrency=CONNECTIONS_MAX,
        )
    )


def run_server(system: ServedSystem, host: str, port: int, *, routers: Sequence[APIRouter] = ()) -> None:
    """Serve until Ctrl-C or SIGTERM; open requests get `SHUTDOWN_SECONDS` to end."""
    server = build_server(system, host, port, routers=routers)
    # What is loaded by now stays: without this the collector walks all of it again and again under load.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    # A deciding thread comes back from the database a dozen times a batch; at the usual five milliseconds it would wait for the
    # event loop to let go each time, longer than for the database.
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        server.run()
    except KeyboardInterrupt:
        # uvicorn raises the captured signal again when it has shut down; there is nothing left to do.
        return
