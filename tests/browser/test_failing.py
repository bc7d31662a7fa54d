"""What goes wrong is told in a sentence that says what to do, on pages and in forms; nothing typed is lost, nothing hangs."""

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from intendant.kernel.access import Role
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, assert_accessible, shoot
from tests.support.lending import MIDDLING
from tests.support.office import Office
from tests.support.serving import PASSWORD

DECISIONS = re.compile(r"/api/v1/decisions\?")
TOLD_MILLISECONDS_MAX = 15_000
"""What may pass by itself is asked for three times before it is told."""
GONE = "connectionrefused"
REFUSED = "the server responded with a status of|ERR_"
REASON = "Reason (kept in the record)"

PAGE_PROBLEMS: dict[str, tuple[int, dict[str, Any], dict[str, str], tuple[str, ...]]] = {
    "forbidden": (
        403,
        {
            "code": "permission_missing",
            "detail": "This needs the permission kernel:decision:read.",
            "remedy": "Ask an owner of the organisation for a role that has it.",
        },
        {},
        ("This needs the permission kernel:decision:read.", "Ask an owner of the organisation"),
    ),
    "not found": (404, {}, {}, ("This does not exist, or not any more.", "Go back and choose another.")),
    "too many": (
        429,
        {"code": "too_many_requests", "detail": "Too many requests."},
        {"Retry-After": "7"},
        ("Too many requests.", "Try again in 7 seconds."),
    ),
    "bug": (
        500,
        {"code": "bug", "detail": "Something failed inside.", "request_id": "req-4711"},
        {},
        ("Something failed inside.", "Request req-4711"),
    ),
    "unavailable": (
        503,
        {"code": "database_gone", "detail": "The database does not answer.", "remedy": "Try again in a moment."},
        {},
        ("The database does not answer.", "Try again in a moment."),
    ),
    "not ours": (502, {}, {}, ("The server failed.", "Try again; if it stays so, look at its log.")),
    "no answer": (0, {}, {}, ("The server does not answer.", "Check that it runs and that you are connected")),
}
"""By name: status, what the problem says, headers, and what the page must say. An empty problem is a proxy's page."""


