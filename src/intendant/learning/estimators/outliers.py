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
    FeatureUse,
    Floats,
    InputInvalid,
    Measured,
    Metric,
    Predictions,
    Progress,
    Reason,
    Report,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
)
from intendant.learning.estimators._isolation import TREE_COUNT_MAX, Forest, fit_forest
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
from intendant.learning.estimators.tabular import _plain
from intendant.learning.estimators.tabular._columns import Column, encode
from intendant.learning.evaluation import auc_interval, wilson_interval

FORMAT = "intendant-isolation-forest"
VERSION = 1
FOLD_COUNT = 5
CROSS_FIT_ROW_COUNT_MAX = 5_000  # below, every row is held out in turn; above, a fifth of them is enough
CALIBRATION_COUNT_MAX = 20_000
CELLS_EXPLAINED_MAX = 400_000  # rows x features; of more rows only alarmed ones get reasons
IMPORTANCE_ROW_COUNT = 300
INJECTED_COUNT_MAX = 2_000
PRECISION_AT = (10, 50, 100)
NORMAL, ANOMALY = "normal", "anomaly"
DEFAULTS: Mapping[str, float | int | str | bool] = {"expected_share": 0.01, "trees": 100}


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
        return (above + 1.0) / (self.calibration.size + 1.0)

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
            "shares": [_plain.encode_array(each) for each in self.scale.shares],
            "typical": _plain.encode_array(self.scale.typical),
            "forest": self.forest.to_plain(),
            "calibration": _plain.encode_array(self.calibration),
            "expected_share": self.expected_share,
        }
        return pack(self, _plain.write(body))

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

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train on a pandas frame; a target marks known anomalies, which are measured against and never learnt from."""
        from intendant.learning.monitoring import make_reference

        started = monotonic_seconds()
        parameters = chosen_parameters(self.parameters, spec)
        expected = bounded(parameters, "expected_share", 1e-5, 0.5)
        trees = int(bounded(parameters, "trees", 10, TREE_COUNT_MAX))
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
        report = _report(model, table, spec, values, held, scores)
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
        body = _plain.read(artifact)
        if body.get("format") != FORMAT or body.get("version") != VERSION:
            raise _plain.invalid("it is no isolation forest, or of another version")
        columns = columns_from_plain(body["columns"])
        shares = tuple(_plain.decode_array(each, dimensions=1) for each in body["shares"])
        typical = _plain.decode_array(body["typical"], dimensions=1)
        fits = len(shares) == len(columns) == typical.size and all(
            not column.is_category or share.size >= len(column.levels)
            for column, share in zip(columns, shares, strict=True)
        )
        expected = float(body["expected_share"])
        calibration = _plain.decode_array(body["calibration"], dimensions=1)
        if not fits or not 0 < expected < 1 or np.any(np.diff(calibration) < 0):
            raise _plain.invalid("its parts do not fit each other")
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


def _report(
    model: OutlierModel, table: Unlabelled, spec: TrainingSpec, values: Floats, held: NDArray[np.int64], scores: Floats
) -> Report:
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


def _injected(model: OutlierModel, values: Floats, seed: int) -> tuple[Metric, Metric]:
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


def _importance(model: OutlierModel, values: Floats, seed: int) -> tuple[FeatureUse, ...]:
    """Return how much each feature raises the scores of the strangest of a sample of rows."""
    rows = np.random.default_rng(seed).choice(len(values), min(len(values), 10 * IMPORTANCE_ROW_COUNT), replace=False)
    scores = model.forest.scores(values[rows])
    top = np.argsort(-scores, kind="stable")[: max(1, min(IMPORTANCE_ROW_COUNT, rows.size // 10))]
    use = np.maximum(model.parts(values[rows[top]], scores[top]), 0.0).mean(axis=0)
    use = use / (use.sum() or 1.0)
    order = np.argsort(-use, kind="stable")
    return tuple(FeatureUse(model.columns[i].name, model.columns[i].type, float(use[i])) for i in order.tolist())


def _strangest(model: OutlierModel, table: Unlabelled, values: Floats) -> list[dict[str, Any]]:
    scores = model.forest.scores(values[table.held])
    rows = np.flatnonzero(table.held)[np.argsort(-scores, kind="stable")[:10]]
    answers = model.predict(table.frame.iloc[rows], reasons=3)
    assert answers.value is not None and answers.reasons is not None  # noqa: S101 - both were asked for
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


def _as_given(column: Column, number: float, table: Any, row: int) -> str | None:
    if column.kind == "category" and column.source in table:
        values = table[column.source]
        value = values.iloc[row] if hasattr(values, "iloc") else values[row]
        return None if value is None or value != value else str(value)[:200]
    return shown(column, float(number))
