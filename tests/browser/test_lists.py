"""Keeping lists: begun, filled from pasted lines, a value taken off and put back; a list that rules ask stays."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.office import Office


def test_a_list_is_begun_filled_with_bad_lines_told_and_a_removal_is_undone(
    open_page: OpenPage, office: Office
) -> None:
    page = open_page(office.owner)
    page.goto("/lists")
    expect(page.get_by_text("No list yet")).to_be_visible()
    page.get_by_role("button", name="New list").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What it is called").fill("Blocked addresses")
    expect(dialog.get_by_label("Name in rules")).to_have_value("blocked_addresses")
    dialog.get_by_role("button", name="Begin the list").click()
    expect(page.get_by_role("heading", level=1, name="Blocked addresses")).to_be_visible()

    page.get_by_role("button", name="Add values").first.click()
    dialog.get_by_label("Values").fill("value,expires_at\nann@example.org,\nbob@example.org,2001-01-01T00:00:00Z")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("cell", name="It expires in the past.")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("cell", name="ann@example.org", exact=True)).to_be_visible()
    assert_accessible(page)

    page.get_by_role("button", name="Take off ann@example.org").click()
    expect(page.get_by_text("Nothing stands on this list")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("cell", name="ann@example.org", exact=True)).to_be_visible()
