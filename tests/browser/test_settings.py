"""Settings: people, keys, time zone, configuration, notifications; somebody in two organisations; the end of a demo."""

import re

import httpx
from playwright.sync_api import Page, expect

from intendant.kernel.access import Role, add_user
from intendant.kernel.organizations import create_organization
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.browser.test_record import card
from tests.support.browser import Watch, assert_accessible
from tests.support.lending import GOOD, open_lender
from tests.support.office import Office

REFUSED = "the server responded with a status of"
REASON = "Reason (kept in the record)"


def test_an_invited_person_comes_in_by_a_link_that_is_shown_once(
    open_page: OpenPage, product: Product, office: Office
) -> None:
    page = open_page(office.owner)
    page.goto("/settings/people")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog", name="Invite somebody")
    email = f"new@{office.lender.organization.slug}.test"
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_role("button", name="Add and make the link").click()
    told = page.get_by_role("dialog", name=f"{email} was added")
    link = told.get_by_text(product.url).inner_text()
    assert_accessible(page)
    told.get_by_role("button", name="Done").click()
    expect(page.get_by_role("region", name="People")).to_contain_text(email)
    assert page.get_by_text(link).count() == 0

    theirs = open_page()
    theirs.goto(link)
    theirs.get_by_label("New password").fill("a long enough sentence")
    theirs.get_by_role("button", name="Set password and sign in").click()
    theirs.wait_for_url(f"**{HOME}")
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    # An operator: no policy to publish, nobody to invite.
    theirs.goto("/settings/people")
    expect(theirs.get_by_text("Your role may not see people")).to_be_visible()


def test_a_key_made_in_the_console_calls_the_api(open_page: OpenPage, product: Product, office: Office) -> None:
    page = open_page(office.owner)
    page.goto("/settings/keys")
    page.get_by_role("button", name="Create").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Loan portal")
    dialog.get_by_role("button", name="Create").click()
    told = page.get_by_role("dialog", name="API key Loan portal was created")
    secret = told.locator(".select-all").first.inner_text()
    answer = httpx.get(
        f"{product.url}/api/v1/access/me", headers={"Authorization": f"Bearer {secret}"}, trust_env=False
    )
    assert answer.json()["organization"]["slug"] == office.lender.organization.slug
    assert answer.json()["role"] == "operator"
    told.get_by_role("button", name="Done").click()
    expect(page.get_by_role("region", name="API keys")).to_contain_text("Loan portal")
    assert secret not in page.content()


