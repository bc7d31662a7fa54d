"""Pages for people until the console comes: what is going on, and the ways in and out."""

from html import escape
from importlib.resources import files
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from intendant.kernel.access import (
    LinkPurpose,
    Permission,
    Principal,
    SignIn,
    get_user,
    list_memberships,
    open_session,
    revoke_session,
    set_password,
    use_link,
)
from intendant.kit.errors import Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated
from intendant.server import pages
from intendant.server.acts import record_own_act
from intendant.server.auth import (
    address_of,
    check_form,
    check_same_site,
    clear_session_cookie,
    identify,
    requires_on_page,
    set_session_cookie,
    sign_in_with_password,
)
from intendant.server.overview import Overview, read_overview
from intendant.server.system import system_of

router = APIRouter(include_in_schema=False)

REFRESH_SECONDS = 15
TOKEN_TEXT_MAX = 100
_STATIC = {"landing.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}
_VERDICTS = {
    "act": ("acted", "good"),
    "ask": ("asked a person", "wait"),
    "refuse": ("refused", "bad"),
    "observe": ("observed", "calm"),
}
_NOTICES = {
    "demo": "<strong>Demo.</strong> The applicants here are simulated and no money moves.",
    "sandbox": "<strong>Sandbox.</strong> What is decided here has no effect outside.",
}
_SWITCH_TONES = {"running": "good", "stopped": "wait", "halted": "bad"}
_LEVEL_TONES = {"full": "good", "supervised": "good", "assisted": "wait", "observe": "calm", "manual": "wait"}


class StaticUnknown(NotFound):
    """No such file."""

    code = "static_unknown"


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Serve one of our own few files."""
    media_type = _STATIC.get(name)
    if media_type is None:
        raise StaticUnknown("There is no such file.")
    content = (files("intendant.server") / "static" / name).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "max-age=300"})


@router.get("/")
def landing(
    request: Request, principal: Annotated[Principal, requires_on_page(Permission.DECISION_READ)]
) -> HTMLResponse:
    """Show the organisation's state and its last decisions."""
    system = system_of(request)
    overview = read_overview(system.database, principal.organization_id)
    places: list[str] = []
    if principal.kind == "user":
        with system.database.system() as tx:
            places = [slug for _, slug, _ in list_memberships(tx, principal.id)]
    return pages.html(_landing(overview, principal, places))


@router.get("/sign-in")
def sign_in_form(next_path: Annotated[str, Query(alias="next", max_length=500)] = "/") -> HTMLResponse:
    """Show the form."""
    return pages.html(pages.sign_in_page(next_path=_own_path(next_path)))


@router.post("/sign-in")
def sign_in(
    request: Request,
    email: Annotated[str, Form(max_length=254)],
    password: Annotated[str, Form(max_length=200)],
    next_path: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Open a session for e-mail and password."""
    check_form(request)
    system = system_of(request)
    next_path = _own_path(next_path)
    try:
        signed_in = sign_in_with_password(request, email, password)
    except (Unauthenticated, TooManyRequests) as error:
        page = pages.sign_in_page(error=str(error), email=email, next_path=next_path)
        return pages.html(page, 401 if isinstance(error, Unauthenticated) else 429)
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
    _door(request).take(address=address_of(request))
    try:
        with system_of(request).database.system() as tx:
            user = use_link(tx, token, LinkPurpose.SIGN_IN)
            session_token, _ = open_session(tx, user.id, user_agent=request.headers.get("user-agent"))
            record_own_act(tx, user, "access.session.opened", {"by": "link"})
    except Forbidden as error:
        return pages.html(pages.message_page("This link does not work", str(error)), 403)
    return _enter(request, session_token, "/")


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
    _door(request).take(address=address_of(request))
    system = system_of(request)
    try:
        with system.database.system() as tx:
            user = use_link(tx, token, LinkPurpose.PASSWORD_RESET)
            ended = set_password(tx, user, password)
            session_token, _ = open_session(tx, user.id, user_agent=request.headers.get("user-agent"))
            record_own_act(tx, user, "access.password.changed", {"by": "link", "sessions_ended": ended})
    except Invalid as error:
        return pages.html(pages.reset_page(token, error=str(error)), 422)
    except Forbidden as error:
        return pages.html(pages.message_page("This link does not work", str(error)), 403)
    system.credentials.refresh()
    return _enter(request, session_token, "/")


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
    return path if plain else "/"


def _landing(overview: Overview, principal: Principal, places: list[str]) -> str:
    organization = overview.organization
    switch = overview.switch or {"state": "stopped", "since": overview.business_now, "changed_by": "", "reason": ""}
    notice = ""
    if organization.kind in _NOTICES:
        notice = f'<p class="notice"><span>{_NOTICES[organization.kind]}</span></p>'
    counted = sum(overview.verdicts.values())
    tiles = "".join(
        f'<div class="tile"><dt>{escape(name)}</dt><dd>{value}<small>{escape(note)}</small></dd></div>'
        for name, value, note in (
            (
                "Switch",
                pages.badge(switch["state"], _SWITCH_TONES.get(switch["state"], "calm")),
                f"by {switch['changed_by']}: {switch['reason']}" if switch["changed_by"] else "",
            ),
            ("Waiting for a person", f"{overview.approvals_open:,}", "open approvals"),
            ("Alerts", f"{overview.alerts_open:,}", "open"),
            (
                f"Last {counted:,} decisions",
                f"{_share(overview.verdicts.get('act', 0), counted)}",
                "acted on without a person",
            ),
        )
    )
    components = pages.table(
        ("Component", "Level", "Since", "Why"),
        (
            (
                escape(row["name"]),
                pages.badge(row["level"], _LEVEL_TONES.get(row["level"], "bad")),
                pages.moment(row["since"]),
                escape(row["why"]),
            )
            for row in overview.components
        ),
        empty="No component has been set up yet.",
    )
    decisions = pages.table(
        ("Decided", "Kind", "Proposed", "Verdict", "Confidence", "Amount"),
        (
            (
                pages.moment(row["decided_at"]),
                escape(row["kind"]),
                escape(row["action"]),
                pages.badge(*_VERDICTS[row["verdict"]]),
                "" if row["confidence"] is None else f"{row['confidence']:.0%}",
                "" if row["amount"] is None else f"{row['amount']:,.2f} {escape(organization.currency)}",
            )
            for row in overview.decisions
        ),
        empty="Nothing has been decided yet.",
    )
    return pages.layout(
        organization.name,
        notice
        + f"<h1>{escape(organization.name)}</h1>"
        + f'<p class="lead">Business time {pages.moment(overview.business_now)} UTC{_speed(overview)}</p>'
        + f'<dl class="tiles">{tiles}</dl><h2>Last decisions</h2>{decisions}<h2>Components</h2>{components}'
        + _other_places(organization.slug, places),
        head=f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">',
        header=f'<a href="/docs">HTTP reference</a><span>{escape(principal.label.partition(":")[2])}</span>'
        '<form method="post" action="/sign-out"><button class="plain">Sign out</button></form>',
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _speed(overview: Overview) -> str:
    speed = overview.organization.clock.speed
    return "" if speed == 1 else f", running {speed:,.0f} times as fast as the clock on the wall"


def _other_places(slug: str, places: list[str]) -> str:
    others = [place for place in places if place != slug]
    if not others:
        return ""
    links = "".join(
        f'<li><a href="/?{escape(urlencode({"organization": place}))}">{escape(place)}</a></li>'
        for place in others[:50]
    )
    return f'<h2>Your other organisations</h2><ul class="places">{links}</ul>'
