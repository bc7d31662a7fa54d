"""Why a case scored low, and what would change it: computed when a reason is owed, never on the request path.

Reasons compare a record's exact contributions with those of typical approved cases, and each is checked by
substituting the feature and predicting again (an adverse-action reason must be a factor that really counted,
US Regulation B 1002.9(b)(2)). Counterfactuals are found by exact search over the bins of the additive model.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.models._additive import AdditiveCreditModel, FeatureTable
from intendant.learning.models._features import read_category, read_number

REASON_COUNT = 4  # what Regulation B's commentary calls enough
CHANGED_FEATURE_COUNT_MAX = 2
CANDIDATE_COUNT_MAX = 200  # values tried per feature
COMBINATION_COUNT_MAX = 40_000
SCORED_AT_ONCE_MAX = 5_000


class ExplanationInputInvalid(Invalid):
    """A reference or a mutable feature that the model does not know."""

    code = "explanation_input_invalid"


@dataclass(frozen=True, slots=True)
class ReferenceProfile:
    """What typical approved cases look like: each term's mean contribution and each feature's typical value."""

    contributions: Mapping[tuple[str, ...], float]
    typical: Mapping[str, object]

    def as_dict(self) -> dict[str, Any]:
        """Return the profile as plain data for JSON."""
        terms = [{"features": list(term), "mean": mean} for term, mean in self.contributions.items()]
        return {"contributions": terms, "typical": dict(self.typical)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ReferenceProfile":
        """Return the profile that `as_dict` gave."""
        terms = {
            tuple(str(name) for name in entry["features"]): float(entry["mean"]) for entry in data["contributions"]
        }
        return cls(terms, dict(data["typical"]))


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature that pulled a score down, against typical approved cases.

    `contribution` is in log-odds (negative pulls down). `flips` says that putting `substitute` in its place raises the
    probability, to `probability_after`; a reason that does not flip should not be given to anybody.
    """

    feature: str
    value: object
    contribution: float
    flips: bool
    substitute: object
    probability_after: float


