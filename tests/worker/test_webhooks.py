"""Webhooks out: every event that an endpoint wants comes once, signed, whatever fails; what is dead is seen and sent again."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook
from tests.support.application import lend_app
from tests.support.finished import wait_until_finished
from tests.support.lending import open_lender
from tests.support.peers.webhook_receiver import Receiver
from tests.support.postgres import create_database, drop_database
from tests.support.serving import People
from tests.support.waiting import wait_for

from intendant.bootstrap import System, build
from intendant.connectors.webhook.sender import WebhookSender
from intendant.kernel import webhooks
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.kernel.webhooks import next_due
from intendant.kit import clock
from intendant.kit.addresses import parse_outbound
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.settings import Settings
from intendant.worker._webhooks import WebhookRunner, forget_old, tell_of_events

ENDPOINTS = "/api/v1/webhooks/endpoints"


@dataclass
class House:
    """An installation with one lender, an owner and a program to ask it."""

    system: System
    organization: Organization
    client: TestClient
    owner: dict[str, str]
    people: People

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """Ask as the owner; check the status."""
        answer = self.client.request(method, path, headers=self.owner, json=body, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def endpoint(self, url: str, *events: str) -> dict[str, Any]:
        """Add an endpoint."""
        made: dict[str, Any] = self.ask("POST", ENDPOINTS, {"url": url, "events": list(events) or ["*"]}, status=201)
        return made

    def emit(self, name: str, count: int = 1) -> None:
        """Let something happen."""
        with self.system.database.transaction(self.organization.id) as tx:
            for number in range(count):
                webhooks.tell(tx, name, self.organization.id, "test", {"number": number})
        wait_until_finished(self.system.database)

    def work(self, until: Callable[[], Any], what: str = "the webhook") -> Any:
        """Tell and send, as a worker does, until something is so; return it."""

        async def run() -> Any:
            stop = asyncio.Event()
            port = WebhookSender(parse_outbound("127.0.0.1"), timeout_seconds=1.0)
            running = asyncio.create_task(WebhookRunner(self.system, port, Random(1)).run(stop))
            try:
                while tell_of_events(self.system):
                    pass
                return await asyncio.to_thread(wait_for, until, what)
            finally:
                stop.set()
                await running
                await port.close()

        wait_until_finished(self.system.database)
        return asyncio.run(run())

    def deliveries(self, endpoint: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        """List an endpoint's deliveries, newest first."""
        items: list[dict[str, Any]] = self.ask("GET", f"{ENDPOINTS}/{endpoint['id']}/deliveries{query}")["items"]
        return items

    def settled(self, endpoint: dict[str, Any], count: int = 1) -> Callable[[], bool]:
        """Return a look at whether so many deliveries were tried and none is under way."""

        def look() -> bool:
            tried = [each for each in self.deliveries(endpoint) if each["attempts"] and not each["sending"]]
            return len(tried) >= count

        return look


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
    home: Path = tmp_path_factory.mktemp("webhooks")
    system = build(Settings(home=home, outbound_allow="127.0.0.1"), database)
    with database.system() as tx:
        organization = create_organization(tx, slug="acme", name="Acme Lending")
    open_lender(database, organization)
    people = People(database)
    with TestClient(lend_app(system)) as client:
        yield House(system, organization, client, people.signed_in(organization), people)
    system.close()
    drop_database(postgres_server, name)


def test_what_happens_comes_once_signed_and_as_the_log_has_it(house: House) -> None:
    with Receiver() as receiver:
        endpoint = house.endpoint(receiver.url, "test.thing.*")
        house.emit("test.thing.happened", 3)
        house.emit("test.other.happened")
        house.work(lambda: len(receiver.came) == 3 and house.settled(endpoint, 3)())
        house.work(lambda: True)
        assert len(receiver.came) == 3
        log = house.ask("GET", "/api/v1/events?prefix=test.thing.&limit=200")["items"]
        for came in receiver.came:
            Webhook(endpoint["secret"]).verify(came.body, came.headers)
            assert came.message["type"] == "test.thing.happened"
            assert came.message["data"] in log
        shown = house.ask("GET", f"{ENDPOINTS}/{endpoint['id']}")
        assert (shown["waiting_count"], shown["dead_count"], shown["failing_since"]) == (0, 0, None)
        assert "secret" not in shown


