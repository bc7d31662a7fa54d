"""Many machines on one database: two servers, three workers, each in a network and a file system of its own.

    python -m tests.scenarios.machines [--decisions 5000] [--outage 4] [--upgrade]

Machines join by tokens. While clients have loans decided at both servers, the machine that runs a task is lost (kill -9 of all),
another worker and a server are cut off and come back, and a session is revoked. Afterwards every decision must be there once, every payout
booked once, and the audit log whole. With `--upgrade` a newer version with one more migration takes the place of the older one,
machine by machine, while a task is under way.
"""

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from tests.scenarios import chaos
from tests.support.installation import Installation, environment_for, temporary_home
from tests.support.lending import Lender
from tests.support.machine_room import Machine, Room, run_alone
from tests.support.machine_worker import STEPS
from tests.support.waiting import wait_for

from intendant.bootstrap import build
from intendant.kernel import access, tasks
from intendant.kit import clock, machines
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.schema import newest_revision, prepare_database
from intendant.kit.settings import Settings

SERVERS, WORKERS = ("s1", "s2"), ("w1", "w2", "w3")
SOURCE = Path(__file__).parents[2] / "src" / "intendant"
NEWER = "9.9.9"
SECONDS_MAX = 400.0
PAUSE_SECONDS = 0.05
UPGRADE_STEPS = 100
"""A task long enough to be under way until the last worker is a newer one."""
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - of a network that ends here
PASSWORD = "a long and winding road"
_ACCESS = (
    "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all 10.77.0.0/16 scram-sha-256\n"
)


