"""Figures that are looked up when Prometheus asks: queues, approvals, sealing, deliveries, pools. One bounded query each."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog

from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Unavailable
from intendant.kit.metrics import Figure, Labels

KEPT_SECONDS = 5.0
STATEMENT_SECONDS_MAX = 5
COUNTED_MAX = 100_000
"""A queue that is longer is shown with this length."""

log = structlog.get_logger(__name__)

_BUSINESS_NOW = "o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One query and the figures that its rows give. `table` is missing while a part of the product is not installed."""

    table: str
    query: str
    figures: tuple[tuple[str, str, tuple[str, ...], str], ...]
    """Name, documentation, columns that are labels, column that is the value."""


LOOKUPS: tuple[Lookup, ...] = (
    Lookup(
        "effects",
        "select state, count(*) as n, coalesce(max(late), 0) as late from ("
        " select state, case when state in ('held', 'planned') then extract(epoch from %(now)s - due_at) end as late"
        " from effects where state in ('held', 'planned', 'running', 'failed', 'unknown') limit %(counted)s) e group by state",
        (
            ("intendant_effects", "Effects that are under way or in trouble, by state.", ("state",), "n"),
            (
                "intendant_effects_late_seconds",
                "For how long the oldest effect of a state has been due; negative before it is.",
                ("state",),
                "late",
            ),
        ),
    ),
    Lookup(
        "tasks",
        "select state, count(*) as n, coalesce(extract(epoch from %(now)s - min(created_at)), 0) as age from ("
        " select state, created_at from tasks where state in ('queued', 'running') limit %(counted)s) t group by state",
        (
            ("intendant_tasks", "Tasks that wait or run, by state.", ("state",), "n"),
            ("intendant_tasks_oldest_seconds", "Age of the oldest task of a state.", ("state",), "age"),
        ),
    ),
    Lookup(
        "approvals",
        "select count(*) as n, count(*) filter (where overdue) as overdue from ("  # noqa: S608 - constants
        f" select a.due_at <= {_BUSINESS_NOW} as overdue from approvals a join organizations o on o.id = a.organization_id"
        " where a.state = 'open' and o.removed_at is null limit %(counted)s) a",
        (
            ("intendant_approvals_open", "Approvals that wait for a person.", (), "n"),
            ("intendant_approvals_overdue", "Approvals whose deadline has passed.", (), "overdue"),
        ),
    ),
    Lookup(
        "alerts",
        "select severity, count(*) as n from (select severity from alerts where state = 'open' limit %(counted)s) a"
        " group by severity",
        (("intendant_alerts_open", "Open alerts, by severity.", ("severity",), "n"),),
    ),
    Lookup(
        "audit",
        "select coalesce(sum(n), 0) as n, coalesce(max(age), 0) as age from (select u.n,"
        " extract(epoch from %(now)s - u.since) as age from organizations o left join lateral ("
        " select epoch, xid, seq from checkpoints c where c.organization_id = o.id order by number desc limit 1) c on true"
        " cross join lateral (select count(*) as n, to_timestamp(min(milliseconds) / 1000.0) as since from ("
        " select ('x' || lpad(left(replace(a.id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint as milliseconds"
        " from audit a where a.organization_id = o.id and (a.epoch, a.xid, a.seq)"
        " > (coalesce(c.epoch, 0), coalesce(c.xid, '0'), coalesce(c.seq, 0))"
        " order by a.epoch, a.xid, a.seq limit 10000) l) u where o.removed_at is null limit 1000) s",
        (
            ("intendant_audit_unsealed", "Audit leaves that no checkpoint covers yet.", (), "n"),
            ("intendant_audit_unsealed_seconds", "Age of the oldest of them.", (), "age"),
        ),
    ),
    Lookup(
        "executors",
        "select role, count(*) as n from executors where heartbeat_at > %(now)s - interval '15 seconds' group by role",
        (("intendant_processes_alive", "Processes heard of in the last 15 seconds, by role.", ("role",), "n"),),
    ),
    Lookup(
        "controls",
        "select c.state, count(*) as n from controls c join organizations o on o.id = c.organization_id"
        " where o.removed_at is null group by c.state",
        (("intendant_organizations", "Organisations, by the state of their switch.", ("state",), "n"),),
    ),
    Lookup(
        "deliveries",
        "select state, count(*) as n from (select state from deliveries where state in ('queued', 'sending', 'dead')"
        " limit %(counted)s) d group by state",
        (("intendant_channel_deliveries", "Messages over channels that wait or are dead, by state.", ("state",), "n"),),
    ),
    Lookup(
        "webhook_deliveries",
        "select state, count(*) as n from (select state from webhook_deliveries where state in ('waiting', 'dead')"
        " limit %(counted)s) d group by state",
        (("intendant_webhook_deliveries", "Webhooks that wait or are dead, by state.", ("state",), "n"),),
    ),
    Lookup(
        "installation",
        "select pg_database_size(current_database()) as size,"
        " (select count(*) from pg_stat_activity where datname = current_database()) as used,"
        " current_setting('max_connections')::integer as available",
        (
            ("intendant_database_size_bytes", "Size of the database.", (), "size"),
            ("intendant_database_connections", "Connections to the database.", (), "used"),
            ("intendant_database_connections_max", "Connections that the server allows.", (), "available"),
        ),
    ),
)

