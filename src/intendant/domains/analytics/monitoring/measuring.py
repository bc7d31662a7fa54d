"""What one period shows of one version: its cases turned into figures. Pure; the rows come from `reading`."""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from intendant.kit.database import Row
from intendant.learning.estimators import Metric, Predictions
from intendant.learning.monitoring import (
    Detector,
    DriftReport,
    Estimate,
    Outcomes,
    answers_from,
    compare_data,
    estimate_performance,
    has_fallen,
    measure_calibration,
    measure_groups,
    measure_performance,
    measure_selection,
    outcomes_from,
    scores_of,
    watch_p_values,
)

FEATURES_KEPT_MAX = 100
ROWS_ALARMED_MIN = 100
LABELLED_ALARMED_MIN = 50
CALIBRATION_CHANCE = 0.001
CALIBRATION_GAP = 0.05
_DIGITS = 8

DRIFT, PERFORMANCE, EXPECTED, CALIBRATION, FAIRNESS = "drift", "performance", "expected", "calibration", "fairness"
OF_OUTCOMES = frozenset({PERFORMANCE, CALIBRATION})
ALARMS = (DRIFT, PERFORMANCE, EXPECTED, CALIBRATION, FAIRNESS)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a version learnt from, and what training measured of it."""

    reference: Mapping[str, Any]
    metric: str
    baseline: Mapping[str, Metric]
    protected: tuple[str, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Return its classes, in the order of its probabilities."""
        return tuple(self.reference.get("classes", ()))

    @property
    def positive(self) -> str | None:
        """Return the class whose probability is told, of two."""
        found = self.reference.get("positive")
        return None if found is None else str(found)


@dataclass(frozen=True, slots=True)
class Measured:
    """The columns of a period's row, and which alarms it gives."""

    predictions: int
    labelled: int
    metrics: Mapping[str, Any]
    baseline: Mapping[str, Any]
    estimated: Mapping[str, Any]
    drift: Mapping[str, Any]
    groups: Sequence[Any]
    alarms: Mapping[str, str]


def learnt_from(row: Row) -> Learnt:
    """Read what `reading.get_learnt` found."""
    return Learnt(
        reference=row["reference"] or {},
        metric=row["metric"],
        baseline=figures_from(row["baseline"] or ()),
        protected=tuple((row["spec"] or {}).get("protected") or ()),
    )


def figures_from(stored: Sequence[Mapping[str, Any]]) -> dict[str, Metric]:
    """Read figures as a report, or a period, keeps them; what is no finite number is left out."""
    found = {}
    for each in stored:
        value = each.get("value")
        if isinstance(value, int | float) and math.isfinite(value):
            found[str(each["name"])] = Metric(
                str(each["name"]),
                float(value),
                _finite(each.get("lower")),
                _finite(each.get("upper")),
                bool(each.get("higher_is_better", True)),
            )
    return found


def measure(
    learnt: Learnt,
    cases: Sequence[Row],
    *,
    predictions: int,
    labelled: int,
    version: str,
    before: Sequence[float] = (),
) -> Measured:
    """Measure a period from its cases (or a sample of them). `version` seeds what is drawn, so that twice is the same.

    `before`: p-values of drift of the periods before, oldest first. With a test every day a p-value of 5 % comes up by itself
    once in three weeks; so the alarm waits for evidence over the periods that comes up by itself once in 1,000 of them.
    """
    seed = zlib.crc32(version.encode())
    reference, classes, positive = learnt.reference, learnt.classes, learnt.positive
    outputs = [case["output"] for case in cases]
    answers = answers_from(outputs, [case["confidence"] for case in cases], classes)
    outcomes = outcomes_from([case["actual"] for case in cases], answers)
    scores = scores_of(answers, classes=classes, positive=positive)
    drift = compare_data(
        reference,
        {name: [case["input_data"].get(name) for case in cases] for name in reference.get("features", {})},
        seed=seed,
        scores=scores,
        confidences=answers.confidence,
        labels=answers.label,
    )
    figures = measure_performance(answers, outcomes, classes=classes, positive=positive, seed=seed)
    calibration = measure_calibration(answers, outcomes, classes=classes, positive=positive)
    estimate = estimate_performance(reference, answers, seed=seed, classes=classes, positive=positive, drift=drift)
    selection = measure_selection(scores, outcomes)
    groups = _groups(learnt, cases, answers, outcomes)
    baseline = learnt.baseline.get(learnt.metric)
    current = next((figure for figure in figures if figure.name == learnt.metric), None)
    fallen = baseline is not None and current is not None and has_fallen(current, baseline)
    alarms: dict[str, str] = {}
    evidence = watch_p_values(Detector(), [*before, _smallest(drift)])
    if len(cases) >= ROWS_ALARMED_MIN and drift.worst in {"moderate", "large"} and evidence.alarmed():
        alarms[DRIFT] = _drift_words(drift)
    if fallen and outcomes.count >= LABELLED_ALARMED_MIN and baseline is not None and current is not None:
        alarms[PERFORMANCE] = f"{_name(learnt.metric)} is {current.value:.3f}, it was {baseline.value:.3f} in training."
    elif outcomes.count < LABELLED_ALARMED_MIN:
        alarms |= _expected(learnt, estimate, len(cases))
    if (
        calibration is not None
        and outcomes.count >= LABELLED_ALARMED_MIN
        and calibration.p_value < CALIBRATION_CHANCE
        and max(calibration.error, abs(calibration.promised - calibration.observed)) >= CALIBRATION_GAP
    ):
        alarms[CALIBRATION] = calibration.words
    flagged = [group for group in groups if group["flagged"]]
    if flagged:
        alarms[FAIRNESS] = str(flagged[0]["words"])
    return Measured(
        predictions=predictions,
        labelled=labelled,
        metrics=_plain(
            {
                "figures": [asdict(figure) for figure in figures],
                "calibration": None if calibration is None else asdict(calibration),
                "selection": {
                    "share": labelled / predictions if predictions else 0.0,
                    "alike": selection.alike,
                    "words": selection.words,
                },
                "sampled": len(cases),
                "confidence": float(answers.confidence.mean()) if len(cases) else None,
                "fallen": fallen,
                "alarms": dict(alarms),
            }
        ),
        baseline=_plain({name: asdict(figure) for name, figure in learnt.baseline.items()}),
        estimated=_plain(asdict(estimate)),
        drift=_plain(_drift(drift)),
        groups=_plain(groups),
        alarms=alarms,
    )


