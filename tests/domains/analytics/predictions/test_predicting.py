"""Asking for predictions: one, many, by whom, and what cannot be taken."""

from collections.abc import Callable
from uuid import UUID

from tests.domains.analytics.predictions.conftest import PREFIX, Hub
from tests.support.predicting import LIKELY, UNLIKELY
from tests.support.serving import People

from intendant.domains.analytics.predictions.model import is_within
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import ids


def test_one_case_is_answered_with_its_probability_and_reasons_and_is_kept(hub: Hub, model_id: UUID) -> None:
    answer = hub.predict(
        model_id,
        LIKELY,
        reasons=3,
        business_entity_type="customer",
        business_entity_id="C-1",
        prediction_context={"campaign": "spring"},
    )
    one = answer["predictions"][0]
    assert one["output"]["label"] == "yes"
    assert one["output"]["probability"]["yes"] > 0.9
    assert one["confidence"] == max(one["output"]["probability"].values()) or one["confidence"] > 0.9
    assert one["version"] == 1
    assert one["role"] == "champion"
    assert len(one["reasons"]) == 3
    assert "speaks" in one["reasons"][0]["sentence"]
    assert answer["predicted"] == 1
    assert answer["batch_id"] is None
    (row,) = hub.stored()
    assert str(row["id"]) == one["prediction_id"]
    assert row["input_data"] == LIKELY
    assert row["prediction_context"] == {"campaign": "spring"}
    assert (row["business_entity_type"], row["business_entity_id"]) == ("customer", "C-1")
    assert row["score"] > 0.9


def test_a_model_is_named_by_its_name_too_and_a_number_has_an_interval(hub: Hub) -> None:
    hub.add_model("what they spend", "regression")
    response = hub.post("/predict", {"model_name": "what they spend", "input_data": [LIKELY, UNLIKELY]})
    first, second = response.json()["predictions"]
    assert first["output"]["lower"] <= first["output"]["value"] <= first["output"]["upper"]
    assert first["output"]["value"] > second["output"]["value"]
    assert "label" not in first["output"]


def test_a_bad_row_is_named_and_the_others_are_answered(hub: Hub, model_id: UUID) -> None:
    rows = [LIKELY, "nothing", {"income": [1]}, {"unknown": 1}, {"city": "Ro\0me"}, UNLIKELY]
    answer = hub.predict(model_id, rows)
    assert (answer["predicted"], answer["failed"]) == (2, 4)
    assert [each["row"] for each in answer["predictions"]] == list(range(6))
    errors = {each["row"]: each["error"] for each in answer["predictions"] if "error" in each}
    assert [errors[row]["field"] for row in (1, 2, 3, 4)] == ["input_data", "income", "input_data", "city"]
    assert answer["ignored_fields"] == ["unknown"]
    assert [row["batch_row"] for row in hub.stored()] == [0, 5]


def test_what_is_unusual_in_a_case_is_said(hub: Hub, model_id: UUID) -> None:
    answer = hub.predict(model_id, [{**LIKELY, "income": "a lot"}, LIKELY])
    assert answer["predictions"][0]["unusual"] == ["income"]
    assert answer["predictions"][1]["unusual"] == []


def test_a_list_is_a_batch_that_is_told_once(hub: Hub, model_id: UUID) -> None:
    answer = hub.predict(model_id, [LIKELY, UNLIKELY])
    assert {str(row["batch_id"]) for row in hub.stored()} == {answer["batch_id"]}
    (event,) = hub.stored("select body::json as body from events where name = 'analytics.predictions.made'")
    assert event["body"]["count"] == 2


def test_a_retry_with_the_same_key_stores_nothing_twice(hub: Hub, model_id: UUID) -> None:
    body = {"model_id": str(model_id), "input_data": [LIKELY, UNLIKELY]}
    first = hub.post("/predict", body, **{"Idempotency-Key": "once"})
    second = hub.post("/predict", body, **{"Idempotency-Key": "once"})
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert len(hub.stored()) == 2
    other = hub.post("/predict", body | {"reasons": 1}, **{"Idempotency-Key": "once"})
    assert other.status_code == 409


def test_a_trial_leaves_no_trace(hub: Hub, model_id: UUID) -> None:
    answer = hub.predict(model_id, [LIKELY], store=False)
    assert answer["predictions"][0]["prediction_id"] is None
    assert not hub.stored()
    assert not hub.stored("select * from prediction_batches")


