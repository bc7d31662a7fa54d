"""Decisions over HTTP: filters, orders, pages, counts, the table, the timeline and similar cases; and what is refused."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.support.application import lend_app
from tests.support.deciding import approval_of, change_action, respond
from tests.support.lending import BAD, GOOD, MIDDLING, Lender, open_lender
from tests.support.serving import People

from intendant.bootstrap import build
from intendant.kernel.access import Role
from intendant.kernel.decisions import Sort
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database
from intendant.kit.settings import Settings

DECISIONS = "/api/v1/decisions"


@pytest.fixture
def lender(database: Database, organization: Organization) -> Lender:
    """Lend an organisation at level full, with a product and a model, that asks no question blind by chance."""
    lender = open_lender(database, organization)
    change_action(lender, "approve", blind_share=0.0)
    return lender


@pytest.fixture
def client(database: Database, tmp_path: Path, people: People, organization: Organization) -> Iterator[TestClient]:
    """Lend a signed-in owner."""
    app = lend_app(build(Settings(home=tmp_path), database))
    with TestClient(app, headers=people.signed_in(organization)) as client:
        yield client


def get(client: TestClient, path: str = "", **query: Any) -> Any:
    answer = client.get(f"{DECISIONS}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: TestClient, path: str = "", **query: Any) -> tuple[int, str]:
    answer = client.get(f"{DECISIONS}{path}", params=query)
    return answer.status_code, answer.json().get("field", answer.json()["code"])


def references(client: TestClient, **query: Any) -> list[str]:
    return [item["reference"] for item in get(client, **query)["items"]]


@pytest.fixture
def three(lender: Lender) -> list[dict[str, Any]]:
    """Decide three applications: one acted on, one rejected, one asked about."""
    return [
        lender.decide(GOOD | {"amount": 4000}, "r-good"),
        lender.decide(BAD | {"amount": 9000}, "r-bad"),
        lender.decide(MIDDLING | {"amount": 5000}, "r-middling"),
    ]


class TestListing:
    """GET /api/v1/decisions."""

    def test_rows_say_what_was_decided_in_words_and_about_what(self, client, three):
        first = get(client)["items"][0]
        assert (first["reference"], first["verdict"], first["concealed"]) == ("r-middling", "ask", False)
        assert first["summary"].startswith("Approve 5,000.00 USD")
        assert "organization_id" not in first
        assert "organization_id" not in get(client, f"/{first['id']}")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"verdict": ["ask"]}, ["r-middling"]),
            ({"verdict": ["ask", "act"], "action": "approve"}, ["r-middling", "r-good"]),
            ({"action": ["reject"]}, ["r-bad"]),
            ({"kind": "lending.application", "component": "lending.decisions"}, ["r-middling", "r-bad", "r-good"]),
            ({"component": "another"}, []),
            ({"decided_by": "person"}, []),
            ({"decided_by": "model", "min_amount": "4500"}, ["r-middling", "r-bad"]),
            ({"max_amount": "4500.00"}, ["r-good"]),
            ({"min_confidence": 0.9}, ["r-good"]),
            ({"max_confidence": 0.7, "min_confidence": 0.5}, ["r-middling"]),
            ({"since": "2000-01-01T00:00:00Z"}, ["r-middling", "r-bad", "r-good"]),
            ({"since": "2999-01-01T00:00:00Z"}, []),
            ({"until": "2000-01-01T00:00:00Z"}, []),
            ({"until": "2999-01-01T00:00:00+02:00", "verdict": "act"}, ["r-bad", "r-good"]),
            ({"q": "REJECT"}, ["r-bad"]),
            ({"q": "approve 5,000.00"}, ["r-middling"]),
            ({"q": "r-goo"}, ["r-good"]),
            ({"q": "%"}, ["r-middling", "r-bad", "r-good"]),
            ({"q": "a\\b"}, []),
            ({"q": "  "}, ["r-middling", "r-bad", "r-good"]),
        ],
    )  # fmt: skip
    def test_filters_let_through_what_they_say(self, client, three, query, expected):
        assert references(client, **query) == expected

    def test_an_id_or_its_beginning_finds_decision_and_subject(self, client, three):
        decision_id, subject_id = three[0]["id"], three[0]["subject_id"]
        for text in (decision_id, subject_id.upper(), decision_id[:30]):
            assert "r-good" in references(client, q=text)
        assert references(client, q=decision_id) == ["r-good"]
        assert references(client, subject_id=subject_id) == ["r-good"]

    def test_a_key_finds_its_decision_exactly(self, client, lender):
        lender.decider.decide(lender.proposal(GOOD, "r-1", idempotency_key="the key"))
        lender.decide(GOOD, "the key again")
        assert references(client, q="the key") == ["r-1"]

    @pytest.mark.parametrize("sort", list(Sort))
    def test_every_order_is_read_to_its_end_without_gap_or_repeat(self, client, lender, sort):
        for place, amount in enumerate((3000, 5000, 4000, 5000, 5000, 2000, 4000)):
            lender.decide(GOOD | {"amount": amount, "term": 24 + place // 3}, f"r-{place}")
        seen: list[dict[str, Any]] = []
        after: dict[str, Any] = {}
        for _ in range(10):
            page = get(client, sort=sort.value, limit=2, **after)
            seen += page["items"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert len(seen) == len({item["id"] for item in seen}) == 7
        column = sort.value.removeprefix("-")
        values = [float(item[column]) if column != "decided_at" else item[column] for item in seen]
        assert values == sorted(values, reverse=sort.value.startswith("-"))

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"verdict": "maybe"}, "verdict.0"),
            ({"sort": "color"}, "sort"),
            ({"since": "yesterday"}, "since"),
            ({"since": "2026-01-01T00:00:00"}, "since"),
            ({"min_confidence": 2}, "min_confidence"),
            ({"min_amount": -1}, "min_amount"),
            ({"min_amount": "NaN"}, "min_amount"),
            ({"min_amount": 5, "max_amount": 4}, "min_amount"),
            ({"subject_id": "x"}, "subject_id"),
            ({"kind": ["x"] * 51}, "kind"),
            ({"q": "x" * 201}, "q"),
            ({"after": "x"}, "after"),
            ({"after": "1~00000000-0000-7000-8000-000000000000"}, "after"),
            ({"after": "nan~00000000-0000-7000-8000-000000000000", "sort": "amount"}, "after"),
            ({"after": "1e99~00000000-0000-7000-8000-000000000000", "sort": "confidence"}, "after"),
            ({"after": "00000000-0000-7000-8000-000000000000", "sort": "amount"}, "after"),
            ({"limit": 201}, "limit"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_name(self, client, query, field):
        assert refused(client, **query) == (422, field)

    def test_other_organizations_and_roles_see_nothing(self, client, three, people, other_organization, organization):
        foreign = people.key(other_organization)
        for path in ("", "/facets"):
            answer = client.get(f"{DECISIONS}{path}", headers=foreign).json()
            assert answer.get("items", []) == []
            assert answer.get("total", 0) == 0
        assert client.get(f"{DECISIONS}/export.csv", headers=foreign).text.count("\n") == 1
        for tail in ("", "/timeline", "/similar", "/explanation", "/trace"):
            assert client.get(f"{DECISIONS}/{three[0]['id']}{tail}", headers=foreign).status_code == 404
        nobody = people.key(organization, Role.CLIENT)
        for tail in ("", "/facets", "/export.csv", f"/{three[0]['id']}/timeline", f"/{three[0]['id']}/similar"):
            assert client.get(f"{DECISIONS}{tail}", headers=nobody).status_code == 403


class TestBlindCases:
    """While a blind case waits, nothing about its proposal is told, nor can it be found by it."""

    def test_a_blind_case_is_found_by_nothing_that_it_hides(self, client, lender):
        change_action(lender, "approve", blind_share=1.0)
        asked = lender.decide(MIDDLING, "r-blind")
        (row,) = get(client)["items"]
        assert row["concealed"]
        assert [row[name] for name in ("action", "confidence", "summary")] == [None, None, None]
        assert row["reference"] == "r-blind"
        assert references(client, verdict="ask") == references(client, q="r-bli") == ["r-blind"]
        for query in ({"action": "approve"}, {"min_confidence": 0}, {"max_confidence": 1}, {"q": "approve"}):
            assert references(client, **query) == [], query
        for sort in ("confidence", "-confidence"):
            assert get(client, sort=sort, limit=1)["items"][0]["confidence"] is None
        counted = get(client, "/facets")
        assert (counted["total"], counted["action"]) == (1, [])
        assert "0.66" not in client.get(f"{DECISIONS}/export.csv").text
        told = get(client, f"/{asked['id']}/timeline")
        assert [entry["what"] for entry in told["entries"]] == ["decision.made", "approval.asked"]
        assert "pprove" not in str(told)
        assert refused(client, f"/{asked['id']}/similar")[0] == 409
        respond(lender, approval_of(lender, asked))
        assert references(client, action="approve") == ["r-blind", "r-blind"]


class TestFacets:
    """GET /api/v1/decisions/facets."""

    def test_each_facet_is_counted_without_its_own_filter(self, client, three):
        counted = get(client, "/facets", verdict="ask")
        assert (counted["total"], counted["capped"]) == (1, False)
        assert counted["verdict"] == [{"value": "act", "count": 2}, {"value": "ask", "count": 1}]
        assert counted["action"] == [{"value": "approve", "count": 1}]
        assert counted["decided_by"] == [{"value": "model", "count": 1}]
        assert counted["kind"] == [{"value": "lending.application", "count": 1}]
        assert get(client, "/facets", min_amount=4500)["verdict"] == [
            {"value": "act", "count": 1},
            {"value": "ask", "count": 1},
        ]
        assert get(client, "/facets", q="reject")["total"] == 1

    def test_they_refuse_what_the_list_refuses(self, client):
        assert refused(client, "/facets", verdict="maybe") == (422, "verdict.0")


class TestExport:
    """GET /api/v1/decisions/export.csv."""

    def test_the_table_holds_what_the_filters_let_through(self, client, three, acts, organization):
        answer = client.get(f"{DECISIONS}/export.csv", params={"verdict": "act"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"].startswith('attachment; filename="decisions-')
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [(row["reference"], row["amount"]) for row in rows] == [("r-bad", "9000.00"), ("r-good", "4000.00")]
        assert acts(organization)[-1] == "decisions.list.exported"

    def test_a_cell_that_begins_like_a_formula_is_made_text(self, client, lender):
        for reference in ("=1+1", "+1", "-1", "@x", "plain"):
            lender.decide(GOOD, reference)
        rows = csv.DictReader(io.StringIO(client.get(f"{DECISIONS}/export.csv").text))
        assert [row["reference"] for row in rows] == ["plain", "'@x", "'-1", "'+1", "'=1+1"]

    def test_it_refuses_what_the_list_refuses(self, client):
        assert refused(client, "/export.csv", since="x") == (422, "since")


class TestOneDecision:
    """Its timeline and the cases like it."""

    def test_the_timeline_tells_question_answer_and_what_followed(self, client, lender):
        asked = lender.decide(MIDDLING, "r-1")
        client.get(f"/api/v1/approvals/{asked['approval_id']}")
        answered = respond(lender, approval_of(lender, asked))
        entries = get(client, f"/{asked['id']}/timeline")["entries"]
        assert [entry["what"] for entry in entries[:4]] == [
            "decision.made",
            "approval.asked",
            "approval.shown",
            "approval.answered",
        ]
        assert "user:owner@acme.test approved it: I looked at it." in entries[3]["text"]
        assert entries[3]["refers_to"] == {"type": "decision", "id": str(answered.id)}
        (answer,) = [e for e in get(client, f"/{answered.id}/timeline")["entries"] if e["what"].startswith("decision")]
        assert (answer["what"], answer["refers_to"]["id"]) == ("decision.answers", asked["id"])
        record = get(client, f"/{answered.id}")
        assert (record["answers"], record["answer"]["answer"]) == (asked["id"], "approve")
        assert get(client, f"/{asked['id']}")["approval_id"] == asked["approval_id"]

    def test_settled_cases_like_this_one_are_told_and_it_itself_is_not(self, client, three):
        (case,) = get(client, f"/{three[0]['id']}/similar", limit=1)["items"]
        assert case["decision_id"] != three[0]["id"]
        assert 0 <= case["distance"] <= 1
        assert refused(client, f"/{three[0]['id']}/similar", limit=51) == (422, "limit")

    def test_explanation_and_trace_keep_what_belongs_to_the_kind(self, client, three):
        told = get(client, f"/{three[1]['id']}/explanation")
        assert (told["decision_id"], told["application_id"]) == (three[1]["id"], three[1]["subject_id"])
        assert told["adverse_action"]["reasons"]
        assert told["reasons"][0]["source"] == "model"
        assert {"contribution_log_odds", "checked"} <= told["reasons"][0].keys()
        assert told["counterfactuals"] == [] or told["counterfactuals"][0]["changes"][0]["field"]
        traced = get(client, f"/{three[1]['id']}/trace")
        assert traced["trace"]["rules"][0]["condition"]
