"""The ways in and out: passwords, one-time links, cookies, and what a forged request or a stolen token gets."""

import statistics
import time
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from tests.support.serving import ORIGIN, PASSWORD, People

from intendant.kernel.access import LinkPurpose, Role, SignIn, make_link
from intendant.kernel.alerts import AlertFilter, list_alerts
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.server.console import HOME

EMAIL = "owner@acme.test"


@pytest.fixture
def link(database: Database, people: People, organization: Organization) -> str:
    member = people.user(organization)
    with database.system() as tx:
        return make_link(tx, member.user.id, LinkPurpose.SIGN_IN)


@pytest.fixture
def reset_link(database: Database, people: People, organization: Organization) -> str:
    member = people.user(organization)
    with database.system() as tx:
        return make_link(tx, member.user.id, LinkPurpose.PASSWORD_RESET)


def _sign_in(client: TestClient, password: str = PASSWORD, email: str = EMAIL, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/api/v1/access/sign-in", json={"email": email, "password": password, **more})


def test_a_password_opens_a_session_that_works_as_a_bearer(
    client: TestClient, people: People, organization: Organization, acts: Callable[[Organization], list[str]]
) -> None:
    people.with_password(organization)
    answer = _sign_in(client, email="  Owner@ACME.test ")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    me = client.get("/api/v1/access/me", headers={"Authorization": f"Bearer {answer.json()['token']}"}).json()
    assert (me["label"], me["role"], me["tier"]) == (f"user:{EMAIL}", "owner", "owner")
    assert "access.session.opened" in acts(organization)


def test_a_wrong_password_and_an_unknown_user_read_the_same(
    client: TestClient, people: People, organization: Organization
) -> None:
    people.with_password(organization)
    people.user(organization, Role.CLIENT)
    answers = [
        _sign_in(client, "wrong wrong wrong"),
        _sign_in(client, email="nobody@acme.test"),
        _sign_in(client, email="client@acme.test"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [{k: v for k, v in answer.json().items() if k != "request_id"} for answer in answers]
    assert bodies[0] == bodies[1] == bodies[2]


def test_an_unknown_user_takes_as_long_as_a_known_one(
    database: Database, people: People, organization: Organization
) -> None:
    people.with_password(organization)
    known, unknown = [], []
    for n in range(9):
        for email, times in ((EMAIL, known), (f"nobody{n}@acme.test", unknown)):
            door = SignIn()
            started = time.perf_counter()
            with pytest.raises(Exception, match="wrong"):
                door.with_password(database, email=email, password="wrong wrong", address="a", user_agent=None)
            times.append(time.perf_counter() - started)
    assert 0.5 < statistics.median(known[1:]) / statistics.median(unknown[1:]) < 2.0


def test_guessing_one_password_is_slowed_and_others_still_get_in(
    client: TestClient, people: People, organization: Organization
) -> None:
    people.with_password(organization)
    people.with_password(organization, Role.MANAGER)
    answers = [_sign_in(client, f"wrong wrong {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 1
    assert _sign_in(client).status_code == 429
    assert _sign_in(client, email="manager@acme.test").status_code == 200


def test_guessing_many_users_from_one_address_is_slowed(client: TestClient) -> None:
    # A slow machine gives some attempts back on the way, so it may take a few more than the twenty that are free.
    statuses = []
    while 429 not in statuses and len(statuses) < 60:
        statuses.append(_sign_in(client, email=f"user{len(statuses)}@acme.test").status_code)
    assert len(statuses) > 20
    assert statuses == [401] * (len(statuses) - 1) + [429]


def test_guessing_one_user_s_password_raises_an_alert(
    client: TestClient, people: People, organization: Organization, database: Database
) -> None:
    people.with_password(organization, Role.MANAGER)
    for _ in range(60):
        if _sign_in(client, email="manager@acme.test", password="wrong-guess-again").status_code == 429:
            break
    with database.transaction(organization.id) as tx:
        (alert,) = list_alerts(tx, AlertFilter(kinds=("security",)))
    assert alert["severity"] == "high"
    _sign_in(client, email="nobody@acme.test", password="wrong-guess-again")
    with database.transaction(organization.id) as tx:
        assert len(list_alerts(tx, AlertFilter(kinds=("security",)))) == 1


def test_a_disabled_user_gets_in_by_no_way(client: TestClient, people: People, organization: Organization) -> None:
    owner = people.signed_in(organization)
    member = people.with_password(organization, Role.MANAGER)
    theirs = people.session(member)
    key = f"/api/v1/access/users/{member.user.id}"
    link = client.post(f"{key}/reset-link", headers=owner).json()["link"]
    assert client.post(f"{key}/disable", headers=owner).json()["disabled_at"]
    assert client.get("/api/v1/access/me", headers=theirs).status_code == 401
    assert _sign_in(client, email="manager@acme.test").status_code == 401
    assert client.post(link, data={"password": PASSWORD}).status_code == 403
    assert client.post(f"{key}/enable", headers=owner).json()["disabled_at"] is None
    assert client.get("/api/v1/access/me", headers=theirs).status_code == 401
    assert _sign_in(client, email="manager@acme.test").status_code == 200


def test_a_link_is_used_by_its_button_and_once(client: TestClient, link: str) -> None:
    for _ in range(3):
        page = client.get(f"/sign-in/{link}")
        assert "<button" in page.text
        assert "set-cookie" not in page.headers
    entered = client.post(f"/sign-in/{link}")
    assert (entered.status_code, entered.headers["location"]) == (303, HOME)
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/api/v1/access/me").status_code == 200
    again = client.post(f"/sign-in/{link}")
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize("token", ["x", "il_" + "x" * 43, "il_%00", "%3Cscript%3E"])
def test_a_made_up_link_is_refused(client: TestClient, token: str) -> None:
    assert "<script" not in client.get(f"/sign-in/{token}").text
    assert client.post(f"/sign-in/{token}").status_code == 403
    assert client.post(f"/reset/{token}", data={"password": PASSWORD}).status_code == 403


def test_an_old_link_is_refused(client: TestClient, link: str, database: Database) -> None:
    with database.system() as tx:
        tx.execute("update sign_in_links set expires_at = %s", [clock.system_now()])
    assert client.post(f"/sign-in/{link}").status_code == 403


def test_a_reset_link_is_no_sign_in_link(client: TestClient, reset_link: str) -> None:
    assert client.post(f"/sign-in/{reset_link}").status_code == 403


def test_a_refused_password_does_not_use_the_link_up(client: TestClient, reset_link: str) -> None:
    refused = client.post(f"/reset/{reset_link}", data={"password": "short"})
    assert refused.status_code == 422
    assert "12" in refused.text
    accepted = client.post(f"/reset/{reset_link}", data={"password": PASSWORD})
    assert accepted.status_code == 303
    assert client.post(f"/reset/{reset_link}", data={"password": PASSWORD}).status_code == 403
    assert _sign_in(client).status_code == 200


def test_a_session_planted_beforehand_is_not_the_one_that_is_opened(
    client: TestClient, people: People, organization: Organization
) -> None:
    people.with_password(organization)
    planted = "is_" + "planted" * 6 + "x"
    client.cookies.set("intendant_session", planted)
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}, headers=ORIGIN)
    assert answer.status_code == 303
    opened = client.cookies.get("intendant_session", domain="testserver.local")
    assert opened != planted
    assert client.get("/api/v1/access/me", headers={"Authorization": f"Bearer {planted}"}).status_code == 401


def test_a_form_leads_only_to_our_own_pages(client: TestClient, people: People, organization: Organization) -> None:
    people.with_password(organization)
    for target, led in (("/docs", "/docs"), ("//evil.test", HOME), ("https://evil.test", HOME), ("/\\evil.test", HOME)):
        form = {"email": EMAIL, "password": PASSWORD, "next": target}
        assert client.post("/sign-in", data=form).headers["location"] == led


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://testserver"}, True),
        ({}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://evil.test"}, False),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver.evil.test"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_a_cookie_changes_something_only_from_our_own_pages(
    client: TestClient, link: str, headers: dict[str, str], allowed: bool
) -> None:
    client.post(f"/sign-in/{link}")
    answer = client.post("/api/v1/access/keys", json={"name": "k", "role": "operator"}, headers=headers)
    assert answer.status_code == (201 if allowed else 403)
    if not allowed:
        assert answer.json()["code"] == "cross_site_refused"
    assert client.get("/api/v1/access/me", headers=headers).status_code == 200


def test_a_form_of_another_site_signs_nobody_in(
    client: TestClient, people: People, organization: Organization, link: str
) -> None:
    elsewhere = {"Origin": "http://evil.test"}
    form = {"email": EMAIL, "password": PASSWORD}
    assert client.post("/sign-in", data=form, headers=elsewhere).status_code == 403
    assert client.post(f"/sign-in/{link}", headers=elsewhere).status_code == 403
    assert client.post("/api/v1/access/sign-in", json=form, headers=elsewhere).status_code == 403
    assert client.post(f"/sign-in/{link}").status_code == 303


def test_signing_out_ends_the_session_itself(client: TestClient, link: str) -> None:
    client.post(f"/sign-in/{link}")
    token = client.cookies["intendant_session"]
    assert client.post("/sign-out", headers=ORIGIN).headers["location"] == "/sign-in"
    assert "intendant_session" not in client.cookies
    assert client.get("/api/v1/access/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.get("/api/v1/access/me").status_code == 401
    assert client.post("/sign-out", headers=ORIGIN).status_code == 303


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(app, people: People, organization: Organization) -> None:  # type: ignore[no-untyped-def]
    people.with_password(organization)
    with TestClient(app, base_url="https://testserver") as client:
        answer = _sign_in(client, session="cookie")
        assert answer.json()["token"] is None
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-intendant_session=is_")
        assert "Secure" in cookie
        assert "strict-transport-security" in answer.headers
        assert client.get("/api/v1/access/me").status_code == 200


def test_a_password_is_changed_with_the_present_one_and_ends_other_sessions(
    client: TestClient, people: People, organization: Organization
) -> None:
    member = people.with_password(organization)
    mine, other = people.session(member), people.session(member)
    new = "another battery staple"
    wrong = client.post("/api/v1/access/password", json={"current": "nope", "password": new}, headers=mine)
    assert wrong.status_code == 401
    changed = client.post("/api/v1/access/password", json={"current": PASSWORD, "password": new}, headers=mine)
    assert changed.json() == {"sessions_ended": 1}
    assert client.get("/api/v1/access/me", headers=other).status_code == 401
    assert client.get("/api/v1/access/me", headers=mine).status_code == 200
    assert _sign_in(client).status_code == 401
    assert _sign_in(client, new).status_code == 200
