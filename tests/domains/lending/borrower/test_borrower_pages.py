"""The pages behind a borrower's link: what they show, and that no other link, letter or offer opens anything."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

from fastapi.testclient import TestClient
from tests.support.lending import BAD, GOOD, Lender, open_lender
from tests.support.letters import Caller
from tests.support.serving import People

from intendant.domains.lending.borrower.tokens import LinkKey, LinkToken
from intendant.domains.lending.letters.notices import issue_notice
from intendant.domains.lending.letters.settings import change_settings, sample_settings
from intendant.kernel.access import Role
from intendant.kernel.organizations import Organization, create_organization
from intendant.kit import clock
from intendant.kit.database import Database

HOSTILE = "<script>alert(1)</script>"


def _link(clerk: Caller, application_id: object) -> tuple[str, str]:
    answer = clerk.post(f"/api/v1/lending/applications/{application_id}/links", {})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], "/borrower/" + answer.json()["url"].rpartition("/borrower/")[2]


def _letter(lender: Lender, application_id: object) -> UUID:
    with lender.database.transaction(lender.organization.id) as tx:
        found = tx.find("select 1 from letter_settings where organization_id = %s", [lender.organization.id])
        if found is None:
            settings = sample_settings("Meridian Lending")
            change_settings(tx, lender.organization, settings, replaces=0, by="test", now=clock.system_now())
        letter = issue_notice(tx, lender.organization, lender.kind, UUID(str(application_id)), by="test")
    letter_id: UUID = letter["id"]
    return letter_id


def _is_neutral(answer: object) -> bool:
    text = answer.text  # type: ignore[attr-defined]
    return answer.status_code == 404 and "This link does not work" in text and "Meridian" not in text  # type: ignore[attr-defined]


def test_an_applicant_sees_how_it_stands_and_their_letters(clerk: Caller, lender: Lender, served: TestClient) -> None:
    application_id = lender.decide(BAD, "bad")["subject_id"]
    letter_id = _letter(lender, application_id)
    _, path = _link(clerk, application_id)
    page = served.get(path)
    assert page.status_code == 200
    assert "could not approve" in page.text
    assert "0.332" not in page.text
    assert "probability" not in page.text.lower()
    assert str(letter_id) in page.text
    letter = served.get(f"{path}/letters/{letter_id}")
    assert letter.status_code == 200
    assert "Notice of action taken" in letter.text
    file = served.get(f"{path}/letters/{letter_id}/pdf")
    assert file.content.startswith(b"%PDF-")


def test_a_page_may_run_nothing_tell_nobody_and_be_kept_by_nobody(
    clerk: Caller, lender: Lender, served: TestClient
) -> None:
    _, path = _link(clerk, lender.decide(GOOD, "good")["subject_id"])
    for answer in (served.get(path), served.get("/borrower/nothing")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text


def test_every_link_that_does_not_work_looks_the_same(
    clerk: Caller, lender: Lender, served: TestClient, key: LinkKey
) -> None:
    application_id = lender.decide(GOOD, "good")["subject_id"]
    link_id, path = _link(clerk, application_id)
    token = path.rpartition("/")[2]
    soon = clock.system_now() + timedelta(days=1)
    wrong = [
        "x" * 96,
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        key.write(LinkToken(lender.organization.id, uuid4(), soon)),
        key.write(LinkToken(uuid4(), UUID(link_id), soon)),
    ]
    pages = {served.get(f"/borrower/{each}").text for each in wrong}
    assert len(pages) == 1
    assert all(_is_neutral(served.get(f"/borrower/{each}")) for each in wrong[:2])
    assert served.get(path).status_code == 200
    gone = clerk.delete(f"/api/v1/lending/applications/{application_id}/links/{link_id}")
    assert gone.status_code == 200
    assert not gone.json()["is_usable"]
    assert served.get(path).text == pages.pop()


def test_an_expired_link_opens_nothing(clerk: Caller, lender: Lender, served: TestClient) -> None:
    link_id, path = _link(clerk, lender.decide(GOOD, "good")["subject_id"])
    assert served.get(path).status_code == 200
    with lender.database.system() as tx:
        tx.execute("update borrower_links set expires_at = now() - interval '1 second' where id = %s", [link_id])
    assert _is_neutral(served.get(path))


def test_a_link_opens_no_letter_of_somebody_else(clerk: Caller, lender: Lender, served: TestClient) -> None:
    mine, theirs = (lender.decide(BAD, name)["subject_id"] for name in ("mine", "theirs"))
    their_letter = _letter(lender, theirs)
    _, path = _link(clerk, mine)
    assert str(their_letter) not in served.get(path).text
    for ending in ("", "/pdf"):
        assert _is_neutral(served.get(f"{path}/letters/{their_letter}{ending}"))
        assert _is_neutral(served.get(f"{path}/letters/{uuid4()}{ending}"))
        assert _is_neutral(served.get(f"{path}/letters/nothing{ending}"))


def test_an_answer_without_an_offer_or_proof_does_nothing(clerk: Caller, lender: Lender, served: TestClient) -> None:
    _, path = _link(clerk, lender.decide(GOOD, "good")["subject_id"])
    for answer in ("accept", "decline", "delete"):
        sent = served.post(f"{path}/offers/{uuid4()}/{answer}", data={"proof": "0" * 64})
        assert _is_neutral(sent)


def test_too_many_wrong_links_are_slowed_down(served: TestClient) -> None:
    answers = [served.get(f"/borrower/{number}").status_code for number in range(30)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert "retry-after" in served.get("/borrower/again").headers


def test_a_hostile_name_of_a_lender_is_text(clerk: Caller, lender: Lender, served: TestClient) -> None:
    with lender.database.transaction(lender.organization.id) as tx:
        settings = sample_settings(HOSTILE)
        change_settings(tx, lender.organization, settings, replaces=0, by="test", now=clock.system_now())
    _, path = _link(clerk, lender.decide(GOOD, "good")["subject_id"])
    page = served.get(path).text
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


def test_links_are_listed_without_what_opens_them(clerk: Caller, lender: Lender, served: TestClient) -> None:
    application_id = lender.decide(GOOD, "good")["subject_id"]
    link_id, path = _link(clerk, application_id)
    (before,) = clerk.get(f"/api/v1/lending/applications/{application_id}/links").json()["items"]
    assert before["last_used_at"] is None
    served.get(path)
    listed = clerk.get(f"/api/v1/lending/applications/{application_id}/links")
    assert path.rpartition("/")[2] not in listed.text
    (after,) = listed.json()["items"]
    assert after["id"] == link_id
    assert after["last_used_at"] is not None
    assert after["is_usable"]


def test_links_are_for_those_who_service_loans_and_for_what_there_is(
    clerk: Caller, lender: Lender, served: TestClient, people: People, organization: Organization, database: Database
) -> None:
    application_id = lender.decide(GOOD, "good")["subject_id"]
    path = f"/api/v1/lending/applications/{application_id}/links"
    reader = Caller(served, people.key(organization, Role.READ_ONLY))
    assert reader.get(path).status_code == 200
    assert reader.post(path, {}).status_code == 403
    assert clerk.post(path, {"days": 367}).status_code == 422
    assert clerk.post(path, {"days": 0}).status_code == 422
    assert clerk.post(f"/api/v1/lending/applications/{uuid4()}/links", {}).status_code == 404
    assert clerk.post(f"/api/v1/lending/loans/{uuid4()}/links", {}).status_code == 404
    assert clerk.delete(f"{path}/{uuid4()}").status_code == 404
    with database.system() as tx:
        other = create_organization(tx, slug=f"other-{uuid4().hex[:8]}", name="Other")
    open_lender(database, other)
    stranger = Caller(served, people.key(other, Role.OWNER))
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, {}).status_code == 404


def test_a_page_is_sound_html(clerk: Caller, lender: Lender, served: TestClient) -> None:
    _, path = _link(clerk, lender.decide(GOOD, "good")["subject_id"])
    page = served.get(path).text
    assert page.startswith("<!doctype html>")
    assert '<html lang="en">' in page
    assert len(re.findall(r"<h1>", page)) == 1
