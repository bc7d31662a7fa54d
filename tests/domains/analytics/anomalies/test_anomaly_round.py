"""The round that watches figures: told once, whoever does it and however often it is killed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from tests.domains.analytics.anomalies.conftest import PREFIX, Send
from tests.support.serving import Served

from intendant.domains.analytics.anomalies import detectors, sources, watching
from intendant.domains.analytics.anomalies.sources import complete_edges
from intendant.kernel.organizations import Organization, set_clock
from intendant.kernel.registry import Measured, Metric
from intendant.kit import clock
from intendant.kit.database import Database


@pytest.fixture
def system(served: Served) -> Any:
    """Return a system with one figure that fell in the last complete hour."""

    def fallen(tx: Any, edges: Any) -> list[Measured]:
        values = 100 + np.random.default_rng(2).normal(size=len(edges) - 1)
        values[-1] = 20
        return [Measured(float(value)) for value in values]

    metric = Metric("fallen", "money", "For the test.", fallen)
    registry = SimpleNamespace(metrics={"fallen": metric}, domains={})
    return SimpleNamespace(database=served.database, registry=registry, files=None)


def _all(database: Database, organization: Organization, query: str) -> list[dict[str, Any]]:
    with database.transaction(organization.id) as tx:
        return tx.all(query)


def test_a_fall_is_noticed_told_once_and_not_again_by_a_second_worker(
    system: Any, database: Database, organization: Organization
) -> None:
    for _ in range(3):
        watching.watch_everywhere(system)
    rows = _all(database, organization, "select * from anomaly_detections")
    assert [row["data_source"] for row in rows] == ["metric:fallen"]
    assert rows[0]["direction"] == "down"
    assert rows[0]["impact"] < 0
    alerts = _all(database, organization, "select cause, count from alerts")
    assert alerts == [{"cause": f"analytics.anomaly:{rows[0]['group_id']}", "count": 1}]
    told = _all(database, organization, "select name from events where name = 'analytics.anomaly.detected'")
    assert len(told) == 1


def test_a_round_that_is_killed_leaves_nothing_and_is_done_again(
    system: Any, database: Database, organization: Organization
) -> None:
    original = system.registry.metrics["fallen"].measure

    def killed(tx: Any, edges: Any) -> Any:
        raise RuntimeError

    system.registry.metrics["fallen"] = Metric("fallen", "money", "", killed)
    with pytest.raises(RuntimeError):
        watching.watch(system, organization)
    assert _all(database, organization, "select * from anomaly_detectors") == []
    system.registry.metrics["fallen"] = Metric("fallen", "money", "", original)
    watching.watch(system, organization)
    assert len(_all(database, organization, "select * from anomaly_detections")) == 1


def test_a_detector_that_another_worker_holds_is_left_to_it(
    system: Any, database: Database, organization: Organization
) -> None:
    with database.transaction(organization.id) as tx:
        source = watching.sources.get_source(tx, system.registry, organization, "metric:fallen")
        detectors.ensure_detectors(tx, [source], enabled=True, by="test")
    with database.transaction(organization.id) as tx:
        detectors.hold_detector(tx, "metric:fallen")
        watching.watch(system, organization)
    assert _all(database, organization, "select * from anomaly_detections") == []
    watching.watch(system, organization)
    assert len(_all(database, organization, "select * from anomaly_detections")) == 1


def test_a_muted_detector_keeps_what_it_finds_quiet_until_its_time_is_over(
    system: Any, client: TestClient, database: Database, organization: Organization
) -> None:
    with database.transaction(organization.id) as tx:
        source = watching.sources.get_source(tx, system.registry, organization, "metric:fallen")
        detectors.ensure_detectors(tx, [source], enabled=True, by="test")
        (row,) = detectors.list_detectors(tx)
    until = organization.clock.now() + timedelta(seconds=2)
    body = {"version": row["version"], "sensitivity": 0.6, "muted_until": until.isoformat()}
    changed = client.put(f"{PREFIX}/anomalies/detectors/{row['id']}", json=body)
    assert changed.status_code == 200, changed.text
    assert changed.json()["threshold_up"] < 6
    stale = client.put(f"{PREFIX}/anomalies/detectors/{row['id']}", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "detector_changed")
    watching.watch(system, organization)
    assert [row["state"] for row in _all(database, organization, "select state from anomaly_detections")] == ["muted"]
    assert _all(database, organization, "select * from alerts") == []
    with database.system() as tx:
        fast = clock.BusinessClock(clock.system_now(), until + timedelta(minutes=1), 1.0)
        set_clock(tx, organization.id, fast)
        organization = watching.list_organizations(tx)[0]
    watching.watch(system, organization)
    assert [row["state"] for row in _all(database, organization, "select state from anomaly_detections")] == ["open"]
    assert len(_all(database, organization, "select * from alerts")) == 1


def test_a_stream_is_watched_from_its_points_on(
    served: Served, client: TestClient, send: Send, database: Database, organization: Organization
) -> None:
    system: Any = SimpleNamespace(database=database, registry=SimpleNamespace(metrics={}, domains={}), files=None)
    send("orders")
    watching.watch(system, organization)
    assert _all(database, organization, "select * from anomaly_detections") == []
    send("orders", off=-40, last=1)
    watching.watch(system, organization)
    # Nothing is newer than what was seen, though the value changed: the next point brings the look.
    now = organization.clock.now()
    points = [{"at": (now - timedelta(seconds=1)).isoformat(), "value": 60}]
    client.post(f"{PREFIX}/metrics/orders/points", json={"points": points})
    watching.watch(system, organization)
    rows = _all(database, organization, "select data_source from anomaly_detections")
    assert [row["data_source"] for row in rows] == ["stream:orders"]


def test_where_business_time_runs_fast_days_are_watched(organization: Organization) -> None:
    fast = replace(organization, clock=replace(organization.clock, speed=1_440.0))
    assert watching.bucket_for(fast) == "day"
    assert watching.bucket_for(organization) == "hour"


def test_edges_follow_the_clock_on_the_wall_over_summer_time() -> None:
    days = complete_edges(datetime(2024, 4, 1, 12, tzinfo=UTC), "Europe/Berlin", "day", 2)
    assert [edge.hour for edge in days] == [23, 23, 22]
    assert days[2] - days[1] == timedelta(hours=23)
    hours = complete_edges(datetime(2024, 3, 31, 3, 30, tzinfo=UTC), "Europe/Berlin", "hour", 3)
    assert {late - early for early, late in pairwise(hours)} == {timedelta(hours=1)}


def test_of_a_sparse_stream_the_newest_points_are_looked_at_and_of_a_dense_one_its_last_weeks() -> None:
    end = datetime(2026, 3, 1, tzinfo=UTC)
    daily = [(end - timedelta(days=back), 1.0) for back in range(2_000, -1, -1)]
    assert sources.recent_points(daily, "day", 1) == daily[-(sources.DAYS_BEFORE + 1) :]
    dense = [(end - timedelta(minutes=15 * back), 1.0) for back in range(4_000, -1, -1)]
    kept = sources.recent_points(dense, "hour", 1)
    assert kept[-1] == dense[-1]
    assert kept[0][0] == end - timedelta(hours=sources.HOURS_BEFORE + 1)
    assert sources.recent_points([], "hour", 1) == []


def test_a_bucket_that_has_just_ended_is_left_alone_until_it_is_booked(
    system: Any, database: Database, organization: Organization
) -> None:
    edge = datetime(2026, 3, 1, tzinfo=UTC)
    for since, seen in ((watching.SETTLES / 2, edge - timedelta(days=1)), (watching.SETTLES * 1.5, edge)):
        fast = clock.BusinessClock(clock.system_now() - since, edge, 1_440.0)
        with database.system() as tx:
            set_clock(tx, organization.id, fast)
            organization = watching.list_organizations(tx)[0]
        watching.watch(system, organization)
        rows = _all(database, organization, "select distinct watched_until from anomaly_detectors")
        assert [row["watched_until"] for row in rows] == [seen]
