"""A tracking port on MLflow's client. The client is imported with the first version that is sent, in the worker alone."""

import re
import tempfile
from pathlib import Path
from typing import Any

from intendant.kit.errors import Invalid, Unavailable
from intendant.ports.tracking import TrackedVersion

KEY_TAG = "intendant.version"
PARAMETER_LENGTH_MAX = 500
TAG_LENGTH_MAX = 4_000
ARTIFACT_FILE = "model.intendant"
_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")
"""What stands before the host in an address: it must neither be shown nor logged."""
_SQLITE = "sqlite:///"
_EXISTS = "RESOURCE_ALREADY_EXISTS"


class TrackingMissing(Invalid):
    """The package that speaks to the tracking server is not installed."""

    code = "tracking_missing"


class TrackingUnavailable(Unavailable):
    """The tracking server does not answer, or refuses."""

    code = "tracking_unavailable"


class MlflowTracking:
    """Writes versions to one MLflow server or store."""

    def __init__(self, url: str) -> None:
        self._url = url

    def track(self, version: TrackedVersion) -> str:
        """Write a version down as a run, a registered model's version and its aliases; a run that stands is found again."""
        try:
            from mlflow import MlflowClient
            from mlflow.exceptions import MlflowException
        except ModuleNotFoundError as error:
            raise TrackingMissing(
                "mlflow-skinny is not installed.", remedy="Install it with `pip install intendant[mlflow]`."
            ) from error
        try:
            return self._track(MlflowClient(self._url, self._url), MlflowException, version)
        except (MlflowException, OSError) as error:
            raise TrackingUnavailable(
                f"The tracking server did not take the version: {_CREDENTIALS.sub('', str(error))[:300]}",
                remedy="It is tried again later.",
            ) from error

    def _track(self, client: Any, refused: type[Exception], version: TrackedVersion) -> str:
        experiment = self._experiment(client, version.experiment)
        found = client.search_runs([experiment], f"tags.`{KEY_TAG}` = '{version.key}'", max_results=1)
        run = found[0] if found else self._new_run(client, experiment, version)
        run_id = str(run.info.run_id)
        if run.info.status != "FINISHED":
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / ARTIFACT_FILE).write_bytes(version.artifact)
                for name, text in version.texts.items():
                    (Path(folder) / name).write_text(text, encoding="utf-8")
                client.log_artifacts(run_id, folder)
            client.set_terminated(run_id)
        self._register(client, refused, version, run_id, str(run.info.artifact_uri))
        return run_id

    def _experiment(self, client: Any, name: str) -> str:
        found = client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(client.create_experiment(name, artifact_location=self._artifacts()))

    def _artifacts(self) -> str | None:
        """Return where artifacts lie: a server says itself, and of a store they lie beside its file."""
        if not self._url.startswith(_SQLITE):
            return None
        return (Path(self._url.removeprefix(_SQLITE)).absolute().parent / "artifacts").as_uri()

    def _new_run(self, client: Any, experiment: str, version: TrackedVersion) -> Any:
        from mlflow.entities import Metric, Param, RunTag

        tags = {KEY_TAG: version.key} | {name: value[:TAG_LENGTH_MAX] for name, value in version.tags.items()}
        run = client.create_run(experiment, run_name=f"{version.model} {version.number}", tags={KEY_TAG: version.key})
        client.log_batch(
            run.info.run_id,
            metrics=[Metric(name, value, run.info.start_time, 0) for name, value in version.metrics.items()],
            params=[Param(name, value[:PARAMETER_LENGTH_MAX]) for name, value in version.parameters.items()],
            tags=[RunTag(name, value) for name, value in tags.items()],
        )
        return run

    def _register(self, client: Any, refused: type[Exception], version: TrackedVersion, run_id: str, uri: str) -> None:
        try:
            client.create_registered_model(version.model)
        except refused as error:
            if getattr(error, "error_code", "") != _EXISTS:
                raise
        found = client.search_model_versions(f"run_id = '{run_id}'")
        entry = found[0] if found else client.create_model_version(version.model, source=uri, run_id=run_id)
        for alias in version.aliases:
            client.set_registered_model_alias(version.model, alias, entry.version)

    async def close(self) -> None:
        """Hold nothing open."""