@dataclass(frozen=True, slots=True)
class MutableFeature:
    """A feature that could be different in a new application, and how far.

    `direction` "down" lets it only fall, "up" only rise. Numeric values stay within `minimum` and `maximum` and are
    multiples of `step` where one is given. Categories and booleans move among `choices`.
    """

    name: str
    direction: Literal["down", "up", "any"] = "any"
    minimum: float = -math.inf
    maximum: float = math.inf
    step: float | None = None
    choices: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One feature's value before and after."""

    feature: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The smallest change that reaches the threshold, and the probability it reaches (verified by predicting)."""

    changes: tuple[Change, ...]
    probability: float
    distance: float = field(compare=False)


def reference_profile(model: AdditiveCreditModel, batch: Any, *, threshold: float) -> ReferenceProfile:
    """Return the profile of the rows of a batch (a frame or mapping of columns) that reach the threshold.

    When no row does, the best tenth stands in for them.
    """
    probability = model.predict(batch)
    approved = probability >= threshold
    if not approved.any():
        approved = probability >= np.quantile(probability, 0.9)
    terms, parts = model.contribution_matrix(batch)
    bins = model.bins(batch)
    typical = {}
    for table, positions in zip(model.features, bins, strict=True):
        seen = np.bincount(positions[approved], minlength=table.bin_count)
        if table.type == "category":
            typical[table.name] = _category_at(table, int(seen.argmax()))
            continue
        known = seen[1:-1]
        if known.sum() == 0:
            typical[table.name] = None
        else:
            middle = int(np.searchsorted(np.cumsum(known), known.sum() / 2))
            typical[table.name] = _number_at(table, middle + 1)
    return ReferenceProfile(dict(zip(terms, parts[approved].mean(axis=0).tolist(), strict=True)), typical)


def reasons_against(
    model: AdditiveCreditModel,
    record: Mapping[str, object],
    reference: ReferenceProfile,
    *,
    count: int = REASON_COUNT,
) -> list[Reason]:
    """Return the features that pulled the score down most against the reference, those that flip first.

    A pair's part is shared equally by its two features. Fewer than `count` come back when fewer pulled down.
    """
    pulls = dict.fromkeys(model.feature_names, 0.0)
    for part in model.contributions(record):
        difference = part.log_odds - reference.contributions.get(part.features, 0.0)
        for name in part.features:
            pulls[name] += difference / len(part.features)
    before = model.predict_records([record])[0].probability
    ranked = sorted((pull, name) for name, pull in pulls.items() if pull < 0)
    reasons: list[Reason] = []
    for pull, name in ranked[: 3 * count]:
        substitute, after = _best_substitute(model, record, name, reference.typical.get(name), before)
        reasons.append(Reason(name, record.get(name), pull, after > before, substitute, after))
    return sorted(reasons, key=lambda reason: (not reason.flips, reason.contribution))[:count]


def counterfactual(
    model: AdditiveCreditModel,
    record: Mapping[str, object],
    *,
    threshold: float,
    mutable: Sequence[MutableFeature],
    change_count_max: int = CHANGED_FEATURE_COUNT_MAX,
) -> Counterfactual | None:
    """Return the smallest change of mutable features that reaches the threshold, None when there is none."""
    return next(
        iter(counterfactuals(model, record, threshold=threshold, mutable=mutable, change_count_max=change_count_max)),
        None,
    )


def counterfactuals(
    model: AdditiveCreditModel,
    record: Mapping[str, object],
    *,
    threshold: float,
    mutable: Sequence[MutableFeature],
    change_count_max: int = CHANGED_FEATURE_COUNT_MAX,
) -> list[Counterfactual]:
    """Return the smallest sufficient change for each set of features, fewest features and shortest way first.

    Sets of two are tried only when no single feature suffices. Empty when nothing allowed reaches the threshold, or
    when the record reaches it already.
    """
    tables = {table.name: table for table in model.features}
    unknown = [entry.name for entry in mutable if entry.name not in tables]
    if unknown:
        raise ExplanationInputInvalid(
            f"{unknown[0]} is not a feature of the model.", field=unknown[0], remedy="Name features the model uses."
        )
    if model.predict_records([record])[0].probability >= threshold:
        return []
    candidates = {entry.name: _candidates(tables[entry.name], record.get(entry.name), entry) for entry in mutable}
    for size in range(1, min(change_count_max, CHANGED_FEATURE_COUNT_MAX, len(candidates)) + 1):
        found = []
        for names in itertools.combinations(candidates, size):
            best = _smallest(model, record, names, candidates, threshold)
            if best is not None:
                found.append(best)
        if found:
            return sorted(found, key=lambda item: item.distance)
    return []


def _smallest(
    model: AdditiveCreditModel,
    record: Mapping[str, object],
    names: tuple[str, ...],
    candidates: Mapping[str, list[tuple[float, object]]],
    threshold: float,
) -> Counterfactual | None:
    """Try the combinations of candidate values, nearest first."""
    ranges = [candidates[name] for name in names]
    if math.prod(len(values) for values in ranges) > COMBINATION_COUNT_MAX:
        limit = int(COMBINATION_COUNT_MAX ** (1 / len(names)))
        ranges = [values[:limit] for values in ranges]
    combinations = sorted(itertools.product(*ranges), key=lambda chosen: sum(distance for distance, _ in chosen))
    for start in range(0, len(combinations), SCORED_AT_ONCE_MAX):
        part = combinations[start : start + SCORED_AT_ONCE_MAX]
        changed = [
            {**record, **{name: value for name, (_, value) in zip(names, chosen, strict=True)}} for chosen in part
        ]
        for chosen, prediction in zip(part, model.predict_records(changed), strict=True):
            if prediction.probability >= threshold:
                changes = tuple(
                    Change(name, record.get(name), value) for name, (_, value) in zip(names, chosen, strict=True)
                )
                return Counterfactual(changes, prediction.probability, sum(distance for distance, _ in chosen))
    return None


def _candidates(table: FeatureTable, value: object, entry: MutableFeature) -> list[tuple[float, object]]:
    """Return values worth trying with their distance from the present one, nearest first: one per reachable bin."""
    if table.type != "numeric":
        present = read_category(value)
        return [(1.0, choice) for choice in entry.choices if read_category(choice) != present][:CANDIDATE_COUNT_MAX]
    current = read_number(value)
    if current is None or math.isnan(current):
        return []  # a value that is not there cannot move
    step = entry.step if entry.step else 1.0 if current.is_integer() else None
    low = max(entry.minimum, current) if entry.direction == "up" else entry.minimum
    high = min(entry.maximum, current) if entry.direction == "down" else entry.maximum
    scale = max(abs(current), 1e-9)
    found = {}
    for cut in table.cuts.tolist():
        moved = _at_or_above(cut, step) if cut > current else _below(cut, step)
        if low <= moved <= high and moved != current:
            found[moved] = abs(moved - current) / scale
    whole = step is not None and float(step).is_integer() and current.is_integer()
    ranked = sorted((distance, moved) for moved, distance in found.items())
    return [(distance, int(moved) if whole else moved) for distance, moved in ranked[:CANDIDATE_COUNT_MAX]]


def _at_or_above(cut: float, step: float | None) -> float:
    return cut if step is None else math.ceil(cut / step) * step


def _below(cut: float, step: float | None) -> float:
    if step is None:
        return math.nextafter(cut, -math.inf)
    return (math.ceil(cut / step) - 1) * step


def _best_substitute(
    model: AdditiveCreditModel, record: Mapping[str, object], name: str, typical: object, before: float
) -> tuple[object, float]:
    """Return the typical value if it raises the probability, else the value of the feature's best bin."""
    after = model.predict_records([{**record, name: typical}])[0].probability
    if after > before:
        return typical, after
    table = next(table for table in model.features if table.name == name)
    values: list[object] = [_value_at(table, position) for position in range(1, table.bin_count - 1)]
    predictions = model.predict_records([{**record, name: value} for value in values])
    best = max(range(len(values)), key=lambda index: predictions[index].probability)
    return values[best], predictions[best].probability


def _value_at(table: FeatureTable, position: int) -> object:
    return _category_at(table, position) if table.type == "category" else _number_at(table, position)


def _category_at(table: FeatureTable, position: int) -> object:
    return table.categories[position - 1] if 0 < position <= len(table.categories) else None


def _number_at(table: FeatureTable, position: int) -> float | bool:
    """Return a value inside a numeric bin: its middle, or its only edge for an outer bin."""
    cuts = table.cuts
    if table.type == "boolean":
        return position > 1
    if cuts.size == 0:
        return 0.0
    if position == 1:
        return math.nextafter(float(cuts[0]), -math.inf)
    if position > cuts.size:
        return float(cuts[-1])
    return float((cuts[position - 2] + cuts[position - 1]) / 2)


__all__ = [
    "Change",
    "Counterfactual",
    "ExplanationInputInvalid",
    "MutableFeature",
    "Reason",
    "ReferenceProfile",
    "counterfactual",
    "counterfactuals",
    "reasons_against",
    "reference_profile",
]
