"""Tasks: enqueued with the caller's transaction, run once, resumed after kill -9 by another worker; pickle is refused."""

import base64
import json
import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.support.configuring import configure
from tests.support.payouts import Process, wait_until
from tests.support.task_worker import OPTIONS

from intendant.kernel import tasks
from intendant.kernel.organizations import Organization
from intendant.kernel.tasks import TaskState
from intendant.kernel.tasks._serializer import PickleRefused, refuse_pickle
from intendant.kit import clock, ids
from intendant.kit.database import Database
from intendant.kit.errors import Conflict, Invalid, NotFound, Unavailable


def enqueue(database: Database, organization: Organization, kind: str = "three-steps", **given: Any) -> UUID:
    with database.transaction(organization.id) as tx:
        return tasks.enqueue(
            tx, kind, parameters=given.pop("parameters", {}), created_by="user:ann", now=clock.system_now(), **given
        )


def get(database: Database, organization: Organization, task_id: UUID) -> tasks.Task:
    with database.transaction(organization.id) as tx:
        return tasks.get_task(tx, task_id)


Start = Callable[..., tasks.Tasks]


@pytest.fixture
def start(database: Database) -> Iterator[Start]:
    """Start the engine in this process with the kinds given."""
    started: list[tasks.Tasks] = []

    def launch(**kinds: tasks.TaskFunction) -> tasks.Tasks:
        runtime = tasks.Tasks(database, OPTIONS)
        for kind, function in kinds.items():
            runtime.register(kind, function)
        executor_id = tasks.new_executor_id()
        tasks.register_executor(database, executor_id, "worker", clock.system_now() + timedelta(hours=1))
        runtime.launch(executor_id)
        started.append(runtime)
        return runtime

    yield launch
    for runtime in started:
        runtime.close(0)


def until_ended(database: Database, organization: Organization, task_id: UUID, runtime: tasks.Tasks) -> tasks.Task:
    def has_ended() -> bool:
        runtime.dispatch(clock.system_now())
        return get(database, organization, task_id).state not in (TaskState.QUEUED, TaskState.RUNNING)

    wait_until(has_ended, 15)
    return get(database, organization, task_id)


def test_a_task_of_a_transaction_that_rolls_back_was_never_there(database, organization):
    with pytest.raises(ZeroDivisionError), database.transaction(organization.id) as tx:  # noqa: PT012
        tasks.enqueue(tx, "count", parameters={}, created_by="user:ann", now=clock.system_now())
        raise ZeroDivisionError
    with database.transaction(organization.id) as tx:
        assert tasks.list_tasks(tx) == []


def test_the_same_key_is_enqueued_once_while_it_is_open(database, organization):
    first = enqueue(database, organization, dedup_key="daily")
    assert enqueue(database, organization, dedup_key="daily") == first
    assert enqueue(database, organization, dedup_key="other") != first
    with database.transaction(organization.id) as tx:
        tasks.cancel(tx, first, by="user:ann", now=clock.system_now())
    assert enqueue(database, organization, dedup_key="daily") != first


def test_parameters_are_bounded_and_another_organisation_sees_no_task(database, organization, other_organization):
    with pytest.raises(Invalid):
        enqueue(database, organization, parameters={"text": "x" * 20_000})
    task_id = enqueue(database, organization)
    with pytest.raises(NotFound):
        get(database, other_organization, task_id)


def test_a_task_runs_its_steps_and_keeps_its_result_and_an_event(database, organization, start):
    def count(context: tasks.TaskContext) -> dict[str, object]:
        one = context.step("one", lambda: 1)
        context.progress(0.5, "half way")
        return {
            "sum": one + context.step("two", lambda number: number + 1, one),
            "organization": context.organization_id,
        }

    runtime = start(count=count)
    task = until_ended(database, organization, enqueue(database, organization, "count"), runtime)
    assert (task.state, task.result, task.note, task.progress) == (
        TaskState.DONE,
        {"sum": 3, "organization": str(organization.id)},
        "half way",
        1.0,
    )
    with database.transaction(organization.id) as tx:
        assert [row["name"] for row in tx.all("select name from events")] == ["kernel.task.done"]


