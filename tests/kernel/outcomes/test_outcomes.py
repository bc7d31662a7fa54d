"""Outcomes: joined to the decision they speak about, corrected, matured, and the same twice written once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.support.deciding import approval_of, respond, together
from tests.support.lending import GOOD, MIDDLING, Lender

from intendant.kernel import outcomes
from intendant.kernel.audit import OUTCOME
from intendant.kernel.outcomes import Outcome
from intendant.kit import clock, ids


def outcome(lender: Lender, subject_id: Any, value: float | None = 1.0, **changes: Any) -> Outcome:
    now = lender.organization.clock.now()
    values: dict[str, Any] = {
        "kind": lender.kind.name,
        "subject_id": UUID(str(subject_id)),
        "measure": "repaid",
        "value": value,
        "observed_at": now,
        "matured_at": now,
        "source": "test",
        "censored": value is None,
    }
    return Outcome(**(values | changes))


def record(lender: Lender, *given: Outcome) -> list[UUID]:
    with lender.database.transaction(lender.organization.id) as tx:
        return outcomes.record(tx, lender.organization, given, by="test", system_now=clock.system_now())


def stored(lender: Lender) -> list[dict[str, Any]]:
    with lender.database.transaction(lender.organization.id) as tx:
        return outcomes.list_outcomes(tx)[::-1]


def test_an_outcome_is_joined_to_the_last_decision_that_acted(lender):
    asked = lender.decide(MIDDLING)
    acted = respond(lender, approval_of(lender, asked))
    other = lender.decide(GOOD)
    record(lender, outcome(lender, asked["subject_id"]), outcome(lender, other["subject_id"], 0.0))
    assert [(row["decision_id"], row["value"]) for row in stored(lender)] == [(acted.id, 1.0), (UUID(other["id"]), 0.0)]


def test_an_outcome_of_what_nobody_decided_has_no_decision(lender):
    record(lender, outcome(lender, ids.new_id()))
    assert [row["decision_id"] for row in stored(lender)] == [None]


def test_the_same_outcome_twice_is_written_once_also_in_one_batch(lender):
    subject = lender.decide(GOOD)["subject_id"]
    first, second = record(lender, outcome(lender, subject), outcome(lender, subject))
    assert first == second
    assert record(lender, outcome(lender, subject)) == [first]
    assert len(stored(lender)) == 1


def test_the_same_outcome_at_the_same_moment_is_written_once(lender):
    subject = lender.decide(GOOD)["subject_id"]
    results = together([lambda: record(lender, outcome(lender, subject)) for _ in range(8)])
    assert len({each[0] for each in results}) == 1
    assert len(stored(lender)) == 1


def test_a_later_outcome_corrects_the_one_before_it(lender):
    subject = lender.decide(GOOD)["subject_id"]
    (first,) = record(lender, outcome(lender, subject, 1.0))
    (second,) = record(lender, outcome(lender, subject, 0.0))
    third, fourth = record(lender, outcome(lender, subject, 1.0), outcome(lender, subject, 0.0))
    assert [(row["id"], row["corrects"]) for row in stored(lender)] == [
        (first, None),
        (second, first),
        (third, second),
        (fourth, third),
    ]


def test_an_outcome_that_matures_is_told_again(lender):
    subject = lender.decide(GOOD)["subject_id"]
    early = outcome(lender, subject, 1.0, matured_at=None)
    (first,) = record(lender, early)
    assert record(lender, early) == [first]
    (second,) = record(lender, outcome(lender, subject, 1.0))
    assert second != first
    # A late report of the immature state changes nothing.
    assert record(lender, early) == [second]


def test_a_censored_outcome_is_not_taken_for_a_value(lender):
    subject = lender.decide(GOOD)["subject_id"]
    (first,) = record(lender, outcome(lender, subject, None))
    (second,) = record(lender, outcome(lender, subject, 0.0))
    (third,) = record(lender, outcome(lender, subject, None))
    assert len({first, second, third}) == 3
    assert [row["censored"] for row in stored(lender)] == [True, False, True]


def test_measures_are_kept_apart(lender):
    subject = lender.decide(GOOD)["subject_id"]
    record(lender, outcome(lender, subject), outcome(lender, subject, measure="contacted"))
    assert [row["corrects"] for row in stored(lender)] == [None, None]


def test_an_outcome_is_bound_by_its_leaf(lender):
    subject = lender.decide(GOOD)["subject_id"]
    given = outcome(lender, subject, 0.25, observed_at=lender.organization.clock.now() - timedelta(hours=1))
    (outcome_id,) = record(lender, given)
    with lender.database.transaction(lender.organization.id) as tx:
        leaf = tx.find(
            "select body::json ->> 'digest' as digest from audit where body::json ->> 'subject' = %s",
            [f"outcome:{outcome_id}"],
        )
    assert leaf == {"digest": OUTCOME.digest(stored(lender)[0]).hex()}


def test_no_organisation_sees_another_s_outcomes(lender, other_lender):
    subject = lender.decide(GOOD)["subject_id"]
    record(lender, outcome(lender, subject))
    record(other_lender, outcome(other_lender, subject, 0.0))
    assert [row["value"] for row in stored(lender)] == [1.0]
    assert [(row["decision_id"], row["corrects"]) for row in stored(other_lender)] == [(None, None)]
