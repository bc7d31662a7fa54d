"""Columns that know the answer are found, named, and left out unless the caller insists."""

import numpy as np
import pandas as pd

from intendant.learning.models import FeatureSpec, scan_leakage, train_credit_model


def found(frame, outcome, times=None):
    return {(finding.column, finding.kind, finding.level) for finding in scan_leakage(frame, outcome, times)}


def test_honest_columns_are_not_accused(applications):
    frame, outcome, _ = applications(1_000, 1)
    assert found(frame, outcome) == set()


def test_copies_of_the_outcome_are_excluded(applications):
    frame, outcome, _ = applications(1_000, 1)
    generator = np.random.default_rng(0)
    frame["collected"] = np.where(outcome == 1, 0.0, generator.uniform(100, 900, 1_000))
    frame["state"] = np.where(outcome == 1, "closed", "written off")
    assert {("collected", "single_feature", "exclude"), ("state", "single_feature", "exclude")} <= found(frame, outcome)


def test_presence_that_equals_the_outcome_is_excluded(applications):
    frame, outcome, _ = applications(1_000, 1)
    frame["closed_on"] = np.where(outcome == 1, 20_240_101.0, np.nan)
    assert ("closed_on", "missingness", "exclude") in found(frame, outcome)


def test_identifiers_are_excluded(applications):
    frame, outcome, _ = applications(1_000, 1)
    frame["row"] = np.arange(1_000)
    frame["reference"] = [f"LN-{number:06d}" for number in range(1_000)]
    assert {("row", "identifier", "exclude"), ("reference", "identifier", "exclude")} <= found(frame, outcome)


def test_a_name_that_sounds_of_afterwards_is_warned_of(applications):
    frame, outcome, _ = applications(1_000, 1)
    generator = np.random.default_rng(0)
    frame["Days Overdue"] = (1 - outcome) * 10 + generator.normal(0, 8, 1_000)
    assert ("Days Overdue", "afterwards_name", "warn") in found(frame, outcome)


def test_dates_after_the_decision_are_excluded(applications):
    frame, outcome, _ = applications(200, 1)
    decided = pd.date_range("2024-01-01", periods=200)
    frame["last_call"] = decided + pd.Timedelta(days=30)
    frame["born"] = decided - pd.Timedelta(days=9_000)
    times = decided.to_numpy()
    assert ("last_call", "after_decision", "exclude") in found(frame, outcome, times)
    assert not any(column == "born" and kind == "after_decision" for column, kind, _ in found(frame, outcome, times))


def test_one_column_far_ahead_is_warned_of(applications):
    frame, outcome, _ = applications(1_000, 1)
    frame["mystery"] = outcome * 2.0 + np.random.default_rng(0).normal(0, 1.1, 1_000)
    assert ("mystery", "far_ahead", "warn") in found(frame, outcome)


def test_training_leaves_leaks_out_unless_told_otherwise(applications, specs):
    frame, outcome, _ = applications(200, 1)
    frame["recovered"] = np.where(outcome == 1, 0.0, 1.0)
    both = [*specs, FeatureSpec("recovered", "numeric")]
    careful = train_credit_model(frame, outcome, specs=both, seed=1, worker_count=1, challenger=False, refit=False)
    assert "recovered" not in careful.champion.feature_names
    assert any("recovered" in notice for notice in careful.notices)
    told = train_credit_model(
        frame,
        outcome,
        specs=both,
        seed=1,
        worker_count=1,
        challenger=False,
        refit=False,
        allow_suspicious={"recovered"},
    )
    assert "recovered" in told.champion.feature_names
    assert told.validation.auc > 0.95
