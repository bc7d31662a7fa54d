"""What people do with models: create, change, remove, train, deploy, roll back. Each act is told by an event and so is audited."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from intendant.domains.analytics.contract import (
    ALIASES,
    CHAMPION,
    MODEL_CHANGED,
    MODEL_CREATED,
    MODEL_DEPLOYED,
    MODEL_REMOVED,
    MODEL_TRAINED,
    SHADOW,
    TRAINING_TASK,
)
from intendant.domains.analytics.datasets.usecases import REFERENCES
from intendant.domains.analytics.models import repository, rows
from intendant.domains.analytics.models.definition import Definition
from intendant.domains.analytics.models.repository import Deployment
from intendant.kernel import events, files, tasks
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

BY_INTENDANT = "intendant"
SHARE_BESIDE = 0.1
"""Of the cases, where nobody says how many a challenger answers."""
ASKED_BY_PERSON = "a person asked for it"


class VersionNotValidated(Conflict):
    """The version did not prove itself on rows it never saw."""

    code = "ai_model_version_not_validated"


class AliasUnknown(NotFound):
    """Nothing stands under this alias."""

    code = "ai_model_alias_unknown"


class VersionIsChampion(Conflict):
    """The version answers as champion already, so nothing is learnt by asking it beside itself."""

    code = "ai_model_version_is_champion"


class NothingBefore(Conflict):
    """No champion before this one is known."""

    code = "ai_model_nothing_before"


class ShareInvalid(Invalid):
    """A champion answers everything that nobody else does."""

    code = "ai_model_share_invalid"


class ModelInTraining(Conflict):
    """The model is being trained, so that it cannot be removed now."""

    code = "ai_model_in_training"


def create_model(tx: Transaction, by: Principal, definition: Definition) -> Row:
    """Create a model that was checked against its data; raises ModelExists."""
    by.require(Permission.AI_CREATE)
    now = clock.system_now()
    model_id = repository.insert_model(tx, definition, by=by.label, now=now)
    row = rows.get_model(tx, model_id)
    body = {"model_id": model_id, "model_name": definition.model_name, "model_type": definition.model_type}
    emit(tx, MODEL_CREATED, model_id, body, actor=by.label)
    return row


def update_model(tx: Transaction, by: Principal, model_id: UUID, definition: Definition, *, revision: int) -> Row:
    """Change a model; versions trained before stay as they are. Raises ModelUnknown, ModelChanged, ModelExists."""
    by.require(Permission.AI_UPDATE)
    before = rows.get_model(tx, model_id, lock=True)
    if before["model_type"] != definition.model_type and before["latest_version"]:
        raise Conflict(
            f"The model's versions are for {before['model_type']}.",
            field="model_type",
            remedy="Create another model for another kind of question.",
        )
    repository.update_model(tx, model_id, definition, revision=revision, now=clock.system_now())
    row = rows.get_model(tx, model_id)
    changed = [name for name in _COMPARED if before[name] != row[name]]
    emit(
        tx,
        MODEL_CHANGED,
        model_id,
        {"model_id": model_id, "revision": row["revision"], "changed": changed},
        actor=by.label,
    )
    return row


_COMPARED = (
    "model_name",
    "model_type",
    "algorithm",
    "feature_columns",
    "target_column",
    "description",
    "training_data_source",
    "retraining_frequency_days",
    "spec",
    "deploy_when_validated",
)


def remove_model(tx: Transaction, by: Principal, model_id: UUID) -> None:
    """Remove a model: it answers no more and is listed no more; its record stays. Raises ModelInTraining."""
    by.require(Permission.AI_MANAGE)
    row = rows.get_model(tx, model_id, lock=True)
    if running_training(tx, model_id) is not None:
        raise ModelInTraining(
            "The model is being trained.", field="model_id", remedy="Cancel the training task, or wait for its end."
        )
    shadow = rows.find_aliases(tx, model_id).get(SHADOW)
    if shadow is not None:
        _silence_shadow(tx, shadow["version_id"])
    repository.remove_model(tx, model_id, now=clock.system_now())
    for digest in repository.list_rows_learnt_from(tx, model_id):
        files.release(tx, tx.organization_id, digest, REFERENCES)
    _silence(tx, model_id, "The model was removed.")
    emit(tx, MODEL_REMOVED, model_id, {"model_id": model_id, "model_name": row["model_name"]}, actor=by.label)


def _silence(tx: Transaction, model_id: UUID, note: str) -> None:
    """Resolve what monitoring tells of a model that answers no more: no later period will say that it is gone."""
    from intendant.domains.analytics.monitoring.alarms import silence

    silence(tx, model_id, note)


def _silence_shadow(tx: Transaction, version_id: UUID) -> None:
    from intendant.domains.analytics.monitoring.alarms import silence_shadow

    silence_shadow(tx, version_id, "It is no shadow any more.")


def running_training(tx: Transaction, model_id: UUID) -> tasks.Task | None:
    """Return the training of a model that waits or runs."""
    wanted = tasks.TaskFilter(
        states=(tasks.TaskState.QUEUED, tasks.TaskState.RUNNING), kinds=(TRAINING_TASK,), subject=subject_of(model_id)
    )
    found = tasks.list_tasks(tx, wanted, limit=1)
    return found[0] if found else None


def last_training(tx: Transaction, model_id: UUID) -> tasks.Task | None:
    """Return the latest training of a model, however it ended."""
    found = tasks.list_tasks(tx, tasks.TaskFilter(kinds=(TRAINING_TASK,), subject=subject_of(model_id)), limit=1)
    return found[0] if found else None


def subject_of(model_id: UUID) -> str:
    """Return the name of a model in events and tasks."""
    return f"ai_model:{model_id}"


def request_training(
    tx: Transaction,
    organization_id: UUID,
    model_id: UUID,
    why: str,
    by: str = BY_INTENDANT,
    *,
    deploy_when_validated: bool | None = None,
) -> UUID:
    """Ask for a training and return its task; one that waits or runs already is returned. Raises ModelUnknown.

    `why` is shown with the version that comes of it. For what the system asks by itself: people come by `train_model`.
    """
    # One at a time: the row is held until the task stands.
    row = rows.get_model(tx, model_id, lock=True)
    deploys = row["deploy_when_validated"] if deploy_when_validated is None else deploy_when_validated
    return tasks.enqueue(
        tx,
        TRAINING_TASK,
        parameters={
            "model_id": str(model_id),
            "by": by,
            "why": why[:2_000],
            "revision": row["revision"],
            "deploy_when_validated": deploys,
        },
        created_by=by,
        now=clock.system_now(),
        organization_id=organization_id,
        subject=subject_of(model_id),
        dedup_key=str(model_id),
    )


def train_model(
    tx: Transaction, by: Principal, model_id: UUID, *, why: str, deploy_when_validated: bool | None = None
) -> UUID:
    """Train a model because a person asks for it; return the task."""
    by.require(Permission.AI_MANAGE)
    return request_training(
        tx,
        by.organization_id,
        model_id,
        why.strip() or ASKED_BY_PERSON,
        by.label,
        deploy_when_validated=deploy_when_validated,
    )


def deploy_version(
    tx: Transaction,
    by: Principal,
    model_id: UUID,
    number: int,
    *,
    alias: str,
    share: float | None,
    reason: str,
    accept_unvalidated: bool = False,
) -> Row:
    """Let a version stand under an alias. Raises VersionUnknown, VersionNotValidated or ShareInvalid."""
    by.require(Permission.AI_MANAGE)
    rows.get_model(tx, model_id, lock=True)
    version = rows.get_version(tx, model_id, number)
    if not version["validated"] and not accept_unvalidated:
        raise VersionNotValidated(
            f"Version {number} did not prove itself on rows it never saw: {why_not_validated(version['report'])}",
            field="accept_unvalidated",
            remedy="Train on better data; or set accept_unvalidated and say in reason why it may answer nevertheless.",
        )
    if alias == CHAMPION and share not in (None, 1.0):
        raise ShareInvalid(
            "A champion answers every case that no challenger does.",
            field="share",
            remedy="Leave share out, or deploy it as challenger.",
        )
    champion = rows.find_aliases(tx, model_id).get(CHAMPION)
    if alias != CHAMPION and champion is not None and champion["version_id"] == version["id"]:
        raise VersionIsChampion(
            f"Version {number} is the champion.", field="version", remedy="Deploy another version beside it."
        )
    given = 1.0 if alias == CHAMPION else (SHARE_BESIDE if share is None else share)
    evidence = None if version["validated"] else {"accepted_unvalidated": True}
    return deploy(tx, model_id, version, alias=alias, share=given, reason=reason, by=by.label, evidence=evidence)


def why_not_validated(report: Mapping[str, object]) -> str:
    """Return the verdict's sentences of a report, as one."""
    verdict = report.get("verdict")
    sentences = [str(each) for each in verdict] if isinstance(verdict, list | tuple) else []
    return " ".join(sentences)[:500] or "its report does not say why."


