"""Events as pages and as a stream, and the audit log, over a real server where it matters."""

import gzip
import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import psycopg.conninfo
import pytest
from fastapi.testclient import TestClient
from tests.support.finished import wait_until_finished
from tests.support.serving import People, Served

from intendant.kernel import audit, events
from intendant.kernel.access import Role, revoke_sessions
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.postgres import EmbeddedPostgres
from intendant.server.main import Server, build_server

START_SECONDS = 10.0


def _emit(database: Database, organization: Organization, *names: str) -> None:
    now = clock.system_now()
    with database.transaction(organization.id) as tx:
        events.emit(
            tx,
            [events.Event(organization.id, name, "test:1", {"n": n}, now, now, "test") for n, name in enumerate(names)],
        )
    wait_until_finished(database)


@pytest.fixture
def listening(served: Served) -> Iterator[tuple[str, Server]]:
    """Run a real server in a thread; return its address."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    server = build_server(served, "127.0.0.1", port)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}", server
    server.handle_exit(signal.SIGTERM, None)
    thread.join(START_SECONDS)
    assert not thread.is_alive()


def _frames(answer: httpx.Response) -> Iterator[dict[str, str]]:
    frame: dict[str, str] = {}
    for line in answer.iter_lines():
        if not line and frame:
            yield frame
            frame = {}
        elif line:
            name, _, value = line.partition(": ")
            frame[name] = value


class TestEvents:
    """/api/v1/events."""

    def test_pages_give_every_event_once_in_order_and_a_cursor_for_later(
        self,
        client: TestClient,
        people: People,
        organization: Organization,
        other_organization: Organization,
        database: Database,
    ) -> None:
        _emit(database, organization, "a.b.one", "a.b.two", "c.d.three")
        _emit(database, other_organization, "foreign.thing.done")
        mine = people.key(organization, Role.READ_ONLY)
        first = client.get("/api/v1/events", params={"limit": 2}, headers=mine).json()
        rest = client.get("/api/v1/events", params={"after": first["next"]}, headers=mine).json()
        assert [item["name"] for item in first["items"] + rest["items"]] == ["a.b.one", "a.b.two", "c.d.three"]
        assert first["items"][1]["body"] == {"n": 1}
        _emit(database, organization, "a.b.four")
        later = client.get("/api/v1/events", params={"after": rest["next"], "prefix": "a."}, headers=mine).json()
        assert [item["name"] for item in later["items"]] == ["a.b.four"]

    @pytest.mark.parametrize("after", ["x", "1", "-1-1-1", "9" * 60, "1-1-99999999999999999999"])
    def test_a_made_up_cursor_is_refused(
        self, client: TestClient, people: People, organization: Organization, after: str
    ) -> None:
        answer = client.get("/api/v1/events", params={"after": after}, headers=people.key(organization))
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")

    def test_a_stream_goes_on_where_it_broke_off(
        self,
        listening: tuple[str, Server],
        people: People,
        organization: Organization,
        other_organization: Organization,
        database: Database,
    ) -> None:
        address, _ = listening
        headers = people.signed_in(organization, Role.OPERATOR) | {"Accept": "text/event-stream"}
        _emit(database, organization, "before.it.began")
        with httpx.stream("GET", f"{address}/api/v1/events", headers=headers, timeout=10) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            frames = _frames(answer)
            assert "retry" in next(frames)
            _emit(database, other_organization, "foreign.thing.done")
            _emit(database, organization, "a.b.one", "a.b.two")
            one = next(frames)
        assert one["event"] == "a.b.one"
        _emit(database, organization, "a.b.three")
        resumed = headers | {"Last-Event-ID": one["id"]}
        with httpx.stream("GET", f"{address}/api/v1/events", headers=resumed, timeout=10) as answer:
            frames = _frames(answer)
            next(frames)
            two, three = next(frames), next(frames)
        assert [two["event"], three["event"]] == ["a.b.two", "a.b.three"]
        assert json.loads(three["data"])["body"] == {"n": 0}

    def test_a_stream_ends_when_its_session_does(
        self, listening: tuple[str, Server], people: People, organization: Organization, database: Database
    ) -> None:
        address, _ = listening
        member = people.user(organization)
        headers = people.session(member) | {"Accept": "text/event-stream"}
        with httpx.stream("GET", f"{address}/api/v1/events", headers=headers, timeout=10) as answer:
            frames = _frames(answer)
            next(frames)
            with database.system() as tx:
                revoke_sessions(tx, member.user.id)
            started = time.monotonic()
            assert list(frames) == []
            assert time.monotonic() - started < 4

    def test_a_stop_ends_open_streams_and_the_server(
        self, listening: tuple[str, Server], people: People, organization: Organization
    ) -> None:
        address, server = listening
        headers = people.signed_in(organization) | {"Accept": "text/event-stream"}
        with httpx.stream("GET", f"{address}/api/v1/events", headers=headers, timeout=10) as answer:
            frames = _frames(answer)
            next(frames)
            server.handle_exit(signal.SIGTERM, None)
            assert list(frames) == []

    def test_one_caller_has_a_bounded_number_of_streams(
        self, listening: tuple[str, Server], people: People, organization: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address, server = listening
        streams = server.config.app.state.streams  # type: ignore[union-attr]
        mine = people.user(organization)
        held = [streams.one(mine.user.id) for _ in range(20)]
        for place in held:
            place.__enter__()
        headers = people.session(mine) | {"Accept": "text/event-stream"}
        refused = httpx.get(f"{address}/api/v1/events", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        held[0].__exit__(None, None, None)
        with httpx.stream("GET", f"{address}/api/v1/events", headers=headers) as answer:
            assert answer.status_code == 200


class TestAudit:
    """/api/v1/audit."""

    @pytest.fixture
    def sealed(self, served: Served, organization: Organization, database: Database, tmp_path: Path) -> Served:
        """Seal some leaves with a fresh key."""
        served.signer = audit.open_signing_key(tmp_path / "keys")
        _emit(database, organization, "a.b.one", "a.b.two")
        audit.seal(database, [organization.id], served.settings.checkpoints, served.signer)
        return served

    def test_leaves_are_listed_newest_first_and_only_ones_own(
        self,
        client: TestClient,
        people: People,
        organization: Organization,
        other_organization: Organization,
        database: Database,
    ) -> None:
        _emit(database, organization, "a.b.one", "a.b.two", "a.b.three")
        _emit(database, other_organization, "foreign.thing.done")
        mine = people.key(organization, Role.MANAGER)
        first = client.get("/api/v1/audit", params={"limit": 2}, headers=mine).json()
        rest = client.get("/api/v1/audit", params={"after": first["next"]}, headers=mine).json()
        acts = [item["body"]["act"] for item in first["items"] + rest["items"]]
        assert acts == ["a.b.three", "a.b.two", "a.b.one"]
        assert rest["next"] is None

    def test_an_intact_log_verifies_and_a_changed_record_is_named(
        self,
        sealed: Served,
        client: TestClient,
        people: People,
        organization: Organization,
        database: Database,
        postgres_server: EmbeddedPostgres,
    ) -> None:
        mine = people.key(organization, Role.MANAGER)
        report = client.post("/api/v1/audit/verify", headers=mine).json()
        assert (report["ok"], report["first"], report["sealed"]) == (True, None, 2)
        # Nobody but a superuser can: the roles of the product may only insert.
        name = psycopg.conninfo.conninfo_to_dict(database.urls.owner)["dbname"]
        with psycopg.connect(postgres_server.superuser_url(str(name))) as connection:
            connection.execute("update events set body = '{\"n\":7}' where name = 'a.b.two'")
        report = client.post("/api/v1/audit/verify", headers=mine).json()
        assert not report["ok"]
        assert report["finding_count"] >= 1
        assert "events" in report["first"]

    def test_an_export_verifies_with_the_public_key_alone_and_is_on_the_record(
        self,
        sealed: Served,
        client: TestClient,
        people: People,
        organization: Organization,
        tmp_path: Path,
        acts: Callable[[Organization], list[str]],
    ) -> None:
        mine = people.key(organization, Role.ORGANIZATION_ADMIN)
        answer = client.get("/api/v1/audit/export", headers=mine)
        assert answer.status_code == 200
        (tmp_path / "audit.ndjson.gz").write_bytes(answer.content)
        (tmp_path / "key.pem").write_text(client.get("/api/v1/audit/public-key", headers=mine).text)
        report = audit.verify_export(tmp_path / "audit.ndjson.gz", audit.load_public_key(tmp_path / "key.pem"))
        assert report.ok
        assert report.leaves == 3
        assert gzip.decompress(answer.content).count(b"\n") >= 4
        assert "audit.log.exported" in acts(organization)
        assert client.get("/api/v1/audit/export", headers=people.key(organization, Role.MANAGER)).status_code == 403


def test_forwarded_addresses_are_believed_only_behind_a_proxy_of_our_own(served: Served) -> None:
    assert not build_server(served, "127.0.0.1", 1).config.proxy_headers
    served.settings = replace(served.settings, public_url="https://intendant.example.com")
    assert build_server(served, "127.0.0.1", 1).config.proxy_headers
