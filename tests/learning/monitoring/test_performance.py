"""Figures from outcomes as they come, what is expected before, whether probabilities hold, and whether groups fare alike."""

from typing import Any

import numpy as np
import pytest

from intendant.learning.estimators import Predictions
from intendant.learning.monitoring import (
    Detector,
    Outcomes,
    answers_from,
    case_losses,
    compare_data,
    estimate_performance,
    loss_scale,
    make_reference,
    measure_calibration,
    measure_groups,
    measure_performance,
    measure_selection,
    outcomes_from,
    watch_losses,
    watch_p_values,
)

CLASSES = ("no", "yes")


def world(
    random: np.random.Generator, rows: int, *, mean: float = 0.0, spread: float = 1.5, sure: float = 1.0
) -> tuple[Predictions, Any]:
    """Draw answers of a model that is as sure as it should be (times `sure`), and what came true."""
    x = random.normal(mean, spread, rows)
    told = 1 / (1 + np.exp(-sure * x))
    came = np.where(random.random(rows) < 1 / (1 + np.exp(-x)), "yes", "no").astype(object)
    return (
        Predictions(
            confidence=np.maximum(told, 1 - told),
            label=np.where(told > 0.5, "yes", "no").astype(object),
            probability=np.column_stack([1 - told, told]),
        ),
        came,
    )


def figures(answers: Predictions, outcomes: Outcomes) -> dict[str, Any]:
    return {each.name: each for each in measure_performance(answers, outcomes, classes=CLASSES)}


@pytest.mark.parametrize("sure", [1.0, 1.6])
def test_what_is_expected_before_outcomes_holds_when_they_come_even_of_a_model_that_is_too_sure(sure: float) -> None:
    held = []
    for seed in range(8):
        random = np.random.default_rng(seed)
        answers, came = world(random, 1_500, sure=sure)
        reference = make_reference({}, {}, answers, came, seed=0)
        # Harder cases than those it was checked on.
        later, then = world(random, 600, spread=0.7, sure=sure)
        guess = estimate_performance(reference, later, seed=seed, classes=CLASSES)
        real = figures(later, outcomes_from(then, later))
        assert guess.trusted
        held += [each.lower <= real[each.name].value <= each.upper for each in guess.metrics if each.name != "f1"]
    assert np.mean(held) >= 0.85


def test_an_estimate_says_when_it_is_not_to_be_trusted() -> None:
    random = np.random.default_rng(1)
    answers, came = world(random, 1_000)
    reference = make_reference({"x": np.arange(1_000.0)}, {"x": "number"}, answers, came, seed=0)
    drift = compare_data(reference, {"x": np.arange(1_000.0) + 900}, seed=0)
    guess = estimate_performance(reference, answers, seed=0, classes=CLASSES, drift=drift)
    assert not guess.trusted
    assert "outside what the model was trained on" in guess.why[0]
    assert not estimate_performance({}, answers, seed=0).trusted


def test_outcomes_that_have_not_come_count_neither_as_right_nor_as_wrong() -> None:
    answers, came = world(np.random.default_rng(2), 400)
    told = outcomes_from(came, answers)
    hidden = came.copy()
    hidden[::2] = None
    part = outcomes_from(hidden, answers)
    assert part.count == 200
    right = (answers.label == came)[1::2].mean()  # type: ignore[index]
    assert figures(answers, part)["accuracy"].value == pytest.approx(right)
    assert figures(answers, told)["accuracy"].lower < figures(answers, told)["accuracy"].value
    assert figures(answers, outcomes_from([None] * 400, answers)) == {}


def test_probabilities_that_do_not_hold_are_seen_and_those_that_do_are_left_alone() -> None:
    good, came = world(np.random.default_rng(3), 2_000)
    bad, then = world(np.random.default_rng(3), 2_000, sure=3.0)
    held = measure_calibration(good, outcomes_from(came, good), classes=CLASSES)
    broken = measure_calibration(bad, outcomes_from(then, bad), classes=CLASSES)
    assert held is not None
    assert held.p_value > 0.01
    assert broken is not None
    assert broken.p_value < 0.001
    assert broken.error > 0.05


