"""The officer's list: filters, orders, pages, facets and the export, over HTTP and on real rows."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.deciding import change_action
from tests.support.lending import BAD, GOOD, MIDDLING, Lender, open_lender
from tests.support.lending_door import BASE, Door, application
from tests.support.serving import People

from intendant.domains.lending import worklist
from intendant.domains.lending.http.worklist import export_chunks
from intendant.domains.lending.worklist import ApplicationFilter, ApplicationSort
from intendant.kernel.access import Role, system_principal
from intendant.kernel.organizations import Organization
from intendant.kit.database import Database


@pytest.fixture
def listed(door: Door, lender: Lender) -> list[dict[str, Any]]:
    """Decide six applications: three approved, one rejected, two referred and shown; return the answers."""
    change_action(lender, "approve", blind_share=0.0)
    bodies = [GOOD, GOOD | {"amount": 2000, "purpose": "home"}, GOOD | {"amount": 9000, "term": 48}, BAD]
    bodies += [MIDDLING, MIDDLING | {"amount": 5500}]
    return [door.post("/applications", application(each, reference=f"R-{n}")) for n, each in enumerate(bodies)]


def references(door: Door, query: str) -> list[str]:
    """Return the references that a query finds, in order."""
    return [row["reference"] for row in door.get(f"/applications?{query}")["items"]]


FOUND = [
    ("state=rejected", ["R-3"]),
    ("state=rejected&state=referred", ["R-5", "R-4", "R-3"]),
    ("product=personal&state=rejected", ["R-3"]),
    ("product=other", []),
    ("purpose=home&state=approved", ["R-1"]),
    ("purpose=home&purpose=car&min_amount=9000", ["R-2"]),
    ("purpose=hom", []),
    ("reference=R-2", ["R-2"]),
    ("q=r-2", ["R-2"]),
    ("q=%25", []),
    ("min_amount=2000&max_amount=2000.00", ["R-1"]),
    ("min_term=25", ["R-2"]),
    ("max_term=24&min_amount=5500", ["R-5"]),
    ("waiting=true", ["R-5", "R-4"]),
    ("waiting=false&state=referred", []),
    ("max_confidence=0.69&state=rejected", ["R-3"]),
    ("min_confidence=0.9&purpose=car", ["R-0"]),
    ("mine=true", []),
    ("until=2020-01-01T00:00:00Z", []),
    ("since=2020-01-01T00:00:00Z&state=rejected", ["R-3"]),
    ("sort=submitted_at", ["R-0", "R-1", "R-2", "R-3", "R-4", "R-5"]),
    ("sort=-amount&state=approved", ["R-2", "R-0", "R-1"]),
    ("sort=amount&state=approved", ["R-1", "R-0", "R-2"]),
    ("sort=due_at", ["R-4", "R-5"]),
]


def test_filters_narrow_and_orders_order(door: Door, listed: list[Any]) -> None:
    assert listed
    for query, found in FOUND:
        assert references(door, query) == found, query


def test_pages_of_every_order_tell_each_application_once(door: Door, listed: list[Any]) -> None:
    assert listed
    for sort in ApplicationSort:
        whole, paged, after = references(door, f"sort={sort.value}"), [], ""
        for _ in range(7):
            page = door.get(f"/applications?sort={sort.value}&limit=1{after}")
            paged += [row["reference"] for row in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next'].replace('+', '%2B')}"
        assert paged == whole, sort
        assert len(set(paged)) == (2 if sort is ApplicationSort.DUE else 6), sort


def test_the_beginning_of_an_id_finds_the_application(door: Door, listed: list[Any]) -> None:
    wanted = listed[2]["application_id"]
    assert references(door, f"q={wanted}") == ["R-2"]
    assert "R-2" in references(door, f"q={wanted[:18].upper()}")


def test_a_row_tells_what_was_decided_and_what_waits(door: Door, listed: list[Any]) -> None:
    approved, referred = (door.get(f"/applications?reference=R-{n}")["items"][0] for n in (0, 4))
    assert (approved["verdict"], approved["action"], approved["approval"]) == ("act", "approve", None)
    assert approved["confidence"] == pytest.approx(listed[0]["confidence"])
    assert approved["summary"] == "5,000.00 USD over 24 months for car"
    assert approved["amount"] == "5000.00"
    assert referred["approval"]["id"] == listed[4]["approval_id"]
    assert set(referred["approval"]) == {"id", "due_at", "tier", "assignee"}
    assert "organization_id" not in approved


def test_what_is_assigned_to_the_caller_is_theirs(
    door: Door, client: TestClient, people: People, organization: Organization, listed: list[Any], lender: Lender
) -> None:
    member = people.user(organization, Role.MANAGER)
    with lender.database.transaction(organization.id) as tx:
        tx.execute("update approvals set assignee = %s where id = %s", [member.user.id, listed[5]["approval_id"]])
    assert references(Door(client, people.session(member)), "mine=true") == ["R-5"]
    assert references(door, "mine=true") == []


def test_a_blind_case_betrays_nothing_in_the_list(door: Door, listed: list[Any], lender: Lender) -> None:
    with lender.database.transaction(lender.organization.id) as tx:
        tx.execute("update approvals set blind = true where id = %s", [listed[4]["approval_id"]])
    row = door.get("/applications?reference=R-4")["items"][0]
    assert (row["action"], row["confidence"], row["decided_by"]) == (None, None, None)
    assert references(door, "min_confidence=0&state=referred") == ["R-5"]
    shown = door.get(f"/applications/{listed[4]['application_id']}")
    assert (shown["decision"]["concealed"], shown["decision"]["action"], shown["features"]) == (True, None, [])
    assert str(listed[4]["confidence"]) not in str(shown)
    assert listed[4]["summary"] not in str(shown)


def test_facets_count_each_without_its_own_filter(door: Door, listed: list[Any]) -> None:
    assert listed
    facets = door.get("/applications/facets?state=approved&purpose=home")
    counts = {
        name: {each["value"]: each["count"] for each in facets[name]} for name in ("states", "products", "purposes")
    }
    assert counts["states"] == {"referred": 2, "approved": 1}
    assert counts["products"] == {"personal": 1}
    assert counts["purposes"] == {"car": 2, "home": 1}
    assert (facets["total"], facets["capped"], facets["purposes_capped"]) == (1, False, False)


def test_an_organisation_without_applications_has_empty_facets(door: Door) -> None:
    facets = door.get("/applications/facets")
    assert (facets["total"], facets["states"], facets["purposes"]) == (0, [], [])


def test_the_export_holds_the_filtered_list_and_no_formula(door: Door, listed: list[Any], lender: Lender) -> None:
    assert listed
    door.post("/applications", application(GOOD, reference="=cmd()"))
    response = door.client.get(f"{BASE}/applications/export.csv?state=approved", headers=door.headers)
    assert response.headers["content-disposition"] == 'attachment; filename="applications.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["reference"] for row in rows] == ["'=cmd()", "R-2", "R-1", "R-0"]
    assert (rows[1]["amount"], rows[1]["purpose"], rows[1]["verdict"]) == ("9000.00", "car", "act")
    by = system_principal(lender.organization.id, "test")
    for chunk_rows, rows_max, lines in ((2, 100, 8), (7, 100, 8), (2, 3, 4)):
        export = export_chunks(
            lender.database, lender.kind.catalogue, by, ApplicationFilter(), chunk_rows=chunk_rows, rows_max=rows_max
        )
        assert b"".join(export).count(b"\r\n") == lines, "in chunks as at once, and never beyond the bound"


WRONG = [
    ("state=nonsense", "state"),
    ("min_amount=-1", "min_amount"),
    ("min_amount=NaN", "min_amount"),
    ("max_confidence=2", "max_confidence"),
    ("since=yesterday", "since"),
    ("sort=name", "sort"),
    ("limit=0", "limit"),
    ("limit=201", "limit"),
    ("after=nowhere", "after"),
    ("sort=amount&after=01890000-0000-7000-8000-000000000000", "after"),
    ("sort=amount&after=NaN_01890000-0000-7000-8000-000000000000", "after"),
    ("sort=due_at&after=5_01890000-0000-7000-8000-000000000000", "after"),
    ("q=%00", "q"),
    ("product=%00", "product"),
    ("waiting=perhaps", "waiting"),
]


def test_a_bad_query_is_a_problem_that_names_the_field(door: Door) -> None:
    for query, field in WRONG:
        problem = door.get(f"/applications?{query}", 422)
        assert field in str(problem), (query, problem)


def test_lists_facets_and_export_ask_for_permission_and_keep_organisations_apart(
    client: TestClient,
    people: People,
    organization: Organization,
    other_organization: Organization,
    database: Database,
    listed: list[Any],
) -> None:
    assert listed
    open_lender(database, other_organization)
    applicant, stranger = (
        Door(client, people.key(each, role))
        for each, role in ((organization, Role.CLIENT), (other_organization, Role.OWNER))
    )
    for path in ("/applications", "/applications/facets", "/applications/export.csv"):
        assert applicant.get(path, 403)["code"] == "permission_missing"
    assert stranger.get("/applications")["items"] == []
    assert stranger.get("/applications/facets")["total"] == 0
    exported = client.get(f"{BASE}/applications/export.csv", headers=stranger.headers)
    assert exported.text.count("\r\n") == 1


def test_an_application_shows_form_features_decision_question_and_history(door: Door, listed: list[Any]) -> None:
    shown = door.get(f"/applications/{listed[4]['application_id']}")
    assert [each["name"] for each in shown["fields"]][:4] == ["amount", "term", "purpose", "credit_score"]
    assert "sex" not in str(shown["fields"])
    assert {each["section"] for each in shown["fields"]} == {"loan", "applicant", "information", "payout"}
    assert {each["name"]: each["value"] for each in shown["features"]}["credit_score"] == 620
    assert shown["decision"]["id"] == listed[4]["decision_id"]
    assert shown["decision"]["reasons"][0]["code"] == "confidence_low"
    assert (shown["approval"]["id"], shown["approval"]["state"]) == (listed[4]["approval_id"], "open")
    assert [each["state"] for each in shown["history"]] == ["submitted", "referred"]
    granted = listed[0]["application_id"]
    door.post(f"/applications/{granted}/outcome", {"repaid": 1})
    shown = door.get(f"/applications/{granted}")
    assert [each["action"] for each in shown["effects"]] == ["payouts.pay"]
    assert [(each["measure"], each["value"]) for each in shown["outcomes"]] == [("repaid", 1.0)]
    assert "organization_id" not in str(shown)


def test_a_withdrawal_ends_the_history(door: Door, listed: list[Any]) -> None:
    asked = listed[4]["application_id"]
    door.post(f"/applications/{asked}/withdraw", {"reason": "moved"}, 200)
    shown = door.get(f"/applications/{asked}")
    assert [each["state"] for each in shown["history"]] == ["submitted", "referred", "withdrawn"]
    assert shown["approval"]["state"] == "withdrawn"


def test_a_purpose_cannot_be_smuggled_in_through_another_answer(door: Door, lender: Lender) -> None:
    door.post("/applications", application(GOOD | {"employer": '"purpose":"home"'}, reference="smuggled"))
    with lender.database.transaction(lender.organization.id) as tx:
        assert worklist.list_applications(tx, ApplicationFilter(purposes=["home"])) == []
        rows = worklist.list_applications(tx, ApplicationFilter(purposes=["car"]))
    assert [row["reference"] for row in rows] == ["smuggled"]
    assert isinstance(rows[0]["id"], UUID)


def test_a_product_that_asks_for_no_purpose_is_listed_and_counted_all_the_same(door: Door, lender: Lender) -> None:
    assert lender.product.key == "personal"
    form = [{"name": "amount", "type": "number", "role": "amount"}]
    with lender.database.system() as tx:
        tx.execute("delete from lending_products where organization_id = %s", [lender.organization.id])
    lender.kind.catalogue.forget_latest(lender.organization.id, "personal")
    door.post("/products", {"key": "plain", "name": "Plain", "currency": "USD", "form": form})
    door.post("/applications", {"product": "plain", "inputs": {"amount": 10}})
    row = door.get("/applications")["items"][0]
    assert (row["purpose"], row["term_months"], row["summary"]) == (None, None, "10.00 USD")
    facets = door.get("/applications/facets?state=referred")
    assert (facets["purposes"], facets["total"]) == ([], 1)
    assert door.get("/applications?purpose=car")["items"] == []
