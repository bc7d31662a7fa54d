"""Find the column that says how each loan ended, and which of its values mean repaid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._profile import ColumnProfile, plain_value
from ._table import Table
from ._values import FALSE_WORDS, TRUE_WORDS
from ._vocabulary import (
    AFTERWARDS,
    DECISION_WORDS,
    MEANS_BAD,
    MEANS_GOOD,
    OUTCOME_MEDIUM,
    OUTCOME_STRONG,
    PROTECTED,
    ROLES,
    is_made_up_name,
    tokenize,
    value_meaning,
)

if TYPE_CHECKING:
    import pandas as pd

STATUS_VALUES_MAX = 20
OUTCOME_SCORE_MIN = 0.45
OUTCOME_MARGIN = 0.12
SURE_ENOUGH = 0.6
ASSOCIATION_COLUMNS_MAX = 40


@dataclass(frozen=True)
class OutcomeCandidate:
    """A column that may say how the loan ended, with what speaks for it (0 to 1)."""

    column: str
    confidence: float
    why: str


@dataclass(frozen=True)
class GoodValues:
    """Which values mean repaid, not repaid, or not yet known; `guess` when only convention or majority tells."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    censored: tuple[str, ...]
    confidence: float
    why: str
    guess: bool = False


def rank_outcomes(table: Table, profiles: list[ColumnProfile]) -> list[OutcomeCandidate]:
    """Rank the columns that may be the outcome, best first."""
    scored: list[tuple[float, list[str], ColumnProfile]] = []
    for profile in profiles:
        score, reasons = _score(profile, len(profiles), header=table.header)
        if score >= 0.3:
            scored.append((score, reasons, profile))
    scored.sort(key=lambda entry: -entry[0])
    if len(scored) > 1 and scored[0][0] - scored[1][0] < OUTCOME_MARGIN:
        best = scored[0][0]
        close = [entry for entry in scored if best - entry[0] < OUTCOME_MARGIN][:10]
        for place, (score, reasons, profile) in enumerate(close):
            strength = _association(table, profile, profiles)
            bonus = 0.1 * min(strength / 0.15, 1.0)
            scored[place] = (
                score + bonus,
                [*reasons, f"the other columns tell something about it ({strength:.2f})"],
                profile,
            )
        scored.sort(key=lambda entry: -entry[0])
    return [OutcomeCandidate(entry[2].name, min(entry[0], 0.99), "; ".join(entry[1])) for entry in scored[:10]]


def _score(profile: ColumnProfile, column_count: int, *, header: bool) -> tuple[float, list[str]]:
    name = profile.name
    if profile.kind == "date" or profile.distinct == 0 or profile.distinct > STATUS_VALUES_MAX:
        return 0.0, []
    if any(words.match(name) >= 0.8 for words in PROTECTED.values()) or profile.filled_share < 0.05:
        return 0.0, []
    score, reasons = 0.0, []
    strong, medium = OUTCOME_STRONG.match(name), OUTCOME_MEDIUM.match(name)
    if strong:
        score += 0.6 * strong
        reasons.append("its name speaks of how a loan ends")
    elif medium:
        score += 0.4 * medium
        reasons.append("its name is usual for a result")
    meanings = {value_meaning(value) for value in profile.values}
    told = {"good", "bad"} <= meanings and not _are_letters(profile.values)
    if told:
        score += 0.4
        reasons.append("its values say repaid and not repaid")
    elif "bad" in meanings and profile.kind == "text" and not _are_letters(profile.values):
        score += 0.2
        reasons.append("one of its values says not repaid")
    elif set(profile.values) == {"+", "-"}:
        score += 0.3
        reasons.append("its values are plus and minus")
    if profile.distinct == 2:
        score += 0.2
        reasons.append("it has two values")
    elif profile.distinct > 2 and not told:
        score -= 0.3 if profile.kind == "text" else 0.5
    if profile.position == column_count - 1:
        score += 0.15 if header and not is_made_up_name(name) else 0.35
        reasons.append("it stands last")
    elif profile.position == 0:
        score += 0.05
    if not strong and AFTERWARDS.match(name):
        score -= 0.3
    if not strong and any(words.match(name) >= 0.8 for words in ROLES.values()):
        score -= 0.2
    return score, reasons


def _are_letters(values: tuple[str, ...]) -> bool:
    """Single letters (b, g) are categories as often as words for bad and good."""
    return all(len(value) <= 1 for value in values)


