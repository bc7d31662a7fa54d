"""Policies and verdicts as plain JSON: what is stored, shown and exported."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from intendant.kernel.gate._policy import (
    ALWAYS,
    ActionPolicy,
    Aggregate,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Json,
    Limit,
    Not,
    Policy,
    Rule,
    Scalar,
)
from intendant.kernel.gate._scalars import dump_scalar, dump_span
from intendant.kernel.gate._verdict import ConditionTrace, Fired, Reason

__all__ = [
    "dump_action",
    "dump_aggregate",
    "dump_condition",
    "dump_fired",
    "dump_policy",
    "dump_reason",
    "dump_rule",
    "dump_trace",
    "plain",
]


def dump_policy(policy: Policy) -> dict[str, Json]:
    """Return the policy as written; `parse_policy` gives back an equal one."""
    return {
        "kind": policy.kind,
        **({"publishing": {"second_person": True}} if policy.second_person else {}),
        "intervention_threshold": policy.intervention_threshold,
        "conformal_coverage": policy.conformal_coverage,
        "parameters": dict(policy.parameters),
        "actions": {name: dump_action(action) for name, action in policy.actions.items()},
        **({"aggregates": [dump_aggregate(each) for each in policy.aggregates]} if policy.aggregates else {}),
        "rules": [dump_rule(rule) for rule in policy.rules],
    }


def dump_aggregate(aggregate: Aggregate) -> dict[str, Json]:
    """Return one aggregate as written."""
    return {
        "name": aggregate.name,
        "measure": aggregate.measure.value,
        **({"of": aggregate.of} if aggregate.of is not None else {}),
        "by": aggregate.by,
        "over": dump_span(aggregate.over_hours),
        **({"where": dump_condition(aggregate.where)} if aggregate.where != ALWAYS else {}),
    }


def dump_action(action: ActionPolicy) -> dict[str, Json]:
    """Return one action as written."""
    return {
        "act_threshold": action.act_threshold,
        "reversible": action.reversible,
        "limits": [_dump_limit(limit) for limit in action.limits],
        "review_share": {"supervised": action.review_share_supervised, "full": action.review_share_full},
        "blind_share": action.blind_share,
        "tier": action.tier.value,
        "deadline_hours": action.deadline_hours,
        "fate": action.fate.value,
        "hold_seconds": action.hold_seconds,
    }


def dump_rule(rule: Rule) -> dict[str, Json]:
    """Return one rule as written, without what is at its default."""
    written: dict[str, Json] = {"name": rule.name, "effect": rule.effect.value}
    if rule.actions is not None:
        written["actions"] = list(rule.actions)
    if rule.cap is None or rule.when != ALWAYS:
        written["when"] = dump_condition(rule.when)
    if rule.cap is not None:
        written["cap"] = {
            "field": rule.cap.field,
            "at_most": dump_scalar(rule.cap.at_most),
            "exceeded": rule.cap.exceeded.value,
        }
    written["missing"] = rule.missing.value
    if rule.reason:
        written["reason"] = rule.reason
    for key, value in (("code", rule.code), ("tier", rule.tier), ("severity", rule.severity)):
        if value is not None:
            written[key] = str(value)
    for key, moment in (("effective_from", rule.effective_from), ("effective_until", rule.effective_until)):
        if moment is not None:
            written[key] = moment.isoformat()
    if rule.not_applicable is not None:
        written["not_applicable"] = rule.not_applicable
    if not rule.mutable:
        written["mutable"] = False
    return written


def dump_condition(condition: Condition) -> dict[str, Json]:
    """Return one condition as written."""
    match condition:
        case AllOf(conditions):
            return {"all": [dump_condition(part) for part in conditions]}
        case AnyOf(conditions):
            return {"any": [dump_condition(part) for part in conditions]}
        case Not(part):
            return {"not": dump_condition(part)}
        case Comparison():
            return _dump_comparison(condition)


def _dump_comparison(comparison: Comparison) -> dict[str, Json]:
    written: dict[str, Json] = {"field": comparison.field, "op": comparison.op.value}
    if comparison.other is not None:
        written["other"] = comparison.other
        if comparison.factor is not None:
            written["factor"] = dump_scalar(comparison.factor)
    elif isinstance(comparison.value, tuple):
        written["value"] = [dump_scalar(each) for each in comparison.value]
    elif comparison.value is not None:
        written["value"] = dump_scalar(comparison.value)
    return written


def _dump_limit(limit: Limit) -> dict[str, Json]:
    written: dict[str, Json] = {"window": limit.window.value}
    if limit.count is not None:
        written["count"] = limit.count
    if limit.amount is not None:
        written["amount"] = str(limit.amount)
    written["exceeded"] = limit.exceeded.value
    return written


def dump_reason(reason: Reason) -> dict[str, Json]:
    """Return a reason for the record, without what it leaves open."""
    written: dict[str, Json] = {
        "kind": reason.kind.value,
        "code": reason.code.value,
        "text": reason.text,
        "tier": reason.tier.value,
    }
    if reason.rule is not None:
        written["rule"] = reason.rule
    if reason.adverse_code is not None:
        written["adverse_code"] = reason.adverse_code
    return written


def dump_fired(fired: Fired) -> dict[str, Json]:
    """Return a fired rule for the record, with the values that met its conditions."""
    return {
        "rule": fired.rule,
        "effect": fired.effect.value,
        "outcome": fired.outcome,
        "kind": fired.kind.value if fired.kind is not None else None,
        "conditions": [dump_trace(trace) for trace in fired.conditions],
        **({} if fired.mute is None else {"mute": fired.mute}),
    }


def dump_trace(trace: ConditionTrace) -> dict[str, Json]:
    """Return one comparison with the value that met it."""
    written: dict[str, Json] = {
        "field": trace.field,
        "op": trace.op,
        "wanted": plain(trace.wanted),
        "value": plain(trace.value),
        "outcome": trace.outcome,
    }
    if trace.note is not None:
        written["note"] = trace.note
    return written


LISTED_MAX = 20
TEXT_KEPT_MAX = 500


def plain(value: object) -> Json:
    """Return any value met by a rule in JSON's types, shortened if it is long."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return str.__str__(value)[:TEXT_KEPT_MAX]
        case float():
            # JSON has no NaN and no infinity.
            return float(value) if abs(value) < float("inf") else str(float(value))
        case Decimal() | datetime() | date():
            return _scalar_or_text(value)
        case Mapping():
            return f"{len(value)} entries"
        case list() | tuple() | set() | frozenset():
            listed: list[Json] = [plain(each) for _, each in zip(range(LISTED_MAX), value, strict=False)]
            return [*listed, f"and {len(value) - LISTED_MAX} more"] if len(value) > LISTED_MAX else listed
        case _:
            return str(value)[:TEXT_KEPT_MAX]


def _scalar_or_text(value: Scalar) -> Json:
    return str(value) if isinstance(value, Decimal) else dump_scalar(value)
