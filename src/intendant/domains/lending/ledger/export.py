"""Exports of the ledger in pieces: as a table (CSV) or as a journal, by posting or summed up by day and account.

Each piece has a transaction of its own, so that a slow reader holds none; what is recorded after the request is left out, so that
the pieces fit together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Literal

from intendant.domains.lending.ledger import journal
from intendant.domains.lending.ledger.accounts import LedgerAccount, list_accounts
from intendant.domains.lending.ledger.balances import AccountKey, turnovers
from intendant.domains.lending.ledger.reading import Position, PostingFilter, list_postings
from intendant.kernel import audit
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Database, Row, Transaction
from intendant.kit.errors import Invalid
from intendant.kit.spreadsheet import encode_lines

DAYS_MAX = 1_100
"""Three years, and some days."""
ROWS_MAX = 1_000_000
ROWS_PER_PIECE = 2_000
POSTING_COLUMNS = (
    "booked_on",
    "value_on",
    "kind",
    "debit",
    "debit_name",
    "credit",
    "credit_name",
    "amount",
    "currency",
    "loan_reference",
    "loan_id",
    "transaction_id",
    "id",
    "reverses",
    "recorded_at",
)
DAY_COLUMNS = ("booked_on", "account", "name", "type", "currency", "debit", "credit")
Form = Literal["csv", "journal"]


class ExportTooLarge(Invalid):
    """The range holds more than one export may."""

    code = "export_too_large"


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: the title and the chart as they were when it was asked for. `by_day` sums up.

    `openings` are the balances before the first day, where they were asked for; a table has none.
    """

    form: Form
    by_day: bool
    title: str
    since: date
    until: date
    known_at: datetime
    accounts: Mapping[str, LedgerAccount]
    currencies: tuple[str, ...]
    openings: Mapping[AccountKey, Decimal]


def begin_export(
    tx: Transaction, by: Principal, form: Form, *, by_day: bool, since: date, until: date, opening: bool = False
) -> Export:
    """Check what is asked for and put it on record; raises ExportTooLarge."""
    by.require(Permission.LEDGER_READ)
    if not 0 <= (until - since).days < DAYS_MAX:
        raise ExportTooLarge(
            f"{since} to {until} is no range to export.", field="from", remedy=f"Ask for 1 to {DAYS_MAX:,} days."
        )
    organization = get_organization(tx, tx.organization_id)
    if not by_day and _count(tx, since, until) > ROWS_MAX:
        raise ExportTooLarge(
            f"There are more than {ROWS_MAX:,} postings from {since} to {until}.",
            field="from",
            remedy="Ask for fewer days at once, or for grouped=day.",
        )
    now = clock.system_now()
    known_at = organization.clock.at(now)
    act = audit.Act(
        tx.organization_id, by.label, "ledger.postings.exported", f"{since}..{until}", now, detail={"form": form}
    )
    audit.append(tx, [act])
    openings: dict[AccountKey, Decimal] = {}
    if opening:
        moved = turnovers(tx, on=since, since=since, known_at=known_at)
        openings = {key: each.opening for key, each in sorted(moved.items()) if each.opening}
    currencies = tx.all(
        "select distinct currency from ledger_postings where organization_id = %s and booked_on between %s and %s"
        " order by currency limit 200",
        [tx.organization_id, since, until],
    )
    return Export(
        form,
        by_day,
        f"Journal of {organization.name}",
        since,
        until,
        known_at,
        {each.code: each for each in list_accounts(tx, by, now=known_at)},
        tuple(sorted({row["currency"] for row in currencies} | {key.currency for key in openings})),
        openings,
    )


def pieces(database: Database, by: Principal, of: Export, *, rows_per_piece: int = ROWS_PER_PIECE) -> Iterator[bytes]:
    """Write an export, piece by piece."""
    if of.form == "csv":
        yield encode_lines([DAY_COLUMNS if of.by_day else POSTING_COLUMNS])
    else:
        head = journal.write_head(of.title, of.since, of.until, of.known_at, of.accounts.values(), of.currencies)
        yield (head + "".join(_openings(of))).encode()
    if of.by_day:
        yield from _days(database, by, of)
    else:
        yield from _postings(database, by, of, rows_per_piece)


def _postings(database: Database, by: Principal, of: Export, rows_per_piece: int) -> Iterator[bytes]:
    names = {code: journal.write_account(each) for code, each in of.accounts.items()}
    wanted = PostingFilter(since=of.since, until=of.until, known_at=of.known_at)
    after, left = None, ROWS_MAX
    while left > 0:
        with database.transaction(by.organization_id) as tx:
            rows = list_postings(tx, by, wanted, limit=min(rows_per_piece, left), after=after, oldest_first=True)
        if not rows:
            return
        if of.form == "csv":
            yield encode_lines([row[name] for name in POSTING_COLUMNS] for row in rows)
        else:
            yield "".join(journal.write_posting(row, names) for row in rows).encode()
        after, left = Position(rows[-1]["booked_on"], rows[-1]["id"]), left - len(rows)


def _openings(of: Export) -> Iterator[str]:
    for currency, keys in groupby(sorted(of.openings, key=lambda key: key.currency), key=lambda key: key.currency):
        balances = [(journal.write_account(of.accounts[key.code]), of.openings[key]) for key in keys]
        yield journal.write_opening(of.since, currency, balances)


def _days(database: Database, by: Principal, of: Export) -> Iterator[bytes]:
    # At most a row for each day, currency and pair of accounts that post to each other: few, whatever the number of postings.
    with database.transaction(by.organization_id) as tx:
        rows = tx.all(
            "with moved as materialized (select booked_on, currency, debit, credit, sum(amount) as amount"
            "  from ledger_postings where organization_id = %s and booked_on between %s and %s and recorded_at <= %s"
            "  group by booked_on, currency, debit, credit),"
            " sides as (select booked_on, currency, debit as account, amount as debit, 0 as credit from moved"
            "  union all select booked_on, currency, credit, 0, amount from moved)"
            " select booked_on, currency, account, sum(debit) as debit, sum(credit) as credit from sides"
            " group by booked_on, currency, account order by booked_on, currency, account limit %s",
            [by.organization_id, of.since, of.until, of.known_at, ROWS_MAX],
        )
    for (on, currency), lines in groupby(rows, key=lambda row: (row["booked_on"], row["currency"])):
        if of.form == "csv":
            yield encode_lines(_day_cells(of, line) for line in lines)
        else:
            moved: list[tuple[str, Decimal, Decimal]] = [
                (journal.write_account(of.accounts[line["account"]]), line["debit"], line["credit"]) for line in lines
            ]
            yield journal.write_day(on, currency, moved).encode()


def _day_cells(of: Export, row: Row) -> list[object]:
    account = of.accounts[row["account"]]
    return [
        row["booked_on"],
        account.code,
        account.name,
        account.type.value,
        row["currency"],
        row["debit"],
        row["credit"],
    ]


def _count(tx: Transaction, since: date, until: date) -> int:
    found: int = tx.scalar(
        "select count(*) from (select from ledger_postings where organization_id = %s and booked_on between %s and %s"
        " limit %s) as counted",
        [tx.organization_id, since, until, ROWS_MAX + 1],
    )
    return found
