"""The durable engine behind our port: DBOS runs a task's function, remembers its steps, and resumes it after a crash.

DBOS is imported when it is launched, not before. It is told nothing but ids; our row says what to do. What it lacks, this module
adds: take-over of dead workers' runs, one application version for all, no pickle, narrow grants.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

import orjson
import psycopg
import structlog

from intendant.kernel import control, events, organizations
from intendant.kernel.organizations import Organization
from intendant.kernel.tasks._context import TaskContext, TaskFunction, TaskStopped, is_the_engines, may_help
from intendant.kernel.tasks._executors import STALE_SECONDS, Watch
from intendant.kernel.tasks._schedules import enqueue_due
from intendant.kernel.tasks._serializer import TypedJson, refuse_pickle
from intendant.kernel.tasks._tasks import Task, TaskState, get_task, task_event, task_from_row
from intendant.kit import clock, tracing
from intendant.kit.database import OWNER_ROLE, SYSTEM_ROLE, Database, DatabaseUrls, Transaction
from intendant.kit.errors import Bug, Conflict, IntendantError

APPLICATION_VERSION = "intendant-tasks-1"
"""Pinned: the engine ignores runs of other versions. A workflow that must change gets a new name beside the old one."""

WORKFLOW_NAME = "intendant.task.1"
SCHEMA = "dbos"
CONCURRENCY_MAX = 10
"""Tasks of one queue that run at once, over all workers."""
RECOVERY_COUNT_MAX = 10
LOST_SECONDS = 10.0
LEAD_LOCK, DISPATCH_LOCK, MIGRATION_LOCK = 7_021_002, 7_021_003, 7_021_004
ENGINE_CONNECTION_COUNT_MAX = 8

log = structlog.get_logger(__name__)


class EngineNotPrepared(Conflict):
    """The task engine's tables are missing or of an older version."""

    code = "engine_not_prepared"


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """Bounds of the runtime, in counts and seconds; tests shorten them."""

    concurrency_max: int = CONCURRENCY_MAX
    stale_seconds: float = STALE_SECONDS
    lost_seconds: float = LOST_SECONDS
    retry_seconds_first: float = 1.0


def prepare_engine(urls: DatabaseUrls) -> None:
    """Create or migrate the engine's schema as the owner, and grant the system role its rows and nothing more.

    Without the owner (a machine that joined) only look whether it is there and new enough; raises EngineNotPrepared.
    """
    from dbos import DBOS

    refuse_pickle()
    _quiet_engine()
    if urls.owner is None:
        _require_engine(urls)
        return
    with psycopg.connect(urls.owner, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [MIGRATION_LOCK])
        DBOS.migrate(_engine_url(urls.owner), schema=SCHEMA)
        for statement in (
            f"grant usage on schema {SCHEMA} to {SYSTEM_ROLE}",
            f"grant select, insert, update, delete on all tables in schema {SCHEMA} to {SYSTEM_ROLE}",
            f"revoke insert, update, delete on {SCHEMA}.dbos_migrations from {SYSTEM_ROLE}",
            f"grant usage on all sequences in schema {SCHEMA} to {SYSTEM_ROLE}",
            f"revoke execute on all functions in schema {SCHEMA} from public",
            f"grant execute on all functions in schema {SCHEMA} to {SYSTEM_ROLE}, {OWNER_ROLE}",
        ):
            connection.execute(statement.encode())


def _require_engine(urls: DatabaseUrls) -> None:
    from dbos._migration import get_dbos_migrations

    needed = len(get_dbos_migrations(SCHEMA, use_listen_notify=True))
    with psycopg.connect(urls.system, autocommit=True) as connection:
        found = None
        if connection.execute("select to_regclass(%s)", [f"{SCHEMA}.dbos_migrations"]).fetchone() != (None,):
            found = connection.execute(f"select version from {SCHEMA}.dbos_migrations".encode()).fetchone()  # noqa: S608
    if found is None or found[0] < needed:
        raise EngineNotPrepared(
            "The tables of the task engine lack what this version needs, and this machine may not change them.",
            remedy="Start a worker of this version once on a machine that administers the database.",
        )


def _engine_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _quiet_engine() -> None:
    import logging

    logging.getLogger("dbos").setLevel(logging.WARNING)


