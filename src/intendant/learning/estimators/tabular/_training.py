"""The one training of every algorithm of tables: prepare, cross-fit, fit, calibrate, judge on held-out rows, refit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from intendant.kit.clock import monotonic_seconds
from intendant.learning.estimators._contract import (
    Measured,
    Model,
    Predictions,
    Progress,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
)
from intendant.learning.estimators.tabular._fitting import Scored, cross_fit, fit_rows, make_model
from intendant.learning.estimators.tabular._measuring import package_versions, report_of
from intendant.learning.estimators.tabular._model import TabularModel, load
from intendant.learning.estimators.tabular._prepared import Prepared, prepare
from intendant.learning.estimators.tabular._problem import Fit

REFIT_ROW_COUNT_MAX = {"quick": 60_000, "full": 400_000}

Parameters = Mapping[str, float | int | str | bool]


@dataclass(frozen=True, slots=True)
class Tabular:
    """A way of fitting, as an `Algorithm` of the contract. `names` calls it by task where the field does."""

    name: str
    tasks: tuple[Task, ...]
    why: str
    parameters: Parameters
    fit: Fit
    names: Mapping[str, str]
    bounds: Mapping[str, tuple[float, float]]
    keeps_promises: bool = True

    def name_for(self, task: Task) -> str:
        """Return what it is called for a task."""
        return self.names.get(task, self.name)

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train; see `Algorithm`."""
        started = monotonic_seconds()
        prepared = prepare(frame, spec, self.settings(spec), progress)
        return finish(prepared, self, None, (), started)

    def settings(self, spec: TrainingSpec) -> Parameters:
        """Return the parameters with the defaults filled in; raises TrainingInvalid for what it has not or cannot take."""
        if spec.task not in self.tasks:
            raise TrainingInvalid(
                f"'{self.name}' does no {spec.task}.", field="algorithm", remedy="Choose another algorithm."
            )
        if any(spec.monotone.values()) and not self.keeps_promises:
            raise TrainingInvalid(
                f"'{self.name_for(spec.task)}' cannot promise that a feature only raises or only lowers its answer.",
                field="monotone",
                remedy="Use additive or gradient_boosting.",
            )
        unknown = sorted(set(spec.parameters) - set(self.parameters))
        if unknown:
            known = ", ".join(self.parameters) or "none"
            raise TrainingInvalid(
                f"'{self.name_for(spec.task)}' has no parameter '{unknown[0]}'.",
                field="parameters",
                remedy=f"Its parameters are {known}.",
            )
        for name, value in spec.parameters.items():
            low, high = self.bounds[name]
            if isinstance(value, bool | str) or not low <= value <= high:
                raise TrainingInvalid(
                    f"{name} must be a number from {low:g} to {high:g}.",
                    field="parameters",
                    remedy=f"Leave out {name}.",
                )
        return {**self.parameters, **spec.parameters}

    def load(self, artifact: bytes) -> Model:
        """Read a model; see `Algorithm`."""
        return load(artifact)


def finish(
    prepared: Prepared, algorithm: Tabular, scored: Scored | None, compared: Sequence[Measured], started: float
) -> Trained:
    """Fit, judge and refit one algorithm on a prepared table; `scored` holds out-of-fold scores that are there already."""
    stage, split = prepared.stage, prepared.split
    name = algorithm.name_for(prepared.spec.task)
    begun = 0.1 if scored is None else 0.6
    if scored is None:
        scored = cross_fit(
            prepared, algorithm.fit, split.development, share_from=0.1, share_to=0.5, words="fitting by folds"
        )
        begun = 0.5
    stage.reach(begun, "fitting")
    core = fit_rows(prepared, algorithm.fit, split.development)
    versions = package_versions()
    stage.reach(begun + 0.2, "calibrating")
    measured = make_model(prepared, name, core, scored, versions)
    stage.reach(begun + 0.25, "judging on rows held out")
    held = prepared.frame.iloc[split.validation]
    predictions = measured.predict(held)
    refitting = prepared.target.rows.size <= REFIT_ROW_COUNT_MAX[prepared.spec.effort]
    report = report_of(prepared, measured, scored, predictions, compared, refitted=refitting)
    model = measured
    if refitting:
        stage.reach(begun + 0.32, "fitting again on all rows")
        rows = np.sort(np.concatenate([split.development, split.validation]))
        full = fit_rows(prepared, algorithm.fit, rows)
        # The held-out rows were scored by a core that did not see them either, so they calibrate too.
        raw = np.vstack([scored.raw, core.raw(prepared.matrix[split.validation])])
        model = make_model(prepared, name, full, Scored(np.concatenate([scored.rows, split.validation]), raw), versions)
    reference = _reference(prepared, measured, predictions)
    stage.reach(1.0, "done")
    return Trained(
        model,
        replace(report, seconds=monotonic_seconds() - started),
        reference,
        validation_rows=prepared.target.rows[split.validation],
        validation_answers=predictions,
    )


def _reference(prepared: Prepared, model: TabularModel, predictions: Predictions) -> Mapping[str, Any]:
    """Return the picture that monitoring compares with, made by monitoring itself of rows held out."""
    from intendant.learning.monitoring import make_reference  # it reads predictions, so it stands above this module

    held = prepared.frame.iloc[prepared.split.validation]
    types = dict.fromkeys(model.feature_names, "date") | dict.fromkeys(prepared.spec.protected, "category")
    types |= {column.source: column.type for column in prepared.problem.columns}
    names = dict.fromkeys((*model.feature_names, *prepared.spec.protected))
    actual: Any = prepared.target.values[prepared.split.validation]
    if prepared.is_class:
        actual = np.array(prepared.target.classes, dtype=object)[actual.astype(np.int64)]
    return make_reference(
        {
            name: held[name].to_numpy(dtype=object) if held[name].dtype.kind not in "fiubM" else held[name].to_numpy()
            for name in names
        },
        types,
        predictions,
        actual,
        seed=prepared.problem.seed,
        classes=prepared.target.classes,
        positive=prepared.target.classes[1] if len(prepared.target.classes) == 2 else None,
        protected=prepared.spec.protected,
    )
