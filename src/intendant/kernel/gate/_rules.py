"""Rules made ready to be tested, and everything the policy says about one action laid out for the hot path."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from intendant.kernel.gate._closures import Test, compile_condition, compile_trace
from intendant.kernel.gate._conditions import Get, fields_of
from intendant.kernel.gate._policy import (
    ALWAYS,
    ActionPolicy,
    AllOf,
    Comparison,
    Condition,
    Effect,
    Exceeded,
    Limit,
    Missing,
    Operator,
    Rule,
    Tier,
    Window,
    tier_rank,
)
from intendant.kernel.gate._verdict import Case, Fired, Reason, ReasonCode, Verdict, VerdictKind
from intendant.kernel.gate._wording import missing_text, rule_text

__all__ = [
    "OWN_FIELDS",
    "CompiledAction",
    "CompiledRule",
    "hit_kind",
    "is_in_effect",
    "is_mutable",
    "missing_kind",
    "rule_condition",
    "values_of",
]

Used = tuple[int, Decimal]
"""Count and amount used of a budget."""

NOTHING_USED: Used = (0, Decimal(0))
OWN_FIELDS = frozenset({"action", "confidence", "action.amount", "at", "at.date", "at.hour", "at.weekday"})


def rule_condition(rule: Rule) -> Condition:
    """Return what the rule tests: its condition and, for a limit, that the capped field is above the cap."""
    if rule.cap is None:
        return rule.when
    above = Comparison(rule.cap.field, Operator.GT, rule.cap.at_most)
    return AllOf((rule.when, above)) if rule.when != ALWAYS else above


def is_in_effect(rule: Rule, at: datetime | None) -> bool:
    """Tell whether the rule applies at that time. Without a comparable time it does, which is stricter."""
    if rule.not_applicable is not None:
        return False
    if at is None:
        return True
    try:
        begun = rule.effective_from is None or at >= rule.effective_from
        return begun and (rule.effective_until is None or at < rule.effective_until)
    except TypeError:
        return True


def values_of(case: Case) -> Mapping[str, object]:
    """Return the case's values with the gate's own fields laid over them."""
    values: dict[str, object] = {
        **case.values,
        "action": case.action,
        "confidence": case.confidence,
        "action.amount": case.amount,
    }
    if case.at is not None:
        values["at"] = case.at
        values["at.date"] = case.at.date()
        values["at.hour"] = case.at.hour
        values["at.weekday"] = case.at.isoweekday()
    return values


class CompiledRule:
    """One rule ready to be tested for one action."""

    __slots__ = (
        "_missing_kind",
        "_on_hit",
        "_on_missing",
        "_trace",
        "condition",
        "dated",
        "kind",
        "mutable",
        "place",
        "quiet",
        "rule",
        "test",
    )

    def __init__(self, rule: Rule, action_tier: Tier, place: int) -> None:
        self.rule = rule
        self.place = place
        """Where it stands in the policy."""
        self.condition = rule_condition(rule)
        self.test: Test = compile_condition(self.condition)
        self._trace = compile_trace(self.condition)
        self.quiet = rule.effect is Effect.REQUIRE
        """The result at which the rule has nothing to say."""
        self.dated = rule.effective_from is not None or rule.effective_until is not None
        self.kind = hit_kind(rule)
        self.mutable = is_mutable(rule)
        tier = max(rule.tier or action_tier, action_tier, key=tier_rank)
        code = {
            Effect.FORBID: ReasonCode.RULE_FORBIDS,
            Effect.REQUIRE: ReasonCode.RULE_REQUIRES,
            Effect.ASK: ReasonCode.RULE_ASKS,
            Effect.LIMIT: ReasonCode.RULE_LIMITS,
        }[rule.effect]
        self._on_hit = Reason(self.kind, code, rule_text(rule, self.condition), tier, rule.name, rule.code)
        self._missing_kind = missing_kind(rule)
        self._on_missing = (
            Reason(self._missing_kind, ReasonCode.VALUE_MISSING, missing_text(rule), tier, rule.name, rule.code)
            if self._missing_kind is not None
            else None
        )

    def fire(self, outcome: bool | None, get: Get) -> tuple[Fired, Reason | None]:
        """Return the record of a rule whose test did not come out quiet, and the reason it gives."""
        kind, reason = (self._missing_kind, self._on_missing) if outcome is None else (self.kind, self._on_hit)
        return Fired(self.rule.name, self.rule.effect, outcome, kind, self._trace(get)), reason


def hit_kind(rule: Rule) -> VerdictKind:
    """Return what the rule answers when it fires."""
    if rule.effect is Effect.ASK or (rule.cap is not None and rule.cap.exceeded is Exceeded.ASK):
        return VerdictKind.ASK
    return VerdictKind.REFUSE


def is_mutable(rule: Rule) -> bool:
    """Tell whether a rule may be muted for a customer: it asks at most, and does not say that it may not."""
    return rule.mutable and rule.effect in {Effect.ASK, Effect.LIMIT} and hit_kind(rule) is VerdictKind.ASK


def missing_kind(rule: Rule) -> VerdictKind | None:
    """Return what the rule answers when a value is missing, None when it ignores that."""
    return {Missing.ASK: VerdictKind.ASK, Missing.REFUSE: VerdictKind.REFUSE, Missing.IGNORE: None}[rule.missing]


class CompiledAction:
    """Everything the policy says about one action, laid out for the hot path."""

    __slots__ = (
        "act",
        "act_without_reserved",
        "dated",
        "name",
        "needs_own_fields",
        "policy",
        "rules",
        "undated",
        "windows",
    )

    def __init__(self, name: str, policy: ActionPolicy, rules: Iterable[Rule]) -> None:
        self.name = name
        self.policy = policy
        self.rules = tuple(
            CompiledRule(rule, policy.tier, place)
            for place, rule in enumerate(rules)
            if rule.speaks_about(name) and rule.not_applicable is None
        )
        self.undated = tuple(rule for rule in self.rules if not rule.dated)
        self.dated = tuple(rule for rule in self.rules if rule.dated)
        self.needs_own_fields = any(fields_of(rule.condition) & OWN_FIELDS for rule in self.rules)
        self.windows = tuple(
            CompiledWindow(window, tuple(limit for limit in policy.limits if limit.window is window))
            for window in Window
            if any(limit.window is window for limit in policy.limits)
        )
        self.act_without_reserved = (
            VerdictKind.ACT,
            None,
            (),
            (),
            policy.tier,
            policy.deadline_hours,
            policy.fate,
            False,
            False,
            False,
            policy.hold_seconds,
        )
        """The fields of a plain act, all but the last: most verdicts are this one."""
        self.act = Verdict(*self.act_without_reserved, reserved=())


class CompiledWindow:
    """The limits of one action over one window."""

    __slots__ = ("amount_most", "count_most", "limits", "window")

    def __init__(self, window: Window, limits: tuple[Limit, ...]) -> None:
        self.window = window
        self.limits = limits
        self.count_most = min((limit.count for limit in limits if limit.count is not None), default=math.inf)
        self.amount_most = min((limit.amount for limit in limits if limit.amount is not None), default=None)
