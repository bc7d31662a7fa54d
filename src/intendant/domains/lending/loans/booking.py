"""Booking many loans up to a day: one part of them in one transaction, safe to be killed and to be done twice.

`booked_to` of each loan says how far it is, so what is done is not done again. A loan that cannot be booked is set aside with an
alert that names it, and does not keep the others waiting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID

import psycopg
import structlog

from intendant.domains.lending.ledger.postings import LoanPostings, book
from intendant.domains.lending.loans import books, events, repository
from intendant.domains.lending.loans.index_rates import Rates, next_reset, read_rates
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.servicing.model import LoanState, TransactionType
from intendant.kernel import alerts
from intendant.kernel.events import emit
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Database, Row
from intendant.kit.database import Transaction as DatabaseTransaction

LOANS_PER_PART = 500
PARTS_MAX = 100_000
BY = "system:end-of-day"
RESETS_MAX = 400
"""No loan has its rate set more often than this in one part."""

log = structlog.get_logger(__name__)

_OPEN = "organization_id = %(organization)s and state in ('active', 'overpaid', 'charged_off') and booked_to < %(to)s"


@dataclass(slots=True)
class Part:
    """What came of a part: how many loans were booked, and which could not be."""

    booked: int = 0
    set_aside: list[UUID] = field(default_factory=list)


def list_parts(
    tx: DatabaseTransaction, to: date, *, loans_per_part: int = LOANS_PER_PART
) -> list[tuple[UUID, UUID | None]]:
    """Cut the loans that are not booked to a day yet into parts: the first id of each, and that of the next (None at the end)."""
    rows = tx.all(
        "select id from (select id, row_number() over (order by id) - 1 as place from loans"  # noqa: S608 - a constant
        f" where {_OPEN}) l where place %% %(size)s = 0 order by id limit %(limit)s",
        {"organization": tx.organization_id, "to": to, "size": loans_per_part, "limit": PARTS_MAX},
    )
    first = [row["id"] for row in rows]
    return list(zip_longest(first, first[1:]))


def find_behind(tx: DatabaseTransaction, to: date) -> tuple[int, date | None]:
    """Count the loans that are not booked to a day yet, and find the day up to which the one furthest behind is; None for none."""
    (row,) = tx.all(
        f"select count(*) as behind, min(booked_to) as oldest from loans where {_OPEN}",  # noqa: S608 - a constant
        {"organization": tx.organization_id, "to": to},
    )
    return row["behind"], row["oldest"]


def book_part(
    database: Database, organization_id: UUID, to: date, first: UUID, end: UUID | None, skip: Sequence[UUID] = ()
) -> Part:
    """Book the loans of a part up to a day but those to `skip`; where the database refuses one, it is found by halving and set aside."""
    try:
        with database.transaction(organization_id) as tx:
            return _book_rows(tx, _read(tx, to, first, end, skip), to)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        with database.transaction(organization_id) as tx:
            rows = _read(tx, to, first, end, skip)
            if len(rows) <= 1:
                for row in rows:
                    _set_aside(tx, row, error, to)
                return Part(set_aside=[row["id"] for row in rows])
        middle = rows[len(rows) // 2]["id"]
        lower = book_part(database, organization_id, to, first, middle, skip)
        upper = book_part(database, organization_id, to, middle, end, skip)
        return Part(lower.booked + upper.booked, lower.set_aside + upper.set_aside)


def _read(tx: DatabaseTransaction, to: date, first: UUID, end: UUID | None, skip: Sequence[UUID]) -> list[Row]:
    return tx.all(
        f"select * from loans where {_OPEN} and id >= %(first)s and (%(end)s::uuid is null or id < %(end)s)"  # noqa: S608 - a constant
        " and id <> all(%(skip)s::uuid[]) order by id limit %(limit)s for update",
        {
            "organization": tx.organization_id,
            "to": to,
            "first": first,
            "end": end,
            "skip": list(skip),
            "limit": repository.LOANS_LOCKED_MAX,
        },
    )


@dataclass(slots=True)
class _Booked:
    """What a part writes."""

    loans: list[dict[str, Any]] = field(default_factory=list)
    postings: list[LoanPostings] = field(default_factory=list)
    month_ends: list[dict[str, Any]] = field(default_factory=list)
    transactions: list[dict[str, Any]] = field(default_factory=list)
    resets: list[tuple[Loan, dict[str, Any]]] = field(default_factory=list)
    moved: list[tuple[LoanState, Loan]] = field(default_factory=list)


def _book_rows(tx: DatabaseTransaction, rows: Sequence[Row], to: date) -> Part:
    if not rows:
        return Part()
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    business = organization.clock.at(now)
    rates = read_rates(tx, sorted({row["floating"]["index"] for row in rows if row["floating"] is not None}))
    done, part = _Booked(), Part()
    for row in rows:
        try:
            _book_one(tx, done, organization, row, to, rates, business)
        except Exception as error:
            # One loan's fault must not leave the others' books behind; the alert says which it is and why.
            log.exception("a loan could not be booked", loan=str(row["id"]))
            _set_aside(tx, row, error, to)
            part.set_aside.append(row["id"])
    _write(tx, organization, done, now)
    part.booked = len(done.loans)
    return part


def _book_one(
    tx: DatabaseTransaction,
    done: _Booked,
    organization: Organization,
    row: Row,
    to: date,
    rates: Rates,
    business: datetime,
) -> None:
    loan = repository.loan_from_row(row)
    fold = books.go_on(loan, lambda: repository.standing(repository.list_transactions(tx, loan.id)))
    transactions, reset_on = _set_rates(organization, loan, fold, to, rates, business)
    fold.advance(to)
    stated = books.figures(fold.book, business)
    count = len(transactions)
    stored = {
        "organization_id": organization.id,
        "id": loan.id,
        **stated,
        "version": loan.version + count,
        "transactions": loan.transactions + count,
        "reset_on": reset_on,
    }
    # Nothing is kept of a loan unless all of it could be made.
    after = replace(loan, state=LoanState(stated["state"]), version=stored["version"])
    done.loans.append(stored)
    done.postings.append(LoanPostings(loan.id, loan.terms.currency, tuple(fold.book.postings)))
    done.month_ends += books.stored_month_ends(organization.id, loan.id, fold.month_ends)
    done.transactions += transactions
    done.resets += [(after, each) for each in transactions]
    if after.state is not loan.state:
        done.moved.append((loan.state, after))


def _set_rates(
    organization: Organization, loan: Loan, fold: books.Fold, to: date, rates: Rates, business: datetime
) -> tuple[list[dict[str, Any]], date | None]:
    """Set a floating rate anew on each of its days before `to`; return the transactions, and the next of those days."""
    floating, reset_on = loan.floating, loan.reset_on
    transactions: list[dict[str, Any]] = []
    if floating is None or loan.state is not LoanState.ACTIVE:
        return transactions, reset_on
    while reset_on is not None and loan.booked_to <= reset_on <= to and len(transactions) < RESETS_MAX:
        index_rate = rates.at(floating.index, reset_on)
        if index_rate is None:
            break
        fold.advance(reset_on)
        rate = floating.rate_at(index_rate)
        if rate != fold.book.rate:
            row = _rate_change(organization, loan, reset_on, rate, len(transactions) + 1, business)
            fold.apply(repository.transaction_from_row(row))
            transactions.append(row)
        reset_on = next_reset(loan.terms.start, floating.reset_every, reset_on)
    return transactions, reset_on


def _rate_change(
    organization: Organization, loan: Loan, on: date, rate: Decimal, offset: int, business: datetime
) -> dict[str, Any]:
    assert loan.floating is not None  # noqa: S101 - checked by the caller
    return {
        "organization_id": organization.id,
        "id": ids.new_id(),
        "loan_id": loan.id,
        "sequence": loan.transactions + offset,
        "type": TransactionType.RATE_CHANGE.value,
        "value_on": on,
        "amount": Decimal(0),
        "currency": loan.terms.currency,
        "parameters": {"rate": str(rate)},
        "reference": None,
        "reverses": None,
        "reason": f"Set anew by {loan.floating.index}.",
        "decision_id": None,
        "recorded_by": BY,
        "recorded_at": business,
    }


def _write(tx: DatabaseTransaction, organization: Organization, done: _Booked, now: datetime) -> None:
    if done.transactions:
        repository.TRANSACTIONS.run(tx, done.transactions)
    book(tx, done.postings, now=organization.clock.at(now))
    repository.BOOKED.run(tx, done.loans)
    if done.month_ends:
        repository.MONTH_ENDS.run(tx, done.month_ends)
    told = [
        event for loan, row in done.resets for event in events.recorded(organization, loan.state, loan, row, now=now)
    ]
    told += [event for before, loan in done.moved for event in events.moved(organization, before, loan, by=BY, now=now)]
    emit(tx, told)
    causes = [_cause(row["id"]) for row in done.loans]
    by = alerts.By(BY, organization.clock.at(now), now)
    alerts.resolve_causes(tx, causes, note="The loan is booked again.", by=by)


def _cause(loan_id: UUID) -> str:
    return f"lending.end_of_day:{loan_id}"


def _set_aside(tx: DatabaseTransaction, row: Row, error: Exception, to: date) -> None:
    organization = get_organization(tx, tx.organization_id)
    alert = alerts.Alert(
        organization_id=tx.organization_id,
        kind="anomaly",
        severity="high",
        cause=_cause(row["id"]),
        title=f"The loan {row['reference']} could not be booked; its books stand at {row['booked_to']}",
        at=organization.clock.now(),
        subject_id=row["id"],
        detail={"loan": row["reference"], "to": to.isoformat(), "error": f"{type(error).__name__}: {error}"[:1_000]},
    )
    alerts.raise_alerts(tx, [alert])
