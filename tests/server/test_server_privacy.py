"""People's data and evidence of controls over HTTP."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.lending import BAD, open_lender
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.kernel import privacy
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings

PRIVACY, EVIDENCE = "/api/v1/privacy", "/api/v1/evidence"
RULE = {"enabled": False, "after_days": 0, "legal_days": 0, "reason": "a test", "revision": 0}


@pytest.fixture
def system(database: Database, organization: Organization, tmp_path: Path) -> Iterator[System]:
    open_lender(database, organization).decide(BAD | {"employer": "Holm Brothers"}, reference="CASE-7731")
    system = build(Settings(home=tmp_path), database)
    yield system
    system.vault.close()


@pytest.fixture
def client(system: System, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    with TestClient(lend_app(system), headers=people.signed_in(organization)) as client:
        yield client


def test_a_request_goes_from_the_search_to_the_erasure_in_two_steps(
    client: TestClient, system: System, organization: Organization, people: People
) -> None:
    [found] = client.post(f"{PRIVACY}/people/search", json={"reference": "case-7731"}).json()["items"]
    assert (found["standing"], found["label"]) == ("kept", "CASE-7731")
    assert client.put(f"{PRIVACY}/retention/lending.application", json=RULE | {"legal_days": 9}).status_code == 422
    assert client.put(f"{PRIVACY}/retention/lending.application", json=RULE).json()["default_legal_days"] == 761
    asked = {"kind": "erasure", "person": "B. Holm", "roots": [found["root"]], "ground": "letter"}
    made = client.post(f"{PRIVACY}/requests", json=asked, headers={"Idempotency-Key": "holm"}).json()
    path = f"{PRIVACY}/requests/{made['id']}"
    shown = client.get(f"{path}/preview").json()
    assert {each["table"] for each in shown["tables"]} >= {"lending_applications", "decisions"}
    confirming = {"seen": shown["seen"], "revision": made["revision"]}
    manager = people.key(organization, Role.MANAGER)
    manager_answer = TestClient(client.app).post(f"{path}/confirm", json=confirming, headers=manager)
    assert manager_answer.status_code == 403
    assert client.post(f"{path}/confirm", json=confirming | {"seen": "x"}).status_code == 409
    assert client.post(f"{path}/confirm", json=confirming).json()["state"] == "queued"
    privacy.carry_out(system.database, system.registry, organization.id, made["id"])
    done = client.get(path).json()
    assert (done["state"], done["progress"], done["stays"]) == ("done", 1.0, [])
    assert done["rows"]["lending_applications"] == 1
    assert client.get(f"/api/v1/lending/applications/{found['root']}").status_code == 200
    decided = client.get(f"/api/v1/decisions?subject_id={found['root']}").json()["items"][0]["id"]
    assert client.get(f"/api/v1/decisions/{decided}").status_code == 200
    assert client.get(f"/api/v1/decisions/{decided}/trace").json()["code"] == "decision_erased"
    with system.database.system() as tx:
        assert tx.scalar("select count(*) from requests where response like '%Holm%'") == 0


def test_a_copy_is_a_zip_file_and_consents_follow_what_was_said_last(
    client: TestClient, system: System, organization: Organization
) -> None:
    [found] = client.post(f"{PRIVACY}/people/search", json={"reference": "CASE-7731"}).json()["items"]
    asked = {"kind": "export", "person": "B. Holm", "roots": [found["root"]], "ground": "letter"}
    made = client.post(f"{PRIVACY}/requests", json=asked).json()
    assert client.get(f"{PRIVACY}/requests/{made['id']}/file").json()["code"] == "person_copy_not_ready"
    privacy.carry_out(system.database, system.registry, organization.id, made["id"])
    with zipfile.ZipFile(BytesIO(client.get(f"{PRIVACY}/requests/{made['id']}/file").content)) as file:
        assert b"Holm Brothers" in file.read("data/lending_applications.json")
        assert "index.html" in file.namelist()
    consent = {"person": "B@Holm.test", "purpose": "marketing", "text_version": "3", "source": "web"}
    for state in ("given", "withdrawn"):
        assert client.post(f"{PRIVACY}/consents", json=consent | {"state": state}).status_code == 201
    current = client.post(f"{PRIVACY}/consents/current", json={"person": "b@holm.test"}).json()
    assert [each["state"] for each in current["items"]] == ["withdrawn"]
    assert [each["state"] for each in current["history"]] == ["withdrawn", "given"]
    assert client.post(f"{PRIVACY}/people/search", json={}).status_code == 422


def test_evidence_is_computed_says_what_is_missing_and_is_no_certificate(client: TestClient) -> None:
    view = client.get(EVIDENCE).json()
    by_id = {each["id"]: each for each in view["items"]}
    assert "no certificate" in view["disclaimer"]
    assert by_id["access-review"]["status"] == "not_evidenced"
    assert by_id["encryption-in-transit"]["status"] == "not_evidenced"
    assert by_id["change-management"]["status"] == "evidenced"
    assert client.post("/api/v1/audit/verify").status_code == 200
    said = {"control": "access-review", "note": "=All members looked at."}
    assert client.post(f"{EVIDENCE}/statements", json=said).status_code == 201
    assert client.post(f"{EVIDENCE}/statements", json=said | {"control": "nothing"}).status_code == 404
    again = {each["id"]: each for each in client.get(EVIDENCE).json()["items"]}
    assert again["access-review"]["status"] == "evidenced"
    assert "not_evidenced" not in {fact["shown"] for fact in again["processing-record"]["facts"]}
    exported = client.get(f"{EVIDENCE}/export?format=csv")
    assert "'=All members" in exported.text
    assert len(exported.headers["X-Content-SHA256"]) == 64
