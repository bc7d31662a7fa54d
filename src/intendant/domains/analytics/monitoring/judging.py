"""How a model does, in a word and a sentence: from its latest periods and what training measured. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from intendant.domains.analytics.monitoring.measuring import (
    CALIBRATION,
    DRIFT,
    EXPECTED,
    FAIRNESS,
    LABELLED_ALARMED_MIN,
    OF_OUTCOMES,
    PERFORMANCE,
    ROWS_ALARMED_MIN,
    figures_from,
)
from intendant.learning.estimators import Metric

Health = Literal["good", "watch", "attention", "unknown"]
_ATTENTION = frozenset({PERFORMANCE, FAIRNESS})
_ABBREVIATIONS = frozenset({"auc", "rmse", "mae", "mape", "smape", "mase", "r2", "f1"})
_ORDER = (PERFORMANCE, FAIRNESS, EXPECTED, CALIBRATION, DRIFT)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a model does. `current` is an estimate where too few outcomes have come; None where there is neither."""

    health: Health
    words: str
    metric: str | None
    baseline: Metric | None
    current: Metric | None
    is_estimate: bool
    drift: str
    alarms: Mapping[str, str]


def judge(
    periods: Sequence[Mapping[str, Any]],
    *,
    metric: str | None,
    baseline: Sequence[Mapping[str, Any]],
    deployed: bool,
) -> Judgement:
    """Judge a version from its periods (oldest first, as rows with figures, alarms, estimated and worst drift)."""
    before = None if metric is None else figures_from(baseline).get(metric)
    if not periods:
        words = "Nothing was predicted yet." if deployed else "No version answers yet."
        return Judgement("unknown", words, metric, before, None, is_estimate=False, drift="none", alarms={})
    last = periods[-1]
    labelled = [each for each in periods if each["labelled"] >= LABELLED_ALARMED_MIN]
    seen = labelled[-1] if labelled else None
    current = None if seen is None or metric is None else figures_from(seen["figures"] or ()).get(metric)
    is_estimate = current is None
    if current is None and metric is not None:
        estimated = last["estimated"] or {}
        current = figures_from(estimated.get("metrics") or ()).get(metric) if estimated.get("trusted") else None
    # Of its data the latest period speaks, of outcomes the latest that has enough.
    told = {} if seen is None else seen["alarms"] or {}
    alarms = {alarm: words for alarm, words in (last["alarms"] or {}).items() if alarm not in OF_OUTCOMES}
    alarms |= {alarm: words for alarm, words in told.items() if alarm in OF_OUTCOMES}
    health, words = _words(alarms, last, current, before, is_estimate=is_estimate)
    return Judgement(
        health=health,
        words=words,
        metric=metric,
        baseline=before,
        current=current,
        is_estimate=is_estimate and current is not None,
        drift=last["worst"] or "none",
        alarms=alarms,
    )


def value_of(period: Mapping[str, Any], metric: str | None) -> float | None:
    """Return a period's figure: measured where outcomes came, else expected, where that is trusted."""
    if metric is None:
        return None
    found = figures_from(period["figures"] or ()).get(metric)
    if found is None and (period["estimated"] or {}).get("trusted"):
        found = figures_from(period["estimated"].get("metrics") or ()).get(metric)
    return None if found is None else found.value


def _words(
    alarms: Mapping[str, str],
    last: Mapping[str, Any],
    current: Metric | None,
    before: Metric | None,
    *,
    is_estimate: bool,
) -> tuple[Health, str]:
    for alarm in _ORDER:
        if alarm in alarms:
            return "attention" if alarm in _ATTENTION else "watch", alarms[alarm]
    if last["predictions"] < ROWS_ALARMED_MIN and current is None:
        return "unknown", f"Only {last['predictions']} predictions in the latest period: too few to say."
    if current is None:
        return "unknown", "No outcome has come yet, and none can be expected from how sure it is."
    if before is None:
        return "good", "It does as it does; training measured nothing to compare with."
    how = "is expected at" if is_estimate else "is"
    return (
        "good",
        f"{_named(current.name)} {how} {current.value:.3f}, {before.value:.3f} in training.",
    )


def _named(metric: str) -> str:
    return metric.upper() if metric in _ABBREVIATIONS else metric.replace("_", " ").capitalize()
