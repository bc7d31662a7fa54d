"""Predictions in plain words: reasons, and what they say together. Numbers stand beside the words, never in their place."""

import math
import re
from collections.abc import Sequence

from intendant.domains.analytics.predictions.model import Reason
from intendant.learning.estimators import Reason as Contribution
from intendant.learning.estimators import Task

TEXT_SHOWN_MAX = 80
STRONG, SLIGHT = 1.0, 0.25
"""Log-odds from which a contribution is called strong (it multiplies the odds by 2.7), and up to which slight (by 1.3)."""
_LONG_DECIMAL = re.compile(r"-?\d+\.\d{4,}\Z")


def tell_reasons(task: Task, towards: str | None, contributions: Sequence[Contribution]) -> tuple[Reason, ...]:
    """Put a prediction's contributions in words, largest first."""
    return tuple(
        Reason(each.feature, each.value, each.contribution, towards, _sentence(task, towards, each))
        for each in contributions
    )


def shown(value: object) -> str:
    """Return a value as people read it: digits grouped, text cut."""
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return figure(float(value))
    text = str(value)
    if _LONG_DECIMAL.match(text):
        return figure(float(text))
    return f"{text[:TEXT_SHOWN_MAX]}…" if len(text) > TEXT_SHOWN_MAX else text


def figure(value: float) -> str:
    """Return a number as people read it: whole from a thousand on, four significant digits below."""
    if math.isfinite(value) and abs(value) < 1e15 and (abs(value) >= 1_000 or value == int(value)):
        return f"{value:,.0f}"
    return f"{value:.4g}"


def percent(share: float) -> str:
    """Return a probability in per cent, never rounded to a certainty that it is not."""
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def _sentence(task: Task, towards: str | None, reason: Contribution) -> str:
    what = f"{shown(reason.feature)} is {shown(reason.value)}"
    size = abs(reason.contribution)
    degree = "strongly" if size >= STRONG else "slightly" if size <= SLIGHT else "clearly"
    up = reason.contribution > 0
    if reason.contribution == 0:
        return f"{what}, which changes nothing."
    if towards is not None:
        return f"{what}, which speaks {degree} {'for' if up else 'against'} {shown(towards)}."
    if task in ("regression", "forecasting"):
        return f"{what}, which {'raises' if up else 'lowers'} the value by {figure(size)}."
    if task == "anomaly":
        return f"{what}, which makes the case {'more' if up else 'less'} unusual."
    return f"{what}, which speaks {'for' if up else 'against'} this answer."
