"""Training as a task: asked for over a transaction, carried out by a real worker, its end on the record either way."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from tests.support.lending import GOOD, Lender, open_lender
from tests.support.waiting import wait_for

from intendant import bootstrap
from intendant.domains.lending import usecases
from intendant.domains.lending.contract import TRAINING_TASK
from intendant.domains.lending.usecases import GivenOutcome
from intendant.kernel import tasks
from intendant.kernel.access import system_principal
from intendant.kernel.decisions import Decision
from intendant.kernel.organizations import Organization
from intendant.kernel.tasks import Task, TaskState
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.worker.main import run_worker

ROWS = 240


@contextmanager
def worker(database: Database, home: Path) -> Iterator[None]:
    """Run a worker of the whole product beside the test."""
    system = bootstrap.build(replace(Settings(home=home), log_level="warning"), Database(database.urls))
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=[system], kwargs={"stop": stop})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        system.close()


def enqueue(lender: Lender) -> Task:
    """Ask for training."""
    with lender.database.transaction(lender.organization.id) as tx:
        task_id = tasks.enqueue(
            tx, TRAINING_TASK, parameters={"product": lender.product.key, "seed": 3}, created_by="user:test",
            now=clock.system_now(), dedup_key=lender.product.key,
        )  # fmt: skip
        return tasks.get_task(tx, task_id)


def ended(lender: Lender, task: Task) -> Task | None:
    """Return the task if it has ended."""
    with lender.database.transaction(lender.organization.id) as tx:
        now = tasks.get_task(tx, task.id)
    return now if now.state in (TaskState.DONE, TaskState.FAILED) else None


def lend_and_learn(lender: Lender) -> None:
    """Approve loans and let their outcomes come back, worse the larger the loan."""
    chance = random.Random(1)
    given = []
    for number in range(ROWS):
        inputs = GOOD | {"amount": chance.randint(500, 6000), "credit_score": chance.randint(690, 840)}
        (decision,) = lender.decide_many(lender.proposal(inputs, f"loan-{number}"))
        assert isinstance(decision, Decision)
        record = decision.as_dict()
        repaid = float(chance.random() < (0.95 if float(inputs["amount"]) < 3000 else 0.45))
        given.append(GivenOutcome(UUID(record["subject_id"]), repaid))
    with lender.database.transaction(lender.organization.id) as tx:
        usecases.record_outcomes(tx, system_principal(lender.organization.id), given, source="test")


def test_a_model_is_trained_on_what_came_back_by_a_worker(
    database: Database, organization: Organization, tmp_path: Path
) -> None:
    lender = open_lender(database, organization)
    lend_and_learn(lender)
    task = enqueue(lender)
    assert enqueue(lender).id == task.id, "asked for twice, trained once"
    with worker(database, tmp_path):
        over = wait_for(lambda: ended(lender, task), "the end of the training", seconds=90)
    assert over.state is TaskState.DONE, over.error
    assert over.result["version"] > 1
    row = lender.scalar("select algorithm from models where id = %s", [over.result["model_id"]])
    assert row == "additive"


def test_training_without_outcomes_fails_and_says_what_is_missing(
    database: Database, organization: Organization, tmp_path: Path
) -> None:
    lender = open_lender(database, organization)
    task = enqueue(lender)
    with worker(database, tmp_path):
        over = wait_for(lambda: ended(lender, task), "the end of the training", seconds=60)
    assert over.state is TaskState.FAILED
    assert "outcome" in (over.error or "").lower()
