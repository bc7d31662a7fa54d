"""Training: honest validation, refusals that name field and remedy, and the same result for the same seed."""

import numpy as np
import pandas as pd
import pytest

from intendant.learning.models import (
    FeatureSpec,
    FeatureSpecInvalid,
    ProtectedFeature,
    TrainingDataInvalid,
    train_credit_model,
)


def test_a_sound_table_gives_a_validated_model(trained):
    report = trained.validation
    assert report.validated, report.reasons
    assert report.split == "stratified"
    assert report.n_train + report.n_validation == 1_500
    assert report.champion.auc.lower > 0.6
    assert [baseline.name.split(" (")[0] for baseline in report.baselines] == [
        "prior",
        "best single feature",
        "logistic regression",
    ]
    assert trained.challenger is not None
    assert trained.challenger_model
    assert sum(row.count for row in report.calibration) == report.n_validation
    assert {group.attribute for group in report.groups} == {"age"}
    assert report.coverage.overall > 0.82


def test_held_out_rows_are_disjoint_from_those_it_learnt_from(trained):
    assert not set(trained.development_rows) & set(trained.validation_rows)
    assert trained.validation_probability.shape == trained.validation_rows.shape
    assert trained.development_probability.shape == trained.development_rows.shape


def test_the_same_seed_gives_the_same_model(applications, specs):
    frame, outcome, _ = applications(300, 1)
    first, second = (
        train_credit_model(frame, outcome, specs=specs, seed=5, worker_count=1, challenger=False, refit=False)
        for _ in range(2)
    )
    assert first.champion.to_bytes() == second.champion.to_bytes()


def test_known_times_hold_out_the_latest(applications, specs):
    frame, outcome, _ = applications(400, 2)
    times = pd.date_range("2024-01-01", periods=400, freq="h").to_numpy()
    shuffled = np.random.default_rng(0).permutation(400)
    result = train_credit_model(
        frame, outcome, specs=specs, times=times[shuffled], seed=5, worker_count=1, challenger=False, refit=False
    )
    assert result.validation.split == "time-ordered"
    assert times[shuffled][result.validation_rows].min() > times[shuffled][result.development_rows].max()


def test_an_outcome_without_pattern_gives_a_model_that_is_not_validated(applications, specs):
    frame, _, _ = applications(400, 3)
    outcome = np.random.default_rng(9).integers(0, 2, 400)
    result = train_credit_model(frame, outcome, specs=specs, seed=1, worker_count=1, challenger=False, refit=False)
    assert not result.validation.validated
    assert result.validation.reasons


@pytest.mark.parametrize(
    ("count", "outcome", "field", "words"),
    [
        (3, [1, 0, 1], "outcome", "too few"),
        (50, [1] * 50, "outcome", "defaulted"),
        (50, [0] * 50, "outcome", "repaid"),
        (50, [1, 2] * 25, "outcome", "other than 0 and 1"),
        (50, [1, np.nan] * 25, "outcome", "missing"),
        (50, ["good", "bad"] * 25, "outcome", "not 0 or 1"),
        (50, [1, 0], "outcome", "50 rows"),
    ],
)
def test_an_outcome_that_teaches_nothing_is_refused(applications, specs, count, outcome, field, words):
    frame, _, _ = applications(count, 1)
    with pytest.raises(TrainingDataInvalid, match=words) as refusal:
        train_credit_model(frame, np.array(outcome), specs=specs, seed=1)
    assert refusal.value.field == field
    assert refusal.value.remedy


def test_a_protected_attribute_is_never_a_feature(applications):
    frame, outcome, _ = applications(100, 1)
    with pytest.raises(ProtectedFeature) as refusal:
        train_credit_model(frame, outcome, specs=[FeatureSpec("income", "numeric")], groups=frame[["income"]], seed=1)
    assert refusal.value.field == "income"


def test_unknown_and_doubled_columns_are_named(applications):
    frame, outcome, _ = applications(100, 1)
    income = FeatureSpec("income", "numeric")
    for specs, field in (([FeatureSpec("wealth", "numeric")], "wealth"), ([income, income], "income"), ([], "specs")):
        with pytest.raises(TrainingDataInvalid) as refusal:
            train_credit_model(frame, outcome, specs=specs, seed=1)
        assert refusal.value.field == field


def test_a_promise_about_categories_is_refused():
    with pytest.raises(FeatureSpecInvalid):
        FeatureSpec("purpose", "category", monotone=1)
    with pytest.raises(FeatureSpecInvalid):
        FeatureSpec("purpose", "date")  # type: ignore[arg-type]


