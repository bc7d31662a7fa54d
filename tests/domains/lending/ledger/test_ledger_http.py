"""The ledger over HTTP: chart, trial balance, postings, statements, periods, exports; and what each refuses."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.domains.lending.ledger.conftest import NOW, Ledger, posting
from tests.domains.lending.ledger.test_ledger_postings import FIRST, SECOND, usd
from tests.support.lending import Lender
from tests.support.lending_door import BASE, Door
from tests.support.serving import People

from intendant.domains.lending.servicing.model import Account
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.ids import new_id

LEDGER = f"{BASE}/ledger"


@pytest.fixture
def booked(ledger: Ledger, lender: Lender) -> Ledger:
    """Book a loan's payout, two days of interest and a repayment, and another loan's payout."""
    assert lender
    ledger.loan(FIRST, "90.00", booked_to=date(2026, 3, 1))
    ledger.loan(SECOND, "7.00", booked_to=date(2026, 3, 1))
    interest = (Account.INTEREST_RECEIVABLE, Account.INTEREST_INCOME, "accrual")
    ledger.book(
        usd(
            FIRST,
            posting("100.00"),
            posting("0.10", date(2026, 1, 15), *interest),
            posting("0.1234", date(2026, 1, 16), *interest),
            posting("10.00", date(2026, 2, 1), Account.CASH, Account.PRINCIPAL, "repayment", UUID(int=9)),
        ),
        usd(SECOND, posting("7.00", date(2026, 2, 1))),
    )
    return ledger


def request(door: Door, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Send a request and return the response."""
    return door.client.request(
        method, LEDGER + path, json=body, headers=door.headers | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_the_chart_is_there_before_anything_is_booked(door: Door) -> None:
    page = door.get("/ledger/accounts")
    assert {each["purpose"] for each in page["items"]} == {each.value for each in Account} | {None}
    assert page["items"][0] | {"updated_at": ""} == {
        "code": "1000",
        "name": "Cash and bank",
        "type": "asset",
        "purpose": "cash",
        "version": 1,
        "changed_by": "system",
        "updated_at": "",
    }
    first = door.get("/ledger/accounts?limit=2")
    assert first["next"] == "1200"
    assert door.get("/ledger/accounts?limit=2&after=1200")["items"][0]["code"] == "1210"


def test_an_account_is_added_once_renamed_and_removed_while_nothing_uses_it(door: Door, ledger: Ledger) -> None:
    body = {"code": "1010", "name": "Second   bank", "type": "asset"}
    added = request(door, "POST", "/accounts", body, idempotency_key="one")
    assert (added.status_code, added.json()["name"]) == (201, "Second bank")
    assert request(door, "POST", "/accounts", body, idempotency_key="one").json() == added.json()
    again = request(door, "POST", "/accounts", body)
    assert (again.status_code, again.json()["code"]) == (409, "account_exists")
    changed = request(door, "PUT", "/accounts/1010", {"name": "House bank", "replaces": 1})
    assert changed.json()["version"] == 2
    late = request(door, "PUT", "/accounts/1010", {"name": "House bank", "replaces": 1})
    assert (late.status_code, late.json()["code"]) == (409, "account_changed")
    assert request(door, "DELETE", "/accounts/1010").status_code == 204
    assert request(door, "DELETE", "/accounts/1010").status_code == 404
    names = ledger.rows("select name from events where name like %s order by id", ["lending.account.%"])
    assert [row["name"] for row in names] == [f"lending.account.{each}" for each in ("added", "changed", "removed")]


def test_a_purpose_moves_to_another_account_of_its_type_until_something_is_booked(door: Door, ledger: Ledger) -> None:
    request(door, "POST", "/accounts", {"code": "1576", "name": "Receivables", "type": "asset"})
    request(door, "POST", "/accounts", {"code": "7000", "name": "Other", "type": "income"})
    wrong = request(door, "PUT", "/accounts/7000", {"name": "Other", "purpose": "principal", "replaces": 1})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "purpose")
    taken = request(door, "PUT", "/accounts/1000", {"name": "Cash", "purpose": "principal", "replaces": 1})
    assert (taken.status_code, taken.json()["code"]) == (409, "account_used")
    moved = request(door, "PUT", "/accounts/1576", {"name": "Receivables", "purpose": "principal", "replaces": 1})
    assert moved.json()["purpose"] == "principal"
    ledger.book(usd(FIRST, posting("100.00")))
    assert ledger.rows("select debit from ledger_postings") == [{"debit": "1576"}]
    back = request(door, "PUT", "/accounts/1200", {"name": "Loans", "purpose": "principal", "replaces": 2})
    assert (back.status_code, back.json()["code"]) == (409, "account_used")
    assert request(door, "DELETE", "/accounts/1576").json()["code"] == "account_used"
    assert request(door, "DELETE", "/accounts/1200").status_code == 204


