"""Training as durable work: by a real worker, to its end, to a clear error, cancelled, and over the death of a worker."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from tests.support.predicting import customers
from tests.support.waiting import wait_for
from tests.support.workshop import Workshop, working

from intendant.domains.analytics.contract import MODEL_TRAINING_FAILED
from intendant.domains.analytics.models import data, retraining, training
from intendant.domains.analytics.models.definition import DataSource
from intendant.domains.analytics.monitoring.alarms import cause_of
from intendant.kernel import alerts, files, tasks
from intendant.kernel.tasks import TaskState
from intendant.kit import clock, ids
from intendant.kit.database import Row


def versions(workshop: Workshop, model_id: UUID) -> list[int]:
    """Return the numbers of a model's versions."""
    return [each["number"] for each in workshop.get(f"/models/{model_id}/versions")["items"]]


def events_of(workshop: Workshop, name: str) -> list[Row]:
    """Return the events of a name."""
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        return tx.all("select body from events where name = %s", [name])


def test_a_worker_trains_fails_clearly_and_reproduces(workshop: Workshop) -> None:
    good = workshop.model(deploy_when_validated=True)
    one_class = customers(80).assign(bought="yes")
    source = {"dataset_id": str(workshop.add_dataset("one class", one_class).id)}
    bad = workshop.model(model_name="One class", training_data_source=source)
    asked = workshop.request(good, why="The first one.")
    assert workshop.request(good) == asked, "one training of a model at a time"
    workshop.delete(f"/models/{good}", 409)
    failing = workshop.request(bad)
    with working(workshop):
        done, failed = workshop.ended(asked), workshop.ended(failing)
        assert done.state is TaskState.DONE, done.error
        assert (done.result["version"], workshop.champion(good)) == (1, 1)
        repeated = UUID(workshop.post(f"/models/{good}/versions/1/reproduce", None, 202)["task_id"])
        again = workshop.ended(repeated)
    assert again.result["equal"], again.result
    assert failed.state is TaskState.FAILED
    shown = workshop.get(f"/models/{bad}")
    assert shown["state"] == "failed"
    assert "class" in shown["error"]
    assert (versions(workshop, good), versions(workshop, bad)) == ([1], [])
    version = workshop.get(f"/models/{good}/versions/1")
    assert (version["why"], version["task_id"], version["signed"]) == ("The first one.", str(asked), True)
    assert version["library_versions"]
    assert len(events_of(workshop, MODEL_TRAINING_FAILED)) == 1