def test_a_step_is_tried_again_when_a_part_does_not_answer_and_not_when_it_is_wrong(database, organization, start):
    tries: Counter[str] = Counter()

    def flaky() -> int:
        tries["flaky"] += 1
        if tries["flaky"] < 3:
            raise Unavailable("not now")
        return 5

    def wrong() -> None:
        tries["wrong"] += 1
        raise Invalid("no such column", field="column")

    def work(context: tasks.TaskContext) -> None:
        assert context.step("flaky", flaky) == 5
        context.step("wrong", wrong)

    task = until_ended(database, organization, enqueue(database, organization, "work"), start(work=work))
    assert tries == {"flaky": 3, "wrong": 1}
    assert (task.state, task.error) == (TaskState.FAILED, "invalid: no such column")


def test_a_part_that_never_answers_fails_the_task_after_three_retries(database, organization, start):
    tries: list[int] = []

    def never() -> None:
        tries.append(1)
        raise Unavailable("gone")

    runtime = start(work=lambda context: context.step("never", never))
    task = until_ended(database, organization, enqueue(database, organization, "work"), runtime)
    assert (len(tries), task.state, task.error) == (4, TaskState.FAILED, "unavailable: gone")


def test_an_organisation_may_have_nothing_tried_again(database, organization, start):
    tries: list[int] = []

    def never() -> None:
        tries.append(1)
        raise Unavailable("gone")

    configure(database, organization, auto_retry_failed_tasks=False)
    runtime = start(work=lambda context: context.step("never", never))
    task = until_ended(database, organization, enqueue(database, organization, "work"), runtime)
    assert (len(tries), task.state) == (1, TaskState.FAILED)


def test_a_failed_task_is_tried_again_by_a_person_and_a_done_one_is_not(database, organization, start):
    outcomes = iter([Invalid("first"), None])

    def work(context: tasks.TaskContext) -> None:
        def step() -> None:
            if (error := next(outcomes)) is not None:
                raise error

        context.step("step", step)

    runtime, task_id = start(work=work), enqueue(database, organization, "work")
    assert until_ended(database, organization, task_id, runtime).state is TaskState.FAILED
    with database.transaction(organization.id) as tx:
        tasks.retry(tx, task_id, by="user:ann", now=clock.system_now())
    task = until_ended(database, organization, task_id, runtime)
    assert (task.state, task.attempts) == (TaskState.DONE, 2)
    with pytest.raises(Conflict), database.transaction(organization.id) as tx:
        tasks.retry(tx, task_id, by="user:ann", now=clock.system_now())


@pytest.mark.parametrize("how", ["cancel", "halt"])
def test_a_running_task_ends_before_its_next_step_when_cancelled_or_halted(database, organization, start, how):
    steps: list[str] = []

    def work(context: tasks.TaskContext) -> None:
        context.step("first", lambda: steps.append("first"))
        with database.transaction(organization.id) as tx:
            if how == "cancel":
                tasks.cancel(tx, context.task.id, by="user:ann", now=clock.system_now())
            else:
                tx.execute("update controls set state = 'halted'")
        context.step("second", lambda: steps.append("second"))

    task = until_ended(database, organization, enqueue(database, organization, "work"), start(work=work))
    assert steps == ["first"]
    assert task.state is (TaskState.CANCELLED if how == "cancel" else TaskState.FAILED)


def test_no_task_starts_in_a_stopped_organisation(database, organization, start):
    runtime, task_id = start(work=lambda context: None), enqueue(database, organization, "work")
    with database.transaction(organization.id) as tx:
        tx.execute("update controls set state = 'stopped'")
    assert runtime.dispatch(clock.system_now()) == 0
    assert get(database, organization, task_id).state is TaskState.QUEUED


