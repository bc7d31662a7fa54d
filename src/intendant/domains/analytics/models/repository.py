"""Everything the hub writes about models, but for the batch of a decision, which `kind` hands to the kernel's writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg

from intendant.domains.analytics.models.definition import Definition
from intendant.kit import ids
from intendant.kit.database import Transaction
from intendant.kit.errors import Conflict

DIGESTS_MAX = 10_000
"""Rows let go of with one model."""


class ModelExists(Conflict):
    """Another model has this name."""

    code = "ai_model_exists"


class ModelChanged(Conflict):
    """Somebody else has changed the model since it was read."""

    code = "ai_model_changed"


def to_json(value: object) -> str:
    """Encode for a column of type jsonb, which holds neither NUL nor halves of a character, nor figures that are none."""
    text = orjson.dumps(_plain(value), default=str, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    return text.decode()


def _plain(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        case Mapping():
            return {_plain(key) if isinstance(key, str) else key: _plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in value]
        case _:
            return value


def insert_model(tx: Transaction, definition: Definition, *, by: str, now: datetime) -> UUID:
    """Insert a model that nobody has trained yet; raises ModelExists."""
    model_id = ids.new_id()
    columns = _columns(definition) | {
        "organization_id": tx.organization_id,
        "id": model_id,
        "state": "draft",
        "created_by": by,
        "created_at": now,
        "updated_at": now,
    }
    _free_name(tx, definition.model_name, model_id)
    names = ", ".join(columns)
    places = ", ".join(f"%({name})s" for name in columns)
    try:
        tx.execute(f"insert into ai_models ({names}) values ({places})", columns)  # noqa: S608 - constants of this file
    except psycopg.errors.UniqueViolation as error:
        raise _exists(definition.model_name) from error
    return model_id


def update_model(tx: Transaction, model_id: UUID, definition: Definition, *, revision: int, now: datetime) -> None:
    """Write a model anew; raises ModelChanged where `revision` is not its own any more, and ModelExists."""
    _free_name(tx, definition.model_name, model_id)
    columns = _columns(definition)
    sets = ", ".join(f"{name} = %({name})s" for name in columns)
    values = columns | {"organization": tx.organization_id, "id": model_id, "revision": revision, "now": now}
    try:
        changed = tx.execute(
            f"update ai_models set {sets}, revision = revision + 1, updated_at = %(now)s"  # noqa: S608 - constants of this file
            " where organization_id = %(organization)s and id = %(id)s and revision = %(revision)s and removed_at is null",
            values,
        )
    except psycopg.errors.UniqueViolation as error:
        raise _exists(definition.model_name) from error
    if not changed:
        raise ModelChanged(
            "Somebody has changed this model since you read it.",
            field="revision",
            remedy="Read it again, then change that.",
        )


def _free_name(tx: Transaction, name: str, model_id: UUID) -> None:
    """Refuse a name that is taken while the transaction is still sound; the index decides between two at one moment."""
    if tx.find(
        "select from ai_models where organization_id = %s and model_name = %s and removed_at is null and id <> %s",
        [tx.organization_id, name, model_id],
    ):
        raise _exists(name)


def _exists(name: str) -> ModelExists:
    return ModelExists(
        f"There is a model named '{name[:120]}' already.", field="model_name", remedy="Choose another name."
    )


def _columns(definition: Definition) -> dict[str, object]:
    features = definition.feature_columns
    return {
        "model_name": definition.model_name,
        "model_type": definition.model_type,
        "algorithm": definition.algorithm,
        "feature_columns": None if features is None else to_json(list(features)),
        "target_column": definition.target_column,
        "description": definition.description,
        "training_data_source": to_json(definition.source.as_dict()),
        "retraining_frequency_days": definition.retraining_frequency_days,
        "spec": to_json(definition.options.as_dict()),
        "deploy_when_validated": definition.deploy_when_validated,
    }


def remove_model(tx: Transaction, model_id: UUID, *, now: datetime) -> None:
    """Mark a model as removed, and let no version of it answer any more. Its record stays."""
    tx.execute(
        "delete from ai_model_aliases where organization_id = %s and model_id = %s", [tx.organization_id, model_id]
    )
    tx.execute(
        "update ai_models set removed_at = %s, updated_at = %s, revision = revision + 1"
        " where organization_id = %s and id = %s and removed_at is null",
        [now, now, tx.organization_id, model_id],
    )


def hold_rows(tx: Transaction, model_id: UUID, digest: bytes) -> bytes | None:
    """Say which rows a model's training has fixed; return those of the training before."""
    row = tx.find(
        "select rows_held from ai_models where organization_id = %s and id = %s for update",
        [tx.organization_id, model_id],
    )
    tx.execute(
        "update ai_models set rows_held = %s where organization_id = %s and id = %s",
        [digest, tx.organization_id, model_id],
    )
    return None if row is None or row["rows_held"] is None else bytes(row["rows_held"])


def list_rows_learnt_from(tx: Transaction, model_id: UUID) -> list[bytes]:
    """List the rows that a model's versions learnt from, or that a training holds, by their digests."""
    found = tx.all(
        "select data_digest as digest from ai_model_versions where organization_id = %(organization)s and model_id = %(id)s"
        " union select rows_held from ai_models where organization_id = %(organization)s and id = %(id)s"
        " and rows_held is not null order by 1 limit %(limit)s",
        {"organization": tx.organization_id, "id": model_id, "limit": DIGESTS_MAX},
    )
    return [bytes(row["digest"]) for row in found]


