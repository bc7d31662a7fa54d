"""/api/v1/audit: what was done, by whom, to what; its export, its verification and the key that verifies it."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, PlainTextResponse, Response
from pydantic import BaseModel
from starlette.background import BackgroundTask

from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row
from intendant.kit.errors import TooManyRequests
from intendant.server.acts import record_by
from intendant.server.auth import requires
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

LONG_READ_RETRY_SECONDS = 10
_long_read = threading.Lock()
"""Exports and verifications read a whole log; one at a time leaves the machine to the decisions."""


class AnotherLongRead(TooManyRequests):
    """An export or a verification is under way in this process."""

    code = "another_long_read"


class ActView(BaseModel):
    """What was done: by whom, what, to what, when. `digest` (hex) binds the whole record of the subject."""

    actor: str
    act: str
    subject: str
    at: datetime
    detail: dict[str, Any] | None
    digest: str | None


class LeafView(BaseModel):
    """A leaf of the log. `leaf` is its hash (hex); `body` is null where it was erased by law, and the hash stays."""

    id: UUID
    leaf: str
    body: ActView | None


class VerifyAnswer(BaseModel):
    """What verification saw. `first` names the first record that fails; `unsealed` leaves wait for their checkpoint."""

    ok: bool
    first: str | None
    leaves: int
    sealed: int
    unsealed: int
    checkpoints: int
    rows: dict[str, int]
    erased: int
    finding_count: int
    notices: list[str]


@router.get("", summary="List what was done")
def list_leaves(
    request: Request,
    principal: Annotated[Principal, requires(Permission.AUDIT_READ)],
    after: Annotated[UUID | None, Query(description="The id of the last leaf of the page before.")] = None,
    limit: Limit = PAGE_SIZE,
) -> Page[LeafView]:
    """List leaves of this organisation's audit log, newest first."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = tx.all(
            "select id, leaf, body from audit where organization_id = %s and (%s::uuid is null or id < %s)"
            " order by id desc limit %s",
            [principal.organization_id, after, after, limit + 1],
        )
    return page(rows, limit, show=_leaf_view, key=lambda row: row["id"])


@router.get("/public-key", summary="Return the public key", response_class=PlainTextResponse)
def public_key(request: Request, principal: Annotated[Principal, requires(Permission.AUDIT_READ)]) -> PlainTextResponse:  # noqa: ARG001
    """Return the public key (PEM) with which anybody can verify an export."""
    return PlainTextResponse(
        audit.public_pem(system_of(request).signer.public_key()).decode(), media_type="application/x-pem-file"
    )


@router.post("/verify", summary="Verify the log")
def verify(request: Request, principal: Annotated[Principal, requires(Permission.AUDIT_READ)]) -> VerifyAnswer:
    """Check every leaf, every record it binds and every signed checkpoint; name the first that fails.

    What counts is the checkpoint file outside the database. It changes nothing, so it takes no Idempotency-Key.
    """
    system = system_of(request)
    with _one_long_read():
        report = audit.verify_database(
            system.database, principal.organization_id, system.settings.checkpoints, system.signer.public_key()
        )
    return VerifyAnswer.model_validate(
        report.as_dict() | {"first": None if report.first is None else str(report.first)}
    )


@router.get("/export", summary="Export the log", response_class=FileResponse)
def export(request: Request, principal: Annotated[Principal, requires(Permission.AUDIT_EXPORT)]) -> Response:
    """Return the whole log of this organisation (NDJSON, compressed); `intendant audit verify FILE` needs no more than it
    and the public key. The export is itself on the record."""
    database = system_of(request).database
    folder = Path(tempfile.mkdtemp(prefix="intendant-export-"))
    try:
        with database.transaction(principal.organization_id) as tx:
            record_by(tx, principal, "audit.log.exported", f"organization:{principal.organization_id}")
        path = folder / "audit.ndjson.gz"
        with _one_long_read(), database.snapshot(principal.organization_id) as tx:
            audit.export(tx, principal.organization_id, path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        path,
        media_type="application/gzip",
        filename=f"audit-{principal.organization_id}.ndjson.gz",
        background=BackgroundTask(shutil.rmtree, folder),
    )


@contextmanager
def _one_long_read() -> Iterator[None]:
    if not _long_read.acquire(blocking=False):
        raise AnotherLongRead(
            "Another export or verification is under way.",
            remedy="Try again in a moment.",
            data={"retry_after_seconds": LONG_READ_RETRY_SECONDS},
        )
    try:
        yield
    finally:
        _long_read.release()


def _leaf_view(row: Row) -> LeafView:
    body = row["body"]
    return LeafView(id=row["id"], leaf=bytes(row["leaf"]).hex(), body=None if body is None else orjson.loads(body))
