"""Approval rates by protected group and the four-fifths ratio.

The four-fifths rule (US Uniform Guidelines on Employee Selection, 29 CFR 1607.4 D) reads a selection rate below 80 % of
the highest group's as a sign of adverse impact. Which rule applies is a matter of jurisdiction; this module measures.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from intendant.kit.errors import Invalid
from intendant.learning.evaluation import wilson_interval

FOUR_FIFTHS = 0.8
GROUP_SIZE_MIN = 30  # below this a rate says too little to accuse or acquit
GROUP_COUNT_MAX = 50
DISTINCT_NUMBERS_MAX = 10  # numbers with more distinct values than this are read as a scale and banded
AGE_EDGES = (25.0, 35.0, 45.0, 55.0, 65.0)
MISSING = "(missing)"
OTHER = "(other)"


class GroupsInvalid(Invalid):
    """Protected groups that do not fit the decisions."""

    code = "protected_groups_invalid"


@dataclass(frozen=True, slots=True)
class GroupRate:
    """How often one group was approved; `ratio` is against the group with the highest rate."""

    value: str
    count: int
    approved: int
    rate: float
    lower: float
    upper: float
    ratio: float
    large_enough: bool
    repaid_rate: float | None


@dataclass(frozen=True, slots=True)
class AttributeRates:
    """The groups of one protected attribute.

    `four_fifths_ratio` is the lowest rate over the highest among groups of at least `GROUP_SIZE_MIN`; None (and
    `passes` None) when fewer than two are that large. `disparity_certain` says that even the intervals do not overlap.
    """

    attribute: str
    groups: tuple[GroupRate, ...]
    four_fifths_ratio: float | None
    passes: bool | None
    disparity_certain: bool


def group_rates(
    approved: ArrayLike, groups: Mapping[str, Any], *, outcome: ArrayLike | None = None
) -> list[AttributeRates]:
    """Return approval rates per group of every protected attribute (a mapping or a frame of columns).

    `outcome`, where known, adds the repayment rate of each group's approved.
    """
    decisions = np.asarray(approved, dtype=bool).ravel()
    known = None if outcome is None else np.asarray(outcome, dtype=np.float64).ravel()
    report = []
    for attribute in groups:
        labels = band_values(groups[attribute], attribute=str(attribute))
        if labels.size != decisions.size:
            raise GroupsInvalid(
                f"{attribute} has {labels.size} values for {decisions.size} decisions.",
                field=str(attribute),
                remedy="Give one value per decision.",
            )
        report.append(_attribute_rates(str(attribute), labels, decisions, known))
    return report


def band_values(values: Any, *, attribute: str = "") -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return group labels as text: numbers on a scale become bands (ages the usual ones), rare values `(other)`."""
    raw = np.asarray(values, dtype=object).ravel()
    numbers = np.array([_number(value) for value in raw], dtype=np.float64)
    present = numbers[np.isfinite(numbers)]
    texts_present = sum(1 for value, number in zip(raw, numbers, strict=True) if _text(value) and math.isnan(number))
    if texts_present == 0 and np.unique(present).size > DISTINCT_NUMBERS_MAX:
        return _bands(numbers, _edges(present, attribute))
    labels = np.array([_text(value) or MISSING for value in raw], dtype=object)
    names, counts = np.unique(labels.astype(str), return_counts=True)
    if names.size > GROUP_COUNT_MAX:
        kept = set(names[np.argsort(-counts, kind="stable")[: GROUP_COUNT_MAX - 1]])
        labels = np.array([label if label in kept else OTHER for label in labels], dtype=object)
    return labels


def _attribute_rates(attribute: str, labels: Any, approved: Any, outcome: Any) -> AttributeRates:
    measured: list[tuple[str, int, int, float | None]] = []
    for value in sorted({str(label) for label in labels}):
        mask = labels == value
        taken = mask & approved
        repaid = float(outcome[taken].mean()) if outcome is not None and taken.any() else None
        measured.append((value, int(mask.sum()), int(taken.sum()), repaid))
    large = [(count, hits) for value, count, hits, _ in measured if count >= GROUP_SIZE_MIN and value != MISSING]
    highest = max((hits / count for count, hits in large), default=0.0)
    reference = highest or max((hits / count for _, count, hits, _ in measured), default=0.0)
    rates = []
    for value, count, hits, repaid in measured:
        lower, upper = wilson_interval(hits, count)
        rates.append(
            GroupRate(
                value=value,
                count=count,
                approved=hits,
                rate=hits / count,
                lower=lower,
                upper=upper,
                ratio=hits / count / reference if reference else 1.0,
                large_enough=count >= GROUP_SIZE_MIN,
                repaid_rate=repaid,
            )
        )
    if len(large) < 2:
        return AttributeRates(attribute, tuple(rates), None, None, disparity_certain=False)
    ratio = min(hits / count for count, hits in large) / highest if highest else 1.0
    compared = [rate for rate in rates if rate.large_enough and rate.value != MISSING]
    apart = min(rate.upper for rate in compared) < max(rate.lower for rate in compared)
    return AttributeRates(attribute, tuple(rates), ratio, ratio >= FOUR_FIFTHS, disparity_certain=apart)


def _edges(present: Any, attribute: str) -> tuple[float, ...]:
    looks_like_age = "age" in attribute.lower().replace("_", " ").split() or attribute.lower().startswith("age")
    if looks_like_age and present.min() >= 0 and present.max() <= 130:
        return AGE_EDGES
    return tuple(float(edge) for edge in np.unique(np.quantile(present, (0.25, 0.5, 0.75))))


def _bands(numbers: Any, edges: tuple[float, ...]) -> np.ndarray[Any, np.dtype[np.object_]]:
    names = [f"below {edges[0]:g}"]
    names += [f"{low:g} to below {high:g}" for low, high in itertools.pairwise(edges)]
    names.append(f"{edges[-1]:g} and above")
    finite = np.isfinite(numbers)
    positions = np.searchsorted(np.asarray(edges), np.where(finite, numbers, 0.0), side="right")
    labels = np.array(names, dtype=object)[positions]
    labels[~finite] = MISSING
    return labels


def _number(value: object) -> float:
    if isinstance(value, bool | np.bool_):
        return math.nan
    if isinstance(value, int | float | np.integer | np.floating):
        return float(value)
    return math.nan


def _text(value: object) -> str:
    """Return the group's name, empty when the value is missing (None, NaN, NaT, pandas.NA, blank)."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return ""
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() else str(number)
    return str(value).strip()[:100]
