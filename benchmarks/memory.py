"""What the product takes at rest: resident memory of server and worker after `up`, and what importing the command line costs.

python -m benchmarks.memory [--json]
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
from benchmarks.lender import installation, lenders

from intendant.kit.settings import child_environment

REST_SECONDS = 10.0
READY_SECONDS_MAX = 30.0
IMPORT_ROUNDS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result: dict[str, float] = {"command_line_import_seconds": _import_seconds()}
    with installation() as system:
        ((_, secret),) = lenders(system, 1)
        environment = child_environment(system.settings)
        processes = {
            name: subprocess.Popen([sys.executable, "-m", "intendant.cli.main", name], env=environment)
            for name in ("server", "worker")
        }
        try:
            _wait(system.settings.port)
            body = {"product": "short-loan", "inputs": {}}
            headers = {"Authorization": f"Bearer {secret}"}
            httpx.post(
                f"http://127.0.0.1:{system.settings.port}/api/v1/lending/applications",
                json=body,
                headers=headers,
                trust_env=False,
            )
            time.sleep(REST_SECONDS)
            for name, process in processes.items():
                result[f"{name}_megabytes"] = _resident_megabytes(process.pid)
        finally:
            for process in processes.values():
                process.terminate()
                process.wait(10)
    result["server_and_worker_megabytes"] = result["server_megabytes"] + result["worker_megabytes"]
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        for name, value in result.items():
            print(f"{name.replace('_', ' '):<32} {value:.2f}")


def _import_seconds() -> float:
    """Return the quickest of several starts of `intendant --version`, less that of Python itself."""

    def quickest(arguments: list[str]) -> float:
        times = []
        for _ in range(IMPORT_ROUNDS):
            began = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            times.append(time.perf_counter() - began)
        return min(times)

    return quickest(["-m", "intendant.cli.main", "--version"]) - quickest(["-c", "pass"])


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/ready", timeout=1.0, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
