"""The end of day: caught up, done twice, in parts, by processes that are killed, with a loan that cannot be booked."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.support.loans import START, LoanBook, days, loan_terms

from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.loans import booking, index_rates
from intendant.domains.lending.loans.end_of_day import SLICE_DAYS, book_all, end_of_day, run_here, slices
from intendant.domains.lending.loans.invariants import LOAN_INVARIANTS
from intendant.domains.lending.loans.late_resets import set_late_rates
from intendant.domains.lending.terms import Every
from intendant.kernel.tasks import TaskStopped
from intendant.kit.database import Database, DatabaseUrls


def test_the_end_of_day_done_daily_or_after_a_standstill_gives_the_same_books(book: LoanBook) -> None:
    daily = book.lend()
    last = date(2026, 3, 20)
    book.move_to(last)
    for day in days(START + timedelta(days=1), last):
        book.end_of_day(day)
    at_once = book.lend()
    assert book.end_of_day(last) == 1
    one, other = book.loan(daily), book.loan(at_once)
    assert one.booked_to == other.booked_to == last
    assert one.days_past_due > 40
    for name in ("outstanding", "owed", "arrears", "days_past_due", "bucket", "provision", "next_due_on", "book"):
        assert getattr(one, name) == getattr(other, name), name
    assert sorted(amount for amount in book.ledger(daily).values()) == sorted(book.ledger(at_once).values())
    assert book.scalar("select count(*) from loan_month_ends where loan_id = %s", [daily.id]) == 2


def test_a_day_that_is_booked_is_not_booked_again(book: LoanBook) -> None:
    book.lend()
    day = START + timedelta(days=10)
    book.move_to(day)
    assert book.end_of_day(day) == 1
    postings = book.scalar("select count(*) from ledger_postings")
    assert book.end_of_day(day) == 0
    assert book.scalar("select count(*) from ledger_postings") == postings


def test_a_standstill_is_caught_up_in_bounded_slices() -> None:
    to = START + timedelta(days=100)
    found = slices(START, to)
    assert found[-1] == to
    assert len(found) == 4
    assert found[0] == START + timedelta(days=SLICE_DAYS)
    assert slices(to, to) == slices(None, to) == []


def test_many_parts_are_booked_by_several_processes(book: LoanBook) -> None:
    loans = [book.lend() for _ in range(6)]
    day = START + timedelta(days=5)
    book.move_to(day)
    told: list[float] = []
    done = book_all(
        book.database,
        book.organization.id,
        day,
        lambda fraction, _: told.append(fraction),
        processes=2,
        loans_per_part=2,
    )
    assert done.booked == 6
    assert told[-1] == 1.0
    assert {book.loan(each).booked_to for each in loans} == {day}


def test_one_loan_that_cannot_be_booked_is_named_and_keeps_no_other_waiting(book: LoanBook) -> None:
    loans = [book.lend() for _ in range(3)]
    broken, overflowing = loans[0], loans[1]
    with book.database.transaction(book.organization.id) as tx:
        sound = tx.scalar("select terms::text from loans where id = %s", [broken.id])
        tx.execute("update loans set terms = '{}' where id = %s", [broken.id])
    day = START + timedelta(days=5)
    book.move_to(day)
    part = book_all(book.database, book.organization.id, day, lambda *_: None, processes=1)
    assert (part.booked, part.set_aside) == (2, [broken.id])
    alerts = book.rows("select title, subject_id, count from alerts")
    assert [each["subject_id"] for each in alerts] == [broken.id]
    assert broken.reference in alerts[0]["title"]
    assert book.loan(overflowing).booked_to == day
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set terms = %s::jsonb where id = %s", [sound, broken.id])
    assert book.end_of_day(day) == 1
    assert book.rows("select state, note from alerts") == [{"state": "resolved", "note": "The loan is booked again."}]


def test_a_loan_that_was_set_aside_is_tried_once_and_named(book: LoanBook) -> None:
    broken, _ = book.lend(), book.lend()
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set terms = '{}' where id = %s", [broken.id])
    book.move_to(START + timedelta(days=70))
    notes: list[str] = []
    done = run_here(book.database, book.organization.id, lambda _, note: notes.append(note))
    assert (done["slices"], done["booked"], done["set_aside_loans"]) == (3, 1, [broken.reference])
    assert book.scalar("select count from alerts") == 1
    assert notes[0].startswith(f"{START + timedelta(days=31)}: ")


def test_a_loan_that_the_database_refuses_is_found_by_halving(book: LoanBook) -> None:
    loans = [book.lend() for _ in range(4)]
    day = date(2026, 2, 10)
    book.move_to(day)
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set product_version = 7 where id = %s", [loans[2].id])
    with psycopg.connect(book.database.urls.owner, autocommit=True) as owner:
        owner.execute(
            "alter table loans add constraint no_seven check (product_version <> 7 or days_past_due = 0) not valid"
        )
    part = book_all(book.database, book.organization.id, day, lambda *_: None, processes=1)
    assert (part.booked, part.set_aside) == (3, [loans[2].id])


def test_a_floating_rate_is_set_anew_on_its_days_by_the_rate_of_then(book: LoanBook) -> None:
    floating = IndexRate("SOFR", Decimal(2), Decimal(0), Decimal(20), Every(1))
    loan = book.lend(loan_terms(rate=6), floating=floating)
    assert loan.reset_on == date(2026, 2, 1)
    with book.database.transaction(book.organization.id) as tx:
        for day, rate in ((date(2026, 1, 20), 5), (date(2026, 2, 20), 9)):
            index_rates.record_rate(tx, book.by, "SOFR", day, Decimal(rate))
    last = date(2026, 3, 10)
    book.move_to(last)
    book.end_of_day(last)
    changes = book.rows(
        "select value_on, parameters from loan_transactions where type = 'rate_change' order by value_on"
    )
    assert [(each["value_on"], each["parameters"]["rate"]) for each in changes] == [
        (date(2026, 2, 1), "7.000000"),
        (date(2026, 3, 1), "11.000000"),
    ]
    after = book.loan(loan)
    assert (after.reset_on, after.transactions) == (date(2026, 4, 1), 3)
    book.pay(loan, 10, date(2026, 2, 15))
    with book.database.system() as tx:
        for name, query in {**LOAN_INVARIANTS, **LEDGER_INVARIANTS}.items():
            assert tx.all(query) == [], name


def test_a_rate_whose_index_becomes_known_late_is_set_from_its_day_on(book: LoanBook) -> None:
    floating = IndexRate("SOFR", Decimal(2), Decimal(0), Decimal(20), Every(1))
    late, in_time = (book.lend(loan_terms(rate=6), floating=floating) for _ in range(2))
    last = date(2026, 2, 20)
    book.move_to(last)
    book.end_of_day(last)
    assert set_late_rates(book.database, book.organization.id) == 0
    assert book.scalar("select cause from alerts") == "lending.index_rate:SOFR"
    with book.database.transaction(book.organization.id) as tx:
        index_rates.record_rate(tx, book.by, "SOFR", date(2026, 1, 20), Decimal(5))
    assert set_late_rates(book.database, book.organization.id) == 2
    assert set_late_rates(book.database, book.organization.id) == 0
    for loan in (late, in_time):
        after = book.loan(loan)
        assert (after.reset_on, after.transactions) == (date(2026, 3, 1), 2)
        assert book.scalar("select value_on from loan_transactions where loan_id = %s and sequence = 2", [loan.id]) == (
            date(2026, 2, 1)
        )


KILLED = """
import json, os, sys
from datetime import date
from uuid import UUID
from intendant.domains.lending.loans.end_of_day import book_all
from intendant.kit.database import Database, DatabaseUrls

