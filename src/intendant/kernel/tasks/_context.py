"""What a task's function works with: its row, its organisation, and steps whose results survive a crash."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from intendant.kernel import control
from intendant.kernel.tasks._serializer import as_step_failed
from intendant.kernel.tasks._tasks import Task, TaskState
from intendant.kit.database import Database
from intendant.kit.errors import Conflict, Unavailable

RETRY_COUNT_MAX = control.DEFAULTS.retry_count_max
_Result = TypeVar("_Result")


class TaskStopped(Conflict):
    """The task was cancelled, or its organisation was halted, while it ran."""

    code = "task_stopped"


class TaskContext:
    """What a task's function works with: its row, its organisation, and steps whose results survive a crash.

    The function itself must be deterministic: everything that reads or changes the world stands in a step.
    """

    def __init__(
        self,
        database: Database,
        task: Task,
        retry_seconds_first: float,
        retry_count_max: int = RETRY_COUNT_MAX,
        system: Any = None,
    ) -> None:
        self.database = database
        self.system = system
        """The built system, for what stands outside the database: settings, the signing key, the file store."""
        self.task = task
        self._retry_seconds_first = retry_seconds_first
        self._retry_count_max = retry_count_max

    @property
    def organization_id(self) -> UUID:
        """Return the task's organisation."""
        return self.task.organization_id

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Return the task's parameters."""
        return self.task.parameters

    def step(
        self,
        name: str,
        function: Callable[..., _Result],
        *arguments: object,
        retry_count_max: int | None = None,
    ) -> _Result:
        """Run `function` once and remember its result, a plain value; after a crash the remembered result is returned.

        Tried again, with pauses that double, when it raises Unavailable or the database goes away; without `retry_count_max` as
        often as the organisation has configured. Whatever it raises in the end
        arrives as StepFailed. Raises TaskStopped, before it begins, when the task was cancelled or its organisation halted.
        """
        from dbos import DBOS
        from dbos._error import DBOSMaxStepRetriesExceeded

        self.check()
        retry_count_max = self._retry_count_max if retry_count_max is None else retry_count_max
        try:
            return DBOS.run_step(
                {
                    "name": name,
                    "retries_allowed": retry_count_max > 0,
                    "max_attempts": retry_count_max + 1,
                    "interval_seconds": self._retry_seconds_first,
                    "backoff_rate": 2.0,
                    "should_retry": may_help,
                },
                function,
                *arguments,
            )
        except DBOSMaxStepRetriesExceeded as error:
            raise as_step_failed(error) from error
        except Exception as error:
            if is_the_engines(error):
                raise
            raise as_step_failed(error) from error

    def progress(self, fraction: float, note: str | None = None) -> None:
        """Say how far the task is (0 to 1) for those who watch; raises TaskStopped."""
        with self.database.transaction(self.organization_id) as tx:
            tx.execute(
                "update tasks set progress = greatest(progress, %s), note = coalesce(%s, note)"
                " where organization_id = %s and id = %s and state = 'running'",
                [min(max(fraction, 0.0), 1.0), note, self.organization_id, self.task.id],
            )
        self.check()

    def check(self) -> None:
        """Raise TaskStopped when the task was cancelled or tried anew, or its organisation halted."""
        with self.database.transaction(self.organization_id) as tx:
            row = tx.find(
                "select t.state, t.workflow_id, c.state as control from tasks t"
                " left join controls c on c.organization_id = t.organization_id where t.organization_id = %s and t.id = %s",
                [self.organization_id, self.task.id],
            )
        if row is None or row["state"] != TaskState.RUNNING or row["workflow_id"] != self.task.workflow_id:
            raise TaskStopped("The task was cancelled.", data={"halted": False})
        if row["control"] == "halted":
            raise TaskStopped("An emergency stop ended the task.", data={"halted": True})


TaskFunction = Callable[[TaskContext], Any]


def may_help(error: BaseException) -> bool:
    """Say whether trying again may help: a part that does not answer now."""
    return isinstance(error, Unavailable | psycopg.OperationalError)


def is_the_engines(error: BaseException) -> bool:
    """Say whether the durable engine raised this for itself; then it is not ours to catch."""
    return type(error).__module__.startswith("dbos.")
