"""What is true of every loan, whatever happens to it."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.lending.servicing.stories import accounts, terms_of

from intendant.domains.lending.schedules.calendar import periods
from intendant.domains.lending.servicing.book import (
    Book,
    TransactionRefused,
    TransactionUnfit,
    advance,
    apply,
    open_book,
    order,
    replay,
)
from intendant.domains.lending.servicing.model import Account, LoanState, Posting, Transaction, TransactionType
from intendant.domains.lending.servicing.payoff import payoff
from intendant.domains.lending.servicing.snapshot import dump_book, load_book
from intendant.domains.lending.servicing.summary import summarize
from intendant.domains.lending.terms import (
    Allocation,
    Base,
    BrokenPeriod,
    Component,
    DayCount,
    Every,
    Excess,
    Fee,
    FeeWhen,
    Grace,
    InterestBasis,
    LoanTerms,
    Method,
    Penalty,
    PeriodUnit,
    Portion,
    Provisioning,
)

START = date(2024, 1, 1)
LIFE_DAYS = 260
moderate = settings(max_examples=50, deadline=None)

seeds = st.integers(0, 2**32).map(Random)
"""Loans and their lives are drawn evenly, not near the simplest, so that much happens to each."""

FEES = (
    Fee("processing", FeeWhen.DISBURSEMENT, Portion(Decimal(1), Base.PRINCIPAL), deducted=True),
    Fee("opening", FeeWhen.DISBURSEMENT, Portion(Decimal(5))),
    Fee("service", FeeWhen.INSTALMENT, Portion(Decimal("0.50"))),
    Fee("late", FeeWhen.LATE, Portion(Decimal(3))),
)
KINDS = (
    *[TransactionType.REPAYMENT] * 8,
    *[TransactionType.DISBURSEMENT] * 2,
    *[TransactionType.CHARGE] * 2,
    *[TransactionType.WAIVER] * 2,
    *[TransactionType.RATE_CHANGE] * 2,
    *[TransactionType.RESTRUCTURE] * 2,
    TransactionType.PAUSE,
    TransactionType.REFUND,
    TransactionType.CHARGE_OFF,
    TransactionType.WRITE_OFF,
)


def loan(random: Random) -> LoanTerms:
    """Draw the terms of a loan."""
    is_late_first = random.random() < 0.3
    order_of_kinds = list(Component)
    random.shuffle(order_of_kinds)
    return terms_of(
        amount=Decimal(random.randint(50, 5_000)),
        rate=Decimal(random.randint(0, 4_000)) / random.choice([10, 100, 100]),
        periods=random.randint(2, 8),
        every=random.choice(
            [Every(1, PeriodUnit.MONTH), Every(2, PeriodUnit.WEEK), Every(15, PeriodUnit.DAY), Every(1, PeriodUnit.DAY)]
        ),
        first_due=START + timedelta(days=random.randint(20, 70)) if is_late_first else None,
        day_count=random.choice(list(DayCount)),
        method=random.choice([Method.EQUAL_INSTALMENT, *Method]),
        broken_period=random.choice(list(BrokenPeriod)),
        grace=random.choice([Grace(), Grace(), Grace(principal=1), Grace(interest=1), Grace(free=1)]),
        balloon=random.choice([None, None, Portion(Decimal(20), Base.PRINCIPAL)]),
        down_payment=random.choice([None, None, Portion(Decimal(10), Base.PRINCIPAL)]),
        fees=tuple(each for each in FEES if random.random() < 0.3),
        penalty=random.choice([Penalty(), Penalty(Decimal(20), 4), Penalty(Decimal(20), 2, from_due=True)]),
        allocation=Allocation(
            order=tuple(order_of_kinds),
            by_instalment=random.random() < 0.5,
            excess=random.choice(list(Excess)),
        ),
        basis=random.choice(list(InterestBasis)),
        close_tolerance=random.choice([Decimal(0), Decimal("0.50")]),
        provisioning=Provisioning(Decimal("0.1"), Decimal("0.4")),
    )


def parameters(random: Random, kind: TransactionType, on: date) -> dict[str, Any]:
    """Draw the parameters of a transaction."""
    match kind:
        case TransactionType.CHARGE:
            return {"component": random.choice(["fee", "penalty"]), "name": "by hand"}
        case TransactionType.WAIVER:
            return {"component": random.choice(list(Component)).value}
        case TransactionType.RATE_CHANGE:
            return {"rate": str(random.randint(0, 30))}
        case TransactionType.PAUSE:
            return {"until": (on + timedelta(days=random.randint(1, 40))).isoformat()}
        case TransactionType.RESTRUCTURE:
            return {
                "periods": random.choice([None, 2, 5]),
                "rate": random.choice([None, "3"]),
                "first_due": random.choice([None, (on + timedelta(days=random.randint(1, 40))).isoformat()]),
                "capitalize": random.random() < 0.5,
            }
    return {}


def amount_of(random: Random, book: Book, kind: TransactionType) -> Decimal:
    """Draw an amount: often what is due, or all, or near it."""
    if kind is TransactionType.DISBURSEMENT:
        return (book.terms.amount - book.disbursed) * random.choice([1, 1, Decimal("0.5")])
    if kind not in (TransactionType.REPAYMENT, TransactionType.REFUND, TransactionType.WAIVER, TransactionType.CHARGE):
        return Decimal(0)
    if kind is TransactionType.REFUND:
        return book.credit
    due = sum((row.left for row in book.due_rows), Decimal(0))
    coming = book.instalments[book.next].left if book.next < len(book.rows) else Decimal(0)
    some = Decimal(random.randint(1, 40_000)) / 100
    if kind is TransactionType.REPAYMENT:
        return max(
            Decimal("0.01"), random.choice([due, due, due, coming, due + coming, some, book.owed, book.owed + some])
        )
    return min(some, Decimal(10))


def history(random: Random) -> tuple[LoanTerms, list[Transaction]]:
    """Draw a loan and what happens to it; what the loan does not take is left out, so all of it could be stored."""
    terms = loan(random)
    book = open_book(terms)
    wanted = [(START + timedelta(days=random.choice([0, 0, 3, 40])), TransactionType.DISBURSEMENT)]
    dues = [row.due for row in periods(terms)]
    for _ in range(random.randint(0, 10)):
        on = random.choice([*dues, START + timedelta(days=random.randint(1, LIFE_DAYS))])
        wanted.append((min(on, START + timedelta(days=LIFE_DAYS)), random.choice(KINDS)))
    taken: list[Transaction] = []
    for number, (on, kind) in enumerate(sorted(wanted, key=lambda each: (each[0], RANKS[each[1]])), 1):
        advance(book, on)
        amount = amount_of(random, book, kind).quantize(Decimal("0.01"))
        each = Transaction(UUID(int=number), number, kind, on, amount, parameters(random, kind, on))
        before = deepcopy(book)
        try:
            apply(book, each)
            taken.append(each)
        except (TransactionRefused, TransactionUnfit):
            book = before
    return terms, taken


RANKS = {kind: order(Transaction(UUID(int=0), 0, kind, START))[1] for kind in TransactionType}
histories = seeds.map(history)


def nets(book: Book) -> dict[tuple[date, Account], Decimal]:
    """Return what each account moves by on each day."""
    found: dict[tuple[date, Account], Decimal] = {}
    for posting in book.postings:
        for account, amount in ((posting.debit, posting.amount), (posting.credit, -posting.amount)):
            key = (posting.value_on, account)
            found[key] = found.get(key, Decimal(0)) + amount
    return {key: amount for key, amount in found.items() if amount}


def look(book: Book) -> dict[str, Any]:
    """Return all that a book says of its loan, without the ids of transactions."""
    return {
        "summary": summarize(book),
        "instalments": [replace(each) for each in book.instalments],
        "accrued": book.accrued,
        "history": list(book.history),
        "nets": nets(book),
    }


def hold(book: Book) -> None:
    """Check what is true of every book at any time."""
    sums = accounts(book)
    in_books = book.charged_off_on is None and book.state is not LoanState.WRITTEN_OFF
    receivable = {Component.INTEREST: book.accrued, Component.FEE: Decimal(0), Component.PENALTY: Decimal(0)}
    rows = book.instalments
    for row in rows[: book.next]:
        for component in receivable:
            receivable[component] += row.of(component).left
    if in_books:
        assert sums.get(Account.PRINCIPAL, 0) == book.balance
        assert sums.get(Account.INTEREST_RECEIVABLE, 0) == receivable[Component.INTEREST]
        assert sums.get(Account.FEES_RECEIVABLE, 0) == receivable[Component.FEE]
        assert sums.get(Account.PENALTIES_RECEIVABLE, 0) == receivable[Component.PENALTY]
    else:
        assert not [sums[each] for each in (Account.PRINCIPAL, Account.INTEREST_RECEIVABLE) if each in sums]
    assert -sums.get(Account.LOSS_ALLOWANCE, 0) == book.provision
    assert -sums.get(Account.BORROWER_CREDIT, 0) == book.credit
    assert book.balance == sum((row.principal.left for row in rows), Decimal(0))
    assert [row.due for row in rows] == sorted(row.due for row in rows)
    for row in rows:
        for component in Component:
            owed = row.of(component)
            assert min(owed.due, owed.paid, owed.waived, owed.written_off, owed.left) >= 0, (row, component)
    for row in rows[: book.next]:
        assert row.due <= book.on or row.settled_on is not None
        assert (row.settled_on is None) == (row.left > 0)
    if book.state in (LoanState.CLOSED, LoanState.OVERPAID):
        assert book.owed == 0


@moderate
@given(histories)
def test_the_books_agree_with_what_is_owed_every_day(history: tuple[LoanTerms, list[Transaction]]) -> None:
    terms, transactions = history
    book = open_book(terms)
    for each in transactions:
        advance(book, each.value_on)
        hold(book)
        apply(book, each)
        hold(book)
    advance(book, START + timedelta(days=LIFE_DAYS))
    hold(book)


@moderate
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(history: tuple[LoanTerms, list[Transaction]], random: Any) -> None:
    terms, transactions = history
    until = START + timedelta(days=LIFE_DAYS)
    one_a_day = {
        (each.value_on, each.type): each for each in transactions if each.type is not TransactionType.REPAYMENT
    }
    kept = [each for each in transactions if each.type is TransactionType.REPAYMENT or each in one_a_day.values()]
    shuffled = list(kept)
    random.shuffle(shuffled)
    renumbered = [replace(each, sequence=number) for number, each in enumerate(shuffled)]
    assert look(replay(terms, renumbered, until)) == look(replay(terms, kept, until))


@moderate
@given(histories, st.data())
def test_splitting_a_payment_changes_nothing(history: tuple[LoanTerms, list[Transaction]], data: st.DataObject) -> None:
    terms, transactions = history
    until = START + timedelta(days=LIFE_DAYS)
    split: list[Transaction] = []
    for each in transactions:
        if each.type is TransactionType.REPAYMENT and each.amount > Decimal("0.01"):
            cents = int(each.amount * 100)
            part = Decimal(data.draw(st.integers(1, cents - 1))) / 100
            split.append(replace(each, amount=part))
            split.append(replace(each, amount=each.amount - part, id=UUID(int=each.id.int + 1_000)))
        else:
            split.append(each)
    assert look(replay(terms, split, until)) == look(replay(terms, transactions, until))


@moderate
@given(histories, st.integers(0, LIFE_DAYS))
def test_time_travel_agrees_with_history(history: tuple[LoanTerms, list[Transaction]], days: int) -> None:
    terms, transactions = history
    until = START + timedelta(days=days)
    book = open_book(terms)
    for each in transactions:
        if each.value_on > until:
            break
        advance(book, each.value_on)
        apply(book, each)
        look(book)  # Reading the plan on the way changes nothing.
    advance(book, until)
    assert look(book) == look(replay(terms, transactions, until))


@moderate
@given(histories, st.integers(0, LIFE_DAYS))
def test_going_on_from_a_snapshot_is_going_on(history: tuple[LoanTerms, list[Transaction]], days: int) -> None:
    terms, transactions = history
    cut = START + timedelta(days=days)
    book = replay(terms, transactions, cut)
    kept: list[Posting] = list(book.postings)
    loaded = load_book(terms, dump_book(book))
    assert dump_book(loaded) == dump_book(book)
    loaded.postings = kept
    for each in transactions:
        if each.value_on > cut:
            advance(loaded, each.value_on)
            apply(loaded, each)
    until = START + timedelta(days=LIFE_DAYS)
    advance(loaded, until)
    assert look(loaded) == look(replay(terms, transactions, until))


@moderate
@given(histories, st.integers(0, 60))
def test_paying_the_payoff_closes_the_loan(history: tuple[LoanTerms, list[Transaction]], days: int) -> None:
    terms, transactions = history
    last = max((each.value_on for each in transactions), default=START)
    book = replay(terms, transactions, last)
    on = last + timedelta(days=days)
    quote = payoff(book, on)
    advance(book, on)
    assert quote == payoff(book, on)
    if not book.is_open:
        return
    if quote.total:
        paid = Transaction(UUID(int=9_999), 9_999, TransactionType.REPAYMENT, on, quote.total)
        apply(book, paid)
        assert book.state is LoanState.CLOSED
    hold(book)


@moderate
@given(histories)
def test_without_one_of_its_transactions_a_loan_still_has_books(
    history: tuple[LoanTerms, list[Transaction]],
) -> None:
    terms, transactions = history
    until = START + timedelta(days=LIFE_DAYS)
    for wrong in transactions:
        rest = [each for each in transactions if each is not wrong]
        hold(replay(terms, rest, until))


@moderate
@given(seeds.map(loan))
def test_instalments_sum_to_principal_and_interest(terms: LoanTerms) -> None:
    paid_out = Transaction(UUID(int=1), 1, TransactionType.DISBURSEMENT, START, terms.amount)
    book = replay(terms, [paid_out], START)
    planned = sum((row.principal.due for row in book.instalments), Decimal(0))
    assert planned == terms.amount
    on = START
    number = 1
    transactions = [paid_out]
    for row in [*book.instalments]:
        number += 1
        on = row.due
        transactions.append(
            Transaction(UUID(int=number), number, TransactionType.REPAYMENT, on, row.left or Decimal(1))
        )
    if all(row.left for row in book.instalments):
        done = replay(terms, transactions, on)
        assert done.state is LoanState.CLOSED
        assert -accounts(done).get(Account.INTEREST_INCOME, 0) == sum(
            (row.interest.due for row in done.instalments), Decimal(0)
        )
