"""How two values compare: the one definition that the compiled closures, the traces and the static checks agree on.

A comparison has three results: True, False, and None when a value is missing or of another type. Missing is never false.
"""

import numbers
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from intendant.kernel.gate._policy import LISTED, Comparison, Operator

__all__ = ["Judgement", "family", "judge"]

Judgement = tuple[bool | None, str | None]
"""The result, and a note in plain words when it is None."""

_MISSING: Judgement = (None, "missing")

_ORDERED = {"number", "date", "moment"}


def family(value: object) -> tuple[str, object]:
    """Return what sort of value this is, with the value in plain Python types ("missing" for None, NaN and the like)."""
    # The exact types of nearly every value first: the abstract checks below cost ten times as much.
    kind = type(value)
    if kind is str:
        return "text", value
    if kind is int:
        return "number", value
    if kind is bool:
        return "truth", value
    if value is None:
        return "missing", None
    if isinstance(value, str):
        return "text", str.__str__(value)
    if isinstance(value, Decimal):
        return ("missing", None) if value.is_nan() else ("number", value)
    if isinstance(value, numbers.Integral):
        return "number", int(value)
    if isinstance(value, numbers.Real):
        real = float(value)
        return ("missing", None) if real != real else ("number", real)  # noqa: PLR0124 - only NaN differs from itself
    if isinstance(value, date):
        if value != value:  # noqa: PLR0124 - pandas' NaT is a datetime
            return "missing", None
        return ("moment" if isinstance(value, datetime) else "date"), value
    if type(value).__module__ == "numpy" and type(value).__name__ in {"bool", "bool_"}:
        return "truth", bool(value)
    if isinstance(value, Collection):
        return "list", value
    return "unknown", value


def judge(comparison: Comparison, value: object, other: object = None) -> Judgement:
    """Compare a field's value with the comparison's constant, or with the other field's value; never raises."""
    kind, left = family(value)
    op = comparison.op
    if op in LISTED:
        # `other` is the answer that was looked up before: without one, the field was missing or no such list is kept.
        if isinstance(other, bool):
            return other is (op is Operator.IN_LIST), None
        return _MISSING if kind == "missing" else (None, f"the list {comparison.value} was not there")
    if op is Operator.IS_MISSING:
        return kind == "missing", None
    if op is Operator.IS_PRESENT:
        return kind != "missing", None
    if kind == "missing":
        return _MISSING
    wanted: object = comparison.value
    if comparison.other is not None:
        other_kind, wanted = family(other)
        if other_kind == "missing":
            return None, f"{comparison.other} is missing"
        if comparison.factor is not None:
            if other_kind != "number":
                return None, f"{comparison.other} is {_article(other_kind)}, not a number"
            wanted = _times(wanted, comparison.factor)
            if wanted is None:
                return None, f"{comparison.other} times {comparison.factor} is not a number"
    try:
        return _compare(op, kind, left, wanted)
    except (ArithmeticError, TypeError) as error:
        # Moments with and without a zone, or numbers beyond any sensible size.
        return None, f"cannot be compared: {error}"


def _compare(op: Operator, kind: str, left: object, wanted: object) -> Judgement:
    match op:
        case Operator.IN | Operator.NOT_IN:
            found = _is_among(kind, left, wanted)
            return (found if op is Operator.IN or found is None else not found), _unlike(kind, found)
        case Operator.CONTAINS:
            return _contains(kind, left, wanted)
        case Operator.STARTS_WITH | Operator.ENDS_WITH:
            if not isinstance(left, str) or not isinstance(wanted, str):
                return None, f"is {_article(kind)}, not text"
            return (left.startswith(wanted) if op is Operator.STARTS_WITH else left.endswith(wanted)), None
        case Operator.BETWEEN:
            low, high = wanted if isinstance(wanted, tuple) else (None, None)
            least, note = _compare(Operator.GE, kind, left, low)
            most, _ = _compare(Operator.LE, kind, left, high)
            return (None if least is None or most is None else least and most), note
        case _:
            return _order(op, kind, left, wanted)


def _order(op: Operator, kind: str, left: object, wanted: object) -> Judgement:
    wanted_kind, right = family(wanted)
    if kind == "moment" and wanted_kind == "date" and isinstance(left, datetime):
        kind, left = "date", left.date()
    if kind != wanted_kind or kind in {"list", "unknown"}:
        return None, f"is {_article(kind)}, compared with {_article(wanted_kind)}"
    if isinstance(left, float) and isinstance(right, Decimal):
        right = float(right)
    elif isinstance(left, Decimal) and isinstance(right, float):
        left = float(left)
    if op is Operator.EQ:
        return left == right, None
    if op is Operator.NE:
        return left != right, None
    if kind not in _ORDERED:
        return None, f"is {_article(kind)}, which has no order"
    smaller, equal = left < right, left == right  # type: ignore[operator]
    match op:
        case Operator.LT:
            return bool(smaller), None
        case Operator.LE:
            return bool(smaller or equal), None
        case Operator.GT:
            return not (smaller or equal), None
        case _:
            return not smaller, None


def _is_among(kind: str, left: object, wanted: object) -> bool | None:
    """Tell whether a value is in a collection; None when the collection is none, or holds nothing of the value's type."""
    if isinstance(wanted, str) or not isinstance(wanted, Collection):
        return None
    if kind == "text" and isinstance(wanted, set | frozenset):
        # Look-ups of blocked or known names can be large, and are given as sets.
        return left in wanted
    results = [_order(Operator.EQ, kind, left, each)[0] for each in wanted]
    if any(results):
        return True
    return None if results and all(each is None for each in results) else False


def _contains(kind: str, left: object, wanted: object) -> Judgement:
    if kind == "text" and isinstance(left, str):
        return (wanted in left, None) if isinstance(wanted, str) else (None, "is text, asked for something else")
    if kind != "list":
        return None, f"is {_article(kind)}, not a list"
    wanted_kind, plain = family(wanted)
    found = _is_among(wanted_kind, plain, left)
    return found, _unlike("list", found)


def _unlike(kind: str, found: bool | None) -> str | None:
    return f"is {_article(kind)}, compared with values of another type" if found is None else None


def _times(value: object, factor: int | float | Decimal) -> object:
    """Multiply, in floating point if either number is; None when that leaves the numbers."""
    try:
        if isinstance(value, float) or isinstance(factor, float):
            product = float(value) * float(factor)  # type: ignore[arg-type]
            return None if product != product else product  # noqa: PLR0124
        return value * factor  # type: ignore[operator]
    except ArithmeticError:
        return None


def _article(kind: str) -> str:
    return {
        "number": "a number",
        "text": "text",
        "truth": "a truth value",
        "date": "a date",
        "moment": "a moment",
        "list": "a list",
        "missing": "missing",
    }.get(kind, "a value of an unknown type")
