"""/api/v1/access: signing in and out, one's own sessions, and for administrators users and API keys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr

from intendant.kernel import access
from intendant.kernel.access import ApiKey, LinkPurpose, Member, Permission, Principal, Role, Session, SignIn
from intendant.kit.database import Transaction
from intendant.kit.errors import Forbidden
from intendant.server.acts import record_act, record_own_act
from intendant.server.auth import (
    address_of,
    check_form,
    clear_session_cookie,
    requires,
    set_session_cookie,
)
from intendant.server.idempotency import Idempotency
from intendant.server.landing import end_session
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/access", tags=["access"])

PASSWORD_TEXT_MAX = 1_000
_ONE_PLACE_ONLY = "Only a super administrator may do this to a user who has a place in another organisation too."


class UsersOnly(Forbidden):
    """An API key asked for something that only a signed-in user has."""

    code = "users_only"


class UserSharedElsewhere(Forbidden):
    """The act would reach into another organisation."""

    code = "user_shared"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInBody(_Body):
    """E-mail and password; `session` says whether the token comes in the answer or as a cookie."""

    email: str = Field(max_length=254)
    password: SecretStr = Field(max_length=PASSWORD_TEXT_MAX)
    session: Literal["bearer", "cookie"] = "bearer"


class SignInAnswer(BaseModel):
    """A new session. `token` is null where it came as a cookie."""

    token: str | None
    expires_at: datetime
    user_id: UUID


class PasswordBody(_Body):
    """A change of one's own password."""

    current: SecretStr = Field(max_length=PASSWORD_TEXT_MAX)
    password: SecretStr = Field(max_length=PASSWORD_TEXT_MAX)


class Ended(BaseModel):
    """How many sessions ended."""

    sessions_ended: int


class Place(BaseModel):
    """An organisation one belongs to."""

    organization: str
    role: Role


class Me(BaseModel):
    """Who is asking, and what they may do in this organisation."""

    kind: Literal["user", "key", "system"]
    id: UUID
    label: str
    organization_id: UUID
    role: Role
    is_super_admin: bool
    tier: str | None
    permissions: list[Permission]
    places: list[Place]


class SessionView(BaseModel):
    """A session of one's own."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    user_agent: str | None
    current: bool


class UserBody(_Body):
    """A user to add; they get in by the link in the answer."""

    email: str = Field(max_length=254)
    name: str = Field(default="", max_length=200)
    role: Role


class RoleBody(_Body):
    """A role to give."""

    role: Role


class UserView(BaseModel):
    """A user of this organisation."""

    id: UUID
    email: str
    name: str
    role: Role
    has_password: bool
    is_super_admin: bool
    disabled_at: datetime | None
    created_at: datetime


class UserAdded(BaseModel):
    """A user with a one-time link to choose a password, shown once; null where they have one already."""

    user: UserView
    link: str | None


class LinkMade(BaseModel):
    """The path of a one-time link, shown once; it works for 15 minutes."""

    link: str | None


class KeyBody(_Body):
    """An API key to create."""

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


@router.post("/sign-in", summary="Open a session", response_model=SignInAnswer)
def sign_in(request: Request, body: SignInBody) -> Response:
    """Open a session for e-mail and password. Attempts are limited per e-mail and per address."""
    check_form(request)
    system = system_of(request)
    door: SignIn = request.app.state.sign_in
    signed_in = door.with_password(
        system.database,
        email=body.email,
        password=body.password.get_secret_value(),
        address=address_of(request),
        user_agent=request.headers.get("user-agent"),
    )
    with system.database.system() as tx:
        record_own_act(tx, signed_in.user, "access.session.opened", {"by": "password"})
    by_cookie = body.session == "cookie"
    answer = SignInAnswer(
        token=None if by_cookie else signed_in.token,
        expires_at=signed_in.session.expires_at,
        user_id=signed_in.user.id,
    )
    response = Response(answer.model_dump_json(), media_type="application/json")
    if by_cookie:
        set_session_cookie(request, response, signed_in.token)
    return response


@router.post("/sign-out", summary="End this session", status_code=204)
def sign_out(request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)]) -> Response:
    """End the session that this request came with. An API key stays as it is."""
    end_session(request, principal)
    response = Response(status_code=204)
    clear_session_cookie(request, response)
    return response


@router.get("/me", summary="Say who is asking")
def me(request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)]) -> Me:
    """Return the caller's role and permissions here, and the other organisations they belong to."""
    places: list[Place] = []
    if principal.kind == "user":
        with system_of(request).database.system() as tx:
            places = [
                Place(organization=slug, role=role) for _, slug, role in access.list_memberships(tx, principal.id)
            ]
    return Me(
        kind=principal.kind,
        id=principal.id,
        label=principal.label,
        organization_id=principal.organization_id,
        role=principal.role,
        is_super_admin=principal.is_super_admin,
        tier=principal.tier,
        permissions=sorted(principal.permissions),
        places=places,
    )


