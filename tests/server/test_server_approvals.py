"""The inbox over HTTP: lists, counts, answers that are held and taken back, many at once; and what is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import approval_of, change_action
from tests.support.lending import MIDDLING, UNKNOWABLE, Lender, open_lender
from tests.support.serving import People

from intendant.bootstrap import System, build
from intendant.kernel.access import Role
from intendant.kernel.decisions import carry_out_held
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Database, Row
from intendant.kit.settings import Settings

APPROVALS = "/api/v1/approvals"


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full whose cases are all shown."""
    lender = open_lender(database, organization)
    change_action(lender, "approve", blind_share=0.0)
    return lender


@pytest.fixture
def system(database: Database, tmp_path: Path) -> System:
    """Build the system that is served."""
    return build(Settings(home=tmp_path), database)


@pytest.fixture
def client(system: System, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    with TestClient(lend_app(system), headers=people.signed_in(organization)) as client:
        yield client


@pytest.fixture
def operator(people: People, organization: Organization) -> dict[str, str]:
    """Lend the header of an operator."""
    return people.signed_in(organization, Role.OPERATOR)


def asked(lender: Lender, inputs: Any = MIDDLING) -> Row:
    return approval_of(lender, lender.decide(inputs))


def answered(client: TestClient, row: Row, verb: str = "approve", seconds: int = 10, **more: Any) -> Any:
    body = {"digest": bytes(row["digest"]).hex(), "reason": "Looked at.", "hold_seconds": seconds}
    return client.post(f"{APPROVALS}/{row['id']}/{verb}", json=body, **more)


def answered_with(client: TestClient, row: Row, action: str) -> Any:
    digest = bytes(row["digest"]).hex()
    body = {"digest": digest, "reason": "My own judgement.", "hold_seconds": 10, "action": action}
    return client.post(f"{APPROVALS}/{row['id']}/amend", json=body)


def bulk(client: TestClient, *rows: Row, **changes: Any) -> Any:
    answers = [{"approval_id": str(row["id"]), "digest": bytes(row["digest"]).hex()} for row in rows]
    body = {"answers": answers, "answer": "approve", "reason": "All alike."} | changes
    return client.post(f"{APPROVALS}/bulk", json=body)


def pass_time(database: Database) -> None:
    with database.system() as tx:
        tx.execute("update approvals set held_until = held_until - interval '2 minutes'")


class TestReading:
    """Lists, counts and one."""

    def test_a_row_says_what_is_at_stake_and_for_whom_it_waits(self, client, lender, people, organization):
        row = asked(lender)
        member = people.user(organization, Role.MANAGER)
        client.post(f"{APPROVALS}/{row['id']}/assign", json={"user_id": str(member.user.id)}).raise_for_status()
        (item,) = client.get(APPROVALS, params={"assignee": str(member.user.id)}).json()["items"]
        assert (item["assignee_name"], item["risk"], item["overdue"], item["held"]) == (
            "manager",
            "low",
            False,
            None,
        )
        assert item["impact"]["reversible"] is False
        assert "organization_id" not in item
        assert client.get(APPROVALS, params={"assignee": "none"}).json()["items"] == []
        assert client.get(APPROVALS, params={"assignee": "me"}).json()["items"] == []

    def test_pages_go_on_by_cursor_and_count_agrees(self, client, lender):
        for _ in range(3):
            asked(lender)
        asked(lender, UNKNOWABLE)
        first = client.get(APPROVALS, params={"sort": "-amount", "limit": 3}).json()
        rest = client.get(APPROVALS, params={"sort": "-amount", "limit": 3, "after": first["next"]}).json()
        assert [each["amount"] for each in first["items"] + rest["items"]] == ["8000.00"] + ["5000.00"] * 3
        assert rest["next"] is None
        counted = client.get(f"{APPROVALS}/facets", params={"risk": ["low", "high"]}).json()
        assert (counted["total"], counted["capped"]) == (4, False)
        assert counted["state"] == [{"value": "open", "count": 4}]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"sort": "size"}, "sort"),
            ({"risk": "huge"}, "risk.0"),
            ({"tier": "king"}, "tier.0"),
            ({"assignee": "them"}, "assignee"),
            ({"after": "!"}, "after"),
            ({"q": "x" * 201}, "q"),
            ({"limit": 1000}, "limit"),
        ],
    )
    def test_a_wrong_filter_is_named(self, client, lender, query, field):
        answer = client.get(APPROVALS, params=query)
        assert answer.status_code == 422
        assert answer.json()["field"].startswith(field.partition(".")[0])

    def test_one_is_shown_with_the_decision_that_asked_and_remembers_to_whom(self, client, lender):
        row = asked(lender)
        first = client.get(f"{APPROVALS}/{row['id']}").json()
        assert first["decision"]["id"] == str(row["decision_id"])
        assert client.get(f"{APPROVALS}/{row['id']}").json()["shown_to"] == "user:owner@acme.test"

    def test_an_open_blind_case_betrays_nothing(self, client, lender):
        change_action(lender, "approve", blind_share=1.0)
        row = asked(lender)
        shown = client.get(f"{APPROVALS}/{row['id']}").json()
        hidden = [shown[name] for name in ("action", "confidence", "impact", "shown_at")]
        assert hidden == [None] * 4
        assert shown["decision"]["concealed"] is True
        assert answered(client, row).json()["action"] is None

    def test_an_open_blind_case_is_judged_by_what_was_entered(self, client, lender):
        change_action(lender, "approve", blind_share=1.0)
        row = asked(lender)
        shown = client.get(f"{APPROVALS}/{row['id']}").json()
        facts = {fact["name"]: fact["value"] for fact in shown["facts"]}
        assert {name: facts[name] for name in MIDDLING if name in facts} != {}
        with lender.database.transaction(lender.organization.id) as tx:
            words = lender.kind.vocabulary(tx)
        entered = {each.name for each in words.values if each.source == "input"}
        assert facts.keys() <= entered
        assert not {"score", "sure", "confidence", "segment", "gender"} & facts.keys()
        assert [each["name"] for each in shown["choices"]] == ["approve", "reject", "refer"]
        events = client.get("/api/v1/events", params={"prefix": "kernel.decision.made", "limit": 200}).json()["items"]
        (made,) = [each["body"] for each in events if each["body"]["decision_id"] == str(row["decision_id"])]
        assert made["action"] is None

    @pytest.mark.parametrize(("judged", "recorded"), [("approve", "approve"), ("refer", "amend")])
    def test_ones_own_judgement_that_meets_the_hidden_proposal_is_an_approval_and_nothing_tells_so_before(
        self, client, lender, system, database, judged, recorded
    ):
        change_action(lender, "approve", blind_share=1.0)
        row = asked(lender)
        held = answered_with(client, row, judged).json()["held"]
        assert (held["answer"], held["amended"]) == ("amend", {"action": judged})
        pass_time(database)
        carry_out_held(system.decider)
        after = client.get(f"{APPROVALS}/{row['id']}").json()
        assert (after["state"], after["answer"]) == ("answered", recorded)

    def test_held_answers_are_found_and_counted(self, client, lender):
        row, other = asked(lender), asked(lender)
        answered(client, row)
        for held, found in (("true", row), ("false", other)):
            (item,) = client.get(APPROVALS, params={"held": held}).json()["items"]
            assert item["id"] == str(found["id"])
            counted = client.get(f"{APPROVALS}/facets", params={"held": held}).json()
            assert (counted["total"], counted["held"]) == (1, 1)
        assert client.get(APPROVALS, params={"held": "perhaps"}).status_code == 422

    def test_the_event_of_an_answer_tells_what_was_answered_how_and_by_whom(self, client, lender):
        row = asked(lender)
        made = answered(client, row, "decline", seconds=0).json()
        events = client.get("/api/v1/events", params={"prefix": "kernel.decision.made", "limit": 200}).json()["items"]
        told = {each["body"]["decision_id"]: each["body"] for each in events}
        body = told[made["id"]]
        assert (body["answers"], body["answer"], body["by"]) == (str(row["id"]), "decline", "user:owner@acme.test")
        assert "answers" not in told[str(row["decision_id"])]


