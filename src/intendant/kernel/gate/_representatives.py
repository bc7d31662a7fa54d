"""One value for each region of a field: every comparison of the rules has one result on all that it stands for."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple, TypeVar

from intendant.kernel.gate._policy import Comparison, Operator, Scalar
from intendant.kernel.gate._values import family

__all__ = ["PATTERNS", "Domain", "TooComplex", "number_constants", "representatives_of"]

SUBSETS_OF_MAX = 5
PATTERNS = frozenset({Operator.CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})

_Member = TypeVar("_Member")


class TooComplex(Exception):  # noqa: N818 - caught inside the package and told as a finding
    """The conditions split into more boxes than is worth checking."""


class Domain(NamedTuple):
    """What values of a field are like, as far as known: examples are chosen from it, nothing is concluded from it."""

    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    is_integer: bool = False

    def holds(self, value: object) -> bool:
        """Say whether a value is one that a case may well have."""
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, int | float | Decimal):
            inside = (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
            return inside and (not self.is_integer or value == int(value))
        return not isinstance(value, str) or not self.choices or value in self.choices


def representatives_of(
    field: str, comparisons: list[Comparison], action: str, domain: Domain | None
) -> tuple[object, ...]:
    """Return one value for each region of a field, the missing one last; first those that a case may well have."""
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
        if comparison.op in PATTERNS:
            patterns.append(comparison)
            continue
        values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
        for value in values:
            if value is not None:
                constants.setdefault(family(value)[0], []).append(value)
    found: list[object] = []
    if "number" in constants or not (constants or patterns):
        found += _numbers(constants.get("number", [0]), domain or Domain())
    if "truth" in constants:
        found += [True, False]
    if "text" in constants or patterns:
        found += _texts([str(each) for each in constants.get("text", [])], patterns, domain or Domain())
    for kind in ("date", "moment"):
        found += _times(constants.get(kind, []))
    if patterns:
        found += _lists(patterns)
    if field == "confidence":
        found = [0.0, *(each for each in found if isinstance(each, int | float) and 0 < each < 1), 1.0]
    if domain is not None:
        found.sort(key=lambda each: not domain.holds(each))
    return (*found, None)


def _numbers(constants: list[Scalar], domain: Domain) -> list[object]:
    ordered = sorted({_plain_number(each) for each in constants})
    lowest, highest = ordered[0], ordered[-1]
    below, above = lowest - 2, highest + 2
    # Beyond the outermost constants, halfway to where values end.
    if domain.minimum is not None and domain.minimum < lowest:
        below = max(below, 2 * domain.minimum - lowest)
    if domain.maximum is not None and domain.maximum > highest:
        above = min(above, 2 * domain.maximum - highest)
    edges = [below, *ordered, above]
    found: list[object] = []
    for low, high in pairwise(edges):
        middle = (low + high) / 2
        found.append(low)
        found.append(_readable(middle, low, high))
    # Most numbers a rule speaks about are large and positive: an example reads better from the top.
    return found[:0:-1]


def _readable(middle: float, low: float, high: float) -> int | float:
    """Return a whole number between two where there is one, else the middle."""
    whole = round(middle)
    return whole if low < whole < high else middle


def number_constants(comparisons: list[Comparison]) -> list[float]:
    """Return the numbers that a field is compared with, in order."""
    found: set[float] = set()
    for comparison in comparisons:
        if comparison.op in PATTERNS:
            continue
        values = comparison.value if isinstance(comparison.value, tuple) else (comparison.value,)
        found |= {
            float(value) for value in values if isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        }
    return sorted(found)


def _plain_number(value: Scalar) -> int | float:
    return value if isinstance(value, int | float) else float(value)  # type: ignore[arg-type]


def _texts(constants: list[str], patterns: list[Comparison], domain: Domain) -> list[object]:
    heads = [str(each.value) for each in patterns if each.op is Operator.STARTS_WITH]
    middles = [str(each.value) for each in patterns if each.op is Operator.CONTAINS]
    tails = [str(each.value) for each in patterns if each.op is Operator.ENDS_WITH]
    if len(heads) > SUBSETS_OF_MAX or len(middles) > SUBSETS_OF_MAX or len(tails) > SUBSETS_OF_MAX:
        raise TooComplex
    found = list(dict.fromkeys(constants))
    for subset in _subsets(middles):
        middle = "~".join(subset)
        found += [f"{head}~{middle}~{tail}" for head in ("", *heads) for tail in ("", *tails)]
    free = (each for each in domain.choices if each not in found and not patterns)
    other = next(free, "something else")
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
