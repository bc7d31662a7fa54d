"""Telling MLflow: against a store of its own, once for each version, and never in the way of training."""

from pathlib import Path

import pytest
from tests.support.workshop import Workshop

from intendant.connectors.mlflow.tracking import MlflowTracking, TrackingUnavailable
from intendant.domains.analytics.actions.tracking import tell_versions
from intendant.ports.tracking import TrackedVersion

pytest.importorskip("mlflow")


class Away:
    """A tracking port whose server is away."""

    def track(self, version: TrackedVersion) -> str:
        """Take nothing."""
        raise TrackingUnavailable(f"Nobody took {version.model}.")

    async def close(self) -> None:
        """Hold nothing."""


def test_a_version_is_told_once_with_figures_card_artifact_and_alias(workshop: Workshop, tmp_path: Path) -> None:
    from mlflow import MlflowClient

    url = f"sqlite:///{tmp_path}/tracking.db"
    client = MlflowClient(url, url)
    model_id = workshop.model(model_name="Who buys? (<b>)")
    workshop.train(model_id, deploy=True)
    assert not tell_versions(workshop.system), "nothing is connected, so nothing is told"
    assert workshop.get(f"/models/{model_id}/versions/1")["mlflow_run"] is None
    workshop.system.__dict__["connectors"] = {"tracking": Away()}
    tell_versions(workshop.system)
    assert "Nobody took" in workshop.get(f"/models/{model_id}/versions/1")["mlflow_error"]
    tell_versions(workshop.system)
    workshop.execute(
        "update ai_model_versions set recorded_at = recorded_at - interval '1 day' where model_id = %s", [model_id]
    )
    port = MlflowTracking(url)
    workshop.system.__dict__["connectors"] = {"tracking": port}
    tell_versions(workshop.system)
    shown = workshop.get(f"/models/{model_id}/versions/1")
    assert shown["mlflow_error"] is None
    run = client.get_run(shown["mlflow_run"])
    assert run.info.status == "FINISHED"
    assert run.data.metrics["accuracy"] == pytest.approx(
        next(each["value"] for each in shown["metrics"] if each["name"] == "accuracy")
    )
    assert run.data.params["algorithm"] == "logistic"
    assert {each.path for each in client.list_artifacts(shown["mlflow_run"])} == {"card.md", "model.intendant"}
    (entry,) = client.search_model_versions(f"run_id = '{shown['mlflow_run']}'")
    assert client.get_model_version_by_alias(entry.name, "champion").version == entry.version
    workshop.execute("update ai_model_versions set exported_at = null where model_id = %s", [model_id])
    tell_versions(workshop.system)
    assert workshop.get(f"/models/{model_id}/versions/1")["mlflow_run"] == shown["mlflow_run"], "told twice is once"


def test_a_server_that_is_away_is_said_to_be_and_its_password_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    version = TrackedVersion("k", "e", "m", 1, {}, {}, {}, {}, b"", ())
    with pytest.raises(TrackingUnavailable) as away:
        MlflowTracking("http://somebody:secret@127.0.0.1:1").track(version)
    assert "127.0.0.1" in away.value.message
    assert "secret" not in away.value.message
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(TrackingUnavailable):
        MlflowTracking(f"sqlite:///{tmp_path}/file/tracking.db").track(version)
