"""Groups of alike rows: k-means (every row has one) and density (rows in no dense place stand outside)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from intendant.kit.clock import monotonic_seconds
from intendant.learning.estimators._algorithms import pack
from intendant.learning.estimators._cluster_profile import Codes, quality
from intendant.learning.estimators._cluster_report import Fit, report_of
from intendant.learning.estimators._contract import (
    Floats,
    Predictions,
    Progress,
    Reason,
    Task,
    Trained,
    TrainingInvalid,
    TrainingSpec,
)
from intendant.learning.estimators._unlabelled import (
    Space,
    bounded,
    chosen_parameters,
    fit_space,
    read_unlabelled,
    shown,
    sources_of,
    unusual_of,
    versions,
)
from intendant.learning.estimators.tabular import plain

FORMAT = "intendant-clusters"
VERSION = 1
CLUSTER_COUNT_MAX = 50
CLUSTER_COUNT_TRIED_MAX = 10
K_CHOOSING_COUNT_MAX = 2_000
K_MEANS_FIT_COUNT_MAX = 50_000
DENSITY_FIT_COUNT_MAX = 8_000
CORE_COUNT_MAX = 2_000
CORE_PROBABILITY_MIN = 0.5
REACH_QUANTILE = 0.95
CHUNK_ROWS = 4_096
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """Where clusters stand: points, the cluster of each, and for density how far each cluster reaches (k-means: inf)."""

    points: Floats
    owner: Codes
    reach: Floats
    means: Floats

    @property
    def count(self) -> int:
        """Return how many clusters there are."""
        return len(self.means)

    def assign(self, points: Floats) -> tuple[Codes, Floats, Floats]:
        """Return the cluster of each point (-1 outside), its distance, and that to the next best cluster."""
        codes = np.empty(len(points), dtype=np.int64)
        distance, second = np.empty(len(points)), np.full(len(points), np.inf)
        norms = (self.points**2).sum(axis=1)
        # Anchors stand sorted by cluster, so that one reduction gives the nearest of each.
        starts = np.searchsorted(self.owner, np.arange(self.count))
        for begin in range(0, len(points), CHUNK_ROWS):
            chunk = points[begin : begin + CHUNK_ROWS]
            squared = (chunk**2).sum(axis=1)[:, None] - 2 * chunk @ self.points.T + norms
            nearest = np.sqrt(np.maximum(np.minimum.reduceat(squared, starts, axis=1), 0.0))
            best = nearest.argmin(axis=1)
            rows = np.arange(len(chunk))
            codes[begin : begin + CHUNK_ROWS] = best
            distance[begin : begin + CHUNK_ROWS] = nearest[rows, best]
            if self.count > 1:
                nearest[rows, best] = np.inf
                second[begin : begin + CHUNK_ROWS] = nearest.min(axis=1)
        codes = np.where(distance <= self.reach[codes], codes, -1)
        return codes, distance, second


@dataclass(frozen=True, eq=False, repr=False)
class ClusterModel:
    """See `Model` of the contract. Clusters are called 1, 2, ..., the largest first."""

    algorithm: str
    space: Space
    anchors: Anchors
    identity: Mapping[str, Any]
    task: Task = "clustering"
    classes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return what its clusters are called."""
        return tuple(str(number + 1) for number in range(self.anchors.count))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Return the table's columns that it reads."""
        return sources_of(self.space.columns)

    def predict(self, columns: Mapping[str, Any] | Any, *, reasons: int = 0) -> Predictions:
        """Answer for columns of equal length.

        Confidence: of k-means how much nearer the own cluster is than the next; of density how far within reach, or, for
        those outside, how far beyond it.
        """
        points, matrix, strange = self.space.read(columns)
        codes, distance, second = self.anchors.assign(points)
        reach = self.anchors.reach[np.maximum(codes, 0)]
        if np.isfinite(self.anchors.reach).all():
            nearest = np.where(codes >= 0, reach, self.anchors.reach.max(initial=0.0))
            edge = np.maximum(np.maximum(nearest, distance), 1e-12)
            confidence = np.where(codes >= 0, 1 - distance / edge, 1 - np.minimum(nearest, distance) / edge)
        else:
            confidence = np.where(np.isfinite(second), 1 - distance / np.maximum(second, 1e-12), 1.0)
        names = np.array([*self.names, OUTSIDE], dtype=object)
        return Predictions(
            confidence=np.clip(confidence, 0.0, 1.0),
            value=distance,
            label=names[codes],
            unusual=unusual_of(self.space.columns, strange),
            reasons=self._reasons(points, matrix, codes, reasons) if reasons else None,
        )

    def to_bytes(self) -> bytes:
        """Return the model as canonical JSON, packed."""
        finite = np.isfinite(self.anchors.reach)
        body: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "algorithm": self.algorithm,
            "identity": dict(self.identity),
            "space": self.space.to_plain(),
            "points": plain.encode_array(self.anchors.points),
            "owner": plain.encode_array(self.anchors.owner),
            "means": plain.encode_array(self.anchors.means),
            "reach": plain.encode_array(self.anchors.reach) if finite.all() else None,
        }
        return pack(self, plain.write(body))

    def _reasons(self, points: Floats, matrix: Floats, codes: Codes, count: int) -> list[list[Reason]]:
        """Say for each feature by how much it draws the record from the middle of all towards its cluster."""
        columns = self.space.columns
        means = np.vstack([self.anchors.means, np.zeros(points.shape[1])])[codes]
        # Outside, what stands far from the middle of all sets it apart.
        by_dimension = np.where((codes >= 0)[:, None], points**2 - (points - means) ** 2, points**2)
        parts = np.zeros((len(points), len(columns)))
        np.add.at(parts.T, self.space.owner, by_dimension.T)
        order = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :count]
        return [
            [
                Reason(columns[index].name, shown(columns[index], float(matrix[row, index])), float(parts[row, index]))
                for index in order[row].tolist()
            ]
            for row in range(len(points))
        ]


