"""Whether a model may be trusted with work, and why, in sentences."""

from dataclasses import dataclass

import numpy as np

from intendant.learning.estimators._contract import Floats, Leak, Measured
from intendant.learning.estimators.tabular._metrics import better_by

BEATS_BY = 3.0  # standard errors that part it from knowing nothing
WORSE_BY = 2.5  # standard errors at which it counts as worse than a plainer model,
MATTERS = 0.01  # if the loss is larger by this share of the loss of knowing nothing
JUDGING_ROW_COUNT_MIN = 30
JUDGING_CLASS_COUNT_MIN = 8
CALIBRATION_GAP_MAX = 0.05
COVERAGE_SLACK = 0.02
DUPLICATE_SHARE_MAX = 0.2
Z = 2.58


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """A model's or a baseline's loss on each row that judges: log-loss of classes, squared error of numbers."""

    name: str
    values: Floats
    is_plain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that the verdict looks at."""

    model: Losses
    baselines: tuple[Losses, ...]
    measured: Measured
    class_counts: tuple[int, ...]
    calibration_gaps: Floats  # promised minus observed by bin, in standard errors of chance
    calibration_error: float | None
    calibration_chance: float  # what the error would be by chance, were every promise true
    coverage_wanted: float
    coverage_measured: float
    duplicate_share: float
    leaks: tuple[Leak, ...]


def judge(evidence: Evidence) -> tuple[bool, tuple[str, ...]]:
    """Return whether the model is validated, and sentences that say why or why not."""
    good: list[str] = []
    bad: list[str] = []
    count = evidence.model.values.size
    if count < JUDGING_ROW_COUNT_MIN:
        bad.append(f"Only {count} rows were there to judge it; at least {JUDGING_ROW_COUNT_MIN} are needed.")
    if evidence.class_counts and min(evidence.class_counts) < JUDGING_CLASS_COUNT_MIN:
        bad.append(
            f"The rarest class has {min(evidence.class_counts)} rows among those that judge; at least "
            f"{JUDGING_CLASS_COUNT_MIN} are needed."
        )
    matters = MATTERS * min(float(one.values.mean()) for one in evidence.baselines if one.is_plain)
    for baseline in evidence.baselines:
        lead = better_by(baseline.values, evidence.model.values)
        if baseline.is_plain and lead < BEATS_BY:
            bad.append(
                f"It does not clearly beat the baseline '{baseline.name}', which knows nothing of a record: it has learnt "
                "nothing that holds on rows it never saw."
            )
        elif lead < -WORSE_BY and float((evidence.model.values - baseline.values).mean()) > matters:
            bad.append(f"It is worse than the plainer '{baseline.name}'.")
        else:
            how = "clearly beats" if lead > BEATS_BY else "does at least as well as"
            good.append(f"It {how} '{baseline.name}' on {count:,} rows it never saw.")
    _of_calibration(evidence, good, bad)
    error = np.sqrt(evidence.coverage_wanted * (1 - evidence.coverage_wanted) / max(count, 1))
    floor = evidence.coverage_wanted - COVERAGE_SLACK - Z * error
    told = f"{evidence.coverage_measured:.1%} of cases lie within what it says, {evidence.coverage_wanted:.0%} were promised"
    if evidence.coverage_measured < floor:
        bad.append(f"Only {told}.")
    else:
        good.append(f"{told}.")
    kept = [
        leak.column for leak in evidence.leaks if not leak.left_out and leak.message.endswith("It was kept on request.")
    ]
    if kept:
        bad.append(f"It looks at {', '.join(kept[:5])}, which seems to know the answer, so its figures prove nothing.")
    suspected = [leak.column for leak in evidence.leaks if leak.left_out]
    if suspected:
        good.append(f"{', '.join(suspected[:5])} seemed to know the answer or to name the row and was left out.")
    doubtful = [leak for leak in evidence.leaks if not leak.left_out and leak.column not in kept]
    good += [f"Look at {leak.column}: {leak.message}" for leak in doubtful[:3]]
    if evidence.duplicate_share > DUPLICATE_SHARE_MAX:
        note = (
            f"{evidence.duplicate_share:.0%} of the rows repeat another row's features; copies were kept on one side of every "
            "split, but check why there are so many."
        )
        (bad if evidence.duplicate_share > 2 * DUPLICATE_SHARE_MAX else good).append(note)
    return not bad, tuple(bad + good)


def _of_calibration(evidence: Evidence, good: list[str], bad: list[str]) -> None:
    if evidence.calibration_error is None:
        return
    beyond_chance = float((evidence.calibration_gaps**2).sum()) > _chance(evidence.calibration_gaps.size)
    told = f"Promised and observed shares differ by {evidence.calibration_error:.3f} on average"
    if evidence.calibration_error - evidence.calibration_chance > CALIBRATION_GAP_MAX and beyond_chance:
        bad.append(f"{told}: its probabilities do not mean what they say.")
    else:
        good.append(f"{told}{'' if beyond_chance else ', which is within chance'}.")


def _chance(bins: int) -> float:
    """Return what a sum of that many squared standard normal gaps exceeds once in a hundred (Wilson, Hilferty 1931)."""
    if bins == 0:
        return float("inf")
    part = 2 / (9 * bins)
    return float(bins * (1 - part + 2.326 * np.sqrt(part)) ** 3)
