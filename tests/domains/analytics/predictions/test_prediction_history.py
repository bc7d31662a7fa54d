"""The history: what was predicted, why, what would change it, and taking it away as a table."""

import csv
import io
from datetime import timedelta
from uuid import UUID

from tests.domains.analytics.predictions.conftest import PREFIX, Hub
from tests.support.predicting import LIKELY, UNLIKELY

from intendant.domains.analytics.metrics import METRICS
from intendant.domains.analytics.predictions.invariants import PREDICTION_INVARIANTS
from intendant.domains.analytics.predictions.shadows import Shadows
from intendant.kit import ids


def test_predictions_are_listed_newest_first_in_pages_and_by_every_filter(hub: Hub, model_id: UUID) -> None:
    other = hub.add_model("what they spend", "regression")
    batch = hub.predict(model_id, [LIKELY] * 5, business_entity_type="customer", business_entity_id="a")
    hub.predict(other, [LIKELY])
    version = hub.predict(model_id, LIKELY, version=1)
    everything = hub.get("/predictions", limit=4)
    rest = hub.get("/predictions", limit=4, after=everything["next"])
    seen = [each["id"] for each in everything["items"] + rest["items"]]
    assert len(seen) == 7
    assert seen == sorted(seen, reverse=True)
    assert rest["next"] is None

    def count(**query: object) -> int:
        return len(hub.get("/predictions", **query)["items"])

    assert count(model_id=str(model_id)) == 6
    assert count(model_id=str(model_id), version=1) == 6
    assert count(model_id=str(model_id), version=2) == 0
    assert count(role="version") == 1
    assert count(role="champion") == 6
    assert count(business_entity_type="customer", business_entity_id="a") == 5
    assert count(batch_id=batch["batch_id"]) == 5
    now = hub.organization.clock.now()
    assert count(since=(now - timedelta(hours=1)).isoformat()) == 7
    assert count(until=(now - timedelta(hours=1)).isoformat()) == 0
    hub.post(f"/predictions/{version['predictions'][0]['prediction_id']}/feedback", {"actual_outcome": "no"})
    assert count(has_outcome=True) == 1
    assert count(has_outcome=False) == 6
    assert count(has_outcome=True, model_id=str(other)) == 0
    assert hub.client.get(f"{PREFIX}/predictions?version=1", headers=hub.owner).json()["field"] == "model_id"


def test_a_prediction_is_shown_with_input_reasons_and_feedback(hub: Hub, model_id: UUID) -> None:
    made = hub.predict(model_id, LIKELY, reasons=2)["predictions"][0]
    hub.post(f"/predictions/{made['prediction_id']}/feedback", {"actual_outcome": "no", "note": "Moved away."})
    shown = hub.get(f"/predictions/{made['prediction_id']}")
    assert shown["input_data"] == LIKELY
    assert shown["reasons"][:2] == made["reasons"]
    assert shown["output"]["label"] == "yes"
    assert shown["outcome"]["actual_outcome"] == "no"
    assert shown["outcome"]["correct"] is False
    assert [each["note"] for each in shown["feedback"]] == ["Moved away."]
    missing = hub.client.get(f"{PREFIX}/predictions/{ids.new_id()}", headers=hub.owner)
    assert (missing.status_code, missing.json()["code"]) == (404, "prediction_unknown")


def test_an_explanation_says_why_and_what_would_change_the_answer(hub: Hub, model_id: UUID) -> None:
    made = hub.predict(model_id, UNLIKELY | {"visits": 4})["predictions"][0]
    told = hub.get(f"/predictions/{made['prediction_id']}/explanation")
    assert told["summary"].startswith("The answer is no, with ")
    assert {each["feature"] for each in told["reasons"]} == {"income", "visits", "city"}
    change = told["changes"][0]
    assert change["label"] == "yes"
    assert change["sentence"].startswith(f"Were {change['feature']} ")
    value = float(change["after"].replace(",", ""))
    again = hub.predict(model_id, UNLIKELY | {"visits": 4, change["feature"]: value}, store=False)
    assert again["predictions"][0]["output"]["label"] == "yes"


def test_the_history_is_exported_as_a_table_and_that_is_recorded(hub: Hub, model_id: UUID) -> None:
    hub.predict(model_id, [LIKELY, UNLIKELY], business_entity_type="customer", business_entity_id=["=cmd", "b"])
    response = hub.client.get(f"{PREFIX}/predictions/export", params={"model_id": str(model_id)}, headers=hub.owner)
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["label"] for row in rows] == ["no", "yes"]
    assert rows[1]["business_entity_id"] == "'=cmd"
    acts = hub.stored("select body::json ->> 'act' as act from audit")
    assert {"act": "analytics.predictions.exported"} in acts


def test_the_hub_measures_how_much_it_is_asked_how_sure_it_is_and_what_became_known(hub: Hub, model_id: UUID) -> None:
    hub.add_version(model_id, 2, "shadow")
    made = hub.predict(model_id, [LIKELY] * 4)["predictions"]
    hub.post(f"/predictions/{made[0]['prediction_id']}/feedback", {"actual_outcome": "yes"})
    Shadows().catch_up(hub.database, hub.versions())
    now = hub.organization.clock.now()
    edges = [now - timedelta(hours=2), now - timedelta(hours=1), now + timedelta(hours=1)]
    with hub.database.transaction(hub.organization.id) as tx:
        measured = {metric.key: metric.measure(tx, edges) for metric in METRICS}
    assert [each.amount for each in measured["predictions"]] == [0, 4]
    assert measured["predictions_known"][1] == (1, 4)
    assert 3.9 < measured["prediction_confidence"][1].amount <= 4


def test_invariants_hold_and_notice_a_shadow_of_nothing(hub: Hub, model_id: UUID) -> None:
    made = hub.predict(model_id, [LIKELY])["predictions"][0]
    for outcome in ("yes", "no"):
        hub.post(f"/predictions/{made['prediction_id']}/feedback", {"actual_outcome": outcome})
    assert [name for name, query in PREDICTION_INVARIANTS.items() if hub.stored(query)] == []
    with hub.database.system() as tx:
        tx.execute("update prediction_results set role = 'shadow'")
    assert [name for name, query in PREDICTION_INVARIANTS.items() if hub.stored(query)] == [
        "a_shadow_answers_a_prediction_of_its_model_that_was_heard",
        "feedback_is_about_a_prediction_of_its_model_that_was_heard",
    ]
