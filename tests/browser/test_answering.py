"""Answering cases: by keyboard, with a way back, seen through to the money and the signed log; and with others beside one."""

import re

from playwright.sync_api import Locator, Page, expect

from intendant.kernel.access import Role
from intendant.kernel.gate import Tier
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, assert_accessible
from tests.support.deciding import approval_of, change_action
from tests.support.lending import MIDDLING
from tests.support.office import Office
from tests.support.serving import PASSWORD
from tests.support.waiting import wait_for

LARGE = MIDDLING | {"amount": 30_000, "credit_score": 720}
"""Probability 0.731: asked, and large enough to be reserved to a manager."""
CARRIED_OUT_MILLISECONDS_MAX = 20_000
SEALED_MILLISECONDS_MAX = 25_000
REASON = "Reason (kept in the record)"


def case(page: Page, reference: str) -> Locator:
    """Return the case that stands open beside the list."""
    return page.get_by_role("article", name=reference)


def section(page: Page, title: str) -> Locator:
    """Return the card with a title."""
    return page.locator("section.card").filter(has=page.get_by_role("heading", level=2, name=title, exact=True))


def test_a_case_is_answered_by_keyboard_taken_back_answered_again_paid_out_and_proven(
    open_page: OpenPage, product: Product, office: Office
) -> None:
    lender = office.lender
    owner = office.people.with_password(lender.organization, Role.OWNER)
    change_action(lender, "approve", hold_seconds=0.0)
    asked = lender.decide(MIDDLING, "KEYS-1")
    page = open_page()
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(owner.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Approvals")).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("a")
    answer = case(page, "KEYS-1").get_by_role("button", name="Approve")
    expect(answer).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_label(REASON)).to_be_focused()
    page.keyboard.type("A customer for ten years.")
    page.keyboard.press("Enter")
    held = page.get_by_role("region", name="About to be carried out")
    expect(held).to_contain_text("KEYS-1")
    page.keyboard.press("z")
    expect(page.get_by_label(REASON)).to_have_value("A customer for ten years.")
    expect(held).to_be_hidden()
    assert_accessible(page)
    assert lender.state(asked["subject_id"])[0] == "referred"
    assert lender.scalar("select count(*) from effects") == 0

    page.get_by_label(REASON).press("Enter")
    expect(held).to_contain_text("KEYS-1")
    page.goto(f"/decisions/{asked['id']}")
    effects = section(page, "Effects")
    expect(effects.get_by_text("Done", exact=True)).to_be_visible(timeout=CARRIED_OUT_MILLISECONDS_MAX)
    expect(effects).to_contain_text("US$5,000")
    wait_for(lambda: lender.state(asked["subject_id"])[0] == "disbursed", "the disbursement")
    (paid,) = [entry for entry in product.installation.payouts() if entry["reference"] == "KEYS-1"]
    assert paid["amount"] == "5000.00"

    followed = lender.scalar("select id from decisions where answers = %s", [asked["id"]])
    page.goto(f"/audit?subject=decision:{followed}")
    row = page.get_by_role("row").filter(has_text="Decision made")
    row.get_by_text("Decision made").click()
    entry = page.get_by_role("complementary", name="Selected entry")
    expect(entry.get_by_text("Verified in this browser.")).to_be_visible(timeout=SEALED_MILLISECONDS_MAX)
    expect(entry).to_contain_text(f"user:{owner.user.email}")
    assert_accessible(page)


def test_what_another_person_answers_shows_at_once_in_the_open_case_and_leaves_nothing_to_answer(
    open_page: OpenPage, office: Office
) -> None:
    asked = office.lender.decide(MIDDLING, "BOTH-1")
    approval = approval_of(office.lender, asked)
    mine, theirs = open_page(office.owner), open_page(office.manager)
    for page in (mine, theirs):
        page.goto(f"/approvals?id={approval['id']}")
        expect(case(page, "BOTH-1").get_by_role("button", name="Approve")).to_be_visible()
    theirs.keyboard.press("d")
    theirs.get_by_label(REASON).fill("Too much debt elsewhere.")
    theirs.keyboard.press("Enter")
    shown = case(mine, "BOTH-1")
    expect(shown).to_contain_text(f"Declined by {office.email(Role.MANAGER)}")
    expect(shown).to_contain_text("Too much debt elsewhere.")
    expect(shown.get_by_role("button", name="Approve")).to_be_hidden()
    mine.keyboard.press("a")
    expect(mine.get_by_label(REASON)).to_be_hidden()
    # The owner may take the manager's answer back; then both may answer again.
    shown.get_by_role("button", name="Take back").click()
    expect(shown.get_by_role("button", name="Approve")).to_be_visible()
    expect(case(theirs, "BOTH-1").get_by_role("button", name="Approve")).to_be_visible()
    assert office.lender.state(asked["subject_id"])[0] == "referred"


def test_an_operator_reads_whose_case_it_is_and_of_many_answers_the_one_refused_is_told(
    open_page: OpenPage, office: Office
) -> None:
    small = office.lender.decide(MIDDLING, "SMALL-1")
    large = office.lender.decide(LARGE, "LARGE-1")
    assert approval_of(office.lender, large)["tier"] == Tier.MANAGER
    page = open_page(office.operator)
    page.goto(f"/approvals?id={large['approval_id']}")
    expect(case(page, "LARGE-1")).to_contain_text("reserved to a manager or the owner")
    expect(case(page, "LARGE-1").get_by_role("button", name="Approve")).to_be_hidden()

    page.get_by_label("Select all on this page").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.keyboard.press("a")
    dialog = page.get_by_role("alertdialog", name="Approve 2 cases?")
    expect(dialog).to_contain_text("35,000")
    assert_accessible(page)
    dialog.get_by_label(REASON).fill("Both are known to us.")
    dialog.get_by_role("button", name="Approve them").click()
    expect(page.get_by_role("alert").filter(has_text="One answer was not taken")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="LARGE-1:")).to_contain_text("manager")
    expect(page.get_by_role("region", name="About to be carried out")).to_contain_text("SMALL-1")
    assert approval_of(office.lender, large)["held"] is None
    assert approval_of(office.lender, small)["held"]["by"] == f"user:{office.email(Role.OPERATOR)}"


def test_an_answer_to_a_case_that_was_overtaken_is_not_taken_and_leads_to_the_new_decision(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect("409")
    asked = office.lender.decide(MIDDLING, "STALE-1")
    page = open_page(office.owner)
    page.goto(f"/approvals?id={asked['approval_id']}")
    expect(case(page, "STALE-1").get_by_role("button", name="Approve")).to_be_visible()
    change_action(office.lender, "approve", act_threshold=0.6)
    page.keyboard.press("a")
    page.get_by_label(REASON).fill("I have read it.")
    page.keyboard.press("Enter")
    expect(case(page, "STALE-1")).to_contain_text("decided anew")
    assert_accessible(page)
    case(page, "STALE-1").get_by_role("link", name="Open the new decision").click()
    page.wait_for_url(re.compile(rf"/decisions/(?!{asked['id']})"))
    expect(page.locator("header [data-verdict=act]")).to_be_visible()
