"""Ten thousand decisions under at least eight hundred faults, and nothing may be lost or doubled: `python -m benchmarks.chaos`.

    python -m benchmarks.chaos [--workers 1] [--decisions 10000] [--faults 1050] [--seed 1] [--minutes 40] [--no-control] [--json FILE]

Faults: kill -9 of server, worker, PostgreSQL and payout provider; server and worker stopped (SIGSTOP), the worker for longer than its lease; the
provider refuses a call, hangs, loses its answer, or gets the request twice. Clients send again with the same key until they
have an answer. First comes a control that must fail: workers that take a new key for each attempt.

A run that has not ended after `--minutes` ends with what it has, and says so. Status 1: something was lost or doubled.
"""

import argparse
import json
import statistics
import sys
import threading
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home

POLL_SECONDS = 0.1
TELL_SECONDS = 30.0
FAULTS_MIN = 800
WEIGHTS = {"server": 70, "postgres": 60, "provider": 80, "stall-server": 10}
"""How often in relation; the workers share what stands below, and the provider's own faults come beside."""
WORKER_WEIGHT, STALL_WEIGHT = 165, 25
PROVIDER_WEIGHTS = {"refuse": 190, "lose": 170, "double": 170, "hang": 60}


def targets(workers: int) -> dict[str, int]:
    """Return what befalls what, and how often in relation."""
    each = range(1, workers + 1)
    killed = {f"worker-{number}": WORKER_WEIGHT // workers for number in each}
    stalled = {f"{chaos.STALL}worker-{number}": STALL_WEIGHT // workers for number in each}
    return {**WEIGHTS, **killed, **stalled, **PROVIDER_WEIGHTS}


@dataclass
class Watch:
    """Sees when a part that was hit serves again, tells how far things are, and ends a run that takes too long."""

    installation: Installation
    seconds_max: float
    plan: chaos.Plan
    outages: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    is_cut_short: bool = False

    def __call__(self, clients: chaos.Clients, stop: threading.Event) -> None:
        """Look again and again until `stop`."""
        began = told = time.monotonic()
        down: dict[str, float] = {}
        while not stop.wait(POLL_SECONDS):
            now = time.monotonic()
            for name, serves in (("server", self.installation.is_ready()), ("database", self._database_serves())):
                if not serves:
                    down.setdefault(name, now)
                elif name in down:
                    self.outages[name].append(time.monotonic() - down.pop(name))
            if now - told >= TELL_SECONDS:
                told = now
                faults = sum(clients.report.kills.values()) + sum(chaos.provider_faults(self.installation).values())
                print(f"{now - began:6.0f} s  {len(clients.answers):6,} decisions  {faults:5,} faults", flush=True)
            if now - began > self.seconds_max and not clients.ended.is_set():
                self.is_cut_short = True
                clients.ended.set()

    def _database_serves(self) -> bool:
        try:
            with psycopg.connect(self.installation.system.database.urls.app, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True


def control(seed: int) -> int:
    """Let workers take a new key for each attempt; return how many payouts were doubled, which must be some."""
    plan = chaos.Plan(
        decisions=300,
        kills=16,
        seed=seed,
        name="control",
        targets={"worker-1": 1, "lose": 20},
        worker_module="tests.support.careless_worker",
    )
    with temporary_home() as home, Installation(home) as installation:
        return len(chaos.run(plan, installation).doubled_payouts)


def main() -> None:
    """Run the control and then the plan; print the report."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--faults", type=int, default=1_050)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--no-control", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    doubled = None if given.no_control else control(given.seed)
    if doubled is not None:
        print(f"control: workers that take a new key for each attempt doubled {doubled} payouts", flush=True)
        if doubled == 0:
            sys.exit("The control saw nothing, so the run would prove nothing.")
    plan = chaos.Plan(given.decisions, given.faults, given.seed, given.clients, targets=targets(given.workers))
    with temporary_home() as home, Installation(home) as installation:
        watch = Watch(installation, given.minutes * 60, plan)
        report = chaos.run(plan, installation, watch=watch)
    told = _told(report, watch, plan, doubled)
    print(json.dumps(told, indent=2))
    if given.json is not None:
        given.json.write_text(json.dumps(told | {"report": asdict(report)}, indent=2))
    sys.exit(1 if report.faults or (not watch.is_cut_short and told["faults"] < FAULTS_MIN <= given.faults) else 0)


def _told(report: chaos.Report, watch: Watch, plan: chaos.Plan, doubled: int | None) -> dict[str, Any]:
    return {
        "decisions": plan.decisions,
        "workers": len(plan.workers),
        "seed": plan.seed,
        "cut_short": watch.is_cut_short,
        "faults": sum(report.kills.values()),
        "faults_by_kind": dict(sorted(report.kills.items())),
        "ended_by_themselves": report.deaths,
        "retries_of_clients": report.retries,
        "effects": report.effects,
        "outages": {name: _outage(seconds) for name, seconds in sorted(watch.outages.items())},
        "what_is_wrong": report.faults,
        "control_doubled": doubled,
        "seconds": round(report.seconds),
    }


def _outage(seconds: list[float]) -> dict[str, float]:
    return {
        "count": len(seconds),
        "median_seconds": round(statistics.median(seconds), 2),
        "longest_seconds": round(max(seconds), 2),
    }


if __name__ == "__main__":
    main()
