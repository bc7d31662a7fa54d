"""From a product's terms to money paid out: terms edited beside what they cost, offers amended, refused and accepted."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from intendant.kernel.access import Role
from tests.browser.conftest import OpenPage, Product
from tests.browser.test_record import card
from tests.support.browser import Watch, assert_accessible, assert_fits
from tests.support.offers import OfferingLender
from tests.support.office import Office
from tests.support.waiting import wait_for

REASON = "Reason (kept in the record)"
REFUSED = "422 "
NO_BAND = {"kind": "bands", "bands": [{"name": "A", "rate": "9", "up_to_probability_of_default": "0.01"}]}


@pytest.fixture
def offering(office: Office) -> OfferingLender:
    """Lend an organisation whose approvals lead to offers."""
    found = OfferingLender(office.lender)
    found.publish()
    return found


def dollars(amount: object) -> str:
    """Return an amount as pages write it."""
    return f"{Decimal(str(amount)):,.2f}"


def open_application(page: Page, application_id: UUID) -> Locator:
    """Open an application; return its offer's card."""
    page.goto(f"/applications/{application_id}")
    return card(page, "Offer")


def test_terms_are_switched_on_priced_by_the_server_mended_where_they_are_wrong_and_published(
    open_page: OpenPage, product: Product, office: Office, watch: Watch
) -> None:
    watch.expect(REFUSED)
    page = open_page(office.owner)
    page.goto("/products/personal?tab=terms")
    page.get_by_role("button", name="Set terms").click()
    loan = card(page, "A loan on these terms")
    loan.get_by_label("Amount (USD)").fill("5000")
    loan.get_by_label("Term (months)").fill("24")
    rate = page.get_by_label("Nominal rate", exact=True)
    rate.fill("17.5")
    asked = {
        "credit_terms": {
            "amounts": {"minimum": "100", "maximum": "1000000"},
            "terms": {"minimum": 6, "maximum": 60},
            "rate": {"kind": "fixed", "rate": "17.5"},
        },
        "currency": "USD",
        "amount": "5000",
        "term_months": 24,
    }
    key = office.people.key(office.lender.organization, Role.OWNER)
    answer = httpx.post(
        f"{product.url}/api/v1/lending/products/preview-schedule", json=asked, headers=key, trust_env=False
    ).json()
    expect(loan).to_contain_text(dollars(answer["instalment"]))
    expect(loan).to_contain_text(dollars(answer["totals"]["total"]))
    last = answer["instalments"][-1]
    row = loan.get_by_role("region", name="Schedule").locator("tbody tr").last
    expect(row).to_contain_text(dollars(last["interest"]))
    expect(row).to_contain_text(dollars(last["total"]))
    assert_accessible(page)

    # Nothing that is not lent has a price; what had one stays in sight.
    loan.get_by_label("Term (months)").fill("90")
    expect(loan).to_contain_text("A term of 90 months is not granted. Choose 6 to 60 months.")
    expect(loan).to_contain_text(dollars(answer["instalment"]))
    loan.get_by_label("Term (months)").fill("24")
    rate.fill("lots")
    expect(rate).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("This is no number.").first).to_be_visible()
    expect(loan).to_contain_text("Below are the last terms that had a schedule.")
    expect(loan).to_contain_text(dollars(answer["instalment"]))
    rate.fill("17.5")
    expect(loan).not_to_contain_text("Below are the last terms")

    page.get_by_role("button", name="Publish…", exact=True).click()
    dialog = page.get_by_role("alertdialog", name="Publish as version 2?")
    expect(dialog.get_by_role("list", name="Changes")).to_contain_text("17.5")
    assert_accessible(page)
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("version 2 holds for the next application").first).to_be_visible()
    page.goto("/products/personal?tab=versions")
    expect(page.get_by_role("main")).to_contain_text("Credit terms")


