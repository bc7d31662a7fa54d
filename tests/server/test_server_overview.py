"""Figures, the day, first steps and replays over HTTP; and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import approval_of
from tests.support.lending import GOOD, MIDDLING, Lender, open_lender

from intendant.bootstrap import build
from intendant.domains.lending.replay.sandbox import keep_report
from intendant.kernel import alerts, approvals
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.kit import clock, ids
from intendant.kit.database import Database
from intendant.kit.settings import Settings

CONTROLLER = "/api/admin/autonomous-business"


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full, with a product and a model."""
    return open_lender(database, organization)


@pytest.fixture
def client(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    """Lend a program that sends what it is told."""
    app = lend_app(build(Settings(home=tmp_path), database))
    with TestClient(app) as client:
        yield client


def put_replay(database: Database, organization: Organization, name: str = "loans.csv") -> UUID:
    replay_id, now = ids.new_id(), clock.system_now()
    with database.transaction(organization.id) as tx:
        tx.execute(
            "insert into replays (organization_id, id, source_digest, source_name, mapping, state, rows_total, rows_done,"
            " created_at, updated_at) values (%s, %s, '', %s, '', 'done', 7, 7, %s, %s)",
            [organization.id, replay_id, name, now, now],
        )
    return replay_id


def sandbox(database: Database, slug: str) -> Organization:
    with database.system() as tx:
        return create_organization(tx, slug=slug, name=slug, kind="sandbox")


class TestStatus:
    """GET /status."""

    def test_it_tells_all_that_the_frame_needs_in_one_answer(self, client, lender, people, organization, database):
        member = people.user(organization)
        asked = lender.decide(MIDDLING)
        lender.decide(GOOD)
        now = organization.clock.now()
        with database.transaction(organization.id) as tx:
            approvals.assign(
                tx, approval_of(lender, asked)["id"], member.user.id, by="test", now=now, system_now=clock.system_now()
            )
            alerts.raise_alerts(tx, [alerts.Alert(organization.id, "anomaly", "high", "x", "X", now)])
        told = client.get(f"{CONTROLLER}/status", headers=people.session(member)).json()
        assert told["organization"]["clock"]["speed"] == 1
        assert (told["organization"]["slug"], told["organization"]["currency"]) == ("acme", "USD")
        assert "organization_id" not in told["switch"]
        assert (told["approvals_open"], told["counts"]["approvals_mine"]) == (1, 1)
        assert told["counts"]["alerts_open"] == {"low": 0, "medium": 0, "high": 1, "critical": 0}
        assert told["decisions_last_day"] == {"act": 1, "ask": 1, "refuse": 0, "observe": 0}
        other = client.get(f"{CONTROLLER}/status", headers=people.key(organization)).json()
        assert other["counts"]["approvals_mine"] == 0


class TestMetrics:
    """GET /metrics."""

    @pytest.mark.parametrize(("period", "buckets"), [("day", 24), ("week", 28), ("month", 30)])
    def test_each_period_has_its_buckets(self, client, lender, people, organization, period, buckets):
        lender.decide(GOOD)
        told = client.get(
            f"{CONTROLLER}/metrics", params={"period": period}, headers=people.key(organization, Role.READ_ONLY)
        ).json()
        assert len(told["decisions"]) == buckets
        assert told["decisions"][-1]["act"] == 1
        assert [kpi["key"] for kpi in told["kpis"] if not kpi["available"]] == ["satisfaction"]

    def test_another_period_role_or_organization_gets_nothing(
        self, client, lender, people, organization, other_organization
    ):
        lender.decide(GOOD)
        answer = client.get(f"{CONTROLLER}/metrics", params={"period": "year"}, headers=people.key(organization))
        assert (answer.status_code, answer.json()["field"]) == (422, "period")
        foreign = client.get(f"{CONTROLLER}/metrics", headers=people.key(other_organization)).json()
        assert sum(bucket["act"] for bucket in foreign["decisions"]) == 0
        for path in ("metrics", "daily-tasks", "checklist", "status"):
            refused = client.get(f"{CONTROLLER}/{path}", headers=people.key(organization, Role.CLIENT))
            assert refused.status_code == 403


class TestFirstSteps:
    """GET /checklist and /daily-tasks."""

    def test_a_replay_counts_as_data(self, client, lender, people, organization, database):
        headers = people.key(organization)
        steps = client.get(f"{CONTROLLER}/checklist", headers=headers).json()["steps"]
        assert [(step["id"], step["done"]) for step in steps][:2] == [("understand", False), ("data", False)]
        put_replay(database, organization)
        steps = client.get(f"{CONTROLLER}/checklist", headers=headers).json()["steps"]
        assert steps[1]["done"]

    def test_the_day_is_told(self, client, lender, people, organization):
        told = client.get(f"{CONTROLLER}/daily-tasks", headers=people.key(organization)).json()
        assert told["begins_at"] < told["ends_at"]
        assert (told["items"], told["capped"]) == ([], False)


class TestReplays:
    """/api/v1/replays."""

    def test_one_sees_those_of_the_sandboxes_one_may_enter(self, client, people, organization, database):
        member = people.user(organization)
        mine, foreign = sandbox(database, "replay-mine"), sandbox(database, "replay-foreign")
        with database.system() as tx:
            tx.execute(
                "insert into memberships (organization_id, user_id, role, created_at) values (%s, %s, 'owner', %s)",
                [mine.id, member.user.id, clock.system_now()],
            )
        seen, hidden = put_replay(database, mine), put_replay(database, foreign)
        headers = people.session(member) | {"X-Organization": organization.slug}
        (item,) = client.get("/api/v1/replays", headers=headers).json()["items"]
        assert (item["id"], item["organization"], item["has_report"]) == (str(seen), "replay-mine", False)
        assert client.get(f"/api/v1/replays/{seen}", headers=headers).json()["report"] is None
        keep_report(database, mine, {"rows_decided": 7})
        assert client.get(f"/api/v1/replays/{seen}", headers=headers).json()["report"] == {"rows_decided": 7}
        assert client.get(f"/api/v1/replays/{hidden}", headers=headers).json()["code"] == "replay_unknown"
        assert client.get("/api/v1/replays", headers=people.key(organization)).json()["items"] == []
        with database.system() as tx:
            tx.execute("update users set is_super_admin = true where id = %s", [member.user.id])
        headers = people.session(member) | {"X-Organization": organization.slug}
        listed = client.get("/api/v1/replays", params={"limit": 1}, headers=headers).json()
        rest = client.get("/api/v1/replays", params={"after": listed["next"]}, headers=headers).json()
        assert {each["id"] for each in listed["items"] + rest["items"]} == {str(seen), str(hidden)}

    def test_who_may_not_read_decisions_reads_no_replay(self, client, people, organization, database):
        replay_id = put_replay(database, organization)
        headers = people.key(organization, Role.CLIENT)
        for path in ("", f"/{replay_id}"):
            assert client.get(f"/api/v1/replays{path}", headers=headers).status_code == 403
