"""The product's worker with shorter leases and rounds, so that taking over takes seconds and not half a minute."""

from intendant.bootstrap import open_system
from intendant.kit.logging import configure_logging
from intendant.worker._effects import RunnerOptions
from intendant.worker.main import WorkerOptions, run_worker

OPTIONS = WorkerOptions(
    seal_seconds=1.0,
    deadline_seconds=0.5,
    waiting_seconds=0.5,
    heartbeat_seconds=0.5,
    webhook_lease_seconds=3.0,
    effects=RunnerOptions(
        call_timeout_seconds=2.0,
        lease_seconds=4.0,
        reconcile_seconds=0.5,
        retry_count_max=10,
        backoff_seconds_first=0.2,
    ),
)


def main() -> None:
    configure_logging("info")
    with open_system() as system:
        run_worker(system, options=OPTIONS)


if __name__ == "__main__":
    main()
