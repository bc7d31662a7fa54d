"""What a model answered, read back from the record, beside what came true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators import Predictions
from intendant.learning.monitoring._columns import Floats, read_column, text_of

NORMAL, ANOMALY = "normal", "anomaly"


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What came true of n answers: `known` says of which; `numbers` for models that answer numbers, else `labels`."""

    known: NDArray[np.bool_]
    numbers: Floats | None = None
    labels: NDArray[np.object_] | None = None

    @property
    def count(self) -> int:
        """Return of how many answers the outcome is known."""
        return int(self.known.sum())


def answers_from(outputs: Sequence[Mapping[str, Any]], confidences: Any, classes: Sequence[str]) -> Predictions:
    """Read answers from their stored form ({"label", "probability", "value", "lower", "upper", "set"}), n of them."""
    labels = [output.get("label") for output in outputs]
    return Predictions(
        confidence=np.asarray(confidences, dtype=np.float64),
        value=_numbers(outputs, "value"),
        label=np.array([text_of(label) for label in labels], dtype=object) if any(labels) else None,
        probability=_probabilities(outputs, classes),
        lower=_numbers(outputs, "lower"),
        upper=_numbers(outputs, "upper"),
        sets=(
            [frozenset(output.get("set") or ()) for output in outputs]
            if any(output.get("set") is not None for output in outputs)
            else None
        ),
    )


def outcomes_from(actual: Any, answers: Predictions) -> Outcomes:
    """Read what came true, one value per answer and None where nothing is known (not come yet, or never to come)."""
    values = np.asarray(actual, dtype=object).ravel()
    if answers.label is None:
        column = read_column(values, "number")
        numbers = np.full(values.size, np.nan)
        numbers[~column.missing] = column.values
        return Outcomes(~column.missing, numbers=numbers)
    labels = np.array([text_of(value) for value in values], dtype=object)
    if set(answers.label) <= {NORMAL, ANOMALY, ""}:
        # People answer whether an anomaly was one in several words.
        words = {"true": ANOMALY, "1": ANOMALY, "yes": ANOMALY, "false": NORMAL, "0": NORMAL, "no": NORMAL}
        labels = np.array([words.get(label.lower(), label) for label in labels], dtype=object)
    return Outcomes(labels != "", labels=labels)


def part_of(answers: Predictions, rows: Any) -> Predictions:
    """Return some rows of answers, by positions or a mask."""
    at = np.arange(len(answers.confidence))[rows]

    def taken(values: Any) -> Any:
        return None if values is None else values[rows]

    return Predictions(
        confidence=answers.confidence[rows],
        value=taken(answers.value),
        label=taken(answers.label),
        probability=taken(answers.probability),
        lower=taken(answers.lower),
        upper=taken(answers.upper),
        sets=None if answers.sets is None else [answers.sets[place] for place in at],
    )


def _numbers(outputs: Sequence[Mapping[str, Any]], name: str) -> Floats | None:
    values = [output.get(name) for output in outputs]
    if all(value is None for value in values):
        return None
    return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)


def _probabilities(outputs: Sequence[Mapping[str, Any]], classes: Sequence[str]) -> Floats | None:
    if not classes or not any(output.get("probability") for output in outputs):
        return None
    table = np.zeros((len(outputs), len(classes)))
    for row, output in enumerate(outputs):
        given = output.get("probability") or {}
        table[row] = [float(given.get(name, 0.0)) for name in classes]
    return table