def test_a_test_message_and_the_first_kilobyte_of_an_answer_are_on_the_record(house: House) -> None:
    with Receiver(lambda number: (200, {})) as receiver:
        endpoint = house.endpoint(receiver.url, "test.nothing")
        sent = house.ask("POST", f"{ENDPOINTS}/{endpoint['id']}/ping", status=202)
        house.work(house.settled(endpoint))
        detail = house.ask("GET", f"/api/v1/webhooks/deliveries/{sent['delivery_id']}")
        assert receiver.came[0].message["type"] == "kernel.webhook.ping"
        assert detail["state"] == "delivered"
        assert [each["answer"] for each in detail["tries"]] == ["answer <b>200</b>"]


def test_a_failing_endpoint_waits_longer_each_time_keeps_retry_after_and_holds_up_nobody(house: House) -> None:
    with Receiver(lambda number: (503, {"Retry-After": "7200"})) as busy, Receiver() as well:
        failing, taking = house.endpoint(busy.url, "test.busy"), house.endpoint(well.url, "test.busy")
        house.emit("test.busy", 2)
        house.work(lambda: house.settled(failing, 2)() and house.settled(taking, 2)())
        assert {each["state"] for each in house.deliveries(taking)} == {"delivered"}
        waiting = house.deliveries(failing)
        assert {(each["state"], each["last_status"], each["attempts"]) for each in waiting} == {("waiting", 503, 1)}
        assert all(each["due_at"] > (clock.system_now() + timedelta(hours=1.9)).isoformat() for each in waiting)
        assert house.ask("GET", f"{ENDPOINTS}/{failing['id']}")["failing_since"] is not None
        busy.answer = lambda number: (204, {})
        since = (clock.system_now() - timedelta(hours=1)).isoformat()
        retried = house.ask("POST", f"{ENDPOINTS}/{failing['id']}/retry", {"since": since})
        assert retried == {"count": 2, "more": False}
        house.work(lambda: {each["state"] for each in house.deliveries(failing)} == {"delivered"})
        assert len({came.id for came in busy.came}) == 2
        assert busy.came[0].body in [came.body for came in busy.came[2:]]


def test_the_schedule_is_that_of_standard_webhooks_and_ends() -> None:
    now, waits = clock.system_now(), []
    for attempts in range(1, webhooks.ATTEMPTS_MAX):
        due = next_due(attempts, now, Random(1))
        assert due is not None
        waits.append((due - now).total_seconds())
    assert all(
        0.9 * planned <= wait <= 1.1 * planned for planned, wait in zip(webhooks.SECONDS_BETWEEN, waits, strict=True)
    )
    assert 24 * 3600 < sum(waits) < 32 * 3600
    assert next_due(webhooks.ATTEMPTS_MAX, now, Random(1)) is None
    asked = next_due(1, now, Random(1), retry_after=timedelta(days=400))
    assert asked == now + timedelta(hours=24)


def test_what_was_tried_as_often_as_it_is_is_dead_seen_and_sent_again_by_hand(house: House) -> None:
    with Receiver(lambda number: (500, {})) as receiver:
        endpoint = house.endpoint(receiver.url, "test.dead")
        house.emit("test.dead")
        house.work(house.settled(endpoint))
        with house.system.database.system() as tx:
            tx.execute(
                "update webhook_deliveries set attempts = %s, due_at = now() where endpoint_id = %s",
                [webhooks.ATTEMPTS_MAX - 1, endpoint["id"]],
            )
        house.work(lambda: house.deliveries(endpoint, "?state=dead"))
        alerts = house.ask("GET", f"/api/admin/autonomous-business/alerts?cause=webhook:{endpoint['id']}")["items"]
        assert [each["severity"] for each in alerts] == ["medium"]
        receiver.answer = lambda number: (200, {})
        (dead,) = house.deliveries(endpoint, "?state=dead")
        house.ask("POST", f"/api/v1/webhooks/deliveries/{dead['id']}/retry")
        house.work(lambda: house.deliveries(endpoint, "?state=delivered"))
        assert len({came.id for came in receiver.came}) == 1


