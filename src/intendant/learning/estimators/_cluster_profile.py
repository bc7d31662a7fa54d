"""What clusters look like: figures, words, and a picture in two dimensions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from intendant.learning.estimators._contract import FeatureUse, Floats, Metric
from intendant.learning.estimators._unlabelled import Space, shown
from intendant.learning.estimators.tabular import Column

PROFILE_FEATURE_COUNT_MAX = 6
PROJECTED_COUNT_MAX = 1_000
JUDGED_COUNT_MAX = 3_000
DIFFERENCE_MIN = 0.25  # standard deviations: less is not worth words
RESAMPLE_COUNT = 5

Codes = NDArray[np.int64]
"""The cluster of each point; -1 where it lies outside all."""


def quality(points: Floats, codes: Codes, seed: int) -> dict[str, float]:
    """Return silhouette and Davies-Bouldin of a bounded sample; points outside every cluster are not counted."""
    from sklearn.metrics import davies_bouldin_score, silhouette_samples

    inside = np.flatnonzero(codes >= 0)
    if inside.size > JUDGED_COUNT_MAX:
        inside = np.random.default_rng(seed).choice(inside, JUDGED_COUNT_MAX, replace=False)
    if not 1 < np.unique(codes[inside]).size < inside.size:
        return {"silhouette": 0.0, "silhouette_error": 0.0}
    each = silhouette_samples(points[inside], codes[inside])
    return {
        "silhouette": float(each.mean()),
        "silhouette_error": float(each.std(ddof=1) / np.sqrt(each.size)),
        "davies_bouldin": float(davies_bouldin_score(points[inside], codes[inside])),
    }


def metrics_of(figures: dict[str, float]) -> list[Metric]:
    """Return the figures as metrics."""
    value, reach = figures["silhouette"], 1.96 * figures["silhouette_error"]
    found = [Metric("silhouette", value, value - reach, value + reach)]
    if "davies_bouldin" in figures:
        found.append(Metric("davies_bouldin", figures["davies_bouldin"], higher_is_better=False))
    return found


def agreement(first: Codes, second: Codes) -> float:
    """Return the adjusted Rand index: 1 the same clusters, 0 no more alike than chance."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(first, second))


def profiles(
    space: Space, matrix: Floats, points: Floats, codes: Codes, names: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return for each cluster its size and how it differs most from all, in words and values."""
    whole = points.mean(axis=0)
    found = []
    for code, name in enumerate(names):
        members = codes == code
        if not members.any():
            found.append(
                {"cluster": name, "size": 0, "share": 0.0, "features": [], "words": f"Cluster {name} is empty."}
            )
            continue
        apart = points[members].mean(axis=0) - whole
        strength = np.zeros(len(space.columns))
        np.maximum.at(strength, space.owner, np.abs(apart))
        order = np.argsort(-strength, kind="stable")[:PROFILE_FEATURE_COUNT_MAX].tolist()
        worth = [index for index in order if strength[index] >= DIFFERENCE_MIN]
        features = [_feature(space, matrix, members, apart, index) for index in worth]
        words = "; ".join(each["words"] for each in features[:3]) or "much as all others"
        share = float(members.mean())
        found.append(
            {
                "cluster": name,
                "size": int(members.sum()),
                "share": share,
                "features": features,
                "words": f"Cluster {name} ({share:.0%} of rows): {words}.",
            }
        )
    return found


def _feature(space: Space, matrix: Floats, members: NDArray[np.bool_], apart: Floats, index: int) -> dict[str, Any]:
    column = space.columns[index]
    own, everyone = matrix[members, index], matrix[:, index]
    if column.is_category:
        dimensions = np.flatnonzero(space.owner == index)
        most = dimensions[np.argmax(np.abs(apart[dimensions]))]
        code = float(space.level[most])
        level = column.levels[int(code)]
        inside, overall = float((own == code).mean()), float((everyone == code).mean())
        return {
            "feature": column.name,
            "value": level,
            "cluster_share": inside,
            "overall_share": overall,
            "difference": float(apart[most]),
            "words": f"{column.name} is {level} in {inside:.0%}, in {overall:.0%} of all",
        }
    inside, overall = _middle(own), _middle(everyone)
    dimension = int(np.flatnonzero(space.owner == index)[0])
    more = float(apart[dimension])
    if column.kind == "boolean":
        words = f"{column.name} in {_mean(own):.0%}, in {_mean(everyone):.0%} of all"
    else:
        words = (
            f"{column.name} {'high' if more > 0 else 'low'} "
            f"(typically {_words(column, inside)}, {_words(column, overall)} of all)"
        )
    return {
        "feature": column.name,
        "cluster_typical": inside,
        "overall_typical": overall,
        "cluster_mean": _mean(own),
        "overall_mean": _mean(everyone),
        "difference": more,
        "words": words,
    }


def importance(space: Space, points: Floats, codes: Codes, count: int) -> tuple[FeatureUse, ...]:
    """Return how much of each feature's spread lies between clusters, as a share of all."""
    inside = codes >= 0
    own, labels = points[inside], codes[inside]
    between = np.zeros(points.shape[1])
    for code in range(count):
        members = labels == code
        if members.any():
            between += members.mean() * (own[members].mean(axis=0) - own.mean(axis=0)) ** 2
    use = np.zeros(len(space.columns))
    np.add.at(use, space.owner, between)
    use = use / (use.sum() or 1.0)
    order = np.argsort(-use, kind="stable").tolist()
    return tuple(FeatureUse(space.columns[index].name, space.columns[index].type, float(use[index])) for index in order)


def projection(points: Floats, codes: Codes, names: tuple[str, ...], seed: int) -> dict[str, Any]:
    """Return a bounded sample in the two directions in which it spreads most."""
    rows = np.arange(len(points))
    if rows.size > PROJECTED_COUNT_MAX:
        rows = np.sort(np.random.default_rng(seed).choice(rows, PROJECTED_COUNT_MAX, replace=False))
    centred = points[rows] - points[rows].mean(axis=0)
    _, strength, directions = np.linalg.svd(centred, full_matrices=False)
    width = min(2, len(directions))
    # A direction and its opposite are the same: the largest part is made positive, so that pictures do not flip.
    signs = np.sign(directions[np.arange(width), np.abs(directions[:width]).argmax(axis=1)])
    placed = np.zeros((rows.size, 2))
    placed[:, :width] = centred @ (directions[:width].T * signs)
    total = float((strength**2).sum()) or 1.0
    return {
        "explained": [float(each) for each in (strength[:width] ** 2 / total)],
        "points": [
            [round(float(x), 4), round(float(y), 4), names[code] if code >= 0 else "outside"]
            for (x, y), code in zip(placed, codes[rows], strict=True)
        ],
    }


def shuffled(points: Floats, space: Space, seed: int) -> Floats:
    """Return points whose columns were shuffled each for itself: the same features without anything between them."""
    random = np.random.default_rng(seed)
    made = points.copy()
    for index in range(len(space.columns)):
        dimensions = np.flatnonzero(space.owner == index)
        made[:, dimensions] = points[random.permutation(len(points))][:, dimensions]
    return made


def _words(column: Column, value: float) -> str:
    return f"{value:.4g}" if column.kind == "numeric" else str(shown(column, value))


def _middle(values: Floats) -> float:
    present = values[~np.isnan(values)]
    return float(np.median(present)) if present.size else float("nan")


def _mean(values: Floats) -> float:
    present = values[~np.isnan(values)]
    return float(present.mean()) if present.size else 0.0
