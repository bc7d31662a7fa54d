"""Find the columns with a meaning of their own: id, time, amount, term, purpose, income, credit score, protected."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ._moments import find_number_form
from ._profile import ColumnProfile
from ._table import Table
from ._values import FALSE_WORDS, TRUE_WORDS
from ._vocabulary import AFTERWARDS, PROTECTED, ROLES, is_made_up_name, tokenize

_TIME_ORDER = (
    "application",
    "antragsdatum",
    "applied",
    "request",
    "approval",
    "approved",
    "decision",
    "issue",
    "issued",
    "originated",
)
_HASH_LIKE = re.compile(r"^[0-9a-fA-F]{8}-?[0-9a-fA-F-]{8,}$")
_NAMES_APPLICATION = re.compile(
    r"(?i)^(row|record)?_?id$|appl|loan|request|antrag|case|contract|listing|reference|^ref$"
)
REPEATED_SHARE_MAX = 0.01
TERM_MONTHS_MAX = 600
AMOUNT_MEDIAN_MIN = 50.0
SHAPE_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Choice:
    """One column chosen for one role, how sure that is, why, and which others might be meant."""

    role: str
    column: str
    confidence: float
    why: str
    alternatives: tuple[str, ...] = ()


def find_protected(profiles: list[ColumnProfile]) -> list[Choice]:
    """Find attributes that must not decide, by name; an unnamed column of ages is taken for one, to be safe."""
    found: list[Choice] = []
    for profile in profiles:
        matches = {kind: words.match(profile.name) for kind, words in PROTECTED.items()}
        kind = max(matches, key=lambda name: matches[name])
        if matches[kind]:
            found.append(Choice(f"protected: {kind}", profile.name, matches[kind], "by its name"))
        elif is_made_up_name(profile.name) and _is_age_shaped(profile):
            why = "it looks like ages; move it to features if it is something else"
            found.append(Choice("protected: age", profile.name, SHAPE_CONFIDENCE, why))
    return found


def _is_age_shaped(profile: ColumnProfile) -> bool:
    return (
        profile.kind == "number"
        and 30 <= profile.distinct <= 85
        and profile.whole
        and profile.low >= 17
        and 50 <= profile.high <= 95
        and 25 <= profile.median <= 55
    )


def find_id(table: Table, profiles: list[ColumnProfile], taken: set[str]) -> Choice | None:
    """Find the column that names each application: named so or shaped so, and never twice the same."""
    named = [(ROLES["id"].match(profile.name), profile) for profile in profiles if profile.name not in taken]
    named = sorted(((score, profile) for score, profile in named if score >= 0.7), key=lambda entry: -entry[0])
    for score, profile in named:
        if _is_unique(table, profile):
            others = tuple(other.name for _, other in named if other is not profile)[:5]
            return Choice("id", profile.name, score, "its name says so and no value occurs twice", others)
    for score, profile in named:
        if _NAMES_APPLICATION.search(profile.name) and _is_nearly_unique(table, profile):
            why = "its name says so and hardly a value occurs twice; the repeated rows are set aside"
            return Choice("id", profile.name, min(score, 0.75), why)
    if table.rows_read < 20:
        return None
    for profile in profiles[:3]:
        if profile.name in taken or not _is_unique(table, profile):
            continue
        series = table.frame[profile.name]
        if profile.kind == "number" and profile.whole and series.is_monotonic_increasing and profile.position == 0:
            return Choice("id", profile.name, 0.7, "it stands first and counts upwards")
        if profile.kind == "text" and all(_HASH_LIKE.match(text) for text in series.head(20)):
            return Choice("id", profile.name, 0.8, "every value is a different hexadecimal number")
    return None


def _is_nearly_unique(table: Table, profile: ColumnProfile) -> bool:
    """Say whether a column names applications of which a few stand in the table twice."""
    if profile.filled_share < 0.99 or (profile.kind == "number" and not profile.whole):
        return False
    return int(table.frame[profile.name].dropna().duplicated().sum()) <= REPEATED_SHARE_MAX * table.rows_read


def _is_unique(table: Table, profile: ColumnProfile) -> bool:
    if (
        profile.distinct < profile.filled
        or profile.filled_share < 0.99
        or (profile.kind == "number" and not profile.whole)
    ):
        return False
    return bool(table.frame[profile.name].dropna().is_unique)


def find_time(profiles: list[ColumnProfile], taken: set[str]) -> Choice | None:
    """Find when the application was decided: a date near the beginning of the loan, never birth or last payment."""
    ranked: list[tuple[float, int, ColumnProfile]] = []
    for profile in profiles:
        if profile.name in taken or profile.filled_share < 0.95 or profile.distinct < 2:
            continue
        if AFTERWARDS.match(profile.name) or ROLES["time"].never.intersection(tokenize(profile.name)):
            continue
        score = ROLES["time"].match(profile.name)
        if profile.kind == "date":
            score = max(score, SHAPE_CONFIDENCE)
        elif (
            profile.kind != "number"
            or not score
            or profile.numbers is None
            or (form := find_number_form(profile.numbers)) is None
        ):
            continue
        elif form == "year":
            score *= 0.7
        joined = "".join(tokenize(profile.name))
        order = next((place for place, word in enumerate(_TIME_ORDER) if word in joined), len(_TIME_ORDER))
        ranked.append((score, order, profile))
    ranked.sort(key=lambda entry: (entry[2].kind != "date", entry[1], -entry[0]))
    if not ranked:
        return None
    score, _, profile = ranked[0]
    others = tuple(other.name for _, _, other in ranked[1:6])
    return Choice(
        "time", profile.name, score, "it holds dates" if profile.kind == "date" else "by name and numbers", others
    )


def find_named(role: str, profiles: list[ColumnProfile], taken: set[str]) -> Choice | None:
    """Find the column of one of the remaining roles by its name, checked against its values."""
    ranked: list[tuple[float, ColumnProfile]] = []
    for profile in profiles:
        score = ROLES[role].match(profile.name)
        if score and profile.name not in taken and _fits(role, profile):
            ranked.append((score, profile))
    ranked.sort(key=lambda entry: (-entry[0], entry[1].position))
    if ranked:
        score, profile = ranked[0]
        others = tuple(other.name for _, other in ranked[1:6])
        return Choice(role, profile.name, round(0.95 * score, 2), "by its name, and its values fit", others)
    if role == "amount":
        return _amount_by_shape(profiles, taken)
    if role == "term":
        return _term_by_shape(profiles, taken)
    return None


def _fits(role: str, profile: ColumnProfile) -> bool:
    match role:
        case "amount":
            return (
                profile.kind == "number"
                and profile.distinct > 2
                and profile.low >= 0
                and profile.median >= AMOUNT_MEDIAN_MIN
            )
        case "term":
            return (
                profile.kind == "number"
                and profile.distinct > 1
                and profile.low >= 0
                and profile.high <= TERM_MONTHS_MAX * 31
            )
        case "purpose":
            return 2 <= profile.distinct <= 200 and profile.kind != "date"
        case "income":
            return profile.kind == "number" and profile.distinct > 5 and profile.high > 5
        case "credit_score":
            return profile.kind == "number" and profile.distinct > 5 and profile.high <= 1_000 and profile.median > 20
        case _:
            return True


def _amount_by_shape(profiles: list[ColumnProfile], taken: set[str]) -> Choice | None:
    """Among columns whose names say nothing, take the one that is positive, large, skewed and has many values."""
    shaped = [
        profile
        for profile in profiles
        if profile.name not in taken
        and is_made_up_name(profile.name)
        and profile.kind == "number"
        and profile.low > 0
        and profile.median >= 200
        and profile.distinct > 0.1 * profile.filled
        and profile.mean > 1.05 * profile.median
        and (profile.numbers is None or find_number_form(profile.numbers) is None)
    ]
    if not shaped:
        return None
    best = max(shaped, key=lambda profile: profile.median)
    others = tuple(profile.name for profile in shaped if profile is not best)[:5]
    return Choice("amount", best.name, SHAPE_CONFIDENCE, "a guess by shape: positive, large and skewed", others)


def _term_by_shape(profiles: list[ColumnProfile], taken: set[str]) -> Choice | None:
    """Among columns whose names say nothing, take the one made of months: mostly multiples of six."""
    for profile in profiles:
        numbers = profile.numbers
        if profile.name in taken or not is_made_up_name(profile.name) or numbers is None or not profile.whole:
            continue
        if profile.low < 1 or profile.high > 480 or not 3 <= profile.distinct <= 120 or profile.median < 6:
            continue
        if float((numbers % 6 == 0).mean()) >= 0.6 and float((numbers % 12 == 0).mean()) >= 0.3:
            return Choice("term", profile.name, SHAPE_CONFIDENCE, "a guess by shape: months, mostly multiples of six")
    return None


def is_truth_value(profile: ColumnProfile) -> bool:
    """Tell whether a column says yes or no in some way."""
    words = {value.lower() for value in profile.values}
    if len(words) != 2:
        return False
    return words == {"0", "1"} or (bool(words & TRUE_WORDS) and bool(words & FALSE_WORDS))
