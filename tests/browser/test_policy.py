"""Changing a policy: a draft that is not lost, a check that refuses, a trial, publishing, comparing, rolling back, and others meanwhile."""

import re
from dataclasses import replace

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.support.browser import Watch, assert_accessible
from tests.support.deciding import active_policy, publish
from tests.support.lending import GOOD
from tests.support.office import Office

REASON = "Reason (kept in the record)"
POLICY = "/policy/lending.application"


def parts(page: Page) -> Locator:
    """Return the list of what the policy consists of."""
    return page.get_by_role("navigation", name="Parts of the policy")


def check(page: Page) -> Locator:
    """Return the card that says what the check found."""
    return page.locator("section.card").filter(has=page.get_by_role("heading", level=2, name="Check", exact=True))


def minimum(page: Page) -> Locator:
    """Open the rule about the least credit score in the form; return its field."""
    parts(page).get_by_role("button", name="Min credit score", exact=True).click()
    return page.get_by_role("group", name="What must hold").get_by_label("Value")


def change(page: Page, name: str) -> Locator:
    """Return what the list of changes says of one part."""
    return page.get_by_role("list", name="Changes").get_by_role("listitem").filter(has_text=name)


def test_a_rule_is_edited_its_contradiction_refused_mended_tried_published_compared_and_rolled_back(
    open_page: OpenPage, office: Office
) -> None:
    for number in range(3):
        office.lender.decide(GOOD, f"PAST-{number}")
    first = active_policy(office.lender)
    version = office.lender.scalar("select max(version) from policies")
    page = open_page(office.owner)
    page.goto(f"{POLICY}?tab=edit")
    expect(check(page)).to_contain_text(re.compile("can be published|Nothing wrong"))
    minimum(page).fill("730")

    # A rule that forbids what another requires.
    parts(page).get_by_role("button", name="Rule", exact=True).click()
    page.get_by_label("Name").fill("no_known_score")
    page.get_by_label("Effect").select_option("forbid")
    page.get_by_role("button", name="Condition").click()
    page.get_by_label("Field", exact=True).select_option("credit_score")
    page.get_by_label("Operator").select_option("ge")
    page.get_by_label("Value", exact=True).fill("500")
    finding = check(page).get_by_role("listitem").filter(has_text="Contradiction")
    expect(finding).to_contain_text("no_known_score")
    expect(finding).to_contain_text("min_credit_score")
    refused = page.get_by_role("button", name="Publish. The check found errors.")
    expect(refused).to_have_attribute("aria-disabled", "true")
    refused.click(force=True)
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    assert_accessible(page)

    # The draft outlives the page; then it is mended.
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(finding).to_be_visible()
    expect(parts(page).get_by_role("button", name="No known score has an error")).to_be_visible()
    parts(page).get_by_role("button", name="More for the rule no_known_score").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(finding).to_be_hidden()
    expect(minimum(page)).to_have_value("730")
    trial = page.locator("section.card").filter(has_text="Try on past decisions")
    trial.get_by_role("button", name="Try on the last 1,000").click()
    expect(trial.get_by_role("status")).to_contain_text("3 of 3 decisions would have been made differently")
    assert active_policy(office.lender) == first

    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("alertdialog", name=f"Publish as version {version + 1}?")
    expect(dialog.get_by_role("list", name="Changes").get_by_role("listitem")).to_have_count(1)
    expect(change(page, "min_credit_score")).to_contain_text("730")
    expect(dialog.get_by_role("button", name="Publish")).to_be_disabled()
    dialog.get_by_label(REASON).fill("Losses rose.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("nothing changed yet")).to_be_visible()
    assert office.lender.decide(GOOD, "AFTER")["verdict"] == "refuse"

    page.get_by_role("tab", name="Versions").click()
    versions = page.get_by_role("region", name="Versions")
    row = versions.get_by_role("row").filter(has_text="Losses rose.")
    expect(row).to_contain_text("Active")
    row.get_by_role("button", name=f"Show what version {version + 1} changed").click()
    expect(change(page, "min_credit_score").locator("del")).to_contain_text("600")
    expect(change(page, "min_credit_score").locator("ins")).to_contain_text("730")
    assert_accessible(page)
    versions.get_by_role("button", name=f"Roll back to version {version}").click()
    dialog = page.get_by_role("alertdialog", name=f"Roll back to version {version}?")
    expect(dialog.get_by_role("list", name="Changes").locator("ins")).to_contain_text("600")
    dialog.get_by_label(REASON).fill("It refused everybody.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Roll back").click()
    expect(dialog).to_be_hidden()
    expect(versions.get_by_role("row").filter(has_text="It refused everybody.")).to_contain_text("Active")
    assert active_policy(office.lender) == first
    assert office.lender.decide(GOOD, "BACK")["verdict"] == "act"


def test_what_another_person_publishes_meanwhile_is_told_and_the_draft_is_kept_and_carried_over(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect("409 .*/policies/")
    version = office.lender.scalar("select max(version) from policies")
    page = open_page(office.owner)
    page.goto(f"{POLICY}?tab=edit")
    minimum(page).fill("640")
    expect(page.get_by_text(f"based on version {version}")).to_be_visible()
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("alertdialog", name=f"Publish as version {version + 1}?")
    dialog.get_by_label(REASON).fill("Losses rose.")
    policy = active_policy(office.lender)
    publish(office.lender, replace(policy, intervention_threshold=0.35))
    # The dialog's title may have moved on already.
    page.get_by_role("alertdialog").get_by_role("button", name="Publish").click()

    newer = page.get_by_role("alert").filter(has_text=f"published version {version + 1}")
    expect(newer).to_contain_text("Your draft is kept.")
    expect(page.get_by_role("button", name="Publish. A newer version")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="See what it changed").click()
    changed = page.get_by_role("dialog", name=f"From version {version} to version {version + 1}")
    expect(changed.get_by_role("listitem")).to_have_count(1)
    expect(changed).to_contain_text("0.35")
    assert_accessible(page)
    changed.get_by_role("button", name="Carry my changes over").click()
    expect(newer).to_be_hidden()
    expect(page.get_by_text(f"based on version {version + 1}")).to_be_visible()

    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("alertdialog", name=f"Publish as version {version + 2}?")
    expect(dialog.get_by_role("list", name="Changes").get_by_role("listitem")).to_have_count(1)
    dialog.get_by_label(REASON).fill("Losses rose.")
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_be_hidden()
    both = active_policy(office.lender)
    assert both.intervention_threshold == 0.35
    assert both.rules[0].when.value == 640  # type: ignore[union-attr]
