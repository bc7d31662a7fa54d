"""The end of day: every loan of an organisation booked up to today, as a task that survives crashes and catches up.

It goes in slices of days, each over all loans in parts, so that memory stays bounded however long nothing ran. Computing is the
bottleneck, so many parts are worked on by several processes; a killed one leaves nothing half done.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from intendant.domains.lending.loans import booking
from intendant.domains.lending.loans.booking import LOANS_PER_PART, Part, find_behind, list_parts
from intendant.domains.lending.loans.late_resets import set_late_rates
from intendant.domains.lending.loans.model import business_day
from intendant.kernel.organizations import get_organization
from intendant.kernel.tasks import TaskContext
from intendant.kit import clock
from intendant.kit.database import Database, DatabaseUrls

SLICE_DAYS = 31
SLICES_MAX = 2_000
PROCESSES_MAX = 4
ALONE_PARTS_MAX = 8
"""So few parts are booked in this process: starting others would take longer."""
PARENT_POLL_SECONDS = 0.5
SKIPPED_MAX = 1_000
"""So many loans that were set aside are not tried again in the slices that follow."""
NAMED_MAX = 100
"""So many of them are named in the answer."""

AfterEndOfDay = Callable[[Database, UUID, date], object]
"""What follows the end of day: called with the database, the organisation, and the day up to which loans are booked. It is a
step of the task, so it may be called again after a crash."""

Progress = Callable[[float, str], object]


def end_of_day(
    context: TaskContext,
    *,
    after: Sequence[tuple[str, AfterEndOfDay]] = (),
    processes: int | None = None,
    loans_per_part: int = LOANS_PER_PART,
) -> dict[str, Any]:
    """Book all loans up to the present business day, then do what follows. Parameters: `to`, a day before today, if any."""
    database, organization_id = context.database, context.organization_id
    asked = context.parameters.get("to")
    planned = context.step("plan", partial(_plan, database, organization_id), asked)
    to = date.fromisoformat(planned["to"])
    days, set_aside = [date.fromisoformat(day) for day in planned["days"]], list[str]()
    for place, day in enumerate(days):
        # Progress is told inside, where it is known, and ends the work when the task was cancelled.
        tell = partial(_tell, context, place, len(days), day)
        done = context.step(
            f"book-{day}",
            partial(_book, database, organization_id, tell, processes, loans_per_part, set_aside[:SKIPPED_MAX]),
            day.isoformat(),
        )
        set_aside = sorted({*set_aside, *done["set_aside"]})
    context.step("late-rates", partial(set_late_rates, database, organization_id))
    for name, work in after:
        context.step(f"after-{name}", partial(_after, work, database, organization_id), to.isoformat())
    return _result(database, organization_id, planned, set_aside)


def run_here(
    database: Database, organization_id: UUID, tell: Progress, *, after: Sequence[tuple[str, AfterEndOfDay]] = ()
) -> dict[str, Any]:
    """Do an end of day in the foreground, without a task; a worker may do one at the same time."""
    planned = _plan(database, organization_id, None)
    to, days, set_aside = date.fromisoformat(planned["to"]), planned["days"], list[str]()
    for place, day in enumerate(days):
        told = partial(_tell_slice, tell, place, len(days), date.fromisoformat(day))
        done = _book(database, organization_id, told, None, LOANS_PER_PART, set_aside[:SKIPPED_MAX], day)
        set_aside = sorted({*set_aside, *done["set_aside"]})
    set_late_rates(database, organization_id)
    for _, work in after:
        work(database, organization_id, to)
    return _result(database, organization_id, planned, set_aside)


def _result(
    database: Database, organization_id: UUID, planned: dict[str, Any], set_aside: Sequence[str]
) -> dict[str, Any]:
    """Say what was done; a loan counts once, however many slices it took."""
    with database.transaction(organization_id) as tx:
        named = tx.all(
            "select reference from loans where organization_id = %s and id = any(%s::uuid[]) order by reference limit %s",
            [organization_id, list(set_aside), NAMED_MAX],
        )
    return {
        "to": planned["to"],
        "slices": len(planned["days"]),
        "booked": max(planned["behind"] - len(set_aside), 0),
        "set_aside": len(set_aside),
        "set_aside_loans": [row["reference"] for row in named],
    }


def _plan(database: Database, organization_id: UUID, asked: str | None) -> dict[str, Any]:
    with database.transaction(organization_id) as tx:
        today = business_day(get_organization(tx, organization_id), clock.system_now())
        to = today if asked is None else min(date.fromisoformat(asked), today)
        behind, oldest = find_behind(tx, to)
    return {"to": to.isoformat(), "days": [day.isoformat() for day in slices(oldest, to)], "behind": behind}


def slices(oldest: date | None, to: date) -> list[date]:
    """Return the days up to which loans are booked one after the other, the last being `to`; none where nothing is behind."""
    if oldest is None or oldest >= to:
        return []
    days: list[date] = []
    while oldest < to and len(days) < SLICES_MAX:
        oldest = min(oldest + timedelta(days=SLICE_DAYS), to)
        days.append(oldest)
    return days


def _book(
    database: Database,
    organization_id: UUID,
    tell: Progress,
    processes: int | None,
    loans_per_part: int,
    skip: Sequence[str],
    to: str,
) -> dict[str, Any]:
    done = book_all(
        database,
        organization_id,
        date.fromisoformat(to),
        tell,
        processes=processes,
        loans_per_part=loans_per_part,
        skip=[UUID(each) for each in skip],
    )
    return {"booked": done.booked, "set_aside": [str(each) for each in done.set_aside]}


def _after(work: AfterEndOfDay, database: Database, organization_id: UUID, to: str) -> None:
    work(database, organization_id, date.fromisoformat(to))


def _tell(context: TaskContext, place: int, count: int, day: date, fraction: float, note: str) -> None:
    _tell_slice(context.progress, place, count, day, fraction, note)


def _tell_slice(tell: Progress, place: int, count: int, day: date, fraction: float, note: str) -> None:
    tell((place + fraction) / count, f"{day}: {note}")


def book_all(
    database: Database,
    organization_id: UUID,
    to: date,
    tell: Progress,
    *,
    processes: int | None = None,
    loans_per_part: int = LOANS_PER_PART,
    skip: Sequence[UUID] = (),
) -> Part:
    """Book all loans of an organisation up to a day but those to `skip`, in parts; `processes` 1 does it in this one.

    `tell` is called after each part and may raise to end the work between two parts.
    """
    with database.transaction(organization_id) as tx:
        parts = list_parts(tx, to, loans_per_part=loans_per_part)
    if processes is None:
        processes = min(os.cpu_count() or 1, PROCESSES_MAX) if len(parts) > ALONE_PARTS_MAX else 1
    total = Part()
    works = (partial(booking.book_part, database, organization_id, to, *each, skip) for each in parts)
    if processes <= 1:
        done: Iterator[Part] = (work() for work in works)
    else:
        done = _together(database.urls, organization_id, to, parts, processes, skip)
    for place, part in enumerate(done, start=1):
        total.booked += part.booked
        total.set_aside += part.set_aside
        tell(place / len(parts), f"{total.booked:,} loans booked, {len(total.set_aside)} set aside")
    return total


def _together(
    urls: DatabaseUrls,
    organization_id: UUID,
    to: date,
    parts: Sequence[tuple[UUID, UUID | None]],
    processes: int,
    skip: Sequence[UUID],
) -> Iterator[Part]:
    """Book parts in several processes, in any order. Few are under way at once, so that ending early ends soon."""
    waiting = iter(parts)
    with _pool(urls, processes) as pool:
        running: set[Future[Part]] = set()
        for each in waiting:
            running.add(pool.submit(_book_part, organization_id, to, *each, skip))
            if len(running) >= processes + 1:
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        yield from (future.result() for future in running)


@contextmanager
def _pool(urls: DatabaseUrls, processes: int) -> Iterator[ProcessPoolExecutor]:
    # Processes are begun anew and not forked: this one has threads and open connections.
    pool = ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(urls, os.getpid())
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


_database: Database


def _begin(urls: DatabaseUrls, parent: int) -> None:
    """Prepare a process of the pool, which ends when its parent has, however that ended."""
    global _database  # noqa: PLW0603 - the one thing a process of the pool has
    # A stop at the keyboard is the parent's to hear.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[parent], name="parent", daemon=True).start()
    _database = Database(urls, pool_size_max=2)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(PARENT_POLL_SECONDS)
    os._exit(1)


def _book_part(organization_id: UUID, to: date, first: UUID, end: UUID | None, skip: Sequence[UUID]) -> Part:
    return booking.book_part(_database, organization_id, to, first, end, skip)
