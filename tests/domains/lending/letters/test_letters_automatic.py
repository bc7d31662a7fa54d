"""Letters that write themselves: once, for what still stands, and never one at another's expense."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from tests.support.finished import wait_until_finished
from tests.support.lending import Lender
from tests.support.letters import LENDER
from tests.support.loans import START, LoanBook, loan_terms
from tests.support.offers import OfferingLender

from intendant.domains.lending.collections import contacts
from intendant.domains.lending.collections.model import Channel, ContactOutcome, Step
from intendant.domains.lending.contract import COLLECTION_PLANNED
from intendant.domains.lending.kind import LendingApplicationKind
from intendant.domains.lending.letters.automatic import collect_occasions, step_note, watch_unwritten, write_letters
from intendant.domains.lending.letters.repository import get_letter
from intendant.domains.lending.letters.settings import LetterSettings, change_settings, get_settings
from intendant.domains.lending.letters.statements import issue_statements
from intendant.domains.lending.letters.usecases import mark_sent
from intendant.domains.lending.loans.books import book_of
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.loans.opening import record_disbursement
from intendant.domains.lending.manifest import LENDING
from intendant.domains.lending.servicing.payoff import payoff
from intendant.kernel import events
from intendant.kernel.organizations import Organization, get_organization
from intendant.kernel.policies import install_policies
from intendant.kernel.registry import Registry
from intendant.kit import clock, ids
from intendant.kit.database import Database

COMPLETE = LetterSettings("Meridian Lending", LENDER.address)
KIND = LendingApplicationKind()


@pytest.fixture
def book(database: Database, organization: Organization) -> LoanBook:
    """Lend an organisation with a letterhead, whose clock stands at the first of January."""
    book = LoanBook(database, organization)
    book.move_to(START)
    with database.transaction(organization.id) as tx:
        install_policies(tx, organization, Registry([LENDING]), system_now=clock.system_now())
    settle(book)
    return book


def settle(book: LoanBook, settings: LetterSettings = COMPLETE) -> None:
    """Put settings in force."""
    with book.database.transaction(book.organization.id) as tx:
        _, version = get_settings(tx, book.organization)
        change_settings(tx, book.organization, settings, replaces=version, by="user:owner", now=clock.system_now())


def work(database: Database) -> None:
    """Do the worker's round until nothing is left."""
    wait_until_finished(database)
    while collect_occasions(database):
        pass
    while write_letters(database, KIND):
        pass


def letters(book: LoanBook, kind: str) -> list[dict[str, Any]]:
    """List the letters of a kind, whole."""
    with book.database.transaction(book.organization.id) as tx:
        return [
            get_letter(tx, row["id"]) for row in tx.all("select id from letters where kind = %s order by id", [kind])
        ]


def plan_letter(book: LoanBook, loan: Loan) -> UUID:
    """Plan the step of a letter, as deciding does."""
    step_id = ids.new_id()
    with book.database.transaction(book.organization.id) as tx:
        organization = get_organization(tx, book.organization.id)
        now = organization.clock.now()
        tx.execute(
            "insert into collection_steps (organization_id, id, loan_id, action, channel, state, planned_for, bucket, version,"
            " created_at) values (%s, %s, %s, 'letter', 'letter', 'planned', %s, 30, 1, %s)",
            [organization.id, step_id, loan.id, now, now],
        )
        body = {"loan_id": loan.id, "step_id": step_id, "action": "letter", "channel": "letter", "planned_for": now}
        at = clock.system_now()
        events.emit(
            tx, [events.Event(organization.id, COLLECTION_PLANNED, f"loan:{loan.id}", body, now, at, "component:test")]
        )
    return step_id


def step_of(book: LoanBook, step_id: UUID) -> dict[str, Any]:
    """Return a step's row."""
    return book.rows("select * from collection_steps where id = %s", [step_id])[0]


def late_loan(book: LoanBook) -> Loan:
    """Lend a loan of which two instalments are overdue."""
    book.move_to(START)
    loan = book.lend()
    book.move_to(date(2026, 3, 20))
    book.end_of_day(date(2026, 3, 20))
    return loan


def test_a_loan_that_is_paid_out_gets_its_schedule_once(book: LoanBook) -> None:
    loan = book.lend()
    work(book.database)
    work(book.database)
    (letter,) = letters(book, "schedule")
    assert letter["loan_id"] == loan.id
    assert len(letter["facts"]["lines"]) == 12
    assert not book.rows("select * from letters_to_write")


