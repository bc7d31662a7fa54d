"""The full trace of one decision: every rule and every comparison, also those that had nothing to say.

It is not kept with a decision; it is recomputed from the frozen features and the policy version when someone looks. It
evaluates conditions by their definition rather than by the compiled closures, so it also checks them.
"""

from decimal import Decimal
from typing import NamedTuple

from intendant.kernel.gate._allowances import Allowances
from intendant.kernel.gate._conditions import describe, evaluate, trace_condition
from intendant.kernel.gate._dump import dump_trace, plain
from intendant.kernel.gate._policy import Effect, Json, Limit, Policy, Rule
from intendant.kernel.gate._rules import hit_kind, is_in_effect, is_mutable, missing_kind, rule_condition, values_of
from intendant.kernel.gate._verdict import AllowanceKey, Case, ComponentState, ConditionTrace, Verdict, VerdictKind

__all__ = ["Explanation", "LimitTrace", "RuleTrace", "dump_explanation", "explain", "trace_rules"]


class RuleTrace(NamedTuple):
    """One rule as it met the case."""

    rule: str
    effect: Effect
    condition: str
    """In words."""
    skipped: str | None
    """Why the rule does not concern the case, when it does not."""
    outcome: bool | None
    """Whether the condition holds; None when skipped or when a value was missing."""
    kind: VerdictKind | None
    """What the rule answers; None when it has nothing to say."""
    conditions: tuple[ConditionTrace, ...]
    mute: str | None = None
    """The mute that keeps it from asking, by its id."""


class LimitTrace(NamedTuple):
    """One limit with what was left of it before this case."""

    limit: Limit
    count_left: int | None
    amount_left: Decimal | None


class Explanation(NamedTuple):
    """Everything the gate looked at for one case."""

    verdict: Verdict
    rules: tuple[RuleTrace, ...]
    limits: tuple[LimitTrace, ...]
    confidence: float | None
    act_threshold: float | None
    """None when the policy does not name the action."""
    intervention_threshold: float


def explain(policy: Policy, case: Case, state: ComponentState, allowances: Allowances, verdict: Verdict) -> Explanation:
    """Return the verdict with the trace of every rule and limit."""
    action = policy.actions.get(case.action)
    return Explanation(
        verdict=verdict,
        rules=trace_rules(policy, case),
        limits=tuple(
            LimitTrace(limit, *allowances.left(AllowanceKey(state.component, case.action, limit.window), limit))
            for limit in (action.limits if action is not None else ())
        ),
        confidence=case.confidence,
        act_threshold=action.act_threshold if action is not None else None,
        intervention_threshold=policy.intervention_threshold,
    )


def trace_rules(policy: Policy, case: Case) -> tuple[RuleTrace, ...]:
    """Return how each rule of the policy met the case, by definition."""
    get = values_of(case).get
    traces = []
    for rule in policy.rules:
        condition = rule_condition(rule)
        skipped = _why_skipped(rule, case)
        outcome = evaluate(condition, get) if skipped is None else None
        kind = None
        if skipped is None:
            if outcome is None:
                kind = missing_kind(rule)
            elif outcome is not (rule.effect is Effect.REQUIRE):
                kind = hit_kind(rule)
        conditions = trace_condition(condition, get) if skipped is None else ()
        mute = None
        if case.muted is not None and rule.name in case.muted and is_mutable(rule) and kind is VerdictKind.ASK:
            kind, mute = None, case.muted[rule.name]
        traces.append(RuleTrace(rule.name, rule.effect, describe(condition), skipped, outcome, kind, conditions, mute))
    return tuple(traces)


def _why_skipped(rule: Rule, case: Case) -> str | None:
    if rule.not_applicable is not None:
        return f"switched off: {rule.not_applicable}"
    if not rule.speaks_about(case.action):
        return f"does not speak about {case.action}"
    if not is_in_effect(rule, case.at):
        return "not in effect at that time"
    return None


def dump_explanation(explanation: Explanation) -> dict[str, Json]:
    """Return the trace of the rules and limits as JSON (the verdict itself is on the record already)."""
    return {
        "confidence": plain(explanation.confidence),
        "act_threshold": explanation.act_threshold,
        "intervention_threshold": explanation.intervention_threshold,
        "rules": [
            {
                "rule": trace.rule,
                "effect": trace.effect.value,
                "condition": trace.condition,
                "skipped": trace.skipped,
                "outcome": trace.outcome,
                "kind": trace.kind.value if trace.kind is not None else None,
                "conditions": [dump_trace(each) for each in trace.conditions],
                "mute": trace.mute,
            }
            for trace in explanation.rules
        ],
        "limits": [
            {
                "window": trace.limit.window.value,
                "count_left": trace.count_left,
                "amount_left": str(trace.amount_left) if trace.amount_left is not None else None,
                "exceeded": trace.limit.exceeded.value,
            }
            for trace in explanation.limits
        ],
    }
