"""By keyboard alone: in at the door, to a case, its answer, and back; what has the focus is always seen and never lost."""

import re

from playwright.sync_api import Locator, Page, expect

from intendant.kernel.access import Role
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage
from tests.support.browser import Watch, assert_accessible
from tests.support.lending import GOOD, MIDDLING
from tests.support.office import Office
from tests.support.serving import PASSWORD

TABS_MAX = 80
REASON = "Reason (kept in the record)"
SEEN = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return "nothing has the focus"
  // The row of a list shows the focus of the link that fills it.
  for (let each = at, up = 0; each && up < 5; each = each.parentElement, up += 1) {
    const style = getComputedStyle(each)
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    if (outlined || (each === at && style.boxShadow.includes("0px 0px 0px") && each.matches(":focus-visible"))) return ""
  }
  return at.outerHTML.slice(0, 200)
}"""
"""Says what is wrong with the focus; nothing, where it is seen."""


def assert_focus_is_seen(page: Page) -> None:
    """Fail where nothing has the focus, or nobody sees what has."""
    wrong = page.evaluate(SEEN)
    assert not wrong, f"The focus is not seen: {wrong}"


def tab_to(page: Page, wanted: Locator, *, in_haste: bool = False) -> None:
    """Press Tab until something has the focus, seeing it at every step; `in_haste`: what will not be there for long."""
    wanted.wait_for()
    for _ in range(TABS_MAX):
        if wanted.evaluate("(found) => found === document.activeElement"):
            return
        page.keyboard.press("Tab")
        if in_haste:
            continue
        if not has_focus(page):
            # After the last comes the browser itself, and then the first.
            page.keyboard.press("Tab")
        assert_focus_is_seen(page)
    raise AssertionError(f"{TABS_MAX} tabs did not lead to {wanted}")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def has_focus(page: Page) -> bool:
    """Say whether anything but the page as a whole has the focus."""
    return bool(page.evaluate("document.activeElement !== document.body && document.activeElement !== null"))


def test_from_the_door_to_an_answer_and_back_without_a_pointer(open_page: OpenPage, office: Office) -> None:
    owner = office.people.with_password(office.lender.organization, Role.ORGANIZATION_ADMIN)
    first = office.lender.decide(MIDDLING, "KEY-1")
    office.lender.decide(MIDDLING | {"amount": 5_100}, "KEY-2")
    page = open_page()
    page.goto("/sign-in")
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(owner.user.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    tab_to(page, page.get_by_role("button", name="Sign in"))
    press(page, "Enter")
    page.wait_for_url(f"**{HOME}")

    tab_to(page, page.get_by_role("link", name="Skip to content"))
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    sidebar = page.get_by_role("navigation", name="Main", exact=True)
    tab_to(page, sidebar.get_by_role("link", name="Approvals"))
    press(page, "Enter")
    page.wait_for_url("**/approvals**")
    chosen = page.get_by_role("list", name="Cases").get_by_role("link").nth(1)
    tab_to(page, chosen)
    press(page, "Enter")
    case = page.get_by_role("article", name="KEY-1").or_(page.get_by_role("article", name="KEY-2"))
    name = case.first
    expect(name).to_be_visible()
    approve = page.get_by_role("article").get_by_role("button", name="Approve")
    tab_to(page, approve)
    press(page, "Enter")
    expect(page.get_by_label(REASON)).to_be_focused()
    page.keyboard.type("Read by keyboard.")
    press(page, "Enter")
    held = page.get_by_role("region", name="About to be carried out")
    expect(held).to_be_visible()
    tab_to(page, held.get_by_role("button", name="Take back"), in_haste=True)
    press(page, "Enter")
    expect(held).to_be_hidden()
    expect(page.get_by_label(REASON)).to_have_value("Read by keyboard.")
    assert office.lender.state(first["subject_id"])[0] == "referred"
    assert office.lender.scalar("select count(*) from effects") == 0


def test_dialogs_take_the_focus_keep_it_and_give_it_back(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto(HOME)
    stop = page.get_by_role("button", name="Stop the business")
    tab_to(page, stop)
    press(page, "Enter")
    dialog = page.get_by_role("alertdialog", name="Stop the business?")
    expect(dialog).to_be_visible()
    for _ in range(8):
        press(page, "Tab")
        assert dialog.evaluate("(found) => found.contains(document.activeElement)")
        assert_focus_is_seen(page)
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    expect(stop).to_be_focused()

    # A menu, and a dialog that it opens.
    account = page.get_by_role("button", name="Account")
    tab_to(page, account)
    press(page, "Enter")
    expect(page.get_by_role("menuitem", name="Keyboard")).to_be_visible()
    press(page, "Escape")
    expect(account).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("menuitem", name="Keyboard")).to_be_visible()
    while "Keyboard" not in page.evaluate("document.activeElement.textContent"):
        press(page, "ArrowDown")
    press(page, "Enter")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    press(page, "Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    expect(account).to_be_focused()

    page.goto("/settings/people")
    invite = page.get_by_role("button", name="Invite")
    tab_to(page, invite)
    press(page, "Enter")
    form = page.get_by_role("dialog", name="Invite somebody")
    expect(form).to_be_visible()
    tab_to(page, form.get_by_role("button", name="Cancel"))
    press(page, "Enter")
    expect(form).to_be_hidden()
    expect(invite).to_be_focused()


def test_the_sheet_tells_the_keys_and_single_keys_are_silent_under_it_and_while_somebody_types(
    open_page: OpenPage, office: Office
) -> None:
    page = open_page(office.owner)
    page.goto("/decisions")
    page.get_by_role("heading", level=1, name="Decisions").wait_for()
    press(page, "?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    for words in ("Command menu", "Next row", "Take the last answer back", "Overview", "Settings"):
        expect(sheet).to_contain_text(words)
    assert_accessible(page)
    press(page, "g", "p")
    expect(sheet).to_be_visible()
    assert page.url.endswith("/decisions")
    press(page, "Escape")
    expect(sheet).to_be_hidden()

    search = page.get_by_role("searchbox", name="Search decisions")
    tab_to(page, search)
    page.keyboard.type("g p ?")
    expect(search).to_have_value("g p ?")
    expect(sheet).to_be_hidden()
    assert "/decisions" in page.url


PLACES = {
    "o": "Overview",
    "a": "Approvals",
    "d": "Decisions",
    "e": "Alerts",
    "t": "Tasks",
    "l": "Applications",
    "n": "Loans",
    "c": "Collections",
    "f": "Portfolio",
    "m": "Letters",
    "j": "Ledger",
    "p": "Policy",
    "y": "Autonomy",
    "r": "Products",
    "b": "Replays",
    "u": "Audit",
    "s": "Settings",
}


def test_two_keys_lead_to_every_page(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto("/settings/profile")
    sidebar = page.get_by_role("navigation", name="Main", exact=True)
    # Keys lead only where the reader may go, which is known once the places are shown.
    expect(sidebar.get_by_role("link", name="Ledger")).to_be_visible()
    for key, name in PLACES.items():
        press(page, "g", key)
        expect(sidebar.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_menu_finds_a_decision_by_its_reference_and_gives_the_focus_back(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    # A decision so young has no proof yet.
    watch.expect("409 .*/proof")
    record = office.lender.decide(GOOD, "FIND-ME-42")
    office.lender.decide(GOOD, "OTHER-1")
    page = open_page(office.owner)
    page.goto(HOME)
    opener = page.get_by_role("button", name="Search or jump to")
    tab_to(page, opener)
    press(page, "Control+k")
    menu = page.get_by_role("dialog", name="Command menu")
    expect(menu.get_by_role("combobox")).to_be_focused()
    assert_accessible(page)
    press(page, "Escape")
    expect(menu).to_be_hidden()
    assert has_focus(page)
    expect(opener).to_be_focused()

    press(page, "Control+k")
    page.keyboard.type("FIND-ME")
    expect(menu.get_by_role("option").filter(has_text="FIND-ME-42").first).to_be_visible()
    expect(menu.get_by_role("option").filter(has_text="OTHER-1")).to_have_count(0)
    found = menu.get_by_role("group", name="Decisions").get_by_role("option").first
    for _ in range(10):
        if found.get_attribute("aria-selected") == "true":
            break
        press(page, "ArrowDown")
    press(page, "Enter")
    page.wait_for_url(re.compile(f"/decisions/{record['id']}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Approve")

    press(page, "/")
    expect(menu.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("nothing is called like this")
    expect(menu.get_by_role("status")).to_have_text("Nothing found.")
    press(page, "Escape")
    expect(menu).to_be_hidden()
