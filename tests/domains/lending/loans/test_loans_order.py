"""Whatever the order in which things become known, and whoever else is at work: the same books, and nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.loans import START, LoanBook, loan_terms

from intendant.domains.lending.ledger.invariants import LEDGER_INVARIANTS
from intendant.domains.lending.loans import books, repository
from intendant.domains.lending.loans.invariants import LOAN_INVARIANTS
from intendant.domains.lending.loans.model import Loan, Recorded
from intendant.domains.lending.servicing.model import TransactionType
from intendant.domains.lending.terms import Penalty
from intendant.kit.errors import IntendantError

TODAY = date(2026, 5, 20)
EVENTS: list[tuple[str, TransactionType, object, date, dict[str, Any]]] = [
    ("a", TransactionType.REPAYMENT, 110, date(2026, 2, 1), {}),
    ("b", TransactionType.REPAYMENT, 40, date(2026, 2, 20), {}),
    ("c", TransactionType.REPAYMENT, 70, date(2026, 2, 20), {}),
    ("d", TransactionType.CHARGE, 15, date(2026, 3, 3), {"component": "fee", "name": "Visit"}),
    ("e", TransactionType.RATE_CHANGE, 0, date(2026, 3, 10), {"rate": "15"}),
    ("f", TransactionType.REPAYMENT, 300, date(2026, 4, 2), {}),
]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(EVENTS), booked=st.sampled_from([None, 30, 90]), wrong=st.booleans())
def test_transactions_give_the_same_books_in_whatever_order_they_become_known(
    book: LoanBook, order: list[Any], booked: int | None, wrong: bool
) -> None:
    book.move_to(TODAY)
    straight, shuffled = (book.lend(loan_terms(penalty=Penalty(Decimal(24), 5))) for _ in range(2))
    for name, kind, amount, on, parameters in EVENTS:
        book.record(straight, kind, amount, on, parameters=parameters, reference=f"{straight.id}{name}")
    if booked is not None:
        book.end_of_day(START + timedelta(days=booked))
    for name, kind, amount, on, parameters in order:
        book.record(shuffled, kind, amount, on, parameters=parameters, reference=f"{shuffled.id}{name}")
        if wrong:
            mistake = book.pay(shuffled, 5, on)
            book.reverse(shuffled, mistake.transaction_id)
    book.end_of_day(TODAY)
    one, other = book.loan(straight), book.loan(shuffled)
    for name in (*repository.FIGURES, "booked_to"):
        assert getattr(one, name) == getattr(other, name), name
    assert _named(book, one) == _named(book, other)
    _is_sound(book, other)


def _named(book: LoanBook, loan: Loan) -> dict[Any, Decimal]:
    """Return the ledger of a loan by kind, day and accounts: which of two payments of one day pays what is their order's affair."""
    found: dict[Any, Decimal] = {}
    for (kind, on, _, *accounts), amount in book.ledger(loan).items():
        key = (kind, on, *accounts)
        found[key] = found.get(key, Decimal(0)) + amount
    return found


def _is_sound(book: LoanBook, loan: Loan) -> None:
    """What is kept agrees with what a replay of the transactions gives."""
    with book.database.transaction(book.organization.id) as tx:
        replayed = books.full_book(tx, loan, loan.booked_to)
        kept = books.book_of(tx, loan.id, on=loan.booked_to)
    assert kept.instalments == replayed.instalments
    assert (kept.balance, kept.accrued, kept.credit) == (replayed.balance, replayed.accrued, replayed.credit)
    with book.database.system() as tx:
        for name, query in {**LOAN_INVARIANTS, **LEDGER_INVARIANTS}.items():
            assert tx.all(query) == [], name


def test_one_payment_sent_by_many_at_once_is_recorded_once(book: LoanBook) -> None:
    loans = [book.lend(), book.lend()]

    def pay(number: int) -> Recorded | IntendantError:
        try:
            return book.pay(loans[number % 2], 10, reference="bank-1")
        except IntendantError as error:
            return error

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(pay, range(12)))
    recorded = [each for each in results if isinstance(each, Recorded)]
    assert sum(not each.replayed for each in recorded) == 1
    assert {each.code for each in results if isinstance(each, IntendantError)} == {"transaction_reference_used"}
    assert sum(book.loan(each).transactions for each in loans) == 3


def test_payments_and_the_end_of_day_do_not_disturb_each_other(book: LoanBook) -> None:
    loans = [book.lend() for _ in range(6)]
    book.move_to(TODAY)
    with ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(book.pay, loan, 20 + number, date(2026, 3, 1 + number)) for number, loan in enumerate(loans)
        ]
        work += [pool.submit(book.end_of_day, TODAY, loans_per_part=2) for _ in range(2)]  # type: ignore[arg-type]
        for each in work:
            each.result()
    book.end_of_day(TODAY)
    for loan in loans:
        after = book.loan(loan)
        assert (after.booked_to, after.transactions) == (TODAY, 2)
        _is_sound(book, after)
