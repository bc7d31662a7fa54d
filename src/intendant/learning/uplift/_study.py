"""From a trial to whom to treat: learners compared on folds, the best measured on rows it never saw, fitted on all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.uplift._checks import RandomisationCheck, check_randomisation, leave_out_afterwards
from intendant.learning.uplift._learners import (
    LEARNERS,
    PROPENSITY_MIN,
    Linear,
    effect_scores,
    estimate_propensity,
)
from intendant.learning.uplift._measures import (
    SHARES,
    CurvePoint,
    EffectGroup,
    Figure,
    RankingFigures,
    curve,
    gain_of_first,
    group_effects,
    mean_figure,
    measure_rankings,
    rank_within,
)
from intendant.learning.uplift._trial import Floats, Trial, TrialInvalid

FOLD_COUNT_MAX = 20
FOLD_COUNT_MIN = 2
GROUP_COUNT = 10
PROFILE_SHARE = 0.3
PROFILE_COUNT_MAX = 8
SURE_P_MAX = 0.025  # of finding a ranking where there is none, over all learners tried
RESPONSE_MODEL = "response model"

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Trait:
    """How the best-ranked share differs in one feature: its mean there and among all, in standard deviations."""

    feature: str
    top: float
    all: float
    standardised_difference: float


@dataclass(frozen=True, slots=True)
class UpliftReport:
    """What a trial says. `chosen`: the figures of `learner`; `response`: of picking by likely response.

    `effect`: of treating everyone; `raw_effect`: the plain difference of means. `heterogeneity`: slope of the measured on the
    predicted effects, 1 where they are right in size, 0 where the ranking says nothing.
    """

    treated_arm: str
    control_arm: str
    rows_read: int
    rows_used: int
    treated_count: int
    outcome_treated: float
    outcome_control: float
    propensity: str
    check: RandomisationCheck
    raw_effect: Figure
    effect: Figure
    learner: str
    chosen: RankingFigures
    response: RankingFigures
    compared: tuple[RankingFigures, ...]
    heterogeneity: Figure
    groups: tuple[EffectGroup, ...]
    curve: tuple[CurvePoint, ...]
    traits: tuple[Trait, ...]
    verdict: tuple[str, ...]
    notices: tuple[str, ...]
    folds: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain data for JSON."""
        return asdict(self)


