"""Forecasters as algorithms of the models hub: trained on a long table, asked for a series and how far ahead.

The model is what was forecast: points and bounds of every series up to its horizon, as plain numbers. `train_forecaster` makes one
of any forecaster, so that other methods share series, back-test and intervals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from intendant.kit.errors import Invalid
from intendant.learning.estimators import (
    InputInvalid,
    Predictions,
    Progress,
    Reason,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
    pack,
)
from intendant.learning.estimators.tabular import plain
from intendant.learning.forecasting._block import Floats, Integers
from intendant.learning.forecasting._calendar import FREQUENCIES, Calendar, usual_horizon
from intendant.learning.forecasting._forecast import COMBINATION, Forecast, Forecaster, make_forecast
from intendant.learning.forecasting._report import HORIZON, SERIES, report_of
from intendant.learning.forecasting._series import SINGLE, SeriesTable, series_from_frame
from intendant.learning.forecasting._times import read_times

FORMAT = "forecast"
VERSION = 1
REFERENCE_ROWS_MAX = 5_000
PARAMETERS: Mapping[str, float | int | str | bool] = {
    "frequency": "auto",
    "country": "",
    "duplicates": "",
    "missing": "auto",
}


@dataclass(frozen=True, slots=True, eq=False)
class ForecastModel:
    """Forecasts of n series up to a horizon. See `Model` of the estimators' contract.

    A record names its series (column `series_column`; not needed with one series) and either `horizon`, so many periods after the
    last of its series, or the date in `time_column`. `width` (n,): what the target itself spans at the same coverage.
    """

    algorithm: str
    series_column: str | None
    time_column: str
    names: tuple[str, ...]
    calendar: Calendar
    last: Integers
    newest: Floats
    point: Floats
    lower: Floats
    upper: Floats
    width: Floats

    @property
    def task(self) -> Task:
        """Return what it answers."""
        return "forecasting"

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the names of its inputs."""
        return (self.series_column or SERIES, HORIZON, self.time_column)

    @property
    def classes(self) -> tuple[str, ...]:
        """Return none."""
        return ()

    def predict(self, columns: Mapping[str, Any] | Any, *, reasons: int = 0) -> Predictions:
        """Look the forecasts of records up; raises InputInvalid for a series or a time that was not forecast."""
        count = _length(columns)
        places = self._places(columns, count)
        ahead = self._ahead(columns, places)
        value, low, high = (part[places, ahead] for part in (self.point, self.lower, self.upper))
        width = self.width[places]
        confidence = np.clip(1 - (high - low) / np.where(width > 0, width, np.inf), 0.0, 1.0)
        confidence = np.where((width <= 0) & (high - low <= 0), 1.0, confidence)
        why = None
        if reasons:
            newest = self.newest[places]
            why = [
                (
                    Reason(self.series_column or SERIES, self.names[place], float(last)),
                    Reason(HORIZON, str(step + 1), float(expected - last)),
                )[:reasons]
                for place, step, last, expected in zip(places.tolist(), ahead.tolist(), newest, value, strict=True)
            ]
        return Predictions(confidence=confidence, value=value, lower=low, upper=high, reasons=why)

    def to_bytes(self) -> bytes:
        """Return the model as plain data."""
        body = {
            "format": FORMAT,
            "version": VERSION,
            "algorithm": self.algorithm,
            "series_column": self.series_column,
            "time_column": self.time_column,
            "names": list(self.names),
            "calendar": {
                "frequency": self.calendar.frequency,
                "weekday": self.calendar.weekday,
                "at_end": self.calendar.at_end,
            },
            "last": plain.encode_array(self.last),
            **{
                name: plain.encode_array(getattr(self, name)) for name in ("newest", "point", "lower", "upper", "width")
            },
        }
        return pack(self, plain.write(body))

    def _places(self, columns: Mapping[str, Any] | Any, count: int) -> Integers:
        column = self.series_column or SERIES
        if column not in columns:
            if len(self.names) == 1:
                return np.zeros(count, dtype=np.int64)
            raise InputInvalid(
                f"It is not said which series to forecast ('{column}').",
                field=f"input_data.{column}",
                remedy=f"Give one of {', '.join(self.names[:5])} ...",
            )
        known = {name: place for place, name in enumerate(self.names)}
        texts = [_text(value) for value in columns[column]]
        unknown = next((text for text in texts if text not in known and len(known) > 1), None)
        if unknown is not None:
            raise InputInvalid(
                f"The model has not learnt a series '{unknown[:100]}'.",
                field=f"input_data.{column}",
                remedy="Train again with its past, or name one of its series.",
            )
        return np.asarray([known.get(text, 0) for text in texts], dtype=np.int64)

    def _ahead(self, columns: Mapping[str, Any] | Any, places: Integers) -> Integers:
        horizon = self.point.shape[1]
        steps = np.full(len(places), np.nan)
        if HORIZON in columns:
            steps = np.asarray([_number(value) for value in columns[HORIZON]], dtype=float)
        lacking = np.isnan(steps)
        if lacking.any() and self.time_column in columns:
            import pandas as pd

            times = read_times(pd.Series(list(columns[self.time_column])))
            if not times.steps or self.calendar.frequency == "step":
                numbers = self.calendar.number(times.moments)
                steps = np.where(lacking & times.readable, numbers - self.last[places], steps)
        sound = np.isfinite(steps) & (steps >= 1) & (steps <= horizon) & (steps == np.round(steps))
        if not sound.all():
            row = int(np.flatnonzero(~sound)[0])
            end = self.calendar.names(self.last[places[row : row + 1]] + horizon)[0]
            raise InputInvalid(
                f"Row {row + 1} asks for no period that was forecast.",
                field=f"input_data.{HORIZON}",
                remedy=f"Give horizon 1 to {horizon}, or '{self.time_column}' up to {end}; train again to look farther.",
            )
        return steps.astype(np.int64) - 1


