"""Policies as people write them: what is accepted, what is refused and where, what changed, what is found wrong."""

from decimal import Decimal
from typing import Any

import pytest

from intendant.kernel import gate as public
from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    Effect,
    Finding,
    FindingKind,
    Level,
    Limit,
    PolicyInvalid,
    VerdictKind,
    Window,
    check_policy,
    compile_policy,
    default_action_policy,
    diff_policies,
    dump_policy,
    example_case,
    parse_policy,
    with_action,
    with_limit,
    with_rule_not_applicable,
)

RULE: dict[str, Any] = {"name": "r", "effect": "require", "when": {"field": "size", "op": "ge", "value": 3}}
ACTION: dict[str, Any] = {"act_threshold": 0.75, "limits": [{"window": "day", "count": 10}]}


def written(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"kind": "test.kind", "actions": {"go": ACTION}, "rules": list(rules), **changes}


def rule(name: str, effect: str, when: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "effect": effect, "when": when, **more}


def compare(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (None, None),
        ({}, "kind"),
        (written(rulse=[]), "rulse"),
        (written(intervention_threshold=1.2), "intervention_threshold"),
        (written(intervention_threshold=float("nan")), "intervention_threshold"),
        (written({**RULE, "effect": "permit"}), "rules[0].effect"),
        (written(RULE, {**RULE}), "rules[1].name"),
        (written({**RULE, "name": " "}), "rules[0].name"),
        (written({**RULE, "when": compare("size", "ge", "3")}), "rules[0].when.value"),
        (written({**RULE, "when": compare("size", "ge", float("inf"))}), "rules[0].when.value"),
        (written({**RULE, "when": compare("size", "gte", 3)}), "rules[0].when.op"),
        (written({**RULE, "when": compare("size", "in", [])}), "rules[0].when.value"),
        (written({**RULE, "when": compare("size", "between", [3, 1])}), "rules[0].when.value"),
        (written({**RULE, "when": compare("size", "between", [3, "x"])}), "rules[0].when.value"),
        (written({**RULE, "when": compare("size", "is_missing", 1)}), "rules[0].when.value"),
        (written({**RULE, "when": {"all": [{"any": []}]}}), "rules[0].when.all[0].any"),
        (written({**RULE, "when": {"all": [], "field": "x"}}), "rules[0].when"),
        (written({"name": "r", "effect": "forbid"}), "rules[0].when"),
        (written({"name": "r", "effect": "limit"}), "rules[0].cap"),
        (written({**RULE, "cap": {"at_most": 3}}), "rules[0].cap"),
        (written({**RULE, "actions": "go"}), "rules[0].actions"),
        (written({**RULE, "effective_from": "2026-01-01T00:00:00"}), "rules[0].effective_from"),
        (written({**RULE, "effective_from": "soon"}), "rules[0].effective_from"),
        (written(actions={"go": {}}), "actions.go.act_threshold"),
        (written(actions={"go": {"act_threshold": True}}), "actions.go.act_threshold"),
        (written(actions={"go": {**ACTION, "limits": [{"window": "day"}]}}), "actions.go.limits[0]"),
        (
            written(actions={"go": {**ACTION, "limits": [{"window": "day", "amount": "-1"}]}}),
            "actions.go.limits[0].amount",
        ),
        (written(actions={"go": {**ACTION, "review_share": {"full": 0.5}}}), "actions.go.review_share.full"),
        (written(parameters={"x": float("nan")}), "parameters.x"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place_and_a_remedy(body: object, path: str | None) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(body)
    assert caught.value.field == path
    assert caught.value.remedy


def test_a_policy_that_nests_too_deep_is_refused() -> None:
    condition: dict[str, Any] = compare("size", "ge", 3)
    for _ in range(40):
        condition = {"not": condition}
    with pytest.raises(PolicyInvalid):
        parse_policy(written({**RULE, "when": condition}))


def test_money_keeps_its_digits() -> None:
    policy = parse_policy(written(actions={"go": {**ACTION, "limits": [{"window": "day", "amount": "0.10"}]}}))
    assert policy.actions["go"].limits[0].amount == Decimal("0.10")
    assert dump_policy(policy)["actions"]["go"]["limits"][0]["amount"] == "0.10"  # type: ignore[index, call-overload]


def test_the_defaults_are_cautious() -> None:
    policy = parse_policy({"kind": "k", "actions": {"go": {"act_threshold": 0.75}}})
    assert policy.intervention_threshold == 0.3
    assert policy.conformal_coverage == 0.9
    action = policy.actions["go"]
    assert action == default_action_policy()
    assert (action.reversible, action.review_share_supervised, action.review_share_full) == (False, 0.2, 0.0)


def test_a_difference_is_told_in_sentences() -> None:
    before = parse_policy(written(RULE))
    after = with_action(with_limit(before, "go", Limit(Window.DAY, count=5)), "wait", default_action_policy())
    after = with_rule_not_applicable(after, "r", "no such column")
    old, new = ([{"window": "day", "count": count, "exceeded": "ask"}] for count in (10, 5))
    assert [change.text for change in diff_policies(before, after)] == [
        f"actions.go.limits changes from {old} to {new}.",
        "The action 'wait' is added.",
        "rules.r.not_applicable is set to no such column.",
    ]


def test_a_difference_ends_with_one_full_stop() -> None:
    before = parse_policy(written(RULE | {"reason": "The score is low."}))
    after = parse_policy(written(RULE | {"reason": "The score is too low."}))
    (change,) = diff_policies(before, after)
    assert change.text == "rules.r.reason changes from The score is low. to The score is too low."


def kinds(findings: list[Finding]) -> list[FindingKind]:
    return [finding.kind for finding in findings]


AT_LEAST_600 = compare("score", "ge", 600)


def test_requiring_and_forbidding_the_same_blocks_publishing() -> None:
    policy = parse_policy(written(rule("a", "require", AT_LEAST_600), rule("b", "forbid", AT_LEAST_600)))
    [finding] = check_policy(policy)
    assert (finding.kind, finding.blocking, finding.rules) == (FindingKind.CONTRADICTION, True, ("a", "b"))
    case = example_case(finding)
    assert case is not None
    verdict = compile_policy(policy).decide(case, ComponentState("c", Level.FULL), Allowances())
    assert verdict.kind is VerdictKind.REFUSE


def test_a_contradiction_among_three_rules_is_found_without_the_innocent() -> None:
    rules = [
        rule("a", "require", {"any": [compare("x", "gt", 5), compare("y", "gt", 5)]}),
        rule("innocent", "require", compare("z", "gt", 0)),
        rule("b", "forbid", compare("x", "gt", 3)),
        rule("c", "forbid", compare("y", "ge", 1)),
    ]
    found = [finding for finding in check_policy(parse_policy(written(*rules))) if finding.blocking]
    assert [finding.rules for finding in found] == [("a", "b", "c")]


def test_rules_in_effect_at_different_times_do_not_contradict_each_other() -> None:
    until = rule("a", "require", AT_LEAST_600, effective_until="2026-01-01T00:00:00+00:00")
    since = rule("b", "forbid", AT_LEAST_600, effective_from="2026-01-01T00:00:00+00:00")
    assert not any(finding.blocking for finding in check_policy(parse_policy(written(until, since))))
    overlapping = {**until, "effective_until": "2026-02-01T00:00:00+00:00"}
    assert any(finding.blocking for finding in check_policy(parse_policy(written(overlapping, since))))


def test_a_rule_switched_off_contradicts_nothing() -> None:
    policy = parse_policy(written(rule("a", "require", AT_LEAST_600), rule("b", "forbid", AT_LEAST_600)))
    assert check_policy(with_rule_not_applicable(policy, "b", "a draft")) == []


def test_rules_that_let_only_the_missing_through_do_not_block() -> None:
    rules = [
        rule("a", "require", AT_LEAST_600, missing="ignore"),
        rule("b", "forbid", AT_LEAST_600, missing="ignore"),
    ]
    assert not any(finding.blocking for finding in check_policy(parse_policy(written(*rules))))


def test_forbidding_an_action_outright_is_a_choice_and_no_contradiction() -> None:
    assert check_policy(parse_policy(written(rule("never", "forbid", True)))) == []


@pytest.mark.parametrize(
    ("rules", "kind", "names"),
    [
        (
            [rule("a", "forbid", {"all": [compare("x", "gt", 5), compare("x", "lt", 3)]})],
            FindingKind.NEVER_FIRES,
            ("a",),
        ),
        (
            [rule("a", "require", {"all": [compare("x", "gt", 5), compare("x", "lt", 3)]})],
            FindingKind.ALWAYS_FIRES,
            ("a",),
        ),
        (
            [rule("a", "ask", compare("x", "gt", 5)), rule("b", "forbid", compare("x", "gt", 3))],
            FindingKind.SHADOWED,
            ("a", "b"),
        ),
        (
            [rule("a", "ask", compare("x", "gt", 3)), rule("b", "forbid", compare("x", "gt", 5))],
            FindingKind.OVERLAP,
            ("a", "b"),
        ),
        (
            [rule("a", "ask", compare("x", "gt", 3)), rule("b", "ask", compare("x", "le", 3))],
            FindingKind.ALWAYS_ASKS,
            ("a", "b"),
        ),
        (
            [{"name": "a", "effect": "limit", "when": compare("colour", "eq", "red"), "cap": {"at_most": 5}}],
            FindingKind.GAP,
            ("a",),
        ),
        (
            [rule("a", "forbid", compare("x", "gt", 3)), rule("b", "forbid", compare("x", "eq", "much"))],
            FindingKind.MIXED_TYPES,
            ("a", "b"),
        ),
        ([rule("a", "forbid", True, actions=["fly"])], FindingKind.UNKNOWN_ACTION, ("a",)),
    ],
)
def test_what_looks_wrong_is_found(rules: list[dict[str, Any]], kind: FindingKind, names: tuple[str, ...]) -> None:
    findings = [finding for finding in check_policy(parse_policy(written(*rules))) if finding.kind is kind]
    assert [finding.rules for finding in findings] == [names]
    if kind not in {FindingKind.MIXED_TYPES, FindingKind.UNKNOWN_ACTION}:
        assert findings[0].example is not None


def test_an_overlap_comes_with_a_case_on_which_both_rules_fire() -> None:
    rules = [
        rule("a", "ask", {"field": "amount", "op": "gt", "other": "income", "factor": 0.5}),
        rule("b", "forbid", compare("income", "lt", 1000)),
    ]
    policy = parse_policy(written(*rules))
    [finding] = check_policy(policy)
    case = example_case(finding)
    assert finding.kind is FindingKind.OVERLAP
    assert case is not None
    verdict = compile_policy(policy).decide(case, ComponentState("c", Level.FULL), Allowances())
    assert [fired.rule for fired in verdict.fired] == ["a", "b"]


def test_a_field_no_case_has_blocks_publishing() -> None:
    policy = parse_policy(written(RULE, rule("own", "ask", compare("at.hour", "ge", 22))))
    assert kinds(check_policy(policy, known_fields={"size"})) == []
    [finding] = check_policy(policy, known_fields={"sizes"})
    assert (finding.kind, finding.blocking, finding.rules) == (FindingKind.UNKNOWN_FIELD, True, ("r",))


def test_an_irreversible_action_without_a_limit_is_a_gap() -> None:
    policy = parse_policy(written(actions={"go": {"act_threshold": 0.75}}))
    assert kinds(check_policy(policy)) == [FindingKind.GAP]


def test_two_fields_with_a_factor_compare_as_numbers() -> None:
    policy = parse_policy(
        written(rule("a", "forbid", {"field": "amount", "op": "gt", "other": "income", "factor": 0.5}))
    )
    gate = compile_policy(policy)
    for amount, income, kind in [
        (500, 1000, VerdictKind.ACT),
        (500.01, 1000, VerdictKind.REFUSE),
        (Decimal("500.01"), Decimal(1000), VerdictKind.REFUSE),
        (500, None, VerdictKind.ASK),
        (500, "1000", VerdictKind.ASK),
        (10**400, 10**400, VerdictKind.ASK),
    ]:
        case = Case("go", {"amount": amount, "income": income}, confidence=0.9, draw=0.5)
        assert gate.decide(case, ComponentState("c", Level.FULL), Allowances()).kind is kind


def test_everything_public_is_listed_once_and_there() -> None:
    assert len(set(public.__all__)) == len(public.__all__)
    assert all(hasattr(public, name) for name in public.__all__)
    assert Effect.REQUIRE.value == "require"
