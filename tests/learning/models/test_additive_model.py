"""The glass-box model: what it predicts, what it explains, how it is stored."""

import json
import math
import threading
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intendant.learning.models import (
    AdditiveCreditModel,
    ModelArtifactInvalid,
    ModelTablesInvalid,
    artifact_digest,
    model_from_bytes,
)
from intendant.learning.models._additive import uncalibrated_model
from intendant.learning.models._boosting import boosting_settings, fit_additive
from intendant.learning.models._features import FeatureSpec, read_categories, read_numbers


@pytest.fixture(scope="module")
def model(trained) -> AdditiveCreditModel:
    return trained.champion


def test_the_tables_give_the_boosting_machines_own_scores_and_contributions(applications, specs, monkeypatch):
    import interpret.glassbox as glassbox

    machines = []
    fit = glassbox.ExplainableBoostingClassifier.fit

    def remembering(self, *arguments, **named):
        machines.append(self)
        return fit(self, *arguments, **named)

    monkeypatch.setattr(glassbox.ExplainableBoostingClassifier, "fit", remembering)
    frame, outcome, _ = applications(800, 3)
    columns = [
        read_categories(frame[spec.name])
        if spec.type == "category"
        else read_numbers(frame[spec.name], boolean=spec.type == "boolean")[0]
        for spec in specs
    ]
    settings_ = boosting_settings("quick", row_count=800, feature_count=len(specs))
    free = [FeatureSpec(spec.name, spec.type) for spec in specs]  # pairs with income too
    tables = fit_additive(columns, outcome, free, settings=settings_, seed=1)
    ours = uncalibrated_model(tables.intercept, tables.features, tables.pairs)
    (machine,) = machines
    fresh, _, _ = applications(500, 4)
    fresh.loc[3, "purpose"] = "never seen"
    theirs_input = pd.DataFrame(
        {
            f"f{index}": read_categories(fresh[spec.name])
            if spec.type == "category"
            else read_numbers(fresh[spec.name], boolean=spec.type == "boolean")[0]
            for index, spec in enumerate(specs)
        }
    )
    # The cuts themselves are where binning could differ by one.
    theirs_input.loc[: len(tables.features[0].cuts) - 1, "f0"] = tables.features[0].cuts[:500]
    fresh.loc[: len(tables.features[0].cuts) - 1, "income"] = tables.features[0].cuts[:500]
    np.testing.assert_allclose(ours.log_odds(fresh), machine.decision_function(theirs_input), atol=1e-9)
    terms = machine.eval_terms(theirs_input)
    names, parts = ours.contribution_matrix(fresh)
    for index, term in enumerate(machine.term_features_):
        column = names.index(tuple(specs[position].name for position in term))
        np.testing.assert_allclose(parts[:, column], terms[:, index], atol=1e-9)
    assert len(ours.pairs) > 0


def test_contributions_sum_to_the_score(model, applications):
    frame, _, _ = applications(200, 5)
    records = frame.to_dict("records")
    for record, prediction in zip(records, model.predict_records(records), strict=True):
        total = model.intercept + sum(part.log_odds for part in model.contributions(record))
        assert total == pytest.approx(prediction.log_odds, abs=1e-9)


def test_records_and_columns_are_predicted_alike(model, applications):
    frame, _, _ = applications(1_000, 6)
    frame.loc[::17, "purpose"] = "never seen"
    one_by_one = [prediction.probability for prediction in model.predict_records(frame.to_dict("records"))]
    np.testing.assert_allclose(model.predict(frame), one_by_one, atol=1e-12)
    np.testing.assert_allclose(model.predict({name: list(frame[name]) for name in frame}), one_by_one, atol=1e-12)


def test_it_finds_the_truth_it_was_made_from(model, applications):
    frame, _, probability = applications(4_000, 8)
    assert np.corrcoef(model.predict(frame), probability)[0, 1] > 0.9


def test_a_monotone_promise_is_kept(model):
    incomes = np.linspace(100, 30_000, 400)
    rows = {"income": incomes} | {
        name: [value] * 400
        for name, value in {
            "amount": 5_000, "term_months": 24, "purpose": "car", "owns_home": True, "noise": 0.1,
        }.items()
    }  # fmt: skip
    assert (np.diff(model.predict(rows)) >= -1e-12).all()


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.decimals(),
    st.lists(st.integers(), max_size=2),
    st.just(10**400),
    st.just(float("inf")),
    st.just(pd.NA),
    st.just(pd.NaT),
    st.just(np.float32("nan")),
    st.just(np.int64(3)),
    st.datetimes(),
)