def test_an_endpoint_that_is_gone_or_fails_for_days_is_disabled_and_people_are_told(house: House) -> None:
    with Receiver(lambda number: (410, {})) as receiver:
        gone = house.endpoint(receiver.url, "test.gone")
        house.emit("test.gone")
        house.work(lambda: house.ask("GET", f"{ENDPOINTS}/{gone['id']}")["state"] == "disabled")
        receiver.answer = lambda number: (500, {})
        tired = house.endpoint(receiver.url, "test.tired")
        house.emit("test.tired")
        house.work(house.settled(tired))
        with house.system.database.system() as tx:
            long_ago = clock.system_now() - webhooks.FAILING_DAYS_MAX - timedelta(hours=1)
            tx.execute("update webhook_endpoints set failing_since = %s where id = %s", [long_ago, tired["id"]])
            tx.execute("update webhook_deliveries set due_at = now() where endpoint_id = %s", [tired["id"]])
        house.work(lambda: house.ask("GET", f"{ENDPOINTS}/{tired['id']}")["state"] == "disabled")
        for each, why in ((gone, "it answered 410: gone"), (tired, "it has failed for days")):
            shown = house.ask("GET", f"{ENDPOINTS}/{each['id']}")
            assert shown["disabled_why"] == why
            alerts = house.ask("GET", f"/api/admin/autonomous-business/alerts?cause=webhook:{each['id']}")["items"]
            assert [alert["severity"] for alert in alerts] == ["high"]
        # While it was disabled nothing was told; enabled again it goes on where it stopped.
        came = len(receiver.came)
        house.emit("test.gone")
        house.work(lambda: True)
        assert len(receiver.came) == came
        receiver.answer = lambda number: (200, {})
        change = {"revision": house.ask("GET", f"{ENDPOINTS}/{gone['id']}")["revision"], "enabled": True}
        house.ask("PATCH", f"{ENDPOINTS}/{gone['id']}", change | {"resume": "where_it_stopped"})
        house.work(lambda: len(receiver.came) > came)


def test_a_stretch_of_the_log_is_sent_once_more_under_the_same_ids(house: House) -> None:
    with Receiver() as receiver:
        endpoint = house.endpoint(receiver.url, "test.replayed")
        began = clock.system_now()
        house.emit("test.replayed", 5)
        house.work(lambda: len(receiver.came) == 5 and house.settled(endpoint, 5)())
        path = f"{ENDPOINTS}/{endpoint['id']}/replays"
        replay = house.ask("POST", path, {"since": began.isoformat()}, status=202)
        house.ask("POST", path, {"since": began.isoformat()}, status=409)
        house.work(lambda: len(receiver.came) == 10)
        ids = [came.id for came in receiver.came]
        assert sorted(ids[:5]) == sorted(ids[5:])
        shown = house.ask("GET", f"/api/v1/webhooks/replays/{replay['id']}")
        assert (shown["state"], shown["sent_count"]) == ("done", 5)
        cursor = receiver.came[1].message["data"]["cursor"]
        house.ask("POST", path, {"after": cursor, "events": ["test.replayed"]}, status=202)
        later = sum(came.message["data"]["cursor"] > cursor for came in receiver.came[:5])
        house.work(lambda: len(receiver.came) == 10 + later)
        for wrong in ({}, {"since": began.isoformat(), "after": cursor}, {"since": "2090-01-01T00:00:00Z"}):
            house.ask("POST", path, wrong, status=422)


def test_a_rotated_secret_signs_beside_the_old_one_and_an_answer_replayed_hides_it(house: House) -> None:
    with Receiver() as receiver:
        endpoint = house.endpoint(receiver.url, "test.rotated")
        path, once = f"{ENDPOINTS}/{endpoint['id']}/rotate", {"Idempotency-Key": "rotate-1", **house.owner}
        first = house.client.post(path, headers=once, json={}).json()
        assert house.client.post(path, headers=once, json={}).json()["secret"] is None
        house.emit("test.rotated")
        house.work(lambda: receiver.came)
        for secret in (endpoint["secret"], first["secret"]):
            Webhook(secret).verify(receiver.came[0].body, receiver.came[0].headers)
        assert len(receiver.came[0].headers["webhook-signature"].split()) == 2
        with house.system.database.system() as tx:
            for table in ("events", "audit", "webhook_endpoints", "webhook_deliveries", "requests", "secrets"):
                rows = tx.all(f"select t::text as row from {table} t limit 10000")
                assert not [row for row in rows if first["secret"][6:] in row["row"]], table


