"""Models, versions, aliases and deployments as rows: all SQL that reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from intendant.domains.analytics.models.definition import Definition, options_from, source_from
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import NotFound

VERSIONS_SHOWN_MAX = 20
DEPLOYMENTS_PAGE_MAX = 201
USE_COUNTED_MAX = 100_000
CHAMPIONS_LOOKED_BACK = 1_000
_VERSION_COLUMNS = (
    "v.id, v.model_id, v.number, v.algorithm, v.artifact, v.signature, v.data_digest, v.dataset_id, v.metric,"
    " v.metric_value, v.higher_is_better, v.validated, v.why, v.task_id, v.created_by, v.trained_at, v.recorded_at,"
    " v.against_champion, v.trial, v.considered_at, v.exported_at, v.export_run, v.export_error"
)
_ALIASES = (
    "coalesce((select jsonb_agg(jsonb_build_object('alias', a.alias, 'version_id', a.version_id, 'share', a.share,"
    " 'since', a.since, 'changed_by', a.changed_by, 'number', v.number, 'algorithm', v.algorithm, 'metric', v.metric,"
    " 'metric_value', v.metric_value, 'higher_is_better', v.higher_is_better, 'validated', v.validated,"
    " 'trained_at', v.trained_at) order by a.alias)"
    " from ai_model_aliases a join ai_model_versions v on v.organization_id = a.organization_id and v.id = a.version_id"
    " where a.organization_id = m.organization_id and a.model_id = m.id), '[]'::jsonb) as aliases"
)


class ModelUnknown(NotFound):
    """No such model in this organisation, or it was removed."""

    code = "ai_model_unknown"


class VersionUnknown(NotFound):
    """The model has no such version."""

    code = "ai_model_version_unknown"


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Which models to list; None means any. `text` is looked for in name and description."""

    model_type: str | None = None
    state: str | None = None
    text: str | None = None
    ids: Sequence[UUID] | None = None
    not_ids: Sequence[UUID] | None = None


def list_models(tx: Transaction, wanted: ModelFilter, *, after: UUID | None, limit: int) -> list[Row]:
    """List models, newest first, each with its aliases."""
    conditions = ["m.organization_id = %(organization)s", "m.removed_at is null"]
    # LIKE's own signs in the text mean themselves.
    text = wanted.text and wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    chosen: dict[str, tuple[str, Any]] = {
        "model_type": ("m.model_type = %(model_type)s", wanted.model_type),
        "state": ("m.state = %(state)s", wanted.state),
        "text": ("(m.model_name ilike %(text)s or m.description ilike %(text)s)", text and f"%{text}%"),
        "ids": ("m.id = any(%(ids)s)", None if wanted.ids is None else list(wanted.ids)),
        "not_ids": ("m.id <> all(%(not_ids)s)", None if wanted.not_ids is None else list(wanted.not_ids)),
        "after": ("m.id < %(after)s", after),
    }
    values: dict[str, Any] = {"organization": tx.organization_id, "limit": limit}
    for name, (condition, value) in chosen.items():
        if value is not None:
            conditions.append(condition)
            values[name] = value
    return tx.all(
        f"select m.*, {_ALIASES} from ai_models m where {' and '.join(conditions)} order by m.id desc limit %(limit)s",  # noqa: S608 - constants of this file
        values,
    )


def get_model(tx: Transaction, model_id: UUID, *, lock: bool = False) -> Row:
    """Get one model with its aliases, `lock`ed until the transaction ends; raises ModelUnknown."""
    row = tx.find(
        f"select m.*, {_ALIASES} from ai_models m"  # noqa: S608 - constants of this file
        f" where m.organization_id = %s and m.id = %s and m.removed_at is null{' for update of m' if lock else ''}",
        [tx.organization_id, model_id],
    )
    if row is None:
        raise ModelUnknown("There is no such model.", field="model_id", remedy="List the models to see their ids.")
    return row


def definition_of(row: Row) -> Definition:
    """Read what a model is to learn from its row."""
    features = row["feature_columns"]
    return Definition(
        model_name=row["model_name"],
        model_type=row["model_type"],
        algorithm=row["algorithm"],
        feature_columns=None if features is None else tuple(features),
        target_column=row["target_column"],
        description=row["description"],
        source=source_from(row["training_data_source"]),
        retraining_frequency_days=row["retraining_frequency_days"],
        options=options_from(row["spec"]),
        deploy_when_validated=row["deploy_when_validated"],
    )


def list_versions(tx: Transaction, model_id: UUID, *, before: int | None, limit: int) -> list[Row]:
    """List a model's versions, newest first, without their reports."""
    return tx.all(
        f"select {_VERSION_COLUMNS} from ai_model_versions v where v.organization_id = %(organization)s"  # noqa: S608 - constants of this file
        " and v.model_id = %(model)s and (%(before)s::integer is null or v.number < %(before)s)"
        " order by v.number desc limit %(limit)s",
        {"organization": tx.organization_id, "model": model_id, "before": before, "limit": limit},
    )


def get_version(tx: Transaction, model_id: UUID, number: int) -> Row:
    """Get a version with its report; raises VersionUnknown."""
    row = tx.find(
        f"select {_VERSION_COLUMNS}, v.spec, v.report, v.reference from ai_model_versions v"  # noqa: S608 - constants of this file
        " where v.organization_id = %s and v.model_id = %s and v.number = %s",
        [tx.organization_id, model_id, number],
    )
    if row is None:
        raise VersionUnknown(
            f"The model has no version {number}.", field="version", remedy="List the versions to see their numbers."
        )
    return row


