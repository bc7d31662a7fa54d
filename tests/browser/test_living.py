"""What happens shows by itself: in the feed and its figures, after the server was gone, in two tabs, and after a new build."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.browser.test_loading import settle
from tests.support.browser import Watch, shoot
from tests.support.lending import BAD, GOOD
from tests.support.office import Office
from tests.support.waiting import wait_for

BACK_MILLISECONDS_MAX = 40_000
"""A server's start on a busy machine, and the longest pause between two tries."""
STREAM = "/api/v1/events"
GONE = "ERR_|Failed to (fetch|load)|502|503"


def feed(page: Page) -> Locator:
    """Return what the feed shows, newest first."""
    return page.get_by_role("list", name="Live events").get_by_role("listitem")


def tile(page: Page, label: str) -> Locator:
    """Return one of the figures at the top."""
    return page.get_by_role("main").get_by_role("link", name=re.compile(f"^{label}"))


def is_live(page: Page) -> None:
    """Wait until the stream is open: what happened before is not news."""
    expect(page.get_by_role("status").filter(has_text=re.compile("^Live$")).first).to_be_visible()


def streams(page: Page) -> list[Request]:
    """Collect the page's requests for the stream from now on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if request.url.endswith(STREAM) else None)
    return found


def decide_over_http(product: Product, office: Office) -> None:
    """Have an application decided as another system would."""
    with product.installation.client(product.installation.key(office.lender.organization)) as client:
        answer = client.post("/api/v1/lending/applications", json={"product": "personal", "inputs": GOOD})
        assert answer.status_code in (200, 201), answer.text


def test_a_decision_made_through_the_api_appears_in_the_feed_and_the_figures_by_itself(
    open_page: OpenPage, product: Product, office: Office
) -> None:
    page = open_page(office.owner)
    page.goto(HOME)
    is_live(page)
    expect(tile(page, "Decisions, last business day")).to_contain_text(re.compile(r"day\s*0"))
    page.evaluate("window.same = true")
    decide_over_http(product, office)
    decided = feed(page).filter(has_text="Lending application: approve")
    expect(decided).to_have_count(1)
    expect(decided.locator("[data-verdict=act]")).to_be_visible()
    expect(tile(page, "Decisions, last business day")).to_contain_text(re.compile(r"day\s*1"))
    expect(tile(page, "Effects in the queue")).to_contain_text(re.compile(r"queue\s*[1-9]"))
    assert page.evaluate("window.same"), "The page was loaded anew."

    # Under the pointer nothing moves; what is new is announced.
    decided.hover()
    before = feed(page).all_inner_texts()
    office.lender.decide(BAD)
    office.lender.decide(BAD)
    expect(page.get_by_role("button", name=re.compile(r"^\d+ new$"))).to_be_visible()
    expect(tile(page, "Decisions, last business day")).to_contain_text(re.compile(r"day\s*3"))
    assert [text.split("\n")[:2] for text in feed(page).all_inner_texts()] == [text.split("\n")[:2] for text in before]
    page.get_by_role("button", name=re.compile(r"^\d+ new$")).click()
    expect(feed(page).filter(has_text="Lending application: reject")).to_have_count(2)


@pytest.mark.timeout(180)
def test_a_page_whose_server_was_killed_says_so_and_catches_up_when_it_is_back(
    open_page: OpenPage, product: Product, office: Office, watch: Watch
) -> None:
    watch.expect(GONE)
    page = open_page(office.owner)
    asked = streams(page)
    page.goto(HOME)
    is_live(page)
    office.lender.decide(GOOD, "BEFORE-1")
    expect(feed(page).filter(has_text="Lending application: approve")).to_have_count(1)
    server = product.installation.children["server"]
    server.kill()
    try:
        banner = page.get_by_role("alert").filter(has_text="The server does not answer")
        expect(banner).to_contain_text("What you see may be old; it is tried again by itself.")
        expect(page.get_by_role("status").filter(has_text="Reconnecting").first).to_be_visible()
        shoot(page, "server-gone")
        office.lender.decide(BAD, "MEANWHILE-1")
    finally:
        server.start_again()
        product.installation.wait_until_ready()
    expect(banner).to_be_hidden(timeout=BACK_MILLISECONDS_MAX)
    is_live(page)
    expect(feed(page).filter(has_text="Lending application: reject")).to_have_count(1)
    expect(feed(page).filter(has_text="Lending application: approve")).to_have_count(1)
    expect(tile(page, "Decisions, last business day")).to_contain_text(re.compile(r"day\s*2"))
    assert "last-event-id" not in asked[0].headers
    assert asked[-1].headers["last-event-id"]


def test_two_tabs_share_one_stream_and_when_one_closes_the_other_goes_on_where_it_ended(
    open_page: OpenPage, office: Office
) -> None:
    first = open_page(office.owner)
    first_asked = streams(first)
    first.goto(HOME)
    is_live(first)
    second = first.context.new_page()
    second_asked = streams(second)
    second.goto(HOME)
    is_live(second)
    office.lender.decide(GOOD)
    for page in (first, second):
        expect(feed(page).filter(has_text="Lending application: approve")).to_have_count(1)
    assert (len(first_asked), len(second_asked)) == (1, 0)

    # What happens while the stream is handed over is not lost.
    second.route(f"**{STREAM}", lambda route: (office.lender.decide(BAD), route.continue_()))
    first.close()
    wait_for(lambda: second.evaluate("1") and second_asked, "a stream of the second tab")
    expect(feed(second).filter(has_text="Lending application: reject")).to_have_count(1)
    expect(feed(second).filter(has_text="Lending application: approve")).to_have_count(1)
    assert len(second_asked) == 1


def test_a_page_opened_without_a_connection_fills_itself_as_soon_as_there_is_one(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect(GONE)
    page = open_page(office.owner, service_workers="allow")
    page.goto(HOME)
    settle(page)
    page.evaluate("navigator.serviceWorker.ready.then((found) => Boolean(found.active))")
    page.context.set_offline(True)
    page.goto("/decisions")
    banner = page.get_by_role("alert").filter(has_text="You are offline")
    expect(banner).to_contain_text("nothing can be changed until you are connected again")
    failed = page.get_by_role("main").get_by_role("alert").filter(has_text="The server does not answer.")
    expect(failed).to_contain_text("this page tries again by itself")
    office.lender.decide(GOOD, "OFFLINE-1")
    page.context.set_offline(False)
    expect(page.get_by_text("OFFLINE-1").first).to_be_visible()
    expect(banner).to_be_hidden()
    expect(failed).to_be_hidden()


def test_a_page_older_than_what_is_installed_loads_itself_anew_once(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    """Its parts are named by their content: after an upgrade the old ones are gone."""
    watch.expect("404|dynamically imported module|Failed to load|MIME|Cannot read properties of undefined")
    page = open_page(office.owner)
    page.goto("/decisions")
    settle(page)
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    gone: list[str] = []

    def lose(route: Route) -> None:
        gone.append(route.request.url)
        if route.request.url == gone[0]:
            route.fulfill(status=404, body="gone")
        else:
            route.fallback()

    part = re.compile(r"/assets/.*\.js$")
    page.route(part, lose, times=1)
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Policy")
    assert len(gone) == 1
    assert [url.removeprefix(page.url) for url in loads] == [""]

    # What is gone for good is told, instead of loading for ever.
    settle(page)
    loads.clear()
    gone.clear()
    page.route(part, lose)
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page.get_by_role("alert").get_by_role("button", name="Try again")).to_be_visible()
    assert len(loads) == 1