def _association(table: Table, profile: ColumnProfile, profiles: list[ColumnProfile]) -> float:
    """Give the mean absolute correlation of the column's first value with the numeric columns, on a sample."""
    import numpy as np

    step = max(1, table.rows_read // 5_000)
    if not profile.values:
        return 0.0
    first = profile.values[0]
    marked = texts_of(table.frame[profile.name].iloc[::step]).eq(first).fillna(False).to_numpy(dtype="float64")
    others = [
        other for other in profiles if other.kind == "number" and other.name != profile.name and other.distinct > 2
    ]
    strengths = []
    for other in others[:ASSOCIATION_COLUMNS_MAX]:
        ranks = table.frame[other.name].iloc[::step].rank().fillna(0.0).to_numpy()
        if marked.std() > 0 and ranks.std() > 0:
            strengths.append(abs(float(np.corrcoef(marked, ranks)[0, 1])))
    return sum(strengths) / len(strengths) if strengths else 0.0


def texts_of(series: pd.Series[Any]) -> pd.Series[str]:
    """Write every value of a column as mappings do; missing cells stay missing."""
    from ._profile import write_value

    distinct = series.dropna().unique()
    return series.map({value: write_value(value) for value in distinct}).astype("str")


def judge_values(name: str, counts: dict[str, int], good: tuple[str, ...] | None = None) -> GoodValues | None:
    """Tell which values of the outcome column mean repaid; None when that cannot be told at all."""
    values = list(counts)
    if good:
        return _as_given(values, good)
    meanings = {value: value_meaning(value) for value in values}
    if _are_letters(tuple(values)) and set(map(str.lower, values)) != {"g", "b"}:
        meanings = dict.fromkeys(values)
    told = _by_words(counts, meanings)
    if told is not None:
        return told
    closed = [value for value in values if meanings[value] != "open"]
    censored = tuple(value for value in values if meanings[value] == "open")
    if len(closed) != 2:
        return None
    return _of_two(name, closed, counts, censored)


def _as_given(values: list[str], good: tuple[str, ...]) -> GoodValues | None:
    wanted = {plain_value(value).casefold() for value in good}
    chosen = tuple(value for value in values if value.casefold() in wanted)
    if not chosen:
        return None
    rest = [value for value in values if value not in chosen]
    censored = tuple(value for value in rest if len(rest) > 1 and value_meaning(value) == "open")
    bad = tuple(value for value in rest if value not in censored)
    return GoodValues(chosen, bad, censored, 1.0, "as given")


def _by_words(counts: dict[str, int], meanings: dict[str, str | None]) -> GoodValues | None:
    good = tuple(value for value, meaning in meanings.items() if meaning == "good")
    bad = tuple(value for value, meaning in meanings.items() if meaning == "bad")
    unknown = tuple(value for value, meaning in meanings.items() if meaning is None)
    open_values = tuple(value for value, meaning in meanings.items() if meaning == "open")
    if good and bad:
        share = sum(counts[value] for value in unknown) / sum(counts.values())
        why = "the words say so"
        if unknown:
            why += f"; {', '.join(unknown[:5])} not recognised, taken as not yet known"
        return GoodValues(good, bad, open_values + unknown, 0.95 if share < 0.05 else 0.5, why, guess=share >= 0.05)
    if len(unknown) == 1 and (good or bad):
        why = f"the words name one side, so '{unknown[0]}' is taken for the other"
        return GoodValues(good or unknown, bad or unknown, open_values, 0.75, why, guess=True)
    if good and not bad and open_values and not unknown:
        why = "no value says not repaid; those that are open are taken as not yet known"
        return GoodValues(good, (), open_values, 0.5, why, guess=True)
    return None


def _of_two(name: str, closed: list[str], counts: dict[str, int], censored: tuple[str, ...]) -> GoodValues:
    """Tell good from bad among two values without words: by the column's name, by convention, by majority."""
    majority = max(closed, key=lambda value: counts[value])
    minority = closed[1] if majority == closed[0] else closed[0]
    share = counts[majority] / max(counts[majority] + counts[minority], 1)
    lopsided = min(max((share - 0.5) / 0.4, 0.0), 1.0)
    yes, no = _yes_and_no(closed)
    tokens = set(tokenize(name))
    neutral = {"good", "bad"} <= tokens
    if yes is not None and no is not None and not neutral:
        if MEANS_BAD.match(name):
            confidence = 0.95 if counts[yes] <= counts[no] else 0.75
            return GoodValues(
                (no,), (yes,), censored, confidence, f"the name '{name}' means not repaid, so '{yes}' is bad"
            )
        if MEANS_GOOD.match(name):
            return GoodValues((yes,), (no,), censored, 0.9, f"the name '{name}' means repaid, so '{yes}' is good")
    if set(closed) == {"+", "-"}:
        return GoodValues(("+",), ("-",), censored, 0.75, "plus is taken for good", guess=True)
    why = f"a guess: most loans are repaid, and '{majority}' is the more frequent ({share:.0%})"
    if set(closed) == {"0", "1"} and majority == "0":
        return GoodValues(
            (majority,), (minority,), censored, 0.53 + 0.42 * lopsided, why + "; 1 usually marks the event", guess=True
        )
    if set(closed) == {"1", "2"} and majority == "1":
        return GoodValues(
            (majority,), (minority,), censored, 0.53 + 0.42 * lopsided, why + "; 2 usually marks the bad", guess=True
        )
    base = 0.5 if yes is None or set(map(str.lower, closed)) <= {"y", "n"} else 0.55
    return GoodValues((majority,), (minority,), censored, base + 0.25 * lopsided, why, guess=True)


def _yes_and_no(values: list[str]) -> tuple[str | None, str | None]:
    yes = [value for value in values if value.lower() in TRUE_WORDS or value == "1"]
    no = [value for value in values if value.lower() in FALSE_WORDS or value in {"0", "-1"}]
    return (yes[0], no[0]) if len(yes) == 1 and len(no) == 1 else (None, None)


def is_decision(counts: dict[str, int]) -> bool:
    """Tell whether values speak of the lender's decision instead of how the loan ended."""
    return any(DECISION_WORDS.intersection(tokenize(value)) for value in counts)
