"""Run everything that README and docs/reference/performance.md claim about speed: `make bench`.

python -m benchmarks [NAME ...]     all by default, but for chaos, machines, sizing and soak, which take from minutes to an hour
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

COMMANDS: dict[str, list[list[str]]] = {
    "gate": [["benchmarks.gate"]],
    "deciding": [["benchmarks.deciding"]],
    "serving": [["benchmarks.serving"], ["benchmarks.serving", "--organizations", "1000"]],
    "effects": [["benchmarks.effects", "2000"]],
    "webhooks": [["benchmarks.webhooks"]],
    "observing": [["benchmarks.observing"]],
    "policy_inputs": [["benchmarks.policy_inputs"]],
    "training": [["benchmarks.training"]],
    "hub_training": [["benchmarks.hub_training"]],
    "forecasting": [["benchmarks.forecasting"]],
    "replay": [["benchmarks.replay"]],
    "memory": [["benchmarks.memory"]],
    "schedules": [["benchmarks.schedules"]],
    "console": [["benchmarks.console"]],
    "predicting": [["benchmarks.predicting"]],
    "anomalies": [["benchmarks.anomalies"]],
    "chaos": [["benchmarks.chaos", "--workers", "1"], ["benchmarks.chaos", "--workers", "3", "--seed", "2"]],
    "sizing": [["benchmarks.sizing"]],
    "machines": [["benchmarks.machines"]],
    "soak": [["benchmarks.soak", "--minutes", "60"]],
    "end_of_day": [["benchmarks.end_of_day", "1000", "300"], ["benchmarks.end_of_day", "100000", "1"]],
}

LONG = {"chaos", "machines", "sizing", "soak"}
"""Run by name alone."""


def main() -> None:
    """Run the named benchmarks one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*COMMANDS, []])
    names = parser.parse_args().names or [name for name in COMMANDS if name not in LONG]
    print(f"{os.cpu_count()} cores, {_processor()}, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}\n")
    failed = 0
    for name in names:
        for command in COMMANDS[name]:
            print(f"--- python -m {' '.join(command)}", flush=True)
            failed += subprocess.run([sys.executable, "-m", *command], check=False).returncode != 0
            print(flush=True)
    sys.exit(1 if failed else 0)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "processor unknown"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor unknown"
    )


if __name__ == "__main__":
    main()
