"""One loan from the door to the lesson, over HTTP and through real processes; and workers that take over from each other."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import orjson
import pytest
from tests.scenarios.chaos import verify
from tests.support.deciding import change_action
from tests.support.installation import Installation, temporary_home
from tests.support.lending import BAD, GOOD, MIDDLING, Lender
from tests.support.waiting import wait_for

APPLICATIONS = "/api/v1/lending/applications"


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
    """Make a lender of its own for the test, which pays out at once."""
    lender = installation.lender(f"lender-{abs(hash(request.node.name)) % 10**9}")
    change_action(lender, "approve", hold_seconds=0.0)
    return lender


@pytest.fixture
def client(installation: Installation, lender: Lender) -> Iterator[httpx.Client]:
    """Lend a client of the lender's owner."""
    with installation.client(installation.key(lender.organization)) as client:
        yield client


def apply(client: httpx.Client, inputs: dict[str, Any], key: str, **headers: str) -> httpx.Response:
    body = {"product": "personal", "reference": key, "inputs": inputs}
    return client.post(APPLICATIONS, json=body, headers={"Idempotency-Key": key, **headers})


def paid(installation: Installation, reference: str) -> list[dict[str, Any]]:
    return [entry for entry in installation.payouts() if entry["reference"] == reference]


class Listener:
    """Listens to the event stream until a name has come, on a thread of its own."""

    def __init__(self, client: httpx.Client, last: str, *, cursor: str | None = None) -> None:
        self.events: list[tuple[str, str]] = []
        self._last = last
        self._client = client
        self._headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": cursor} if cursor else {})
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        assert self.listening.wait(10)

    def heard(self) -> list[tuple[str, str]]:
        """Return cursors and names, when the last has come."""
        self._thread.join(20)
        assert not self._thread.is_alive(), self.events
        return self.events

    def _listen(self) -> None:
        with self._client.stream("GET", "/api/v1/events", headers=self._headers, timeout=20) as answer:
            cursor = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    cursor = value
                    self.listening.set()
                elif name == "event":
                    self.events.append((cursor, value))
                    if value == self._last:
                        return


def test_a_loan_is_decided_paid_out_once_disbursed_and_its_outcome_told(installation, lender, client):
    listener = Listener(client, "kernel.outcome.recorded")
    answer = apply(client, GOOD, "A-1")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["verdict"], told["action"], told["state"]) == ("act", "approve", "approved")

    again = apply(client, GOOD, "A-1")
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, told, "true")
    other = apply(client, BAD, "A-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")

    place = f"{APPLICATIONS}/{told['application_id']}"
    wait_for(lambda: client.get(place).json()["state"] == "disbursed", "the disbursement")
    (booking,) = paid(installation, "A-1")
    assert (booking["key"], booking["amount"], booking["currency"]) == (told["effects"][0], "5000.00", "USD")
    effect = client.get(f"/api/v1/effects/{told['effects'][0]}").json()
    assert (effect["state"], effect["result"]["provider_id"]) == ("done", booking["id"])

    outcome = client.post(f"{place}/outcome", json={"repaid": 1}, headers={"Idempotency-Key": "o-1"})
    assert outcome.status_code == 201
    twice = client.post(f"{place}/outcome", json={"repaid": 1}, headers={"Idempotency-Key": "o-1"})
    assert twice.json() == outcome.json()
    (known,) = client.get(f"/api/v1/decisions/{told['decision_id']}/outcomes").json()["items"]
    assert (known["value"], known["decision_id"]) == (1.0, told["decision_id"])

    heard = listener.heard()
    names = [name for _, name in heard]
    assert names[0] == "kernel.decision.made"
    assert "lending.application.disbursed" in names
    assert names[-1] == "kernel.outcome.recorded"
    # Whoever lost the connection after the first event hears the rest, once, in the same order.
    assert Listener(client, "kernel.outcome.recorded", cursor=heard[0][0]).heard() == heard[1:]
    assert len(paid(installation, "A-1")) == 1
    assert verify(installation, lender) == []


