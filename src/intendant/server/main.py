"""Serving: uvicorn around the application, ended cleanly by Ctrl-C or SIGTERM."""

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import structlog
import uvicorn
from fastapi import APIRouter

from intendant.kit import tls, tracing
from intendant.kit.settings import Settings
from intendant.operations import ServerReports
from intendant.server.app import create_app
from intendant.server.redirect import start_redirect
from intendant.server.system import ServedSystem

SHUTDOWN_SECONDS = 2
KEEP_ALIVE_SECONDS = 30
BACKLOG = 2048
GARBAGE_THRESHOLD = 20_000
SWITCH_SECONDS = 0.0002
CONNECTIONS_MAX = 4_000
"""Beyond these the server answers 503 at once."""
CERTIFICATE_LOOK_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """A server that tells its open event streams to end as soon as it is to stop, so that nobody waits for them.

    With a certificate it looks every few seconds, and on SIGHUP at once, whether there is a new one, and takes that for new
    connections; those that are open go on.
    """

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings
        self._beside: list[asyncio.Task[None]] = []
        self._redirect: asyncio.Server | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, for plain HTTP beside HTTPS too where that is set."""
        await super().startup(sockets=sockets)
        settings = self._settings
        if not tls.uses_tls(settings) or self.should_exit:
            return
        if settings.http_redirect_port is not None:
            self._redirect = await start_redirect(settings.host, settings.http_redirect_port, settings.port)
        self._beside.append(asyncio.create_task(self._renew_certificate()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        for task in self._beside:
            task.cancel()
        if self._redirect is not None:
            self._redirect.close()
        await super().shutdown(sockets=sockets)

    async def _renew_certificate(self) -> None:
        asked = asyncio.Event()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
        known = tls.stamp(self._settings)
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), CERTIFICATE_LOOK_SECONDS)
            asked.clear()
            found = tls.stamp(self._settings)
            if found != known:
                known = await asyncio.to_thread(self._take_certificate, found, known)

    def _take_certificate(self, found: tuple[int, ...], known: tuple[int, ...]) -> tuple[int, ...]:
        """Load the new certificate into the context that serves; one that does not fit (yet) is not taken."""
        try:
            certificate = tls.read_certificate(self._settings)
        except tls.CertificateInvalid as error:
            log.warning("tls.certificate_refused", reason=error.message)
            return known
        context = self.config.ssl
        assert context is not None  # noqa: S101 - we serve HTTPS
        context.load_cert_chain(certificate.certificate, certificate.key)
        log.info("tls.certificate_renewed", expires_at=certificate.expires_at.isoformat())
        return found

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop."""
        self.config.app.state.stopping = True  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def build_server(system: ServedSystem, host: str, port: int, *, routers: Sequence[APIRouter] = ()) -> Server:
    """Build a server that has not been started; `server.should_exit = True` ends it."""
    # Forwarded headers are believed only where an address of our own before a proxy was configured.
    behind_proxy = system.settings.public_url is not None
    settings = system.settings
    certificate = tls.read_certificate(settings) if tls.uses_tls(settings) else None

    def context(_config: uvicorn.Config, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        assert certificate is not None  # noqa: S101 - only then it is asked for
        return tls.server_context(certificate)

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
            ssl_context_factory=None if certificate is None else context,
        ),
        settings,
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
    reports = ServerReports(system.database, system.meter)
    reports.start()
    try:
        server.run()
    except KeyboardInterrupt:
        # uvicorn raises the captured signal again when it has shut down; there is nothing left to do.
        return
    finally:
        reports.close()
        tracing.stop_tracing()