class _Clustering:
    """See `Algorithm` of the contract; what is common to both ways."""

    tasks: tuple[Task, ...] = ("clustering",)

    def __init__(
        self,
        name: str,
        why: str,
        parameters: Mapping[str, float | int | str | bool],
        bounds: Mapping[str, tuple[float, float]],
    ) -> None:
        self.bounds = bounds
        self.name = name
        self.why = why
        self.parameters = parameters

    def train(self, frame: Any, spec: TrainingSpec, progress: Progress) -> Trained:
        """Train on a pandas frame; a target is left out of the features, and clusters are held against it."""
        from intendant.learning.monitoring import make_reference

        started = monotonic_seconds()
        parameters = chosen_parameters(self.parameters, spec)
        table = read_unlabelled(frame, spec, progress)
        taught = ~table.held
        space = fit_space(table.columns, table.matrix[taught])
        points = space.place(table.matrix)
        progress(0.15, "finding clusters")
        tried: list[dict[str, float]] = []
        fit = self._fit(parameters, points[taught], spec, tried, table.notices)
        anchors = fit(points[taught], spec.seed)
        if anchors.count == 0:
            raise TrainingInvalid(
                "No place of the table is dense enough to be a cluster.",
                field="algorithm",
                remedy="Lower smallest_cluster, use k_means, or leave out columns that say little.",
            )
        model = ClusterModel(
            self.name,
            space,
            anchors,
            {"seed": spec.seed, "digest": table.digest, "rows": len(table.frame), "versions": versions()},
        )
        progress(0.6, "testing whether they are stable")
        report = report_of(model, table, spec, points, fit, tried)
        watched = np.flatnonzero(table.held)
        reference = make_reference(
            {name: table.frame[name].to_numpy()[watched] for name in model.feature_names},
            {column.source: column.type for column in table.columns},
            model.predict(table.frame.iloc[watched]),
            None,
            seed=spec.seed,
        )
        progress(1.0, "done")
        return Trained(model, replace(report, seconds=monotonic_seconds() - started), reference)

    def load(self, artifact: bytes) -> ClusterModel:
        """Read what `to_bytes` wrote, trusting nothing."""
        body = plain.read(artifact)
        if body.get("format") != FORMAT or body.get("version") != VERSION or body["algorithm"] != self.name:
            raise plain.invalid("it holds no clusters, or is of another version")
        space = Space.from_plain(body["space"])
        points, means = (plain.decode_array(body[key], dimensions=2) for key in ("points", "means"))
        owner = plain.decode_array(body["owner"], dimensions=1).astype(np.int64)
        count = len(means)
        reach = np.full(count, np.inf) if body["reach"] is None else plain.decode_array(body["reach"], dimensions=1)
        width = space.owner.size
        sound = 0 < count <= CLUSTER_COUNT_MAX and points.shape[1:] == means.shape[1:] == (width,)
        if not sound or owner.shape != (len(points),) or reach.shape != (count,) or (reach < 0).any():
            raise plain.invalid("its clusters are unsound")
        if not np.array_equal(np.unique(owner), np.arange(count)) or (np.diff(owner) < 0).any():
            raise plain.invalid("its clusters are unsound")
        return ClusterModel(self.name, space, Anchors(points, owner, reach, means), dict(body["identity"]))

    def _fit(
        self,
        parameters: Mapping[str, Any],
        points: Floats,
        spec: TrainingSpec,
        tried: list[dict[str, float]],
        notices: list[str],
    ) -> Fit:
        if self.name == "density":
            asked = int(bounded(parameters, "smallest_cluster", *self.bounds["smallest_cluster"]))
            smallest = asked or max(5, min(len(points), DENSITY_FIT_COUNT_MAX) // 50)
            if len(points) > DENSITY_FIT_COUNT_MAX:
                notices.append(f"Dense places were looked for in {DENSITY_FIT_COUNT_MAX:,} rows drawn at random.")
            return lambda rows, seed: _density(rows, smallest, seed)
        k = int(bounded(parameters, "k", *self.bounds["k"]))
        if k == 1 or k > len(np.unique(points[:10_000], axis=0)):
            raise TrainingInvalid(
                f"{k} clusters cannot be told apart in this table.", field="parameters.k", remedy="Use 2 or more, or 0."
            )
        if k == 0:
            k = _choose_k(points, spec.seed, tried)
        return lambda rows, seed: _k_means(rows, k, seed)


K_MEANS = _Clustering(
    "k_means",
    "Puts every row into one of k groups around a centre; the number is found where none is given (0).",
    {"k": 0},
    {"k": (0, CLUSTER_COUNT_MAX)},
)
DENSITY = _Clustering(
    "density",
    "Finds groups of any shape where rows lie densely and leaves the others outside; needs no number of groups.",
    {"smallest_cluster": 0},
    {"smallest_cluster": (0, DENSITY_FIT_COUNT_MAX)},
)


def _k_means(points: Floats, k: int, seed: int) -> Anchors:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    rows = _sample(points, K_MEANS_FIT_COUNT_MAX, seed)
    # Steps so small are done before a second thread has woken; threads that wait for each other take ten times as long.
    with threadpool_limits(limits=1):
        model = KMeans(n_clusters=k, n_init=5, random_state=seed).fit(rows)
    codes, counts = np.unique(model.labels_, return_counts=True)
    order = codes[np.argsort(-counts, kind="stable")]
    centres = np.asarray(model.cluster_centers_, dtype=np.float64)[order]
    return Anchors(centres, np.arange(len(centres)), np.full(len(centres), np.inf), centres)


def _density(points: Floats, smallest: int, seed: int) -> Anchors:
    from sklearn.cluster import HDBSCAN

    rows = _sample(points, DENSITY_FIT_COUNT_MAX, seed)
    size = max(2, min(smallest, len(rows) - 1))
    model = HDBSCAN(min_cluster_size=size, min_samples=min(10, size), copy=True).fit(rows)
    labels, codes = model.labels_, np.unique(model.labels_[model.labels_ >= 0])
    sizes = np.array([int((labels == code).sum()) for code in codes])
    codes = codes[np.argsort(-sizes, kind="stable")][:CLUSTER_COUNT_MAX]
    random = np.random.default_rng(seed)
    anchors: list[Floats] = []
    reach, means = [], []
    room = CORE_COUNT_MAX // max(len(codes), 1)
    for code in codes:
        members = rows[labels == code]
        core = rows[(labels == code) & (model.probabilities_ >= CORE_PROBABILITY_MIN)]
        core = core if len(core) else members
        if len(core) > room:
            core = core[np.sort(random.choice(len(core), room, replace=False))]
        anchors.append(core)
        means.append(members.mean(axis=0))
        reach.append(_reach(members[:CORE_COUNT_MAX], core))
    if not anchors:
        return Anchors(
            np.zeros((0, points.shape[1])), np.zeros(0, np.int64), np.zeros(0), np.zeros((0, points.shape[1]))
        )
    owner = np.repeat(np.arange(len(anchors)), [len(each) for each in anchors])
    return Anchors(np.vstack(anchors), owner, np.array(reach), np.vstack(means))


def _reach(members: Floats, core: Floats) -> float:
    """Return how far from its nearest other core point a member usually lies at most."""
    squared = (members**2).sum(axis=1)[:, None] - 2 * members @ core.T + (core**2).sum(axis=1)
    squared = np.where(
        squared < 1e-9, np.inf, np.maximum(squared, 0.0)
    )  # a core point is not near because it is itself
    nearest = np.sqrt(squared.min(axis=1))
    known = nearest[np.isfinite(nearest)]
    return max(float(np.quantile(known, REACH_QUANTILE)), 1e-6) if known.size else 1e-6


def _choose_k(points: Floats, seed: int, tried: list[dict[str, float]]) -> int:
    """Return the number of clusters with the best silhouette on a sample."""
    rows = _sample(points, K_CHOOSING_COUNT_MAX, seed)
    most = min(CLUSTER_COUNT_TRIED_MAX, len(np.unique(rows, axis=0)) - 1)
    for k in range(2, max(most, 2) + 1):
        codes, _, _ = _k_means(rows, k, seed).assign(rows)
        tried.append({"k": k, "silhouette": quality(rows, codes, seed)["silhouette"]})
    return int(max(tried, key=lambda each: each["silhouette"])["k"])


def _sample(points: Floats, most: int, seed: int) -> Floats:
    if len(points) <= most:
        return points
    return points[np.sort(np.random.default_rng(seed).choice(len(points), most, replace=False))]
