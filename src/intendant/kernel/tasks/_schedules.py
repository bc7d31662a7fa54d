"""Schedules: rows of ours, compared with the organisation's business time; what is due is enqueued as a task.

A rule is `{"every_seconds": n}` or `{"daily_at": "06:00"}`, the latter on the wall clock of the organisation's time zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import structlog

from intendant.kernel import events, organizations
from intendant.kernel.tasks._tasks import TaskInvalid, enqueue
from intendant.kit import ids
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Invalid, NotFound

EVERY_SECONDS_MIN, EVERY_SECONDS_MAX = 1, 366 * 86_400
DUE_COUNT_MAX = 500
RUNS_SHOWN = 3

log = structlog.get_logger(__name__)


class RuleInvalid(Invalid):
    """A schedule's rule that cannot be understood."""

    code = "rule_invalid"


class ScheduleUnknown(NotFound):
    """No such schedule in this organisation."""

    code = "schedule_unknown"


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after a number of seconds of business time."""

    seconds: int


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Once a day at a time of the wall clock."""

    wall_time: time


Rule = Every | DailyAt


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a kind of task is enqueued. `next_due_at` is business time in UTC."""

    id: UUID
    kind: str
    rule: Mapping[str, Any]
    parameters: Mapping[str, Any]
    next_due_at: datetime
    enabled: bool


def parse_rule(rule: Mapping[str, object]) -> Rule:
    """Read a rule; raises RuleInvalid."""
    match dict(rule):
        case {"every_seconds": int(seconds), **rest} if (
            not rest and not isinstance(seconds, bool) and EVERY_SECONDS_MIN <= seconds <= EVERY_SECONDS_MAX
        ):
            return Every(seconds)
        case {"daily_at": str(text), **rest} if not rest:
            try:
                return DailyAt(datetime.strptime(text, "%H:%M").time())  # noqa: DTZ007 - a wall clock has no zone
            except ValueError as error:
                raise _invalid(f"{text!r} is no time of day.") from error
        case _:
            raise _invalid("The rule is not understood.")


def _invalid(message: str) -> RuleInvalid:
    return RuleInvalid(
        message,
        field="rule",
        remedy=f'Give {{"every_seconds": {EVERY_SECONDS_MIN} to {EVERY_SECONDS_MAX}}} or {{"daily_at": "06:00"}}.',
    )


def next_due(rule: Rule, after: datetime, time_zone: str) -> datetime:
    """Return the first moment after `after` (both UTC) at which `rule` is due.

    A wall-clock time that a day skips in spring comes when the skipped hour would have been (02:30 becomes 03:30); one that a
    day has twice in autumn comes the first time only.
    """
    match rule:
        case Every(seconds):
            return after + timedelta(seconds=seconds)
        case DailyAt(wall_time):
            zone = ZoneInfo(time_zone)
            day = after.astimezone(zone).date()
            # The day before, too: around midnight a skipped hour may have moved yesterday's time into today.
            candidates = (
                datetime.combine(day + timedelta(days=offset), wall_time, zone).astimezone(UTC)
                for offset in (-1, 0, 1, 2)
            )
            return min(moment for moment in candidates if moment > after)


def next_runs(schedule: Schedule, time_zone: str) -> list[datetime]:
    """Return the next `RUNS_SHOWN` moments of business time at which a schedule is due; none while it is paused."""
    if not schedule.enabled:
        return []
    rule, runs = parse_rule(schedule.rule), [schedule.next_due_at]
    while len(runs) < RUNS_SHOWN:
        runs.append(next_due(rule, runs[-1], time_zone))
    return runs


def put_schedule(
    tx: Transaction,
    kind: str,
    rule: Mapping[str, object],
    *,
    now: datetime,
    parameters: Mapping[str, object] | None = None,
    enabled: bool = True,
) -> Schedule:
    """Set the schedule of a kind of task, replacing the one there was. `now` is system time. Raises RuleInvalid."""
    organization = organizations.get_organization(tx, tx.organization_id)
    due_at = next_due(parse_rule(rule), organization.clock.at(now), organization.time_zone)
    tx.execute(
        "insert into schedules (organization_id, id, kind, rule, parameters, next_due_at, enabled, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (organization_id, kind) do update set rule = excluded.rule, parameters = excluded.parameters,"
        " next_due_at = excluded.next_due_at, enabled = excluded.enabled",
        [
            organization.id,
            ids.new_id(),
            kind,
            orjson.dumps(dict(rule)).decode(),
            orjson.dumps(dict(parameters or {})).decode(),
            due_at,
            enabled,
            now,
        ],
    )
    return next(one for one in list_schedules(tx) if one.kind == kind)


def move_daily_schedules(tx: Transaction, daily_at: str, *, now: datetime) -> None:
    """Have every daily schedule of the organisation begin at another time of the day; a run that is due already stays so.

    `now` is system time. Raises RuleInvalid.
    """
    rule = {"daily_at": daily_at}
    organization = organizations.get_organization(tx, tx.organization_id)
    business = organization.clock.at(now)
    tx.execute(
        "update schedules set rule = %s, next_due_at = case when next_due_at <= %s then next_due_at else %s end"
        " where organization_id = %s and rule->>'daily_at' <> %s",
        [
            orjson.dumps(rule).decode(),
            business,
            next_due(parse_rule(rule), business, organization.time_zone),
            organization.id,
            daily_at,
        ],
    )


def list_schedules(tx: Transaction, *, limit: int = 1_000) -> list[Schedule]:
    """List an organisation's schedules by kind."""
    rows = tx.all(
        "select id, kind, rule, parameters, next_due_at, enabled from schedules where organization_id = %s"
        " order by kind limit %s",
        [tx.organization_id, limit],
    )
    return [Schedule(**row) for row in rows]


