"""Does anything grow? Server and worker under a steady mixed load for an hour: `python -m benchmarks.soak [--minutes 60]`.

    python -m benchmarks.soak [--minutes 60] [--decisions-per-second 8] [--warm-minutes 10] [--json FILE]

Decisions with payouts, a signed webhook for each, messages of a channel, pages of the console's lists, live streams that come and go,
and tasks. Every ten seconds: resident memory and open files of each process, PostgreSQL's memory and connections, dead rows. After the
warming the slope of each process's memory is fitted over means of two minutes, with its 95 % interval. Flat is: the interval reaches
no growth, or the growth of an hour is less than 3 %. Told and not judged: PostgreSQL's shared buffers, which fill up to their setting;
the database's size; the payout provider, a stand-in for a bank that remembers every receipt.
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats
from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home
from tests.support.lending import MIDDLING, Lender
from tests.support.peers.webhook_receiver import Receiver

from intendant.kernel import tasks
from intendant.kit import clock
from intendant.kit.errors import IntendantError

SAMPLE_SECONDS = 10.0
BLOCK_SECONDS = 120.0
TELL_SECONDS = 300.0
STREAM_SECONDS = 45.0
TASK_SECONDS = 60.0
MESSAGE_SECONDS = 10.0
UNJUDGED = ("database MB", "postgres shared MB", "provider MB")
GROWTH_SHARE_MAX = 0.03
DEAD_SHARE_MAX = 0.5
DEAD_ROWS_MIN = 5_000
"""Fewer dead rows are of no weight, whatever their share."""
PAGES = (
    "/api/v1/decisions?limit=50",
    "/api/v1/decisions/facets",
    "/api/v1/approvals?limit=50",
    "/api/admin/autonomous-business/alerts?limit=50",
    "/api/v1/effects?limit=50",
    "/api/v1/tasks?limit=50",
    "/api/v1/events?limit=100",
    "/api/v1/lending/loans?limit=50",
    "/api/admin/autonomous-business/status",
    "/api/admin/autonomous-business/metrics",
)


@dataclass
class Load:
    """The load: threads that go on until `ended`."""

    installation: Installation
    lender: Lender
    headers: dict[str, str]
    per_second: float
    ended: threading.Event = field(default_factory=threading.Event)
    answers: Counter[str] = field(default_factory=Counter)
    numbers: "count[int]" = field(default_factory=count)
    receiver: Receiver = field(default_factory=Receiver)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start everything."""
        self.receiver.__enter__()
        works = (self._decide, self._decide, self._read, self._listen, self._listen, self._enqueue, self._message)
        with self.installation.client(self.headers) as client:
            endpoint = {"url": self.receiver.url, "events": ["kernel.decision.made"]}
            client.post("/api/v1/webhooks/endpoints", json=endpoint).raise_for_status()
        for work in works:
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self) -> None:
        """End everything."""
        self.ended.set()
        for thread in self.threads:
            thread.join(STREAM_SECONDS)
        self.receiver.__exit__()
        self.answers["received"] = len(self.receiver.came)

    def _decide(self) -> None:
        with self.installation.client(self.headers) as client:
            while not self.ended.wait(2 / self.per_second):
                number = next(self.numbers)
                inputs = chaos.inputs_of(chaos.Plan(name="soak"), number)
                if number % 50 == 0:
                    inputs = MIDDLING | {"iban": inputs["iban"]}
                body = {"product": "personal", "inputs": inputs}
                with self._counted("decision"):
                    client.post(
                        "/api/v1/lending/applications", json=body, headers={"Idempotency-Key": f"soak-{number}"}
                    ).raise_for_status()

    def _read(self) -> None:
        with self.installation.client(self.headers) as client:
            while True:
                for page in PAGES:
                    if self.ended.wait(0.3):
                        return
                    with self._counted(page.partition("?")[0]):
                        client.get(page).raise_for_status()

    def _listen(self) -> None:
        heard: dict[str, str] = {}
        while not self.ended.is_set():
            until = time.monotonic() + STREAM_SECONDS
            headers = {"Accept": "text/event-stream", **heard}
            with (
                self._counted("stream"),
                self.installation.client(self.headers) as client,
                client.stream("GET", "/api/v1/events", headers=headers, timeout=10.0) as answer,
            ):
                answer.raise_for_status()
                for line in answer.iter_lines():
                    self.answers["stream lines"] += 1 if line else 0
                    if line.startswith("id:"):
                        heard["Last-Event-ID"] = line.removeprefix("id:").strip()
                    if time.monotonic() > until or self.ended.is_set():
                        break
            self.ended.wait(0.5)

    def _message(self) -> None:
        with self.installation.client(self.headers) as client:
            body = {"kind": "webhook", "name": "Soak", "settings": {"url": self.receiver.url}}
            channel = client.post("/api/v1/channels", json=body).raise_for_status().json()
            while not self.ended.wait(MESSAGE_SECONDS):
                with self._counted("message"):
                    client.post(f"/api/v1/channels/{channel['id']}/test").raise_for_status()

    def _enqueue(self) -> None:
        organization = self.lender.organization
        while not self.ended.wait(TASK_SECONDS):
            with self._counted("task"), self.installation.system.database.transaction(organization.id) as tx:
                tasks.enqueue(
                    tx,
                    "lending.end_of_day",
                    parameters={},
                    created_by="soak",
                    now=clock.system_now(),
                    dedup_key="now",
                )

    @contextlib.contextmanager
    def _counted(self, what: str) -> Any:
        try:
            yield
        except Exception as error:
            self.answers[f"{what} failed: {type(error).__name__}: {str(error)[:80]}"] += 1
        else:
            self.answers[what] += 1


