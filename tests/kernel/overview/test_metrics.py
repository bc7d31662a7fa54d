"""The overview's figures: buckets along the wall clock, shares of what ended, nothing made up; the day and the first steps."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.deciding import lender, other_lender
from tests.support.lending import BAD, GOOD, MIDDLING, Lender

from intendant.domains.lending.manifest import LENDING
from intendant.kernel import outcomes, overview, policies, tasks
from intendant.kernel.access import Role, add_user
from intendant.kernel.gate import parse_policy
from intendant.kernel.overview import BUCKETS, Metrics, Period, bucket_edges, day_bounds
from intendant.kernel.registry import Measured, Registry
from intendant.kit import clock

__all__ = ["lender", "other_lender"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
MOMENTS = st.integers(946_684_800, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))
REGISTRY = Registry([LENDING])


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.sampled_from(Period),
)
def test_buckets_rise_without_gap_and_the_last_one_holds_now(now, zone, period):
    edges = bucket_edges(now, zone, period)
    assert len(edges) == 2 * BUCKETS[period] + 1
    assert edges == sorted(set(edges))
    assert edges[-2] <= now < edges[-1]


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_day_holds_now_and_begins_on_the_wall_clocks_date(now, zone):
    begin, end = day_bounds(now, zone)
    assert begin <= now < end
    assert begin.astimezone(ZoneInfo(zone)).date() == now.astimezone(ZoneInfo(zone)).date()


def test_days_of_a_month_begin_at_midnight_also_where_the_clock_changes():
    edges = bucket_edges(datetime(2026, 4, 10, 12, tzinfo=UTC), "Europe/Berlin", Period.MONTH)
    assert {edge.astimezone(ZoneInfo("Europe/Berlin")).hour for edge in edges} == {0}
    assert {(b - a) for a, b in pairwise(edges)} == {timedelta(hours=24), timedelta(hours=23)}


def test_a_share_of_nothing_is_not_a_figure():
    assert overview.total([Measured(0, 0), Measured(0, 0)]) is None
    assert overview.total([Measured(1, 2), Measured(1, 2)]) == 0.5
    assert overview.total([Measured(1), Measured(2)]) == 3


def measured(lender: Lender, period: Period = Period.DAY, **later: float) -> Metrics:
    with lender.database.transaction(lender.organization.id) as tx:
        return overview.read_metrics(tx, REGISTRY, period, clock.system_now() + timedelta(**later))


def kpi(metrics: Metrics, key: str) -> overview.Kpi:
    return next(each for each in metrics.kpis if each.key == key)


@pytest.mark.parametrize("period", list(Period))
def test_decisions_are_counted_by_verdict_where_they_were_taken(lender, other_lender, period):
    for inputs in (GOOD, BAD, MIDDLING):
        lender.decide(inputs)
    other_lender.decide(GOOD)
    found = measured(lender, period)
    assert len(found.decisions) == BUCKETS[period]
    last = found.decisions[-1]
    assert (last.act, last.ask, last.refuse, last.observe) == (2, 1, 0, 0)
    assert sum(each.act + each.ask for each in found.decisions) == 3
    assert found.counted_from is None


def test_the_six_figures_come_in_order_and_what_has_no_source_says_so(lender):
    found = measured(lender)
    assert [each.key for each in found.kpis] == [
        "new_customers",
        "processed_loans",
        "revenue",
        "satisfaction",
        "system_performance",
        "decision_accuracy",
    ]
    missing = [each.key for each in found.kpis if not each.available]
    assert missing == ["satisfaction"]
    for each in found.kpis:
        assert each.why.endswith(".")
        assert each.available or (each.value, each.previous, each.series) == (None, None, [])
    assert kpi(found, "decision_accuracy").value is None
    assert kpi(found, "processed_loans").value == 0


def test_loans_paid_out_count_until_they_are_taken_back(lender):
    for _ in range(2):
        lender.decide(GOOD)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update lending_applications set state = 'disbursed' where state = 'approved'")
    assert kpi(measured(lender), "processed_loans").value == 2
    later = kpi(measured(lender, hours=25), "processed_loans")
    assert (later.value, later.previous) == (0, 2)


def test_effects_count_as_carried_out_when_they_ended_well(lender):
    now = clock.system_now()
    subject = lender.decide(GOOD)
    states = ("done", "undone", "failed", "planned", "cancelled", "unknown")
    with lender.database.transaction(lender.organization.id) as tx:
        for state in states:
            tx.execute(
                "insert into effects (organization_id, id, decision_id, subject_id, connector, action, parameters, state,"
                " due_at, created_at, updated_at) values (%s, gen_random_uuid(), %s, %s, 'x', 'y', '{}', %s, %s, %s, %s)",
                [lender.organization.id, subject["id"], subject["subject_id"], state, now, now, now],
            )
        tx.execute("update effects set id = first_id_at(%s + (ctid::text::point)[1] * interval '1 ms')", [now])
    assert kpi(measured(lender), "system_performance").value == 0.5


def test_accuracy_is_the_share_of_right_decisions_by_the_last_word_on_each(lender):
    at = lender.organization.clock.now()
    decided = [lender.decide(GOOD) for _ in range(3)]

    def say(place: int, value: float | None, *, censored: bool = False, matured: bool = True) -> outcomes.Outcome:
        subject_id = lender.scalar("select subject_id from decisions where id = %s", [decided[place]["id"]])
        end = at if matured else None
        return outcomes.Outcome("lending.application", subject_id, "repaid", value, at, end, "test", censored)

    with lender.database.transaction(lender.organization.id) as tx:
        for told in (say(0, 0.0), say(0, 1.0), say(1, 0.0), say(2, 1.0, matured=False)):
            outcomes.record(tx, lender.organization, [told], by="test", system_now=clock.system_now())
    assert kpi(measured(lender), "decision_accuracy").value == 0.5


def test_a_day_lists_what_is_due_and_what_was_begun(lender, other_lender):
    now = clock.system_now()
    with lender.database.transaction(lender.organization.id) as tx:
        tasks.put_schedule(tx, "test.soon", {"every_seconds": 1}, now=now)
        tasks.put_schedule(tx, "test.much_later", {"every_seconds": 30 * 86_400}, now=now)
        task_id = tasks.enqueue(tx, "test.nothing", parameters={}, created_by="test", now=now)
        day = overview.read_day(tx, now)
    assert [(each.kind, each.state) for each in day.items] == [("test.soon", "due"), ("test.nothing", "queued")]
    assert day.items[1].task_id == task_id
    assert not day.capped
    with other_lender.database.transaction(other_lender.organization.id) as tx:
        assert overview.read_day(tx, now).items == []


def test_steps_are_done_when_the_record_shows_it(lender):
    def done() -> list[str]:
        with lender.database.transaction(lender.organization.id) as tx:
            return [each.id for each in overview.read_checklist(tx, has_replay=False) if each.done]

    lender.set_level("observe")
    assert done() == []
    lender.set_level("supervised")
    assert done() == ["start"]
    lender.decide(GOOD)
    with lender.database.system() as tx:
        for name in ("a", "b"):
            add_user(tx, email=f"{name}@acme.test", name="", organization_id=lender.organization.id, role=Role.OWNER)
    with lender.database.transaction(lender.organization.id) as tx:
        policy = parse_policy(policies.get_active(tx, lender.kind.name)["body"])
        policies.publish(
            tx, lender.organization, policy, author="user:a@acme.test", reason="Mine.", system_now=clock.system_now()
        )
    assert done() == ["understand", "data", "limits", "people", "start"]
