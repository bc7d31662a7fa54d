"""Lists, aggregates and mutes as the gate sees them: values laid into the case, and rules kept from asking."""

from dataclasses import replace
from typing import Any

import pytest

from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    FindingKind,
    Level,
    PolicyInvalid,
    VerdictKind,
    check_policy,
    compile_policy,
    describe,
    diff_policies,
    dump_fired,
    dump_policy,
    list_key,
    parse_policy,
)

STATE = ComponentState("component", Level.FULL)
BLOCKED = list_key("email", "blocked")
ASKED = {"field": "email", "op": "in_list", "value": "blocked"}
OFTEN = {"name": "seen", "measure": "count", "by": "email", "over": "7d"}


def written(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "lend", "actions": {"go": {"act_threshold": 0.5}}, "rules": list(rules), **more}


def ask(name: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "effect": "ask", "when": when, **more}


def case(**more: Any) -> Case:
    return Case("go", more.pop("values", {}), confidence=0.9, draw=0.99, **more)


def decide(policy: dict[str, Any], case: Case) -> Any:
    return compile_policy(parse_policy(policy)).decide(case, STATE, Allowances())


@pytest.mark.parametrize(
    ("op", "answer", "kind"),
    [("in_list", True, "ask"), ("in_list", False, "act"), ("not_in_list", False, "ask"), ("not_in_list", True, "act")],
)
def test_a_rule_asks_a_list_by_the_answer_that_was_looked_up(op: str, answer: bool, kind: str) -> None:
    policy = written(ask("blocked", {**ASKED, "op": op}))
    assert decide(policy, case(values={"email": "a@b.test", BLOCKED: answer})).kind == kind


@pytest.mark.parametrize(("missing", "kind"), [("ask", "ask"), ("refuse", "refuse"), ("ignore", "act")])
def test_without_an_answer_the_rule_says_what_happens(missing: str, kind: str) -> None:
    policy = written(ask("blocked", ASKED, missing=missing))
    assert decide(policy, case(values={"email": "a@b.test"})).kind == kind
    assert decide(policy, case()).kind == kind


def test_a_policy_says_what_must_be_looked_up_and_most_need_nothing() -> None:
    off = ask("off", {**ASKED, "value": "old"}, not_applicable="Not any more.")
    compiled = compile_policy(parse_policy(written(ask("one", ASKED), ask("two", ASKED), off, aggregates=[OFTEN])))
    assert compiled.inputs is not None
    assert compiled.inputs.lists == (("email", "blocked"),)
    assert [each.key for each in compiled.inputs.aggregates] == ["aggregates.seen"]
    assert compile_policy(parse_policy(written())).inputs is None


def test_lists_aggregates_and_rules_that_are_never_muted_are_written_as_they_were_read() -> None:
    filtered = {
        "name": "paid",
        "measure": "sum",
        "of": "amount",
        "by": "account",
        "over": "36h",
        "where": ASKED | {"op": "eq"},
    }
    policy = parse_policy(written(ask("blocked", ASKED, mutable=False), aggregates=[OFTEN, filtered]))
    assert parse_policy(dump_policy(policy)) == policy
    assert dump_policy(policy)["aggregates"] == [OFTEN, filtered]
    assert describe(policy.rules[0].when) == "email is on the list blocked"
    assert [each.path for each in diff_policies(replace(policy, aggregates=()), policy)] == [
        "aggregates.seen",
        "aggregates.paid",
    ]


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        (written(ask("a", {**ASKED, "value": "No Word"})), "rules[0].when.value"),
        (written(ask("a", {**ASKED, "field": "confidence"})), "rules[0].when.field"),
        (written(ask("a", {"field": "email", "op": "in_list", "other": "b"})), "rules[0].when.other"),
        (written(aggregates=[{**OFTEN, "over": "91d"}]), "aggregates[0].over"),
        (written(aggregates=[{**OFTEN, "over": "0h"}]), "aggregates[0].over"),
        (written(aggregates=[{**OFTEN, "of": "amount"}]), "aggregates[0].of"),
        (written(aggregates=[{**OFTEN, "measure": "sum"}]), "aggregates[0].of"),
        (written(aggregates=[OFTEN, OFTEN]), "aggregates[1].name"),
        (written(aggregates=[{**OFTEN, "where": ASKED}]), "aggregates[0].where"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_with_its_place(policy: dict[str, Any], path: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        parse_policy(policy)
    assert refused.value.field == path


def test_a_list_nobody_keeps_and_an_aggregate_nobody_declares_block() -> None:
    undeclared = ask("often", {"field": "aggregates.other", "op": "gt", "value": 3})
    policy = parse_policy(written(ask("blocked", ASKED), undeclared, aggregates=[OFTEN]))
    found = {(each.kind, each.blocking) for each in check_policy(policy, ["email"], ["elsewhere"])}
    assert {(FindingKind.UNKNOWN_LIST, True), (FindingKind.UNKNOWN_AGGREGATE, True)} <= found
    assert FindingKind.UNKNOWN_LIST not in {each.kind for each in check_policy(policy, ["email"], ["blocked"])}
    assert FindingKind.UNKNOWN_FIELD in {each.kind for each in check_policy(policy, ["mail"], ["blocked"])}


def test_rules_about_the_same_list_are_checked_against_each_other() -> None:
    policy = parse_policy(
        written(
            {"name": "on", "effect": "forbid", "when": ASKED},
            {"name": "off", "effect": "forbid", "when": {**ASKED, "op": "not_in_list"}},
        )
    )
    (finding,) = [each for each in check_policy(policy) if each.kind is FindingKind.CONTRADICTION]
    assert finding.example is not None
    assert finding.example[BLOCKED] is False


def test_a_muted_rule_stands_in_the_trace_and_changes_nothing_else() -> None:
    policy = written(
        ask("big", {"field": "size", "op": "gt", "value": 3}), ask("odd", {"field": "size", "op": "eq", "value": 5})
    )
    both = decide(policy, case(values={"size": 5}, muted={"big": "m1"}))
    assert [reason.rule for reason in both.reasons] == ["odd"]
    assert [(each.rule, each.kind, each.mute) for each in both.fired] == [
        ("big", None, "m1"),
        ("odd", VerdictKind.ASK, None),
    ]
    assert dump_fired(both.fired[0])["mute"] == "m1"
    assert decide(policy, case(values={"size": 5}, muted={"big": "m1", "odd": "m2"})).kind is VerdictKind.ACT
    explained = compile_policy(parse_policy(policy)).explain(
        case(values={"size": 5}, muted={"big": "m1"}), STATE, Allowances()
    )
    assert [(each.kind, each.mute) for each in explained.rules] == [(None, "m1"), (VerdictKind.ASK, None)]


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "r", "effect": "forbid", "when": {"field": "size", "op": "gt", "value": 3}},
        {"name": "r", "effect": "require", "when": {"field": "size", "op": "lt", "value": 3}},
        {"name": "r", "effect": "limit", "cap": {"field": "size", "at_most": 3, "exceeded": "refuse"}},
        {"name": "r", "effect": "ask", "when": {"field": "size", "op": "gt", "value": 3}, "mutable": False},
        {"name": "r", "effect": "ask", "when": {"field": "weight", "op": "gt", "value": 3}, "missing": "refuse"},
    ],
)
def test_no_mute_lets_through_what_is_refused_or_may_not_be_muted(rule: dict[str, Any]) -> None:
    plain = decide(written(rule), case(values={"size": 5}))
    assert plain.kind is not VerdictKind.ACT
    assert decide(written(rule), case(values={"size": 5}, muted={"r": "m1"})) == plain
