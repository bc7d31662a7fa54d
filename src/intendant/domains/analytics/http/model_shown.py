"""From rows of models and versions to what is answered."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from intendant.domains.analytics.http import model_views
from intendant.domains.analytics.models import listing, rows, usecases
from intendant.domains.analytics.models.definition import options_from
from intendant.domains.analytics.models.listing import ShownModel
from intendant.domains.analytics.models.rows import VERSIONS_SHOWN_MAX
from intendant.kernel.tasks import Task
from intendant.kit.database import Row, Transaction


def row_of(shown: ShownModel) -> model_views.ModelRow:
    """Return a model as it stands in a list."""
    return model_views.ModelRow.model_validate(_row_fields(shown))


def _row_fields(shown: ShownModel) -> dict[str, Any]:
    row = shown.row
    aliases = {each["alias"]: each | shown.measured[each["version_id"]] for each in row["aliases"]}
    taken = set(model_views.ModelRow.model_fields) & set(row)
    return {name: row[name] for name in taken} | {
        "state": shown.state,
        "progress": None if shown.training is None else shown.training.progress,
        "version": row["latest_version"],
        "next_training_at": shown.next_training_at,
        "champion": aliases.get("champion"),
        "challenger": aliases.get("challenger"),
        "shadow": aliases.get("shadow"),
        "usage": shown.use,
    }


def detail_of(tx: Transaction, model_id: UUID) -> model_views.ModelDetail:
    """Return everything known of a model; raises ModelUnknown."""
    shown = listing.get_shown(tx, model_id)
    row = shown.row
    fields = _row_fields(shown)
    champion = fields["champion"]
    metrics: list[Any] = []
    if champion is not None:
        metrics = rows.get_version(tx, model_id, champion["number"])["report"]["model"]["metrics"]
    versions = rows.list_versions(tx, model_id, before=None, limit=VERSIONS_SHOWN_MAX)
    training = usecases.last_training(tx, model_id)
    source = dict(row["training_data_source"])
    if "dataset_id" in source:
        source["name"] = rows.find_dataset_name(tx, UUID(source["dataset_id"]))
    return model_views.ModelDetail.model_validate(
        fields
        | options_from(row["spec"]).as_dict()
        | {
            "feature_columns": row["feature_columns"],
            "training_data_source": source,
            "deploy_when_validated": row["deploy_when_validated"],
            "metrics": metrics,
            "versions": version_rows_of(tx, versions, row["aliases"]),
            "training": None if training is None else _training_of(training),
        }
    )


def _training_of(task: Task) -> model_views.ModelTraining:
    return model_views.ModelTraining(
        task_id=task.id,
        state=task.state,
        progress=task.progress,
        stage=task.note,
        error=task.error,
        why=str(task.parameters.get("why") or ""),
        created_by=task.created_by,
        created_at=task.created_at,
        ended_at=task.ended_at,
    )


def version_rows_of(
    tx: Transaction, versions: Sequence[Row], aliases: list[Mapping[str, Any]]
) -> list[model_views.VersionRow]:
    """Return versions as they stand in a list."""
    measured = rows.find_measured(tx, [row["id"] for row in versions])
    return [
        model_views.VersionRow.model_validate(_version_fields(row, aliases, measured[str(row["id"])]))
        for row in versions
    ]


def _version_fields(row: Row, aliases: list[Mapping[str, Any]], measured: Row) -> dict[str, Any]:
    return (
        measured
        | row
        | {
            "aliases": [each["alias"] for each in aliases if each["version_id"] == str(row["id"])],
            "digest": bytes(row["artifact"]).hex(),
            "data_digest": bytes(row["data_digest"]).hex(),
            "mlflow_run": row["export_run"],
            "mlflow_error": row["export_error"],
        }
    )


def version_of(
    tx: Transaction, row: Row, aliases: list[Mapping[str, Any]], *, signed: bool
) -> model_views.VersionDetail:
    """Return a version with its whole report."""
    report = row["report"]
    measured = rows.find_measured(tx, [row["id"]])[str(row["id"])]
    return model_views.VersionDetail.model_validate(
        _version_fields(row, aliases, measured)
        | {
            "seed": report["seed"],
            "metrics": report["model"]["metrics"],
            "baselines": {each["name"]: each["metrics"] for each in report["baselines"]},
            "library_versions": report["versions"],
            "signed": signed,
        }
    )
