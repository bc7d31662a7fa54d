"""The space of cases cut into regions, for the static checks.

Constants in rules cut the values of a field into finitely many regions on which every comparison has one result. One
representative per region, tried by the same `judge` that decides live cases, gives each comparison a bit mask; a box is
one mask per field, a condition is a union of boxes. Comparisons of two fields become one further field, the sign of their
difference: that forgets how it depends on the two, so a box may be thought possible that is not, never the reverse.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from intendant.kernel.gate._conditions import comparisons_of
from intendant.kernel.gate._policy import LISTED, AllOf, AnyOf, Comparison, Condition, Not, Operator, list_key
from intendant.kernel.gate._representatives import Domain, TooComplex, number_constants, representatives_of
from intendant.kernel.gate._values import judge

__all__ = ["Box", "Budget", "Domain", "Regions", "Stretch", "TooComplex"]

BOXES_MAX = 2_000
STEPS_MAX = 500_000
SIGNS = (-1, 0, 1)

Box = Mapping[str, int]
"""Field to the mask of regions it may be in; a field that is absent may be anywhere."""

_SIGNED = frozenset({Operator.EQ, Operator.NE, Operator.LT, Operator.LE, Operator.GT, Operator.GE})
_TURNED = {
    Operator.EQ: Operator.EQ,
    Operator.NE: Operator.NE,
    Operator.LT: Operator.GT,
    Operator.LE: Operator.GE,
    Operator.GT: Operator.LT,
    Operator.GE: Operator.LE,
}


class Budget:
    """How many pairs of boxes may still be compared; shared by all checks of a policy."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    @property
    def is_spent(self) -> bool:
        """Say whether nothing is left."""
        return self.left <= 0

    def spend(self, count: int) -> None:
        """Take something off; raises TooComplex where nothing is left."""
        self.left -= count
        if self.left <= 0:
            raise TooComplex


class Stretch(NamedTuple):
    """A region of a number: a constant of the rules (`is_point`), or what lies between two. `at` is its place in masks."""

    at: int
    low: float
    high: float
    is_point: bool


class Regions:
    """The representatives of every field that some conditions read."""

    def __init__(
        self,
        conditions: Iterable[Condition],
        action: str,
        domains: Mapping[str, Domain] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.budget = budget or Budget(STEPS_MAX)
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
            field: representatives_of(field, comparisons, action, (domains or {}).get(field))
            for field, comparisons in by_field.items()
        }
        self._constants = {field: number_constants(comparisons) for field, comparisons in by_field.items()}
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
            self.budget.spend(len(boxes) * len(part) + 1)
            for left in boxes:
                for right in part:
                    meeting = _meet(left, right)
                    if meeting is not None:
                        following[frozenset(meeting.items())] = meeting
                if len(following) > BOXES_MAX:
                    raise TooComplex
            boxes = list(following.values())
        return boxes

    def stretches(self, field: str) -> list[Stretch]:
        """Return the regions of a field in order if it is compared with numbers alone, else nothing."""
        if field not in self.representatives:
            # Rules ask only lists about it.
            return []
        constants = self._constants.get(field)
        numbers = [
            (float(each), at)
            for at, each in enumerate(self.representatives[field])
            if isinstance(each, int | float) and not isinstance(each, bool)
        ]
        if not constants or len(numbers) + 1 != len(self.representatives[field]):
            return []
        found = []
        for value, at in sorted(numbers):
            place = bisect_left(constants, value)
            if place < len(constants) and constants[place] == value:
                found.append(Stretch(at, value, value, True))
            elif 0 < place < len(constants):
                found.append(Stretch(at, constants[place - 1], constants[place], False))
            else:
                found.append(Stretch(at, value, value, False))
        return found

    def example(self, box: Box, read: Collection[str] | None = None) -> dict[str, object] | None:
        """Return values that lie in the box, present where they may be, of the fields in `read` or all; None if none was found."""
        values: dict[str, object] = {}
        for field, representatives in self.representatives.items():
            if field in self._pairs:
                continue
            mask = box.get(field, -1)
            values[field] = next(each for at, each in enumerate(representatives) if mask >> at & 1)
        for name, pair in self._pairs.items():
            if name in box and not self._settle_pair(values, pair, box, box[name]):
                return None
        return {
            field: value for field, value in values.items() if value is not None and (read is None or field in read)
        }

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
    """Return a comparison as the regions have it: the answer of a list is a truth value of its own."""
    if comparison.op not in LISTED:
        if comparison.other is None or comparison.factor is not None or comparison.field <= comparison.other:
            return comparison
        # Two fields always in one order, so that both ways of comparing them have one sign.
        turned = _TURNED.get(comparison.op)
        return comparison if turned is None else Comparison(comparison.other, turned, other=comparison.field)
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
