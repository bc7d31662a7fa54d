"""Loans over HTTP: brought in, listed, looked at on any day, paid, tried, relieved, refinanced; and what is refused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import PRODUCT, Lender, open_lender
from tests.support.lending_door import Door
from tests.support.loans import LoanBook
from tests.support.serving import People, Served

from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.loans.invariants import LOAN_INVARIANTS
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database
from intendant.kit.settings import Settings

TERMS: dict[str, Any] = {"amount": "1200", "currency": "USD", "rate": "12", "periods": 12, "start": "2026-01-01"}
CREDIT: dict[str, Any] = {
    "amounts": {"minimum": "100", "maximum": "10000"},
    "terms": {"minimum": 6, "maximum": 60},
    "rate": {"kind": "fixed", "rate": "10"},
}


@pytest.fixture
def lender(database: Database, organization: Organization, book: LoanBook) -> Lender:
    """Lend an organisation whose clock stands still, with a product that says on what terms it lends."""
    lender = open_lender(database, organization, model=False)
    with database.transaction(organization.id) as tx:
        product = parse_product({**PRODUCT, "key": "term", "credit_terms": CREDIT})
        usecases.publish_product(tx, organization, lender.kind.catalogue, product, author="test")
    return lender


@pytest.fixture
def client(lender: Lender, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Serve the lender."""
    served = Served(
        Settings(home=tmp_path),
        database,
        CredentialCache(database),
        EventFeed(database, tick_seconds=0.02),
        lender.decider.registry,
        lender.decider,
    )
    with TestClient(lend_app(served), follow_redirects=False) as client:
        yield client


@pytest.fixture
def door(client: TestClient, organization: Organization, database: Database) -> Door:
    """Return a manager's door."""
    return Door(client, People(database).key(organization, Role.MANAGER))


def _bring_in(door: Door, reference: str = "L-1", **more: Any) -> str:
    body = {"reference": reference, "borrower": "Ada Lovelace", "product": "term", "terms": TERMS}
    found: str = door.post("/loans", body | {"disbursed_on": "2026-01-01"} | more)["id"]
    return found


def test_a_loan_that_is_brought_in_shows_its_terms_instalments_and_what_may_be_done(door: Door) -> None:
    loan_id = _bring_in(door)
    shown = door.get(f"/loans/{loan_id}")
    assert shown["state"] == "active"
    assert shown["figures"]["outstanding"] == "1200.00"
    assert [each["number"] for each in shown["instalments"]] == list(range(1, 13))
    assert {each["status"] for each in shown["instalments"]} == {"upcoming"}
    assert "repayment" in shown["acts"]
    assert "refinance" in shown["acts"]
    assert "12 equal instalments, monthly" in shown["terms_in_words"][0]
    ahead = door.get(f"/loans/{loan_id}?on=2026-02-02")
    assert ahead["figures"]["days_past_due"] == 1
    assert ahead["instalments"][0]["status"] == "overdue"
    past = door.get(f"/loans/{loan_id}?on=2025-12-31", 422)
    assert past["field"] == "on"
    door.get(f"/loans/{loan_id}?known_at=2026-01-01T00:00:00", 422)


def test_a_payment_is_recorded_shown_with_what_it_paid_and_reversed(door: Door, book: LoanBook) -> None:
    loan_id = _bring_in(door)
    book.move_to(date(2026, 2, 1))
    paid = door.post(f"/loans/{loan_id}/repayments", {"amount": "50.00", "reference": "bank-1"})
    assert not paid["replayed"]
    assert door.post(f"/loans/{loan_id}/repayments", {"amount": "50", "reference": "bank-1"})["replayed"]
    listed = door.get(f"/loans/{loan_id}/transactions")["items"]
    assert [each["type"] for each in listed] == ["disbursement", "repayment"]
    assert sum(float(each["amount"]) for each in listed[1]["allocations"]) == 50
    page = door.get(f"/loans/{loan_id}/transactions?limit=1")
    assert page["next"] == "1"
    assert [each["sequence"] for each in door.get(f"/loans/{loan_id}/transactions?after=1")["items"]] == [2]
    path = f"/loans/{loan_id}/transactions/{paid['transaction_id']}/reverse"
    door.post(path, {"reason": ""}, 422)
    door.post(path, {"reason": "Another loan's.", "expected_version": 1}, 409)
    door.post(path, {"reason": "Another loan's."})
    assert door.get(f"/loans/{loan_id}/transactions")["items"][1]["reversed_by"] is not None
    assert door.post(path, {"reason": "Again."}, 409)["code"] == "transaction_reversed"


