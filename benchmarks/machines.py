"""One server and one worker against two and three, on the same cores: `python -m benchmarks.machines [--seconds 10]`.

On one machine more processes share what one had, so this shows what many cost, not what they bring: each more server or worker is
another process that asks the database. What many machines bring is bounded by the database they share.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice

from benchmarks.lender import installation, lenders
from benchmarks.serving import BODIES, _load, _Server
from tests.scenarios import chaos
from tests.support.installation import Installation, temporary_home

from intendant.kit.settings import child_environment
from intendant.simulator.lender import applicants

PORT = 8_431
EFFECT_SECONDS_MAX = 600.0


def decisions_per_second(servers: int, options: argparse.Namespace) -> float:
    """Return what so many servers decide together over HTTP, each with its share of the connections."""
    shared = argparse.Namespace(**vars(options) | {"connections": options.connections // servers})
    with installation(PORT) as system, ExitStack() as stack:
        bodies = [
            json.dumps({"product": "short-loan", "inputs": person.inputs})
            for person in islice(applicants(2, prefix="bench"), BODIES)
        ]
        founded = lenders(system, options.organizations)
        command = [sys.executable, "-m", "intendant.cli.main", "server"]
        ports = [PORT + number for number in range(servers)]
        for port in ports:
            environment = child_environment(system.settings) | {"INTENDANT_PORT": str(port)}
            stack.enter_context(_Server(command, port, env=environment))
        with ThreadPoolExecutor(servers) as threads:
            path, tokens = "/api/v1/lending/applications", [secret for _, secret in founded]
            # Each server gets keys and applicants of its own.
            shares = [bodies[number::servers] for number in range(servers)]
            loads = [
                threads.submit(_load, port, path, share, tokens[number::servers] or tokens, shared)
                for number, (port, share) in enumerate(zip(ports, shares, strict=True))
            ]
            return sum(load.result()["requests_per_second"] for load in loads)


def effects_per_second(workers: int, count: int) -> float:
    """Return how fast so many workers carry out payouts that wait, at a provider that answers in ten milliseconds."""
    with temporary_home() as home, Installation(home) as one:
        lender = chaos.open_for_chaos(one, "acme")
        one.start_provider("--delay", "0.01")
        one.start_server()
        plan = chaos.Plan(decisions=count, kills=0, clients=16)
        chaos.Clients(one, one.key(lender.organization), plan).run()
        one.children.pop("server").kill()
        organization = lender.organization.id
        with one.system.database.transaction(organization) as tx:
            waiting = tx.scalar("select count(*) from effects where state = 'planned'")
        for number in range(workers):
            one.start_worker(f"worker-{number}", quick=False)
        first: float | None = None
        end = time.monotonic() + EFFECT_SECONDS_MAX
        while time.monotonic() < end:
            with one.system.database.transaction(organization) as tx:
                left = tx.scalar("select count(*) from effects where state <> 'done'")
            if left < waiting and first is None:
                # From the first that is done: the start of a process is no measure of its work.
                first, begun_with = time.monotonic(), left
            if left == 0 and first is not None:
                return float(begun_with / (time.monotonic() - first))
            time.sleep(0.02)
    raise TimeoutError("the payouts were not carried out")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--organizations", type=int, default=2)
    parser.add_argument("--effects", type=int, default=3_000)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; database, clients and provider share them")
    for label, measure, sizes in (
        ("decisions/s by servers", lambda n: decisions_per_second(n, options), (1, 2)),
        ("effects/s by workers", lambda n: effects_per_second(n, options.effects), (1, 3)),
    ):
        rates = [measure(size) for size in sizes]
        shown = "   ".join(f"{size}: {rate:,.0f}" for size, rate in zip(sizes, rates, strict=True))
        print(f"{label:<24} {shown}   ratio {rates[1] / rates[0]:.2f}", flush=True)
    done = subprocess.run([sys.executable, "-m", "tests.scenarios.machines", "--upgrade"], check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
