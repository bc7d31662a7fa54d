"""Training as durable work: fix the rows, train, store. A crash anywhere loses time and nothing else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from intendant.domains.analytics.models import data, rows, training
from intendant.domains.analytics.models.training import Asked
from intendant.kernel.tasks import StepFailed, TaskContext
from intendant.kit import clock

PROGRESS_SECONDS = 0.5
"""Between two reports of progress: a training that reports each tree must not spend its time on that."""
_STOPPED = "task_stopped"


def train(context: TaskContext) -> dict[str, Any]:
    """Train a model; parameters: `model_id`, `by`, `why`, `deploy_when_validated`.

    What goes wrong is told on the model, and the champion goes on answering; a cancelled training leaves no trace.
    """
    asked = _asked(context)
    try:
        fixed: dict[str, Any] = context.step("load", lambda: _fix(context, asked))
        result: dict[str, Any] = context.step("train", lambda: _train(context, asked, fixed))
    except StepFailed as failed:
        if failed.data["cause"] != _STOPPED:
            # The step's own retries are for a database that is away; without it nothing can be told.
            context.step("tell", training.record_failure, context.system, context.organization_id, asked, failed.told)
        raise
    return result


def _asked(context: TaskContext) -> Asked:
    given = context.parameters
    return Asked(
        model_id=UUID(str(given["model_id"])),
        task_id=context.task.id,
        by=str(given.get("by") or context.task.created_by),
        why=str(given.get("why") or ""),
        deploy_when_validated=bool(given.get("deploy_when_validated", False)),
    )


def _fix(context: TaskContext, asked: Asked) -> dict[str, Any]:
    context.progress(0.01, "Looking for the data")
    with context.database.snapshot(context.organization_id) as tx:
        source = rows.definition_of(rows.get_model(tx, asked.model_id)).source
    fixed = data.fix_rows(context.system, context.organization_id, asked.model_id, source)
    return {"digest": fixed.digest.hex(), "dataset_id": fixed.dataset_id, "row_count": fixed.row_count}


def _train(context: TaskContext, asked: Asked, fixed: dict[str, Any]) -> dict[str, Any]:
    rows_fixed = data.FixedRows(bytes.fromhex(fixed["digest"]), fixed["dataset_id"], fixed["row_count"])
    version = training.train_version(context.system, context.organization_id, asked, rows_fixed, reported(context))
    return {
        "model_id": str(asked.model_id),
        "version_id": str(version["id"]),
        "version": version["number"],
        "validated": version["validated"],
        "metric": version["metric"],
        "metric_value": version["metric_value"],
    }


def reproduce(context: TaskContext) -> dict[str, Any]:
    """Train a version again from its record and say whether the bytes are the same; parameters: `model_id`, `version`."""

    def work() -> dict[str, Any]:
        given = context.parameters
        found = training.reproduce(
            context.system,
            context.organization_id,
            UUID(str(given["model_id"])),
            int(given["version"]),
            reported(context),
        )
        return {
            "equal": found.equal,
            "stored_digest": found.stored_digest.hex(),
            "digest": found.digest.hex(),
            "why": found.why,
            "versions_then": dict(found.versions_then),
            "versions_now": dict(found.versions_now),
        }

    result: dict[str, Any] = context.step("reproduce", work)
    return result


def reported(context: TaskContext) -> Callable[[float, str], None]:
    """Return what tells of progress: a new stage at once, shares of one stage seldom; raises TaskStopped."""
    last: list[Any] = [float("-inf"), ""]

    def tell(share: float, stage: str) -> None:
        now = clock.monotonic_seconds()
        if stage == last[1] and now - last[0] < PROGRESS_SECONDS:
            return
        last[:] = [now, stage]
        context.progress(share, stage)

    return tell
