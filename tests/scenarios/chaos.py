"""Chaos: server, workers, PostgreSQL and payout provider are killed at random moments while clients have loans decided.

    python -m tests.scenarios.chaos --decisions 10000 --kills 200 [--seed 1] [--clients 8]

Clients send again with the same Idempotency-Key until they have an answer. Afterwards every acknowledged decision must be
there exactly once and every payout must have reached the provider exactly once. `judge` says what is not so; the controls
(a client without keys, a provider that ignores them, a database that answers before it is durable) show that it can see it.
"""

import argparse
import contextlib
import json
import math
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

import httpx
import orjson
from tests.support.deciding import change_action
from tests.support.installation import Child, Installation, temporary_home
from tests.support.lending import BAD, GOOD, Lender
from tests.support.waiting import wait_for

from intendant.kernel import audit
from intendant.kernel.gate import Limit, Window
from intendant.kit.database import Database

CLIENT_TIMEOUT_SECONDS = 5.0
PAUSE_SECONDS = 0.05
SETTLING_SECONDS_MAX = 600.0
ALLOWED_COUNT = 1_000_000
TARGETS = {"server": 7, "worker-1": 4, "worker-2": 4, "postgres": 5, "provider": 5}
"""What is killed, and how often in relation."""
PROVIDER_FAULTS = ("refuse", "hang", "lose", "double")
"""What the provider does to its next call when it is asked to."""
STALL_SECONDS = {"server": 3.0, "worker": 6.0}
"""For so long a process is stopped; a worker longer than its lease of four seconds."""
STALL = "stall-"
ASK_TRIES_MAX = 100
AHEAD_MAX = 25
"""So many answers clients may be ahead of the next fault."""
FAULT_LOG = "provider-faults"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `name` is the lender's and tells runs on one installation apart; `faults` go to the provider.

    `targets` says what befalls what: a process is killed by its name, stopped for a while by `stall-` and its name, and the
    provider spoils a call by one of PROVIDER_FAULTS. A client waits for `timeout_seconds` for an answer, and rests for `pause_seconds` between two. `keyed` clients send an Idempotency-Key. `forgetful` is the share of answers that a client pretends not to have got.
    """

    decisions: int = 600
    kills: int = 25
    seed: int = 1
    clients: int = 8
    name: str = "acme"
    keyed: bool = True
    forgetful: float = 0.05
    faults: tuple[str, ...] = ("--delay", "0.01")
    quick_workers: bool = True
    timeout_seconds: float = CLIENT_TIMEOUT_SECONDS
    pause_seconds: float = 0.0
    targets: Mapping[str, int] = field(default_factory=lambda: TARGETS)
    worker_module: str | None = None

    @property
    def workers(self) -> list[str]:
        """Return the names of the workers."""
        return sorted(name for name in self.targets if name.startswith("worker"))


@dataclass
class Report:
    """What came of a run. The lists name requests by their number."""

    answered_otherwise: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    lost_decisions: list[int] = field(default_factory=list)
    doubled_decisions: list[int] = field(default_factory=list)
    lost_payouts: list[int] = field(default_factory=list)
    doubled_payouts: list[int] = field(default_factory=list)
    payouts_of_nobody: list[str] = field(default_factory=list)
    effects: dict[str, int] = field(default_factory=dict)
    why_unsettled: list[str] = field(default_factory=list)
    undisbursed: int = 0
    overspent: int = 0
    audit_findings: list[str] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    retries: int = 0
    seconds: float = 0.0

    @property
    def faults(self) -> dict[str, Any]:
        """Return whatever is not as it must be."""
        found = {
            name: getattr(self, name)
            for name in (
                "answered_otherwise", "refused", "lost_decisions", "doubled_decisions", "lost_payouts", "doubled_payouts",
                "payouts_of_nobody", "undisbursed", "overspent", "audit_findings",
            )
        }  # fmt: skip
        found["unsettled"] = {state: count for state, count in self.effects.items() if state != "done"}
        return {name: value for name, value in found.items() if value}


@dataclass
class Clients:
    """Programs that have loans decided, and do not rest before each has its answer."""

    installation: Installation
    headers: dict[str, str]
    plan: Plan
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    ended: threading.Event = field(default_factory=threading.Event)
    answers_max: float = math.inf
    """How many answers may be fetched for now, so that faults keep pace with them."""

    def run(self) -> None:
        """Send everything and return when all is answered, or when `ended` is set."""
        with ThreadPoolExecutor(self.plan.clients) as threads:
            for done in [threads.submit(self._one_client, place) for place in range(self.plan.clients)]:
                done.result()

    def _one_client(self, place: int) -> None:
        with httpx.Client(headers=self.headers, timeout=self.plan.timeout_seconds, trust_env=False) as client:
            for number in range(place, self.plan.decisions, self.plan.clients):
                while len(self.answers) >= self.answers_max and not self.ended.wait(PAUSE_SECONDS):
                    pass
                if not self._send(client, number) or self.ended.wait(self.plan.pause_seconds):
                    return

    def _send(self, client: httpx.Client, number: int) -> bool:
        body = {"product": "personal", "inputs": inputs_of(self.plan, number)}
        headers = {"Idempotency-Key": f"request-{number}"} if self.plan.keyed else {}
        forgets = Random(self.plan.seed * 7_919 + number).random() < self.plan.forgetful
        while not self.ended.is_set():
            try:
                # Asked anew each time: where there are several servers, another one may answer.
                url = f"{self.installation.url}/api/v1/lending/applications"
                answer = client.post(url, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == 201:
                told = answer.json()
                if self.answers.setdefault(number, told)["decision_id"] != told["decision_id"]:
                    self.report.answered_otherwise.append(number)
                if not forgets:
                    return True
                forgets = False
                continue
            if answer is not None and answer.status_code not in (429, 503):
                # A part that is away is 503; anything else is a refusal or a fault of ours.
                self.report.refused[number] = answer.text[:500]
                return True
            self.report.retries += 1
            self.ended.wait(PAUSE_SECONDS)
        return False


def inputs_of(plan: Plan, number: int) -> dict[str, Any]:
    """Return request `number`: its destination names it, so that it is found again in our records and in the provider's."""
    kind = GOOD if Random(plan.seed * 1_000_003 + number).random() < 0.8 else BAD
    return kind | {"iban": marker(plan, number)}


