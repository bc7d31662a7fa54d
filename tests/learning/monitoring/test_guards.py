"""Versions of poisoned, degenerate or lost data are held back; training is asked for when it is time and not too often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from intendant.learning.estimators import Metric, Predictions
from intendant.learning.monitoring import (
    HeldOut,
    Period,
    compare_held_out,
    due_for_retraining,
    make_reference,
    promotable,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REPORT: dict[str, Any] = {
    "task": "classification",
    "split": "random",
    "validated": True,
    "verdict": (),
    "rows_validation": 500,
    "rows_used": 2_000,
    "model": {"metrics": [{"name": "auc", "value": 0.8}]},
}
GOOD = HeldOut(500, 0.2, 0.19, 0.01, -0.002, 0.022, 0.01)
BASELINE = Metric("auc", 0.8, 0.78, 0.82)


def reference(*, rate: float = 0.3, shift: float = 0.0, constant: bool = False, seed: int = 0) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    chance = np.full(800, 0.3) if constant else random.random(800)
    came = np.where(random.random(800) < rate, "yes", "no").astype(object)
    said = Predictions(
        confidence=np.maximum(chance, 1 - chance),
        label=np.where(chance > 0.5, "yes", "no").astype(object),
        probability=np.column_stack([1 - chance, chance]),
    )
    columns = {name: random.normal(size=800) + shift for name in ("a", "b", "c")}
    return make_reference(columns, dict.fromkeys(columns, "number"), said, came, seed=0, classes=("no", "yes"))


def test_a_sound_version_that_is_not_worse_may_be_promoted() -> None:
    found = promotable(REPORT, reference(seed=1), previous_report=REPORT, previous_reference=reference(), held_out=GOOD)
    assert found.allowed, found.reasons
    assert promotable(REPORT, reference()).allowed


@pytest.mark.parametrize(
    ("report", "now", "held_out", "word"),
    [
        (REPORT | {"validated": False, "verdict": ("It is no better.",)}, {}, GOOD, "did not pass"),
        (REPORT | {"rows_validation": 10}, {}, GOOD, "Only 10 rows"),
        (REPORT | {"rows_used": 100}, {}, GOOD, "data seem to be missing"),
        (REPORT | {"model": {"metrics": [{"name": "auc", "value": float("nan")}]}}, {}, GOOD, "no number"),
        (REPORT, {"constant": True}, GOOD, "same of every case"),
        (REPORT, {"rate": 0.7}, GOOD, "Outcomes in its data are unlike"),
        (REPORT, {"rate": 0.0}, GOOD, "one outcome alone"),
        (REPORT, {"shift": 3.0}, GOOD, "features are unlike"),
        (REPORT, {}, None, "not compared"),
        (REPORT, {}, HeldOut(500, 0.2, 0.3, -0.1, -0.12, -0.08, 0.01), "worse than the champion"),
        (REPORT, {}, HeldOut(20, 0.2, 0.2, 0.0, -0.1, 0.1, 0.01), "too few to tell"),
    ],
)
def test_each_thing_that_is_wrong_holds_a_version_back_and_is_told(
    report: dict[str, Any], now: dict[str, Any], held_out: HeldOut | None, word: str
) -> None:
    found = promotable(
        report, reference(**now, seed=1), previous_report=REPORT, previous_reference=reference(), held_out=held_out
    )
    assert not found.allowed
    assert any(word in reason for reason in found.reasons), found.reasons


def test_plausible_data_are_hardly_ever_held_back() -> None:
    before = reference()
    held = [
        promotable(
            REPORT, reference(rate=0.34, seed=seed), previous_report=REPORT, previous_reference=before, held_out=GOOD
        ).reasons
        for seed in range(1, 30)
    ]
    assert sum(map(bool, held)) == 0


def test_held_out_losses_tell_better_from_not_worse() -> None:
    random = np.random.default_rng(0)
    losses = random.random(1_000)
    better = compare_held_out(losses, np.clip(losses - 0.05, 0, 1))
    assert better is not None
    assert better.better
    same = compare_held_out(losses, losses)
    assert same is not None
    assert same.not_worse
    assert not same.better
    assert compare_held_out([0.5], [0.5]) is None


def period(days_ago: int, *, value: float = 0.8, drift: Any = "none", labelled: int = 200) -> Period:
    metric = Metric("auc", value, value - 0.03, value + 0.03)
    return Period(NOW - timedelta(days=days_ago), 500, labelled, drift, ("income",) if drift != "none" else (), metric)


def test_age_drift_and_falling_figures_each_make_a_model_due() -> None:
    trained = NOW - timedelta(days=40)

    def kinds(periods: list[Period], **given: Any) -> list[str]:
        found = due_for_retraining(periods, now=NOW, trained_at=trained, baseline=BASELINE, **given)
        return [why.kind for why in found]

    assert kinds([period(14), period(7)]) == []
    assert kinds([], frequency_days=30) == ["age"]
    assert kinds([], frequency_days=50) == []
    assert kinds([period(14, drift="large"), period(7, drift="moderate")]) == ["drift"]
    assert kinds([period(14, value=0.6), period(7, value=0.65)]) == ["performance"]


def test_one_bad_period_or_a_training_asked_for_lately_starts_nothing() -> None:
    bad = [period(14, value=0.6), period(7, value=0.6)]
    trained = NOW - timedelta(days=40)
    assert not due_for_retraining([period(14), bad[1]], now=NOW, trained_at=trained, baseline=BASELINE)
    lately = NOW - timedelta(days=2)
    assert not due_for_retraining(
        bad, now=NOW, trained_at=trained, asked_at=lately, baseline=BASELINE, frequency_days=30
    )
    assert not due_for_retraining(
        [period(14, value=0.6, labelled=5), bad[1]], now=NOW, trained_at=trained, baseline=BASELINE
    )