def test_the_last_part_of_a_payout_brings_the_schedule(book: LoanBook) -> None:
    loan = book.open()
    for amount, count in ((500, 0), (700, 1)):
        with book.database.transaction(book.organization.id) as tx:
            record_disbursement(tx, loan.id, amount=loan_terms(amount).amount, by="test", value_on=START)
        work(book.database)
        assert len(letters(book, "schedule")) == count


def test_a_loan_that_was_brought_in_gets_no_schedule(book: LoanBook) -> None:
    book.move_to(date(2026, 6, 1))
    book.lend()
    work(book.database)
    assert not letters(book, "schedule")


def test_a_loan_that_is_paid_off_is_confirmed_and_again_after_it_was_opened_again(book: LoanBook) -> None:
    loan = book.lend()
    book.move_to(date(2026, 1, 20))
    with book.database.transaction(book.organization.id) as tx:
        total = payoff(book_of(tx, loan.id), date(2026, 1, 20)).total
    paid = book.pay(loan, total)
    work(book.database)
    assert [each["facts"]["closed_on"] for each in letters(book, "settlement")] == ["2026-01-20"]
    book.reverse(loan, paid.transaction_id)
    work(book.database)
    assert len(letters(book, "settlement")) == 1
    book.pay(loan, total)
    work(book.database)
    assert len(letters(book, "settlement")) == 2


def test_a_planned_letter_is_written_and_the_step_names_it(book: LoanBook) -> None:
    loan = late_loan(book)
    step_id = plan_letter(book, loan)
    work(book.database)
    work(book.database)
    (letter,) = letters(book, "arrears")
    assert letter["facts"]["days_past_due"] == 47
    step = step_of(book, step_id)
    assert (step["state"], step["note"]) == ("planned", step_note(letter["number"]))
    with book.database.transaction(book.organization.id) as tx:
        mark_sent(tx, book.by, [letter["id"]], "post")
    step = step_of(book, step_id)
    assert (step["state"], step["outcome"], step["channel"]) == ("done", "sent", "letter")
    assert step["note"] == f"Letter {letter['number']}, sent by post."


def test_completing_the_step_records_its_letter_as_sent(book: LoanBook) -> None:
    step_id = plan_letter(book, late_loan(book))
    work(book.database)
    with book.database.transaction(book.organization.id) as tx:
        contacts.complete_step(tx, book.by, step_id, outcome=ContactOutcome.SENT, note=None, at=None)
    (letter,) = letters(book, "arrears")
    assert (letter["sent_how"], letter["sent_by"]) == ("post", book.by.label)


def test_logging_that_a_letter_was_sent_does_the_same(book: LoanBook) -> None:
    loan = late_loan(book)
    plan_letter(book, loan)
    work(book.database)
    given = contacts.GivenContact(outcome=ContactOutcome.SENT, step=Step.LETTER, channel=Channel.LETTER)
    with book.database.transaction(book.organization.id) as tx:
        contacts.log_contact(tx, book.by, loan.id, given)
    assert letters(book, "arrears")[0]["sent_at"] is not None


def test_a_letter_is_recorded_as_sent_although_nothing_is_overdue_any_more(book: LoanBook) -> None:
    loan = late_loan(book)
    step_id = plan_letter(book, loan)
    work(book.database)
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set days_past_due = 0, arrears = 0, bucket = 0")
        mark_sent(
            tx, book.by, [letter["id"] for letter in tx.all("select id from letters where kind = 'arrears'")], "post"
        )
    assert letters(book, "arrears")[0]["sent_how"] == "post"
    # The end of collecting cancels it.
    assert step_of(book, step_id)["state"] == "planned"


def test_a_step_that_was_cancelled_meanwhile_gets_no_letter(book: LoanBook) -> None:
    step_id = plan_letter(book, late_loan(book))
    with book.database.transaction(book.organization.id) as tx:
        contacts.cancel_step(tx, book.by, step_id, reason="They paid at the counter.")
    work(book.database)
    assert not letters(book, "arrears")
    assert not book.rows("select * from letters_to_write")


