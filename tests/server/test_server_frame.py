"""The frame of every response, and what is refused before any route sees it."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from tests.support.serving import People, Served

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.errors import (
    Bug,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from intendant.server.app import BODY_BYTES_MAX, create_app, unguarded
from intendant.server.compression import MINIMUM_BYTES
from intendant.server.errors import status_of

ORIGIN = {"Origin": "http://testserver"}


def test_health_answers_and_ready_asks_the_database(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "alive"}
    assert client.get("/ready").json() == {"status": "ready"}


def test_a_database_of_another_version_is_not_ready(client: TestClient, served: Served) -> None:
    import psycopg

    with psycopg.connect(served.database.urls.owner) as connection:
        connection.execute("update alembic_version set version_num = '0000'")
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/health"), ("GET", "/nowhere"), ("PUT", "/health"), ("GET", "/"), ("GET", "/sign-in")]
)
def test_every_response_wears_the_headers(client: TestClient, method: str, path: str) -> None:
    headers = client.request(method, path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 32


def test_what_is_read_is_compressed_for_those_who_can_take_it(
    client: TestClient, people: People, organization: Organization
) -> None:
    signed_in = people.session(people.user(organization, Role.OWNER))
    packed, plain = (
        client.get("/api/v1/access/me", headers=signed_in | {"Accept-Encoding": encoding})
        for encoding in ("br, gzip", "identity")
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < len(plain.content)


def test_what_is_answered_to_a_change_is_never_compressed(
    client: TestClient, people: People, organization: Organization
) -> None:
    """It may hold a secret that is shown once."""
    signed_in = people.session(people.user(organization, Role.OWNER)) | {"Accept-Encoding": "gzip"}
    answer = client.patch("/api/v1/access/me", json={"name": "n" * 100}, headers=signed_in)
    assert answer.status_code == 200
    assert len(answer.content) > MINIMUM_BYTES
    assert "content-encoding" not in answer.headers


def test_a_request_id_comes_back_unless_it_is_odd(client: TestClient) -> None:
    assert client.get("/health", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/health", headers={"X-Request-Id": "a b<c>"}).headers["x-request-id"] != "a b<c>"


def test_an_unforeseen_error_tells_nothing_but_its_id(served: Served) -> None:
    router = APIRouter()

    @router.get("/health/broken")
    def broken() -> None:
        raise ZeroDivisionError("a secret in the message")

    from intendant.server import app as module

    app = create_app(served)
    app.include_router(router)
    assert list(unguarded(app)) == ["/health/broken"]
    assert module.BODY_BYTES_MAX
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/health/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_route_without_a_guard_stops_the_start(served: Served) -> None:
    router = APIRouter()

    @router.get("/api/v1/open-door")
    def open_door() -> None: ...

    with pytest.raises(Bug, match="/api/v1/open-door"):
        create_app(served, [router])


def test_every_operation_names_its_permission_in_the_document(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    open_paths = set()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if "x-permission" in operation:
                assert operation["security"] == [{"bearer": []}, {"cookie": []}]
                assert {"401", "403", "default"} <= set(operation["responses"])
            else:
                open_paths.add(path)
    # The signature is what a webhook from outside is known by.
    hook = "/api/v1/hooks/{webhook_source_id}"
    assert open_paths == {"/health", "/health/ready", "/ready", "/api/v1/access/sign-in", hook}


def test_the_reference_needs_no_network_and_no_script(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "/api/v1/access/me" in page.text
    assert "access:self:read" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    for source in ("http://", "https://", "//cdn"):
        assert source not in page.text.replace("http://127.0.0.1:8321", "")
    assert client.get("/static/pages.css").headers["content-type"].startswith("text/css")
    assert client.get("/static/..%2fauth.py").status_code == 404


def test_what_is_not_there_and_what_is_not_taken_are_problems(client: TestClient) -> None:
    missing, taken = client.get("/api/v1/nowhere"), client.put("/api/v1/access/me")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (taken.status_code, taken.json()["code"]) == (405, "method_not_allowed")
    assert taken.headers["allow"] == "GET"


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused_unread(
    client: TestClient, people: People, organization: Organization, declared: bool
) -> None:
    headers = people.signed_in(organization) | {"Content-Type": "application/json"}
    body = b'"' + b"x" * BODY_BYTES_MAX + b'"'

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    answer = client.post("/api/v1/access/keys", content=body if declared else chunks(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "k"}, "role"),
        ({"name": "k", "role": "king"}, "role"),
        ({"name": 7, "role": "operator"}, "name"),
        ({"name": "", "role": "operator"}, "name"),
        ({"name": "k", "role": "operator", "surprise": 1}, "surprise"),
        ({"name": "k", "role": "operator", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "k", "role": "operator", "expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"name": "k\u0000", "role": "operator"}, "name"),
        ([], "body"),
    ],
)
def test_a_wrong_field_is_named(
    client: TestClient, people: People, organization: Organization, body: object, field: str
) -> None:
    answer = client.post("/api/v1/access/keys", json=body, headers=people.signed_in(organization))
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["remedy"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"name": NaN', b"", b"null"])
def test_what_is_no_json_is_a_problem(
    client: TestClient, people: People, organization: Organization, body: bytes
) -> None:
    headers = people.signed_in(organization) | {"Content-Type": "application/json"}
    answer = client.post("/api/v1/access/keys", content=body, headers=headers)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_input_is_not_echoed_in_its_error(client: TestClient) -> None:
    answer = client.post("/api/v1/access/sign-in", json={"email": "a@b.de", "password": ["hunter2-secret"]})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


def test_too_many_requests_of_one_caller_say_when_to_come_again(
    app: FastAPI, client: TestClient, people: People, organization: Organization
) -> None:
    from intendant.kernel.access import RateLimit

    app.state.request_limit = RateLimit(per_second=0.5, burst=3)
    mine = people.signed_in(organization)
    answers = [client.get("/api/v1/access/me", headers=mine) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert client.get("/api/v1/access/me", headers=people.key(organization, Role.CLIENT)).status_code == 200


@pytest.mark.parametrize(
    ("category", "status"),
    [
        (NotFound, 404),
        (Conflict, 409),
        (Forbidden, 403),
        (Unauthenticated, 401),
        (Invalid, 422),
        (Unavailable, 503),
        (TooManyRequests, 429),
        (Bug, 500),
    ],
)
def test_each_category_has_its_status(category: type[Bug], status: int) -> None:
    assert status_of(category("x")) == status


def test_a_commit_that_fails_is_no_success(
    client: TestClient, people: People, organization: Organization, served: Served
) -> None:
    import psycopg

    mine = people.signed_in(organization)
    with psycopg.connect(served.database.urls.owner) as connection:
        connection.execute(
            "create function fail() returns trigger language plpgsql as $$ begin"
            " raise exception using errcode = '40001'; end $$;"
            " create constraint trigger fail after insert on api_keys deferrable initially deferred"
            " for each row execute function fail()"
        )
    answer = client.post("/api/v1/access/keys", json={"name": "k", "role": "operator"}, headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert "secret" not in answer.text
    assert client.get("/api/v1/access/keys", headers=mine).json()["items"] == []


def test_the_directory_finds_for_every_route_what_the_framework_finds(served: Served) -> None:
    from fastapi.routing import iter_route_contexts
    from starlette.routing import Match

    from intendant.server.directory import Directory

    app = create_app(served)
    directory = app.router.middleware_stack
    assert isinstance(directory, Directory)
    routes = list(iter_route_contexts(app.routes))
    for route in routes:
        if ":" in str(route.path):
            # Those with any number of parts are left to the framework.
            continue
        path = "/".join("some-part" if "{" in part else part for part in str(route.path).split("/"))
        for method in route.methods or ():
            scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
            first = next(each for each in routes if each.matches(scope)[0] == Match.FULL)
            found = directory.find(scope)
            assert found is not None
            assert (found[0].path, found[0].methods) == (first.path, first.methods)


@pytest.mark.parametrize(
    "path", ["/", "//", "/health/", "/api/v1/access/me/", "/api//v1", "/" + "a/" * 40, "/sign-in/a/b", "/%2e%2e/"]
)
def test_an_odd_path_gets_the_frameworks_answer(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in {303, 307, 404}


def test_a_body_is_not_read_for_whoever_may_not_send_it(
    client: TestClient, people: People, organization: Organization
) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    for headers, status in (({}, 401), (people.key(organization, Role.CLIENT), 403), (people.key(organization), 413)):
        answer = client.post("/api/v1/access/keys", content=body(), headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
