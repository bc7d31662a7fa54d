"""How a model does, from the outcomes that have come, each figure with its 95 % interval.

Outcomes that have not come, or never will, count neither as right nor as wrong; which share has come is told beside, and
whether those cases are like the rest, because figures of a selection are figures of that selection.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from intendant.learning.estimators import CalibrationPoint, Metric, Predictions
from intendant.learning.evaluation import auc, auc_interval, calibration_error, calibration_table, wilson_interval
from intendant.learning.monitoring._answers import ANOMALY, Outcomes, part_of
from intendant.learning.monitoring._columns import Floats

Z = 1.959964
LOG_FLOOR = 1e-12
AUC_ROWS_MAX = 50_000
RESAMPLES = 200
SELECTION_ROWS_MIN = 30
LOWER_IS_BETTER = frozenset({"brier", "log_loss", "mae", "rmse", "calibration_error", "bias"})


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether probabilities hold: promised and observed rates, and the chance of so wide a gap were they right.

    The test is Spiegelhalter's (1986): under right probabilities the Brier score has a known mean and variance.
    """

    points: tuple[CalibrationPoint, ...]
    error: float
    promised: float
    observed: float
    p_value: float
    words: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Of which cases outcomes are known. `alike` None: too few to say. `p_value`: of the two being alike in their scores."""

    answers: int
    labelled: int
    share: float
    p_value: float | None
    alike: bool | None
    words: str


def measure_performance(
    answers: Predictions, outcomes: Outcomes, *, classes: Sequence[str] = (), positive: str | None = None, seed: int = 0
) -> tuple[Metric, ...]:
    """Return the figures that answers and outcomes allow, of the cases whose outcome is known; none where there are none."""
    if outcomes.count == 0:
        return ()
    seen = part_of(answers, outcomes.known)
    if outcomes.numbers is not None:
        return _numbers(seen, outcomes.numbers[outcomes.known], np.random.default_rng(seed))
    assert outcomes.labels is not None  # noqa: S101 - outcomes have one of the two
    return _classes(seen, outcomes.labels[outcomes.known], classes, positive)


def measure_calibration(
    answers: Predictions, outcomes: Outcomes, *, classes: Sequence[str] = (), positive: str | None = None
) -> Calibration | None:
    """Return whether probabilities hold: of the positive class of two, else of the label; None where there are none."""
    if outcomes.labels is None or answers.label is None or outcomes.count == 0:
        return None
    seen, actual = part_of(answers, outcomes.known), outcomes.labels[outcomes.known]
    assert seen.label is not None  # noqa: S101 - checked above
    promised, came = seen.confidence, (seen.label == actual).astype(np.float64)
    if seen.probability is not None and len(classes) == 2:
        wanted = positive if positive is not None and positive in classes else classes[1]
        promised = seen.probability[:, list(classes).index(wanted)]
        came = (actual == wanted).astype(np.float64)
    promised = np.clip(promised, 0.0, 1.0)
    table = calibration_table(promised, came)
    p_value = _spiegelhalter(promised, came)
    mean, rate = float(promised.mean()), float(came.mean())
    words = f"{rate:.1%} came true where {mean:.1%} was promised"
    if p_value >= 0.01:
        words += ": no further apart than chance explains"
    return Calibration(
        points=tuple(CalibrationPoint(row.mean_predicted, row.observed, row.count) for row in table),
        error=calibration_error(promised, came),
        promised=mean,
        observed=rate,
        p_value=p_value,
        words=f"{words}.",
    )


def measure_selection(scores: Any | None, outcomes: Outcomes) -> Selection:
    """Return whether the cases with known outcomes are like the others, by the ranks of their scores (Mann-Whitney)."""
    total, labelled = int(outcomes.known.size), outcomes.count
    share = labelled / total if total else 0.0
    p_value: float | None = None
    if scores is not None and min(labelled, total - labelled) >= SELECTION_ROWS_MIN:
        finite = np.isfinite(scores)
        known = outcomes.known[finite].astype(np.float64)
        others, seen = int((known == 0).sum()), int(known.sum())
        if min(others, seen) >= SELECTION_ROWS_MIN:
            area = auc(known, np.asarray(scores)[finite])
            error = math.sqrt((seen + others + 1) / (12 * seen * others))
            p_value = math.erfc(abs(area - 0.5) / error / math.sqrt(2))
    alike = None if p_value is None else p_value >= 0.01
    words = f"The outcome of {labelled} of {total} cases is known ({share:.0%})"
    if alike is False:
        words += "; they differ from the rest in what was predicted, so these figures speak of them and not of all"
    return Selection(total, labelled, share, p_value, alike, f"{words}.")


def case_losses(
    answers: Predictions,
    outcomes: Outcomes,
    *,
    classes: Sequence[str] = (),
    scale: float | None = None,
) -> Floats:
    """Return each case's loss from 0 to 1, NaN where the outcome is not known. It is what versions are compared by.

    Classes: half the squared distance of the probabilities from what came (Brier), or 0 and 1 where there are none. Numbers:
    the absolute error over `scale` (see `loss_scale`), at most 1, so that one outlier decides nothing.
    """
    losses = np.full(outcomes.known.size, np.nan)
    known = outcomes.known
    if outcomes.numbers is not None:
        if answers.value is None:
            return losses
        error = np.abs(answers.value[known] - outcomes.numbers[known])
        losses[known] = np.minimum(1.0, error / (scale or 1.0))
        return losses
    assert outcomes.labels is not None  # noqa: S101 - outcomes have one of the two
    if answers.probability is not None and classes:
        truth = outcomes.labels[known][:, None] == np.asarray(list(classes), dtype=object)[None, :]
        losses[known] = ((answers.probability[known] - truth) ** 2).sum(axis=1) / 2
        losses = np.clip(losses, 0.0, 1.0)
    elif answers.label is not None:
        losses[known] = (answers.label[known] != outcomes.labels[known]).astype(np.float64)
    return losses


def loss_scale(reference: Mapping[str, Any]) -> float:
    """Return what counts as a whole loss for numbers: twice the error that 95 % of the validation rows stayed below."""
    sample = reference.get("sample", {})
    pairs = [
        abs(float(value) - float(actual))
        for value, actual in zip(sample.get("score", ()), sample.get("actual", ()), strict=False)
        if isinstance(value, int | float) and isinstance(actual, int | float)
    ]
    return max(2 * float(np.quantile(pairs, 0.95)), 1e-9) if pairs else 1.0


def is_better(name: str, first: float, second: float) -> bool:
    """Return whether `first` is the better of two figures of that name."""
    return first < second if name in LOWER_IS_BETTER else first > second


def _classes(answers: Predictions, actual: Any, classes: Sequence[str], positive: str | None) -> tuple[Metric, ...]:
    if answers.label is None:
        return ()
    count = actual.size
    right = answers.label == actual
    metrics = [_share("accuracy", int(right.sum()), count)]
    names = list(classes)
    wanted = positive if positive in names else names[1] if len(names) == 2 else None
    if wanted is None and set(answers.label) | set(actual) <= {"normal", ANOMALY}:
        wanted = ANOMALY
    if wanted is not None:
        said, was = answers.label == wanted, actual == wanted
        metrics.append(_share("precision", int((said & was).sum()), int(said.sum())))
        metrics.append(_share("recall", int((said & was).sum()), int(was.sum())))
        both = int((said & was).sum())
        if said.sum() + was.sum():
            metrics.append(Metric("f1", 2 * both / int(said.sum() + was.sum())))
    elif answers.label.size:
        metrics += _means_over_classes(answers.label, actual)
    if answers.probability is not None and names:
        probability = answers.probability
        truth = (actual[:, None] == np.asarray(names, dtype=object)[None, :]).astype(np.float64)
        squares = ((probability - truth) ** 2).sum(axis=1) / (2 if len(names) == 2 else 1)
        metrics.append(_mean("brier", squares, higher=False))
        chosen = np.clip((probability * truth).sum(axis=1), LOG_FLOOR, 1.0)
        metrics.append(_mean("log_loss", -np.log(chosen), higher=False))
        if len(names) == 2 and wanted is not None:
            metrics += _area(probability[:, names.index(wanted)], (actual == wanted).astype(np.float64))
        elif count <= AUC_ROWS_MAX:
            areas = [
                auc(truth[:, at], probability[:, at]) for at in range(len(names)) if 0 < truth[:, at].sum() < count
            ]
            if areas:
                metrics.append(Metric("auc", float(np.mean(areas))))
    if answers.sets is not None:
        held = sum(1 for said_set, was_one in zip(answers.sets, actual, strict=True) if was_one in said_set)
        metrics.append(_share("coverage", held, count))
    return tuple(metric for metric in metrics if math.isfinite(metric.value))


def _means_over_classes(said: Any, actual: Any) -> list[Metric]:
    """Return precision, recall and F1 as means over the classes that were said or came, each class counting alike."""
    recalls, precisions, harmonic = [], [], []
    for name in sorted(set(actual)):
        was, told = actual == name, said == name
        both = int((was & told).sum())
        recalls.append(both / int(was.sum()))
        harmonic.append(2 * both / int(was.sum() + told.sum()))
        if told.any():
            precisions.append(both / int(told.sum()))
    found = {"precision": precisions, "recall": recalls, "f1": harmonic}
    return [Metric(name, float(np.mean(values))) for name, values in found.items() if values]


def _area(score: Floats, came: Floats) -> list[Metric]:
    positives = int(came.sum())
    if not 0 < positives < came.size or came.size > AUC_ROWS_MAX:
        return []
    found = auc_interval(came, score)
    if min(positives, came.size - positives) < 2:
        return [Metric("auc", found.auc)]
    return [Metric("auc", found.auc, found.lower, found.upper)]


def _numbers(answers: Predictions, actual: Floats, random: np.random.Generator) -> tuple[Metric, ...]:
    if answers.value is None:
        return ()
    usable = np.isfinite(answers.value)
    error = answers.value[usable] - actual[usable]
    if error.size == 0:
        return ()
    metrics = [_mean("mae", np.abs(error), higher=False), _mean("bias", error, higher=False)]
    squares = error**2
    mean_square = _mean("squares", squares, higher=False)
    low, high = mean_square.lower, mean_square.upper
    metrics.append(
        Metric(
            "rmse",
            math.sqrt(mean_square.value),
            None if low is None else math.sqrt(max(0.0, low)),
            None if high is None else math.sqrt(high),
            higher_is_better=False,
        )
    )
    spread = actual[usable]
    if spread.size > 2 and spread.std() > 0:
        value = 1 - float(squares.mean() / spread.var())
        drawn = random.integers(0, spread.size, size=(RESAMPLES, min(spread.size, 2_000)))
        variance = spread[drawn].var(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            again = 1 - squares[drawn].mean(axis=1) / variance
        again = again[np.isfinite(again)]
        bounds = np.quantile(again, (0.025, 0.975)) if again.size else (value, value)
        metrics.append(Metric("r2", value, min(value, float(bounds[0])), max(value, float(bounds[1]))))
    if answers.lower is not None and answers.upper is not None:
        lower, upper = answers.lower[usable], answers.upper[usable]
        held = int(((actual[usable] >= lower) & (actual[usable] <= upper)).sum())
        metrics.append(_share("coverage", held, spread.size))
    return tuple(metric for metric in metrics if math.isfinite(metric.value))


def _share(name: str, hits: int, count: int) -> Metric:
    if count == 0:
        return Metric(name, math.nan)
    lower, upper = wilson_interval(hits, count)
    return Metric(name, hits / count, lower, upper)


def _mean(name: str, values: Floats, *, higher: bool) -> Metric:
    mean = float(values.mean())
    if values.size < 2:
        return Metric(name, mean, higher_is_better=higher)
    reach = Z * float(values.std(ddof=1)) / math.sqrt(values.size)
    lower = mean - reach if name == "bias" else max(0.0, mean - reach)
    return Metric(name, mean, lower, mean + reach, higher_is_better=higher)


def _spiegelhalter(promised: Floats, came: Floats) -> float:
    variance = float((((1 - 2 * promised) ** 2) * promised * (1 - promised)).sum())
    overall = float((promised * (1 - promised)).sum())
    tests = []
    if variance > 0:
        tests.append(abs(float(((came - promised) * (1 - 2 * promised)).sum())) / math.sqrt(variance))
    if overall > 0:
        # Spiegelhalter's weights vanish at one half; the plain sum sees a gap there. Bonferroni between the two.
        tests.append(abs(float((came - promised).sum())) / math.sqrt(overall))
    if not tests:
        return 1.0 if np.array_equal(promised, came) else 0.0
    return min(1.0, 2 * math.erfc(max(tests) / math.sqrt(2)))
