"""The rows of loans and their transactions: reading and writing them, one by one and in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from intendant.domains.lending.credit_terms import IndexRate
from intendant.domains.lending.loans.model import Loan
from intendant.domains.lending.schedules.terms_json import dump_terms, parse_terms
from intendant.domains.lending.servicing.model import LoanState, Transaction, TransactionType
from intendant.domains.lending.terms import parse_every
from intendant.kit.bulk import BulkInsert, BulkUpdate, to_json
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row
from intendant.kit.database import Transaction as DatabaseTransaction
from intendant.kit.errors import NotFound

TRANSACTIONS_MAX = 10_000
"""A loan takes no more transactions than this."""
LOANS_LOCKED_MAX = 5_000

_FIGURES = {
    "state": "text",
    "booked_to": "date",
    "book": "text",
    "principal": "numeric",
    "outstanding": "numeric",
    "owed": "numeric",
    "arrears": "numeric",
    "days_past_due": "integer",
    "bucket": "integer",
    "stage": "integer",
    "provision": "numeric",
    "next_due_on": "date",
    "next_due": "numeric",
    "disbursed_on": "date",
    "matures_on": "date",
    "closed_on": "date",
    "updated_at": "timestamptz",
}
FIGURES = tuple(name for name in _FIGURES if name not in ("booked_to", "book", "updated_at"))
"""What `servicing.summarize` says of a book."""

LOANS = BulkInsert(
    "loans",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "reference": "text",
        "application_id": "uuid",
        "decision_id": "uuid",
        "product": "text",
        "product_version": "integer",
        "borrower": "text",
        "currency": "text",
        "terms": "jsonb",
        "floating": "jsonb",
        "reset_on": "date",
        "version": "integer",
        "transactions": "integer",
        "created_at": "timestamptz",
        **_FIGURES,
    },
)
_STATED = {**_FIGURES, "version": "integer", "transactions": "integer", "reset_on": "date"}
_KEY = {"organization_id": "uuid", "id": "uuid"}
BOOKED = BulkUpdate("loans", _KEY, _STATED)
"""Loans that went on, which were locked before. Their version counts what was done about them, and the end of day is not."""
RESET = BulkUpdate("loans", _KEY, {"reset_on": "date"})
TRANSACTIONS = BulkInsert(
    "loan_transactions",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "loan_id": "uuid",
        "sequence": "integer",
        "type": "text",
        "value_on": "date",
        "amount": "numeric",
        "currency": "text",
        "parameters": "jsonb",
        "reference": "text",
        "reverses": "uuid",
        "reason": "text",
        "decision_id": "uuid",
        "recorded_by": "text",
        "recorded_at": "timestamptz",
    },
)
MONTH_ENDS = BulkInsert(
    "loan_month_ends",
    {
        "organization_id": "uuid",
        "loan_id": "uuid",
        "month": "date",
        "state": "text",
        "outstanding": "numeric",
        "arrears": "numeric",
        "days_past_due": "integer",
        "bucket": "integer",
        "provision": "numeric",
    },
    suffix="on conflict (organization_id, month, loan_id) do update set state = excluded.state,"
    " outstanding = excluded.outstanding, arrears = excluded.arrears, days_past_due = excluded.days_past_due,"
    " bucket = excluded.bucket, provision = excluded.provision",
)

_FROM_ROW = tuple(each.name for each in fields(Loan) if each.name not in ("terms", "floating", "state"))


class LoanUnknown(NotFound):
    """No such loan in this organisation."""

    code = "loan_unknown"


class TransactionUnknown(NotFound):
    """No such transaction in this organisation."""

    code = "transaction_unknown"


def loan_from_row(row: Row) -> Loan:
    """Build a loan from its row."""
    return Loan(
        **{name: row[name] for name in _FROM_ROW},
        terms=parse_terms(row["terms"]),
        floating=_floating(row["floating"]),
        state=LoanState(row["state"]),
    )


def loan_row(loan: Loan, organization_id: UUID) -> dict[str, Any]:
    """Return the row that stores a loan."""
    return {
        "organization_id": organization_id,
        **{name: getattr(loan, name) for name in _FROM_ROW},
        "state": loan.state.value,
        "currency": loan.terms.currency,
        "terms": orjson.Fragment(canonical_json(dump_terms(loan.terms))),
        "floating": _dump_floating(loan.floating),
    }


def _floating(body: Mapping[str, Any] | None) -> IndexRate | None:
    if body is None:
        return None
    cap = body["cap"]
    return IndexRate(
        index=body["index"],
        margin=Decimal(body["margin"]),
        floor=Decimal(body["floor"]),
        cap=None if cap is None else Decimal(cap),
        reset_every=parse_every(body["reset_every"]),
    )


def _dump_floating(floating: IndexRate | None) -> dict[str, object] | None:
    if floating is None:
        return None
    return {
        "index": floating.index,
        "margin": str(floating.margin),
        "floor": str(floating.floor),
        "cap": None if floating.cap is None else str(floating.cap),
        "reset_every": str(floating.reset_every),
    }


def get_loan(tx: DatabaseTransaction, loan_id: UUID, *, lock: bool = False) -> Loan:
    """Get a loan, locked against others until the transaction ends if asked; raises LoanUnknown."""
    row = tx.find(
        f"select * from loans where organization_id = %s and id = %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, loan_id],
    )
    if row is None:
        raise LoanUnknown("There is no such loan.", field="loan", remedy="List the loans to find it.")
    return loan_from_row(row)


def find_links(tx: DatabaseTransaction, loan: Loan) -> dict[str, Any]:
    """Find what a loan came from: the reference of its application and the offer that was accepted."""
    found = tx.find(
        "select a.reference as application_reference, (select o.id from offers o where o.organization_id = a.organization_id"
        " and o.application_id = a.id and o.state = 'accepted' limit 1) as offer_id"
        " from lending_applications a where a.organization_id = %s and a.id = %s",
        [tx.organization_id, loan.application_id],
    )
    return found or {"application_reference": None, "offer_id": None}


def find_loan_of(tx: DatabaseTransaction, application_id: UUID, *, lock: bool = False) -> Loan | None:
    """Find the loan of an application."""
    row = tx.find(
        f"select * from loans where organization_id = %s and application_id = %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, application_id],
    )
    return None if row is None else loan_from_row(row)


def lock_loans(tx: DatabaseTransaction, loan_ids: Iterable[UUID]) -> dict[UUID, Loan]:
    """Get loans and lock them in the order of their ids, so that nobody waits for each other in a circle."""
    rows = tx.all(
        "select * from loans where organization_id = %s and id = any(%s) order by id limit %s for update",
        [tx.organization_id, list(loan_ids), LOANS_LOCKED_MAX],
    )
    return {row["id"]: loan_from_row(row) for row in rows}


def find_numbers(tx: DatabaseTransaction, references: Iterable[str]) -> dict[str, UUID]:
    """Find the ids of loans by their numbers."""
    wanted = sorted(references)
    if not wanted:
        return {}
    rows = tx.all(
        "select reference, id from loans where organization_id = %s and reference = any(%s) limit %s",
        [tx.organization_id, wanted, len(wanted)],
    )
    return {row["reference"]: row["id"] for row in rows}


def find_by_reference(tx: DatabaseTransaction, references: Sequence[str]) -> dict[str, Row]:
    """Find the recorded transactions that have these references, which nobody else can record until this transaction ends."""
    if not references:
        return {}
    # Two at the same moment: the second waits here for the first's commit, then finds what it recorded. Loans are locked before.
    tx.execute(
        "select pg_advisory_xact_lock(hashtextextended(r, 0)) from unnest(%s::text[]) as r",
        [sorted({f"{tx.organization_id} loan {each}" for each in references})],
    )
    rows = tx.all(
        "select * from loan_transactions where organization_id = %s and reference = any(%s) limit %s",
        [tx.organization_id, list(references), max(len(references), 1)],
    )
    return {row["reference"]: row for row in rows}


def list_transactions(tx: DatabaseTransaction, loan_id: UUID, *, known_at: datetime | None = None) -> list[Row]:
    """List all that was recorded of a loan in the order in which it became known, until `known_at` (business time)."""
    return tx.all(
        "select * from loan_transactions where organization_id = %s and loan_id = %s"
        " and (%s::timestamptz is null or recorded_at <= %s) order by sequence limit %s",
        [tx.organization_id, loan_id, known_at, known_at, TRANSACTIONS_MAX],
    )


def list_transactions_of(tx: DatabaseTransaction, loan_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """List all that was recorded of several loans, as `list_transactions` does of one."""
    found: dict[UUID, list[Row]] = {}
    if loan_ids:
        rows = tx.all(
            "select * from loan_transactions where organization_id = %s and loan_id = any(%s) order by loan_id, sequence",
            [tx.organization_id, list(loan_ids)],
        )
        for row in rows:
            found.setdefault(row["loan_id"], []).append(row)
    return found


def get_transaction(tx: DatabaseTransaction, transaction_id: UUID) -> Row:
    """Get one recorded transaction; raises TransactionUnknown."""
    row = tx.find(
        "select * from loan_transactions where organization_id = %s and id = %s", [tx.organization_id, transaction_id]
    )
    if row is None:
        raise TransactionUnknown(
            "There is no such transaction.", field="transaction", remedy="List the loan's transactions."
        )
    return row


def standing(rows: Iterable[Row]) -> list[Transaction]:
    """Return what counts of recorded rows: neither reversals nor what they reverse."""
    rows = list(rows)
    reversed_ids = {row["reverses"] for row in rows}
    return [transaction_from_row(row) for row in rows if row["reverses"] is None and row["id"] not in reversed_ids]


def transaction_from_row(row: Mapping[str, Any]) -> Transaction:
    """Build a transaction from its row, which is no reversal."""
    return Transaction(
        id=row["id"],
        sequence=row["sequence"],
        type=TransactionType(row["type"]),
        value_on=row["value_on"],
        amount=row["amount"],
        parameters=row["parameters"],
    )


def forget_month_ends(tx: DatabaseTransaction, since: Sequence[tuple[UUID, date]]) -> None:
    """Delete the months' ends of loans, each from a day on, which have to be said anew."""
    if since:
        rows = [{"loan_id": loan_id, "since": day} for loan_id, day in since]
        tx.execute(
            "delete from loan_month_ends m using json_to_recordset(%s::json) as r(loan_id uuid, since date)"
            " where m.organization_id = %s and m.loan_id = r.loan_id and m.month >= r.since",
            [to_json(rows), tx.organization_id],
        )