given = json.loads(sys.argv[1])

def tell(fraction, note):
    print(fraction, flush=True)

if __name__ == "__main__":
    database = Database(DatabaseUrls(given["app"], given["system"], given["owner"]))
    book_all(database, UUID(given["organization"]), date.fromisoformat(given["to"]), tell, processes=2, loans_per_part=1)
"""


def test_killed_in_the_middle_it_is_finished_as_if_nothing_had_been(
    book: LoanBook, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    loans = [book.lend() for _ in range(8)]
    to = date(2026, 4, 1)
    book.move_to(to)
    given = {
        "app": database_urls.app,
        "system": database_urls.system,
        "owner": database_urls.owner,
        "organization": str(book.organization.id),
        "to": to.isoformat(),
    }
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    process = subprocess.Popen(
        [sys.executable, str(program), json.dumps(given)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    children = _children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    book.end_of_day(to)
    first = book.loan(loans[0])
    for each in loans:
        after = book.loan(each)
        assert after.booked_to == to
        assert (after.owed, after.book) == (first.owed, first.book)
        assert sorted(book.ledger(each).values()) == sorted(book.ledger(loans[0]).values())


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.parametrize(
    ("start", "every", "after", "expected"),
    [
        (date(2026, 1, 31), Every(1), date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), Every(1), date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 31), Every(3), date(2026, 2, 1), date(2026, 4, 30)),
    ],
)
def test_resets_do_not_drift_from_the_ends_of_months(start: date, every: Every, after: date, expected: date) -> None:
    assert index_rates.next_reset(start, every, after) == expected


def test_parts_cover_every_loan_once(book: LoanBook) -> None:
    loans = sorted(book.lend().id for _ in range(5))
    with book.database.transaction(book.organization.id) as tx:
        parts = booking.list_parts(tx, START + timedelta(days=1), loans_per_part=2)
    assert [first for first, _ in parts] == [loans[0], loans[2], loans[4]]
    assert [end for _, end in parts] == [loans[2], loans[4], None]


@dataclass
class Watched:
    """What a task's function works with, its steps remembered over tries as the durable engine remembers them."""

    database: Database
    organization_id: UUID
    stop_after: int = 1_000_000
    parameters: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)
    told: list[float] = field(default_factory=list)

    def step(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a step, or give back what it gave before."""
        if name not in self.steps:
            self.steps[name] = function(*arguments)
        return self.steps[name]

    def progress(self, fraction: float, note: str | None = None) -> None:
        """Note how far it is; the task may have been cancelled."""
        self.told.append(fraction)
        if len(self.told) >= self.stop_after:
            raise TaskStopped("The task was cancelled.", data={"halted": False})


def test_a_cancelled_end_of_day_goes_on_where_it_was(book: LoanBook) -> None:
    for _ in range(4):
        book.lend()
    last = START + timedelta(days=70)
    book.move_to(last)
    followed: list[date] = []
    context = Watched(book.database, book.organization.id, stop_after=3)

    def run() -> dict[str, Any]:
        after = [("note", lambda *given: followed.append(given[2]))]
        return end_of_day(context, after=after, processes=1, loans_per_part=2)  # type: ignore[arg-type]

    with pytest.raises(TaskStopped):
        run()
    assert followed == []
    assert set(book.rows("select distinct booked_to from loans")[0].values()) <= {*slices(START, last), START}
    context.stop_after = 1_000
    done = run()
    assert done == {"to": last.isoformat(), "slices": 3, "booked": 4, "set_aside": 0, "set_aside_loans": []}
    assert followed == [last]
    assert context.told == sorted(context.told)
    assert {row["booked_to"] for row in book.rows("select booked_to from loans")} == {last}


def test_it_books_to_a_day_that_is_asked_for_and_never_beyond_today(book: LoanBook) -> None:
    loan = book.lend()
    book.move_to(START + timedelta(days=3))
    for asked, reached in ((2, 2), (9, 3)):
        parameters = {"to": (START + timedelta(days=asked)).isoformat()}
        context = Watched(book.database, book.organization.id, parameters=parameters)
        end_of_day(context)  # type: ignore[arg-type]
        assert book.loan(loan).booked_to == START + timedelta(days=reached)
