"""Models with a life: created, trained, deployed, rolled back, removed, over HTTP and by the tasks' own functions."""

import hashlib
from uuid import UUID, uuid4

import pytest
from tests.support.workshop import PREFIX, Workshop, without

from intendant.domains.analytics.models.serving import Served
from intendant.kernel.access import Role
from intendant.kit import ids


def test_a_model_is_created_trained_deployed_rolled_back_and_removed(workshop: Workshop) -> None:
    made = workshop.post("/models", workshop.wish(retraining_frequency_days=30), 201)
    model_id = UUID(made["id"])
    assert (made["state"], made["version"], made["champion"], made["training"]) == ("draft", 0, None, None)
    first, second = workshop.train(model_id), workshop.train(model_id)
    assert (first["number"], second["number"]) == (1, 2)
    assert workshop.deploy(model_id, 1)["champion"]["number"] == 1
    assert workshop.deploy(model_id, 2, alias="challenger", share=0.2)["challenger"]["share"] == 0.2
    shown = workshop.deploy(model_id, 2)
    assert (shown["champion"]["number"], shown["challenger"]) == (2, None), "one version stands under one alias"
    back = workshop.post(f"/models/{model_id}/rollback", {"reason": "It answers oddly."})
    assert (back["champion"]["number"], back["state"]) == (1, "ready")
    assert {each["name"] for each in back["metrics"]} >= {"accuracy", "f1"}
    assert back["next_training_at"] > back["trained_at"]
    workshop.post(f"/models/{model_id}/rollback", {"reason": "And once more."}, 409)
    history = workshop.get(f"/models/{model_id}/deployments")["items"]
    told = [(each["alias"], each["version"], each["previous_version"]) for each in history]
    assert told == [
        ("champion", 1, 2),
        ("champion", 2, 1),
        ("challenger", None, 2),
        ("challenger", 2, None),
        ("champion", 1, None),
    ]
    workshop.delete(f"/models/{model_id}", 204)
    workshop.get(f"/models/{model_id}", 404)
    assert workshop.get("/models")["items"] == []
    assert workshop.model() != model_id, "its name is free again"


def test_models_are_listed_by_kind_state_and_text_in_pages(workshop: Workshop) -> None:
    buys = workshop.model()
    spends = workshop.model(
        model_name="100% of spending_", model_type="regression", algorithm="linear", target_column="spent", exclude=[]
    )
    workshop.train(buys, deploy=True)
    waiting = workshop.request(spends)
    everything = workshop.get("/models")["items"]
    assert [(each["id"], each["state"]) for each in everything] == [(str(spends), "training"), (str(buys), "ready")]
    assert everything[1]["champion"]["metric_value"] > 0
    assert everything[1]["usage"] == {"predictions": 0, "outcomes": 0, "last_predicted_at": None, "open_alerts": 0}
    for query, expected in (
        ({"state": "training"}, [spends]),
        ({"state": "ready"}, [buys]),
        ({"state": "draft"}, []),
        ({"model_type": "regression"}, [spends]),
        ({"q": "100%"}, [spends]),
        ({"q": "_"}, [spends]),
        ({"q": "TELLS who"}, [spends, buys]),
    ):
        found = workshop.get("/models", **query)["items"]
        assert [each["id"] for each in found] == [str(each) for each in expected], query
    page = workshop.get("/models", limit=1)
    assert [each["id"] for each in workshop.get("/models", after=page["next"])["items"]] == [str(buys)]
    assert workshop.get(f"/models/{spends}")["training"]["task_id"] == str(waiting)


def test_a_wish_that_does_not_fit_the_data_names_its_field(workshop: Workshop) -> None:
    for changes, field in (
        ({"target_column": "sold"}, "target_column"),
        ({"target_column": None}, "target_column"),
        ({"feature_columns": ["income", "nose"]}, "feature_columns"),
        ({"feature_columns": ["income", "bought"]}, "feature_columns"),
        ({"feature_columns": ["income", "income"]}, "feature_columns"),
        ({"algorithm": "crystal_ball"}, "algorithm"),
        ({"model_type": "clustering", "algorithm": "auto"}, "target_column"),
        ({"model_type": "forecasting", "algorithm": "auto", "target_column": "spent"}, "time_column"),
        ({"protected_columns": ["city"], "feature_columns": ["city"]}, "feature_columns"),
        ({"time_column": "when"}, "time_column"),
        ({"monotone": {"age": 1}}, "monotone"),
        ({"training_data_source": {"source": "no.such"}}, "source"),
        ({"training_data_source": {"dataset_id": str(uuid4())}}, "dataset_id"),
        ({"training_data_source": {}}, "training_data_source"),
        ({"training_data_source": {"query": "select 1", "source": "both"}}, "training_data_source"),
    ):
        response = workshop.client.post(f"{PREFIX}/models", json=workshop.wish(**changes), headers=workshop.owner)
        assert response.status_code in (404, 422), changes
        assert field in response.json()["field"], response.json()
    assert workshop.get("/models")["items"] == []


