"""Conditions by their definition: what they mean, which fields they read, how they read in words.

Parts combine by Kleene's logic: missing counts only where it could change the result. `_closures` compiles the same.
"""

from collections.abc import Callable, Iterator

from intendant.kernel.gate._policy import LISTED, AllOf, AnyOf, Comparison, Condition, Not, Operator, list_key
from intendant.kernel.gate._values import judge
from intendant.kernel.gate._verdict import ConditionTrace

__all__ = ["Get", "comparisons_of", "describe", "evaluate", "fields_of", "trace_comparison", "trace_condition"]

Get = Callable[[str], object]


def evaluate(condition: Condition, get: Get) -> bool | None:
    """Evaluate the condition by the definition, without short cuts; the compiled closure answers the same."""
    match condition:
        case Comparison():
            return judge(condition, get(condition.field), _met(condition, get))[0]
        case AllOf(conditions):
            results = [evaluate(part, get) for part in conditions]
            return False if False in results else (None if None in results else True)
        case AnyOf(conditions):
            results = [evaluate(part, get) for part in conditions]
            return True if True in results else (None if None in results else False)
        case Not(part):
            result = evaluate(part, get)
            return None if result is None else not result


def trace_condition(condition: Condition, get: Get) -> tuple[ConditionTrace, ...]:
    """Return every comparison of the condition with the value that met it."""
    return tuple(trace_comparison(comparison, get) for comparison in comparisons_of(condition))


def comparisons_of(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons of a condition in the order they are written."""
    match condition:
        case Comparison():
            yield condition
        case AllOf(conditions) | AnyOf(conditions):
            for part in conditions:
                yield from comparisons_of(part)
        case Not(part):
            yield from comparisons_of(part)


def fields_of(condition: Condition) -> frozenset[str]:
    """Return the names of all fields the condition reads."""
    names = set()
    for comparison in comparisons_of(condition):
        names.add(comparison.field)
        if comparison.other is not None:
            names.add(comparison.other)
    return frozenset(names)


_SYMBOLS = {
    Operator.EQ: "=",
    Operator.NE: "≠",
    Operator.LT: "<",
    Operator.LE: "≤",
    Operator.GT: ">",
    Operator.GE: "≥",
    Operator.IN: "in",
    Operator.NOT_IN: "not in",
    Operator.BETWEEN: "between",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.IS_MISSING: "is missing",
    Operator.IS_PRESENT: "is present",
    Operator.IN_LIST: "is on the list",
    Operator.NOT_IN_LIST: "is not on the list",
}


def describe(condition: Condition) -> str:
    """Write the condition in one line for people."""
    match condition:
        case Comparison(op=Operator.IS_MISSING | Operator.IS_PRESENT):
            return f"{condition.field} {_SYMBOLS[condition.op]}"
        case Comparison(other=str()):
            factor = f"{condition.factor} × " if condition.factor is not None else ""
            return f"{condition.field} {_SYMBOLS[condition.op]} {factor}{condition.other}"
        case Comparison():
            return f"{condition.field} {_SYMBOLS[condition.op]} {_describe_value(condition)}"
        case AllOf(()):
            return "always"
        case AnyOf(()):
            return "never"
        case AllOf(conditions):
            return " and ".join(_bracketed(part) for part in conditions)
        case AnyOf(conditions):
            return " or ".join(_bracketed(part) for part in conditions)
        case Not(part):
            return f"not {_bracketed(part)}"


def _met(comparison: Comparison, get: Get) -> object:
    """Return what a comparison meets beside its constant: the other field's value, or the answer of a list."""
    if comparison.op in LISTED:
        return get(list_key(comparison.field, str(comparison.value)))
    return get(comparison.other) if comparison.other is not None else None


def _describe_value(comparison: Comparison) -> str:
    value = comparison.value
    if not isinstance(value, tuple):
        return str(value)
    if comparison.op is Operator.BETWEEN:
        return f"{value[0]} and {value[1]}"
    return "(" + ", ".join(str(each) for each in value) + ")"


def _bracketed(condition: Condition) -> str:
    text = describe(condition)
    return f"({text})" if isinstance(condition, AllOf | AnyOf) and len(condition.conditions) > 1 else text


def trace_comparison(comparison: Comparison, get: Get) -> ConditionTrace:
    """Return one comparison with the value that met it."""
    value = get(comparison.field)
    if comparison.other is None:
        outcome, note = judge(comparison, value, _met(comparison, get))
        return ConditionTrace(comparison.field, comparison.op.value, comparison.value, value, outcome, note)
    other = get(comparison.other)
    outcome, note = judge(comparison, value, other)
    times = f" × {comparison.factor}" if comparison.factor is not None else ""
    note = note or f"compared with {comparison.other}{times}"
    return ConditionTrace(comparison.field, comparison.op.value, other, value, outcome, note)
