"""What a borrower sees of a loan, and how an offer is answered by a link."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from tests.support.lending import GOOD, Lender
from tests.support.letters import Caller
from tests.support.loans import START, LoanBook
from tests.support.offers import OfferingLender

from intendant.domains.lending.letters import figures
from intendant.domains.lending.loans.books import book_of
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.payoff import payoff
from intendant.kernel import decisions
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database

LENDING = "/api/v1/lending"


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend an organisation whose clock stands at the first of January."""
    book = LoanBook(database, organization)
    book.move_to(START)
    return book


def _link(clerk: Caller, what: str) -> str:
    answer = clerk.post(f"{LENDING}/{what}/links", {})
    assert answer.status_code == 201, answer.text
    return "/borrower/" + str(answer.json()["url"]).rpartition("/borrower/")[2]


def _pays_off(book: LoanBook, loan: Loan, on: date) -> str:
    with book.database.transaction(book.organization.id) as tx:
        return figures.amount(payoff(book_of(tx, loan.id), on).total, "USD")


def test_a_borrower_sees_loan_schedule_payments_and_what_pays_it_off(
    book: LoanBook, clerk: Caller, served: TestClient
) -> None:
    loan = book.lend()
    book.move_to(date(2026, 2, 20))
    book.pay(loan, "106.62", date(2026, 2, 1))
    path = _link(clerk, f"loans/{loan.id}")
    page = served.get(path).text
    assert "Everything is paid up to today." in page
    assert figures.day(date(2026, 3, 1)) in page
    assert "$106.62" in page
    assert _pays_off(book, loan, date(2026, 2, 20)) in page
    later = served.get(f"{path}?payoff_on=2026-02-25").text
    assert _pays_off(book, loan, date(2026, 2, 25)) in later
    for wrong in ("2026-02-01", "2999-01-01"):
        assert "Please choose a day" in served.get(f"{path}?payoff_on={wrong}").text
    for odd in ("yesterday", "%3Cscript%3E", "2026-02-30"):
        answer = served.get(f"{path}?payoff_on={odd}")
        assert answer.status_code == 200
        assert "<script" not in answer.text
    assert "provision" not in page.lower()


def test_a_borrower_in_arrears_is_told_so_plainly(book: LoanBook, clerk: Caller, served: TestClient) -> None:
    loan = book.lend()
    book.move_to(date(2026, 3, 20))
    page = served.get(_link(clerk, f"loans/{loan.id}")).text
    with book.database.transaction(book.organization.id) as tx:
        arrears = book_of(tx, loan.id).arrears
    assert "A payment is overdue." in page
    assert figures.amount(arrears, "USD") in page


def test_a_letter_about_the_loan_is_shown_to_its_borrower_alone(
    book: LoanBook, clerk: Caller, served: TestClient
) -> None:
    mine, theirs = book.lend(), book.lend()
    issued = clerk.post(f"{LENDING}/loans/{mine.id}/letters", {"kind": "schedule"})
    assert issued.status_code == 201, issued.text
    letter_id = issued.json()["id"]
    my_page, their_page = (_link(clerk, f"loans/{each.id}") for each in (mine, theirs))
    assert served.get(f"{my_page}/letters/{letter_id}/pdf").content.startswith(b"%PDF-")
    assert served.get(f"{their_page}/letters/{letter_id}").status_code == 404
    assert letter_id not in served.get(their_page).text


def test_a_paid_loan_says_so(book: LoanBook, clerk: Caller, served: TestClient) -> None:
    loan = book.lend()
    book.move_to(date(2026, 1, 25))
    with book.database.transaction(book.organization.id) as tx:
        book_now = book_of(tx, loan.id)
    book.pay(loan, payoff(book_now, date(2026, 1, 25)).total)
    page = served.get(_link(clerk, f"loans/{loan.id}")).text
    assert "paid in full" in page
    assert "Pay off early" not in page


