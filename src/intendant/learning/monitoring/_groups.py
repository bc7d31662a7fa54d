"""Do answers treat groups alike? Gaps in what is said and in who is served rightly, with intervals, and the four-fifths rule.

A group's figures are told whatever they are; a gap is flagged only when its interval, corrected for the number of groups
looked at, excludes that all is alike.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.evaluation import wilson_interval
from intendant.learning.fairness import FOUR_FIFTHS, band_values
from intendant.learning.monitoring._answers import Outcomes

GROUP_ROWS_MIN = 30
ATTRIBUTES_MAX = 10
GROUPS_SHOWN_MAX = 20
GAP_MIN = 0.05
"""Gaps surely smaller than this are not flagged."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart the two groups furthest apart are, with an interval that holds for all groups looked at."""

    name: str
    lowest: str
    highest: str
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One group: how many, to which share the positive class was said, and of those it was true for, to which share."""

    value: str
    count: int
    selected: float
    selected_lower: float
    selected_upper: float
    labelled: int
    accuracy: float | None
    recall: float | None
    false_alarms: float | None
    enough: bool


@dataclass(frozen=True, slots=True)
class AttributeGaps:
    """One protected attribute. `ratio` is the lowest selection share over the highest (four-fifths rule: at least 0.8)."""

    attribute: str
    groups: tuple[GroupShare, ...]
    gaps: tuple[Gap, ...]
    ratio: float | None
    passes: bool | None
    flagged: bool
    words: str


def measure_groups(
    labels: Any, outcomes: Outcomes, protected: Mapping[str, Any], *, positive: str
) -> tuple[AttributeGaps, ...]:
    """Return the gaps of each protected attribute (values per answer), for the class `positive`."""
    said = np.asarray(labels, dtype=object) == positive
    found = []
    for attribute in list(protected)[:ATTRIBUTES_MAX]:
        groups = band_values(protected[attribute], attribute=attribute)
        if groups.size == said.size and groups.size:
            found.append(_attribute(attribute, groups, said, outcomes, positive))
    return tuple(found)


def _attribute(attribute: str, groups: Any, said: Any, outcomes: Outcomes, positive: str) -> AttributeGaps:
    known = outcomes.known
    was = (
        np.zeros(known.size, dtype=bool)
        if outcomes.labels is None
        else np.asarray(outcomes.labels == positive, dtype=bool)
    )
    names, sizes = np.unique(groups.astype(str), return_counts=True)
    order = np.argsort(-sizes, kind="stable")[:GROUPS_SHOWN_MAX]
    shown = []
    counts: dict[str, list[tuple[str, int, int]]] = {
        "demographic parity": [],
        "equal opportunity": [],
        "false alarms": [],
    }
    for at in order:
        name = str(names[at])
        here = groups == names[at]
        seen = here & known
        positives, negatives = seen & was, seen & ~was
        lower, upper = wilson_interval(int((here & said).sum()), int(sizes[at]))
        shown.append(
            GroupShare(
                value=name,
                count=int(sizes[at]),
                selected=float((here & said).sum() / sizes[at]),
                selected_lower=lower,
                selected_upper=upper,
                labelled=int(seen.sum()),
                accuracy=_rate(said[seen] == was[seen]),
                recall=_rate(said[positives]),
                false_alarms=_rate(said[negatives]),
                enough=bool(sizes[at] >= GROUP_ROWS_MIN),
            )
        )
        for key, mask in (("demographic parity", here), ("equal opportunity", positives), ("false alarms", negatives)):
            if int(mask.sum()) >= GROUP_ROWS_MIN and name != "(missing)":
                counts[key].append((name, int(said[mask].sum()), int(mask.sum())))
    gaps = tuple(gap for gap in (_gap(name, rows) for name, rows in counts.items()) if gap is not None)
    shares = [hits / count for _, hits, count in counts["demographic parity"]]
    ratio = None if len(shares) < 2 else min(shares) / max(shares) if max(shares) > 0 else 1.0
    flagged = [gap for gap in gaps if gap.lower > GAP_MIN]
    return AttributeGaps(
        attribute=attribute,
        groups=tuple(shown),
        gaps=gaps,
        ratio=ratio,
        passes=None if ratio is None else ratio >= FOUR_FIFTHS,
        flagged=bool(flagged),
        words=_words(attribute, positive, gaps, flagged),
    )


def _gap(name: str, rows: Sequence[tuple[str, int, int]]) -> Gap | None:
    """Return the widest gap by Newcombe's interval (1998, method 10), its level shared out among all pairs (Bonferroni)."""
    if len(rows) < 2:
        return None
    pairs = len(rows) * (len(rows) - 1) / 2
    confidence = 1 - 0.05 / pairs
    low = min(rows, key=lambda row: row[1] / row[2])
    high = max(rows, key=lambda row: row[1] / row[2])
    first, second = high[1] / high[2], low[1] / low[2]
    first_low, first_high = wilson_interval(high[1], high[2], confidence=confidence)
    second_low, second_high = wilson_interval(low[1], low[2], confidence=confidence)
    value = first - second
    lower = value - math.hypot(first - first_low, second_high - second)
    upper = value + math.hypot(first_high - first, second - second_low)
    return Gap(name, low[0], high[0], value, max(-1.0, lower), min(1.0, upper))


def _words(attribute: str, positive: str, gaps: Sequence[Gap], flagged: Sequence[Gap]) -> str:
    if not gaps:
        return f"Too few cases by {attribute} to say."
    if not flagged:
        return f"No gap by {attribute} beyond chance and {GAP_MIN:.0%}."
    told = {
        "demographic parity": f"'{positive}' is said of",
        "equal opportunity": f"of cases that are '{positive}', it is seen for",
        "false alarms": f"of cases that are not '{positive}', it is said of",
    }
    gap = max(flagged, key=lambda each: each.lower)
    return (
        f"{told[gap.name][0].upper()}{told[gap.name][1:]} {gap.highest} {gap.value:.0%} more often than of {gap.lowest}"
        f" (at least {gap.lower:.0%}), by {attribute}."
    )


def _rate(values: Any) -> float | None:
    return float(np.mean(values)) if len(values) else None