def test_an_offer_is_accepted_its_condition_met_its_tranche_paid_and_leads_to_the_loan(
    open_page: OpenPage, office: Office, offering: OfferingLender
) -> None:
    application_id = offering.approve(reference="LIFE-1")
    page = open_page(office.owner)
    offer = open_application(page, application_id)
    accept = offer.get_by_role("button", name="Accept the offer")
    expect(accept).to_be_visible()
    made = offering.offer_of(application_id)
    expect(offer).to_contain_text(dollars(made["price"]["instalment"]))
    accept.click()
    dialog = page.get_by_role("dialog", name="Accept this offer")
    booked = dialog.get_by_role("region", name="What will be booked")
    expect(booked).to_contain_text(dollars(made["price"]["instalment"]))
    expect(dialog).to_contain_text("Identity document")
    assert_accessible(page)
    dialog.get_by_role("button", name="Accept the offer").click()
    expect(dialog).to_be_hidden()

    tranches = card(page, "Disbursement").get_by_role("list", name="Tranches")
    expect(tranches).to_contain_text("5,000")
    page.get_by_role("button", name="Change Identity document").click()
    page.get_by_role("menuitem", name="It is met").click()
    expect(page.get_by_text("1 of 1 settled")).to_be_visible()
    wait_for(lambda: offering.rows("select 1 from tranches where state = 'paying'"), "the payout's beginning")
    offering.pass_time(timedelta(days=1))
    wait_for(lambda: offering.rows("select 1 from tranches where state = 'paid'"), "the payout")
    page.reload()
    expect(tranches).to_contain_text("Paid")
    assert_accessible(page)
    offer.get_by_role("link", name="Open loan").click()
    page.wait_for_url("**/loans/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("LIFE-1")


def test_an_offer_without_a_price_is_amended_in_approvals_and_then_stands(
    open_page: OpenPage, office: Office, offering: OfferingLender, watch: Watch
) -> None:
    watch.expect("409 .*/proof")
    offering.publish(rate=NO_BAND)
    application_id = offering.approve(reference="PRICE-1")
    wait_for(lambda: offering.offer_of(application_id)["verdict"] == "ask", "the question")
    page = open_page(office.owner)
    offer = open_application(page, application_id)
    offer.get_by_role("link", name="Open approval").click()
    case = page.get_by_role("article")
    expect(case).to_contain_text("falls in no risk band")
    case.get_by_role("button", name="Amend").click()
    form = page.get_by_role("form", name="Amend")
    form.get_by_label("Nominal rate").fill("14.5")
    form.get_by_label(REASON).fill("A customer of ten years.")
    assert_accessible(page)
    form.get_by_role("button", name="Amend").click()
    expect(page.get_by_role("region", name="About to be carried out")).to_contain_text("PRICE-1")
    wait_for(lambda: offering.offer_of(application_id)["state"] == "made", "the offer", seconds=20)
    open_application(page, application_id)
    expect(offer).to_contain_text("14.5 %")


def test_a_new_offer_is_priced_as_one_types_and_not_made_beyond_what_is_lent(
    open_page: OpenPage, office: Office, offering: OfferingLender, watch: Watch
) -> None:
    watch.expect(REFUSED)
    application_id = offering.approve(reference="AGAIN-1")
    wait_for(lambda: offering.offer_of(application_id)["state"] == "made", "the first offer")
    page = open_page(office.owner)
    offer = open_application(page, application_id)
    offer.get_by_role("button", name="Decline the offer").click()
    page.get_by_role("alertdialog").get_by_label(REASON).fill("Too dear.")
    page.get_by_role("alertdialog").get_by_role("button", name="Decline").click()
    offer.get_by_role("button", name="New offer").click()
    dialog = page.get_by_role("dialog", name="New offer")
    expect(dialog).to_contain_text("The product's own: 9.5 %")
    term = dialog.get_by_label("Term (months)")
    term.fill("90")
    expect(dialog).to_contain_text("A term of 90 months is not granted.")
    expect(term).to_have_attribute("aria-invalid", "true")
    dialog.get_by_role("button", name="Propose the offer").click()
    expect(term).to_have_attribute("aria-invalid", "true")
    assert len(offering.rows("select 1 from offers where application_id = %s", application_id)) == 1
    term.fill("12")
    dialog.get_by_label("Nominal rate (% a year)").fill("8")
    expect(dialog.get_by_role("region", name="What it costs")).to_contain_text("× 12 at 8 %")
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert_fits(page)
    dialog.get_by_role("button", name="Propose the offer").click()
    expect(dialog).to_be_hidden()
    asked = offering.offer_of(application_id)["requested"]
    assert (asked["amount"], asked["term_months"], asked["rate"]) == (None, 12, "8")
