"""A trial as read from a table: who was treated, what came of it, what was known before, and whether chance dealt the arms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.kit.errors import Invalid
from intendant.learning.models._features import read_categories, read_numbers

Floats = NDArray[np.float64]

ROW_COUNT_MAX = 1_000_000  # more are sampled: the intervals are narrow long before
ARM_COUNT_MAX = 12
ARM_ROW_COUNT_MIN = 50
ARM_EVENT_COUNT_MIN = 10  # of either outcome in each arm, where there are two
COLUMN_COUNT_MAX = 2_000
CATEGORY_COUNT_MAX = 20
CATEGORY_ROW_COUNT_MIN = 30
FREE_TEXT_SHARE = 0.5
QUANTILE_CLIPPED = 0.001
CONTROL_WORDS = frozenset(
    {"control", "ctrl", "none", "no", "nothing", "placebo", "untreated", "holdout", "false", "baseline"}
)
CONTROL_SIGNS = frozenset({"0", "a", "f", "n", "off"})  # only where they are the whole value


class TrialInvalid(Invalid):
    """A table from which no effect of a treatment can be learnt. Names the column and the remedy."""

    code = "uplift_trial_invalid"


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One treated arm against the control: n people, of whom `features` (n, k) was known before.

    `treated` is 0 or 1, `outcome` a number (0 or 1 where `binary`), `propensity` the known probability of treatment, None
    where it has to be estimated or is the same for all. `sources` names the column behind each feature.
    """

    treated_arm: str
    control_arm: str
    treated: NDArray[np.bool_]
    outcome: Floats
    binary: bool
    features: Floats
    feature_names: tuple[str, ...]
    sources: tuple[str, ...]
    propensity: Floats | None
    rows_read: int
    notices: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return how many people took part."""
        return int(self.outcome.size)


def read_trials(
    frame: Any,
    *,
    treatment: str,
    outcome: str,
    control: str | None = None,
    treated: str | None = None,
    propensity: str | None = None,
    exclude: Sequence[str] = (),
    features: Sequence[str] | None = None,
    seed: int = 0,
) -> tuple[Trial, ...]:
    """Return one trial for each treated arm (or the one named) against the control; raises TrialInvalid."""
    names = [str(name) for name in frame.columns]
    for what, name in (("treatment", treatment), ("outcome", outcome), ("propensity", propensity)):
        if name is not None and name not in names:
            raise _no_column(what, name)
    for what, listed in (("exclude", exclude), ("features", features or ())):
        for name in listed:
            if name not in names:
                raise _no_column(what, name)
    if treatment == outcome:
        raise TrialInvalid("Treatment and outcome are the same column.", field=outcome, remedy="Name two columns.")
    notices: list[str] = []
    rows_read = len(frame)
    if rows_read > ROW_COUNT_MAX:
        chosen = np.sort(np.random.default_rng(seed).choice(rows_read, ROW_COUNT_MAX, replace=False))
        frame = frame.iloc[chosen]
        notices.append(f"{ROW_COUNT_MAX:,} of {rows_read:,} rows were drawn at random and used.")
    arms = read_categories(frame[treatment])
    control_arm, treated_arms = _arms(arms, treatment, control, treated)
    outcomes, binary = _outcome(frame[outcome], outcome, notices)
    known = None if propensity is None else _propensity(frame[propensity], propensity)
    left_out = {treatment, outcome, *exclude, *(() if propensity is None else (propensity,))}
    candidates = [name for name in (features or names) if name not in left_out]
    if len(candidates) > COLUMN_COUNT_MAX:
        notices.append(f"Of {len(candidates):,} columns the first {COLUMN_COUNT_MAX:,} were used.")
        candidates = candidates[:COLUMN_COUNT_MAX]
    usable = ~np.isnan(outcomes) & np.array([arm is not None for arm in arms], dtype=bool)
    if known is not None:
        usable &= ~np.isnan(known)
    if not usable.all():
        notices.append(f"{int((~usable).sum()):,} rows have no treatment, outcome or propensity and were left out.")
    trials = []
    for arm in treated_arms:
        rows = np.flatnonzero(usable & ((arms == arm) | (arms == control_arm)))
        trials.append(
            _trial(frame.iloc[rows], rows, arms, arm, control_arm, outcomes, binary, known, candidates, notices)
        )
    return tuple(trials)


def _trial(
    frame: Any,
    rows: NDArray[np.int64],
    arms: NDArray[np.object_],
    arm: str,
    control_arm: str,
    outcomes: Floats,
    binary: bool,
    known: Floats | None,
    candidates: Sequence[str],
    notices: Sequence[str],
) -> Trial:
    treated = np.asarray(arms[rows] == arm, dtype=bool)
    values = outcomes[rows]
    for side, mask in ((arm, treated), (control_arm, ~treated)):
        count = int(mask.sum())
        if count < ARM_ROW_COUNT_MIN:
            raise TrialInvalid(
                f"The arm '{side}' has {count} usable rows; at least {ARM_ROW_COUNT_MIN} are needed.",
                field="treatment",
                remedy="Add rows, or compare arms that have more.",
            )
        if binary:
            events = int(values[mask].sum())
            if min(events, count - events) < ARM_EVENT_COUNT_MIN:
                raise TrialInvalid(
                    f"Of the {count} rows of '{side}' {events} have the outcome; at least {ARM_EVENT_COUNT_MIN} with and "
                    "without it are needed.",
                    field="outcome",
                    remedy="Add rows, or choose an outcome that is less rare.",
                )
    own = list(notices)
    matrix, labels, sources = _features(frame, candidates, own)
    return Trial(
        treated_arm=arm,
        control_arm=control_arm,
        treated=treated,
        outcome=values,
        binary=binary,
        features=matrix,
        feature_names=labels,
        sources=sources,
        propensity=None if known is None else known[rows],
        rows_read=len(arms),
        notices=tuple(own),
    )


def _arms(
    arms: NDArray[np.object_], column: str, control: str | None, treated: str | None
) -> tuple[str, tuple[str, ...]]:
    """Return the control and the treated arms, the most frequent first."""
    counts: dict[str, int] = {}
    for arm in arms:
        if arm is not None:
            counts[arm] = counts.get(arm, 0) + 1
    shown = ", ".join(f"'{arm}'" for arm in sorted(counts, key=lambda each: -counts[each])[:8])
    if len(counts) < 2:
        raise TrialInvalid(
            f"Column '{column}' holds {'one value' if counts else 'no value'}; a trial has at least two arms.",
            field=column,
            remedy="Name the column that says who was treated.",
        )
    if len(counts) > ARM_COUNT_MAX:
        raise TrialInvalid(
            f"Column '{column}' holds {len(counts):,} different values; at most {ARM_COUNT_MAX} arms are compared.",
            field=column,
            remedy="Name the column that says who was treated, or group its values.",
        )
    for what, value in (("control", control), ("treated", treated)):
        if value is not None and value not in counts:
            raise TrialInvalid(
                f"Column '{column}' never holds '{value}'; it holds {shown}.",
                field=what,
                remedy="Give the value as the table has it.",
            )
    if control is None:
        others = [arm for arm in counts if arm != treated]
        if len(others) == 1:
            control = others[0]
        else:
            speaking = [arm for arm in others if _means_control(arm)]
            if len(speaking) != 1:
                raise TrialInvalid(
                    f"Which value of '{column}' means untreated cannot be told from {shown}.",
                    field="control",
                    remedy="Say it, for example --control VALUE.",
                )
            control = speaking[0]
    if control == treated:
        raise TrialInvalid("Control and treated are the same value.", field="treated", remedy="Name two values.")
    if treated is not None:
        return control, (treated,)
    return control, tuple(sorted((arm for arm in counts if arm != control), key=lambda arm: (-counts[arm], arm)))


def _means_control(arm: str) -> bool:
    words = "".join(letter if letter.isalnum() else " " for letter in arm.casefold()).split()
    return bool(words) and (arm.strip().casefold() in CONTROL_SIGNS or words[0] in CONTROL_WORDS)


def _outcome(column: Any, name: str, notices: list[str]) -> tuple[Floats, bool]:
    """Return the outcome as numbers, and whether it has two values; of two texts the one that means yes is 1."""
    numbers, unreadable = read_numbers(column)
    present = numbers[~np.isnan(numbers)]
    if present.size and unreadable == 0:
        distinct = np.unique(present[:100_000]) if present.size > 100_000 else np.unique(present)
        if distinct.size > 2 or np.unique(present).size > 2:
            return numbers, False
        if distinct.size == 2:
            low, high = float(distinct[0]), float(distinct[1])
            if (low, high) != (0.0, 1.0):
                notices.append(f"{name}: {high:g} counts as the outcome, {low:g} as none.")
            return np.where(np.isnan(numbers), np.nan, (numbers == high).astype(float)), True
        raise _constant(name)
    texts = read_categories(column)
    words = sorted({text for text in texts if text is not None})
    if len(words) < 2:
        raise _constant(name)
    if len(words) > 2:
        raise TrialInvalid(
            f"Column '{name}' holds {len(words)} different texts; an outcome is a number or one of two values.",
            field=name,
            remedy="Name a column of numbers, or one with two values.",
        )
    truths, _ = read_numbers(column, boolean=True)
    if not np.isnan(truths).all() and np.unique(truths[~np.isnan(truths)]).size == 2:
        return truths, True
    notices.append(f"{name}: '{words[1]}' counts as the outcome, '{words[0]}' as none.")
    read = [math.nan if text is None else float(text == words[1]) for text in texts]
    return np.array(read, dtype=np.float64), True


def _propensity(column: Any, name: str) -> Floats:
    numbers, _ = read_numbers(column)
    present = numbers[~np.isnan(numbers)]
    if present.size == 0 or present.min() <= 0 or present.max() >= 1:
        raise TrialInvalid(
            f"Column '{name}' is no propensity: it must lie between 0 and 1, both excluded.",
            field=name,
            remedy="Name the column with each person's probability of treatment, or leave it to be estimated.",
        )
    return numbers


def _features(
    frame: Any, candidates: Sequence[str], notices: list[str]
) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    """Return numbers (NaN missing), one column for each frequent category, with labels and source columns."""
    columns: list[Floats] = []
    labels: list[str] = []
    sources: list[str] = []
    left_out: list[str] = []
    count = len(frame)
    for name in candidates:
        series = frame[name]
        kind = getattr(series.dtype, "kind", "O")
        if kind in "mM":
            stamps = series.to_numpy(dtype="datetime64[s]")
            numbers = np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / 86_400.0)
        elif kind in "fiub":
            numbers, _ = read_numbers(series)
        else:
            numbers, unreadable = read_numbers(series)
            if unreadable:
                added = _categories(name, read_categories(series), columns, labels, sources)
                if not added:
                    left_out.append(name)
                continue
        present = numbers[~np.isnan(numbers)]
        if present.size == 0 or np.ptp(present) == 0 or _is_identifier(present, count):
            left_out.append(name)
            continue
        # An absurd value would rule a mean; the few highest and lowest count as the last that is ordinary.
        columns.append(np.clip(numbers, *np.quantile(present, [QUANTILE_CLIPPED, 1 - QUANTILE_CLIPPED])))
        labels.append(name)
        sources.append(name)
    if left_out:
        shown = ", ".join(left_out[:5]) + (" …" if len(left_out) > 5 else "")
        notices.append(f"{len(left_out)} columns hold nothing to learn from (empty, constant, a name each): {shown}.")
    if not columns:
        raise TrialInvalid(
            "No column is left that says anything of the people.",
            field="features",
            remedy="Add what was known of each person before the treatment.",
        )
    return np.column_stack(columns), tuple(labels), tuple(sources)


def _categories(
    name: str, texts: NDArray[np.object_], columns: list[Floats], labels: list[str], sources: list[str]
) -> bool:
    counts: dict[str, int] = {}
    for text in texts:
        if text is not None:
            counts[text] = counts.get(text, 0) + 1
    if len(counts) > max(FREE_TEXT_SHARE * texts.size, CATEGORY_COUNT_MAX):
        return False
    ranked = sorted((text for text in counts if counts[text] >= CATEGORY_ROW_COUNT_MIN), key=lambda t: (-counts[t], t))
    # Of two values one column tells all.
    kept = ranked[:1] if len(counts) == 2 and sum(counts.values()) == texts.size else ranked[:CATEGORY_COUNT_MAX]
    for text in kept:
        member = np.asarray(texts == text, dtype=np.float64)
        if 0 < member.sum() < member.size:
            columns.append(member)
            labels.append(f"{name} = {text}")
            sources.append(name)
    return bool(kept)


def _is_identifier(present: Floats, count: int) -> bool:
    return (
        present.size == count
        and count > ARM_ROW_COUNT_MIN
        and bool(np.all(present == np.floor(present)))
        and np.unique(present).size == count
    )


def _constant(name: str) -> TrialInvalid:
    return TrialInvalid(
        f"Column '{name}' has the same value in every row; there is no effect to learn.",
        field=name,
        remedy="Name the column that says what came of it.",
    )


def _no_column(what: str, name: str) -> TrialInvalid:
    return TrialInvalid(f"The table has no column '{name}'.", field=what, remedy="Name a column as the table has it.")
