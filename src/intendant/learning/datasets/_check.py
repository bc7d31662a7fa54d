"""Check that a mapping fits a table before anything is trained on it."""

from __future__ import annotations

from dataclasses import dataclass

from ._mapping import ROLE_NAMES, Mapping, MappingInvalid
from ._outcome import judge_values
from ._profile import count_values
from ._table import Table
from ._vocabulary import PROTECTED

ROWS_MIN = 20
CLASS_ROWS_MIN = 5
DUPLICATE_IDS_SHARE_MAX = 0.1


@dataclass(frozen=True)
class MappingError:
    """One thing that keeps a mapping from being used: the field, what is wrong, what to do."""

    code: str
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message} {self.remedy}"


def check_mapping(table: Table, mapping: Mapping) -> list[MappingError]:
    """List everything that is wrong with a mapping for this table; an empty list means it can be used."""
    errors = _unknown_columns(table, mapping)
    known = {error.field for error in errors}
    errors += _double_uses(mapping)
    if table.rows_read < ROWS_MIN:
        message = f"The table has {table.rows_read} rows; at least {ROWS_MIN} are needed to learn anything."
        errors.append(MappingError("rows_too_few", "rows", message, "Give more past applications."))
    if mapping.outcome is None:
        message = "No column says how each loan ended."
        errors.append(
            MappingError("outcome_missing", "outcome.column", message, "Name it: --outcome COLUMN --good VALUE.")
        )
    elif "outcome.column" not in known:
        errors += _outcome_errors(table, mapping)
    if not mapping.features:
        message = "No feature is left to learn from."
        errors.append(MappingError("features_missing", "features", message, "Name at least one column with its type."))
    errors += _value_errors(table, mapping, known)
    return errors


def require_mapping(table: Table, mapping: Mapping) -> None:
    """Raise MappingInvalid with the first error, all of them in its data, when the mapping does not fit."""
    errors = check_mapping(table, mapping)
    if errors:
        first = errors[0]
        raise MappingInvalid(
            first.message,
            field=first.field,
            remedy=first.remedy,
            data={"errors": [str(error) for error in errors[:50]]},
        )


def _unknown_columns(table: Table, mapping: Mapping) -> list[MappingError]:
    named = [("outcome.column", mapping.outcome)]
    named += [(f"roles.{role}", column) for role, column in mapping.roles.items()]
    named += [(f"protected[{place}]", column) for place, column in enumerate(mapping.protected)]
    named += [(f"features.{column}", column) for column in mapping.feature_names]
    columns = set(table.columns)
    remedy = f"The table has {', '.join(repr(column) for column in table.columns[:8])}" + (
        f" and {len(columns) - 8} more." if len(columns) > 8 else "."
    )
    return [
        MappingError("column_unknown", field, f"The table has no column '{column}'.", remedy)
        for field, column in named
        if column is not None and column not in columns
    ]


def _double_uses(mapping: Mapping) -> list[MappingError]:
    errors: list[MappingError] = []
    features = set(mapping.feature_names)
    if len(features) < len(mapping.feature_names):
        twice = next(name for name in mapping.feature_names if mapping.feature_names.count(name) > 1)
        errors.append(MappingError("feature_twice", f"features.{twice}", f"'{twice}' stands twice.", "Keep it once."))
    if mapping.outcome in features or mapping.outcome in mapping.protected:
        message = f"The outcome '{mapping.outcome}' cannot be learned from: it is what is to be foretold."
        errors.append(
            MappingError("outcome_as_feature", f"features.{mapping.outcome}", message, "Take it out of there.")
        )
    for role in ("id", "time"):
        column = mapping.roles.get(role)
        if column in features:
            message = f"'{column}' is the {role} and no feature: a model would learn the file, not the applicants."
            errors.append(
                MappingError(f"{role}_as_feature", f"features.{column}", message, "Take it out of the features.")
            )
    for name in mapping.feature_names:
        if name in mapping.protected:
            message = f"'{name}' is protected and must not be a feature."
        elif any(words.match(name) >= 0.9 for words in PROTECTED.values()):
            message = f"'{name}' names a protected attribute, which must not be a feature."
        else:
            continue
        remedy = "Move it to 'protected', where it serves to check fairness."
        errors.append(MappingError("protected_as_feature", f"features.{name}", message, remedy))
    for role in ROLE_NAMES:
        if (column := mapping.roles.get(role)) is not None and column == mapping.outcome:
            message = f"'{column}' is the outcome and cannot be the {role} too."
            errors.append(MappingError("outcome_as_role", f"roles.{role}", message, "Name another column, or none."))
        elif column is not None and column in mapping.protected:
            message = f"'{column}' is protected and cannot be the {role} too: rules could decide by it."
            errors.append(MappingError("protected_as_role", f"roles.{role}", message, "Name another column, or none."))
    return errors


