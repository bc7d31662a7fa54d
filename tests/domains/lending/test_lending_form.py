"""Reading applications at the border: what is wrong is told at once, with field and remedy."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.lending import GOOD, PRODUCT

from intendant.domains.lending.catalogue import dump_product, parse_product
from intendant.domains.lending.features import FeatureView
from intendant.domains.lending.form import ApplicationForm, ApplicationInvalid
from intendant.domains.lending.model import (
    Application,
    FieldRole,
    FieldType,
    FormField,
    ProductInvalid,
    ProtectedAttributeAsFeature,
)
from intendant.kit import clock, ids

FORM = ApplicationForm(parse_product(PRODUCT))


def faults(raw: dict[str, Any]) -> dict[str, str]:
    """Return message by field of every fault found."""
    with pytest.raises(ApplicationInvalid) as caught:
        FORM.parse(raw)
    errors = caught.value.data["errors"]
    assert isinstance(errors, list)
    assert all(error["remedy"] for error in errors)
    return {error["field"]: error["message"] for error in errors}


def test_a_sound_application_is_read_with_money_exact_and_protected_attributes_apart() -> None:
    inputs = FORM.parse(GOOD | {"amount": "5000.10", "sex": "female", "employer": "Acme"})
    assert inputs.amount == Decimal("5000.10")
    assert inputs.term_months == 24
    assert inputs.protected == {"sex": "female"}
    assert "sex" not in inputs.values
    assert inputs.values["employer"] == "Acme"


def test_all_faults_are_told_at_once() -> None:
    found = faults({"amount": "much", "term": 24.5, "purpose": "boat", "credit_score": 9000, "colour": "red"})
    assert set(found) == {f"inputs.{name}" for name in ("amount", "term", "purpose", "credit_score", "colour")}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, -5, 0, True, "NaN", "Infinity", "", [], {}])
def test_no_absurd_amount_gets_in(value: object) -> None:
    assert "inputs.amount" in faults(GOOD | {"amount": value})


@pytest.mark.parametrize("value", [math.nan, math.inf, "24", True, 0, 1e9, None])
def test_no_absurd_term_gets_in(value: object) -> None:
    assert "inputs.term" in faults(GOOD | {"term": value})


def test_a_missing_required_field_is_named_and_an_optional_one_is_none() -> None:
    assert faults({"amount": 100, "term": 12}) == {"inputs.purpose": "purpose is missing."}
    inputs = FORM.parse({k: v for k, v in GOOD.items() if k != "credit_score"})
    assert inputs.values["credit_score"] is None


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ApplicationInvalid, match="Did you mean 'purpose'"):
        FORM.parse(GOOD | {"purpos": "car"})


@given(
    st.dictionaries(
        st.text(max_size=20), st.none() | st.booleans() | st.integers() | st.floats() | st.text(), max_size=8
    )
)
def test_whatever_comes_is_either_read_or_refused_with_fields(noise: dict[str, Any]) -> None:
    try:
        inputs = FORM.parse(GOOD | noise)
    except ApplicationInvalid as error:
        refusal = error
    else:
        assert inputs.amount.is_finite()
        return
    assert refusal.field
    assert refusal.remedy


def test_cells_of_a_csv_file_are_read_by_the_form() -> None:
    row = {"amount": "5000", "term": " 24 ", "purpose": "CAR", "credit_score": "NA", "sex": ""}
    inputs = FORM.parse(FORM.from_text(row))
    assert inputs.values["purpose"] == "car"
    assert inputs.values["credit_score"] is None


@pytest.mark.parametrize(
    "name", ["sex", "Gender", "applicant_race", "maritalStatus", "age", "date_of_birth", "nationality"]
)
def test_a_protected_attribute_as_a_feature_is_refused(name: str) -> None:
    with pytest.raises(ProtectedAttributeAsFeature, match="protected"):
        FormField(name, FieldType.CATEGORY if name != "age" else FieldType.INTEGER, FieldRole.FEATURE)
    assert not FormField(name, FieldType.CATEGORY, FieldRole.PROTECTED).is_scored


@pytest.mark.parametrize("name", ["account_age", "average_balance", "wage", "racecourse_visits", "pages"])
def test_a_name_that_only_looks_like_one_is_not(name: str) -> None:
    assert FormField(name, FieldType.NUMBER).is_scored


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "dollars"}, "currency"),
        ({"key": "Personal Loan"}, "key"),
        ({"form": []}, "form"),
        ({"form": "amount"}, "form"),
        ({"form": [{"name": "amount", "type": "number"}]}, "form"),
        ({"form": [*PRODUCT["form"], {"name": "amount", "type": "number"}]}, "form"),
        ({"form": [{"name": "amount", "type": "text", "role": "amount"}]}, "form.amount.type"),
        ({"pricing": {"gain_share": -1}}, "pricing.gain_share"),
        ({"adjustable": [{"name": "sex", "minimum": 0, "maximum": 1, "step": 1}]}, "adjustable"),
        ({"segment_by": "sex"}, "segment_by"),
        ({"colour": 1}, "colour"),
    ],
)
def test_an_unsound_product_is_refused_with_its_place(change: dict[str, Any], field: str) -> None:
    with pytest.raises(ProductInvalid) as caught:
        parse_product(PRODUCT | change)
    assert caught.value.field == field
    assert caught.value.remedy


def test_a_product_is_dumped_without_loss() -> None:
    product = parse_product(
        PRODUCT | {"segment_by": "purpose", "adjustable": [{"name": "term", "minimum": 6, "maximum": 60, "step": 6}]}
    )
    assert parse_product(dump_product(product), product.version) == product


def test_rules_see_a_form_field_by_its_role_and_never_a_protected_attribute() -> None:
    body = PRODUCT | {
        "form": [
            {"name": "loan_sum", "type": "number", "role": "amount"},
            {"name": "fico", "type": "integer", "role": "credit_score"},
            {"name": "score", "type": "number"},
            {"name": "sex", "type": "category", "role": "protected"},
        ]
    }
    product = parse_product(body)
    inputs = ApplicationForm(product).parse({"loan_sum": 5000, "fico": 700, "score": 3.5, "sex": "male"})
    application = Application(
        ids.new_id(), "r", product, inputs.amount, None, inputs.values, inputs.protected, clock.system_now()
    )
    view = FeatureView(product)
    values = view.values(application, 0.8, sure=True)
    assert values["amount"] == 5000.0
    assert values["credit_score"] == 700
    assert values["score"] == 0.8
    assert values["input.score"] == 3.5
    assert "male" not in values.values()
    assert view.features_from(values) == {"loan_sum": 5000.0, "fico": 700, "score": 3.5}
