"""Anomalies over HTTP: from points to what people do about them."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.domains.analytics.anomalies.conftest import PREFIX, Send
from tests.support.serving import People

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


def _detect(client: TestClient, name: str, hours: int = 24) -> dict[str, Any]:
    answer = client.post(
        f"{PREFIX}/anomalies/detect", params={"data_source": f"stream:{name}", "time_range_hours": hours}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _alerts(database: Database, organization: Organization, state: str = "open") -> list[str]:
    with database.transaction(organization.id) as tx:
        return [row["cause"] for row in tx.all("select cause from alerts where state = %s", [state])]


def test_a_fall_is_found_once_priced_explained_and_told(
    client: TestClient, send: Send, database: Database, organization: Organization
) -> None:
    send("orders", off=-40, unit="orders", money_per_unit="2.5", currency="EUR")
    answer = _detect(client, "orders")
    (found,) = answer["found"]
    assert answer["new"] == 1
    assert answer["bucket"] == "point"
    assert found["direction"] == "down"
    assert found["severity"] in ("high", "critical")
    assert found["impact"]["currency"] == "EUR"
    assert float(found["impact"]["lower"]) < float(found["impact"]["amount"]) < float(found["impact"]["upper"]) < 0
    assert abs(float(found["impact"]["amount"]) + 200) < 30
    again = _detect(client, "orders")
    assert again["new"] == 0
    assert [each["id"] for each in again["found"]] == [found["id"]]
    assert _alerts(database, organization) == [f"analytics.anomaly:{found['group_id']}"]
    detail = client.get(f"{PREFIX}/anomalies/{found['id']}").json()
    assert detail["cause"]["summary"]
    assert sum(point["is_anomalous"] for point in detail["series"]["points"]) == 2
    assert [each["id"] for each in detail["members"]] == [found["id"]]
    asked = {"data_source": "stream:orders", "time_range_hours": 24}
    judged, bare = (
        client.get(f"{PREFIX}/anomalies/series", params=asked | {"with_expected": with_expected}).json()["points"]
        for with_expected in (True, False)
    )
    assert [(each["at"], each["value"]) for each in judged] == [(each["at"], each["value"]) for each in bare]
    assert judged[-1]["expected"] is not None
    assert bare[-1]["expected"] is None
    page = client.get(f"{PREFIX}/anomalies", params={"state": "open", "severity": found["severity"]}).json()
    assert [each["id"] for each in page["items"]] == [found["id"]]
    facets = client.get(f"{PREFIX}/anomalies/facets", params={"state": "resolved"}).json()
    assert facets["total"] == 0
    assert facets["states"] == [{"value": "open", "count": 1}]


def test_a_resolved_anomaly_ends_its_alert_and_is_not_found_again(
    client: TestClient, send: Send, database: Database, organization: Organization, people: People
) -> None:
    send("orders", off=-40)
    (found,) = _detect(client, "orders")["found"]
    path = f"{PREFIX}/anomalies/{found['id']}"
    member = people.user(organization, Role.OPERATOR)
    assigned = client.put(path, json={"version": found["version"], "assignee_id": str(member.user.id)})
    assert assigned.status_code == 200, assigned.text
    assert assigned.json()["state"] == "assigned"
    mine = client.get(f"{PREFIX}/anomalies", params={"assignee": str(member.user.id)}).json()["items"]
    assert [each["id"] for each in mine] == [found["id"]]
    stale = client.put(path, json={"version": found["version"], "state": "dismissed"})
    assert (stale.status_code, stale.json()["code"]) == (409, "anomaly_changed")
    version = assigned.json()["version"]
    wordless = client.put(path, json={"version": version, "state": "resolved"})
    assert (wordless.status_code, wordless.json()["code"]) == (422, "anomaly_change_invalid")
    resolved = client.put(path, json={"version": version, "state": "resolved", "resolution": "A cable was cut."})
    assert resolved.json()["state"] == "resolved"
    assert _alerts(database, organization) == []
    assert _alerts(database, organization, "resolved") == [f"analytics.anomaly:{found['group_id']}"]
    assert _detect(client, "orders")["new"] == 0
    assert _alerts(database, organization) == []


def test_feedback_moves_the_threshold_of_its_direction(client: TestClient, send: Send) -> None:
    send("orders", off=-40)
    (found,) = _detect(client, "orders")["found"]
    before = client.get(f"{PREFIX}/anomalies/detectors/{found['detector_id']}").json()
    body = {"version": found["version"], "state": "dismissed", "feedback": "false_alarm"}
    assert client.put(f"{PREFIX}/anomalies/{found['id']}", json=body).json()["feedback"] == "false_alarm"
    after = client.get(f"{PREFIX}/anomalies/detectors/{found['detector_id']}").json()
    assert after["threshold_down"] == pytest.approx(1.25 * before["threshold_down"], rel=1e-3)
    assert after["threshold_up"] == before["threshold_up"]
    assert after["version"] == before["version"] + 1


def test_figures_that_move_together_are_one_group_and_one_alert(
    client: TestClient, send: Send, database: Database, organization: Organization
) -> None:
    send("orders", off=-40, last=3)
    send("payments", off=-30, last=2)
    _detect(client, "orders")
    (second,) = _detect(client, "payments")["found"]
    assert second["group_size"] == 2
    detail = client.get(f"{PREFIX}/anomalies/{second['id']}").json()
    assert detail["cause"]["first_data_source"] == "stream:orders"
    assert not detail["cause"]["is_first"]
    assert "orders" in detail["summary"]
    assert len(_alerts(database, organization)) == 1
    ended = client.post(
        f"{PREFIX}/anomalies/groups/{second['group_id']}/resolve", json={"resolution": "The shop was down."}
    )
    assert [each["state"] for each in ended.json()["items"]] == ["resolved", "resolved"]
    assert _alerts(database, organization) == []


def test_bad_points_are_refused_one_by_one_and_later_ones_replace(client: TestClient) -> None:
    client.post(f"{PREFIX}/metrics", json={"name": "m"})
    points = [
        {"at": "2024-01-01T00:00:00Z", "value": 1},
        {"at": "2024-01-01T00:00:00Z", "value": 2},
        {"at": "2024-01-01T01:00:00Z", "value": None},
        {"at": "2024-01-01T02:00:00", "value": 1e12},
        {"at": "2999-01-01T00:00:00Z", "value": 1},
    ]
    answer = client.post(f"{PREFIX}/metrics/m/points", json={"points": points}).json()
    assert (answer["taken"], answer["replaced"], answer["refused"]) == (2, 0, 2)
    assert [each["place"] for each in answer["quarantine"]] == [2, 4]
    again = client.post(f"{PREFIX}/metrics/m/points", json={"points": points[:1]}).json()
    assert (again["taken"], again["replaced"]) == (1, 1)
    shown = client.get(f"{PREFIX}/metrics/m/points").json()
    assert [point["value"] for point in shown["points"]] == [1, 1e12]
    assert shown["points"][0]["expected"] is None
    few = _detect(client, "m")
    assert few["found"] == []
    assert "2 points" in few["notes"][1]


def test_a_muted_anomaly_raises_no_alert(
    client: TestClient, send: Send, database: Database, organization: Organization
) -> None:
    send("orders", off=-40)
    (found,) = _detect(client, "orders")["found"]
    until = (organization.clock.now() + timedelta(days=2)).isoformat()
    path = f"{PREFIX}/anomalies/{found['id']}"
    muted = client.put(path, json={"version": found["version"], "state": "muted", "muted_until": until})
    assert muted.status_code == 200, muted.text
    assert muted.json()["muted_until"] is not None
    assert _alerts(database, organization) == []
    past = client.put(
        path, json={"version": muted.json()["version"], "state": "muted", "muted_until": "2001-01-01T00:00:00Z"}
    )
    assert (past.status_code, past.json()["code"]) == (422, "anomaly_change_invalid")


def test_another_organisation_and_a_reader_are_refused(
    client: TestClient, send: Send, people: People, other_organization: Organization, organization: Organization
) -> None:
    send("orders", off=-40)
    (found,) = _detect(client, "orders")["found"]
    stranger = people.key(other_organization, Role.OWNER)
    for path in (f"anomalies/{found['id']}", f"anomalies/detectors/{found['detector_id']}", "metrics/orders/points"):
        assert client.get(f"{PREFIX}/{path}", headers=stranger).status_code == 404
    assert client.get(f"{PREFIX}/anomalies", headers=stranger).json()["items"] == []
    reader = people.key(organization, Role.READ_ONLY)
    detect = f"{PREFIX}/anomalies/detect?data_source=stream:orders&time_range_hours=24"
    assert client.post(detect, headers=reader).status_code == 403
    change = {"version": 1, "state": "dismissed"}
    assert client.put(f"{PREFIX}/anomalies/{found['id']}", json=change, headers=reader).status_code == 403


@pytest.mark.parametrize(
    ("data_source", "status", "code"),
    [
        ("nothing", 422, "data_source_invalid"),
        ("metric:nothing", 404, "data_source_unknown"),
        ("stream:nothing", 404, "metric_unknown"),
        ("dataset:nothing", 422, "data_source_invalid"),
        ("dataset:00000000-0000-7000-8000-000000000000/x", 404, "dataset_unknown"),
    ],
)
def test_what_is_no_source_is_said_so(client: TestClient, data_source: str, status: int, code: str) -> None:
    answer = client.post(f"{PREFIX}/anomalies/detect", params={"data_source": data_source})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_every_metric_can_be_looked_at_and_shown(client: TestClient) -> None:
    items = client.get(f"{PREFIX}/anomalies/sources").json()["items"]
    names = [each["data_source"] for each in items]
    assert {"metric:decisions_made", "metric:effects_failed", "metric:revenue"} <= set(names)
    for name in names:
        for hours in (24, 24 * 60):
            params: dict[str, Any] = {"data_source": name, "time_range_hours": hours}
            assert client.post(f"{PREFIX}/anomalies/detect", params=params).status_code == 200
            shown = client.get(f"{PREFIX}/anomalies/series", params=params)
            assert shown.status_code == 200
            assert shown.json()["bucket"] == ("hour" if hours == 24 else "day")
