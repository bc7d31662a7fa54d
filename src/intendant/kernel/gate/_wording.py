"""The sentences the gate gives as reasons, made once when a policy is compiled wherever that is possible."""

from decimal import Decimal

from intendant.kernel.gate._conditions import describe
from intendant.kernel.gate._policy import Condition, Effect, Rule, Window

__all__ = ["limit_text", "missing_text", "rule_text"]


def rule_text(rule: Rule, condition: Condition) -> str:
    """Return the rule's own reason, or its condition in words."""
    if rule.reason:
        return rule.reason
    verb = {
        Effect.REQUIRE: "requires",
        Effect.FORBID: "forbids",
        Effect.ASK: "asks a person when",
        Effect.LIMIT: "limits",
    }[rule.effect]
    return f"The rule '{rule.name}' {verb}: {describe(condition)}."


def missing_text(rule: Rule) -> str:
    """Say that a rule could not be judged."""
    return f"The rule '{rule.name}' could not be judged, because a value it needs is missing or of another type."


def limit_text(window: Window, what: str, limit: int | Decimal, used: int | Decimal) -> str:
    """Say which budget is used up."""
    if what == "acts":
        return f"The limit of {limit} acts per {window.value} is reached ({used} used)."
    return f"It would go over the limit of {limit} per {window.value} ({used} used)."
