"""What strangers send: bodies without end, packed bodies, deep ones, signatures tried without end, and secrets in the record."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from tests.architecture.source import ROOT
from tests.support.application import lend_app
from tests.support.postgres import create_database, drop_database
from tests.support.serving import ORIGIN, PASSWORD, People

from intendant.bootstrap import System, build
from intendant.kernel.organizations import create_organization
from intendant.kit import ids
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.settings import Settings
from intendant.server.routes.webhook_sources import REFUSED_AT_ONCE

PART = b" " * 1_048_576
PARTS_READ_MAX = 65
"""A little more than the largest of the smaller uploads, in parts."""
DESK_PARTS_READ_MAX = 17
"""The express desk reads as far as its route takes, whatever the length that was said."""
LARGE = frozenset(
    {
        "/api/v1/ai-analytics/datasets",
        "/api/v1/ai-analytics/models/{model_id}/versions",
        "/api/v1/ai-analytics/predict/batch",
    }
)
"""Hundreds of megabytes are as long as is said or are cut off alike; here they are only said."""
UPLOADS = {
    "/api/v1/ai-analytics/datasets": "text/csv",
    "/api/v1/ai-analytics/models/{model_id}/versions": "application/octet-stream",
    "/api/v1/ai-analytics/predict": "application/json",
    "/api/v1/ai-analytics/predict/batch": "text/csv",
    "/api/v1/ai-analytics/predictions/feedback": "application/json",
    "/api/v1/hooks/{webhook_source_id}": "application/json",
    "/api/v1/lending/applications/bulk": "application/x-ndjson",
    "/api/v1/lending/repayments/bulk": "text/csv",
    "/api/v1/lists/{list_id}/entries": "application/json",
}
"""Routes that take files, or what anybody sends."""


class Door:
    """The application called as a server calls it: with a body that is only made as far as it is read."""

    def __init__(self, app: FastAPI, headers: Mapping[str, str]) -> None:
        self.app, self.headers = app, headers

    async def send(self, path: str, media_type: str, parts: Iterator[bytes], length: int | None = None) -> "Answer":
        more = {"content-type": media_type} | ({} if length is None else {"content-length": str(length)})
        headers = [(name.lower().encode(), value.encode()) for name, value in {**self.headers, **more}.items()]
        answer = Answer()

        async def receive() -> dict[str, Any]:
            part = next(parts, None)
            answer.parts_read += part is not None
            return {"type": "http.request", "body": part or b"", "more_body": part is not None}

        async def keep(message: Any) -> None:
            answer.status = message.get("status", answer.status)
            answer.body += message.get("body", b"")

        scope = {
            "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path, "root_path": "",
            "raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"testserver"), *headers],
            "client": ("203.0.113.9", 1), "server": ("testserver", 80), "asgi": {"version": "3.0"}, "state": {},
        }  # fmt: skip
        await self.app(scope, receive, keep)
        return answer


class Answer:
    """What came back, and how many parts of the body were read for it."""

    def __init__(self) -> None:
        self.status, self.body, self.parts_read = 0, b"", 0


@pytest.fixture(scope="module")
def system(
    postgres_server: EmbeddedPostgres,
    migrated_template: tuple[str, DatabaseUrls],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    template, urls = migrated_template
    name = create_database(postgres_server, template)
    database = Database(
        DatabaseUrls(**{r: getattr(urls, r).replace(f"/{template}?", f"/{name}?") for r in ("app", "system", "owner")})
    )
    system = build(Settings(home=tmp_path_factory.mktemp("defences")), database)
    yield system
    system.close()
    drop_database(postgres_server, name)


@pytest.fixture(scope="module")
def owner(system: System) -> dict[str, str]:
    with system.database.system() as tx:
        organization = create_organization(tx, slug="acme", name="Acme Lending")
    return People(system.database).signed_in(organization)


@pytest.fixture(scope="module")
def client(system: System, owner: dict[str, str]) -> Iterator[TestClient]:
    with TestClient(lend_app(system), headers=owner) as client:
        yield client


def _send(
    client: TestClient, path: str, media_type: str, parts: Iterator[bytes], length: int | None = None
) -> "Answer":
    door = Door(client.app, {"authorization": client.headers["authorization"]})  # type: ignore[arg-type]
    return asyncio.run(door.send(path, media_type, parts, length))


def _filled(path: str) -> str:
    return "/".join(str(ids.new_id()) if part.startswith("{") else part for part in path.split("/"))


def test_the_uploads_below_are_all_there_are(client: TestClient) -> None:
    """Another route with a limit of its own is another door for files."""
    own = {
        route.path
        for route in iter_route_contexts(client.app.routes)  # type: ignore[attr-defined]
        if getattr(route.original_route, "max_body_size", None) is not None
    }
    assert own <= set(UPLOADS), own - set(UPLOADS)


@pytest.mark.parametrize("path", UPLOADS)
def test_a_body_without_end_is_cut_off_where_the_route_says(client: TestClient, path: str) -> None:
    """One that says how long it is is not read, one that does not is read as far as may be."""

    def endless() -> Iterator[bytes]:
        while True:
            yield PART

    said = _send(client, _filled(path), UPLOADS[path], endless(), length=10**12)
    assert (said.status, orjson.loads(said.body)["code"]) == (413, "body_too_large")
    assert said.parts_read <= DESK_PARTS_READ_MAX
    if path not in LARGE:
        answer = _send(client, _filled(path), UPLOADS[path], endless())
        assert (answer.status, orjson.loads(answer.body)["code"]) == (413, "body_too_large")
        assert answer.parts_read <= PARTS_READ_MAX


@pytest.mark.parametrize("path", UPLOADS)
def test_a_packed_or_deep_body_is_no_work(client: TestClient, path: str) -> None:
    """No route unpacks what is sent by Content-Encoding; what a dataset unpacks has a bound of its own and a process apart."""
    packed = gzip.compress(b"[" * 20_000_000, 6, mtime=0)
    assert len(packed) < 50_000
    deep = () if path in LARGE else (b"[" * 500_000, b"9" * 500_000, b'{"text":' * 50_000)
    for body in (packed, *deep):
        answer = _send(client, _filled(path), UPLOADS[path], iter([body]))
        assert 200 <= answer.status < 500, (path, answer.status, answer.body[:300])
        assert len(answer.body) < 10_000


def test_every_route_that_takes_a_body_bounds_it(client: TestClient) -> None:
    """Whatever the limit, a body that says it is huge is not read. Every third route: the bound is the application's."""
    paths = json.loads((ROOT / "openapi.json").read_text())["paths"]
    taking = [path for path, methods in sorted(paths.items()) if "requestBody" in methods.get("post", {})]
    assert len(taking) > 80
    for path in taking[::3]:
        media_type = next(iter(paths[path]["post"]["requestBody"]["content"]))
        answer = _send(client, _filled(path), media_type, iter([PART] * 30), length=10**12)
        assert 400 <= answer.status < 500, (path, answer.status)
        assert answer.parts_read <= DESK_PARTS_READ_MAX, path


