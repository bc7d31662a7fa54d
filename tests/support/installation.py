"""A whole installation for scenarios: embedded PostgreSQL, server, workers and payout provider as processes of their own.

Every process is ended by its own id. The database's supervisor runs in the test's process, as `intendant up` has it.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from intendant.bootstrap import System, build
from intendant.connectors.sandbox._ledger import list_entries
from intendant.kernel import access
from intendant.kernel.organizations import Organization, create_organization
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import prepare_database
from intendant.kit.settings import Settings
from tests.support.lending import Lender, open_lender
from tests.support.postgres import private_folder
from tests.support.waiting import wait_for

START_SECONDS_MAX = 600.0
STOP_SECONDS_MAX = 15.0
PORTS = range(20_000, 32_000)
PORT_TRIES_MAX = 100
_OURS = "INTENDANT_"


def free_port() -> int:
    """Return a port that nobody listens on just now.

    Not one of those that the system gives to outgoing connections: a client that tries to reach a server which is down could
    be given the server's own port, and keep it from coming back.
    """
    for _ in range(PORT_TRIES_MAX):
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("no free port was found")


def environment_for(settings: Mapping[str, object]) -> dict[str, str]:
    """Return an environment with these settings of ours and no others."""
    ours = {_OURS + name.upper(): str(value) for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return others | ours | {"PYTHONPATH": os.pathsep.join(sys.path)}


@contextlib.contextmanager
def temporary_home() -> Iterator[Path]:
    """Lend an empty home folder that the database's own account can enter, and remove it with its database."""
    folder = private_folder(f"intendant-scenario-{secrets.token_hex(4)}")
    home = folder / "home"
    try:
        yield home
    finally:
        with contextlib.suppress(FileNotFoundError):
            EmbeddedPostgres(home / "postgres").remove()
        shutil.rmtree(folder, ignore_errors=True)


class Child:
    """A process that is started, killed and started again."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.arguments = tuple(arguments)
        self._environment = dict(environment)
        self._log = log
        self.starts = 0
        self.process = self._spawn()

    @property
    def is_alive(self) -> bool:
        """Say whether it runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill -9 and reap."""
        self.process.kill()
        self.process.wait()

    def terminate(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; return its status."""
        if self.is_alive:
            self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS_MAX)

    def start_again(self) -> None:
        """Start it anew; it must have ended."""
        assert not self.is_alive
        self.process = self._spawn()

    def log_text(self) -> str:
        """Return what it has written so far."""
        return self._log.read_text(errors="replace")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        with self._log.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, *self.arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )


@dataclass
class Installation:
    """One installation; use as a context manager."""

    home: Path
    settings: dict[str, object] = field(default_factory=dict)
    provider_port: int = field(default_factory=free_port)
    port: int = field(default_factory=free_port)
    children: dict[str, Child] = field(default_factory=dict)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> "Installation":
        self.home.mkdir(parents=True, exist_ok=True)
        self.postgres = EmbeddedPostgres(self.home / "postgres")
        self._stack.enter_context(self.postgres.lease())
        self._stack.enter_context(self.postgres.supervised())
        self.system: System = build(self._settings(), self._database(), self.postgres)
        self._stack.callback(self.system.close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children.values():
            if child.is_alive:
                child.kill()
        self._stack.close()

    @property
    def url(self) -> str:
        """Return where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ledger(self) -> Path:
        """Return the provider's file."""
        return self.home / "provider.ndjson"

    def payouts(self) -> list[dict[str, Any]]:
        """Return what the provider has booked."""
        return list_entries(self.ledger) if self.ledger.exists() else []

    def environment(self) -> dict[str, str]:
        """Return the environment of the installation's processes."""
        fixed: dict[str, object] = {
            "home": self.home,
            "port": self.port,
            "sandbox_payouts_url": f"http://127.0.0.1:{self.provider_port}",
        }
        return environment_for(fixed | self.settings)

    def lender(self, slug: str = "acme") -> Lender:
        """Make a lending organisation at level full that pays out at once and has no allowances in the way."""
        with self.system.database.system() as tx:
            organization = create_organization(tx, slug=slug, name=slug.title())
        return open_lender(self.system.database, organization)

    def key(self, organization: Organization, role: access.Role = access.Role.OWNER) -> dict[str, str]:
        """Create an API key; return its header."""
        with self.system.database.system() as tx:
            secret, _ = access.create_key(tx, organization_id=organization.id, name="test", role=role, by="test")
        return {"Authorization": f"Bearer {secret}"}

    def start(self, name: str, *arguments: str) -> Child:
        """Start a process under a name."""
        child = Child(arguments, self.environment(), self.home / f"{name}.log")
        self.children[name] = child
        return child

    def start_server(self) -> Child:
        """Start the server and wait until it serves."""
        child = self.start("server", "-m", "intendant.cli.main", "server")
        self.wait_until_ready()
        return child

    def start_worker(self, name: str = "worker", *, quick: bool = True) -> Child:
        """Start a worker; a quick one has shorter leases."""
        if quick:
            return self.start(name, "-m", "tests.support.quick_worker")
        return self.start(name, "-m", "intendant.cli.main", "worker")

    def start_provider(self, *faults: str) -> Child:
        """Start the payout provider and wait until it listens."""
        module = "intendant.connectors.sandbox.provider"
        child = self.start(
            "provider", "-m", module, "--file", str(self.ledger), "--port", str(self.provider_port), *faults
        )
        wait_for(self._provider_listens, "the provider", seconds=START_SECONDS_MAX)
        return child

    def wait_until_ready(self) -> None:
        """Wait until the server answers /ready."""
        wait_for(self.is_ready, f"the server (see its log: {self.home / 'server.log'})", seconds=START_SECONDS_MAX)

    def is_ready(self) -> bool:
        """Say whether the server serves."""
        try:
            return httpx.get(f"{self.url}/ready", timeout=2.0, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def client(self, headers: Mapping[str, str]) -> httpx.Client:
        """Lend a client of the server."""
        return httpx.Client(base_url=self.url, headers=dict(headers), timeout=10.0, trust_env=False)

    def _provider_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.provider_port)) == 0

    def _settings(self) -> Settings:
        return Settings(home=self.home, port=self.port)

    def _database(self) -> Database:
        return Database(prepare_database(self.postgres.superuser_url(), self.home / "keys"))
