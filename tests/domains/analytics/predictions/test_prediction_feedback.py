"""What became of predictions: late, corrected, many at once, and what cannot be true."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from tests.domains.analytics.predictions.conftest import PREFIX, Hub
from tests.support.predicting import LIKELY, UNLIKELY

from intendant.kernel.access import Role
from intendant.kit import ids


def test_a_later_outcome_corrects_the_one_before_and_the_same_one_says_nothing_new(hub: Hub, model_id: UUID) -> None:
    prediction = hub.predict(model_id, LIKELY)["predictions"][0]["prediction_id"]
    path = f"/predictions/{prediction}/feedback"
    first = hub.post(path, {"actual_outcome": "no"}).json()
    same = hub.post(path, {"actual_outcome": "no"}).json()
    hub.post(path, {"rating": 2})
    second = hub.post(path, {"actual_outcome": "yes", "note": "He came after all."}).json()
    assert same["id"] == first["id"]
    assert (first["corrects"], second["corrects"]) == (None, first["id"])
    assert [row["actual"] for row in hub.stored("select * from prediction_feedback order by id")] == ["no", None, "yes"]
    assert hub.get(f"/predictions/{prediction}")["outcome"]["correct"] is True
    assert len(hub.stored("select from events where name = 'analytics.feedback.recorded'")) == 3


def test_an_outcome_must_be_one_the_model_could_have_predicted(hub: Hub, model_id: UUID) -> None:
    prediction = hub.predict(model_id, LIKELY)["predictions"][0]["prediction_id"]
    spending = hub.add_model("what they spend", "regression")
    number = hub.predict(spending, LIKELY)["predictions"][0]["prediction_id"]
    later = (hub.organization.clock.now() + timedelta(days=1)).isoformat()
    for identifier, body, field in (
        (prediction, {"actual_outcome": "perhaps"}, "actual_outcome"),
        (prediction, {"actual_outcome": 3}, "actual_outcome"),
        (prediction, {}, "actual_outcome"),
        (prediction, {"actual_outcome": "yes", "observed_at": later}, "observed_at"),
        (number, {"actual_outcome": "much"}, "actual_outcome"),
        (number, {"actual_outcome": "nan"}, "actual_outcome"),
    ):
        refused = hub.post(f"/predictions/{identifier}/feedback", body)
        assert (refused.status_code, refused.json()["field"]) == (422, field), body
    assert hub.post(f"/predictions/{number}/feedback", {"actual_outcome": 120.5}).status_code == 201
    assert hub.get(f"/predictions/{number}")["outcome"]["error"] is not None
    assert hub.post(f"/predictions/{ids.new_id()}/feedback", {"rating": 1}).status_code == 404


def test_many_outcomes_are_told_by_prediction_or_by_business_entity_and_bad_ones_are_named(
    hub: Hub, model_id: UUID
) -> None:
    entities = {"business_entity_type": "customer", "business_entity_id": ["a", "b"]}
    old = hub.predict(model_id, [LIKELY, UNLIKELY], **entities)["predictions"]
    new = hub.predict(model_id, [LIKELY, UNLIKELY], **entities)["predictions"]
    about = {"model_name": "who buys", "business_entity_type": "customer"}
    items = [
        {"prediction_id": old[0]["prediction_id"], "actual_outcome": "yes"},
        {**about, "business_entity_id": "b", "actual_outcome": "no"},
        {**about, "business_entity_id": "nobody", "actual_outcome": "no"},
        {"prediction_id": "x", "actual_outcome": "no"},
        {"prediction_id": old[1]["prediction_id"], "actual_outcome": "maybe"},
        {"prediction_id": old[0]["prediction_id"], "actual_outcome": "yes"},
    ]
    answer = hub.post("/predictions/feedback", {"feedback": items}).json()
    assert (answer["recorded"], answer["unchanged"], answer["failed"]) == (2, 1, 3)
    assert [(each["item"], each["field"]) for each in answer["problems"]] == [
        (2, "business_entity_id"),
        (3, "prediction_id"),
        (4, "actual_outcome"),
    ]
    told = {str(row["prediction_id"]) for row in hub.stored("select * from prediction_feedback")}
    assert told == {old[0]["prediction_id"], new[1]["prediction_id"]}
    again = hub.post("/predictions/feedback", {"feedback": items}).json()
    assert (again["recorded"], again["unchanged"]) == (0, 3)


def test_feedback_with_the_same_key_is_taken_once(hub: Hub, model_id: UUID) -> None:
    prediction = hub.predict(model_id, LIKELY)["predictions"][0]["prediction_id"]
    key = {"Idempotency-Key": "k"}
    answers = [hub.post(f"/predictions/{prediction}/feedback", {"rating": 5}, **key).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(hub.stored("select from prediction_feedback")) == 1


def test_who_may_not_give_feedback_is_refused(
    hub: Hub, model_id: UUID, header: Callable[[Role], dict[str, str]]
) -> None:
    prediction = hub.predict(model_id, LIKELY)["predictions"][0]["prediction_id"]
    reader = header(Role.READ_ONLY)
    for path, body in (
        (f"/predictions/{prediction}/feedback", {"rating": 1}),
        ("/predictions/feedback", {"feedback": [{"prediction_id": prediction, "rating": 1}]}),
    ):
        refused = hub.client.post(f"{PREFIX}{path}", json=body, headers=reader)
        assert refused.status_code == 403
