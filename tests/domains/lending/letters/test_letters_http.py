"""Letters over HTTP: listing, reading in both forms, issuing, sending, what is owed, and the letterhead."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from tests.support.finished import wait_until_finished
from tests.support.lending import BAD, GOOD, Lender
from tests.support.letters import Caller
from tests.support.serving import People

from intendant.domains.lending.letters.notices import collect_rejections, write_notices
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization

LETTERS = "/api/v1/lending/letters"
SETTINGS: dict[str, Any] = {
    "name": "Meridian Lending",
    "address": ["12 Harbour Street", "Portland, OR 97201"],
    "authority": {"name": "Federal Trade Commission", "address": ["Washington, DC 20580"]},
    "bureau": {"name": "Sample Credit Bureau", "address": ["Springfield, IL 62701"], "phone": "1-800-555-0100"},
}


@pytest.fixture
def owner(client: TestClient, people: People, organization: Organization) -> Caller:
    """Return an owner's door, with the letterhead set."""
    door = Caller(client, people.key(organization, Role.OWNER))
    answer = door.put(f"{LETTERS}/settings", {"replaces": 0, "settings": SETTINGS})
    assert answer.status_code == 200, answer.text
    return door


def _reject(lender: Lender, count: int = 1) -> list[str]:
    ids = [str(lender.decide(BAD, f"bad-{number}")["subject_id"]) for number in range(count)]
    wait_until_finished(lender.database)
    collect_rejections(lender.database)
    write_notices(lender.database, lender.kind)
    return ids


def test_a_letter_is_read_as_page_and_as_file(owner: Caller, lender: Lender) -> None:
    (application_id,) = _reject(lender)
    (listed,) = owner.get(f"{LETTERS}?application={application_id}").json()["items"]
    detail = owner.get(f"{LETTERS}/{listed['id']}").json()
    assert detail["title"] == "Notice of action taken on your application"
    assert len(detail["digest"]) == 64
    page = owner.get(f"{LETTERS}/{listed['id']}/html")
    assert page.headers["content-type"].startswith("text/html")
    assert "Sample Credit Bureau" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    file = owner.get(f"{LETTERS}/{listed['id']}/pdf")
    assert file.headers["content-type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-")
    assert listed["number"] in file.headers["content-disposition"]


def test_letters_are_listed_by_page_and_filter(owner: Caller, lender: Lender) -> None:
    _reject(lender, 3)
    first = owner.get(f"{LETTERS}?limit=2").json()
    rest = owner.get(f"{LETTERS}?limit=2&after={first['next']}").json()
    numbers = [each["number"][-6:] for each in (*first["items"], *rest["items"])]
    assert numbers == ["000003", "000002", "000001"]
    assert rest["next"] is None
    sent = owner.post(f"{LETTERS}/sent", {"letter_ids": [first["items"][0]["id"]], "how": "post"})
    assert sent.status_code == 200, sent.text
    assert len(owner.get(f"{LETTERS}?sent=true&kind=adverse_action").json()["items"]) == 1
    assert len(owner.get(f"{LETTERS}?due=true").json()["items"]) == 2
    assert owner.get(f"{LETTERS}?kind=statement").json()["items"] == []
    assert owner.get(f"{LETTERS}?kind=poem").status_code == 422
    assert owner.get(f"{LETTERS}?after=0").status_code == 422


def test_what_is_owed_is_listed_until_it_is_sent(owner: Caller, lender: Lender) -> None:
    _reject(lender, 2)
    first = owner.get("/api/v1/lending/notices/due?limit=1").json()
    (notice,) = first["items"]
    assert notice["days_left"] == 29
    assert not notice["is_late"]
    (other,) = owner.get(f"/api/v1/lending/notices/due?limit=1&after={first['next']}").json()["items"]
    assert other["application_id"] != notice["application_id"]
    sent = owner.post(f"{LETTERS}/{notice['letter_id']}/sent", {"how": "email"})
    assert sent.json()["sent_how"] == "email"
    assert [each["application_id"] for each in owner.get("/api/v1/lending/notices/due").json()["items"]] == [
        other["application_id"]
    ]
    again = owner.post(f"{LETTERS}/{notice['letter_id']}/sent", {"how": "email"})
    assert (again.status_code, again.json()["code"]) == (409, "letter_sent")
    bad = owner.get("/api/v1/lending/notices/due?after=yesterday")
    assert (bad.status_code, bad.json()["field"]) == (422, "after")