def find_measured(tx: Transaction, version_ids: Iterable[UUID]) -> dict[str, Row]:
    """Find, by version, the interval of the figure that versions are compared by, and the best baseline's beside it."""
    rows = tx.all(
        "select v.id::text as id, (own.metric ->> 'lower')::float8 as lower, (own.metric ->> 'upper')::float8 as upper,"
        " best.name as baseline, best.value as baseline_value from ai_model_versions v"
        " left join lateral (select m as metric from jsonb_array_elements(v.report #> '{model,metrics}') m"
        "   where m ->> 'name' = v.metric limit 1) own on true"
        " left join lateral (select b ->> 'name' as name, (m ->> 'value')::float8 as value"
        "   from jsonb_array_elements(v.report -> 'baselines') b, jsonb_array_elements(b -> 'metrics') m"
        "   where m ->> 'name' = v.metric and m ->> 'value' is not null"
        "   order by case when v.higher_is_better then -1 else 1 end * (m ->> 'value')::float8 limit 1) best on true"
        " where v.organization_id = %s and v.id = any(%s)",
        [tx.organization_id, list(version_ids)],
    )
    return {row["id"]: row for row in rows}


def find_version_of_task(tx: Transaction, task_id: UUID) -> Row | None:
    """Find the version that a task has made."""
    return tx.find(
        f"select {_VERSION_COLUMNS} from ai_model_versions v where v.organization_id = %s and v.task_id = %s",  # noqa: S608 - constants of this file
        [tx.organization_id, task_id],
    )


def find_versions(tx: Transaction, version_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Find versions by id, without their reports."""
    rows = tx.all(
        f"select {_VERSION_COLUMNS} from ai_model_versions v where v.organization_id = %s and v.id = any(%s)",  # noqa: S608 - constants of this file
        [tx.organization_id, list(version_ids)],
    )
    return {row["id"]: row for row in rows}


def find_aliases(tx: Transaction, model_id: UUID) -> dict[str, Row]:
    """Find which versions stand for a model, by alias, each with its number and artifact."""
    rows = tx.all(
        "select a.alias, a.version_id, a.share, a.since, a.changed_by, v.number, v.artifact, v.signature, v.validated"
        " from ai_model_aliases a"
        " join ai_model_versions v on v.organization_id = a.organization_id and v.id = a.version_id"
        " where a.organization_id = %s and a.model_id = %s",
        [tx.organization_id, model_id],
    )
    return {row["alias"]: row for row in rows}


def list_deployments(tx: Transaction, model_id: UUID, *, before: UUID | None, limit: int) -> list[Row]:
    """List what was deployed, newest first."""
    return tx.all(
        "select d.*, v.number, p.number as previous_number from ai_deployments d"
        " left join ai_model_versions v on v.organization_id = d.organization_id and v.id = d.version_id"
        " left join ai_model_versions p on p.organization_id = d.organization_id and p.id = d.previous_version_id"
        " where d.organization_id = %(organization)s and d.model_id = %(model)s"
        " and (%(before)s::uuid is null or d.id < %(before)s) order by d.id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "model": model_id,
            "before": before,
            "limit": min(limit, DEPLOYMENTS_PAGE_MAX),
        },
    )


def count_use(tx: Transaction, model_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Count predictions and the outcomes that came back, by model, each up to `USE_COUNTED_MAX`."""
    rows = tx.all(
        "select m.id, (select count(*) from (select from prediction_results p"
        "   where p.organization_id = m.organization_id and p.model_id = m.id limit %(most)s) c) as predictions,"
        " (select count(distinct c.prediction_id) from (select f.prediction_id from prediction_feedback f"
        "   where f.organization_id = m.organization_id and f.model_id = m.id limit %(most)s) c) as outcomes,"
        " (select p.predicted_at from prediction_results p where p.organization_id = m.organization_id"
        "   and p.model_id = m.id order by p.id desc limit 1) as last_predicted_at,"
        " (select count(*) from alerts a where a.organization_id = m.organization_id and a.subject_id = m.id"
        "   and a.state = 'open') as open_alerts"
        " from ai_models m where m.organization_id = %(organization)s and m.id = any(%(ids)s)",
        {"organization": tx.organization_id, "ids": list(model_ids), "most": USE_COUNTED_MAX},
    )
    return {row["id"]: row for row in rows}


def find_previous_champion(tx: Transaction, model_id: UUID, champion: UUID | None) -> Row | None:
    """Find the version that was champion before the present one came; roll-backs go on backwards, never to and fro."""
    stack: list[UUID] = []
    rows = tx.all(
        "select version_id, coalesce((evidence ->> 'rolled_back')::boolean, false) as rolled_back from ai_deployments"
        " where organization_id = %s and model_id = %s and alias = 'champion' and version_id is not null"
        " order by id desc limit %s",
        [tx.organization_id, model_id, CHAMPIONS_LOOKED_BACK],
    )
    for row in reversed(rows):
        version_id = row["version_id"]
        if row["rolled_back"]:
            while stack and stack[-1] != version_id:
                stack.pop()
        if not stack or stack[-1] != version_id:
            stack.append(version_id)
    if stack and stack[-1] == champion:
        stack.pop()
    return find_versions(tx, stack[-1:]).get(stack[-1]) if stack else None


def find_dataset_name(tx: Transaction, dataset_id: UUID) -> str | None:
    """Return the name of a dataset, removed or not."""
    name: str | None = tx.scalar(
        "select name from datasets where organization_id = %s and id = %s", [tx.organization_id, dataset_id]
    )
    return name
