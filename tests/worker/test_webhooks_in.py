"""Webhooks in: what is signed comes once and is proposed through the gate; anything else is refused, counted and not explained."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.finished import wait_until_finished
from tests.support.lending import GOOD, MIDDLING, Lender, open_lender
from tests.support.postgres import create_database, drop_database
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.kit import clock, ids, signing
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.settings import Settings
from intendant.worker._webhooks import propose_messages

SOURCES = "/api/v1/webhooks/sources"
MAPPING = {
    "product": {"value": "personal"},
    "reference": {"path": "data.number"},
    "inputs.amount": {"path": "$.data.loan.sum"},
    "inputs.term": {"path": "data.loan.months"},
    "inputs.purpose": {"path": "data.loan.purposes.0"},
    "inputs.credit_score": {"path": "data.score"},
}


class House:
    """One lender over HTTP."""

    def __init__(self, system: System, organization: Organization, lender: Lender, client: TestClient) -> None:
        self.system, self.organization, self.lender, self.client = system, organization, lender, client
        self.people = People(system.database)
        self.owner = self.people.signed_in(organization)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = self.client.request(method, path, headers=self.owner, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def source(self, name: str, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.ask("POST", SOURCES, {"name": name, **more}, status=201)
        return made

    def send(self, source: dict[str, Any], body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self.client.post(source["path"], content=body, headers=headers)

    def message(self, source: dict[str, Any], state: str) -> dict[str, Any]:
        (found,) = self.ask("GET", f"{SOURCES}/{source['id']}/messages?state={state}")["items"]
        return dict(found)


@pytest.fixture(scope="module")
def house(
    postgres_server: EmbeddedPostgres,
    migrated_template: tuple[str, DatabaseUrls],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    template, urls = migrated_template
    name = create_database(postgres_server, template)
    database = Database(
        DatabaseUrls(**{r: getattr(urls, r).replace(f"/{template}?", f"/{name}?") for r in ("app", "system", "owner")})
    )
    system = build(Settings(home=tmp_path_factory.mktemp("hooks")), database)
    with database.system() as tx:
        organization = create_organization(tx, slug="acme", name="Acme Lending")
    lender = open_lender(database, organization)
    with TestClient(lend_app(system)) as client:
        yield House(system, organization, lender, client)
    system.close()
    drop_database(postgres_server, name)


def signed(source: dict[str, Any], body: bytes, message_id: str, *, late: timedelta = timedelta(0)) -> dict[str, str]:
    return signing.sign([source["secret"]], message_id=message_id, at=clock.system_now() - late, body=body)


def application(**more: Any) -> bytes:
    loan = {"sum": GOOD["amount"], "months": GOOD["term"], "purposes": [GOOD["purpose"]]}
    return orjson.dumps({"data": {"number": str(ids.new_id()), "loan": loan, "score": GOOD["credit_score"]} | more})


def test_a_signed_application_is_proposed_once_by_its_source(house: House) -> None:
    source = house.source("Partner shop", kind="lending.application", mapping=MAPPING)
    body = application()
    assert house.send(source, body, signed(source, body, "m-1")).json() == {"repeated": False}
    again = house.send(source, body, signed(source, body, "m-1"))
    assert (again.status_code, again.json()) == (200, {"repeated": True})
    propose_messages(house.system)
    propose_messages(house.system)
    message = house.message(source, "proposed")
    decision = house.ask("GET", f"/api/v1/decisions/{message['decision_id']}")
    assert decision["decided_by"] or decision
    with house.system.database.transaction(house.organization.id) as tx:
        assert tx.scalar("select count(*) from decisions where decided_by <> ''") >= 1
        record = orjson.loads(tx.scalar("select record from decisions where id = %s", [UUID(message["decision_id"])]))
    assert "webhook:Partner shop" in orjson.dumps(record).decode()
    shown = house.ask("GET", f"{SOURCES}/{source['id']}")
    assert (shown["received_count"], shown["repeated_count"], shown["refused_count"]) == (1, 1, 0)
    assert "secret" not in shown
    wait_until_finished(house.system.database)
    log = house.ask("GET", "/api/v1/events?prefix=kernel.webhook.received&limit=200")["items"]
    assert [each["body"]["message_id"] for each in log if each["body"]["source_id"] == source["id"]] == ["m-1"]


def test_a_worker_that_dies_between_deciding_and_marking_decides_nothing_twice(house: House) -> None:
    source = house.source("Dying", kind="lending.application", mapping=MAPPING)
    body = application()
    house.send(source, body, signed(source, body, "m-1"))
    propose_messages(house.system)
    first = house.message(source, "proposed")["decision_id"]
    with house.system.database.system() as tx:
        tx.execute(
            "update webhook_messages set state = 'waiting', decision_id = null, due_at = now() where source_id = %s",
            [source["id"]],
        )
    propose_messages(house.system)
    assert house.message(source, "proposed")["decision_id"] == first


def test_what_is_not_signed_rightly_is_refused_counted_and_not_explained(house: House) -> None:
    source = house.source("Refused")
    body = b'{"a":1}'
    good = signed(source, body, "m-1")
    attempts = [
        ({}, body),
        (good, b'{"a":2}'),
        (good | {"webhook-id": "m-2"}, body),
        (signed(source, body, "m-1", late=timedelta(minutes=6)), body),
        (signed({"secret": signing.new_secret()}, body, "m-1"), body),
    ]
    answers = [house.send(source, sent, headers) for headers, sent in attempts]
    answers.append(house.client.post(f"/api/v1/hooks/{ids.new_id()}", content=body, headers=good))
    problems = {orjson.dumps({k: v for k, v in each.json().items() if k != "request_id"}) for each in answers}
    assert {each.status_code for each in answers} == {401}
    assert len(problems) == 1
    shown = house.ask("GET", f"{SOURCES}/{source['id']}")
    assert (shown["refused_count"], shown["received_count"], shown["refused_why"]) == (5, 0, "no signature holds")
    house.ask("PUT", f"{SOURCES}/{source['id']}", {"revision": 1, "name": "Refused", "enabled": False})
    assert house.send(source, body, good).status_code == 401
    big = house.client.post(source["path"], content=b"x" * 1_100_000, headers=good)
    assert big.status_code == 413


def test_the_schemes_of_other_senders_are_taken(house: House) -> None:
    secret, body = "a secret of the sender", b'{"id":"evt_1","zen":true}'
    github = house.source("Hub", scheme="plain", secret=secret)
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert github["secret"] is None
    assert (
        house.send(github, body, {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": "1"}).status_code
        == 200
    )
    # Its id is not signed, so the body tells one message from another.
    assert house.send(github, body, {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": "2"}).json() == {
        "repeated": True
    }
    stripe = house.source("Pay", scheme="timed", secret=secret)
    for late, status in ((0, 200), (400, 401)):
        seconds = str(int(clock.system_now().timestamp()) - late)
        timed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
        assert house.send(stripe, body, {"Stripe-Signature": f"t={seconds},v1={timed}"}).status_code == status
    assert house.message(stripe, "kept")["message_id"] == "evt_1"
    house.ask("POST", SOURCES, {"name": "Short", "scheme": "plain", "secret": "short"}, status=422)


def test_a_body_that_cannot_be_read_is_set_aside_with_reasons_and_tried_again(house: House) -> None:
    source = house.source(
        "Sloppy", kind="lending.application", mapping=MAPPING | {"inputs.purpose": {"path": "data.why"}}
    )
    for number, body in enumerate((b"no json", application(score="<script>alert(1)</script>"))):
        house.send(source, body, signed(source, body, f"m-{number}"))
    propose_messages(house.system)
    items = house.ask("GET", f"{SOURCES}/{source['id']}/messages?state=quarantined")["items"]
    assert [each["code"] for each in items] == ["application_invalid", "webhook_mapping_failed"]
    detail = house.ask("GET", f"/api/v1/webhooks/messages/{items[0]['id']}")
    assert {each["field"] for each in detail["errors"]} >= {"inputs.purpose"}
    assert "<script>" in detail["body"]
    body = application(why="car")
    good = house.source(
        "Mended", kind="lending.application", mapping=MAPPING | {"inputs.purpose": {"path": "data.reason"}}
    )
    house.send(good, body, signed(good, body, "m-1"))
    propose_messages(house.system)
    aside = house.message(good, "quarantined")
    change = {"revision": 1, "name": "Mended", "kind": "lending.application", "mapping": MAPPING}
    house.ask("PUT", f"{SOURCES}/{good['id']}", change)
    house.ask("POST", f"/api/v1/webhooks/messages/{aside['id']}/retry")
    house.ask("POST", f"/api/v1/webhooks/messages/{aside['id']}/retry", status=409)
    propose_messages(house.system)
    assert house.message(good, "proposed")["decision_id"]


def test_sources_are_checked_and_only_who_may_sees_and_changes_them(house: House) -> None:
    assert "lending.application" in house.ask("GET", "/api/v1/webhooks/intakes")
    for wrong in (
        {"name": "x", "kind": "lending.offer"},
        {"name": "x", "mapping": {"a": {"value": 1}}},
        {"name": "x", "kind": "lending.application", "mapping": {"a b": {"path": "x"}}},
        {"name": "x", "kind": "lending.application", "mapping": {"a": {"path": "x", "value": 1}}},
        {"name": "x", "kind": "lending.application", "mapping": {"a": {"value": 1}, "a.b": {"value": 1}}},
        {"name": "x", "secret": "whsec_tooshort0000000"},
    ):
        house.ask("POST", SOURCES, wrong, status=422)
    source = house.source("Rotated")
    house.ask("POST", SOURCES, {"name": "rotated"}, status=409)
    fresh = house.ask("POST", f"{SOURCES}/{source['id']}/rotate", {})
    for each, number in ((source, 1), (fresh, 2)):
        assert house.send(source, b"{}", signed(each, b"{}", f"m-{number}")).status_code == 200
    reader = house.people.signed_in(house.organization, Role.CLIENT)
    assert house.client.get(SOURCES, headers=reader).status_code == 403
    house.ask("DELETE", f"{SOURCES}/{source['id']}", status=204)
    house.ask("GET", f"{SOURCES}/{source['id']}", status=404)


def test_who_waits_for_an_answer_gets_it_when_it_is_given_and_five_hundred_may_wait(house: House) -> None:
    acted = house.lender.decide(GOOD, "answer-1")
    asked = [house.lender.decide(MIDDLING | {"amount": 5000 + n}, f"answer-{n}") for n in (2, 3)]
    path = f"/api/v1/decisions/{asked[0]['id']}/answer"
    assert house.ask("GET", f"/api/v1/decisions/{acted['id']}/answer")["state"] == "acted"
    open_ = house.client.get(path, headers=house.owner)
    assert (open_.status_code, open_.headers["retry-after"], open_.json()["state"]) == (202, "1", "waiting")
    assert open_.json()["action"] is None
    house.ask("GET", f"/api/v1/decisions/{ids.new_id()}/answer?wait=30", status=404)
    house.ask("GET", f"{path}?wait=61", status=422)
    app = house.client.app

    async def wait_and_answer() -> tuple[list[Any], float]:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=house.owner) as client:
            began = clock.monotonic_seconds()
            waiting = [asyncio.create_task(client.get(f"{path}?wait=20")) for _ in range(500)]
            async with asyncio.timeout(10):
                while app.state.answers._callers.total() < len(waiting):
                    await asyncio.sleep(0.01)
            approval = open_.json()["approval_id"]
            shown = (await client.get(f"/api/v1/approvals/{approval}")).json()
            answer = {"reason": "Known well.", "digest": shown["digest"]}
            given = await client.post(f"/api/v1/approvals/{approval}/approve", json=answer)
            assert given.status_code in (200, 201), given.text
            answers = await asyncio.gather(*waiting)
            return [each.json() for each in answers], clock.monotonic_seconds() - began

    # On a loop of its own: what waits is woken across it by the feed's thread.
    answers, seconds = asyncio.run(wait_and_answer())
    assert {(each["state"], each["answer"]) for each in answers} == {("acted", "approve")}
    assert seconds < 10
    both = {"decision_ids": [str(acted["id"]), str(asked[1]["id"])], "wait": 0.2}
    several = house.client.post("/api/v1/decisions/answers", headers=house.owner, json=both)
    assert (several.status_code, several.json()["settled"]) == (202, False)
    assert [each["state"] for each in several.json()["items"]] == ["acted", "waiting"]