def test_the_trial_balance_is_zero_and_agrees_with_the_loans(door: Door, booked: Ledger) -> None:
    found = door.get("/ledger/trial-balance")
    lines = {line["code"]: line for line in found["lines"]}
    assert lines["1200"]["balance"] == "97.00"
    assert lines["1210"]["balance"] == "0.2234"
    assert (lines["1000"]["debit"], lines["1000"]["credit"]) == ("10.00", "107.00")
    assert [Decimal(total["balance"]) for total in found["totals"]] == [0]
    assert [(each["purpose"], Decimal(each["difference"])) for each in found["controls"]] == [
        ("principal", Decimal(0)),
        ("loss_allowance", Decimal(0)),
    ]
    booked.book(usd(new_id(), posting("1.00")))
    wrong = door.get("/ledger/trial-balance")["controls"][0]
    assert (wrong["account"], wrong["loans"], wrong["difference"]) == ("98.00", "97.00", "1.00")


def test_the_trial_balance_of_a_range_tells_what_was_before(door: Door, booked: Ledger) -> None:
    assert booked
    found = door.get("/ledger/trial-balance?from=2026-02-01&on=2026-02-28&currency=USD")
    cash = found["lines"][0]
    assert [cash[name] for name in ("opening", "debit", "credit", "balance")] == [
        "-100.00",
        "10.00",
        "7.00",
        "-97.00",
    ]
    assert found["controls"] is None
    assert door.get("/ledger/trial-balance?currency=EUR")["lines"] == []
    assert door.get("/ledger/trial-balance?known_at=2026-05-31T00:00:00Z")["lines"] == []
    assert door.get("/ledger/trial-balance?on=9999-12-31&from=0001-01-01")["lines"][0]["balance"] == "-97.00"


WRONG = [
    ("/trial-balance?on=tomorrow", "on"),
    ("/trial-balance?from=2026-02-01&on=2026-01-01", "from"),
    ("/trial-balance?currency=usd", "currency"),
    ("/postings?loan=1", "loan"),
    ("/postings?after=nothing", "after"),
    ("/postings?limit=201", "limit"),
    ("/postings?kind=A!", "kind"),
    ("/accounts/1000/statement?after=2026-01-01_x_1", "after"),
    ("/accounts/1000/statement?after=2026-01-01_00000000-0000-0000-0000-000000000001_NaN", "after"),
    ("/accounts/1000/statement?from=2026-02-01&to=2026-01-01", "from"),
    ("/periods?after=x", "after"),
    ("/export.csv?from=2026-01-01", "to"),
    ("/export.csv?from=2026-02-01&to=2026-01-01", "from"),
    ("/export.journal?from=2020-01-01&to=2026-01-01", "from"),
]


@pytest.mark.parametrize(("path", "field"), WRONG)
def test_a_wrong_value_is_refused_with_its_name(door: Door, path: str, field: str) -> None:
    door.get("/ledger/accounts")
    response = request(door, "GET", path)
    assert response.status_code == 422
    assert field in response.text


def test_postings_are_listed_by_filter_and_by_page(door: Door, booked: Ledger) -> None:
    assert booked
    everything = door.get("/ledger/postings")["items"]
    assert [each["booked_on"] for each in everything] == sorted((e["booked_on"] for e in everything), reverse=True)
    seen: list[Mapping[str, Any]] = []
    after = ""
    while True:
        page = door.get(f"/ledger/postings?limit=2{after}")
        seen += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == everything
    for query, count in (
        (f"loan={FIRST}", 4),
        (f"loan={FIRST}&limit=200&kind=accrual", 2),
        ("account=1210", 2),
        ("account=1000&from=2026-02-01", 2),
        ("to=2026-01-15", 2),
        ("currency=EUR", 0),
        (f"loan={new_id()}", 0),
    ):
        assert len(door.get(f"/ledger/postings?{query}")["items"]) == count, query
    assert everything[0]["loan_reference"].startswith("L-")
    assert {each["debit_name"] for each in everything if each["kind"] == "accrual"} == {"Interest receivable"}