def test_two_people_do_not_overwrite_each_other_and_names_are_unique(workshop: Workshop) -> None:
    model_id, other = workshop.model(), workshop.model(model_name="Another")
    changed = workshop.put(f"/models/{model_id}", workshop.wish(description="New words.", revision=1))
    assert (changed["description"], changed["revision"]) == ("New words.", 2)
    workshop.put(f"/models/{model_id}", workshop.wish(description="Late words.", revision=1), 409)
    workshop.put(f"/models/{other}", workshop.wish(revision=1), 409)
    workshop.post("/models", workshop.wish(), 409)
    workshop.train(model_id)
    retyped = workshop.wish(revision=2, model_type="regression", algorithm="linear", target_column="spent", exclude=[])
    workshop.put(f"/models/{model_id}", retyped, 409)


def test_who_may_only_read_changes_nothing(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id)
    reader = workshop.people.signed_in(workshop.organization, Role.READ_ONLY)
    operator = workshop.people.signed_in(workshop.organization, Role.OPERATOR)
    deploy = {"version": 1, "reason": "I want it."}
    for who, method, path, body, status in (
        (reader, "GET", f"/models/{model_id}", None, 200),
        (reader, "POST", "/models", workshop.wish(model_name="Mine"), 403),
        (reader, "PUT", f"/models/{model_id}", workshop.wish(revision=1), 403),
        (operator, "POST", f"/models/{model_id}/train", {}, 403),
        (operator, "POST", f"/models/{model_id}/deploy", deploy, 403),
        (operator, "POST", f"/models/{model_id}/rollback", {"reason": "Back!"}, 403),
        (operator, "DELETE", f"/models/{model_id}", None, 403),
        (operator, "GET", f"/models/{model_id}/versions/1/artifact", None, 403),
    ):
        response = workshop.client.request(method, f"{PREFIX}{path}", json=body, headers=who)
        assert response.status_code == status, (method, path, response.text)


def test_a_version_that_did_not_prove_itself_is_deployed_only_knowingly(workshop: Workshop) -> None:
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(5)
    noise = pd.DataFrame({"a": random.normal(size=300), "b": random.normal(size=300)})
    noise["bought"] = random.choice(["yes", "no"], 300)
    source = {"dataset_id": str(workshop.add_dataset("noise", noise).id)}
    model_id = workshop.model(training_data_source=source, exclude=[], deploy_when_validated=True)
    assert not workshop.train(model_id, deploy=True)["validated"]
    assert workshop.champion(model_id) is None
    refused = workshop.deploy(model_id, 1, 409)
    assert (refused["code"], refused["field"]) == ("ai_model_version_not_validated", "accept_unvalidated")
    workshop.deploy(model_id, 1, accept_unvalidated=True)
    assert workshop.champion(model_id) == 1
    assert workshop.get(f"/models/{model_id}/deployments")["items"][0]["evidence"] == {"accepted_unvalidated": True}