def study_trial(
    trial: Trial,
    *,
    folds: int = 5,
    seed: int = 0,
    planned_share: float | None = None,
    keep: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> UpliftReport:
    """Compare learners on folds and report whom the treatment moves. Deterministic; raises TrialInvalid."""
    if not FOLD_COUNT_MIN <= folds <= FOLD_COUNT_MAX:
        raise TrialInvalid(
            f"{folds} folds cannot be dealt.", field="folds", remedy=f"Use {FOLD_COUNT_MIN} to {FOLD_COUNT_MAX}."
        )
    if planned_share is not None and not 0 < planned_share < 1:
        raise TrialInvalid(
            "The planned share lies between 0 and 1.", field="planned_share", remedy="For example 0.5 for one to one."
        )
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # Regressions so narrow are done before a second thread has woken.
    with threadpool_limits(limits=1):
        return _study(trial, folds, seed, planned_share, keep, progress or (lambda _share, _stage: None))


def _study(
    trial: Trial, folds: int, seed: int, planned_share: float | None, keep: tuple[str, ...], report: Progress
) -> UpliftReport:
    trial = leave_out_afterwards(trial, keep)
    check = check_randomisation(trial, planned_share)
    dealt = _deal(trial, folds, seed)
    propensity, how = _propensity(trial, check, dealt)
    answers = _cross_fit(trial, propensity, dealt, seed, report)
    places = {name: rank_within(scores, dealt, seed) for name, scores in answers.items()}
    learner = _choose(trial, propensity, places)
    ours, predicted = places[learner], answers[learner]
    report(0.9, "measuring")
    figures = measure_rankings(list(places.items()), trial.treated, trial.outcome, propensity, seed=seed)
    scores = effect_scores(trial.features, trial.treated, trial.outcome, propensity, trial.binary, dealt)
    effect = mean_figure(scores)
    by_name = {each.name: each for each in figures}
    chosen, response = by_name[learner], by_name[RESPONSE_MODEL]
    heterogeneity = _slope(predicted, scores)
    return UpliftReport(
        treated_arm=trial.treated_arm,
        control_arm=trial.control_arm,
        rows_read=trial.rows_read,
        rows_used=trial.count,
        treated_count=int(trial.treated.sum()),
        outcome_treated=float(trial.outcome[trial.treated].mean()),
        outcome_control=float(trial.outcome[~trial.treated].mean()),
        propensity=how,
        check=check,
        raw_effect=_difference(trial),
        effect=effect,
        learner=learner,
        chosen=chosen,
        response=response,
        compared=tuple(each for each in figures if each.name != RESPONSE_MODEL),
        heterogeneity=heterogeneity,
        groups=group_effects(ours, predicted, scores, GROUP_COUNT),
        curve=curve(ours, trial.treated, trial.outcome, propensity),
        traits=_traits(trial, ours),
        verdict=_verdict(trial, check, effect, chosen, response, heterogeneity),
        notices=trial.notices,
        folds=folds,
        seed=seed,
    )


def _deal(trial: Trial, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal people into folds, each arm and, with two outcomes, each outcome evenly."""
    generator = np.random.default_rng(seed)
    strata = trial.treated * 2 + (trial.outcome if trial.binary else 0)
    dealt = np.empty(trial.count, dtype=np.int64)
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        dealt[generator.permutation(members)] = np.arange(members.size) % folds
    return dealt


def _propensity(trial: Trial, check: RandomisationCheck, folds: NDArray[np.int64]) -> tuple[Floats, str]:
    if trial.propensity is not None:
        return np.clip(trial.propensity, PROPENSITY_MIN, 1 - PROPENSITY_MIN), "given"
    if check.random:
        return np.full(trial.count, check.treated_share), "the same for all"
    estimated = estimate_propensity(trial.features, trial.treated, folds)
    return np.clip(estimated, PROPENSITY_MIN, 1 - PROPENSITY_MIN), "estimated"


def _cross_fit(
    trial: Trial, propensity: Floats, folds: NDArray[np.int64], seed: int, report: Progress
) -> dict[str, Floats]:
    """Return what each learner, and the model of the response alone, says of people it never saw."""
    names = [*LEARNERS, RESPONSE_MODEL]
    answers = {name: np.empty(trial.count) for name in names}
    numbers = np.unique(folds)
    for step, fold in enumerate(numbers):
        held, rest = folds == fold, folds != fold
        features, treated, outcome = trial.features[rest], trial.treated[rest], trial.outcome[rest]
        for index, (name, learner) in enumerate(LEARNERS.items()):
            report(0.9 * (step + index / len(names)) / numbers.size, f"fold {step + 1}: {name}")
            fitted = learner(features, treated, outcome, propensity[rest], trial.binary, seed)
            answers[name][held] = fitted(trial.features[held])
        # What is done without uplift: treat those likeliest to answer, as all past rows tell.
        response = Linear(features, outcome, trial.binary)
        answers[RESPONSE_MODEL][held] = response(trial.features[held])
    return answers


def _choose(trial: Trial, propensity: Floats, places: dict[str, Floats]) -> str:
    """Return the learner whose best-ranked gain most, over all shares up to the largest that is reported.

    It is chosen on the rows it is measured on, each predicted by a model that never saw it. With five learners this flatters
    by less than the interval is wide; choosing each fold's learner on the other folds instead punishes ties.
    """

    def gain(name: str) -> float:
        return gain_of_first(places[name], trial.treated, trial.outcome, propensity, SHARES[-1])

    return max(LEARNERS, key=gain)


def _difference(trial: Trial) -> Figure:
    first, second = trial.outcome[trial.treated], trial.outcome[~trial.treated]
    value = float(first.mean() - second.mean())
    reach = 1.96 * float(np.sqrt(first.var(ddof=1) / first.size + second.var(ddof=1) / second.size))
    return Figure(value, value - reach, value + reach)


def _slope(predicted: Floats, scores: Floats) -> Figure:
    """Return the slope of doubly robust scores on predicted effects with its robust interval (Chernozhukov et al. 2018)."""
    centred = predicted - predicted.mean()
    weight = float((centred**2).sum())
    if weight <= 1e-18 * predicted.size:
        return Figure(0.0, 0.0, 0.0)
    slope = float((centred * scores).sum() / weight)
    rest = scores - scores.mean() - slope * centred
    reach = 1.96 * float(np.sqrt((centred**2 * rest**2).sum())) / weight
    return Figure(slope, slope - reach, slope + reach)


def _traits(trial: Trial, places: Floats) -> tuple[Trait, ...]:
    top = places < PROFILE_SHARE
    everyone = np.nanmean(trial.features, axis=0)
    first = np.nanmean(trial.features[top], axis=0)
    spread = np.nanstd(trial.features, axis=0)
    apart = np.divide(first - everyone, spread, out=np.zeros_like(spread), where=spread > 1e-12)
    order = np.argsort(-np.abs(np.nan_to_num(apart)), kind="stable")[:PROFILE_COUNT_MAX]
    return tuple(
        Trait(trial.feature_names[index], float(first[index]), float(everyone[index]), float(apart[index]))
        for index in order
        if np.isfinite(apart[index])
    )


def _is_sure(figure: Figure) -> bool:
    """Tell whether a figure of the best of several learners is above 0 although it was picked for being high."""
    error = (figure.upper - figure.lower) / (2 * 1.96)
    return figure.value > NormalDist().inv_cdf(1 - SURE_P_MAX / len(LEARNERS)) * error


def _verdict(
    trial: Trial,
    check: RandomisationCheck,
    effect: Figure,
    chosen: RankingFigures,
    response: RankingFigures,
    heterogeneity: Figure,
) -> tuple[str, ...]:
    said = []
    if effect.lower > 0:
        said.append(f"'{trial.treated_arm}' raises the outcome by {effect.value:.4g} a person.")
    elif effect.upper < 0:
        said.append(f"'{trial.treated_arm}' lowers the outcome by {-effect.value:.4g} a person.")
    else:
        said.append(f"Whether '{trial.treated_arm}' changes the outcome cannot be told from this table.")
    if _is_sure(chosen.qini_area) and _is_sure(heterogeneity):
        ours, theirs = chosen.top[-1].uplift.value, response.top[-1].uplift.value
        share = f"{chosen.top[-1].share:.0%}"
        said.append(
            f"Whom to treat can be told: the best {share} gain {ours:.4g} each, {theirs:.4g} if picked by response."
        )
    else:
        said.append("Whom to treat cannot be told better than by chance; treat everyone or no one.")
    if not check.random and trial.propensity is None:
        said.append(
            "Chance did not deal the arms: effects hold only if everything that drove the treatment is in the table."
        )
    if check.planned_given and not check.ratio_kept:
        said.append(
            f"The share treated is {check.treated_share:.2%}, {check.planned_share:.2%} was planned: rows were lost "
            "from one arm, and the effect may be of the loss."
        )
    return tuple(said)
