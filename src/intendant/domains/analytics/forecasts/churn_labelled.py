"""Churn from a table that says who left: a classifier of the estimators, and its probability for every customer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from intendant.domains.analytics.forecasts import showing
from intendant.domains.analytics.forecasts.reading import Figures
from intendant.domains.analytics.forecasts.wish import Wish
from intendant.kit.errors import Invalid
from intendant.learning.estimators import TrainingSpec, train_model

Progress = Callable[[float, str], None]
ALGORITHM = "additive"
REASONS = 3
CUSTOMERS_MAX = 200_000
LEFT = frozenset(
    {"yes", "y", "true", "1", "churn", "churned", "left", "gone", "exited", "lost", "cancelled", "canceled"}
)


class ChurnLabelInvalid(Invalid):
    """A label that does not say who left."""

    code = "churn_label_invalid"


def forecast_labelled(figures: Figures, wish: Wish, progress: Progress) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Learn who leaves from the rows whose label is known, and say it of every row."""
    columns, frame = figures.columns, figures.frame
    label, customer = str(columns.label), str(columns.customer)
    texts = frame[label].map(_text, na_action="ignore")
    classes = sorted({str(text) for text in texts.dropna()})
    if len(classes) != 2:
        raise ChurnLabelInvalid(
            f"Column '{label}' holds {len(classes):,} different values; who left is one of two.",
            field="columns.label",
            remedy="Name a column such as churned with yes and no.",
        )
    if len(frame) > CUSTOMERS_MAX:
        raise ChurnLabelInvalid(
            f"{len(frame):,} rows are more than {CUSTOMERS_MAX:,}.", field="source", remedy="Take a part of them."
        )
    known = texts.notna().to_numpy()
    shares = {name: float((texts[known] == name).mean()) for name in classes}
    named = [name for name in classes if name.casefold() in LEFT]
    positive = named[0] if len(named) == 1 else min(classes, key=lambda name: shares[name])
    learnt = frame.assign(**{label: texts})
    spec = TrainingSpec(
        task="classification",
        algorithm=ALGORITHM,
        target=label,
        exclude=(customer,),
        time=columns.time,
        positive=positive,
        coverage=wish.coverage,
    )
    trained = train_model(learnt[known].reset_index(drop=True), spec, progress)
    answers = trained.model.predict(frame, reasons=REASONS)
    assert answers.probability is not None  # noqa: S101 - classifiers give it
    gone = answers.probability[:, trained.model.classes.index(positive)]
    order = np.argsort(-gone, kind="stable")
    names = [_text(value) for value in frame[customer]]
    why = answers.reasons or [()] * len(names)
    lines = [
        {
            "name": names[place],
            "keys": [names[place]],
            "level": None,
            "method": trained.model.algorithm,
            "past": [],
            "future": [],
            "past_total": None,
            "future_total": None,
            "smape": None,
            "mase": None,
            "naive_mase": None,
            "inventory": None,
            "customer": {
                "gone": showing.number(float(gone[place])),
                "inactive": None,
                "purchases": None,
                "last_on": None,
                "expected_purchases": None,
                "expected_value": None,
                "lifetime_value": None,
                "reasons": [
                    f"{reason.feature} is {reason.value}: {'more' if reason.contribution > 0 else 'less'} likely to leave."
                    for reason in why[place]
                ],
            },
        }
        for place in order.tolist()
    ]
    report = trained.report
    found = {metric.name: metric.value for metric in report.model.metrics}
    summary = showing.summary(
        headline=f"Of {len(names):,} customers about {float(gone.sum()):,.0f} are likely to leave.",
        computed_from=(
            f"From {figures.described}: '{label}' is learnt from {len(report.features):,} other columns"
            f" ({trained.model.algorithm}); {positive} means that a customer left."
        ),
        cannot_say=[
            "It says who resembles those who left, not what would keep them.",
            "Rows whose label is known were learnt from as well, so their own probabilities are somewhat too sure.",
        ],
        notices=[*report.notices, *report.verdict],
        coverage=wish.coverage,
        series_count=len(names),
        methods=[{"method": trained.model.algorithm, "count": len(names)}],
        churn={
            "customers": len(names),
            "horizon_days": 0.0,
            "expected_gone": showing.number(float(gone.sum())),
            "expected_inactive": None,
            "expected_purchases": None,
            "expected_value": None,
            "lifetime_value": None,
            "model": trained.model.algorithm,
            "parameters": {name: value for name in found if (value := showing.number(found[name])) is not None},
            "validation": None,
        },
    )
    return summary, lines


def _text(value: Any) -> str:
    if isinstance(value, float | np.floating) and np.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
