"""Figures of this process for Prometheus: counters and distributions that cost little to write and are laid out when asked for.

Labels are few and bounded: route templates, kinds, states; never ids. What would exceed `SERIES_MAX` series is counted under
`other`. The client library is imported only by `exposition`, so that a process nobody asks pays nothing for it.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

SERIES_MAX = 2_000
OTHER = "other"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1_000.0, 10_000.0)

Labels = tuple[str, ...]


class Counter:
    """A number that only grows, for each set of labels. Threads may add at once."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str] = ()) -> None:
        self.name, self.documentation, self.labels = name, documentation, tuple(labels)
        self._values: dict[Labels, float] = {}
        self._lock = threading.Lock()

    def add(self, *labels: str, by: float = 1.0) -> None:
        """Count `by` more."""
        with self._lock:
            values = self._values
            if labels not in values and len(values) >= SERIES_MAX:
                labels = (OTHER,) * len(self.labels)
            values[labels] = values.get(labels, 0.0) + by

    def values(self) -> dict[Labels, float]:
        """Return what was counted so far."""
        with self._lock:
            return dict(self._values)

    def collect(self) -> "Metric":
        """Lay the figures out."""
        from prometheus_client.metrics_core import CounterMetricFamily

        family = CounterMetricFamily(self.name, self.documentation, labels=self.labels)
        for labels, value in sorted(self.values().items()):
            family.add_metric(labels, value)
        return family


class Distribution:
    """How often a value fell into which bucket, for each set of labels. Threads may observe at once."""

    def __init__(
        self, name: str, documentation: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS
    ) -> None:
        self.name, self.documentation, self.labels = name, documentation, tuple(labels)
        self.buckets = tuple(buckets)
        self._cells: dict[Labels, list[float]] = {}
        self._lock = threading.Lock()

    def observe(self, value: float, *labels: str) -> None:
        """Take one value."""
        cells = self.cells(*labels)
        with self._lock:
            cells[bisect_left(self.buckets, value)] += 1
            cells[-1] += value

    def cells(self, *labels: str) -> list[float]:
        """Return the cells of a series: one for each bucket, one above all, and the sum.

        Where a single thread writes a series it may keep them and add to them itself, which costs a fifth.
        """
        cells = self._cells.get(labels)
        if cells is not None:
            return cells
        with self._lock:
            if labels not in self._cells and len(self._cells) >= SERIES_MAX:
                labels = (OTHER,) * len(self.labels)
            return self._cells.setdefault(labels, [0.0] * (len(self.buckets) + 2))

    def counts(self) -> dict[Labels, float]:
        """Return how many values were taken."""
        with self._lock:
            return {labels: sum(cells[:-1]) for labels, cells in self._cells.items()}

    def collect(self) -> "Metric":
        """Lay the figures out."""
        from prometheus_client.metrics_core import HistogramMetricFamily
        from prometheus_client.utils import floatToGoString

        family = HistogramMetricFamily(self.name, self.documentation, labels=self.labels)
        with self._lock:
            copied = {labels: list(cells) for labels, cells in self._cells.items()}
        bounds = [floatToGoString(bound) for bound in (*self.buckets, float("inf"))]  # type: ignore[no-untyped-call]
        for labels, cells in sorted(copied.items()):
            total, below = 0.0, []
            for bound, count in zip(bounds, cells, strict=False):
                total += count
                below.append((bound, total))
            family.add_metric(labels, below, cells[-1])
        return family


REQUESTS = Distribution(
    "intendant_http_request_duration_seconds",
    "Time until an answer began, by route template, method and class of status.",
    ("route", "method", "status"),
)
BATCH_SIZE = Distribution("intendant_decide_batch_size", "Proposals decided in one transaction.", ("kind",), SIZES)
BATCH_SECONDS = Distribution("intendant_decide_batch_duration_seconds", "Time that a batch took.", ("kind",))
DECISIONS = Counter("intendant_decisions", "Decisions committed by this process.", ("kind", "verdict", "source"))
ROUNDS = Distribution("intendant_worker_round_duration_seconds", "Time that a round of the worker took.", ("round",))
ROUND_FAILURES = Counter("intendant_worker_round_failures", "Rounds of the worker that failed.", ("round",))
EFFECT_CALLS = Distribution(
    "intendant_effect_call_duration_seconds", "Time of one outside call, by action and how it ended.", ("action", "end")
)
SLOW_QUERIES = Counter("intendant_slow_queries", "Statements slower than INTENDANT_SLOW_QUERY_MILLISECONDS.")
FAULTS = Counter("intendant_faults", "Errors that were logged, by their event.", ("event",))

INSTRUMENTS: tuple[Counter | Distribution, ...] = (
    REQUESTS,
    BATCH_SIZE,
    BATCH_SECONDS,
    DECISIONS,
    ROUNDS,
    ROUND_FAILURES,
    EFFECT_CALLS,
    SLOW_QUERIES,
    FAULTS,
)
"""Everything that a process counts by itself."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is looked up when somebody asks, such as the length of a queue: its values by labels."""

    name: str
    documentation: str
    labels: tuple[str, ...] = ()
    values: dict[Labels, float] = field(default_factory=dict)


Lookup = Callable[[], Iterable[Figure]]


def exposition(accept: str, lookup: Lookup | None = None) -> tuple[bytes, str]:
    """Return all figures and their media type: OpenMetrics where `accept` asks for it, else Prometheus' text format."""
    from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    collected: Any = _Collected(lookup)
    registry.register(collected)
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


@dataclass(frozen=True, slots=True)
class _Collected:
    lookup: Lookup | None

    def collect(self) -> "Iterable[Metric]":
        from prometheus_client.metrics_core import GaugeMetricFamily

        for instrument in INSTRUMENTS:
            yield instrument.collect()
        for figure in () if self.lookup is None else self.lookup():
            family = GaugeMetricFamily(figure.name, figure.documentation, labels=figure.labels)
            for labels, value in sorted(figure.values.items())[:SERIES_MAX]:
                family.add_metric(labels, value)
            yield family
