"""Whatever is sent over HTTP, in whatever order, by whom and how often: the books hold, and are what a replay gives."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.application import lend_app
from tests.support.lending import PRODUCT, open_lender
from tests.support.loans import START, LoanBook
from tests.support.offers import CREDIT_TERMS

from intendant.bootstrap import build
from intendant.domains.lending.daily import after_end_of_day
from intendant.domains.lending.loans import books, repository
from intendant.domains.lending.loans.late_resets import set_late_rates
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.servicing.summary import summarize
from intendant.kernel import access
from intendant.kernel.organizations import Organization, create_organization
from intendant.kit import ids
from intendant.kit.database import Database
from intendant.kit.settings import Settings

BASE = "/api/v1/lending"
TERMS: dict[str, Any] = {
    "amount": "1200",
    "currency": "USD",
    "rate": "12",
    "periods": 6,
    "start": START.isoformat(),
    "penalty": {"rate": "24", "grace_days": 3},
    "fees": [{"name": "Late fee", "when": "late", "portion": {"value": "10"}}],
}
FIRST_DAY = START + timedelta(days=45)
LOANS = 3


@dataclass
class Office:
    """A lender's office: its book, a client, and the ids of its loans and of what was recorded."""

    book: LoanBook
    client: TestClient
    headers: dict[str, str]
    loans: list[str] = field(default_factory=list)
    recorded: list[tuple[str, str]] = field(default_factory=list)
    today: date = FIRST_DAY

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request; return its answer, which is never a failure of ours."""
        answer = self.client.request(method, BASE + path, json=body, headers=self.headers | headers)
        assert answer.status_code < 500, answer.text
        return answer

    def bring_in(self) -> str:
        """Bring a loan in, paid out on the first day."""
        body = {
            "reference": f"L-{ids.new_id()}",
            "borrower": "Ada Lovelace",
            "product": "personal",
            "terms": TERMS,
            "disbursed_on": START.isoformat(),
        }
        answer = self.send("POST", "/loans", body)
        assert answer.status_code == 201, answer.text
        self.loans.append(answer.json()["id"])
        return self.loans[-1]

    def pass_days(self, count: int) -> None:
        """Let days go by, and end the last of them."""
        self.today += timedelta(days=count)
        self.book.move_to(self.today)
        self.book.end_of_day(self.today)
        set_late_rates(self.book.database, self.book.organization.id)
        for _, work in after_end_of_day():
            work(self.book.database, self.book.organization.id, self.today)

    def is_sound(self) -> None:
        """Every loan is what a replay of its transactions gives, to the cent."""
        organization = self.book.organization.id
        with self.book.database.transaction(organization) as tx:
            for row in tx.all("select id from loans where organization_id = %s limit 100", [organization]):
                loan = repository.get_loan(tx, row["id"])
                replayed = books.full_book(tx, loan, loan.booked_to)
                again = summarize(replayed)
                for name in repository.FIGURES:
                    assert getattr(loan, name) == getattr(again, name), (name, loan.state)
                kept = books.book_of(tx, loan.id, on=loan.booked_to)
                assert kept.instalments == replayed.instalments
                booked = self.book.ledger(loan)
                wanted: dict[Any, Any] = {}
                for each in replayed.postings:
                    key = (str(each.kind), each.value_on, each.transaction_id)
                    wanted[key] = wanted.get(key, 0) + each.amount
                found: dict[Any, Any] = {}
                for (kind, value_on, transaction_id, *_), amount in booked.items():
                    found[kind, value_on, transaction_id] = found.get((kind, value_on, transaction_id), 0) + amount
                assert found == {key: amount for key, amount in wanted.items() if amount}
        lines = self.send("GET", "/ledger/trial-balance").json()["lines"]
        assert sum(float(line["debit"]) - float(line["credit"]) for line in lines) == pytest.approx(0, abs=1e-9)


def sound(database: Database, *offices: Office) -> None:
    """Everything that must hold, does."""
    for office in offices:
        office.is_sound()
    with database.system() as tx:
        for name, query in LENDING.invariants.items():
            assert tx.all(query) == [], name


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Serve the whole application."""
    with TestClient(lend_app(build(Settings(home=tmp_path), database))) as client:
        yield client


