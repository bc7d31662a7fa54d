"""Charges by hand, and what a lender lets go: waivers, pauses of interest, restructured terms."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from intendant.domains.lending.schedules import calendar
from intendant.domains.lending.schedules.calendar import Period
from intendant.domains.lending.servicing.accrual import enter, turn
from intendant.domains.lending.servicing.allocation import take_out
from intendant.domains.lending.servicing.model import Account, Restructure, Transaction
from intendant.domains.lending.servicing.projection import renew
from intendant.domains.lending.servicing.refusals import refuse, unfit
from intendant.domains.lending.servicing.state import RECEIVABLE, ZERO, Book
from intendant.domains.lending.terms import PERIODS_MAX, RATE_MAX, Component, PeriodUnit


def charge(book: Book, transaction: Transaction) -> None:
    """Charge a fee or a penalty, due today."""
    component = _component(transaction.parameters)
    if component not in (Component.FEE, Component.PENALTY):
        unfit("Only a fee or a penalty is charged.", "Choose fee or penalty.", field="parameters.component")
    book.day_row().of(component).due += transaction.amount
    income = Account.FEE_INCOME if component is Component.FEE else Account.PENALTY_INCOME
    book.post("charge", RECEIVABLE[component], income, transaction.amount, transaction_id=transaction.id)


def waive(book: Book, transaction: Transaction, *, is_stored: bool) -> None:
    """Let go of what is owed of one kind: what is due first, oldest first, then the interest to date or the principal to come.

    A stored waiver of more than is owed, since something before it was reversed, counts for what is owed.
    """
    component = _component(transaction.parameters)
    waivable = _owed_of(book, component)
    if transaction.amount > waivable and not is_stored:
        what = "penalties" if component is Component.PENALTY else component.value
        refuse(f"Of {what}, only {waivable} is owed.", f"Waive at most {waivable}.", field="amount")
    if component is Component.PRINCIPAL:
        turn(book)
    amount = left = min(transaction.amount, waivable)
    for row in book.due_rows:
        part = min(left, row.of(component).left)
        row.of(component).waived += part
        left -= part
        book.settle(row)
    if left:
        if component is Component.INTEREST:
            take_out(book, left)
        row = book.day_row()
        owed = row.of(component)
        if component is Component.PRINCIPAL:
            owed.due += left
        owed.waived += left
        book.settle(row)
    if component is Component.PRINCIPAL:
        book.balance -= amount
        book.is_stale = True
    if book.charged_off_on is None:
        book.post("waiver", Account.WAIVER_EXPENSE, RECEIVABLE[component], amount, transaction_id=transaction.id)


def pause(book: Book, transaction: Transaction) -> None:
    """Let no interest accrue from today to the day before `until`."""
    until = _day(transaction.parameters, "until")
    if until <= book.on:
        unfit(f"A pause from {book.on} until {until} is none.", "Give a later day.", field="parameters.until")
    turn(book)
    book.paused_until = until if book.paused_until is None else max(until, book.paused_until)
    book.since = max(book.since, book.paused_until)
    book.is_stale = True


def restructure(book: Book, transaction: Transaction) -> None:
    """Spread what is left anew: over other periods, at another rate, from another day, with or without what is overdue.

    Interest to this day goes into the first instalment of the new plan.
    """
    wanted = parse_restructure(transaction.parameters, book.on)
    turn(book)
    if wanted.capitalize:
        _capitalize(book, transaction)
    is_over = book.period.number > book.periods[-1].number
    if wanted.periods is not None or wanted.first_due is not None or is_over:
        _new_periods(book, wanted)
    if wanted.rate is not None:
        book.rate = wanted.rate
    renew(book, is_agreed=True)


def parse_restructure(parameters: Mapping[str, Any], on: date) -> Restructure:
    """Read the parameters of a restructure; raises TransactionUnfit."""
    periods = parameters.get("periods")
    if periods is not None and not (str(periods).isdecimal() and 1 <= int(periods) <= PERIODS_MAX):
        unfit(f"{periods} is no number of instalments.", f"Give 1 to {PERIODS_MAX}.", field="parameters.periods")
    rate = parse_rate(parameters) if parameters.get("rate") is not None else None
    first_due = _day(parameters, "first_due") if parameters.get("first_due") is not None else None
    if first_due is not None and first_due <= on:
        unfit("The next instalment would be due already.", "Give a later day.", field="parameters.first_due")
    return Restructure(
        int(periods) if periods is not None else None, rate, first_due, bool(parameters.get("capitalize"))
    )


def parse_rate(parameters: Mapping[str, Any]) -> Decimal:
    """Read a rate, percent a year; raises TransactionUnfit."""
    try:
        rate = Decimal(str(parameters.get("rate")))
    except InvalidOperation:
        rate = Decimal("NaN")
    if not (rate.is_finite() and 0 <= rate <= RATE_MAX):
        unfit(f"{rate} is no rate.", f"Give 0 to {RATE_MAX} percent a year.", field="parameters.rate")
    return rate


def _owed_of(book: Book, component: Component) -> Decimal:
    if component is Component.PRINCIPAL:
        return book.balance
    owed = sum((row.of(component).left for row in book.due_rows), ZERO)
    return owed + max(ZERO, book.accrued) if component is Component.INTEREST else owed


def _capitalize(book: Book, transaction: Transaction) -> None:
    """Add what is due and unpaid to the principal; it is owed no more where it was, and due with the new instalments."""
    for row in book.due_rows:
        for component in Component:
            owed = row.of(component)
            left = owed.left
            owed.due -= left
            if component is not Component.PRINCIPAL:
                book.balance += left
                book.post("capitalize", Account.PRINCIPAL, RECEIVABLE[component], left, transaction_id=transaction.id)
        book.settle(row)


def _new_periods(book: Book, wanted: Restructure) -> None:
    """Lay the periods to come anew. Numbers go on; what is prepaid of instalments to come stays with their numbers."""
    current = book.period
    past = tuple(each for each in book.periods if each.number < current.number)
    number = max(current.number, past[-1].number + 1 if past else 1)
    left = sum(1 for each in book.periods if each.number >= number)
    count = wanted.periods or max(1, left)
    every, day = book.terms.every, book.terms.due_day
    if wanted.first_due is None:
        first = replace(current, number=number) if current.number else book.periods[0]
        anchor, day = first.due, day or book.terms.start.day
    else:
        begins = book.on
        whole = every.unit is PeriodUnit.MONTH
        months = calendar.months_between(begins, wanted.first_due) if whole else None
        first = Period(number, begins, wanted.first_due, months)
        anchor = wanted.first_due
        book.carried += book.booked
        enter(book, first)
    later = []
    months = Decimal(every.count) if every.unit is PeriodUnit.MONTH else None
    due = anchor
    for offset in range(1, count):
        begins, due = due, calendar.after(anchor, every, offset, day_of_month=day)
        later.append(Period(number + offset, begins, due, months))
    book.stated_periods = (*past, first, *later)


def _component(parameters: Mapping[str, Any]) -> Component:
    found = parameters.get("component")
    if found not in list(Component):
        unfit(f"{found!r} is not owed.", f"Choose {', '.join(Component)}.", field="parameters.component")
    return Component(found)


def _day(parameters: Mapping[str, Any], name: str) -> date:
    given = parameters.get(name)
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        unfit(f"{given!r} is no day.", "Write it as 2026-01-31.", field=f"parameters.{name}")
