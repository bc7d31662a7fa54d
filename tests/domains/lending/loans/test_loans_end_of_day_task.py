"""The end of day as a task of a real worker, begun by the schedule that the first loan installs."""

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.support.loans import LoanBook
from tests.support.waiting import wait_for

from intendant import bootstrap
from intendant.domains.lending.contract import END_OF_DAY_TASK
from intendant.kernel import tasks
from intendant.kernel.tasks import Task, TaskFilter, TaskState
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.kit.settings import Settings
from intendant.worker.main import run_worker


def test_a_worker_books_all_loans_when_the_day_comes(book: LoanBook, database: Database, tmp_path: Path) -> None:
    loans = [book.lend() for _ in range(3)]
    last = date(2026, 3, 10)
    book.move_to(last)
    tasks.enqueue_due(database, clock.system_now())
    system = bootstrap.build(replace(Settings(home=tmp_path), log_level="warning"), Database(database.urls))
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=[system], kwargs={"stop": stop})
    thread.start()
    try:
        done = wait_for(lambda: _ended(book), "the end of the task", seconds=60)
    finally:
        stop.set()
        thread.join(20)
        system.close()
    assert (done.state, done.error) == (TaskState.DONE, None)
    assert done.result == {"to": last.isoformat(), "slices": 3, "booked": 3, "set_aside": 0, "set_aside_loans": []}
    assert {book.loan(each).booked_to for each in loans} == {last}


def _ended(book: LoanBook) -> Task | None:
    with book.database.transaction(book.organization.id) as tx:
        found = tasks.list_tasks(tx, TaskFilter(kinds=(END_OF_DAY_TASK,)))
    return next((each for each in found if each.state in (TaskState.DONE, TaskState.FAILED)), None)