def open_office(database: Database, client: TestClient, organization: Organization) -> Office:
    """Open a lender's office on its first day."""
    open_lender(database, organization, model=False)
    book = LoanBook(database, organization)
    book.move_to(FIRST_DAY)
    with database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=organization.id, name="test", role=access.Role.OWNER, by="test"
        )
    office = Office(book, client, {"Authorization": f"Bearer {secret}"})
    credit = {name: value for name, value in CREDIT_TERMS.items() if name not in ("offer", "conditions")}
    assert office.send("POST", "/products", {**PRODUCT, "credit_terms": credit}).status_code == 201
    return office


@pytest.fixture
def office(database: Database, client: TestClient, organization: Organization) -> Office:
    """Open an office."""
    return open_office(database, client, organization)


def test_one_payment_sent_twice_at_the_same_moment_is_one(database: Database, office: Office) -> None:
    loan = office.bring_in()
    body = {"amount": "100.00", "reference": "bank-1"}

    def send(number: int) -> Any:
        # Every second one is the same request again, the others are requests of their own for the same payment.
        key = {"Idempotency-Key": f"k-{number // 2}"}
        return office.send("POST", f"/loans/{loan}/repayments", body, **key)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert len({each["transaction_id"] for each in made}) == 1
    # One under way with the same key is told so, and finds the answer when it asks again.
    assert all(send(number).json()["transaction_id"] == made[0]["transaction_id"] for number in range(8))
    shown = office.send("GET", f"/loans/{loan}/transactions").json()["items"]
    assert [each["type"] for each in shown] == ["disbursement", "repayment"]
    sound(database, office)


def test_a_payment_of_a_closed_period_is_booked_on_the_first_open_day_and_counts_from_its_own(
    database: Database, office: Office
) -> None:
    in_time, late = office.bring_in(), office.bring_in()
    due, closed_to = date(2026, 2, 1), date(2026, 2, 14)
    amount = office.send("GET", f"/loans/{in_time}").json()["instalments"][0]["total"]
    paid = {"amount": amount, "value_on": due.isoformat()}
    assert office.send("POST", f"/loans/{in_time}/repayments", paid).status_code == 201
    office.pass_days(1)
    assert office.send("GET", f"/loans/{late}").json()["days_past_due"] == 15
    closed = office.send("POST", "/ledger/periods", {"ends_on": closed_to.isoformat(), "reason": "Half a month."})
    assert closed.status_code == 201, closed.text
    before = office.send("GET", f"/ledger/trial-balance?on={closed_to}").json()["lines"]

    assert office.send("POST", f"/loans/{late}/repayments", paid).status_code == 201
    assert office.send("GET", f"/ledger/trial-balance?on={closed_to}").json()["lines"] == before
    booked = office.book.rows(
        "select min(booked_on) as first, max(booked_on) as last from ledger_postings where loan_id = %s"
        " and booked_on > %s",
        [late, closed_to],
    )[0]
    assert closed_to < booked["first"] <= booked["last"] <= office.today
    one, other = (office.send("GET", f"/loans/{each}").json() for each in (in_time, late))
    for name in ("state", "outstanding", "owed", "arrears", "days_past_due", "next_due_on", "provision", "instalments"):
        assert one[name] == other[name], name
    sound(database, office)


