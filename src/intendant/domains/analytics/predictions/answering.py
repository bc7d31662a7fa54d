"""Ask a model about many cases at once: columns in, answers out. Nothing is stored here."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intendant.domains.analytics.predictions.model import Answer, Case, Reason
from intendant.domains.analytics.predictions.wording import tell_reasons
from intendant.kit import clock
from intendant.kit.errors import IntendantError
from intendant.learning.estimators import InputInvalid, Model, Predictions
from intendant.learning.monitoring import scores_of

PROBABILITY_DIGITS = 6


def answer(
    model: Model, cases: Sequence[Case], *, positive: str | None = None, reasons: int = 0
) -> list[Answer | IntendantError]:
    """Answer cases, in order. One that the model cannot take gets its error, and the others are answered all the same."""
    begun = clock.monotonic_seconds()
    try:
        predictions = model.predict(columns_of(model.feature_names, cases), reasons=reasons)
    except InputInvalid as error:
        if len(cases) == 1:
            return [error]
        # Halves find the rows at fault in few steps where there are few.
        middle = len(cases) // 2
        return [
            each
            for part in (cases[:middle], cases[middle:])
            for each in answer(model, part, positive=positive, reasons=reasons)
        ]
    milliseconds = (clock.monotonic_seconds() - begun) * 1000 / max(1, len(cases))
    answers: list[Answer | IntendantError] = list(_answers(model, predictions, positive, milliseconds))
    if predictions.probability is not None:
        # A model that computes no number has no answer: it must not pass for a probability of 0.
        for row in np.flatnonzero(~np.isfinite(predictions.probability).all(axis=1)):
            answers[row] = InputInvalid(
                "The model gives no probability for this case.",
                field="input_data",
                remedy="Look whether a value is far beyond those that it learnt from; or ask another version.",
            )
    return answers


def columns_of(names: Sequence[str], cases: Sequence[Case]) -> dict[str, list[Any]]:
    """Return the model's inputs as columns; what a case does not say is None."""
    return {name: [case.data.get(name) for case in cases] for name in names}


def outputs_of(model: Model, predictions: Predictions) -> list[dict[str, Any]]:
    """Return what is answered for each case, with only what this kind of model has."""
    parts: dict[str, Sequence[Any]] = {}
    if predictions.label is not None:
        parts["label"] = [str(label) for label in predictions.label]
    if predictions.probability is not None:
        rounded = np.round(np.nan_to_num(predictions.probability), PROBABILITY_DIGITS).tolist()
        parts["probability"] = [dict(zip(model.classes, row, strict=True)) for row in rounded]
    for name in ("value", "lower", "upper"):
        numbers = getattr(predictions, name)
        if numbers is not None:
            parts[name] = _finite(numbers)
    if predictions.sets is not None:
        order = {name: place for place, name in enumerate(model.classes)}
        parts["set"] = [sorted(each, key=lambda name: order.get(name, len(order))) for each in predictions.sets]
    names = tuple(parts)
    return [dict(zip(names, values, strict=True)) for values in zip(*parts.values(), strict=True)]


def _answers(model: Model, predictions: Predictions, positive: str | None, milliseconds: float) -> Sequence[Answer]:
    scores = scores_of(predictions, classes=model.classes, positive=positive)
    score = [None] * len(predictions.confidence) if scores is None else _finite(scores)
    confidence = np.clip(np.nan_to_num(predictions.confidence), 0.0, 1.0).tolist()
    unusual = predictions.unusual or [()] * len(confidence)
    outputs = outputs_of(model, predictions)
    told: Sequence[tuple[Reason, ...] | None] = [None] * len(confidence)
    if predictions.reasons is not None:
        told = [
            tell_reasons(model.task, towards(model, output, positive), each)
            for output, each in zip(outputs, predictions.reasons, strict=True)
        ]
    return [
        Answer(*each, milliseconds) for each in zip(outputs, confidence, score, map(tuple, unusual), told, strict=True)
    ]


def towards(model: Model, output: Mapping[str, Any], positive: str | None) -> str | None:
    """Return the class whose log-odds contributions are told in: the positive of two, else the one that is answered."""
    if model.task != "classification":
        return None
    if len(model.classes) == 2:
        return positive if positive in model.classes else model.classes[1]
    label = output.get("label")
    return None if label is None else str(label)


def _finite(numbers: Any) -> list[float | None]:
    values = np.asarray(numbers, dtype=np.float64)
    if np.isfinite(values).all():
        found: list[float | None] = values.tolist()
        return found
    return [float(value) if np.isfinite(value) else None for value in values]
