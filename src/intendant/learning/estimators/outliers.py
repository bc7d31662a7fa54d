"""Anomalies of a table without labels: rows that few cuts part from all others, alarmed about as often as was asked.

The alarm is a conformal test: a row is an anomaly when few enough rows that the forest never saw are as strange.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.kit.clock import monotonic_seconds
from intendant.learning.estimators._algorithms import pack
from intendant.learning.estimators._contract import (
    Floats,
    InputInvalid,
    Predictions,
    Progress,
    Reason,
    Task,
    Trained,
    TrainingSpec,
)
from intendant.learning.estimators._isolation import TREE_COUNT_MAX, Forest, fit_forest
from intendant.learning.estimators._outlier_report import report_of
from intendant.learning.estimators._unlabelled import (
    Unlabelled,
    bounded,
    chosen_parameters,
    columns_from_plain,
    columns_to_plain,
    read_unlabelled,
    shown,
    sources_of,
    unusual_of,
    versions,
)
from intendant.learning.estimators.tabular import Column, encode, plain
from intendant.learning.models import read_category

FORMAT = "intendant-isolation-forest"
VERSION = 1
FOLD_COUNT = 5
CROSS_FIT_ROW_COUNT_MAX = 5_000  # below, every row is held out in turn; above, a fifth of them is enough
CALIBRATION_COUNT_MAX = 20_000
CELLS_EXPLAINED_MAX = 400_000  # rows x features; of more rows only alarmed ones get reasons
NORMAL, ANOMALY = "normal", "anomaly"
DEFAULTS: Mapping[str, float | int | str | bool] = {"expected_share": 0.01, "trees": 100}
BOUNDS: Mapping[str, tuple[float, float]] = {"expected_share": (1e-5, 0.5), "trees": (10, TREE_COUNT_MAX)}


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How encoded rows are seen by the trees: categories as their share of the rows, missing values as typical ones."""

    columns: tuple[Column, ...]
    shares: tuple[Floats, ...]
    typical: Floats

    def values(self, matrix: Floats) -> Floats:
        """Return the values, (n, columns), without NaN."""
        result = np.empty(matrix.shape)
        for index, column in enumerate(self.columns):
            own = matrix[:, index]
            missing = np.isnan(own)
            if column.is_category:
                own = self.shares[index][np.where(missing, 0, own).astype(np.int64)]
            result[:, index] = np.where(missing, self.typical[index], own)
        return result


