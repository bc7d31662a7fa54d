"""Booking: what loans want posted is inserted, and what was posted otherwise is reversed. Nothing is edited or deleted.

A posting is booked on its value day; where that lies in a closed period, on the first day that is open.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from intendant.domains.lending.ledger.accounts import codes, enter
from intendant.domains.lending.servicing.difference import Booked, difference, total
from intendant.domains.lending.servicing.model import Account, Posting
from intendant.kit import ids
from intendant.kit.bulk import ROWS_PER_STATEMENT_MAX, BulkInsert
from intendant.kit.database import Transaction

LOANS_PER_PART_MAX = 200
"""So many loans' postings are compared at once; what is held in memory is theirs."""

_POSTINGS = BulkInsert(
    "ledger_postings",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "loan_id": "uuid",
        "transaction_id": "uuid",
        "kind": "text",
        "value_on": "date",
        "booked_on": "date",
        "debit": "text",
        "credit": "text",
        "amount": "numeric(20, 4)",
        "currency": "text",
        "reverses": "uuid",
        "recorded_at": "timestamptz",
    },
)


@dataclass(frozen=True, slots=True)
class LoanPostings:
    """Postings of one loan: some that are new (`book`), or all that it should have (`rebook`)."""

    loan_id: UUID
    currency: str
    postings: Sequence[Posting]


@dataclass(frozen=True, slots=True)
class Rebooked:
    """How many postings stayed, were reversed, and were booked."""

    kept: int = 0
    reversed: int = 0
    booked: int = 0


class _Key(NamedTuple):
    """What identifies a posting, as it is stored."""

    loan_id: UUID
    currency: str
    kind: str
    value_on: date
    debit: str
    credit: str
    transaction_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Books:
    """What booking needs to know: the code of each purpose, and the first day that is open."""

    organization_id: UUID
    codes: dict[Account, str]
    open_from: date
    now: datetime

    def key(self, of: LoanPostings, posting: Posting) -> _Key:
        return _Key(
            of.loan_id,
            of.currency,
            posting.kind,
            posting.value_on,
            self.codes[posting.debit],
            self.codes[posting.credit],
            posting.transaction_id,
        )

    def row(self, key: _Key, amount: Decimal, *, reverses: UUID | None = None) -> dict[str, Any]:
        return {
            "organization_id": self.organization_id,
            "id": ids.new_id(),
            "loan_id": key.loan_id,
            "transaction_id": key.transaction_id,
            "kind": key.kind,
            "value_on": key.value_on,
            "booked_on": max(key.value_on, self.open_from),
            "debit": key.debit,
            "credit": key.credit,
            "amount": str(amount),
            "currency": key.currency,
            "reverses": reverses,
            "recorded_at": self.now,
        }


def book(tx: Transaction, of: Iterable[LoanPostings], *, now: datetime) -> int:
    """Book new postings of many loans; return how many rows were inserted. `now` is business time, as all record-keeping.

    Rows go in statements of `ROWS_PER_STATEMENT_MAX`, so `of` may be as long as it likes. Nothing is compared: what is booked
    twice stands twice, until `rebook` puts it right.
    """
    books = _open(tx, now)
    rows = (
        books.row(key, amount)
        for each in of
        for key, amount in total((books.key(each, posting), posting.amount) for posting in each.postings).items()
    )
    booked = 0
    while part := list(islice(rows, ROWS_PER_STATEMENT_MAX)):
        _POSTINGS.run(tx, part)
        booked += len(part)
    return booked


def rebook(tx: Transaction, of: Iterable[LoanPostings], *, now: datetime) -> Rebooked:
    """Make the books of these loans, each named once, say what `of` says in full; reverse what differs, book what is new.

    Twice is once. The caller holds the loans, so that nobody else books them meanwhile. `now` is business time.
    """
    books = _open(tx, now)
    done = Rebooked()
    rest = iter(of)
    while part := list(islice(rest, LOANS_PER_PART_MAX)):
        wanted = total((books.key(each, posting), posting.amount) for each in part for posting in each.postings)
        found = difference(wanted, _standing(tx, {each.loan_id for each in part}))
        rows = [
            books.row(each.key._replace(debit=each.key.credit, credit=each.key.debit), each.amount, reverses=each.id)
            for each in found.reverse
        ]
        rows += [books.row(key, amount) for key, amount in found.book]
        if rows:
            _POSTINGS.run(tx, rows)
        done = Rebooked(done.kept + found.kept, done.reversed + len(found.reverse), done.booked + len(found.book))
    return done


def _standing(tx: Transaction, loan_ids: Collection[UUID]) -> Iterator[Booked[_Key]]:
    # Loan by loan, so that no plan made before the table grew reads all of it.
    rows = tx.all(
        "select p.* from unnest(%(loans)s::uuid[]) as loans (id) cross join lateral ("
        "  select id, loan_id, currency, kind, value_on, debit, credit, transaction_id, amount from ledger_postings p"
        "  where organization_id = %(organization)s and loan_id = loans.id and reverses is null"
        "  and not exists (select from ledger_postings r"
        "   where r.organization_id = %(organization)s and r.reverses = p.id) offset 0) as p order by p.id",
        {"organization": tx.organization_id, "loans": list(loan_ids)},
    )
    for row in rows:
        yield Booked(row["id"], _Key(**{name: row[name] for name in _Key._fields}), row["amount"])


def _open(tx: Transaction, now: datetime) -> _Books:
    # Whoever closes a period waits for this transaction from here on, or this one for them, and then sees what they closed.
    enter(tx)
    return _Books(tx.organization_id, codes(tx, now=now), open_from(tx), now)


def open_from(tx: Transaction) -> date:
    """Return the first day that is open: the one after the last closed period."""
    closed_to = tx.scalar("select max(ends_on) from ledger_periods where organization_id = %s", [tx.organization_id])
    return date.min if closed_to is None else closed_to + timedelta(days=1)
