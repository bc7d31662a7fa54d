"""Tables that are too small, degenerate, poisoned or oddly written: a clear refusal or an honest model, never a traceback."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.learning.estimators.tables import with_target

from intendant.learning.estimators import TrainingInvalid, TrainingSpec, train_model
from intendant.learning.estimators.tabular import bundle_copies

SPEC = TrainingSpec("classification", "logistic", target="churned")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda frame: frame.drop(columns="churned"), "target_column"),
        (lambda frame: frame.head(5), "training_data_source"),
        (lambda frame: frame.assign(churned="no"), "target_column"),
        (lambda frame: frame.assign(churned=None), "target_column"),
        (lambda frame: frame.assign(churned=[f"c{row}" for row in range(len(frame))]), "target_column"),
        (lambda frame: frame.assign(churned=["yes"] * 3 + ["no"] * (len(frame) - 3)), "target_column"),
        (lambda frame: frame[["churned"]].assign(constant=1, empty=None), "feature_columns"),
    ],
)
def test_a_table_without_a_question_is_refused_by_field(change: Any, field: str) -> None:
    with pytest.raises(TrainingInvalid) as refused:
        train_model(change(with_target("churned")), SPEC)
    assert refused.value.field == field
    assert refused.value.remedy


def test_shuffled_labels_are_never_validated() -> None:
    frame = with_target("churned", 200)
    for seed in range(8):
        labels = np.random.default_rng(seed).permutation(frame["churned"].to_numpy())
        assert not train_model(frame.assign(churned=labels), SPEC).report.validated


def test_a_copy_of_the_target_is_left_out_and_kept_only_with_a_warning() -> None:
    frame = with_target("churned")
    frame = frame.assign(code=(frame["churned"] == "yes") * 7 + 3)
    report = train_model(frame, SPEC).report
    assert [leak.column for leak in report.leakage if leak.left_out] == ["code"]
    kept = train_model(frame, replace(SPEC, allow_suspicious=("code",))).report
    assert not kept.validated
    assert "code" in kept.verdict[0]


def test_a_copy_of_a_number_or_of_many_classes_is_left_out() -> None:
    frame = with_target("spend")
    frame["copy"] = 3 * frame["spend"] + 1
    report = train_model(frame, TrainingSpec("regression", "linear", target="spend")).report
    assert any(leak.column == "copy" and leak.left_out for leak in report.leakage)
    frame = with_target("level")
    frame["copy"] = frame["level"].map({"high": 9, "low": 2, "middle": 5})
    report = train_model(frame, TrainingSpec("classification", "logistic", target="level")).report
    assert any(leak.column == "copy" and leak.left_out for leak in report.leakage)


def test_copies_of_rows_stay_on_one_side_and_are_told() -> None:
    frame = with_target("churned")
    noise = np.random.default_rng(1).choice(["yes", "no"], len(frame))
    doubled = pd.concat([frame.assign(churned=noise)] * 3)
    report = train_model(doubled, SPEC).report
    assert not report.validated
    assert any("repeat" in sentence for sentence in report.verdict)


@pytest.mark.parametrize("change", ["stamp", "number", "rounding", "time"])
def test_copies_that_differ_in_one_column_stay_on_one_side_too(change: str) -> None:
    generator = np.random.default_rng(1)
    frame = pd.DataFrame(generator.normal(size=(150, 3)), columns=["a", "b", "c"]).assign(
        churned=generator.choice(["yes", "no"], 150)
    )
    frame = pd.concat([frame] * 3).sample(frac=1, random_state=1)
    match change:
        case "rounding":
            frame["a"] += 1e-9 * generator.normal(size=450)
        case "number":
            frame["noise"] = generator.normal(size=450)
        case _:
            frame["made"] = pd.date_range("2024-01-01", periods=450, freq="h")
    spec = replace(SPEC, algorithm="random_forest", parameters={"trees": 40}, time="made" if change == "time" else None)
    report = train_model(frame, spec).report
    assert not report.validated
    assert report.primary_metric.value < 0.7
    assert any("repeat" in notice for notice in report.notices)


def test_rows_that_meet_by_chance_are_no_copies() -> None:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({f"n{index}": generator.integers(0, 60, 400) for index in range(4)})
    frame["money"] = np.where(generator.random(400) < 0.4, 0.0, generator.lognormal(size=400).round(2))
    bundles = bundle_copies(frame.assign(y=0), replace(SPEC, target="y"))
    assert np.unique(bundles).size > 390


def test_useless_columns_are_left_out_with_a_word() -> None:
    frame = with_target("churned")
    rows = range(len(frame))
    frame = frame.assign(
        constant="a", empty=None, key=[f"id-{row}" for row in rows], number=list(rows), note=[f"text {row} of many" for row in rows]
    )  # fmt: skip
    trained = train_model(frame, SPEC)
    assert set(trained.model.feature_names) == {"income", "debt", "größe 🦊"}
    told = " ".join(trained.report.notices)
    assert all(name in told for name in ("constant", "empty", "key", "number", "note"))


def test_missing_labels_are_left_out_with_a_word() -> None:
    frame = with_target("churned")
    frame.loc[:49, "churned"] = None
    report = train_model(frame, SPEC).report
    assert report.rows_used == 350
    assert any("50 rows have no usable churned" in notice for notice in report.notices)


@pytest.mark.parametrize("algorithm", ["logistic", "random_forest"])
def test_absurd_numbers_do_not_spoil_a_model(algorithm: str) -> None:
    frame = with_target("churned")
    frame.loc[3, "income"], frame.loc[5, "debt"], frame.loc[7, "income"] = 1e12, -1e12, np.inf
    found = train_model(frame, replace(SPEC, algorithm=algorithm)).report
    assert found.primary_metric.value > 0.75


def test_an_absurd_target_is_held_while_fitting_and_said() -> None:
    frame = with_target("spend")
    frame.loc[3, "spend"] = 1e12
    report = train_model(frame, TrainingSpec("regression", "linear", target="spend")).report
    assert report.primary == "mae"
    assert any("held" in notice for notice in report.notices)


FORMS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %B %Y", "%Y-%m-%dT%H:%M:%S",
    "%b %d, %Y", "%Y-%m-%d %H:%M:%S",
)  # fmt: skip


def test_dates_in_ten_formats_and_in_eight_digits_order_the_rows_and_give_features() -> None:
    frame = with_target("churned", 300)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(300), "D")
    signed = {f"signed {form}": days.strftime(form) for form in FORMS}
    compact = days.strftime("%Y%m%d").astype(int)
    frame = frame.assign(**signed, number=compact, gaps=np.where(np.arange(300) % 7, compact, np.nan))
    frame["amount"] = np.random.default_rng(0).integers(19_000_000, 20_999_999, 300)
    trained = train_model(frame.assign(joined=days.strftime("%d %B %Y")), replace(SPEC, time="joined"))
    assert trained.report.split == "time-ordered"
    names = {use.name for use in trained.report.features}
    assert {f"signed {form} (month)" for form in FORMS} | {"number (month)", "gaps (month)", "amount"} <= names
    answer = trained.model.predict(
        {"income": [1.0, 1.0], "number": [20240503, 20240503.0], "gaps": ["2024-05-03", 20241345]}
    )
    assert answer.unusual == [(), ("gaps",)]


def test_groups_stay_on_one_side() -> None:
    frame = with_target("churned")
    report = train_model(frame.assign(household=np.arange(400) // 4), replace(SPEC, group="household")).report
    assert report.split == "by group"


def test_thousands_of_columns_are_ranked() -> None:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(400, 1_000)), columns=[f"v{index}" for index in range(1_000)])
    frame["churned"] = np.where(frame["v5"] + frame["v77"] - frame["v900"] > 0, "yes", "no")
    trained = train_model(frame, SPEC)
    assert {"v5", "v77", "v900"} <= set(trained.model.feature_names)
    assert len(trained.model.feature_names) <= 200


def test_a_training_can_be_cancelled_half_way() -> None:
    class CancelledError(Exception):
        pass

    def cancel(share: float, _stage: str) -> None:
        if share > 0.15:
            raise CancelledError

    with pytest.raises(CancelledError):
        train_model(with_target("churned"), replace(SPEC, algorithm="gradient_boosting"), cancel)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"protected": ("debt",), "features": ("debt", "income")}, "feature_columns"),
        ({"features": ("nowhere",)}, "feature_columns"),
        ({"time": "nowhere"}, "time"),
        ({"coverage": 1.5}, "coverage"),
        ({"positive": "maybe"}, "positive"),
        ({"parameters": {"depth": 3}}, "parameters"),
        ({"monotone": {"debt": 1}}, "monotone"),
        ({"algorithm": "magic"}, "algorithm"),
    ],
)
def test_a_wish_that_cannot_be_met_names_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(TrainingInvalid) as refused:
        train_model(with_target("churned"), replace(SPEC, **change))
    assert refused.value.field == field