def test_a_failed_training_leaves_the_champion_and_the_next_success_clears_the_error(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    asked = training.Asked(model_id, ids.new_id(), "user:test", "a test", deploy_when_validated=False)
    training.record_failure(workshop.system, workshop.organization.id, asked, "The target has one class.")
    shown = workshop.get(f"/models/{model_id}")
    assert (shown["state"], shown["error"], shown["champion"]["number"]) == ("failed", "The target has one class.", 1)
    workshop.train(model_id)
    shown = workshop.get(f"/models/{model_id}")
    assert (shown["state"], shown["error"]) == ("ready", None)


def test_a_cancelled_training_ends_at_once_and_leaves_nothing(workshop: Workshop) -> None:
    """The progress that a training reports raises when its task was cancelled, wherever it is."""
    model_id = workshop.model()
    fixed = data.FixedRows(workshop.dataset.digest, workshop.dataset.id, workshop.dataset.row_count)
    asked = training.Asked(model_id, ids.new_id(), "user:test", "a test", deploy_when_validated=True)
    seen: list[str] = []

    def until_fitting(_share: float, stage: str) -> None:
        seen.append(stage)
        if "fitting" in stage:
            raise tasks.TaskStopped("The task was cancelled.", data={"halted": False})

    with pytest.raises(tasks.TaskStopped):
        training.train_version(workshop.system, workshop.organization.id, asked, fixed, until_fitting)
    assert seen[0].startswith("Reading 240 rows")
    assert versions(workshop, model_id) == []
    waiting = workshop.request(model_id)
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        tasks.cancel(tx, waiting, by="user:test", now=clock.system_now())
    assert workshop.get(f"/models/{model_id}")["state"] == "draft"
    assert workshop.request(model_id) != waiting, "it can be asked for again"


def test_a_worker_that_is_killed_in_the_middle_leaves_one_version(workshop: Workshop, tmp_path: Path) -> None:
    model_id = workshop.model()
    task_id = workshop.request(model_id)
    urls, flag = workshop.system.database.urls, tmp_path / "training"
    given = {"app": urls.app, "system": urls.system, "owner": urls.owner}
    given |= {"home": str(workshop.system.settings.home), "flag": str(flag)}
    environment = os.environ | {"TRAINING_WORKER": json.dumps(given)}
    child = subprocess.Popen([sys.executable, "-m", "tests.support.training_worker"], env=environment)
    try:
        wait_for(flag.exists, "the training to be in its middle", seconds=60)
    finally:
        child.kill()
        child.wait()
    assert versions(workshop, model_id) == []
    flag.with_suffix(".go").touch()
    child = subprocess.Popen([sys.executable, "-m", "tests.support.training_worker"], env=environment)
    try:
        done = workshop.ended(task_id)
    finally:
        child.kill()
        child.wait()
    assert done.state is TaskState.DONE, done.error
    assert versions(workshop, model_id) == [1]
    undisturbed = workshop.train(workshop.model(model_name="Undisturbed"))
    assert workshop.get(f"/models/{model_id}/versions/1")["digest"] == bytes(undisturbed["artifact"]).hex()


def test_a_model_that_answers_nothing_is_trained_again_when_it_is_old(workshop: Workshop) -> None:
    young, old = (
        workshop.model(model_name="Young", retraining_frequency_days=30),
        workshop.model(model_name="Old", retraining_frequency_days=30),
    )
    for each in (young, old):
        workshop.train(each)
    workshop.execute("update ai_models set trained_at = trained_at - interval '31 days' where id = %s", [old])
    assert retraining.ask_where_due(workshop.system) == 1
    shown = workshop.get(f"/models/{old}")
    assert shown["state"] == "training"
    assert shown["training"]["why"] == "It was trained 31 days ago; 30 are agreed."
    retraining.ask_where_due(workshop.system)
    assert len(workshop.get("/models", state="training")["items"]) == 1
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        tasks.cancel(tx, UUID(shown["training"]["task_id"]), by="user:test", now=clock.system_now())
    assert retraining.ask_where_due(workshop.system) == 0, "what a person cancelled is not asked for the next minute"


def test_rows_of_a_query_are_kept_so_that_its_version_can_be_made_again(workshop: Workshop) -> None:
    source = {"query": "select income, visits, city, bought from customers"}
    model_id = workshop.model(training_data_source=source, exclude=[])
    first = workshop.train(model_id)
    workshop.refresh(customers(300, seed=9))
    assert bytes(workshop.train(model_id)["data_digest"]) != bytes(first["data_digest"])
    found = training.reproduce(workshop.system, workshop.organization.id, model_id, 1, lambda _share, _stage: None)
    assert found.equal, found.why


def test_a_refresh_of_the_dataset_takes_nothing_from_a_training_under_way(workshop: Workshop) -> None:
    """The rows are fixed, then the dataset gets others; a dataset that is gone with its models leaves nothing behind."""
    model_id = workshop.model()
    source = DataSource(dataset_id=workshop.dataset.id)
    fixed = data.fix_rows(workshop.system, workshop.organization.id, model_id, source)
    workshop.refresh(customers(300, seed=9))
    asked = training.Asked(model_id, ids.new_id(), "user:test", "a test", deploy_when_validated=False)
    version = training.train_version(
        workshop.system, workshop.organization.id, asked, fixed, lambda _share, _stage: None
    )
    assert bytes(version["data_digest"]) == fixed.digest
    found = training.reproduce(workshop.system, workshop.organization.id, model_id, 1, lambda _share, _stage: None)
    assert found.equal, found.why
    raised = alerts.Alert(
        workshop.organization.id, "performance", "high", cause_of(model_id, "drift"), "Drift", clock.system_now()
    )
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        alerts.raise_alerts(tx, [raised])
    workshop.delete(f"/models/{model_id}", 204)
    with workshop.system.database.transaction(workshop.organization.id) as tx:
        assert tx.scalar("select count(*) from alerts where state = 'open'") == 0, (
            "nobody could say that it is well again"
        )
    with workshop.system.database.transaction(workshop.organization.id) as tx, pytest.raises(files.FileMissing):
        files.get(tx, workshop.organization.id, fixed.digest)


def test_a_key_of_a_batch_stands_for_the_rows_that_the_dataset_had(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    path = f"/api/v1/ai-analytics/predict/batch?model_id={model_id}&dataset_id={workshop.dataset.id}"
    headers = workshop.owner | {"Idempotency-Key": "k"}
    first, again = (workshop.client.post(path, headers=headers) for _ in range(2))
    assert (first.status_code, '"replayed":240' in again.text) == (200, True), again.text[-300:]
    workshop.refresh(customers(300, seed=9))
    refused = workshop.client.post(path, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "prediction_batch_key_reused")


def test_odd_columns_are_learnt_from_and_shown_without_being_read_as_markup(workshop: Workshop) -> None:
    random = np.random.default_rng(1)
    name = "<script>alert(1)</script> | a*b [x](y) 名"
    table = pd.DataFrame({name: random.normal(size=200), "b'; drop table ai_models": random.normal(size=200)})
    table["y"] = np.where(table[name] > 0, "yes", "no")
    source = {"dataset_id": str(workshop.add_dataset("odd", table).id)}
    model_id = workshop.model(model_name="<b>Odd</b>", training_data_source=source, target_column="y", exclude=[])
    workshop.train(model_id)
    html = workshop.client.get(f"/api/v1/ai-analytics/models/{model_id}/card?format=html", headers=workshop.owner)
    assert "default-src 'none'" in html.headers["content-security-policy"]
    assert "<script>" not in html.text
    assert "&lt;script&gt;" in html.text
    assert "<b>" not in html.text
    markdown = workshop.client.get(
        f"/api/v1/ai-analytics/models/{model_id}/versions/1/card?format=markdown", headers=workshop.owner
    )
    assert "<script>" not in markdown.text
    card = workshop.get(f"/models/{model_id}/card")
    titles = [each["title"] for each in card["sections"]]
    assert titles[:3] == ["What it is for", "What it learnt from", "How it was measured"]
    figures = card["sections"][2]["figures"]
    assert all(each["meaning"] for each in figures)
    assert any(each["baseline"] for each in figures), "each figure beside what a simple guess reaches"
