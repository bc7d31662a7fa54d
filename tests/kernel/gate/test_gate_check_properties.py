"""The static checks against brute force: nothing false is found, no contradiction is missed, every example shows its finding."""

from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.kernel.gate import (
    Allowances,
    Case,
    ComponentState,
    Domain,
    Finding,
    FindingKind,
    Level,
    Policy,
    Rule,
    VerdictKind,
    check_policy,
    compile_policy,
    dump_policy,
    example_case,
    parse_policy,
)
from intendant.kernel.gate._conditions import evaluate
from intendant.kernel.gate._rules import rule_condition

NUMBERS = (-1, 0, 0.5, 1, 1.5, 2, 3, None)
COLOURS = ("red", "green", None)
GRID = [
    {name: value for name, value in (("x", x), ("y", y), ("colour", colour)) if value is not None}
    for x, y, colour in product(NUMBERS, NUMBERS, COLOURS)
]
"""Every region that the constants of the rules below cut, missing values too."""
STATE = ComponentState("c", Level.FULL)

numbers = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["x", "x", "y"]),
    st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]),
    st.integers(0, 2),
)
colours = st.builds(
    lambda op, value: {"field": "colour", "op": op, "value": value},
    st.sampled_from(["eq", "ne"]),
    st.just("red"),
)
pairs = st.builds(
    lambda op: {"field": "x", "op": op, "other": "y"}, st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"])
)
conditions = st.recursive(
    st.one_of(numbers, numbers, colours),
    lambda parts: st.one_of(
        st.builds(lambda some: {"all": some}, st.lists(parts, min_size=1, max_size=2)),
        st.builds(lambda some: {"any": some}, st.lists(parts, min_size=1, max_size=2)),
        st.builds(lambda one: {"not": one}, parts),
    ),
    max_leaves=3,
)


@st.composite
def policies(draw: st.DrawFn, parts: st.SearchStrategy[Any] = conditions) -> Policy:
    rules = [
        {
            "name": f"r{at}",
            "effect": draw(st.sampled_from(["require", "forbid", "forbid", "ask"])),
            "when": draw(parts),
            "missing": draw(st.sampled_from(["ask", "refuse", "ignore"])),
            **draw(st.sampled_from([{}, {"tier": "manager"}])),
        }
        for at in range(draw(st.integers(1, 4)))
    ]
    limits = [{"window": "day", "count": 1}]
    return parse_policy({"kind": "k", "rules": rules, "actions": {"go": {"act_threshold": 0.5, "limits": limits}}})


class Tried(NamedTuple):
    """What becomes of one case: which rules hold by their condition, and the verdict."""

    hits: set[str]
    acts: bool


def on_grid(policy: Policy) -> list[Tried]:
    """Try every case of the grid."""
    gate = compile_policy(policy)
    tests = [(rule.name, rule_condition(rule), rule.effect.value != "require") for rule in policy.rules]
    return [
        Tried(
            {name for name, condition, hit in tests if evaluate(condition, values.get) is hit},
            gate.decide(Case("go", values, confidence=1.0), STATE, Allowances()).kind is VerdictKind.ACT,
        )
        for values in GRID
    ]


def refusing(policy: Policy) -> Policy:
    """Keep the rules that refuse: those at the rank at which a contradiction blocks."""
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.effect.value != "ask"))


def rank(rule: Rule) -> tuple[int, int]:
    return (1, int(rule.tier == "manager")) if rule.effect.value == "ask" else (2, 0)


def is_shown(policy: Policy, finding: Finding) -> bool:
    """Say whether the example of a finding is one when the gate decides it."""
    case = example_case(finding)
    assert case is not None, finding
    fired = {one.rule for one in compile_policy(policy).decide(case, STATE, Allowances()).fired}
    match finding.kind:
        case FindingKind.OVERLAP | FindingKind.SHADOWED:
            return set(finding.rules) <= fired
        case FindingKind.NEVER_DECIDES:
            return finding.rules[0] in fired and bool(fired & set(finding.rules[1:]))
        case FindingKind.CONTRADICTION | FindingKind.ALWAYS_FIRES | FindingKind.ALWAYS_ASKS:
            return bool(fired & set(finding.rules))
        case _:
            return not fired & set(finding.rules)


def is_true(policy: Policy, finding: Finding, tried: list[Tried]) -> bool:
    """Say whether what a finding claims of all cases holds on the whole grid."""
    ranks = {rule.name: rank(rule) for rule in policy.rules}
    match finding.kind:
        case FindingKind.NEVER_FIRES:
            return not any(finding.rules[0] in each.hits for each in tried)
        case FindingKind.SHADOWED | FindingKind.NEVER_DECIDES:
            weak, *others = finding.rules
            strong = {name for name in others if ranks[name] >= ranks[weak]}
            return all(weak not in each.hits or each.hits & strong for each in tried)
        case FindingKind.CONTRADICTION | FindingKind.ALWAYS_FIRES | FindingKind.ALWAYS_ASKS:
            return not any(each.acts for each in tried)
        case _:
            return True


