"""Fit a core, score rows by cores that never saw them, and make of it a model whose answers mean what they say."""

from dataclasses import dataclass

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._calibrating import fit_classes, fit_intervals, fit_sets
from intendant.learning.estimators.tabular._model import ClassAnswers, NumberAnswers, TabularModel, spread_of
from intendant.learning.estimators.tabular._prepared import Prepared
from intendant.learning.estimators.tabular._problem import Core, Fit
from intendant.learning.estimators.tabular._split import Rows
from intendant.learning.estimators.tabular._trees import Trees, fit_spread

SPREAD_ROW_COUNT_MIN = 200
SPREAD_FLOOR = 0.1  # of the median error: no place is so sure that errors there are next to nothing


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Raw scores of rows by cores that did not see them."""

    rows: Rows
    raw: Floats


def cross_fit(prepared: Prepared, fit: Fit, rows: Rows, *, share_from: float, share_to: float, words: str) -> Scored:
    """Return out-of-fold raw scores of some rows."""
    folds = prepared.folds(rows)
    raw = np.empty((rows.size, prepared.problem.heads))
    count = int(folds.max()) + 1
    for fold in range(count):
        prepared.stage.reach(share_from + (share_to - share_from) * fold / count, words)
        held = folds == fold
        core = fit_rows(prepared, fit, rows[~held])
        raw[held] = core.raw(prepared.matrix[rows[held]])
    return Scored(rows, raw)


def fit_rows(prepared: Prepared, fit: Fit, rows: Rows) -> Core:
    """Fit a core on some rows."""
    return fit(prepared.matrix[rows], prepared.fitted[rows], prepared.problem)


def make_model(
    prepared: Prepared, algorithm: str, core: Core, scored: Scored, versions: dict[str, str]
) -> TabularModel:
    """Return the model of a core; calibration and conformal rules are learnt from the scored rows."""
    actual = prepared.target.values[scored.rows]
    coverage = prepared.spec.coverage
    seed = prepared.problem.seed
    answers: ClassAnswers | NumberAnswers
    if prepared.is_class:
        calibration = fit_classes(scored.raw, actual, heads=prepared.problem.heads, seed=seed)
        sets = fit_sets(calibration.probabilities(scored.raw), actual, coverage=coverage)
        answers = ClassAnswers(prepared.target.classes, calibration, sets)
    else:
        answers = _number_answers(prepared, scored, actual, coverage)
    identity = {
        "data_digest": prepared.digest,
        "seed": seed,
        "effort": prepared.spec.effort,
        "row_count": int(scored.rows.size),
        "versions": versions,
    }
    return TabularModel(prepared.spec.task, algorithm, prepared.problem.columns, core, answers, identity)


def _number_answers(prepared: Prepared, scored: Scored, actual: Floats, coverage: float) -> NumberAnswers:
    errors = (actual - prepared.centre) / prepared.scale - scored.raw[:, 0]
    matrix = prepared.matrix[scored.rows]
    tail = (1 - coverage) / 2
    width = float(np.diff(np.quantile(actual, (tail, 1 - tail)))[0])
    spread: Trees | None = None
    sizes = np.ones(errors.size)
    if errors.size >= SPREAD_ROW_COUNT_MIN:
        magnitude = np.abs(errors)
        floored = np.maximum(magnitude, SPREAD_FLOOR * float(np.median(magnitude)) + 1e-9)
        folds = prepared.folds(scored.rows)
        for fold in range(int(folds.max()) + 1):
            held = folds == fold
            sizes[held] = spread_of(fit_spread(matrix[~held], floored[~held], prepared.problem), matrix[held])
        spread = fit_spread(matrix, floored, prepared.problem)
    intervals = fit_intervals(errors / sizes, coverage=coverage)
    return NumberAnswers(prepared.centre, prepared.scale, width, intervals, spread)
