"""Recording what happens to loans: in time, late, twice, wrongly; and taking it back."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from tests.support.lending import GOOD, open_lender
from tests.support.loans import START, LoanBook, loan_terms

from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.loans import books, recording, repository
from intendant.domains.lending.loans.invariants import LOAN_INVARIANTS
from intendant.domains.lending.loans.model import Loan, NewTransaction, Recorded
from intendant.domains.lending.loans.opening import LoanExists, cancel_loan, take_back_payout
from intendant.domains.lending.loans.parameters import TransactionInvalid
from intendant.domains.lending.loans.planning import BACKDATED_DAYS_MAX, LoanNotOpen, PayoutUsed
from intendant.domains.lending.loans.recording import LoanChanged, ReasonMissing, ReferenceUsed, TransactionReversed
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.domains.lending.terms import Allocation, Excess
from intendant.kernel.access import PermissionMissing, Role, user_principal
from intendant.kit import ids
from intendant.kit.errors import IntendantError

FIRST_DUE = date(2026, 2, 1)


def test_a_payment_in_time_pays_what_is_due_and_is_booked(book: LoanBook) -> None:
    loan = book.lend()
    assert (loan.state, loan.outstanding, loan.transactions, loan.version) == (LoanState.ACTIVE, 1200, 1, 2)
    book.move_to(FIRST_DUE)
    due = book.loan(loan)
    paid = book.pay(loan, due.next_due, reference="bank-1")
    assert not paid.backdated
    assert paid.loan.days_past_due == 0
    assert paid.loan.outstanding < 1200
    assert paid.loan.booked_to == FIRST_DUE
    assert paid.loan.next_due_on == date(2026, 3, 1)
    _is_sound(book)


def test_a_payment_known_late_leaves_the_books_that_would_have_been(book: LoanBook) -> None:
    in_time, late = book.lend(), book.lend()
    book.move_to(FIRST_DUE)
    amount = in_time.next_due
    first = book.pay(in_time, amount)
    book.move_to(date(2026, 3, 20))
    book.end_of_day(date(2026, 3, 20))
    second = book.pay(late, amount, FIRST_DUE)
    assert second.backdated
    _same_books(book, in_time, late, {first.transaction_id: second.transaction_id})
    _is_sound(book)


def test_backdated_is_what_counts_from_before_the_day_of_its_recording(book: LoanBook) -> None:
    loan = book.lend()
    book.move_to(FIRST_DUE)
    assert [book.pay(loan, 10).backdated for _ in range(2)] == [False, False]
    book.move_to(date(2026, 3, 10))
    late = book.pay(loan, 10, date(2026, 2, 10), reference="late")
    assert late.backdated
    assert late.loan.booked_to == date(2026, 2, 10)
    assert book.pay(loan, 10, date(2026, 2, 10), reference="late").backdated
    assert not book.pay(loan, 10).backdated
    assert book.reverse(loan, late.transaction_id).backdated


def test_a_reversed_payment_leaves_the_books_that_would_have_been_without_it(book: LoanBook) -> None:
    never, once = book.lend(), book.lend()
    book.move_to(FIRST_DUE)
    paid = book.pay(once, 50)
    book.move_to(date(2026, 4, 10))
    book.end_of_day(date(2026, 4, 10))
    book.reverse(once, paid.transaction_id)
    _same_books(book, never, once, {})
    assert book.loan(once).transactions == 3
    with pytest.raises(TransactionReversed):
        book.reverse(once, paid.transaction_id)
    _is_sound(book)


def test_reversing_the_payout_cancels_the_loan(book: LoanBook) -> None:
    loan = book.lend()
    payout = book.scalar("select id from loan_transactions where loan_id = %s", [loan.id])
    reversed_ = book.reverse(loan, payout)
    assert reversed_.loan.state is LoanState.CANCELLED
    assert book.ledger(loan) == {}
    with pytest.raises(LoanNotOpen):
        book.pay(loan, 10)
    names = {row["name"] for row in book.rows("select name from events")}
    assert {
        "lending.loan.opened",
        "lending.loan.disbursed",
        "lending.transaction.reversed",
        "lending.loan.cancelled",
    } <= names


def test_a_loan_of_which_nothing_is_paid_out_can_be_cancelled_once(book: LoanBook) -> None:
    loan = book.open()
    with book.database.transaction(book.organization.id) as tx:
        assert cancel_loan(tx, loan.id, by="test", reason="Changed their mind.").state is LoanState.CANCELLED
        assert cancel_loan(tx, loan.id, by="test", reason="Again.").version == 2
    paid_out = book.lend()
    with pytest.raises(LoanNotOpen), book.database.transaction(book.organization.id) as tx:
        cancel_loan(tx, paid_out.id, by="test", reason="Too late.")


def test_one_reference_is_one_transaction(book: LoanBook) -> None:
    loan = book.lend()
    first = book.pay(loan, 10, reference="bank-1")
    again = book.pay(loan, 10, reference="bank-1")
    assert again.replayed
    assert again.transaction_id == first.transaction_id
    assert book.loan(loan).transactions == 2
    with pytest.raises(ReferenceUsed):
        book.pay(loan, 11, reference="bank-1")
    with pytest.raises(ReferenceUsed):
        book.pay(book.lend(), 10, reference="bank-1")


@pytest.mark.parametrize(
    ("amount", "on", "more", "field"),
    [
        (0, None, {}, "amount"),
        (-5, None, {}, "amount"),
        ("NaN", None, {}, "amount"),
        ("0.00001", None, {}, "amount"),
        (10, None, {"currency": "EUR"}, "currency"),
        (10, START + timedelta(days=1), {}, "value_on"),
        (10, START - timedelta(days=1), {}, "value_on"),
        (10, date(1970, 1, 1), {}, "value_on"),
        (10, None, {"reference": "a\x00b"}, "reference"),
        (10, None, {"reference": "x" * 101}, "reference"),
        (10, None, {"parameters": {"color": "red"}}, "parameters.color"),
        (10, None, {"reason": "x" * 2001}, "reason"),
    ],
)
def test_what_is_wrong_with_a_payment_is_named(
    book: LoanBook, amount: object, on: date | None, more: dict[str, object], field: str
) -> None:
    loan = book.lend()
    with pytest.raises(TransactionInvalid) as caught:
        book.pay(loan, amount, on, **more)
    assert caught.value.field == field
    assert caught.value.remedy
    assert book.loan(loan) == loan


@pytest.mark.parametrize("rate", ["NaN", "-1", "1001", "1E-999999", "0." + "1" * 13])
def test_a_rate_that_could_not_be_kept_is_refused(book: LoanBook, rate: str) -> None:
    loan = book.lend()
    for kind in (TransactionType.RATE_CHANGE, TransactionType.RESTRUCTURE):
        with pytest.raises(TransactionInvalid) as caught:
            book.record(loan, kind, parameters={"rate": rate})
        assert caught.value.field == "parameters.rate"


def test_nothing_counts_from_further_back_than_is_allowed(book: LoanBook) -> None:
    loan = book.lend()
    book.move_to(START + timedelta(days=BACKDATED_DAYS_MAX + 1))
    with pytest.raises(TransactionInvalid, match="further back"):
        book.pay(loan, 10, START)


def test_nothing_is_paid_before_it_is_paid_out(book: LoanBook) -> None:
    loan = book.open()
    with pytest.raises(TransactionInvalid, match="Nothing is paid out yet"):
        book.pay(loan, 10)


def test_relief_needs_a_reason_and_the_permission_and_the_version_that_was_seen(book: LoanBook) -> None:
    loan = book.lend()
    waiver = NewTransaction(type=TransactionType.WAIVER, amount=Decimal(1), parameters={"component": "interest"})
    operator = user_principal(
        ids.new_id(), "o@acme.test", book.organization.id, Role.OPERATOR, session_id=None, is_super_admin=False
    )
    with book.database.transaction(book.organization.id) as tx:
        with pytest.raises(ReasonMissing):
            recording.record(tx, book.by, loan.id, waiver)
        with pytest.raises(PermissionMissing):
            recording.record(tx, operator, loan.id, replace(waiver, reason="Kindness."))
        with pytest.raises(LoanChanged, match="by test") as caught:
            recording.record(tx, book.by, loan.id, replace(waiver, reason="Kindness."), expected_version=1)
    assert caught.value.data["version"] == 2


def test_a_loan_that_is_paid_off_closes_and_tells_so(book: LoanBook) -> None:
    loan = book.lend()
    closed = book.pay(loan, 1200)
    assert closed.loan.state is LoanState.CLOSED
    assert closed.loan.owed == 0
    assert book.scalar("select count(*) from events where name = 'lending.loan.closed'") == 1
    book.reverse(loan, closed.transaction_id)
    assert book.loan(loan).state is LoanState.ACTIVE
    assert book.scalar("select count(*) from events where name = 'lending.loan.reopened'") == 1
    _is_sound(book)


def test_a_number_belongs_to_one_loan(book: LoanBook) -> None:
    book.open(reference="A-1")
    with pytest.raises(LoanExists):
        book.open(reference="A-1")


def test_many_are_recorded_together_and_what_one_refuses_hinders_no_other(book: LoanBook) -> None:
    loans = [book.lend() for _ in range(3)]
    book.move_to(FIRST_DUE)
    book.end_of_day(FIRST_DUE)

    def payment(amount: object, on: date = FIRST_DUE, reference: str | None = None) -> NewTransaction:
        return NewTransaction(
            type=TransactionType.REPAYMENT, amount=Decimal(str(amount)), value_on=on, reference=reference
        )

    given = [
        (loans[0].id, payment(10, reference="a")),
        (loans[1].id, payment(-1, reference="b")),
        (loans[2].id, payment(20, date(2026, 1, 15), "c")),
        (loans[0].id, payment(30, reference="d")),
        (loans[0].id, payment(10, reference="a")),
        (ids.new_id(), payment(10, reference="e")),
    ]
    with book.database.transaction(book.organization.id) as tx:
        results = recording.record_many(tx, "test", given)
    assert [isinstance(each, IntendantError) for each in results] == [False, True, False, False, False, True]
    assert isinstance(results[4], Recorded)
    assert results[4].replayed
    assert [book.loan(each).transactions for each in loans] == [3, 1, 2]
    _is_sound(book)


def test_the_books_of_any_day_can_be_asked_for_as_they_were_known(book: LoanBook) -> None:
    loan = book.lend()
    book.move_to(FIRST_DUE)
    before = book.scalar("select business_anchor from organizations where id = %s", [book.organization.id])
    book.move_to(date(2026, 2, 10))
    book.pay(loan, 100, FIRST_DUE)
    with book.database.transaction(book.organization.id) as tx:
        now = books.book_of(tx, loan.id, on=date(2026, 2, 5))
        then = books.book_of(tx, loan.id, on=date(2026, 2, 5), known_at=before)
        ahead = books.book_of(tx, loan.id, on=date(2027, 1, 1))
        with pytest.raises(books.DayInvalid):
            books.book_of(tx, loan.id, on=date(2025, 12, 31))
    assert now.balance < then.balance == 1200
    assert ahead.days_past_due > 200


def test_the_ends_of_months_are_corrected_from_the_day_that_changed(book: LoanBook) -> None:
    loan = book.lend(loan_terms(allocation=Allocation(excess=Excess.SHORTEN)))
    book.move_to(date(2026, 4, 10))
    book.end_of_day(date(2026, 4, 10))
    before = _months(book, loan)
    assert list(before) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    assert before[date(2026, 3, 31)] == (1200, 59)
    book.pay(loan, 300, FIRST_DUE)
    after = _months(book, loan)
    assert after[date(2026, 1, 31)] == before[date(2026, 1, 31)]
    assert after[date(2026, 3, 31)][1] == 31


def _months(book: LoanBook, loan: object) -> dict[date, tuple[Decimal, int]]:
    rows = book.rows(
        "select month, outstanding, days_past_due from loan_month_ends where loan_id = %s order by month",
        [loan.id],  # type: ignore[attr-defined]
    )
    return {row["month"]: (row["outstanding"], row["days_past_due"]) for row in rows}


def _same_books(book: LoanBook, first: object, second: object, renamed: dict[object, object]) -> None:
    """Hold two loans to one another: figures, months, and every net posting."""
    one, other = book.loan(first), book.loan(second)  # type: ignore[arg-type]
    for name in (*repository.FIGURES, "booked_to"):
        assert getattr(one, name) == getattr(other, name), name
    assert _months(book, first) == _months(book, second)
    payouts = {
        each.id: book.scalar("select id from loan_transactions where loan_id = %s and type = 'disbursement'", [each.id])
        for each in (one, other)
    }
    names = renamed | {payouts[one.id]: payouts[other.id]}
    wanted = {
        (kind, on, names.get(transaction, transaction), *rest): amount
        for (kind, on, transaction, *rest), amount in book.ledger(one).items()
    }
    assert book.ledger(other) == wanted


def _is_sound(book: LoanBook) -> None:
    with book.database.system() as tx:
        for name, query in {**LOAN_INVARIANTS, **LEDGER_INVARIANTS}.items():
            assert tx.all(query) == [], name


def test_terms_that_begin_too_long_ago_are_refused(book: LoanBook) -> None:
    with pytest.raises(TransactionInvalid, match="cannot begin"):
        book.open(loan_terms(start=date(1990, 1, 1)))


def test_a_loan_whose_payout_came_back_is_cancelled_unless_something_rests_on_it(book: LoanBook) -> None:
    lender = open_lender(book.database, book.organization)
    applications = [lender.decide(GOOD, f"A-{number}")["subject_id"] for number in range(3)]
    loans = [book.lend(application_id=UUID(str(each))) for each in applications[:2]]
    book.pay(loans[1], 10)

    def take_back(application_id: object) -> Loan | None:
        with book.database.transaction(book.organization.id) as tx:
            return take_back_payout(tx, UUID(str(application_id)), by="test", reason="The bank sent it back.")

    for _ in range(2):
        taken_back = take_back(applications[0])
        assert taken_back is not None
        assert taken_back.state is LoanState.CANCELLED
    with pytest.raises(PayoutUsed):
        take_back(applications[1])
    assert take_back(applications[2]) is None
    _is_sound(book)


def test_a_claim_is_not_given_up_before_more_of_it_is_paid_out(book: LoanBook) -> None:
    loan = book.open(loan_terms())
    for on in (START, date(2026, 2, 10)):
        book.move_to(on)
        book.record(loan, TransactionType.DISBURSEMENT, 600, on)
    book.move_to(date(2026, 3, 1))
    for kind in (TransactionType.CHARGE_OFF, TransactionType.WRITE_OFF):
        with pytest.raises(TransactionInvalid, match="paid out on 2026-02-10"):
            book.record(loan, kind, 0, date(2026, 2, 9))
    assert book.record(loan, TransactionType.CHARGE_OFF, 0, date(2026, 2, 10)).loan.state is LoanState.CHARGED_OFF