def test_a_preview_is_what_is_recorded_and_writes_nothing(door: Door, book: LoanBook) -> None:
    loan_id = _bring_in(door)
    book.move_to(date(2026, 3, 5))
    body = {"periods": 24, "capitalize": True, "reason": "Lost their job."}
    tried = door.post(f"/loans/{loan_id}/restructure/preview", body, 200)
    assert float(tried["before"]["arrears"]) > 0
    assert float(tried["after"]["arrears"]) == 0
    assert door.get(f"/loans/{loan_id}")["transactions"] == 1
    door.post(f"/loans/{loan_id}/restructure", body)
    shown = door.get(f"/loans/{loan_id}")
    assert shown["figures"] == tried["after"]
    assert shown["instalments"] == tried["instalments_after"]
    payment = {"type": "repayment", "amount": "100"}
    tried = door.post(f"/loans/{loan_id}/transactions/preview", payment, 200)
    assert sum(float(each["amount"]) for each in tried["allocations"]) == 100
    door.post(f"/loans/{loan_id}/transactions", payment)
    assert door.get(f"/loans/{loan_id}")["figures"] == tried["after"]


def test_a_quote_pays_the_loan_off(door: Door, book: LoanBook) -> None:
    loan_id = _bring_in(door)
    quote = door.get(f"/loans/{loan_id}/payoff?on=2026-02-15")
    book.move_to(date(2026, 2, 15))
    assert door.get(f"/loans/{loan_id}/payoff")["total"] == quote["total"]
    paid = door.post(f"/loans/{loan_id}/repayments", {"amount": quote["total"]})
    assert paid["state"] == "closed"


def test_a_loan_is_refinanced_by_one_that_pays_it_off(door: Door, book: LoanBook) -> None:
    loan_id = _bring_in(door)
    book.move_to(date(2026, 2, 15))
    owed = float(door.get(f"/loans/{loan_id}/payoff")["total"])
    path, body = f"/loans/{loan_id}/refinance", {"amount": "2000", "term_months": 24, "reason": "A better rate."}
    assert door.post(path, body | {"amount": "500"}, 422)["field"] == "amount"
    assert door.post(path, body | {"amount": "50"}, 422)["field"] == "amount"
    assert door.post(path, body | {"term_months": 3}, 422)["field"] == "term_months"
    done = door.post(path, body)
    assert float(done["cash"]) == pytest.approx(2000 - owed)
    assert done["reference"] == "L-1-R1"
    assert door.get(f"/loans/{loan_id}")["state"] == "closed"
    assert door.get(f"/loans/{done['loan_id']}")["state"] == "active"
    door.post(path, body, 409)


