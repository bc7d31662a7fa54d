"""Deciding loan applications on a real database: by model, rule, person and deadline; and without a model, by none of them alone."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.support.lending import (
    BAD,
    BELOW_MINIMUM,
    GOOD,
    MIDDLING,
    PRODUCT,
    UNKNOWABLE,
    Lender,
    hand_made_model,
    open_lender,
)

from intendant.domains.lending import usecases
from intendant.domains.lending.catalogue import parse_product
from intendant.domains.lending.invariants import INVARIANTS
from intendant.domains.lending.kind import DuplicateReference
from intendant.domains.lending.model import Product
from intendant.domains.lending.repository import ApplicationUnknown
from intendant.kernel import approvals, policies
from intendant.kernel.decisions import Decision, GivenAnswer, answer, expire_due
from intendant.kernel.gate import Tier, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database


def outcome_of(record: Mapping[str, Any]) -> tuple[str, str]:
    """Return action and verdict."""
    return record["action"], record["verdict"]


def given_answer(lender: Lender, record: Mapping[str, Any], word: Any, **amended: object) -> GivenAnswer:
    """Return a person's answer to what a record asks."""
    with lender.database.transaction(lender.organization.id) as tx:
        row = approvals.get_approval(tx, record["approval_id"])
    return GivenAnswer(row["id"], word, bytes(row["digest"]), "looked at it", "user:ann", Tier.OWNER, amended)


def assert_invariants(lender: Lender) -> None:
    """Check that every invariant query returns no row."""
    with lender.database.system() as tx:
        assert {name: tx.all(query) for name, query in INVARIANTS.items()} == {name: [] for name in INVARIANTS}


@pytest.mark.parametrize(
    ("inputs", "outcome", "state"),
    [
        (GOOD, ("approve", "act"), "approved"),
        (BAD, ("reject", "act"), "rejected"),
        (MIDDLING, ("approve", "ask"), "referred"),
        (UNKNOWABLE, ("approve", "ask"), "referred"),
        (BELOW_MINIMUM, ("approve", "refuse"), "rejected"),
    ],
)
def test_an_application_is_decided_and_stored_in_one_go(
    lender: Lender, inputs: dict[str, Any], outcome: tuple[str, str], state: str
) -> None:
    record = lender.decide(inputs)
    assert outcome_of(record) == outcome
    assert lender.state(record["subject_id"]) == (state, 1)
    assert record["model_version"].startswith("1:")
    assert_invariants(lender)


def test_the_record_holds_score_alternatives_and_expected_gain_but_no_protected_attribute(lender: Lender) -> None:
    record = lender.decide(GOOD | {"sex": "female"})
    assert record["values"]["score"] == pytest.approx(0.909, abs=0.001)
    assert record["confidence"] == record["values"]["score"]
    assert {each["action"]: each["propensity"] for each in record["alternatives"]} == {
        "approve": 1,
        "reject": 0,
        "refer": 0,
    }
    assert float(record["impact"]["money"]) == pytest.approx(5000 * (0.909 * 0.1 - 0.091 * 0.6), abs=3)
    assert "female" not in str(record)
    assert lender.scalar("select protected from lending_applications") == '{"sex":"female"}'


def test_an_approval_pays_out_once_and_is_held_first(lender: Lender) -> None:
    record = lender.decide(GOOD | {"iban": "DE02120300000000202051"}, "r-1")
    with lender.database.transaction(lender.organization.id) as tx:
        (effect,) = tx.all("select connector, action, state, parameters::json as p, hold_until from effects")
    assert (effect["connector"], effect["action"], effect["state"]) == ("payouts", "payouts.pay", "held")
    assert effect["p"] == {
        "amount": "5000", "currency": "USD", "destination": "DE02120300000000202051", "reference": "r-1",
    }  # fmt: skip
    assert record["effects"]


def test_a_product_without_payout_pays_nothing(lender: Lender) -> None:
    with lender.database.transaction(lender.organization.id) as tx:
        lender.product = usecases.publish_product(
            tx, lender.organization, lender.kind.catalogue, parse_product(PRODUCT | {"payout": False}), author="t"
        )
    assert lender.product.version == 2
    assert lender.decide(GOOD)["effects"] == []


def test_what_the_model_cannot_tell_is_asked_and_says_so(lender: Lender) -> None:
    record = lender.decide(UNKNOWABLE)
    assert record["abstain"] is not None
    assert "abstained" in {reason["code"] for reason in record["reasons"]}


