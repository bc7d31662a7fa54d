"""/api/v1/views: a page's filters and order under a name, one's own and those that others share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import access, preferences
from intendant.kernel.access import Permission, Principal
from intendant.kernel.preferences import SavedView
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.routes.access.account import require_user
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/views", tags=["views"])
# Not of one's own account: applicants have one, too, and what colleagues share is not for them.
Caller = Annotated[Principal, requires(Permission.ORGANIZATION_READ)]

PAGE_PATTERN = r"^[a-z][a-z0-9/_-]{0,59}$"
PageName = Annotated[str, Field(pattern=PAGE_PATTERN, description="The page, such as decisions.")]
ViewName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Search = Annotated[dict[str, Any], Field(max_length=100, description="The page's filters and order, as it likes.")]


class ViewBody(BaseModel):
    """A view to save."""

    model_config = ConfigDict(extra="forbid")
    page: PageName
    name: ViewName
    search: Search
    shared: bool = False


class ViewChange(BaseModel):
    """What shall change of a view; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: ViewName | None = None
    search: Search | None = None
    shared: bool | None = None


class ViewView(BaseModel):
    """A saved view. `owner_name` is null where its owner has left; only its owner (`mine`) may change it."""

    id: UUID
    page: str
    name: str
    search: dict[str, Any]
    shared: bool
    mine: bool
    owner_name: str | None
    created_at: datetime
    updated_at: datetime


@router.get("", summary="List saved views")
def list_views(
    request: Request,
    principal: Caller,
    on: Annotated[str | None, Query(alias="page", pattern=PAGE_PATTERN, description="Only those of this page.")] = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[ViewView]:
    """List one's own views and those that others share, oldest first."""
    require_user(principal)
    database = system_of(request).database
    with database.transaction(principal.organization_id) as tx:
        rows = preferences.list_views(tx, principal.id, page=on, after=after, limit=limit + 1)
    with database.system() as tx:
        names = access.names_of(tx, principal.organization_id, {row.user_id for row in rows})
    return page(rows, limit, show=lambda view: _view(view, principal, names), key=lambda view: view.id)


@router.post("", summary="Save a view", status_code=201, response_model=ViewView)
def save_view(request: Request, principal: Caller, body: ViewBody, once: Idempotency) -> Response:
    """Save a view of one's own, a hundred at most; its name is unique among one's own on the page."""
    require_user(principal)
    names = _own_name(request, principal)
    with system_of(request).database.transaction(principal.organization_id) as tx:

        def make() -> ViewView:
            saved = preferences.save_view(
                tx, principal.id, page=body.page, name=body.name, search=body.search, shared=body.shared
            )
            return _view(saved, principal, names)

        return once.run(tx, make, status=201)


@router.put("/{view_id}", summary="Change a saved view")
def change_view(request: Request, principal: Caller, view_id: UUID, body: ViewChange) -> ViewView:
    """Rename a view of one's own, share it, or give it another search."""
    require_user(principal)
    names = _own_name(request, principal)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        changed = preferences.change_view(
            tx, principal.id, view_id, name=body.name, search=body.search, shared=body.shared
        )
    return _view(changed, principal, names)


@router.delete("/{view_id}", summary="Delete a saved view", status_code=204)
def remove_view(request: Request, principal: Caller, view_id: UUID) -> Response:
    """Delete a view of one's own."""
    require_user(principal)
    with system_of(request).database.transaction(principal.organization_id) as tx:
        preferences.remove_view(tx, principal.id, view_id)
    return Response(status_code=204)


def _own_name(request: Request, principal: Principal) -> dict[UUID, str]:
    with system_of(request).database.system() as tx:
        return access.names_of(tx, principal.organization_id, {principal.id})


def _view(view: SavedView, principal: Principal, names: Mapping[UUID, str]) -> ViewView:
    return ViewView(
        id=view.id,
        page=view.page,
        name=view.name,
        search=dict(view.search),
        shared=view.shared,
        mine=view.user_id == principal.id,
        owner_name=names.get(view.user_id),
        created_at=view.created_at,
        updated_at=view.updated_at,
    )