def record_failure(tx: Transaction, model_id: UUID, error: str, *, now: datetime) -> None:
    """Say on the model why its last training failed; what answered before goes on answering."""
    tx.execute(
        "update ai_models set state = 'failed', error = %s, failed_at = %s, updated_at = %s"
        " where organization_id = %s and id = %s",
        [error[:2_000], now, now, tx.organization_id, model_id],
    )


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be stored: what was trained, from what, and what was measured. Times are business time."""

    algorithm: str
    artifact: bytes
    """The digest of its bytes, which stand in the file store."""
    data_digest: bytes
    dataset_id: UUID | None
    spec: Mapping[str, Any]
    report: Mapping[str, Any]
    reference: Mapping[str, Any]
    metric: str
    metric_value: float
    higher_is_better: bool
    validated: bool
    why: str
    task_id: UUID | None
    created_by: str
    trained_at: datetime
    recorded_at: datetime
    against_champion: Mapping[str, Any] | None = None


def insert_version(tx: Transaction, model_id: UUID, number: int, signature: bytes, version: NewVersion) -> UUID:
    """Insert a version, and let its model know; the caller holds the model's row locked."""
    version_id = ids.new_id()
    against = version.against_champion
    tx.execute(
        "insert into ai_model_versions (organization_id, id, model_id, number, algorithm, artifact, signature, data_digest,"
        " dataset_id, spec, report, reference, metric, metric_value, higher_is_better, validated, why, task_id, created_by,"
        " trained_at, recorded_at, against_champion)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            tx.organization_id,
            version_id,
            model_id,
            number,
            version.algorithm,
            version.artifact,
            signature,
            version.data_digest,
            version.dataset_id,
            to_json(version.spec),
            to_json(version.report),
            to_json(version.reference),
            version.metric,
            version.metric_value,
            version.higher_is_better,
            version.validated,
            version.why,
            version.task_id,
            version.created_by,
            version.trained_at,
            version.recorded_at,
            None if against is None else to_json(against),
        ],
    )
    tx.execute(
        "update ai_models set latest_version = %s, state = 'ready', error = null, failed_at = null, trained_at = %s,"
        " updated_at = %s where organization_id = %s and id = %s",
        [number, version.trained_at, version.recorded_at, tx.organization_id, model_id],
    )
    return version_id


def put_alias(
    tx: Transaction, model_id: UUID, alias: str, version_id: UUID, *, share: float, by: str, now: datetime
) -> None:
    """Let a version stand under an alias, in the place of whatever stood there."""
    tx.execute(
        "insert into ai_model_aliases (organization_id, model_id, alias, version_id, share, since, changed_by)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict (organization_id, model_id, alias) do update"
        " set version_id = excluded.version_id, share = excluded.share, since = excluded.since,"
        " changed_by = excluded.changed_by",
        [tx.organization_id, model_id, alias, version_id, share, now, by],
    )


def take_alias(tx: Transaction, model_id: UUID, alias: str) -> bool:
    """Take an alias away; say whether it was there."""
    return bool(
        tx.execute(
            "delete from ai_model_aliases where organization_id = %s and model_id = %s and alias = %s",
            [tx.organization_id, model_id, alias],
        )
    )


@dataclass(frozen=True, slots=True)
class Deployment:
    """A change of what answers; `version_id` None where the alias was taken away. `at` is business time."""

    alias: str
    version_id: UUID | None
    previous_version_id: UUID | None
    share: float | None
    reason: str
    by: str
    at: datetime
    decision_id: UUID | None = None
    evidence: Mapping[str, Any] | None = None


def insert_deployment(tx: Transaction, model_id: UUID, deployment: Deployment) -> UUID:
    """Remember a deployment for good."""
    deployment_id = ids.new_id()
    evidence = deployment.evidence
    tx.execute(
        "insert into ai_deployments (organization_id, id, model_id, alias, version_id, previous_version_id, share, reason,"
        " changed_by, decision_id, evidence, at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            tx.organization_id,
            deployment_id,
            model_id,
            deployment.alias,
            deployment.version_id,
            deployment.previous_version_id,
            deployment.share,
            deployment.reason,
            deployment.by,
            deployment.decision_id,
            None if evidence is None else to_json(evidence),
            deployment.at,
        ],
    )
    return deployment_id


def put_trial(tx: Transaction, version_id: UUID, evidence: Mapping[str, Any]) -> None:
    """Keep what a trial showed; where it comes to speak for something else than before, that is considered anew."""
    tx.execute(
        "update ai_model_versions set trial = %(trial)s, considered_at = case when %(proposes)s::text is not null"
        " and (trial ->> 'proposes' is distinct from %(proposes)s or trial ->> 'champion_id' is distinct from %(champion)s)"
        " then null else considered_at end where organization_id = %(organization)s and id = %(id)s",
        {
            "trial": to_json(evidence),
            "proposes": evidence["proposes"],
            "champion": evidence["champion_id"],
            "organization": tx.organization_id,
            "id": version_id,
        },
    )
