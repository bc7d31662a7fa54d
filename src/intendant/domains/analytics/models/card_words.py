"""The words of a model card: what figures, splits and algorithms mean to somebody who never trained a model."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALGORITHMS = {
    "additive": "'additive': a sum of one curve for each feature, each of which can be looked at",
    "logistic": "'logistic': a weighted sum turned into a probability",
    "linear": "'linear': a weighted sum of the features",
    "gradient_boosting": "'gradient boosting': many small trees, each mending what those before it missed",
    "random_forest": "'random forest': many trees that vote",
    "k_means": "'k-means': groups around centres",
    "density": "'density': groups where cases lie close together, with those outside left out",
    "isolation_forest": "'isolation forest': cases that are parted from the others in few cuts stand out",
    "theta": "'theta': a trend and a smoothed level, with the seasons taken out first",
    "damped_trend": "'damped trend': a trend that flattens the further it is followed",
    "seasonal_naive": "'seasonal naive': what was one season ago",
    "lstm": "'LSTM': a recurrent neural network",
}

_SPLITS = {
    "time-ordered": "It was measured on the latest rows, after learning from the earlier ones, as it will be used.",
    "by group": "It was measured on whole groups of rows that it had not seen any part of.",
    "stratified": "It was measured on rows drawn at random with the same mix of classes; no time was known to order them by.",
    "random": "It was measured on rows drawn at random; no time was known to order them by.",
    "rolling origin": "It was measured by forecasting from several points in the past and comparing with what came.",
    "none": "Nothing says what is right here, so it was measured by how clearly its groups part.",
}

_BASELINES = {
    "majority": "always the most frequent class",
    "prior": "always the overall share",
    "mean": "always the mean",
    "median": "always the middle value",
    "naive": "what came last",
    "seasonal_naive": "what was one season ago",
    "last": "what came last",
}

_PERCENT = frozenset({
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "specificity", "coverage",
})  # fmt: skip
_MEANINGS = {
    "accuracy": "share of cases it gets right",
    "balanced_accuracy": "share it gets right, each class counting the same",
    "precision": "of those it names, how many are right",
    "recall": "of those that are right, how many it names",
    "f1": "precision and recall in one figure",
    "auc": "how often it ranks a case that came true above one that did not; 0.5 is chance",
    "roc_auc": "how often it ranks a case that came true above one that did not; 0.5 is chance",
    "average_precision": "precision over all cut-offs; the share of cases is chance",
    "log_loss": "how wrong its probabilities are; lower is better",
    "brier": "how wrong its probabilities are, squared; lower is better",
    "rmse": "typical error, large ones counting more, in the target's units",
    "mae": "mean error in the target's units",
    "r2": "share of the target's variation it explains",
    "mape": "mean error as a share of the true value",
    "smape": "mean error as a share of value and forecast together",
    "mase": "error over that of the simplest forecast; below 1 is better than it",
    "silhouette": "how clearly groups part, from -1 to 1",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it means; `baseline` is what a simple way of guessing reaches."""

    name: str
    value: str
    baseline: str | None
    meaning: str


def purpose(model_type: str, target: object, details: Mapping[str, Any]) -> str:
    """Say what a model answers, in one sentence."""
    match model_type:
        case "classification":
            return f"It says which class of '{target}' a case belongs to, and how probable that is."
        case "regression":
            return f"It says what number '{target}' will be, with a range."
        case "forecasting":
            return f"It says how '{target}' goes on, with ranges that widen."
        case "clustering":
            count = details.get("clusters")
            number = len(count) if isinstance(count, list | tuple | dict) else count
            return "It says which group of like cases one belongs to." + (
                f" It found {number} groups." if number else ""
            )
        case _:
            return "It says how unusual a case is among those it knows."


def split(name: str) -> str:
    """Say how the rows to measure on were held back."""
    return _SPLITS.get(name, f"It was measured on rows held back ({name}).")


def baseline(name: str) -> str:
    """Say what a baseline does."""
    said = _BASELINES.get(name)
    return name if said is None else f"{name} ({said})"


def figure(metric: Mapping[str, Any], beside: Mapping[str, Any] | None) -> Figure:
    """Write a metric with its interval and what a baseline reaches."""
    name = str(metric["name"])
    text = _value(name, metric["value"])
    if metric.get("lower") is not None and metric.get("upper") is not None:
        text += f" ({_value(name, metric['lower'])} to {_value(name, metric['upper'])})"
    meaning = _MEANINGS.get(name, "higher is better" if metric.get("higher_is_better", True) else "lower is better")
    return Figure(name.replace("_", " "), text, None if beside is None else _value(name, beside["value"]), meaning)


def _value(name: str, value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "not known"
    return f"{value:.1%}" if name in _PERCENT else number_text(value)


def number_text(value: float | None) -> str:
    """Write a number with as many digits as somebody reads."""
    if value is None or not math.isfinite(value):
        return "not known"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
