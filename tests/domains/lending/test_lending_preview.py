"""Trying an application: it says what deciding would say, and leaves nothing behind."""

import pytest
from fastapi.testclient import TestClient
from tests.support.lending import BAD, BELOW_MINIMUM, GOOD, MIDDLING, PRODUCT, UNKNOWABLE, Lender
from tests.support.lending_door import Door, application
from tests.support.serving import People

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization

TABLES = ("lending_applications", "decisions", "approvals", "effects", "events", "audit", "allowances", "requests")


def count(lender: Lender) -> list[int]:
    """Count the rows of every table that deciding writes."""
    return [lender.scalar(f"select count(*) from {table}") for table in TABLES]


def test_a_preview_says_what_deciding_then_says_and_writes_nothing(door: Door, lender: Lender) -> None:
    for inputs in (GOOD, BAD, MIDDLING, UNKNOWABLE, BELOW_MINIMUM):
        before = count(lender)
        tried = door.post("/applications/preview", application(inputs), 200)
        assert count(lender) == before
        decided = door.post("/applications", application(inputs))
        for name in ("state", "action", "verdict", "confidence", "summary", "model_version", "policy_version"):
            assert tried[name] == decided[name], (name, inputs)
        assert [each["code"] for each in tried["reasons"]] == [each["code"] for each in decided["reasons"]]


def test_a_preview_tells_what_would_have_to_change(door: Door, lender: Lender) -> None:
    assert door.post("/applications/preview", application(GOOD), 200)["counterfactuals"] == []
    lender.set_level("observe")
    tried = door.post("/applications/preview", application(GOOD), 200)
    assert (tried["verdict"], tried["would"], tried["level"]) == ("observe", "act", "observe")


def test_what_is_shown_of_an_application_can_be_tried_again_without_its_protected_attributes(door: Door) -> None:
    form = [each | ({"required": True} if each["role"] == "protected" else {}) for each in PRODUCT["form"]]
    door.post("/products", PRODUCT | {"key": "strict", "form": form})
    inputs = GOOD | {"sex": "female"}
    decided = door.post("/applications", {"product": "strict", "inputs": inputs})
    shown = door.get(f"/applications/{decided['application_id']}")["inputs"]
    assert "sex" not in shown
    tried = door.post("/applications/preview", {"product": "strict", "inputs": shown}, 200)
    assert (tried["verdict"], tried["confidence"]) == (decided["verdict"], decided["confidence"])


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (application(GOOD | {"amount": -1}), 422, "inputs.amount"),
        ({"product": "nothing", "inputs": GOOD}, 404, "product"),
        ({"product": "personal"}, 422, "inputs"),
    ],
)
def test_a_preview_of_what_could_not_be_submitted_is_refused(door: Door, body: object, status: int, field: str) -> None:
    assert field in str(door.post("/applications/preview", body, status)["field"])


def test_an_applicant_may_not_try_what_would_pass(
    client: TestClient, people: People, organization: Organization
) -> None:
    applicant = Door(client, people.key(organization, Role.CLIENT))
    assert applicant.post("/applications/preview", application(GOOD), 403)["code"] == "permission_missing"
