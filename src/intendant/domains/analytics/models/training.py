"""Making a version: read the rows, train, hold it against the champion, store it whole or not at all."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from intendant.domains.analytics.contract import CHAMPION, MODEL_TRAINING_FAILED
from intendant.domains.analytics.models import artifacts, data, repository, rows, usecases
from intendant.domains.analytics.models.definition import spec_from
from intendant.domains.analytics.models.evidence import OWN_LOSS, against_champion, validation_loss
from intendant.domains.analytics.models.repository import NewVersion
from intendant.kernel import files
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.errors import NotFound

if TYPE_CHECKING:
    from intendant.learning.estimators import Trained, TrainingSpec

Progress = Callable[[float, str], None]
TRAINED_SHARE = 0.9
"""Of a training's progress, when the version is ready to be stored."""


class RowsGone(NotFound):
    """The rows that a version was trained on are not kept any more."""

    code = "ai_model_rows_gone"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a training task was asked for."""

    model_id: UUID
    task_id: UUID
    by: str
    why: str
    deploy_when_validated: bool


def train_version(system: Any, organization_id: UUID, asked: Asked, fixed: data.FixedRows, progress: Progress) -> Row:
    """Train a version from fixed rows and store it; again for the same task returns the version that it made.

    Deterministic: killed half-way and run anew, it stores the same artifact under the number it would have had.
    Raises what training raises; then nothing was stored.
    """
    with system.database.snapshot(organization_id) as tx:
        found = rows.find_version_of_task(tx, asked.task_id)
        if found is not None:
            return found
        spec = rows.definition_of(rows.get_model(tx, asked.model_id)).spec
    progress(0.02, f"Reading {fixed.row_count:,} rows")
    frame = data.read_rows(system, organization_id, fixed.digest, spec)
    trained = _train(frame, spec, progress)
    artifact = trained.model.to_bytes()
    progress(TRAINED_SHARE, "Comparing with the champion")
    against = against_champion(system, organization_id, asked.model_id, trained, frame, spec)
    reference = {**trained.reference, OWN_LOSS: validation_loss(trained, frame, spec)}
    progress(0.97, "Storing the version")
    return _store(system, organization_id, asked, fixed, spec, trained, artifact, against, reference)


def _train(frame: Any, spec: "TrainingSpec", progress: Progress) -> "Trained":
    from intendant.learning.estimators import train_model

    def within(share: float, stage: str) -> None:
        progress(0.05 + share * (TRAINED_SHARE - 0.05), stage)

    return train_model(frame, spec, within)


def _store(
    system: Any,
    organization_id: UUID,
    asked: Asked,
    fixed: data.FixedRows,
    spec: "TrainingSpec",
    trained: "Trained",
    artifact: bytes,
    against: Mapping[str, Any] | None,
    reference: Mapping[str, Any],
) -> Row:
    report = trained.report
    metric = report.primary_metric
    with system.database.transaction(organization_id) as tx:
        model = rows.get_model(tx, asked.model_id, lock=True)
        # Another worker may have taken this run over and been quicker.
        found = rows.find_version_of_task(tx, asked.task_id)
        if found is not None:
            return found
        digest = files.put(tx, organization_id, artifact, system.files)
        number = model["latest_version"] + 1
        signature = artifacts.sign(system.signer, organization_id, asked.model_id, number, digest)
        now = clock.system_now()
        moment = get_organization(tx, organization_id).clock.at(now)
        version = NewVersion(
            algorithm=trained.model.algorithm,
            artifact=digest,
            data_digest=fixed.digest,
            dataset_id=fixed.dataset_id,
            spec=asdict(spec),
            report=report.as_dict(),
            reference=reference,
            metric=metric.name,
            metric_value=metric.value,
            higher_is_better=metric.higher_is_better,
            validated=report.validated,
            why=asked.why,
            task_id=asked.task_id,
            created_by=asked.by,
            trained_at=moment,
            recorded_at=now,
            against_champion=against,
        )
        repository.insert_version(tx, asked.model_id, number, signature, version)
        row = rows.get_version(tx, asked.model_id, number)
        usecases.tell_trained(tx, asked.model_id, row, actor=asked.by)
        if asked.deploy_when_validated and report.validated and CHAMPION not in rows.find_aliases(tx, asked.model_id):
            usecases.deploy(
                tx,
                asked.model_id,
                row,
                alias=CHAMPION,
                share=1.0,
                reason="The first version that proved itself, deployed as was wished when it was asked for.",
                by=asked.by,
            )
        return row


def record_failure(system: Any, organization_id: UUID, asked: Asked, error: str) -> None:
    """Say on the model why a training failed, and tell; once for each task."""
    with system.database.transaction(organization_id) as tx:
        rows.get_model(tx, asked.model_id, lock=True)
        repository.record_failure(tx, asked.model_id, error, now=clock.system_now())
        body = {"model_id": asked.model_id, "task_id": asked.task_id, "error": error, "why": asked.why}
        usecases.emit(tx, MODEL_TRAINING_FAILED, asked.model_id, body, actor=asked.by)


@dataclass(frozen=True, slots=True)
class Reproduced:
    """Whether training again from a version's record gives the same bytes; `why` says what may explain a difference."""

    equal: bool
    stored_digest: bytes
    digest: bytes
    why: str
    versions_then: Mapping[str, str]
    versions_now: Mapping[str, str]


def reproduce(system: Any, organization_id: UUID, model_id: UUID, number: int, progress: Progress) -> Reproduced:
    """Train a version again from its record alone. Raises VersionUnknown, RowsGone."""
    with system.database.snapshot(organization_id) as tx:
        rows.get_model(tx, model_id)
        version = rows.get_version(tx, model_id, number)
    spec = spec_from(version["spec"])
    progress(0.02, "Reading the rows it was trained on")
    try:
        frame = data.read_rows(system, organization_id, bytes(version["data_digest"]), spec)
    except files.FileMissing as error:
        raise RowsGone(
            f"The rows that version {number} was trained on are not kept any more.",
            field="version",
            remedy="Its dataset was refreshed or removed; reproduce a later version.",
        ) from error
    trained = _train(frame, spec, progress)
    body = trained.model.to_bytes()
    digest, stored = hashlib.sha256(body).digest(), bytes(version["artifact"])
    then, now = dict(version["report"].get("versions") or {}), dict(trained.report.versions)
    changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if digest == stored:
        why = "The same rows, seed and parameters gave the same bytes."
    elif changed:
        why = f"The bytes differ; so do the versions of {', '.join(changed)}."
    else:
        why = "The bytes differ, though the versions of all libraries are the same: the version cannot be reproduced."
    return Reproduced(digest == stored, stored, digest, why, then, now)