class ForecastAlgorithm:
    """A method of this package as an algorithm of the hub."""

    tasks: tuple[Task, ...] = ("forecasting",)
    parameters = PARAMETERS

    def __init__(self, name: str, method: str, why: str) -> None:
        self.name = name
        self.why = why
        self._method = method

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Forecast the series of a frame and test the same on their past."""
        return train_forecaster(frame, spec, progress, name=self.name, method=self._method)

    def load(self, artifact: bytes) -> ForecastModel:
        """Read what `to_bytes` wrote, trusting nothing."""
        return load_forecasts(artifact, self.name)


def read_spec(frame: Any, spec: TrainingSpec) -> tuple[SeriesTable, int]:
    """Return the series and the horizon that a specification asks for; raises TrainingInvalid."""
    if spec.time is None:
        raise TrainingInvalid("Forecasts need a time.", field="time", remedy="Name the column with the dates.")
    given = {**PARAMETERS, **{name: value for name, value in spec.parameters.items() if name in PARAMETERS}}
    duplicates, missing = str(given["duplicates"]), str(given["missing"])
    if duplicates not in ("", "sum", "mean", "last") or missing not in ("auto", "interpolate", "zero"):
        raise TrainingInvalid(
            "duplicates is sum, mean or last; missing is auto, interpolate or zero.",
            field="parameters",
            remedy="Leave them out.",
        )
    try:
        table = series_from_frame(
            frame.rename(columns=str),
            time=spec.time,
            value=spec.target,
            series=() if spec.series is None else (spec.series,),
            frequency=str(given["frequency"]),
            duplicates=duplicates or None,  # type: ignore[arg-type]
            missing=missing,  # type: ignore[arg-type]
        )
    except Invalid as error:
        raise _as_training(error) from error
    return table, spec.horizon or usual_horizon(table.calendar)


def train_forecaster(
    frame: Any,
    spec: TrainingSpec,
    progress: Progress,
    *,
    name: str,
    method: str | Forecaster,
    details: Mapping[str, Any] | None = None,
) -> Trained:
    """Train any forecaster: series from the frame, back-test by rolling origin, intervals, report and model."""
    from intendant.learning.monitoring import make_reference

    progress(0.0, "reading the series")
    table, horizon = read_spec(frame, spec)
    try:
        forecast = make_forecast(
            table,
            horizon,
            method=method,
            coverage=spec.coverage,
            country=str(spec.parameters.get("country") or "") or None,
            progress=lambda share, stage: progress(0.05 + 0.9 * share, stage),
        )
    except Invalid as error:
        raise _as_training(error) from error
    model = _model(name, spec, forecast)
    report = report_of(name, len(frame), spec, forecast, details or {})
    shown = np.unravel_index(
        np.linspace(0, forecast.point.size - 1, min(forecast.point.size, REFERENCE_ROWS_MAX)).astype(np.int64),
        forecast.point.shape,
    )
    columns = {
        spec.series or SERIES: np.asarray(model.names, dtype=object)[shown[0]],
        HORIZON: (shown[1] + 1).astype(float),
    }
    reference = make_reference(
        columns, {spec.series or SERIES: "category", HORIZON: "number"}, model.predict(columns), None, seed=spec.seed
    )
    progress(1.0, "done")
    return Trained(model, report, reference)


def load_forecasts(artifact: bytes, name: str) -> ForecastModel:
    """Read the model that `train_forecaster` made under a name; raises ArtifactInvalid."""
    body = plain.read(artifact)
    if body.get("format") != FORMAT or body.get("version") != VERSION or body.get("algorithm") != name:
        raise plain.invalid("it holds no forecasts, or is of another version")
    point, lower, upper = (plain.decode_array(body[part], dimensions=2) for part in ("point", "lower", "upper"))
    last, newest, width = (plain.decode_array(body[part], dimensions=1) for part in ("last", "newest", "width"))
    names = tuple(str(each) for each in body["names"])
    calendar = body["calendar"]
    sound = point.shape == lower.shape == upper.shape and point.shape[1] > 0 and calendar["frequency"] in FREQUENCIES
    if not sound or {len(last), len(newest), len(width), len(names)} != {len(point)}:
        raise plain.invalid("its forecasts are unsound")
    series_column = body["series_column"]
    return ForecastModel(
        name,
        None if series_column is None else str(series_column),
        str(body["time_column"]),
        names,
        Calendar(calendar["frequency"], int(calendar["weekday"]) % 7, bool(calendar["at_end"])),
        last.astype(np.int64),
        newest,
        point,
        lower,
        upper,
        width,
    )


def _model(name: str, spec: TrainingSpec, forecast: Forecast) -> ForecastModel:
    table = forecast.table
    edge = (1 - spec.coverage) / 2
    spans = []
    for values in table.values:
        low, high = np.nanquantile(values, [edge, 1 - edge])
        spans.append(float(high - low))
    assert spec.time is not None  # noqa: S101 - read_spec looked
    return ForecastModel(
        name,
        spec.series,
        spec.time,
        table.names if spec.series else (SINGLE,),
        replace(table.calendar, season=None),
        table.last,
        np.asarray([values[~np.isnan(values)][-1] for values in table.values]),
        forecast.point,
        forecast.lower,
        forecast.upper,
        np.asarray(spans),
    )


def _as_training(error: Invalid) -> TrainingInvalid:
    return TrainingInvalid(error.message, field=error.field, remedy=error.remedy)


def _length(columns: Mapping[str, Any] | Any) -> int:
    names = list(columns)
    if not names:
        raise InputInvalid("The record is empty.", field="input_data", remedy=f"Give '{HORIZON}'.")
    return len(columns[names[0]])


def _text(value: Any) -> str:
    if isinstance(value, float | np.floating) and np.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


THETA = ForecastAlgorithm(
    "theta",
    COMBINATION,
    "Optimised Theta weighed with a damped trend by back-test: the best of simple methods, for many or short series.",
)
DAMPED_TREND = ForecastAlgorithm(
    "damped_trend", "damped_trend", "Exponential smoothing whose trend fades: cautious, for long horizons."
)
SEASONAL_NAIVE = ForecastAlgorithm(
    "seasonal_naive", "seasonal_naive", "Repeats the last season: what every other method has to beat."
)
