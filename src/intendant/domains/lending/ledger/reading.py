"""Reading the ledger: postings by filter, one posting with what caused it, and an account's statement with running balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from intendant.domains.lending.ledger.accounts import AccountInvalid, LedgerAccount, get_account
from intendant.domains.lending.ledger.balances import AccountKey, Turnover, turnovers
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid, NotFound

PAGE_MAX = 5_000
KIND_LENGTH_MAX = 40
_SHOWN = """
    select found.*, loans.reference as loan_reference, debited.name as debit_name, credited.name as credit_name,
      reversal.id as reversed_by
    from found
    join ledger_accounts debited on debited.organization_id = found.organization_id and debited.code = found.debit
    join ledger_accounts credited on credited.organization_id = found.organization_id and credited.code = found.credit
    left join loans on loans.organization_id = found.organization_id and loans.id = found.loan_id
    left join ledger_postings reversal
      on reversal.organization_id = found.organization_id and reversal.reverses = found.id
"""


class PostingUnknown(NotFound):
    """No such posting in this organisation's books."""

    code = "posting_unknown"


class PositionInvalid(Invalid):
    """`after` does not belong to this list."""

    code = "ledger_position_invalid"


@dataclass(frozen=True, slots=True)
class PostingFilter:
    """Which postings are wanted; None leaves a filter out. Days are those of booking, both included."""

    loan_id: UUID | None = None
    kind: str | None = None
    account: str | None = None
    currency: str | None = None
    since: date | None = None
    until: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """After which posting a page begins."""

    booked_on: date
    id: UUID

    def __str__(self) -> str:
        return f"{self.booked_on}_{self.id}"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A posting as one account sees it; `balance` is the running one, debit positive."""

    posting: Row
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """An account in one currency from a day to a day: balances, what moved, and a page of its postings, the oldest first."""

    account: LedgerAccount
    currency: str
    since: date
    until: date
    moved: Turnover
    lines: tuple[StatementLine, ...]
    next: str | None


def list_postings(
    tx: Transaction,
    by: Principal,
    wanted: PostingFilter,
    *,
    limit: int,
    after: Position | None = None,
    oldest_first: bool = False,
) -> list[Row]:
    """List postings by the day of booking, the newest first unless said otherwise; at most `PAGE_MAX`."""
    by.require(Permission.LEDGER_READ)
    order, beyond = ("asc", ">") if oldest_first else ("desc", "<")
    conditions = ["organization_id = %(organization)s"]
    for value, condition in (
        (wanted.kind, "kind = %(kind)s"),
        (wanted.account, "(debit = %(account)s or credit = %(account)s)"),
        (wanted.currency, "currency = %(currency)s"),
        (wanted.since, "booked_on >= %(since)s"),
        (wanted.until, "booked_on <= %(until)s"),
        (wanted.known_at, "recorded_at <= %(known_at)s"),
        (after, f"(booked_on, id) {beyond} (%(after_on)s, %(after_id)s)"),
    ):
        if value is not None:
            conditions.append(condition)
    source = "ledger_postings"
    if wanted.loan_id is not None:
        # A loan has few postings: all of them by their own index, rather than the whole ledger by day until some turn up.
        source = (
            "(select * from ledger_postings where organization_id = %(organization)s and loan_id = %(loan)s"
            " offset 0) as of_loan"
        )
    return tx.all(
        f"with found as materialized (select * from {source} where {' and '.join(conditions)}"  # noqa: S608 - constants
        f" order by booked_on {order}, id {order} limit %(limit)s) {_SHOWN}"
        f" order by found.booked_on {order}, found.id {order}",
        {
            "organization": tx.organization_id,
            "loan": wanted.loan_id,
            "kind": wanted.kind,
            "account": wanted.account,
            "currency": wanted.currency,
            "since": wanted.since,
            "until": wanted.until,
            "known_at": wanted.known_at,
            "after_on": None if after is None else after.booked_on,
            "after_id": None if after is None else after.id,
            "limit": min(limit, PAGE_MAX),
        },
    )


def get_posting(tx: Transaction, by: Principal, posting_id: UUID) -> tuple[Row, Row | None]:
    """Get a posting, and the transaction it follows from; None where it follows from time alone. Raises PostingUnknown."""
    by.require(Permission.LEDGER_READ)
    row = tx.find(
        "with found as materialized (select * from ledger_postings where organization_id = %s and id = %s)"  # noqa: S608
        f" {_SHOWN}",
        [tx.organization_id, posting_id],
    )
    if row is None:
        raise PostingUnknown("There is no such posting.", field="posting_id", remedy="List the postings to find it.")
    if row["transaction_id"] is None:
        return row, None
    cause = tx.find(
        "select id, type, value_on, amount, reference, reason, decision_id, recorded_by, recorded_at"
        " from loan_transactions where organization_id = %s and id = %s",
        [tx.organization_id, row["transaction_id"]],
    )
    return row, cause


def statement(
    tx: Transaction,
    by: Principal,
    code: str,
    *,
    currency: str,
    since: date,
    until: date,
    limit: int,
    after: str | None = None,
) -> Statement:
    """Return a page of an account's statement; `after` is the `next` of the page before.

    Raises AccountUnknown, AccountInvalid for a range that ends before it begins, and PositionInvalid.
    """
    if since > until:
        raise AccountInvalid(
            f"{since} is after {until}.", field="from", remedy="Give a range that begins before it ends."
        )
    account = get_account(tx, by, code)
    moved = turnovers(tx, on=until, since=since, account=code).get(AccountKey(code, currency), Turnover())
    position, balance = (None, moved.opening) if after is None else _read(after)
    wanted = PostingFilter(account=code, currency=currency, since=since, until=until)
    rows = list_postings(tx, by, wanted, limit=limit + 1, after=position, oldest_first=True)
    lines = _running(rows[:limit], code, balance)
    more = None
    if len(rows) > limit:
        last = lines[-1]
        more = f"{Position(last.posting['booked_on'], last.posting['id'])}_{last.balance}"
    return Statement(account, currency, since, until, moved, tuple(lines), more)


def _running(rows: Sequence[Row], code: str, balance: Decimal) -> list[StatementLine]:
    lines = []
    for row in rows:
        debit, credit = (row["amount"], Decimal(0)) if row["debit"] == code else (Decimal(0), row["amount"])
        balance += debit - credit
        lines.append(StatementLine(row, debit, credit, balance))
    return lines


def parse_position(text: str) -> Position:
    """Read where a list of postings goes on; raises PositionInvalid."""
    day, _, posting_id = text.partition("_")
    try:
        return Position(date.fromisoformat(day), UUID(posting_id))
    except ValueError as error:
        raise PositionInvalid(
            f"{text[:80]!r} is no position in this list.",
            field="after",
            remedy="Send back `next` of the page before exactly as it was given.",
        ) from error


def _read(text: str) -> tuple[Position, Decimal]:
    position, _, balance = text.rpartition("_")
    try:
        carried = Decimal(balance)
    except InvalidOperation:
        carried = Decimal("NaN")
    if not carried.is_finite():
        position = ""
    return parse_position(position), carried


def shown_lines(of: Statement) -> list[dict[str, Any]]:
    """Return a statement's lines with the account on the other side, as they are shown."""
    found = []
    for line in of.lines:
        row = line.posting
        other = "credit" if row["debit"] == of.account.code else "debit"
        found.append(
            row
            | {"debit": line.debit, "credit": line.credit, "balance": line.balance}
            | {"other_account": row[other], "other_name": row[f"{other}_name"]}
        )
    return found
