"""Policy versions: checked before they hold, published by one at a time, compared, rolled back, bound in the audit log."""

from dataclasses import replace

import pytest
from tests.support.deciding import active_policy, change_action, publish, together
from tests.support.lending import GOOD, Lender

from intendant.kernel import policies
from intendant.kernel.audit import POLICY
from intendant.kernel.gate import AllOf, Comparison, Effect, Operator, PolicyInvalid, Rule, dump_policy
from intendant.kit import clock
from intendant.kit.database import Row
from intendant.kit.errors import Invalid


def active(lender: Lender) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.get_active(tx, lender.kind.name)


def versions(lender: Lender) -> list[tuple[int, str]]:
    with lender.database.transaction(lender.organization.id) as tx:
        return [(row["version"], row["state"]) for row in policies.list_versions(tx, lender.kind.name)]


def roll_back(lender: Lender, version: int) -> Row:
    with lender.database.transaction(lender.organization.id) as tx:
        return policies.roll_back(
            tx,
            lender.organization,
            lender.kind.name,
            version,
            author="test",
            reason="It was better.",
            system_now=clock.system_now(),
        )


def test_a_published_policy_holds_from_the_next_decision_on(lender):
    assert lender.decide(GOOD)["verdict"] == "act"
    change_action(lender, "approve", act_threshold=0.95)
    record = lender.decide(GOOD)
    assert (record["verdict"], record["policy_version"]) == ("ask", 2)
    assert versions(lender) == [(2, "active"), (1, "retired")]


def test_a_contradiction_blocks_publishing_and_is_named(lender):
    policy = active_policy(lender)
    always = AllOf(())
    contradicting = replace(
        policy,
        rules=(
            Rule("must", Effect.REQUIRE, Comparison("amount", Operator.GT, 100), actions=("approve",)),
            Rule("must not", Effect.FORBID, Comparison("amount", Operator.GT, 100), actions=("approve",)),
            Rule("never", Effect.FORBID, always, actions=("reject",)),
        ),
    )
    with pytest.raises(policies.PolicyContradicts) as refused:
        publish(lender, contradicting)
    assert any(finding["blocking"] for finding in refused.value.data["findings"])
    assert versions(lender) == [(1, "active")]
    assert lender.decide(GOOD)["verdict"] == "act"


def test_whoever_started_from_an_older_version_is_refused(lender):
    publish(lender, active_policy(lender), replaces=1)
    with pytest.raises(policies.PolicyChanged, match="Version 2 is active"):
        publish(lender, active_policy(lender), replaces=1)
    assert versions(lender)[0] == (2, "active")


def test_of_two_who_publish_at_once_from_one_version_one_is_refused(lender):
    policy = active_policy(lender)
    results = together([lambda: publish(lender, policy, replaces=1) for _ in range(6)])
    assert sum(isinstance(each, dict) for each in results) == 1
    refused = [each for each in results if not isinstance(each, dict)]
    assert {type(each) for each in refused} == {policies.PolicyChanged}
    assert all("Version 2 is active" in str(each) for each in refused)
    assert together([lambda: publish(lender, policy) for _ in range(5)])[0]["version"] in range(3, 8)
    assert [version for version, _ in versions(lender)] == [7, 6, 5, 4, 3, 2, 1]
    assert [state for _, state in versions(lender)].count("active") == 1


def test_rolling_back_is_a_new_version_that_says_what_the_old_one_said(lender):
    change_action(lender, "approve", act_threshold=0.95)
    row = roll_back(lender, 1)
    assert row["version"] == 3
    with lender.database.transaction(lender.organization.id) as tx:
        assert active(lender)["body"] == policies.get_version(tx, lender.kind.name, 1)["body"]
    assert lender.decide(GOOD)["verdict"] == "act"
    with pytest.raises(policies.PolicyVersionUnknown):
        roll_back(lender, 99)


def test_a_policy_goes_to_its_own_kind_and_needs_a_reason(lender):
    body = dump_policy(active_policy(lender))
    assert policies.parse_body(lender.kind.name, body) == active_policy(lender)
    with pytest.raises(PolicyInvalid):
        policies.parse_body("other.kind", body)
    for reason in ("", " ", "x" * 2_001):
        with lender.database.transaction(lender.organization.id) as tx, pytest.raises(Invalid):
            policies.publish(
                tx,
                lender.organization,
                active_policy(lender),
                author="test",
                reason=reason,
                system_now=clock.system_now(),
            )


def test_each_version_is_bound_in_the_audit_log(lender):
    change_action(lender, "approve", act_threshold=0.9)
    with lender.database.transaction(lender.organization.id) as tx:
        for row in tx.all("select * from policies"):
            leaf = tx.find(
                "select body::json ->> 'digest' as digest from audit where body::json ->> 'subject' = %s",
                [f"policy:{row['id']}"],
            )
            assert leaf == {"digest": POLICY.digest(row).hex()}


def test_organisations_have_policies_of_their_own(lender, other_lender):
    change_action(lender, "approve", act_threshold=0.95)
    results = lender.decide_many(lender.proposal(GOOD), other_lender.proposal(GOOD))
    assert [(each.as_dict()["verdict"], each.as_dict()["policy_version"]) for each in results] == [
        ("ask", 2),
        ("act", 1),
    ]


def test_a_decision_is_made_by_the_very_version_it_names(lender):
    """Publishing while deciding: threshold and version on the record always belong together."""
    policy = active_policy(lender)
    thresholds = {1: 0.75}

    def publish_many() -> None:
        for number in range(12):
            threshold = 0.95 if number % 2 else 0.6
            actions = {**policy.actions, "approve": replace(policy.actions["approve"], act_threshold=threshold)}
            thresholds[publish(lender, replace(policy, actions=actions))["version"]] = threshold

    def decide_many() -> list[dict[str, object]]:
        return [lender.decide(GOOD) for _ in range(40)]

    results = together([publish_many, decide_many, decide_many])
    for record in [*results[1], *results[2]]:
        expected = "act" if record["confidence"] >= thresholds[record["policy_version"]] else "ask"
        assert record["verdict"] == expected
