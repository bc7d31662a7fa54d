"""Components over HTTP: level, control, record and history, by name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import lender
from tests.support.lending import BAD, GOOD, MIDDLING, Lender
from tests.support.serving import People, Served

from intendant.kernel import outcomes
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock

__all__ = ["lender"]
PATH = "/api/v1/components/lending.decisions"


@pytest.fixture
def client(served: Served, lender: Lender) -> Iterator[TestClient]:
    """Serve a lender."""
    parts = replace(served, registry=lender.decider.registry, decider=lender.decider)
    with TestClient(lend_app(parts), follow_redirects=False) as client:
        yield client


def test_a_component_shows_what_it_did_and_how_often_it_was_right(
    client: TestClient, people: People, organization: Organization, lender: Lender
) -> None:
    decided = [lender.decide(inputs, f"r-{n}") for n, inputs in enumerate((GOOD, GOOD, GOOD, BAD, MIDDLING))]
    now = clock.system_now()
    told = [
        outcomes.Outcome("lending.application", record["subject_id"], "repaid", value, now, now, source="test")
        for record, value in zip(decided[:3], (1.0, 0.0, 1.0), strict=True)
    ]
    with lender.database.transaction(organization.id) as tx:
        outcomes.record(tx, organization, told, by="test", system_now=now)
    items = client.get("/api/v1/components", headers=people.key(organization, Role.READ_ONLY)).json()["items"]
    shown = next(each for each in items if each["name"] == "lending.decisions")
    record = shown["record"]
    assert (record["decisions"], record["asked"], record["answered"]) == (5, 1, 0)
    assert record["acted"] + record["refused"] + record["observed"] == 4
    assert (record["matured"], record["accuracy"]) == (3, pytest.approx(2 / 3))
    assert not record["capped"]
    assert "organization_id" not in shown


def test_a_component_tells_who_changed_it_and_why(
    client: TestClient, people: People, organization: Organization, other_organization: Organization, lender: Lender
) -> None:
    ada = people.session(people.user(organization, Role.MANAGER, "ada@acme.test"))
    assert client.put(f"{PATH}/level", headers=ada, json={"level": "observe", "reason": "To look."}).status_code == 200
    taken = client.post(f"{PATH}/take-control", headers=ada, json={"reason": "It is mine."}).json()
    assert (taken["controlled_by"], taken["changed_by"]) == ("user:ada@acme.test", "user:ada@acme.test")
    shown = client.get(PATH, headers=ada).json()
    assert (shown["controlled_by_name"], shown["changed_by_name"], shown["why"]) == ("ada", "ada", "It is mine.")
    newest = shown["history"][0]
    assert (newest["verb"], newest["by_name"], newest["after"]["controlled_by"]) == (
        "taken",
        "ada",
        "user:ada@acme.test",
    )
    assert [change["verb"] for change in shown["history"]][:2] == ["taken", "set"]
    assert shown["history"][1]["after"]["level"] == "observe"
    theirs = client.get(PATH, headers=people.key(other_organization))
    assert theirs.json().get("code") == "component_unknown" or theirs.json()["history"] == []
    assert client.put(f"{PATH}/level", headers=people.key(organization, Role.OPERATOR), json={}).status_code == 403
