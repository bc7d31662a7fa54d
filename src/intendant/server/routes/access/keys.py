"""API keys of an organisation: for programs, bound to one role, their secret shown once."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from intendant.kernel import access
from intendant.kernel.access import ApiKey, Permission, Principal, Role
from intendant.server.acts import record_by
from intendant.server.auth import (
    requires,
)
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/access", tags=["access"])


class KeyBody(BaseModel):
    """An API key to create."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    role: Role
    expires_at: AwareDatetime | None = None


class KeyView(BaseModel):
    """An API key without its secret."""

    id: UUID
    name: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyCreated(BaseModel):
    """An API key with its secret, shown once."""

    key: KeyView
    secret: str | None


@router.get("/keys", summary="List API keys")
def list_keys(
    request: Request,
    principal: Annotated[Principal, requires(Permission.KEY_READ)],
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[KeyView]:
    """List API keys of this organisation, newest first, revoked ones too."""
    with system_of(request).database.system() as tx:
        rows = access.list_keys(tx, principal.organization_id, after=after, limit=limit + 1)
    return page(rows, limit, show=_key_view, key=lambda key: key.id)


@router.post("/keys", summary="Create an API key", status_code=201, response_model=KeyCreated)
def create_key(
    request: Request,
    principal: Annotated[Principal, requires(Permission.KEY_MANAGE)],
    body: KeyBody,
    once: Idempotency,
) -> Response:
    """Create an API key of this organisation. Its secret is in this answer and nowhere else."""
    principal.require_rank(body.role)
    with system_of(request).database.system() as tx:

        def make() -> KeyCreated:
            secret, key = access.create_key(
                tx,
                organization_id=principal.organization_id,
                name=body.name,
                role=body.role,
                by=principal.label,
                expires_at=body.expires_at,
            )
            record_by(tx, principal, "access.key.created", f"key:{key.id}", {"name": key.name, "role": key.role})
            return KeyCreated(key=_key_view(key), secret=secret)

        return once.run(tx, make, status=201, hidden=("secret",))


@router.delete("/keys/{key_id}", summary="Revoke an API key", status_code=204)
def revoke_key(
    request: Request, principal: Annotated[Principal, requires(Permission.KEY_MANAGE)], key_id: UUID
) -> Response:
    """Revoke an API key, effective within a second everywhere."""
    system = system_of(request)
    with system.database.system() as tx:
        principal.require_rank(access.get_key(tx, principal.organization_id, key_id).role)
        access.revoke_key(tx, principal.organization_id, key_id)
        record_by(tx, principal, "access.key.revoked", f"key:{key_id}")
    system.credentials.refresh()
    return Response(status_code=204)


def _key_view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        role=key.role,
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