def test_entities_go_with_the_rows_or_stand_in_a_field(hub: Hub, model_id: UUID) -> None:
    hub.predict(model_id, [LIKELY, UNLIKELY], business_entity_type="customer", business_entity_id=["a", None])
    hub.predict(model_id, [{**LIKELY, "id": 7}], business_entity_type="customer", entity_field="id")
    assert [row["business_entity_id"] for row in hub.stored()] == ["a", None, "7"]
    refused = hub.post(
        "/predict", {"model_id": str(model_id), "input_data": [LIKELY], "business_entity_id": ["a", "b"]}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "business_entity_id")


def test_a_challenger_answers_its_share_and_a_customer_always_meets_the_same_version(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "challenger", share=0.3)
    customers = [f"c{number}" for number in range(300)]
    rows = [LIKELY] * len(customers)
    given = {"business_entity_type": "customer", "business_entity_id": customers}
    first, second = (hub.predict(model_id, rows, **given)["predictions"] for _ in range(2))
    roles = [each["role"] for each in first]
    assert 60 <= roles.count("challenger") <= 120
    assert roles == [each["role"] for each in second]
    assert {(each["role"], each["version"]) for each in first} == {("champion", 1), ("challenger", 2)}


def test_a_larger_share_keeps_all_that_a_smaller_one_had() -> None:
    version = ids.new_id()
    small = {case for case in map(str, range(2_000)) if is_within(version, 0.1, case)}
    large = {case for case in map(str, range(2_000)) if is_within(version, 0.4, case)}
    assert small < large
    assert 120 < len(small) < 280


def test_a_caller_may_name_a_version(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, None)
    answer = hub.predict(model_id, LIKELY, version=2)["predictions"][0]
    assert (answer["version"], answer["role"]) == (2, "version")
    refused = hub.post("/predict", {"model_id": str(model_id), "input_data": LIKELY, "version": "shadow"})
    assert (refused.status_code, refused.json()["code"]) == (404, "ai_model_alias_empty")


def test_what_is_no_request_is_refused_with_the_field(hub: Hub, model_id: UUID) -> None:
    name = str(model_id)
    for body, field in (
        ({"input_data": LIKELY}, "model_id"),
        ({"model_id": name, "input_data": 3}, "input_data"),
        ({"model_id": name, "input_data": []}, "input_data"),
        ({"model_id": name, "input_data": LIKELY, "reasons": 99}, "reasons"),
        ({"model_id": name, "input_data": LIKELY, "whatever": 1}, "whatever"),
        ({"model_id": name, "input_data": LIKELY, "prediction_context": {"a": "\0"}}, "prediction_context"),
    ):
        refused = hub.post("/predict", body)
        assert (refused.status_code, refused.json()["field"]) == (422, field), body
    broken = hub.client.post(f"{PREFIX}/predict", content=b"{", headers=hub.owner)
    assert broken.json()["code"] == "predict_body_invalid"
    unknown = hub.post("/predict", {"model_id": str(ids.new_id()), "input_data": LIKELY})
    assert unknown.status_code == 404


def test_who_may_not_predict_is_refused(hub: Hub, model_id: UUID, header: Callable[[Role], dict[str, str]]) -> None:
    body = {"model_id": str(model_id), "input_data": LIKELY}
    refused = hub.client.post(f"{PREFIX}/predict", json=body, headers=header(Role.READ_ONLY))
    assert refused.status_code == 403


def test_another_organisation_neither_asks_the_model_nor_sees_what_it_said(
    hub: Hub, model_id: UUID, other_organization: Organization, people: People
) -> None:
    prediction = hub.predict(model_id, LIKELY)["predictions"][0]["prediction_id"]
    stranger = people.signed_in(other_organization)
    body = {"model_id": str(model_id), "input_data": LIKELY}
    assert hub.client.post(f"{PREFIX}/predict", json=body, headers=stranger).status_code == 404
    for path in (f"/predictions/{prediction}", f"/predictions/{prediction}/explanation"):
        assert hub.client.get(f"{PREFIX}{path}", headers=stranger).status_code == 404
    path = f"{PREFIX}/predictions/{prediction}/feedback"
    assert hub.client.post(path, json={"rating": 5}, headers=stranger).status_code == 404
    assert hub.client.get(f"{PREFIX}/predictions", headers=stranger).json()["items"] == []
