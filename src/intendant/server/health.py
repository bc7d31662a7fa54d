"""Health for machines: is the process alive, and can it serve."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from intendant.kit.errors import Unavailable
from intendant.kit.schema import newest_revision
from intendant.server.system import system_of

router = APIRouter(tags=["health"])


class NotReady(Unavailable):
    """The database is of another version than this code."""

    code = "not_ready"


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
