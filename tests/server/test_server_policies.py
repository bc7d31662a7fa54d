"""Policies over HTTP: as typed data, the words they are written in, checking, trying and publishing them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import change_action, lender
from tests.support.lending import BAD, GOOD, MIDDLING, Lender
from tests.support.serving import People, Served

from intendant.kernel.access import Role, create_key
from intendant.kernel.organizations import Organization

__all__ = ["lender"]
KIND = "/api/v1/policies/lending.application"


@pytest.fixture
def client(served: Served, lender: Lender) -> Iterator[TestClient]:
    """Serve a lender."""
    parts = replace(served, registry=lender.decider.registry, decider=lender.decider)
    with TestClient(lend_app(parts), follow_redirects=False) as client:
        yield client


@pytest.fixture
def manager(people: People, organization: Organization) -> dict[str, str]:
    """Return the header of somebody who may publish."""
    return people.key(organization, Role.MANAGER)


def _policy(client: TestClient, headers: dict[str, str]) -> dict[str, Any]:
    return client.get(KIND, headers=headers).json()["body"]


def test_a_policy_that_was_read_can_be_published_as_it_is(client: TestClient, manager: dict[str, str]) -> None:
    policy = _policy(client, manager)
    policy["rules"][0]["when"] = {
        "any": [{"not": {"field": "purpose", "op": "in", "value": ["car", "home"]}}, {"field": "amount", "op": "lt", "other": "income", "factor": {"decimal": "0.10"}}]
    }  # fmt: skip
    body = {"policy": policy, "reason": "Because.", "replaces": 1}
    published = client.post(KIND, headers=manager, json=body)
    assert published.status_code == 201, published.text
    assert set(published.json()) == {
        "kind", "version", "id", "state", "effective_from", "expires_at", "author", "reason", "created_at",
    }  # fmt: skip
    shown = client.get(KIND, headers=manager).json()
    assert shown["body"] == policy
    assert "organization_id" not in shown
    changes = client.get(f"{KIND}/diff", params={"old": 1, "new": 2}, headers=manager).json()["changes"]
    assert [change["path"] for change in changes] == ["rules.min_credit_score.when"]


def test_who_comes_second_is_told_who_published_meanwhile(client: TestClient, manager: dict[str, str]) -> None:
    body = {"policy": _policy(client, manager), "reason": "First.", "replaces": 1}
    assert client.post(KIND, headers=manager, json=body).status_code == 201
    problem = client.post(KIND, headers=manager, json=body | {"reason": "Second."})
    assert (problem.status_code, problem.json()["code"]) == (409, "policy_changed")
    data = problem.json()["data"]
    assert (data["version"], data["author"], data["reason"]) == (2, "key:test", "First.")
    assert data["created_at"]


def test_the_vocabulary_has_every_word_an_editor_needs(client: TestClient, manager: dict[str, str]) -> None:
    words = client.get(f"{KIND}/vocabulary", headers=manager).json()
    values = {value["name"]: value for value in words["values"]}
    assert values["credit_score"]["type"] == "integer"
    assert (values["credit_score"]["minimum"], values["credit_score"]["maximum"]) == (300, 850)
    assert values["purpose"]["choices"] == ["car", "home"]
    assert (values["amount"]["unit"], values["amount"]["source"]) == ("USD", "input")
    assert (values["score"]["source"], values["confidence"]["source"]) == ("score", "gate")
    assert "between" in values["amount"]["operators"]
    assert "between" not in values["purpose"]["operators"]
    assert "sex" not in values
    assert [action["name"] for action in words["actions"]] == ["approve", "reject", "refer", "expire"]
    assert words["effects"] == ["require", "forbid", "ask", "limit"]
    assert {"tiers", "fates", "windows", "levels", "severities", "missing", "exceeded", "codes"} <= set(words)
    assert client.get("/api/v1/policies/nothing/vocabulary", headers=manager).json()["code"] == "kind_unknown"


def test_a_check_names_every_finding_with_its_place(client: TestClient, manager: dict[str, str]) -> None:
    policy = _policy(client, manager)
    policy["rules"] += [
        {"name": "low", "effect": "require", "missing": "ask", "actions": ["approve"], "when": {"field": "credit_score", "op": "lt", "value": 500}},
        {"name": "odd", "effect": "ask", "missing": "ask", "when": {"field": "shoe_size", "op": "gt", "value": 40}},
    ]  # fmt: skip
    found = client.post(f"{KIND}/check", headers=manager, json={"policy": policy}).json()
    assert not found["publishable"]
    by_code = {finding["code"]: finding for finding in found["findings"]}
    assert by_code["contradiction"]["severity"] == "error"
    assert set(by_code["contradiction"]["example"]) == {"credit_score"}
    assert by_code["contradiction"]["example_words"].startswith("with credit_score ")
    assert set(by_code["contradiction"]["rules"]) == {"min_credit_score", "low"}
    assert (by_code["unknown_field"]["severity"], by_code["unknown_field"]["rule"]) == ("warning", "odd")
    assert by_code["unknown_field"]["path"] == f"rules[{len(policy['rules']) - 1}].when"
    broken = client.post(f"{KIND}/check", headers=manager, json={"policy": policy | {"rules": [{"name": "x"}]}})
    assert (broken.status_code, broken.json()["field"]) == (422, "rules[0].effect")


def test_a_draft_is_tried_on_what_was_decided(client: TestClient, manager: dict[str, str], lender: Lender) -> None:
    change_action(lender, "approve", blind_share=0.0)
    for number, inputs in enumerate((GOOD, GOOD, BAD, MIDDLING)):
        lender.decide(inputs, f"r-{number}")
    policy = _policy(client, manager)
    same = client.post(f"{KIND}/try", headers=manager, json={"policy": policy}).json()
    assert (same["tried"], same["changed"], same["examples"]) == (4, 0, [])
    assert same["since"]
    policy["actions"]["approve"]["act_threshold"] = 0.6
    looser = client.post(f"{KIND}/try", headers=manager, json={"policy": policy}).json()
    assert (looser["tried"], looser["changed"]) == (4, 1)
    assert looser["examples"][0]["before_verdict"] == "ask"
    policy["rules"].append({"name": "none", "effect": "forbid", "missing": "ask", "actions": ["approve"], "when": {"field": "amount", "op": "gt", "value": 1}, "reason": "None at all."})  # fmt: skip
    none = client.post(f"{KIND}/try", headers=manager, json={"policy": policy}).json()
    acts = [count for count in none["counts"] if (count["after_action"], count["after_verdict"]) == ("approve", "act")]
    assert acts == []
    assert all("None at all." in " ".join(example["reasons_after"]) for example in none["examples"])
    table = client.post(f"{KIND}/try/export.csv", headers=manager, json={"policy": policy})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == none["changed"] + 1
    assert sum(float(count["amount"]) for count in none["counts"]) > 0
    few = client.post(f"{KIND}/try", headers=manager, json={"policy": policy, "limit": 2}).json()
    assert few["tried"] == 2
    assert client.get(KIND, headers=manager).json()["version"] == 2


def test_decisions_that_turned_on_a_budget_are_left_out_of_a_trial(
    client: TestClient, manager: dict[str, str], lender: Lender
) -> None:
    policy = _policy(client, manager)
    policy["actions"]["approve"]["limits"] = [{"window": "day", "count": 1, "exceeded": "ask"}]
    client.post(KIND, headers=manager, json={"policy": policy, "reason": "One a day."})
    for number in range(3):
        lender.decide(GOOD, f"r-{number}")
    tried = client.post(f"{KIND}/try", headers=manager, json={"policy": policy}).json()
    assert (tried["tried"], tried["left_out"], tried["changed"]) == (1, 2, 0)


def test_a_trial_is_refused_without_the_right_or_beyond_its_bound(
    client: TestClient, people: People, manager: dict[str, str], organization: Organization,
    other_organization: Organization, lender: Lender,
) -> None:  # fmt: skip
    lender.decide(GOOD, "r-1")
    policy = _policy(client, manager)
    operator = people.key(organization, Role.OPERATOR)
    assert client.post(f"{KIND}/try", headers=operator, json={"policy": policy}).status_code == 403
    problem = client.post(f"{KIND}/try", headers=manager, json={"policy": policy, "limit": 1001})
    assert (problem.status_code, problem.json()["field"]) == (422, "limit")
    theirs = client.post(f"{KIND}/try", headers=people.key(other_organization), json={"policy": policy}).json()
    assert (theirs["tried"], theirs["examples"]) == (0, [])


def test_a_second_person_approves_over_http_what_another_proposed(
    client: TestClient, people: People, organization: Organization, other_organization: Organization
) -> None:
    anne = people.session(people.user(organization, Role.MANAGER, "anne@acme.test"))
    bert = people.session(people.user(organization, Role.OWNER, "bert@acme.test"))
    with people.database.system() as tx:
        secret, _ = create_key(
            tx, organization_id=organization.id, name="of bert", role=Role.OWNER, by="user:bert@acme.test"
        )
    policy = _policy(client, anne)
    body = {"policy": policy | {"publishing": {"second_person": True}}, "reason": "Two of us."}
    assert client.post(KIND, headers=anne, json=body).json()["state"] == "active"
    waiting = client.post(KIND, headers={"Authorization": f"Bearer {secret}"}, json=body | {"policy": policy}).json()
    assert (waiting["state"], waiting["version"]) == ("proposed", None)
    url = f"/api/v1/policies/proposals/{waiting['id']}"
    shown = client.get(url, headers=anne).json()
    assert [change["path"] for change in shown["changes"]] == ["publishing.second_person"]
    assert (shown["why_not_answer"], shown["is_own"]) == (None, False)
    answer = {"digest": shown["digest"], "reason": "Right."}
    refused = client.post(f"{url}/approve", headers=bert, json=answer)
    assert (refused.status_code, refused.json()["code"]) == (403, "policy_second_person_refused")
    assert (
        client.post(f"{url}/approve", headers=people.session(people.user(other_organization)), json=answer).status_code
        == 404
    )
    altered = client.post(f"{url}/approve", headers=anne, json=answer | {"digest": "0" * 64})
    assert (altered.status_code, altered.json()["code"]) == (409, "policy_proposal_altered")
    assert client.post(f"{url}/approve", headers=anne, json={"digest": "1", "reason": "x"}).status_code == 422
    done = client.post(f"{url}/approve", headers=anne, json=answer).json()
    assert (done["state"], done["version"], done["approved_by"]) == ("published", 3, "user:anne@acme.test")
    assert client.get("/api/v1/policies/proposals?waiting=true", headers=anne).json()["items"] == []
    versions = client.get("/api/v1/policies", params={"kind": policy["kind"]}, headers=anne).json()["items"]
    assert (versions[0]["version"], versions[0]["approved_by"]) == (3, "user:anne@acme.test")
    assert versions[1]["until"] == versions[0]["effective_from"]
    assert versions[0]["until"] is None


def test_a_version_is_scheduled_and_cancelled_over_http(
    client: TestClient, manager: dict[str, str], organization: Organization
) -> None:
    policy = _policy(client, manager)
    at = (organization.clock.now() + timedelta(days=1)).isoformat()
    body = {"policy": policy, "reason": "From tomorrow.", "replaces": 1, "effective_from": at}
    assert client.post(KIND, headers=manager, json=body | {"effective_from": "2030-01-01T00:00:00"}).status_code == 422
    scheduled = client.post(KIND, headers=manager, json=body).json()
    assert (scheduled["state"], scheduled["version"]) == ("scheduled", None)
    twice = client.post(KIND, headers=manager, json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "policy_schedule_order")
    back = {"version": 1, "reason": "Back.", "effective_from": at, "whatever_is_active": True}
    assert client.post(f"{KIND}/rollback", headers=manager, json=back).json()["state"] == "scheduled"
    listed = client.get("/api/v1/policies/proposals", params={"waiting": True, "limit": 1}, headers=manager).json()
    assert (len(listed["items"]), listed["items"][0]["replaces"]) == (1, None)
    rest = client.get("/api/v1/policies/proposals", params={"after": listed["next"]}, headers=manager).json()["items"]
    assert [each["id"] for each in rest] == [scheduled["id"]]
    url = f"/api/v1/policies/proposals/{scheduled['id']}"
    assert client.post(f"{url}/approve", headers=manager, json={"digest": "0" * 64, "reason": "x"}).status_code == 409
    assert client.post(f"{url}/cancel", headers=manager, json={"reason": "No."}).json()["state"] == "cancelled"
    assert (
        client.post(f"{url}/cancel", headers=manager, json={"reason": "No."}).json()["code"] == "policy_proposal_ended"
    )