def test_a_worker_that_dies_loses_nothing_and_what_comes_twice_has_one_id(house: House) -> None:
    with Receiver() as receiver:
        endpoint = house.endpoint(receiver.url, "test.crash")
        house.emit("test.crash", 20)
        while tell_of_events(house.system):
            pass
        # A worker claims, sends some and dies before it settles: nothing of it is written.
        dead = webhooks.claim(house.system.database, clock.system_now(), limit=100, busy={})
        port = WebhookSender(parse_outbound("127.0.0.1"))

        async def send() -> None:
            for each in dead[:7]:
                headers = {"webhook-id": each.message_id, "webhook-timestamp": "0", "webhook-signature": "v1,x"}
                await port.send(each.url, headers, each.body)
            await port.close()

        asyncio.run(send())
        assert webhooks.claim(house.system.database, clock.system_now(), limit=100, busy={}) == []
        with house.system.database.system() as tx:
            tx.execute("update webhook_deliveries set due_at = now() where endpoint_id = %s", [endpoint["id"]])
        house.work(lambda: len(house.deliveries(endpoint, "?state=delivered")) == 20)
        assert len(receiver.came) == 27
        bodies: dict[str, set[bytes]] = {}
        for came in receiver.came:
            bodies.setdefault(came.id, set()).add(came.body)
        assert len(bodies) == 20
        assert all(len(each) == 1 for each in bodies.values())
        # What the dead one says late is outdated by the fence.
        late = [webhooks.Attempt(each, clock.system_now(), 5, 500) for each in dead]
        assert webhooks.settle(house.system.database, late, Random(1), clock.system_now()) == 0


def test_what_is_held_is_renewed_and_what_another_took_over_stays_there(house: House) -> None:
    database = house.system.database
    endpoint = house.endpoint("https://example.com/hook", "test.held")
    house.emit("test.held", 2)
    while tell_of_events(house.system):
        pass

    def claim(at: datetime) -> list[webhooks.Claimed]:
        claimed = webhooks.claim(database, at, limit=100, busy={}, lease=timedelta(seconds=3))
        return [each for each in claimed if str(each.endpoint_id) == endpoint["id"]]

    now = clock.system_now()
    mine = claim(now)
    assert len(mine) == 2
    webhooks.renew(database, mine[:1], now + timedelta(seconds=60))
    # The other one has lapsed, and somebody takes it over; what is said of it afterwards changes nothing.
    theirs = claim(now + timedelta(seconds=4))
    assert [each.id for each in theirs] == [mine[1].id]
    webhooks.renew(database, mine, now + timedelta(seconds=600))
    webhooks.give_back(database, theirs, now)
    assert [each.id for each in claim(now + timedelta(seconds=61))] == [mine[1].id]
    assert len(claim(now + timedelta(seconds=601))) == 2
    assert house.deliveries(endpoint, "?state=delivered") == []


def test_many_workers_at_once_tell_each_event_once(house: House) -> None:
    with Receiver() as receiver:
        endpoint = house.endpoint(receiver.url, "test.many")
        house.emit("test.many", 200)
        threads = [threading.Thread(target=tell_of_events, args=[house.system]) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        house.work(lambda: len(receiver.came) == 200 and house.settled(endpoint, 50)())
        assert len({came.id for came in receiver.came}) == 200


def test_addresses_names_permissions_and_revisions_are_checked(house: House) -> None:
    for url in ("http://example.com/", "https://169.254.169.254/", "https://user:pw@example.com/", "https://[::1]/"):
        problem = house.ask("POST", ENDPOINTS, {"url": url, "events": ["*"]}, status=422)
        assert (problem["code"], problem["field"]) == ("address_refused", "url")
    for names in ([], ["lending..x"], ["Lending.*"], ["a*"], ["lending.*.x"]):
        house.ask("POST", ENDPOINTS, {"url": "https://example.com/", "events": names}, status=422)
    endpoint = house.endpoint("https://example.com/hook", "test.nothing")
    path = f"{ENDPOINTS}/{endpoint['id']}"
    changed = house.ask("PATCH", path, {"revision": 1, "description": "Ours", "events": ["a.b", "a.b", "c.*"]})
    assert (changed["description"], changed["events"], changed["revision"]) == ("Ours", ["a.b", "c.*"], 2)
    assert house.ask("PATCH", path, {"revision": 1}, status=409)["code"] == "webhook_endpoint_changed"
    client = house.people.signed_in(house.organization, Role.CLIENT)
    assert (
        house.client.post(ENDPOINTS, headers=client, json={"url": "https://e.com/", "events": ["*"]}).status_code == 403
    )
    house.ask("DELETE", path, status=204)
    house.ask("GET", path, status=404)


def test_what_ended_long_ago_is_forgotten(house: House) -> None:
    with house.system.database.system() as tx:
        before = tx.scalar("select count(*) from webhook_deliveries where ended_at is not null")
        assert before > 0
        tx.execute("update webhook_deliveries set ended_at = now() - interval '31 days' where ended_at is not null")
    forget_old(house.system)
    with house.system.database.system() as tx:
        assert tx.scalar("select count(*) from webhook_deliveries where ended_at is not null") == 0
        assert tx.scalar("select count(*) from webhook_attempts where status between 200 and 299") == 0
