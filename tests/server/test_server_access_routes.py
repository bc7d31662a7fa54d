"""Users, keys and sessions over HTTP: every act by every role, and never into another organisation."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from tests.support.serving import ORIGIN, PASSWORD, People

from intendant.kernel.access import MATRIX, Permission, Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.server.app import guard_of

Headers = dict[str, str]
_BODIES: dict[str, object] = {
    "/api/v1/access/password": {"current": PASSWORD, "password": PASSWORD},
    "/api/v1/access/users": {"email": "new@acme.test", "role": "client"},
    "/api/v1/access/users/{user_id}/role": {"role": "client"},
    "/api/v1/access/keys": {"name": "k", "role": "client"},
}


def _guarded(app: FastAPI) -> list[tuple[str, str, Permission]]:
    found = []
    for route in iter_route_contexts(app.routes):
        permission = guard_of(route)
        if permission is not None:
            found += [(method, str(route.path), permission) for method in sorted(route.methods or ())]
    return found


def _concrete(path: str) -> str:
    parts = [str(uuid4()) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_every_route_refuses_whoever_is_not_signed_in(app: FastAPI, client: TestClient) -> None:
    guarded = _guarded(app)
    assert len(guarded) > 30
    for method, path, _ in guarded:
        for headers in ({}, {"Authorization": "Bearer is_" + "x" * 43}, {"Authorization": "Basic YTpi"}):
            answer = client.request(method, _concrete(path), headers=headers)
            # A page for people leads to the door; everything else is a problem.
            assert answer.status_code == (303 if path == "/" else 401), (method, path)


def test_every_route_refuses_every_role_without_its_permission(
    app: FastAPI, client: TestClient, people: People, organization: Organization
) -> None:
    keys = {role: people.key(organization, role) for role in Role}
    refused = 0
    for method, path, permission in _guarded(app):
        for role in Role:
            if permission in MATRIX[role]:
                continue
            answer = client.request(method, _concrete(path), json=_BODIES.get(path, {}), headers=keys[role])
            assert answer.status_code == 403, (method, path, role)
            assert permission in answer.text
            refused += 1
    assert refused > 50


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_told_what_it_may_do(
    client: TestClient, people: People, organization: Organization, role: Role
) -> None:
    me = client.get("/api/v1/access/me", headers=people.signed_in(organization, role)).json()
    assert set(me["permissions"]) == {str(permission) for permission in MATRIX[role]}
    assert me["places"] == [
        {"organization": organization.slug, "name": organization.name, "kind": "real", "role": role}
    ]


def test_an_administrator_adds_a_user_who_comes_in_by_the_link(
    client: TestClient, people: People, organization: Organization, acts: Callable[[Organization], list[str]]
) -> None:
    admin = people.signed_in(organization, Role.ORGANIZATION_ADMIN)
    added = client.post("/api/v1/access/users", json={"email": "New@acme.test", "role": "manager"}, headers=admin)
    assert added.status_code == 201
    assert added.json()["user"]["email"] == "new@acme.test"
    assert not added.json()["user"]["has_password"]
    assert client.post(added.json()["link"], data={"password": PASSWORD}).status_code == 303
    assert client.get("/api/v1/access/me").json()["role"] == "manager"
    assert acts(organization) == ["access.user.added", "access.password.changed"]


def test_nobody_acts_above_their_own_role(client: TestClient, people: People, organization: Organization) -> None:
    owner = people.user(organization)
    admin = people.signed_in(organization, Role.ORGANIZATION_ADMIN)
    people.user(organization, Role.OWNER, "second@acme.test")
    base = f"/api/v1/access/users/{owner.user.id}"
    answers = [
        client.post("/api/v1/access/users", json={"email": "x@acme.test", "role": "owner"}, headers=admin),
        client.post("/api/v1/access/keys", json={"name": "x", "role": "owner"}, headers=admin),
        client.put(f"{base}/role", json={"role": "client"}, headers=admin),
        client.post(f"{base}/disable", headers=admin),
        client.post(f"{base}/reset-link", headers=admin),
        client.delete(base, headers=admin),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "role_too_high")] * 6


def test_another_organizations_people_and_keys_are_unknown_here(
    client: TestClient, people: People, organization: Organization, other_organization: Organization
) -> None:
    mine = people.signed_in(organization)
    theirs = people.user(other_organization, Role.CLIENT)
    their_key = client.post(
        "/api/v1/access/keys", json={"name": "k", "role": "client"}, headers=people.signed_in(other_organization)
    ).json()["key"]["id"]
    base = f"/api/v1/access/users/{theirs.user.id}"
    answers = [
        client.put(f"{base}/role", json={"role": "client"}, headers=mine),
        client.post(f"{base}/disable", headers=mine),
        client.post(f"{base}/reset-link", headers=mine),
        client.delete(base, headers=mine),
        client.delete(f"/api/v1/access/keys/{their_key}", headers=mine),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert len(client.get("/api/v1/access/users", headers=mine).json()["items"]) == 1
    assert client.get("/api/v1/access/keys", headers=mine).json()["items"] == []
    for slug in (other_organization.slug, "nowhere"):
        refused = client.get("/api/v1/access/me", headers=mine | {"X-Organization": slug})
        assert (refused.status_code, refused.json()["code"]) == (403, "not_a_member")


def test_an_account_that_others_share_is_not_taken_over_by_adding_it(
    client: TestClient, people: People, organization: Organization, other_organization: Organization
) -> None:
    victim = people.user(other_organization)
    people.user(other_organization, Role.OWNER, "second@globex.test")
    mine = people.signed_in(organization)
    added = client.post(
        "/api/v1/access/users", json={"email": victim.user.email, "role": "client"}, headers=mine
    ).json()
    assert added["link"] is None
    base = f"/api/v1/access/users/{victim.user.id}"
    for answer in (client.post(f"{base}/reset-link", headers=mine), client.post(f"{base}/disable", headers=mine)):
        assert (answer.status_code, answer.json()["code"]) == (403, "user_shared")
    assert client.delete(base, headers=mine).status_code == 204
    assert client.get("/api/v1/access/me", headers=people.session(victim)).json()["role"] == "owner"


def test_a_user_of_several_organizations_chooses_by_header(
    client: TestClient, people: People, organization: Organization, other_organization: Organization
) -> None:
    member = people.user(organization, Role.CLIENT, "ada@example.com")
    people.user(other_organization, Role.MANAGER, "ada@example.com")
    mine = people.session(member)
    assert client.get("/api/v1/access/me", headers=mine).json()["role"] == "client"
    chosen = client.get("/api/v1/access/me", headers=mine | {"X-Organization": other_organization.slug}).json()
    assert (chosen["role"], chosen["organization_id"]) == ("manager", str(other_organization.id))


def test_the_last_owner_cannot_leave(client: TestClient, people: People, organization: Organization) -> None:
    owner = people.user(organization)
    mine = people.session(owner)
    base = f"/api/v1/access/users/{owner.user.id}"
    for answer in (
        client.delete(base, headers=mine),
        client.post(f"{base}/disable", headers=mine),
        client.put(f"{base}/role", json={"role": "client"}, headers=mine),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


def test_a_key_works_until_it_is_revoked(
    client: TestClient, people: People, organization: Organization, acts: Callable[[Organization], list[str]]
) -> None:
    mine = people.signed_in(organization)
    created = client.post("/api/v1/access/keys", json={"name": "robot", "role": "operator"}, headers=mine).json()
    robot = {"Authorization": f"Bearer {created['secret']}"}
    me = client.get("/api/v1/access/me", headers=robot).json()
    assert (me["kind"], me["label"], me["role"]) == ("key", "key:robot", "operator")
    assert client.get("/api/v1/access/sessions", headers=robot).json()["code"] == "users_only"
    place = f"/api/v1/access/keys/{created['key']['id']}"
    assert client.delete(place, headers=mine).status_code == 204
    assert client.get("/api/v1/access/me", headers=robot).status_code == 401
    assert client.delete(place, headers=mine).status_code == 404
    assert client.get("/api/v1/access/keys", headers=mine).json()["items"][0]["revoked_at"]
    assert acts(organization) == ["access.key.created", "access.key.revoked"]


def test_an_expired_key_is_refused(
    client: TestClient, people: People, organization: Organization, database: Database
) -> None:
    robot = people.key(organization)
    with database.system() as tx:
        tx.execute("update api_keys set expires_at = created_at")
    answer = client.get("/api/v1/access/me", headers=robot)
    assert (answer.status_code, answer.json()["code"]) == (401, "credential_invalid")
    assert "Bearer" in answer.headers["www-authenticate"]


def test_a_user_ends_their_own_sessions_and_nobody_elses(
    client: TestClient, people: People, organization: Organization
) -> None:
    member = people.user(organization)
    mine, lost = people.session(member), people.session(member)
    stranger = people.signed_in(organization, Role.OPERATOR)
    sessions = client.get("/api/v1/access/sessions", headers=mine).json()["items"]
    assert [session["current"] for session in sessions] == [False, True]
    place = f"/api/v1/access/sessions/{sessions[0]['id']}"
    assert client.delete(place, headers=stranger).status_code == 404
    assert client.delete(place, headers=mine).status_code == 204
    assert client.get("/api/v1/access/me", headers=lost).status_code == 401
    assert client.post("/api/v1/access/sign-out", headers=mine).status_code == 204
    assert client.get("/api/v1/access/me", headers=mine).status_code == 401


def test_pages_follow_one_another(client: TestClient, people: People, organization: Organization) -> None:
    mine = people.signed_in(organization)
    for n in range(5):
        people.user(organization, Role.CLIENT, f"user{n}@acme.test")
    seen: list[str] = []
    after = None
    while True:
        query = {"limit": "2"} | ({"after": after} if after else {})
        page = client.get("/api/v1/access/users", params=query, headers=mine).json()
        seen += [item["email"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 6
    for limit in ("0", "201", "x"):
        assert client.get("/api/v1/access/users", params={"limit": limit}, headers=mine).status_code == 422


class TestIdempotency:
    """The same request twice."""

    def test_the_same_key_gives_the_same_answer_and_does_the_work_once(
        self, client: TestClient, people: People, organization: Organization
    ) -> None:
        mine = people.signed_in(organization) | {"Idempotency-Key": "one"}
        body = {"email": "new@acme.test", "role": "client"}
        first = client.post("/api/v1/access/users", json=body, headers=mine)
        again = client.post("/api/v1/access/users", json=body, headers=mine)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["user"] == again.json()["user"]
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"

    def test_a_secret_is_shown_once_and_not_kept(
        self, client: TestClient, people: People, organization: Organization, database: Database
    ) -> None:
        mine = people.signed_in(organization) | {"Idempotency-Key": "one"}
        body = {"name": "robot", "role": "operator"}
        secret = client.post("/api/v1/access/keys", json=body, headers=mine).json()["secret"]
        again = client.post("/api/v1/access/keys", json=body, headers=mine).json()
        assert again["secret"] is None
        assert len(client.get("/api/v1/access/keys", headers=mine).json()["items"]) == 1
        with database.system() as tx:
            assert secret not in str(tx.all("select * from requests"))

    def test_the_same_key_with_another_body_is_a_conflict(
        self, client: TestClient, people: People, organization: Organization
    ) -> None:
        mine = people.signed_in(organization) | {"Idempotency-Key": "one"}
        client.post("/api/v1/access/keys", json={"name": "a", "role": "client"}, headers=mine)
        answer = client.post("/api/v1/access/keys", json={"name": "b", "role": "client"}, headers=mine)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
        assert answer.json()["field"] == "Idempotency-Key"

    def test_a_key_belongs_to_one_caller_and_one_address(
        self, client: TestClient, people: People, organization: Organization
    ) -> None:
        key = {"Idempotency-Key": "one"}
        body = {"name": "a", "role": "client"}
        for headers in (people.signed_in(organization), people.signed_in(organization, Role.ORGANIZATION_ADMIN)):
            assert (
                "idempotency-replayed"
                not in client.post("/api/v1/access/keys", json=body, headers=headers | key).headers
            )

    def test_a_request_that_failed_may_be_tried_again(
        self, client: TestClient, people: People, organization: Organization
    ) -> None:
        mine = people.signed_in(organization) | {"Idempotency-Key": "one"}
        member = people.user(organization, Role.CLIENT)
        body = {"email": member.user.email, "role": "client"}
        assert client.post("/api/v1/access/users", json=body, headers=mine).status_code == 409
        client.delete(f"/api/v1/access/users/{member.user.id}", headers=mine)
        assert client.post("/api/v1/access/users", json=body, headers=mine).status_code == 201

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_an_odd_key_is_refused(
        self, client: TestClient, people: People, organization: Organization, key: str
    ) -> None:
        mine = people.signed_in(organization) | {"Idempotency-Key": key}
        assert client.post("/api/v1/access/keys", json={"name": "a", "role": "client"}, headers=mine).status_code == 422

    def test_the_same_key_at_the_same_moment_does_the_work_once(
        self, client: TestClient, people: People, organization: Organization
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor

        mine = people.signed_in(organization) | {"Idempotency-Key": "one"}

        def send(_: int) -> tuple[int, str]:
            answer = client.post("/api/v1/access/keys", json={"name": "a", "role": "client"}, headers=mine)
            return answer.status_code, answer.json()["key"]["id"]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, range(8)))
        assert len(set(answers)) == 1
        assert len(client.get("/api/v1/access/keys", headers=mine).json()["items"]) == 1


def test_a_page_request_by_cookie_needs_no_origin(
    client: TestClient, people: People, organization: Organization
) -> None:
    token = people.signed_in(organization)["Authorization"].removeprefix("Bearer ")
    client.cookies.set("intendant_session", token)
    assert client.get("/api/v1/access/me").status_code == 200
    assert client.post("/api/v1/access/sign-out").status_code == 403
    assert client.post("/api/v1/access/sign-out", headers=ORIGIN).status_code == 204
