"""What routes must not give away, take in or let through: found by looking for holes, one test for each."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import active_policy, change_action, lender, publish
from tests.support.lending import GOOD, MIDDLING, PRODUCT, Lender
from tests.support.serving import People, Served

from intendant.kernel import alerts
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.server.decision_table import encode_rows

__all__ = ["lender"]
VIEW = {"page": "decisions", "name": "Of Ms Smith", "search": {"q": "Smith"}, "shared": True}
LISTS = (
    "/api/v1/approvals?q=",
    "/api/v1/approvals?kind=",
    "/api/v1/approvals/facets?q=",
    "/api/v1/decisions?q=",
    "/api/v1/decisions?action=",
    "/api/v1/decisions/facets?q=",
    "/api/v1/decisions/export.csv?q=",
    "/api/v1/effects?action=",
    "/api/v1/tasks?kind=",
    "/api/v1/tasks?subject=",
    "/api/v1/audit?q=",
    "/api/v1/audit?subject=decision:",
    "/api/v1/policies?kind=",
    "/api/v1/events?prefix=",
    "/api/admin/autonomous-business/alerts?cause=",
    "/api/v1/lending/products?after=",
    "/api/v1/lending/applications?q=",
    "/api/v1/lending/applications?purpose=",
)


@pytest.fixture
def client(served: Served, lender: Lender) -> Iterator[TestClient]:
    """Serve a lender."""
    parts = replace(served, registry=lender.decider.registry, decider=lender.decider)
    with TestClient(lend_app(parts), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def owner(people: People, organization: Organization) -> dict[str, str]:
    """Return the header of an owner."""
    return people.signed_in(organization)


@pytest.fixture
def applicant(people: People, organization: Organization) -> dict[str, str]:
    """Return the header of an applicant with an account."""
    return people.signed_in(organization, Role.CLIENT)


def test_applicants_see_no_view_that_colleagues_share_and_share_none(
    client: TestClient, owner: dict[str, str], applicant: dict[str, str]
) -> None:
    saved = client.post("/api/v1/views", headers=owner, json=VIEW).json()
    assert client.get("/api/v1/views", headers=applicant).status_code == 403
    assert client.post("/api/v1/views", headers=applicant, json=VIEW).status_code == 403
    assert client.put(f"/api/v1/views/{saved['id']}", headers=applicant, json={}).status_code == 403


def test_applicants_are_not_told_who_published_a_product(
    client: TestClient, owner: dict[str, str], applicant: dict[str, str]
) -> None:
    place = f"/api/v1/lending/products/{PRODUCT['key']}"
    for path in (place, f"{place}/versions/1"):
        assert client.get(path, headers=owner).json()["author"] is not None
        assert client.get(path, headers=applicant).json()["author"] is None
    (version,) = client.get(f"{place}/versions", headers=applicant).json()["items"]
    assert version["author"] is None


def test_a_sandbox_is_not_removed_as_a_demo(client: TestClient, people: People, served: Served) -> None:
    with served.database.system() as tx:
        sandbox = create_organization(tx, slug="replay-1", name="Replay", kind="sandbox")
    headers = people.signed_in(sandbox)
    refused = client.post("/api/v1/organization/remove-demo", headers=headers, json={"confirm": "replay-1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "organization_real")


@pytest.mark.parametrize("role", [Role.ORGANIZATION_ADMIN, Role.MANAGER, Role.OPERATOR, Role.READ_ONLY, Role.CLIENT])
def test_only_the_owner_removes_a_demo_or_changes_the_organization(
    client: TestClient, people: People, served: Served, role: Role
) -> None:
    with served.database.system() as tx:
        demo = create_organization(tx, slug="demo", name="Demo", kind="demo")
    headers = people.signed_in(demo, role)
    assert client.post("/api/v1/organization/remove-demo", headers=headers, json={"confirm": "demo"}).status_code == 403
    assert client.put("/api/v1/organization", headers=headers, json={"replaces": 1, "name": "X"}).status_code == 403


def test_no_text_that_is_looked_for_is_a_fault_of_ours(client: TestClient, owner: dict[str, str]) -> None:
    faults = [
        path + text
        for path in LISTS
        for text in ("%00", "%25%5C_%27%22", "(a%2B)%2B%24", "%F0%9F%92%B8", "a" * 200)
        if client.get(path + text, headers=owner).status_code not in {200, 422}
    ]
    assert faults == []


def test_a_trial_on_few_decisions_tells_nothing_of_a_blind_case(
    client: TestClient, owner: dict[str, str], lender: Lender
) -> None:
    change_action(lender, "approve", blind_share=1.0)
    lender.decide(MIDDLING)
    place = "/api/v1/policies/lending.application"
    policy = client.get(place, headers=owner).json()["body"]
    tried = client.post(f"{place}/try", headers=owner, json={"policy": policy, "limit": 1}).json()
    assert (tried["tried"], tried["left_out"], tried["counts"]) == (0, 1, [])


def test_an_alert_tells_nothing_of_a_blind_case(lender: Lender) -> None:
    publish(lender, replace(active_policy(lender), intervention_threshold=0.7))
    change_action(lender, "approve", blind_share=1.0)
    record = lender.decide(MIDDLING)
    with lender.database.transaction(lender.organization.id) as tx:
        found = [each for each in alerts.list_alerts(tx) if each["detail"].get("decision_id") == str(record["id"])]
    assert found
    assert all(each["detail"]["confidence"] is None for each in found)


def test_exports_are_on_the_record(
    client: TestClient, owner: dict[str, str], acts: Callable[[Organization], list[str]], organization: Organization
) -> None:
    for path in ("/api/v1/lending/applications/export.csv", "/api/v1/decisions/export.csv"):
        assert client.get(path, headers=owner).status_code == 200
    assert {"applications.list.exported", "decisions.list.exported"} <= set(acts(organization))


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_begins_like_a_formula(
    client: TestClient, owner: dict[str, str], lender: Lender, beginning: str
) -> None:
    row: dict[str, Any] = {"summary": f"{beginning}cmd()"}
    assert f"'{beginning}cmd()".encode() in encode_rows([row])
    if beginning.isprintable():
        lender.decide(GOOD, f"{beginning}cmd()")
        exported = client.get("/api/v1/lending/applications/export.csv", headers=owner).text
        assert f"'{beginning}cmd()" in exported
