"""What was measured of a forecaster, as the report of a model of the hub."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from intendant.learning.estimators import FeatureUse, Measured, Metric, Report, TrainingSpec
from intendant.learning.forecasting._backtest import Figures
from intendant.learning.forecasting._block import Floats
from intendant.learning.forecasting._forecast import Forecast

SERIES = "series"
HORIZON = "horizon"
COVERAGE_SLACK = 0.1
"""A model whose bounds held so much less than wanted on the past is not validated."""


def report_of(name: str, rows: int, spec: TrainingSpec, forecast: Forecast, details: Mapping[str, Any]) -> Report:
    """Return the report: MASE leads, the seasonal naive is the baseline, the back-test is in the details."""
    table, back_test = forecast.table, forecast.back_test
    digest = hashlib.sha256(repr([table.names, table.calendar]).encode())
    for values in table.values:
        digest.update(np.ascontiguousarray(values).tobytes())
    overall = back_test.overall if back_test else Figures(0, 0, None, None, None, None, None)
    validated, verdict = _verdict(overall, spec.coverage)
    each = (np.asarray([]), np.asarray([])) if back_test is None else (back_test.mase, back_test.naive_mase)
    mase, naive = (_with_interval("mase", part) for part in each)
    model = [mase, *_named(("smape", overall.smape, False), ("coverage", overall.coverage, True))]
    series = FeatureUse(spec.series or SERIES, "category", 0.5 if spec.series else 0.0)
    return Report(
        task="forecasting",
        algorithm=name,
        primary="mase",
        split="rolling origin",
        rows_read=rows,
        rows_used=int(sum(np.isfinite(values).sum() for values in table.values)),
        rows_validation=overall.count,
        model=Measured(name, tuple(model)),
        baselines=(Measured("seasonal_naive", (naive, *_named(("smape", overall.naive_smape, False)))),),
        compared=(),
        features=(FeatureUse(spec.time or HORIZON, "date", 1.0 - series.importance), series),
        calibration=(),
        coverage_wanted=spec.coverage,
        coverage_measured=overall.coverage,
        groups=(),
        leakage=(),
        notices=forecast.notices,
        validated=validated,
        verdict=verdict,
        data_digest=digest.hexdigest(),
        seed=spec.seed,
        effort=spec.effort,
        versions={each: version(each) for each in ("numpy", "pandas")},
        seconds=0.0,
        details={
            "series_count": len(table),
            "horizon": forecast.horizon,
            "frequency": table.calendar.frequency,
            "back_test": back_test.as_dict() if back_test else None,
            "seasonal_count": int(forecast.seasonal.sum()),
            **details,
        },
    )


def _verdict(overall: Figures, coverage: float) -> tuple[bool, tuple[str, ...]]:
    if overall.mase is None or overall.naive_mase is None:
        return False, ("There is too little past to test the forecasts.",)
    better = overall.mase < overall.naive_mase
    against = f"MASE {overall.mase:.3f} against {overall.naive_mase:.3f} of repeating the last season"
    said = [f"On the past it did {'better' if better else 'no better'} than its baseline: {against}."]
    held = overall.coverage
    if held is None:
        said.append("How often its bounds hold could not be measured.")
    else:
        said.append(f"Its bounds held {held:.0%} of values; {coverage:.0%} were wanted.")
    return better and (held is None or held >= coverage - COVERAGE_SLACK), tuple(said)


def _with_interval(name: str, each: Floats) -> Metric:
    known = each[np.isfinite(each)]
    if len(known) == 0:
        return Metric(name, 0.0, higher_is_better=False)
    mean = float(known.mean())
    if len(known) < 10:
        return Metric(name, mean, higher_is_better=False)
    half = 1.96 * float(known.std(ddof=1)) / len(known) ** 0.5
    return Metric(name, mean, mean - half, mean + half, higher_is_better=False)


def _named(*given: tuple[str, float | None, bool]) -> list[Metric]:
    return [Metric(name, value, higher_is_better=up) for name, value, up in given if value is not None]
