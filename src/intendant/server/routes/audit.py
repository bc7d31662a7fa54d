"""/api/v1/audit: what was done, by whom, to what; its export, its verification and the key that verifies it."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row
from intendant.server.auth import requires
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

FILTER_LENGTH_MAX = 300


class LeafView(BaseModel):
    """A leaf of the log. `body` is null where it was erased by law; the leaf's hash stays."""

    id: UUID
    leaf: str
    body: dict[str, Any] | None


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


def _leaf_view(row: Row) -> LeafView:
    body = row["body"]
    return LeafView(id=row["id"], leaf=bytes(row["leaf"]).hex(), body=None if body is None else orjson.loads(body))
