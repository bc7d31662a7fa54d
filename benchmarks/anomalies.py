"""How many points a second anomalies are looked for in, on one core, and how large a detector's memory is.

Usage: python -m benchmarks.anomalies [--series 1000] [--points 2000] [--single 3000]

First many series at once, as the round and the command do; then one series point by point, as a stream. Both give the same
readings, which is checked. Time is processor time of this process, which uses one core.
"""

import argparse
import time

import numpy as np

from intendant.learning.anomalies import Detector, Series, detect, dump, read_series

HOUR = 3_600
GOAL_POINTS_PER_SECOND = 50_000


def make_series(count: int, points: int) -> list[Series]:
    """Return hourly series with the course of a day, noise, and a fall near the end."""
    random = np.random.default_rng(0)
    times = np.arange(points) * HOUR
    day = 10 * np.sin(2 * np.pi * times / (24 * HOUR))
    made = []
    for number in range(count):
        values = 100 + day + random.normal(size=points)
        values[-30:-25] -= 30
        made.append(read_series(f"series {number}", times, values))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=1_000)
    parser.add_argument("--points", type=int, default=2_000)
    parser.add_argument("--single", type=int, default=3_000)
    given = parser.parse_args()
    made = make_series(given.series, given.points)
    start, processor = time.perf_counter(), time.process_time()
    watched = detect(made)
    wall, processor = time.perf_counter() - start, time.process_time() - processor
    count = given.series * given.points
    found = sum(
        any(each.peak_at.timestamp() >= (given.points - 31) * HOUR for each in seen.anomalies) for seen in watched
    )
    extra = sum(len(seen.anomalies) for seen in watched) - found
    print(
        f"{given.series:,} series of {given.points:,} points: {count / processor:,.0f} points/s per core"
        f" ({count / wall:,.0f}/s by the clock; goal {GOAL_POINTS_PER_SECOND:,});"
        f" the fall found in {found:,}, {1000 * extra / count:.2f} other anomalies per 1,000 points"
    )
    series = make_series(1, given.single)[0]
    detector = Detector(interval=HOUR)
    start = time.process_time()
    evidence = [
        float(
            detector.watch(
                read_series("one", series.times[place : place + 1], series.values[place : place + 1])
            ).readings.trace.evidence[0]
        )
        for place in range(given.single)
    ]
    seconds = time.process_time() - start
    same = np.array_equal(np.asarray(evidence), detect([series])[0].readings.trace.evidence)
    print(
        f"one series as a stream: {1e6 * seconds / given.single:,.0f} us a point, the same as in a batch: {same};"
        f" its memory {len(dump(detector)):,} bytes"
    )


if __name__ == "__main__":
    main()
