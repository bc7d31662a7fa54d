"""Schedules in business time: every so often, or daily on the wall clock, through both changes of summer time."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.kernel import tasks
from intendant.kernel.organizations import create_organization
from intendant.kit import clock
from intendant.kit.clock import BusinessClock
from intendant.kit.errors import Invalid

BERLIN = "Europe/Berlin"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "at", "zone", "due"),
    [
        ("2026-01-10T04:59:59", "06:00", BERLIN, "2026-01-10T05:00:00"),
        ("2026-01-10T05:00:00", "06:00", BERLIN, "2026-01-11T05:00:00"),
        ("2026-07-10T03:00:00", "06:00", BERLIN, "2026-07-10T04:00:00"),
        ("2026-03-28T12:00:00", "02:30", BERLIN, "2026-03-29T01:30:00"),  # 02:30 does not exist: 03:30 summer time
        ("2026-03-29T01:30:00", "02:30", BERLIN, "2026-03-30T00:30:00"),
        ("2026-10-24T12:00:00", "02:30", BERLIN, "2026-10-25T00:30:00"),  # 02:30 comes twice: the first
        ("2026-10-25T00:30:00", "02:30", BERLIN, "2026-10-26T01:30:00"),
        ("2026-01-10T23:30:00", "00:00", "UTC", "2026-01-11T00:00:00"),
        ("2026-01-10T00:00:00", "23:59", "Pacific/Kiritimati", "2026-01-10T09:59:00"),
    ],
)
def test_a_daily_time_is_met_on_the_wall_clock(after, at, zone, due):
    assert tasks.next_due(tasks.parse_rule({"daily_at": at}), moment(after), zone) == moment(due)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.times().map(lambda time: f"{time:%H:%M}"),
    st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "UTC"]),
)
def test_a_daily_rule_comes_once_on_every_day_of_the_wall_clock(start, at, zone):
    rule, due = tasks.parse_rule({"daily_at": at}), start.replace(tzinfo=UTC)
    days = []
    for _ in range(5):
        later = tasks.next_due(rule, due, zone)
        assert timedelta(0) < later - due <= timedelta(hours=25)
        due = later
        days.append(later.astimezone(ZoneInfo(zone)).date())
    assert all(second - first == timedelta(days=1) for first, second in itertools.pairwise(days))


@pytest.mark.parametrize(
    "rule",
    [{}, {"every_seconds": 0}, {"every_seconds": True}, {"every_seconds": 1.5}, {"daily_at": "25:00"}, {"daily_at": 6}, {"every_seconds": 5, "daily_at": "06:00"}, {"cron": "* * * * *"}],
)  # fmt: skip
def test_a_rule_that_is_not_understood_is_refused(rule):
    with pytest.raises(Invalid) as refused:
        tasks.parse_rule(rule)
    assert refused.value.field == "rule"


def test_a_schedule_is_met_in_the_organisations_business_time_and_made_up_for_once(database):
    now = clock.system_now()
    fast = BusinessClock(now, now, 86_400.0)
    with database.system() as tx:
        slow_one = create_organization(tx, slug="slow", name="Slow")
        fast_one = create_organization(tx, slug="fast", name="Fast", business_clock=fast, time_zone=BERLIN)
    for one in (slow_one, fast_one):
        with database.transaction(one.id) as tx:
            tasks.put_schedule(tx, "daily", {"daily_at": "06:00"}, now=now)
    later = now + timedelta(seconds=10)
    assert tasks.enqueue_due(database, later) == 1
    assert tasks.enqueue_due(database, later) == 0
    with database.transaction(fast_one.id) as tx:
        (task,) = tasks.list_tasks(tx)
        (schedule,) = tasks.list_schedules(tx)
    assert task.kind == "daily"
    assert timedelta(0) < schedule.next_due_at - fast.at(later) <= timedelta(hours=25)
    tasks.enqueue_due(database, later + timedelta(seconds=5))
    with database.transaction(fast_one.id) as tx:
        assert len(tasks.list_tasks(tx)) == 1, "the first has not ended yet"


def test_a_stopped_organisations_schedules_wait(database, organization):
    now = clock.system_now()
    with database.transaction(organization.id) as tx:
        tasks.put_schedule(tx, "often", {"every_seconds": 1}, now=now)
        tx.execute("update controls set state = 'stopped'")
    assert tasks.enqueue_due(database, now + timedelta(minutes=1)) == 0


def test_a_schedule_that_is_put_again_is_replaced(database, organization):
    with database.transaction(organization.id) as tx:
        tasks.put_schedule(tx, "often", {"every_seconds": 10}, now=clock.system_now())
        tasks.put_schedule(tx, "often", {"every_seconds": 20}, now=clock.system_now(), enabled=False)
        (schedule,) = tasks.list_schedules(tx)
    assert (schedule.rule, schedule.enabled) == ({"every_seconds": 20}, False)


def test_daily_schedules_move_to_another_time_of_the_day_and_others_stay(database, organization):
    now = clock.system_now()
    with database.transaction(organization.id) as tx:
        tasks.put_schedule(tx, "daily", {"daily_at": "06:00"}, now=now)
        tasks.put_schedule(tx, "often", {"every_seconds": 10}, now=now)
        often = next(each for each in tasks.list_schedules(tx) if each.kind == "often")
        tasks.move_daily_schedules(tx, "22:30", now=now)
        daily, after = tasks.list_schedules(tx)
    due = tasks.next_due(tasks.parse_rule({"daily_at": "22:30"}), organization.clock.at(now), organization.time_zone)
    assert (daily.rule, daily.next_due_at) == ({"daily_at": "22:30"}, due)
    assert after == often