def test_a_letter_is_issued_again_as_another_one(owner: Caller, lender: Lender) -> None:
    (application_id,) = _reject(lender)
    body = {"kind": "adverse_action", "reasons": ["Unable to verify income"], "score_factors": ["Too many accounts"]}
    second = owner.post(f"/api/v1/lending/applications/{application_id}/letters", body)
    assert second.status_code == 201, second.text
    assert second.json()["number"].endswith("-000002")
    page = owner.get(f"{LETTERS}/{second.json()['id']}/html").text
    assert "Unable to verify income" in page
    assert "Too many accounts" in page


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "adverse_action"}, 409, "notice_not_owed"),
        ({"kind": "offer"}, 409, "offer_not_made"),
        ({"kind": "statement"}, 422, "invalid_input"),
        ({"kind": "adverse_action", "reasons": ["x" * 301]}, 422, "invalid_input"),
        ({"kind": "adverse_action", "reasons": ["abc"] * 5}, 422, "invalid_input"),
        ({"kind": "offer", "poem": "no"}, 422, "invalid_input"),
    ],
)
def test_a_letter_that_does_not_fit_is_not_issued(
    owner: Caller, lender: Lender, body: dict[str, Any], status: int, code: str
) -> None:
    application_id = lender.decide(GOOD, "good")["subject_id"]
    answer = owner.post(f"/api/v1/lending/applications/{application_id}/letters", body)
    assert answer.status_code == status, answer.text
    assert code in (answer.json()["code"], "invalid_input")
    assert owner.get(LETTERS).json()["items"] == []


def test_unknown_letters_and_applications_are_not_found(owner: Caller) -> None:
    for path in (f"{LETTERS}/{uuid4()}", f"{LETTERS}/{uuid4()}/html", f"{LETTERS}/{uuid4()}/pdf"):
        assert owner.get(path).status_code == 404
    assert owner.post(f"{LETTERS}/{uuid4()}/sent", {"how": "post"}).status_code == 404
    assert owner.post(f"/api/v1/lending/applications/{uuid4()}/letters", {"kind": "offer"}).status_code == 404
    assert owner.post(f"/api/v1/lending/loans/{uuid4()}/letters", {"kind": "schedule"}).status_code == 404


def test_the_letterhead_is_changed_by_those_who_may_and_with_care(
    owner: Caller, client: TestClient, people: People, organization: Organization
) -> None:
    shown = owner.get(f"{LETTERS}/settings").json()
    assert shown["version"] == 1
    assert shown["settings"]["paper"] == "a4"
    stale = owner.put(f"{LETTERS}/settings", {"replaces": 0, "settings": SETTINGS})
    assert (stale.status_code, stale.json()["code"]) == (409, "letter_settings_changed")
    empty = owner.put(
        f"{LETTERS}/settings", {"replaces": 1, "settings": SETTINGS | {"score_lowest": 900, "score_highest": 850}}
    )
    assert empty.status_code == 422
    clerk = Caller(client, people.key(organization, Role.OPERATOR))
    assert clerk.put(f"{LETTERS}/settings", {"replaces": 1, "settings": SETTINGS}).status_code == 403
    reader = Caller(client, people.key(organization, Role.READ_ONLY))
    assert reader.get(LETTERS).status_code == 200
    assert reader.post(f"{LETTERS}/{uuid4()}/sent", {"how": "post"}).status_code == 403
