"""Which settled applications are like a given one: Gower's distance over the features a model may look at. Pure.

Numbers differ by their distance in robust standard deviations, categories by being another; protected attributes never count,
because they are no features. Gower, A general coefficient of similarity and some of its properties, Biometrics 27 (1971).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intendant.domains.lending.model import FieldType, FormField

FAR_SCALES = 3.0
"""Numbers this many robust standard deviations apart differ wholly."""
IMMATURE_PENALTY = 0.05
"""By how much nearer a case must be to come before one whose end is known."""
NAMED_MAX = 3
ALIKE_MAX = 0.1
"""A feature that differs by no more than this counts as alike."""
_IQR_PER_DEVIATION = 1.349
_NUMERIC = frozenset({FieldType.NUMBER, FieldType.INTEGER})

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A case by its place in the list it came from, its distance from 0 to 1, and what both share and not."""

    place: int
    distance: float
    alike: str


def nearest(
    fields: Sequence[FormField],
    target: Mapping[str, Any],
    cases: Sequence[Mapping[str, Any]],
    mature: Sequence[bool],
    *,
    limit: int,
) -> list[Neighbour]:
    """Return the `limit` cases nearest to `target`, near ones whose end is known (`mature`) first.

    `fields` are the scored fields; target and cases hold their values by name, None or nothing where not given.
    """
    if not fields or not cases:
        return []
    parts = np.stack(
        [_differences(each, target.get(each.name), [case.get(each.name) for case in cases]) for each in fields]
    )
    distances = parts.mean(axis=0)
    rank = distances + np.where(np.asarray(mature, dtype=bool), 0.0, IMMATURE_PENALTY)
    # Stable, so that of two equally near the first given comes first.
    places = [int(place) for place in np.argsort(rank, kind="stable")[:limit]]
    return [
        Neighbour(place, round(float(distances[place]), 4), _sentence(fields, parts[:, place], target, cases[place]))
        for place in places
    ]


def _differences(form_field: FormField, wanted: Any, given: Sequence[Any]) -> Floats:
    """Return by how much each given value differs from the wanted one, from 0 to 1."""
    if form_field.type in _NUMERIC:
        numbers = np.array([np.nan if value is None else float(value) for value in given])
        if wanted is None:
            return np.where(np.isnan(numbers), 0.0, 1.0)
        far = FAR_SCALES * _robust_scale(np.append(numbers, float(wanted)))
        found: Floats = np.minimum(np.abs(numbers - float(wanted)) / far, 1.0)
        return np.where(np.isnan(found), 1.0, found)
    return np.array([0.0 if value == wanted else 1.0 for value in given])


def _robust_scale(numbers: Floats) -> float:
    """Return the standard deviation estimated from the middle half, else from all, else 1: never 0."""
    known = numbers[~np.isnan(numbers)]
    low, high = np.percentile(known, [25, 75])
    scale = float(high - low) / _IQR_PER_DEVIATION or float(known.std())
    return scale if scale > 0 else 1.0


def _sentence(fields: Sequence[FormField], parts: Floats, target: Mapping[str, Any], case: Mapping[str, Any]) -> str:
    order = np.argsort(parts, kind="stable")
    alike = [fields[int(place)].label for place in order if parts[place] <= ALIKE_MAX]
    worst = fields[int(order[-1])]
    said = f"Alike in {_listed(alike)}" if alike else "Alike in nothing closely"
    if parts[order[-1]] == 0.0:
        return f"{said}; no feature differs."
    return f"{said}; differs most in {worst.label}: {_shown(case.get(worst.name))} against {_shown(target.get(worst.name))} here."


def _listed(labels: Sequence[str]) -> str:
    named = list(labels[:NAMED_MAX])
    if len(labels) > NAMED_MAX:
        named.append(f"{len(labels) - NAMED_MAX} more")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
