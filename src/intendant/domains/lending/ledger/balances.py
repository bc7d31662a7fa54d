"""Balances: what moved on each account up to a day, from the last closed period's balances and the postings since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from intendant.domains.lending.ledger.accounts import AccountInvalid, AccountType, read_chart
from intendant.domains.lending.servicing.model import Account, LoanState
from intendant.kernel.access import Permission, Principal
from intendant.kit.database import Row, Transaction

ZERO = Decimal(0)
LOST_STATES = (LoanState.CHARGED_OFF, LoanState.WRITTEN_OFF)
"""The principal of such loans is off the books; what is still claimed is not in the accounts."""


class AccountKey(NamedTuple):
    """An account in a currency."""

    code: str
    currency: str


@dataclass(slots=True)
class Turnover:
    """What was debited and credited to an account before a day and from then on."""

    debit_before: Decimal = ZERO
    credit_before: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def opening(self) -> Decimal:
        """Return the balance before; positive where debits outweigh."""
        return self.debit_before - self.credit_before

    @property
    def balance(self) -> Decimal:
        """Return the balance after."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """An account in a currency: balance before the range, movements within, balance after; debit is positive."""

    code: str
    name: str
    type: AccountType
    purpose: Account | None
    currency: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """The sums over all accounts in a currency. The balance is zero, or the books are broken."""

    currency: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Control:
    """A control account against the loans it sums up; the difference is zero, or something was booked beside them."""

    purpose: Account
    code: str
    currency: str
    account: Decimal
    loans: Decimal

    @property
    def difference(self) -> Decimal:
        """Return by how much the account exceeds the loans."""
        return self.account - self.loans


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts that ever moved. `controls` only where the books of the present day were asked for."""

    on: date
    since: date | None
    known_at: datetime | None
    closed_to: date | None
    lines: tuple[TrialBalanceLine, ...]
    totals: tuple[CurrencyTotal, ...]
    controls: tuple[Control, ...] | None = field(default=None)


def trial_balance(
    tx: Transaction,
    by: Principal,
    *,
    on: date,
    today: date,
    since: date | None = None,
    currency: str | None = None,
    known_at: datetime | None = None,
) -> TrialBalance:
    """Return every account's balance at the end of a day, with what moved from `since` on (or ever).

    `known_at` leaves out what was recorded later.
    """
    by.require(Permission.LEDGER_READ)
    if since is not None and since > on:
        raise AccountInvalid(f"{since} is after {on}.", field="from", remedy="Give a range that begins before it ends.")
    chart = read_chart(tx)
    moved = turnovers(tx, on=on, since=since, known_at=known_at)
    lines = tuple(
        TrialBalanceLine(
            key.code,
            chart[key.code].name,
            chart[key.code].type,
            chart[key.code].purpose,
            key.currency,
            each.opening,
            each.debit,
            each.credit,
            each.balance,
        )
        for key, each in sorted(moved.items())
        if currency in (None, key.currency)
    )
    is_present = on >= today and known_at is None
    return TrialBalance(
        on,
        since,
        known_at,
        tx.scalar("select max(ends_on) from ledger_periods where organization_id = %s", [tx.organization_id]),
        lines,
        tuple(_totals(lines)),
        _controls(tx, lines, currency) if is_present else None,
    )


def turnovers(
    tx: Transaction,
    *,
    on: date,
    since: date | None = None,
    known_at: datetime | None = None,
    account: str | None = None,
) -> dict[AccountKey, Turnover]:
    """Return what moved on each account to the end of a day: before `since`, and from then on.

    With `account`, only that account's amounts are whole; the others' are those of the movements they share with it.
    """
    base = find_base(tx, to=on, before=since, known_at=known_at)
    moved: dict[AccountKey, Turnover] = {}
    for stored in [] if base is None else base["balances"]:
        of = moved.setdefault(AccountKey(stored["account"], stored["currency"]), Turnover())
        debit, credit = Decimal(stored["debit"]), Decimal(stored["credit"])
        if since is None:
            of.debit, of.credit = debit, credit
        else:
            of.debit_before, of.credit_before = debit, credit
    rows = tx.all(
        "select debit, credit, currency, coalesce(sum(amount) filter (where booked_on < %(since)s), 0) as before,"
        " coalesce(sum(amount) filter (where booked_on >= %(since)s), 0) as within"
        " from ledger_postings where organization_id = %(organization)s and booked_on > %(base)s and booked_on <= %(on)s"
        " and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)"
        " and (%(account)s::text is null or debit = %(account)s or credit = %(account)s)"
        " group by debit, credit, currency",
        {
            "organization": tx.organization_id,
            "base": date.min if base is None else base["ends_on"],
            "since": date.min if since is None else since,
            "on": on,
            "known_at": known_at,
            "account": account,
        },
    )
    for row in rows:
        to = moved.setdefault(AccountKey(row["debit"], row["currency"]), Turnover())
        to.debit_before += row["before"]
        to.debit += row["within"]
        from_ = moved.setdefault(AccountKey(row["credit"], row["currency"]), Turnover())
        from_.credit_before += row["before"]
        from_.credit += row["within"]
    return moved


def find_base(
    tx: Transaction, *, to: date = date.max, before: date | None = None, known_at: datetime | None = None
) -> Row | None:
    """Find the last period that ends by a day, and before another; with `known_at`, one that was closed by then."""
    return tx.find(
        "select ends_on, balances, digest from ledger_periods where organization_id = %(organization)s"
        " and ends_on <= %(to)s and (%(before)s::date is null or ends_on < %(before)s)"
        " and (%(known_at)s::timestamptz is null or closed_at <= %(known_at)s) order by ends_on desc limit 1",
        {"organization": tx.organization_id, "to": to, "before": before, "known_at": known_at},
    )


def _totals(lines: Iterable[TrialBalanceLine]) -> Iterable[CurrencyTotal]:
    sums: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for line in lines:
        debit, credit, balance = sums.get(line.currency, (ZERO, ZERO, ZERO))
        sums[line.currency] = (debit + line.debit, credit + line.credit, balance + line.balance)
    for currency, total in sorted(sums.items()):
        yield CurrencyTotal(currency, *total)


def _controls(tx: Transaction, lines: Iterable[TrialBalanceLine], currency: str | None) -> tuple[Control, ...]:
    rows = tx.all(
        "select currency, coalesce(sum(outstanding) filter (where state <> all(%(lost)s)), 0) as principal,"
        " sum(provision) as loss_allowance from loans where organization_id = %(organization)s"
        " group by currency order by currency",
        {"organization": tx.organization_id, "lost": [state.value for state in LOST_STATES]},
    )
    loans: Mapping[str, Row] = {row["currency"]: row for row in rows}
    held = {(line.purpose, line.currency): line for line in lines}
    codes = {account.purpose: code for code, account in read_chart(tx).items()}
    found = []
    for purpose, column, sign in (
        (Account.PRINCIPAL, "principal", 1),
        # An allowance is a credit balance.
        (Account.LOSS_ALLOWANCE, "loss_allowance", -1),
    ):
        named = {each for of, each in held if of is purpose} | loans.keys()
        for each in sorted(named if currency is None else named & {currency}):
            line = held.get((purpose, each))
            found.append(
                Control(
                    purpose,
                    codes.get(purpose, ""),
                    each,
                    ZERO if line is None else sign * line.balance,
                    loans[each][column] if each in loans else ZERO,
                )
            )
    return tuple(found)