class Tasks:
    """Runs registered kinds of task in this process. One per process, since the engine is one per process."""

    def __init__(self, database: Database, options: TaskOptions | None = None, system: Any = None) -> None:
        self._database = database
        self._system = system
        self._options = options or TaskOptions()
        self._functions: dict[str, TaskFunction] = {}
        self._workflow: Callable[[str, str, str], None] | None = None
        self._executor_id: str | None = None
        self._watch = Watch(self._options.stale_seconds)

    @property
    def kinds(self) -> frozenset[str]:
        """Return the kinds that this process can run."""
        return frozenset(self._functions)

    def register(self, kind: str, function: TaskFunction) -> None:
        """Say what runs tasks of `kind`; before launch."""
        if kind in self._functions or self._workflow is not None:
            raise Bug(f"The task kind {kind} is registered twice or after launch.")
        self._functions[kind] = function

    def launch(self, executor_id: str) -> None:
        """Start the engine in this process, as the system role, with migrations off (see `prepare_engine`)."""
        from dbos import DBOS, DBOSConfig

        refuse_pickle()
        config: DBOSConfig = {
            "name": "intendant",
            "system_database_url": _engine_url(self._database.urls.system),
            "dbos_system_schema": SCHEMA,
            "sys_db_pool_size": ENGINE_CONNECTION_COUNT_MAX,
            "application_version": APPLICATION_VERSION,
            "executor_id": executor_id,
            "serializer": cast(Any, TypedJson()),
            "run_migrations": False,
            "enable_otlp": False,
            "log_level": "WARNING",
            "max_executor_threads": 2 * self._options.concurrency_max + 4,
            "scheduler_polling_interval_sec": 3_600.0,
        }
        DBOS(config=config)
        _quiet_engine()

        def run(workflow_id: str, organization_id: str, task_id: str) -> None:
            self._run(workflow_id, organization_id, task_id)

        self._workflow = DBOS.workflow(name=WORKFLOW_NAME, max_recovery_attempts=RECOVERY_COUNT_MAX)(run)
        DBOS.listen_queues([])
        DBOS.launch()
        self._executor_id = executor_id

    def close(self, drain_seconds: float = 3.0) -> None:
        """Stop the engine; tasks that have not ended by then are resumed by another worker."""
        from dbos import DBOS

        if self._workflow is not None:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=int(drain_seconds))
            self._workflow = None

    def dispatch(self, now: datetime) -> int:
        """Start queued tasks as far as the limits allow, fairly between organisations; return how many. `now`: system time."""
        if self._workflow is None or not self._functions:
            return 0
        started = self._claim(now)
        for row in started:
            self._start(row["workflow_id"], row["organization_id"], row["id"])
        return len(started)

    def lead(self, now: datetime) -> bool:
        """Do one round of the leader's work, unless another worker is doing it: take-over, lost tasks, schedules.

        Leadership is an advisory lock held for one round only, so that a leader that dies is replaced by the next round.
        """
        with self._database.system() as leadership:
            if not leadership.scalar("select pg_try_advisory_xact_lock(%s)", [LEAD_LOCK]):
                return False
            with self._database.system() as tx:
                dead = self._watch.bury_stale(tx, now)
            if dead:
                log.warning("executors went away", count=len(dead))
            if self._workflow is not None:
                self._take_over()
                self._mend(now)
            enqueue_due(self._database, now)
        return True

    def _claim(self, now: datetime) -> list[dict[str, Any]]:
        with self._database.system() as tx:
            if not tx.scalar("select pg_try_advisory_xact_lock(%s)", [DISPATCH_LOCK]):
                return []
            return tx.all(
                _CLAIM,
                {
                    "now": now,
                    "kinds": sorted(self._functions),
                    "concurrency": self._options.concurrency_max,
                    "concurrency_each": control.DEFAULTS.max_concurrent_tasks,
                },
            )

    def _start(self, workflow_id: str, organization_id: UUID, task_id: UUID) -> None:
        from dbos import DBOS, SetWorkflowID

        assert self._workflow is not None  # noqa: S101 - checked by the caller
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._workflow, workflow_id, str(organization_id), str(task_id))

    def _take_over(self) -> None:
        """Put the runs of executors that are no more back in the engine's queue, from which any live worker takes them."""
        from dbos import DBOS

        with self._database.system() as tx:
            rows = tx.all(_ORPHANS, {"version": APPLICATION_VERSION})
        if rows:
            log.warning("taking runs over", executors=len(rows))
            DBOS._recover_pending_workflows([row["executor_id"] for row in rows])

    def _mend(self, now: datetime) -> None:
        """Bring our rows in line with the engine: tasks that never reached it, and runs that it gave up."""
        with self._database.system() as tx:
            lost = tx.execute(_LOST, {"before": now - timedelta(seconds=self._options.lost_seconds)})
            given_up = [task_from_row(row) for row in tx.all(_GIVEN_UP, {"now": now})]
            for task in given_up:
                organization = organizations.get_organization(tx, task.organization_id)
                _emit_end(tx, organization, task, TaskState.FAILED, now, "system:tasks", task.error)
        if lost or given_up:
            log.warning("tasks mended", requeued=lost, failed=len(given_up))

    def _run(self, workflow_id: str, organization_text: str, task_text: str) -> None:
        """The one workflow: run the function of a task's kind, then record how it ended."""
        from dbos import DBOS

        organization_id, task_id = UUID(organization_text), UUID(task_text)
        with self._database.transaction(organization_id) as tx:
            task = get_task(tx, task_id)
            configuration, _ = control.get_configuration(tx)
        context = TaskContext(
            self._database, task, self._options.retry_seconds_first, configuration.retry_count_max, self._system
        )
        state, result, error = TaskState.DONE, None, None
        try:
            if task.workflow_id != workflow_id:
                return
            function = self._functions.get(task.kind)
            if function is None:
                raise Bug(f"This worker knows no task {task.kind}.")
            context.check()
            trace = tracing.recall(self._database, [task_id]).get(task_id)
            with tracing.span(f"task {task.kind}", parent=trace, attributes={"intendant.task_id": task_text}):
                result = TypedJson().deserialize(TypedJson().serialize(function(context)))
        except TaskStopped as stopped:
            if not stopped.data["halted"]:
                return
            state, error = TaskState.FAILED, stopped.message
        except IntendantError as failed:
            state, error = TaskState.FAILED, f"{failed.data.get('cause', failed.code)}: {failed}"
        except Exception as failed:
            if is_the_engines(failed):
                raise
            log.exception("a task failed", kind=task.kind, task=task_text)
            state, error = TaskState.FAILED, f"{type(failed).__name__}: {failed}"
        record = partial(self._record_end, task, state, result, error)
        DBOS.run_step(
            {
                "name": "end",
                "retries_allowed": True,
                "max_attempts": 8,
                "interval_seconds": 0.5,
                "should_retry": may_help,
            },
            record,
        )

    def _record_end(self, task: Task, state: TaskState, result: Any, error: str | None) -> None:
        now = clock.system_now()
        with self._database.transaction(task.organization_id) as tx:
            changed = tx.execute(
                "update tasks set state = %s, progress = case when %s = 'done' then 1 else progress end, result = %s, error = %s,"
                " ended_at = %s where organization_id = %s and id = %s and workflow_id = %s and state = 'running'",
                [
                    state.value,
                    state.value,
                    None if result is None else orjson.dumps(result, default=str).decode(),
                    None if error is None else error[:2_000],
                    now,
                    task.organization_id,
                    task.id,
                    task.workflow_id,
                ],
            )
            if changed:
                organization = organizations.get_organization(tx, task.organization_id)
                _emit_end(tx, organization, task, state, now, f"executor:{self._executor_id}", error)


