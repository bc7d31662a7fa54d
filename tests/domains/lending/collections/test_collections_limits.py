"""How contacts are counted and when they are lawful, at the edges."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.arrears import case

from intendant.domains.lending.collections.cases import why_not
from intendant.domains.lending.collections.cures import Cell, Cures
from intendant.domains.lending.collections.ladder import Rungs, recommend, rungs_of
from intendant.domains.lending.collections.limits import (
    Allowance,
    History,
    allowances,
    history,
    lawful_moment,
    local_hour,
)
from intendant.domains.lending.collections.model import Contact, ContactOutcome, Step
from intendant.domains.lending.collections.policy import default_policy
from intendant.domains.lending.collections.vocabulary import VOCABULARY, values_of
from intendant.kernel.gate import (
    Comparison,
    Effect,
    Operator,
    Rule,
    check_policy,
    compile_policy,
    dump_policy,
    parse_policy,
)

CHICAGO = "America/Chicago"
NOTHING = History(0, 0, 0, None, None)
COMPILED = compile_policy(default_policy())


def _local(hour: int, minute: int = 0, *, day: int = 17, month: int = 6, zone: str = CHICAGO) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _call(at: datetime, outcome: ContactOutcome = ContactOutcome.NO_ANSWER) -> Contact:
    return Contact("call", "phone", outcome, at)


def _why(at: datetime, *contacts: Contact, step: str = Step.CALL, **fields: object) -> list[str]:
    subject = case(zone=CHICAGO, contacts=contacts, **fields)
    return why_not(COMPILED, step, values_of(subject, step, at, Cures({})), at)


def test_the_default_policy_is_sound_and_uses_known_words() -> None:
    policy = default_policy()
    known = {value.name for value in VOCABULARY.values}
    assert [finding for finding in check_policy(policy, known) if finding.blocking] == []
    assert parse_policy(dump_policy(policy)) == policy
    assert set(policy.actions) == {action.name for action in VOCABULARY.actions} == {step.value for step in Step}


@pytest.mark.parametrize(
    ("hour", "minute", "allowed"), [(7, 59, False), (8, 0, True), (20, 59, True), (21, 0, True), (21, 1, False)]
)
def test_nobody_is_called_outside_the_hours_where_they_live(hour: int, minute: int, *, allowed: bool) -> None:
    assert (_why(_local(hour, minute)) == []) is allowed


def test_a_letter_knows_no_hours() -> None:
    assert _why(_local(3), step=Step.LETTER) == []


@pytest.mark.parametrize(("month", "day"), [(3, 8), (11, 1)])
def test_on_the_day_of_a_clock_change_the_wall_clock_counts(month: int, day: int) -> None:
    assert _why(_local(7, 59, month=month, day=day)) != []
    assert _why(_local(8, 0, month=month, day=day)) == []
    assert _why(_local(21, 1, month=month, day=day)) != []


def test_the_eighth_call_within_seven_days_is_forbidden() -> None:
    at = _local(12)
    seven = [_call(at - timedelta(hours=20 * place)) for place in range(1, 8)]
    assert _why(at, *seven[:6]) == []
    assert "seven calls" in _why(at, *seven)[0]
    # Seven days on from the first of them there is room for one again.
    assert _why(_local(12, day=18), *seven) == []


def test_a_call_of_seven_days_ago_no_longer_counts() -> None:
    at = _local(12)
    calls = [_call(_local(8 + place, day=10)) for place in range(7)]
    assert _why(at, *calls) == []
    assert _why(_local(12, day=16), *calls) != []


def test_after_a_conversation_nobody_calls_for_seven_days_counting_its_own() -> None:
    spoken = _call(_local(20, day=10), ContactOutcome.REACHED)
    assert "conversation" in _why(_local(9, day=16), spoken)[0]
    assert _why(_local(9, day=17), spoken) == []
    assert _why(_local(9, day=11), spoken, step=Step.REMIND) == []


def test_a_visit_by_phone_channel_counts_as_a_call() -> None:
    at = _local(12)
    offers = [Contact("offer_hardship", "phone", "no_answer", at - timedelta(hours=place)) for place in range(1, 8)]
    assert _why(at, *offers) != []


@pytest.mark.parametrize(
    "fields",
    [
        {"no_contact": True},
        {"hardship": "asked"},
        {"hardship": "granted", "hardship_until": datetime(2026, 6, 30, tzinfo=UTC).date()},
        {"promise_due_on": datetime(2026, 6, 17, tzinfo=UTC).date()},
    ],
)
def test_while_contact_is_not_wished_or_something_runs_nobody_calls(fields: dict[str, object]) -> None:
    assert len(_why(_local(12), **fields)) == 1


def test_days_are_those_of_the_borrowers_calendar() -> None:
    late = datetime(2026, 6, 17, 3, tzinfo=UTC)
    found = history([_call(late, ContactOutcome.REACHED)], late + timedelta(hours=3), CHICAGO)
    assert found.conversation_days == 1
    assert history([_call(late)], late + timedelta(hours=3), "UTC").last_contact_days == 0


def test_a_contact_after_the_moment_is_not_counted() -> None:
    at = _local(12)
    assert history([_call(at + timedelta(minutes=1))], at, CHICAGO) == NOTHING


def test_a_step_is_planned_for_the_next_hour_that_is_lawful() -> None:
    bounds = {"from_hour": 10, "until_hour": 20}
    assert lawful_moment(_local(12), CHICAGO, **bounds) == _local(12)
    assert lawful_moment(_local(0), CHICAGO, **bounds) == _local(10)
    assert lawful_moment(_local(20), CHICAGO, **bounds) == _local(10, day=18)
    # Over the night in which the clocks go forward.
    assert lawful_moment(_local(23, month=3, day=7), CHICAGO, **bounds) == _local(10, month=3, day=8)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds have none
    st.sampled_from(["UTC", CHICAGO, "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]),
)
def test_whenever_a_step_is_planned_its_hour_is_within_the_law(now: datetime, zone: str) -> None:
    planned = lawful_moment(now, zone, from_hour=10, until_hour=20)
    assert planned >= now
    assert 8 <= local_hour(planned, zone) <= 21
    assert planned - now < timedelta(hours=26)


def test_the_ladder_climbs_with_the_days() -> None:
    rungs = Rungs()
    assert recommend(case(days_past_due=1), NOTHING, rungs)[0] is Step.REMIND
    assert recommend(case(days_past_due=15), NOTHING, rungs)[0] is Step.CALL
    assert recommend(case(days_past_due=30), NOTHING, rungs)[0] is Step.LETTER
    assert recommend(case(days_past_due=60), NOTHING, rungs)[0] is Step.OFFER_HARDSHIP
    assert recommend(case(days_past_due=180), NOTHING, rungs)[0] is Step.CHARGE_OFF_PROPOSAL
    assert recommend(case(days_past_due=180, state="charged_off"), NOTHING, rungs)[0] is Step.OFFER_HARDSHIP


def test_the_ladder_rests_between_contacts_and_then_changes_the_means() -> None:
    at = _local(12)
    called = case(days_past_due=20, contacts=(_call(at - timedelta(days=8)),))
    assert recommend(called, history(called.contacts, at, CHICAGO), Rungs())[0] is Step.REMIND
    assert recommend(called, history(called.contacts, at - timedelta(days=5), CHICAGO), Rungs())[0] is Step.WAIT


def test_rungs_that_make_no_sense_are_the_defaults() -> None:
    assert rungs_of({"call_from_days": -1, "wait_days": True, "plan_from_hour": 22, "plan_until_hour": 9}) == Rungs()
    assert rungs_of({"call_from_days": 3}).call_from_days == 3


def test_a_share_of_cures_is_smoothed_and_needs_history() -> None:
    cures = Cures({(1, "remind"): Cell(27, 30), (30, "call"): Cell(3, 30), (60, "call"): Cell(5, 29)})
    assert cures.share(60, "call") is None
    assert cures.share(90, "call") is None
    overall = 35 / 89
    assert cures.share(1, "remind") == pytest.approx((27 + 10 * overall) / 40)
    assert cures.share(30, "call") == pytest.approx((3 + 10 * overall) / 40)


def test_the_most_contacts_are_read_from_the_rules_and_the_tightest_counts() -> None:
    past = History(4, 9, 3, 1, None)
    assert allowances(default_policy().rules, past) == [Allowance("calls_7_days", 3, 7)]
    own = [
        Rule(name="few", effect=Effect.REQUIRE, when=Comparison("calls_7_days", Operator.LE, 2), reason="Few."),
        Rule(name="month", effect=Effect.FORBID, when=Comparison("contacts_30_days", Operator.GT, 9), reason="Few."),
    ]
    found = allowances([*default_policy().rules, *own], past)
    assert found == [Allowance("calls_7_days", 3, 3), Allowance("contacts_30_days", 9, 10)]
