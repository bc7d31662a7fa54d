"""On a phone: the bar at the bottom, one thing at a time, every page within the screen, and everything large enough to touch."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.browser.test_loading import PAGES
from tests.support.browser import Watch, assert_accessible, assert_fits, assert_rule, shoot, turn_dark
from tests.support.lending import MIDDLING
from tests.support.office import Office

THUMB_PIXELS_MIN = 40
"""What is pressed most, such as an answer, is as large as this."""
DRAWN_MILLISECONDS = 150
UNSEALED = "409 .*/proof"
REASON = "Reason (kept in the record)"
SETTINGS = ("organization", "people", "keys", "configuration", "profile", "sessions", "notifications", "views")


def filled(page: Page) -> None:
    """Wait until nothing grey stands in the place of what is being fetched."""
    page.get_by_role("heading", level=1).first.wait_for()
    expect(page.get_by_role("main").get_by_role("status", name="Loading")).to_have_count(0)
    page.wait_for_timeout(DRAWN_MILLISECONDS)


def assert_touchable(page: Page) -> None:
    """Fail with everything that a finger would miss (WCAG 2.5.8: 24 px, or so much room around)."""
    assert_rule(page, "target-size")


def assert_large(target: Locator) -> None:
    """Fail where something is too small for a thumb in passing."""
    box = target.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= THUMB_PIXELS_MIN, box


def bar(page: Page) -> Locator:
    """Return the bar at the bottom."""
    return page.get_by_role("navigation", name="Main, phone")


@pytest.fixture(scope="package")
def details(product: Product) -> dict[str, str]:
    """Return the addresses of single things, by what they are."""
    lender = product.lender
    named = lender.scalar("select id from decisions where subject_id in (select subject_id from effects) limit 1")
    decision = named or lender.scalar("select id from decisions limit 1")
    return {
        "decision": f"/decisions/{decision}",
        "application": f"/applications/{lender.scalar('select id from lending_applications limit 1')}",
        "policy": "/policy/lending.application",
        "policy-edit": "/policy/lending.application?tab=edit",
        "product": "/products/personal",
        "product-preview": "/products/personal?tab=preview",
        "audit-verify": "/audit?tab=verify",
        "schedules": "/tasks?tab=schedules",
        **{f"settings-{section}": f"/settings/{section}" for section in SETTINGS},
    }


def test_a_case_is_answered_on_a_phone_from_the_list_to_the_end(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect(UNSEALED)
    asked = office.lender.decide(MIDDLING, "PHONE-1")
    page = open_page(office.owner, phone=True)
    page.goto(HOME)
    approvals = bar(page).get_by_role("link", name="Approvals")
    expect(approvals).to_contain_text("1")
    approvals.tap()
    expect(approvals).to_have_attribute("aria-current", "page")
    row = page.get_by_role("list", name="Cases").get_by_role("link").first
    expect(row).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    row.tap()
    case = page.get_by_role("article", name="PHONE-1")
    expect(case).to_be_visible()
    expect(page.get_by_role("list", name="Cases")).to_have_count(0)
    approve = case.get_by_role("button", name="Approve")
    expect(approve).to_be_in_viewport()
    assert_large(approve)
    assert_fits(page)
    assert_touchable(page)
    assert_accessible(page)
    shoot(page, "phone-case")
    page.go_back()
    expect(page.get_by_role("list", name="Cases")).to_be_visible()
    row.tap()
    approve.tap()
    page.get_by_label(REASON).fill("On the way home.")
    send = page.get_by_role("form", name="Approve").get_by_role("button", name="Approve")
    expect(send).to_be_in_viewport()
    assert_fits(page)
    send.tap()
    held = page.get_by_role("region", name="About to be carried out")
    expect(held).to_contain_text("PHONE-1")
    shoot(page, "phone-answered")
    held.get_by_role("button", name="Take back").tap()
    expect(case).to_be_visible()
    expect(page.get_by_label(REASON)).to_have_value("On the way home.")
    send.tap()
    expect(held).to_contain_text("PHONE-1")
    assert office.lender.scalar("select held is not null from approvals where id = %s", [asked["approval_id"]])


def test_the_bar_and_its_menu_lead_to_every_page(open_page: OpenPage, product: Product) -> None:
    page = open_page(product.owner, phone=True)
    page.goto(HOME)
    for name in ("Approvals", "Decisions", "Applications", "Overview"):
        link = bar(page).get_by_role("link", name=name)
        link.tap()
        expect(link).to_have_attribute("aria-current", "page")
        assert_large(link)
    more = bar(page).get_by_role("button", name="More")
    for name in ("Alerts", "Tasks", "Policy", "Autonomy", "Products", "Replays", "Audit", "Settings"):
        more.tap()
        item = page.get_by_role("menuitem", name=name)
        expect(item).to_be_in_viewport()
        item.tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_every_page_has_only_what_a_finger_can_touch(open_page: OpenPage, product: Product) -> None:
    page = open_page(product.owner, phone=True)
    for path in PAGES:
        page.goto(path)
        filled(page)
        assert_touchable(page)


def test_single_things_fit_a_phone_and_can_be_touched(
    open_page: OpenPage, product: Product, details: dict[str, str], watch: Watch
) -> None:
    watch.expect(UNSEALED)
    page = open_page(product.owner, phone=True)
    for name, path in details.items():
        page.goto(path)
        filled(page)
        shoot(page, f"detail-{name}-phone")
        assert_fits(page)
        assert_touchable(page)


def test_single_things_are_accessible_in_both_themes(
    open_page: OpenPage, product: Product, details: dict[str, str], watch: Watch
) -> None:
    watch.expect(UNSEALED)
    page = open_page(product.owner)
    for name, path in details.items():
        page.goto(path)
        filled(page)
        shoot(page, f"detail-{name}-light")
        assert_accessible(page)
        turn_dark(page)
        shoot(page, f"detail-{name}-dark")
        assert_rule(page, "color-contrast")
        page.emulate_media(color_scheme="light")


def test_a_decision_is_read_on_a_phone_from_its_list_and_back(
    open_page: OpenPage, product: Product, watch: Watch
) -> None:
    watch.expect(UNSEALED)
    page = open_page(product.owner, phone=True)
    page.goto("/decisions?verdict=act")
    rows = page.get_by_role("region", name="Decisions").locator("tbody tr")
    rows.first.get_by_role("link").first.tap()
    page.wait_for_url(re.compile("/decisions/[0-9a-f-]{36}"))
    expect(page.get_by_role("heading", level=2, name="Explanation")).to_be_visible()
    page.go_back()
    expect(rows.first).to_be_visible()
    assert "act" in page.url
