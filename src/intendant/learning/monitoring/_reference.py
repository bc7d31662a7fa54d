"""The picture of the data a model was trained on, small enough to be kept with it: what monitoring compares the present with.

Plain data for JSON, bounded whatever the table: quantiles, shares, and a sample of answers with what came true. It holds no
row of the inputs, so nobody can be found in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intendant.learning.estimators import Predictions
from intendant.learning.monitoring._columns import Kind, columns_of, kind_of, read_column, text_of

FORMAT = 1
FEATURES_MAX = 400
ROWS_READ_MAX = 50_000
SAMPLE_MAX = 2_000
QUANTILES = 41  # steps of 2.5 %
CATEGORIES_KEPT_MAX = 40
CATEGORIES_KNOWN_MAX = 500
CLASSES_MAX = 50
IDENTIFIER_SHARE = 0.9  # where so many values differ, the column names rows and its distribution says nothing
IDENTIFIER_ROWS_MIN = 50
GROUPS_MAX = 10
DIGITS = 5  # of probabilities, compared
_SIGNIFICANT = 10  # digits kept of each number


def make_reference(
    columns: Mapping[str, Any] | Any,
    types: Mapping[str, str],
    predictions: Predictions,
    actual: Any | None,
    *,
    seed: int,
    classes: Sequence[str] = (),
    positive: str | None = None,
    protected: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the reference of a model from rows it did not learn from, of equal length: inputs, answers, what came true.

    `columns`: a mapping of arrays, or a frame; `types` by column ("number", "category", "date", "boolean" ...; a column
    without one is a category). Give validation rows, so that scores and probabilities are honest; where there are none
    (clusters, anomalies), training rows. `classes`: order of `predictions.probability`; `positive`: the class whose probability is
    the score. `protected`: columns that are watched for fairness alone. Every kind of model fits: what it does not answer
    is left out.
    """
    random = np.random.default_rng(seed)
    table = columns_of(columns)
    rows = len(predictions.confidence)
    read = _chosen(random, rows, ROWS_READ_MAX)
    sampled = _chosen(random, rows, SAMPLE_MAX)
    names = tuple(text_of(name) for name in classes) or _classes(predictions, actual)
    score = scores_of(predictions, classes=names, positive=positive)
    features = [str(name) for name in table if str(name) not in set(protected)]
    reference: dict[str, Any] = {
        "format": FORMAT,
        "rows": rows,
        "features": {
            name: summarise(_take(table[name], read), kind_of(types.get(name, "category")))
            for name in features[:FEATURES_MAX]
        },
        "features_left_out": max(0, len(features) - FEATURES_MAX),
        "classes": list(names[:CLASSES_MAX]),
        "positive": _positive(names, positive),
        "confidence": _of_probability(predictions.confidence[read]),
        "sample": _sample(predictions, score, actual, sampled),
    }
    if score is not None:
        is_probability = predictions.value is None
        reference["score"] = _of_probability(score[read]) if is_probability else summarise(score[read], "number")
    if predictions.label is not None:
        reference["label"] = summarise(predictions.label[read], "category")
    if actual is not None:
        numeric = predictions.value is not None and predictions.label is None
        reference["actual"] = summarise(_take(actual, read), "number" if numeric else "category")
    if protected:
        reference["protected"] = {
            name: summarise(_take(table[name], read), kind_of(types.get(name, "category")))
            for name in protected[:GROUPS_MAX]
            if name in table
        }
    return reference


def scores_of(predictions: Predictions, *, classes: Sequence[str], positive: str | None = None) -> Any:
    """Return one number per answer: the value, else the probability of the positive class, else that of the label; or None."""
    if predictions.value is not None:
        return np.asarray(predictions.value, dtype=np.float64)
    if predictions.probability is None:
        return None
    probability = np.asarray(predictions.probability, dtype=np.float64)
    wanted = _positive(tuple(classes), positive)
    if probability.shape[1] == 2 and wanted is not None:
        return probability[:, list(classes).index(wanted)]
    return probability.max(axis=1)


