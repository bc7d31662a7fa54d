"""Held answers: checked when given and when carried out, taken back in between, done once, waiting while all is stopped."""

from datetime import timedelta
from typing import Any

import pytest
from tests.support.deciding import (
    approval_of,
    change_action,
    given,
    respond,
    set_level,
    switch,
    together,
)
from tests.support.lending import MIDDLING, Lender
from tests.support.serving import People

from intendant.kernel import alerts, approvals
from intendant.kernel.access import Member, Role, remove_member, set_disabled, set_role
from intendant.kernel.approvals import ApprovalClosed, ApprovalHeld, ApprovalNotHeld, Giver, HoldOfAnother
from intendant.kernel.decisions import Stopped, TurnedStale, carry_out_held, decide_anew, expire_due, hold_answers
from intendant.kernel.gate import Fate, Tier
from intendant.kernel.organizations import set_clock
from intendant.kit import clock, ids
from intendant.kit.database import Row
from intendant.kit.errors import IntendantError


@pytest.fixture
def operator(lender: Lender) -> Member:
    """Lend somebody who answers."""
    return People(lender.database).user(lender.organization, Role.OWNER)


def asked(lender: Lender) -> Row:
    """Return an approval that waits."""
    return approval_of(lender, lender.decide(MIDDLING))


def now_of(lender: Lender, approval: Row) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return approvals.get_approval(tx, approval["id"])


def held(lender: Lender, member: Member, *approval: Row, verb: str = "approve", **changes: Any) -> list[Any]:
    """Hold the same answer to approvals for ten seconds; return what became of each."""
    answers = [given(each, verb, **changes) for each in approval]
    with lender.database.transaction(lender.organization.id) as tx:
        return hold_answers(tx, lender.decider, answers, Giver("user", member.user.id), 10)


def pass_time(lender: Lender) -> None:
    """Let the seconds of every hold go by."""
    with lender.database.system() as tx:
        tx.execute("update approvals set held_until = held_until - interval '1 minute'")


def take_back(lender: Lender, approval: Row, by: str = "user:owner@acme.test", tier: Tier = Tier.OWNER) -> Any:
    held = now_of(lender, approval)["held"]
    giver = Giver(**held["giver"]) if held and held["by"] == by else Giver("user", ids.new_id())
    return taken_back(lender, approval, giver, by, tier)


def taken_back(lender: Lender, approval: Row, giver: Giver, by: str, tier: Tier) -> Any:
    with lender.database.transaction(lender.organization.id) as tx:
        now = clock.system_now()
        taken = approvals.take_back(tx, [approval["id"]], by=by, giver=giver, tier=tier, now=now, system_now=now)
        return taken.get(approval["id"])


def names_of_events(lender: Lender) -> list[str]:
    with lender.database.transaction(lender.organization.id) as tx:
        rows = tx.all("select name from events where name like 'kernel.approval.%%' order by seq", [])
    return [row["name"].rpartition(".")[2] for row in rows]


def alerts_of(lender: Lender) -> list[Row]:
    with lender.database.transaction(lender.organization.id) as tx:
        return alerts.list_alerts(tx, alerts.AlertFilter(cause="held_answer:"))


def test_a_held_answer_is_carried_out_once_its_seconds_are_over(lender, operator):
    approval = asked(lender)
    (row,) = held(lender, operator, approval)
    assert (row["state"], row["held"]["answer"], row["held"]["by"]) == ("open", "approve", "user:owner@acme.test")
    assert carry_out_held(lender.decider) == 0
    assert now_of(lender, approval)["state"] == "open"
    pass_time(lender)
    assert carry_out_held(lender.decider) == 1
    closed = now_of(lender, approval)
    assert (closed["state"], closed["answer"], closed["answered_by"]) == (
        "answered",
        "approve",
        "user:owner@acme.test",
    )
    assert lender.state(approval["subject_id"])[0] == "approved"
    assert carry_out_held(lender.decider) == 0
    assert names_of_events(lender) == ["held"]
    assert lender.scalar("select count(*) from audit where body like '%%kernel.approval.held%%'") == 1


