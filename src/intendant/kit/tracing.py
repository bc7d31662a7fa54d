"""Traces by OpenTelemetry, from a request to the effects and tasks that follow from it; nothing of it is loaded unless asked for.

A span is carried over to another process by a row: whoever writes a decision or a task writes the trace it belongs to beside it
(table `traces`), and the worker that carries it out goes on with that trace. Attributes are kinds, routes and ids of records;
no personal data. Everything here does nothing until `start_tracing` was called.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intendant.kit import clock

if TYPE_CHECKING:
    from intendant.kit.database import Database, Transaction

QUEUE_MAX = 4_096
DELAY_MILLISECONDS = 1_000
EXPORT_SECONDS_MAX = 5.0
LINKS_MAX = 128
ROWS_MAX = 10_000

_tracer: Any = None
_provider: Any = None
_carried: dict[int, str] = {}


def is_tracing() -> bool:
    """Say whether spans are made at all: the one question that a process without tracing asks."""
    return _tracer is not None


def start_tracing(url: str | None, *, ratio: float = 1.0, role: str, version: str) -> None:
    """Send spans to `url` from now on (OTLP over HTTP); with None do nothing, and load nothing."""
    global _tracer, _provider
    if url is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    resource = Resource({"service.name": f"intendant-{role}", "service.version": version})
    provider = TracerProvider(sampler=ParentBased(TraceIdRatioBased(ratio)), resource=resource)
    exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS_MAX)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=QUEUE_MAX, schedule_delay_millis=DELAY_MILLISECONDS)
    )
    _tracer, _provider = provider.get_tracer("intendant", version), provider


def stop_tracing() -> None:
    """Send what is left and end."""
    global _tracer, _provider  # noqa: PLW0603
    if _provider is not None:
        _provider.shutdown()
    _tracer = _provider = None
    _carried.clear()


@contextmanager
def span(
    name: str,
    *,
    kind: str = "internal",
    parent: str | None = None,
    links: Iterable[str] = (),
    attributes: Mapping[str, str | int | float | bool] | None = None,
) -> Iterator[Any]:
    """Open a span that is current until the end; gives None where nothing is traced.

    `parent` and `links` are values of `traceparent`; without a parent the current span is it. An error marks the span.
    """
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import Link, SpanKind, get_current_span

    linked = [
        Link(get_current_span(context).get_span_context())
        for context in (_context(each) for each in list(links)[:LINKS_MAX])
        if context is not None
    ]
    with _tracer.start_as_current_span(
        name,
        context=_context(parent),
        kind=SpanKind[kind.upper()],
        links=linked,
        attributes=dict(attributes or {}),
        record_exception=False,
    ) as opened:
        yield opened


def traceparent() -> str | None:
    """Return the current span as a `traceparent` header's value."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


def outgoing_headers() -> dict[str, str]:
    """Return the headers that let a provider go on with the current trace; none where nothing is traced."""
    current = traceparent()
    return {} if current is None else {"traceparent": current}


def trace_id() -> str | None:
    """Return the current trace's id, for lines of the log."""
    current = traceparent()
    return None if current is None else current.split("-")[1]


def carry(thing: object) -> None:
    """Remember the current span for a thing that others will handle in this process, until `drop`."""
    current = traceparent()
    if current is not None:
        _carried[id(thing)] = current


def carried(thing: object) -> str | None:
    """Return the span in which a thing was handed over."""
    return _carried.get(id(thing))


def drop(thing: object) -> None:
    """Forget a thing's span."""
    _carried.pop(id(thing), None)


def remember(tx: "Transaction", rows: Sequence[tuple[UUID, UUID, str]], *, last: bool = False) -> None:
    """Write beside records (organisation, id, traceparent) which trace they belong to.

    With `last` it is sent together with the commit, and nothing may be read after it.
    """
    if not rows:
        return
    statement = (
        "insert into traces (organization_id, subject_id, traceparent, recorded_at)"
        " select o, s, t, %s from unnest(%s::uuid[], %s::uuid[], %s::text[]) as r (o, s, t)"
        " on conflict (organization_id, subject_id) do nothing"
    )
    parameters = [clock.system_now(), [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]]
    if last:
        tx.execute_last(statement, parameters)
    else:
        tx.execute(statement, parameters)


def recall(database: "Database", subjects: Sequence[UUID]) -> dict[UUID, str]:
    """Return the traces of records by their ids, of any organisation; asks nothing where nothing is traced."""
    if _tracer is None or not subjects:
        return {}
    with database.system() as tx:
        rows = tx.all(
            "select subject_id, traceparent from traces where subject_id = any(%s) limit %s", [list(subjects), ROWS_MAX]
        )
    return {row["subject_id"]: row["traceparent"] for row in rows}


def _context(value: str | None) -> Any:
    """Return the context that a `traceparent` describes; None where it is missing or not well-formed."""
    if value is None:
        return None
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": value})
    return context if get_current_span(context).get_span_context().is_valid else None
