"""A batch in one transaction: each member its own answer, whatever becomes of the others."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from tests.support.deciding import set_level, switch, together
from tests.support.lending import BAD, BELOW_MINIMUM, GOOD, MIDDLING, Lender

from intendant.kernel.decisions import (
    Decider,
    Decision,
    DecisionUnknown,
    Duplicate,
    IdempotencyKeyReused,
    MemberFailed,
    ProposalRejected,
    draws,
    get_decision,
    list_decisions,
    trace,
)
from intendant.kernel.registry import KindUnknown, Registry


def counted(lender: Lender) -> int:
    return int(lender.scalar("select count(*) from decisions"))


def verdicts(results: list[Any]) -> list[Any]:
    return [result.as_dict()["verdict"] if isinstance(result, Decision) else type(result) for result in results]


class Crashing:
    """The lender's kind, which crashes over one member."""

    def __init__(self, inner: Any, poison: str) -> None:
        self._inner = inner
        self._poison = poison

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def estimate(self, prepared: Any) -> Any:
        if any(proposal.subject.reference == self._poison for proposal, _, _ in prepared):
            raise ZeroDivisionError("a fault in a domain")
        return self._inner.estimate(prepared)


def test_a_bad_member_never_fails_its_batch(lender):
    lender.decide(GOOD, "taken")
    proposals = [
        lender.proposal(GOOD, "first"),
        lender.proposal(GOOD, "taken"),
        lender.proposal(GOOD, "nul", idempotency_key="no\x00key"),
        lender.proposal(BAD, "second"),
        replace(lender.proposal(GOOD, "lost"), kind="no.such.kind"),
        lender.proposal(MIDDLING, "third"),
        lender.proposal(BELOW_MINIMUM, "fourth"),
        replace(lender.proposal(GOOD, "astray"), organization_id=uuid4()),
    ]
    results = lender.decide_many(*proposals)
    assert [r if isinstance(r, str) else r.__name__ for r in verdicts(results)] == [
        "act",
        "DuplicateReference",
        "ProposalRejected",
        "act",
        "KindUnknown",
        "ask",
        "refuse",
        "OrganizationUnknown",
    ]
    assert isinstance(results[2], ProposalRejected)
    assert isinstance(results[4], KindUnknown)
    assert counted(lender) == 1 + 4


def test_a_member_over_which_the_program_crashes_takes_nobody_along(lender, database):
    registry = Registry([])
    registry.kinds[lender.kind.name] = Crashing(lender.kind, "poison")
    decider = Decider(database, registry)
    results = decider.decide_many([lender.proposal(GOOD, name) for name in ("a", "b", "poison", "c", "d")])
    assert verdicts(results) == ["act", "act", MemberFailed, "act", "act"]
    assert counted(lender) == 4


def test_a_refused_batch_is_decided_in_parts_and_each_organisation_in_its_own(lender, other_lender):
    ours = [lender.proposal(GOOD, f"r{n}", idempotency_key="no\x00key" if n == 5 else None) for n in range(9)]
    theirs = [other_lender.proposal(GOOD, f"r{n}") for n in range(4)]
    mixed = [each for pair in zip(ours, theirs, strict=False) for each in pair] + ours[4:]
    results = lender.decide_many(*mixed)
    assert sum(isinstance(result, Decision) for result in results) == 12
    refused = [place for place, result in enumerate(results) if isinstance(result, ProposalRejected)]
    assert [mixed[place].idempotency_key for place in refused] == ["no\x00key"]
    assert (counted(lender), counted(other_lender)) == (8, 4)


def test_no_organisation_sees_or_pays_for_another(lender, other_lender):
    set_level(other_lender, "observe")
    results = lender.decide_many(*[each.proposal(GOOD, f"r{n}") for n in range(3) for each in (lender, other_lender)])
    assert verdicts(results) == ["act", "observe"] * 3
    for each in (lender, other_lender):
        with each.database.transaction(each.organization.id) as tx:
            assert {row["verdict"] for row in list_decisions(tx)} == {"act" if each is lender else "observe"}
            with pytest.raises(DecisionUnknown):
                get_decision(tx, results[1 if each is lender else 0].id)
    assert lender.scalar("select sum(count) from allowances where action = 'approve'") == 3
    assert other_lender.scalar("select coalesce(sum(count), 0) from allowances where action = 'approve'") == 0


def test_the_same_key_twice_in_one_batch_decides_once(lender):
    first = lender.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1")
    again = lender.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1")
    other = lender.proposal(BAD, "b", idempotency_key="key", body_digest=b"2")
    results = lender.decide_many(first, lender.proposal(GOOD, "c"), again, other)
    assert verdicts(results) == ["act", "act", "act", IdempotencyKeyReused]
    assert results[0].id == results[2].id
    assert (results[0].replayed, results[2].replayed) == (False, True)
    assert counted(lender) == 2


