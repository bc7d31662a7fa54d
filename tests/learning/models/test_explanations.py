"""Reasons that flip, and the smallest change that would have been approved."""

import json

import pytest

from intendant.learning.models import (
    MutableFeature,
    ReferenceProfile,
    counterfactual,
    reasons_against,
    reference_profile,
)
from intendant.learning.models.explanations import ExplanationInputInvalid, counterfactuals

POOR = {"income": 900.0, "amount": 18_000, "term_months": 48, "purpose": "holiday", "owns_home": False, "noise": 0.0}
AMOUNT = MutableFeature("amount", direction="down", minimum=500, step=100)
TERM = MutableFeature("term_months", minimum=6, maximum=60, step=6)


@pytest.fixture(scope="module")
def model(trained):
    return trained.champion


@pytest.fixture(scope="module")
def reference(model, applications):
    frame, _, _ = applications(1_000, 21)
    return reference_profile(model, frame, threshold=0.75)


def test_reasons_pull_down_and_flip(model, reference):
    reasons = reasons_against(model, POOR, reference)
    assert 1 <= len(reasons) <= 4
    before = model.predict_records([POOR])[0].probability
    for reason in reasons:
        assert reason.contribution < 0
        changed = model.predict_records([{**POOR, reason.feature: reason.substitute}])[0].probability
        assert changed == reason.probability_after
        assert reason.flips == (changed > before)
    assert "income" in {reason.feature for reason in reasons if reason.flips}


def test_a_reference_profile_survives_being_stored(reference):
    assert ReferenceProfile.from_dict(json.loads(json.dumps(reference.as_dict()))) == reference


def test_a_smaller_amount_is_found_when_it_suffices(model, applications):
    frame, _, _ = applications(2_000, 22)
    seen = 0
    for record in frame.to_dict("records"):
        if model.predict_records([record])[0].probability >= 0.7 or seen >= 20:
            continue
        change = counterfactual(model, record, threshold=0.7, mutable=[AMOUNT])
        # Every allowed amount, tried one by one, tells what the right answer is.
        allowed = list(range(500, record["amount"], 100))
        tried = model.predict_records([{**record, "amount": amount} for amount in allowed])
        enough = [amount for amount, prediction in zip(allowed, tried, strict=True) if prediction.probability >= 0.7]
        assert (change is None) == (not enough)
        if change is not None:
            seen += 1
            assert change.changes[0].after == max(enough)
            assert change.changes[0].before == record["amount"]
            assert change.probability >= 0.7
    assert seen > 5


def test_two_changes_are_tried_when_one_does_not_suffice(model):
    found = counterfactuals(model, POOR, threshold=0.99999, mutable=[AMOUNT, TERM])
    assert found == []
    one = [counterfactual(model, POOR, threshold=0.5, mutable=[entry]) for entry in (AMOUNT, TERM)]
    both = counterfactual(model, POOR, threshold=0.5, mutable=[AMOUNT, TERM])
    if both is not None and one == [None, None]:
        assert len(both.changes) == 2


def test_what_may_not_change_never_changes(model):
    change = counterfactual(model, POOR, threshold=0.3, mutable=[MutableFeature("amount", direction="up")])
    assert change is None or change.changes[0].after > POOR["amount"]
    assert counterfactual(model, POOR, threshold=0.999999, mutable=[AMOUNT]) is None
    assert counterfactual(model, POOR, threshold=0.75, mutable=[]) is None


def test_categories_move_among_the_choices(model):
    choices = MutableFeature("purpose", choices=("car", "kitchen"))
    record = {**POOR, "income": 4_000.0, "amount": 6_000}
    before = model.predict_records([record])[0].probability
    change = counterfactual(model, record, threshold=before + 0.01, mutable=[choices])
    assert change is not None
    assert change.changes[0].after in {"car", "kitchen"}


def test_a_case_that_passes_needs_no_change(model):
    assert counterfactual(model, POOR, threshold=0.0, mutable=[AMOUNT]) is None


def test_an_unknown_feature_is_named(model):
    with pytest.raises(ExplanationInputInvalid) as refusal:
        counterfactual(model, POOR, threshold=0.5, mutable=[MutableFeature("wealth")])
    assert refusal.value.field == "wealth"
