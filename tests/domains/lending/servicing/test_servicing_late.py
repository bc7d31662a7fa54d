"""What becomes known late, after other things were recorded: loans that close in between and go on, and what interest must be."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.lending.servicing.stories import (
    DISBURSEMENT,
    REPAYMENT,
    accounts,
    book_of,
    happens,
    table,
    terms_of,
)
from tests.domains.lending.servicing.test_servicing_properties import (
    KINDS,
    LIFE_DAYS,
    START,
    amount_of,
    hold,
    loan,
    look,
    parameters,
)

from intendant.domains.lending.schedules.calendar import periods
from intendant.domains.lending.schedules.daycount import fraction
from intendant.domains.lending.servicing.book import (
    TransactionRefused,
    TransactionUnfit,
    advance,
    apply,
    open_book,
    order,
    replay,
)
from intendant.domains.lending.servicing.model import Account, LoanState, Transaction, TransactionType
from intendant.domains.lending.terms import (
    Allocation,
    BrokenPeriod,
    Component,
    Every,
    Excess,
    Grace,
    InterestBasis,
    LoanTerms,
    PeriodUnit,
)

TYPE = TransactionType
GIVEN_UP = (TYPE.CHARGE_OFF, TYPE.WRITE_OFF)
END = START + timedelta(days=LIFE_DAYS)
moderate = settings(max_examples=40, deadline=None)


def late_history(random: Random) -> tuple[LoanTerms, list[Transaction]]:
    """Draw a loan and what happens to it, known in any order; only what was fit to be recorded when it became known is kept."""
    terms = loan(random)
    first = START + timedelta(days=random.choice([0, 0, 3, 40]))
    known = [Transaction(UUID(int=1), 1, DISBURSEMENT, first, (terms.amount / 2).quantize(Decimal("0.01")))]
    dues = [row.due for row in periods(terms)]
    for number in range(2, random.randint(3, 12)):
        on = random.choice([*dues, known[-1].value_on, START + timedelta(days=random.randint(1, LIFE_DAYS))])
        on, kind = max(first, min(on, END)), random.choice(KINDS)
        book = replay(terms, known, on)
        amount = amount_of(random, book, kind).quantize(Decimal("0.01"))
        new = Transaction(UUID(int=number), number, kind, on, amount, parameters(random, kind, on))
        paid_out = [each.value_on for each in known if each.type is DISBURSEMENT]
        if (kind not in GIVEN_UP or max(paid_out) <= on) and _is_taken(terms, known, new):
            known.append(new)
        if len(known) > 2 and random.random() < 0.15:
            known.pop(random.randrange(1, len(known)))
    return terms, sorted(known, key=order)


def _is_taken(terms: LoanTerms, known: list[Transaction], new: Transaction) -> bool:
    book = open_book(terms)
    try:
        for each in sorted([*known, new], key=order):
            advance(book, each.value_on)
            apply(book, each, is_stored=each is not new)
    except (TransactionRefused, TransactionUnfit):
        return False
    return True


histories = st.integers(0, 2**32).map(Random).map(late_history)


@moderate
@given(histories)
def test_the_books_hold_each_day_whatever_became_known_late(history: tuple[LoanTerms, list[Transaction]]) -> None:
    terms, transactions = history
    book, waiting = open_book(terms), list(transactions)
    for _ in range(LIFE_DAYS):
        while waiting and waiting[0].value_on == book.on:
            apply(book, waiting.pop(0), is_stored=True)
            hold(book)
        advance(book, book.on + timedelta(days=1))
        hold(book)
        assert min(book.balance, book.owed) >= 0
    # Looking at it every day changed nothing.
    assert look(book) == look(replay(terms, transactions, book.on))


@moderate
@given(histories)
def test_interest_is_what_adding_up_each_night_gives(history: tuple[LoanTerms, list[Transaction]]) -> None:
    """No rounding in the slow sum; each stretch of equal balance and rate may differ by one unit of rounding."""
    terms, given_ = history
    terms = replace(terms, basis=InterestBasis.OUTSTANDING, broken_period=BrokenPeriod.FIRST, rate=Decimal(12))
    terms = replace(terms, grace=replace(terms.grace, free=0))
    transactions = [each for each in given_ if each.type not in (TYPE.PAUSE, TYPE.RATE_CHANGE, TYPE.RESTRUCTURE)]
    book, waiting, slow, stretches = open_book(terms), list(transactions), Decimal(0), 2
    for _ in range(LIFE_DAYS):
        while waiting and waiting[0].value_on == book.on:
            apply(book, waiting.pop(0), is_stored=True)
            stretches += 2
        period, night = book.period, book.on + timedelta(days=1)
        if book.state is LoanState.ACTIVE:
            slow += book.balance * book.rate / 100 * fraction(terms.day_count, period, book.on, night)
        advance(book, night)
        stretches += book.period != period
    booked = -accounts(book).get(Account.INTEREST_INCOME, Decimal(0))
    assert abs(booked - slow) <= Decimal("0.01") * stretches


def test_a_tranche_after_a_loan_was_closed_by_what_became_known_late_is_planned_from_its_day() -> None:
    terms = terms_of(
        amount=Decimal(200), rate=Decimal(12), allocation=replace(terms_of().allocation, excess=Excess.SHORTEN)
    )
    closed = book_of(
        terms, happens(DISBURSEMENT, "2024-01-01", 100), happens(REPAYMENT, "2024-01-11", 101), until="2024-03-11"
    )
    assert closed.state is LoanState.OVERPAID
    book = book_of(
        terms,
        happens(DISBURSEMENT, "2024-01-01", 100),
        happens(DISBURSEMENT, "2024-03-16", 100),
        happens(REPAYMENT, "2024-01-11", 101),
    )
    hold(book)
    # Sixteen of the 31 days of March, on 100 at 12 %.
    assert (book.period.number, table(book)[0][0], len(table(book))) == (3, "0.52", 4)


def test_instalments_paid_ahead_before_a_loan_closed_are_to_come_again_when_it_goes_on() -> None:
    terms = terms_of(
        amount=Decimal(200), rate=Decimal(0), allocation=replace(terms_of().allocation, excess=Excess.NEXT)
    )
    book = book_of(
        terms,
        happens(DISBURSEMENT, "2024-01-01", 100),
        happens(REPAYMENT, "2024-01-01", 100),
        happens(DISBURSEMENT, "2024-03-16", 60),
    )
    hold(book)
    numbers = [row.number for row in book.instalments if row.number]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert sum(row.left for row in book.instalments) == 60


def test_a_rate_change_after_the_last_instalment_gives_the_same_books_however_often_they_are_read() -> None:
    terms = terms_of(amount=Decimal(10_000), rate=Decimal(15), periods=1)
    lent = happens(DISBURSEMENT, "2024-01-01", 10_000)
    changed = happens(TYPE.RATE_CHANGE, "2024-02-02", rate="11")
    read = book_of(terms, lent, until="2024-02-02")
    look(read)
    apply(read, changed)
    assert look(read) == look(book_of(terms, lent, changed))


@pytest.mark.parametrize("broken_period", [BrokenPeriod.ADDED, BrokenPeriod.SPREAD])
def test_what_is_paid_ahead_within_a_broken_period_leaves_no_instalment_with_less_than_nothing(
    broken_period: BrokenPeriod,
) -> None:
    terms = terms_of(
        currency="KWD",
        amount=Decimal(27_502),
        rate=Decimal(400),
        periods=8,
        every=Every(1, PeriodUnit.DAY),
        first_due=date(2024, 3, 7),
        broken_period=broken_period,
        grace=Grace(interest=1),
        allocation=Allocation(
            order=(Component.FEE, Component.PRINCIPAL, Component.PENALTY, Component.INTEREST), excess=Excess.NEXT
        ),
    )
    lent = happens(DISBURSEMENT, "2024-01-01", 13_751)
    paid = happens(REPAYMENT, "2024-03-01", "11438.668")
    for day in range(1, 20):
        book = book_of(terms, lent, paid, until=f"2024-03-{day:02}")
        hold(book)
    day_row, first = book_of(terms, lent, paid).instalments[:2]
    # Interest of 60 days on its own, then the first instalment.
    assert (day_row.number, str(day_row.interest.paid), str(first.principal.paid)) == (0, "9167.333", "1805.927")
