"""Small loans computed by hand: what each kind of event does to instalments, books and state."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.domains.lending.servicing.stories import DISBURSEMENT, REPAYMENT, accounts, book_of, happens, table, terms_of

from intendant.domains.lending.schedules.plan import projection
from intendant.domains.lending.servicing.book import TransactionRefused, TransactionUnfit, advance, apply, open_book
from intendant.domains.lending.servicing.delinquency import bucket_of
from intendant.domains.lending.servicing.model import Account, LoanState, Transaction, TransactionType
from intendant.domains.lending.servicing.payoff import payoff
from intendant.domains.lending.servicing.summary import summarize
from intendant.domains.lending.terms import (
    Allocation,
    Base,
    BrokenPeriod,
    DayCount,
    Excess,
    Fee,
    FeeWhen,
    Grace,
    InterestBasis,
    LoanTerms,
    Method,
    Penalty,
    Portion,
    Provisioning,
)

TYPE = TransactionType
LENT = happens(DISBURSEMENT, "2024-01-01", 100)


def money(text: str) -> Decimal:
    return Decimal(text)


VARIED = [
    terms_of(),
    terms_of(method=Method.EQUAL_PRINCIPAL),
    terms_of(method=Method.INTEREST_ONLY),
    terms_of(balloon=Portion(Decimal(30), Base.PRINCIPAL)),
    terms_of(down_payment=Portion(Decimal(25), Base.PRINCIPAL)),
    terms_of(grace=Grace(principal=2)),
    terms_of(grace=Grace(interest=2)),
    terms_of(grace=Grace(free=2)),
    terms_of(fixed_instalment=Decimal(20), periods=12),
    *(terms_of(first_due=date(2024, 2, 11), broken_period=each) for each in BrokenPeriod),
    *(terms_of(day_count=each) for each in DayCount),
]


@pytest.mark.parametrize("terms", VARIED)
def test_what_is_booked_is_what_was_previewed(terms: LoanTerms) -> None:
    planned = [(str(line.interest), str(line.principal), str(line.balance)) for line in projection(terms).lines]
    book = book_of(terms, LENT)
    assert [tuple(map(money, row)) for row in table(book)] == [tuple(map(money, row)) for row in planned]


@pytest.mark.parametrize("terms", VARIED)
def test_who_pays_each_instalment_on_its_day_pays_what_was_previewed(terms: LoanTerms) -> None:
    planned = projection(terms)
    book = open_book(terms)
    apply(book, LENT)
    for row in book_of(terms, LENT).instalments:
        advance(book, row.due)
        due = sum((each.left for each in book.due_rows), Decimal(0))
        if due:
            apply(book, happens(REPAYMENT, row.due, due))
    assert book.state is LoanState.CLOSED
    paid = sum((line.interest for line in planned.lines), Decimal(0)) + planned.upfront
    assert -accounts(book).get(Account.INTEREST_INCOME, Decimal(0)) == paid


def test_a_payment_on_the_due_date_is_in_time_and_one_a_day_later_is_not() -> None:
    paid = happens(REPAYMENT, "2024-02-01", "17.01")
    assert book_of(terms_of(), LENT, paid, until="2024-02-02").days_past_due == 0
    late = book_of(terms_of(), LENT, until="2024-02-02")
    assert (late.days_past_due, late.bucket, late.arrears) == (1, 1, money("17.01"))


def test_who_pays_late_pays_interest_on_what_was_overdue() -> None:
    book = book_of(terms_of(), LENT, happens(REPAYMENT, "2024-02-15", "17.01"), until="2024-03-01")
    # 14 of 29 days on 100, then 15 on 83.57: 0.28 + 0.25.
    assert book.instalments[1].interest.due == money("0.53")
    by_schedule = book_of(terms_of(basis=InterestBasis.SCHEDULED), LENT, until="2024-03-01")
    assert by_schedule.instalments[1].interest.due == money("0.49")


def test_buckets_begin_on_their_days() -> None:
    assert [bucket_of(days) for days in (0, 1, 29, 30, 59, 60, 89, 90, 239, 240, 999)] == [
        0, 1, 1, 30, 30, 60, 60, 90, 210, 240, 240,
    ]  # fmt: skip
    book = book_of(terms_of(), LENT, happens(REPAYMENT, "2024-03-05", "17.01"), until="2024-03-10")
    assert [(each.on.isoformat(), each.bucket) for each in book.history] == [
        ("2024-02-02", 1),
        ("2024-03-02", 30),
        ("2024-03-05", 1),
    ]


@pytest.mark.parametrize(
    ("excess", "left", "credit"),
    [(Excess.HOLD, 6, "20.00"), (Excess.NEXT, 6, "0"), (Excess.SHORTEN, 5, "0"), (Excess.LOWER, 6, "0")],
)
def test_money_beyond_what_is_due_goes_where_the_terms_say(excess: Excess, left: int, credit: str) -> None:
    terms = terms_of(allocation=Allocation(excess=excess))
    book = book_of(terms, LENT, happens(REPAYMENT, "2024-02-01", "37.01"))
    assert sum(1 for row in book.instalments if row.number) == left
    assert book.credit == money(credit)
    assert book.balance == money("83.57") - (0 if excess is Excess.HOLD else 20)


def test_held_credit_pays_the_next_instalment_on_its_day() -> None:
    terms = terms_of(allocation=Allocation(excess=Excess.HOLD))
    book = book_of(terms, LENT, happens(REPAYMENT, "2024-01-10", 50), until="2024-02-01")
    assert book.credit == money("32.99")
    assert {each.kind for each in book.postings if each.debit is Account.BORROWER_CREDIT} == {"credit_used"}


def test_an_overpaid_loan_waits_for_its_refund() -> None:
    paid = happens(REPAYMENT, "2024-01-31", 200)
    book = book_of(terms_of(), LENT, paid)
    assert (book.state, book.balance, book.owed) == (LoanState.OVERPAID, 0, 0)
    refunded = book_of(terms_of(), LENT, paid, happens(TYPE.REFUND, "2024-02-02", book.credit))
    assert (refunded.state, refunded.closed_on) == (LoanState.CLOSED, date(2024, 2, 2))


def test_a_small_rest_is_waived_and_the_loan_closes() -> None:
    terms = terms_of(
        amount=Decimal(1_000_000), rate=Decimal("13.5"), periods=12, day_count=DayCount.ACT_365,
        close_tolerance=Decimal(100),
    )  # fmt: skip
    lent = happens(DISBURSEMENT, "2024-01-01", 1_000_000)
    quote = payoff(book_of(terms, lent), date(2024, 2, 1))
    paid = happens(REPAYMENT, "2024-02-01", quote.total - 50)
    assert book_of(terms, lent, paid).state is LoanState.ACTIVE
    book = book_of(terms, lent, paid, until="2024-02-02")
    assert (book.state, book.closed_on) == (LoanState.CLOSED, date(2024, 2, 1))
    assert accounts(book)[Account.WAIVER_EXPENSE] == 50


def test_penalty_is_what_is_overdue_by_rate_and_days_past_the_grace() -> None:
    terms = terms_of(
        amount=Decimal(1_000_000), rate=Decimal("13.5"), day_count=DayCount.ACT_365, penalty=Penalty(Decimal(25), 4)
    )
    book = book_of(terms, happens(DISBURSEMENT, "2024-01-01", 1_000_000), until="2024-03-02")
    row = book.instalments[0]
    # 30 days past due, 4 of them grace.
    wanted = (row.principal.due + row.interest.due) * 25 / (100 * 365) * (30 - 4)
    assert book.days_past_due == 30
    assert row.penalty.due == wanted.quantize(money("0.01"))
    from_due = book_of(
        replace(terms, penalty=Penalty(Decimal(25), 4, from_due=True)),
        happens(DISBURSEMENT, "2024-01-01", 1_000_000),
        until="2024-03-02",
    )
    assert from_due.instalments[0].penalty.due == (wanted / 26 * 30).quantize(money("0.01"))


def test_fees_are_kept_back_or_due_and_a_late_fee_comes_once() -> None:
    fees = (
        Fee("processing", FeeWhen.DISBURSEMENT, Portion(Decimal(2), Base.PRINCIPAL), deducted=True),
        Fee("opening", FeeWhen.DISBURSEMENT, Portion(Decimal(5))),
        Fee("service", FeeWhen.INSTALMENT, Portion(Decimal(1))),
        Fee("late", FeeWhen.LATE, Portion(Decimal(3))),
    )
    book = book_of(terms_of(fees=fees), LENT, until="2024-02-25")
    assert accounts(book)[Account.CASH] == -98
    opening, first = book.instalments[:2]
    assert (opening.number, opening.due, opening.fee.due) == (0, date(2024, 1, 1), 5)
    assert (first.fee.due, first.penalty.due) == (1, 3)


def test_a_written_off_loan_takes_recoveries_alone() -> None:
    lost = happens(TYPE.WRITE_OFF, "2024-05-10")
    book = book_of(terms_of(), LENT, lost, happens(REPAYMENT, "2024-06-10", 40))
    assert book.state is LoanState.WRITTEN_OFF
    sums = accounts(book)
    assert sums[Account.RECOVERY_INCOME] == -40
    assert Account.PRINCIPAL not in sums
    with pytest.raises(TransactionRefused, match="written off and takes no waiver"):
        apply(book, happens(TYPE.WAIVER, "2024-06-10", 1, component="interest"))


def test_a_charged_off_claim_is_still_collected() -> None:
    lost = happens(TYPE.CHARGE_OFF, "2024-05-10")
    book = book_of(terms_of(), LENT, lost, until="2024-06-01")
    claim = book.owed
    assert claim == book_of(terms_of(), LENT, lost).owed
    assert book.days_past_due == 121
    paid = book_of(terms_of(), LENT, lost, happens(REPAYMENT, "2024-06-10", claim))
    assert paid.state is LoanState.CLOSED
    assert accounts(paid)[Account.RECOVERY_INCOME] == -claim


def test_a_pause_bears_no_interest() -> None:
    book = book_of(terms_of(), LENT, happens(TYPE.PAUSE, "2024-01-11", until="2024-01-21"), until="2024-02-01")
    # 10 days and 11 days of 31, each rounded by itself: 0.19 + 0.21.
    assert book.instalments[0].interest.due == money("0.40")


def test_reaging_leaves_nothing_overdue() -> None:
    aged = happens(TYPE.RESTRUCTURE, "2024-04-10", periods=12, first_due="2024-05-10", capitalize=True)
    book = book_of(terms_of(), LENT, aged)
    assert (book.arrears, book.days_past_due) == (0, 0)
    coming = [row for row in book.instalments if row.due > book.on]
    assert (len(coming), coming[0].due, coming[-1].due) == (12, date(2024, 5, 10), date(2025, 4, 10))
    assert sum((row.principal.due for row in coming), Decimal(0)) == book.balance > 100


def test_provisions_follow_the_stages() -> None:
    terms = terms_of(provisioning=Provisioning(Decimal("0.1"), Decimal("0.5")), periods=36)
    first = book_of(terms, LENT, until="2024-02-01")
    assert (first.stage, first.provision) == (1, (first.owed * money("0.05")).quantize(money("0.01")))
    assert book_of(terms, LENT, until="2024-03-05").stage == 2
    third = book_of(terms, LENT, until="2024-05-01")
    assert third.stage == 3
    assert abs(third.provision - third.owed / 2) < 1
    closed = book_of(terms, LENT, happens(REPAYMENT, "2024-05-01", third.owed))
    assert (closed.provision, closed.state) == (0, LoanState.CLOSED)


def test_a_summary_says_what_is_next() -> None:
    found = summarize(book_of(terms_of(), LENT, until="2024-02-10"))
    assert (found.next_due_on, found.arrears, found.outstanding) == (date(2024, 3, 1), money("17.01"), 100)
    assert found.matures_on == date(2024, 7, 1)


@pytest.mark.parametrize(
    ("transaction", "field"),
    [
        (happens(DISBURSEMENT, "2024-02-10", 1), "amount"),
        (happens(TYPE.REFUND, "2024-02-10", 1), "amount"),
        (happens(TYPE.WAIVER, "2024-02-10", 1, component="fee"), "amount"),
        (happens(TYPE.WAIVER, "2024-02-10", 1, component="hope"), "parameters.component"),
        (happens(TYPE.CHARGE, "2024-02-10", 1, component="interest"), "parameters.component"),
        (happens(TYPE.RATE_CHANGE, "2024-02-10", rate="-1"), "parameters.rate"),
        (happens(TYPE.PAUSE, "2024-02-10", until="2024-02-10"), "parameters.until"),
        (happens(TYPE.RESTRUCTURE, "2024-02-10", periods=0), "parameters.periods"),
        (happens(TYPE.RESTRUCTURE, "2024-02-10", first_due="2024-02-10"), "parameters.first_due"),
        (happens(REPAYMENT, "2024-02-10", 0), "amount"),
        (happens(REPAYMENT, "2024-02-10", "-5"), "amount"),
        (happens(REPAYMENT, "2024-02-09", 5), "value_on"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type.value,
)
def test_what_a_loan_does_not_take_is_refused_with_its_field(transaction: Transaction, field: str) -> None:
    book = book_of(terms_of(), LENT, until="2024-02-10")
    with pytest.raises((TransactionRefused, TransactionUnfit)) as refused:
        apply(book, transaction)
    assert refused.value.field == field
    assert refused.value.remedy


def test_an_ended_loan_that_takes_no_refund_says_that_there_is_nothing_to_pay_back() -> None:
    paid = book_of(terms_of(), LENT, happens(REPAYMENT, "2024-01-02", "100.02"), until="2024-01-03")
    with pytest.raises(TransactionRefused) as refused:
        apply(paid, happens(TYPE.REFUND, "2024-01-03", 1))
    assert "no credit to pay back" in str(refused.value.remedy)


def test_nothing_comes_before_the_payout_and_nothing_after_the_end() -> None:
    book = open_book(terms_of())
    with pytest.raises(TransactionRefused, match="Nothing is paid out yet"):
        apply(book, happens(REPAYMENT, "2024-01-01", 10))
    paid = book_of(terms_of(), LENT, happens(REPAYMENT, "2024-01-02", "100.02"), until="2024-01-03")
    assert paid.state is LoanState.CLOSED
    with pytest.raises(TransactionRefused, match="closed and takes no repayment"):
        apply(paid, happens(REPAYMENT, "2024-01-03", 10))


@pytest.mark.parametrize(
    ("rest", "state", "credit"),
    [
        # The payment that was refunded was reversed: the borrower owes the refund.
        ([happens(TYPE.REFUND, "2024-02-02", 30)], LoanState.ACTIVE, "-30"),
        ([happens(TYPE.WAIVER, "2024-02-02", 30, component="interest")], LoanState.ACTIVE, "0"),
        ([happens(TYPE.RESTRUCTURE, "2024-02-02", periods="?")], LoanState.ACTIVE, "0"),
        ([happens(TYPE.RATE_CHANGE, "2024-02-02", rate="?")], LoanState.ACTIVE, "0"),
    ],
)
def test_what_was_stored_and_fits_no_more_still_has_its_books(rest: list[Any], state: LoanState, credit: str) -> None:
    book = book_of(terms_of(), LENT, *rest)
    assert (book.state, book.credit) == (state, money(credit))


def test_without_its_payout_a_loan_keeps_money_that_came_in() -> None:
    book = book_of(terms_of(), happens(REPAYMENT, "2024-02-02", 30))
    assert (book.state, book.credit, book.owed) == (LoanState.OVERPAID, 30, 0)
