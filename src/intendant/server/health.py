"""Health for machines: is the process alive, and can it serve."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from intendant.kit import clock
from intendant.kit.errors import Unavailable
from intendant.kit.schema import newest_revision
from intendant.server.system import system_of

router = APIRouter(tags=["health"])


class NotReady(Unavailable):
    """The database is of another version than this code."""

    code = "not_ready"


class Readiness(BaseModel):
    """What stands behind readiness, without anything that is secret or names anybody."""

    status: str
    database: bool
    schema_current: bool
    workers: bool
    stopping: bool


class Health(BaseModel):
    """A short answer for probes."""

    status: str


@router.get("/health", summary="Say that the process is alive")
async def health() -> Health:
    """Answer without touching anything else."""
    return Health(status="alive")


@router.get("/ready", summary="Say whether requests can be served")
def ready(request: Request) -> Health:
    """Answer when the database answers and its schema is the one this code was written for; 503 otherwise."""
    with system_of(request).database.system() as tx:
        revision = tx.scalar("select version_num from alembic_version")
    if revision != newest_revision():
        raise NotReady(
            f"The database is at revision {revision}, this program at {newest_revision()}.",
            remedy="Restart with the same version everywhere.",
        )
    return Health(status="ready")


@router.get("/health/ready", summary="Say what keeps requests from being served")
def readiness(request: Request, response: Response) -> Readiness:
    """Answer like /ready, with what it rests on; 503 while requests cannot be served. Without workers they can."""
    revision, workers, database = None, False, True
    stopping = bool(request.app.state.stopping)
    try:
        with system_of(request).database.system() as tx:
            revision = tx.scalar("select version_num from alembic_version")
            workers = bool(
                tx.scalar(
                    "select count(*) from executors where role = 'worker' and heartbeat_at > %s::timestamptz - interval '30 seconds'",
                    [clock.system_now()],
                )
            )
    except Unavailable:
        database = False
    current = revision == newest_revision()
    ready = database and current and not stopping
    if not ready:
        response.status_code = 503
    return Readiness(
        status="ready" if ready else "not ready",
        database=database,
        schema_current=current,
        workers=workers,
        stopping=stopping,
    )
