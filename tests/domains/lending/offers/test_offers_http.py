"""Offers, conditions and tranches over HTTP, and the schedule that an editor of products shows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from tests.support.lending import PRODUCT
from tests.support.lending_door import BASE, Door
from tests.support.offers import CREDIT_TERMS, OfferingLender
from tests.support.serving import People

from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def operator(client: TestClient, people: People, organization: Organization) -> Door:
    """Return an operator's door."""
    return Door(client, people.key(organization, Role.OPERATOR))


@pytest.fixture
def made(offering: OfferingLender) -> UUID:
    """Have an offer made; return its application."""
    application_id = offering.approve(reference="A-1")
    offering.round()
    return application_id


def patch(door: Door, path: str, body: dict[str, Any], status: int = 200) -> Any:
    """Send a PATCH and return the answer."""
    response = door.client.patch(BASE + path, json=body, headers=door.headers)
    assert response.status_code == status, response.text
    return response.json()


def test_an_offer_is_shown_with_its_schedule_rates_and_conditions(door: Door, made: UUID) -> None:
    (row,) = door.get(f"/applications/{made}/offers")["items"]
    assert (row["state"], row["risk_band"], row["rate"], row["amount"]) == ("made", "A", "9.50", "5000.00")
    shown = door.get(f"/offers/{row['id']}")
    assert shown["schedule"]["apr"] == shown["apr"].rstrip("0")
    assert len(shown["schedule"]["instalments"]) == 24
    assert [each["key"] for each in shown["conditions"]] == ["identity"]
    assert (shown["reference"], shown["product"], shown["is_expired"]) == ("A-1", "personal", False)


def test_an_offer_is_accepted_once_however_often_it_is_sent(door: Door, made: UUID, offering: OfferingLender) -> None:
    offer_id = offering.offer_of(made)["id"]
    first = door.post(f"/offers/{offer_id}/accept", {}, Idempotency_Key="yes")
    again = door.post(f"/offers/{offer_id}/accept", {}, Idempotency_Key="yes")
    assert first == again
    assert (first["offer"]["state"], first["offer"]["loan_id"], first["loan"]) == ("accepted", first["loan_id"], "A-1")
    assert door.post(f"/offers/{offer_id}/accept", {}, 409)["code"] == "offer_closed"
    (tranche,) = door.get(f"/loans/{first['loan_id']}/tranches")["items"]
    assert (tranche["state"], tranche["amount"], tranche["currency"]) == ("planned", "5000.00", "USD")


def test_a_declined_offer_makes_room_for_another_that_passes_the_gate(
    door: Door, made: UUID, offering: OfferingLender
) -> None:
    assert door.post(f"/applications/{made}/offers", {"rate": "8"}, 409)["code"] == "offer_open"
    declined = door.post(f"/offers/{offering.offer_of(made)['id']}/decline", {"reason": "Too dear."}, 200)
    assert (declined["state"], declined["reason"]) == ("declined", "Too dear.")
    first = door.post(f"/applications/{made}/offers", {"rate": "8", "term_months": 12}, Idempotency_Key="lower")
    # A price of one's own is a manager's to make, whoever asks for it.
    assert (first["state"], first["verdict"], first["rate"], first["term_months"]) == (
        "proposed",
        "ask",
        "8.00",
        12,
    )
    assert first["approval_id"] is not None
    again = door.post(f"/applications/{made}/offers", {"rate": "8", "term_months": 12}, Idempotency_Key="lower")
    assert again["id"] == first["id"]
    assert door.post(f"/offers/{first['id']}/decide", None, 409)["code"] == "awaiting_answer"
    taken = door.post(f"/offers/{first['id']}/withdraw", {"reason": "A mistake."}, 200)
    assert taken["state"] == "withdrawn"
    same = door.post(f"/applications/{made}/offers", {})
    assert (same["state"], same["rate"]) == ("made", "9.50")


def test_what_cannot_be_offered_is_refused_by_name(door: Door, offering: OfferingLender, made: UUID) -> None:
    offer_id = offering.offer_of(made)["id"]
    door.post(f"/applications/{made}/offers", {"rate": "-1"}, 422)
    door.post(f"/applications/{made}/offers", {"colour": "red"}, 422)
    door.get(f"/offers/{NOBODY}", 404)
    door.get(f"/applications/{NOBODY}/offers", 404)
    door.post(f"/offers/{NOBODY}/accept", {}, 404)
    late = door.post(f"/offers/{offer_id}/accept", {"start": "2001-01-01"}, 422)
    assert late["errors"][0]["field"] == "start" if "errors" in late else late["field"] == "start"
    offering.pass_time(timedelta(days=15))
    assert door.post(f"/offers/{offer_id}/accept", {}, 409)["code"] == "offer_expired"
    assert door.get(f"/offers/{offer_id}")["is_expired"] is True


