"""What holds for every policy, case and state."""

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernel.gate import strategies as some

from intendant.kernel.gate import (
    AllowanceKey,
    Allowances,
    Case,
    Comparison,
    ComponentState,
    Condition,
    Effect,
    Level,
    Limit,
    Missing,
    Operator,
    Policy,
    Rule,
    VerdictKind,
    check_policy,
    compile_policy,
    diff_policies,
    dump_explanation,
    dump_fired,
    dump_policy,
    dump_reason,
    example_case,
    parse_policy,
    total_reserved,
)
from intendant.kernel.gate._closures import compile_condition
from intendant.kernel.gate._conditions import evaluate
from intendant.kernel.gate._findings import FindingKind
from intendant.kernel.gate._verdict import Verdict

EXAMPLES = settings(max_examples=100, deadline=None)


def strictness(verdict: Verdict) -> int:
    kind = verdict.would if verdict.would is not None else verdict.kind
    return [VerdictKind.ACT, VerdictKind.ASK, VerdictKind.REFUSE].index(kind)


@EXAMPLES
@given(some.conditions, some.values)
def test_a_compiled_condition_means_what_its_definition_says(condition: Condition, values: dict[str, object]) -> None:
    assert compile_condition(condition)(values.get) is evaluate(condition, values.get)


@EXAMPLES
@given(some.policies(), some.cases, some.states, some.allowances)
def test_the_same_question_gets_the_same_answer(
    policy: Policy, case: Case, state: ComponentState, allowances: Allowances
) -> None:
    first = compile_policy(policy).decide(case, state, allowances)
    again = compile_policy(parse_policy(dump_policy(policy))).decide(case, state, allowances)
    # Compared as text, since NaN among the values met differs from itself.
    assert repr(first) == repr(again)


@EXAMPLES
@given(some.policies(), some.cases, some.states, some.allowances, st.data())
def test_tightening_never_lets_more_through(
    policy: Policy, case: Case, state: ComponentState, allowances: Allowances, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(some.ACTIONS))
    action = policy.actions[name]
    match data.draw(st.sampled_from(["rule", "threshold", "intervention", "limit", "lower", "share", "missing"])):
        case "rule":
            tighter = replace(policy, rules=(*policy.rules, data.draw(some.rules(name="added"))))
        case "threshold":
            raised = replace(action, act_threshold=data.draw(st.floats(action.act_threshold, 1.0)))
            tighter = replace(policy, actions={**policy.actions, name: raised})
        case "intervention":
            tighter = replace(policy, intervention_threshold=data.draw(st.floats(policy.intervention_threshold, 1.0)))
        case "limit":
            added = replace(action, limits=(*action.limits, data.draw(some.limits)))
            tighter = replace(policy, actions={**policy.actions, name: added})
        case "lower":
            lowered = replace(action, limits=tuple(_lower(limit) for limit in action.limits))
            tighter = replace(policy, actions={**policy.actions, name: lowered})
        case "share":
            tighter = replace(policy, actions={**policy.actions, name: replace(action, review_share_supervised=1.0)})
        case _:
            tighter = replace(policy, rules=tuple(_strict_about_missing(rule) for rule in policy.rules))
    before = compile_policy(policy).decide(case, state, allowances)
    after = compile_policy(tighter).decide(case, state, allowances)
    assert strictness(after) >= strictness(before)


def _lower(limit: Limit) -> Limit:
    return replace(
        limit,
        count=limit.count - 1 if limit.count else limit.count,
        amount=limit.amount / 2 if limit.amount is not None else None,
    )


def _strict_about_missing(rule: Rule) -> Rule:
    return replace(rule, missing={Missing.IGNORE: Missing.ASK}.get(rule.missing, Missing.REFUSE))


@EXAMPLES
@given(some.policies(), some.cases, some.states, some.allowances)
def test_a_lower_level_never_lets_more_through(
    policy: Policy, case: Case, state: ComponentState, allowances: Allowances
) -> None:
    gate = compile_policy(policy)
    down = [Level.FULL, Level.SUPERVISED, Level.ASSISTED, Level.STOPPED]
    steps = [strictness(gate.decide(case, replace(state, level=level), allowances)) for level in down]
    assert steps == sorted(steps)


@EXAMPLES
@given(some.policies(), st.lists(st.tuples(some.cases, some.states), max_size=8), some.allowances)
def test_a_batch_is_its_cases_one_by_one_and_never_overspends(
    policy: Policy, pairs: list[tuple[Case, ComponentState]], allowances: Allowances
) -> None:
    gate = compile_policy(policy)
    verdicts = gate.decide_many([case for case, _ in pairs], [state for _, state in pairs], allowances)
    running = allowances
    for (case, state), verdict in zip(pairs, verdicts, strict=True):
        assert repr(verdict) == repr(gate.decide(case, state, running))
        assert verdict.kind is VerdictKind.ACT or not verdict.reserved
        running = running.after([verdict])
    assert running == allowances.after(verdicts)
    for key, (count, amount) in total_reserved(verdicts).items():
        for limit in policy.actions[key.action].limits:
            if limit.window is key.window:
                _assert_within(limit, key, allowances, (count, amount))


