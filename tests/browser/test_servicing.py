"""A loan's life at its pages: payments, other days, collecting, books, letters, and what the borrower sees of it."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from intendant.domains.lending.letters.settings import change_settings, sample_settings
from intendant.domains.lending.loans.model import Loan
from intendant.kit import clock
from tests.browser.conftest import OpenPage
from tests.browser.test_record import card
from tests.support.arrears import today
from tests.support.browser import Watch, assert_accessible
from tests.support.loans import LoanBook, loan_terms
from tests.support.office import Office

REASON = "Reason (kept in the record)"
SINCE_DAYS = 100


@pytest.fixture
def book(office: Office) -> LoanBook:
    """Lend the loan book of an organisation of the test's own."""
    return LoanBook(office.lender.database, office.lender.organization)


@pytest.fixture
def begun(book: LoanBook) -> date:
    """Return the day on which its loans began: three instalments are due since."""
    return today(book.organization) - timedelta(days=SINCE_DAYS)


@pytest.fixture
def late(book: LoanBook, begun: date) -> Loan:
    """Lend a loan of which nothing was repaid, and another that is in time."""
    found = book.lend(loan_terms(start=begun), reference="LATE-1")
    book.lend(loan_terms(start=today(book.organization)), reference="NEW-1")
    return found


def tab(page: Page, name: str) -> None:
    """Open a part of the page."""
    page.get_by_role("tab", name=name).click()


def pay(page: Page, amount: str, *, on: date | None = None) -> None:
    """Record a payment, once its effect is shown."""
    page.get_by_role("button", name="Record payment").click()
    dialog = page.get_by_role("dialog", name="Record a payment")
    dialog.get_by_label("Amount (USD)").fill(amount)
    if on is not None:
        dialog.get_by_label("Counts from").fill(on.isoformat())
    expect(dialog.get_by_role("table", name="Figures before and after")).to_be_visible()
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog).to_be_hidden()


def test_loans_are_found_by_lateness_and_opened(open_page: OpenPage, office: Office, late: Loan) -> None:
    page = open_page(office.owner)
    page.goto("/loans")
    rows = page.get_by_role("region", name="Loans").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Search loans").fill("LATE")
    expect(rows).to_have_count(1)
    assert_accessible(page)
    rows.get_by_role("link").first.click()
    page.wait_for_url(f"**/loans/{late.id}*")
    expect(page.get_by_role("heading", level=1)).to_have_text("LATE-1")


def test_a_payment_is_previewed_recorded_followed_and_reversed(
    open_page: OpenPage, office: Office, late: Loan, begun: date
) -> None:
    page = open_page(office.owner)
    page.goto(f"/loans/{late.id}?tab=transactions")
    transactions = page.get_by_role("region", name="Transactions")
    expect(transactions.locator("tbody")).to_have_count(1)
    pay(page, "106.62")
    expect(transactions.locator("tbody")).to_have_count(2)
    # One that came in earlier is booked from the day that it counts from.
    pay(page, "50", on=begun + timedelta(days=40))
    expect(transactions.locator("tbody")).to_have_count(3)
    tab(page, "Schedule")
    expect(page.get_by_role("region", name="Instalments")).to_be_visible()
    assert_accessible(page)
    tab(page, "Transactions")
    page.get_by_role("button", name="Reverse the repayment").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(REASON).fill("It was another loan's.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Reverse", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(transactions).to_contain_text("It was another loan's.")


def test_another_day_is_looked_at_and_left_and_a_quote_says_what_pays_off(
    open_page: OpenPage, office: Office, late: Loan
) -> None:
    page = open_page(office.owner)
    page.goto(f"/loans/{late.id}")
    page.get_by_role("button", name="Pay-off quote").click()
    quote = page.get_by_role("dialog")
    expect(quote).to_contain_text("Total on")
    assert_accessible(page)
    quote.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Books on…").click()
    page.get_by_role("button", name="Maturity").click()
    page.get_by_role("button", name="Show").click()
    banner = page.get_by_role("status").filter(has_text="Nothing can be done from here")
    expect(banner).to_contain_text("as they will be if nothing happens until then")
    expect(page.get_by_role("button", name="Record payment")).to_be_hidden()
    assert_accessible(page)
    banner.get_by_role("button").click()
    expect(page.get_by_role("button", name="Record payment")).to_be_visible()


def test_a_collector_logs_a_contact_and_takes_a_promise(
    open_page: OpenPage, office: Office, book: LoanBook, late: Loan
) -> None:
    book.end_of_day(today(book.organization))
    page = open_page(office.owner)
    page.goto("/collections")
    rows = page.get_by_role("region", name="Loans in arrears").locator("tbody tr")
    expect(rows).to_have_count(1)
    assert_accessible(page)
    page.keyboard.press("j")
    page.get_by_role("button", name="Log a contact").click()
    dialog = page.get_by_role("dialog", name="Log a contact")
    dialog.get_by_label("Note").fill("Nobody picked up.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Log it").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("Nobody picked up.")).to_be_visible()
    page.get_by_role("button", name="Promise", exact=True).click()
    dialog = page.get_by_role("dialog", name="Ada Lovelace promises to pay")
    dialog.get_by_label("Amount (USD)").fill("100")
    dialog.get_by_label("Paid until").fill((today(office.lender.organization) + timedelta(days=3)).isoformat())
    dialog.get_by_role("button", name="Record the promise").click()
    expect(dialog).to_be_hidden()
    assert office.lender.scalar("select amount from promises where loan_id = %s and state = 'open'", [late.id]) == 100