def _proofs(page: str) -> dict[str, tuple[str, str]]:
    found = re.findall(
        r'action="([^"]+/(accept|decline))"><input type="hidden" name="proof" value="([0-9a-f]{64})"', page
    )
    return {act: (path, proof) for path, act, proof in found}


def _offered(lender: Lender, reference: str = "offered") -> object:
    offering = OfferingLender(lender)
    offering.publish()
    application_id = lender.decide(GOOD, reference)["subject_id"]
    decisions.decide_waiting(lender.decider)
    assert lender.scalar("select state from offers where application_id = %s", [application_id]) == "made"
    return application_id


def test_an_offer_is_accepted_by_the_form_on_the_page(clerk: Caller, lender: Lender, served: TestClient) -> None:
    application_id = _offered(lender)
    path = _link(clerk, f"applications/{application_id}")
    forms = _proofs(served.get(path).text)
    target, proof = forms["accept"]
    for wrong in ("", "0" * 64, forms["decline"][1]):
        assert served.post(target, data={"proof": wrong}).status_code == 404
    assert served.post(target.replace("accept", "decline"), data={"proof": proof}).status_code == 404
    other = re.sub(r"/offers/[^/]+/", f"/offers/{uuid4()}/", target)
    assert served.post(other, data={"proof": proof}).status_code == 404
    assert lender.scalar("select state from offers") == "made"
    answer = served.post(target, data={"proof": proof, "read": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert lender.scalar("select state from offers") == "accepted"
    assert str(lender.scalar("select answered_by from offers")).startswith("borrower:")
    assert "Your loan is agreed" in served.get(path).text
    assert served.post(target, data={"proof": proof}).status_code == 404


def test_an_offer_is_declined_by_the_form_on_the_page(clerk: Caller, lender: Lender, served: TestClient) -> None:
    application_id = _offered(lender)
    path = _link(clerk, f"applications/{application_id}")
    target, proof = _proofs(served.get(path).text)["decline"]
    assert served.post(target, data={"proof": proof}).status_code == 303
    assert lender.scalar("select state from offers") == "declined"
    assert "Accept the offer" not in served.get(path).text


def test_an_expired_offer_waits_for_no_answer(clerk: Caller, lender: Lender, served: TestClient) -> None:
    application_id = _offered(lender)
    path = _link(clerk, f"applications/{application_id}")
    target, proof = _proofs(served.get(path).text)["accept"]
    with lender.database.system() as tx:
        tx.execute("update offers set expires_at = expires_at - %s", [timedelta(days=60)])
    assert served.post(target, data={"proof": proof}).status_code == 404
    assert lender.scalar("select state from offers") == "made"


def test_a_letter_is_made_of_an_offer(clerk: Caller, lender: Lender) -> None:
    application_id = _offered(lender)
    issued = clerk.post(f"{LENDING}/applications/{application_id}/letters", {"kind": "offer"})
    assert issued.status_code == 201, issued.text
    detail = clerk.get(f"{LENDING}/letters/{issued.json()['id']}").json()
    stored = lender.scalar("select apr from offers")
    assert detail["title"] == "Your loan offer"
    assert float(detail["facts"]["apr"]) == pytest.approx(float(stored))
    assert sum(float(each["principal"]) for each in detail["facts"]["lines"]) == pytest.approx(5000)


def test_a_letter_is_listed_with_the_day_that_it_states(book: LoanBook, clerk: Caller, served: TestClient) -> None:
    loan = book.lend()
    with book.database.system() as tx:
        tx.execute("update organizations set time_zone = 'Pacific/Auckland' where id = %s", [book.organization.id])
    book.move_to(date(2026, 1, 20))
    letter = clerk.post(f"{LENDING}/loans/{loan.id}/letters", {"kind": "schedule"}).json()
    path = _link(clerk, f"loans/{loan.id}")
    # It is noon in Greenwich and past midnight at the lender's.
    assert f"{figures.short_day(date(2026, 1, 21))}, {letter['number']}" in served.get(path).text