@pytest.mark.parametrize(
    ("verb", "amended", "state", "amount"),
    [("decline", {}, "rejected", None), ("amend", {"amount": "4200", "term_months": 12}, "approved", "4200.00")],
)
def test_every_answer_may_be_held(lender, operator, verb, amended, state, amount):
    approval = asked(lender)
    held(lender, operator, approval, verb=verb, amended=amended)
    pass_time(lender)
    carry_out_held(lender.decider)
    assert lender.state(approval["subject_id"])[0] == state
    assert lender.scalar("select max(parameters::json ->> 'amount') from effects") == amount


def test_several_workers_at_once_carry_an_answer_out_once(lender, operator):
    waiting = [asked(lender) for _ in range(5)]
    held(lender, operator, *waiting)
    pass_time(lender)
    together([lambda: carry_out_held(lender.decider) for _ in range(4)])
    assert {now_of(lender, each)["state"] for each in waiting} == {"answered"}
    assert lender.scalar("select count(*) from effects") == 5
    assert lender.scalar("select count(*) from decisions") == 10
    assert alerts_of(lender) == []


def test_what_is_taken_back_is_not_carried_out_and_may_be_answered_again(lender, operator):
    approval = asked(lender)
    held(lender, operator, approval)
    assert take_back(lender, approval)["held"] is None
    pass_time(lender)
    assert carry_out_held(lender.decider) == 0
    assert now_of(lender, approval)["state"] == "open"
    assert isinstance(take_back(lender, approval), ApprovalNotHeld)
    assert respond(lender, approval, "decline").as_dict()["action"] == "reject"
    assert names_of_events(lender) == ["held", "taken_back"]


def test_taking_back_and_carrying_out_at_once_leaves_one_of_the_two(lender, operator):
    waiting = [asked(lender) for _ in range(4)]
    held(lender, operator, *waiting)
    pass_time(lender)
    results = together(
        [lambda: carry_out_held(lender.decider)] + [lambda each=each: take_back(lender, each) for each in waiting]
    )
    assert results[0] >= 0
    for approval, result in zip(waiting, results[1:], strict=True):
        expected = "answered" if isinstance(result, IntendantError) else "open"
        assert now_of(lender, approval)["state"] == expected


@pytest.mark.parametrize(("tier", "taken"), [(Tier.OPERATOR, False), (Tier.MANAGER, True), (Tier.OWNER, True)])
def test_a_held_answer_of_somebody_else_is_taken_back_by_a_higher_tier_only(lender, operator, tier, taken):
    approval = asked(lender)
    held(lender, operator, approval, by="user:op@acme.test", tier=Tier.OPERATOR)
    result = take_back(lender, approval, by="user:eve@acme.test", tier=tier)
    assert isinstance(result, HoldOfAnother) is not taken


def test_while_an_answer_is_held_nobody_else_answers(lender, operator):
    approval = asked(lender)
    held(lender, operator, approval)
    with pytest.raises(ApprovalHeld) as refused:
        respond(lender, approval, "decline", by="user:eve@acme.test")
    assert "user:owner@acme.test" in refused.value.message
    (result,) = held(lender, operator, approval, verb="decline", by="user:eve@acme.test")
    assert isinstance(result, ApprovalHeld)
    # Whoever gave it may change it, or not wait.
    (changed,) = held(lender, operator, approval, verb="decline")
    assert changed["held"]["answer"] == "decline"
    assert respond(lender, approval).as_dict()["action"] == "approve"
    pass_time(lender)
    assert carry_out_held(lender.decider) == 0


