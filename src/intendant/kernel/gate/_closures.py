"""Conditions compiled once to closures that answer True, False or None (a value was missing).

The closures take the `get` of the case's values, so that a test costs one call and one look-up. Each begins with the
exact types that nearly every value has and leaves the rest to `judge`, which defines the meaning.
"""

from collections.abc import Callable
from decimal import Decimal

from intendant.kernel.gate._conditions import Get, comparisons_of, trace_comparison
from intendant.kernel.gate._policy import AllOf, AnyOf, Comparison, Condition, Not, Operator, list_key
from intendant.kernel.gate._values import judge
from intendant.kernel.gate._verdict import ConditionTrace

__all__ = ["Test", "compile_condition", "compile_trace"]

Test = Callable[[Get], bool | None]


def compile_condition(condition: Condition) -> Test:
    """Return the closure that tests the condition."""
    match condition:
        case Comparison():
            return _compile_comparison(condition)
        case AllOf(conditions):
            return _all_of([compile_condition(part) for part in conditions])
        case AnyOf(conditions):
            return _any_of([compile_condition(part) for part in conditions])
        case Not(part):
            return _not(compile_condition(part))


def compile_trace(condition: Condition) -> Callable[[Get], tuple[ConditionTrace, ...]]:
    """Return the closure that does what `trace_condition` does, with the comparisons compiled."""
    prepared = tuple((each, each.field, each.op.value, compile_condition(each)) for each in comparisons_of(condition))

    def trace(get: Get) -> tuple[ConditionTrace, ...]:
        traces = []
        for comparison, field, op, test in prepared:
            outcome = test(get)
            if outcome is None or comparison.other is not None:
                # What is missing, and compared with what, is told in a note.
                traces.append(trace_comparison(comparison, get))
            else:
                traces.append(ConditionTrace(field, op, comparison.value, get(field), outcome, None))
        return tuple(traces)

    return trace


def _not(test: Test) -> Test:
    def negated(get: Get) -> bool | None:
        result = test(get)
        return None if result is None else not result

    return negated