@settings(max_examples=150, deadline=None)
@given(record=st.fixed_dictionaries({}, optional=dict.fromkeys(("income", "amount", "term_months", "purpose", "owns_home", "noise", "other"), ANYTHING)))  # fmt: skip
def test_no_value_whatever_breaks_a_prediction(model, record):
    (prediction,) = model.predict_records([record])
    assert 0 < prediction.probability < 1
    assert math.isfinite(prediction.log_odds)
    assert 0 <= prediction.lower <= prediction.probability <= prediction.upper <= 1
    columns = {name: [record.get(name)] for name in model.feature_names}
    assert model.predict(columns)[0] == pytest.approx(prediction.probability, abs=1e-12)


def test_strange_values_are_named(model):
    record = {"income": "a lot", "amount": 3_000, "purpose": "yacht", "owns_home": "perhaps"}
    assert set(model.predict_records([record])[0].unusual) == {"income", "purpose", "owns_home"}
    assert model.predict_records([{"income": None, "purpose": ""}])[0].unusual == ()


def test_the_same_number_in_another_type_is_the_same_value(model):
    same = [{"amount": value, "income": 2_500} for value in (4_000, 4_000.0, "4000", Decimal(4_000), np.int64(4_000))]
    assert len({prediction.probability for prediction in model.predict_records(same)}) == 1


def test_a_batch_without_any_known_column_is_refused(model):
    with pytest.raises(ModelTablesInvalid, match="columns"):
        model.predict({"other": [1, 2]})
    with pytest.raises(ModelTablesInvalid):
        model.predict({"income": [1.0, 2.0], "amount": [1.0]})


def test_a_model_survives_being_stored(model, applications):
    frame, _, _ = applications(100, 9)
    stored = model.to_bytes()
    again = AdditiveCreditModel.from_bytes(stored)
    assert again.to_bytes() == stored
    assert artifact_digest(stored) == artifact_digest(again.to_bytes())
    np.testing.assert_array_equal(again.predict(frame), model.predict(frame))
    assert again.identity == model.identity


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body.update(intercept=body["intercept"] + 1),
        lambda body: body["features"][0].update(name="amount2"),
        lambda body: body.update(version=99),
        lambda body: body.update(format="pickle"),
        lambda body: body.pop("digest"),
    ],
)
def test_a_changed_model_is_refused(model, damage):
    body = json.loads(model.to_bytes())
    damage(body)
    with pytest.raises(ModelArtifactInvalid) as refusal:
        model_from_bytes(json.dumps(body).encode())
    assert refusal.value.code == "model_artifact_invalid"
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "artifact", [b"", b"{}", b"[]", b"\x80\x04\x95", b"null", b'{"format":1e999}', b"[" * 100_000, b'{"format":NaN}']
)
def test_bytes_that_are_no_model_are_refused(artifact):
    with pytest.raises(ModelArtifactInvalid):
        model_from_bytes(artifact)


def test_a_rehashed_but_unsound_model_is_refused(model):
    from intendant.learning.models._artifact import _digest

    def broken(change):
        body = json.loads(model.to_bytes())
        del body["digest"]
        change(body)
        return json.dumps({**body, "digest": _digest(body)}).encode()

    for change in (
        lambda body: body["features"][0].update(scores=""),
        lambda body: body["features"][0].update(cuts="AAA"),
        lambda body: body["features"][0].update(type="lambda"),
        lambda body: body["pairs"].append({"first": 0, "second": 99, "shape": [1, 1], "scores": "AAAAAAAAAAA="}),
        lambda body: body["calibrator"].update(raw=[1.0, 1.0]),
        lambda body: body["conformal"].update(error_rate=2.0),
        lambda body: body.update(features=[]),
        lambda body: body.update(band=None),
    ):
        with pytest.raises(ModelArtifactInvalid):
            model_from_bytes(broken(change))


def test_threads_share_one_model(model):
    record = {"income": 2_000, "amount": 4_000, "purpose": "car"}
    expected = model.predict_records([record])
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(model.predict_records([record] * 200))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(predictions == expected * 200 for predictions in seen)