def summarise(values: Any, kind: Kind) -> dict[str, Any]:
    """Return the distribution of one column: quantiles of numbers, shares of categories, the share that is missing."""
    column = read_column(values, kind)
    count = column.missing.size
    summary: dict[str, Any] = {
        "kind": kind,
        "count": count,
        "missing": float(column.missing.mean()) if count else 0.0,
    }
    if kind == "number":
        if column.values.size:
            ordered = np.sort(column.values)
            # To the last digit, because present values that equal one of them must not lie beside it.
            quantiles = [
                float(value) for value in np.quantile(ordered, np.linspace(0, 1, QUANTILES), method="inverted_cdf")
            ]
            # The share at or below each, exact: where many values are equal it is not the quantile's own level.
            upto = np.searchsorted(ordered, np.asarray(quantiles, dtype=np.float64), side="right") / ordered.size
            summary["quantiles"] = quantiles
            summary["upto"] = [_rounded(share) for share in upto]
        return summary
    if kind == "presence":
        return summary
    names, counts = np.unique(column.values.astype(str), return_counts=True)
    present = int(counts.sum())
    summary["distinct"] = int(names.size)
    if present >= IDENTIFIER_ROWS_MIN and names.size > IDENTIFIER_SHARE * present:
        return {**summary, "kind": "presence"}
    order = np.argsort(-counts, kind="stable")
    summary["shares"] = {str(names[at]): float(counts[at] / present) for at in order[:CATEGORIES_KEPT_MAX]}
    summary["known"] = [str(names[at]) for at in order[CATEGORIES_KEPT_MAX:CATEGORIES_KNOWN_MAX]]
    summary["open"] = bool(names.size > CATEGORIES_KNOWN_MAX)
    return summary


def _of_probability(values: Any) -> dict[str, Any]:
    """Return the distribution of probabilities, rounded as they are kept: one that was clipped must equal one that was not."""
    return {**summarise(np.round(np.asarray(values, dtype=np.float64), DIGITS), "number"), "digits": DIGITS}


def _sample(predictions: Predictions, score: Any, actual: Any | None, rows: Any) -> dict[str, Any]:
    sample: dict[str, Any] = {"confidence": _numbers(predictions.confidence[rows])}
    if score is not None:
        sample["score"] = _numbers(score[rows])
    if predictions.label is not None:
        sample["label"] = [text_of(value) for value in predictions.label[rows]]
    if predictions.probability is not None and predictions.probability.shape[1] <= CLASSES_MAX:
        sample["probability"] = [_numbers(row) for row in predictions.probability[rows]]
    if predictions.lower is not None and predictions.upper is not None:
        sample["lower"] = _numbers(predictions.lower[rows])
        sample["upper"] = _numbers(predictions.upper[rows])
    if actual is not None:
        taken = np.asarray(actual, dtype=object).ravel()[rows]
        if predictions.label is None:
            numbers = read_column(taken, "number")
            whole = np.full(numbers.missing.size, np.nan)
            whole[~numbers.missing] = numbers.values
            sample["actual"] = _numbers(whole)
        else:
            sample["actual"] = [text_of(value) or None for value in taken]
    return sample


def _classes(predictions: Predictions, actual: Any | None) -> tuple[str, ...]:
    """Return the classes in order where nobody named them: those that occur, if they are as many as the probabilities."""
    if predictions.probability is None or predictions.label is None:
        return ()
    seen = {text_of(value) for value in predictions.label}
    if actual is not None:
        seen |= {text_of(value) for value in np.asarray(actual, dtype=object).ravel()} - {""}
    return tuple(sorted(seen)) if len(seen) == predictions.probability.shape[1] else ()


def _positive(classes: Sequence[str], positive: str | None) -> str | None:
    if len(classes) != 2:
        return None
    return positive if positive in classes else classes[1]


def _chosen(random: np.random.Generator, rows: int, limit: int) -> Any:
    return np.arange(rows) if rows <= limit else np.sort(random.choice(rows, size=limit, replace=False))


def _take(values: Any, rows: Any) -> Any:
    array = np.asarray(values)
    return (array if array.dtype.kind in "fiub" else np.asarray(values, dtype=object)).ravel()[rows]


def _numbers(values: Any) -> list[float | None]:
    return [_rounded(value) for value in values]


def _rounded(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.{_SIGNIFICANT}g}") if np.isfinite(number) else None
