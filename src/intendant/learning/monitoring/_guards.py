"""What must hold before a version may answer: it learnt something, from data that are plausibly those of before.

Somebody who can write into the training data can teach a model anything. So a version trained on data unlike the previous
version's is held back for a person, as one that is degenerate or does worse on rows that both have not seen.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from intendant.learning.estimators import Report
from intendant.learning.monitoring._columns import Floats
from intendant.learning.monitoring._drift import compare_shares, false_discovery_adjusted, number_edges

ROWS_VALIDATION_MIN = 50
ROWS_SHARE_MIN = 0.3
"""Of the previous version's rows: fewer mean that data are lost rather than that the world has changed."""
TARGET_CHANGE_MAX = 0.15
FEATURE_CHANGE_MAX = 0.25
FEATURES_CHANGED_SHARE_MAX = 0.3
CHANCE = 0.001
SPREAD_MIN = 1e-6
LOSS_MARGIN = 0.005
LOSS_MARGIN_SHARE = 0.05
"""How much a loss may be higher than the champion's and still count as not worse: the larger of the two."""
Z = 1.959964
_LABELLED = frozenset({"classification", "regression", "forecasting"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, and whether it does, in a sentence."""

    name: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How two versions did on the same rows that neither learnt from; `difference` of losses, positive where the candidate is better."""

    rows: int
    champion_loss: float
    candidate_loss: float
    difference: float
    lower: float
    upper: float
    margin: float

    @property
    def not_worse(self) -> bool:
        """Return whether it is shown that the candidate is not worse by more than the margin."""
        return self.lower >= -self.margin

    @property
    def better(self) -> bool:
        """Return whether it is shown that the candidate is better."""
        return self.lower > 0


@dataclass(frozen=True, slots=True)
class Promotability:
    """Whether a version may take the champion's place without a person's word; `reasons` say why not."""

    allowed: bool
    checks: tuple[Check, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the sentences of what failed."""
        return tuple(check.words for check in self.checks if not check.passed)


def compare_held_out(champion: ArrayLike, candidate: ArrayLike) -> HeldOut | None:
    """Compare losses (0 to 1, of `case_losses`) on the same held-out rows, once; None where fewer than two rows have both."""
    first = np.asarray(champion, dtype=np.float64).ravel()
    second = np.asarray(candidate, dtype=np.float64).ravel()
    both = np.isfinite(first) & np.isfinite(second)
    rows = int(both.sum())
    if rows < 2:
        return None
    difference = first[both] - second[both]
    mean = float(difference.mean())
    reach = Z * float(difference.std(ddof=1)) / math.sqrt(rows)
    loss = float(first[both].mean())
    margin = max(LOSS_MARGIN, LOSS_MARGIN_SHARE * loss)
    return HeldOut(rows, loss, float(second[both].mean()), mean, mean - reach, mean + reach, margin)


def promotable(
    report: Report | Mapping[str, Any],
    reference: Mapping[str, Any],
    *,
    previous_report: Report | Mapping[str, Any] | None = None,
    previous_reference: Mapping[str, Any] | None = None,
    held_out: HeldOut | None = None,
    seed: int = 0,
) -> Promotability:
    """Return whether a trained version may be promoted, with every check in a sentence.

    `previous_...` are those of the version that stands as champion, where there is one; `held_out` compares the two on rows
    that neither learnt from, and is owed where there is a champion of a model that has outcomes.
    """
    told = report.as_dict() if isinstance(report, Report) else dict(report)
    checks = [_validated(told), _rows(told, previous_report), _not_degenerate(told, reference)]
    if previous_reference is not None:
        random = np.random.default_rng(seed)
        checks.append(_target_plausible(reference, previous_reference, random))
        checks.append(_features_plausible(reference, previous_reference, random))
        if told.get("task") in _LABELLED:
            checks.append(_not_worse(held_out))
    return Promotability(all(check.passed for check in checks), tuple(checks))


def _validated(report: Mapping[str, Any]) -> Check:
    if report.get("validated"):
        return Check("validated", passed=True, words="It did better than the simplest ways on rows it never saw.")
    why = " ".join(str(reason) for reason in report.get("verdict", ())) or "It is not shown to be of use."
    return Check("validated", passed=False, words=f"It did not pass its validation: {why}")


def _rows(report: Mapping[str, Any], previous: Report | Mapping[str, Any] | None) -> Check:
    validation, used = int(report.get("rows_validation", 0)), int(report.get("rows_used", 0))
    if report.get("split") != "none" and report.get("task") != "forecasting" and validation < ROWS_VALIDATION_MIN:
        words = f"Only {validation} rows were left to check it on; at least {ROWS_VALIDATION_MIN} are needed."
        return Check("enough rows", passed=False, words=words)
    told = {} if previous is None else previous.as_dict() if isinstance(previous, Report) else previous
    before = int(told.get("rows_used", 0))
    if used < ROWS_SHARE_MIN * before:
        words = f"It learnt from {used} rows, the champion from {before}: data seem to be missing."
        return Check("enough rows", passed=False, words=words)
    return Check("enough rows", passed=True, words=f"It learnt from {used} rows and was checked on {validation}.")


def _not_degenerate(report: Mapping[str, Any], reference: Mapping[str, Any]) -> Check:
    name = "not degenerate"
    score = reference.get("score", {}).get("quantiles")
    if score and max(score) - min(score) <= SPREAD_MIN * max(1.0, abs(score[0])):
        return Check(name, passed=False, words="It says the same of every case.")
    if not score and reference.get("label", {}).get("distinct", 2) < 2:
        return Check(name, passed=False, words="It gives every case the same label.")
    actual = reference.get("actual", {})
    if actual.get("kind") == "category" and actual.get("distinct", 2) < 2:
        return Check(name, passed=False, words="The rows it was checked on have one outcome alone.")
    metrics = report.get("model", {}).get("metrics", ())
    if any(not math.isfinite(float(metric["value"])) for metric in metrics):
        return Check(name, passed=False, words="One of its figures is no number.")
    return Check(name, passed=True, words="It tells cases apart.")


def _target_plausible(now: Mapping[str, Any], before: Mapping[str, Any], random: np.random.Generator) -> Check:
    name = "outcomes plausible"
    moved, p_value, told = _moved(before.get("actual"), now.get("actual"), random)
    if moved > TARGET_CHANGE_MAX and p_value <= CHANCE:
        words = f"Outcomes in its data are unlike those the champion learnt from ({moved:.0%} moved{told})."
        return Check(name, passed=False, words=words)
    return Check(name, passed=True, words="Outcomes in its data are like those the champion learnt from.")


def _features_plausible(now: Mapping[str, Any], before: Mapping[str, Any], random: np.random.Generator) -> Check:
    name = "features plausible"
    features_now, features_before = now.get("features", {}), before.get("features", {})
    common = [feature for feature in features_before if feature in features_now]
    if not common:
        return Check(name, passed=True, words="It has no feature in common with the champion to compare.")
    lost = [
        feature
        for feature in common
        if features_now[feature]["missing"] >= 1.0 and features_before[feature]["missing"] < 0.5
    ]
    if lost:
        return Check(name, passed=False, words=f"Nothing is known any more of {', '.join(lost[:5])}.")
    found = [_moved(features_before[feature], features_now[feature], random) for feature in common]
    adjusted = false_discovery_adjusted([p_value for _, p_value, _ in found])
    moved = [
        feature
        for feature, (distance, _, _), q in zip(common, found, adjusted, strict=True)
        if distance > FEATURE_CHANGE_MAX and q <= CHANCE
    ]
    if len(moved) > max(1, FEATURES_CHANGED_SHARE_MAX * len(common)) or len(moved) == len(common):
        words = (
            f"{len(moved)} of {len(common)} features are unlike those the champion learnt from: {', '.join(moved[:5])}."
        )
        return Check(name, passed=False, words=words)
    note = f"; {', '.join(moved[:5])} moved" if moved else ""
    return Check(name, passed=True, words=f"Its features are like those the champion learnt from{note}.")


def _not_worse(held_out: HeldOut | None) -> Check:
    name = "not worse than the champion"
    if held_out is None:
        return Check(name, passed=False, words="It was not compared with the champion on rows that neither has seen.")
    told = f"on {held_out.rows} common rows its loss is {held_out.candidate_loss:.4f}, the champion's {held_out.champion_loss:.4f}"
    if held_out.not_worse:
        return Check(name, passed=True, words=f"It is not worse than the champion: {told}.")
    if held_out.upper < 0:
        return Check(name, passed=False, words=f"It is worse than the champion: {told}.")
    return Check(name, passed=False, words=f"It is not shown to be as good as the champion: {told}, too few to tell.")


def _moved(
    before: Mapping[str, Any] | None, now: Mapping[str, Any] | None, random: np.random.Generator
) -> tuple[float, float, str]:
    """Return how much of a distribution moved between two references, beyond chance, its p-value, and a word on it."""
    if not before or not now or before.get("kind") != now.get("kind"):
        return 0.0, 1.0, ""
    counts = [round(int(side["count"]) * (1 - float(side["missing"]))) for side in (before, now)]
    if min(counts) < 1:
        return 0.0, 1.0, ""
    ordered = before["kind"] == "number"
    told = ""
    if ordered and before.get("quantiles") and now.get("quantiles"):
        edges, first = number_edges(before)
        upto = np.interp(edges, now["quantiles"], now["upto"], left=0.0, right=1.0)
        second = np.clip(np.diff(np.r_[0.0, upto, 1.0]), 0.0, 1.0)
        middle = len(now["quantiles"]) // 2
        told = f"; the middle one is {now['quantiles'][middle]:.4g}, it was {before['quantiles'][middle]:.4g}"
    elif not ordered and before.get("shares") and now.get("shares"):
        first, second, told = _category_shares(before["shares"], now["shares"])
    else:
        return 0.0, 1.0, ""
    compared = compare_shares(first, counts[0], second * counts[1], random, ordered=ordered)
    return max(0.0, compared.distance - compared.expected), compared.p_value, told


def _category_shares(before: Mapping[str, float], now: Mapping[str, float]) -> tuple[Floats, Floats, str]:
    names = [*before, *(name for name in now if name not in before)]
    first = np.array([before.get(name, 0.0) for name in names])
    second = np.array([now.get(name, 0.0) for name in names])
    widest = int(np.argmax(np.abs(first - second)))
    first, second = np.r_[first, max(0.0, 1 - first.sum())], np.r_[second, max(0.0, 1 - second.sum())]
    return (
        first,
        second,
        f"; '{names[widest]}' makes up {now.get(names[widest], 0.0):.1%}, it was {before.get(names[widest], 0.0):.1%}",
    )
