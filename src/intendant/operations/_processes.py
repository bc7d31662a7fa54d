"""What processes tell of themselves: that they live, their version, their slow statements, and the errors they met."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import psycopg
import structlog

import intendant
from intendant.kernel import usage
from intendant.kernel.tasks import new_executor_id, register_executor, unregister_executor
from intendant.kernel.usage import Meter
from intendant.kit import clock, metrics
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Unavailable
from intendant.kit.faults import FAULTS, Fault
from intendant.kit.slow_queries import SLOW

REPORT_SECONDS = 5.0
ALIVE_SECONDS = 15.0
"""A process that was silent for longer is taken for dead."""
PROCESSES_MAX = 200
SHOWN_MAX = 100
FAULTS_KEPT = timedelta(days=7)
TRACES_KEPT = timedelta(days=7)
FORGOTTEN_MAX = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Process:
    """A server or a worker. `alive` says that it was heard of in the last `ALIVE_SECONDS`."""

    id: str
    role: str
    host: str
    pid: int
    version: str
    started_at: datetime
    heartbeat_at: datetime
    alive: bool
    led_at: datetime | None
    failing_rounds: Mapping[str, int]


class Reporter:
    """Writes what one process has counted: its own row, its errors, and what callers used."""

    def __init__(self, database: Database, executor_id: str, role: str, meter: Meter) -> None:
        self._database, self._id, self._role, self._meter = database, executor_id, role, meter
        self._reported: tuple[object, ...] = ()
        self.led_at: datetime | None = None

    def report(self) -> None:
        """Write everything once; what cannot be written now is kept for the next time, as far as that is bounded."""
        now = clock.system_now()
        self._tell_of_itself(now)
        self._tell_of_faults(now)
        usage.flush(self._database, self._meter, now)

    def forget(self) -> None:
        """Tell everything anew next time: the row is a new one."""
        self._reported = ()

    def _tell_of_itself(self, now: datetime) -> None:
        failing = {labels[0]: int(count) for labels, count in metrics.ROUND_FAILURES.values().items()}
        # A leader leads every second; a minute is near enough to be shown.
        led_at = None if self.led_at is None else self.led_at.replace(second=0, microsecond=0)
        told = (SLOW.count, tuple(sorted(failing.items())), led_at)
        if told == self._reported:
            return
        slow = [asdict(each) for each in SLOW.list()]
        body = orjson.dumps({"slow_queries": slow, "failing_rounds": failing, "led_at": led_at}).decode()
        with self._database.system() as tx:
            tx.execute(
                "update executors set version = %s, report = %s::jsonb where id = %s",
                [intendant.__version__, body, self._id],
            )
        self._reported = told
        log.debug("process.reported", at=now.isoformat())

    def _tell_of_faults(self, now: datetime) -> None:
        faults = FAULTS.drain()
        if not faults:
            return
        try:
            with self._database.system() as tx:
                _add_faults(tx, faults, self._role, now)
        except (Unavailable, psycopg.Error):
            FAULTS.give_back(faults)
            raise


def _add_faults(tx: Transaction, faults: Sequence[Fault], role: str, now: datetime) -> None:
    tx.execute(
        "insert into fault_counts (fingerprint, hour, role, event, kind, place, count, last_at, last_request_id)"
        " select f, date_trunc('hour', %s::timestamptz), %s, e, k, p, c, a, r"
        " from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[])"
        " as x (f, e, k, p, c, a, r) order by f"
        " on conflict (fingerprint, hour, role) do update set count = fault_counts.count + excluded.count,"
        " last_at = excluded.last_at, last_request_id = coalesce(excluded.last_request_id, fault_counts.last_request_id)",
        [
            now,
            role,
            [each.fingerprint for each in faults],
            [each.event for each in faults],
            [each.kind for each in faults],
            [each.place for each in faults],
            [each.count for each in faults],
            [each.last_at for each in faults],
            [each.last_request_id for each in faults],
        ],
    )


class ServerReports:
    """Announces a server among the processes, and reports every few seconds on a thread of its own until it is closed."""

    def __init__(self, database: Database, meter: Meter) -> None:
        self._database = database
        self._id = new_executor_id()
        self._reporter = Reporter(database, self._id, "server", meter)
        self._registered = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Write what is left and say that this server ends."""
        self._ended.set()
        self._thread.join()
        self._try(self._reporter.report)
        self._try(lambda: unregister_executor(self._database, self._id))

    def _run(self) -> None:
        while not self._ended.is_set():
            if self._try(self._beat):
                self._try(self._reporter.report)
            self._ended.wait(REPORT_SECONDS)

    def _beat(self) -> None:
        """Say that this server lives; one that was taken for dead, or not yet announced, announces itself."""
        now = clock.system_now()
        if self._registered:
            with self._database.system() as tx:
                if tx.execute("update executors set heartbeat_at = %s where id = %s", [now, self._id]):
                    return
            self._registered = False
        register_executor(self._database, self._id, "server", now)
        self._registered = True
        self._reporter.forget()

    def _try(self, work: Any) -> bool:
        try:
            work()
        except (Unavailable, psycopg.Error) as error:
            log.warning("process.report_waits", error=type(error).__name__)
            return False
        return True


def list_processes(tx: Transaction, now: datetime) -> list[Process]:
    """Return the processes that are known, servers first. Takes a system transaction."""
    rows = tx.all(
        "select id, role, host, pid, version, started_at, heartbeat_at, report from executors order by role, id limit %s",
        [PROCESSES_MAX],
    )
    return [
        Process(
            id=row["id"],
            role=row["role"],
            host=row["host"],
            pid=row["pid"],
            version=row["version"],
            started_at=row["started_at"],
            heartbeat_at=row["heartbeat_at"],
            alive=(now - row["heartbeat_at"]).total_seconds() <= ALIVE_SECONDS,
            led_at=_moment(row["report"].get("led_at")),
            failing_rounds=row["report"].get("failing_rounds", {}),
        )
        for row in rows
    ]


def list_slow_queries(tx: Transaction) -> list[dict[str, Any]]:
    """Return the slowest recent statements of all processes, newest first. Takes a system transaction."""
    rows = tx.all("select role, report -> 'slow_queries' as found from executors limit %s", [PROCESSES_MAX])
    found = [{**each, "role": row["role"]} for row in rows for each in row["found"] or ()]
    return sorted(found, key=lambda each: str(each["at"]), reverse=True)[:SHOWN_MAX]


def find_faults(tx: Transaction, since: datetime) -> list[dict[str, Any]]:
    """Return errors since a moment by cause, the latest first. Takes a system transaction."""
    return tx.all(
        "select fingerprint, event, kind, place, array_agg(distinct role) as roles, sum(count)::bigint as count,"
        " max(last_at) as last_at, (array_agg(last_request_id order by last_at desc))[1] as last_request_id"
        " from fault_counts where hour >= date_trunc('hour', %s::timestamptz)"
        " group by fingerprint, event, kind, place order by max(last_at) desc limit %s",
        [since, SHOWN_MAX],
    )


def forget_old(database: Database) -> bool:
    """Forget errors and traces that are long over; say whether there is more to forget."""
    now = clock.system_now()
    with database.system() as tx:
        tx.execute("delete from fault_counts where hour < %s", [now - FAULTS_KEPT])
        forgotten = tx.execute(
            "delete from traces where (organization_id, subject_id) in"
            " (select organization_id, subject_id from traces where recorded_at < %s limit %s)",
            [now - TRACES_KEPT, FORGOTTEN_MAX],
        )
    return forgotten >= FORGOTTEN_MAX


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
