"""Who decides, and whether anything is decided: control of a component, its level, and the switch; told to others at once."""

from playwright.sync_api import Locator, Page, expect

from intendant.kernel.access import Role
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.lending import GOOD
from tests.support.office import Office

REASON = "Reason (kept in the record)"


def confirm(page: Page, title: str, button: str, reason: str, *told: str) -> None:
    """Answer a dialog that asks for a reason, after what it must tell was read."""
    dialog = page.get_by_role("alertdialog", name=title)
    for words in told:
        expect(dialog).to_contain_text(words)
    expect(dialog.get_by_role("button", name=button)).to_be_disabled()
    dialog.get_by_label(REASON).fill(reason)
    assert_accessible(page)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_be_hidden()


def component(page: Page) -> Locator:
    """Return the card of the component that decides applications."""
    return page.locator(".card").filter(has=page.get_by_role("list", name="Level of Lending decisions"))


def step(page: Page) -> Locator:
    """Return the level that holds."""
    return component(page).locator("[aria-current=step]")


def test_control_is_taken_and_handed_back_the_level_is_changed_and_another_person_sees_it_at_once(
    open_page: OpenPage, office: Office
) -> None:
    mine, theirs = open_page(office.owner), open_page(office.manager)
    for page in (mine, theirs):
        page.goto("/autonomy")
        expect(step(page)).to_contain_text("Full")
    assert office.lender.decide(GOOD)["verdict"] == "act"

    component(mine).get_by_role("button", name="Take control").click()
    confirm(mine, "Take control of", "Take control", "The bank is closed.", "asks a person about everything")
    expect(mine.get_by_role("status").filter(has_text="You have control: it asks")).to_be_visible()
    expect(theirs.get_by_text("owner has control")).to_be_visible()
    expect(theirs.get_by_text("The bank is closed.").first).to_be_visible()
    assert office.lender.decide(GOOD)["verdict"] == "ask"

    # The manager hands back what the owner has taken; the owner sees it.
    component(theirs).get_by_role("button", name="Hand back").click()
    confirm(theirs, "Hand", "Hand back", "It is open again.", "owner has control now")
    expect(mine.get_by_role("status").filter(has_text="You have control: it asks")).to_be_hidden()
    expect(component(mine).get_by_role("button", name="Take control")).to_be_visible()
    assert office.lender.decide(GOOD)["verdict"] == "act"

    component(mine).get_by_role("button", name="Assisted").click()
    confirm(mine, "Put", "Put on assisted", "New people are at work.", "Every action waits for a person")
    for page in (mine, theirs):
        expect(step(page)).to_contain_text("Assisted")
    expect(theirs.get_by_role("region", name="Changes of Lending decisions")).to_contain_text("from full on assisted")
    assert office.lender.decide(GOOD)["verdict"] == "ask"


def test_the_switch_tells_its_consequences_and_everybody_sees_who_stopped_the_business_and_why(
    open_page: OpenPage, office: Office
) -> None:
    assert office.lender.decide(GOOD, "HELD-1")["verdict"] == "act"
    mine, theirs = open_page(office.owner), open_page(office.manager)
    mine.goto(HOME)
    theirs.goto("/decisions")
    expect(theirs.get_by_text("1 in all")).to_be_visible()

    mine.get_by_role("button", name="Stop the business").click()
    confirm(mine, "Stop the business?", "Stop", "A fire drill.", "1 planned effects are still carried out")
    sees(mine, theirs, "New work waits", f"Stopped by {office.email(Role.OWNER)}: A fire drill.")
    assert state(office) == "stopped"
    assert_accessible(theirs)
    start(mine, theirs, "decided in order, oldest first")
    assert state(office) == "running"

    mine.get_by_role("button", name="Emergency stop").click()
    confirm(mine, "Emergency stop?", "Halt everything now", "The bank has called.", "no call to the outside starts")
    sees(mine, theirs, "nothing goes out", f"Emergency stop by {office.email(Role.OWNER)}: The bank has called.")
    assert state(office) == "halted"
    assert_accessible(theirs)
    start(mine, theirs, "1 planned effects go out")
    assert state(office) == "running"
    assert office.lender.decide(GOOD, "AFTER-1")["verdict"] == "act"


def sees(mine: Page, theirs: Page, banner: str, why: str) -> None:
    for page in (mine, theirs):
        expect(page.get_by_role("alert").filter(has_text=banner)).to_contain_text(why)


def start(mine: Page, theirs: Page, told: str) -> None:
    mine.get_by_role("button", name="Start the business").click()
    confirm(mine, "Start the business?", "Start", "All is well again.", told)
    for page in (mine, theirs):
        expect(page.get_by_role("alert")).to_have_count(0)


def state(office: Office) -> str:
    return str(office.lender.scalar("select state from controls"))