def test_a_product_that_pays_at_approval_makes_no_offers(door: Door, offering: OfferingLender) -> None:
    offering.publish(offer={"required": False}, conditions=None)
    application_id = offering.approve()
    assert door.post(f"/applications/{application_id}/offers", {}, 409)["code"] == "offer_not_possible"


def test_conditions_move_along_and_only_who_may_relieve_waives_them(door: Door, operator: Door, made: UUID) -> None:
    (row,) = operator.get(f"/applications/{made}/conditions")["items"]
    assert (row["state"], row["moves"]) == ("pending", ["approved", "received", "waived"])
    received = patch(operator, f"/conditions/{row['id']}", {"state": "received", "version": 1})
    assert (received["state"], received["version"]) == ("received", 2)
    assert patch(operator, f"/conditions/{row['id']}", {"state": "approved", "version": 1}, 409)["code"] == (
        "condition_closed"
    )
    patch(operator, f"/conditions/{row['id']}", {"state": "waived", "note": "Known."}, 403)
    assert patch(door, f"/conditions/{row['id']}", {"state": "waived"}, 422)["code"] == "condition_invalid"
    assert patch(door, f"/conditions/{row['id']}", {"state": "waived", "note": "Known."})["state"] == "waived"
    added = operator.post(f"/applications/{made}/conditions", {"key": "guarantee", "label": "A guarantee"})
    assert added["state"] == "pending"
    operator.post(f"/applications/{made}/conditions", {"key": "guarantee", "label": "Again"}, 422)
    operator.post(f"/applications/{made}/conditions", {"key": "No key", "label": "Bad"}, 422)
    patch(operator, f"/conditions/{NOBODY}", {"note": "x"}, 404)


def test_a_tranche_is_cancelled_and_planned_again_by_hand(door: Door, made: UUID, offering: OfferingLender) -> None:
    today = datetime.now(UTC).date().isoformat()
    planned = [{"amount": amount, "planned_on": today} for amount in ("3000", "2000")]
    accepted = door.post(f"/offers/{offering.offer_of(made)['id']}/accept", {"tranches": planned})
    tranche, other = accepted["tranches"]
    cancelled = door.post(f"/tranches/{tranche['id']}/cancel", {"reason": "Not now."}, 200)
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "Not now.")
    door.post(f"/tranches/{tranche['id']}/cancel", {"reason": "Again."}, 409)
    door.post(f"/tranches/{tranche['id']}/retry", {"reason": "Now.", "planned_on": "2001-01-01"}, 422)
    assert door.post(f"/tranches/{tranche['id']}/retry", {"reason": "Now."}, 200)["state"] == "planned"
    for each in (tranche, other):
        door.post(f"/tranches/{each['id']}/cancel", {"reason": "Not at all."}, 200)
    assert door.get(f"/loans/{tranche['loan_id']}")["state"] == "cancelled"
    door.post(f"/tranches/{NOBODY}/retry", {"reason": "Now."}, 404)


def test_who_may_not_service_loans_accepts_nothing(
    client: TestClient, people: People, organization: Organization, made: UUID, offering: OfferingLender
) -> None:
    reader = Door(client, people.key(organization, Role.READ_ONLY))
    offer_id = offering.offer_of(made)["id"]
    reader.post(f"/offers/{offer_id}/accept", {}, 403)
    reader.post(f"/applications/{made}/offers", {}, 403)
    assert offering.offer_of(made)["state"] == "made"


def test_another_organisation_sees_no_offer(
    client: TestClient, people: People, other_organization: Organization, made: UUID, offering: OfferingLender
) -> None:
    stranger = Door(client, people.key(other_organization, Role.MANAGER))
    offer_id = offering.offer_of(made)["id"]
    stranger.get(f"/offers/{offer_id}", 404)
    stranger.post(f"/offers/{offer_id}/accept", {}, 404)
    stranger.get(f"/applications/{made}/offers", 404)


DRAFT = {"currency": "USD", "credit_terms": CREDIT_TERMS, "amount": "5000", "term_months": 24, "start": "2026-01-15"}
INDEXED = {"kind": "index", "index": "EURIBOR", "margin": "4", "cap": "9"}


def test_the_editor_previews_a_draft_exactly_as_the_schedule_is_computed(door: Door) -> None:
    found = door.post("/products/preview-schedule", DRAFT | {"band": "B"}, 200)
    assert (found["rate"], found["periods"], found["instalments"][0]["from"]) == ("19", 24, "2026-01-15")
    direct = door.post("/schedules/preview", found["terms"], 200)
    assert direct == found
    best = door.post("/products/preview-schedule", DRAFT, 200)
    assert best["rate"] == "9.5"
    indexed = DRAFT | {"credit_terms": CREDIT_TERMS | {"rate": INDEXED}}
    assert door.post("/products/preview-schedule", indexed | {"index_rate": "3"}, 200)["rate"] == "7"
    assert door.post("/products/preview-schedule", indexed | {"index_rate": "30"}, 200)["rate"] == "9"


