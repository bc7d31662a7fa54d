"""Tasks: durable work of many steps, which survives crashes, and the schedules that begin it. Not for single outside effects."""

from intendant.kernel.tasks._context import TaskContext, TaskFunction, TaskStopped
from intendant.kernel.tasks._executors import (
    HEARTBEAT_SECONDS,
    STALE_SECONDS,
    ExecutorDeclaredDead,
    beat,
    new_executor_id,
    register_executor,
    unregister_executor,
)
from intendant.kernel.tasks._runtime import (
    APPLICATION_VERSION,
    TaskOptions,
    Tasks,
    prepare_engine,
)
from intendant.kernel.tasks._schedules import (
    RuleInvalid,
    Schedule,
    enqueue_due,
    list_schedules,
    next_due,
    parse_rule,
    put_schedule,
)
from intendant.kernel.tasks._serializer import PickleRefused, StepFailed, TypedJson
from intendant.kernel.tasks._tasks import (
    Task,
    TaskInvalid,
    TaskOver,
    TaskState,
    TaskUnknown,
    cancel,
    enqueue,
    get_task,
    list_tasks,
    retry,
)

__all__ = [
    "APPLICATION_VERSION",
    "HEARTBEAT_SECONDS",
    "STALE_SECONDS",
    "ExecutorDeclaredDead",
    "PickleRefused",
    "RuleInvalid",
    "Schedule",
    "StepFailed",
    "Task",
    "TaskContext",
    "TaskFunction",
    "TaskInvalid",
    "TaskOptions",
    "TaskOver",
    "TaskState",
    "TaskStopped",
    "TaskUnknown",
    "Tasks",
    "TypedJson",
    "beat",
    "cancel",
    "enqueue",
    "enqueue_due",
    "get_task",
    "list_schedules",
    "list_tasks",
    "new_executor_id",
    "next_due",
    "parse_rule",
    "prepare_engine",
    "put_schedule",
    "register_executor",
    "retry",
    "unregister_executor",
]
