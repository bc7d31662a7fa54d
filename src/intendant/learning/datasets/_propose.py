"""Propose what the columns of a table mean, saying for every choice how sure it is and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ._mapping import Feature, FeatureType, Mapping, MappingInvalid
from ._outcome import (
    OUTCOME_MARGIN,
    OUTCOME_SCORE_MIN,
    SURE_ENOUGH,
    GoodValues,
    OutcomeCandidate,
    is_decision,
    judge_values,
    rank_outcomes,
)
from ._profile import FEW_VALUES_MAX, ColumnProfile, count_values, profile_columns
from ._roles import SHAPE_CONFIDENCE, Choice, find_id, find_named, find_protected, find_time, is_truth_value
from ._table import Table
from ._vocabulary import AFTERWARDS, PERSONAL, PLACE_PROXY, ROLES

CATEGORY_VALUES_MAX = 1_000
RARE_SHARE = 0.01
FEW_ROWS = 200
VALUES_SHOWN_MAX = 12


@dataclass(frozen=True)
class Suspect:
    """A column that seems to be known only after the decision, so that learning from it would be cheating."""

    name: str
    why: str


@dataclass(frozen=True)
class MappingProposal:
    """A mapping with what speaks for it.

    `questions` is empty when the proposal can be used as it is; otherwise a person has to answer them, or a script has
    to name the outcome and its good value. `warnings` say what is a guess.
    """

    mapping: Mapping
    choices: tuple[Choice, ...]
    outcomes: tuple[OutcomeCandidate, ...]
    good: GoodValues | None
    suspects: tuple[Suspect, ...]
    warnings: tuple[str, ...]
    questions: tuple[str, ...]

    def settled(self) -> Mapping:
        """Give the mapping, or raise OutcomeUnclear when a question is open."""
        if self.questions:
            raise OutcomeUnclear(
                self.questions[0],
                field="outcome",
                remedy="Name the column and the value that means repaid: --outcome COLUMN --good VALUE.",
                data={"questions": list(self.questions), "candidates": [outcome.column for outcome in self.outcomes]},
            )
        return self.mapping


class OutcomeUnclear(MappingInvalid):
    """The table does not say clearly which column holds the outcome, or which value means repaid."""

    code = "outcome_unclear"


def propose_mapping(
    table: Table, *, outcome: str | None = None, good: str | Sequence[str] | None = None
) -> MappingProposal:
    """Propose a mapping for a table; `outcome` and `good`, where given, are taken as they are.

    Raises MappingInvalid when `outcome` is no column or `good` no value of it.
    """
    profiles = profile_columns(table)
    warnings: list[str] = []
    questions: list[str] = []
    choices: list[Choice] = []
    column, outcomes = _choose_outcome(table, profiles, outcome, questions)
    judged = _choose_good(table, column, good, warnings, questions) if column else None
    if column is not None:
        best = next((candidate for candidate in outcomes if candidate.column == column), None)
        alternatives = tuple(candidate.column for candidate in outcomes if candidate.column != column)[:5]
        confidence, why = (1.0, "as given") if outcome else (best.confidence, best.why) if best else (0.0, "")
        choices.append(Choice("outcome", column, round(confidence, 2), why, alternatives))
    taken = {column} if column else set()
    protected = [choice for choice in find_protected(profiles) if choice.column not in taken]
    taken.update(choice.column for choice in protected)
    choices += protected
    for choice in _find_roles(table, profiles, taken):
        choices.append(choice)
        taken.add(choice.column)
    by_role = {choice.role: choice.column for choice in choices}
    features, ignored, suspects = _sort_the_rest(table, profiles, by_role, taken)
    warnings += _warn(table, choices, by_role, features)
    mapping = Mapping(
        outcome=column,
        good=judged.good if judged else (),
        bad=judged.bad if judged else (),
        censored=judged.censored if judged else (),
        **{role: by_role.get(role) for role in ROLES},
        protected=tuple(choice.column for choice in protected),
        features=tuple(features),
        ignored=ignored,
    )
    return MappingProposal(
        mapping, tuple(choices), tuple(outcomes), judged, tuple(suspects), tuple(warnings), tuple(questions)
    )


def _choose_outcome(
    table: Table, profiles: list[ColumnProfile], outcome: str | None, questions: list[str]
) -> tuple[str | None, list[OutcomeCandidate]]:
    ranked = rank_outcomes(table, profiles)
    if outcome is not None:
        return find_column(table, outcome, "outcome"), ranked
    if ranked and _stands_alone(ranked[0].column, profiles):
        why = f"{ranked[0].why}; no other column does"
        ranked[0] = OutcomeCandidate(ranked[0].column, max(ranked[0].confidence, SHAPE_CONFIDENCE), why)
        return ranked[0].column, ranked
    if not ranked or ranked[0].confidence < OUTCOME_SCORE_MIN:
        shown = ", ".join(f"'{candidate.column}'" for candidate in ranked[:5])
        questions.append(
            "Which column says how each loan ended?" + (f" It might be {shown}." if shown else " None looks like it.")
        )
        return None, ranked
    best = ranked[0]
    if len(ranked) > 1 and best.confidence - ranked[1].confidence < OUTCOME_MARGIN:
        close = [c for c in ranked[:5] if best.confidence - c.confidence < OUTCOME_MARGIN]
        questions.append("Which column says how each loan ended: " + " or ".join(f"'{c.column}'" for c in close) + "?")
    elif best.confidence < 0.5:
        questions.append(f"Is '{best.column}' the column that says how each loan ended?")
    return best.column, ranked


def _stands_alone(column: str, profiles: list[ColumnProfile]) -> bool:
    """Tell whether a column is the only one of two values, protected ones apart, and the last."""
    protected = {choice.column for choice in find_protected(profiles)}
    pairs = [profile.name for profile in profiles if profile.distinct == 2 and profile.name not in protected]
    return pairs == [column] and profiles[-1].name == column


def find_column(table: Table, name: str, field: str) -> str:
    """Find a column by name, forgiving case and outer blanks; raise MappingInvalid with the nearest names."""
    if name in table.columns:
        return name
    alike = [column for column in table.columns if column.strip().casefold() == name.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    import difflib

    near = difflib.get_close_matches(name, table.columns[:2_000], n=3, cutoff=0.6) or list(table.columns[:5])
    raise MappingInvalid(
        f"The table has no column '{name}'.",
        field=field,
        remedy=f"Perhaps you mean {' or '.join(repr(column) for column in near)}; the table has {len(table.columns)} columns.",
    )


def _choose_good(
    table: Table, column: str, good: str | Sequence[str] | None, warnings: list[str], questions: list[str]
) -> GoodValues | None:
    counts = count_values(table.frame[column])
    shown = ", ".join(f"'{value}' ({count:,})" for value, count in list(counts.items())[:VALUES_SHOWN_MAX])
    wanted = (good,) if isinstance(good, str) else tuple(good or ())
    judged = judge_values(column, counts, wanted)
    if judged is None and len(wanted) == 1 and "," in wanted[0]:
        judged = judge_values(column, counts, tuple(wanted[0].split(",")))
    if judged is None and wanted:
        raise MappingInvalid(
            f"'{column}' has no value {' or '.join(repr(value) for value in wanted)}.",
            field="good",
            remedy=f"Its values are {shown}.",
        )
    if is_decision(counts):
        warnings.append(f"The values of '{column}' ({shown}) speak of the decision taken, not of how the loan ended.")
    if judged is None:
        if len(counts) == 1:
            questions.append(
                f"Column '{column}' has only the value {shown}; loans that ended both ways are needed to learn."
            )
        else:
            questions.append(f"Which values of '{column}' mean repaid? It has {shown}.")
        return None
    if judged.guess:
        warnings.append(f"'{', '.join(judged.good)}' of '{column}' is taken for repaid: {judged.why}.")
    if judged.confidence < SURE_ENOUGH:
        questions.append(f"Does '{', '.join(judged.good)}' of '{column}' mean repaid? It has {shown}.")
    if judged.censored:
        warnings.append(f"Values of '{column}' without a final outcome are censored: {', '.join(judged.censored[:8])}.")
    total = sum(counts.values())
    bad_share = sum(counts[value] for value in judged.bad) / max(total, 1)
    if 0 < bad_share < RARE_SHARE:
        warnings.append(f"Only {bad_share:.2%} of the outcomes are bad; estimates of risk will be coarse.")
    missing = table.rows_read - total
    if missing:
        warnings.append(f"{missing:,} rows have no outcome and count as censored.")
    return judged


def _find_roles(table: Table, profiles: list[ColumnProfile], taken: set[str]) -> list[Choice]:
    found: list[Choice] = []
    used = set(taken)
    searches = [find_id(table, profiles, used)]
    if searches[0]:
        used.add(searches[0].column)
    time = find_time(profiles, used)
    if time:
        used.add(time.column)
    found += [choice for choice in (searches[0], time) if choice]
    for role in ("amount", "term", "purpose", "income", "credit_score"):
        choice = find_named(role, [profile for profile in profiles if not AFTERWARDS.match(profile.name)], used)
        if choice:
            used.add(choice.column)
            found.append(choice)
    return found


def _sort_the_rest(
    table: Table, profiles: list[ColumnProfile], by_role: dict[str, str], taken: set[str]
) -> tuple[list[Feature], dict[str, str], list[Suspect]]:
    """Decide for each column whether a model may learn from it; the money roles may, with all unnamed columns."""
    usable = {by_role[role] for role in ("amount", "term", "purpose", "income", "credit_score") if role in by_role}
    features: list[Feature] = []
    ignored: dict[str, str] = {}
    suspects: list[Suspect] = []
    for profile in profiles:
        name = profile.name
        if name in taken and name not in usable:
            continue
        if AFTERWARDS.match(name) and name not in usable:
            suspects.append(Suspect(name, "its name speaks of what happens after the decision"))
            ignored[name] = "known only after the decision, by its name"
        elif (why := _why_not(table, profile)) is not None:
            ignored[name] = why
        else:
            features.append(Feature(name, _feature_type(profile)))
    return features, ignored, suspects


def _why_not(table: Table, profile: ColumnProfile) -> str | None:
    if profile.filled == 0 and bool(table.frame[profile.name].isna().all()):
        return "every value is missing"
    if profile.distinct <= 1 and table.frame[profile.name].nunique() <= 1 and profile.filled_share == 1.0:
        return "every row has the same value"
    if PERSONAL.match(profile.name) and profile.distinct > FEW_VALUES_MAX:
        return "it identifies a person"
    if ROLES["id"].match(profile.name) >= 0.8 and profile.distinct > 0.5 * profile.filled:
        return "it names a thing instead of describing it"
    if PLACE_PROXY.match(profile.name):
        return "a place of residence can stand in for origin or race"
    if profile.kind == "text" and profile.distinct > CATEGORY_VALUES_MAX:
        return "it has too many different texts to be a category"
    if profile.kind == "text" and profile.distinct > 50 and profile.distinct > 0.5 * profile.filled:
        return "nearly every row has a text of its own"
    return None


def _feature_type(profile: ColumnProfile) -> FeatureType:
    if profile.kind == "date":
        return "date"
    if is_truth_value(profile):
        return "boolean"
    return "numeric" if profile.kind == "number" else "category"


def _warn(table: Table, choices: list[Choice], by_role: dict[str, str], features: list[Feature]) -> list[str]:
    warnings = [f"'{c.column}' is taken for {c.role}: {c.why}." for c in choices if c.confidence <= SHAPE_CONFIDENCE]
    if "time" not in by_role:
        warnings.append("No column says when each application was decided; the order of rows is not taken for time.")
    if "amount" not in by_role:
        warnings.append("No column holds the amount of the loan; money figures count every application as one unit.")
    if not any(choice.role.startswith("protected") for choice in choices):
        warnings.append(
            "No protected attribute was recognised; fairness cannot be checked. Name them under 'protected'."
        )
    if table.rows_read < FEW_ROWS:
        warnings.append(f"{table.rows_read} rows are few; nothing learned from them can be relied on.")
    if not features:
        warnings.append("No column is left to learn from.")
    return warnings
