"""The organisation's settings, the end of a demo, one's own profile and preferences, and saved views."""

from pathlib import Path
from typing import ClassVar

import pytest
from fastapi.testclient import TestClient
from tests.support.deciding import lender
from tests.support.lending import GOOD, Lender
from tests.support.serving import People, Served

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.kernel.preferences import VIEWS_PER_USER_MAX
from intendant.kit import ids

__all__ = ["lender"]
HERE = "/api/v1/organization"


@pytest.fixture
def owner(people: People, organization: Organization) -> dict[str, str]:
    """Return the header of the owner, signed in."""
    return people.signed_in(organization, Role.OWNER)


class TestOrganization:
    """/api/v1/organization."""

    def test_its_owner_changes_its_settings_once_for_each_version(
        self, client: TestClient, owner: dict[str, str], people: People, organization: Organization
    ) -> None:
        shown = client.get(HERE, headers=people.key(organization, Role.READ_ONLY)).json()
        assert (shown["slug"], shown["kind"], shown["version"], shown["has_decisions"]) == ("acme", "real", 1, False)
        change = {"replaces": 1, "name": " Acme Bank ", "time_zone": "Europe/Berlin", "currency": "EUR"}
        changed = client.put(HERE, headers=owner, json=change).json()
        assert (changed["name"], changed["time_zone"], changed["currency"]) == ("Acme Bank", "Europe/Berlin", "EUR")
        late = client.put(HERE, headers=owner, json={"replaces": 1, "name": "Other"})
        assert (late.status_code, late.json()["code"], late.json()["data"]) == (
            409,
            "organization_changed",
            {"version": 2},
        )
        named = client.get("/api/v1/events", params={"prefix": "kernel.organization"}, headers=owner).json()["items"]
        assert [event["body"]["changes"]["currency"] for event in named] == [{"from": "USD", "to": "EUR"}]
        same = client.put(HERE, headers=owner, json={"replaces": 2, "name": "Acme Bank"}).json()
        assert same["version"] == 2

    def test_the_currency_stays_once_a_decision_was_made_in_it(
        self, client: TestClient, owner: dict[str, str], lender: Lender
    ) -> None:
        lender.decide(GOOD, "r-1")
        problem = client.put(HERE, headers=owner, json={"replaces": 1, "currency": "EUR"})
        assert (problem.status_code, problem.json()["code"]) == (409, "currency_fixed")
        assert client.put(HERE, headers=owner, json={"replaces": 1, "name": "New"}).json()["has_decisions"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"time_zone": "../etc"}, "time_zone"),
            ({"currency": "euro"}, "currency"),
            ({"currency": "eur"}, "currency"),
            ({"name": "  "}, "name"),
            ({"slug": "other"}, "slug"),
            ({"replaces": 0}, "replaces"),
        ],
    )
    def test_what_cannot_be_is_refused_by_its_field(
        self, client: TestClient, owner: dict[str, str], change: dict[str, object], field: str
    ) -> None:
        problem = client.put(HERE, headers=owner, json={"replaces": 1, **change})
        assert (problem.status_code, problem.json()["field"]) == (422, field)

    def test_only_an_owner_changes_it(self, client: TestClient, people: People, organization: Organization) -> None:
        admin = people.key(organization, Role.ORGANIZATION_ADMIN)
        assert client.put(HERE, headers=admin, json={"replaces": 1}).status_code == 403
        assert client.post(f"{HERE}/remove-demo", headers=admin, json={"confirm": "acme"}).status_code == 403