def deploy(
    tx: Transaction,
    model_id: UUID,
    version: Row,
    *,
    alias: str,
    share: float,
    reason: str,
    by: str,
    evidence: Mapping[str, object] | None = None,
) -> Row:
    """Put a version under an alias, remember it, and tell; one version stands under one alias. The model is locked."""
    before = rows.find_aliases(tx, model_id)
    moment, now = _times(tx)
    for other, row in before.items():
        # Whoever becomes champion stops being measured against itself.
        if other != alias and row["version_id"] == version["id"] and other != CHAMPION:
            _take(tx, model_id, other, row, reason=f"It is {alias} now.", by=by, at=moment)
    present = before.get(alias)
    if alias == SHADOW and present is not None and present["version_id"] != version["id"]:
        _silence_shadow(tx, present["version_id"])
    repository.put_alias(tx, model_id, alias, version["id"], share=share, by=by, now=now)
    previous = None if present is None else present["version_id"]
    repository.insert_deployment(
        tx, model_id, Deployment(alias, version["id"], previous, share, reason, by, moment, evidence=evidence)
    )
    body = {
        "model_id": model_id,
        "alias": alias,
        "version_id": version["id"],
        "number": version["number"],
        "share": share,
    }
    emit(tx, MODEL_DEPLOYED, model_id, body, actor=by)
    return rows.get_model(tx, model_id)


