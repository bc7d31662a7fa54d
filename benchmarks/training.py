"""How long training and predicting take, and how well the model ranks.

Usage: python benchmarks/training.py [--rows 90000] [--effort quick] [--data DIRECTORY]

Without data: a synthetic table of ROWS x 10 is trained on with the complete report, and predicting is timed for single
records, for batches and for reasons. With a directory of credit tables (german_credit, taiwan_default) five-fold AUC is
measured too, by the very procedure that serves. Nothing is tuned to those tables.
"""

import argparse
import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd

from intendant.learning.evaluation import auc
from intendant.learning.models import (
    AdditiveCreditModel,
    FeatureSpec,
    MutableFeature,
    counterfactual,
    model_from_bytes,
    reasons_against,
    reference_profile,
    train_credit_model,
    uncalibrated_model,
)
from intendant.learning.models._boosting import boosting_settings, fit_additive

REPEAT_COUNT = 5
FOLD_COUNT = 5


def make_table(rows: int, features: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return numeric features with a smooth, partly interacting effect, and the outcome."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(rows, features))
    score = 2.2 + values[:, 0] - 0.7 * np.abs(values[:, 1]) + 0.5 * values[:, 2] * values[:, 3] + 0.3 * values[:, 4]
    outcome = (generator.random(rows) < 1 / (1 + np.exp(-score))).astype(int)
    frame = pd.DataFrame(np.exp(values).round(4), columns=[f"feature_{index}" for index in range(features)])
    return frame.mask(generator.random(frame.shape) < 0.02), outcome


def best_seconds(action: object, count: int = REPEAT_COUNT) -> float:
    """Return the shortest of several runs, since other work on the machine only ever adds."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        action()  # type: ignore[operator]
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def measure_training(rows: int, effort: str) -> AdditiveCreditModel:
    """Train with the complete report and say how long it took."""
    frame, outcome = make_table(rows, 10, 1)
    start, processor = time.perf_counter(), time.process_time()
    result = train_credit_model(frame, outcome, times=np.arange(rows), seed=1, effort=effort)  # type: ignore[arg-type]
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    report = result.validation
    print(f"training {rows:,} x 10, {effort}, complete report: {seconds:.1f} s (this process busy {busy:.1f} s)")
    print(f"  AUC {report.auc:.4f}, challenger {report.challenger.auc.auc:.4f}, coverage {report.coverage.overall:.3f}")
    stored = result.champion.to_bytes()
    model = model_from_bytes(stored)
    records = frame.head(2_000).to_dict("records")
    reference = reference_profile(model, frame.head(5_000), threshold=0.9)
    poor = min(records, key=lambda record: model.predict_records([record])[0].probability)
    mutable = [MutableFeature("feature_0"), MutableFeature("feature_1")]
    print(f"  stored {len(stored):,} bytes, read in {1e3 * best_seconds(lambda: model_from_bytes(stored)):.1f} ms")
    reasons = best_seconds(lambda: reasons_against(model, poor, reference))
    change = best_seconds(lambda: counterfactual(model, poor, threshold=0.9, mutable=mutable))
    print(f"  reasons {1e3 * reasons:.2f} ms a case, counterfactual {1e3 * change:.2f} ms a case")
    return model


def measure_predicting(rows: int, features: int) -> None:
    """Time the wide model of the credit tables: columns, then small batches of records."""
    frame, outcome = make_table(max(rows, 20_000), features, 2)
    specs = [FeatureSpec(str(name), "numeric") for name in frame]
    columns = [frame[name].to_numpy()[:20_000] for name in frame]
    settings = boosting_settings("quick", row_count=20_000, feature_count=features)
    tables = fit_additive(columns, outcome[:20_000], specs, settings=settings, seed=1)
    model = uncalibrated_model(tables.intercept, tables.features, tables.pairs)
    batch = {name: frame[name].to_numpy()[:rows] for name in frame}
    print(f"predict {rows:,} x {features} columns: {1e3 * best_seconds(lambda: model.predict(batch)):.1f} ms")
    records = frame.head(2_048).to_dict("records")
    for size in (1, 8, 64):
        parts = [records[start : start + size] for start in range(0, len(records), size)]
        seconds = best_seconds(lambda parts=parts: [model.predict_records(part) for part in parts])
        print(
            f"predict {features} features, records in batches of {size}: {1e6 * seconds / len(records):.1f} us a record"
        )
    seconds = best_seconds(lambda: [model.contributions(record) for record in records[:200]])
    print(f"contributions: {1e6 * seconds / 200:.1f} us a record")


def measure_tables(directory: Path, effort: str) -> None:
    """Measure five-fold AUC on the credit tables of a directory."""
    german = pd.read_csv(directory / "german_credit" / "german.csv", header=None)
    cards = pd.read_csv(directory / "taiwan_default" / "UCI_Credit_Card.csv.gz")
    for name, frame, outcome in (
        ("german", german.iloc[:, :-1].rename(columns=str), (german.iloc[:, -1] == 1).to_numpy().astype(int)),
        ("taiwan", cards.iloc[:, :-1], 1 - cards.iloc[:, -1].to_numpy()),
    ):
        folds = np.random.default_rng(0).permutation(len(frame)) % FOLD_COUNT
        areas, start = [], time.perf_counter()
        for fold in range(FOLD_COUNT):
            seen, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            result = train_credit_model(
                frame.iloc[seen],
                outcome[seen],
                seed=1,
                effort=effort,
                challenger=False,  # type: ignore[arg-type]
            )
            areas.append(auc(outcome[held], result.champion.predict(frame.iloc[held])))
        seconds = (time.perf_counter() - start) / FOLD_COUNT
        print(f"{name}, {effort}: five-fold AUC {np.mean(areas):.4f}, {seconds:.1f} s a training without challenger")


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=90_000)
    parser.add_argument("--effort", choices=("quick", "full"), default="quick")
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    measure_predicting(60_000, 23)
    measure_training(arguments.rows, arguments.effort)
    if arguments.data:
        measure_tables(arguments.data, arguments.effort)


if __name__ == "__main__":
    main()
