"""Considering loans in arrears, through the real gate."""

from datetime import timedelta
from uuid import UUID

from tests.support.arrears import Collector, add_step, today
from tests.support.lending import Lender

from intendant.domains.lending.collections.kind import CollectionChanged, LoanNotInArrears
from intendant.domains.lending.collections.planning import Planned, plan_collections
from intendant.kernel.decisions import Decision, GivenAnswer, answer, decide_waiting
from intendant.kernel.gate import Tier
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Proposal


def _plan(lender: Lender) -> Planned:
    return plan_collections(lender.decider, lender.organization.id)


def _answer(lender: Lender, collector: Collector, how: str = "approve", **amended: object) -> None:
    (row,) = collector.all("select id, digest from approvals where state = 'open'")
    given = GivenAnswer(
        approval_id=row["id"],
        answer=how,
        digest=bytes(row["digest"]),
        reason="because",
        by="user:ada",
        tier=Tier.OWNER,
        amended=amended,
    )
    answer(lender.decider, lender.organization.id, given)


def _teach(lender: Lender, loan_id: UUID, *, action: str = "remind", cured: int = 36, count: int = 40) -> None:
    at = lender.organization.clock.now() - timedelta(days=60)
    with lender.database.transaction(lender.organization.id) as tx:
        for place in range(count):
            add_step(tx, lender.organization, loan_id, at, action=action, channel="email", cured=place < cured)


def test_collecting_starts_at_assisted(lender: Lender, database: object, other_organization: Organization) -> None:
    from intendant.kernel.autonomy import install_components
    from intendant.kit import clock

    with lender.database.system() as tx:
        install_components(tx, other_organization.id, lender.decider.registry, clock.system_now())
        rows = tx.all("select name, level from components where organization_id = %s", [other_organization.id])
    levels = {row["name"]: row["level"] for row in rows}
    assert levels["lending.collections"] == "assisted"
    assert levels["lending.decisions"] == "observe"


