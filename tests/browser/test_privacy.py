"""People's data and the controls: a person is found and given a copy, an erasure is looked at before it is confirmed."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.support.browser import assert_accessible
from tests.support.lending import BAD
from tests.support.office import Office

WORKING_MILLISECONDS_MAX = 30_000


def test_a_person_is_found_given_a_copy_and_told_what_must_stay(open_page: OpenPage, office: Office) -> None:
    office.lender.decide(BAD | {"employer": "Holm Brothers"}, reference="CASE-7731")
    page = open_page(office.owner)
    page.goto("/privacy")
    page.get_by_role("button", name="Find a person").first.click()
    for kind, button in (("They want a copy", "Make the copy"), ("They want to be erased", "Take it down")):
        page.goto("/privacy?tab=find")
        page.get_by_label("Reference").fill("case-7731")
        page.get_by_role("button", name="Find", exact=True).click()
        assert "7731" not in page.url
        page.get_by_role("checkbox", name="CASE-7731 is theirs").check()
        page.get_by_role("button", name=kind).click()
        page.get_by_label("How they asked").fill("Letter of 3 May, passport seen")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("for case-7731")
        if button == "Make the copy":
            with page.expect_download(timeout=WORKING_MILLISECONDS_MAX) as taken:
                page.get_by_role("button", name="Download the copy").click(timeout=WORKING_MILLISECONDS_MAX)
            assert taken.value.suggested_filename.endswith(".zip")
    # The law keeps it: nothing can be confirmed, and the reason is there to be told.
    expect(page.get_by_text("All of it must stay for now")).to_be_visible()
    expect(page.get_by_text("12 CFR 1002.12").first).to_be_visible()
    expect(page.get_by_role("button", name="Erase what can go")).to_be_hidden()
    assert_accessible(page)


def test_a_review_of_a_control_is_put_on_record(open_page: OpenPage, office: Office) -> None:
    page = open_page(office.owner)
    page.goto("/evidence")
    expect(page.get_by_text("It is no certificate")).to_be_visible()
    control = page.get_by_role("article", name="Access is reviewed", exact=True)
    expect(control).to_contain_text("Not evidenced")
    control.get_by_role("button", name="Put on record").click()
    page.get_by_label("What was done").fill("All members looked at.")
    page.get_by_role("dialog").get_by_role("button", name="Put on record").click()
    expect(control).to_contain_text("All members looked at.")
    expect(control.get_by_text("Evidenced", exact=True)).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export CSV").click()
    assert taken.value.suggested_filename.startswith("evidence-")
