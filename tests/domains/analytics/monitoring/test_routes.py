"""The routes of monitoring: who may read and measure, and what they say of models that are not there."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from tests.domains.analytics.monitoring.conftest import World
from tests.support.application import lend_app
from tests.support.serving import People, Served

from intendant.domains.analytics.manifest import ANALYTICS
from intendant.kernel.access import CredentialCache, Role
from intendant.kernel.events import EventFeed
from intendant.kernel.registry import Registry
from intendant.kit.settings import Settings

HUB = "/api/v1/ai-analytics"


@pytest.fixture
def client(world: World, tmp_path: Path) -> Iterator[TestClient]:
    """Serve the hub."""
    database = world.database
    feed = EventFeed(database, tick_seconds=0.02)
    served = Served(Settings(home=tmp_path), database, CredentialCache(database), feed, Registry((ANALYTICS,)))
    with TestClient(lend_app(served), follow_redirects=False) as client:
        yield client


def test_measuring_now_shows_at_once_how_a_model_does(client: TestClient, world: World) -> None:
    manager = People(world.database).key(world.organization, Role.MANAGER)
    world.come_true(world.predict(world.version(1, alias="champion"), 150))
    model = f"{HUB}/models/{world.model_id}"

    measured = client.post(f"{model}/performance/measure", headers=manager | {"Idempotency-Key": "measure-1"})
    shown = client.get(f"{model}/performance", params={"version": 1, "from": "2020-01-01T00:00:00Z"}, headers=manager)
    drift = client.get(f"{model}/drift", headers=manager)
    comparison = client.get(f"{model}/comparison", headers=manager)
    board = client.get(f"{HUB}/dashboard", params={"days": 7}, headers=manager)

    assert measured.status_code == 200, measured.text
    assert measured.json() == {"periods": 1, "more": False}
    period = shown.json()["periods"][0]
    assert period["labelled"] == 150
    assert {"accuracy", "auc", "brier"} <= {figure["name"] for figure in period["metrics"]}
    assert period["calibration"]["points"]
    assert period["groups"][0]["attribute"] == "sex"
    assert shown.json()["versions"][0]["baseline"][0]["name"] == "accuracy"
    assert drift.json()["features"][0]["name"] == "x"
    assert drift.json()["answers"][0]["name"] == "score"
    assert "challenger or shadow" in comparison.json()["notes"][0]
    assert board.json()["models"][0]["model_name"] == "Churn"
    assert board.json()["over_time"][0]["predictions"] == 150


def test_who_may_only_read_measures_nothing_and_strangers_are_not_there(client: TestClient, world: World) -> None:
    viewer = People(world.database).key(world.organization, Role.READ_ONLY)
    refused = client.post(
        f"{HUB}/models/{world.model_id}/performance/measure", headers=viewer | {"Idempotency-Key": "measure-2"}
    )
    assert refused.status_code == 403
    assert client.get(f"{HUB}/models/{world.model_id}/performance", headers=viewer).json()["health"] == "unknown"
    for what in ("performance", "drift", "comparison"):
        missing = client.get(f"{HUB}/models/{uuid4()}/{what}", headers=viewer)
        assert missing.status_code == 404, what
        assert missing.json()["code"] == "ai_model_unknown"
