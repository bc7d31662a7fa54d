"""What loans teach: how each ended becomes the outcome of its application, once, and corrected where its fate turns."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.support.loans import START, LoanBook

from intendant.domains.lending.daily import after_end_of_day
from intendant.domains.lending.loans import lessons
from intendant.domains.lending.loans.lessons import record_lessons
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import TransactionType
from intendant.kernel.outcomes import Outcome, record
from intendant.kit import clock, ids


def lend(book: LoanBook) -> Loan:
    """Lend to an applicant."""
    application_id = ids.new_id()
    with book.database.transaction(book.organization.id) as tx:
        tx.execute(
            "insert into lending_applications (organization_id, id, reference, product, product_version, state, version, amount,"
            " currency, inputs, submitted_at, updated_at)"
            " values (%s, %s, %s, 'personal', 1, 'disbursed', 1, 1200, 'USD', '{}', now(), now())",
            [book.organization.id, application_id, str(application_id)],
        )
    return book.lend(application_id=application_id)


def end_of_day(book: LoanBook, day: date) -> int:
    """Let a day come, book all loans up to it and learn from them; return how many outcomes were recorded."""
    book.move_to(day)
    book.end_of_day(day)
    return record_lessons(book.database, book.organization.id, day)


def told(book: LoanBook, loan: Loan) -> list[Any]:
    """Return what was said of a loan's application, in order: the value, or that it is unknown."""
    rows = book.rows(
        "select value, censored, matured_at, corrects from outcomes where subject_id = %s order by id",
        [loan.application_id],
    )
    assert [row["corrects"] is not None for row in rows] == [place > 0 for place in range(len(rows))]
    assert all((row["value"] is None) == row["censored"] == (row["matured_at"] is None) for row in rows)
    return [row["value"] for row in rows]


def pay_off(book: LoanBook, loan: Loan) -> Any:
    """Pay all that is owed today."""
    return book.pay(loan, book.loan(loan).owed)


def test_a_loan_that_is_paid_off_was_repaid_and_is_told_once(book: LoanBook) -> None:
    loan, open_still = lend(book), lend(book)
    assert end_of_day(book, START + timedelta(days=20)) == 0
    pay_off(book, loan)
    assert end_of_day(book, START + timedelta(days=21)) == 1
    assert end_of_day(book, START + timedelta(days=22)) == 0
    assert (told(book, loan), told(book, open_still)) == ([1.0], [])
    assert book.scalar("select count(*) from events where name = 'kernel.outcome.recorded'") == 1


def test_ninety_days_late_is_a_default_until_all_is_paid_after_all(book: LoanBook) -> None:
    loan = lend(book)
    due = book.loan(loan).next_due_on or date(2026, 2, 1)
    assert end_of_day(book, due + timedelta(days=89)) == 0
    assert end_of_day(book, due + timedelta(days=90)) == 1
    assert told(book, loan) == [0.0]
    # Arrears that are caught up leave the default, a loan that is paid off does not.
    book.pay(loan, book.loan(loan).arrears)
    assert end_of_day(book, due + timedelta(days=91)) == 0
    assert book.loan(loan).days_past_due < 90
    pay_off(book, loan)
    assert end_of_day(book, due + timedelta(days=92)) == 1
    assert told(book, loan) == [0.0, 1.0]


@pytest.mark.parametrize("kind", [TransactionType.CHARGE_OFF, TransactionType.WRITE_OFF])
def test_a_loan_that_was_given_up_was_not_repaid_even_if_money_comes_in_later(
    book: LoanBook, kind: TransactionType
) -> None:
    loan = lend(book)
    end_of_day(book, START + timedelta(days=40))
    book.record(loan, kind)
    assert end_of_day(book, START + timedelta(days=41)) == 1
    if kind is TransactionType.CHARGE_OFF:
        pay_off(book, loan)
    assert end_of_day(book, START + timedelta(days=42)) == 0
    assert told(book, loan) == [0.0]


def test_a_loan_that_a_returned_payment_opens_again_is_unknown_again(book: LoanBook) -> None:
    loan = lend(book)
    end_of_day(book, START + timedelta(days=20))
    paid = pay_off(book, loan)
    assert end_of_day(book, START + timedelta(days=21)) == 1
    book.reverse(loan, paid.transaction_id)
    assert end_of_day(book, START + timedelta(days=22)) == 1
    assert told(book, loan) == [1.0, None]
    pay_off(book, loan)
    assert end_of_day(book, START + timedelta(days=23)) == 1
    assert told(book, loan) == [1.0, None, 1.0]


def test_a_payment_by_a_new_loan_of_ours_teaches_nothing(book: LoanBook) -> None:
    loan = lend(book)
    end_of_day(book, START + timedelta(days=20))
    book.pay(loan, book.loan(loan).owed, reference="refinance:1:in")
    assert end_of_day(book, START + timedelta(days=21)) == 0
    assert told(book, loan) == []


def test_what_a_person_says_of_an_application_stands_and_loans_without_one_teach_nothing(book: LoanBook) -> None:
    loan, brought_in = lend(book), book.lend()
    end_of_day(book, START + timedelta(days=20))
    for each in (loan, brought_in):
        pay_off(book, each)
    assert end_of_day(book, START + timedelta(days=21)) == 1
    now = clock.system_now()
    judged = Outcome(
        kind="lending.application",
        subject_id=loan.application_id or ids.new_id(),
        measure="repaid",
        value=0.0,
        observed_at=now,
        matured_at=now,
        source="a person",
    )
    with book.database.transaction(book.organization.id) as tx:
        record(tx, book.organization, [judged], by="test", system_now=now)
    assert end_of_day(book, START + timedelta(days=22)) == 0
    assert told(book, loan) == [1.0, 0.0]


def test_many_outcomes_are_recorded_in_bounded_batches(book: LoanBook) -> None:
    loans = [lend(book) for _ in range(5)]
    end_of_day(book, START + timedelta(days=20))
    for loan in loans:
        pay_off(book, loan)
    with book.database.transaction(book.organization.id) as tx:
        first = lessons.record_turned(tx, limit=2)
    assert (first.count, first.capped) == (2, True)
    assert end_of_day(book, START + timedelta(days=21)) == 3
    assert [told(book, loan) for loan in loans] == [[1.0]] * 5


def test_it_follows_every_end_of_day() -> None:
    assert record_lessons in [work for _, work in after_end_of_day()]
