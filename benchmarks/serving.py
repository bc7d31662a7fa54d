"""One decision per HTTP request, everything on, durable before the response: authentication, rate limit, row-level security, policy,
model, audit, events. Beside it in the same run a plain FastAPI handler with one transaction per decision and nothing else.

    python -m benchmarks.serving [--seconds 15] [--connections 64] [--organizations 1] [--json]

Needs `wrk` (Debian: apt-get install wrk), which shares the machine with the server and the database.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import httpx
import psycopg
from benchmarks.lender import installation, lenders

from intendant.kit.settings import child_environment
from intendant.simulator.lender import applicants

BODIES = 4_096
READY_SECONDS_MAX = 30.0
WARMING_SECONDS = 12
LUA = """
local bodies, tokens, n, m, thread = {}, {}, 0, 0, 0
local counter = 0
function setup(t) t:set("number", counter); counter = counter + 1 end
function init(args)
  for line in io.lines("BODIES") do n = n + 1; bodies[n] = line end
  for line in io.lines("TOKENS") do m = m + 1; tokens[m] = "Bearer " .. line end
  i = number * 7919
end
function request()
  i = i + 1
  return wrk.format("POST", "PATH", {["Content-Type"] = "application/json", ["Authorization"] = tokens[i % m + 1],
    ["Idempotency-Key"] = "RUN-" .. number .. "-" .. i}, bodies[i % n + 1])
end
bad = 0
function response(status) if status >= 300 then bad = bad + 1; wrk.thread:set("bad", bad) end end
"""


def main() -> None:
    """Measure both and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--organizations", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    results = {}
    with installation() as system:
        founded = lenders(system, options.organizations)
        bodies = [
            json.dumps({"product": "short-loan", "inputs": person.inputs})
            for person in islice(applicants(2, prefix="bench"), BODIES)
        ]
        tokens = [secret for _, secret in founded]
        command = [sys.executable, "-m", "intendant.cli.main", "server"]
        with _Server(command, system.settings.port, env=child_environment(system.settings)) as server:
            results["intendant"] = _load(server.port, "/api/v1/lending/applications", bodies, tokens, options)
        with psycopg.connect(system.postgres.superuser_url(), autocommit=True) as connection:
            connection.execute(
                "create table if not exists peer_decisions (id bigint generated always as identity primary key, reference text,"
                " verdict text, confidence double precision, body jsonb, at timestamptz default now())"
            )
        peer = [
            sys.executable,
            "-m",
            "uvicorn",
            "benchmarks.peer:app",
            "--port",
            "8422",
            "--log-level",
            "error",
            "--no-access-log",
        ]
        environment = child_environment(system.settings) | {"PEER_DATABASE_URL": system.postgres.superuser_url()}
        with _Server(peer, 8422, env=environment) as server:
            results["plain FastAPI, one transaction, no audit"] = _load(server.port, "/decide", bodies, tokens, options)
    if options.json:
        print(json.dumps(results, indent=2))
        return
    print(f"{options.connections} connections, {options.organizations} organisation(s), {options.seconds} s")
    for name, result in results.items():
        print(
            f"  {name:<42} {result['requests_per_second']:>8,.0f}/s  p50 {result['p50_milliseconds']:>6.1f} ms"
            f"  p99 {result['p99_milliseconds']:>6.1f} ms  errors {result['errors']}"
        )


class _Server:
    """A server process that is ended by its id."""

    def __init__(self, command: list[str], port: int, *, env: dict[str, str]) -> None:
        self.port = port
        self._command, self._env = command, env

    def __enter__(self) -> "_Server":
        self._process = subprocess.Popen(self._command, env=self._env)
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=1.0, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("the server did not come up")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


def _load(port: int, path: str, bodies: list[str], tokens: list[str], options: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        files = {"BODIES": "\n".join(bodies), "TOKENS": "\n".join(tokens)}
        script = LUA.replace("PATH", path)
        for name, text in files.items():
            file = Path(folder) / name.lower()
            file.write_text(text + "\n")
            script = script.replace(f'"{name}"', json.dumps(str(file)))
        command = ["wrk", "-t1", f"-c{options.connections}", "--latency", f"http://127.0.0.1:{port}", "-s"]
        warming, counting = (Path(folder) / f"{name}.lua" for name in ("warming", "counting"))
        for lua in (warming, counting):
            # Keys of its own for each run: a key that was used before would only be answered again.
            lua.write_text(script.replace("RUN", lua.stem))
        # A run before that counts: connections and plans are made, and young tables get their statistics.
        subprocess.run([*command, str(warming), f"-d{WARMING_SECONDS}s"], capture_output=True, check=True)
        counted = subprocess.run(
            [*command, str(counting), f"-d{options.seconds}s"], capture_output=True, check=True, text=True
        )
        output = counted.stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    return {
        "requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p50_milliseconds": _milliseconds(output, "50%"),
        "p99_milliseconds": _milliseconds(output, "99%"),
        "errors": int(errors[1]) if errors else 0 + (sum(map(int, sockets.groups())) if sockets else 0),
    }


def _milliseconds(output: str, percentile: str) -> float:
    value, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", output).groups()
    return float(value) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


if __name__ == "__main__":
    main()