def test_nonsense_is_not_deployed(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.post(f"/models/{model_id}/rollback", {"reason": "To where?"}, 409)
    workshop.train(model_id, deploy=True)
    for body, status in (
        ({"version": 7}, 404),
        ({"version": 1, "alias": "champion", "share": 0.5}, 422),
        ({"version": 1, "alias": "emperor"}, 422),
        ({"version": 1, "alias": "challenger", "share": 0}, 422),
        ({"version": 1, "alias": "shadow"}, 409),
        ({"version": 1, "reason": ""}, 422),
    ):
        workshop.post(f"/models/{model_id}/deploy", {"reason": "Because."} | body, status)
    workshop.delete(f"/models/{model_id}/aliases/shadow", 404)
    assert workshop.delete(f"/models/{model_id}/aliases/champion")["champion"] is None
    again = workshop.post(f"/models/{model_id}/rollback", {"reason": "It was taken away by mistake."})
    assert again["champion"]["number"] == 1


def test_the_first_version_that_proves_itself_is_deployed_where_that_was_wished(workshop: Workshop) -> None:
    model_id = workshop.model(deploy_when_validated=True)
    workshop.train(model_id, deploy=True)
    assert workshop.champion(model_id) == 1
    workshop.train(model_id, deploy=True)
    assert workshop.champion(model_id) == 1, "a champion goes only on evidence"


def test_a_training_run_twice_stores_one_version(workshop: Workshop) -> None:
    model_id, task_id = workshop.model(), ids.new_id()
    first, again = workshop.train(model_id, task_id=task_id), workshop.train(model_id, task_id=task_id)
    assert first["id"] == again["id"]
    other = workshop.train(model_id)
    assert bytes(other["artifact"]) == bytes(first["artifact"]), "the same rows and seed give the same bytes"
    assert [each["number"] for each in workshop.get(f"/models/{model_id}/versions")["items"]] == [2, 1]


def test_what_answers_changes_with_the_next_look(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    workshop.train(model_id)
    served, organization = Served(workshop.system), workshop.organization.id
    database = workshop.system.database
    with database.transaction(organization) as tx:
        assert served.standing(tx, organization, model_id).champion is not None
    workshop.deploy(model_id, 2)
    with database.transaction(organization) as tx:
        standing = served.standing(tx, organization, model_id)
        assert standing.require_champion().number == 2
        assert served.version(tx, model_id, 1).number == 1


@pytest.mark.parametrize("change", ["artifact = '\\x00'", "number = 9", "signature = '\\x0102'"])
def test_a_version_that_was_changed_in_the_database_does_not_answer(workshop: Workshop, change: str) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    workshop.execute(f"update ai_model_versions set {change} where model_id = %s", [model_id])
    served, organization = Served(workshop.system), workshop.organization.id
    number = 9 if "number" in change else 1
    assert not workshop.get(f"/models/{model_id}/versions/{number}")["signed"]
    with (
        workshop.system.database.transaction(organization) as tx,
        pytest.raises(Exception, match="not what this installation"),
    ):
        served.standing(tx, organization, model_id)


def test_bytes_that_were_changed_in_the_store_do_not_answer(workshop: Workshop) -> None:
    model_id = workshop.model()
    digest = bytes(workshop.train(model_id, deploy=True)["artifact"])
    workshop.execute("update file_parts set body = body || 'x' where digest = %s", [digest])
    served, organization = Served(workshop.system), workshop.organization.id
    with workshop.system.database.transaction(organization) as tx, pytest.raises(Exception, match="file"):
        served.standing(tx, organization, model_id)


def test_an_export_is_taken_in_again_and_a_changed_one_is_not(workshop: Workshop) -> None:
    model_id = workshop.model()
    workshop.train(model_id, deploy=True)
    export = workshop.client.get(f"{PREFIX}/models/{model_id}/versions/1/artifact", headers=workshop.owner)
    body = export.content
    assert export.headers["content-type"] == "application/octet-stream"
    headers = workshop.owner | {"Content-Type": "application/octet-stream", "Idempotency-Key": "once"}
    path = f"{PREFIX}/models/{model_id}/versions"
    taken = workshop.client.post(path, content=body, headers=headers)
    assert taken.status_code == 201, taken.text
    assert (taken.json()["number"], taken.json()["signed"]) == (2, True)
    assert taken.json()["digest"] == workshop.get(f"/models/{model_id}/versions/1")["digest"]
    assert workshop.client.post(path, content=body, headers=headers).json()["number"] == 2, "once"
    other = workshop.model(
        model_name="Spending", model_type="regression", algorithm="linear", target_column="spent", exclude=[]
    )
    wrong = [body[:-1], body + b"x", bytes([body[0] ^ 1]) + body[1:], b"", body[: len(body) // 2]]
    wrong.append(body[:120] + bytes([body[120] ^ 1]) + body[121:])
    for content in wrong:
        refused = workshop.client.post(path, content=content, headers=without(headers, "Idempotency-Key"))
        assert (refused.status_code, refused.json()["code"]) == (422, "ai_model_export_refused")
    elsewhere = workshop.client.post(f"{PREFIX}/models/{other}/versions", content=body, headers=headers)
    assert elsewhere.status_code == 422
    assert len(workshop.get(f"/models/{model_id}/versions")["items"]) == 2
    assert hashlib.sha256(body).hexdigest() != workshop.get(f"/models/{model_id}/versions/1")["digest"]
