"""Choosing the algorithm by what it shows on folds of the development rows: the best one, or the average of several.

An average of calibrated models is taken where it leads the best alone, since it also depends less on which rows were seen. Held-out rows take no part in the choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.kit.clock import monotonic_seconds
from intendant.learning.calibration import fit_calibrator
from intendant.learning.estimators._algorithms import algorithm_names, find_algorithm
from intendant.learning.estimators._contract import (
    Floats,
    Measured,
    Model,
    Progress,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
)
from intendant.learning.estimators.tabular import ADDITIVE, GRADIENT_BOOSTING, LINEAR, Tabular
from intendant.learning.estimators.tabular._additive import CLASS_COUNT_MAX
from intendant.learning.estimators.tabular._blend import Blend, Member
from intendant.learning.estimators.tabular._calibrating import fit_classes
from intendant.learning.estimators.tabular._fitting import Scored, cross_fit
from intendant.learning.estimators.tabular._measuring import losses, measure
from intendant.learning.estimators.tabular._metrics import better_by
from intendant.learning.estimators.tabular._model import load
from intendant.learning.estimators.tabular._prepared import Prepared, prepare
from intendant.learning.estimators.tabular._problem import Core, Fit, Problem
from intendant.learning.estimators.tabular._training import finish

CANDIDATES = (LINEAR, ADDITIVE, GRADIENT_BOOSTING)
COMPARED_ROW_COUNT_MAX = {"quick": 20_000, "full": 60_000}
CLEARLY = 0.25  # standard errors by which an average must lead the best single one; it also varies less (ADR 0024)
TABULAR: tuple[Task, ...] = ("classification", "regression")


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """One way of fitting with its out-of-fold answers; `slope` and `offset` bring its scores to one scale."""

    algorithm: Tabular
    scored: Scored
    slope: float
    offset: Floats
    answers: Floats
    losses: Floats


def train_best(frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
    """Train the algorithm that suits the table best. Deterministic; raises TrainingInvalid as the algorithms do."""
    if spec.task not in TABULAR:
        return find_algorithm(spec.task, algorithm_names(spec.task)[0]).train(frame, spec, progress)
    return _train(frame, spec, progress, always_blend=False)


@dataclass(frozen=True, slots=True)
class _Blending:
    """The average of the candidates as an algorithm by its own name."""

    name: str = "blend"
    tasks: tuple[Task, ...] = TABULAR
    why: str = (
        "The average of a linear, an additive and a boosted model: often the most accurate, less easy to explain."
    )
    parameters: Any = None

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train; see `Algorithm`."""
        return _train(frame, spec, progress, always_blend=True)

    def load(self, artifact: bytes) -> Model:
        """Read a model; see `Algorithm`."""
        return load(artifact)


BLEND = _Blending(parameters={})


def _train(frame: Any, spec: TrainingSpec, progress: Progress, *, always_blend: bool) -> Trained:
    started = monotonic_seconds()
    if spec.parameters:
        raise TrainingInvalid(
            "Parameters belong to one algorithm.", field="parameters", remedy="Name the algorithm, or leave them out."
        )
    prepared = prepare(frame, spec, {**LINEAR.parameters, **GRADIENT_BOOSTING.parameters}, progress)
    rows = _compared_rows(prepared)
    able = [one for one in CANDIDATES if _suits(one, prepared)]
    candidates = []
    for number, algorithm in enumerate(able):
        begin, end = 0.1 + 0.5 * number / len(able), 0.1 + 0.5 * (number + 1) / len(able)
        words = f"comparing: {algorithm.name_for(spec.task).replace('_', ' ')}"
        scored = cross_fit(prepared, algorithm.fit, rows, share_from=begin, share_to=end, words=words)
        candidates.append(_candidate(prepared, algorithm, scored))
    candidates.sort(key=lambda one: float(one.losses.mean()))
    chosen, compared = _choose(prepared, candidates, always_blend)
    whole = chosen.scored.rows.size == prepared.split.development.size
    return finish(prepared, chosen.algorithm, chosen.scored if whole else None, compared, started)


def _compared_rows(prepared: Prepared) -> Any:
    rows = prepared.split.development
    limit = COMPARED_ROW_COUNT_MAX[prepared.spec.effort]
    if rows.size <= limit:
        return rows
    return np.sort(np.random.default_rng(prepared.problem.seed).choice(rows, limit, replace=False))


def _suits(algorithm: Tabular, prepared: Prepared) -> bool:
    if any(prepared.problem.monotone) and not algorithm.keeps_promises:
        return False
    return algorithm is not ADDITIVE or prepared.problem.heads <= CLASS_COUNT_MAX


def _candidate(prepared: Prepared, algorithm: Tabular, scored: Scored) -> _Candidate:
    actual = prepared.target.values[scored.rows]
    heads = prepared.problem.heads
    slope, offset = 1.0, np.zeros(heads)
    if prepared.is_class and heads == 1:
        line = fit_calibrator(scored.raw[:, 0], actual, "platt")
        low, high = line.calibrated[0], line.calibrated[-1]
        slope, offset = (high - low) / 2, np.array([(high + low) / 2])
    elif prepared.is_class:
        fitted = fit_classes(scored.raw, actual, heads=heads, seed=prepared.problem.seed)
        slope, offset = fitted.slope, fitted.offset
    answers = _answers(prepared, scored, actual)
    return _Candidate(algorithm, scored, float(slope), offset, answers, losses(prepared, actual, answers))


def _answers(prepared: Prepared, scored: Scored, actual: Floats) -> Floats:
    if not prepared.is_class:
        return prepared.centre + prepared.scale * scored.raw[:, 0]
    calibration = fit_classes(scored.raw, actual, heads=prepared.problem.heads, seed=prepared.problem.seed)
    return calibration.probabilities(scored.raw)


def _choose(prepared: Prepared, candidates: list[_Candidate], always_blend: bool) -> tuple[_Candidate, list[Measured]]:
    """Return what is to be trained, and the figures of all that were compared."""
    best = candidates[0]
    tried = list(candidates)
    for count in range(2, len(candidates) + 1):
        members = candidates[:count]
        raw = np.mean([one.slope * one.scored.raw + one.offset for one in members], axis=0)
        tried.append(_candidate(prepared, _blending(members), Scored(best.scored.rows, raw)))
    blends = sorted(tried[len(candidates) :], key=lambda one: float(one.losses.mean()))
    if blends and (always_blend or better_by(best.losses, blends[0].losses) > CLEARLY):
        best = blends[0]
    actual = prepared.target.values[best.scored.rows]
    compared = []
    for one in tried:
        name = one.algorithm.name_for(prepared.spec.task)
        label = f"{name} ({one.algorithm.why})" if one in blends else name
        compared.append(Measured(label, measure(prepared, actual, one.answers, prepared.problem.seed)))
    return best, compared


def _blending(members: Sequence[_Candidate]) -> Tabular:
    parts = [(one.algorithm.fit, one.slope, one.offset) for one in members]
    names = " and ".join(one.algorithm.name.replace("_", " ") for one in members)
    return Tabular(name="blend", tasks=TABULAR, why=names, parameters={}, fit=_blend_fit(parts), names={}, bounds={})


def _blend_fit(parts: Sequence[tuple[Fit, float, Floats]]) -> Fit:
    def fit(matrix: Floats, target: Floats, problem: Problem) -> Core:
        return Blend(tuple(Member(one(matrix, target, problem), slope, offset) for one, slope, offset in parts))

    return fit