def marker(plan: Plan, number: int) -> str:
    """Name a request."""
    return f"{plan.name}:{number}"


def open_for_chaos(installation: Installation, name: str) -> Lender:
    """Make a lender that pays out at once, with an allowance far above what a run needs, so that it is counted."""
    lender = installation.lender(name)
    change_action(lender, "approve", hold_seconds=0.0, limits=(Limit(Window.DAY, ALLOWED_COUNT),))
    change_action(lender, "reject", limits=())
    return lender


class Killer:
    """Kills processes at seeded random points of the clients' progress, and starts again whatever has ended."""

    def __init__(self, installation: Installation, plan: Plan, report: Report) -> None:
        self._installation = installation
        self._report = report
        self._timers: list[threading.Timer] = []
        self._random = Random(plan.seed)
        names, weights = list(plan.targets), list(plan.targets.values())
        moments = sorted(self._random.randrange(plan.decisions * 95 // 100 or 1) for _ in range(plan.kills))
        self._plan = [(moment, self._random.choices(names, weights)[0]) for moment in moments]

    def run(self, clients: Clients, stop: threading.Event) -> None:
        """Carry out the plan, until the clients have finished and every kill is done."""
        for moment, target in self._plan:
            clients.answers_max = moment + AHEAD_MAX
            while len(clients.answers) < moment and not stop.is_set():
                self.start_the_dead()
                time.sleep(0.005)
            if target == "server":
                self._await_server(stop)
            time.sleep(self._random.random() * 0.03)
            if clients.ended.is_set():
                break
            self._kill(target)
        clients.answers_max = math.inf
        while not stop.wait(0.05):
            self.start_the_dead()
        self.let_all_go_on()

    def start_the_dead(self) -> None:
        """Start again what has ended by itself."""
        for name, child in self._installation.children.items():
            if not child.is_alive:
                self._report.deaths[name] = self._report.deaths.get(name, 0) + 1
                child.start_again()

    def _kill(self, target: str) -> None:
        if target in PROVIDER_FAULTS:
            self._ask_provider(target)
            return
        self._report.kills[target] = self._report.kills.get(target, 0) + 1
        if target == "postgres":
            self._kill_postgres()
            return
        if target.startswith(STALL):
            self._stall(target.removeprefix(STALL))
            return
        child: Child = self._installation.children[target]
        child.kill()
        child.start_again()

    def _ask_provider(self, kind: str) -> None:
        """Let the provider spoil a call; it counts when it has happened (see `provider_faults`)."""
        url = f"http://127.0.0.1:{self._installation.provider_port}/faults"
        for _ in range(ASK_TRIES_MAX):
            with contextlib.suppress(httpx.TransportError):
                httpx.post(url, json={"kind": kind}, timeout=2.0, trust_env=False)
                return
            # It was killed a moment ago.
            self.start_the_dead()
            time.sleep(0.1)

    def _stall(self, name: str) -> None:
        """Stop a process and let it go on after a while, unless it was killed by then."""
        process = self._installation.children[name].process
        process.send_signal(signal.SIGSTOP)
        seconds = STALL_SECONDS[name.partition("-")[0]]
        timer = threading.Timer(seconds, process.send_signal, [signal.SIGCONT])
        timer.daemon = True
        timer.start()
        self._timers.append(timer)

    def let_all_go_on(self) -> None:
        """Wait until nothing is stopped any more."""
        for timer in self._timers:
            timer.join()

    def _kill_postgres(self) -> None:
        pid = self._installation.postgres.status().pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    def _await_server(self, stop: threading.Event) -> None:
        while not stop.is_set() and not self._installation.is_ready():
            self.start_the_dead()
            time.sleep(0.05)


def provider_faults(installation: Installation) -> dict[str, int]:
    """Return which faults the provider was asked for and committed."""
    log = installation.home / FAULT_LOG
    return dict(Counter(log.read_text().split())) if log.exists() else {}


def run(
    plan: Plan, installation: Installation, *, watch: Callable[[Clients, threading.Event], None] | None = None
) -> Report:
    """Run a plan on an installation that has been opened, and judge it. `watch` runs beside it, on a thread of its own."""
    began = time.monotonic()
    lender = open_for_chaos(installation, plan.name)
    if "provider" not in installation.children:
        start_all(installation, plan)
    clients = Clients(installation, installation.key(lender.organization), plan)
    killer = Killer(installation, plan, clients.report)
    stop = threading.Event()
    threads = [threading.Thread(target=each, args=(clients, stop)) for each in (killer.run, watch) if each is not None]
    for thread in threads:
        thread.start()
    try:
        clients.run()
        with contextlib.suppress(AssertionError):
            # What has not settled by then is found by the judge.
            settle(installation, lender)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    judge(installation, lender, clients)
    clients.report.kills |= provider_faults(installation)
    clients.report.seconds = time.monotonic() - began
    return clients.report


def start_all(installation: Installation, plan: Plan) -> None:
    """Start provider, two workers and server."""
    installation.start_provider(*plan.faults, "--asked-faults", str(installation.home / FAULT_LOG))
    for name in plan.workers:
        if plan.worker_module is not None:
            installation.start(name, "-m", plan.worker_module)
        else:
            installation.start_worker(name, quick=plan.quick_workers)
    installation.start_server()


@contextmanager
def fresh_database(installation: Installation) -> Iterator[Database]:
    """Lend connections of their own, that no kill has broken."""
    database = Database(installation.system.database.urls)
    try:
        yield database
    finally:
        database.close()


def settle(installation: Installation, lender: Lender, seconds: float = SETTLING_SECONDS_MAX) -> None:
    """Wait until no effect is under way any more."""

    def is_settled() -> bool:
        try:
            with fresh_database(installation) as database, database.transaction(lender.organization.id) as tx:
                return not tx.scalar(
                    "select count(*) from effects where organization_id = %s and state in ('held', 'planned', 'running')",
                    [lender.organization.id],
                )
        except Exception:
            return False

    wait_for(is_settled, "the end of all effects", seconds=seconds)


def judge(installation: Installation, lender: Lender, clients: Clients) -> None:
    """Compare what clients were told, what is on record and what the provider booked; write the differences down."""
    report, answers = clients.report, clients.answers
    with fresh_database(installation) as database, database.transaction(lender.organization.id) as tx:
        rows = tx.all("select id, inputs, state, decision_id from lending_applications")
        decisions = {row["id"]: row for row in tx.all("select id, subject_id, verdict, action from decisions")}
        effects = tx.all("select id, state, error from effects")
        used = tx.scalar("select coalesce(sum(count), 0) from allowances where action = 'approve'")
    by_marker: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_marker.setdefault(orjson.loads(row["inputs"])["iban"], []).append(row)
    per_subject = Counter(row["subject_id"] for row in decisions.values())
    for number, told in sorted(answers.items()):
        found = by_marker.get(marker(clients.plan, number), [])
        if not any(str(row["decision_id"]) == told["decision_id"] and row["decision_id"] in decisions for row in found):
            report.lost_decisions.append(number)
        if len(found) > 1 or any(per_subject[row["id"]] > 1 for row in found):
            report.doubled_decisions.append(number)
    bookings = Counter(
        entry["destination"]
        for entry in installation.payouts()
        if entry["kind"] == "payout" and entry["destination"].startswith(f"{clients.plan.name}:")
    )
    owed = Counter(
        name for name, found in by_marker.items() for row in found if row["state"] in ("approved", "disbursed")
    )
    numbers = {marker(clients.plan, number): number for number in range(clients.plan.decisions)}
    for name in sorted(bookings.keys() | owed.keys(), key=lambda each: numbers.get(each, -1)):
        if name not in numbers or (bookings[name] and not owed[name]):
            report.payouts_of_nobody.append(name)
        elif bookings[name] < owed[name]:
            report.lost_payouts.append(numbers[name])
        elif bookings[name] > min(owed[name], 1):
            report.doubled_payouts.append(numbers[name])
    report.effects = dict(Counter(effect["state"] for effect in effects))
    report.why_unsettled = [
        f"{each['id']} {each['state']}: {each['error']}" for each in effects if each["state"] != "done"
    ]
    report.undisbursed = sum(row["state"] == "approved" for row in rows)
    acts = sum(row["verdict"] == "act" and row["action"] == "approve" for row in decisions.values())
    report.overspent = int(used) - acts
    report.audit_findings = verify(installation, lender)


def verify(installation: Installation, lender: Lender) -> list[str]:
    """Seal and verify the audit log; return what was found."""
    system = installation.system
    with fresh_database(installation) as database:
        audit.seal(database, [lender.organization.id], system.settings.checkpoints, system.signer)
        report = audit.verify_database(
            database, lender.organization.id, system.settings.checkpoints, system.signer.public_key()
        )
    return [str(finding) for finding in report.findings]


def main() -> None:
    """Run by hand; ends with status 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--real-workers", action="store_true", help="workers with the product's own leases of 30 s")
    given = parser.parse_args()
    plan = Plan(given.decisions, given.kills, given.seed, given.clients, quick_workers=not given.real_workers)
    with temporary_home() as home, Installation(home) as installation:
        report = run(plan, installation)
    print(json.dumps(asdict(report) | {"faults": report.faults, "decisions": given.decisions}, indent=2))  # noqa: T201 - its output
    raise SystemExit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
