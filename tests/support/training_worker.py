"""A worker process that trains or forecasts, and stops in the middle of it until it is let go or killed."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

from intendant import bootstrap
from intendant.domains.analytics.forecasts import tasks as forecast_tasks
from intendant.domains.analytics.models import tasks as model_tasks
from intendant.kernel import tasks
from intendant.kit import clock
from intendant.kit.database import Database, DatabaseUrls
from intendant.kit.settings import Settings
from tests.support.task_worker import OPTIONS

WORK = {
    "analytics.train": (model_tasks.train, "fitting"),
    "analytics.forecast": (forecast_tasks.forecast, "forecasting"),
}
"""What is done by the name of a task, and the word that its middle is reported with."""


def main() -> None:
    """Run until killed."""
    given = json.loads(os.environ["TRAINING_WORKER"])
    flag = Path(given["flag"])
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    system = bootstrap.build(Settings(home=Path(given["home"])), database)

    def work(context: tasks.TaskContext) -> dict[str, Any]:
        """Work as the product does; what is reported after its middle began waits for a word."""
        told = context.progress
        act, middle = WORK[context.task.kind]

        def progress(fraction: float, note: str | None = None) -> None:
            told(fraction, note)
            if note is not None and middle in note:
                flag.touch()
                while not flag.with_suffix(".go").exists():
                    time.sleep(0.02)

        context.progress = progress  # type: ignore[method-assign]
        return act(context)

    tasks.prepare_engine(database.urls)
    runtime = tasks.Tasks(database, OPTIONS, system)
    for name in WORK:
        runtime.register(name, work)
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
