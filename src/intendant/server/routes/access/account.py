"""One's own account: signing in and out, who one is, the password, the sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from intendant.kernel import access, organizations
from intendant.kernel.access import Permission, Principal, Role, Session
from intendant.kernel.organizations import OrganizationKind
from intendant.kit.database import Transaction
from intendant.kit.errors import Forbidden
from intendant.server.acts import record_by, record_own_act
from intendant.server.auth import (
    address_of,
    check_form,
    clear_session_cookie,
    requires,
    set_session_cookie,
    sign_in_with_password,
)
from intendant.server.entrance import end_session
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit, Page, page
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/access", tags=["access"])

PASSWORD_TEXT_MAX = 1_000


class UsersOnly(Forbidden):
    """An API key asked for something that only a signed-in user has."""

    code = "users_only"


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


class PlaceView(BaseModel):
    """An organisation one may act in: its slug (for the header X-Organization), name and kind."""

    organization: str
    name: str
    kind: OrganizationKind
    role: Role


class OrganizationHere(BaseModel):
    """The organisation one is acting in."""

    slug: str
    name: str
    kind: OrganizationKind
    time_zone: str
    currency: str


class ProfileBody(_Body):
    """What shall change of one's own profile; what is left out stays. `time_zone` null follows the organisation."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    time_zone: str | None = Field(default=None, max_length=60)


class Me(BaseModel):
    """Who is asking, and what they may do in this organisation. `email` is null for an API key.

    `time_zone` is the one in which the user wants to read times, null for the organisation's.
    """

    kind: Literal["user", "key", "system"]
    id: UUID
    label: str
    name: str
    email: str | None
    time_zone: str | None
    organization_id: UUID
    organization: OrganizationHere
    role: Role
    is_super_admin: bool
    tier: str | None
    permissions: list[Permission]
    places: list[PlaceView]


class SessionView(BaseModel):
    """A session of one's own."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    last_seen_at: datetime
    user_agent: str | None
    current: bool


@router.post("/sign-in", summary="Open a session", response_model=SignInAnswer)
def sign_in(request: Request, body: SignInBody) -> Response:
    """Open a session for e-mail and password. Attempts are limited per e-mail and per address."""
    check_form(request)
    system = system_of(request)
    signed_in = sign_in_with_password(request, body.email, body.password.get_secret_value())
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
    with system_of(request).database.system() as tx:
        return _me(tx, principal)


@router.patch("/me", summary="Change one's own profile")
def change_me(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], body: ProfileBody
) -> Me:
    """Change one's own name, and the time zone in which one wants to read times."""
    require_user(principal)
    with system_of(request).database.system() as tx:
        before = access.get_user(tx, principal.id)
        time_zone = before.time_zone
        if "time_zone" in body.model_fields_set:
            time_zone = None if body.time_zone is None else organizations.parse_time_zone(body.time_zone)
        after = access.change_profile(tx, principal.id, name=body.name or before.name, time_zone=time_zone)
        if (before.name, before.time_zone) != (after.name, after.time_zone):
            record_own_act(tx, after, "access.profile.changed")
        return _me(tx, principal)


@router.post("/password", summary="Change one's own password")
def change_password(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], body: PasswordBody
) -> Ended:
    """Change one's own password; all other sessions end."""
    require_user(principal)
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
    require_user(principal)
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


@router.post("/sessions/end-others", summary="End all other sessions", response_model=Ended)
def end_other_sessions(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], once: Idempotency
) -> Response:
    """End every session of one's own but this one, effective within a second everywhere."""
    require_user(principal)
    system = system_of(request)
    with system.database.system() as tx:

        def make() -> Ended:
            ended = access.revoke_sessions(tx, principal.id, but=principal.credential_id)
            record_by(tx, principal, "access.session.others_revoked", f"user:{principal.id}", {"sessions_ended": ended})
            return Ended(sessions_ended=ended)

        answer = once.run(tx, make)
    system.credentials.refresh()
    return answer


@router.delete("/sessions/{session_id}", summary="End one of one's own sessions", status_code=204)
def revoke_session(
    request: Request, principal: Annotated[Principal, requires(Permission.SELF_READ)], session_id: UUID
) -> Response:
    """End a session of one's own, effective within a second everywhere."""
    require_user(principal)
    system = system_of(request)
    with system.database.system() as tx:
        access.revoke_session(tx, principal.id, session_id)
        record_by(tx, principal, "access.session.revoked", f"session:{session_id}")
    system.credentials.refresh()
    return Response(status_code=204)


def require_user(principal: Principal) -> None:
    """Raise UsersOnly unless a signed-in user is asking."""
    if principal.kind != "user":
        raise UsersOnly("An API key has no sessions, no password and no preferences.", remedy="Sign in as a user.")


def _me(tx: Transaction, principal: Principal) -> Me:
    here = organizations.get_organization(tx, principal.organization_id)
    user = access.get_user(tx, principal.id) if principal.kind == "user" else None
    return Me(
        kind=principal.kind,
        id=principal.id,
        label=principal.label,
        name=principal.label.partition(":")[2] if user is None else user.name,
        email=None if user is None else user.email,
        time_zone=None if user is None else user.time_zone,
        organization_id=principal.organization_id,
        organization=OrganizationHere(
            slug=here.slug, name=here.name, kind=here.kind, time_zone=here.time_zone, currency=here.currency
        ),
        role=principal.role,
        is_super_admin=principal.is_super_admin,
        tier=principal.tier,
        permissions=sorted(principal.permissions),
        places=[
            PlaceView(organization=place.slug, name=place.name, kind=place.kind, role=place.role)
            for place in (() if user is None else access.list_places(tx, user))
        ],
    )
