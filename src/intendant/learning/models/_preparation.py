"""From a caller's table to clean columns: checks that name the field and the remedy, then typing, grouping, dropping."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.models._features import (
    OTHER_CATEGORY,
    FeatureSpec,
    read_categories,
    read_numbers,
)

ROW_COUNT_MIN = 40
OUTCOME_COUNT_MIN = 10  # of each outcome
COLUMN_COUNT_MAX = 20_000
FEATURE_COUNT_MAX = 200  # more are ranked by what each tells alone, and the best kept
FEATURE_COUNT_ALWAYS = 30  # as many are kept even from the smallest table
ROWS_PER_FEATURE = 5
CATEGORY_COUNT_MAX = 50
CATEGORY_ROW_COUNT_MIN = 10
FREE_TEXT_SHARE = 0.5
UNREADABLE_SHARE_MAX = 0.5


class TrainingDataInvalid(Invalid):
    """A table from which no credit model can be trained."""

    code = "training_data_invalid"


class ProtectedFeature(Invalid):
    """A protected attribute was declared as a feature."""

    code = "protected_attribute_as_feature"


@dataclass(frozen=True, slots=True, eq=False)
class PreparedColumns:
    """Typed columns of the features that can be learnt from: float64 (NaN missing) or text (None missing)."""

    specs: tuple[FeatureSpec, ...]
    columns: tuple[NDArray[Any], ...]

    def rows(self, selection: NDArray[np.int64]) -> list[NDArray[Any]]:
        """Return the columns of some rows."""
        return [column[selection] for column in self.columns]

    def mapping(self, selection: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Return some rows as the batch a model predicts."""
        return {spec.name: column[selection] for spec, column in zip(self.specs, self.columns, strict=True)}

    def digest(self, outcome: NDArray[np.int64]) -> str:
        """Return a digest of exactly what is trained on."""
        state = hashlib.sha256(outcome.tobytes())
        for spec, column in zip(self.specs, self.columns, strict=True):
            state.update(f"\0{spec.name}\0{spec.type}\0{spec.monotone}\0".encode("utf-8", "surrogatepass"))
            if spec.type == "category":
                state.update(
                    "\0".join("" if text is None else text for text in column).encode("utf-8", "surrogatepass")
                )
            else:
                state.update(column.tobytes())
        return state.hexdigest()


def check_outcome(frame: Any, outcome: Any) -> NDArray[np.int64]:
    """Return the outcome as integers, or raise TrainingDataInvalid naming what is wrong with it."""
    values = np.asarray(outcome)
    if values.ndim != 1 or values.size != len(frame):
        raise _invalid(
            f"The table has {len(frame)} rows but there are {values.size} outcomes.",
            "outcome",
            "Give one outcome per row.",
        )
    try:
        numbers = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise _invalid(
            "The outcome holds values that are not 0 or 1.", "outcome", "Map the good value to 1, the bad to 0."
        ) from error
    if not np.isin(numbers, (0.0, 1.0)).all():
        raise _invalid(
            "The outcome holds missing values or values other than 0 and 1.",
            "outcome",
            "Map the good value to 1, the bad to 0, and leave out rows whose outcome is not known yet.",
        )
    labels = numbers.astype(np.int64)
    if labels.size < ROW_COUNT_MIN:
        raise _invalid(
            f"{labels.size} rows are too few to learn from; at least {ROW_COUNT_MIN} are needed.",
            "outcome",
            "Add more past applications with known outcomes, or decide by rules until there are enough.",
        )
    for value, name in ((1, "repaid"), (0, "defaulted")):
        count = int((labels == value).sum())
        if count < OUTCOME_COUNT_MIN:
            raise _invalid(
                f"Only {count} rows are {name}; at least {OUTCOME_COUNT_MIN} of each outcome are needed.",
                "outcome",
                "Check which value was named good, or add past applications of both outcomes.",
            )
    return labels


