"""Answering: taken once, bound to exactly what was proposed, by whoever may, with a reason, before the deadline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.deciding import (
    active_policy,
    approval_of,
    change_action,
    given,
    publish,
    respond,
    set_level,
    switch,
    together,
)
from tests.support.lending import GOOD, MIDDLING, UNKNOWABLE, Lender

from intendant.kernel import approvals
from intendant.kernel.approvals import ApprovalClosed, ApprovalStale, ApprovalUnknown, AssigneeUnknown, TierTooLow
from intendant.kernel.decisions import ActionUnknown, Decision, ReasonMissing, Stopped, answer, expire_due
from intendant.kernel.gate import Fate, Tier
from intendant.kernel.organizations import get_organization, set_clock
from intendant.kit import clock, ids
from intendant.kit.database import Row
from intendant.kit.errors import IntendantError


def asked(lender: Lender, inputs: Any = None) -> Row:
    """Return an approval that waits."""
    record = lender.decide(inputs or MIDDLING)
    assert record["verdict"] == "ask"
    return approval_of(lender, record)


def now_of(lender: Lender, approval: Row) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return approvals.get_approval(tx, approval["id"])


def events_of(lender: Lender, name: str) -> list[Row]:
    with lender.database.transaction(lender.organization.id) as tx:
        return tx.all("select * from events where name = %s order by seq", [name])


def pass_deadline(lender: Lender) -> None:
    """Let two business days go by."""
    late = lender.organization.clock.now() + timedelta(days=2)
    with lender.database.system() as tx:
        set_clock(tx, lender.organization.id, clock.BusinessClock(clock.system_now(), late))


def test_an_approval_acts_through_the_gate_and_closes_the_case(lender):
    approval = asked(lender)
    record = respond(lender, approval).as_dict()
    assert (record["verdict"], record["action"], record["decided_by"]) == ("act", "approve", "user:owner@acme.test")
    assert record["answers"] == str(approval["decision_id"])
    assert record["answer"] == {"answer": "approve", "by": "user:owner@acme.test", "reason": "I looked at it."}
    assert lender.state(approval["subject_id"])[0] == "approved"
    closed = now_of(lender, approval)
    assert (closed["state"], closed["answer"], str(closed["answer_decision_id"])) == (
        "answered",
        "approve",
        record["id"],
    )
    assert lender.scalar("select count(*) from effects") == 1


def test_declining_rejects_and_pays_nothing(lender):
    approval = asked(lender)
    record = respond(lender, approval, "decline").as_dict()
    assert (record["verdict"], record["action"]) == ("act", "reject")
    assert lender.state(approval["subject_id"])[0] == "rejected"
    assert lender.scalar("select count(*) from effects") == 0


def test_an_amended_answer_changes_what_is_done(lender):
    approval = asked(lender)
    record = respond(lender, approval, "amend", amended={"amount": "4200", "term_months": 12}).as_dict()
    assert (record["verdict"], record["parameters"]["amount"], record["parameters"]["term_months"]) == (
        "act",
        "4200.00",
        12,
    )
    with lender.database.transaction(lender.organization.id) as tx:
        effect = tx.find("select parameters::json ->> 'amount' as amount from effects")
    assert effect == {"amount": "4200.00"}
    assert now_of(lender, approval)["amended"] == {"amount": "4200", "term_months": 12}


@pytest.mark.parametrize(
    "amended", [{"amount": "much"}, {"amount": -1}, {"purpose": "car"}, {"credit_score": 800}, {"amount": "1e12"}]
)
def test_an_amendment_that_cannot_be_is_refused_and_leaves_the_case_open(lender, amended):
    approval = asked(lender)
    with pytest.raises(IntendantError) as refused:
        respond(lender, approval, "amend", amended=amended)
    assert refused.value.code == "application_invalid"
    assert now_of(lender, approval)["state"] == "open"


def test_an_action_that_the_policy_does_not_name_is_refused_and_leaves_the_case_open(lender):
    approval = asked(lender)
    with pytest.raises(ActionUnknown):
        respond(lender, approval, "amend", amended={"action": "give-away"})
    assert now_of(lender, approval)["state"] == "open"


MUTATIONS = {
    "approval": ({"approval_id": ids.new_id()}, ApprovalUnknown),
    "digest": ({"digest": b"\x00" * 32}, ApprovalStale),
    "digest cut off": ({"digest": b""}, ApprovalStale),
    "reason empty": ({"reason": ""}, ReasonMissing),
    "reason blank": ({"reason": " \n\t "}, ReasonMissing),
    "reason endless": ({"reason": "x" * 2_001}, ReasonMissing),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_an_answer_with_one_wrong_field_is_refused(lender, name):
    changes, error = MUTATIONS[name]
    approval = asked(lender)
    with pytest.raises(error):
        respond(lender, approval, **changes)
    assert now_of(lender, approval)["state"] == "open"
    assert lender.state(approval["subject_id"])[0] == "referred"


def test_a_digest_of_another_case_does_not_fit(lender):
    first, second = asked(lender), asked(lender)
    with pytest.raises(ApprovalStale):
        respond(lender, first, digest=bytes(second["digest"]))


def test_no_organisation_answers_for_another(lender, other_lender):
    approval = asked(lender)
    with pytest.raises(ApprovalUnknown):
        answer(other_lender.decider, other_lender.organization.id, given(approval))
    assert now_of(lender, approval)["state"] == "open"


@pytest.mark.parametrize(
    ("tier", "needed"), [(Tier.OPERATOR, Tier.MANAGER), (Tier.OPERATOR, Tier.OWNER), (Tier.MANAGER, Tier.OWNER)]
)
def test_a_tier_too_low_is_refused(lender, tier, needed):
    change_action(lender, "approve", tier=needed)
    approval = asked(lender)
    with pytest.raises(TierTooLow):
        respond(lender, approval, tier=tier)
    assert now_of(lender, approval)["state"] == "open"
    assert respond(lender, approval, tier=needed).as_dict()["verdict"] == "act"


def test_an_answer_is_taken_once(lender):
    approval = asked(lender)
    respond(lender, approval)
    for verb in ("approve", "decline"):
        with pytest.raises(ApprovalClosed):
            respond(lender, approval, verb)
    assert lender.scalar("select count(*) from effects") == 1


def test_of_two_answers_at_the_same_moment_one_is_taken(lender):
    approval = asked(lender)
    results = together(
        [lambda v=verb: respond(lender, approval, v) for verb in ("approve", "decline", "approve", "decline")]
    )
    taken = [each for each in results if isinstance(each, Decision)]
    assert len(taken) == 1
    assert {type(each) for each in results if not isinstance(each, Decision)} == {ApprovalClosed}
    assert str(now_of(lender, approval)["answer_decision_id"]) == str(taken[0].id)


def test_the_same_answer_with_the_same_key_gives_the_same_decision(lender):
    approval = asked(lender)
    made = respond(lender, approval, idempotency_key="k")
    again = respond(lender, approval, idempotency_key="k")
    assert (again.id, again.replayed) == (made.id, True)
    with pytest.raises(IntendantError) as refused:
        respond(lender, approval, "decline", idempotency_key="k")
    assert refused.value.code == "idempotency_key_reused"


def test_an_answer_is_stale_when_the_policy_has_changed_and_the_case_is_decided_anew(lender):
    approval = asked(lender)
    change_action(lender, "approve", act_threshold=0.6)
    with pytest.raises(ApprovalStale) as stale:
        respond(lender, approval)
    assert stale.value.data["verdict"] == "act"
    assert now_of(lender, approval)["state"] == "stale"
    state, version = lender.state(approval["subject_id"])
    assert (state, version) == ("approved", 2)
    assert lender.scalar("select count(*) from effects") == 1


def test_a_case_decided_anew_may_be_asked_again_and_answered_then(lender):
    approval = asked(lender)
    change_action(lender, "approve", act_threshold=0.8)
    with pytest.raises(ApprovalStale) as stale:
        respond(lender, approval)
    with lender.database.transaction(lender.organization.id) as tx:
        following = tx.find("select * from approvals where decision_id = %s", [stale.value.data["decision_id"]])
    assert following["state"] == "open"
    assert respond(lender, following).as_dict()["verdict"] == "act"


def test_an_answer_is_stale_when_the_subject_has_changed(lender):
    approval = asked(lender)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update lending_applications set version = version + 1 where id = %s", [approval["subject_id"]])
    with pytest.raises(ApprovalStale) as stale:
        respond(lender, approval)
    assert stale.value.data["verdict"] == "ask"
    assert now_of(lender, approval)["state"] == "stale"
    assert lender.scalar("select count(*) from approvals where state = 'open'") == 1


def test_an_answer_about_a_subject_that_is_over_is_stale_and_closes_the_case(lender):
    approval = asked(lender)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute(
            "update lending_applications set version = version + 1, state = 'withdrawn' where id = %s",
            [approval["subject_id"]],
        )
    with pytest.raises(ApprovalStale) as stale:
        respond(lender, approval)
    assert stale.value.data["why"] == "application_closed"
    assert now_of(lender, approval)["state"] == "stale"


def test_a_policy_published_while_answers_come_in_never_lets_one_slip_through(lender):
    waiting = [asked(lender, MIDDLING) for _ in range(8)]
    policy = active_policy(lender)
    results = together(
        [lambda a=each: respond(lender, a) for each in waiting]
        + [lambda: publish(lender, replace(policy, intervention_threshold=0.31))]
    )
    asking = {row["id"]: row["policy_version"] for row in _decisions(lender)}
    for approval, result in zip(waiting, results, strict=False):
        if isinstance(result, Decision):
            assert asking[result.id] == asking[approval["decision_id"]]
        else:
            assert isinstance(result, ApprovalStale)


def _decisions(lender: Lender) -> list[Row]:
    with lender.database.transaction(lender.organization.id) as tx:
        return tx.all("select id, policy_version from decisions")


@pytest.mark.parametrize("how", ["stopped", "halted", "component"])
def test_while_stopped_no_answer_is_taken_and_the_case_stays_open(lender, how):
    approval = asked(lender)
    set_level(lender, "stopped") if how == "component" else switch(lender, how)
    for verb in ("approve", "decline"):
        with pytest.raises(Stopped):
            respond(lender, approval, verb)
    assert now_of(lender, approval)["state"] == "open"
    pass_deadline(lender)
    assert expire_due(lender.decider, lender.organization.id) == 0
    assert lender.scalar("select count(*) from decisions") == 1
    set_level(lender, "full") if how == "component" else switch(lender, "running")
    assert expire_due(lender.decider, lender.organization.id) == 1


def test_what_nobody_answers_is_declined_at_its_deadline(lender):
    approval = asked(lender)
    assert expire_due(lender.decider, lender.organization.id) == 0
    pass_deadline(lender)
    assert expire_due(lender.decider, lender.organization.id) == 1
    closed = now_of(lender, approval)
    assert (closed["state"], closed["answered_by"]) == ("expired", "system:deadline")
    assert lender.state(approval["subject_id"])[0] == "expired"
    assert lender.scalar("select count(*) from effects") == 0
    with pytest.raises(ApprovalClosed):
        respond(lender, approval)
    assert expire_due(lender.decider, lender.organization.id) == 0


def test_what_is_escalated_goes_up_one_tier_and_is_declined_after_the_owner(lender):
    change_action(lender, "approve", fate=Fate.ESCALATE)
    approval = asked(lender)
    seen = []
    for _ in range(3):
        pass_deadline(lender)
        together([lambda: expire_due(lender.decider, lender.organization.id) for _ in range(2)])
        row = now_of(lender, approval)
        seen.append((row["tier"], row["state"]))
        lender.organization = _reload(lender)
    assert seen == [("manager", "open"), ("owner", "open"), ("owner", "expired")]
    assert [event["name"] for event in events_of(lender, "kernel.approval.escalated")] == [
        "kernel.approval.escalated"
    ] * 2


def _reload(lender: Lender) -> Any:
    with lender.database.system() as tx:
        return get_organization(tx, lender.organization.id)


def test_one_case_that_cannot_expire_does_not_keep_the_others(lender):
    gone, withdrawn, sound = (asked(lender) for _ in range(3))
    with lender.database.system() as tx:
        tx.execute("delete from lending_applications where id = %s", [gone["subject_id"]])
        tx.execute("update lending_applications set state = 'withdrawn' where id = %s", [withdrawn["subject_id"]])
    pass_deadline(lender)
    expire_due(lender.decider, lender.organization.id)
    assert [now_of(lender, each)["state"] for each in (gone, withdrawn, sound)] == ["stale", "stale", "expired"]


def test_a_blind_case_hides_what_was_proposed_until_it_is_answered(lender):
    change_action(lender, "approve", blind_share=1.0)
    approval = asked(lender)
    shown = approvals.concealed(approval)
    assert (shown["action"], shown["confidence"]) == (None, None)
    assert "repaid" not in shown["summary"]
    with lender.database.transaction(lender.organization.id) as tx:
        assert approvals.list_hidden(tx, [approval["decision_id"]]) == {approval["decision_id"]}
    record = respond(lender, approval).as_dict()
    assert approvals.concealed(now_of(lender, approval))["action"] == "approve"
    with lender.database.transaction(lender.organization.id) as tx:
        assert approvals.list_hidden(tx, [approval["decision_id"]]) == set()
    concealed = str(approvals.conceal(record))
    assert "0.66" not in concealed
    assert "'score'" not in concealed


def test_a_case_is_assigned_to_members_only(lender):
    approval = asked(lender)
    now = datetime.now(UTC)
    with lender.database.transaction(lender.organization.id) as tx, pytest.raises(AssigneeUnknown):
        approvals.assign(tx, approval["id"], ids.new_id(), by="test", now=now, system_now=now)
    with lender.database.transaction(lender.organization.id) as tx, pytest.raises(ApprovalUnknown):
        approvals.assign(tx, ids.new_id(), None, by="test", now=now, system_now=now)
    with lender.database.transaction(lender.organization.id) as tx:
        approvals.assign(tx, approval["id"], None, by="test", now=now, system_now=now)
    assert len(events_of(lender, "kernel.approval.assigned")) == 1


def test_under_a_person_s_control_everything_is_asked(lender):
    with lender.database.system() as tx:
        tx.execute(
            "update components set controlled_by = 'user:ann' where organization_id = %s", [lender.organization.id]
        )
    approval = asked(lender, GOOD)
    assert respond(lender, approval).as_dict()["verdict"] == "act"


def test_a_model_that_does_not_know_asks(lender):
    approval = asked(lender, UNKNOWABLE)
    assert approval["state"] == "open"
