"""The simulated lender's analysts at the product's door: what they wish for is there once, however often they begin anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.support.workshop import Workshop, open_workshop

from intendant.domains.analytics.anomalies.watching import watch
from intendant.kernel.organizations import get_organization, set_clock
from intendant.kit import clock
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Database
from intendant.simulator import wishes
from intendant.simulator.analysts import Analysts
from intendant.simulator.figures import FIGURES, first_incident_at

SEED = 20
STEPS = 6
"""Two files, and for each version its training and what it shall answer."""
STEPS_ANEW = 4
CHURN = [each for each in wishes.MODELS if each.model_name == wishes.CHURN]


@pytest.fixture
def workshop(database: Database, tmp_path: Path) -> Iterator[Workshop]:
    """Put a workshop together."""
    with open_workshop(database, tmp_path) as workshop:
        workshop.client.headers.update(workshop.owner)
        yield workshop


def _move_to(workshop: Workshop, moment: datetime) -> BusinessClock:
    stopped = BusinessClock(clock.system_now(), moment, 0.0)
    with workshop.system.database.system() as tx:
        set_clock(tx, workshop.organization.id, stopped)
    return stopped


def _watch(workshop: Workshop) -> None:
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        organization = get_organization(tx, workshop.organization.id)
    watch(workshop.system, organization)


def _count(workshop: Workshop) -> dict[str, int]:
    tables = ("datasets", "ai_models", "ai_model_versions", "ai_deployments", "metric_points", "prediction_results")
    with workshop.system.database.system() as tx:
        return {name: int(tx.scalar(f"select count(*) from {name}") or 0) for name in tables}


def _work_off(workshop: Workshop, analysts: Analysts) -> None:
    """Let them work until both versions answer, training what they ask for."""
    for _ in range(STEPS):
        analysts.step(workshop.client)
        for model in workshop.get("/models")["items"]:
            training = workshop.get(f"/models/{model['id']}")["training"]
            if training is not None and training["state"] == "queued":
                workshop.train(UUID(model["id"]))
                # As a worker would leave it.
                workshop.execute(
                    "update tasks set state = 'done', ended_at = now() where id = %s", [training["task_id"]]
                )


def test_what_they_wish_for_is_there_once_and_what_is_odd_is_found(workshop: Workshop) -> None:
    began = clock.system_now()
    _move_to(workshop, began + timedelta(hours=1))
    _watch(workshop)
    now = _move_to(workshop, first_incident_at(began) - timedelta(hours=1))
    analysts = Analysts(SEED, now, began, CHURN)
    analysts.step(workshop.client)
    _watch(workshop)
    analysts.clock = _move_to(workshop, first_incident_at(began) + timedelta(hours=14))
    _work_off(workshop, analysts)
    _watch(workshop)
    # Whoever has no champion yet is asked on the next day.
    analysts.clock = _move_to(workshop, analysts.clock.now() + timedelta(days=1))
    analysts.step(workshop.client)

    models = {model["model_name"]: model for model in workshop.get("/models")["items"]}
    assert models[wishes.CHURN]["champion"]["number"] == 1
    assert models[wishes.CHURN]["challenger"]["number"] == 2
    found = workshop.get("/anomalies")["items"]
    group = {row["data_source"]: row for row in found if row["group_size"] > 1}
    assert {"stream:payment_failures", "stream:call_centre_calls"} <= set(group)
    assert "critical" in {row["severity"] for row in group.values()}

    before = _count(workshop)
    assert before["prediction_results"] >= wishes.SCORED[1].many
    assert before["metric_points"] > 200 * len(FIGURES)
    anew = Analysts(SEED, analysts.clock, began, CHURN)
    for _ in range(STEPS_ANEW):
        anew.step(workshop.client)
    assert _count(workshop) == before

    anew.clock = _move_to(workshop, analysts.clock.now() + timedelta(days=6))
    anew.step(workshop.client)
    told = workshop.get("/predictions", has_outcome=True)["items"]
    assert {row["model_name"] for row in told} == {wishes.CHURN}