@dataclass
class ManyMachines(Installation):
    """An installation whose processes run on machines of their own; the database is an external one to them."""

    room: Room | None = None
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    away: set[str] = field(default_factory=set)
    source: dict[str, Path] = field(default_factory=dict)
    _turns: Iterator[int] = field(default_factory=itertools.count)

    def __enter__(self) -> "ManyMachines":
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "pg_hba.conf").write_text(_ACCESS)
        (self.home / "pg_hba.conf").chmod(0o644)
        self.postgres = EmbeddedPostgres(
            self.home / "postgres",
            settings={"listen_addresses": "*", "hba_file": str(self.home / "pg_hba.conf"), "max_connections": "200"},
        )
        self._stack.enter_context(self.postgres.lease())
        self._stack.enter_context(self.postgres.supervised())
        self._stack.enter_context(self._room())
        settings = Settings(home=self.home, database_url=self.database_url("127.0.0.1"))
        database = Database(prepare_database(str(settings.database_url), settings.keys))
        self.system = build(settings, database)
        self._stack.callback(self.system.close)
        return self

    def _room(self) -> Room:
        assert self.room is not None
        return self.room

    def database_url(self, host: str) -> str:
        """Return the address of whoever administers the database, over TCP."""
        password = psycopg.conninfo.conninfo_to_dict(self.postgres.superuser_url())["password"]
        return f"postgresql://postgres:{password}@{host}:5432/intendant"

    @property
    def url(self) -> str:
        """Return one server after the other."""
        name = SERVERS[next(self._turns) % len(SERVERS)]
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """Return where a server answers."""
        return f"http://{self._room().machines[name].address}:8321"

    def environment_of(self, machine: Machine) -> dict[str, str]:
        """Return a machine's environment: nothing of it says where the database is, joining did."""
        provider = f"http://{machine.gateway}:{self.provider_port}"
        environment = environment_for({"home": machine.home, "host": ANY_ADDRESS, "sandbox_payouts_url": provider})
        if machine.name in self.source:
            environment["PYTHONPATH"] = f"{self.source[machine.name]}{os.pathsep}{environment['PYTHONPATH']}"
        return environment

    def join_all(self, names: tuple[str, ...]) -> None:
        """Make machines and let them join, all at once; the first by the very commands that people type."""
        url = self.database_url("127.0.0.1")
        command = [sys.executable, "-m", "intendant.cli.main", "invite"]
        environment = environment_for({"home": self.home, "database_url": url})
        printed = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        tokens = [printed.split()[-1]]
        tokens += [
            machines.invite(url, self.home / "keys", by="console:test", minutes=5).token for _ in range(len(names) - 1)
        ]
        joining = []
        for name, token in zip(names, tokens, strict=True):
            machine = self._room().add(name)
            address = f"postgresql://{machine.gateway}:5432/intendant"
            arguments = ["-m", "intendant.cli.main", "join", address, token]
            log = self.home / f"{name}.log"
            joining.append(machine.start(arguments, self.environment_of(machine), log))
        for name, process in zip(names, joining, strict=True):
            assert process.wait(SECONDS_MAX) == 0, (self.home / f"{name}.log").read_text()

    def start_on(self, name: str) -> None:
        """Start what a machine is for."""
        machine = self._room().machines[name]
        arguments = (
            ["-m", "intendant.cli.main", "server"] if name in SERVERS else ["-m", "tests.support.machine_worker"]
        )
        log = self.home / f"{name}.log"
        self.running[name] = machine.start(arguments, self.environment_of(machine), log)

    def watch(self, stop: threading.Event) -> None:
        """Start again what ended by itself, as a supervisor on each machine would."""
        while not stop.wait(0.1):
            for name, process in list(self.running.items()):
                if name not in self.away and process.poll() is not None:
                    self.deaths[name] += 1
                    self.start_on(name)

    def await_server(self, name: str) -> None:
        """Wait until a server serves."""

        def serves() -> bool:
            try:
                return httpx.get(f"{self.url_of(name)}/ready", timeout=2.0, trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        try:
            wait_for(serves, f"the server {name}", seconds=SECONDS_MAX)
        except AssertionError as error:
            raise AssertionError((self.home / f"{name}.log").read_text()[-2_000:]) from error

    def is_buried(self, name: str) -> bool:
        """Say whether the others have declared the worker of a machine dead."""
        with self.system.database.system() as tx:
            return not tx.scalar("select count(*) from executors where host = %s", [name])

    def begin_task(self, lender: Lender, count: int) -> Any:
        """Enqueue a task of so many steps."""
        with self.system.database.transaction(lender.organization.id) as tx:
            return tasks.enqueue(tx, STEPS, parameters={"count": count}, created_by="test", now=clock.system_now())

    def machine_of_task(self, task_id: Any) -> str:
        """Wait until some machine runs a task; return which."""

        def runs_on() -> str | None:
            with self.system.database.system() as tx:
                row = tx.find(
                    "select s.executor_id from dbos.workflow_status s join dbos.operation_outputs o using (workflow_uuid)"
                    " where s.workflow_uuid = %s and s.status = 'PENDING'",
                    [f"{task_id}.1"],
                )
            return None if row is None else row["executor_id"].partition("-")[0]

        return str(wait_for(runs_on, "a machine for the task", seconds=SECONDS_MAX))

    def await_task(self, lender: Lender, task_id: Any) -> list[str]:
        """Wait until a task is done; return who took which step."""

        def ended() -> tasks.Task | None:
            with self.system.database.transaction(lender.organization.id) as tx:
                task = tasks.get_task(tx, task_id)
            return task if task.ended_at is not None else None

        task = wait_for(ended, "the end of the task", seconds=SECONDS_MAX)
        assert task is not None
        assert task.state is tasks.TaskState.DONE, task
        return list(task.result["machines"])


def revoke_session(many: ManyMachines, lender: Lender) -> float:
    """Sign in at one server, be known to the other, sign out; return for how long the other went on knowing."""
    with many.system.database.system() as tx:
        member = access.add_user(
            tx, email="one@example.com", name="One", organization_id=lender.organization.id, role=access.Role.OWNER
        )
        access.set_password(tx, member.user, PASSWORD)
    first, second = many.url_of("s1"), many.url_of("s2")
    with httpx.Client(trust_env=False, timeout=10.0) as client:
        body = {"email": "one@example.com", "password": PASSWORD}
        token = client.post(f"{first}/api/v1/access/sign-in", json=body).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get(f"{second}/api/v1/access/me", headers=headers).status_code == 200
        client.post(f"{first}/api/v1/access/sign-out", headers=headers).raise_for_status()
        began = time.monotonic()
        while client.get(f"{second}/api/v1/access/me", headers=headers).status_code != 401:
            assert time.monotonic() - began < 5.0
            time.sleep(0.01)
        return time.monotonic() - began


def newer_version(folder: Path) -> Path:
    """Copy the source as a newer version with one more migration, which leaves the older one working."""
    target = folder / "newer"
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "static")
    shutil.copytree(SOURCE, target / "intendant", ignore=ignored)
    static = SOURCE / "server" / "static"
    if static.exists():
        (target / "intendant" / "server" / "static").symlink_to(static)
    present = newest_revision()
    following = f"{int(present) + 1:04d}"
    (target / "intendant" / "__init__.py").write_text(f'"""Newer."""\n\n__version__ = "{NEWER}"\n')
    (target / "intendant" / "migrations" / "versions" / f"{following}_newer.py").write_text(
        f'"""One column more."""\n\nfrom alembic import op\n\nrevision = "{following}"\ndown_revision = "{present}"\n'
        f'COMPATIBLE_FROM = "{present}"\n\n\ndef upgrade() -> None:\n    """Add it."""\n'
        '    op.execute("alter table executors add column rack text")\n'
    )
    return target


