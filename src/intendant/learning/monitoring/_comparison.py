"""Is one version better than another? Asked as often as one likes, with the chance of a false yes held once for all looks.

Wealth grows when bets on a difference of losses win (Waudby-Smith and Ramdas 2024): under no difference it is a
supermartingale, so by Ville's inequality it ever exceeds 1/alpha with a chance of at most alpha. The bounds are the
differences that the same bets do not yet rule out.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from intendant.kit.errors import Invalid
from intendant.learning.monitoring._columns import Floats

Verdict = Literal["better", "worse", "same", "not yet"]

BETS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
ALPHA = 0.05
PAIRS_MIN = 20
CASES_MAX = 50_000
"""The first so many are compared: a window that moves on would start the bets anew with knowledge of the past."""
MORE_CASES_MAX = 1_000_000
SAME_MARGIN = 0.01
"""Versions whose losses surely differ by less than this are the same for all purposes."""
MISMATCH_EVIDENCE = 1_000.0
_STEPS = 40


class ComparisonInvalid(Invalid):
    """Losses that cannot be compared."""

    code = "comparison_invalid"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much lower the losses of a candidate are than the champion's: positive is better. Bounds hold at every look.

    `evidence` is the wealth for better (against worse, where the verdict says so) and `needed` what a verdict takes.
    `more_cases`: about how many more pairs a verdict takes if things go on as they did; None where there is no telling.
    `split_suspect`: cases were shared out otherwise than meant, so that nothing else here can be believed.
    """

    kind: Literal["paired", "traffic"]
    champion_cases: int
    candidate_cases: int
    pairs: int
    champion_loss: float | None
    candidate_loss: float | None
    difference: float | None
    lower: float
    upper: float
    evidence: float
    needed: float
    verdict: Verdict
    more_cases: int | None
    alpha: float
    split_suspect: bool
    words: str


def compare_paired(champion: ArrayLike, candidate: ArrayLike, *, alpha: float = ALPHA) -> Comparison:
    """Compare losses (0 to 1) of two versions on the same cases, as a shadow gives them. Cases with a NaN are left out."""
    first, second = _losses(champion), _losses(candidate)
    if first.size != second.size:
        raise ComparisonInvalid(
            f"There are {first.size} losses of one version and {second.size} of the other.",
            field="candidate",
            remedy="Give one loss of each version per case.",
        )
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    return _compare("paired", first, second, first - second, alpha, split_suspect=False)


def compare_traffic(
    champion: ArrayLike,
    candidate: ArrayLike,
    *,
    share: float,
    champion_shown: int | None = None,
    candidate_shown: int | None = None,
    alpha: float = ALPHA,
) -> Comparison:
    """Compare losses (0 to 1, in order of time) of versions that each answered their own share of the cases.

    `share`: of the candidate, as it was set, 0 to 1. Each case of the smaller side stands against the mean of as many of the
    larger side as the shares say. `..._shown`: how many cases each answered, for the check that they were shared out as meant.
    """
    if not 0 < share < 1:
        raise ComparisonInvalid(
            f"A share of {share} leaves nothing to compare.", field="share", remedy="Give a share between 0 and 1."
        )
    first, second = _losses(champion), _losses(candidate)
    shown = (
        first.size if champion_shown is None else champion_shown,
        second.size if candidate_shown is None else candidate_shown,
    )
    first, second = first[np.isfinite(first)], second[np.isfinite(second)]
    block = max(1, round((1 - share) / share)), max(1, round(share / (1 - share)))
    blocks = min(first.size // block[0], second.size // block[1])
    difference = _means(first, blocks, block[0]) - _means(second, blocks, block[1])
    suspect = split_evidence(shown[1], shown[0] + shown[1], share) >= MISMATCH_EVIDENCE
    return _compare("traffic", first, second, difference, alpha, split_suspect=suspect)


def split_evidence(taken: int, total: int, share: float) -> float:
    """Return the evidence that cases were not shared out at `share`: at most 1 on average if they were, at every look.

    The Bayes factor of any share (uniform) against the one that was set, a martingale if that is true (Lindon and Malek 2022).
    """
    if total <= 0 or not 0 < share < 1:
        return 1.0
    other = total - taken
    log_evidence = (
        math.lgamma(taken + 1)
        + math.lgamma(other + 1)
        - math.lgamma(total + 2)
        - taken * math.log(share)
        - other * math.log(1 - share)
    )
    return math.exp(min(700.0, log_evidence))


def wealth_path(differences: ArrayLike) -> Floats:
    """Return the wealth after each case of bets that the mean of differences (-1 to 1) is above 0."""
    steps = np.log1p(np.outer(np.asarray(BETS), np.asarray(differences, dtype=np.float64)))
    paths = np.cumsum(steps, axis=1)
    top = paths.max(axis=0)
    return np.asarray(np.exp(np.minimum(700.0, top)) * np.exp(paths - top).mean(axis=0))


def _compare(
    kind: Literal["paired", "traffic"],
    first: Floats,
    second: Floats,
    differences: Floats,
    alpha: float,
    *,
    split_suspect: bool,
) -> Comparison:
    values, counts = np.unique(differences, return_counts=True)
    needed = 2 / alpha  # half of alpha for each direction
    if values.size == 0:
        lower, upper, better, worse = -1.0, 1.0, 0.0, 0.0
    else:
        better, worse = _log_wealth(values, counts, 0.0), _log_wealth(-values, counts, 0.0)
        lower = _bound(values, counts, math.log(needed))
        upper = -_bound(-values, counts, math.log(needed))
    enough = differences.size >= PAIRS_MIN
    verdict: Verdict = "not yet"
    if enough and not split_suspect:
        if lower > 0:
            verdict = "better"
        elif upper < 0:
            verdict = "worse"
        elif lower >= -SAME_MARGIN and upper <= SAME_MARGIN:
            verdict = "same"
    mean = float(differences.mean()) if differences.size else None
    toward = worse if verdict == "worse" or (mean is not None and mean < 0) else better
    more = None if verdict != "not yet" or split_suspect else _more(values, counts, toward, math.log(needed), mean)
    return Comparison(
        kind=kind,
        champion_cases=int(first.size),
        candidate_cases=int(second.size),
        pairs=int(differences.size),
        champion_loss=float(first.mean()) if first.size else None,
        candidate_loss=float(second.mean()) if second.size else None,
        difference=mean,
        lower=lower,
        upper=upper,
        evidence=math.exp(min(700.0, toward)),
        needed=needed,
        verdict=verdict,
        more_cases=more,
        alpha=alpha,
        split_suspect=split_suspect,
        words=_words(verdict, int(differences.size), mean, more, split_suspect=split_suspect),
    )


def _log_wealth(values: Floats, counts: Any, against: float) -> float:
    """Return the log of the wealth of bets that the mean is above `against`, each bet scaled so that it cannot lose all."""
    bets = np.asarray(BETS) / (1 + against)
    logs = (np.log1p(np.outer(bets, values - against)) * counts).sum(axis=1)
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).mean()))