def test_a_posting_tells_what_took_it_back_and_what_caused_it(door: Door, booked: Ledger) -> None:
    with booked.database.transaction(booked.organization.id) as tx:
        tx.execute(
            "insert into loan_transactions (organization_id, id, loan_id, sequence, type, value_on, amount, currency,"
            " parameters, recorded_by, recorded_at) values (%s, %s, %s, 2, 'repayment', '2026-02-01', 10, 'USD', '{}',"
            " 'user:ada', %s)",
            [booked.organization.id, UUID(int=9), FIRST, NOW],
        )
    repaid = door.get("/ledger/postings?kind=repayment")["items"][0]
    detail = door.get(f"/ledger/postings/{repaid['id']}")
    assert (detail["cause"]["type"], detail["cause"]["recorded_by"]) == ("repayment", "user:ada")
    accrual = door.get("/ledger/postings?kind=accrual")["items"][0]
    booked.rebook(usd(FIRST))
    reversed_ = door.get(f"/ledger/postings/{accrual['id']}")
    assert reversed_["cause"] is None
    assert door.get(f"/ledger/postings/{reversed_['reversed_by']}")["reverses"] == accrual["id"]
    assert request(door, "GET", f"/postings/{new_id()}").json()["code"] == "posting_unknown"


def test_a_statement_runs_on_from_page_to_page(door: Door, booked: Ledger) -> None:
    assert booked
    path = "/ledger/accounts/1000/statement?from=2026-01-16&to=2026-02-28&limit=1"
    first = door.get(path)
    assert [first[name] for name in ("opening", "debit", "credit", "closing")] == [
        "-100.00",
        "10.00",
        "7.00",
        "-97.00",
    ]
    second = door.get(f"{path}&after={first['next']}")
    assert second["next"] is None
    lines = first["items"] + second["items"]
    assert [line["balance"] for line in lines][-1] == first["closing"]
    assert {line["other_account"] for line in lines} == {"1200"}
    assert request(door, "GET", "/accounts/9999/statement").status_code == 404
    assert door.get("/ledger/accounts/1000/statement?currency=EUR")["items"] == []


def test_a_period_is_closed_once_and_only_by_who_may(
    door: Door, booked: Ledger, people: People, organization: Organization
) -> None:
    body = {"ends_on": "2026-01-31", "reason": "month end"}
    clerk = Door(door.client, people.key(organization, Role.OPERATOR))
    assert request(clerk, "POST", "/periods", body).status_code == 403
    closed = request(door, "POST", "/periods", body, idempotency_key="january")
    assert closed.status_code == 201
    assert len(closed.json()["digest"]) == 64
    assert request(door, "POST", "/periods", body, idempotency_key="january").json() == closed.json()
    again = request(door, "POST", "/periods", body)
    assert (again.status_code, again.json()["code"]) == (409, "period_closed")
    waiting = request(door, "POST", "/periods", {"ends_on": "2026-03-01", "reason": "too early"})
    assert (waiting.status_code, waiting.json()["code"]) == (409, "loans_not_booked")
    future = (booked.organization.clock.now() + timedelta(days=2)).date().isoformat()
    assert request(door, "POST", "/periods", {"ends_on": future, "reason": "x"}).status_code == 422
    assert request(clerk, "GET", "/periods").json()["items"] == [closed.json()]
    assert door.get("/ledger/trial-balance")["closed_to"] == "2026-01-31"


def test_the_table_holds_every_posting_and_no_formula(door: Door, booked: Ledger) -> None:
    with booked.database.transaction(booked.organization.id) as tx:
        tx.execute("update loans set reference = '=1+1' where id = %s", [FIRST])
    response = request(door, "GET", "/export.csv?from=2026-01-01&to=2026-12-31")
    assert response.headers["content-disposition"] == 'attachment; filename="ledger-2026-01-01-2026-12-31.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 5
    assert rows[0]["loan_reference"] == "'=1+1"
    assert (rows[0]["debit_name"], rows[0]["amount"]) == ("Loans to customers", "100.0000")
    days = request(door, "GET", "/export.csv?from=2026-01-01&to=2026-12-31&grouped=day")
    lines = list(csv.DictReader(io.StringIO(days.text)))
    cash = [line for line in lines if line["account"] == "1000"]
    assert [(line["booked_on"], line["debit"], line["credit"]) for line in cash] == [
        ("2026-01-15", "0", "100.0000"),
        ("2026-02-01", "10.0000", "7.0000"),
    ]
    assert booked.rows("select 1 as found from audit where body like %s", ["%ledger.postings.exported%"])


def test_another_organisation_sees_nothing_of_the_ledger(
    client: TestClient, booked: Ledger, people: People, other_organization: Organization
) -> None:
    own = booked.rows("select id from ledger_postings limit 1")[0]["id"]
    stranger = Door(client, people.key(other_organization, Role.OWNER))
    assert stranger.get("/ledger/trial-balance")["lines"] == []
    assert stranger.get(f"/ledger/postings?loan={FIRST}")["items"] == []
    assert request(stranger, "GET", f"/postings/{own}").status_code == 404
    assert stranger.get("/ledger/periods")["items"] == []
    assert request(stranger, "GET", "/export.csv?from=2026-01-01&to=2026-12-31").text.count("\r\n") == 1
