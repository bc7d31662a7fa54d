"""Gaps: cases that meet none of the limits on a field, and stretches of a number that rules leave out between two others."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from intendant.kernel.gate._conditions import fields_of
from intendant.kernel.gate._policy import ALWAYS, Rule
from intendant.kernel.gate._regions import Box, Regions
from intendant.kernel.gate._rules import rule_condition

__all__ = ["Gap", "find_gaps"]

_FALSE = frozenset({False})


class Gap(NamedTuple):
    """Where rules that belong together leave something out. `boxes` are the cases left out."""

    text: str
    rules: tuple[Rule, ...]
    boxes: list[Box]


def find_gaps(regions: Regions, rules: Sequence[Rule], fires: Mapping[str, list[Box]]) -> Iterator[Gap]:
    """Yield the gaps among rules about one action."""
    yield from _beside_limits(regions, rules)
    yield from _between_ranges(regions, rules, fires)


def _beside_limits(regions: Regions, rules: Sequence[Rule]) -> Iterator[Gap]:
    capped: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.cap is not None:
            capped.setdefault(rule.cap.field, []).append(rule)
    for field, limits in capped.items():
        outside = regions.conjunction(regions.boxes(rule.when, _FALSE) for rule in limits)
        if outside:
            yield Gap(f"Some cases meet none of the limits on '{field}'.", tuple(limits), outside)


def _between_ranges(regions: Regions, rules: Sequence[Rule], fires: Mapping[str, list[Box]]) -> Iterator[Gap]:
    """Yield stretches that no rule on a field speaks about, between two that some rule does.

    One silent stretch is what the rules are there to leave free. Where there are several, those between rules are gaps; and a
    single number between two rules is one in any case.
    """
    by_field: dict[str, list[Rule]] = {}
    for rule in rules:
        condition = rule_condition(rule)
        read = fields_of(condition)
        if len(read) == 1 and condition != ALWAYS and fires[rule.name]:
            by_field.setdefault(next(iter(read)), []).append(rule)
    for field, ranged in by_field.items():
        stretches = regions.stretches(field)
        if len(ranged) < 2 or len(stretches) < 3:
            continue
        spoken = 0
        for rule in ranged:
            for box in fires[rule.name]:
                spoken |= box.get(field, -1)
        runs = [(key, list(run)) for key, run in groupby(stretches, key=lambda one: bool(spoken >> one.at & 1))]
        silent = [place for place, (speaks, _) in enumerate(runs) if not speaks]
        for place in silent:
            run = runs[place][1]
            inner = 0 < place < len(runs) - 1
            if inner and (len(silent) > 1 or (len(run) == 1 and run[0].is_point)):
                mask = sum(1 << one.at for one in run)
                text = f"The rules on '{field}' leave out {_words(run[0].low, run[-1].high)}, between what they speak about."
                yield Gap(text, tuple(ranged), [{field: mask}])


def _words(low: float, high: float) -> str:
    return f"exactly {low:,g}" if low == high else f"what lies between {low:,g} and {high:,g}"
