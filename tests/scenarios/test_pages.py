"""Every list can be read to its end, page by page, also in the largest pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import active_policy, allow, publish
from tests.support.lending import GOOD, Lender, open_lender

from intendant.bootstrap import build
from intendant.kernel import access, outcomes
from intendant.kernel.alerts import Alert, raise_alerts
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.settings import Settings

COUNT = 403
"""Two of the largest pages and three more."""
POLICIES = 12
"""The first of each of the four kinds, and eight more of applications."""


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation in which there is much of everything."""
    lender = open_lender(database, organization)
    allow(lender, count=COUNT)
    results = lender.decide_many(*[lender.proposal(GOOD, f"r{number}") for number in range(2 * COUNT)])
    subject = UUID(results[0].as_dict()["subject_id"])
    now = clock.system_now()
    given = [
        outcomes.Outcome(lender.kind.name, subject, "repaid", number / COUNT, now, now, "test")
        for number in range(COUNT)
    ]
    alarms = [Alert(organization.id, "security", "low", f"cause-{n}", "Odd", now) for n in range(COUNT)]
    with database.transaction(organization.id) as tx:
        outcomes.record(tx, organization, given, by="test", system_now=now)
        raise_alerts(tx, alarms)
    policy = active_policy(lender)
    for _ in range(7):
        publish(lender, policy)
    return lender


@pytest.fixture
def client(lender: Lender, database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Lend the owner's client of the whole application."""
    with database.system() as tx:
        secret, _ = access.create_key(
            tx, organization_id=lender.organization.id, name="test", role=access.Role.OWNER, by="test"
        )
    with TestClient(lend_app(build(Settings(home=tmp_path), database))) as client:
        client.headers["Authorization"] = f"Bearer {secret}"
        yield client


def walk(client: TestClient, path: str, **query: Any) -> list[str]:
    """Read a list to its end; return the ids in order."""
    seen: list[str] = []
    after: dict[str, str] = {}
    for _ in range(2 * COUNT):
        page = client.get(path, params=query | after)
        assert page.status_code == 200, page.text
        seen += [item["id"] for item in page.json()["items"]]
        if page.json()["next"] is None:
            return seen
        after = {"after": page.json()["next"]}
    raise AssertionError("the list has no end")


def test_every_list_is_read_to_its_end_in_the_largest_pages(lender, client):
    first = client.get("/api/v1/effects", params={"limit": 1}).json()["items"][0]
    told = lender.scalar("select decision_id from outcomes limit 1")
    for path, count, query in (
        ("/api/v1/decisions", 2 * COUNT, {}),
        ("/api/v1/approvals", COUNT, {}),
        ("/api/v1/effects", COUNT, {}),
        (f"/api/v1/decisions/{told}/outcomes", COUNT, {}),
        ("/api/admin/autonomous-business/alerts", COUNT, {"kind": "security"}),
        ("/api/v1/lending/applications", 2 * COUNT, {}),
        ("/api/v1/policies", POLICIES, {"limit": 4}),
    ):
        seen = walk(client, path, **({"limit": 200} | query))
        assert len(seen) == len(set(seen)) == count, path
    assert first["state"] == "held"
