"""What there is to do: the tasks of an organisation's day, and the steps that a newcomer has not taken yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from intendant.kernel import organizations
from intendant.kernel.overview._periods import day_bounds
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Transaction
from intendant.kit.ids import first_id_at

SHOWN_MAX = 200
_TASKS = """
select id, kind, subject, state, progress, note, error, attempts, created_at, started_at, ended_at from tasks
where organization_id = %s and id >= %s and created_at >= %s order by id desc limit %s
"""
_DUE = """
select id, kind, next_due_at from schedules where organization_id = %s and enabled and next_due_at < %s
order by next_due_at limit %s
"""
_STEPS = """
select
  exists (select from decisions where organization_id = %(organization)s) as decided,
  exists (select from policies where organization_id = %(organization)s and state <> 'draft'
          and (author like 'user:%%' or author like 'console:%%')) as limited,
  (select count(*) from (select from memberships where organization_id = %(organization)s limit 2) as members) as members,
  exists (select from controls where organization_id = %(organization)s and state = 'running')
  and exists (select from components where organization_id = %(organization)s
              and level in ('assisted', 'supervised', 'full')) as started
"""


@dataclass(frozen=True, slots=True)
class DailyTask:
    """A task begun today, or one that a schedule begins later today. `due_at` is business time, all else system time."""

    kind: str
    state: Literal["due", "queued", "running", "done", "failed", "cancelled"]
    schedule_id: UUID | None
    task_id: UUID | None
    due_at: datetime | None
    progress: float
    note: str | None
    error: str | None
    attempts: int
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """An organisation's day of business time and its tasks: first those still due, then the newest."""

    begins_at: datetime
    ends_at: datetime
    items: list[DailyTask]
    capped: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of setting up, and whether the record shows that it was taken. `link` is a page of the console."""

    id: Literal["understand", "data", "limits", "people", "start"]
    title: str
    why: str
    done: bool
    link: str


def read_day(tx: Transaction, system_now: datetime) -> Day:
    """List what schedules begin today and what was begun today, in the organisation's business time and zone."""
    organization = organizations.get_organization(tx, tx.organization_id)
    begin, end = day_bounds(organization.clock.at(system_now), organization.time_zone)
    since = _system_begin(organization.clock, begin, system_now)
    due = tx.all(_DUE, [organization.id, end, SHOWN_MAX + 1])
    begun = tx.all(_TASKS, [organization.id, first_id_at(since - timedelta(minutes=1)), since, SHOWN_MAX + 1])
    items = [
        DailyTask(row["kind"], "due", row["id"], None, row["next_due_at"], 0.0, None, None, 0, None, None, None)
        for row in due[:SHOWN_MAX]
    ]
    for row in begun[:SHOWN_MAX]:
        schedule = (row["subject"] or "").removeprefix("schedule:")
        times: dict[str, Any] = {name: row[name] for name in ("created_at", "started_at", "ended_at")}
        items.append(
            DailyTask(
                row["kind"],
                row["state"],
                UUID(schedule) if schedule != (row["subject"] or "") else None,
                row["id"],
                None,
                row["progress"],
                row["note"],
                row["error"],
                row["attempts"],
                **times,
            )
        )
    return Day(begin, end, items, len(due) > SHOWN_MAX or len(begun) > SHOWN_MAX)


def _system_begin(clock: BusinessClock, begin: datetime, system_now: datetime) -> datetime:
    # A clock that stands still has no beginning of its day; one that runs slowly has it long ago.
    day_ago = system_now - timedelta(days=1)
    if clock.speed == 0:
        return day_ago
    return max(clock.system_at(begin), system_now - timedelta(days=7))


def read_checklist(tx: Transaction, *, has_replay: bool) -> list[Step]:
    """Say which steps of setting up were taken, from the record alone. `has_replay`: the caller has replayed a table."""
    kind = organizations.get_organization(tx, tx.organization_id).kind
    row = tx.find(_STEPS, {"organization": tx.organization_id}) or {}
    return [
        Step(
            "understand",
            "See a decision and why it went so",
            "Every decision shows its reasons, its rules and how sure it was.",
            bool(row["decided"]),
            "/decisions",
        ),
        Step(
            "data",
            "Bring your own data",
            "Replay a table of past applications, or send a first real one; a demo's are simulated.",
            has_replay or (kind == "real" and bool(row["decided"])),
            "/replays",
        ),
        Step(
            "limits",
            "Set your limits",
            "Publish a policy of your own: what may happen by itself, what a person is asked about, what never happens.",
            bool(row["limited"]),
            "/policies",
        ),
        Step(
            "people",
            "Bring in a second person",
            "Somebody has to answer when you cannot.",
            row["members"] > 1,
            "/settings/users",
        ),
        Step(
            "start",
            "Let a component act",
            "The switch is on and a component is above 'observe', so that it does more than take note.",
            bool(row["started"]),
            "/autonomy",
        ),
    ]