@dataclass(frozen=True, eq=False, repr=False)
class OutlierModel:
    """See `Model` of the contract. `calibration` are sorted scores of rows the forest never saw."""

    columns: tuple[Column, ...]
    scale: Scale
    forest: Forest
    calibration: Floats
    expected_share: float
    identity: Mapping[str, Any]
    task: Task = "anomaly"
    algorithm: str = "isolation_forest"
    classes: tuple[str, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the table's columns that it reads."""
        return sources_of(self.columns)

    def predict(self, columns: Mapping[str, Any] | Any, *, reasons: int = 0) -> Predictions:
        """Answer for columns of equal length; confidence says how far from the alarm's limit a row's p-value lies."""
        matrix, strange = encode(self.columns, columns)
        if len(matrix) and np.isnan(matrix).all():
            raise InputInvalid(
                "No feature of any record can be read.",
                field="input_data",
                remedy="Give values for the model's features.",
            )
        values = self.scale.values(matrix)
        # A category never seen is rarer than any that was.
        for index, column in enumerate(self.columns):
            if column.is_category:
                values[strange[:, index], index] = 0.0
        scores = self.forest.scores(values)
        chance = self.p_values(scores)
        alarm = chance <= self.expected_share
        ratio = np.minimum(chance, self.expected_share) / np.maximum(chance, self.expected_share)
        return Predictions(
            confidence=1 - ratio,
            value=scores,
            label=np.where(alarm, ANOMALY, NORMAL).astype(object),
            unusual=unusual_of(self.columns, strange),
            reasons=self._reasons(values, matrix, scores, alarm, columns, reasons) if reasons else None,
        )

    def p_values(self, scores: Floats) -> Floats:
        """Return the share of held-out rows at least as strange, counting the row itself."""
        above = self.calibration.size - np.searchsorted(self.calibration, scores, side="left")
        return np.asarray((above + 1.0) / (self.calibration.size + 1.0), dtype=np.float64)

    def parts(self, values: Floats, scores: Floats) -> Floats:
        """Return for each feature by how much a typical value in its place lowers the score."""
        result = np.empty(values.shape)
        for index in range(values.shape[1]):
            changed = values.copy()
            changed[:, index] = self.scale.typical[index]
            result[:, index] = scores - self.forest.scores(changed)
        return result

    def to_bytes(self) -> bytes:
        """Return the model as canonical JSON, packed."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "identity": dict(self.identity),
            "columns": columns_to_plain(self.columns),
            "shares": [plain.encode_array(each) for each in self.scale.shares],
            "typical": plain.encode_array(self.scale.typical),
            "forest": self.forest.to_plain(),
            "calibration": plain.encode_array(self.calibration),
            "expected_share": self.expected_share,
        }
        return pack(self, plain.write(body))

    def _reasons(
        self, values: Floats, matrix: Floats, scores: Floats, alarm: NDArray[np.bool_], table: Any, count: int
    ) -> list[list[Reason]]:
        found: list[list[Reason]] = [[] for _ in scores]
        rows = np.arange(len(scores))
        if values.size > CELLS_EXPLAINED_MAX:
            rows = np.flatnonzero(alarm)[: CELLS_EXPLAINED_MAX // values.shape[1]]
        if rows.size == 0:
            return found
        parts = self.parts(values[rows], scores[rows])
        order = np.argsort(-parts, axis=1, kind="stable")[:, :count]
        for place, row in enumerate(rows.tolist()):
            found[row] = [
                Reason(
                    self.columns[index].name,
                    _as_given(self.columns[index], matrix[row, index], table, row),
                    float(parts[place, index]),
                )
                for index in order[place].tolist()
            ]
        return found


class _IsolationForest:
    """See `Algorithm` of the contract."""

    name = "isolation_forest"
    tasks: tuple[Task, ...] = ("anomaly",)
    why = "Finds strange rows without being told what is strange; alarms about as often as you ask."
    parameters = DEFAULTS
    bounds = BOUNDS

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train on a pandas frame; a target marks known anomalies, which are measured against and never learnt from."""
        from intendant.learning.monitoring import make_reference

        started = monotonic_seconds()
        parameters = chosen_parameters(self.parameters, spec)
        expected = bounded(parameters, "expected_share", *BOUNDS["expected_share"])
        trees = int(bounded(parameters, "trees", *BOUNDS["trees"]))
        table = read_unlabelled(frame, spec, progress)
        scale = _fit_scale(table.columns, table.matrix[~table.held])
        values = scale.values(table.matrix)
        progress(0.2, "growing trees")
        forest, held, scores = _fit_and_hold(values, table, trees, spec.seed, progress)
        calibration = scores
        if calibration.size > CALIBRATION_COUNT_MAX:
            random = np.random.default_rng(spec.seed)
            calibration = random.choice(calibration, CALIBRATION_COUNT_MAX, replace=False)
        model = OutlierModel(
            columns=table.columns,
            scale=scale,
            forest=forest,
            calibration=np.sort(calibration),
            expected_share=expected,
            identity={"seed": spec.seed, "digest": table.digest, "rows": len(table.frame), "versions": versions()},
        )
        progress(0.8, "measuring")
        report = report_of(model, table, spec, values, held, scores)
        watched = np.flatnonzero(table.held)
        answers = model.predict(table.frame.iloc[watched])
        reference = make_reference(
            {name: table.frame[name].to_numpy()[watched] for name in model.feature_names},
            {column.source: column.type for column in table.columns},
            answers,
            None,
            seed=spec.seed,
        )
        progress(1.0, "done")
        return Trained(model, replace(report, seconds=monotonic_seconds() - started), reference)

    def load(self, artifact: bytes) -> OutlierModel:
        """Read what `to_bytes` wrote, trusting nothing."""
        body = plain.read(artifact)
        if body.get("format") != FORMAT or body.get("version") != VERSION:
            raise plain.invalid("it is no isolation forest, or of another version")
        columns = columns_from_plain(body["columns"])
        shares = tuple(plain.decode_array(each, dimensions=1) for each in body["shares"])
        typical = plain.decode_array(body["typical"], dimensions=1)
        fits = len(shares) == len(columns) == typical.size and all(
            not column.is_category or share.size >= len(column.levels)
            for column, share in zip(columns, shares, strict=True)
        )
        expected = float(body["expected_share"])
        calibration = plain.decode_array(body["calibration"], dimensions=1)
        if not fits or not 0 < expected < 1 or np.any(np.diff(calibration) < 0):
            raise plain.invalid("its parts do not fit each other")
        forest = Forest.from_plain(body["forest"], column_count=len(columns))
        scale = Scale(columns, shares, typical)
        return OutlierModel(columns, scale, forest, calibration, expected, dict(body["identity"]))


ISOLATION_FOREST = _IsolationForest()


def _fit_scale(columns: tuple[Column, ...], matrix: Floats) -> Scale:
    shares: list[Floats] = []
    typical = np.empty(len(columns))
    for index, column in enumerate(columns):
        present = matrix[~np.isnan(matrix[:, index]), index]
        if column.is_category:
            counts = np.bincount(present.astype(np.int64), minlength=max(len(column.levels), 1)).astype(np.float64)
            share = counts / max(present.size, 1)
            shares.append(share)
            typical[index] = float(share.max())
        else:
            shares.append(np.zeros(0))
            typical[index] = float(np.median(present)) if present.size else 0.0
    return Scale(columns, tuple(shares), typical)


def _fit_and_hold(
    values: Floats, table: Unlabelled, trees: int, seed: int, progress: Progress
) -> tuple[Forest, NDArray[np.int64], Floats]:
    """Return the forest, and rows with scores of forests that never saw them."""
    if len(values) > CROSS_FIT_ROW_COUNT_MAX or table.split == "time-ordered":
        forest = fit_forest(values[~table.held], trees=trees, seed=seed)
        held = np.flatnonzero(table.held)
        return forest, held, forest.scores(values[held])
    folds = np.random.default_rng(seed).permutation(len(values)) % FOLD_COUNT
    scores = np.empty(len(values))
    for fold in range(FOLD_COUNT):
        progress(0.2 + 0.5 * fold / FOLD_COUNT, "holding rows out in turn")
        own = folds == fold
        scores[own] = fit_forest(values[~own], trees=trees, seed=seed).scores(values[own])
    return fit_forest(values, trees=trees, seed=seed), np.arange(len(values)), scores


def _as_given(column: Column, number: float, table: Any, row: int) -> str | None:
    if column.kind == "category" and column.source in table:
        values = table[column.source]
        value = values.iloc[row] if hasattr(values, "iloc") else values[row]
        return read_category(value)
    return shown(column, float(number))
