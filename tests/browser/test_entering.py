"""The ways in, as people meet them: without a script, on a phone, in both themes, and with errors that say what to do."""

import re

import pytest
from playwright.sync_api import Page, expect

from intendant.kernel.access import LinkPurpose, make_link
from intendant.server.console import HOME
from tests.browser.conftest import OpenPage, Product
from tests.support.browser import Watch, assert_accessible, assert_fits, shoot
from tests.support.serving import PASSWORD


def fill_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_password_leads_to_the_overview(open_page: OpenPage, product: Product) -> None:
    page = open_page()
    page.goto("/sign-in")
    fill_in(page, product.owner.user.email, PASSWORD)
    page.wait_for_url(f"**{HOME}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_an_address_of_the_console_leads_through_the_door_and_back(
    open_page: OpenPage, product: Product, watch: Watch
) -> None:
    watch.expect("401")
    page = open_page()
    page.goto("/decisions?verdict=ask")
    page.wait_for_url("**/sign-in?next=*")
    fill_in(page, product.owner.user.email, PASSWORD)
    page.wait_for_url(re.compile(r"/decisions\?.*verdict"))


def test_a_one_time_link_signs_in_by_its_button(open_page: OpenPage, product: Product, watch: Watch) -> None:
    with product.installation.system.database.system() as tx:
        token = make_link(tx, product.owner.user.id, LinkPurpose.SIGN_IN)
    page = open_page(java_script_enabled=False)
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{HOME}")
    watch.expect("403")
    again = open_page()
    again.goto(f"/sign-in/{token}")
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("This link does not work")
    assert_accessible(again)


def test_a_wrong_password_is_told_and_too_many_say_when_to_come_again(
    open_page: OpenPage, product: Product, watch: Watch
) -> None:
    watch.expect("401|429")
    page = open_page()
    page.goto("/sign-in")
    fill_in(page, "nobody@acme.test", "wrong wrong")
    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    expect(page.get_by_label("E-mail")).to_have_value("nobody@acme.test")
    assert_accessible(page)
    shoot(page, "sign-in-wrong")
    for _ in range(6):
        page.get_by_label("Password").fill("wrong wrong")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Too many attempts\. Try again in \d+ seconds\."))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_doors_are_accessible(open_page: OpenPage, theme: str, phone: bool) -> None:
    page = open_page(theme=theme, phone=phone)
    for name, path in (("sign-in", "/sign-in"), ("link", "/sign-in/il_x"), ("reset", "/reset/il_x"), ("docs", "/docs")):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)
        shoot(page, f"{name}-{theme}-{'phone' if phone else 'desktop'}")