def test_loans_are_listed_counted_and_exported(door: Door, book: LoanBook) -> None:
    for number in range(3):
        _bring_in(door, f"L-{number}")
    _bring_in(door, "X-9", borrower="Grace Hopper", disbursed_on=None)
    book.move_to(date(2026, 3, 10))
    book.end_of_day(date(2026, 3, 10))
    page = door.get("/loans?limit=2")
    assert [each["reference"] for each in page["items"]] == ["X-9", "L-2"]
    assert [each["reference"] for each in door.get(f"/loans?limit=2&after={page['next']}")["items"]] == ["L-1", "L-0"]
    assert len(door.get("/loans?state=active&in_arrears=true")["items"]) == 3
    for text in ("hopper", "GRACE", "x-9", "-9", page["items"][0]["id"][:13]):
        assert "X-9" in [each["reference"] for each in door.get(f"/loans?q={text}")["items"]], text
    assert [each["reference"] for each in door.get("/loans?q=hopper")["items"]] == ["X-9"]
    assert [each["reference"] for each in door.get("/loans?q=l-&sort=outstanding&limit=3")["items"]] != []
    assert door.get("/loans?q=nobody")["items"] == []
    assert door.get("/loans/facets?q=l-")["total"] == 3
    for sort in ("days_past_due", "outstanding", "next_due"):
        seen, after = [], ""
        while True:
            page = door.get(f"/loans?sort={sort}&limit=1{after}")
            seen += [each["reference"] for each in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert len(seen) == len(set(seen)) >= 3, sort
    facets = door.get("/loans/facets?state=active")
    assert facets["total"] == 3
    assert {each["value"]: each["count"] for each in facets["states"]} == {"active": 3, "approved": 1}
    assert {each["value"]: each["count"] for each in facets["buckets"]} == {"30": 3}
    text = door.client.get("/api/v1/lending/loans/export.csv", headers=door.headers).text
    assert len(text.splitlines()) == 5
    door.get("/loans?after=nonsense", 422)
    door.get("/loans?sort=outstanding&after=nonsense_x", 422)
    door.get("/loans?state=unknown", 422)


def test_a_loan_comes_with_its_history_or_not_at_all(door: Door) -> None:
    history = [{"type": "repayment", "amount": "100", "value_on": "2025-12-15", "reference": "old-1"}]
    terms = TERMS | {"start": "2025-11-01"}
    loan_id = _bring_in(door, terms=terms, disbursed_on="2025-11-01", transactions=history)
    assert door.get(f"/loans/{loan_id}")["transactions"] == 2
    body = {"reference": "L-2", "borrower": "B", "product": "term", "terms": terms, "disbursed_on": "2025-11-01"}
    wrong = [history[0] | {"reference": "old-2", "amount": "-1"}]
    assert door.post("/loans", body | {"transactions": wrong}, 422)["field"] == "transactions[0].amount"
    assert door.get("/loans")["items"][0]["reference"] == "L-1"
    assert door.post("/loans", body | {"terms": terms | {"rate": "-1"}}, 422)["field"] == "terms.rate"
    assert door.post("/loans", body | {"reference": "L-1"}, 409)["code"] == "loan_exists"
    assert door.post("/loans", body | {"disbursed_on": "2026-05-01"}, 422)["field"] == "disbursed_on"


def test_a_loan_that_is_brought_in_is_booked_up_to_today(door: Door, book: LoanBook) -> None:
    here = _bring_in(door)
    book.move_to(date(2026, 3, 20))
    book.end_of_day(date(2026, 3, 20))
    brought = _bring_in(door, "L-2")
    assert book.end_of_day(date(2026, 3, 20)) == 0
    listed = {each["id"]: each for each in door.get("/loans")["items"]}
    for name in ("outstanding", "owed", "arrears", "days_past_due", "bucket", "provision"):
        assert listed[brought][name] == listed[here][name], name
    assert listed[brought]["days_past_due"] == 47
    months = "select month, arrears, bucket from loan_month_ends where loan_id = %s order by month"
    assert len(book.rows(months, [brought])) == 2
    assert book.rows(months, [brought]) == book.rows(months, [here])
    paid = door.post(f"/loans/{brought}/repayments", {"amount": "10", "value_on": "2026-03-01"})
    assert paid["booked_to"] == "2026-03-20"
    with book.database.system() as tx:
        for name, query in {**LOAN_INVARIANTS, **LEDGER_INVARIANTS}.items():
            assert tx.all(query) == [], name


def test_a_file_of_repayments_is_recorded_once_and_its_bad_rows_are_set_aside(door: Door, book: LoanBook) -> None:
    ids_ = [_bring_in(door, f"L-{number}") for number in range(3)]
    book.move_to(date(2026, 2, 1))
    book.end_of_day(date(2026, 2, 1))
    rows = [
        "loan,amount,currency,date,reference",
        "L-0,10,USD,2026-02-01,r-0",
        "L-1,20,USD,2026-01-20,r-1",
        "L-1,30,,,r-2",
        "L-9,10,USD,2026-02-01,r-3",
        "L-2,-5,USD,2026-02-01,r-4",
        "L-2,5,EUR,2026-02-01,r-5",
        "L-2,5,USD,2026-03-01,r-6",
        "L-2,abc,USD,2026-02-01,r-7",
        "L-2,5,USD,2026-02-01,",
        "L-2,5,USD,2026-02-01",
        "L-2,5,USD,2026-02-01,r\x00",
    ]
    content = "\n".join(rows).encode()
    first = _upload(door, content)
    assert (first["rows"], first["recorded"], first["replayed"], first["quarantined"]) == (11, 3, 0, 8)
    assert first["quarantined_by_code"] == {"loan_unknown": 1, "transaction_invalid": 3, "row_invalid": 4}
    again = _upload(door, content)
    assert (again["recorded"], again["replayed"], again["quarantined"]) == (0, 3, 8)
    assert book.scalar("select count(*) from quarantine") == 8
    assert [door.get(f"/loans/{each}")["transactions"] for each in ids_] == [2, 3, 1]
    lines = b"\n".join([orjson.dumps({"loan": "L-2", "amount": "7.5", "reference": "n-1"}), b"[]", b"{"])
    read = _upload(door, lines, "ndjson")
    assert (read["recorded"], read["quarantined"]) == (1, 2)
    assert _upload(door, b"", status=422)["code"] == "repayment_file_invalid"
    assert _upload(door, b"a,b\n1,2\n", status=422)["code"] == "repayment_file_invalid"


@pytest.mark.parametrize("written", ["1_000", "\uff11\uff10", "\u0661", " ", "NaN", "1 0"])
def test_an_amount_is_written_in_plain_digits(door: Door, written: str) -> None:
    loan_id = _bring_in(door)
    body = {"amount": written}
    assert door.post(f"/loans/{loan_id}/repayments", body, 422)["field"] == "amount"
    answer = _upload(door, f"loan,amount,reference\nL-1,{written},r-1\n".encode())
    assert (answer["recorded"], answer["quarantined_by_code"]) == (0, {"row_invalid": 1})


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_line_that_is_too_long_is_set_aside_as_one_row(door: Door, kind: str) -> None:
    _bring_in(door)
    long, other = b"x" * 4_200, orjson.dumps({"loan": "L-1", "amount": "5", "reference": "r-2"})
    lines = {
        "csv": [b"loan,amount,reference", b'L-1,5,"' + long + b"\xff" + b"\nL-1,9,r-9,", b"L-1,5,r-2"],
        "ndjson": [b'{"loan": "' + long + other, other],
    }[kind]
    answer = _upload(door, b"\n".join(lines).replace(b"\nL-1,9,r-9,", b",L-1,9,r-9"), kind)
    assert (answer["rows"], answer["recorded"], answer["quarantined_by_code"]) == (2, 1, {"row_invalid": 1})
    assert "longer than 4,096 bytes" in answer["problems"][0]["reason"]


def _upload(door: Door, content: bytes, kind: str = "csv", status: int = 200) -> Any:
    response = door.client.post(
        f"/api/v1/lending/repayments/bulk?format={kind}",
        content=content,
        headers=door.headers | {"content-type": "text/csv"},
    )
    assert response.status_code == status, response.text
    return response.json()


def test_index_rates_are_recorded_once_and_never_overwritten(door: Door) -> None:
    body = {"name": "SOFR", "effective_on": "2026-01-01", "rate": "4.25"}
    door.post("/index-rates", body)
    door.post("/index-rates", body)
    assert door.post("/index-rates", body | {"rate": "4.5"}, 409)["code"] == "index_rate_exists"
    door.post("/index-rates", body | {"name": "a b"}, 422)
    assert [each["name"] for each in door.get("/index-rates")["items"]] == ["SOFR"]


def test_the_end_of_day_can_be_begun_by_hand(door: Door, book: LoanBook) -> None:
    first = door.post("/end-of-day", None, 202)
    assert door.post("/end-of-day", None, 202) == first
    assert book.scalar("select kind from tasks") == "lending.end_of_day"


def test_the_first_loan_has_the_end_of_day_scheduled(door: Door, book: LoanBook) -> None:
    assert book.scalar("select count(*) from schedules where kind = 'lending.end_of_day'") == 0
    _bring_in(door)
    assert book.scalar("select rule ->> 'daily_at' from schedules where kind = 'lending.end_of_day'") == "06:00"


def test_nobody_relieves_a_loan_without_the_permission_or_of_another_organisation(
    door: Door, client: TestClient, organization: Organization, other_organization: Organization, database: Database
) -> None:
    loan_id = _bring_in(door)
    people = People(database)
    operator = Door(client, people.key(organization, Role.OPERATOR))
    waiver = {"type": "waiver", "amount": "1", "parameters": {"component": "interest"}, "reason": "Kindness."}
    operator.post(f"/loans/{loan_id}/transactions", waiver, 403)
    operator.post(f"/loans/{loan_id}/transactions/preview", waiver, 403)
    operator.post(f"/loans/{loan_id}/restructure", {"periods": 3, "reason": "x"}, 403)
    assert "waiver" not in operator.get(f"/loans/{loan_id}")["acts"]
    reader = Door(client, people.key(organization, Role.READ_ONLY))
    reader.post(f"/loans/{loan_id}/repayments", {"amount": "1"}, 403)
    stranger = Door(client, people.key(other_organization, Role.OWNER))
    for path in ("", "/transactions", "/payoff"):
        stranger.get(f"/loans/{loan_id}{path}", 404)
    stranger.post(f"/loans/{loan_id}/repayments", {"amount": "1"}, 404)
    assert stranger.get("/loans")["items"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "charge", "amount": "5"}, "parameters.component"),
        (
            {"type": "charge", "amount": "5", "parameters": {"component": "interest", "name": "x"}},
            "parameters.component",
        ),
        ({"type": "waiver", "amount": "5", "reason": "x"}, "parameters.component"),
        ({"type": "rate_change", "parameters": {"rate": "-1"}, "reason": "x"}, "parameters.rate"),
        ({"type": "rate_change", "amount": "5", "parameters": {"rate": "1"}, "reason": "x"}, "amount"),
        ({"type": "pause", "parameters": {"until": "2025-01-01"}, "reason": "x"}, "parameters.until"),
        ({"type": "pause", "parameters": {"until": "soon"}, "reason": "x"}, "parameters.until"),
        ({"type": "restructure", "parameters": {}, "reason": "x"}, "parameters"),
        ({"type": "restructure", "parameters": {"periods": 0}, "reason": "x"}, "parameters.periods"),
        ({"type": "charge_off"}, "reason"),
    ],
)
def test_what_is_wrong_with_a_transaction_is_named(door: Door, body: dict[str, Any], field: str) -> None:
    loan_id = _bring_in(door)
    assert door.post(f"/loans/{loan_id}/transactions", body, 422)["field"] == field


