"""Lending over HTTP: from the door to the answer, by role, organisation and idempotency key."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from tests.support.lending import BAD, GOOD, MIDDLING, PRODUCT, Lender, open_lender
from tests.support.lending_door import BASE, Door, application
from tests.support.serving import People

from intendant.domains.lending import wire
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database
from intendant.simulator.driver import Driver
from intendant.simulator.lender import find_applicant, prefix_of_run


def test_an_application_is_answered_with_its_decision(door: Door) -> None:
    answer = door.post("/applications", application(GOOD, reference="r-1"))
    assert (answer["state"], answer["action"], answer["verdict"]) == ("approved", "approve", "act")
    assert wire.DecidedApplication.model_validate(answer)
    shown = door.get(f"/applications/{answer['application_id']}")
    assert (shown["state"], shown["reference"], shown["inputs"]["credit_score"]) == ("approved", "r-1", 720)
    explanation = door.get(f"/applications/{answer['application_id']}/explanation")
    assert explanation["decision_id"] == answer["decision_id"]


def test_the_same_key_gives_the_same_answer_and_another_body_a_conflict(door: Door) -> None:
    first = door.post("/applications", application(GOOD), Idempotency_Key="k")
    assert door.post("/applications", application(GOOD), Idempotency_Key="k") == first
    problem = door.post("/applications", application(BAD), 409, Idempotency_Key="k")
    assert problem["code"] == "idempotency_key_reused"
    assert len(door.get("/applications")["items"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"{", 422, "body"),
        (b"[]", 422, "body"),
        ({"inputs": GOOD}, 422, "product"),
        ({"product": "nothing", "inputs": GOOD}, 404, "product"),
        ({"product": "personal"}, 422, "inputs"),
        (application(GOOD | {"amount": -1}), 422, "inputs.amount"),
        (application(GOOD | {"amount": 1e300}), 422, "inputs.amount"),
        (application(GOOD, extra=1), 422, "extra"),
        (application(GOOD, reference=""), 422, "reference"),
        (application(GOOD, reference="a\x00b"), 422, "reference"),
        (b'{"product": "personal", "inputs": {"amount": NaN}}', 422, "body"),
        (application(GOOD | {"employer": "\x00"}), 422, "inputs.employer"),
    ],
)
def test_bad_input_is_a_problem_that_names_field_and_remedy(door: Door, body: Any, status: int, field: str) -> None:
    problem = door.post("/applications", body, status)
    assert problem["field"] == field
    assert problem["remedy"]


def test_an_applicant_is_not_shown_the_score(client: TestClient, people: People, organization: Organization) -> None:
    answer = Door(client, people.key(organization, Role.CLIENT)).post("/applications", application(MIDDLING))
    assert set(answer) == {"application_id", "reference", "state", "decision_id"}


def test_applications_are_listed_in_pages_by_state(door: Door) -> None:
    for inputs in (GOOD, BAD, MIDDLING, GOOD):
        door.post("/applications", application(inputs))
    first = door.get("/applications?limit=3")
    rest = door.get(f"/applications?limit=3&after={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    assert {row["state"] for row in door.get("/applications?state=approved")["items"]} == {"approved"}
    assert door.get("/applications?state=nonsense", 422)["code"] == "validation_failed"


def test_withdrawal_and_outcome_go_over_the_wire(door: Door) -> None:
    waiting, granted = (door.post("/applications", application(each))["application_id"] for each in (MIDDLING, GOOD))
    assert door.post(f"/applications/{waiting}/withdraw", {"reason": "moved"}, 200)["state"] == "withdrawn"
    assert door.post(f"/applications/{granted}/withdraw", {"reason": "moved"}, 409)["code"] == "payout_on_the_way"
    assert door.post(f"/applications/{granted}/outcome", {"repaid": 1})["outcome_id"]
    assert door.post(f"/applications/{granted}/outcome", {"repaid": 3}, 422)["field"] == "repaid"
    body = {"outcomes": [{"application_id": granted, "repaid": 0}]}
    assert len(door.post("/outcomes", body)["outcome_ids"]) == 1


def test_an_upload_goes_over_the_wire(door: Door) -> None:
    rows = b"\n".join(orjson.dumps(application(each)) for each in (GOOD, BAD, GOOD | {"amount": 0}))
    result = door.post("/applications/bulk", rows, 200, content_type="application/x-ndjson", Idempotency_Key="u")
    assert (result["rows"], result["decided"], result["quarantined"]) == (3, 2, 1)
    again = door.post("/applications/bulk", rows, 200, content_type="application/x-ndjson", Idempotency_Key="u")
    assert again["replayed"] == 2
    table = b"amount,term,purpose,credit_score\n5000,24,car,720\n"
    assert door.post("/applications/bulk?format=csv&product=personal", table, 200)["verdicts"] == {"act": 1}


def test_an_upload_that_is_too_large_is_refused(door: Door) -> None:
    response = door.client.post(
        f"{BASE}/applications/bulk", content=b"x", headers=door.headers | {"content-length": str(2 * 1024**3)}
    )
    assert response.status_code == 413
    assert response.json()["code"] == "body_too_large"


def test_what_only_was_observed_is_decided_anew_when_the_level_is_raised(door: Door, lender: Lender) -> None:
    lender.set_level("observe")
    observed = door.post("/applications", application(GOOD))
    path = f"/applications/{observed['application_id']}/decide"
    assert (observed["state"], door.post(path)["state"]) == ("under_review", "under_review")
    lender.set_level("full")
    decided = door.post(path, Idempotency_Key="again")
    assert (decided["state"], decided["verdict"], len(decided["effects"])) == ("approved", "act", 1)
    assert door.post(path, Idempotency_Key="again") == decided
    assert door.post(path, None, 409)["code"] == "application_closed"
    assert lender.scalar("select count(*) from effects") == 1


def test_a_question_is_answered_and_not_asked_anew(door: Door, lender: Lender) -> None:
    lender.set_level("observe")
    asked = door.post("/applications", application(MIDDLING))["application_id"]
    lender.set_level("full")
    path = f"/applications/{asked}/decide"
    referred = door.post(path, Idempotency_Key="again")
    assert (referred["state"], referred["verdict"]) == ("referred", "ask")
    problem = door.post(path, None, 409)
    assert (problem["code"], problem["data"]["approval_id"]) == ("awaiting_answer", referred["approval_id"])
    assert door.post(path, Idempotency_Key="again") == referred, "the same key finds the question"


def test_what_a_stop_refused_is_told_in_the_state_it_kept(door: Door, lender: Lender) -> None:
    lender.set_level("observe")
    path = f"/applications/{door.post('/applications', application(GOOD))['application_id']}/decide"
    with lender.database.system() as tx:
        tx.execute("update controls set state = 'stopped' where organization_id = %s", [lender.organization.id])
    stopped = door.post(path)
    assert (stopped["state"], stopped["verdict"]) == ("under_review", "refuse")


def test_a_simulation_that_starts_again_reports_the_outcomes_that_an_earlier_run_owes(
    door: Door, lender: Lender
) -> None:
    reference = f"{prefix_of_run(lender.organization.clock.now())}-000001"
    owed = door.post("/applications", application(GOOD, reference=reference))["application_id"]
    door.post("/applications", application(GOOD, reference="somebody's own"))
    now = clock.system_now()
    later = clock.BusinessClock(now, now + timedelta(days=11))
    door.client.headers.update(door.headers)
    for _ in range(2):
        driver = Driver("http://testserver", "", later, 20, "D000000000000", "personal")
        driver._recall(door.client)
        driver._report_outcomes(door.client)
        assert driver._due == []
    person = find_applicant(20, reference)
    assert person is not None
    with lender.database.transaction(lender.organization.id) as tx:
        rows = tx.all("select subject_id::text, value from outcomes")
    assert rows == [{"subject_id": owed, "value": float(person.repays)}], "told twice is told once"


def test_products_are_published_and_read(door: Door) -> None:
    created = door.post("/products", PRODUCT | {"key": "car", "name": "Car loan"})
    assert (created["key"], created["version"]) == ("car", 1)
    assert door.get("/products/car")["form"][0]["role"] == "amount"
    assert [row["key"] for row in door.get("/products")["items"]] == ["car", "personal"]
    assert door.get("/products?limit=1")["next"] == "car"
    form = [*PRODUCT["form"][:-1], {"name": "sex", "type": "category", "role": "feature"}]
    problem = door.post("/products", PRODUCT | {"form": form}, 422)
    assert (problem["code"], problem["field"]) == ("protected_attribute_as_feature", "form.sex.role")


def test_models_are_listed_and_promoted(door: Door, lender: Lender) -> None:
    lender.install_model()
    models = door.get("/models")["items"]
    assert [(row["version"], row["role"]) for row in models] == [(2, "champion"), (1, "retired")]
    promoted = door.post(f"/models/{models[1]['id']}/promote", {"reason": "roll back"}, 200)
    assert promoted["role"] == "champion"


def test_another_organisation_sees_and_changes_nothing(
    door: Door, client: TestClient, people: People, database: Database, other_organization: Organization, lender: Lender
) -> None:
    granted = door.post("/applications", application(GOOD))["application_id"]
    open_lender(database, other_organization)
    stranger = Door(client, people.key(other_organization, Role.OWNER))
    assert stranger.get(f"/applications/{granted}", 404)["code"] == "application_unknown"
    assert stranger.get(f"/applications/{granted}/explanation", 404)["code"] == "application_unknown"
    stranger.post(f"/applications/{granted}/withdraw", {"reason": "x"}, 404)
    assert stranger.post(f"/applications/{granted}/decide", None, 404)["code"] == "application_unknown"
    stranger.post(f"/applications/{granted}/outcome", {"repaid": 1}, 404)
    stranger.post(f"/models/{lender.scalar('select id from models')}/promote", {"reason": "x"}, 404)
    assert stranger.get("/applications")["items"] == []


@pytest.mark.parametrize(("role", "path", "body"), [
    (Role.READ_ONLY, "/applications", application(GOOD)),
    (Role.OPERATOR, "/products", PRODUCT),
    (Role.CLIENT, "/outcomes", {"outcomes": []}),
    (Role.CLIENT, "/applications/01890000-0000-7000-8000-000000000000/decide", None),
])  # fmt: skip
def test_a_role_without_the_permission_is_refused(
    client: TestClient, people: People, organization: Organization, role: Role, path: str, body: dict[str, Any]
) -> None:
    problem = Door(client, people.key(organization, role)).post(path, body, 403)
    assert problem["code"] == "permission_missing"


def test_nobody_gets_in_without_a_credential(client: TestClient) -> None:
    assert client.get(f"{BASE}/applications").status_code == 401