def test_without_history_a_person_is_asked_and_their_word_plans_the_step(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    assert _plan(lender).considered == 1
    (decision,) = collector.all("select * from decisions where kind = 'lending.collection'")
    assert (decision["action"], decision["verdict"], decision["confidence"]) == ("call", "ask", None)
    assert collector.all("select * from collection_steps") == []
    _answer(lender, collector)
    (step,) = collector.all("select * from collection_steps")
    assert (step["loan_id"], step["action"], step["state"], step["channel"]) == (loan_id, "call", "planned", "phone")
    assert "No channel is connected" in step["note"]
    assert collector.all("select 1 from events where name = 'lending.collection.planned'")


def test_a_loan_is_considered_once_a_day(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    assert _plan(lender).considered == 1
    collector.execute("update approvals set state = 'stale'")
    assert _plan(lender).considered == 0
    collector.execute("update collection_cases set considered_on = considered_on - 1, next_on = next_on - 1")
    assert _plan(lender).considered == 1


def test_a_loan_is_considered_again_when_its_bucket_changes(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=29)
    assert _plan(lender).considered == 1
    collector.execute("update approvals set state = 'stale'")
    collector.execute("update loans set days_past_due = 30, bucket = 30 where id = %s", loan_id)
    assert _plan(lender).considered == 1
    actions = [row["action"] for row in collector.all("select action from decisions order by id")]
    assert actions == ["call", "letter"]


def test_while_something_is_asked_or_planned_nothing_else_is(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    _plan(lender)
    later = "update collection_cases set considered_on = considered_on - 1, next_on = next_on - 1"
    collector.execute(later)
    assert _plan(lender).considered == 0
    _answer(lender, collector)
    collector.execute(later)
    assert _plan(lender).considered == 0


def test_a_loan_whose_day_is_not_in_the_books_yet_waits(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20, booked_to=today(collector.organization) - timedelta(days=1))
    assert _plan(lender).considered == 0


def test_a_loan_that_is_paid_up_is_left_alone(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=0)
    collector.add_loan(days=40, state="written_off")
    assert _plan(lender).considered == 0


def test_the_workers_round_considers_what_nobody_planned(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    assert decide_waiting(lender.decider) == 1
    assert decide_waiting(lender.decider) == 0


def test_with_history_and_trust_it_acts_by_itself(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=5)
    _teach(lender, loan_id)
    collector.add_loan(days=5)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute(
            "insert into collection_cases (organization_id, loan_id, channels, version, updated_at)"
            " select organization_id, id, array['email'], 0, now() from loans where id <> %s",
            [loan_id],
        )
    collector.execute("update loans set days_past_due = 0, bucket = 0 where id = %s", loan_id)
    lender.set_level("full")
    assert _plan(lender).considered == 1
    (decision,) = collector.all("select * from decisions where kind = 'lending.collection'")
    assert (decision["action"], decision["verdict"]) == ("remind", "act")
    assert abs(decision["confidence"] - 0.9) < 1e-9
    assert decision["model_version"] == "cures:40"
    (step,) = collector.all("select * from collection_steps where state = 'planned'")
    assert step["channel"] == "email"


def test_a_message_without_consent_is_asked_for_even_at_full_trust(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=5)
    _teach(lender, loan_id)
    collector.execute("update loans set days_past_due = 0, bucket = 0 where id = %s", loan_id)
    collector.add_loan(days=5)
    lender.set_level("full")
    _plan(lender)
    (decision,) = collector.all("select verdict, record from decisions where kind = 'lending.collection'")
    assert decision["verdict"] == "ask"
    assert '"channel_consent"' in decision["record"]


def test_a_charge_off_is_always_asked_and_of_the_owner(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=185)
    lender.set_level("full")
    _plan(lender)
    (row,) = collector.all("select action, tier from approvals")
    assert (row["action"], row["tier"]) == ("charge_off_proposal", "owner")


def test_declining_means_waiting_for_a_while(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    _plan(lender)
    _answer(lender, collector, "decline")
    assert collector.all("select 1 from collection_steps") == []
    (row,) = collector.all("select next_on from collection_cases")
    assert row["next_on"] == today(collector.organization) + timedelta(days=7)
    assert _plan(lender).considered == 0


def test_an_answer_is_stale_once_the_bucket_has_changed(lender: Lender, collector: Collector) -> None:
    import pytest

    from intendant.kernel.approvals import ApprovalStale

    loan_id = collector.add_loan(days=29)
    _plan(lender)
    collector.execute("update loans set days_past_due = 30, bucket = 30 where id = %s", loan_id)
    with pytest.raises(ApprovalStale):
        _answer(lender, collector)
    assert collector.all("select 1 from collection_steps") == []


def test_while_all_is_stopped_a_loan_stays_due(lender: Lender, collector: Collector) -> None:
    collector.add_loan(days=20)
    with lender.database.system() as tx:
        tx.execute("update controls set state = 'halted' where organization_id = %s", [lender.organization.id])
    _plan(lender)
    assert decide_waiting(lender.decider) == 0
    with lender.database.system() as tx:
        tx.execute("update controls set state = 'running' where organization_id = %s", [lender.organization.id])
    assert decide_waiting(lender.decider) == 1


def test_whoever_comes_second_with_a_loan_decides_nothing(lender: Lender, collector: Collector) -> None:
    loan_id = collector.add_loan(days=20)
    kind = lender.decider.registry.kind("lending.collection")
    with lender.database.transaction(lender.organization.id) as tx:
        subject, _ = kind.reconsider(tx, [loan_id])[loan_id]
    proposal = Proposal(lender.organization.id, kind.name, loan_id, subject, "test")
    first, twin = lender.decide_many(proposal, proposal)
    (late,) = lender.decide_many(proposal)
    assert isinstance(first, Decision)
    assert isinstance(twin, LoanNotInArrears | CollectionChanged)
    assert isinstance(late, CollectionChanged)
    assert len(collector.all("select 1 from approvals")) == 1


def test_loans_of_another_organization_are_not_touched(
    lender: Lender, collector: Collector, other_organization: Organization
) -> None:
    other = Collector(lender.database, other_organization)
    other.add_loan(days=20)
    assert _plan(lender).considered == 0
    assert other.all("select 1 from collection_cases") == []