def _bound(values: Floats, counts: Any, log_needed: float) -> float:
    """Return the largest mean that the bets rule out being below, by bisection; -1 where they rule out nothing."""
    low, high = -1.0 + 1e-6, min(1.0, float(values.max()))
    if high <= low or _log_wealth(values, counts, low) < log_needed:
        return -1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _log_wealth(values, counts, middle) >= log_needed:
            low = middle
        else:
            high = middle
    return low


def _more(values: Floats, counts: Any, wealth: float, log_needed: float, mean: float | None) -> int | None:
    if mean is None or mean == 0 or int(counts.sum()) < PAIRS_MIN:
        return None
    signed = values if mean > 0 else -values
    growth = (np.log1p(np.outer(np.asarray(BETS), signed)) * counts).sum(axis=1).max() / counts.sum()
    if growth <= 0:
        return None
    more = math.ceil(max(1.0, (log_needed - wealth) / float(growth)))
    return more if more <= MORE_CASES_MAX else None


def _words(verdict: Verdict, pairs: int, mean: float | None, more: int | None, *, split_suspect: bool) -> str:
    if split_suspect:
        return "The cases were not shared out as they were meant to be, so the versions cannot be compared."
    if pairs == 0 or mean is None:
        return "No case has an outcome yet by which both could be compared."
    told = f"over {pairs} comparisons its loss is {abs(mean):.4f} {'lower' if mean > 0 else 'higher'}"
    match verdict:
        case "better":
            return f"Better: {told}, more than chance explains at any number of looks."
        case "worse":
            return f"Worse: {told}, more than chance explains at any number of looks."
        case "same":
            return f"The same: the difference is surely below {SAME_MARGIN:g}."
        case "not yet":
            wait = "" if more is None else f" About {more:,} more would tell if it goes on like this."
            return f"Not yet known: {told}, which may be chance.{wait}"


def _losses(values: ArrayLike) -> Floats:
    losses = np.asarray(values, dtype=np.float64).ravel()[:CASES_MAX]
    finite = losses[np.isfinite(losses)]
    if finite.size and (finite.min() < -1e-9 or finite.max() > 1 + 1e-9):
        raise ComparisonInvalid(
            "A loss is not between 0 and 1.", field="losses", remedy="Scale the losses, for example with case_losses."
        )
    return np.clip(losses, 0.0, 1.0)


def _means(values: Floats, blocks: int, size: int) -> Floats:
    return np.asarray(values[: blocks * size].reshape(blocks, size).mean(axis=1)) if blocks else np.zeros(0)
