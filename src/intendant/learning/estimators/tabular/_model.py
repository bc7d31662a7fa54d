"""A trained model of a table: encodes records, asks its core, and tells probabilities, sets, intervals and reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.estimators._algorithms import pack
from intendant.learning.estimators._contract import Floats, Predictions, Reason, Task
from intendant.learning.estimators.tabular import plain
from intendant.learning.estimators.tabular._additive import Additive
from intendant.learning.estimators.tabular._blend import Blend
from intendant.learning.estimators.tabular._calibrating import ClassCalibration, ClassSets, NumberIntervals
from intendant.learning.estimators.tabular._columns import Column, encode
from intendant.learning.estimators.tabular._linear import Linear
from intendant.learning.estimators.tabular._problem import Core
from intendant.learning.estimators.tabular._trees import Trees
from intendant.learning.estimators.tabular.plain import invalid
from intendant.learning.models import read_category

FORMAT = "intendant-tabular-model"
VERSION = 1
FEATURE_COUNT_MAX = 1_000
CLASS_COUNT_MAX = 1_000
LEVEL_COUNT_MAX = 1_000
NAME_LENGTH_MAX = 1_000
KINDS = ("numeric", "boolean", "category", "days", "month", "weekday", "hour")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, eq=False)
class ClassAnswers:
    """How raw scores become answers where the target is a class."""

    classes: tuple[str, ...]
    calibration: ClassCalibration
    sets: ClassSets


@dataclass(frozen=True, slots=True, eq=False)
class NumberAnswers:
    """How raw scores become answers where the target is a number.

    A raw score times `scale` plus `centre` is the prediction. `spread` tells the size of error to expect (None: the same
    everywhere), `width` is how wide the target itself lies at the same coverage.
    """

    centre: float
    scale: float
    width: float
    intervals: NumberIntervals
    spread: Trees | None


@dataclass(frozen=True, eq=False, repr=False)
class TabularModel:
    """See `Model` of the contract."""

    task: Task
    algorithm: str
    columns: tuple[Column, ...]
    core: Core
    answers: ClassAnswers | NumberAnswers
    identity: Mapping[str, Any]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the table's columns that it reads."""
        names = [column.source for column in self.columns]
        return tuple(dict.fromkeys([*names, *(column.since for column in self.columns if column.since)]))

    @property
    def classes(self) -> tuple[str, ...]:
        """Return the classes; empty for numbers."""
        return self.answers.classes if isinstance(self.answers, ClassAnswers) else ()

    def predict(self, columns: Mapping[str, Any] | Any, *, reasons: int = 0) -> Predictions:
        """Answer for columns of equal length; see `Model`."""
        matrix, strange = encode(self.columns, columns)
        raw = self.core.raw(matrix)
        unusual: list[tuple[str, ...]] = [()] * len(matrix)
        for row in np.flatnonzero(strange.any(axis=1)):
            found = (self.columns[index].source for index in np.flatnonzero(strange[row]))
            unusual[row] = tuple(dict.fromkeys(found))
        if isinstance(self.answers, ClassAnswers):
            return self._classes(self.answers, matrix, raw, unusual, columns, reasons)
        return self._numbers(self.answers, matrix, raw, unusual, columns, reasons)

    def to_bytes(self) -> bytes:
        """Return the model as canonical JSON, packed."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "task": self.task,
            "algorithm": self.algorithm,
            "identity": dict(self.identity),
            "columns": [
                [c.name, c.source, c.kind, list(c.levels), c.form, c.since, c.since_form] for c in self.columns
            ],
            "core": self.core.to_plain(),
            "answers": _answers_to_plain(self.answers),
        }
        return pack(self, plain.write(body))

    def _classes(
        self, answers: ClassAnswers, matrix: Floats, raw: Floats, unusual: Any, table: Any, reasons: int
    ) -> Predictions:
        probability = answers.calibration.probabilities(raw)
        best = probability.argmax(axis=1)
        names = np.array(answers.classes, dtype=object)
        heads = best if raw.shape[1] > 1 else np.zeros(len(raw), dtype=np.int64)
        return Predictions(
            confidence=probability[np.arange(len(raw)), best],
            label=names[best],
            probability=probability,
            sets=_sets(answers.sets.holds(probability), answers.classes),
            unusual=unusual,
            reasons=self._reasons(matrix, heads, 1.0, table, reasons) if reasons else None,
        )

    def _numbers(
        self, answers: NumberAnswers, matrix: Floats, raw: Floats, unusual: Any, table: Any, reasons: int
    ) -> Predictions:
        value = answers.centre + answers.scale * raw[:, 0]
        size = answers.scale * spread_of(answers.spread, matrix)
        lower = value + answers.intervals.lower * size
        upper = value + answers.intervals.upper * size
        heads = np.zeros(len(raw), dtype=np.int64)
        return Predictions(
            confidence=np.clip(1 - (upper - lower) / max(answers.width, 1e-300), 0.0, 1.0),
            value=value,
            lower=np.minimum(lower, value),
            upper=np.maximum(upper, value),
            unusual=unusual,
            reasons=self._reasons(matrix, heads, answers.scale, table, reasons) if reasons else None,
        )

    def _reasons(self, matrix: Floats, heads: Any, scale: float, table: Any, count: int) -> list[list[Reason]]:
        parts = self.core.contributions(matrix, heads) * scale
        kept = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :count]
        return [
            [
                Reason(
                    self.columns[index].name,
                    self._shown(index, matrix[row, index], table, row),
                    float(parts[row, index]),
                )
                for index in kept[row].tolist()
            ]
            for row in range(len(matrix))
        ]

    def _shown(self, index: int, number: float, table: Any, row: int) -> str | None:
        column = self.columns[index]
        if column.kind == "category" and column.source in table:
            values = table[column.source]
            value = values.iloc[row] if hasattr(values, "iloc") else values[row]
            return read_category(value)
        if np.isnan(number):
            return None
        match column.kind:
            case "boolean":
                return "yes" if number else "no"
            case "weekday":
                return _WEEKDAYS[int(number)]
            case _:
                return f"{number:.6g}"


def spread_of(spread: Trees | None, matrix: Floats) -> Floats:
    """Return the size of error to expect, in units of the standardised target."""
    return np.ones(len(matrix)) if spread is None else np.exp(np.clip(spread.raw(matrix)[:, 0], -20.0, 20.0))


def load(artifact: bytes) -> TabularModel:
    """Read what `to_bytes` wrote behind the packing line."""
    body = plain.read(artifact)
    if body.get("format") != FORMAT or body.get("version") != VERSION:
        raise invalid("it is no model of a table, or of another version")
    columns = tuple(read_column(entry) for entry in body["columns"])
    if not 0 < len(columns) <= FEATURE_COUNT_MAX:
        raise invalid("it has too many or too few features")
    task = body["task"]
    if task not in ("classification", "regression"):
        raise invalid("its task is unknown")
    answers = _read_answers(body["answers"], task, len(columns))
    heads = len(answers.classes) if isinstance(answers, ClassAnswers) and len(answers.classes) > 2 else 1
    core = read_core(body["core"], feature_count=len(columns), heads=heads)
    return TabularModel(task, str(body["algorithm"])[:80], columns, core, answers, dict(body["identity"]))


def read_core(body: Any, *, feature_count: int, heads: int) -> Core:
    """Read a core of any kind."""
    match body["kind"]:
        case "linear":
            return Linear.from_plain(body, feature_count=feature_count, heads=heads)
        case "additive":
            return Additive.from_plain(body, feature_count=feature_count, heads=heads)
        case "trees":
            return Trees.from_plain(body, feature_count=feature_count, heads=heads)
        case "blend":
            return Blend.from_plain(body, feature_count=feature_count, heads=heads, read_core=read_core)
        case _:
            raise invalid("its core is of an unknown kind")


def _sets(holds: Any, classes: tuple[str, ...]) -> Sequence[frozenset[str]]:
    """Return the sets; equal ones are one object."""
    if len(classes) > 60:
        return [frozenset(classes[index] for index in np.flatnonzero(row)) for row in holds]
    codes = holds.astype(np.int64) @ (1 << np.arange(len(classes), dtype=np.int64))
    distinct, positions = np.unique(codes, return_inverse=True)
    made = [frozenset(name for index, name in enumerate(classes) if code >> index & 1) for code in distinct.tolist()]
    return [made[position] for position in positions.tolist()]


def _answers_to_plain(answers: ClassAnswers | NumberAnswers) -> dict[str, Any]:
    if isinstance(answers, ClassAnswers):
        return {
            "classes": list(answers.classes),
            "calibration": answers.calibration.to_plain(),
            "coverage": answers.sets.coverage,
            "probability_from": answers.sets.probability_from,
        }
    return {
        "centre": answers.centre,
        "scale": answers.scale,
        "width": answers.width,
        "coverage": answers.intervals.coverage,
        "lower": answers.intervals.lower,
        "upper": answers.intervals.upper,
        "spread": None if answers.spread is None else answers.spread.to_plain(),
    }


def _read_answers(body: Any, task: str, feature_count: int) -> ClassAnswers | NumberAnswers:
    coverage = float(body["coverage"])
    if not 0 < coverage < 1:
        raise invalid("its coverage is unsound")
    if task == "classification":
        classes = body["classes"]
        texts = all(isinstance(name, str) and len(name) <= NAME_LENGTH_MAX for name in classes)
        if not 2 <= len(classes) <= CLASS_COUNT_MAX or not texts or len(set(classes)) < len(classes):
            raise invalid("its classes are unsound")
        heads = len(classes) if len(classes) > 2 else 1
        calibration = ClassCalibration.from_plain(body["calibration"], heads=heads)
        if (calibration.calibrator is None) != (heads > 1):
            raise invalid("its calibration does not fit its classes")
        limit = float(body["probability_from"])
        if not 0 <= limit <= 1:
            raise invalid("its sets are unsound")
        return ClassAnswers(tuple(classes), calibration, ClassSets(coverage, limit))
    numbers = [float(body[key]) for key in ("centre", "scale", "width", "lower", "upper")]
    if not np.isfinite(numbers).all() or numbers[1] <= 0 or numbers[3] > numbers[4]:
        raise invalid("its intervals are unsound")
    centre, scale, width, lower, upper = numbers
    spread = None if body["spread"] is None else Trees.from_plain(body["spread"], feature_count=feature_count, heads=1)
    return NumberAnswers(centre, scale, width, NumberIntervals(coverage, lower, upper), spread)


def read_column(entry: Any) -> Column:
    """Read a feature as `TabularModel.to_bytes` wrote it, trusting nothing."""
    name, source, kind, levels, form, since, since_form = entry
    texts = [name, source, *levels, *(text for text in (form, since, since_form) if text is not None)]
    sound = all(isinstance(text, str) and len(text) <= NAME_LENGTH_MAX for text in texts)
    if not sound or kind not in KINDS or len(levels) > LEVEL_COUNT_MAX or len(set(levels)) < len(levels):
        raise invalid("a feature is unsound")
    return Column(name, source, kind, tuple(levels), form, since, since_form)
