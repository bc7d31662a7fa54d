"""Reading the audit log, and proofs that anybody can check with a public key and SHA-256."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.audit import Log, log
from tests.support.serving import People, Served

from intendant.kernel import audit
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock, ids

__all__ = ["log"]


@pytest.fixture
def client(served: Served, log: Log, tmp_path: Path) -> Iterator[TestClient]:
    """Serve with the log's own signing key."""
    with TestClient(lend_app(replace(served, signer=log.key)), follow_redirects=False) as client:
        yield client


@pytest.fixture
def mine(people: People, organization: Organization) -> dict[str, str]:
    """Return the header of somebody who may read the log."""
    return people.key(organization, Role.MANAGER)


def _write(log: Log, *acts: tuple[str, str, str]) -> None:
    now = clock.system_now()
    with log.database.transaction(log.organization_id) as tx:
        audit.append(
            tx,
            [
                audit.Act(log.organization_id, actor, act, subject, now, {"n": '","actor":"x'})
                for actor, act, subject in acts
            ],
        )


ACTS = (
    ("user:ada", "kernel.policy.published", "policy:1"),
    ("user:ada", "kernel.switch.halted", "organization:1"),
    ('user:"bo"', "kernel.policy.published", "policy:12"),
    ("x", "lending.loan.settled", "loan:policy:1"),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 2, 1, 0]),
        ({"actor": "user:ada"}, [1, 0]),
        ({"actor": 'user:"bo"'}, [2]),
        ({"actor": "x"}, [3]),
        ({"actor": "user:"}, []),
        ({"act": "kernel.policy"}, [2, 0]),
        ({"act": "policy"}, []),
        ({"subject": "policy:1"}, [0]),
        ({"subject": "policy:"}, [2, 0]),
        ({"subject": "policy"}, []),
        ({"q": "HALTED"}, [1]),
        ({"q": '"bo'}, [2]),
        ({"act": "kernel.", "actor": "user:ada", "q": "publ"}, [0]),
        ({"until": "1900-01-01T00:00:00Z"}, []),
        ({"since": "1900-01-01T00:00:00Z"}, [3, 2, 1, 0]),
        ({"since": "9999-01-01T00:00:00Z"}, []),
    ],
)
def test_the_log_is_found_by_who_what_to_what_and_when(
    client: TestClient, mine: dict[str, str], log: Log, query: dict[str, str], found: list[int]
) -> None:
    _write(log, *ACTS)
    answer = client.get("/api/v1/audit", params=query, headers=mine)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [item["body"]["subject"] for item in body["items"]] == [ACTS[place][2] for place in found]
    assert (body["next"], body["capped"]) == (None, False)


@pytest.mark.parametrize(
    "query", [{"actor": ""}, {"q": "x" * 301}, {"since": "yesterday"}, {"since": "2026-01-01T00:00:00"}, {"after": "1"}]
)
def test_a_search_that_cannot_be_is_refused_by_its_field(
    client: TestClient, mine: dict[str, str], query: dict[str, str]
) -> None:
    answer = client.get("/api/v1/audit", params=query, headers=mine)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.text


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _check(proof: dict[str, Any]) -> None:
    """Check a proof with nothing of ours: what the guide tells an outsider to do."""
    leaf = proof["leaf"]
    node = hashlib.sha256(b"\x00" + bytes.fromhex(leaf["salt"]) + leaf["body_text"].encode()).digest()
    assert node.hex() == leaf["leaf"]
    position, last = proof["index"], proof["size"] - 1
    for sibling in map(bytes.fromhex, proof["path"]):
        if position % 2 or position == last:
            node = _node(sibling, node)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            node = _node(node, sibling)
        position, last = position // 2, last // 2
    assert last == 0
    checkpoint = proof["checkpoint"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(proof["public_key"]["raw"]))
    key.verify(bytes.fromhex(checkpoint["signature"]), checkpoint["body"].encode())
    said = orjson.loads(checkpoint["body"])
    assert (said["root"], said["size"]) == (node.hex(), proof["size"])


def test_every_sealed_leaf_can_be_proved_with_the_public_key_alone(
    client: TestClient, mine: dict[str, str], log: Log
) -> None:
    for count in (3, 1, 4, 5):
        log.note(count)
        log.seal()
    items = client.get("/api/v1/audit", headers=mine).json()["items"]
    assert len(items) == 13
    for place, item in enumerate(reversed(items)):
        proof = client.get(f"/api/v1/audit/{item['id']}/proof", headers=mine).json()
        assert proof["index"] == place
        _check(proof)
    leaf = client.get(f"/api/v1/audit/{items[0]['id']}", headers=mine).json()
    assert leaf["checkpoint"] == 4
    checkpoints = client.get("/api/v1/audit/checkpoints", params={"limit": 3}, headers=mine).json()
    assert [each["size"] for each in checkpoints["items"]] == [13, 8, 4]
    assert checkpoints["next"] == "2"


def test_a_leaf_that_waits_for_its_checkpoint_is_not_proved_yet(
    client: TestClient, mine: dict[str, str], log: Log
) -> None:
    log.note(1)
    item = client.get("/api/v1/audit", headers=mine).json()["items"][0]
    answer = client.get(f"/api/v1/audit/{item['id']}/proof", headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "audit_leaf_not_sealed")
    assert client.get(f"/api/v1/audit/{item['id']}", headers=mine).json()["checkpoint"] is None


def test_a_changed_leaf_is_not_proved(client: TestClient, mine: dict[str, str], log: Log) -> None:
    log.note(3)
    log.seal()
    items = client.get("/api/v1/audit", headers=mine).json()["items"]
    with log.superuser() as connection:
        connection.execute("update audit set leaf = %s where id = %s", [b"\0" * 32, items[1]["id"]])
    answer = client.get(f"/api/v1/audit/{items[0]['id']}/proof", headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "audit_log_incomplete")


def test_a_leaf_of_another_organization_is_unknown(
    client: TestClient, people: People, other_organization: Organization, mine: dict[str, str], log: Log
) -> None:
    log.note(1)
    log.seal()
    item = client.get("/api/v1/audit", headers=mine).json()["items"][0]
    theirs = people.key(other_organization)
    for path in (f"/api/v1/audit/{item['id']}", f"/api/v1/audit/{item['id']}/proof", f"/api/v1/audit/{ids.new_id()}"):
        assert client.get(path, headers=theirs).json()["code"] == "audit_leaf_unknown"
    assert client.get("/api/v1/audit/checkpoints", headers=theirs).json()["items"] == []
    operator = people.key(other_organization, Role.OPERATOR)
    assert client.get("/api/v1/audit/checkpoints", headers=operator).status_code == 403


def test_a_decision_is_proved_with_its_record(
    client: TestClient, people: People, organization: Organization, log: Log
) -> None:
    decision_id = log.decide()
    log.seal()
    reader = people.key(organization, Role.READ_ONLY)
    proof = client.get(f"/api/v1/decisions/{decision_id}/proof", headers=reader).json()
    _check(proof)
    assert hashlib.sha256(proof["record"].encode()).hexdigest() == proof["leaf"]["body"]["digest"]
    answer = client.get(f"/api/v1/decisions/{ids.new_id()}/proof", headers=reader)
    assert answer.status_code == 404