class TestRemovingADemo:
    """/api/v1/organization/remove-demo."""

    def test_a_demo_goes_in_one_step_and_its_people_keep_their_other_places(
        self, client: TestClient, people: People, organization: Organization, served: Served
    ) -> None:
        with served.database.system() as tx:
            demo = create_organization(tx, slug="demo", name="Demo", kind="demo")
        member = people.user(organization, Role.OWNER, "ada@acme.test")
        people.user(demo, Role.OWNER, "ada@acme.test")
        headers, simulator = people.session(member), people.key(demo)
        there = headers | {"X-Organization": "demo"}
        places = client.get("/api/v1/access/me", headers=there).json()["places"]
        assert {(place["organization"], place["kind"]) for place in places} == {("acme", "real"), ("demo", "demo")}
        wrong = client.post(f"{HERE}/remove-demo", headers=there, json={"confirm": "acme"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "removal_not_confirmed")
        gone = client.post(f"{HERE}/remove-demo", headers=there, json={"confirm": "demo"})
        assert gone.json() == {"slug": "demo", "id": str(demo.id)}
        assert client.get(HERE, headers=there).status_code == 403
        assert client.get(HERE, headers=simulator).status_code == 401
        assert client.get(HERE, headers=headers).json()["slug"] == "acme"
        assert (Path(served.settings.home) / "demo-removed").exists()

    def test_a_real_organization_is_never_removed(self, client: TestClient, owner: dict[str, str]) -> None:
        problem = client.post(f"{HERE}/remove-demo", headers=owner, json={"confirm": "acme"})
        assert (problem.status_code, problem.json()["code"]) == (409, "organization_real")


class TestProfile:
    """/api/v1/access/me and what hangs on it."""

    def test_one_changes_ones_own_name_and_time_zone(self, client: TestClient, owner: dict[str, str]) -> None:
        me = client.get("/api/v1/access/me", headers=owner).json()
        assert (me["email"], me["time_zone"], me["organization"]["slug"]) == ("owner@acme.test", None, "acme")
        changed = client.patch(
            "/api/v1/access/me", headers=owner, json={"name": "Ada", "time_zone": "Asia/Tokyo"}
        ).json()
        assert (changed["name"], changed["time_zone"]) == ("Ada", "Asia/Tokyo")
        again = client.patch("/api/v1/access/me", headers=owner, json={"time_zone": None}).json()
        assert (again["name"], again["time_zone"]) == ("Ada", None)
        bad = client.patch("/api/v1/access/me", headers=owner, json={"time_zone": "Nowhere"})
        assert (bad.status_code, bad.json()["field"]) == (422, "time_zone")

    def test_all_other_sessions_end(self, client: TestClient, people: People, organization: Organization) -> None:
        member = people.user(organization)
        here, elsewhere = people.session(member), people.session(member)
        assert client.get("/api/v1/access/me", headers=elsewhere).status_code == 200
        answer = client.post("/api/v1/access/sessions/end-others", headers=here).json()
        assert answer == {"sessions_ended": 1}
        assert client.get("/api/v1/access/me", headers=elsewhere).status_code == 401
        assert client.get("/api/v1/access/me", headers=here).status_code == 200

    def test_what_one_wants_to_be_told_of_is_ones_own_and_the_organizations(
        self, client: TestClient, owner: dict[str, str], people: People, organization: Organization
    ) -> None:
        path = "/api/v1/access/me/notifications"
        shown = client.get(path, headers=owner).json()
        assert [choice["kind"] for choice in shown["alerts"]] == ["intervention", "anomaly", "performance", "security"]
        assert {channel["state"] for channel in shown["channels"]} == {"not_connected"}
        choice = {"kind": "anomaly", "badge": "medium", "toast": None, "browser": "critical"}
        assert client.put(path, headers=owner, json={"alerts": [choice]}).json()["alerts"][1] == choice
        assert client.get(path, headers=owner).json()["alerts"][1] == choice
        other = people.signed_in(organization, Role.OPERATOR)
        assert client.get(path, headers=other).json()["alerts"][1] != choice
        twice = client.put(path, headers=owner, json={"alerts": [choice, choice]})
        assert (twice.status_code, twice.json()["code"]) == (422, "notifications_invalid")
        unknown = client.put(path, headers=owner, json={"alerts": [choice | {"kind": "weather"}]})
        assert unknown.status_code == 422
        key = people.key(organization)
        assert client.get(path, headers=key).json()["code"] == "users_only"


class TestViews:
    """/api/v1/views."""

    BODY: ClassVar = {
        "page": "decisions",
        "name": "Large ones",
        "search": {"verdict": "ask", "amount_from": "25000.00"},
    }

    def test_a_view_is_saved_changed_and_deleted_by_its_owner(self, client: TestClient, owner: dict[str, str]) -> None:
        saved = client.post("/api/v1/views", headers=owner, json=self.BODY)
        assert saved.status_code == 201
        view = saved.json()
        assert (view["search"], view["mine"], view["owner_name"]) == (self.BODY["search"], True, "owner")
        path = f"/api/v1/views/{view['id']}"
        changed = client.put(path, headers=owner, json={"name": "Larger ones", "shared": True}).json()
        assert (changed["name"], changed["shared"], changed["search"]) == ("Larger ones", True, self.BODY["search"])
        again = client.post("/api/v1/views", headers=owner, json=self.BODY | {"name": "Larger ones"})
        assert (again.status_code, again.json()["code"]) == (409, "view_name_taken")
        other_page = client.post("/api/v1/views", headers=owner, json=self.BODY | {"page": "approvals"})
        assert other_page.status_code == 201
        assert len(client.get("/api/v1/views", params={"page": "decisions"}, headers=owner).json()["items"]) == 1
        assert client.delete(path, headers=owner).status_code == 204
        assert client.put(path, headers=owner, json={}).json()["code"] == "view_unknown"

    def test_others_see_what_is_shared_and_change_nothing(
        self, client: TestClient, owner: dict[str, str], people: People,
        organization: Organization, other_organization: Organization,
    ) -> None:  # fmt: skip
        own = client.post("/api/v1/views", headers=owner, json=self.BODY).json()
        shared = client.post(
            "/api/v1/views", headers=owner, json=self.BODY | {"name": "For all", "shared": True}
        ).json()
        colleague = people.signed_in(organization, Role.READ_ONLY)
        seen = client.get("/api/v1/views", headers=colleague).json()["items"]
        assert [(view["name"], view["mine"], view["owner_name"]) for view in seen] == [("For all", False, "owner")]
        refused = client.delete(f"/api/v1/views/{shared['id']}", headers=colleague)
        assert (refused.status_code, refused.json()["code"]) == (403, "view_foreign")
        for path in (f"/api/v1/views/{own['id']}", f"/api/v1/views/{ids.new_id()}"):
            assert client.put(path, headers=colleague, json={}).json()["code"] == "view_unknown"
        stranger = people.signed_in(other_organization)
        assert client.get("/api/v1/views", headers=stranger).json()["items"] == []
        assert client.put(f"/api/v1/views/{shared['id']}", headers=stranger, json={}).status_code == 404
        assert client.get("/api/v1/views", headers=people.key(organization)).json()["code"] == "users_only"

    def test_nobody_has_more_than_a_hundred_and_pages_give_each_once(
        self, client: TestClient, owner: dict[str, str]
    ) -> None:
        for number in range(VIEWS_PER_USER_MAX):
            assert (
                client.post("/api/v1/views", headers=owner, json=self.BODY | {"name": f"v {number}"}).status_code == 201
            )
        full = client.post("/api/v1/views", headers=owner, json=self.BODY)
        assert (full.status_code, full.json()["code"]) == (409, "too_many_views")
        first = client.get("/api/v1/views", params={"limit": 60}, headers=owner).json()
        rest = client.get("/api/v1/views", params={"limit": 60, "after": first["next"]}, headers=owner).json()
        assert len({view["id"] for view in first["items"] + rest["items"]}) == VIEWS_PER_USER_MAX
        assert rest["next"] is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"page": "Not A Page"}, "page"),
            ({"name": ""}, "name"),
            ({"name": "  "}, "name"),
            ({"search": {"a": "x" * 9000}}, "search"),
            ({"search": {"a": "\x00"}}, "search"),
            ({"search": []}, "search"),
        ],
    )
    def test_what_cannot_be_is_refused_by_its_field(
        self, client: TestClient, owner: dict[str, str], change: dict[str, object], field: str
    ) -> None:
        problem = client.post("/api/v1/views", headers=owner, json=self.BODY | change)
        assert (problem.status_code, problem.json()["field"]) == (422, field)
