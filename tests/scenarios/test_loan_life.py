"""The life of a loan over HTTP and through a real worker: from the application to the lesson, by itself or with people's words.

And the end of day of many loans, killed again and again: the books are those of a lender where nothing ever happened.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.scenarios.chaos import verify
from tests.support.deciding import change_action
from tests.support.installation import Installation, temporary_home
from tests.support.lending import GOOD, PRODUCT, Lender
from tests.support.loans import START, LoanBook, loan_terms
from tests.support.offers import CREDIT_TERMS
from tests.support.waiting import wait_for

from intendant.domains.lending.contract import DISBURSEMENTS_COMPONENT, END_OF_DAY_TASK, OFFERS_COMPONENT
from intendant.domains.lending.loans.model import NewTransaction
from intendant.domains.lending.loans.opening import open_loan
from intendant.domains.lending.loans.recording import record_many
from intendant.domains.lending.loans.repository import FIGURES
from intendant.domains.lending.manifest import LENDING as LENDING_DOMAIN
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.terms import Penalty
from intendant.kernel import tasks
from intendant.kernel.organizations import get_organization, set_clock
from intendant.kernel.tasks import TaskFilter, TaskState
from intendant.kit import clock
from intendant.kit.clock import BusinessClock

LENDING = "/api/v1/lending"
PAID_AT_ONCE = {name: value for name, value in CREDIT_TERMS.items() if name not in ("offer", "conditions")}
COUNT = 300
STANDSTILL_DAYS = 40
KILLS = 3


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Lend an installation with provider, server and worker."""
    with temporary_home() as home, Installation(home) as installation:
        installation.start_provider()
        installation.start_server()
        installation.start_worker()
        yield installation


@pytest.fixture
def lender(installation: Installation, request: pytest.FixtureRequest) -> Lender:
    """Make a lender of its own for the test, whose day is the first of January until it is moved."""
    lender = installation.lender(f"lender-{abs(hash(request.node.name)) % 10**9}")
    change_action(lender, "approve", hold_seconds=0.0)
    move_to(lender, START)
    return lender


@pytest.fixture
def client(installation: Installation, lender: Lender) -> Iterator[httpx.Client]:
    """Lend a client of the lender's owner."""
    with installation.client(installation.key(lender.organization)) as client:
        yield client


def move_to(lender: Lender, day: date) -> None:
    """Let it be noon of a day, and stay so."""
    with lender.database.system() as tx:
        noon = datetime.combine(day, time(12), UTC)
        set_clock(tx, lender.organization.id, BusinessClock(clock.system_now(), noon, 0.0))


