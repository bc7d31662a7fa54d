"""The whole worker: effects carried out, audit sealed, schedules met, tasks run, and an end within five seconds."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support.payouts import plan_payouts, states, wait_until

from intendant.bootstrap import System, build
from intendant.kernel import actions, tasks
from intendant.kit import clock
from intendant.kit.settings import Settings
from intendant.worker._rounds import check_invariants
from intendant.worker.main import WorkerOptions, run_worker

QUICK = WorkerOptions(seal_seconds=0.2, lead_seconds=0.1, dispatch_seconds=0.1, heartbeat_seconds=0.2)


@pytest.fixture
def system(database, tmp_path: Path) -> System:
    home = tmp_path / "home"
    home.mkdir()
    return build(Settings(home=home), database)


@contextmanager
def working(system: System, kinds: dict[str, tasks.TaskFunction] | None = None) -> Iterator[threading.Thread]:
    stop, failures = threading.Event(), []

    def work() -> None:
        try:
            run_worker(system, stop=stop, kinds=kinds, options=QUICK)
        except BaseException as error:
            failures.append(error)
            raise

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        began = time.monotonic()
        stop.set()
        thread.join(10)
    assert not failures
    assert time.monotonic() - began < 5


def test_a_worker_carries_out_effects_seals_the_audit_and_ends_within_five_seconds(system, organization):
    planned = plan_payouts(system.database, organization.id, 3, action="payouts.pay")
    with working(system):
        wait_until(lambda: states(system.database, organization.id) == {"done": 3}, 15)
        with system.database.system() as tx:
            assert tx.scalar("select count(*) from executors") == 1
            wait_until(lambda: _sealed(system) > 0, 15)
    with system.database.transaction(organization.id) as tx:
        assert actions.get_effect(tx, planned[0]).result["pays_nobody"] is True
    with system.database.system() as tx:
        assert tx.scalar("select count(*) from executors") == 0


def _sealed(system: System) -> int:
    with system.database.system() as tx:
        return tx.scalar("select coalesce(max(size), 0) from checkpoints")


def test_a_worker_runs_what_is_scheduled(system, organization):
    with system.database.transaction(organization.id) as tx:
        tasks.put_schedule(tx, "count", {"every_seconds": 1}, parameters={"by": 2}, now=clock.system_now())
    seen: list[dict[str, object]] = []

    def count(context: tasks.TaskContext) -> None:
        seen.append(dict(context.parameters))

    with working(system, {"count": count}):
        wait_until(lambda: len(seen) >= 2, 30)
    assert {one["by"] for one in seen} == {2}


def test_a_broken_invariant_raises_one_alert_for_its_organisation(system, organization, other_organization):
    query = f"select '{organization.id}'::uuid as organization_id, n as id from generate_series(1, 3) n"
    for _ in range(2):
        assert check_invariants(system.database, {"numbers that should not be": query}) == 1
    with system.database.transaction(organization.id) as tx:
        (alert,) = tx.all("select cause, detail, count from alerts")
    assert (alert["cause"], alert["detail"], alert["count"]) == (
        "invariant.numbers that should not be",
        {"rows": 3},
        2,
    )
