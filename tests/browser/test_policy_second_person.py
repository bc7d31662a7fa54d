"""Publishing by two persons and on a date: proposed by one and approved by another, scheduled and cancelled, followed live."""

import re
from dataclasses import replace

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.deciding import active_policy, publish
from tests.support.office import Office

POLICY = "/policy/lending.application"
REASON = "Reason (kept in the record)"


def test_what_one_person_proposes_another_approves_by_keyboard_while_the_author_looks_on(
    open_page: OpenPage, office: Office
) -> None:
    publish(office.lender, replace(active_policy(office.lender), second_person=True))
    version = office.lender.scalar("select max(version) from policies")
    author = open_page(office.owner)
    author.goto(f"{POLICY}?tab=edit&part=general")
    author.get_by_label("Alert below a confidence of (%)").fill("35")
    author.get_by_role("button", name="Publish…").click()
    dialog = author.get_by_role("alertdialog", name="Propose this policy?")
    expect(dialog).to_contain_text("takes a second person")
    dialog.get_by_label(REASON).fill("More care.")
    assert_accessible(author)
    dialog.get_by_role("button", name="Propose").click()
    expect(dialog).to_be_hidden()
    assert active_policy(office.lender).intervention_threshold == 0.3
    waiting = author.get_by_role("region", name="Waiting changes")
    waiting.get_by_role("button", name=re.compile("Proposed")).click()
    expect(waiting).to_contain_text("somebody else must answer")
    expect(waiting.get_by_role("button", name="Approve")).to_be_hidden()

    second = open_page(office.manager)
    second.goto(POLICY)
    second.get_by_role("button", name=re.compile("Proposed")).click()
    expect(second.get_by_role("list", name="Changes")).to_contain_text("0.35")
    assert_accessible(second)
    second.keyboard.press("a")
    confirm = second.get_by_role("alertdialog", name="Approve this change?")
    confirm.get_by_label(REASON).fill("As agreed.")
    confirm.get_by_role("button", name="Approve").click()
    expect(confirm).to_be_hidden()
    expect(second.get_by_text(f"Version {version + 1}", exact=True)).to_be_visible()
    assert active_policy(office.lender).intervention_threshold == 0.35
    expect(waiting).to_be_hidden()
    expect(author.get_by_text(f"Version {version + 1}", exact=True)).to_be_visible()


def test_a_policy_is_scheduled_shown_and_cancelled(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto(f"{POLICY}?tab=edit&part=general")
    page.get_by_label("Alert below a confidence of (%)").fill("35")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("alertdialog").get_by_label("From a date on").check()
    dialog = page.get_by_role("alertdialog", name="Schedule this policy?")
    expect(dialog.get_by_label("Date and time")).to_have_value(re.compile(r"\d{4}-\d\d-\d\dT\d\d:00"))
    dialog.get_by_label(REASON).fill("The new law.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Schedule").click()
    expect(dialog).to_be_hidden()
    waiting = page.get_by_role("region", name="Waiting changes")
    waiting.get_by_role("button", name=re.compile("Scheduled")).click()
    expect(waiting).to_contain_text("The new law.")
    waiting.get_by_role("button", name="Cancel it").click()
    confirm = page.get_by_role("alertdialog", name="Cancel what is scheduled?")
    confirm.get_by_label(REASON).fill("Postponed.")
    confirm.get_by_role("button", name="Cancel it").click()
    expect(waiting).to_be_hidden()
    page.get_by_role("tab", name="Versions").click()
    expect(page.get_by_text("What did not come to hold")).to_be_visible()
    assert active_policy(office.lender).intervention_threshold == 0.3