ACTS = st.one_of(
    st.tuples(st.just("pay"), st.integers(1, 40_000), st.integers(0, 60)),
    st.tuples(st.just("pay"), st.integers(20_000, 140_000), st.integers(0, 3)),
    st.tuples(st.just("reverse"), st.integers(0, 20), st.just(0)),
    st.tuples(st.just("reverse"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("charge"), st.integers(1, 3_000), st.integers(0, 30)),
    st.tuples(st.just("waive"), st.integers(1, 2_000), st.integers(0, 10)),
    st.tuples(st.just("restructure"), st.integers(2, 12), st.booleans()),
    st.tuples(st.just("pay_off"), st.integers(0, 1), st.just(0)),
    st.tuples(st.sampled_from(["charge_off", "write_off"]), st.just(0), st.just(0)),
    st.tuples(st.just("close_period"), st.integers(1, 40), st.just(0)),
    st.tuples(st.just("days"), st.integers(1, 35), st.just(0)),
    st.tuples(st.just("strange"), st.integers(0, 5), st.just(0)),
)


def do(office: Office, other: Office, loan: str, act: tuple[str, int, int]) -> None:
    """Do one act about a loan; what is refused leaves no trace."""
    name, number, offset = act
    on = (office.today - timedelta(days=int(offset))).isoformat()
    relief = {"reason": "A test."}
    match name:
        case "pay":
            body = {"amount": f"{number / 100:.2f}", "value_on": on, "reference": str(ids.new_id())}
            answer = office.send("POST", f"/loans/{loan}/repayments", body)
            if answer.status_code == 201:
                office.recorded.append((loan, answer.json()["transaction_id"]))
                assert office.send("POST", f"/loans/{loan}/repayments", body).json()["replayed"]
        case "reverse" if office.recorded:
            of, transaction = office.recorded.pop(number % len(office.recorded))
            office.send("POST", f"/loans/{of}/transactions/{transaction}/reverse", relief)
        case "charge" | "waive":
            kind = {"charge": "charge", "waive": "waiver"}[name]
            parameters = {"component": "fee"} | ({"name": "Visit"} if name == "charge" else {})
            body = {"type": kind, "amount": f"{number / 100:.2f}", "value_on": on, "parameters": parameters} | relief
            office.send("POST", f"/loans/{loan}/transactions", body)
        case "restructure":
            office.send("POST", f"/loans/{loan}/restructure", {"periods": number, "capitalize": bool(offset)} | relief)
        case "pay_off":
            owed = office.send("GET", f"/loans/{loan}/payoff").json().get("total", "0")
            answer = office.send("POST", f"/loans/{loan}/repayments", {"amount": owed})
            if answer.status_code == 201:
                office.recorded.append((loan, answer.json()["transaction_id"]))
        case "charge_off" | "write_off":
            office.send("POST", f"/loans/{loan}/transactions", {"type": name} | relief)
        case "close_period":
            office.pass_days(1)
            ends_on = (office.today - timedelta(days=number)).isoformat()
            office.send("POST", "/ledger/periods", {"ends_on": ends_on, "reason": "A test."})
        case "days":
            office.pass_days(number)
        case "strange":
            # Another organisation's loan, a future day, another currency, no amount, a day before the loan, no permission to be.
            bodies = (
                {"amount": "1"},
                {"amount": "1", "value_on": (office.today + timedelta(days=1)).isoformat()},
                {"amount": "1", "currency": "EUR"},
                {"amount": "0"},
                {"amount": "1", "value_on": "2020-01-01"},
                {"amount": "-5"},
            )
            sender = other if number == 0 else office
            answer = sender.send("POST", f"/loans/{loan}/repayments", bodies[number])
            assert answer.status_code in (404, 409, 422), answer.text


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.integers(0, 1), st.integers(0, LOANS - 1), ACTS), min_size=4, max_size=25))
def test_any_acts_on_loans_of_two_lenders_leave_sound_books(
    database: Database, client: TestClient, acts: list[tuple[int, int, tuple[str, int, int]]]
) -> None:
    offices = []
    for _ in range(2):
        with database.system() as tx:
            organization = create_organization(tx, slug=f"lender-{ids.new_id()}", name="A lender")
        office = open_office(database, client, organization)
        for _ in range(LOANS):
            office.bring_in()
        offices.append(office)
    for place, loan, act in acts:
        office, other = offices[place], offices[1 - place]
        do(office, other, office.loans[loan], act)
    for office in offices:
        office.pass_days(1)
    sound(database, *offices)
