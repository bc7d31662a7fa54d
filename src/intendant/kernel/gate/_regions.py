"""The space of cases cut into regions, for the static checks.

Constants in rules cut the values of a field into finitely many regions on which every comparison has one result. One
representative per region, tried by the same `judge` that decides live cases, gives each comparison a bit mask; a box is
one mask per field, a condition is a union of boxes. Comparisons of two fields become one further field, the sign of their
difference: that forgets how it depends on the two, so a box may be thought possible that is not, never the reverse.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import TypeVar

from intendant.kernel.gate._conditions import comparisons_of
from intendant.kernel.gate._policy import LISTED, AllOf, AnyOf, Comparison, Condition, Not, Operator, Scalar, list_key
from intendant.kernel.gate._values import family, judge

__all__ = ["Box", "Regions", "TooComplex"]

BOXES_MAX = 2_000
SUBSETS_OF_MAX = 5
SIGNS = (-1, 0, 1)

Box = Mapping[str, int]
"""Field to the mask of regions it may be in; a field that is absent may be anywhere."""

_SIGNED = frozenset({Operator.EQ, Operator.NE, Operator.LT, Operator.LE, Operator.GT, Operator.GE})
_PATTERNS = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})


_Member = TypeVar("_Member")


class TooComplex(Exception):  # noqa: N818 - caught inside the package and told as a finding
    """The conditions split into more boxes than is worth checking."""


class Regions:
    """The representatives of every field that some conditions read."""

    def __init__(self, conditions: Iterable[Condition], action: str) -> None:
        self._pairs: dict[str, Comparison] = {}
        by_field: dict[str, list[Comparison]] = {}
        for condition in conditions:
            for comparison in map(_plain, comparisons_of(condition)):
                if comparison.other is not None:
                    self._pairs.setdefault(_pair_name(comparison), comparison)
                    by_field.setdefault(comparison.other, [])
                    by_field.setdefault(comparison.field, [])
                else:
                    by_field.setdefault(comparison.field, []).append(comparison)
        self.representatives: dict[str, tuple[object, ...]] = {
            field: _representatives(field, comparisons, action) for field, comparisons in by_field.items()
        }
        for name in self._pairs:
            self.representatives[name] = (*SIGNS, None)

    def boxes(self, condition: Condition, results: frozenset[bool | None]) -> list[Box]:
        """Return the boxes on which the condition has one of the results: {True}, {False}, or either with None."""
        positive = True in results
        match condition:
            case Comparison():
                return self._leaf(condition, results)
            case Not(part):
                return self.boxes(part, frozenset(None if each is None else not each for each in results))
            case AllOf(conditions):
                parts = [self.boxes(part, results) for part in conditions]
                return self.conjunction(parts) if positive else _union(parts)
            case AnyOf(conditions):
                parts = [self.boxes(part, results) for part in conditions]
                return _union(parts) if positive else self.conjunction(parts)

    def conjunction(self, parts: Iterable[list[Box]]) -> list[Box]:
        """Return the boxes that lie in one box of every part."""
        boxes: list[Box] = [{}]
        for part in parts:
            following: dict[frozenset[tuple[str, int]], Box] = {}
            for left in boxes:
                for right in part:
                    meeting = _meet(left, right)
                    if meeting is not None:
                        following[frozenset(meeting.items())] = meeting
                if len(following) > BOXES_MAX:
                    raise TooComplex
            boxes = list(following.values())
        return boxes

    def example(self, box: Box) -> dict[str, object] | None:
        """Return values that lie in the box, with every known field present where it may be; None if none was found."""
        values: dict[str, object] = {}
        for field, representatives in self.representatives.items():
            if field in self._pairs:
                continue
            mask = box.get(field, -1)
            values[field] = next(each for at, each in enumerate(representatives) if mask >> at & 1)
        for name, pair in self._pairs.items():
            if name in box and not self._settle_pair(values, pair, box, box[name]):
                return None
        return {field: value for field, value in values.items() if value is not None}

    def _settle_pair(self, values: dict[str, object], pair: Comparison, box: Box, mask: int) -> bool:
        """Choose two values whose difference has a sign the mask allows, within what the box allows each."""
        assert pair.other is not None  # noqa: S101 - pairs are the comparisons that have one
        for right in self._allowed(pair.other, box):
            number = right if isinstance(right, int | float | Decimal) and not isinstance(right, bool) else None
            shifted = [float(number) * float(pair.factor or 1) + sign for sign in SIGNS] if number is not None else []
            for left in (*shifted, *self._allowed(pair.field, box)):
                if left in shifted and pair.field in box:
                    continue
                if _sign_bits(pair, left, right) & mask:
                    values[pair.field], values[pair.other] = left, right
                    return True
        return False

    def _allowed(self, field: str, box: Box) -> list[object]:
        mask = box.get(field, -1)
        return [each for at, each in enumerate(self.representatives[field]) if mask >> at & 1]

    def _leaf(self, comparison: Comparison, results: frozenset[bool | None]) -> list[Box]:
        comparison = _plain(comparison)
        field = comparison.field
        mask = 0
        if comparison.other is not None:
            field = _pair_name(comparison)
            # A sign compared with zero has the result of the two fields compared with each other.
            # Other operators keep a region of their own: zero where they hold.
            comparison = Comparison(field, comparison.op if comparison.op in _SIGNED else Operator.EQ, 0)
        for at, value in enumerate(self.representatives[field]):
            if judge(comparison, value)[0] in results:
                mask |= 1 << at
        return [{field: mask}] if mask else []


def _plain(comparison: Comparison) -> Comparison:
    """Return what a comparison with a list comes to: its answer is a truth value of its own."""
    if comparison.op not in LISTED:
        return comparison
    key = list_key(comparison.field, str(comparison.value))
    return Comparison(key, Operator.EQ, comparison.op is Operator.IN_LIST)


def _meet(left: Box, right: Box) -> Box | None:
    meeting = dict(left)
    for field, mask in right.items():
        both = meeting.get(field, -1) & mask
        if not both:
            return None
        meeting[field] = both
    return meeting


def _union(parts: list[list[Box]]) -> list[Box]:
    boxes = [box for part in parts for box in part]
    if len(boxes) > BOXES_MAX:
        raise TooComplex
    return boxes


def _pair_name(comparison: Comparison) -> str:
    if comparison.op in _SIGNED:
        return f"{comparison.field} − {comparison.factor or 1} × {comparison.other}"
    # Membership has no sign, so each such comparison stands alone.
    return f"{comparison.field} {comparison.op.value} {comparison.other}"


def _sign_bits(pair: Comparison, left: object, right: object) -> int:
    """Return the bit of the region of (-1, 0, 1, missing) that two values fall into."""
    if pair.op not in _SIGNED:
        return {True: 0b010, False: 0b101, None: 0b1000}[judge(pair, left, right)[0]]
    for bit, op in ((0b001, Operator.LT), (0b010, Operator.EQ), (0b100, Operator.GT)):
        result = judge(Comparison(pair.field, op, other=pair.other, factor=pair.factor), left, right)[0]
        if result is None:
            return 0b1000
        if result:
            return bit
    return 0


def _representatives(field: str, comparisons: list[Comparison], action: str) -> tuple[object, ...]:
    """Return one value for each region of a field, the missing one last."""
    match field:
        case "action":
            return (action,)
        case "at.hour":
            return (*range(24), None)
        case "at.weekday":
            return (*range(1, 8), None)
        case _:
            pass
    constants: dict[str, list[Scalar]] = {}
    patterns: list[Comparison] = []
    for comparison in comparisons:
        if comparison.op in _PATTERNS:
            patterns.append(comparison)
            continue
        values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
        for value in values:
            if value is not None:
                constants.setdefault(family(value)[0], []).append(value)
    found: list[object] = []
    if "number" in constants or not (constants or patterns):
        found += _numbers(constants.get("number", [0]))
    if "truth" in constants:
        found += [True, False]
    if "text" in constants or patterns:
        found += _texts([str(each) for each in constants.get("text", [])], patterns)
    for kind in ("date", "moment"):
        found += _times(constants.get(kind, []))
    if patterns:
        found += _lists(patterns)
    if field == "confidence":
        found = [0.0, *(each for each in found if isinstance(each, int | float) and 0 < each < 1), 1.0]
    return (*found, None)


def _numbers(constants: list[Scalar]) -> list[object]:
    ordered = sorted({_plain_number(each) for each in constants})
    found: list[object] = [ordered[0] - 1]
    for at, constant in enumerate(ordered):
        found.append(constant)
        following = ordered[at + 1] if at + 1 < len(ordered) else constant + 2
        middle = (constant + following) / 2
        found.append(int(middle) if middle == int(middle) else middle)
    # Most numbers a rule speaks about are large and positive: an example reads better from the top.
    return found[::-1]


def _plain_number(value: Scalar) -> int | float:
    return value if isinstance(value, int | float) else float(value)  # type: ignore[arg-type]


def _texts(constants: list[str], patterns: list[Comparison]) -> list[object]:
    heads = [str(each.value) for each in patterns if each.op is Operator.STARTS_WITH]
    middles = [str(each.value) for each in patterns if each.op is Operator.CONTAINS]
    tails = [str(each.value) for each in patterns if each.op is Operator.ENDS_WITH]
    if len(heads) > SUBSETS_OF_MAX or len(middles) > SUBSETS_OF_MAX or len(tails) > SUBSETS_OF_MAX:
        raise TooComplex
    found = list(dict.fromkeys(constants))
    for subset in _subsets(middles):
        middle = "~".join(subset)
        found += [f"{head}~{middle}~{tail}" for head in ("", *heads) for tail in ("", *tails)]
    other = "something else"
    while other in found:
        other += "!"
    return [*dict.fromkeys(found), other]


def _times(constants: list[Scalar]) -> list[object]:
    try:
        ordered = sorted({each for each in constants if isinstance(each, date)})
    except TypeError:
        # Times with and without a zone have no common order.
        raise TooComplex from None
    found: list[object] = []
    for at, constant in enumerate(ordered):
        step = timedelta(days=1)
        if at == 0:
            found.append(constant - step)
        found.append(constant)
        following = ordered[at + 1] if at + 1 < len(ordered) else constant + 2 * step
        between = constant + (following - constant) / 2
        if isinstance(constant, datetime) or constant < between < following:
            found.append(between)
    return found


def _lists(patterns: list[Comparison]) -> list[object]:
    members = [each.value for each in patterns if each.op is Operator.CONTAINS]
    if len(members) > SUBSETS_OF_MAX:
        raise TooComplex
    return [tuple(subset) for subset in _subsets(members)]


def _subsets(members: list[_Member]) -> list[tuple[_Member, ...]]:
    return [subset for size in range(len(members) + 1) for subset in combinations(members, size)]
