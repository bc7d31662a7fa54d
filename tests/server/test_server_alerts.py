"""Alerts, tasks, schedules and effects over HTTP: lists, counts, and what people do with them; and what is refused."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import GOOD, open_lender
from tests.support.serving import People

from intendant.bootstrap import build
from intendant.kernel import alerts, tasks
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids
from intendant.kit.database import Database
from intendant.kit.settings import Settings

ALERTS = "/api/admin/autonomous-business/alerts"
TASKS = "/api/v1/tasks"
EFFECTS = "/api/v1/effects"


@pytest.fixture
def client(database: Database, tmp_path: Path, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    app = lend_app(build(Settings(home=tmp_path), database))
    with TestClient(app, headers=people.signed_in(organization)) as client:
        yield client


def raised(database: Database, organization: Organization, cause: str = "limit:x", severity: Any = "low") -> str:
    alert = alerts.Alert(organization.id, "anomaly", severity, cause, "Odd", organization.clock.now())
    with database.transaction(organization.id) as tx:
        alerts.raise_alerts(tx, [alert])
        return str(tx.scalar("select id from alerts where cause = %s and state = 'open'", [cause]))


def shown(client: TestClient, **query: Any) -> list[str]:
    answer = client.get(ALERTS, params=query)
    assert answer.status_code == 200, answer.text
    return [item["cause"] for item in answer.json()["items"]]


class TestAlerts:
    """/api/admin/autonomous-business/alerts."""

    def test_an_acknowledged_alert_stays_open_and_remembers_who_saw_it_first(self, client, database, organization):
        one = raised(database, organization)
        raised(database, organization, "other")
        first = client.post(f"{ALERTS}/{one}/acknowledge").json()
        again = client.post(f"{ALERTS}/{one}/acknowledge").json()
        assert (first["state"], first["acknowledged_by"]) == ("open", "user:owner@acme.test")
        assert first["acknowledged_at"] == again["acknowledged_at"]
        assert shown(client, state="acknowledged") == ["limit:x"]
        assert len(shown(client)) == 2

    def test_a_snoozed_alert_is_out_of_sight_until_its_time_is_over(self, client, database, organization):
        one = raised(database, organization)
        snoozed = client.post(f"{ALERTS}/{one}/snooze", json={"minutes": 10}).json()
        assert (snoozed["snoozed"], snoozed["snoozed_by"]) == (True, "user:owner@acme.test")
        assert (shown(client), shown(client, state="snoozed")) == ([], ["limit:x"])
        raised(database, organization)
        assert shown(client) == [], "the same again is no worse"
        with database.system() as tx:
            tx.execute("update alerts set snoozed_until = snoozed_until - interval '1 hour'")
        assert shown(client) == ["limit:x"]

    def test_a_snoozed_alert_comes_back_when_it_grows_worse(self, client, database, organization):
        one = raised(database, organization)
        client.post(f"{ALERTS}/{one}/snooze", json={"minutes": 10})
        raised(database, organization, severity="high")
        assert shown(client, severity="high") == ["limit:x"]

    def test_a_snoozed_alert_is_woken_by_hand(self, client, database, organization):
        one = raised(database, organization)
        until = (clock.system_now() + timedelta(hours=1)).isoformat()
        client.post(f"{ALERTS}/{one}/snooze", json={"until": until})
        assert client.post(f"{ALERTS}/{one}/wake").json()["snoozed"] is False
        assert shown(client) == ["limit:x"]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"minutes": 0},
            {"minutes": 10**6},
            {"minutes": 5, "until": "2030-01-01T00:00:00Z"},
            {"until": "2020-01-01T00:00:00Z"},
            {"until": "2099-01-01T00:00:00Z"},
            {"until": "2030-01-01T00:00:00"},
        ],
    )
    def test_a_snooze_has_bounds(self, client, database, organization, body):
        assert client.post(f"{ALERTS}/{raised(database, organization)}/snooze", json=body).status_code == 422

    def test_alerts_are_filtered_and_counted(self, client, database, organization):
        for cause, severity in (("limit:a", "low"), ("limit:b", "high"), ("audit.diverges", "critical")):
            raised(database, organization, cause, severity)
        assert shown(client, severity=["high", "critical"], cause="limit:") == ["limit:b"]
        assert shown(client, kind="security") == []
        counted = client.get(f"{ALERTS}/facets").json()
        assert counted["cause"] == [{"value": "limit", "count": 2}, {"value": "audit", "count": 1}]
        assert counted["state"] == [{"value": "open", "count": 3}]
        assert counted["total"] == 3
        assert client.get(ALERTS, params={"severity": "worst"}).status_code == 422

    def test_alerts_are_cleared_by_severity_by_name_or_all(self, client, database, organization):
        first, second, third = (
            raised(database, organization, f"c{n}", severity) for n, severity in enumerate(["low", "high", "low"])
        )
        named = client.post(f"{ALERTS}/end", json={"alert_ids": [first, str(ids.new_id())], "state": "cleared"}).json()
        assert named == {"ended": [first], "more": False}
        high = client.post(f"{ALERTS}/end", json={"severity": ["high"]}).json()
        assert high["ended"] == [second]
        assert client.post(f"{ALERTS}/end", json={"state": "cleared"}).json()["ended"] == [third]
        assert client.post(f"{ALERTS}/{third}/acknowledge").json()["code"] == "alert_ended"

    def test_one_alert_names_what_it_is_about_and_who_looks_after_it(self, client, database, organization, people):
        member = people.user(organization, Role.OPERATOR)
        one = raised(database, organization)
        with database.system() as tx:
            tx.execute("update alerts set detail = '{\"decision_id\": \"d\"}', component = 'lending.decisions'")
        client.post(f"{ALERTS}/{one}/assign", json={"user_id": str(member.user.id)})
        alert = client.get(f"{ALERTS}/{one}").json()
        assert alert["assignee_name"] == "operator"
        assert alert["refers_to"] == [
            {"type": "decision", "id": "d"},
            {"type": "component", "id": "lending.decisions"},
        ]

    def test_an_alert_about_a_model_names_the_model_and_no_subject_beside_it(self, client, database, organization):
        one, model = raised(database, organization), ids.new_id()
        with database.system() as tx:
            detail = json.dumps({"model_id": str(model), "anomaly_id": "a"})
            tx.execute("update alerts set detail = %s, subject_id = %s", [detail, model])
        assert client.get(f"{ALERTS}/{one}").json()["refers_to"] == [
            {"type": "anomaly", "id": "a"},
            {"type": "model", "id": str(model)},
        ]

    def test_who_only_reads_changes_nothing(self, client, database, organization, people):
        one, reader = raised(database, organization), people.key(organization, Role.READ_ONLY)
        assert client.get(f"{ALERTS}/{one}", headers=reader).status_code == 200
        for verb in ("acknowledge", "wake", "end"):
            assert client.post(f"{ALERTS}/{one}/{verb}", headers=reader, json={}).status_code == 403
        assert client.post(f"{ALERTS}/end", headers=reader, json={}).status_code == 403

    def test_all_that_end_are_ones_own(self, client, database, organization, other_organization):
        raised(database, other_organization, "theirs")
        assert client.post(f"{ALERTS}/end", json={}).json()["ended"] == []


class TestTasks:
    """/api/v1/tasks."""

    @pytest.fixture
    def schedule(self, database: Database, organization: Organization) -> tasks.Schedule:
        """Lend a daily schedule."""
        with database.transaction(organization.id) as tx:
            return tasks.put_schedule(tx, "test.daily", {"daily_at": "06:00"}, now=clock.system_now())

    def test_tasks_are_filtered_and_counted(self, client, database, organization):
        with database.transaction(organization.id) as tx:
            made = [
                tasks.enqueue(tx, kind, parameters={}, created_by="test", now=clock.system_now())
                for kind in ("a.one", "a.one", "b.two")
            ]
        client.post(f"{TASKS}/{made[0]}/cancel").raise_for_status()
        items = client.get(TASKS, params={"kind": ["a.one", "c"], "state": ["queued", "cancelled"]}).json()["items"]
        assert [item["id"] for item in items] == [str(made[1]), str(made[0])]
        assert "organization_id" not in items[0]
        counted = client.get(f"{TASKS}/facets").json()
        assert counted["state"] == [{"value": "queued", "count": 2}, {"value": "cancelled", "count": 1}]
        assert counted["kind"][0] == {"value": "a.one", "count": 2}
        later = (clock.system_now() + timedelta(minutes=1)).isoformat()
        assert client.get(TASKS, params={"since": later}).json()["items"] == []
        assert client.get(TASKS, params={"since": "2026-01-01"}).status_code == 422
        assert client.get(TASKS, params={"state": "odd"}).status_code == 422

    def test_a_schedule_tells_its_next_runs_and_pauses_and_goes_on(self, client, schedule):
        (item,) = client.get(f"{TASKS}/schedules").json()["items"]
        assert len(item["next_runs"]) == 3
        assert item["next_runs"][0] == item["next_due_at"]
        paused = client.post(f"{TASKS}/schedules/{schedule.id}/pause").json()
        assert (paused["enabled"], paused["next_runs"]) == (False, [])
        resumed = client.post(f"{TASKS}/schedules/{schedule.id}/resume").json()
        assert (resumed["enabled"], len(resumed["next_runs"])) == (True, 3)

    def test_what_a_paused_schedule_missed_is_not_made_up_for(self, client, schedule, database):
        client.post(f"{TASKS}/schedules/{schedule.id}/pause")
        with database.system() as tx:
            tx.execute("update schedules set next_due_at = next_due_at - interval '9 days'")
        assert tasks.enqueue_due(database, clock.system_now()) == 0
        resumed = client.post(f"{TASKS}/schedules/{schedule.id}/resume").json()
        assert resumed["next_due_at"] > clock.system_now().isoformat()

    def test_a_schedule_is_run_at_once_and_once_at_a_time(self, client, schedule):
        first = client.post(f"{TASKS}/schedules/{schedule.id}/run-now").json()
        second = client.post(f"{TASKS}/schedules/{schedule.id}/run-now").json()
        assert first["id"] == second["id"]
        assert (first["kind"], first["created_by"]) == ("test.daily", "user:owner@acme.test")
        found = client.get(TASKS, params={"subject": f"schedule:{schedule.id}"}).json()["items"]
        assert len(found) == 1

    def test_an_unknown_schedule_and_a_mere_reader_are_refused(self, client, schedule, people, organization):
        reader = people.key(organization, Role.READ_ONLY)
        for verb in ("pause", "resume", "run-now"):
            assert client.post(f"{TASKS}/schedules/{ids.new_id()}/{verb}").json()["code"] == "schedule_unknown"
            assert client.post(f"{TASKS}/schedules/{schedule.id}/{verb}", headers=reader).status_code == 403


class TestEffects:
    """/api/v1/effects."""

    def test_an_effect_tells_whether_it_can_be_taken_back_and_why_not(self, client, database, organization):
        open_lender(database, organization).decide(GOOD)
        (effect,) = client.get(EFFECTS).json()["items"]
        assert (effect["undoable"], effect["why_not"]) == (True, None)
        for state, why in (
            ("running", "carried out at this moment"),
            ("unknown", "Nobody knows"),
            ("failed", "failed"),
        ):
            with database.system() as tx:
                tx.execute("update effects set state = %s", [state])
            effect = client.get(f"{EFFECTS}/{effect['id']}").json()
            assert effect["undoable"] is False
            assert why in effect["why_not"]
        with database.system() as tx:
            tx.execute("update effects set state = 'done'")
        assert client.get(f"{EFFECTS}/{effect['id']}").json()["undoable"] is True
        taken = client.post(f"{EFFECTS}/{effect['id']}/undo", json={"reason": "A mistake."}).json()["result"]
        assert taken["undo_effect_id"] is not None
        assert taken["effect"]["why_not"] == "It is being undone already."
        assert len(client.get(EFFECTS, params={"action": "payouts.pay"}).json()["items"]) == 1
        assert client.get(EFFECTS, params={"state": "odd"}).status_code == 422
