"""A loan's schedule before there is a loan: each instalment with its fees, the totals, and what the credit costs a year.

It is the book of a loan that does not exist yet, so what is shown is what would be booked. Money that is planned (tranches,
prepayments) and planned changes of the rate are transactions of that book; instalments are taken to be paid on their day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.schedules.apr import Flow, apr, effective_rate
from intendant.domains.lending.schedules.roots import RateNotFound
from intendant.domains.lending.schedules.terms_json import dump_terms
from intendant.domains.lending.servicing.book import (
    Book,
    TransactionRefused,
    TransactionUnfit,
    advance,
    apply,
    open_book,
    order,
)
from intendant.domains.lending.servicing.model import Transaction, TransactionType
from intendant.domains.lending.terms import LoanTerms, Method, TermsInvalid
from intendant.kit.errors import Invalid
from intendant.kit.money import minor_unit

ZERO = Decimal(0)
EVENTS_MAX = 500
EVENTS_BY_PERIODS_MAX = 60_000
"""Each event makes the plan of all instalments to come anew, so that their product is what a preview costs."""
YEARS_MAX = 60
"""How long after the first day an event may be planned; the book is carried there day by day."""


class PlannedEventInvalid(Invalid):
    """An event that a loan of these terms would not take; `field` names it by its kind and place."""

    code = "planned_event_invalid"


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """What is expected to happen: a tranche, a payment beyond the instalments, or a new rate. `field` is where it was named."""

    type: TransactionType
    on: date
    value: Decimal
    field: str


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One instalment, or (number 0) what is due or paid by itself on a day; `balance` is the principal outstanding after it."""

    number: int
    begins: date
    due: date
    principal: Decimal
    interest: Decimal
    fees: Decimal
    balance: Decimal

    @property
    def days(self) -> int:
        """Return the days of its period."""
        return (self.due - self.begins).days

    @property
    def total(self) -> Decimal:
        """Return what is due with it."""
        return self.principal + self.interest + self.fees


@dataclass(frozen=True, slots=True)
class Preview:
    """A schedule with what it costs; rates are percent a year.

    `instalment` is the equal instalment, or the equal part of principal, that the loan begins with. `disbursed` is all that is
    lent and `kept_back` what fees take of it. `apr` and `effective_rate` are None where no rate exists, such as where the fees
    leave nothing to pay out.
    """

    terms: LoanTerms
    instalment: Decimal
    disbursed: Decimal
    kept_back: Decimal
    lines: tuple[PreviewLine, ...]
    apr: Decimal | None
    effective_rate: Decimal | None


def preview(terms: LoanTerms, events: Sequence[PlannedEvent] = ()) -> Preview:
    """Return the schedule of a loan; without a planned disbursement it is paid out in full on its first day.

    Raises TermsInvalid for terms without a schedule, and PlannedEventInvalid for an event that the loan would not take.
    """
    book, advances, instalment = _carried(terms, _planned(terms, events))
    lines = tuple(
        PreviewLine(
            number=row.number,
            begins=row.begins,
            due=row.due,
            principal=row.principal.due,
            interest=row.interest.due,
            fees=row.fee.due + row.penalty.due,
            balance=row.balance,
        )
        for row in book.instalments
    )
    _require_an_end(terms, [each for each in lines if each.number])
    flows = [*advances, *(Flow(each.due, -each.total) for each in lines)]
    return Preview(
        terms=terms,
        instalment=instalment,
        disbursed=book.disbursed,
        kept_back=book.disbursed - sum((each.amount for each in advances), ZERO),
        lines=lines,
        apr=_rate(apr, flows, terms),
        effective_rate=_rate(effective_rate, flows, terms),
    )


def _planned(terms: LoanTerms, events: Sequence[PlannedEvent]) -> list[PlannedEvent]:
    if len(events) > EVENTS_MAX:
        raise PlannedEventInvalid(
            f"There are {len(events)} events.", field=events[-1].field, remedy=f"Plan at most {EVENTS_MAX}."
        )
    if len(events) * terms.periods > EVENTS_BY_PERIODS_MAX:
        raise PlannedEventInvalid(
            f"{len(events)} events in {terms.periods:,} instalments are too much to work out at once.",
            field=events[-1].field,
            remedy=f"Plan at most {EVENTS_BY_PERIODS_MAX // terms.periods} with so many instalments.",
        )
    latest = date(min(terms.start.year + YEARS_MAX, date.max.year), 1, 1)
    smallest = minor_unit(terms.currency)
    for each in events:
        if each.type is not TransactionType.RATE_CHANGE and each.value % smallest:
            raise PlannedEventInvalid(
                f"{each.value} {terms.currency} cannot be paid.",
                field=each.field,
                remedy=f"Give multiples of {smallest}.",
            )
        if not terms.start <= each.on < latest:
            raise PlannedEventInvalid(
                f"{each.on} is not within the loan.", field=each.field, remedy=f"Give a day from {terms.start} on."
            )
    if any(each.type is TransactionType.DISBURSEMENT for each in events):
        return list(events)
    return [PlannedEvent(TransactionType.DISBURSEMENT, terms.start, terms.amount, "amount"), *events]