def test_ten_tasks_run_at_once_and_organisations_take_turns(database, organization, other_organization, start):
    runtime = tasks.Tasks(database, OPTIONS)
    runtime.register("work", lambda context: None)
    for _ in range(20):
        enqueue(database, organization, "work")
    late = [enqueue(database, other_organization, "work") for _ in range(3)]
    claimed = runtime._claim(clock.system_now())
    assert len(claimed) == 10
    assert set(late) <= {row["id"] for row in claimed}
    assert runtime._claim(clock.system_now()) == []


def test_an_organisation_runs_no_more_tasks_at_once_than_it_has_configured(
    database, organization, other_organization, start
):
    runtime = tasks.Tasks(database, OPTIONS)
    runtime.register("work", lambda context: None)
    configure(database, organization, max_concurrent_tasks=2)
    for number in range(20):
        enqueue(database, organization, "work", queue="default" if number % 2 else "other")
    others = [enqueue(database, other_organization, "work") for _ in range(9)]
    claimed = {row["id"] for row in runtime._claim(clock.system_now())}
    assert len(claimed) == 11
    assert set(others) <= claimed, "what waits beyond its organisation's bound takes no one's place"
    assert runtime._claim(clock.system_now()) == []


def test_a_task_that_never_reached_the_engine_is_queued_again(database, organization, start):
    runtime, task_id = start(work=lambda context: None), enqueue(database, organization, "work")
    (row,) = runtime._claim(clock.system_now() - timedelta(minutes=1))
    assert row["id"] == task_id
    runtime.lead(clock.system_now())
    assert until_ended(database, organization, task_id, runtime).state is TaskState.DONE


def test_a_task_survives_kill_9_of_its_worker_and_the_other_worker_finishes_it(database, organization, tmp_path):
    path = tmp_path / "steps"
    path.touch()
    urls = {role: getattr(database.urls, role) for role in ("app", "system", "owner")}
    workers = [Process(["-m", "tests.support.task_worker"], {"TASK_WORKER": json.dumps(urls)}) for _ in range(2)]
    try:
        names = [f"task-{number}" for number in range(4)]
        planned = [enqueue(database, organization, parameters={"path": str(path), "name": name}) for name in names]
        wait_until(lambda: path.read_text().count("second begun") == 4, 30)
        busy = {int(line.rpartition(" ")[2]) for line in path.read_text().splitlines() if "begun" in line}
        victim = next(worker for worker in workers if worker.child.pid in busy)
        victim.kill()
        Path(f"{path}.go").touch()
        wait_until(lambda: all(get(database, organization, one).state is TaskState.DONE for one in planned), 40)
    finally:
        for worker in workers:
            if worker.is_alive:
                worker.kill()
    lines = Counter(line for line in path.read_text().splitlines() if "begun" not in line)
    assert lines == Counter(f"{name} {step}" for name in names for step in ("first", "second", "third"))


@pytest.mark.parametrize(("first_step", "state"), [("first", TaskState.DONE), ("renamed", TaskState.FAILED)])
def test_a_run_in_flight_goes_on_in_newer_code_that_kept_its_steps_and_else_fails_aloud(
    database, organization, start, tmp_path, first_step, state
):
    path = tmp_path / "steps"
    path.touch()
    urls = {role: getattr(database.urls, role) for role in ("app", "system", "owner")}
    older = Process(["-m", "tests.support.task_worker"], {"TASK_WORKER": json.dumps(urls)})
    try:
        task_id = enqueue(database, organization, parameters={"path": str(path)})
        wait_until(lambda: "second begun" in path.read_text(), 30)
    finally:
        older.kill()

    def newer(context: tasks.TaskContext) -> dict[str, object]:
        first = context.step(first_step, lambda: "repeated")
        second = context.step("second", lambda: "newer second")
        return {"steps": [first, second, context.step("added", lambda: "added")]}

    runtime = start(**{"three-steps": newer})

    def has_ended() -> bool:
        runtime.lead(clock.system_now())
        return get(database, organization, task_id).state is not TaskState.RUNNING

    wait_until(has_ended, 30)
    task = get(database, organization, task_id)
    assert task.state is state
    if state is TaskState.DONE:
        assert task.result == {"steps": ["task first", "newer second", "added"]}
    else:
        assert "engine gave up" in task.error


