"""Operating: a secret that is kept, renewed and removed and never shown; what callers used; how the installation is."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.office import Office
from tests.support.waiting import wait_for

FIRST, SECOND = "first-value-8c1f", "second-value-77ab"


def test_a_secret_is_kept_renewed_and_removed_and_its_value_is_never_shown(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    answers: list[str] = []
    page.on("response", lambda got: answers.append(got.text()) if "/api/v1/vault/" in got.url and got.ok else None)
    page.goto("/settings/secrets")
    page.get_by_role("button", name="Keep a secret").click()
    dialog = page.get_by_role("dialog", name="Keep a secret")
    dialog.get_by_label("Name").fill("Bank")
    dialog.get_by_label("Connection").fill("payouts:main")
    dialog.get_by_label("Destinations").fill("api.bank.example")
    dialog.get_by_label("Value", exact=True).fill(FIRST)
    assert_accessible(page)
    dialog.get_by_role("button", name="Keep it").click()

    panel = page.get_by_label("Selected secret")
    expect(panel.get_by_role("heading", name="Bank")).to_be_visible()
    panel.get_by_role("button", name="Renew").click()
    dialog = page.get_by_role("dialog", name="Renew Bank")
    dialog.get_by_label("New value").fill(SECOND)
    dialog.get_by_role("button", name="Renew").click()
    panel.get_by_role("tab", name="History").click()
    expect(panel.get_by_text("Value renewed")).to_be_visible()
    assert_accessible(page)

    panel.get_by_role("button", name="Disable").click()
    page.get_by_role("alertdialog", name="Disable Bank?").get_by_role("button", name="Disable").click()
    expect(panel).to_contain_text("Every use is refused until somebody enables it.")
    panel.get_by_role("button", name="Enable").click()
    expect(panel).to_contain_text("The value before is still given beside the new one for a time.")

    panel.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("alertdialog", name="Remove Bank?")
    dialog.get_by_role("textbox").fill("Bank")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No secret yet")).to_be_visible()
    assert answers
    assert not [each for each in answers if FIRST in each or SECOND in each]
    assert FIRST not in page.content()


def test_usage_tells_who_asked_for_what(page: Page) -> None:
    def used() -> bool:
        page.goto("/settings/usage")
        page.get_by_text(re.compile("Nothing was used|Requests by day")).first.wait_for()
        return page.get_by_role("region", name="Usage by day").is_visible()

    # What was asked for is written down every few seconds.
    wait_for(used, "the first figures")
    expect(page.get_by_role("region", name="Usage by day")).to_contain_text(re.compile(r"\d{4}-\d{2}-\d{2}"))
    page.get_by_role("tab", name="By caller").click()
    callers = page.get_by_role("region", name="Usage by caller")
    callers.get_by_role("button", name=re.compile("show this caller alone")).first.click()
    expect(page.get_by_role("button", name=re.compile("show all callers"))).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="CSV").click()
    assert re.fullmatch(r"usage-.*\.csv", started.value.suggested_filename)


def test_the_system_page_says_how_the_installation_is(page: Page) -> None:
    page.goto("/system")
    processes = page.get_by_role("region", name="Processes")
    expect(processes).to_contain_text("Server")
    expect(processes).to_contain_text("Worker")
    expect(page.get_by_role("status").filter(has_text="checks")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Approvals"))).to_be_visible()