@dataclass
class Samples:
    """What was seen, by name and moment."""

    moments: list[float] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, at: float, seen: dict[str, float]) -> None:
        """Keep one look."""
        self.moments.append(at)
        for name, value in seen.items():
            self.values[name].append(value)

    def growth(self, name: str, after: float) -> dict[str, float | bool]:
        """Fit the growth of an hour, with its 95 % interval, over means of blocks after the warming."""
        blocks: dict[int, list[float]] = defaultdict(list)
        for at, value in zip(self.moments, self.values[name], strict=True):
            if at >= after:
                blocks[int(at // BLOCK_SECONDS)].append(value)
        times = np.array(sorted(blocks), dtype=float) * BLOCK_SECONDS / 3_600
        means = np.array([statistics.fmean(blocks[each]) for each in sorted(blocks)])
        if len(times) < 4:
            return {"mean": float(np.mean(means)), "per_hour": float("nan"), "flat": False}
        fitted = stats.linregress(times, means)
        half = float(stats.t.ppf(0.975, len(times) - 2)) * fitted.stderr
        low, high = fitted.slope - half, fitted.slope + half
        level = float(np.mean(means))
        return {
            "mean": round(level, 1),
            "first": round(float(means[0]), 1),
            "last": round(float(means[-1]), 1),
            "per_hour": round(float(fitted.slope), 2),
            "low": round(float(low), 2),
            "high": round(float(high), 2),
            "flat": bool(low <= 0 or fitted.slope < GROWTH_SHARE_MAX * level),
        }


def look(installation: Installation) -> dict[str, float]:
    """Look once at every process and at the database."""
    seen: dict[str, float] = {}
    for name, child in installation.children.items():
        seen[f"{name} MB"] = _resident(child.process.pid)
        seen[f"{name} files"] = len(os.listdir(f"/proc/{child.process.pid}/fd"))
    postmaster = installation.postgres.status().pid
    if postmaster is not None:
        parts = [_proportional(pid) for pid in [postmaster, *_children(postmaster)]]
        seen["postgres MB"] = sum(own for own, _ in parts)
        seen["postgres shared MB"] = sum(shared for _, shared in parts)
    with chaos.fresh_database(installation) as database, database.system() as tx:
        seen["connections"] = (
            tx.scalar("select count(*) from pg_stat_activity where backend_type = 'client backend'") - 1
        )
        seen["database MB"] = tx.scalar("select pg_database_size(current_database())") / 1e6
    return seen


def bloat(installation: Installation) -> list[dict[str, Any]]:
    """Return the tables with the most dead rows."""
    with chaos.fresh_database(installation) as database, database.system() as tx:
        return tx.all(
            "select relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) / 1000000.0 as megabytes"
            " from pg_stat_user_tables order by n_dead_tup desc limit 8"
        )


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1_000
    return 0.0


def _proportional(pid: int) -> tuple[float, float]:
    """Return a process's own memory and its part of memory shared with others, in MB."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {name: int(rest.split()[0]) / 1_000 for name, _, rest in (line.partition(":") for line in lines[1:])}
    return sizes["Pss"] - sizes["Pss_Shmem"], sizes["Pss_Shmem"]


def _children(pid: int) -> Sequence[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _repeat(installation: Installation, samples: Samples, load: Load, seconds: float) -> None:
    began = told = time.monotonic()
    while (at := time.monotonic() - began) < seconds:
        try:
            samples.take(at, look(installation))
        except (IntendantError, OSError) as error:
            # A look that a starved machine did not answer in time is one sample less.
            load.answers[f"look failed: {type(error).__name__}"] += 1
        if time.monotonic() - told >= TELL_SECONDS or len(samples.moments) == 1:
            told = time.monotonic()
            latest = {name: round(values[-1], 1) for name, values in samples.values.items()}
            print(f"{at / 60:5.1f} min  {load.answers['decision']:7,} decisions  {latest}", flush=True)
        time.sleep(SAMPLE_SECONDS)


def main() -> None:
    """Run the load, take samples, fit, print; status 1 where something grows."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--warm-minutes", type=float, default=10.0)
    parser.add_argument("--decisions-per-second", type=float, default=8.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    samples = Samples()
    with temporary_home() as home, Installation(home, {"outbound_allow": "127.0.0.1"}) as installation:
        lender = chaos.open_for_chaos(installation, "soak")
        installation.start_provider("--delay", "0.01")
        installation.start_worker(quick=False)
        installation.start_server()
        load = Load(installation, lender, installation.key(lender.organization), given.decisions_per_second)
        load.start()
        _repeat(installation, samples, load, given.minutes * 60)
        load.stop()
        dead = bloat(installation)
        alive = all(child.is_alive for child in installation.children.values())
    told = _told(samples, load, dead, given.warm_minutes * 60) | {"all_alive": alive, "minutes": given.minutes}
    print(json.dumps(told, indent=2, default=float))
    if given.json is not None:
        given.json.write_text(json.dumps(told | {"samples": {"at": samples.moments, **samples.values}}, default=float))
    sys.exit(0 if told["flat"] and alive else 1)


def _told(samples: Samples, load: Load, dead: list[dict[str, Any]], warm: float) -> dict[str, Any]:
    growth = {name: samples.growth(name, warm) for name in samples.values}
    heavy = [
        each["relname"]
        for each in dead
        if each["n_dead_tup"] > max(DEAD_ROWS_MIN, DEAD_SHARE_MAX * (each["n_live_tup"] + each["n_dead_tup"]))
    ]
    sizes = samples.values["database MB"]
    decided = load.answers["decision"]
    return {
        "flat": all(bool(each["flat"]) for name, each in growth.items() if name not in UNJUDGED) and not heavy,
        "growth": growth,
        "bloated": heavy,
        "dead_rows": dead,
        "database_megabytes_per_100000_decisions": round((sizes[-1] - sizes[0]) / max(decided, 1) * 100_000),
        "answers": dict(load.answers.most_common(30)),
    }


if __name__ == "__main__":
    main()