def test_columns_that_teach_nothing_are_left_out_with_a_notice(applications, specs):
    frame, outcome, _ = applications(200, 4)
    generator = np.random.default_rng(2)
    frame["empty"] = np.nan
    frame["constant"] = 5
    frame["free text"] = [f"applicant {number} wrote this" for number in generator.permutation(200)]
    frame["mostly words"] = ["a", "b"] * 100
    frame["day"] = pd.Timestamp("2024-01-01")
    frame["outlier"] = np.where(np.arange(200) == 7, 1e12, generator.normal(size=200))
    frame["infinite"] = np.where(np.arange(200) % 9 == 0, np.inf, generator.normal(size=200))
    frame["имя 🏦"] = generator.choice(["да", "нет"], 200)
    more = [FeatureSpec(name, "numeric") for name in ("empty", "constant", "mostly words", "outlier", "infinite")]
    more += [FeatureSpec(name, "category") for name in ("free text", "day", "имя 🏦")]
    result = train_credit_model(frame, outcome, specs=[*specs, *more], seed=1, worker_count=1, refit=False)
    used = {spec.name for spec in result.specs}
    assert {"outlier", "infinite", "имя 🏦"} <= used
    for name in ("empty", "constant", "mostly words", "free text", "day"):
        assert name not in used
        assert any(notice.startswith(name) for notice in result.notices), name
    assert result.champion.from_bytes(result.champion.to_bytes()).feature_names == result.champion.feature_names


def test_a_table_of_nothing_useful_is_refused():
    frame = pd.DataFrame({"empty": [np.nan] * 60, "same": ["x"] * 60})
    with pytest.raises(TrainingDataInvalid, match="learn from"):
        train_credit_model(frame, np.array([1, 0] * 30), seed=1)


def test_many_categories_are_put_together(applications, specs):
    frame, outcome, _ = applications(600, 4)
    generator = np.random.default_rng(2)
    frame["town"] = [f"town {number}" for number in generator.zipf(1.6, 600) % 200]
    result = train_credit_model(
        frame,
        outcome,
        specs=[*specs, FeatureSpec("town", "category")],
        seed=1,
        worker_count=1,
        challenger=False,
        refit=False,
    )
    table = next(table for table in result.champion.features if table.name == "town")
    assert "(other)" in table.categories
    assert len(table.categories) < 52
    never, rare = (
        result.champion.predict_records([{"town": town}])[0].probability for town in ("town never", "(other)")
    )
    assert never == rare


def test_three_thousand_columns_are_cut_down_to_the_strongest(applications):
    frame, outcome, _ = applications(120, 4)
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(120, 3_000)).astype(np.float32))
    noise.columns = [f"n{number}" for number in range(3_000)]
    wide = pd.concat([frame.drop(columns=["purpose"]), noise], axis=1)
    result = train_credit_model(wide, outcome, seed=1, worker_count=1, challenger=False, refit=False)
    assert len(result.specs) <= 200
    assert any("3005 features" in notice for notice in result.notices)


def test_fifty_rows_are_judged_and_not_trusted(applications, specs):
    frame, outcome, _ = applications(50, 12)
    assert min(outcome.sum(), 50 - outcome.sum()) >= 10
    result = train_credit_model(frame, outcome, specs=specs, seed=1, worker_count=1, refit=False)
    assert not result.validation.validated


def test_progress_only_goes_forward(applications, specs):
    frame, outcome, _ = applications(120, 4)
    seen = []
    train_credit_model(
        frame,
        outcome,
        specs=specs,
        seed=1,
        worker_count=1,
        challenger=False,
        refit=False,
        progress=lambda share, stage: seen.append((share, stage)),
    )
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_columns_of_any_pandas_type_and_name_are_read(applications):
    frame, outcome, _ = applications(200, 6)
    frame.index = np.arange(200)[::-1] * 7
    frame["purpose"] = frame["purpose"].astype("category")
    frame["owns_home"] = frame["owns_home"].astype("boolean")
    frame["term_months"] = frame["term_months"].astype("Int64")
    frame.iloc[5, 2] = pd.NA
    frame.iloc[4, 4] = pd.NA
    frame[17] = np.random.default_rng(0).normal(size=200)
    times = pd.Series(pd.date_range("2024-01-01", periods=200, tz="Europe/Berlin"), index=frame.index)
    result = train_credit_model(
        frame,
        outcome,
        times=times,
        seed=1,
        challenger=False,
        refit=False,
        groups=pd.DataFrame({"sex": ["m", "f"] * 100}),
    )
    assert result.validation.split == "time-ordered"
    assert {spec.name: spec.type for spec in result.specs} == {
        "income": "numeric", "amount": "numeric", "term_months": "numeric", "purpose": "category",
        "owns_home": "boolean", "noise": "numeric", "17": "numeric",
    }  # fmt: skip
    named = frame.rename(columns=str)
    alike = [prediction.probability for prediction in result.champion.predict_records(named.to_dict("records"))]
    np.testing.assert_allclose(result.champion.predict(named), alike, atol=1e-12)


def test_times_that_order_nothing_fall_back_to_chance_with_a_notice(applications, specs):
    frame, outcome, _ = applications(120, 6)
    for times in (np.array(["rubbish"] * 120), np.full(120, 5.0)):
        result = train_credit_model(frame, outcome, specs=specs[:2], times=times, seed=1, challenger=False, refit=False)
        assert result.validation.split == "stratified"
        assert any("at random" in notice for notice in result.notices)
    with pytest.raises(TrainingDataInvalid) as refusal:
        train_credit_model(frame, outcome, specs=specs, times=[1, 2], seed=1)
    assert refusal.value.field == "times"
