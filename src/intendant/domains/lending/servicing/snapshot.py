"""A book as text, so that the next day goes on from it instead of from the beginning. Without postings and allocations.

Going on from a snapshot gives the same book as replaying from the opening. Amounts are text, days are ISO dates; zeros and what
follows from the terms are left out.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.servicing.model import Instalment, LoanState, Owed
from intendant.domains.lending.servicing.state import ZERO, Book, BucketChange
from intendant.domains.lending.terms import LoanTerms

VERSION = 1

_AMOUNTS = (
    "rate",
    "disbursed",
    "balance",
    "credit",
    "provision",
    "arrears",
    "instalment",
    "balloon",
    "raw",
    "elapsed",
    "booked",
    "carried",
    "deferred",
    "spread_left",
    "spread_part",
    "planned_overdue",
)
_DAYS = ("on", "disbursed_on", "charged_off_on", "closed_on", "since", "paused_until")
_PLAIN = (
    "stage",
    "days_past_due",
    "bucket",
    "next",
    "open_from",
    "is_renewed",
    "is_touched",
    "is_stale",
    "provided_stage",
)
_day: Callable[[str], date] = date.fromisoformat


def dump_book(book: Book) -> str:
    """Write a book as compact JSON text."""
    written: dict[str, Any] = {"version": VERSION, "state": book.state.value}
    for name in _AMOUNTS:
        amount = getattr(book, name)
        if amount:
            written[name] = str(amount)
    for name in _DAYS:
        day = getattr(book, name)
        if day is not None:
            written[name] = day.isoformat()
    for name in _PLAIN:
        written[name] = getattr(book, name)
    written["period"] = _dump_period(book.period)
    written["rows"] = [_dump_row(row) for row in book.rows]
    if book.stated_periods is not None:
        written["periods"] = [_dump_period(each) for each in book.stated_periods]
    if book.history:
        written["history"] = [(each.on.isoformat(), each.bucket) for each in book.history]
    if book.penal:
        written["penal"] = [(number, due.isoformat(), str(raw)) for (number, due), raw in book.penal.items()]
    if book.late_fees:
        written["late_fees"] = [(number, due.isoformat()) for number, due in sorted(book.late_fees)]
    if book.skipped:
        written["skipped"] = [str(each) for each in book.skipped]
    return orjson.dumps(written).decode()


class BookUnreadable(Exception):  # noqa: N818 - a state, and answered by a replay
    """A book that was kept cannot be read: another version wrote it, or it is damaged. The loan is replayed instead."""


def load_book(terms: LoanTerms, text: str) -> Book:
    """Read a book that `dump_book` wrote, of a loan with these terms; raises BookUnreadable."""
    try:
        found = orjson.loads(text)
        if found["version"] != VERSION:
            raise BookUnreadable(f"A book of version {found['version']} is not read here.")
        return _load_book(terms, found)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as fault:
        raise BookUnreadable(f"The book is damaged: {type(fault).__name__}: {fault}") from fault


def _load_book(terms: LoanTerms, found: dict[str, Any]) -> Book:
    book = Book(terms=terms, on=_day(found["on"]), rate=ZERO, state=LoanState(found["state"]))
    for name in _AMOUNTS:
        setattr(book, name, Decimal(found.get(name, "0")))
    for name in _DAYS:
        if name in found:
            setattr(book, name, _day(found[name]))
    for name in _PLAIN:
        if type(found[name]) is not type(getattr(book, name)):
            raise TypeError(f"{name} is {found[name]!r}")
        setattr(book, name, found[name])
    book.period = _load_period(found["period"])
    book.rows = [_load_row(row) for row in found["rows"]]
    if "periods" in found:
        book.stated_periods = tuple(_load_period(each) for each in found["periods"])
    book.history = [BucketChange(_day(on), bucket) for on, bucket in found.get("history", ())]
    book.penal = {(number, _day(due)): Decimal(raw) for number, due, raw in found.get("penal", ())}
    book.late_fees = {(number, _day(due)) for number, due in found.get("late_fees", ())}
    book.skipped = [UUID(each) for each in found.get("skipped", ())]
    return book


def _dump_period(period: Period) -> list[Any]:
    months = None if period.months is None else str(period.months)
    return [period.number, period.begins.isoformat(), period.due.isoformat(), months]


def _load_period(found: list[Any]) -> Period:
    number, begins, due, months = found
    return Period(number, _day(begins), _day(due), None if months is None else Decimal(months))


def _dump_row(row: Instalment) -> list[Any]:
    return [
        row.number,
        row.begins.isoformat(),
        row.due.isoformat(),
        None if row.settled_on is None else row.settled_on.isoformat(),
        str(row.balance),
        _dump_owed(row.principal),
        _dump_owed(row.interest),
        _dump_owed(row.fee),
        _dump_owed(row.penalty),
    ]


def _load_row(found: list[Any]) -> Instalment:
    number, begins, due, settled, balance, principal, interest, fee, penalty = found
    return Instalment(
        number,
        _day(begins),
        _day(due),
        _load_owed(principal),
        _load_owed(interest),
        _load_owed(fee),
        _load_owed(penalty),
        Decimal(balance),
        None if settled is None else _day(settled),
    )


def _dump_owed(owed: Owed) -> Any:
    """Write nothing as 0, what is only due as its amount, else all four amounts."""
    if not (owed.paid or owed.waived or owed.written_off):
        return str(owed.due) if owed.due else 0
    return [str(owed.due), str(owed.paid), str(owed.waived), str(owed.written_off)]


def _load_owed(found: Any) -> Owed:
    if found == 0:
        return Owed()
    if isinstance(found, str):
        return Owed(Decimal(found))
    due, paid, waived, written_off = found
    return Owed(Decimal(due), Decimal(paid), Decimal(waived), Decimal(written_off))