def _groups(learnt: Learnt, cases: Sequence[Row], answers: Predictions, outcomes: Outcomes) -> list[dict[str, Any]]:
    """Measure gaps between groups of what was told with the cases, as input or as context, and is no feature."""
    if not learnt.protected or learnt.positive is None or answers.label is None:
        return []
    values = {
        name: [_told(case, name) for case in cases]
        for name in learnt.protected
        if any(_told(case, name) is not None for case in cases)
    }
    return [asdict(found) for found in measure_groups(answers.label, outcomes, values, positive=learnt.positive)]


def _told(case: Row, name: str) -> Any:
    value = case["input_data"].get(name)
    return value if value is not None else (case["prediction_context"] or {}).get(name)


def _expected(learnt: Learnt, estimate: Estimate, cases: int) -> dict[str, str]:
    """Return the alarm of figures that are expected to fall, from an estimate that can be trusted."""
    baseline = learnt.baseline.get(learnt.metric)
    found = next((figure for figure in estimate.metrics if figure.name == learnt.metric), None)
    if baseline is None or found is None or not estimate.trusted or cases < ROWS_ALARMED_MIN:
        return {}
    if not has_fallen(found, baseline):
        return {}
    words = f"{_name(learnt.metric)} of about {found.value:.3f} is expected, it was {baseline.value:.3f} in training."
    return {EXPECTED: f"{words} Outcomes have not come yet."}


def _drift(report: DriftReport) -> dict[str, Any]:
    features = [asdict(each) for each in report.features[:FEATURES_KEPT_MAX]]
    return {
        "worst": report.worst,
        "drifting": [each.name for each in report.drifting][:FEATURES_KEPT_MAX],
        "p_value": _smallest(report),
        "features": features,
        "answers": [asdict(each) for each in report.answers],
        "left_out": report.left_out + max(0, len(report.features) - FEATURES_KEPT_MAX),
        "notes": list(report.notes),
    }


def _smallest(report: DriftReport) -> float:
    """Return the p-value of all columns together (Simes): the smallest adjusted one, of inputs and answers by Bonferroni."""
    smallest = [min((each.adjusted for each in part), default=1.0) for part in (report.features, report.answers)]
    return min(1.0, 2 * min(smallest))


def _drift_words(report: DriftReport) -> str:
    moved = report.drifting
    more = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
    return f"{moved[0].name}{more}: {moved[0].words}"


def _name(metric: str) -> str:
    known = {"auc": "The area under the curve", "mae": "The mean absolute error", "rmse": "The root mean square error"}
    return known.get(metric, metric.replace("_", " ").capitalize())


def _plain(value: Any) -> Any:
    """Return plain data for JSON: numbers rounded, what is no finite number null, text without zero bytes."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case bool() | None:
            return value
        case np.bool_():
            return bool(value)
        case int():
            return value
        case float() | np.floating():
            return float(f"{float(value):.{_DIGITS}g}") if math.isfinite(value) else None
        case np.integer():
            return int(value)
        case _:
            return str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _finite(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