def test_the_books_balance_and_a_period_is_closed_once(
    open_page: OpenPage, office: Office, book: LoanBook, late: Loan
) -> None:
    assert late.id
    book.end_of_day(today(book.organization))
    page = open_page(office.owner)
    page.goto("/ledger")
    expect(page.get_by_role("status").filter(has_text="In balance")).to_be_visible()
    tab(page, "Periods")
    page.get_by_role("button", name="Close a period").click()
    dialog = page.get_by_role("dialog", name="Close the books")
    dialog.get_by_label(REASON).fill("The month is done.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Close to").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("region", name="Closed periods")).to_contain_text("The month is done.")
    # What is closed is not closed again.
    page.get_by_role("button", name="Close a period").click()
    closed = office.lender.scalar("select max(ends_on) from ledger_periods")
    dialog.get_by_label("Up to and including").fill(closed.isoformat())
    dialog.get_by_label(REASON).fill("Once more.")
    expect(dialog.get_by_role("button", name="Close to")).to_be_disabled()


def test_a_letter_is_issued_and_marked_as_sent_and_a_borrower_sees_their_loan_until_the_link_is_revoked(
    open_page: OpenPage, office: Office, late: Loan, watch: Watch
) -> None:
    watch.expect("404 ")
    organization = office.lender.organization
    with office.lender.database.transaction(organization.id) as tx:
        change_settings(tx, organization, sample_settings("Meridian"), replaces=0, by="test", now=clock.system_now())
    page = open_page(office.owner)
    page.goto(f"/loans/{late.id}?tab=letters")
    page.get_by_role("button", name="New letter").first.click()
    dialog = page.get_by_role("dialog", name="New letter")
    dialog.get_by_label("Letter", exact=True).select_option("schedule")
    assert_accessible(page)
    dialog.get_by_role("button").last.click()
    expect(dialog).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF of").click()
    assert download.value.suggested_filename.endswith(".pdf")
    page.get_by_role("button", name="Mark as sent").click()
    page.get_by_role("menuitem").first.click()
    expect(page.get_by_role("button", name="Mark as sent")).to_be_hidden()

    links = card(page, "Borrower's links")
    with page.expect_response("**/links") as made:
        links.get_by_role("button", name="Make a link").click()
    url = made.value.json()["url"]
    theirs = open_page()
    theirs.goto(f"/borrower/{url.rpartition('/borrower/')[2]}")
    expect(theirs.get_by_text("LATE-1").first).to_be_visible()
    assert "NEW-1" not in theirs.content()
    assert_accessible(theirs)
    links.get_by_role("button", name="Revoke").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(links.get_by_text("Revoked")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text("This link does not work")).to_be_visible()
    assert "LATE-1" not in theirs.content()


def test_the_portfolio_draws_its_figures_and_leads_to_loans(open_page: OpenPage, office: Office, late: Loan) -> None:
    assert late.id
    page = open_page(office.owner)
    page.goto("/portfolio")
    expect(page.locator("canvas, svg[role=img]").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("main").locator("a[href*='/loans?']").first.click()
    page.wait_for_url("**/loans?*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Loans")
