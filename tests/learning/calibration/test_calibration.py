"""Calibration keeps order and mends probabilities; conformal sets keep their promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.learning.calibration import (
    AMBIGUOUS,
    CALIBRATOR_METHODS,
    EMPTY,
    CalibrationDataInvalid,
    Calibrator,
    ConformalRule,
    choose_calibrator,
    fit_band,
    fit_calibrator,
    fit_conformal,
    fit_conformal_by_group,
    measure_coverage,
)
from intendant.learning.evaluation import brier, calibration_error


def draw(count, seed, *, slope=1.0, shift=0.0):
    """Return raw log-odds that are off by slope and shift, and outcomes."""
    generator = np.random.default_rng(seed)
    true = generator.normal(1, 1.5, count)
    outcome = (generator.random(count) < 1 / (1 + np.exp(-true))).astype(int)
    return (true - shift) / slope, outcome


@pytest.mark.parametrize("method", CALIBRATOR_METHODS[1:])
def test_every_method_mends_overconfident_scores(method):
    raw, outcome = draw(4_000, 1, slope=0.4, shift=-1)
    fresh, later = draw(4_000, 2, slope=0.4, shift=-1)
    mended = fit_calibrator(raw, outcome, method).probability(fresh)
    assert brier(later, mended) < brier(later, 1 / (1 + np.exp(-fresh)))
    assert calibration_error(mended, later) < 0.04


ROWS_TO_TRAIN_ON = 40


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(CALIBRATOR_METHODS), st.integers(3, 400))
def test_order_is_always_kept(seed, method, count):
    generator = np.random.default_rng(seed)
    raw = generator.normal(0, 2, count).round(generator.integers(0, 4))
    outcome = generator.integers(0, 2, count)
    calibrator = fit_calibrator(raw, outcome, method)
    grid = np.linspace(-4, 4, 200)
    assert (np.diff(calibrator.log_odds(grid)) >= 0).all()
    if count >= ROWS_TO_TRAIN_ON:
        # Fewer may be parted without an error, and then the ends are as sure as a probability gets.
        inside = np.linspace(-1, 1, 50)
        assert np.unique(calibrator.probability(inside)).size == 50


@pytest.mark.parametrize("method", CALIBRATOR_METHODS)
def test_scores_that_differ_by_rounding_alone_are_one(method):
    raw = [-1.0, 1.0, 2.0, np.nextafter(2.0, 3.0), 4.0, -1.0, 1.0, -1.0]
    calibrator = fit_calibrator(raw, [0, 1, 1, 1, 0, 0, 1, 0], method)
    assert (np.diff(calibrator.raw) > 0).all()


def test_sound_scores_are_left_alone():
    raw, outcome = draw(5_000, 3)
    calibrator, trials = choose_calibrator(raw, outcome, seed=1)
    assert calibrator.method == "identity"
    assert {trial.method for trial in trials} == set(CALIBRATOR_METHODS)
    again, _ = choose_calibrator(raw, outcome, seed=1)
    assert again == calibrator


def test_one_outcome_or_one_score_calibrates_nothing():
    assert fit_calibrator([0.1, 0.2, 0.3], [1, 1, 1], "beta").method == "identity"
    assert fit_calibrator([0.1, 0.1, 0.1], [1, 0, 1], "isotonic").method == "identity"
    for unsound in (lambda: Calibrator("platt", (1.0, 0.0), (0.0, 1.0)), lambda: fit_calibrator([], [], "platt")):
        with pytest.raises(CalibrationDataInvalid):
            unsound()
    with pytest.raises(CalibrationDataInvalid, match="no calibration method"):
        fit_calibrator([0.1, 0.9], [0, 1], "magic")


def test_the_band_is_wide_where_data_are_few():
    raw, outcome = draw(3_000, 4)
    band = fit_band(raw, outcome)
    lower, upper = band.bounds(np.array([1.0, raw.max()]))
    assert upper[0] - lower[0] < 0.1
    assert (lower <= upper).all()
    for score in (-100.0, -0.3, 0.77, 100.0):
        assert band.bounds_of(score) == pytest.approx(tuple(float(side[0]) for side in band.bounds([score])))
    few = fit_band(raw[:30], outcome[:30])
    wide = few.bounds([1.0])
    assert wide[1][0] - wide[0][0] > upper[0] - lower[0]


@pytest.mark.parametrize("method", ["marginal", "by_label"])
@pytest.mark.parametrize("error_rate", [0.05, 0.2])
def test_sets_hold_the_outcome_as_often_as_promised(method, error_rate):
    coverages = []
    for seed in range(40):
        raw, outcome = draw(1_200, seed)
        probability = 1 / (1 + np.exp(-raw))
        rule = fit_conformal(probability[:300], outcome[:300], error_rate=error_rate, method=method)
        coverages.append(measure_coverage(rule, probability[300:], outcome[300:]))
    assert np.mean([coverage.overall for coverage in coverages]) >= 1 - error_rate - 0.01
    if method == "by_label":
        assert np.mean([coverage.defaulted for coverage in coverages]) >= 1 - error_rate - 0.01
        assert np.mean([coverage.repaid for coverage in coverages]) >= 1 - error_rate - 0.01
    else:
        assert np.mean([coverage.overall for coverage in coverages]) <= 1 - error_rate + 0.02


def test_too_few_rows_promise_nothing():
    rule = fit_conformal([0.9, 0.1, 0.8], [1, 0, 1], error_rate=0.1)
    assert rule.labels(0.999) == AMBIGUOUS
    assert rule.labels(0.001) == AMBIGUOUS


def test_labels_follow_the_thresholds():
    overlapping = ConformalRule(0.1, "marginal", repaid_from=0.3, defaulted_up_to=0.7, calibration_count=100)
    assert [overlapping.labels(p) for p in (0.2, 0.5, 0.9)] == [{"defaulted"}, AMBIGUOUS, {"repaid"}]
    assert overlapping.sizes([0.2, 0.5, 0.9]).tolist() == [1, 2, 1]
    apart = ConformalRule(0.4, "marginal", repaid_from=0.7, defaulted_up_to=0.3, calibration_count=100)
    assert apart.labels(0.5) == EMPTY


def test_groups_large_enough_have_a_rule_of_their_own():
    raw, outcome = draw(600, 5)
    probability = 1 / (1 + np.exp(-raw))
    groups = np.array(["car"] * 500 + ["boat"] * 100)
    groups[-5:] = "plane"
    rules = fit_conformal_by_group(probability, outcome, groups)
    assert set(rules.groups) == {"car"}
    assert rules.rule("plane") == rules.overall
    assert rules.rule("never seen") == rules.overall
