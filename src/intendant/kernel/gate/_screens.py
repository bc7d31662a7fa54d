"""Screens: one look at a field that settles every simple rule about it.

Most rules have nothing to say about most cases, and most compare one number with a constant. For those, the values at which
the rule stays quiet are an interval; the intervals of all such rules about a field meet in one. A value inside is quiet
for all of them; outside, or of another type, the rules are tested one by one. A screen never decides that a rule fires.
"""

import math
from collections.abc import Iterable

from intendant.kernel.gate._closures import Test
from intendant.kernel.gate._policy import AllOf, Comparison, Condition, Effect, Operator
from intendant.kernel.gate._rules import CompiledRule

__all__ = ["Flag", "Interval", "Testing", "screens"]

Testing = tuple[Test, bool, CompiledRule]
"""The test, the result at which the rule is quiet, and the rule."""
Interval = tuple[str, float | int, float | int, tuple[Testing, ...]]
"""Field, least and greatest quiet value, and the rules it settles."""
Flag = tuple[str, bool, tuple[Testing, ...]]
"""Field, the quiet truth value, and the rules it settles."""

_EQUALITY = (Operator.EQ, Operator.NE)
_OPPOSITE = {Operator.LT: Operator.GE, Operator.LE: Operator.GT, Operator.GT: Operator.LE, Operator.GE: Operator.LT}


def screens(rules: Iterable[CompiledRule]) -> tuple[tuple[Interval, ...], tuple[Flag, ...], tuple[Testing, ...]]:
    """Return the interval screens, the truth screens, and the rules that no screen settles."""
    intervals: dict[str, tuple[float | int, float | int, list[Testing]]] = {}
    flags: dict[tuple[str, bool], list[Testing]] = {}
    rest: list[Testing] = []
    for rule in rules:
        testing = (rule.test, rule.quiet, rule)
        comparison = _deciding(rule.condition, rule.rule.effect)
        bounds = _quiet_bounds(comparison, rule.quiet) if comparison is not None else None
        if comparison is not None and bounds is not None:
            low, high, members = intervals.get(comparison.field, (-math.inf, math.inf, []))
            intervals[comparison.field] = (max(low, bounds[0]), min(high, bounds[1]), [*members, testing])
        elif (
            # Which truth value it is; whether a list contains one is another question.
            comparison is not None
            and comparison.op in _EQUALITY
            and comparison.other is None
            and isinstance(comparison.value, bool)
        ):
            quiet = comparison.value if (comparison.op is Operator.EQ) is rule.quiet else not comparison.value
            flags.setdefault((comparison.field, quiet), []).append(testing)
        else:
            rest.append(testing)
    return (
        tuple((field, low, high, tuple(members)) for field, (low, high, members) in intervals.items()),
        tuple((field, quiet, tuple(members)) for (field, quiet), members in flags.items()),
        tuple(rest),
    )


def _deciding(condition: Condition, effect: Effect) -> Comparison | None:
    """Return a comparison that by itself can keep the rule quiet: for a conjunction that must hold to fire, any part."""
    if isinstance(condition, Comparison):
        return condition
    if isinstance(condition, AllOf) and effect is not Effect.REQUIRE:
        parts = [part for part in condition.conditions if isinstance(part, Comparison)]
        return next((part for part in parts if _quiet_bounds(part, False) is not None), None)
    return None


def _quiet_bounds(comparison: Comparison, quiet: bool) -> tuple[float | int, float | int] | None:
    """Return the closed interval on which the comparison has the quiet result; None if it is no interval of numbers."""
    value = comparison.value
    if comparison.other is not None:
        return None
    if comparison.op is Operator.BETWEEN and quiet and isinstance(value, tuple):
        low, high = value
        return (low, high) if _is_plain(low) and _is_plain(high) else None  # type: ignore[return-value]
    if comparison.op not in _OPPOSITE or not isinstance(value, int | float) or not _is_plain(value):
        return None
    match comparison.op if quiet else _OPPOSITE[comparison.op]:
        # The next float leaves out some integers beyond 2^53, which are then tested one by one.
        case Operator.LT:
            return -math.inf, math.nextafter(value, -math.inf)
        case Operator.LE:
            return -math.inf, value
        case Operator.GT:
            return math.nextafter(value, math.inf), math.inf
        case _:
            return value, math.inf


def _is_plain(value: object) -> bool:
    # Beyond 2^53 a float cannot tell neighbouring integers apart, so the next float could lie on the wrong side.
    return (type(value) is int or type(value) is float) and abs(value) <= 2**53