def test_signatures_are_not_tried_without_end(client: TestClient) -> None:
    first = [client.post(f"/api/v1/hooks/{ids.new_id()}", content=b"{}").status_code for _ in range(REFUSED_AT_ONCE)]
    assert set(first) == {401}
    answers = [client.post(f"/api/v1/hooks/{ids.new_id()}", content=b"{}") for _ in range(20)]
    assert 429 in {each.status_code for each in answers}
    assert answers[-1].headers.get("retry-after") or answers[-1].status_code == 401


def test_what_is_kept_of_a_request_does_not_let_its_secret_be_guessed(client: TestClient, system: System) -> None:
    """The control: a plain digest of the body would stand in the table."""
    bodies: dict[str, dict[str, Any]] = {
        "/api/v1/channels": {
            "kind": "email", "name": "Mail", "secret": "hunter2",
            "settings": {"host": "mail.example.com", "username": "me", "sender": "a@example.com",
                         "recipients": ["b@example.com"]},
        },
        "/api/v1/webhooks/sources": {"name": "Partner", "scheme": "plain", "secret": "sixteen letters!"},
    }  # fmt: skip
    for path, body in bodies.items():
        content = orjson.dumps(body)
        sent = {"Idempotency-Key": "once", "Content-Type": "application/json"}
        first = client.post(path, content=content, headers=sent)
        assert first.status_code == 201, first.text
        again = client.post(path, content=content, headers=sent)
        assert (again.json()["id"], again.headers["idempotency-replayed"]) == (first.json()["id"], "true")
        other = client.post(path, json=body | {"secret": "another secret of it"}, headers=sent)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        with system.database.system() as tx:
            kept = [bytes(row["body_digest"]) for row in tx.all("select body_digest from requests")]
        assert kept
        assert hashlib.sha256(b"\0" + content).digest() not in kept
        assert str(body["secret"]) not in first.text + again.text


@pytest.mark.parametrize(
    "secret", ["https://[/services/x", "https://[::1/x", "http://a]b/x", "https://hooks.slack.com@evil/x"]
)
def test_an_address_that_is_none_is_refused_and_not_repeated(client: TestClient, secret: str) -> None:
    body = {"kind": "slack", "name": "Chat", "settings": {}, "secret": secret}
    refused = client.post("/api/v1/channels", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "secret")
    assert secret not in refused.text


def test_a_browser_that_signs_in_anew_leaves_no_session_behind(system: System, client: TestClient) -> None:
    people = People(system.database)
    with system.database.system() as tx:
        house = create_organization(tx, slug="globex", name="Globex")
    member = people.with_password(house)
    form = {"email": member.user.email, "password": PASSWORD}
    browser, program = (TestClient(client.app, follow_redirects=False, headers=ORIGIN) for _ in range(2))
    tokens = []
    for _ in range(2):
        assert browser.post("/sign-in", data=form).status_code == 303
        tokens.append(browser.cookies["intendant_session"])
    asked = [{"Authorization": f"Bearer {token}"} for token in tokens]
    statuses = [program.get("/api/v1/access/me", headers=headers).status_code for headers in asked]
    assert statuses == [401, 200]


def test_no_answer_opens_itself_to_the_pages_of_others(client: TestClient) -> None:
    origin = {"Origin": "https://evil.example"}
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for answer in (
        client.get("/api/v1/access/me", headers=origin),
        client.options("/api/v1/channels", headers=asked),
        client.get("/sign-in", headers=origin),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
