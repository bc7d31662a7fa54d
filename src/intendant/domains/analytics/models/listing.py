"""Models as people see them: the row, with whether it is being trained, when it is due, and how much it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intendant.domains.analytics.contract import TRAINING_TASK
from intendant.domains.analytics.models import rows
from intendant.domains.analytics.models.rows import ModelFilter
from intendant.kernel import tasks
from intendant.kernel.tasks import Task
from intendant.kit.database import Row, Transaction

TRAININGS_MAX = 200


@dataclass(frozen=True, slots=True)
class ShownModel:
    """A model's row with what stands elsewhere.

    `training` is the task that waits or runs, `use` as `rows.count_use` gives it, `measured` as `rows.find_measured`.
    """

    row: Row
    training: Task | None
    use: Row
    measured: Mapping[str, Row]

    @property
    def state(self) -> str:
        """Return draft, training, ready or failed."""
        return "training" if self.training is not None else str(self.row["state"])

    @property
    def next_training_at(self) -> datetime | None:
        """Return when it is due by its age, in business time."""
        return next_training_at(self.row)


def next_training_at(row: Row) -> datetime | None:
    """Return when a model is due by its age, in business time; None where nobody wants that, or it was never trained."""
    days, trained_at = row["retraining_frequency_days"], row["trained_at"]
    return None if days is None or trained_at is None else trained_at + timedelta(days=days)


def list_shown(
    tx: Transaction, wanted: ModelFilter, *, state: str | None = None, after: UUID | None, limit: int
) -> list[ShownModel]:
    """List models, newest first; `state` as people see it."""
    training = _find_trainings(tx)
    if state == "training":
        wanted = _narrowed(wanted, ids=sorted(training))
    elif state is not None:
        wanted = _narrowed(wanted, state=state, not_ids=sorted(training))
    return shown(tx, rows.list_models(tx, wanted, after=after, limit=limit), training)


def get_shown(tx: Transaction, model_id: UUID) -> ShownModel:
    """Get one model; raises ModelUnknown."""
    row = rows.get_model(tx, model_id)
    return shown(tx, [row], _find_trainings(tx))[0]


def shown(tx: Transaction, found: Sequence[Row], training: Mapping[UUID, Task]) -> list[ShownModel]:
    """Put to rows what stands elsewhere."""
    use = rows.count_use(tx, [row["id"] for row in found])
    measured = rows.find_measured(tx, [UUID(each["version_id"]) for row in found for each in row["aliases"]])
    return [ShownModel(row, training.get(row["id"]), use[row["id"]], measured) for row in found]


def list_in_training(tx: Transaction) -> Mapping[UUID, Task]:
    """List the models that are being trained, or wait for it, each with its task."""
    return _find_trainings(tx)


def _find_trainings(tx: Transaction) -> dict[UUID, Task]:
    wanted = tasks.TaskFilter(states=(tasks.TaskState.QUEUED, tasks.TaskState.RUNNING), kinds=(TRAINING_TASK,))
    found = tasks.list_tasks(tx, wanted, limit=TRAININGS_MAX)
    return {UUID(str(each.parameters["model_id"])): each for each in found}


def _narrowed(
    wanted: ModelFilter,
    *,
    state: str | None = None,
    ids: Sequence[UUID] | None = None,
    not_ids: Sequence[UUID] | None = None,
) -> ModelFilter:
    return ModelFilter(model_type=wanted.model_type, state=state, text=wanted.text, ids=ids, not_ids=not_ids)