@router.post("/password", summary="Change one's own password")
def change_password(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], body: PasswordBody
) -> Ended:
    """Change one's own password; all other sessions end."""
    _users_only(principal)
    system = system_of(request)
    with system.database.system() as tx:
        user = access.get_user(tx, principal.id)
    # By way of the door, so that a stolen session cannot guess the password without limit.
    request.app.state.sign_in.confirm_password(
        system.database, user, password=body.current.get_secret_value(), address=address_of(request)
    )
    with system.database.system() as tx:
        ended = access.set_password(tx, user, body.password.get_secret_value(), keep_session=principal.credential_id)
        record_own_act(tx, user, "access.password.changed", {"by": "password", "sessions_ended": ended})
    system.credentials.refresh()
    return Ended(sessions_ended=ended)


@router.get("/sessions", summary="List one's own sessions")
def list_sessions(
    request: Request,
    principal: Annotated[Principal, requires(Permission.SELF_READ)],
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> Page[SessionView]:
    """List one's own living sessions, newest first."""
    _users_only(principal)
    with system_of(request).database.system() as tx:
        rows = access.list_sessions(tx, principal.id, after=after, limit=limit + 1)

    def show(session: Session) -> SessionView:
        return SessionView(
            id=session.id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            last_seen_at=session.last_seen_at,
            user_agent=session.user_agent,
            current=session.id == principal.credential_id,
        )

    return page(rows, limit, show=show, key=lambda session: session.id)


@router.delete("/sessions/{session_id}", summary="End one of one's own sessions", status_code=204)
def revoke_session(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], session_id: UUID
) -> Response:
    """End a session of one's own, effective within a second everywhere."""
    _users_only(principal)
    system = system_of(request)
    with system.database.system() as tx:
        access.revoke_session(tx, principal.id, session_id)
        _record(tx, principal, "access.session.revoked", f"session:{session_id}")
    system.credentials.refresh()
    return Response(status_code=204)


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
            _record(tx, principal, "access.user.added", f"user:{member.user.id}", {"role": body.role})
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
        _record(tx, principal, "access.user.role_changed", f"user:{user_id}", detail)
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
        _record(tx, principal, "access.user.removed", f"user:{user_id}")
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
            _record(tx, principal, "access.reset_link.made", f"user:{user_id}")
            return LinkMade(link=_link(tx, member))

        return once.run(tx, make, hidden=("link",))


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
            _record(tx, principal, "access.key.created", f"key:{key.id}", {"name": key.name, "role": key.role})
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
        _record(tx, principal, "access.key.revoked", f"key:{key_id}")
    system.credentials.refresh()
    return Response(status_code=204)


def _set_disabled(
    request: Request, principal: Principal, user_id: UUID, once: Idempotency, *, disabled: bool
) -> Response:
    system = system_of(request)
    with system.database.system() as tx:
        member = _whole_member_below(tx, principal, user_id)

        def make() -> UserView:
            user = access.set_disabled(tx, user_id, disabled=disabled)
            act = "access.user.disabled" if disabled else "access.user.enabled"
            _record(tx, principal, act, f"user:{user_id}")
            return _user_view(Member(user, member.organization_id, member.role))

        answer = once.run(tx, make)
    system.credentials.refresh()
    return answer


def _users_only(principal: Principal) -> None:
    if principal.kind != "user":
        raise UsersOnly("An API key has no sessions and no password.", remedy="Sign in as a user.")


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
        raise UserSharedElsewhere(_ONE_PLACE_ONLY, field="user_id", remedy="Take away their place here instead.")
    return member


def _link(tx: Transaction, member: Member) -> str:
    return access.link_path(
        access.make_link(tx, member.user.id, LinkPurpose.PASSWORD_RESET), LinkPurpose.PASSWORD_RESET
    )


def _record(
    tx: Transaction, principal: Principal, act: str, subject: str, detail: dict[str, object] | None = None
) -> None:
    record_act(tx, principal.organization_id, actor=principal.label, act=act, subject=subject, detail=detail)


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
        created_at=user.created_at,
    )


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