def get_schedule(tx: Transaction, schedule_id: UUID) -> Schedule:
    """Get one schedule; raises ScheduleUnknown."""
    row = tx.find(
        "select id, kind, rule, parameters, next_due_at, enabled from schedules where organization_id = %s and id = %s",
        [tx.organization_id, schedule_id],
    )
    if row is None:
        raise ScheduleUnknown("There is no such schedule.", field="schedule", remedy="List the schedules.")
    return Schedule(**row)


def set_schedule_enabled(tx: Transaction, schedule_id: UUID, *, enabled: bool, by: str, now: datetime) -> Schedule:
    """Pause a schedule or let it go on, from its next moment to come; what it missed is not made up for. `now` is system time."""
    schedule = get_schedule(tx, schedule_id)
    if schedule.enabled == enabled:
        return schedule
    organization = organizations.get_organization(tx, tx.organization_id)
    business = organization.clock.at(now)
    due_at = schedule.next_due_at
    if enabled and due_at <= business:
        due_at = next_due(parse_rule(schedule.rule), business, organization.time_zone)
    tx.execute(
        "update schedules set enabled = %s, next_due_at = %s where organization_id = %s and id = %s",
        [enabled, due_at, tx.organization_id, schedule_id],
    )
    _emit(tx, schedule, "resumed" if enabled else "paused", {}, by=by, business=business, now=now)
    return replace(schedule, enabled=enabled, next_due_at=due_at)


def run_schedule_now(tx: Transaction, schedule_id: UUID, *, by: str, now: datetime) -> UUID:
    """Enqueue a schedule's task at once, also while it is paused; its next run stays. Return the task's id.

    While a task of the schedule is queued or running, that one's id is returned and nothing is enqueued. `now` is system time.
    """
    schedule = get_schedule(tx, schedule_id)
    business = organizations.get_organization(tx, tx.organization_id).clock.at(now)
    task_id = enqueue(
        tx,
        schedule.kind,
        parameters={**schedule.parameters, "due_at": business.isoformat()},
        subject=f"schedule:{schedule.id}",
        dedup_key=f"schedule:{schedule.id}",
        created_by=by,
        now=now,
    )
    _emit(tx, schedule, "begun", {"task_id": task_id}, by=by, business=business, now=now)
    return task_id


def _emit(
    tx: Transaction,
    schedule: Schedule,
    verb: str,
    body: Mapping[str, object],
    *,
    by: str,
    business: datetime,
    now: datetime,
) -> None:
    event = events.Event(
        organization_id=tx.organization_id,
        name=f"kernel.schedule.{verb}",
        subject=f"schedule:{schedule.id}",
        body={"schedule_id": schedule.id, "kind": schedule.kind, **body},
        at=business,
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])


_DUE = """
select s.organization_id, s.id, s.kind, s.rule, s.parameters, s.next_due_at, o.time_zone,
       o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed as business_now
from schedules s
join organizations o on o.id = s.organization_id and o.removed_at is null
join controls c on c.organization_id = o.id and c.state = 'running'
where s.enabled and s.next_due_at <= o.business_anchor + (%(now)s::timestamptz - o.system_anchor) * o.speed
order by s.next_due_at
limit %(limit)s
for update of s skip locked
"""


def enqueue_due(database: Database, now: datetime) -> int:
    """Enqueue a task for every schedule that is due in a running organisation; return how many. `now` is system time.

    What was missed (a stop, a machine switched off, a fast clock) is made up for once, not once for each time; while a
    schedule's task is queued or running, no second one is enqueued.
    """
    with database.system() as tx:
        due = tx.all(_DUE, {"now": now, "limit": DUE_COUNT_MAX})
        for row in due:
            try:
                enqueue(
                    tx,
                    row["kind"],
                    organization_id=row["organization_id"],
                    parameters={**row["parameters"], "due_at": row["next_due_at"].isoformat()},
                    subject=f"schedule:{row['id']}",
                    dedup_key=f"schedule:{row['id']}",
                    created_by="system:schedules",
                    now=now,
                )
            except TaskInvalid as error:
                log.warning("a schedule was passed over", schedule=str(row["id"]), kind=row["kind"], error=str(error))
            tx.execute(
                "update schedules set next_due_at = %s where organization_id = %s and id = %s",
                [
                    next_due(parse_rule(row["rule"]), row["business_now"], row["time_zone"]),
                    row["organization_id"],
                    row["id"],
                ],
            )
    return len(due)