class TestHolding:
    """Answers that can be taken back."""

    def test_without_seconds_an_answer_is_taken_at_once(self, client, lender):
        answer = answered(client, asked(lender), seconds=0)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "act")

    def test_with_seconds_it_is_held_shown_and_carried_out(self, client, lender, system, database):
        row = asked(lender)
        answer = answered(client, row)
        assert answer.status_code == 202
        held = answer.json()["held"]
        assert (held["answer"], held["by"], held["reason"]) == ("approve", "user:owner@acme.test", "Looked at.")
        (item,) = client.get(APPROVALS).json()["items"]
        assert item["held"] == held
        pass_time(database)
        carry_out_held(system.decider)
        after = client.get(f"{APPROVALS}/{row['id']}").json()
        assert (after["state"], after["held"], after["answered_by"]) == ("answered", None, "user:owner@acme.test")

    def test_the_same_key_gives_the_same_answer_even_after_it_was_carried_out(self, client, lender, system, database):
        row, key = asked(lender), {"Idempotency-Key": "k"}
        first = answered(client, row, headers=key)
        pass_time(database)
        carry_out_held(system.decider)
        again = answered(client, row, headers=key)
        assert (again.status_code, again.json()) == (202, first.json())

    def test_it_is_taken_back_by_a_higher_tier_and_not_by_a_lower_one(self, client, lender, operator):
        row = asked(lender)
        answered(client, row)
        path = f"{APPROVALS}/{row['id']}/take-back"
        refused = client.post(path, headers=operator)
        assert (refused.status_code, refused.json()["code"]) == (403, "hold_of_another")
        assert client.post(path).json()["held"] is None
        assert client.post(path).json()["code"] == "approval_not_held"
        assert answered(client, row, "decline", headers=operator).status_code == 202
        assert client.post(path).status_code == 200

    def test_somebody_else_is_told_who_was_quicker(self, client, lender, operator):
        row = asked(lender)
        answered(client, row)
        for seconds in (0, 10):
            refused = answered(client, row, "decline", seconds, headers=operator)
            assert (refused.status_code, refused.json()["code"]) == (409, "approval_held")
            assert "user:owner@acme.test" in refused.json()["detail"]

    def test_a_stale_case_is_refused_and_decided_anew(self, client, lender):
        row = asked(lender)
        change_action(lender, "approve", act_threshold=0.6)
        refused = answered(client, row)
        assert (refused.status_code, refused.json()["code"]) == (409, "approval_stale")
        assert client.get(f"{APPROVALS}/{row['id']}").json()["state"] == "stale"

    @pytest.mark.parametrize("seconds", [-1, 61, 1.5])
    def test_seconds_have_bounds(self, client, lender, seconds):
        assert answered(client, asked(lender), seconds=seconds).status_code == 422

    def test_who_only_reads_answers_and_takes_back_nothing(self, client, lender, people, organization):
        row, reader = asked(lender), people.key(organization, Role.READ_ONLY)
        assert answered(client, row, headers=reader).status_code == 403
        assert client.post(f"{APPROVALS}/{row['id']}/take-back", headers=reader).status_code == 403