def test_the_same_key_later_gives_the_same_answer_and_another_body_a_conflict(lender):
    made = lender.decider.decide(lender.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1"))
    again = lender.decider.decide(lender.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1"))
    assert (again.id, again.record, again.replayed) == (made.id, made.record, True)
    with pytest.raises(IdempotencyKeyReused):
        lender.decider.decide(lender.proposal(GOOD, "b", idempotency_key="key", body_digest=b"2"))
    assert counted(lender) == 1


def test_a_key_belongs_to_its_organisation(lender, other_lender):
    made = [
        each.decider.decide(each.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1"))
        for each in (lender, other_lender)
    ]
    assert made[0].id != made[1].id
    assert not made[1].replayed


def test_the_same_key_at_the_same_moment_decides_once_and_all_get_the_same_answer(lender, database):
    deciders = [Decider(database, lender.decider.registry) for _ in range(6)]

    def work(decider: Decider) -> Any:
        return lambda: decider.decide(lender.proposal(GOOD, "a", idempotency_key="key", body_digest=b"1"))

    results = together([work(each) for each in deciders])
    assert len({result.id for result in results}) == 1
    assert sorted(result.replayed for result in results) == [False] + [True] * 5
    assert counted(lender) == 1


def test_batches_with_the_same_keys_in_opposite_order_all_come_through(lender, database):
    def batch(decider: Decider, order: int) -> Any:
        names = [f"k{n}" for n in range(20)][::order]
        proposals = [lender.proposal(GOOD, name, idempotency_key=name, body_digest=b"1") for name in names]
        return lambda: dict(zip(names, decider.decide_many(proposals), strict=True))

    results = together([batch(Decider(database, lender.decider.registry), order) for order in (1, -1, 1, -1)])
    for name in (f"k{n}" for n in range(20)):
        assert len({each[name].id for each in results}) == 1
    assert counted(lender) == 20


def test_two_with_one_reference_at_the_same_moment_are_one_application(lender, database):
    results = together(
        [lambda: Decider(database, lender.decider.registry).decide(lender.proposal(GOOD, "same")) for _ in range(4)]
    )
    assert sum(isinstance(result, Decision) for result in results) == 1
    assert {result.code for result in results if not isinstance(result, Decision)} == {"duplicate_reference"}
    assert not any(isinstance(result, Duplicate) for result in results)


@pytest.mark.parametrize(("state", "code"), [("stopped", "stopped"), ("halted", "halted")])
def test_nothing_acts_while_it_is_stopped_or_halted(lender, state, code):
    switch(lender, state)
    record = lender.decide(GOOD)
    assert record["verdict"] == "refuse"
    assert record["reasons"][0]["code"] == code
    assert lender.scalar("select count(*) from effects") == 0
    assert lender.state(record["subject_id"])[0] == "submitted"
    switch(lender, "running")
    assert lender.decide(GOOD)["verdict"] == "act"


@pytest.mark.parametrize(
    ("level", "verdict", "would"),
    [
        ("stopped", "refuse", None),
        ("manual", "ask", None),
        ("observe", "observe", "act"),
        ("assisted", "ask", None),
        ("full", "act", None),
    ],
)
def test_a_level_says_how_much_a_component_does_by_itself(lender, level, verdict, would):
    set_level(lender, level)
    record = lender.decide(GOOD)
    assert (record["verdict"], record["would"], record["level"]) == (verdict, would, level)
    assert lender.scalar("select count(*) from effects") == (1 if verdict == "act" else 0)


def test_observing_says_what_it_would_have_done(lender):
    set_level(lender, "observe")
    assert [lender.decide(each)["would"] for each in (GOOD, BAD, MIDDLING, BELOW_MINIMUM)] == [
        "act",
        "act",
        "ask",
        "refuse",
    ]
    assert lender.scalar("select count(*) from approvals") == 0
    assert lender.scalar("select coalesce(sum(count), 0) from allowances") == 0


def test_supervised_a_share_is_checked_by_people_and_the_draw_can_be_drawn_again(lender):
    set_level(lender, "supervised")
    results = lender.decide_many(*[lender.proposal(GOOD, f"r{n}") for n in range(200)])
    records = [result.as_dict() for result in results]
    for record in records:
        drawn, blind = draws(record["seed"])
        assert record["reviewed"] == (drawn < 0.2)
        assert record["verdict"] == ("ask" if drawn < 0.2 else "act")
        assert record["blind"] == (drawn < 0.2 and blind < 0.1)
    assert 15 <= sum(record["reviewed"] for record in records) <= 70
    with lender.database.transaction(lender.organization.id) as tx:
        explained = trace(tx, results[0].id)
    assert explained["policy_version"] == records[0]["policy_version"]


def test_the_record_is_bound_by_its_audit_leaf_and_its_columns_repeat_it(lender):
    decision = lender.decider.decide(lender.proposal(MIDDLING, "a", idempotency_key="k", body_digest=b"1"))
    record = decision.as_dict()
    with lender.database.transaction(lender.organization.id) as tx:
        row = tx.find("select * from decisions where id = %s", [decision.id])
        leaf = tx.find(
            "select body::json as body from audit where body::json ->> 'subject' = %s", [f"decision:{decision.id}"]
        )
        approval = tx.find("select digest from approvals where decision_id = %s", [decision.id])
        digest = tx.scalar("select sha256(record::bytea) from decisions where id = %s", [decision.id])
    assert row["record"].encode() == decision.record
    assert leaf["body"]["digest"] == bytes(digest).hex() == bytes(approval["digest"]).hex()
    for name, value in row.items():
        if name in record and name != "record":
            stated = record[name]
            assert str(value) == str(stated) or value.isoformat() == stated, name
    assert record["idempotency_key"] == "k"
    assert [each["propensity"] for each in record["alternatives"]] == [1.0, 0.0, 0.0]
    assert sum(each["propensity"] for each in record["alternatives"]) == 1.0
    assert record["values"]["credit_score"] == 620
    assert "sex" not in record["values"]


def test_a_batch_of_nothing_is_nothing(lender):
    assert lender.decide_many() == []
