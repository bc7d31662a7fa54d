"""Loading the console: in few bytes, at any of its addresses, under its policy, and not from elsewhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, Wire, assert_accessible, assert_fits, assert_rule, shoot, turn_dark

SHELL_BYTES_MAX = 170 * 1024
PAGE_BYTES_MAX = 200 * 1024
CHART_PAGE_BYTES_MAX = 330 * 1024
CHART_SECTION_BYTES_MAX = CHART_PAGE_BYTES_MAX + 10 * 1024
"""A section of the settings brings the page of the settings along."""
SETTLED_MILLISECONDS = 500

PAGES = {
    HOME: CHART_PAGE_BYTES_MAX,
    "/alerts": PAGE_BYTES_MAX,
    "/anomalies": CHART_PAGE_BYTES_MAX,
    "/analytics": CHART_PAGE_BYTES_MAX,
    "/applications": PAGE_BYTES_MAX,
    "/approvals": PAGE_BYTES_MAX,
    "/audit": PAGE_BYTES_MAX,
    "/autonomy": PAGE_BYTES_MAX,
    "/decisions": PAGE_BYTES_MAX,
    "/evidence": PAGE_BYTES_MAX,
    "/forecasts": PAGE_BYTES_MAX,
    "/forecasts?new=true": PAGE_BYTES_MAX,
    "/collections": PAGE_BYTES_MAX,
    "/datasets": PAGE_BYTES_MAX,
    "/datasets/new": PAGE_BYTES_MAX,
    "/ledger": PAGE_BYTES_MAX,
    "/letters": PAGE_BYTES_MAX,
    "/lists": PAGE_BYTES_MAX,
    "/lists?tab=mutes": PAGE_BYTES_MAX,
    "/loans": PAGE_BYTES_MAX,
    "/policy": PAGE_BYTES_MAX,
    "/portfolio": CHART_PAGE_BYTES_MAX,
    "/privacy": PAGE_BYTES_MAX,
    "/models": PAGE_BYTES_MAX,
    "/models/new": PAGE_BYTES_MAX,
    "/products": PAGE_BYTES_MAX,
    "/replays": PAGE_BYTES_MAX,
    "/settings": PAGE_BYTES_MAX,
    "/settings/channels": PAGE_BYTES_MAX,
    "/settings/secrets": PAGE_BYTES_MAX,
    "/settings/usage": CHART_SECTION_BYTES_MAX,
    "/settings/webhooks": PAGE_BYTES_MAX,
    "/system": PAGE_BYTES_MAX,
    "/tasks": PAGE_BYTES_MAX,
}


def settle(page: Page) -> None:
    """Wait for the page's heading, and until nothing more is asked for."""
    page.get_by_role("heading", level=1).first.wait_for()
    # Not "networkidle": the live stream keeps a request open for as long as the page is.
    page.wait_for_timeout(SETTLED_MILLISECONDS)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_to_its_bytes(page: Page, path: str) -> None:
    wire = Wire(page)
    page.goto(path)
    settle(page)
    assert 0 < wire.total <= PAGES[path], f"{path}: {wire.total:,} bytes\n{wire.table()}"


def test_the_shell_keeps_to_its_bytes(page: Page) -> None:
    """What every page loads before anything of its own: an address that the console does not know shows just that."""
    wire = Wire(page)
    page.goto(f"{HOME}/no/such/page")
    settle(page)
    assert 0 < wire.total <= SHELL_BYTES_MAX, f"{wire.total:,} bytes\n{wire.table()}"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_by_its_address_and_is_accessible_in_both_themes(page: Page, path: str) -> None:
    """No complaint of the policy either: the fixture fails on those."""
    page.goto(path)
    settle(page)
    shoot(page, f"page-{path}-light")
    assert_accessible(page)
    turn_dark(page)
    shoot(page, f"page-{path}-dark")
    assert_rule(page, "color-contrast")
    assert path in page.url


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(phone_page: Page, path: str) -> None:
    phone_page.goto(path)
    settle(phone_page)
    shoot(phone_page, f"page-{path}-phone")
    assert_fits(phone_page)


def test_nothing_is_loaded_from_elsewhere(page: Page, product: Product) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (HOME, "/decisions"):
        page.goto(path)
        settle(page)
    assert asked
    assert not [url for url in asked if not url.startswith((product.url, "data:", "blob:"))]


def test_without_a_connection_the_shell_says_so(open_page: OpenPage, product: Product, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page = open_page(product.owner, service_workers="allow")
    page.goto(HOME)
    settle(page)
    page.evaluate("navigator.serviceWorker.ready.then((found) => Boolean(found.active))")
    page.context.set_offline(True)
    page.goto("/decisions")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    expect(page.get_by_text(re.compile("offline|no connection|not reach", re.IGNORECASE)).first).to_be_visible()
    shoot(page, "offline")
    page.context.set_offline(False)
