"""Lists and muted rules over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import lender
from tests.support.lending import GOOD, Lender
from tests.support.serving import People, Served

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization
from intendant.kit import clock

__all__ = ["lender"]
LISTS, MUTES, KIND = "/api/v1/lists", "/api/v1/mutes", "/api/v1/policies/lending.application"
BLOCKED = {"name": "blocked", "label": "Blocked employers"}
ASKS = {"name": "watched", "effect": "ask", "when": {"field": "employer", "op": "in_list", "value": "blocked"}, "missing": "ignore"}  # fmt: skip


@pytest.fixture
def client(served: Served, lender: Lender, people: People, organization: Organization) -> Iterator[TestClient]:
    """Serve a lender to a manager."""
    parts = replace(served, registry=lender.decider.registry, decider=lender.decider)
    with TestClient(lend_app(parts), headers=people.key(organization, Role.MANAGER)) as client:
        yield client


def made(client: TestClient, *values: str) -> str:
    answer = client.post(LISTS, json=BLOCKED)
    assert answer.status_code == 201, answer.text
    path = f"{LISTS}/{answer.json()['id']}"
    if values:
        assert client.post(f"{path}/entries", json={"text": "\n".join(values)}).status_code == 201
    return path


def publish(client: TestClient, *rules: dict[str, Any]) -> None:
    policy = client.get(KIND).json()["body"]
    policy["rules"] = [each for each in policy["rules"] if each["name"] != "watched"] + list(rules)
    answer = client.post(KIND, json={"policy": policy, "reason": "For a test."})
    assert answer.status_code == 201, answer.text


def test_a_list_is_kept_searched_exported_and_its_bad_lines_are_told(client: TestClient) -> None:
    path = made(client, "Acme", "  acme ", "", "+49 30 1234")
    until = (clock.system_now() + timedelta(days=1)).isoformat()
    uploaded = f"value,expires_at,reason\nBeta,{until},Fraud\nGamma,tomorrow,\n,,\nDelta,2001-01-01T00:00:00Z,"
    answer = client.post(f"{path}/entries", json={"text": uploaded, "reason": "Upload."}).json()
    assert (answer["added"], answer["present"], answer["rejected"]) == (1, 0, 3)
    assert [each["line"] for each in answer["examples"]] == [3, 4, 5]
    items = client.get(f"{path}/entries", params={"limit": 2}).json()
    more = client.get(f"{path}/entries", params={"limit": 2, "after": items["next"]}).json()
    assert [each["value"] for each in [*items["items"], *more["items"]]] == ["beta", "+49 30 1234", "acme"]
    assert [each["shown"] for each in client.get(f"{path}/entries", params={"q": " AC"}).json()["items"]] == ["acme"]
    exported = client.get(f"{path}/entries/export.csv").text
    assert exported.splitlines()[0].startswith("value,expires_at,reason,standing")
    (_beta, phone, acme) = [*items["items"], *more["items"]]
    removed = client.post(f"{path}/entries/remove", json={"entry_ids": [acme["id"]], "reason": "Cleared."})
    assert removed.json() == {"removed": 1}
    assert client.delete(f"{path}/entries/{phone['id']}").status_code == 204
    assert [each["value"] for each in client.get(f"{path}/entries", params={"standing": "removed"}).json()["items"]] == ["+49 30 1234", "acme"]  # fmt: skip
    assert client.post(f"{path}/entries", json={"text": exported}).json()["added"] == 2
    shown = client.get(path).json()
    assert (shown["open_count"], shown["total_count"], shown["used_by"]) == (3, 5, [])
    assert [each["name"] for each in client.get(LISTS, params={"q": "EMPLOYERS"}).json()["items"]] == ["blocked"]


def test_a_list_that_a_rule_asks_says_so_and_cannot_be_removed(client: TestClient) -> None:
    path = made(client, "acme")
    publish(client, ASKS)
    assert client.get(path).json()["used_by"] == [{"kind": "lending.application", "version": 2, "rules": ["watched"]}]
    assert client.delete(path).json()["code"] == "list_in_use"
    words = client.get(f"{KIND}/vocabulary").json()
    assert words["lists"] == [{"name": "blocked", "label": "Blocked employers", "holds": "text"}]
    assert {each["name"] for each in words["values"] if each["identifies"]} >= {"employer", "iban"}
    publish(client)
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (BLOCKED, 409, "name"),
        (BLOCKED | {"name": "No word"}, 422, "name"),
        (BLOCKED | {"name": "other", "holds": "secrets"}, 422, "holds"),
    ],
)
def test_a_list_that_cannot_be_is_refused(client: TestClient, body: dict[str, Any], status: int, field: str) -> None:
    path = made(client)
    answer = client.post(LISTS, json=body)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert client.patch(path, json={"revision": 7, "label": "Renamed"}).json()["code"] == "list_changed"
    assert client.patch(path, json={"revision": 1, "label": "Renamed"}).json()["revision"] == 2


def test_who_only_reads_keeps_no_list_and_mutes_nothing(
    client: TestClient, people: People, organization: Organization
) -> None:
    path, reader = made(client, "acme"), people.key(organization, Role.READ_ONLY)
    assert client.get(path, headers=reader).status_code == 200
    refused = [client.post(LISTS, headers=reader, json=BLOCKED), client.delete(path, headers=reader)]
    refused.append(client.post(f"{path}/entries", headers=reader, json={"text": "x"}))
    refused.append(client.post(MUTES, headers=reader, json={}))
    assert [each.status_code for each in refused] == [403] * 4


def test_a_rule_is_muted_for_one_customer_listed_and_ended(client: TestClient, lender: Lender) -> None:
    made(client, "acme")
    publish(client, ASKS)
    until = (clock.system_now() + timedelta(days=1)).isoformat()
    body = {"kind": "lending.application", "rule": "watched", "field": "employer", "value": " ACME", "until": until, "reason": "Known."}  # fmt: skip
    mute = client.post(MUTES, json=body)
    assert (mute.status_code, mute.json()["value"], mute.json()["standing"]) == (201, "acme", "open")
    assert client.post(MUTES, json=body).json()["code"] == "mute_exists"
    record = lender.decide(GOOD | {"employer": "Acme"})
    shown = client.get(f"/api/v1/decisions/{record['id']}").json()
    assert (shown["verdict"], shown["fired"][0]["mute"], shown["mutes"]) == ("act", mute.json()["id"], {"watched": mute.json()["id"]})  # fmt: skip
    assert [each["id"] for each in client.get(MUTES, params={"value": "ACME"}).json()["items"]] == [mute.json()["id"]]
    ended = client.post(f"{MUTES}/{mute.json()['id']}/end", json={"reason": "Watched again."})
    assert (ended.json()["standing"], client.get(MUTES).json()["items"]) == ("ended", [])
    assert client.post(f"{MUTES}/{mute.json()['id']}/end", json={}).json()["code"] == "mute_ended"
    assert lender.decide(GOOD | {"employer": "Acme"})["verdict"] == "ask"
    faults = [{"field": "purpose"}, {"rule": "nobody"}, {"until": "2001-01-01T00:00:00Z"}, {"value": "  "}]
    codes = [client.post(MUTES, json=body | fault).json()["field"] for fault in faults]
    assert codes == ["field", "rule", "until", "value"]
    events = client.get("/api/v1/events", params={"limit": 50}).text
    assert "kernel.mute.ended" in events
    assert "acme" not in events.lower()
