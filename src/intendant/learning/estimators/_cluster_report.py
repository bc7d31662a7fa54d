"""What is reported of clusters: how clear and how stable they are, beside what chance gives, and what they look like."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._cluster_profile import (
    RESAMPLE_COUNT,
    Codes,
    agreement,
    importance,
    metrics_of,
    profiles,
    projection,
    quality,
    shuffled,
)
from intendant.learning.estimators._contract import Floats, Measured, Metric, Report, TrainingSpec
from intendant.learning.estimators._unlabelled import Unlabelled, versions

if TYPE_CHECKING:
    from intendant.learning.estimators.clustering import Anchors, ClusterModel

Fit = Callable[[Floats, int], "Anchors"]
"""Fits clusters on points with a seed."""


def report_of(
    model: "ClusterModel",
    table: Unlabelled,
    spec: TrainingSpec,
    points: Floats,
    fit: Fit,
    tried: list[dict[str, float]],
) -> Report:
    """Return the report; `tried` are the numbers of clusters that were compared."""
    anchors, held, seed = model.anchors, table.held, spec.seed
    codes, _, _ = anchors.assign(points)
    names = model.names
    figures = quality(points[held], codes[held], seed)
    stable = _stability(points[~held], points[held], codes[held], fit, seed)
    outside = float((codes[held] < 0).mean())
    metrics = [*metrics_of(figures), Metric("stability", float(np.mean(stable)), min(stable), max(stable))]
    if model.algorithm == "density":
        metrics.append(Metric("outside_share", outside, higher_is_better=False))
    known: dict[str, float] = {}
    if table.known is not None:
        present = np.array([value is not None for value in table.known]) & held
        texts, numbers = np.unique(table.known[present].astype(str), return_inverse=True)
        if texts.size > 1:
            known = {"adjusted_rand": agreement(numbers, codes[present])}
            metrics.append(Metric("adjusted_rand", known["adjusted_rand"]))
    null = shuffled(points, model.space, seed)
    null_anchors = fit(null[~held], seed)
    null_figures = {"silhouette": 0.0, "silhouette_error": 0.0}
    if null_anchors.count:
        null_figures = quality(null[held], null_anchors.assign(null[held])[0], seed)
    random = np.random.default_rng(seed).integers(0, max(anchors.count, 2), int(held.sum()))
    better = figures["silhouette"] - 1.96 * figures["silhouette_error"] > null_figures["silhouette"]
    validated = bool(better and np.mean(stable) > 0.5 and anchors.count > 1)
    described = profiles(model.space, table.matrix, points, codes, names)
    verdict = [each["words"] for each in described[:10]]
    if not validated:
        verdict.insert(
            0,
            "These groups are little better than those found in the same columns shuffled, or change from sample to sample.",
        )
    return Report(
        task="clustering",
        algorithm=model.algorithm,
        primary="silhouette",
        split=table.split,
        rows_read=table.rows_read,
        rows_used=len(points),
        rows_validation=int(held.sum()),
        model=Measured(model.algorithm, tuple(metrics)),
        baselines=(
            Measured("one cluster", (Metric("silhouette", 0.0),)),
            Measured("random clusters", tuple(metrics_of(quality(points[held], random, seed)))),
            Measured("the same columns shuffled", tuple(metrics_of(null_figures))),
        ),
        compared=tuple(
            Measured(f"k = {int(each['k'])}", (Metric("silhouette", each["silhouette"]),)) for each in tried
        ),
        features=importance(model.space, points, codes, anchors.count),
        calibration=(),
        coverage_wanted=None,
        coverage_measured=None,
        groups=(),
        leakage=(),
        notices=tuple(table.notices),
        validated=validated,
        verdict=tuple(verdict),
        data_digest=table.digest,
        seed=seed,
        effort=spec.effort,
        versions=versions(),
        seconds=0.0,
        details={
            "clusters": described,
            "outside_share": float((codes < 0).mean()),
            "projection": projection(points, codes, names, seed),
            "tried": tried,
            "stability": stable,
            **known,
        },
    )


def _stability(taught: Floats, judged: Floats, codes: Codes, fit: Fit, seed: int) -> list[float]:
    """Return how alike the clusters of held-out rows are when they are learnt from other halves of the rows."""
    random = np.random.default_rng(seed)
    found = []
    for resample in range(RESAMPLE_COUNT):
        half: NDArray[np.int64] = np.sort(random.choice(len(taught), max(2, len(taught) // 2), replace=False))
        try:
            anchors = fit(taught[half], seed + resample + 1)
        except ValueError:  # half the rows hold fewer different points than clusters
            anchors = None
        other = np.full(len(judged), -1) if anchors is None or not anchors.count else anchors.assign(judged)[0]
        found.append(agreement(codes, other))
    return found
