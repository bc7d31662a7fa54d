"""Whether a trial is what it says: arms of the planned size, dealt by chance, and columns that were known before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from intendant.learning.uplift._trial import Trial, TrialInvalid

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

RANDOM_P_MIN = 0.001  # below, chance did not deal the arms
AFTERWARDS_P_MAX = 1e-9
SHOWN_COUNT_MAX = 10
VALUE_COUNT_MAX = 30  # of one column, looked at one by one


@dataclass(frozen=True, slots=True)
class Balance:
    """How a feature differs between the arms: means, and their difference in standard deviations."""

    feature: str
    treated: float
    control: float
    standardised_difference: float
    p: float


@dataclass(frozen=True, slots=True)
class RandomisationCheck:
    """Whether the arms look dealt by chance: a joint test of all features (Hotelling), the worst of them, the sample ratio.

    `ratio_p` tests the share treated against `planned_share`; a small value means that rows were lost from one arm.
    """

    p: float
    random: bool
    worst: tuple[Balance, ...]
    treated_share: float
    planned_share: float
    planned_given: bool
    ratio_p: float
    ratio_kept: bool


def check_randomisation(trial: Trial, planned_share: float | None) -> RandomisationCheck:
    """Return the checks; without a planned share the ratio is held against one to one."""
    balances = _balances(trial)
    filled, _ = _filled(trial.features)
    planned = 0.5 if planned_share is None else planned_share
    count, took = trial.count, int(trial.treated.sum())
    ratio_p = _two_sided((took - planned * count) / math.sqrt(count * planned * (1 - planned)))
    p = _hotelling(filled, trial.treated)
    worst = tuple(sorted(balances, key=lambda each: (each.p, each.feature))[:SHOWN_COUNT_MAX])
    return RandomisationCheck(
        p, p >= RANDOM_P_MIN, worst, took / count, planned, planned_share is not None, ratio_p, ratio_p >= RANDOM_P_MIN
    )


def leave_out_afterwards(trial: Trial, keep: Sequence[str]) -> Trial:
    """Return the trial without columns that look written after the treatment, with a notice for each.

    Such a column settles the outcome for all who share a value of it, or differs between arms that are otherwise alike.
    """
    suspects = {**_settling(trial), **_unequal(trial)}
    gone = {source: why for source, why in suspects.items() if source not in keep}
    if not gone:
        return trial
    kept = [index for index, source in enumerate(trial.sources) if source not in gone]
    if not kept:
        raise TrialInvalid(
            "Every column looks as if written after the treatment.",
            field="features",
            remedy="Add what was known of each person before; keep a column by name if it was.",
        )
    notices = [f"{source} was left out: {why}. Keep it by name if it was known before." for source, why in gone.items()]
    return replace(
        trial,
        features=trial.features[:, kept],
        feature_names=tuple(trial.feature_names[index] for index in kept),
        sources=tuple(trial.sources[index] for index in kept),
        notices=(*trial.notices, *notices),
    )


def _settling(trial: Trial) -> dict[str, str]:
    """Find columns of which some value always comes with the same outcome, more often than chance allows."""
    if not trial.binary:
        return {}
    share = float(trial.outcome.mean())
    limit = math.log(AFTERWARDS_P_MAX)
    found: dict[str, str] = {}
    for index, source in enumerate(trial.sources):
        column = trial.features[:, index]
        present = ~np.isnan(column)
        values, counts = np.unique(column[present], return_counts=True)
        common = values[np.argmax(counts)]
        groups = [column == value for value in values] if values.size <= VALUE_COUNT_MAX else []
        for members in (*groups, present & (column != common), ~present):
            size = int(members.sum())
            events = float(trial.outcome[members].sum())
            if size and (
                (events == size and size * math.log(share) < limit)
                or (events == 0 and size * math.log(1 - share) < limit)
            ):
                always = "always" if events else "never"
                found[source] = f"{size:,} rows that share a value of it {always} have the outcome"
    return found


def _unequal(trial: Trial) -> dict[str, str]:
    """Find columns that differ between arms of which the most are alike."""
    balances = _balances(trial)
    if np.median([balance.p for balance in balances]) < 0.01:  # not dealt by chance: then nothing can be said of one
        return {}
    return {
        source: f"it differs between the arms ({balance.treated:.4g} against {balance.control:.4g}) though others do not"
        for source, balance in zip(trial.sources, balances, strict=True)
        if balance.p < AFTERWARDS_P_MAX
    }


def _balances(trial: Trial) -> list[Balance]:
    filled, _ = _filled(trial.features)
    sides = filled[trial.treated], filled[~trial.treated]
    means = [side.mean(axis=0) for side in sides]
    variances = [side.var(axis=0, ddof=1) for side in sides]
    difference = means[0] - means[1]
    spread = np.sqrt((variances[0] + variances[1]) / 2)
    error = np.sqrt(variances[0] / len(sides[0]) + variances[1] / len(sides[1]))
    return [
        Balance(
            name,
            float(means[0][index]),
            float(means[1][index]),
            float(difference[index] / spread[index]) if spread[index] > 0 else 0.0,
            _two_sided(difference[index] / error[index]) if error[index] > 0 else 1.0,
        )
        for index, name in enumerate(trial.feature_names)
    ]


def _hotelling(features: Floats, treated: Flags) -> float:
    """Return the p-value of equal means in both arms, by the normal limit of Hotelling's T squared."""
    from scipy.stats import chi2

    first, second = features[treated], features[~treated]
    difference = first.mean(axis=0) - second.mean(axis=0)
    spread = features.std(axis=0)
    usable = spread > 1e-12
    scaled = features[:, usable] / spread[usable]
    covariance = np.atleast_2d(np.cov(scaled, rowvar=False)) * (1 / len(first) + 1 / len(second))
    values, vectors = np.linalg.eigh(covariance)
    sound = values > values.max() * 1e-8
    along = vectors[:, sound].T @ (difference[usable] / spread[usable])
    return float(chi2.sf(float((along**2 / values[sound]).sum()), int(sound.sum())))


def _filled(features: Floats) -> tuple[Floats, Floats]:
    means = np.nanmean(features, axis=0)
    return np.where(np.isnan(features), means, features), means


def _two_sided(z: float) -> float:
    return math.erfc(abs(float(z)) / math.sqrt(2))
