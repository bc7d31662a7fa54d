"""Who is asking: the guard that stands before every route, the cookie, and the check against forged cross-site requests.

A route names its permission once: `principal: Annotated[Principal, requires(Permission.DECISION_READ)]`. The guard reads the
token from `Authorization: Bearer` or the session cookie, finds the principal in memory, counts it against the rate limit and
asks for the permission. Routes that need nobody stand in `PUBLIC` by path; the application refuses to start with any other.
"""

import contextlib
from typing import Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute, RouteContext
from starlette.concurrency import run_in_threadpool

from intendant.kernel.access import Permission, Principal, RateLimit, RateLimited, SignedIn, SignIn, revoke_token
from intendant.kit.errors import Forbidden, Invalid, Unauthenticated
from intendant.server import console
from intendant.server.acts import tell_of_guessing
from intendant.server.system import ServedSystem, system_of

PUBLIC = console.ADDRESSES | frozenset(
    {
        "/health",
        "/ready",
        "/health/ready",
        # Has a token of its own, for machines that know no organisation.
        "/metrics",
        "/docs",
        "/openapi.json",
        "/static/{name}",
        "/sign-in",
        "/sign-in/{token}",
        "/sign-out",
        "/reset/{token}",
        "/api/v1/access/sign-in",
        # Guarded by the signature of the message.
        "/api/v1/hooks/{webhook_source_id}",
    }
)
"""Paths that anybody may ask for. Everything else has a guard."""

COOKIE, SECURE_COOKIE = "intendant_session", "__Host-intendant_session"
COOKIE_AGE_SECONDS = 30 * 24 * 3600
ORGANIZATION_HEADER = "X-Organization"
ORGANIZATION_LENGTH_MAX = 63
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class NotSignedIn(Unauthenticated):
    """No credential came with the request."""

    code = "not_signed_in"


class CrossSiteRefused(Forbidden):
    """A browser sent a changing request from another site, or did not say from where."""

    code = "cross_site_refused"


class Guard:
    """The dependency that lets a caller with a permission through and returns them."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Principal:
        """Return the caller; raises one of Unauthenticated, Forbidden, TooManyRequests, Unavailable."""
        state = request.state
        if getattr(state, "guard", None) is self:
            # The directory asked already, before a byte of the body was read.
            return cast(Principal, state.principal)
        principal = await identify(request)
        limit: RateLimit = request.app.state.request_limit
        limit.take(principal.id)
        principal.require(self.permission)
        state.guard, state.principal = self, principal
        # What a line of the log may name; the frame has given this request a context of its own.
        request.scope["intendant.principal"] = principal
        return principal


def find_guard(route: RouteContext) -> Guard | None:
    """Return the guard of a route, wherever among its dependencies it stands."""
    if not isinstance(route.original_route, APIRoute):
        return None
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        if isinstance(dependant.call, Guard):
            return dependant.call
        waiting.extend(dependant.dependencies)
    return None


def requires(permission: Permission) -> Any:
    """Name the permission of a route: the parameter `Annotated[Principal, requires(...)]`."""
    return Depends(Guard(permission))


async def identify(request: Request) -> Principal:
    """Find out who is asking, without asking for a permission."""
    token, by_cookie = read_token(request)
    if token is None:
        raise NotSignedIn(
            "Nobody is signed in.", remedy="Sign in, or send an API key as `Authorization: Bearer ik_...`."
        )
    if by_cookie and request.method not in _SAFE_METHODS:
        check_same_site(request)
    organization = request.headers.get(ORGANIZATION_HEADER) or None
    if organization is not None and len(organization) > ORGANIZATION_LENGTH_MAX:
        raise Invalid("This is no organisation.", field=ORGANIZATION_HEADER, remedy="Give its slug.")
    credentials = system_of(request).credentials
    principal = credentials.find(token, organization)
    if principal is None:
        principal = await run_in_threadpool(credentials.authenticate, token, organization, address=address_of(request))
    return principal


def read_token(request: Request) -> tuple[str | None, bool]:
    """Return the token of a request and whether it came by cookie. The header goes before the cookie."""
    cookie = None
    # One pass over the raw headers: this stands before every request.
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            return (token.strip().decode("latin-1") or None, False) if scheme.lower() == b"bearer" else (None, False)
        if name == b"cookie":
            cookie = value
    if cookie is None:
        return None, False
    cookies = request.cookies
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or None, True


def address_of(request: Request) -> str:
    """Return the address of the caller, as far as the connection tells."""
    return request.client.host if request.client is not None else ""


def check_same_site(request: Request) -> None:
    """Refuse a changing request that a browser may have sent on behalf of another site.

    Browsers say where a request comes from in `Sec-Fetch-Site` (on trustworthy origins) or `Origin`; a request with a cookie
    and neither header is refused.
    """
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin":
        return
    origin = request.headers.get("origin")
    if site is None and origin is not None and _is_our_origin(request, origin):
        return
    raise CrossSiteRefused(
        "A request with a cookie must come from our own pages.",
        remedy="Programs send `Authorization: Bearer` instead of the cookie, or an `Origin` header.",
    )


def check_form(request: Request) -> None:
    """Like `check_same_site`, for forms that are sent before anybody is signed in: what says nothing is let through."""
    if "sec-fetch-site" in request.headers or "origin" in request.headers:
        check_same_site(request)


def _is_our_origin(request: Request, origin: str) -> bool:
    public_url = system_of(request).settings.public_url
    if public_url is not None and origin == _origin(public_url):
        return True
    return origin == f"{request.url.scheme}://{request.headers.get('host', '')}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    """Give the session's token to the browser; no script can read it. The session that it had before is over."""
    system = system_of(request)
    before = request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE)
    if before and before != token:
        with system.database.system() as tx:
            ended = revoke_token(tx, before)
        if ended:
            system.credentials.refresh()
    secure = _is_secure(request, system)
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE,
        token,
        max_age=COOKIE_AGE_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(request: Request, response: Response) -> None:
    """Take the session's token from the browser."""
    secure = _is_secure(request, system_of(request))
    for name in (SECURE_COOKIE, COOKIE) if secure else (COOKIE,):
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def _is_secure(request: Request, system: ServedSystem) -> bool:
    public_url = system.settings.public_url
    return request.url.scheme == "https" or (public_url is not None and public_url.startswith("https://"))


def sign_in_with_password(request: Request, email: str, password: str) -> SignedIn:
    """Open a session for the right password; too many attempts on one user raise an alert as well as RateLimited."""
    state, database = request.app.state, system_of(request).database
    door: SignIn = state.sign_in
    address, user_agent = address_of(request), request.headers.get("user-agent")
    try:
        return door.with_password(database, email=email, password=password, address=address, user_agent=user_agent)
    except RateLimited:
        told: RateLimit = state.guessing_told
        with contextlib.suppress(RateLimited):
            # Once a minute for each address that is tried: those who guess shall not make the database work.
            told.take(email.strip().lower())
            tell_of_guessing(database, email)
        raise
