"""A worker process that runs test tasks and can be killed: it writes each step to a file, so that repetitions show."""

import json
import os
import threading
import time
from pathlib import Path

from intendant.kernel import tasks
from intendant.kit import clock
from intendant.kit.database import Database, DatabaseUrls

OPTIONS = tasks.TaskOptions(stale_seconds=1.0, lost_seconds=1.0, retry_seconds_first=0.05)


def note(path: str, line: str) -> str:
    """Append a line, whole or not at all."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")
    return line


def three_steps(context: tasks.TaskContext) -> dict[str, object]:
    """Note three steps; the second waits until it is let go."""
    path = str(context.parameters["path"])
    name = context.parameters.get("name", "task")

    def second() -> str:
        note(path, f"{name} second begun by {os.getpid()}")
        while not Path(f"{path}.go").exists():
            time.sleep(0.02)
        return note(path, f"{name} second")

    first = context.step("first", note, path, f"{name} first")
    context.step("second", second)
    third = context.step("third", note, path, f"{name} third")
    return {"steps": [first, third]}


def main() -> None:
    given = json.loads(os.environ["TASK_WORKER"])
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    runtime = tasks.Tasks(database, OPTIONS)
    runtime.register("three-steps", three_steps)
    executor_id = tasks.new_executor_id()
    tasks.register_executor(database, executor_id, "worker", clock.system_now())
    runtime.launch(executor_id)
    stop = threading.Event()
    while not stop.wait(0.1):
        now = clock.system_now()
        tasks.beat(database, executor_id, now)
        runtime.dispatch(now)
        runtime.lead(now)


if __name__ == "__main__":
    main()
