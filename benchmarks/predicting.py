"""Predictions over HTTP, everything on and stored before the answer: requests of 100 rows, single cases, and one streamed file.

    python -m benchmarks.predicting [--seconds 10] [--rows 100000] [--algorithm additive] [--json]

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
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
import pandas as pd
from benchmarks.lender import installation

from intendant.bootstrap import System
from intendant.domains.analytics.models import artifacts, repository
from intendant.domains.analytics.models.definition import DataSource, Definition, Options
from intendant.kernel import access, files
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.settings import child_environment
from intendant.learning.estimators import TrainingSpec, train_model

TRAINING_ROWS = 4_000
ROWS_PER_REQUEST = 100
BODIES = 200
WARMING_SECONDS = 4
READY_SECONDS_MAX = 30.0
PREFIX = "/api/v1/ai-analytics"
LUA = """
local bodies, n, i = {}, 0, 0
function init(args)
  for line in io.lines("BODIES") do n = n + 1; bodies[n] = line end
end
function request()
  i = i + 1
  return wrk.format("POST", "PATH", {["Content-Type"] = "application/json", ["Authorization"] = "Bearer TOKEN"}, bodies[i % n + 1])
end
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--algorithm", default="additive")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; on Debian: apt-get install wrk")
    table = customers(max(TRAINING_ROWS, 20_000))
    rows = table.drop(columns=["bought"]).to_dict("records")
    results: dict[str, object] = {}
    with installation(port=8423) as system:
        organization, token = _found(system)
        model_id = _deploy(system, organization, table.head(TRAINING_ROWS), options.algorithm)
        command = [sys.executable, "-m", "intendant.cli.main", "server"]
        server = subprocess.Popen(command, env=child_environment(system.settings))
        try:
            base = f"http://127.0.0.1:{system.settings.port}"
            _wait(base)
            many = [
                {"model_id": str(model_id), "input_data": rows[start : start + ROWS_PER_REQUEST]}
                for start in range(0, BODIES * ROWS_PER_REQUEST, ROWS_PER_REQUEST)
            ]
            single = [
                {
                    "model_id": str(model_id),
                    "input_data": row,
                    "business_entity_type": "customer",
                    "business_entity_id": str(at),
                }
                for at, row in enumerate(rows[: BODIES * 10])
            ]
            for name, bodies, connections in (
                ("100 rows a request, 2 connections", many, 2),
                ("one case a request, 32 connections", single, 32),
            ):
                found = _load(base, token, bodies, connections, options.seconds)
                per_request = ROWS_PER_REQUEST if bodies is many else 1
                results[name] = {**found, "predictions_per_second": found["requests_per_second"] * per_request}
            results[f"{options.rows:,} rows in one streamed call"] = _stream(
                base, token, model_id, rows, options.rows, server.pid
            )
        finally:
            server.terminate()
            server.wait(10)
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, result in results.items():
        figures = ", ".join(f"{key.replace('_', ' ')} {value:,.1f}" for key, value in result.items())
        print(f"  {name:<40} {figures}")


def customers(rows: int) -> pd.DataFrame:
    """Return customers with ten features, and whether they bought."""
    random = np.random.default_rng(7)
    table = pd.DataFrame({f"number_{at}": random.normal(100, 25, rows).round(2) for at in range(7)})
    table["city"] = random.choice(["Rome", "Oslo", "Lima", "Kyiv"], rows)
    table["plan"] = random.choice(["basic", "plus"], rows)
    table["visits"] = random.poisson(4, rows)
    wish = (table["number_0"] - 100) / 25 + (table["visits"] - 4) / 2 + (table["city"] == "Rome")
    table["bought"] = np.where(wish + random.normal(0, 1, rows) > 0, "yes", "no")
    return table


def _found(system: System) -> tuple[Organization, str]:
    organization = system.found_organization(slug="acme", name="Acme", by="benchmark")
    with system.database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=organization.id, name="benchmark", role=access.Role.OWNER, by="benchmark"
        )
    return organization, secret


def _deploy(system: System, organization: Organization, table: pd.DataFrame, algorithm: str) -> UUID:
    made = train_model(table, TrainingSpec("classification", algorithm, target="bought"))
    definition = Definition(
        "who buys", "classification", algorithm, None, "bought", "", DataSource(source="benchmark"), None, Options()
    )
    now, metric = clock.system_now(), made.report.primary_metric
    with system.database.transaction(organization.id) as tx:
        model_id = repository.insert_model(tx, definition, by="benchmark", now=now)
        digest = files.put(tx, organization.id, made.model.to_bytes(), None)
        version = repository.NewVersion(
            made.report.algorithm,
            digest,
            b"\0" * 32,
            None,
            {},
            made.report.as_dict(),
            made.reference,
            metric.name,
            metric.value,
            metric.higher_is_better,
            True,
            "A benchmark.",
            ids.new_id(),
            "benchmark",
            now,
            now,
        )
        signature = artifacts.sign(system.signer, organization.id, model_id, 1, digest)
        version_id = repository.insert_version(tx, model_id, 1, signature, version)
        repository.put_alias(tx, model_id, "champion", version_id, share=1.0, by="benchmark", now=now)
    return model_id


def _wait(base: str) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{base}/health", timeout=1.0, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def _load(base: str, token: str, bodies: list[dict[str, object]], connections: int, seconds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        lines, script = Path(folder) / "bodies", Path(folder) / "load.lua"
        lines.write_text("\n".join(json.dumps(body) for body in bodies) + "\n")
        text = LUA.replace('"BODIES"', json.dumps(str(lines))).replace("PATH", f"{PREFIX}/predict")
        script.write_text(text.replace("TOKEN", token))
        command = ["wrk", "-t1", f"-c{connections}", "--latency", base, "-s", str(script)]
        subprocess.run([*command, f"-d{WARMING_SECONDS}s"], capture_output=True, check=True)
        output = subprocess.run([*command, f"-d{seconds}s"], capture_output=True, check=True, text=True).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return {
        "requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]),
        "p50_milliseconds": _milliseconds(output, "50%"),
        "p99_milliseconds": _milliseconds(output, "99%"),
        "errors": float(errors[1]) if errors else 0.0,
    }


def _stream(
    base: str, token: str, model_id: UUID, rows: list[dict[str, object]], count: int, pid: int
) -> dict[str, float]:
    content = "".join(json.dumps(rows[at % len(rows)]) + "\n" for at in range(count)).encode()
    before, begun, answered, first = _memory(pid), time.monotonic(), 0, None
    with httpx.stream(
        "POST",
        f"{base}{PREFIX}/predict/batch",
        params={"model_id": str(model_id)},
        content=content,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "benchmark"},
        timeout=600.0,
        trust_env=False,
    ) as response:
        for line in response.iter_lines():
            first = first or time.monotonic()
            answered += '"prediction_id"' in line
    seconds = time.monotonic() - begun
    return {
        "seconds": seconds,
        "predictions_per_second": answered / seconds,
        "first_answer_seconds": (first or begun) - begun,
        "megabytes_more": _memory(pid) - before,
        "answered": float(answered),
    }


def _memory(pid: int) -> float:
    """Return the most memory that a process has held, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _milliseconds(output: str, percentile: str) -> float:
    value, unit = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", output).groups()
    return float(value) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


if __name__ == "__main__":
    main()