_POOL = {
    "open": ("intendant_pool_connections", "Connections of this process's pools that are open."),
    "in_use": ("intendant_pool_in_use", "Connections of this process's pools that are in use."),
    "waiting": ("intendant_pool_waiting", "Callers of this process that wait for a connection."),
}
FEED = ("intendant_event_feed_lag_seconds", "How long ago the feed of live events last looked at the log.")
UP = ("intendant_database_up", "1 while the database answers.")
FIGURES: tuple[str, ...] = (
    *(name for lookup in LOOKUPS for name, *_ in lookup.figures),
    *(name for name, _ in _POOL.values()),
    FEED[0],
    UP[0],
)
"""The names of everything that is looked up."""


class Figures:
    """Looks figures up, at most every `KEPT_SECONDS` however often they are asked for."""

    def __init__(self, database: Database, *, feed_lag: Callable[[], float | None] = lambda: None) -> None:
        self._database = database
        self._feed_lag = feed_lag
        self._lock = threading.Lock()
        self._kept: list[Figure] = []
        self._until = 0.0

    def __call__(self) -> Iterable[Figure]:
        """Return all figures; while the database is away, those of this process and that it is away."""
        with self._lock:
            if clock.monotonic_seconds() >= self._until:
                self._kept = self._look()
                self._until = clock.monotonic_seconds() + KEPT_SECONDS
            return [*self._kept, *self._own()]

    def _look(self) -> list[Figure]:
        try:
            with self._database.system() as tx:
                found = look_up(tx)
        except (Unavailable, psycopg.Error) as error:
            log.warning("metrics.database_away", error=type(error).__name__)
            return [Figure(*UP, (), {(): 0.0})]
        return [*found, Figure(*UP, (), {(): 1.0})]

    def _own(self) -> Iterable[Figure]:
        pools = self._database.figures()
        for key, (name, documentation) in _POOL.items():
            yield Figure(name, documentation, ("role",), {(role,): float(used[key]) for role, used in pools.items()})
        lag = self._feed_lag()
        if lag is not None:
            yield Figure(*FEED, (), {(): lag})


def look_up(tx: Transaction) -> list[Figure]:
    """Return the figures of the database. Takes a system transaction."""
    tx.execute(f"set local statement_timeout = {STATEMENT_SECONDS_MAX * 1000}")
    parameters: Mapping[str, Any] = {"now": clock.system_now(), "counted": COUNTED_MAX}
    found = []
    for lookup in LOOKUPS:
        if tx.scalar("select to_regclass(%s)::text", [lookup.table]) is None:
            continue
        rows = tx.all(lookup.query, parameters)
        for name, documentation, labels, value in lookup.figures:
            found.append(Figure(name, documentation, labels, {_labels(row, labels): float(row[value]) for row in rows}))
    return found


def _labels(row: Row, names: tuple[str, ...]) -> Labels:
    return tuple(str(row[name]) for name in names)
