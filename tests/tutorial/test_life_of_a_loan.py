"""The worked example of `docs/explanation/the-life-of-a-loan.md` is computed here by the product: every figure it shows."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from intendant.domains.lending.servicing.book import Book, replay
from intendant.domains.lending.servicing.difference import Booked, Difference, difference, total
from intendant.domains.lending.servicing.model import Transaction, TransactionType
from intendant.domains.lending.servicing.payoff import payoff
from intendant.domains.lending.terms import Fee, FeeWhen, LoanTerms, Portion, Provisioning

TEXT = (Path(__file__).parents[2] / "docs/explanation/the-life-of-a-loan.md").read_text()
TERMS = LoanTerms(
    amount=Decimal(1200),
    currency="USD",
    rate=Decimal(18),
    periods=4,
    start=date(2026, 1, 15),
    fees=(Fee("Late payment", FeeWhen.LATE, Portion(Decimal(15))),),
    provisioning=Provisioning(pd=Decimal("0.08"), lgd=Decimal("0.6")),
)
INSTALMENT = Decimal("311.18")


def _paid(sequence: int, on: str, amount: Decimal = INSTALMENT) -> Transaction:
    kind = TransactionType.DISBURSEMENT if sequence == 1 else TransactionType.REPAYMENT
    return Transaction(UUID(int=sequence), sequence, kind, date.fromisoformat(on), amount)


PAID_OUT, FEBRUARY, APRIL = _paid(1, "2026-01-15", TERMS.amount), _paid(2, "2026-02-15"), _paid(3, "2026-04-15")
MARCH, MAY = _paid(4, "2026-03-15"), _paid(5, "2026-05-15")
FOUND_ON = date(2026, 4, 20)


def _known() -> Book:
    return replay(TERMS, [PAID_OUT, FEBRUARY, APRIL], FOUND_ON)


def _found() -> Book:
    return replay(TERMS, [PAID_OUT, FEBRUARY, APRIL, MARCH], FOUND_ON)


def _schedule(book: Book) -> Iterator[str]:
    yield "due         principal  interest    late   total    left"
    for row in book.instalments:
        figures = (row.principal.due, row.interest.due, row.penalty.due, row.total, row.left)
        shown = [f"{each:.2f}" for each in figures]
        yield f"{row.due}  {shown[0]:>9}  {shown[1]:>8}  {shown[2]:>6}  {shown[3]:>6}  {shown[4]:>6}"


def _figures(*books: Book) -> Iterator[str]:
    rows = {
        "principal outstanding": [book.balance for book in books],
        "interest since 15 April": [book.accrued for book in books],
        "overdue": [book.arrears for book in books],
        "days past due": [book.days_past_due for book in books],
        "loss allowance": [book.provision for book in books],
        "pays it off": [payoff(book, FOUND_ON).total for book in books],
    }
    yield f"{'':<24}{'as known':>9}{'as it was':>11}"
    for name, (known, found) in rows.items():
        show = "d" if isinstance(known, int) else ".2f"
        yield f"{name:<24}{known:>9{show}}{found:>11{show}}"


def _difference() -> Difference[tuple[object, ...]]:
    booked = [Booked(UUID(int=place), key, amount) for place, (key, amount) in enumerate(_postings(_known()))]
    return difference(dict(_postings(_found())), booked)


def _postings(book: Book) -> list[tuple[tuple[object, ...], Decimal]]:
    return list(total((posting.key, posting.amount) for posting in book.postings).items())


def _sums(moved: Iterable[tuple[tuple[object, ...], Decimal]]) -> dict[str, tuple[int, Decimal]]:
    sums: dict[str, tuple[int, Decimal]] = {}
    for key, amount in moved:
        count, before = sums.get(str(key[0]), (0, Decimal(0)))
        sums[str(key[0])] = (count + 1, before + amount)
    return sums


def _rebooked() -> Iterator[str]:
    found = _difference()
    reversed_ = _sums((each.key, each.amount) for each in found.reverse)
    booked = _sums(found.book)
    yield "            reversed          booked anew"
    for kind in ("accrual", "penalty", "repayment", "provision"):
        left, right = reversed_.get(kind, (0, Decimal(0))), booked.get(kind, (0, Decimal(0)))
        yield f"{kind:<10}{left[0]:>3}  {left[1]:>8.2f}    {right[0]:>3}  {right[1]:>8.2f}"


def _shows(lines: Iterable[str]) -> bool:
    return "\n".join(f"    {line}" for line in lines) in TEXT


def test_the_schedule_that_is_shown_is_the_one_that_is_booked() -> None:
    assert _shows(_schedule(replay(TERMS, [PAID_OUT], TERMS.start)))


def test_the_loan_that_is_shown_as_known_is_computed() -> None:
    assert _shows(_schedule(_known()))


def test_the_figures_before_and_after_are_computed() -> None:
    assert _shows(_figures(_known(), _found()))


def test_what_is_reversed_and_booked_anew_is_computed() -> None:
    assert _shows(_rebooked())
    assert re.search(rf"{_difference().kept} postings stay", TEXT)


def test_the_books_are_those_of_a_payment_that_came_in_time() -> None:
    in_time = [PAID_OUT, FEBRUARY, _paid(3, "2026-03-15"), _paid(4, "2026-04-15")]
    assert [(*each.key[:4], each.amount) for each in replay(TERMS, in_time, FOUND_ON).postings] == [
        (*each.key[:4], each.amount) for each in _found().postings
    ]


def test_the_last_payment_closes_the_loan() -> None:
    closed = replay(TERMS, [PAID_OUT, FEBRUARY, APRIL, MARCH, MAY], date(2026, 5, 15))
    assert (closed.state, closed.owed, closed.provision) == ("closed", 0, 0)