def problem(status: int, said: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an answer as the server gives it, for `route.fulfill`."""
    if not said:
        return {"status": status, "content_type": "text/html", "body": "<h1>Not ours</h1>"}
    body = {"type": "about:blank", "title": "Problem", "status": status} | dict(said)
    return {
        "status": status,
        "headers": {"Content-Type": "application/problem+json"} | dict(headers or {}),
        "body": json.dumps(body),
    }


def refuse(answer: dict[str, Any] | None, route: Route) -> None:
    """Answer in the server's place; without an answer nobody is there."""
    if answer is None:
        route.abort(GONE)
    else:
        route.fulfill(**answer)


def case(page: Page) -> Locator:
    """Return the form in which a case is answered."""
    return page.get_by_role("form", name="Approve")


def test_a_page_that_cannot_be_filled_says_why_and_what_to_do_and_is_filled_when_asked_again(
    page: Page, watch: Watch
) -> None:
    """Side by side, since what may pass by itself is asked for again some seconds long."""
    watch.expect(REFUSED)
    pages: dict[str, Page] = {}
    for name, (status, said, headers, _) in PAGE_PROBLEMS.items():
        opened = pages[name] = page.context.new_page()
        opened.route(DECISIONS, partial(refuse, problem(status, said, headers) if status else None))
        opened.goto("/decisions")
    for name, (_, _, _, sentences) in PAGE_PROBLEMS.items():
        told = pages[name].get_by_role("main").get_by_role("alert")
        for sentence in sentences:
            expect(told).to_contain_text(sentence, timeout=TOLD_MILLISECONDS_MAX)
        if name == "bug":
            assert_accessible(pages[name])
            shoot(pages[name], "failed-page")
        pages[name].unroute(DECISIONS)
        told.get_by_role("button", name="Try again").click()
        expect(pages[name].get_by_role("region", name="Decisions").locator("tbody tr").nth(5)).to_be_visible()
        expect(told).to_be_hidden()


def test_an_answer_that_is_not_taken_is_told_where_it_was_given_and_keeps_what_was_typed(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    """Each kind of refusal in turn, of one and the same answer; in the end it is taken, once."""
    watch.expect(REFUSED)
    asked = office.lender.decide(MIDDLING, "FAIL-1")
    page = open_page(office.owner)
    page.goto(f"/approvals?id={asked['approval_id']}")
    page.get_by_role("button", name="Approve").click()
    page.get_by_label(REASON).fill("Typed once.")
    refusals: list[tuple[dict[str, Any] | None, str]] = [
        (problem(403, {"detail": "This is reserved to an owner.", "remedy": "Ask an owner."}), "Ask an owner."),
        (problem(404, {}), "This does not exist, or not any more. Go back and choose another."),
        (problem(409, {"detail": "It was answered.", "remedy": "Look at the answer."}), "Look at the answer."),
        (problem(429, {"detail": "Too many requests."}, {"Retry-After": "3"}), "Try again in 3 seconds."),
        (problem(500, {"detail": "It failed inside.", "request_id": "req-1"}), "if it stays so, look at its log"),
        (problem(503, {"detail": "No room.", "remedy": "Try again in a moment."}), "No room. Try again in a moment."),
        (None, "The server does not answer. Check that it runs"),
    ]
    keys: set[str] = set()
    answers = iter([answer for answer, _ in refusals])

    def refuse_next(route: Route) -> None:
        keys.add(route.request.headers["idempotency-key"])
        refuse(next(answers), route)

    approve = f"**/api/v1/approvals/{asked['approval_id']}/approve"
    page.route(approve, refuse_next)
    for _, sentence in refusals:
        case(page).get_by_role("button", name="Approve").click()
        expect(case(page).get_by_role("alert")).to_contain_text(sentence)
        expect(page.get_by_label(REASON)).to_have_value("Typed once.")
    page.unroute(approve)
    assert_accessible(page)

    invalid = problem(422, {"detail": "The reason is too short.", "remedy": "Say more.", "field": "reason"})
    page.route(approve, lambda route: route.fulfill(**invalid))
    case(page).get_by_role("button", name="Approve").click()
    reason = page.get_by_label(REASON)
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_have_accessible_description("The reason is too short. Say more.")
    page.unroute(approve)

    # The same words again are the same answer, however often they had to be sent.
    assert len(keys) == 1
    case(page).get_by_role("button", name="Approve").click()
    expect(page.get_by_role("region", name="About to be carried out")).to_contain_text("FAIL-1")


def test_a_session_that_ended_leads_to_the_door_and_back_to_the_same_page_with_its_filters(
    open_page: OpenPage, product: Product, office: Office, watch: Watch
) -> None:
    watch.expect("401")
    member = office.people.with_password(office.lender.organization, Role.ORGANIZATION_ADMIN)
    office.lender.decide(MIDDLING, "ENDED-1")
    page = open_page(member)
    page.goto("/decisions")
    page.get_by_role("group", name="Verdict").get_by_role("button", name="Asked").click()
    expect(page.get_by_text("1 match")).to_be_visible()
    filtered = page.url
    with product.installation.client(office.people.session(member)) as elsewhere:
        assert elsewhere.post("/api/v1/access/sessions/end-others").is_success
    page.get_by_role("group", name="Verdict").get_by_role("button", name="Refused").click()
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("E-mail").fill(member.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/decisions\?.*ask.*refuse"))
    assert page.url.startswith(filtered.split("?")[0])
    expect(page.get_by_text("1 match")).to_be_visible()
    chips = page.get_by_role("group", name="Verdict")
    for verdict in ("Asked", "Refused"):
        expect(chips.get_by_role("button", name=verdict)).to_have_attribute("aria-pressed", "true")


def places(page: Page) -> list[str]:
    """Return what the sidebar offers."""
    links = page.get_by_role("navigation", name="Main", exact=True).get_by_role("link")
    expect(links.first).to_be_visible()
    return [text.split("\n")[0].strip() for text in links.all_inner_texts()]


READ_ONLY_PAGES = {
    HOME: ("Stop the business", "Emergency stop"),
    "/approvals": ("Approve", "Decline", "Amend"),
    "/applications": ("New application", "Upload"),
    "/alerts": ("Clear all", "Acknowledge", "Snooze", "Resolve"),
    "/tasks": ("Retry", "Cancel", "Run now", "Pause"),
    "/policy/lending.application": ("Publish", "Roll back"),
    "/autonomy": ("Take control", "Hand back"),
    "/products/personal": ("Publish",),
}
"""By page, the first words of what somebody who may only read must not be offered."""


def test_who_may_only_read_sees_every_page_that_is_theirs_and_no_button_that_would_be_refused(
    open_page: OpenPage, office: Office
) -> None:
    """The fixture fails on any answer of 403: nothing may be asked for that is not theirs."""
    office.lender.decide(MIDDLING, "READ-1")
    page = open_page(office.member(Role.READ_ONLY))
    page.goto(HOME)
    shown = places(page)
    assert "Audit" not in shown
    assert {"Overview", "Approvals", "Decisions", "Applications", "Alerts", "Tasks", "Policy", "Settings"} <= set(shown)
    for path, forbidden in READ_ONLY_PAGES.items():
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_timeout(400)
        offered = page.get_by_role("main").get_by_role("button").or_(page.get_by_role("banner").get_by_role("button"))
        names = [button.get_attribute("aria-label") or button.inner_text() for button in offered.all()]
        enabled = [name for name, button in zip(names, offered.all(), strict=True) if button.is_enabled()]
        dead = [name for name in enabled if re.match(rf"\s*({'|'.join(forbidden)})\b", name)]
        assert not dead, f"{path} offers {dead}"
    page.goto("/settings/profile")
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name="Profile")).to_be_visible()
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name="API keys")).to_have_count(0)
    page.goto("/settings/keys")
    expect(page.get_by_text("Your role may not see api keys")).to_be_visible()


def test_a_client_sees_only_what_clients_may_and_is_told_at_the_rest(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect("403")
    page = open_page(office.member(Role.CLIENT))
    page.goto("/settings/profile")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    assert places(page) == ["Products", "Settings"]
    page.goto("/decisions")
    told = page.get_by_role("main").get_by_role("alert").first
    expect(told).to_contain_text("permission")
    expect(page.get_by_role("button", name="Stop the business")).to_have_count(0)