def test_two_people_at_once_hold_one_answer(lender, operator):
    approval = asked(lender)
    results = together(
        [lambda by=by: held(lender, operator, approval, by=f"user:{by}@acme.test")[0] for by in ("a", "b", "c")]
    )
    assert sorted(isinstance(each, ApprovalHeld) for each in results) == [False, True, True]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approval_id": ids.new_id()}, "approval_unknown"),
        ({"digest": b"\x00" * 32}, "approval_stale"),
        ({"verb": "amend", "amended": {"amount": "much"}}, "application_invalid"),
        ({"verb": "amend", "amended": {"action": "give-away"}}, "action_unknown"),
    ],
)
def test_what_would_be_refused_is_refused_when_it_is_given(lender, operator, changes, code):
    approval = asked(lender)
    (result,) = held(lender, operator, approval, **changes)
    assert result.code == code
    assert now_of(lender, approval)["held"] is None


def test_a_tier_too_low_and_a_closed_case_are_refused_when_given(lender, operator):
    change_action(lender, "approve", tier=Tier.MANAGER)
    approval, other = asked(lender), asked(lender)
    (result,) = held(lender, operator, approval, tier=Tier.OPERATOR)
    assert result.code == "tier_too_low"
    respond(lender, other)
    (result,) = held(lender, operator, other)
    assert isinstance(result, ApprovalClosed)


def test_of_many_answers_each_has_its_own_result(lender, operator):
    sound, closed = asked(lender), asked(lender)
    respond(lender, closed)
    results = held(lender, operator, sound, closed)
    assert [isinstance(each, IntendantError) for each in results] == [False, True]


def test_a_policy_that_changed_makes_an_answer_stale_when_it_is_given(lender, operator):
    approval = asked(lender)
    change_action(lender, "approve", act_threshold=0.6)
    (result,) = held(lender, operator, approval)
    assert isinstance(result, TurnedStale)
    (told,) = decide_anew(lender.decider, [result], "user:owner@acme.test")
    assert told.data["verdict"] == "act"
    assert now_of(lender, approval)["state"] == "stale"


def test_what_changes_while_an_answer_is_held_is_decided_anew_and_people_are_told(lender, operator):
    approval, gone = asked(lender), asked(lender)
    held(lender, operator, approval, gone)
    change_action(lender, "approve", act_threshold=0.8)
    with lender.database.system() as tx:
        tx.execute("delete from lending_applications where id = %s", [gone["subject_id"]])
    pass_time(lender)
    carry_out_held(lender.decider)
    assert {now_of(lender, each)["state"] for each in (approval, gone)} == {"stale"}
    assert lender.scalar("select count(*) from approvals where state = 'open' and held is null") == 1
    (alert,) = alerts_of(lender)
    assert (alert["kind"], alert["count"]) == ("intervention", 2)
    assert carry_out_held(lender.decider) == 0


@pytest.mark.parametrize("how", ["stopped", "halted", "component"])
def test_while_stopped_a_held_answer_waits_and_is_not_lost(lender, operator, how):
    approval = asked(lender)
    held(lender, operator, approval)
    set_level(lender, "stopped") if how == "component" else switch(lender, how)
    pass_time(lender)
    assert carry_out_held(lender.decider) == 0
    (result,) = held(lender, operator, approval, verb="decline")
    assert isinstance(result, Stopped)
    assert now_of(lender, approval)["held"]["answer"] == "approve"
    set_level(lender, "full") if how == "component" else switch(lender, "running")
    assert carry_out_held(lender.decider) == 1
    assert now_of(lender, approval)["state"] == "answered"


@pytest.mark.parametrize("fate", [Fate.DECLINE, Fate.ESCALATE])
def test_a_deadline_does_not_come_while_an_answer_is_held(lender, operator, fate):
    change_action(lender, "approve", fate=fate)
    approval = asked(lender)
    held(lender, operator, approval)
    late = lender.organization.clock.now() + timedelta(days=2)
    with lender.database.system() as tx:
        set_clock(tx, lender.organization.id, clock.BusinessClock(clock.system_now(), late))
    assert expire_due(lender.decider, lender.organization.id) == 0
    pass_time(lender)
    carry_out_held(lender.decider)
    assert now_of(lender, approval)["answer"] == "approve"


