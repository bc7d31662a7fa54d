"""Metrics agree with their definitions and with scikit-learn, and refuse what cannot be compared."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intendant.learning.evaluation import (
    EvaluationInputInvalid,
    auc,
    auc_difference,
    auc_interval,
    brier,
    calibration_error,
    calibration_table,
    log_loss,
    wilson_interval,
)

ROWS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8).map(lambda n: n / 8)), min_size=1, max_size=60)


@given(ROWS)
def test_auc_is_the_chance_that_a_good_row_ranks_above_a_bad_one(rows):
    outcome = np.array([label for label, _ in rows])
    score = np.array([value for _, value in rows])
    good, bad = score[outcome == 1], score[outcome == 0]
    if not good.size or not bad.size:
        assert np.isnan(auc(outcome, score))
        return
    by_hand = np.mean([(g > b) + 0.5 * (g == b) for g in good for b in bad])
    assert auc(outcome, score) == pytest.approx(by_hand)
    interval = auc_interval(outcome, score)
    assert interval.auc == pytest.approx(by_hand)
    assert 0 <= interval.lower <= interval.auc <= interval.upper <= 1


def test_metrics_agree_with_scikit_learn():
    from sklearn import metrics

    generator = np.random.default_rng(0)
    outcome, score = generator.integers(0, 2, 500), generator.random(500).round(2)
    assert auc(outcome, score) == pytest.approx(metrics.roc_auc_score(outcome, score))
    assert brier(outcome, score) == pytest.approx(metrics.brier_score_loss(outcome, score))
    score = np.clip(score, 0.01, 0.99)
    assert log_loss(outcome, score) == pytest.approx(metrics.log_loss(outcome, score))


def test_the_auc_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(1)
    truth = 0.7602  # P(N(1, 1) > N(0, 1))
    covered = 0
    for _ in range(400):
        outcome = np.r_[np.ones(60), np.zeros(60)]
        score = np.r_[generator.normal(1, 1, 60), generator.normal(0, 1, 60)]
        interval = auc_interval(outcome, score)
        covered += interval.lower <= truth <= interval.upper
    assert 0.90 <= covered / 400 <= 0.985


def test_a_paired_difference_is_tighter_than_two_intervals():
    generator = np.random.default_rng(2)
    outcome = generator.integers(0, 2, 800)
    first = outcome + generator.normal(0, 1.5, 800)
    second = first + generator.normal(0, 0.4, 800)
    paired = auc_difference(outcome, first, second)
    assert paired.difference == pytest.approx(auc(outcome, first) - auc(outcome, second))
    single = auc_interval(outcome, first)
    assert paired.upper - paired.lower < single.upper - single.lower


@given(ROWS)
def test_a_calibration_table_counts_every_row_once(rows):
    outcome = np.array([label for label, _ in rows])
    probability = np.array([value for _, value in rows])
    table = calibration_table(probability, outcome, bins=5)
    assert sum(row.count for row in table) == len(rows)
    assert sum(row.count * row.observed for row in table) == pytest.approx(outcome.sum())
    assert all(earlier.probability_max < later.probability_min for earlier, later in itertools.pairwise(table))
    assert 0 <= calibration_error(probability, outcome) <= 1


def test_wilson_intervals_are_known_values():
    low, high = wilson_interval(10, 20)
    assert (round(low, 4), round(high, 4)) == (0.2993, 0.7007)
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("outcome", "probability"),
    [([], []), ([1, 0], [0.5]), ([1, 2], [0.5, 0.5]), ([1, 0], [0.5, float("nan")])],
)
def test_what_cannot_be_compared_is_refused(outcome, probability):
    with pytest.raises(EvaluationInputInvalid) as refusal:
        brier(outcome, probability)
    assert refusal.value.field
    assert refusal.value.remedy