def roll_back(tx: Transaction, by: Principal, model_id: UUID, *, reason: str) -> Row:
    """Let the champion before this one answer again; raises NothingBefore."""
    by.require(Permission.AI_MANAGE)
    rows.get_model(tx, model_id, lock=True)
    champion = rows.find_aliases(tx, model_id).get(CHAMPION)
    previous = rows.find_previous_champion(tx, model_id, None if champion is None else champion["version_id"])
    if previous is None:
        raise NothingBefore(
            "No champion before this one is known.",
            field="model_id",
            remedy="Deploy a version by its number, or take the alias away.",
        )
    return deploy(
        tx, model_id, previous, alias=CHAMPION, share=1.0, reason=reason, by=by.label, evidence={"rolled_back": True}
    )


def take_alias(tx: Transaction, by: Principal, model_id: UUID, alias: str, *, reason: str) -> Row:
    """Take an alias away; without a champion the model answers no more. Raises AliasUnknown."""
    by.require(Permission.AI_MANAGE)
    rows.get_model(tx, model_id, lock=True)
    present = rows.find_aliases(tx, model_id).get(alias)
    if alias not in ALIASES or present is None:
        raise AliasUnknown(
            f"Nothing stands under '{alias[:40]}'.", field="alias", remedy=f"Aliases are {', '.join(ALIASES)}."
        )
    _take(tx, model_id, alias, present, reason=reason, by=by.label, at=_times(tx)[0])
    if alias == CHAMPION:
        _silence(tx, model_id, "No version of the model answers any more.")
    return rows.get_model(tx, model_id)


def _take(tx: Transaction, model_id: UUID, alias: str, present: Row, *, reason: str, by: str, at: datetime) -> None:
    repository.take_alias(tx, model_id, alias)
    repository.insert_deployment(tx, model_id, Deployment(alias, None, present["version_id"], None, reason, by, at))
    if alias == SHADOW:
        _silence_shadow(tx, present["version_id"])
    body = {"model_id": model_id, "alias": alias, "version_id": None, "number": None, "share": None}
    emit(tx, MODEL_DEPLOYED, model_id, body, actor=by)


def _times(tx: Transaction) -> tuple[datetime, datetime]:
    """Return business time and system time."""
    now = clock.system_now()
    return get_organization(tx, tx.organization_id).clock.at(now), now


def tell_trained(tx: Transaction, model_id: UUID, version: Row, *, actor: str) -> None:
    """Tell of a version that was made or taken in."""
    told = ("number", "algorithm", "validated", "metric", "metric_value", "why")
    digest = bytes(version["artifact"])
    body = {"model_id": model_id, "version_id": version["id"], "digest": digest.hex()}
    emit(tx, MODEL_TRAINED, model_id, body | {name: version[name] for name in told}, actor=actor, record=digest)


def emit(
    tx: Transaction,
    name: str,
    model_id: UUID,
    body: Mapping[str, object],
    *,
    actor: str,
    record: bytes | None = None,
) -> None:
    """Tell of something that happened to a model."""
    at, now = _times(tx)
    event = events.Event(
        organization_id=tx.organization_id,
        name=name,
        subject=subject_of(model_id),
        body=body,
        at=at,
        recorded_at=now,
        actor=actor,
        record=record,
    )
    events.emit(tx, [event])
