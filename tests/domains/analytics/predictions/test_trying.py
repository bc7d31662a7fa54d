"""Trying a model: what a form for it asks for, and the explanation of a case that is kept nowhere."""

import json
from uuid import UUID

from tests.domains.analytics.predictions.conftest import PREFIX, Hub
from tests.support.predicting import UNLIKELY

from intendant.kit import ids

JSON = {"Content-Type": "application/json"}


def test_a_form_is_told_types_and_typical_values_the_most_important_first(hub: Hub, model_id: UUID) -> None:
    told = hub.get(f"/models/{model_id}/inputs")
    assert (told["version"], told["left_out"]) == (1, 0)
    found = {each["name"]: each for each in told["inputs"]}
    assert set(found) == {"income", "visits", "city"}
    assert found["income"]["type"] == "number"
    assert found["income"]["low"] < found["income"]["typical"] < found["income"]["high"]
    assert found["city"]["type"] == "category"
    assert sorted(found["city"]["choices"]) == ["Lima", "Oslo", "Rome"]
    assert found["city"]["closed"] is True
    weights = [each["importance"] for each in told["inputs"]]
    assert weights == sorted(weights, reverse=True)


def test_a_case_is_explained_as_its_prediction_would_be_and_not_kept(hub: Hub, model_id: UUID) -> None:
    case = UNLIKELY | {"visits": 4}
    told = hub.post(f"/models/{model_id}/explain", {"input_data": case}).json()
    assert hub.stored() == []
    made = hub.predict(model_id, case)["predictions"][0]
    stored = hub.get(f"/predictions/{made['prediction_id']}/explanation")
    assert {name: part for name, part in told["output"].items() if part is not None} == made["output"]
    assert {name: told[name] for name in ("summary", "reasons", "unusual", "changes", "caution")} == {
        name: stored[name] for name in ("summary", "reasons", "unusual", "changes", "caution")
    }


def test_a_case_that_cannot_be_used_and_a_version_that_is_not_there_are_refused(hub: Hub, model_id: UUID) -> None:
    bad = hub.post(f"/models/{model_id}/explain", {"input_data": {"income": [1]}})
    assert (bad.status_code, bad.json()["field"]) == (422, "income")
    for odd in (10**400, "\ud800", "\0"):
        body = json.dumps({"input_data": {"income": odd}})
        refused = hub.client.post(f"{PREFIX}/models/{model_id}/explain", content=body, headers=hub.owner | JSON)
        assert (refused.status_code, refused.json()["field"]) == (422, "income"), odd
    assert hub.post("/predict", {"model_name": "a\0b", "input_data": {"income": 1}}).status_code == 404
    none = hub.post(f"/models/{model_id}/explain", {"input_data": {"income": 1}, "version": 9})
    assert none.status_code == 404
    assert hub.client.get(f"{PREFIX}/models/{ids.new_id()}/inputs", headers=hub.owner).status_code == 404
