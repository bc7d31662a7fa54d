"""/api/v1/system: processes, queues, checks, errors and slow statements, as far as the caller may know."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

import intendant
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.operations import Check, CheckState, diagnose, find_faults, list_processes, list_slow_queries, worst
from intendant.server.auth import requires
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/system", tags=["system"])

FAULTS_SHOWN = timedelta(hours=24)
QUEUED_COUNT_MAX = 100_000


class CheckView(BaseModel):
    """One finding of the doctor; `remedy` says what to do where something is wrong."""

    name: str
    group: str
    state: CheckState
    summary: str
    remedy: str | None


class ProcessView(BaseModel):
    """A server or a worker. Where it runs is shown to super administrators alone."""

    role: str
    version: str
    alive: bool
    started_at: datetime
    heartbeat_at: datetime
    led_at: datetime | None
    """When it last did the leader's work, to the minute."""
    id: str | None
    host: str | None
    pid: int | None


class QueueView(BaseModel):
    """How many things wait, and for how long the oldest has."""

    name: str
    waiting: int
    in_trouble: int
    oldest_seconds: float


class DatabaseView(BaseModel):
    """The database's version, size and connections."""

    version: str
    size_bytes: int
    connections: int
    connections_max: int
    schema_revision: str


class FaultView(BaseModel):
    """Errors of one cause within the last 24 hours. The fingerprint finds them in the logs."""

    fingerprint: str
    event: str
    kind: str
    place: str
    roles: list[str]
    count: int
    last_at: datetime
    last_request_id: str | None


class SlowQueryView(BaseModel):
    """A statement that took long, without its values."""

    at: datetime
    role: str
    milliseconds: float
    statement: str
    caller: str
    request_id: str | None


class SystemView(BaseModel):
    """How the installation is. `scope` says whether all of it is shown, or what concerns the caller's organisation."""

    scope: Literal["installation", "organization"]
    state: CheckState
    version: str
    at: datetime
    checks: list[CheckView]
    processes: list[ProcessView]
    queues: list[QueueView]
    database: DatabaseView | None
    faults: list[FaultView]
    slow_queries: list[SlowQueryView]


@router.get("", summary="Show how the installation is")
def show_system(request: Request, principal: Annotated[Principal, requires(Permission.SYSTEM_READ)]) -> SystemView:
    """Return checks with remedies, processes and queues; to a super administrator also the database, errors and slow statements."""
    system = system_of(request)
    whole = principal.is_super_admin
    organization_id = None if whole else principal.organization_id
    checks = diagnose(system.settings, system.database, organization_id=organization_id)
    now = clock.system_now()
    with system.database.system() as tx:
        processes = list_processes(tx, now)
        queues = _queues(tx, organization_id, now)
        database = _database(tx) if whole else None
        faults = find_faults(tx, now - FAULTS_SHOWN) if whole else []
        slow = list_slow_queries(tx) if whole else []
    return SystemView(
        scope="installation" if whole else "organization",
        state=worst(checks),
        version=intendant.__version__,
        at=now,
        checks=[_check_view(check) for check in checks],
        processes=[
            ProcessView(
                role=each.role,
                version=each.version,
                alive=each.alive,
                started_at=each.started_at,
                heartbeat_at=each.heartbeat_at,
                led_at=each.led_at,
                id=each.id if whole else None,
                host=each.host if whole else None,
                pid=each.pid if whole else None,
            )
            for each in processes
        ],
        queues=queues,
        database=database,
        faults=[FaultView.model_validate(row) for row in faults],
        slow_queries=[SlowQueryView.model_validate(each) for each in slow],
    )


def _check_view(check: Check) -> CheckView:
    return CheckView(name=check.name, group=check.group, state=check.state, summary=check.summary, remedy=check.remedy)


_QUEUES = """
select 'effects' as name, count(*) filter (where state in ('held', 'planned', 'running')) as waiting,
       count(*) filter (where state in ('failed', 'unknown')) as in_trouble,
       greatest(coalesce(max(extract(epoch from %(now)s - due_at)) filter (where state in ('held', 'planned')), 0), 0) as oldest
from (select state, due_at from effects where state in ('held', 'planned', 'running', 'failed', 'unknown')
      and (%(organization)s::uuid is null or organization_id = %(organization)s) limit %(counted)s) e
union all
select 'tasks', count(*), 0, coalesce(extract(epoch from %(now)s - min(created_at)), 0)
from (select created_at from tasks where state in ('queued', 'running')
      and (%(organization)s::uuid is null or organization_id = %(organization)s) limit %(counted)s) t
union all
select 'approvals', count(*), count(*) filter (where overdue), 0
from (select a.due_at <= o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed as overdue
      from approvals a join organizations o on o.id = a.organization_id
      where a.state = 'open' and o.removed_at is null
      and (%(organization)s::uuid is null or a.organization_id = %(organization)s) limit %(counted)s) a
"""
_OUTBOXES = (
    ("channels", "deliveries", "'queued', 'sending'"),
    ("webhooks", "webhook_deliveries", "'waiting'"),
)


def _queues(tx: Transaction, organization_id: UUID | None, now: datetime) -> list[QueueView]:
    parameters = {"organization": organization_id, "now": now, "counted": QUEUED_COUNT_MAX}
    rows: list[Row] = tx.all(_QUEUES, parameters)
    for name, table, waiting in _OUTBOXES:
        if tx.scalar("select to_regclass(%s)::text", [table]) is None:
            continue
        rows += tx.all(
            f"select '{name}' as name, count(*) filter (where state <> 'dead') as waiting,"  # noqa: S608 - constants
            " count(*) filter (where state = 'dead') as in_trouble,"
            " greatest(coalesce(max(extract(epoch from %(now)s - due_at)) filter (where state <> 'dead'), 0), 0) as oldest"
            f" from (select state, due_at from {table} where state in ({waiting}, 'dead')"
            " and (%(organization)s::uuid is null or organization_id = %(organization)s) limit %(counted)s) d",
            parameters,
        )
    return [
        QueueView(
            name=row["name"],
            waiting=row["waiting"],
            in_trouble=row["in_trouble"],
            oldest_seconds=round(float(row["oldest"]), 1),
        )
        for row in rows
    ]


def _database(tx: Transaction) -> DatabaseView:
    row = tx.find(
        "select current_setting('server_version') as version, pg_database_size(current_database()) as size_bytes,"
        " (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,"
        " current_setting('max_connections')::integer as connections_max,"
        " (select version_num from alembic_version) as schema_revision"
    )
    return DatabaseView.model_validate(row)