def post(client: httpx.Client, path: str, body: Any, status: int = 201) -> Any:
    """Send a POST and return the answer."""
    answer = client.post(f"{LENDING}{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def get(client: httpx.Client, path: str) -> Any:
    """Send a GET and return the answer."""
    answer = client.get(f"{LENDING}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def apply(client: httpx.Client, reference: str) -> dict[str, Any]:
    """Apply for a loan; return the decision."""
    told: dict[str, Any] = post(
        client, "/applications", {"product": "personal", "reference": reference, "inputs": GOOD}
    )
    assert (told["verdict"], told["action"]) == ("act", "approve"), told
    return told


def loan_of(client: httpx.Client, reference: str) -> dict[str, Any]:
    """Wait for the loan of an application, paid out."""

    def look() -> dict[str, Any] | None:
        found = get(client, f"/loans?q={reference}")["items"]
        return found[0] if found and found[0]["state"] == "active" else None

    return wait_for(look, "the loan", seconds=30)


def end_of_day(client: httpx.Client) -> dict[str, Any]:
    """Book all loans by a task of the worker; return its result."""
    task_id = post(client, "/end-of-day", {}, 202)["task_id"]

    def look() -> dict[str, Any] | None:
        task: dict[str, Any] = client.get(f"/api/v1/tasks/{task_id}").json()
        assert task["state"] != "failed", task
        return task if task["state"] == "done" else None

    result: dict[str, Any] = wait_for(look, "the end of the day", seconds=60)["result"]
    return result


def answer_question(client: httpx.Client, subject_id: str) -> None:
    """Approve the one open question about a subject, as a person."""

    def look() -> dict[str, Any] | None:
        found = client.get("/api/v1/approvals").json()["items"]
        return next((each for each in found if each["subject_id"] == subject_id and each["state"] == "open"), None)

    question = wait_for(look, "the question")
    answer = client.post(
        f"/api/v1/approvals/{question['id']}/approve", json={"digest": question["digest"], "reason": "Looked at."}
    )
    assert answer.status_code == 200, answer.text


def is_balanced(client: httpx.Client) -> bool:
    """Say whether debits are credits and the ledger's principal is that of the loans."""
    lines = get(client, "/ledger/trial-balance")["lines"]
    principal = sum(Decimal(line["balance"]) for line in lines if line["purpose"] == "principal")
    loans = get(client, "/loans?limit=200")["items"]
    outstanding = sum(Decimal(loan["outstanding"]) for loan in loans if loan["state"] in ("active", "closed"))
    return sum(Decimal(line["debit"]) - Decimal(line["credit"]) for line in lines) == 0 and principal == outstanding


def test_a_loan_is_approved_paid_out_repaid_and_teaches_by_itself(installation, lender, client):
    post(client, "/products", {**PRODUCT, "credit_terms": PAID_AT_ONCE})
    told = apply(client, "A-1")
    loan = loan_of(client, "A-1")
    assert (loan["application_id"], loan["principal"], loan["disbursed_on"]) == (
        told["application_id"], "5000.00", START.isoformat(),
    )  # fmt: skip
    (booking,) = [entry for entry in installation.payouts() if entry["reference"] == "A-1"]
    assert booking["amount"] == "5000.00"

    for _ in range(2):
        due = date.fromisoformat(get(client, "/loans?q=A-1")["items"][0]["next_due_on"])
        move_to(lender, due)
        end_of_day(client)
        row = get(client, "/loans?q=A-1")["items"][0]
        body = {"amount": row["next_due"], "reference": f"bank-{due}"}
        post(client, f"/loans/{loan['id']}/repayments", body)
        assert get(client, "/loans?q=A-1")["items"][0]["arrears"] == "0.00"
    assert get(client, f"/applications/{told['application_id']}")["state"] == "disbursed"
    assert client.get(f"/api/v1/decisions/{told['decision_id']}/outcomes").json()["items"] == []

    move_to(lender, due + timedelta(days=10))
    quote = get(client, f"/loans/{loan['id']}/payoff")
    post(client, f"/loans/{loan['id']}/repayments", {"amount": quote["total"], "reference": "bank-last"})
    closed = get(client, f"/loans/{loan['id']}")
    assert (closed["state"], closed["owed"], closed["outstanding"]) == ("closed", "0.00", "0.00")
    end_of_day(client)
    (known,) = client.get(f"/api/v1/decisions/{told['decision_id']}/outcomes").json()["items"]
    assert (known["value"], known["decision_id"]) == (1.0, told["decision_id"])
    move_to(lender, due + timedelta(days=11))
    end_of_day(client)
    assert len(client.get(f"/api/v1/decisions/{told['decision_id']}/outcomes").json()["items"]) == 1
    assert is_balanced(client)
    assert verify(installation, lender) == []


def test_a_loan_that_is_never_paid_teaches_that_it_was_not(installation, lender, client):
    post(client, "/products", {**PRODUCT, "credit_terms": PAID_AT_ONCE | {"penalty": {"rate": "24", "grace_days": 5}}})
    told = apply(client, "N-1")
    loan = loan_of(client, "N-1")
    move_to(lender, START + timedelta(days=150))
    assert end_of_day(client)["set_aside"] == 0
    late = get(client, f"/loans/{loan['id']}")
    assert late["days_past_due"] > 90
    (known,) = client.get(f"/api/v1/decisions/{told['decision_id']}/outcomes").json()["items"]
    assert known["value"] == 0.0
    assert is_balanced(client)


def test_with_people_an_offer_is_made_accepted_and_paid_out_when_its_papers_are_there(installation, lender, client):
    post(client, "/products", {**PRODUCT, "credit_terms": CREDIT_TERMS})
    with lender.database.system() as tx:
        tx.execute(
            "update components set level = 'assisted' where organization_id = %s and name = any(%s)",
            [lender.organization.id, [OFFERS_COMPONENT, DISBURSEMENTS_COMPONENT]],
        )
    told = apply(client, "P-1")
    place = f"/applications/{told['application_id']}"
    offer = wait_for(lambda: get(client, f"{place}/offers")["items"], "the offer", seconds=30)[0]
    answer_question(client, offer["id"])
    offer = wait_for(
        lambda: next((each for each in get(client, f"{place}/offers")["items"] if each["state"] == "made"), None),
        "the offer that was made",
    )
    accepted = post(client, f"/offers/{offer['id']}/accept", {})
    (tranche,) = accepted["tranches"]
    assert get(client, f"/loans/{accepted['loan_id']}")["state"] == "approved"
    assert not [each for each in installation.payouts() if each["reference"].startswith("P-1")]

    (condition,) = get(client, f"{place}/conditions")["items"]
    for state in ("received", "approved"):
        answer = client.patch(f"{LENDING}/conditions/{condition['id']}", json={"state": state})
        assert answer.status_code == 200, answer.text
    answer_question(client, tranche["id"])
    let_go(lender)
    loan = loan_of(client, "P-1")
    assert (loan["id"], loan["principal"]) == (accepted["loan_id"], "5000.00")
    assert get(client, place)["state"] == "disbursed"
    assert len([each for each in installation.payouts() if each["reference"].startswith("P-1")]) == 1
    assert is_balanced(client)
    assert verify(installation, lender) == []


def let_go(lender: Lender) -> None:
    """Let the hours of holding back go by: a day later workers look at what was held."""
    move_to(lender, START + timedelta(days=1))
    with lender.database.system() as tx:
        tx.execute(
            "update effects set due_at = %s where organization_id = %s", [clock.system_now(), lender.organization.id]
        )


def lend_many(lender: Lender) -> None:
    """Open and pay out many loans, and record a first payment of every third, some of them late."""
    book = LoanBook(lender.database, lender.organization)
    given: list[tuple[UUID, NewTransaction]] = []
    payments: list[tuple[UUID, NewTransaction]] = []
    with lender.database.transaction(lender.organization.id) as tx:
        organization = get_organization(tx, lender.organization.id)
        for number in range(COUNT):
            terms = loan_terms(
                1_000 + number, 8 + number % 12, 6 + number % 9,
                START + timedelta(days=number % 5), penalty=Penalty(Decimal(24), 5),
            )  # fmt: skip
            loan = open_loan(
                tx, organization, terms=terms, reference=f"M-{number:04d}", borrower=f"Borrower {number}",
                product="personal", product_version=1, by="test",
            )  # fmt: skip
            given.append(
                (loan.id, NewTransaction(type=TransactionType.DISBURSEMENT, amount=terms.amount, value_on=terms.start))
            )
            if number % 3 == 0:
                amount, day = Decimal(40 + number % 50), START + timedelta(days=6 + number % 2)
                payments.append((loan.id, NewTransaction(type=TransactionType.REPAYMENT, amount=amount, value_on=day)))
        for each in (given, payments):
            assert not [result for result in record_many(tx, "test", each) if isinstance(result, Exception)]
    assert book.scalar("select count(*) from loans") == COUNT


def state_of(lender: Lender) -> tuple[Any, ...]:
    """Return all that is booked of a lender's loans, by their numbers and without ids."""
    book = LoanBook(lender.database, lender.organization)
    figures = ", ".join(f"l.{name}" for name in FIGURES)
    loans = book.rows(
        f"select l.reference, l.version, l.transactions, l.booked_to, {figures} from loans l order by l.reference"
    )
    postings = book.rows(
        "select l.reference, p.kind, p.value_on, p.debit, p.credit, p.amount, p.reverses is null as first, t.sequence"
        " from ledger_postings p join loans l on l.organization_id = p.organization_id and l.id = p.loan_id"
        " left join loan_transactions t on t.organization_id = p.organization_id and t.id = p.transaction_id"
        " order by l.reference, p.value_on, p.kind, p.debit, p.credit, p.amount, t.sequence"
    )
    months = book.rows(
        "select l.reference, m.month, m.state, m.outstanding, m.arrears, m.days_past_due, m.bucket, m.provision"
        " from loan_month_ends m join loans l on l.organization_id = m.organization_id and l.id = m.loan_id order by 1, 2"
    )
    control_total = book.scalar(
        "select sum(case when p.debit = a.code then p.amount else -p.amount end)"
        " * 1 - (select sum(outstanding) from loans) from ledger_postings p"
        " join ledger_accounts a on a.organization_id = p.organization_id and a.purpose = 'principal' and a.code in (p.debit, p.credit)"
    )
    return loans, postings, months, control_total


def last_task(lender: Lender, task_id: UUID) -> tasks.Task:
    """Return a task as it stands."""
    with lender.database.transaction(lender.organization.id) as tx:
        (found,) = [each for each in tasks.list_tasks(tx, TaskFilter(kinds=(END_OF_DAY_TASK,))) if each.id == task_id]
    return found


def begin_end_of_day(lender: Lender) -> UUID:
    """Have a worker catch up."""
    move_to(lender, START + timedelta(days=STANDSTILL_DAYS))
    with lender.database.transaction(lender.organization.id) as tx:
        return tasks.enqueue(tx, END_OF_DAY_TASK, parameters={}, created_by="test", now=clock.system_now())


def test_an_end_of_day_that_is_killed_again_and_again_leaves_the_books_of_one_that_was_not(installation, lender):
    undisturbed = installation.lender(f"{lender.organization.slug}-calm")
    move_to(undisturbed, START + timedelta(days=8))
    move_to(lender, START + timedelta(days=8))
    for each in (undisturbed, lender):
        lend_many(each)
    calm = begin_end_of_day(undisturbed)
    wait_for(lambda: last_task(undisturbed, calm).state is TaskState.DONE, "the calm end of day", seconds=90)

    worker = installation.children["worker"]
    disturbed = begin_end_of_day(lender)
    book = LoanBook(lender.database, lender.organization)
    killed_within = 0
    for _ in range(KILLS):
        before = book.scalar("select count(*) from ledger_postings")
        wait_for(
            lambda before=before: (
                last_task(lender, disturbed).state is TaskState.RUNNING
                or book.scalar("select count(*) from ledger_postings") > before
                or last_task(lender, disturbed).state is TaskState.DONE
            ),
            "work to be killed",
            seconds=60,
        )
        worker.kill()
        killed_within += last_task(lender, disturbed).state is not TaskState.DONE
        worker.start_again()
    assert killed_within >= 1
    done = wait_for(
        lambda: (task := last_task(lender, disturbed)).state is TaskState.DONE and task, "the end of day", seconds=90
    )
    assert done.result is not None
    assert done.result["set_aside"] == 0
    assert state_of(lender) == state_of(undisturbed)
    assert state_of(lender)[3] == 0
    for name, query in LENDING_DOMAIN.invariants.items():
        with lender.database.system() as tx:
            assert tx.all(query) == [], name
