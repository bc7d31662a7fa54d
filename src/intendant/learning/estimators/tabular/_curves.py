"""Pictures of a model as bounded lists of points: confusion, ROC, precision and recall, gain, residuals, thresholds."""

from typing import Any

import numpy as np

from intendant.learning.estimators._contract import Floats
from intendant.learning.estimators.tabular._metrics import f1_of

POINT_COUNT_MAX = 60
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def class_details(actual: Floats, probability: Floats, classes: tuple[str, ...]) -> dict[str, Any]:
    """Return the confusion matrix (rows: what came, columns: what was said), and curves for two classes."""
    codes, said = actual.astype(np.int64), probability.argmax(axis=1)
    matrix = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(matrix, (codes, said), 1)
    details: dict[str, Any] = {"classes": list(classes), "confusion": matrix.tolist()}
    if len(classes) == 2:
        details |= _curves(codes, probability[:, 1])
    return details


def number_details(actual: Floats, predicted: Floats) -> dict[str, Any]:
    """Return the quantiles of residuals (actual minus predicted), and a sample of both."""
    kept = np.linspace(0, actual.size - 1, min(actual.size, 4 * POINT_COUNT_MAX)).astype(np.int64)
    return {
        "residual_quantiles": {
            f"{q:g}": float(v) for q, v in zip(QUANTILES, np.quantile(actual - predicted, QUANTILES), strict=True)
        },
        "sample": [[float(predicted[at]), float(actual[at])] for at in kept],
    }


def threshold_advice(earlier: Floats, scores: Floats, actual: Floats, held: Floats, positive: str) -> dict[str, Any]:
    """Return the probability from which naming the positive class gives the best F1, found on development rows.

    What it gives is measured on the held-out rows, beside one half.
    """
    candidates = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 49)))
    known = earlier.astype(np.int64)
    best = max(candidates.tolist(), key=lambda cut: f1_of(known, (scores >= cut) * 1))

    def given(cut: float) -> dict[str, float]:
        said, came = held >= cut, actual == 1
        both = int((said & came).sum())
        return {
            "threshold": float(cut),
            "precision": both / max(int(said.sum()), 1),
            "recall": both / max(int(came.sum()), 1),
            "f1": f1_of(came * 1, said * 1),
            "share_named": float(said.mean()),
        }

    sentence = f"Naming '{positive}' from a probability of {best:.2f} balances precision and recall best (F1)."
    return {"advice": sentence, "best_f1": given(float(best)), "one_half": given(0.5)}


def _curves(labels: Any, score: Floats) -> dict[str, Any]:
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.r_[score[order][1:] != score[order][:-1], True])
    hits = np.cumsum(labels[order])[ends]
    said = ends + 1
    positives, negatives = max(int(labels.sum()), 1), max(int(labels.size - labels.sum()), 1)
    kept = np.unique(np.linspace(0, ends.size - 1, min(ends.size, POINT_COUNT_MAX)).astype(np.int64))
    recall, precision = hits[kept] / positives, hits[kept] / said[kept]
    wrong = (said[kept] - hits[kept]) / negatives
    return {
        "roc": [[0.0, 0.0], *_points(wrong, recall)],
        "precision_recall": _points(recall, precision),
        "gain": [[0.0, 0.0], *_points(said[kept] / labels.size, recall)],
    }


def _points(first: Floats, second: Floats) -> list[list[float]]:
    return [[round(float(x), 6), round(float(y), 6)] for x, y in zip(first, second, strict=True)]
