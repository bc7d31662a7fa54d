"""How long forecasting many series takes: 10,000 monthly ones with back-test and intervals.

Usage: python benchmarks/forecasting.py [--series 10000] [--data DIRECTORY]

The series are made up: level, trend, season and noise of each drawn by chance, 48 to 132 months long. With a directory that holds
m3_long.parquet and m3_meta.csv the M3 competition is forecast too, by the procedure that serves; nothing is tuned to it.
"""

import argparse
import os
import platform
import time
from pathlib import Path

import numpy as np
import pandas as pd

from intendant.learning.forecasting import Calendar, Floats, SeriesTable, make_forecast, series_from_frame, smape

HORIZON = 12
FREQUENCIES = {"YEARLY": "yearly", "QUARTERLY": "quarterly", "MONTHLY": "monthly", "OTHER": "yearly"}


def make_table(count: int, seed: int) -> SeriesTable:
    """Return made-up monthly series."""
    generator = np.random.default_rng(seed)
    values: list[Floats] = []
    for _ in range(count):
        length = int(generator.integers(48, 133))
        months = np.arange(length)
        season = generator.normal(0, 0.15, 12)[months % 12] * (generator.random() < 0.7)
        level = 1_000 * np.exp(generator.normal(0, 1) + generator.normal(0, 0.004) * months + season)
        values.append(level * np.exp(generator.normal(0, 0.08, length)))
    first = np.asarray([600 - len(line) for line in values], dtype=np.int64)
    keys = tuple((f"series {place}",) for place in range(count))
    return SeriesTable(keys, ("series",), tuple(values), first, Calendar("monthly"), counted=False)


def measure_speed(count: int) -> None:
    """Forecast and say how long it took."""
    table = make_table(count, 1)
    start, processor = time.perf_counter(), time.process_time()
    forecast = make_forecast(table, HORIZON)
    seconds, busy = time.perf_counter() - start, time.process_time() - processor
    assert forecast.back_test is not None
    overall = forecast.back_test.overall
    print(
        f"{count:,} monthly series, {HORIZON} ahead, back-test from {forecast.back_test.origins} origins, intervals:"
        f" {seconds:.1f} s (this process busy {busy:.1f} s)"
    )
    print(
        f"  MASE {overall.mase:.3f} (seasonal naive {overall.naive_mase:.3f}), within bounds {overall.coverage:.3f}, wanted 0.9"
    )


def measure_competition(directory: Path) -> None:
    """Forecast the M3 competition and say how good it was."""
    rows = pd.read_parquet(directory / "m3_long.parquet")
    about = pd.read_csv(directory / "m3_meta.csv").set_index("series")
    rows["period"] = rows["series"].map(about["period"])
    errors, held = [], []
    start = time.perf_counter()
    for period, frequency in FREQUENCIES.items():
        part = rows[rows["period"] == period]
        table = series_from_frame(
            part[part["split"] == "train"], time="t", value="value", series=["series"], frequency=frequency
        )
        horizon = int(about.loc[about["period"] == period, "h"].max())
        came = part[part["split"] == "test"].sort_values(["series", "t"])["value"].to_numpy().reshape(-1, horizon)
        forecast = make_forecast(table, horizon)
        errors.append(smape(came, forecast.point).mean(1))
        held.append(((came >= forecast.lower) & (came <= forecast.upper)).mean(1))
        print(
            f"  {period.lower()}: {len(table):,} series, sMAPE {errors[-1].mean():.3f}, within bounds {held[-1].mean():.3f}"
        )
    every = np.concatenate(errors)
    print(
        f"M3: {len(every):,} series, sMAPE {every.mean():.3f}, within bounds {np.concatenate(held).mean():.3f},"
        f" {time.perf_counter() - start:.1f} s"
    )


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    measure_speed(arguments.series)
    if arguments.data:
        measure_competition(arguments.data)


if __name__ == "__main__":
    main()
