"""A replay of 150,000 applications with ten features and a time, training included, by the command that users run.

python -m benchmarks.replay [--rows 150000] [--json] [--profile FILE]

The table is made with a seed, the installation is new and removed afterwards. Seconds are printed per stage, with the processor
time of the command (its database server apart), which says more than the clock does on a machine that is shared.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SECONDS_MAX = 900


def make_table(path: Path, rows: int, seed: int = 5) -> Path:
    """Write past applications: ten features of which some interact, two of them categories, spread over three years."""
    random = np.random.default_rng(seed)
    score = np.clip(random.normal(690, 65, rows), 300, 850).round()
    income = random.lognormal(10.7, 0.5, rows).round()
    ratio = np.clip(random.gamma(4, 0.07, rows), 0, 3).round(4)
    amount = random.lognormal(9.3, 0.6, rows).round(-2) + 500
    frame = pd.DataFrame(
        {
            "decided_on": (np.datetime64("2019-01-01") + np.sort(random.integers(0, 1095, rows))).astype(str),
            "loan_amount": amount,
            "term": random.choice([12, 24, 36, 48, 60], rows),
            "purpose": random.choice(["car", "home", "debts", "education", "other"], rows),
            "income": np.where(random.random(rows) < 0.05, np.nan, income),
            "credit_score": score,
            "debt_ratio": ratio,
            "utilisation": np.clip(random.beta(2, 4, rows), 0, 1).round(3),
            "inquiries": random.poisson(1.2, rows),
            "employment_years": random.integers(0, 35, rows),
            "housing": random.choice(["rent", "own", "mortgage"], rows),
        }
    )
    odds = 2.1 + (score - 690) / 50 - 3 * (ratio - 0.28) - 0.5 * np.log(amount / 11_000) + 0.6 * np.log(income / 44_000)
    odds += np.where(frame.utilisation > 0.5, -0.6, 0.1) * (frame.inquiries > 1)
    frame["repaid"] = np.where(random.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no")
    frame.to_csv(path, index=False)
    return path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", type=Path, help="Write cProfile's figures of the main thread here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intendant-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        table = make_table(folder / "applications.csv", options.rows)
        profiled = [] if options.profile is None else ["-m", "cProfile", "-o", str(options.profile)]
        began = time.perf_counter()
        ended = subprocess.run(
            [sys.executable, *profiled, "-m", "intendant.cli.main", "replay", str(table), "--yes", "--json",
             "--report", str(folder / "report")],
            env={**os.environ, "INTENDANT_HOME": str(folder / "home")},
            stdout=subprocess.PIPE,
            timeout=SECONDS_MAX,
            check=True,
        )  # fmt: skip
        seconds = time.perf_counter() - began
        report = json.loads(ended.stdout)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = {
        "rows": options.rows,
        "seconds_all": seconds,
        **{f"seconds_{stage}": value for stage, value in report["seconds"].items() if stage != "all"},
        "processor_seconds": used.ru_utime + used.ru_stime,
        "memory_megabytes": used.ru_maxrss / 1024,
        "rows_decided": report["rows_decided"],
        "decisions_per_second": report["decisions_per_second"],
        "auc": report["auc"],
    }
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:<24} {value:,.1f}" if name != "auc" else f"{name:<24} {value:.4f}")


if __name__ == "__main__":
    main()
