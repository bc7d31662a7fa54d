"""Forecasting as durable work: by a real worker, to its end, and over the death of a worker."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from tests.support.waiting import wait_for
from tests.support.workshop import Workshop, open_workshop, working

from intendant.domains.analytics.forecasts.usecases import ROWS_AT_ONCE_MAX
from intendant.kernel.tasks import TaskState
from intendant.kit.database import Database

DAYS, SERIES = 101, 300


@pytest.fixture
def workshop(database: Database, tmp_path: Path) -> Iterator[Workshop]:
    """Lend a workshop."""
    with open_workshop(database, tmp_path) as workshop:
        yield workshop


def _ask(workshop: Workshop) -> Any:
    """Ask to foresee so many series that it is done as a task."""
    random = np.random.default_rng(1)
    days = pd.date_range("2024-01-01", periods=DAYS, freq="D")
    frame = pd.DataFrame(
        {
            "day": np.tile(days.to_numpy(), SERIES),
            "shop": np.repeat([f"shop {number}" for number in range(SERIES)], DAYS),
            "sold": random.poisson(20, DAYS * SERIES).astype(float),
        }
    )
    assert len(frame) > ROWS_AT_ONCE_MAX
    source = {"dataset_id": str(workshop.add_dataset("sales", frame).id)}
    columns = {"time": "day", "value": "sold", "series": ["shop"]}
    body = {
        "name": "many",
        "kind": "revenue",
        "source": source,
        "columns": columns,
        "horizon": 7,
        "method": "seasonal_naive",
    }
    made = workshop.post("/predictive", body, None)
    assert made["state"] == "running"
    return made


@contextmanager
def _child(workshop: Workshop, flag: Path) -> Iterator[None]:
    """Run a worker of its own process, and kill it at the end."""
    urls = workshop.system.database.urls
    given = {"app": urls.app, "system": urls.system, "owner": urls.owner}
    given |= {"home": str(workshop.system.settings.home), "flag": str(flag)}
    environment = os.environ | {"TRAINING_WORKER": json.dumps(given)}
    child = subprocess.Popen([sys.executable, "-m", "tests.support.training_worker"], env=environment)
    try:
        yield
    finally:
        child.kill()
        child.wait()


def test_a_forecast_survives_the_death_of_its_worker_and_is_told_once(workshop: Workshop, tmp_path: Path) -> None:
    made = _ask(workshop)
    forecast_id, flag = made["id"], tmp_path / "forecasting"
    with _child(workshop, flag):
        wait_for(flag.exists, "the forecast to be in its middle", seconds=60)
    shown = workshop.get(f"/predictive/{forecast_id}")
    assert (shown["state"], shown["summary"]) == ("running", None)
    workshop.delete(f"/predictive/{forecast_id}", 409)
    flag.with_suffix(".go").touch()
    with _child(workshop, flag):
        done = workshop.ended(UUID(shown["task_id"]))
    assert done.state is TaskState.DONE, done.error
    assert done.result == {"forecast_id": forecast_id, "series": SERIES}
    assert workshop.get(f"/predictive/{forecast_id}")["state"] == "done"
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        assert tx.scalar("select count(*) from events where name = 'analytics.forecast.finished'") == 1


def test_a_forecast_whose_data_are_gone_fails_clearly_and_can_be_asked_for_again(workshop: Workshop) -> None:
    made = _ask(workshop)
    workshop.delete(f"/datasets/{workshop.get('/datasets')['items'][0]['dataset_id']}", 204)
    with working(workshop):
        task = workshop.ended(UUID(made["task_id"]))
    assert task.state is TaskState.FAILED
    shown = workshop.get(f"/predictive/{made['id']}")
    assert shown["state"] == "failed"
    assert "dataset" in shown["error"]
    workshop.delete(f"/predictive/{made['id']}", 204)