class TestMany:
    """One answer to many cases."""

    def test_each_has_its_own_result_and_what_was_taken_is_held(self, client, lender, system, database):
        rows = [asked(lender) for _ in range(4)]
        answered(client, rows[0], seconds=0)
        rows[1]["digest"] = b"\x00" * 32
        unknown = {"id": ids.new_id(), "digest": b"\x01" * 32}
        answer = bulk(client, *rows, unknown).json()
        assert [item["ok"] for item in answer["items"]] == [False, False, True, True, False]
        codes = [item["problem"]["code"] for item in answer["items"] if item["problem"]]
        assert codes == ["approval_closed", "approval_stale", "approval_unknown"]
        assert answer["held_until"] is not None
        taken = client.post(f"{APPROVALS}/take-back", json={"approval_ids": [str(row["id"]) for row in rows[1:3]]})
        assert [item["ok"] for item in taken.json()["items"]] == [False, True]
        pass_time(database)
        carry_out_held(system.decider)
        states = [client.get(f"{APPROVALS}/{row['id']}").json()["state"] for row in rows]
        assert states == ["answered", "open", "open", "answered"]

    def test_what_turned_stale_is_decided_anew(self, client, lender):
        row = asked(lender)
        change_action(lender, "approve", act_threshold=0.6)
        (item,) = bulk(client, row).json()["items"]
        assert item["problem"]["code"] == "approval_stale"
        assert client.get(f"{APPROVALS}/{row['id']}").json()["state"] == "stale"

    def test_nobody_answers_many_of_another_organization(
        self, client, lender, people, other_organization, database, organization
    ):
        row = asked(lender)
        theirs = people.signed_in(other_organization)
        body = {"approval_ids": [str(row["id"])]}
        answered(client, row)
        (item,) = client.post(f"{APPROVALS}/take-back", json=body, headers=theirs).json()["items"]
        assert item["problem"]["code"] == "approval_unknown"

    @pytest.mark.parametrize(
        "changes", [{"answers": []}, {"answer": "amend"}, {"hold_seconds": 0}, {"reason": ""}, {"reason": "x" * 2001}]
    )
    def test_a_wrong_body_is_refused(self, client, lender, changes):
        assert bulk(client, asked(lender), **changes).status_code == 422

    def test_a_case_that_stands_twice_is_refused(self, client, lender):
        row = asked(lender)
        assert bulk(client, row, row).status_code == 422