class Planted:
    """What an attacker who can write the database would plant."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_a_planted_pickle_is_refused_and_runs_nothing(database, organization, start, tmp_path):
    proof = tmp_path / "ran"
    payload = base64.b64encode(pickle.dumps({"args": (Planted(proof),), "kwargs": {}})).decode()
    runtime = start(work=lambda context: None)
    now = int(time.time() * 1000)
    for column in ("ENQUEUED", "PENDING"):
        with database.system() as tx:
            tx.execute(
                "insert into dbos.workflow_status (workflow_uuid, status, name, inputs, serialization, queue_name, executor_id,"
                " application_version, created_at, updated_at, application_name)"
                " values (%s, %s, 'intendant.task.1', %s, 'py_pickle', '_dbos_internal_queue', 'gone', %s, %s, %s, 'intendant')",
                [str(ids.new_id()), column, payload, tasks.APPLICATION_VERSION, now, now],
            )
    runtime.lead(clock.system_now())

    def all_taken() -> bool:
        with database.system() as tx:
            return not tx.scalar("select count(*) from dbos.workflow_status where status = 'ENQUEUED'")

    wait_until(all_taken, 15)
    task = until_ended(database, organization, enqueue(database, organization, "work"), runtime)
    assert task.state is TaskState.DONE
    assert not proof.exists()


def test_the_engines_own_pickling_refuses_whatever_it_is_given():
    from dbos._serialization import DefaultSerializer

    refuse_pickle()
    for work in (DefaultSerializer().deserialize, DefaultSerializer().serialize):
        with pytest.raises(PickleRefused):
            work("gASVAA==")


def test_typed_json_gives_back_what_it_was_given():
    value = {"id": ids.new_id(), "at": clock.system_now(), "list": [1, 2.5, None, True, "text"], "nested": {"a": []}}
    serializer = tasks.TypedJson()
    assert serializer.deserialize(serializer.serialize(value)) == value
    for refused in (object(), {1: 2}, {"$type": "uuid"}, float("nan"), {1, 2}):
        with pytest.raises((TypeError, ValueError)):
            serializer.serialize(refused)


def test_the_system_role_changes_no_table_of_the_engine_and_the_serving_role_sees_none(database):
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.system() as tx:
        tx.execute("alter table dbos.workflow_status add column x int")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.system() as tx:
        tx.execute("update dbos.dbos_migrations set version = 1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction(ids.new_id()) as tx:
        tx.execute("select * from dbos.workflow_status")


def test_an_executor_that_was_silent_too_long_learns_that_it_is_dead(database):
    tasks.register_executor(database, "silent", "worker", clock.system_now() - timedelta(minutes=1))
    leader = tasks.Tasks(database, OPTIONS)
    leader.lead(clock.system_now())
    tasks.beat(database, "silent", clock.system_now() - timedelta(minutes=1))

    def is_buried() -> bool:
        leader.lead(clock.system_now())
        with database.system() as tx:
            return tx.scalar("select count(*) from executors") == 0

    wait_until(is_buried, 10)
    with pytest.raises(tasks.ExecutorDeclaredDead):
        tasks.beat(database, "silent", clock.system_now())


def test_an_executor_whose_clock_is_off_is_not_buried_while_its_heart_beats(database):
    long_ago = clock.system_now() - timedelta(minutes=1)
    tasks.register_executor(database, "late", "worker", long_ago)
    leader, end, beats = tasks.Tasks(database, OPTIONS), time.monotonic() + 1.2, 0
    while time.monotonic() < end:
        beats += 1
        tasks.beat(database, "late", long_ago + timedelta(milliseconds=beats))
        leader.lead(clock.system_now())
        time.sleep(0.05)


def test_one_worker_leads_at_a_time(database):
    runtime = tasks.Tasks(database)
    with database.system() as tx:
        tx.execute("select pg_advisory_xact_lock(7021002)")
        assert runtime.lead(clock.system_now()) is False
    assert runtime.lead(clock.system_now()) is True
