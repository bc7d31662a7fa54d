"""Telling other systems: a channel is added and tested, an endpoint is added and told, and what came of it is seen."""

import re

from playwright.sync_api import expect
from standardwebhooks import Webhook

from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.office import Office
from tests.support.peers.webhook_receiver import Receiver


def test_a_channel_is_added_and_a_test_message_arrives(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    with Receiver() as receiver:
        page.goto("/settings/channels")
        expect(page.get_by_text("Nobody is told yet")).to_be_visible()
        page.get_by_role("button", name="Add a channel").click()
        page.get_by_role("button", name="Signed webhook").click()
        dialog = page.get_by_role("dialog", name="Add Signed webhook")
        dialog.get_by_label("Name").fill("Night shift")
        dialog.get_by_label("Address").fill(receiver.url)
        assert_accessible(page)
        dialog.get_by_role("button", name="Add", exact=True).click()
        expect(dialog.get_by_text("Copy it now")).to_be_visible()
        dialog.get_by_role("button", name="Send a test message").click()

        test = page.get_by_role("dialog", name="Test Night shift")
        expect(test.get_by_role("status")).to_contain_text("It was taken")
        test.get_by_role("button", name="Done").click()
        assert [each.headers["content-type"] for each in receiver.came] == ["application/json; charset=utf-8"]
    row = page.get_by_role("row", name=re.compile("Night shift"))
    row.get_by_role("link", name=re.compile("1 sent")).click()
    expect(page.get_by_role("tab", name="Deliveries", selected=True)).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Night shift"))).to_contain_text("Sent")
    assert_accessible(page)


def test_an_endpoint_is_added_and_its_ping_is_seen_to_arrive(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    with Receiver() as receiver:
        page.goto("/settings/webhooks")
        expect(page.get_by_text("No other system is told yet")).to_be_visible()
        page.get_by_role("button", name="Add an endpoint").click()
        dialog = page.get_by_role("dialog", name="Add an endpoint")
        dialog.get_by_label("Address").fill(receiver.url)
        dialog.get_by_label("What it is (optional)").fill("Our ledger")
        assert_accessible(page)
        dialog.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("dialog", name="The endpoint is added").get_by_role("button", name="Done").click()

        expect(page.get_by_role("heading", name="Our ledger")).to_be_visible()
        page.get_by_role("button", name="Send a test").click()
        delivery = page.get_by_role("dialog", name="Delivery")
        expect(delivery.get_by_role("status")).to_contain_text("Delivered")
        expect(delivery.get_by_text("204")).to_be_visible()
        assert len(receiver.came) == 1
        page.keyboard.press("Escape")

        page.get_by_role("button", name="More about this endpoint").click()
        page.get_by_role("menuitem", name="Replace the secret…").click()
        dialog = page.get_by_role("dialog", name="Replace the signing secret")
        assert_accessible(page)
        dialog.get_by_role("button", name="Replace the secret").click()
        secret = dialog.locator(".select-all").inner_text()
        assert secret.startswith("whsec_")
        dialog.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_role("dialog", name="Delivery").get_by_role("status")).to_contain_text("Delivered")
        # While the old secret holds on, both sign; the receiver may know either.
        assert len(receiver.came[-1].headers["webhook-signature"].split()) == 2
        Webhook(secret).verify(receiver.came[-1].body, receiver.came[-1].headers)
    assert_accessible(page)