def _assert_within(limit: Limit, key: AllowanceKey, before: Allowances, taken: tuple[int, Decimal]) -> None:
    count_left, amount_left = before.left(key, limit)
    assert count_left is None or taken[0] <= count_left
    assert amount_left is None or taken[1] <= amount_left


@EXAMPLES
@given(some.policies(), some.cases, some.states, some.allowances)
def test_the_explanation_agrees_with_the_verdict(
    policy: Policy, case: Case, state: ComponentState, allowances: Allowances
) -> None:
    gate = compile_policy(policy)
    explanation = gate.explain(case, state, allowances)
    verdict = explanation.verdict
    spoke = [
        (trace.rule, trace.outcome, trace.kind)
        for trace in explanation.rules
        if trace.skipped is None and (trace.kind is not None or trace.outcome is None)
    ]
    assert len(explanation.rules) == len(policy.rules)
    if case.action in policy.actions:
        assert [(fired.rule, fired.outcome, fired.kind) for fired in verdict.fired] == spoke
        if case.approved_by is None:
            assert strictness(verdict) >= max((_rank(kind) for _, _, kind in spoke), default=0)
    json.dumps(
        [
            dump_explanation(explanation),
            [dump_fired(each) for each in verdict.fired],
            [dump_reason(each) for each in verdict.reasons],
        ],
        allow_nan=False,
    )


def _rank(kind: VerdictKind | None) -> int:
    return {None: 0, VerdictKind.ASK: 1, VerdictKind.REFUSE: 2}[kind]


@EXAMPLES
@given(some.comparisons(), some.cases)
@example(Comparison("size", Operator.CONTAINS, False), Case("go", {"size": False}))
def test_a_missing_value_is_never_silently_false(comparison: Condition, case: Case) -> None:
    for effect in (Effect.REQUIRE, Effect.FORBID, Effect.ASK):
        policy = Policy("k", (Rule("r", effect, comparison),), {"go": some.ActionPolicy(act_threshold=0.0)})
        state = ComponentState("one", Level.FULL)
        sure = case._replace(action="go", confidence=1.0, abstain=None, draw=0.9, approved_by=None)
        explanation = compile_policy(policy).explain(sure, state, Allowances())
        if explanation.rules[0].outcome is None:
            assert explanation.verdict.kind is VerdictKind.ASK


@EXAMPLES
@given(some.policies())
def test_a_policy_survives_being_written_and_read(policy: Policy) -> None:
    written = json.loads(json.dumps(dump_policy(policy), allow_nan=False))
    assert parse_policy(written) == policy
    assert repr(parse_policy(written)) == repr(policy)
    assert dump_policy(parse_policy(written)) == dump_policy(policy)
    assert diff_policies(policy, parse_policy(written)) == []


@EXAMPLES
@given(some.policies(), some.policies())
def test_policies_differ_exactly_when_the_difference_says_so(before: Policy, after: Policy) -> None:
    same = repr(dump_policy(before)) == repr(dump_policy(after))
    assert (diff_policies(before, after) == []) == same
    assert all(change.text for change in diff_policies(before, after))


@settings(max_examples=60, deadline=None)
@given(some.policies(), st.lists(some.cases, min_size=1, max_size=10))
def test_no_case_escapes_a_contradiction_and_every_example_shows_its_finding(policy: Policy, cases: list[Case]) -> None:
    gate = compile_policy(policy)
    for finding in check_policy(policy):
        case = example_case(finding)
        if finding.kind is FindingKind.NEVER_FIRES:
            for each in cases:
                traces = {
                    trace.rule: trace for trace in gate.explain(each, some.ComponentState("one"), Allowances()).rules
                }
                trace = traces[finding.rules[0]]
                # A confidence beyond 1 is no confidence, and asks all the same.
                sane = each.confidence is None or 0.0 <= each.confidence <= 1.0
                if sane and each.action == finding.action and trace.skipped is None and trace.outcome is not None:
                    assert trace.kind is None
        if case is not None and finding.kind in {FindingKind.SHADOWED, FindingKind.OVERLAP}:
            spoke = {fired.rule for fired in gate.decide(case, ComponentState("one"), Allowances()).fired}
            assert set(finding.rules) <= spoke
        if finding.kind is FindingKind.CONTRADICTION and not any(rule.effective_from for rule in policy.rules):
            for each in cases:
                if each.action == finding.action:
                    state = ComponentState("one", Level.FULL)
                    verdict = gate.decide(each._replace(approved_by=None), state, Allowances())
                    assert verdict.kind is not VerdictKind.ACT
