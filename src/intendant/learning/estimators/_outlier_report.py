"""What is reported of an outlier model: how often it alarms, whether it finds what was made strange, and known anomalies."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import (
    FeatureUse,
    Floats,
    Measured,
    Metric,
    Report,
    TrainingInvalid,
    TrainingSpec,
)
from intendant.learning.estimators._unlabelled import Unlabelled, versions
from intendant.learning.evaluation import auc_interval, wilson_interval

if TYPE_CHECKING:
    from intendant.learning.estimators.outliers import OutlierModel

IMPORTANCE_ROW_COUNT = 300
INJECTED_COUNT_MAX = 2_000
PRECISION_AT = (10, 50, 100)


def report_of(
    model: "OutlierModel",
    table: Unlabelled,
    spec: TrainingSpec,
    values: Floats,
    held: NDArray[np.int64],
    scores: Floats,
) -> Report:
    """Return the report; `held` are rows with `scores` of forests that never saw them."""
    notices = list(table.notices)
    least = 1 / (model.calibration.size + 1)
    if least > model.expected_share:
        notices.append(
            f"With {model.calibration.size:,} rows to compare with, nothing can be told to be among the strangest "
            f"{model.expected_share:.2%}; no row will be alarmed. Add rows, or expect a share of at least {least:.2%}."
        )
    rate, alarms, judged = _alarm_rate(scores, model.expected_share, spec.seed)
    interval = wilson_interval(alarms, judged)
    metrics = [Metric("alarm_rate", rate, interval[0], interval[1], False)]
    found, simple = _injected(model, values, spec.seed)
    metrics.append(found)
    baselines = [
        Measured("largest deviation of one feature", (simple,)),
        Measured("chance", (Metric("injected_auc", 0.5),)),
    ]
    primary = "injected_auc"
    details: dict[str, Any] = {
        "expected_share": model.expected_share,
        "threshold": float(np.quantile(model.calibration, 1 - model.expected_share)),
        "scores": _histogram(scores),
        "strangest": _strangest(model, table, values),
    }
    if table.known is not None:
        primary = "auc"
        truth, positive = _truth(table.known, spec)
        ours, theirs = _against_known(truth[held], scores, _deviation(values)[held])
        metrics += ours
        baselines[0] = Measured(baselines[0].name, (simple, *theirs))
        baselines[1] = Measured("chance", (*baselines[1].metrics, Metric("auc", 0.5)))
        details["positive"] = positive
        details["known_anomalies"] = int(truth.sum())
    verdict = [
        f"Of rows it never saw {rate:.2%} are alarmed; {model.expected_share:.2%} was asked for.",
        f"Rows made strange on purpose rank above {found.value:.0%} of real ones.",
    ]
    best = next(metric for metric in metrics if metric.name == primary)
    validated = (best.lower or best.value) > 0.5 and least <= model.expected_share
    if not validated:
        verdict.append("It tells strange rows from ordinary ones no better than chance, or cannot alarm at all.")
    return Report(
        task="anomaly",
        algorithm=model.algorithm,
        primary=primary,
        split="random" if held.size == len(values) else table.split,
        rows_read=table.rows_read,
        rows_used=len(values),
        rows_validation=int(held.size),
        model=Measured(model.algorithm, tuple(metrics)),
        baselines=tuple(baselines),
        compared=(),
        features=_importance(model, values, spec.seed),
        calibration=(),
        coverage_wanted=1 - model.expected_share,
        coverage_measured=1 - rate,
        groups=(),
        leakage=(),
        notices=tuple(notices),
        validated=validated,
        verdict=tuple(verdict),
        data_digest=table.digest,
        seed=spec.seed,
        effort=spec.effort,
        versions=versions(),
        seconds=0.0,
        details=details,
    )


def _alarm_rate(scores: Floats, share: float, seed: int) -> tuple[float, int, int]:
    """Return how often held-out rows are alarmed when one half is judged by the other, both ways."""
    order = np.random.default_rng(seed).permutation(scores.size)
    halves = order[: scores.size // 2], order[scores.size // 2 :]
    alarms = 0
    for own, other in (halves, halves[::-1]):
        calibration = np.sort(scores[other])
        above = calibration.size - np.searchsorted(calibration, scores[own], side="left")
        alarms += int(((above + 1.0) / (calibration.size + 1.0) <= share).sum())
    return alarms / max(scores.size, 1), alarms, int(scores.size)


def _injected(model: "OutlierModel", values: Floats, seed: int) -> tuple[Metric, Metric]:
    """Return how well rows made strange are told from real ones: a third of their features moved far into the tails."""
    random = np.random.default_rng(seed)
    count = min(INJECTED_COUNT_MAX, len(values))
    real = values[random.choice(len(values), count, replace=False)]
    made = values[random.choice(len(values), count, replace=False)].copy()
    low, high = np.quantile(values, [0.01, 0.99], axis=0)
    room = np.where(high > low, high - low, values.std(axis=0))
    width = values.shape[1]
    for _ in range(max(1, width // 3)):
        which = random.integers(0, width, count)
        far = np.where(
            random.random(count) < 0.5,
            low[which] - room[which] * random.uniform(0, 0.5, count),
            high[which] + room[which] * random.uniform(0, 0.5, count),
        )
        made[np.arange(count), which] = far
    truth = np.repeat([0, 1], count)
    both = np.concatenate([real, made])
    ours = auc_interval(truth, model.forest.scores(both))
    theirs = auc_interval(truth, _deviation(values, both))
    return (
        Metric("injected_auc", ours.auc, ours.lower, ours.upper),
        Metric("injected_auc", theirs.auc, theirs.lower, theirs.upper),
    )


def _deviation(values: Floats, of: Floats | None = None) -> Floats:
    """Return the largest distance of one feature from its median, in robust spreads: what needs no model."""
    middle = np.median(values, axis=0)
    spread = np.median(np.abs(values - middle), axis=0)
    spread = np.where(spread > 0, spread, np.maximum(values.std(axis=0), 1e-12))
    return np.asarray((np.abs((values if of is None else of) - middle) / spread).max(axis=1), dtype=np.float64)


def _truth(known: NDArray[np.object_], spec: TrainingSpec) -> tuple[NDArray[np.int64], str]:
    counts: dict[str, int] = {}
    for value in known:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    positive = spec.positive
    if positive is None:
        if len(counts) != 2:
            raise TrainingInvalid(
                f"'{spec.target}' holds {len(counts)} different values; which means anomaly cannot be told.",
                field="positive",
                remedy="Name the value that means anomaly, or a target of two values.",
            )
        positive = min(counts, key=lambda value: (counts[value], value))
    elif positive not in counts:
        raise TrainingInvalid(
            f"'{spec.target}' never holds '{positive}'.", field="positive", remedy=f"Use one of {', '.join(counts)}."
        )
    return np.array([value == positive for value in known], dtype=np.int64), positive


def _against_known(truth: NDArray[np.int64], scores: Floats, simple: Floats) -> tuple[list[Metric], list[Metric]]:
    def figures(by: Floats) -> list[Metric]:
        area = auc_interval(truth, by)
        if np.isnan(area.auc):
            return [Metric("auc", 0.5, 0.0, 1.0)]
        order = np.argsort(-by, kind="stable")
        hits = np.cumsum(truth[order])
        precision = hits / np.arange(1, hits.size + 1)
        found = [
            Metric("auc", area.auc, area.lower, area.upper),
            Metric("average_precision", float(precision[truth[order] == 1].mean())),
        ]
        for count in (*PRECISION_AT, int(truth.sum())):
            if 0 < count <= truth.size and f"precision_at_{count}" not in {metric.name for metric in found}:
                lower, upper = wilson_interval(int(hits[count - 1]), count)
                found.append(Metric(f"precision_at_{count}", float(precision[count - 1]), lower, upper))
        return found

    return figures(scores), figures(simple)


def _importance(model: "OutlierModel", values: Floats, seed: int) -> tuple[FeatureUse, ...]:
    """Return how much each feature raises the scores of the strangest of a sample of rows."""
    rows = np.random.default_rng(seed).choice(len(values), min(len(values), 10 * IMPORTANCE_ROW_COUNT), replace=False)
    scores = model.forest.scores(values[rows])
    top = np.argsort(-scores, kind="stable")[: max(1, min(IMPORTANCE_ROW_COUNT, rows.size // 10))]
    use = np.maximum(model.parts(values[rows[top]], scores[top]), 0.0).mean(axis=0)
    use = use / (use.sum() or 1.0)
    order = np.argsort(-use, kind="stable")
    return tuple(FeatureUse(model.columns[i].name, model.columns[i].type, float(use[i])) for i in order.tolist())


def _strangest(model: "OutlierModel", table: Unlabelled, values: Floats) -> list[dict[str, Any]]:
    scores = model.forest.scores(values[table.held])
    rows = np.flatnonzero(table.held)[np.argsort(-scores, kind="stable")[:10]]
    answers = model.predict(table.frame.iloc[rows], reasons=3)
    assert answers.value is not None  # noqa: S101 - both were asked for
    assert answers.reasons is not None  # noqa: S101
    return [
        {
            "row": int(row),
            "score": float(score),
            "reasons": [{"feature": each.feature, "value": each.value} for each in reasons],
        }
        for row, score, reasons in zip(rows, answers.value, answers.reasons, strict=True)
    ]


def _histogram(scores: Floats) -> dict[str, list[float]]:
    counts, edges = np.histogram(scores, bins=40)
    return {"edges": edges.tolist(), "counts": counts.astype(float).tolist()}