def upgrade(many: ManyMachines, lender: Lender, report: dict[str, Any]) -> None:
    """Bring a newer version machine by machine, with a task under way on an older one."""
    # Outside the folder that every machine has for itself.
    place = tempfile.TemporaryDirectory(prefix="intendant-newer-")
    many._stack.callback(place.cleanup)
    newer = newer_version(Path(place.name))
    environment = environment_for({"home": many.home, "database_url": many.database_url("127.0.0.1")})
    environment["PYTHONPATH"] = f"{newer}{os.pathsep}{environment['PYTHONPATH']}"
    # Whoever administers the database migrates; here by a command that opens it.
    command = [sys.executable, "-m", "intendant.cli.main", "organization", "list"]
    opened = subprocess.run(command, env=environment, check=False, timeout=SECONDS_MAX, capture_output=True, text=True)
    assert opened.returncode == 0, opened.stdout + opened.stderr
    task = many.begin_task(lender, UPGRADE_STEPS)
    began_on = many.machine_of_task(task)
    # The task is handed from worker to worker, the older ones and then the newer ones.
    others = [each for each in (*WORKERS, *SERVERS) if each in many.running and each not in {began_on, report["lost"]}]
    for name in [began_on, *others]:
        many.source[name] = newer
        many.away.add(name)
        process = many.running[name]
        process.terminate()
        process.wait(60)
        many.start_on(name)
        many.away.discard(name)
        if name in SERVERS:
            many.await_server(name)
    report["upgraded_task"] = sorted(set(many.await_task(lender, task)))
    with many.system.database.system() as tx:
        report["schema"] = tx.scalar("select version_num from alembic_version")


def tell(many: ManyMachines, decisions: int, outage: float, with_upgrade: bool) -> dict[str, Any]:
    """Tell the whole story; return what came of it."""
    report: dict[str, Any] = {}
    began = time.monotonic()
    plan = chaos.Plan(decisions=decisions, kills=0, clients=4, timeout_seconds=1.0, pause_seconds=PAUSE_SECONDS)
    lender = chaos.open_for_chaos(many, plan.name)
    module = "intendant.connectors.sandbox.provider"
    many.start(
        "provider", "-m", module, "--file", str(many.ledger), "--port", str(many.provider_port), "--host", ANY_ADDRESS
    )
    many.join_all((*SERVERS, *WORKERS))
    report["joined_seconds"] = round(time.monotonic() - began, 1)
    stop = threading.Event()
    for name in (*SERVERS, *WORKERS):
        many.start_on(name)
    threads = [threading.Thread(target=many.watch, args=(stop,))]
    clients = chaos.Clients(many, many.key(lender.organization), plan)
    try:
        for name in SERVERS:
            many.await_server(name)
        report["up_seconds"] = round(time.monotonic() - began, 1)
        threads.append(threading.Thread(target=clients.run))
        for thread in threads:
            thread.start()
        report["revoked_seconds"] = round(revoke_session(many, lender), 3)

        task = many.begin_task(lender, 12)
        lost = many.machine_of_task(task)
        many.away.add(lost)
        moment, before = time.monotonic(), len(clients.answers)
        many._room().machines[lost].lose()
        took = many.await_task(lender, task)
        report["lost"] = lost
        report["took_over"] = sorted({each.partition(" ")[0] for each in took} - {lost})
        report["taken_over_seconds"] = round(time.monotonic() - moment, 1)
        report["decided_meanwhile"] = len(clients.answers) - before

        cut = [next(name for name in WORKERS if name != lost), "s2"]
        before = len(clients.answers)
        for name in cut:
            many._room().machines[name].cut()
        time.sleep(outage)
        wait_for(lambda: many.is_buried(cut[0]), "the burial of the worker that is cut off", seconds=SECONDS_MAX)
        report["cut"], report["decided_while_cut"] = cut, len(clients.answers) - before
        for name in cut:
            many._room().machines[name].mend()
        moment = time.monotonic()
        many.await_server("s2")
        report["server_back_seconds"] = round(time.monotonic() - moment, 1)
        wait_for(lambda: many.deaths[cut[0]], "the end of the worker that was declared dead", seconds=SECONDS_MAX)
        report["worker_ended_seconds"] = round(time.monotonic() - moment, 1)
        if with_upgrade:
            before = len(clients.answers)
            upgrade(many, lender, report)
            report["decided_while_upgraded"] = len(clients.answers) - before
        clients.ended.set()
        threads[1].join(SECONDS_MAX)
        chaos.settle(many, lender)
    finally:
        clients.ended.set()
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    chaos.judge(many, lender, clients)
    with many.system.database.system() as tx:
        report["audited"] = tx.scalar("select count(*) from audit where body like '%%machines.machine.joined%%'")
    report |= {
        "answers": len(clients.answers),
        "retries": clients.report.retries,
        "effects": clients.report.effects,
        "ended_by_themselves": dict(many.deaths),
        "faults": clients.report.faults,
        "seconds": round(time.monotonic() - began, 1),
    }
    return report


def main() -> None:
    """Tell the story in namespaces of its own and print what came of it; status 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(
        prog="machines", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--decisions", type=int, default=5_000, help="at most; the clients end with the story")
    parser.add_argument("--outage", type=float, default=4.0)
    parser.add_argument("--upgrade", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.inside:
        done = run_alone(["-m", "tests.scenarios.machines", "--inside", *sys.argv[1:]], seconds=600)
        sys.stdout.write(done.stdout)
        sys.stderr.write(done.stderr)
        raise SystemExit(done.returncode)
    with temporary_home() as home, ManyMachines(home, room=Room(home.parent)) as many:
        report = tell(many, given.decisions, given.outage, given.upgrade)
    print(json.dumps(report, indent=2))  # noqa: T201 - its output
    raise SystemExit(1 if report["faults"] else 0)


if __name__ == "__main__":
    main()
