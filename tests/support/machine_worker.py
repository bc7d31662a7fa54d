"""A worker of a machine in tests: short leases, and one kind of task that says on which machine each of its steps ran."""

import socket
import time
from dataclasses import replace

from intendant.bootstrap import open_system
from intendant.kernel.tasks import TaskContext, TaskOptions
from intendant.kit.logging import configure_logging
from intendant.worker.main import run_worker
from tests.support.quick_worker import OPTIONS

QUICK = replace(
    OPTIONS,
    lead_seconds=0.3,
    dispatch_seconds=0.2,
    heartbeat_seconds=0.3,
    tasks=TaskOptions(stale_seconds=1.5, lost_seconds=2.0, retry_seconds_first=0.1),
)
STEPS = "test.steps"


def steps(context: TaskContext) -> dict[str, object]:
    """Take as many steps of 0.2 s as are asked for; return which machine and version took each."""
    from intendant import __version__

    def one() -> str:
        time.sleep(0.2)
        return f"{socket.gethostname()} {__version__}"

    count = int(str(context.parameters["count"]))
    return {"machines": [context.step(f"step-{number}", one) for number in range(count)]}


def main() -> None:
    configure_logging("info")
    with open_system() as system:
        run_worker(system, kinds={**system.registry.tasks, STEPS: steps}, options=QUICK)


if __name__ == "__main__":
    main()