def test_without_an_address_letters_wait_are_told_of_and_come_once_it_is_given(book: LoanBook) -> None:
    settle(book, replace(COMPLETE, address=()))
    book.lend()
    work(book.database)
    (row,) = book.rows("select problem, tries, retry_at > now() as later from letters_to_write")
    assert row == {"problem": "The letterhead has no address of the lender.", "tries": 1, "later": True}
    watch_unwritten(book.database)
    watch_unwritten(book.database)
    assert book.scalar("select count from alerts where cause = 'letters.unwritten'") == 1
    settle(book)
    work(book.database)
    assert len(letters(book, "schedule")) == 1


def test_a_letter_that_breaks_holds_up_no_other(book: LoanBook) -> None:
    broken, sound = book.lend(), book.lend()
    with book.database.transaction(book.organization.id) as tx:
        tx.execute("update loans set terms = '{}' where id = %s", [broken.id])
    work(book.database)
    assert [each["loan_id"] for each in letters(book, "schedule")] == [sound.id]
    (row,) = book.rows("select subject_id, problem from letters_to_write")
    assert row["subject_id"] == broken.id
    assert row["problem"] is not None


@pytest.mark.parametrize("off", ["write_schedules", "write_arrears"])
def test_what_is_switched_off_is_left_to_people(book: LoanBook, off: str) -> None:
    settle(book, replace(COMPLETE, **{off: False}))
    plan_letter(book, late_loan(book))
    # The loan counts as brought in if the log is read as late as this, but its event is of the first of January.
    work(book.database)
    kinds = {row["kind"] for row in book.rows("select kind from letters")}
    assert kinds == ({"arrears"} if off == "write_schedules" else {"schedule"})


def test_any_number_of_workers_write_each_letter_once(book: LoanBook) -> None:
    for _ in range(30):
        book.lend()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: work(book.database), range(6)))
    found = book.rows("select sequence, loan_id from letters order by sequence")
    assert [each["sequence"] for each in found] == list(range(1, 31))
    assert len({each["loan_id"] for each in found}) == 30


@pytest.fixture
def offering(lender: Lender) -> OfferingLender:
    """Lend an organisation at level full whose product leads to offers."""
    found = OfferingLender(lender)
    found.publish()
    return found


def test_an_offer_gets_its_letter_with_its_schedule(offering: OfferingLender) -> None:
    lender: Lender = offering.lender
    with lender.database.transaction(offering.id) as tx:
        change_settings(tx, lender.organization, COMPLETE, replaces=0, by="user:owner", now=clock.system_now())
    application_id = offering.approve()
    offering.round()
    offer = offering.offer_of(application_id)
    work(lender.database)
    work(lender.database)
    (letter,) = offering.rows("select kind, occasion, application_id, facts from letters")
    assert (letter["kind"], letter["occasion"]) == ("offer", f"offer:{offer['id']}")
    assert letter["application_id"] == application_id
    assert letter["facts"]["lines"]


def test_statements_come_for_every_loan_that_runs_once_a_month_where_they_are_wanted(book: LoanBook) -> None:
    book.move_to(START)
    loans = [book.lend() for _ in range(3)]
    book.move_to(date(2026, 2, 10))
    assert issue_statements(book.database, book.organization.id, date(2026, 2, 10)) == 0
    settle(book, replace(COMPLETE, write_statements=True))
    assert issue_statements(book.database, book.organization.id, date(2026, 2, 10)) == 3
    assert issue_statements(book.database, book.organization.id, date(2026, 2, 11)) == 0
    found = letters(book, "statement")
    assert {each["loan_id"] for each in found} == {each.id for each in loans}
    assert {(each["facts"]["begins"], each["facts"]["ends"]) for each in found} == {("2026-01-01", "2026-01-31")}
    book.move_to(date(2026, 3, 1))
    assert issue_statements(book.database, book.organization.id, date(2026, 3, 1)) == 3


def test_a_statement_that_breaks_holds_up_no_other(book: LoanBook) -> None:
    settle(book, replace(COMPLETE, write_statements=True))
    loans = [book.lend() for _ in range(3)]
    with book.database.system() as tx:
        tx.execute("update loan_transactions set value_on = value_on - 400 where loan_id = %s", [loans[0].id])
    book.move_to(date(2026, 2, 10))
    assert issue_statements(book.database, book.organization.id, date(2026, 2, 10)) in (2, 3)
    assert issue_statements(book.database, book.organization.id, date(2026, 2, 10)) in (0, 1)