def _carried(terms: LoanTerms, events: Iterable[PlannedEvent]) -> tuple[Book, list[Flow], Decimal]:
    """Return the book after the last event, what was paid out to the borrower, and the first instalment."""
    book = open_book(terms)
    advances: list[Flow] = []
    instalment = ZERO
    made = [(_transaction(number, each), each) for number, each in enumerate(events, start=1)]
    for transaction, event in sorted(made, key=lambda pair: order(pair[0])):
        while book.on < transaction.value_on:
            advance(book, date.fromordinal(book.on.toordinal() + 1))
            _pay_what_is_due(book)
        before = len(book.postings)
        try:
            apply(book, transaction)
        except (TransactionRefused, TransactionUnfit) as fault:
            raise PlannedEventInvalid(fault.message, field=event.field, remedy=fault.remedy) from None
        if transaction.type is TransactionType.DISBURSEMENT:
            paid_out = (each.amount for each in book.postings[before:] if each.kind == "disbursement")
            advances.append(Flow(book.on, sum(paid_out, ZERO)))
            instalment = instalment or book.instalment
        _pay_what_is_due(book)
    return book, advances, instalment


def _transaction(number: int, event: PlannedEvent) -> Transaction:
    is_rate = event.type is TransactionType.RATE_CHANGE
    return Transaction(
        id=UUID(int=number),
        sequence=number,
        type=event.type,
        value_on=event.on,
        amount=ZERO if is_rate else event.value,
        parameters={"rate": f"{event.value:f}"} if is_rate else {},
    )


def _pay_what_is_due(book: Book) -> None:
    """Pay every instalment on its day, as the plan counts on."""
    owed = sum((row.left for row in book.due_rows), ZERO)
    if owed > 0:
        paid = Transaction(UUID(int=0), 0, TransactionType.REPAYMENT, book.on, owed)
        apply(book, paid)


def _require_an_end(terms: LoanTerms, lines: Sequence[PreviewLine]) -> None:
    """Refuse a stated instalment that the interest eats up, so that the last one would be the loan itself."""
    if terms.fixed_instalment is None or terms.method is not Method.EQUAL_INSTALMENT or len(lines) < 2:
        return
    before_last = lines[terms.grace.principal : -1]
    if all(each.principal <= 0 for each in before_last) and lines[-1].principal > terms.fixed_instalment:
        raise TermsInvalid(
            f"An instalment of {terms.fixed_instalment} does not cover the interest.",
            field="fixed_instalment",
            remedy=f"Give more than {max(each.interest for each in lines[:-1])}.",
        )


def _rate(formula: Callable[..., Decimal], flows: Sequence[Flow], terms: LoanTerms) -> Decimal | None:
    try:
        return formula(flows, terms.every)
    except RateNotFound:
        return None


def dump_preview(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON values, amounts as text with the currency's digits."""
    terms, lines = found.terms, found.lines
    smallest = minor_unit(terms.currency)

    def money(amount: Decimal) -> str:
        return f"{amount.quantize(smallest):f}"

    def rate(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"

    return {
        "currency": terms.currency,
        "amount": money(terms.amount),
        "rate": f"{terms.rate:f}",
        "periods": sum(1 for each in lines if each.number),
        "start": terms.start.isoformat(),
        "maturity": lines[-1].due.isoformat(),
        "instalment": money(found.instalment),
        "disbursed": money(found.disbursed),
        "paid_out": money(found.disbursed - found.kept_back),
        "instalments": [
            {
                "number": each.number,
                "from": each.begins.isoformat(),
                "due": each.due.isoformat(),
                "days": each.days,
                "principal": money(each.principal),
                "interest": money(each.interest),
                "fees": money(each.fees),
                "total": money(each.total),
                "balance": money(each.balance),
            }
            for each in lines
        ],
        "totals": {
            "principal": money(sum((each.principal for each in lines), ZERO)),
            "interest": money(sum((each.interest for each in lines), ZERO)),
            "fees": money(sum((each.fees for each in lines), ZERO)),
            "kept_back": money(found.kept_back),
            "total": money(sum((each.total for each in lines), ZERO)),
        },
        "apr": rate(found.apr),
        "effective_rate": rate(found.effective_rate),
        "terms": dump_terms(terms),
    }
