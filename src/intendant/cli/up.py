"""`intendant up`, `server`, `worker`: the processes. `up` starts the others, watches them, and ends them together."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intendant.kit.clock import monotonic_seconds

if TYPE_CHECKING:
    from intendant.bootstrap import System
    from intendant.kit.settings import Settings

READY_SECONDS_MAX = 60.0
POLL_SECONDS = 0.2
STOP_SECONDS_MAX = 8.0
RESTARTS_MAX = 100
RESTART_PAUSE_SECONDS_MAX = 10.0
STEADY_SECONDS = 60.0
"""A child that lived so long starts with a clean slate."""
OWNER_EMAIL = "owner@localhost.localdomain"


@click.command()
@click.option("--host", help="Where to listen; INTENDANT_HOST or 127.0.0.1 by default.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port; INTENDANT_PORT or 8321 by default.")
@click.option("--demo/--no-demo", "with_demo", default=True, show_default=True, help="Bring the demo organisation.")
def up(host: str | None, port: int | None, with_demo: bool) -> None:
    """Start everything and print the address with a one-time sign-in link for the owner. Ctrl-C stops it."""
    from intendant.bootstrap import open_system
    from intendant.cli.demo import resume_demo, wants_demo
    from intendant.kit import tls

    settings = _settings(host, port)
    if tls.uses_tls(settings):
        tls.read_certificate(settings)
    began = monotonic_seconds()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    click.echo("Starting the database ...")
    with open_system(settings) as system:
        url = settings.public_url or _local_url(settings)
        _refuse_taken_port(settings)
        family = _Family(settings, ended)
        supervision = system.postgres.supervised() if system.postgres is not None else nullcontext()
        with supervision:
            try:
                resume_demo(system)
                family.start("server", "server")
                if with_demo and wants_demo(system) and not _has_demo(system):
                    click.echo("Preparing the demo organisation ...")
                    family.run("demo", "create")
                family.start("worker", "worker")
                family.wait_until_ready(url)
                if _has_demo(system) and with_demo:
                    family.start("demo", "demo", "run", "--url", _local_url(settings))
                if not ended.is_set():
                    _greet(system, url, monotonic_seconds() - began)
                family.watch()
            finally:
                click.echo("Stopping ...")
                family.stop()
    click.echo("Stopped.")


@click.command()
@click.option("--host")
@click.option("--port", type=click.IntRange(1, 65535))
def server(host: str | None, port: int | None) -> None:
    """Start the HTTP server alone."""
    from intendant.bootstrap import open_system
    from intendant.server.main import run_server

    settings = _settings(host, port)
    _observe(settings, "server")
    with open_system(settings) as system:
        run_server(system, settings.host, settings.port)


@click.command()
def worker() -> None:
    """Start a worker alone: effects, deadlines, schedules, tasks, sealing."""
    from intendant.bootstrap import open_system
    from intendant.worker.main import run_worker

    settings = _settings(None, None)
    _observe(settings, "worker")
    with open_system(settings) as system:
        run_worker(system)


@dataclass
class _Child:
    name: str
    arguments: tuple[str, ...]
    process: "subprocess.Popen[bytes]"
    started_at: float
    restarts: int = 0


@dataclass
class _Family:
    """The child processes: started with the same settings, restarted when they die, stopped together."""

    settings: "Settings"
    ended: threading.Event
    children: list[_Child] = field(default_factory=list)

    def start(self, name: str, *arguments: str) -> None:
        """Start one child."""
        if not self.ended.is_set():
            self.children.append(_Child(name, arguments, self._spawn(name, arguments), monotonic_seconds()))

    def run(self, *arguments: str) -> None:
        """Run a child to its end: what it needs in memory goes with it."""
        if self.ended.is_set():
            return
        child = self._spawn(arguments[0], arguments)
        while child.poll() is None and not self.ended.wait(POLL_SECONDS):
            pass
        if child.poll() is None:
            child.terminate()
            _end(child)
        elif child.returncode != 0:
            raise click.ClickException(f"`intendant {' '.join(arguments)}` failed; see {self._log(arguments[0])}.")

    def wait_until_ready(self, url: str) -> None:
        """Wait until the server answers /ready, or say where its log is."""
        import httpx

        from intendant.kit.tls import client_trust

        local, trust = _local_url(self.settings), client_trust(self.settings)
        for _ in range(int(READY_SECONDS_MAX / POLL_SECONDS)):
            if self.ended.is_set():
                return
            if any(child.process.poll() is not None for child in self.children):
                break
            try:
                if httpx.get(f"{local}/ready", timeout=2.0, trust_env=False, verify=trust).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            self.ended.wait(POLL_SECONDS)
        raise click.ClickException(f"The server does not answer at {url}; see {self._log('server')}.")

    def watch(self) -> None:
        """Restart children that die, with growing pauses, until it is time to stop."""
        while not self.ended.wait(POLL_SECONDS):
            for child in list(self.children):
                status = child.process.poll()
                if status is None:
                    continue
                if child.name == "demo" and status == 0:
                    click.echo("The demo was removed; its simulator ended.")
                    self.children.remove(child)
                    continue
                if monotonic_seconds() - child.started_at > STEADY_SECONDS:
                    child.restarts = 0
                if child.restarts >= RESTARTS_MAX:
                    raise click.ClickException(
                        f"The {child.name} died {RESTARTS_MAX} times; see {self._log(child.name)}."
                    )
                click.echo(f"The {child.name} ended with status {status}; starting it again.", err=True)
                if self.ended.wait(min(RESTART_PAUSE_SECONDS_MAX, 0.2 * 2**child.restarts)):
                    return
                child.restarts += 1
                child.process = self._spawn(child.name, child.arguments)
                child.started_at = monotonic_seconds()

    def stop(self) -> None:
        """Ask all children to end, then make them."""
        for child in reversed(self.children):
            if child.process.poll() is None:
                child.process.terminate()
        for child in self.children:
            _end(child.process)

    def _spawn(self, name: str, arguments: tuple[str, ...]) -> "subprocess.Popen[bytes]":
        log = self._log(name)
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "intendant.cli.main", "--parent", str(os.getpid()), *arguments]
        with log.open("ab") as file:
            # A group of its own: Ctrl-C reaches us alone, and we end the others in order.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self._environment(),
                start_new_session=True,
            )

    def _log(self, name: str) -> Path:
        return self.settings.home / "logs" / f"{name}.log"

    def _environment(self) -> dict[str, str]:
        from intendant.kit.settings import child_environment

        return child_environment(self.settings)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a child that was asked to end, then make it."""
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _settings(host: str | None, port: int | None) -> "Settings":
    from dataclasses import replace

    from intendant.kit.settings import load_settings

    settings = load_settings()
    return replace(settings, host=host or settings.host, port=port or settings.port)