@settings(max_examples=80, deadline=None)
@given(policies())
def test_every_finding_is_true_and_shown_and_no_contradiction_is_missed(policy: Policy) -> None:
    findings, tried = [each for each in check_policy(policy) if each.example is not None or each.rules], on_grid(policy)
    for finding in findings:
        assert is_true(policy, finding, tried), finding
        if finding.kind not in {FindingKind.NEVER_FIRES, FindingKind.MIXED_TYPES}:
            assert is_shown(policy, finding), finding
    only = refusing(policy)
    if only.rules and not any(each.acts for each in on_grid(only)):
        assert any(finding.blocking for finding in findings), dump_policy(policy)
    for rule in policy.rules:
        if not any(rule.name in each.hits for each in tried):
            assert any(each.kind is FindingKind.NEVER_FIRES and each.rules == (rule.name,) for each in findings), rule


@settings(max_examples=40, deadline=None)
@given(policies(st.one_of(pairs, numbers)))
def test_two_fields_compared_with_each_other_bring_nothing_false(policy: Policy) -> None:
    tried = on_grid(policy)
    for finding in check_policy(policy):
        assert is_true(policy, finding, tried), finding
        if finding.example is not None and finding.kind is not FindingKind.NEVER_FIRES:
            assert is_shown(policy, finding), finding


def written(*rules: dict[str, Any]) -> Policy:
    limits = [{"window": "day", "count": 1}]
    return parse_policy(
        {"kind": "k", "rules": list(rules), "actions": {"go": {"act_threshold": 0.5, "limits": limits}}}
    )


def rule(name: str, effect: str, field: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "effect": effect, "when": {"field": field, "op": op, "value": value}, **more}


def test_examples_are_small_and_such_as_a_case_may_be() -> None:
    policy = written(
        rule("a", "ask", "amount", "gt", 10_000),
        rule("b", "forbid", "term", "ge", 36),
        {
            "name": "c",
            "effect": "forbid",
            "when": {
                "all": [
                    {"field": "amount", "op": "ge", "value": 12_000},
                    {"field": "purpose", "op": "ne", "value": "car"},
                ]
            },
        },
    )
    domains = {"amount": Domain(minimum=0, maximum=50_000, is_integer=True), "purpose": Domain(("car", "home"))}
    (overlap,) = [each for each in check_policy(policy, domains=domains) if each.kind is FindingKind.OVERLAP]
    assert overlap.rules == ("a", "c")
    assert overlap.example == {"amount": 12_001, "purpose": "home"}


def test_a_rule_that_others_together_mask_never_decides() -> None:
    policy = written(
        rule("low", "forbid", "x", "lt", 4),
        rule("high", "forbid", "x", "gt", 6),
        {"name": "outside", "effect": "ask", "when": {"not": {"field": "x", "op": "between", "value": [3, 7]}}},
    )
    found = {each.kind: each for each in check_policy(policy)}
    assert found[FindingKind.NEVER_DECIDES].rules == ("outside", "low", "high")


def test_a_rule_that_asks_a_higher_tier_is_not_shadowed() -> None:
    policy = written(rule("wide", "ask", "x", "gt", 1), rule("narrow", "ask", "x", "gt", 5, tier="owner"))
    assert [each.kind for each in check_policy(policy)] == []
    (shadowed,) = check_policy(
        written(rule("wide", "ask", "x", "gt", 1, tier="owner"), rule("narrow", "ask", "x", "gt", 5))
    )
    assert (shadowed.kind, shadowed.rules) == (FindingKind.SHADOWED, ("narrow", "wide"))


def test_a_stretch_left_out_between_two_rules_is_a_gap() -> None:
    bands = written(rule("some", "ask", "x", "between", [10, 20]), rule("more", "forbid", "x", "gt", 25))
    (gap,) = check_policy(bands)
    assert (gap.kind, gap.rules, gap.example) == (FindingKind.GAP, ("some", "more"), {"x": 25})
    (point,) = check_policy(written(rule("below", "ask", "x", "lt", 600), rule("above", "forbid", "x", "gt", 600)))
    assert (point.kind, point.example) == (FindingKind.GAP, {"x": 600})
    # What both ends leave free is what the rules are there for.
    assert check_policy(written(rule("small", "forbid", "x", "lt", 100), rule("large", "ask", "x", "gt", 50_000))) == []


def test_two_hundred_rules_are_checked_in_bounded_time() -> None:
    many = [
        {
            "name": f"r{at}",
            "effect": "forbid" if at % 3 else "ask",
            "when": {
                "any": [
                    {"field": f"f{(at + part) % 12}", "op": "between", "value": [at * 7 % 90, at * 7 % 90 + 5 + part]}
                    for part in range(3)
                ]
            },
        }
        for at in range(200)
    ]
    findings = check_policy(written(*many))
    assert findings
    assert all(each.example is not None for each in findings if each.kind is FindingKind.OVERLAP)
