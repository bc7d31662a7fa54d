"""The ways in and out for people: forms that work without a script, before anything of the console is loaded."""

import math
from collections.abc import Callable
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from intendant.kernel.access import (
    LinkPurpose,
    Principal,
    SignIn,
    get_user,
    open_session,
    revoke_session,
    set_password,
    use_link,
)
from intendant.kit.errors import Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from intendant.server import console, pages
from intendant.server.acts import record_own_act
from intendant.server.auth import (
    address_of,
    check_form,
    check_same_site,
    clear_session_cookie,
    identify,
    set_session_cookie,
    sign_in_with_password,
)
from intendant.server.system import system_of

router = APIRouter(include_in_schema=False)

TOKEN_TEXT_MAX = 100
NEXT_LENGTH_MAX = 2_000
"""An address of the console may carry a whole view: filters, order, page and selection."""
STATIC_SECONDS = 300
_STATIC = {"pages.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}


class StaticUnknown(NotFound):
    """No such file."""

    code = "static_unknown"


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """Serve one of our own few files."""
    media_type = _STATIC.get(name)
    if media_type is None:
        raise StaticUnknown("There is no such file.")
    content = (files("intendant.server") / "static" / name).read_bytes()
    if name == "pages.css":
        content = _font_face(request) + content
    return Response(content, media_type=media_type, headers={"Cache-Control": f"max-age={STATIC_SECONDS}"})


@router.get("/sign-in")
def sign_in_form(
    next_path: Annotated[str, Query(alias="next", max_length=NEXT_LENGTH_MAX)] = console.HOME,
) -> HTMLResponse:
    """Show the form."""
    return pages.html(pages.sign_in_page(next_path=_own_path(next_path)))


@router.post("/sign-in")
def sign_in(
    request: Request,
    email: Annotated[str, Form(max_length=254)],
    password: Annotated[str, Form(max_length=200)],
    next_path: Annotated[str, Form(alias="next", max_length=NEXT_LENGTH_MAX)] = console.HOME,
) -> Response:
    """Open a session for e-mail and password."""
    check_form(request)
    system = system_of(request)
    next_path = _own_path(next_path)
    try:
        signed_in = sign_in_with_password(request, email, password)
    except Unauthenticated as error:
        return pages.html(pages.sign_in_page(error=error.message, email=email, next_path=next_path), 401)
    except TooManyRequests as error:
        return _too_many(error, lambda text: pages.sign_in_page(error=text, email=email, next_path=next_path))
    with system.database.system() as tx:
        record_own_act(tx, signed_in.user, "access.session.opened", {"by": "password"})
    return _enter(request, signed_in.token, next_path)


@router.get("/sign-in/{token}")
def link_form(token: Annotated[str, Path(max_length=TOKEN_TEXT_MAX)]) -> HTMLResponse:
    """Show the button; the link is used up by pressing it, not by looking at it."""
    return pages.html(pages.link_page(token))


@router.post("/sign-in/{token}")
def use_sign_in_link(request: Request, token: Annotated[str, Path(max_length=TOKEN_TEXT_MAX)]) -> Response:
    """Open a session for a one-time link."""
    check_form(request)
    try:
        _door(request).take(address=address_of(request))
        with system_of(request).database.system() as tx:
            user = use_link(tx, token, LinkPurpose.SIGN_IN)
            session_token, _ = open_session(tx, user.id, user_agent=request.headers.get("user-agent"))
            record_own_act(tx, user, "access.session.opened", {"by": "link"})
    except Forbidden as error:
        return pages.html(pages.message_page("This link does not work", str(error)), 403)
    except TooManyRequests as error:
        return _too_many(error, lambda text: pages.link_page(token, error=text))
    return _enter(request, session_token, console.HOME)


@router.get("/reset/{token}")
def reset_form(token: Annotated[str, Path(max_length=TOKEN_TEXT_MAX)]) -> HTMLResponse:
    """Show the form for a new password."""
    return pages.html(pages.reset_page(token))


@router.post("/reset/{token}")
def reset(
    request: Request,
    token: Annotated[str, Path(max_length=TOKEN_TEXT_MAX)],
    password: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Set a new password, end all sessions and open a new one. A password that is refused does not use the link up."""
    check_form(request)
    system = system_of(request)
    try:
        _door(request).take(address=address_of(request))
        with system.database.system() as tx:
            user = use_link(tx, token, LinkPurpose.PASSWORD_RESET)
            ended = set_password(tx, user, password)
            session_token, _ = open_session(tx, user.id, user_agent=request.headers.get("user-agent"))
            record_own_act(tx, user, "access.password.changed", {"by": "link", "sessions_ended": ended})
    except Invalid as error:
        return pages.html(pages.reset_page(token, error=str(error)), 422)
    except Forbidden as error:
        return pages.html(pages.message_page("This link does not work", str(error)), 403)
    except TooManyRequests as error:
        return _too_many(error, lambda text: pages.reset_page(token, error=text))
    system.credentials.refresh()
    return _enter(request, session_token, console.HOME)


@router.post("/sign-out")
async def sign_out_page(request: Request) -> Response:
    """End the session; without one, just show the door."""
    check_same_site(request)
    response = RedirectResponse("/sign-in", 303)
    clear_session_cookie(request, response)
    try:
        principal = await identify(request)
    except (Unauthenticated, Forbidden):
        return response
    await run_in_threadpool(end_session, request, principal)
    return response


def end_session(request: Request, principal: Principal) -> None:
    """Revoke the session that the request came with."""
    if principal.kind != "user" or principal.credential_id is None:
        return
    system = system_of(request)
    with system.database.system() as tx:
        revoke_session(tx, principal.id, principal.credential_id)
        record_own_act(tx, get_user(tx, principal.id), "access.session.ended")
    system.credentials.refresh()


def _door(request: Request) -> SignIn:
    door: SignIn = request.app.state.sign_in
    return door


def _enter(request: Request, token: str, path: str) -> Response:
    response = RedirectResponse(path, 303)
    set_session_cookie(request, response, token)
    return response


def _own_path(path: str) -> str:
    """Return a path of ours, never another site's: `//host` and `/\\host` are those."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain else console.HOME


def _too_many(error: TooManyRequests, page: Callable[[str], str]) -> Response:
    """Show a page again that was sent too often, with when it may be sent next."""
    wait = error.data.get("retry_after_seconds", 1)
    seconds = max(1, math.ceil(wait)) if isinstance(wait, int | float) else 1
    unit = "second" if seconds == 1 else "seconds"
    answer = pages.html(page(f"Too many attempts. Try again in {seconds} {unit}."), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _font_face(request: Request) -> bytes:
    """Return the rule for the console's font, so that these pages look like it and the browser loads it once."""
    found = console.find_asset(request, "geist-latin-400-700", ".woff2")
    if found is None:
        return b""
    rule = (
        "@font-face { font-family: Geist; font-weight: 100 900; font-display: swap; src: url(%s) format('woff2'); }\n"
    )
    return (rule % found).encode()
