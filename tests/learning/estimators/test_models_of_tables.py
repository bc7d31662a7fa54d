"""Models of any table: what they answer, how they are stored, and that their figures are honest."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.learning.estimators.tables import with_target

from intendant.learning.estimators import (
    ArtifactInvalid,
    InputInvalid,
    Model,
    Trained,
    TrainingSpec,
    load_model,
    train_model,
)

LOGISTIC = TrainingSpec("classification", "logistic", target="churned")
BOOSTED = TrainingSpec(
    "classification", "gradient_boosting", target="churned", monotone={"debt": 1}, parameters={"rounds": 100}
)


@pytest.fixture(
    scope="module",
    params=[
        ("classification", "churned", "logistic"),
        ("classification", "churned", "additive"),
        ("classification", "level", "gradient_boosting"),
        ("regression", "spend", "linear"),
        ("regression", "spend", "random_forest"),
        ("regression", "spend", "blend"),
    ],
    ids=lambda given: f"{given[2]} of {given[1]}",
)
def trained(request: pytest.FixtureRequest) -> tuple[Trained, pd.DataFrame]:
    task, target, algorithm = request.param
    frame = with_target(target)
    return train_model(frame, TrainingSpec(task, algorithm, target=target, protected=("größe 🦊",))), frame


def test_a_real_signal_is_validated_beside_its_baselines(trained: tuple[Trained, pd.DataFrame]) -> None:
    report = trained[0].report
    # The signal is a straight line, so trees may rightly be told that the plain linear model does better.
    assert report.validated or report.verdict[0].startswith("It is worse than the plainer 'l"), report.verdict
    assert report.primary_metric.name == report.primary
    assert {one.name for one in report.baselines} & {"prior", "mean"}
    assert any(one.name.startswith("best single feature") for one in report.baselines)
    assert report.coverage_measured is not None
    assert report.coverage_measured > 0.8
    assert next(use.name for use in report.features) == "income"
    assert "größe 🦊" not in trained[0].model.feature_names
    assert {group.value for group in report.groups} == {"x", "y", "z"}
    json.dumps(report.as_dict(), allow_nan=False)
    json.dumps(trained[0].reference, allow_nan=False)


def test_a_stored_model_answers_the_same_for_one_and_many(trained: tuple[Trained, pd.DataFrame]) -> None:
    model, frame = trained[0].model, trained[1]
    again = load_model(model.to_bytes())
    assert again.to_bytes() == model.to_bytes()
    many = again.predict(frame, reasons=2)
    first = model.predict({name: [frame[name].iloc[3]] for name in model.feature_names}, reasons=2)
    answers = "probability" if model.classes else "value"
    np.testing.assert_allclose(getattr(first, answers)[0], getattr(many, answers)[3], rtol=1e-5)
    assert first.reasons is not None
    assert many.reasons is not None
    assert [reason.feature for reason in first.reasons[0]] == [reason.feature for reason in many.reasons[3]]
    if model.classes:
        assert many.probability is not None
        assert many.label is not None
        np.testing.assert_allclose(many.probability.sum(axis=1), 1)
        np.testing.assert_allclose(many.confidence, many.probability.max(axis=1))
        assert set(many.label) <= set(model.classes)
    else:
        assert many.lower is not None
        assert many.upper is not None
        assert ((many.lower <= many.value) & (many.value <= many.upper)).all()
        assert ((many.confidence >= 0) & (many.confidence <= 1)).all()


@pytest.fixture(scope="module")
def plain_model() -> Model:
    return train_model(with_target("churned"), LOGISTIC).model


@pytest.fixture(scope="module")
def boosted() -> Model:
    return train_model(with_target("churned"), BOOSTED).model


def test_the_same_table_and_wish_give_the_same_bytes_whatever_the_frame_s_index(
    plain_model: Model, boosted: Model
) -> None:
    frame = with_target("churned")
    frame.index = pd.Index(np.random.default_rng(0).permutation(len(frame)) // 2)  # out of order, and twice each
    assert train_model(frame, LOGISTIC).model.to_bytes() == plain_model.to_bytes()
    assert train_model(frame, BOOSTED).model.to_bytes() == boosted.to_bytes()


def test_threads_share_a_model(boosted: Model) -> None:
    frame, model = with_target("churned"), boosted
    expected = model.predict(frame).confidence
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: model.predict(frame).confidence, range(12)):
            np.testing.assert_array_equal(found, expected)


def test_records_may_lack_features_but_not_all_and_strange_values_are_named(plain_model: Model) -> None:
    model = plain_model
    answer = model.predict({"income": [1.0, "many"], "größe 🦊": ["x", "never seen"]})
    assert answer.unusual is not None
    assert list(answer.unusual) == [(), ("income", "größe 🦊")]
    with pytest.raises(InputInvalid, match="none of the model's features"):
        model.predict({"other": [1]})
    with pytest.raises(InputInvalid, match="different numbers"):
        model.predict({"income": [1.0, 2.0], "debt": [1.0]})


def test_a_changed_artifact_is_refused(plain_model: Model) -> None:
    artifact = plain_model.to_bytes()
    header, _, body = artifact.partition(b"\n")
    changed = json.loads(body)
    changed["answers"]["probability_from"] = 0.001
    for bad in (artifact[:-20], header + b"\n{}", header + b"\n" + json.dumps(changed).encode(), header + b"\n[" * 100):
        with pytest.raises(ArtifactInvalid):
            load_model(bad)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree["left_children"].__setitem__(0, 10**6),
        lambda tree: tree["left_children"].__setitem__(1, 0),
        lambda tree: tree["split_indices"].__setitem__(0, 99),
        lambda tree: tree["split_conditions"].pop(),
    ],
)
def test_trees_that_point_outside_themselves_are_refused(boosted: Model, change: Any) -> None:
    from intendant.learning.estimators.tabular import plain

    artifact = boosted.to_bytes()
    header, _, body = artifact.partition(b"\n")
    stored = plain.read(body)
    document = json.loads(plain.decode_bytes(stored["core"]["document"]))
    change(document["learner"]["gradient_booster"]["model"]["trees"][0])
    stored["core"]["document"] = plain.encode_bytes(json.dumps(document).encode())
    with pytest.raises(ArtifactInvalid):
        load_model(header + b"\n" + plain.write(stored))


def test_auto_compares_on_development_rows_and_says_what_it_compared() -> None:
    told: list[float] = []
    trained = train_model(
        with_target("churned"), TrainingSpec("classification", target="churned"), lambda share, _: told.append(share)
    )
    assert not any(sentence.startswith("It is worse than the plainer") for sentence in trained.report.verdict)
    names = {one.name for one in trained.report.compared}
    assert {"logistic", "additive", "gradient_boosting"} <= names
    assert trained.report.validated
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert load_model(trained.model.to_bytes()).algorithm == trained.report.algorithm


def test_a_promise_of_direction_is_kept(boosted: Model) -> None:
    rising = boosted.predict({"income": [0.0] * 50, "debt": np.linspace(-3, 3, 50), "größe 🦊": ["y"] * 50})
    assert rising.probability is not None
    assert (np.diff(rising.probability[:, 1]) >= -1e-9).all()


def test_intervals_are_wider_where_errors_are_larger() -> None:
    model = train_model(with_target("spend", 1_000), TrainingSpec("regression", "linear", target="spend")).model
    near, far = model.predict({"income": [0.0, 0.0], "debt": [0.0, 2.5], "größe 🦊": ["y", "y"]}, reasons=1), 1
    assert near.lower is not None
    assert near.upper is not None
    widths = near.upper - near.lower
    assert widths[far] > 1.2 * widths[0]
    assert near.confidence[far] < near.confidence[0]
