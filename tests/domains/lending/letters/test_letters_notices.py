"""Notices that are owed by law: found, written by themselves, once, in time, and never with something missing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from tests.support.finished import wait_until_finished
from tests.support.lending import BAD, BELOW_MINIMUM, GOOD, Lender
from tests.support.letters import LENDER

from intendant.domains.lending.letters.adverse_action import NoticeNotOwed
from intendant.domains.lending.letters.facts import Agency
from intendant.domains.lending.letters.notices import (
    collect_rejections,
    issue_notice,
    list_notices,
    watch_deadlines,
    write_notices,
)
from intendant.domains.lending.letters.repository import LetterSent, get_letter, letter_digest, mark_sent
from intendant.domains.lending.letters.settings import LetterSettings, LetterSettingsChanged, change_settings
from intendant.domains.lending.manifest import LENDING
from intendant.kit import clock
from intendant.kit.errors import Bug

BUREAU = Agency("Sample Credit Bureau", ("P.O. Box 100", "Springfield, IL 62701"), "1-800-555-0100")
COMPLETE = LetterSettings("Meridian Lending", LENDER.address, bureau=BUREAU)


def _settle(lender: Lender, settings: LetterSettings = COMPLETE, replaces: int = 0) -> int:
    with lender.database.transaction(lender.organization.id) as tx:
        return change_settings(
            tx, lender.organization, settings, replaces=replaces, by="user:owner", now=clock.system_now()
        )


def _round(lender: Lender) -> None:
    wait_until_finished(lender.database)
    while collect_rejections(lender.database):
        pass
    while write_notices(lender.database, lender.kind):
        pass


def _letters(lender: Lender) -> list[dict[str, Any]]:
    with lender.database.transaction(lender.organization.id) as tx:
        ids = tx.all("select id from letters order by sequence")
        return [get_letter(tx, each["id"]) for each in ids]


def _owed(lender: Lender) -> list[dict[str, Any]]:
    with lender.database.transaction(lender.organization.id) as tx:
        return list_notices(tx, after=None, limit=100)


def test_a_rejection_gets_its_letter_by_itself_and_once(lender: Lender) -> None:
    _settle(lender)
    lender.decide(GOOD, "good")
    record = lender.decide(BAD, "bad")
    _round(lender)
    _round(lender)
    (letter,) = _letters(lender)
    assert letter["kind"] == "adverse_action"
    assert letter["application_id"] == UUID(str(record["subject_id"]))
    facts = letter["facts"]
    assert facts["reasons"][0] == "Credit score reported by the credit bureau"
    assert facts["report"]["score"] == "560"
    assert facts["report"]["agency"]["name"] == BUREAU.name
    submitted = lender.scalar("select submitted_at from lending_applications where reference = 'bad'")
    assert letter["due_at"] == submitted + timedelta(days=30)
    assert letter["number"].endswith("-000001")
    assert [each["number"] for each in _owed(lender)] == [letter["number"]]


def test_a_rule_that_refused_is_the_reason(lender: Lender) -> None:
    _settle(lender)
    lender.decide(BELOW_MINIMUM, "low")
    _round(lender)
    (letter,) = _letters(lender)
    assert 1 <= len(letter["facts"]["reasons"]) <= 4
    assert all(letter["facts"]["reasons"])


def test_a_notice_that_lacks_an_address_or_agency_waits_and_says_why(lender: Lender) -> None:
    lender.decide(BAD, "bad")
    _round(lender)
    assert not _letters(lender)
    assert "address" in _owed(lender)[0]["problem"]
    version = _settle(lender, replace(COMPLETE, bureau=None))
    _round(lender)
    assert "agency" in _owed(lender)[0]["problem"]
    assert not _letters(lender)
    _settle(lender, COMPLETE, replaces=version)
    _round(lender)
    assert len(_letters(lender)) == 1
    assert _owed(lender)[0]["problem"] is None


def test_a_notice_that_was_sent_is_owed_no_more_and_is_sent_once(lender: Lender) -> None:
    _settle(lender)
    lender.decide(BAD, "bad")
    _round(lender)
    (letter,) = _letters(lender)
    now = clock.system_now()
    with lender.database.transaction(lender.organization.id) as tx:
        sent = mark_sent(tx, lender.organization, letter["id"], "post", by="user:clerk", now=now)
    assert sent["sent_how"] == "post"
    assert not _owed(lender)
    with pytest.raises(LetterSent), lender.database.transaction(lender.organization.id) as tx:
        mark_sent(tx, lender.organization, letter["id"], "email", by="user:clerk", now=now)


def test_a_person_may_state_the_reasons(lender: Lender) -> None:
    _settle(lender)
    record = lender.decide(BAD, "bad")
    with lender.database.transaction(lender.organization.id) as tx:
        issue_notice(
            tx,
            lender.organization,
            lender.kind,
            UUID(str(record["subject_id"])),
            by="user:clerk",
            reasons=["Unable to verify income"],
        )
    (letter,) = _letters(lender)
    assert letter["facts"]["reasons"] == ["Unable to verify income"]


def test_an_approved_application_is_owed_no_notice(lender: Lender) -> None:
    _settle(lender)
    record = lender.decide(GOOD, "good")
    with pytest.raises(NoticeNotOwed), lender.database.transaction(lender.organization.id) as tx:
        issue_notice(tx, lender.organization, lender.kind, UUID(str(record["subject_id"])), by="user:clerk")


def test_people_are_told_once_when_a_deadline_is_near_or_past(lender: Lender) -> None:
    lender.decide(BAD, "late")
    lender.decide(BAD, "soon")
    wait_until_finished(lender.database)
    collect_rejections(lender.database)
    watch_deadlines(lender.database)
    assert lender.scalar("select count(*) from alerts where cause like 'notices.%%'") == 0
    with lender.database.system() as tx:
        moved = "update adverse_action_notices n set due_at = now() + %s from lending_applications a where a.id = n.application_id and a.reference = %s"
        tx.execute(moved, [timedelta(days=-1), "late"])
        tx.execute(moved, [timedelta(days=3), "soon"])
    watch_deadlines(lender.database)
    watch_deadlines(lender.database)
    with lender.database.transaction(lender.organization.id) as tx:
        rows = tx.all("select cause, severity, count from alerts where cause like 'notices.%%' order by cause")
    assert [tuple(each.values()) for each in rows] == [
        ("notices.due", "high", 1),
        ("notices.late", "critical", 1),
    ]


def test_a_letter_that_was_altered_is_not_shown(lender: Lender) -> None:
    _settle(lender)
    lender.decide(BAD, "bad")
    _round(lender)
    (letter,) = _letters(lender)
    assert letter_digest(letter) == bytes(letter["digest"])
    with lender.database.system() as tx:
        tx.execute("update letters set facts = jsonb_set(facts, '{reasons}', '[\"none\"]')")
    with pytest.raises(Bug), lender.database.transaction(lender.organization.id) as tx:
        get_letter(tx, letter["id"])


def test_new_settings_touch_no_letter_that_was_issued(lender: Lender) -> None:
    version = _settle(lender)
    lender.decide(BAD, "bad")
    _round(lender)
    (before,) = _letters(lender)
    _settle(lender, replace(COMPLETE, name="Another Name"), replaces=version)
    assert _letters(lender) == [before]
    with pytest.raises(LetterSettingsChanged):
        _settle(lender, COMPLETE, replaces=version)


def test_the_workers_rounds_write_notices_and_watch_deadlines(lender: Lender) -> None:
    _settle(lender)
    lender.decide(BAD, "bad")
    system = SimpleNamespace(database=lender.database)
    rounds = {each.name: each for each in LENDING.rounds}
    wait_until_finished(lender.database)
    assert not rounds["notices"].work(system)
    assert rounds["notice deadlines"].work(system) is None
    assert len(_letters(lender)) == 1


def test_a_notice_that_breaks_holds_up_no_other(lender: Lender) -> None:
    _settle(lender)
    broken = lender.decide(BAD, "broken")["subject_id"]
    lender.decide(BAD, "sound")
    with lender.database.system() as tx:
        tx.execute("update lending_applications set inputs = 'no JSON' where id = %s", [broken])
    _round(lender)
    assert len(_letters(lender)) == 1
    assert [each["problem"] is not None for each in _owed(lender)] == [True, False]


def test_rejections_of_a_whole_batch_are_all_found_by_any_number_of_workers(lender: Lender) -> None:
    _settle(lender)
    lender.decide_many(*(lender.proposal(BAD, f"bad-{number}") for number in range(45)))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: _round(lender), range(6)))
    letters = _letters(lender)
    assert len(letters) == 45
    assert [each["sequence"] for each in letters] == list(range(1, 46))
    assert len({each["application_id"] for each in letters}) == 45
