"""Tables without labels: groups that are there are found, strange rows are alarmed as often as asked, and nothing is pickled."""

import json

import numpy as np
import pandas as pd
import pytest

from intendant.learning.estimators import (
    ArtifactInvalid,
    InputInvalid,
    TrainingInvalid,
    TrainingSpec,
    load_model,
    train_model,
)


def table(count: int = 900, seed: int = 3) -> pd.DataFrame:
    """Three groups of customers, a column of noise, and a number for each row."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 3, count)
    return pd.DataFrame(
        {
            "spend": np.array([100.0, 500, 900])[group] + random.normal(size=count) * 30,
            "âge": np.array([30.0, 60, 30])[group] + random.normal(size=count) * 3,
            "plan": np.array(["basic", "gold", "gold"])[group],
            "noise": random.normal(size=count),
            "id": np.arange(count, dtype=float),
            "group": np.array(["a", "b", "c"])[group],
        }
    )


@pytest.fixture(scope="module", params=["k_means", "density"])
def clustered(request):
    return train_model(table(), TrainingSpec("clustering", request.param, target="group"))


@pytest.fixture(scope="module")
def strange():
    frame = table(2_000).drop(columns="group")
    odd = np.random.default_rng(1).choice(2_000, 20, replace=False)
    frame.loc[odd, "spend"] = 5_000.0
    frame.loc[odd, "âge"] = 1.0
    frame["known"] = np.where(np.isin(np.arange(2_000), odd), "bad", "good")
    spec = TrainingSpec("anomaly", "isolation_forest", target="known", parameters={"expected_share": 0.02})
    return frame, train_model(frame, spec)


def figures(trained) -> dict[str, float]:
    return {metric.name: metric.value for metric in trained.report.model.metrics}


def test_groups_that_are_there_are_found_and_stable(clustered):
    found = figures(clustered)
    assert found["adjusted_rand"] > 0.85
    assert found["stability"] > 0.85
    assert clustered.report.validated
    assert clustered.report.model.metrics[0].value > clustered.report.baselines[2].metrics[0].value


def test_a_cluster_is_told_in_words_with_values(clustered):
    words = " ".join(each["words"] for each in clustered.report.details["clusters"])
    assert "spend low (typically" in words
    assert "plan is basic in 100%" in words
    assert "noise" not in words
    json.dumps(clustered.report.as_dict())


def test_a_column_that_numbers_the_rows_is_left_out(clustered):
    assert "id" not in clustered.model.feature_names
    assert any("numbers the rows" in notice for notice in clustered.report.notices)


def test_clusters_read_back_answer_the_same_with_reasons(clustered):
    again = load_model(clustered.model.to_bytes())
    rows = table(50, seed=9)
    first, second = clustered.model.predict(rows, reasons=2), again.predict(rows, reasons=2)
    assert (first.label == second.label).all()
    inside = [each for each, label in zip(second.reasons, second.label, strict=True) if label != "outside"]
    assert {reasons[0].feature for reasons in inside} <= {"spend", "âge", "plan"}
    assert ((second.confidence >= 0) & (second.confidence <= 1)).all()


def test_a_changed_artifact_is_refused(clustered):
    artifact = clustered.model.to_bytes()
    with pytest.raises(ArtifactInvalid):
        load_model(artifact[:-40] + b"0" * 40)


def test_a_row_far_from_every_dense_place_is_outside():
    trained = train_model(table(), TrainingSpec("clustering", "density", exclude=("group",)))
    answer = trained.model.predict(
        {"spend": [100.0, 300.0], "âge": [30.0, 45.0], "plan": ["basic", "gold"], "noise": [0, 0]}
    )
    assert list(answer.label)[1] == "outside"
    assert answer.label[0] != "outside"


def test_in_noise_no_cluster_is_vouched_for():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({name: random.normal(size=600) for name in "abcd"})
    assert not train_model(frame, TrainingSpec("clustering", "k_means")).report.validated


def test_the_same_table_and_seed_give_the_same_artifact():
    spec = TrainingSpec("clustering", "k_means", parameters={"k": 3})
    assert train_model(table(200), spec).model.to_bytes() == train_model(table(200), spec).model.to_bytes()


@pytest.mark.parametrize(
    ("frame", "spec", "field"),
    [
        (table(5), TrainingSpec("clustering", "k_means"), "training_data_source"),
        (pd.DataFrame({"a": [1.0] * 60}), TrainingSpec("anomaly", "isolation_forest"), "feature_columns"),
        (pd.DataFrame({"a": [None] * 60}), TrainingSpec("clustering", "k_means"), "feature_columns"),
        (table(60), TrainingSpec("clustering", "k_means", parameters={"k": 51}), "parameters.k"),
        (table(60), TrainingSpec("clustering", "k_means", parameters={"x": 1}), "parameters.x"),
        (table(60), TrainingSpec("anomaly", "isolation_forest", target="gone"), "target_column"),
        (table(60), TrainingSpec("anomaly", "isolation_forest", target="group"), "positive"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_by_field(frame, spec, field):
    with pytest.raises(TrainingInvalid) as refused:
        train_model(frame, spec)
    assert refused.value.field == field
    assert refused.value.remedy


def test_about_as_many_rows_are_alarmed_as_asked(strange):
    _, trained = strange
    rate = trained.report.model.metrics[0]
    assert rate.lower <= 0.02 <= rate.upper


def test_known_anomalies_are_measured_against_and_never_learnt_from(strange):
    _, trained = strange
    assert "known" not in trained.model.feature_names
    assert figures(trained)["auc"] > 0.95
    assert trained.report.primary == "auc"
    assert trained.report.details["positive"] == "bad"


def test_reasons_name_what_makes_a_row_strange(strange):
    _, trained = strange
    again = load_model(trained.model.to_bytes())
    record = {"spend": [5_000.0, 500.0], "âge": [1.0, 60.0], "plan": ["gold", "gold"], "noise": [0.1, 0.1]}
    answer = again.predict(record, reasons=2)
    assert list(answer.label) == ["anomaly", "normal"]
    assert {reason.feature for reason in answer.reasons[0]} == {"spend", "âge"}
    assert answer.value[0] > answer.value[1]
    with pytest.raises(InputInvalid):
        again.predict({"other": [1]})


def test_absurd_values_and_categories_never_seen_are_answered(strange):
    _, trained = strange
    answer = trained.model.predict({"spend": [1e300, None], "plan": ["☃", None], "âge": ["x", 30]})
    assert answer.unusual[0] == ("âge", "plan") or set(answer.unusual[0]) == {"âge", "plan"}
    assert np.isfinite(answer.value).all()


def test_too_few_rows_to_alarm_at_so_small_a_share_is_said():
    trained = train_model(table(60).drop(columns="group"), TrainingSpec("anomaly", "isolation_forest"))
    assert any("no row will be alarmed" in notice for notice in trained.report.notices)