def test_a_loan_that_is_not_known_is_said_to_be_so(door: Door) -> None:
    assert door.get(f"/loans/{ids.new_id()}", 404)["code"] == "loan_unknown"


def test_a_payment_sent_twice_with_one_key_is_recorded_once(door: Door) -> None:
    loan_id = _bring_in(door)
    path, body = f"/loans/{loan_id}/repayments", {"amount": "10"}
    first = door.post(path, body, Idempotency_Key="once")
    assert door.post(path, body, Idempotency_Key="once") == first
    assert door.post(path, {"amount": "11"}, 409, Idempotency_Key="once")["code"] == "idempotency_key_reused"
    assert door.get(f"/loans/{loan_id}")["transactions"] == 2


def test_a_loan_keeps_the_terms_it_was_booked_on_when_its_product_changes(
    door: Door, lender: Lender, organization: Organization, database: Database
) -> None:
    loan_id = _bring_in(door)
    before = door.get(f"/loans/{loan_id}")
    with database.transaction(organization.id) as tx:
        product = parse_product(
            {**PRODUCT, "key": "term", "credit_terms": CREDIT | {"rate": {"kind": "fixed", "rate": "20"}}}
        )
        usecases.publish_product(tx, organization, lender.kind.catalogue, product, author="test")
    assert door.get(f"/loans/{loan_id}") == before
    assert before["product_version"] == 1


