"""How long a model of any table takes to train with the full report, and to predict.

Usage: python -m benchmarks.hub_training [--rows 150000] [--algorithm gradient_boosting]
"""

import argparse
import time

import numpy as np
from benchmarks.training import best_seconds, make_table

from intendant.learning.estimators import TrainingSpec, load_model, train_model

PREDICTED_ROW_COUNT = 100_000
PREDICTED_FEATURE_COUNT = 20


def main() -> None:
    """Train on a synthetic table of ten features, then predict one of twenty for 100,000 rows and for one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--algorithm", default="gradient_boosting")
    arguments = parser.parse_args()
    frame, outcome = make_table(arguments.rows, 10, 1)
    spec = TrainingSpec("classification", arguments.algorithm, target="outcome")
    start = time.perf_counter()
    trained = train_model(frame.assign(outcome=outcome), spec)
    seconds = time.perf_counter() - start
    report = trained.report
    print(f"training {arguments.rows:,} x 10, {arguments.algorithm}, full report: {seconds:.1f} s")
    print(f"  {report.primary} {report.primary_metric.value:.4f}, coverage {report.coverage_measured:.3f}")
    wide, labels = make_table(PREDICTED_ROW_COUNT, PREDICTED_FEATURE_COUNT, 2)
    kept = np.arange(5_000)
    for algorithm in ("logistic", "additive", "gradient_boosting", "random_forest"):
        small = wide.iloc[kept].assign(outcome=labels[kept])
        model = train_model(small, TrainingSpec("classification", algorithm, target="outcome")).model
        artifact = model.to_bytes()
        model = load_model(artifact)
        record = {name: [float(value)] for name, value in wide.iloc[0].items()}
        many = best_seconds(lambda model=model: model.predict(wide), 3)
        one = best_seconds(lambda model=model, record=record: model.predict(record), 20)
        print(f"  {algorithm}: 100,000 x 20 in {many:.2f} s, one in {1e3 * one:.2f} ms, stored {len(artifact):,} bytes")


if __name__ == "__main__":
    main()