def test_a_person_s_answer_over_http_pays_out_and_its_repetition_does_not(installation, lender, client):
    told = apply(client, MIDDLING, "B-1").json()
    assert told["verdict"] == "ask"
    assert paid(installation, "B-1") == []
    (waiting,) = client.get("/api/v1/approvals").json()["items"]
    place = f"/api/v1/approvals/{waiting['id']}"
    shown = client.get(place).json()
    assert shown["decision"]["id"] == told["decision_id"]
    answer = {"digest": shown["digest"], "reason": "A regular customer."}
    wrong = client.post(f"{place}/approve", json=answer | {"digest": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "approval_stale")
    made = client.post(f"{place}/approve", json=answer, headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["verdict"]) == (200, "act")
    again = client.post(f"{place}/approve", json=answer, headers={"Idempotency-Key": "k"})
    assert again.json() == made.json()
    closed = client.post(f"{place}/decline", json=answer)
    assert (closed.status_code, closed.json()["code"]) == (409, "approval_closed")
    wait_for(lambda: paid(installation, "B-1"), "the payout")
    wait_for(
        lambda: client.get(f"{APPLICATIONS}/{told['application_id']}").json()["state"] == "disbursed",
        "the disbursement",
    )
    assert len(paid(installation, "B-1")) == 1


def test_a_held_payout_is_taken_back_and_never_leaves(installation, lender, client):
    change_action(lender, "approve", hold_seconds=3_600.0)
    told = apply(client, GOOD, "C-1").json()
    place = f"/api/v1/effects/{told['effects'][0]}"
    assert client.get(place).json()["state"] == "held"
    assert client.post(f"{place}/undo", json={"reason": "A second look."}).status_code == 200
    assert client.get(place).json()["state"] == "cancelled"
    assert client.get(f"{APPLICATIONS}/{told['application_id']}").json()["state"] == "under_review"
    assert paid(installation, "C-1") == []


def test_halted_nothing_leaves_and_started_again_everything_does_once(installation, lender, client):
    control = "/api/admin/autonomous-business"
    assert client.post(f"{control}/halt", json={"reason": "Something is odd."}).status_code == 200
    refused = apply(client, GOOD, "D-1").json()
    assert (refused["verdict"], refused["reasons"][0]["code"]) == ("refuse", "halted")
    assert paid(installation, "D-1") == []
    client.post(f"{control}/start", json={"reason": "It was nothing."})
    told = apply(client, GOOD, "D-2").json()
    assert told["verdict"] == "act"
    wait_for(lambda: paid(installation, "D-2"), "the payout")
    # What came while it was halted has waited, and is decided now.
    wait_for(lambda: paid(installation, "D-1"), "the payout of what waited")
    status = client.get(f"{control}/status").json()
    assert status["switch"]["state"] == "running"
    health = client.post(f"{control}/health-check").json()
    assert health["checks"]["workers"]["alive"] >= 1
    assert [len(paid(installation, reference)) for reference in ("D-1", "D-2")] == [1, 1]


def test_a_blind_case_shows_its_proposal_nowhere_until_it_is_answered(installation, lender, client):
    change_action(lender, "approve", blind_share=1.0)
    told = apply(client, MIDDLING, "E-1").json()
    decision = f"/api/v1/decisions/{told['decision_id']}"
    (waiting,) = client.get("/api/v1/approvals").json()["items"]
    shown = client.get(f"/api/v1/approvals/{waiting['id']}").json()
    listed = client.get("/api/v1/decisions").json()["items"][0]
    for seen in (waiting, shown, shown["decision"], client.get(decision).json(), listed):
        assert seen.get("action") is None
        assert seen.get("confidence") is None
        assert "0.66" not in orjson.dumps(seen).decode()
    own = f"{APPLICATIONS}/{told['application_id']}/explanation"
    for further in (f"{decision}/explanation", f"{decision}/trace", own):
        answer = client.get(further)
        assert (answer.status_code, answer.json()["code"]) == (409, "proposal_hidden")
    assert "Judge this case" in shown["summary"]
    timeline = client.get(f"{decision}/timeline").json()["entries"]
    assert "hidden until it is judged" in timeline[0]["text"]
    assert client.get("/api/v1/decisions", params={"action": "approve"}).json()["items"] == []
    bodies = [event["body"] for event in client.get("/api/v1/events").json()["items"]]
    assert [body["action"] for body in bodies if body.get("decision_id") == told["decision_id"]] == [None]
    answer = {"digest": shown["digest"], "reason": "Seems sound."}
    assert client.post(f"/api/v1/approvals/{waiting['id']}/approve", json=answer).status_code == 200
    assert client.get(decision).json()["action"] == "approve"


def test_when_one_of_two_workers_is_killed_the_other_takes_over(installation, lender, client):
    installation.children["provider"].terminate()
    installation.start_provider("--delay", "1.5")
    second = installation.start_worker("worker-2")
    system = installation.system

    def workers() -> int:
        with system.database.system() as tx:
            return int(tx.scalar("select count(*) from executors where heartbeat_at > now() - interval '3 seconds'"))

    def running() -> set[str]:
        with system.database.transaction(lender.organization.id) as tx:
            return {row["claimed_by"] for row in tx.all("select claimed_by from effects where state = 'running'")}

    wait_for(lambda: workers() == 2, "the second worker")
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda number: apply(client, GOOD, f"F-{number}").json(), range(120)))
    wait_for(lambda: len(running()) == 2, "work on both workers")
    second.kill()
    places = [f"{APPLICATIONS}/{each['application_id']}" for each in told]
    wait_for(
        lambda: all(client.get(place).json()["state"] == "disbursed" for place in places),
        "all disbursements",
        seconds=40,
    )
    assert all(len(paid(installation, f"F-{number}")) == 1 for number in range(120))
    assert verify(installation, lender) == []
