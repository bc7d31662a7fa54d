"""Explanations: reasons from what really decided, each checked, and counterfactuals that would really have been approved."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.configuring import configure
from tests.support.lending import BAD, BELOW_MINIMUM, GOOD, MIDDLING, Lender

from intendant.domains.lending.adverse_action import TEXTS, reason_for_field
from intendant.domains.lending.model import FieldRole, FieldType, FormField
from intendant.kernel.approvals import get_approval
from intendant.kernel.decisions import GivenAnswer, answer
from intendant.kernel.gate import Tier


def explained(lender: Lender, record: Mapping[str, Any]) -> dict[str, Any]:
    """Explain a record by its kind."""
    with lender.database.transaction(lender.organization.id) as tx:
        return dict(lender.kind.explain(tx, record))


def test_a_rejection_by_the_model_names_features_whose_flip_was_seen_to_help(lender: Lender) -> None:
    record = lender.decide(BAD)
    explanation = explained(lender, record)
    reasons = [each for each in explanation["reasons"] if each["source"] == "model"]
    assert reasons[0]["feature"] == "credit_score"
    for reason in reasons:
        flipped = BAD | {reason["feature"]: reason["substitute"]}
        scorer = lender.kind.champions
        with lender.database.transaction(lender.organization.id) as tx:
            row = tx.find("select id, digest, algorithm from models where role = 'champion'")
            assert row is not None
            model = scorer.scorer(tx, row)
        assert model is not None
        (after,) = model.predict_records([flipped])
        assert after.probability == pytest.approx(reason["probability_with_substitute"])
        assert after.probability > record["values"]["score"]


def test_no_counterfactual_is_told_that_the_configured_threshold_would_have_asked(lender: Lender) -> None:
    assert explained(lender, lender.decide(MIDDLING))["counterfactuals"]
    configure(lender.database, lender.organization, admin_intervention_threshold=1.0)
    assert explained(lender, lender.decide(MIDDLING))["counterfactuals"] == []


def test_the_factors_add_up_to_the_score(lender: Lender) -> None:
    explanation = explained(lender, lender.decide(BAD))
    assert sum(each["log_odds"] for each in explanation["factors"]) == pytest.approx(-1.5 - 0.3 + 0.1)


def test_a_middling_case_would_have_been_approved_at_4200(lender: Lender) -> None:
    explanation = explained(lender, lender.decide(MIDDLING))
    first = explanation["counterfactuals"][0]
    assert first["changes"] == [{"field": "amount", "before": 5000.0, "after": 4200}]
    assert "4,200 instead of 5,000" in first["text"]
    assert lender.decide(MIDDLING | {"amount": 4200})["verdict"] == "act"
    assert lender.decide(MIDDLING | {"amount": 4300})["verdict"] == "ask", "nothing nearer would have done"


def test_no_amount_is_promised_to_whom_a_rule_forbids_it(lender: Lender) -> None:
    explanation = explained(lender, lender.decide(BELOW_MINIMUM))
    assert explanation["counterfactuals"] == []


def test_what_a_rule_refused_owes_the_rules_reason_and_not_the_models(lender: Lender) -> None:
    explanation = explained(lender, lender.decide(BELOW_MINIMUM))
    assert explanation["reasons"][0]["rule"] == "min_credit_score"
    assert explanation["reasons"][0]["conditions"][0]["value"] == 590
    (reason,) = explanation["adverse_action"]["reasons"]
    assert "below our minimum of 600" in reason["text"]
    assert any("FCRA" in notice for notice in explanation["notices"])


def test_an_approval_owes_no_adverse_reasons(lender: Lender) -> None:
    explanation = explained(lender, lender.decide(GOOD))
    assert explanation["adverse_action"] is None
    assert explanation["reasons"] == []
    assert explanation["factors"]


def test_a_persons_refusal_owes_the_persons_reason(lender: Lender) -> None:
    asked = lender.decide(MIDDLING)
    with lender.database.transaction(lender.organization.id) as tx:
        row = get_approval(tx, asked["approval_id"])
    given = GivenAnswer(
        row["id"], "decline", bytes(row["digest"]), "Income could not be verified", "user:ann", Tier.OWNER
    )
    record = answer(lender.decider, lender.organization.id, given).as_dict()
    explanation = explained(lender, record)
    assert explanation["reasons"][0]["source"] == "person"
    assert explanation["adverse_action"]["reasons"][0]["text"] == "Income could not be verified"


def test_a_model_that_is_gone_is_said_to_be_gone(lender: Lender) -> None:
    record = lender.decide(BAD) | {"model_version": "77:abc"}
    explanation = explained(lender, record)
    assert any("cannot be read" in notice for notice in explanation["notices"])
    assert explanation["counterfactuals"] == []


@pytest.mark.parametrize(
    ("name", "role", "value", "text"),
    [
        ("monthly_income", FieldRole.INCOME, 900, TEXTS["income_insufficient"]),
        ("months_employed", FieldRole.FEATURE, 2, TEXTS["employment_length"]),
        ("recent_inquiries", FieldRole.FEATURE, 9, TEXTS["inquiries"]),
        ("days_past_due", FieldRole.FEATURE, 60, TEXTS["delinquent_obligations"]),
        ("debt_to_income", FieldRole.FEATURE, 0.9, TEXTS["obligations_excessive"]),
        ("savings", FieldRole.FEATURE, 10, "Savings"),
    ],
)
def test_reasons_speak_the_words_of_regulation_b_where_it_has_them(
    name: str, role: FieldRole, value: object, text: str
) -> None:
    form_field = FormField(name, FieldType.NUMBER, role)
    assert reason_for_field(form_field, value).text == text
    assert reason_for_field(form_field, None).code == "application_incomplete"