@pytest.mark.parametrize("how", ["removed", "disabled", "demoted"])
def test_who_may_not_answer_any_more_has_answered_nothing(lender, operator, how):
    change_action(lender, "approve", tier=Tier.MANAGER)
    approval = asked(lender)
    held(lender, operator, approval)
    with lender.database.system() as tx:
        People(lender.database).user(lender.organization, Role.OWNER, "other@acme.test")
        match how:
            case "removed":
                remove_member(tx, lender.organization.id, operator.user.id)
            case "disabled":
                set_disabled(tx, operator.user.id, disabled=True)
            case _:
                set_role(tx, lender.organization.id, operator.user.id, Role.OPERATOR)
    pass_time(lender)
    carry_out_held(lender.decider)
    left = now_of(lender, approval)
    assert (left["state"], left["held"]) == ("open", None)
    assert len(alerts_of(lender)) == 1
    assert names_of_events(lender) == ["held", "not_taken"]


def test_no_organisation_holds_or_takes_back_for_another(lender, other_lender, operator):
    approval = asked(lender)
    (result,) = held(other_lender, operator, approval)
    assert result.code == "approval_unknown"
    held(lender, operator, approval)
    assert taken_back(other_lender, approval, Giver("user", operator.user.id), "x", Tier.OWNER) is None


def test_a_key_of_the_same_name_takes_no_answer_back(lender, operator):
    approval = asked(lender)
    answers = [given(approval, by="key:robot", tier=Tier.OPERATOR)]
    with lender.database.transaction(lender.organization.id) as tx:
        hold_answers(tx, lender.decider, answers, Giver("key", ids.new_id()), 10)
    result = taken_back(lender, approval, Giver("key", ids.new_id()), "key:robot", Tier.OPERATOR)
    assert isinstance(result, HoldOfAnother)


def test_answers_of_several_organisations_are_carried_out_together(lender, other_lender, operator):
    theirs = People(other_lender.database).user(other_lender.organization)
    one, two = asked(lender), asked(other_lender)
    held(lender, operator, one)
    held(other_lender, theirs, two)
    pass_time(lender)
    assert carry_out_held(lender.decider) == 2
    assert {now_of(lender, one)["state"], now_of(other_lender, two)["state"]} == {"answered"}


@pytest.mark.parametrize("how", ["withdrawn", "stale"])
def test_people_are_told_of_a_held_answer_whose_case_was_closed_otherwise(lender, operator, how):
    approval = asked(lender)
    held(lender, operator, approval)
    with lender.database.transaction(lender.organization.id) as tx:
        if how == "withdrawn":
            closed = {"organization_id": lender.organization.id, "subject_id": approval["subject_id"], "state": how}
            approvals.WITHDRAWN.run(tx, [closed])
        else:
            approvals.mark_stale(tx, [approval["id"]])
    pass_time(lender)
    carry_out_held(lender.decider)
    left = now_of(lender, approval)
    assert (left["state"], left["held"]) == (how, None)
    assert names_of_events(lender) == ["held", "not_taken"]
    (alert,) = alerts_of(lender)
    assert approvals.why_closed(left) == alert["detail"]["why"]
    assert carry_out_held(lender.decider) == 0


def test_who_answers_too_late_is_told_in_plain_words_why(lender, operator):
    approval = asked(lender)
    late = lender.organization.clock.now() + timedelta(days=30)
    with lender.database.system() as tx:
        set_clock(tx, lender.organization.id, clock.BusinessClock(clock.system_now(), late))
    assert expire_due(lender.decider, lender.organization.id) == 1
    with pytest.raises(ApprovalClosed, match="Nobody answered before the deadline; it was declined"):
        respond(lender, approval)
    other = asked(lender)
    respond(lender, other)
    with pytest.raises(ApprovalClosed, match=r"user:owner@acme\.test has answered this case already"):
        respond(lender, other)