def _observe(settings: "Settings", role: str) -> None:
    """Set up what a process tells of itself: its log, slow statements, traces."""
    import intendant
    from intendant.kit.logging import configure_logging
    from intendant.kit.slow_queries import SLOW
    from intendant.kit.tracing import start_tracing

    configure_logging(settings.log_level, log_format=settings.log_format)
    SLOW.threshold_seconds = settings.slow_query_milliseconds / 1000
    start_tracing(settings.otlp_url, ratio=settings.trace_ratio, role=role, version=intendant.__version__)


def _local_url(settings: "Settings") -> str:
    """Return where the server answers on this machine."""
    from intendant.kit.tls import scheme_of

    return f"{scheme_of(settings)}://{settings.host}:{settings.port}"


def _refuse_taken_port(settings: "Settings") -> None:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"Port {settings.port} on {settings.host} is not free ({error.strerror}). Use --port, or set INTENDANT_PORT."
            ) from None


def _has_demo(system: "System") -> bool:
    from intendant.cli.demo import SLUG
    from intendant.kernel.organizations import find_organization

    with system.database.system() as tx:
        return find_organization(tx, SLUG) is not None


def _greet(system: "System", url: str, seconds: float) -> None:
    """Print the address with a one-time link; the first start makes the owner."""
    from intendant.kernel import access, organizations

    with system.database.system() as tx:
        user = access.find_user(tx, OWNER_EMAIL)
        if user is None:
            found = organizations.list_organizations(tx)
            if not found:
                click.echo(
                    f"\nIntendant is up after {seconds:.1f} s at {url}. Add an organisation: intendant organization add SLUG"
                )
                return
            member = access.add_user(
                tx,
                email=OWNER_EMAIL,
                name="Owner",
                organization_id=found[0].id,
                role=access.Role.OWNER,
                is_super_admin=True,
            )
            user = member.user
        token = access.make_link(tx, user.id, access.LinkPurpose.SIGN_IN)
    click.echo(f"\nIntendant is up after {seconds:.1f} s. Sign in once with this link (valid for 15 minutes):\n")
    click.echo(f"    {url}{access.link_path(token, access.LinkPurpose.SIGN_IN)}\n")
    click.echo(f"API reference: {url}/docs    Logs: {system.settings.home / 'logs'}    Stop: Ctrl-C")