def choose(page: Page, label: str, typed: str) -> None:
    """Choose from a list that is searched by typing."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_placeholder(re.compile("^Search")).last.fill(typed)
    page.keyboard.press("Enter")


def test_a_new_time_zone_changes_the_times_and_two_who_edit_lose_nothing(
    open_page: OpenPage, office: Office, watch: Watch
) -> None:
    watch.expect(f"{REFUSED}.*409")
    record = office.lender.decide(GOOD, "ZONE-1")
    mine, theirs = open_page(office.owner), open_page(office.member(Role.OWNER))
    theirs.goto("/settings/organization")
    theirs.get_by_label("Name", exact=True).fill("Their name")
    mine.goto("/settings/organization")
    choose(mine, "Time zone", "Asia/Tokyo")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("Settings of the organisation saved", exact=True)).to_be_visible()

    told = theirs.get_by_role("main").get_by_role("alert")
    expect(told).to_contain_text("changed the settings meanwhile. What you typed is kept.")
    expect(told).to_contain_text("Time zone: UTC → Asia/Tokyo")
    expect(theirs.get_by_label("Name", exact=True)).to_have_value("Their name")
    theirs.get_by_role("button", name="Carry my changes over").click()
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_text("Settings of the organisation saved", exact=True)).to_be_visible()
    with office.lender.database.system() as tx:
        now = tx.find("select name, time_zone from organizations where id = %s", [office.lender.organization.id])
    assert now is not None
    assert (now["name"], now["time_zone"]) == ("Their name", "Asia/Tokyo")

    watch.expect("409 .*/proof")
    mine.goto(f"/decisions/{record['id']}")
    expect(mine.get_by_role("main").locator("time").first).to_have_attribute("title", re.compile("JST|GMT\\+9"))


def test_the_configuration_refuses_a_bad_value_at_its_field(open_page: OpenPage, office: Office, watch: Watch) -> None:
    watch.expect(f"{REFUSED}.*422")
    page = open_page(office.owner)
    page.goto("/settings/configuration")
    threshold = page.get_by_label("Intervention threshold")
    threshold.fill("much")
    page.get_by_role("button", name="Review and save…").click()
    expect(threshold).to_have_accessible_description(re.compile("Give a number"))
    threshold.fill("7")
    page.get_by_role("button", name="Review and save…").click()
    dialog = page.get_by_role("alertdialog", name="Save the configuration?")
    dialog.get_by_label(REASON).fill("More caution.")
    dialog.get_by_role("button", name="Save").click()
    expect(threshold).to_have_attribute("aria-invalid", "true")
    expect(threshold).to_have_value("7")
    assert_accessible(page)
    threshold.fill("0.9")
    page.get_by_role("button", name="Review and save…").click()
    dialog.get_by_label(REASON).fill("More caution.")
    dialog.get_by_role("button", name="Save").click()
    expect(card(page, "Changes")).to_contain_text("“More caution.”")
    page.reload()
    expect(threshold).to_have_value("0.9")


def test_notification_choices_are_kept(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto("/settings/notifications")
    choice = page.get_by_role("group", name="Anomaly").get_by_label("Notice")
    before = choice.input_value()
    after = "critical" if before != "critical" else "low"
    choice.select_option(after)
    expect(page.get_by_text("Notifications saved", exact=True)).to_be_visible()
    page.reload()
    expect(choice).to_have_value(after)


def test_somebody_in_two_organisations_works_in_each_in_a_tab_of_its_own(
    open_page: OpenPage, product: Product, office: Office
) -> None:
    other = product.open_office().lender.organization
    with office.lender.database.system() as tx:
        add_user(tx, email=office.email(Role.OWNER), name="", organization_id=other.id, role=Role.OWNER)
    here = office.lender.organization
    first = open_page(office.owner)
    first.goto(HOME)
    # Which of the two is shown at first is the server's to say; the menu leads to either.
    menu = first.get_by_role("complementary").get_by_role("button", name=re.compile("^Office-"))
    expect(menu).to_be_visible()
    second = first.context.new_page()
    second.goto(f"{HOME}?organization={other.slug}")
    first.goto(f"{HOME}?organization={here.slug}")
    for page, organization in ((first, here), (second, other), (first, here)):
        page.reload()
        expect(page.get_by_role("complementary").get_by_role("button", name=organization.name)).to_be_visible()
    menu.click()
    first.get_by_role("menuitem", name=other.name).click()
    expect(first.get_by_role("complementary").get_by_role("button", name=other.name)).to_be_visible()


def test_a_demo_is_marked_everywhere_and_removed_for_good_and_leads_on(
    open_page: OpenPage, product: Product, watch: Watch
) -> None:
    # Whoever belongs to no organisation any more is told so by every question.
    watch.expect(f"{REFUSED}.*403")
    system = product.installation.system
    with system.database.system() as tx:
        demo = create_organization(tx, slug="demo-to-go", name="A demo", kind="demo")
    lender = open_lender(system.database, demo)
    lender.decide(GOOD)
    page = open_page(product.people.user(demo, Role.OWNER))
    for path in ("/decisions", HOME):
        page.goto(path)
        expect(page.get_by_role("status").filter(has_text="Demo: the applicants are simulated")).to_be_visible()
    page.get_by_role("button", name="Remove the demo").click()
    dialog = page.get_by_role("alertdialog", name="Remove A demo?")
    expect(dialog).to_contain_text("cannot be brought back")
    assert_accessible(page)
    dialog.get_by_role("button", name="Remove it for good").click()
    page.wait_for_url("**/settings/demo-removed")
    expect(page.get_by_role("heading", level=1)).to_have_text("The demo is gone")
    with system.database.system() as tx:
        assert tx.find("select id from organizations where slug = 'demo-to-go'") is None