def _all_of(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests

        def both(get: Get) -> bool | None:
            one = first(get)
            if one is False:
                return False
            two = second(get)
            return two if one or two is False else None

        return both
    every = tuple(tests)

    def all_of(get: Get) -> bool | None:
        result: bool | None = True
        for test in every:
            part = test(get)
            if part is False:
                return False
            if part is None:
                result = None
        return result

    return all_of


def _any_of(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests

        def either(get: Get) -> bool | None:
            one = first(get)
            if one is True:
                return True
            two = second(get)
            return two if one is False or two is True else None

        return either
    every = tuple(tests)

    def any_of(get: Get) -> bool | None:
        result: bool | None = False
        for test in every:
            part = test(get)
            if part is True:
                return True
            if part is None:
                result = None
        return result

    return any_of


def _compile_comparison(comparison: Comparison) -> Test:
    value = comparison.value
    match comparison.op:
        case Operator.IS_MISSING | Operator.IS_PRESENT:
            return _presence(comparison)
        case Operator.IN_LIST | Operator.NOT_IN_LIST:
            return _listed(comparison)
        case _ if comparison.other is not None:
            return _two_fields(comparison, comparison.other)
        case Operator.LT | Operator.LE | Operator.GT | Operator.GE | Operator.EQ | Operator.NE:
            # A float met by a Decimal constant is not an exact comparison, so Decimals take the defining path.
            if type(value) is int or type(value) is float:
                return _number(comparison, value)
            if type(value) is str and comparison.op in {Operator.EQ, Operator.NE}:
                return _text(comparison, value)
            if type(value) is bool and comparison.op in {Operator.EQ, Operator.NE}:
                return _truth(comparison, value)
        case Operator.BETWEEN:
            if isinstance(value, tuple) and all(type(end) in (int, float) for end in value):
                return _between(comparison, *value)  # type: ignore[arg-type]
        case Operator.IN | Operator.NOT_IN:
            if isinstance(value, tuple) and value and all(type(each) is str for each in value):
                return _among_texts(comparison, frozenset(value))  # type: ignore[arg-type]
        case _:
            pass
    return _by_definition(comparison)


def _by_definition(comparison: Comparison) -> Test:
    field = comparison.field

    def defined(get: Get) -> bool | None:
        return judge(comparison, get(field))[0]

    return defined


def _presence(comparison: Comparison) -> Test:
    field = comparison.field
    wanted = comparison.op is Operator.IS_PRESENT

    def present(get: Get) -> bool | None:
        value = get(field)
        if value is None:
            return not wanted
        kind = value.__class__
        if kind is str or kind is int or kind is bool:
            return wanted
        return judge(comparison, value)[0]

    return present


def _listed(comparison: Comparison) -> Test:
    key = list_key(comparison.field, str(comparison.value))
    positive = comparison.op is Operator.IN_LIST

    def listed(get: Get) -> bool | None:
        answer = get(key)
        if answer is True:
            return positive
        return not positive if answer is False else None

    return listed


def _number(comparison: Comparison, bound: int | float) -> Test:
    field = comparison.field

    def at_least(get: Get) -> bool | None:
        value = get(field)
        kind = value.__class__
        if kind is float or kind is int:
            # NaN is neither at least nor below: missing.
            return True if value >= bound else (False if value < bound else None)  # type: ignore[operator]
        return judge(comparison, value)[0]

    def above(get: Get) -> bool | None:
        value = get(field)
        kind = value.__class__
        if kind is float or kind is int:
            return True if value > bound else (False if value <= bound else None)  # type: ignore[operator]
        return judge(comparison, value)[0]

    def at_most(get: Get) -> bool | None:
        value = get(field)
        kind = value.__class__
        if kind is float or kind is int:
            return True if value <= bound else (False if value > bound else None)  # type: ignore[operator]
        return judge(comparison, value)[0]

    def below(get: Get) -> bool | None:
        value = get(field)
        kind = value.__class__
        if kind is float or kind is int:
            return True if value < bound else (False if value >= bound else None)  # type: ignore[operator]
        return judge(comparison, value)[0]

    def equal(get: Get) -> bool | None:
        value = get(field)
        if value.__class__ is int:
            return value == bound
        return judge(comparison, value)[0]

    def unequal(get: Get) -> bool | None:
        value = get(field)
        if value.__class__ is int:
            return value != bound
        return judge(comparison, value)[0]

    closures: dict[Operator, Test] = {
        Operator.GE: at_least,
        Operator.GT: above,
        Operator.LE: at_most,
        Operator.LT: below,
        Operator.EQ: equal,
        Operator.NE: unequal,
    }
    return closures[comparison.op]


def _text(comparison: Comparison, wanted: str) -> Test:
    field = comparison.field
    positive = comparison.op is Operator.EQ

    def text(get: Get) -> bool | None:
        value = get(field)
        if value.__class__ is str:
            return (value == wanted) is positive
        return judge(comparison, value)[0]

    return text


def _truth(comparison: Comparison, wanted: bool) -> Test:
    field = comparison.field
    hit = wanted is (comparison.op is Operator.EQ)

    def truth(get: Get) -> bool | None:
        value = get(field)
        if value is True:
            return hit
        if value is False:
            return not hit
        return judge(comparison, value)[0]

    return truth


def _between(comparison: Comparison, low: int | float, high: int | float) -> Test:
    field = comparison.field

    def between(get: Get) -> bool | None:
        value = get(field)
        kind = value.__class__
        if kind is float or kind is int:
            if low <= value <= high:  # type: ignore[operator]
                return True
            return False if value < low or value > high else None  # type: ignore[operator]
        return judge(comparison, value)[0]

    return between


def _among_texts(comparison: Comparison, wanted: frozenset[str]) -> Test:
    field = comparison.field
    positive = comparison.op is Operator.IN

    def among(get: Get) -> bool | None:
        value = get(field)
        if value.__class__ is str:
            return (value in wanted) is positive
        return judge(comparison, value)[0]

    return among


def _two_fields(comparison: Comparison, other: str) -> Test:
    field = comparison.field
    factor = 1 if comparison.factor is None else comparison.factor
    if isinstance(factor, Decimal) or comparison.op not in {Operator.LE, Operator.GT, Operator.LT, Operator.GE}:

        def defined(get: Get) -> bool | None:
            return judge(comparison, get(field), get(other))[0]

        return defined
    below = comparison.op in {Operator.LE, Operator.LT}
    when_equal = comparison.op in {Operator.LE, Operator.GE}

    def scaled(get: Get) -> bool | None:
        left, right = get(field), get(other)
        kind, other_kind = left.__class__, right.__class__
        if (kind is float or kind is int) and (other_kind is float or other_kind is int):
            try:
                bound = right * factor  # type: ignore[operator]
            except OverflowError:
                return None
            if left < bound:  # type: ignore[operator]
                return below
            if left > bound:  # type: ignore[operator]
                return not below
            return when_equal if left == bound else None
        return judge(comparison, left, right)[0]

    return scaled
