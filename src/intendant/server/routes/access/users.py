"""Users of an organisation, for its administrators. Nobody acts on a role above their own, nor on an account that others share."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import access
from intendant.kernel.access import LinkPurpose, Member, Permission, Principal, Role
from intendant.kit.database import Transaction
from intendant.kit.errors import Forbidden
from intendant.server.acts import record_by
from intendant.server.auth import (
    requires,
)
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/access", tags=["access"])


class UserSharedElsewhere(Forbidden):
    """The act would reach into another organisation."""

    code = "user_shared"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UserBody(_Body):
    """A user to add; they get in by the link in the answer."""

    email: str = Field(max_length=254)
    name: str = Field(default="", max_length=200)
    role: Role


class RoleBody(_Body):
    """A role to give."""

    role: Role


class UserView(BaseModel):
    """A user of this organisation. `last_seen_at` is when a session of theirs was used last, to the minute."""

    id: UUID
    email: str
    name: str
    role: Role
    has_password: bool
    is_super_admin: bool
    disabled_at: datetime | None
    last_seen_at: datetime | None
    created_at: datetime


class UserAdded(BaseModel):
    """A user with a one-time link to choose a password, shown once; null where they have one already."""

    user: UserView
    link: str | None


class LinkMade(BaseModel):
    """The path of a one-time link, shown once; it works for 15 minutes."""

    link: str | None


@router.get("/users", summary="List users")
def list_users(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_READ)],
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[UserView]:
    """List users of this organisation in the order in which they were made."""
    with system_of(request).database.system() as tx:
        rows = access.list_members(tx, principal.organization_id, after=after, limit=limit + 1)
    return page(rows, limit, show=_user_view, key=lambda member: member.user.id)


@router.post("/users", summary="Add a user", status_code=201, response_model=UserAdded)
def add_user(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
    body: UserBody,
    once: Idempotency,
) -> Response:
    """Add a user to this organisation. Nobody grants a role above their own."""
    principal.require_rank(body.role)
    system = system_of(request)
    with system.database.system() as tx:

        def make() -> UserAdded:
            member = access.add_user(
                tx, email=body.email, name=body.name, organization_id=principal.organization_id, role=body.role
            )
            record_by(tx, principal, "access.user.added", f"user:{member.user.id}", {"role": body.role})
            # A user who was there before belongs to others too: no link to their account from here.
            is_new = not member.user.has_password and len(access.list_memberships(tx, member.user.id)) == 1
            link = _link(tx, member) if is_new and not member.user.is_super_admin else None
            return UserAdded(user=_user_view(member), link=link)

        answer = once.run(tx, make, status=201, hidden=("link",))
    system.credentials.refresh()
    return answer


@router.put("/users/{user_id}/role", summary="Give a user another role")
def set_role(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
    user_id: UUID,
    body: RoleBody,
) -> UserView:
    """Give a user another role in this organisation, effective within a second."""
    principal.require_rank(body.role)
    system = system_of(request)
    with system.database.system() as tx:
        before = _member_below(tx, principal, user_id)
        member = access.set_role(tx, principal.organization_id, user_id, body.role)
        detail: dict[str, object] = {"role": body.role, "before": before.role}
        record_by(tx, principal, "access.user.role_changed", f"user:{user_id}", detail)
    system.credentials.refresh()
    return _user_view(member)


@router.delete("/users/{user_id}", summary="Take a user out of this organisation", status_code=204)
def remove_user(
    request: Request, principal: Annotated[Principal, requires(Permission.USER_MANAGE)], user_id: UUID
) -> Response:
    """Take a user's place in this organisation away; in others they keep theirs."""
    system = system_of(request)
    with system.database.system() as tx:
        _member_below(tx, principal, user_id)
        access.remove_member(tx, principal.organization_id, user_id)
        record_by(tx, principal, "access.user.removed", f"user:{user_id}")
    system.credentials.refresh()
    return Response(status_code=204)


@router.post("/users/{user_id}/disable", summary="Shut a user out", response_model=UserView)
def disable_user(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
    user_id: UUID,
    once: Idempotency,
) -> Response:
    """End all sessions of a user and let them open no other."""
    return _set_disabled(request, principal, user_id, once, disabled=True)


@router.post("/users/{user_id}/enable", summary="Let a user in again", response_model=UserView)
def enable_user(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
    user_id: UUID,
    once: Idempotency,
) -> Response:
    """Let a user who was shut out sign in again."""
    return _set_disabled(request, principal, user_id, once, disabled=False)


@router.post("/users/{user_id}/reset-link", summary="Make a link to a new password", response_model=LinkMade)
def make_reset_link(
    request: Request,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
    user_id: UUID,
    once: Idempotency,
) -> Response:
    """Make a one-time link by which a user chooses a new password; hand it over by a way you trust."""
    with system_of(request).database.system() as tx:
        member = _whole_member_below(tx, principal, user_id)

        def make() -> LinkMade:
            record_by(tx, principal, "access.reset_link.made", f"user:{user_id}")
            return LinkMade(link=_link(tx, member))

        return once.run(tx, make, hidden=("link",))


def _set_disabled(
    request: Request, principal: Principal, user_id: UUID, once: Idempotency, *, disabled: bool
) -> Response:
    system = system_of(request)
    with system.database.system() as tx:
        member = _whole_member_below(tx, principal, user_id)

        def make() -> UserView:
            user = access.set_disabled(tx, user_id, disabled=disabled)
            act = "access.user.disabled" if disabled else "access.user.enabled"
            record_by(tx, principal, act, f"user:{user_id}")
            return _user_view(Member(user, member.organization_id, member.role))

        answer = once.run(tx, make)
    system.credentials.refresh()
    return answer


def _member_below(tx: Transaction, principal: Principal, user_id: UUID) -> Member:
    """Return a user of this organisation whose role is not above the caller's."""
    member = access.get_member(tx, principal.organization_id, user_id)
    principal.require_rank(member.role)
    return member


def _whole_member_below(tx: Transaction, principal: Principal, user_id: UUID) -> Member:
    """Like `_member_below`, for acts on the account itself: it may not open or close doors of other organisations."""
    member = _member_below(tx, principal, user_id)
    shared = member.user.is_super_admin or len(access.list_memberships(tx, user_id)) > 1
    if shared and not principal.is_super_admin:
        raise UserSharedElsewhere(
            "Only a super administrator may do this to a user who has a place in another organisation too.",
            field="user_id",
            remedy="Take away their place here instead.",
        )
    return member


def _link(tx: Transaction, member: Member) -> str:
    return access.link_path(
        access.make_link(tx, member.user.id, LinkPurpose.PASSWORD_RESET), LinkPurpose.PASSWORD_RESET
    )


def _user_view(member: Member) -> UserView:
    user = member.user
    return UserView(
        id=user.id,
        email=user.email,
        name=user.name,
        role=member.role,
        has_password=user.has_password,
        is_super_admin=user.is_super_admin,
        disabled_at=user.disabled_at,
        last_seen_at=user.last_seen_at,
        created_at=user.created_at,
    )