def _emit_end(
    tx: Transaction,
    organization: Organization,
    task: Task,
    state: TaskState,
    now: datetime,
    actor: str,
    error: str | None,
) -> None:
    event = task_event(task, state.value, at=organization.clock.at(now), recorded_at=now, actor=actor, error=error)
    events.emit(tx, [event])


_CLAIM = f"""
with running as (
    select queue, count(*) as count from tasks where state = 'running' group by queue
), busy as (
    select organization_id, count(*) as count from tasks where state = 'running' group by organization_id
), serving as materialized (
    select o.id, coalesce(({control.IN_FORCE} ->> 'max_concurrent_tasks')::integer, %(concurrency_each)s)
                 - coalesce(b.count, 0) as room
    from organizations o
    join controls c on c.organization_id = o.id and c.state = 'running'
    left join busy b on b.organization_id = o.id
    where o.removed_at is null and exists (select from tasks t where t.organization_id = o.id and t.state = 'queued')
), waiting as (
    select t.organization_id, t.id, t.queue, t.priority, s.room,
           row_number() over (partition by t.organization_id order by t.priority, t.id) as turn_of_all,
           row_number() over (partition by t.queue, t.organization_id order by t.priority, t.id) as turn
    from tasks t
    join serving s on s.id = t.organization_id
    where t.state = 'queued' and t.kind = any(%(kinds)s)
), ranked as (
    select w.*, row_number() over (partition by w.queue order by w.turn, w.priority, w.id) as place
    from waiting w where w.turn_of_all <= w.room
)
update tasks t set state = 'running', started_at = %(now)s, attempts = t.attempts + 1
from ranked r left join running u on u.queue = r.queue
where t.organization_id = r.organization_id and t.id = r.id and t.state = 'queued'
  and r.place <= greatest(%(concurrency)s - coalesce(u.count, 0), 0)
returning t.organization_id, t.id, t.workflow_id
"""  # noqa: S608 - a constant

_ORPHANS = f"""
select distinct s.executor_id from {SCHEMA}.workflow_status s
where s.status = 'PENDING' and s.application_version = %(version)s
  and not exists (select from executors e where e.id = s.executor_id)
limit 100
"""  # noqa: S608 - a constant

_LOST = f"""
update tasks t set state = 'queued', started_at = null
where t.state = 'running' and t.started_at < %(before)s
  and not exists (select from {SCHEMA}.workflow_status s where s.workflow_uuid = t.workflow_id)
"""  # noqa: S608 - a constant

_GIVEN_UP = f"""
update tasks t set state = 'failed', ended_at = %(now)s, error = coalesce(t.error, 'the engine gave up: ' || s.status)
from {SCHEMA}.workflow_status s
where t.state = 'running' and s.workflow_uuid = t.workflow_id
  and s.status in ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
returning t.*
"""  # noqa: S608 - a constant