def test_a_selection_unlike_the_rest_is_told() -> None:
    answers, came = world(np.random.default_rng(4), 600)
    score = answers.probability[:, 1]  # type: ignore[index]
    known = came.copy()
    known[score < 0.6] = None
    assert measure_selection(score, outcomes_from(known, answers)).alike is False
    known = came.copy()
    known[::3] = None
    assert measure_selection(score, outcomes_from(known, answers)).alike is True


def test_numbers_are_measured_and_one_outlier_decides_no_comparison() -> None:
    random = np.random.default_rng(5)
    actual = random.normal(size=500)
    said = Predictions(
        confidence=np.full(500, 0.5), value=actual + 0.1, lower=actual - 1, upper=actual + np.where(actual > 0, 1, -0.5)
    )
    reference = make_reference({}, {}, said, actual, seed=0)
    actual[0] = 1e12
    outcomes = outcomes_from(actual, said)
    found = figures(said, outcomes)
    assert found["coverage"].value == pytest.approx(np.mean(actual > 0), abs=0.01)
    losses = case_losses(said, outcomes, scale=loss_scale(reference))
    assert losses[0] == 1.0
    assert np.nanmax(losses[1:]) == pytest.approx(0.5)


def test_several_classes_and_anomalies_are_read_from_the_record() -> None:
    outputs = [{"label": name, "probability": {"a": 0.5, "b": 0.3, "c": 0.2}} for name in "abca"]
    answers = answers_from(outputs, [0.5] * 4, ("a", "b", "c"))
    found = {
        each.name: each.value
        for each in measure_performance(answers, outcomes_from(["a", "b", "b", None], answers), classes=("a", "b", "c"))
    }
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert {"recall", "f1", "brier", "log_loss"} <= found.keys()
    odd = answers_from([{"label": "anomaly", "value": 0.9}, {"label": "normal", "value": 0.1}], [0.9, 0.9], ())
    assert outcomes_from([True, "normal"], odd).labels.tolist() == ["anomaly", "normal"]  # type: ignore[union-attr]


def test_groups_that_fare_differently_are_flagged_and_others_are_not() -> None:
    random = np.random.default_rng(6)
    sex = random.choice(["f", "m"], 1_000)
    said = np.where(random.random(1_000) < np.where(sex == "f", 0.3, 0.6), "yes", "no").astype(object)
    alike = np.where(random.random(1_000) < 0.5, "yes", "no").astype(object)
    outcomes = Outcomes(np.ones(1_000, dtype=bool), labels=alike)
    (unfair,) = measure_groups(said, outcomes, {"sex": sex}, positive="yes")
    (fair,) = measure_groups(alike, outcomes, {"sex": sex}, positive="yes")
    assert unfair.flagged
    assert unfair.passes is False
    assert unfair.gaps[0].lower > 0.1
    assert not fair.flagged
    assert fair.passes


def test_an_endless_watch_alarms_soon_after_a_change_and_seldom_without_one() -> None:
    false, delays = 0, []
    for seed in range(60):
        random = np.random.default_rng(seed)
        false += watch_losses(Detector(), (random.random(200) < 0.2) * 1.0, expected=0.2).alarmed()
        detector, steps = Detector(), 0
        while not detector.alarmed() and steps < 500:
            detector, steps = watch_losses(detector, [float(random.random() < 0.5)], expected=0.2), steps + 1
        delays.append(steps)
    assert false <= 60 * 0.2 + 4  # at most 200 / 1,000 by the mean time to a false alarm
    assert np.median(delays) < 60
    assert watch_p_values(Detector(), [0.001] * 4).alarmed()
    assert not watch_p_values(Detector(), np.linspace(0.05, 1, 50)).alarmed()