def _outcome_errors(table: Table, mapping: Mapping) -> list[MappingError]:
    assert mapping.outcome is not None  # noqa: S101 - the caller has looked
    counts = count_values(table.frame[mapping.outcome])
    shown = ", ".join(f"'{value}' ({count:,})" for value, count in list(counts.items())[:10])
    if not counts:
        message = f"Column '{mapping.outcome}' is empty in every row."
        return [MappingError("outcome_empty", "outcome.column", message, "Name the column with known outcomes.")]
    errors: list[MappingError] = []
    for side, values in (("good", mapping.good), ("bad", mapping.bad)):
        unknown = [value for value in values if value not in counts]
        if values and len(unknown) == len(values):
            message = f"'{mapping.outcome}' has no value {' or '.join(repr(value) for value in unknown)}."
            errors.append(MappingError("outcome_value_unknown", f"outcome.{side}", message, f"It has {shown}."))
    both = set(mapping.good) & set(mapping.bad) | set(mapping.censored) & {*mapping.good, *mapping.bad}
    if both:
        message = f"'{min(both)}' stands in more than one list."
        errors.append(MappingError("outcome_value_twice", "outcome", message, "Keep each value in one list."))
    if errors:
        return errors
    good = sum(counts.get(value, 0) for value in mapping.good)
    bad = sum(counts.get(value, 0) for value in mapping.bad)
    if not mapping.good and len(counts) > 1 and judge_values(mapping.outcome, counts) is None:
        message = f"It is not said which values of '{mapping.outcome}' mean repaid."
        return [MappingError("outcome_good_missing", "outcome.good", message, f"Name them; it has {shown}.")]
    if min(good, bad) < CLASS_ROWS_MIN:
        message = f"'{mapping.outcome}' has {good:,} repaid and {bad:,} not repaid; learning needs both (at least {CLASS_ROWS_MIN})."
        code = "outcome_one_class" if min(good, bad) == 0 else "outcome_class_too_small"
        remedy = f"Check which values are good and bad, or give a table with both. It has {shown}."
        errors.append(MappingError(code, "outcome", message, remedy))
    return errors


def _value_errors(table: Table, mapping: Mapping, known: set[str]) -> list[MappingError]:
    from ._applications import read_numbers, read_times

    errors: list[MappingError] = []
    if mapping.amount and "roles.amount" not in known:
        numbers, _ = read_numbers(table, mapping.amount)
        filled = int(table.frame[mapping.amount].notna().sum())
        if filled == 0 or int(numbers.notna().sum()) < 0.5 * filled:
            message = f"'{mapping.amount}' is not made of numbers and cannot be the amount."
            errors.append(MappingError("amount_not_numeric", "roles.amount", message, "Name another column, or none."))
    if mapping.time and "roles.time" not in known and read_times(table, mapping.time) is None:
        message = f"'{mapping.time}' holds no dates and cannot be the time."
        errors.append(MappingError("time_not_a_date", "roles.time", message, "Name another column, or none."))
    if mapping.id and "roles.id" not in known:
        repeated = int(table.frame[mapping.id].dropna().duplicated().sum())
        if repeated > DUPLICATE_IDS_SHARE_MAX * table.rows_read:
            message = f"'{mapping.id}' repeats in {repeated:,} rows, so it does not name applications."
            errors.append(
                MappingError("id_repeats", "roles.id", message, "Name another column, or none (row numbers serve).")
            )
    return errors