def test_a_policy_that_asks_for_more_coverage_than_the_model_has_asks_people(lender: Lender) -> None:
    stricter = replace(lender.kind.default_policy(), conformal_coverage=0.99)
    with lender.database.transaction(lender.organization.id) as tx:
        policies.publish(
            tx, lender.organization, stricter, author="t", reason="be surer", system_now=clock.system_now()
        )
    record = lender.decide(GOOD)
    assert outcome_of(record) == ("approve", "ask")
    assert "99.0%" in record["abstain"]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (None, "no model"),
        ({"validated": False}, "not validated"),
        ({"stale_at": "past"}, "stale"),
        ({"digest": bytes(32)}, "damaged"),
        ({"algorithm": "xgboost"}, "cannot decide"),
    ],
)
def test_without_a_sound_model_rules_refuse_and_people_decide_the_rest(
    database: Database, organization: Organization, columns: dict[str, Any] | None, why: str
) -> None:
    lender = open_lender(database, organization, model=False)
    if columns is not None:
        if columns.get("stale_at") == "past":
            columns = {"stale_at": organization.clock.now() - timedelta(days=1)}
        lender.install_model(**columns)
    good, bad, below = (lender.decide(each) for each in (GOOD, BAD, BELOW_MINIMUM))
    assert outcome_of(good) == ("approve", "ask")
    assert good["confidence"] is None
    assert good["model_version"] is None
    assert why in good["abstain"]
    assert outcome_of(below) == ("approve", "refuse")
    assert outcome_of(bad) == ("approve", "refuse"), "a credit score of 560 is refused by rule"


@pytest.mark.parametrize(("level", "told"), [("assisted", 0), ("observe", 0), ("supervised", 1), ("full", 1)])
def test_only_a_component_that_is_to_act_tells_that_it_decides_without_an_estimate(
    database: Database, organization: Organization, level: str, told: int
) -> None:
    lender = open_lender(database, organization, model=False, level=level)
    assert lender.decide(GOOD)["confidence"] is None
    with database.transaction(organization.id) as tx:
        assert tx.scalar("select count(*) from alerts where cause like 'unestimated:%%'", []) == told


def test_a_model_that_looks_at_what_the_form_does_not_score_decides_nothing(lender: Lender) -> None:
    form = [each if each["name"] != "purpose" else {**each, "role": "information"} for each in PRODUCT["form"]]
    with lender.database.transaction(lender.organization.id) as tx:
        lender.product = usecases.publish_product(
            tx, lender.organization, lender.kind.catalogue, parse_product(PRODUCT | {"form": form}), author="t"
        )
    record = lender.decide(GOOD)
    assert outcome_of(record) == ("approve", "ask")
    assert "purpose" in record["abstain"]


def test_a_promoted_model_decides_from_the_next_application_on(lender: Lender) -> None:
    assert lender.decide(GOOD)["model_version"].startswith("1:")
    lender.install_model()
    assert lender.decide(GOOD)["model_version"].startswith("2:")


def test_a_reference_is_taken_once_in_a_batch_and_ever_after_and_the_others_go_on(lender: Lender) -> None:
    first, second, other = lender.decide_many(
        lender.proposal(GOOD, "a"), lender.proposal(GOOD, "a"), lender.proposal(GOOD, "b")
    )
    assert isinstance(first, Decision)
    assert isinstance(second, DuplicateReference)
    assert isinstance(other, Decision)
    assert isinstance(lender.decide_many(lender.proposal(GOOD, "a"))[0], DuplicateReference)
    assert lender.scalar("select count(*) from lending_applications") == 2


def test_another_organisation_has_its_own_references_models_and_applications(
    lender: Lender, database: Database, other_organization: Organization
) -> None:
    other = open_lender(database, other_organization, model=False)
    mine, theirs = lender.decide_many(lender.proposal(GOOD, "a"), other.proposal(GOOD, "a"))
    assert isinstance(mine, Decision)
    assert isinstance(theirs, Decision)
    assert mine.as_dict()["verdict"] == "act"
    assert theirs.as_dict()["verdict"] == "ask", "it has no model of its own"
    with database.transaction(other_organization.id) as tx:
        assert other.kind.reconsider(tx, [mine.as_dict()["subject_id"]]) == {}


def test_only_observing_leaves_the_application_to_people(database: Database, organization: Organization) -> None:
    lender = open_lender(database, organization, level="observe")
    record = lender.decide(GOOD)
    assert (record["verdict"], record["would"]) == ("observe", "act")
    assert lender.state(record["subject_id"]) == ("under_review", 1)
    assert record["effects"] == []


def test_what_comes_while_everything_is_stopped_stays_submitted(lender: Lender) -> None:
    with lender.database.system() as tx:
        tx.execute("update controls set state = 'stopped' where organization_id = %s", [lender.organization.id])
    record = lender.decide(GOOD)
    assert record["verdict"] == "refuse"
    assert lender.state(record["subject_id"]) == ("submitted", 1)


