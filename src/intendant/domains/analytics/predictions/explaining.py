"""Why a model said what it said: reasons from the stored input and the version that answered, and what would change the answer.

Computed when somebody asks, never on the way to an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from intendant.domains.analytics.predictions import queries
from intendant.domains.analytics.predictions.answering import answer, columns_of
from intendant.domains.analytics.predictions.model import Answer, Case, Reason
from intendant.domains.analytics.predictions.versions import Positives, Version, Versions
from intendant.domains.analytics.predictions.wording import figure, percent, shown
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import IntendantError
from intendant.learning.estimators import InputInvalid, Model, Predictions

REASONS_TOLD = 10
REASONS_IN_SUMMARY = 3
FEATURES_TRIED_MAX = 100
CATEGORIES_TRIED_MAX = 10
QUANTILE_STEP = 2
CHANGES_TOLD_MAX = 5
CAUTION = (
    "These say how the model comes to its answer, not what causes what. Each change is tried by itself, within what occurred in"
    " the training data; some things cannot be changed, and changing one in reality may change others."
)


@dataclass(frozen=True, slots=True)
class Change:
    """One feature's other value and the answer it would bring."""

    feature: str
    before: str | None
    after: str
    label: str
    probability: float | None
    sentence: str
    distance: float

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "distance"}


@dataclass(frozen=True, slots=True)
class Explained:
    """A prediction with why it came out so."""

    row: Row
    reasons: tuple[Reason, ...]
    unusual: tuple[str, ...]
    summary: str
    changes: tuple[Change, ...]


def explain(
    tx: Transaction,
    by: Principal,
    versions: Versions,
    positives: Positives,
    prediction_id: UUID,
    *,
    with_changes: bool = True,
) -> Explained:
    """Explain a stored prediction. Raises PredictionUnknown, and what loading its version raises."""
    by.require(Permission.AI_READ)
    row = queries.get_prediction(tx, prediction_id)
    version = versions.version(tx, row["model_id"], row["version"])
    positive = positives.of(tx, version)
    case = Case(0, row["input_data"])
    found = answer(version.model, [case], positive=positive, reasons=REASONS_TOLD)[0]
    if isinstance(found, IntendantError):
        raise found
    # What was said then is explained, also where it was rounded since.
    return explain_answer(tx, version, case, found, said=row, with_changes=with_changes)


def explain_answer(
    tx: Transaction, version: Version, case: Case, given: Answer, *, said: Row | None = None, with_changes: bool = True
) -> Explained:
    """Explain an answer to a case; `said` is the stored prediction, where there is one."""
    row = said or {"output": given.output, "confidence": given.confidence, "version": version.number}
    reasons = given.reasons or ()
    changes: tuple[Change, ...] = ()
    if with_changes and "label" in row["output"]:
        reference = tx.scalar(
            "select reference -> 'features' from ai_model_versions where organization_id = %s and id = %s",
            [tx.organization_id, version.version_id],
        )
        changes = find_changes(version.model, case, given, reference or {}, reasons)
    return Explained(row, reasons, given.unusual, _summary(row, given, reasons), changes)


def find_changes(
    model: Model, case: Case, given: Answer, reference: Mapping[str, Any], reasons: Sequence[Reason]
) -> tuple[Change, ...]:
    """Find the smallest single changes that change a label: one feature at a time, among values that occurred in training."""
    first = [reason.feature for reason in reasons]
    names = [name for name in dict.fromkeys([*first, *model.feature_names]) if name in reference]
    tried: list[tuple[str, Any, float]] = []
    for name in names[:FEATURES_TRIED_MAX]:
        tried += [(name, value, distance) for value, distance in _candidates(reference[name], case.data.get(name))]
    if not tried:
        return ()
    cases = [Case(number, {**case.data, name: value}) for number, (name, value, _) in enumerate(tried)]
    try:
        predictions = model.predict(columns_of(model.feature_names, cases))
    except InputInvalid:
        return ()
    best: dict[str, Change] = {}
    for place, (name, value, distance) in enumerate(tried):
        change = _change(model, predictions, place, given.output["label"], (name, case.data.get(name), value), distance)
        if change is not None and (name not in best or distance < best[name].distance):
            best[name] = change
    return tuple(sorted(best.values(), key=lambda each: each.distance)[:CHANGES_TOLD_MAX])


def _candidates(summary: Mapping[str, Any], present: object) -> list[tuple[Any, float]]:
    """Return other values of a feature with how far they lie: steps of its distribution, or how rare a category is."""
    quantiles = summary.get("quantiles")
    if quantiles:
        at = _place(quantiles, present)
        values = {
            float(quantiles[step]): abs(step - at) / len(quantiles) for step in range(0, len(quantiles), QUANTILE_STEP)
        }
        return [(value, distance) for value, distance in values.items() if value != present]
    shares = summary.get("shares") or {}
    names = sorted(shares, key=lambda name: -shares[name])[:CATEGORIES_TRIED_MAX]
    return [(name, 1.0 - shares[name] / 2) for name in names if name != str(present)]


def _place(quantiles: Sequence[float], present: object) -> float:
    try:
        number = float(present)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return len(quantiles) / 2
    return float(np.searchsorted(np.asarray(quantiles, dtype=np.float64), number))


def _change(
    model: Model, predictions: Predictions, place: int, label: str, change: tuple[str, object, Any], distance: float
) -> Change | None:
    if predictions.label is None or str(predictions.label[place]) == label:
        return None
    other = str(predictions.label[place])
    probability = None
    if predictions.probability is not None and other in model.classes:
        probability = float(predictions.probability[place, model.classes.index(other)])
    name, before, after = change
    sure = "" if probability is None else f" ({percent(probability)})"
    sentence = (
        f"Were {shown(name)} {shown(after)} instead of {shown(before)}, the answer would be {shown(other)}{sure}."
    )
    told = None if before is None else shown(before)
    return Change(name, told, shown(after), other, probability, sentence, distance)


def _summary(row: Row, given: Answer, reasons: Sequence[Reason]) -> str:
    output = row["output"]
    if "label" in output:
        said = f"The answer is {shown(output['label'])}, with {percent(row['confidence'])} confidence"
    elif output.get("value") is not None:
        said = f"The value is {figure(output['value'])}"
        if output.get("lower") is not None and output.get("upper") is not None:
            said += f", most likely between {figure(output['lower'])} and {figure(output['upper'])}"
    else:
        said = "The model gives no value"
    about = (
        "" if not reasons else f" It rests most on {_listed([each.feature for each in reasons[:REASONS_IN_SUMMARY]])}."
    )
    unusual = (
        "" if not given.unusual else f" Unusual in this case: {_listed(list(given.unusual)[:REASONS_IN_SUMMARY])}."
    )
    return f"{said}.{about}{unusual}"


def _listed(names: Sequence[str]) -> str:
    words = [shown(name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
