"""The target of a table: classes or numbers, checked; rows without it are left out and said so."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import Floats, TrainingInvalid, TrainingSpec
from intendant.learning.estimators.tabular._columns import numbers_of
from intendant.learning.models import read_categories

ROW_COUNT_MIN = 40
CLASS_ROW_COUNT_MIN = 10
CLASS_COUNT_MAX = 50
DISTINCT_NUMBERS_MIN = 3
OUTLIER_REACH = 50.0  # in widths of the middle half: numbers beyond are held at this while fitting
POSITIVE_WORDS = frozenset(
    {
        "1",
        "true",
        "yes",
        "y",
        "t",
        "ja",
        "j",
        "oui",
        "si",
        "sí",
        "sim",
        "positive",
        "pos",
        "bad",
        "default",
        "churned",
        "fraud",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The target of the rows that have one: `rows` are their positions, `values` class numbers or numbers.

    `fitted` is what is fitted: for numbers the values held within `OUTLIER_REACH`.
    """

    rows: NDArray[np.int64]
    values: Floats
    fitted: Floats
    classes: tuple[str, ...]

    def take(self, chosen: NDArray[np.int64]) -> "Target":
        """Return the target of some of its rows."""
        return Target(self.rows[chosen], self.values[chosen], self.fitted[chosen], self.classes)


def read_target(frame: Any, spec: TrainingSpec, notices: list[str]) -> Target:
    """Return the target; raises TrainingInvalid naming what is wrong with it and the remedy."""
    if spec.target is None:
        raise _invalid("No target was named.", "target_column", "Name the column that the model shall tell.")
    if spec.target not in frame.columns:
        known = ", ".join(str(name) for name in list(frame.columns)[:8])
        raise _invalid(f"The table has no column '{spec.target}'.", "target_column", f"Its columns are {known} …")
    if len(frame) < ROW_COUNT_MIN:
        raise _invalid(
            f"{len(frame)} rows are too few to learn from; at least {ROW_COUNT_MIN} are needed.",
            "training_data_source",
            "Add more rows with a known target.",
        )
    column = frame[spec.target]
    target = _numbers(column, spec.target, notices) if spec.task == "regression" else _classes(column, spec, notices)
    missing = len(frame) - target.rows.size
    if missing:
        notices.append(f"{missing:,} rows have no usable {spec.target} and were left out.")
    if target.rows.size < ROW_COUNT_MIN:
        raise _invalid(
            f"Only {target.rows.size} rows have a usable {spec.target}; at least {ROW_COUNT_MIN} are needed.",
            "target_column",
            "Add rows with a known target, or choose another column.",
        )
    return target


def _classes(column: Any, spec: TrainingSpec, notices: list[str]) -> Target:
    texts = read_categories(column)
    known = np.array([text is not None for text in texts])
    names, codes, counts = np.unique(texts[known].astype(str), return_inverse=True, return_counts=True)
    if names.size == 0:
        raise _invalid(f"{spec.target} is empty.", "target_column", "Choose a column that holds the answer.")
    if names.size == 1:
        raise _invalid(
            f"Every row has the same {spec.target} ('{names[0]}'), so there is nothing to tell apart.",
            "target_column",
            "Add rows of the other class.",
        )
    large = counts >= CLASS_ROW_COUNT_MIN
    if int(large.sum()) > CLASS_COUNT_MAX or (names.size > CLASS_COUNT_MAX and large.sum() < 2):
        raise _invalid(
            f"{spec.target} has {names.size:,} different values; at most {CLASS_COUNT_MAX} classes are told apart.",
            "target_column",
            "Train a regression if it is a number, or group its values.",
        )
    if int(large.sum()) < 2:
        rarest = names[counts.argmin()]
        raise _invalid(
            f"Only {counts.min()} rows are '{rarest}'; at least {CLASS_ROW_COUNT_MIN} of each class are needed.",
            "target_column",
            "Add rows of the rarer class.",
        )
    if not large.all():
        rare = ", ".join(names[~large][:5])
        notices.append(
            f"{int((~large).sum())} classes with fewer than {CLASS_ROW_COUNT_MIN} rows were left out ({rare})."
        )
    kept = names[large].tolist()
    ordered = _order(kept, counts[large].tolist(), spec)
    place = {name: float(index) for index, name in enumerate(ordered)}
    usable = large[codes]
    values = np.array([place.get(name, -1.0) for name in names.tolist()])[codes[usable]]
    return Target(np.flatnonzero(known)[usable], values, values, tuple(ordered))


def _order(names: list[str], counts: list[int], spec: TrainingSpec) -> list[str]:
    """Return the classes in order; of two, the positive one comes last."""
    if spec.positive is not None:
        if str(spec.positive) not in names:
            raise _invalid(
                f"{spec.target} has no class '{spec.positive}'.", "positive", f"Name one of {', '.join(names[:10])}."
            )
        return [*(name for name in names if name != str(spec.positive)), str(spec.positive)]
    try:
        ordered = sorted(names, key=float)
    except ValueError:
        if len(names) > 2:
            return names
        words = [name.casefold() in POSITIVE_WORDS for name in names]
        first_is_positive = words[0] and not words[1]
        if words[0] == words[1]:
            first_is_positive = counts[0] < counts[1]
        return names[::-1] if first_is_positive else names
    return ordered


def _numbers(column: Any, name: str, notices: list[str]) -> Target:
    numbers, unread = numbers_of(column)
    if unread.sum() > 0.5 * numbers.size:
        raise _invalid(
            f"{name} holds no numbers.", "target_column", "Train a classification, or choose another column."
        )
    rows = np.flatnonzero(~np.isnan(numbers))
    values = numbers[rows]
    if np.unique(values).size < DISTINCT_NUMBERS_MIN:
        raise _invalid(
            f"{name} has fewer than {DISTINCT_NUMBERS_MIN} different numbers.",
            "target_column",
            "Train a classification, or add rows with other values.",
        )
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    reach = OUTLIER_REACH * (high - low)
    if reach <= 0:
        return Target(rows, values, values, ())
    fitted = np.clip(values, middle - reach, middle + reach)
    far = int((fitted != values).sum())
    if far:
        notices.append(
            f"{far:,} values of {name} lie further than {OUTLIER_REACH:g} times the middle half from its middle; they were "
            "held there while fitting and count in full when judged."
        )
    return Target(rows, values, fitted, ())


def _invalid(message: str, field: str, remedy: str) -> TrainingInvalid:
    return TrainingInvalid(message, field=field, remedy=remedy)