def check_specs(frame: Any, specs: Sequence[FeatureSpec], protected: set[str]) -> None:
    """Refuse features that do not exist, exist twice, are too many or are protected."""
    names = [spec.name for spec in specs]
    if not names:
        raise _invalid("No feature was given.", "specs", "Name at least one column that was known at the decision.")
    if len(names) > COLUMN_COUNT_MAX:
        raise _invalid(
            f"{len(names)} features are too many; at most {COLUMN_COUNT_MAX} are looked at.",
            "specs",
            "Choose the columns that matter.",
        )
    for duplicate in sorted({name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()):
        raise _invalid(f"The feature {duplicate} is declared twice.", duplicate, "Declare it once.")
    columns = [str(column) for column in frame.columns]
    if len(set(columns)) < len(columns):
        duplicate = next(column for column in columns if columns.count(column) > 1)
        raise _invalid(f"The table has two columns named {duplicate}.", duplicate, "Rename one of them.")
    missing = sorted(set(names) - set(frame.columns))
    if missing:
        raise _invalid(f"The table has no column {missing[0]}.", missing[0], "Map it or leave the feature out.")
    both = sorted(protected & set(names))
    if both:
        raise ProtectedFeature(
            f"{both[0]} is a protected attribute and cannot be a feature.",
            field=both[0],
            remedy="Keep it for monitoring only and take it off the features.",
        )


def prepare_columns(
    frame: Any,
    specs: Sequence[FeatureSpec],
    development: NDArray[np.int64],
    strengths: Mapping[str, float],
) -> tuple[PreparedColumns, list[str]]:
    """Return typed columns for all rows and notices; what is grouped or dropped is learnt from development rows only.

    `strengths` says how well each column tells the outcome alone, which decides when there are too many.
    """
    notices: list[str] = []
    chosen = _strongest(specs, development.size, strengths, notices)
    kept: list[FeatureSpec] = []
    columns: list[NDArray[Any]] = []
    for spec in chosen:
        column, reason = _prepare(spec, frame[spec.name], development, notices)
        if column is None:
            notices.append(f"{spec.name} was left out: {reason}.")
        else:
            kept.append(spec)
            columns.append(column)
    if not kept:
        raise _invalid(
            "No feature holds anything to learn from: all are empty, constant, unreadable or suspected of leakage.",
            "specs",
            "Map columns whose values differ between applications and were known at the decision.",
        )
    return PreparedColumns(tuple(kept), tuple(columns)), notices


def _prepare(
    spec: FeatureSpec, values: Any, development: NDArray[np.int64], notices: list[str]
) -> tuple[NDArray[Any] | None, str]:
    if getattr(values.dtype, "kind", "O") in "mM":
        return None, "a date is not a feature; derive a duration from it"
    if spec.type == "category":
        return _group(spec.name, read_categories(values), development, notices)
    numbers, unreadable = read_numbers(values, boolean=spec.type == "boolean")
    if unreadable > UNREADABLE_SHARE_MAX * numbers.size:
        return None, f"{unreadable} of {numbers.size} values could not be read as {spec.type}"
    if unreadable:
        notices.append(f"{spec.name}: {unreadable} values could not be read as {spec.type} and count as missing.")
    seen = numbers[development]
    present = seen[~np.isnan(seen)]
    if present.size == 0:
        return None, "it is empty"
    if np.ptp(present) == 0 and present.size == seen.size:
        return None, "it has the same value in every row"
    return numbers, ""


def _group(
    name: str, texts: NDArray[np.object_], development: NDArray[np.int64], notices: list[str]
) -> tuple[NDArray[Any] | None, str]:
    """Keep the frequent categories, put the others together."""
    seen = texts[development]
    counts: dict[str, int] = {}
    missing = 0
    for text in seen:
        if text is None:
            missing += 1
        else:
            counts[text] = counts.get(text, 0) + 1
    if not counts:
        return None, "it is empty"
    if len(counts) == 1 and not missing:
        return None, "it has the same value in every row"
    if len(counts) > max(FREE_TEXT_SHARE * seen.size, CATEGORY_COUNT_MAX):
        return None, "nearly every row has a text of its own, so it is no category"
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    kept = {text for text in ranked[:CATEGORY_COUNT_MAX] if counts[text] >= CATEGORY_ROW_COUNT_MIN}
    grouped = len(counts) - len(kept)
    if grouped and not kept:
        return None, "none of its categories is frequent enough to learn from"
    if grouped:
        notices.append(f"{name}: {grouped} rare categories were put together.")
    result = np.empty(texts.size, dtype=object)
    for index, text in enumerate(texts):
        result[index] = text if text is None or text in kept else OTHER_CATEGORY
    return result, ""


def _strongest(
    specs: Sequence[FeatureSpec], row_count: int, strengths: Mapping[str, float], notices: list[str]
) -> list[FeatureSpec]:
    """Return no more features than the rows can bear, those that tell most alone, in the order given."""
    limit = min(FEATURE_COUNT_MAX, max(FEATURE_COUNT_ALWAYS, row_count // ROWS_PER_FEATURE))
    if len(specs) <= limit:
        return list(specs)
    ranked = sorted(range(len(specs)), key=lambda index: (-strengths.get(specs[index].name, 0.0), index))
    notices.append(f"Of {len(specs)} features the {limit} that tell most alone were kept.")
    return [specs[index] for index in sorted(ranked[:limit])]


def _invalid(message: str, field: str, remedy: str) -> TrainingDataInvalid:
    return TrainingDataInvalid(message, field=field, remedy=remedy)