def test_a_product_is_previewed_in_each_of_its_versions(door: Door, offering: OfferingLender) -> None:
    before = offering.lender.product.version
    offering.publish(rate={"kind": "fixed", "rate": "30"})
    loan = {"product": "personal", "amount": "5000", "term_months": 24}
    assert door.post("/products/preview-schedule", loan, 200)["rate"] == "30"
    assert door.post("/products/preview-schedule", loan | {"version": before}, 200)["rate"] == "9.5"
    assert door.post("/products/preview-schedule", loan | {"version": 99}, 404)["code"] == "product_version_unknown"
    assert door.post("/products/preview-schedule", loan | {"product": "nothing"}, 404)["code"] == "product_unknown"
    assert door.post("/products/preview-schedule", loan | {"version": 1}, 422)["field"] == "product"


def test_what_is_previewed_for_an_applicant_is_what_is_then_offered(
    door: Door, offering: OfferingLender, made: UUID
) -> None:
    offer = door.get(f"/offers/{offering.offer_of(made)['id']}")
    found = door.post(f"/applications/{made}/offers/preview", {}, 200)
    assert (found["risk_band"], found["list_rate"], found["term_months"]) == ("A", "9.50", 24)
    assert found["schedule"] == offer["schedule"]
    other = door.post(f"/applications/{made}/offers/preview", {"rate": "8", "term_months": 12}, 200)
    assert (other["list_rate"], other["schedule"]["rate"], other["schedule"]["periods"]) == ("9.50", "8", 12)


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"term_months": 90}, "term_months"), ({"amount": "99"}, "amount"), ({"amount": "500001"}, "amount")],
)
def test_an_offer_that_the_product_does_not_lend_is_refused_by_name_and_leaves_nothing(
    door: Door, offering: OfferingLender, made: UUID, asked: dict[str, Any], field: str
) -> None:
    offer_id = offering.offer_of(made)["id"]
    door.post(f"/offers/{offer_id}/decline", {"reason": "Too dear."}, 200)
    for path in (f"/applications/{made}/offers", f"/applications/{made}/offers/preview"):
        refused = door.post(path, asked, 422)
        assert (refused["code"], refused["field"]) == ("terms_invalid", field)
    assert [each["id"] for each in door.get(f"/applications/{made}/offers")["items"]] == [str(offer_id)]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"amount": "5"}, "terms_invalid", "amount"),
        ({"term_months": 600}, "terms_invalid", "term_months"),
        ({"band": "Z"}, "offer_invalid", "band"),
        ({"credit_terms": None}, "product_invalid", "product"),
        ({"product": "personal"}, "product_invalid", "product"),
        ({"currency": None}, "product_invalid", "currency"),
        ({"credit_terms": []}, "product_invalid", "credit_terms"),
        ({"credit_terms": CREDIT_TERMS | {"every": "7x"}}, "product_invalid", "credit_terms.every"),
        (
            {
                "credit_terms": CREDIT_TERMS
                | {
                    "rate": {
                        "kind": "bands",
                        "bands": [{"name": "A", "rate": "9", "from_score": "1"}, {"name": "B", "rate": "x"}],
                    }
                }
            },
            "product_invalid",
            "credit_terms.rate.bands[1].rate",
        ),
        ({"credit_terms": CREDIT_TERMS | {"rate": INDEXED}}, "offer_invalid", "index_rate"),
        (
            {"credit_terms": CREDIT_TERMS | {"every": "5m", "terms": {"minimum": 5, "maximum": 60}}},
            "terms_invalid",
            "term_months",
        ),
        (
            {"credit_terms": CREDIT_TERMS | {"grace": {"principal": 9}}, "term_months": 8},
            "product_invalid",
            "credit_terms.grace",
        ),
    ],
)
def test_a_preview_of_what_is_not_lent_is_refused_by_name(
    door: Door, change: dict[str, Any], code: str, field: str
) -> None:
    refused = door.post("/products/preview-schedule", DRAFT | change, 422)
    assert (refused["code"], refused["field"]) == (code, field)


def test_a_product_tells_its_terms_and_the_editor_their_words(door: Door) -> None:
    shown = door.post("/products", PRODUCT | {"key": "offered", "credit_terms": CREDIT_TERMS})
    assert shown["credit_terms"]["rate"]["bands"][1]["name"] == "B"
    assert shown["credit_terms"]["every"] == "1m"
    again = {name: shown[name] for name in shown if name not in ("version", "author", "published_at")}
    assert door.post("/products", again)["version"] == 2
    words = door.get("/products/vocabulary")["credit_terms"]
    assert "30/360" in [each["name"] for each in words["day_counts"]]
    bad = CREDIT_TERMS | {"rate": {"kind": "bands", "bands": [{"name": "A", "rate": "x", "from_score": 1}]}}
    checked = door.post("/products/check", PRODUCT | {"key": "bad", "credit_terms": bad}, 200)
    assert [each["path"] for each in checked["findings"]] == ["credit_terms.rate.bands[0].rate"]