@pytest.mark.parametrize(
    ("word", "outcome", "state"),
    [("approve", ("approve", "act"), "approved"), ("decline", ("reject", "act"), "rejected")],
)
def test_a_persons_answer_takes_the_same_way(lender: Lender, word: str, outcome: tuple[str, str], state: str) -> None:
    asked = lender.decide(MIDDLING)
    answered = answer(lender.decider, lender.organization.id, given_answer(lender, asked, word)).as_dict()
    assert outcome_of(answered) == outcome
    assert answered["decided_by"] == "user:ann"
    assert lender.state(asked["subject_id"]) == (state, 2)
    assert_invariants(lender)


def test_an_action_that_only_the_policy_knows_leaves_the_application_to_people(lender: Lender) -> None:
    with lender.database.transaction(lender.organization.id) as tx:
        active = policies.get_active(tx, "lending.application")
        policy = parse_policy(active["body"])
        policy = replace(policy, actions={**policy.actions, "call_back": policy.actions["refer"]})
        policies.publish(
            tx, lender.organization, policy, author="user:ann", reason="Calls.", system_now=clock.system_now()
        )
    asked = lender.decide(MIDDLING)
    answered = answer(
        lender.decider, lender.organization.id, given_answer(lender, asked, "amend", action="call_back")
    ).as_dict()
    assert outcome_of(answered) == ("call_back", "act")
    assert lender.state(asked["subject_id"]) == ("under_review", 2)
    assert answered["effects"] == []


def test_an_answer_may_amend_the_amount_and_that_is_paid(lender: Lender) -> None:
    asked = lender.decide(MIDDLING)
    amended = answer(
        lender.decider, lender.organization.id, given_answer(lender, asked, "amend", amount=4200)
    ).as_dict()
    assert outcome_of(amended) == ("approve", "act")
    assert amended["amount"] == "4200.00"
    assert lender.scalar("select amount from lending_applications") == 4200
    assert lender.scalar("select parameters::json ->> 'amount' from effects") == "4200"


@pytest.mark.parametrize("change", [{"amount": -1}, {"amount": "much"}, {"credit_score": 800}, {"term_months": 600}])
def test_an_unsound_amendment_is_refused_and_the_question_stays_open(lender: Lender, change: dict[str, Any]) -> None:
    asked = lender.decide(MIDDLING)
    with pytest.raises(Exception, match=r"amount|amended|term"):
        answer(lender.decider, lender.organization.id, given_answer(lender, asked, "amend", **change))
    assert lender.state(asked["subject_id"]) == ("referred", 1)
    assert lender.scalar("select count(*) from approvals where state = 'open'") == 1


def test_an_answer_to_an_application_that_was_withdrawn_is_refused(lender: Lender) -> None:
    asked = lender.decide(MIDDLING)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update lending_applications set state = 'withdrawn', version = version + 1")
    with pytest.raises(approvals.ApprovalStale):
        answer(lender.decider, lender.organization.id, given_answer(lender, asked, "approve"))


def test_a_question_that_nobody_answers_in_time_lets_the_application_expire(lender: Lender) -> None:
    asked = lender.decide(MIDDLING)
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update approvals set due_at = due_at - interval '2 days'")
    assert expire_due(lender.decider, lender.organization.id) == 1
    assert lender.state(asked["subject_id"]) == ("expired", 2)
    assert_invariants(lender)


def test_an_application_that_is_not_there_cannot_be_decided_again(lender: Lender) -> None:
    proposal = lender.proposal(GOOD)
    proposal.subject.version = 1  # type: ignore[attr-defined]
    assert isinstance(lender.decide_many(proposal)[0], ApplicationUnknown)


def test_parsing_and_estimating_are_quick(lender: Lender) -> None:
    form = lender.kind.catalogue.form(lender.product)
    started = time.perf_counter()
    for _ in range(5_000):
        form.parse(GOOD)
    assert (time.perf_counter() - started) / 5_000 < 100e-6, "far above what it takes, so that only a blunder fails"


def test_a_model_is_read_once_and_shared_by_its_digest(lender: Lender) -> None:
    lender.decide_many(*(lender.proposal(GOOD) for _ in range(3)))
    with lender.database.transaction(lender.organization.id) as tx:
        rows = tx.all("select id, digest, algorithm from models where role = 'champion'")
        scorer = lender.kind.champions.scorer(tx, rows[0])
        assert scorer is lender.kind.champions.scorer(tx, rows[0])
    assert scorer is not None
    assert scorer.feature_names == hand_made_model().feature_names


def test_a_table_without_an_amount_can_be_decided_too(lender: Lender) -> None:
    body = {"key": "bare", "name": "Bare", "currency": "USD", "payout": False,
            "form": [{"name": "credit_score", "type": "integer", "role": "credit_score"}]}  # fmt: skip
    with lender.database.transaction(lender.organization.id) as tx:
        product: Product = usecases.publish_product(
            tx, lender.organization, lender.kind.catalogue, parse_product(body), author="t"
        )
    lender.product = product
    record = lender.decide({"credit_score": 720})
    assert record["amount"] is None
    assert "amount_missing" in {reason["code"] for reason in record["reasons"]}