def test_relief_is_recorded_with_its_reason_and_changes_what_is_owed(door: Door, book: LoanBook) -> None:
    loan_id = _bring_in(door)
    book.move_to(date(2026, 2, 10))
    path = f"/loans/{loan_id}/transactions"
    fee = {"component": "fee", "name": "Reminder"}
    door.post(path, {"type": "charge", "amount": "15", "parameters": fee})
    waiver = {"type": "waiver", "amount": "15", "parameters": {"component": "fee"}, "reason": "Goodwill."}
    door.post(path, waiver)
    assert door.post(path, waiver, 409)["code"] == "transaction_refused"
    door.post(path, {"type": "pause", "parameters": {"until": "2026-03-10"}, "reason": "Hospital."})
    door.post(path, {"type": "charge_off", "reason": "No hope."})
    shown = door.get(f"/loans/{loan_id}")
    assert shown["state"] == "charged_off"
    assert "repayment" in shown["acts"]
    assert "charge" not in shown["acts"]
    # On the same day it would come before the charge-off, in whatever order they arrive.
    book.move_to(date(2026, 2, 11))
    door.post(path, {"type": "charge", "amount": "5", "parameters": fee}, 409)
    door.post(f"/loans/{loan_id}/repayments", {"amount": "100"})
    door.post(path, {"type": "write_off", "reason": "Given up."})
    shown = door.get(f"/loans/{loan_id}")
    assert (shown["state"], shown["figures"]["owed"]) == ("written_off", "0.00")
    names = {each["name"] for each in book.rows("select name from events where name like 'lending.loan.%%'", [])}
    assert {"lending.loan.charged", "lending.loan.waived", "lending.loan.paused", "lending.loan.charged_off"} <= names
    with book.database.system() as tx:
        for name, query in {**LOAN_INVARIANTS, **LEDGER_INVARIANTS}.items():
            assert tx.all(query) == [], name
