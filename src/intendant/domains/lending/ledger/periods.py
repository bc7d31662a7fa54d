"""Closing periods: the balances are kept with their digest, and nothing is booked there any more. A closed period stays closed.

What turns out to have been wrong is reversed and booked anew on the first open day, with the value day it concerns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intendant.domains.lending import contract
from intendant.domains.lending.ledger.accounts import seal
from intendant.domains.lending.ledger.balances import AccountKey, Turnover, find_base, turnovers
from intendant.domains.lending.servicing.difference import STORED_UNIT
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kit import clock
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug, Conflict, Invalid

REASON_LENGTH_MAX = 500
FIRST_DAY = date(1900, 1, 1)


class PeriodInvalid(Invalid):
    """A day to which no period can be closed, or no reason."""

    code = "period_invalid"


class PeriodClosed(Conflict):
    """The books are closed to that day, or beyond, already; a closed period is not opened again."""

    code = "period_closed"


class LoansNotBooked(Conflict):
    """Loans are not booked to the end of the period yet; `data["waiting"]` says how many."""

    code = "loans_not_booked"


@dataclass(frozen=True, slots=True)
class StoredBalance:
    """What was debited and credited to an account, in a currency, from the beginning to the end of a closed period."""

    account: str
    currency: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Return the balance; positive where debits outweigh."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Period:
    """A closed period. `digest` is that of the balances and of the period before it."""

    ends_on: date
    balances: tuple[StoredBalance, ...]
    digest: bytes
    closed_by: str
    reason: str
    closed_at: datetime


def close_period(tx: Transaction, by: Principal, *, ends_on: date, reason: str, today: date, now: datetime) -> Period:
    """Close the books up to and including a day. `today` and `now` are business time.

    Raises PeriodInvalid for a day that is not over, PeriodClosed for one that is closed, and LoansNotBooked while loans wait
    for their end of day.
    """
    by.require(Permission.LEDGER_MANAGE)
    why = " ".join(reason.split())
    if not 1 <= len(why) <= REASON_LENGTH_MAX or not why.isprintable():
        raise PeriodInvalid(
            "Closing needs a reason.", field="reason", remedy=f"Say why in 1 to {REASON_LENGTH_MAX} characters."
        )
    if not FIRST_DAY <= ends_on < today:
        raise PeriodInvalid(
            f"The books cannot be closed to {ends_on}: today is {today}.",
            field="ends_on",
            remedy=f"Give a day from {FIRST_DAY} to {today - timedelta(days=1)}.",
        )
    # From here on nobody books until this is committed, and whoever was booking has committed.
    seal(tx)
    last = find_base(tx)
    if last is not None and ends_on <= last["ends_on"]:
        raise PeriodClosed(
            f"The books are closed to {last['ends_on']}, and a closed period is not opened again.",
            field="ends_on",
            remedy=f"Give a later day; corrections are booked from {last['ends_on'] + timedelta(days=1)} on.",
            data={"closed_to": last["ends_on"].isoformat()},
        )
    _refuse_waiting(tx, ends_on)
    balances = _stored(turnovers(tx, on=ends_on))
    require_balanced(balances)
    sealed = period_digest(tx.organization_id, ends_on, balances, None if last is None else bytes(last["digest"]))
    tx.execute(
        "insert into ledger_periods (organization_id, ends_on, balances, digest, closed_by, reason, closed_at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [tx.organization_id, ends_on, Jsonb(_written(balances)), sealed, by.label, why, now],
    )
    event = events.Event(
        tx.organization_id,
        contract.PERIOD_CLOSED,
        ends_on.isoformat(),
        {"ends_on": ends_on, "reason": why, "balances_sha256": sealed},
        now,
        clock.system_now(),
        by.label,
        record=sealed,
    )
    events.emit(tx, [event])
    return Period(ends_on, balances, sealed, by.label, why, now)


def list_periods(tx: Transaction, by: Principal, *, after: date | None, limit: int) -> list[Period]:
    """List closed periods, the last first; `after` is the end of the one that was listed last."""
    by.require(Permission.LEDGER_READ)
    rows = tx.all(
        "select * from ledger_periods where organization_id = %s and ends_on < %s order by ends_on desc limit %s",
        [tx.organization_id, after or date.max, limit],
    )
    return [_period(row) for row in rows]


def period_digest(
    organization_id: UUID, ends_on: date, balances: Iterable[StoredBalance], previous: bytes | None
) -> bytes:
    """Return SHA-256 of a period's balances as canonical JSON, bound to the period before."""
    return digest(
        canonical_json(
            {
                "organization": organization_id,
                "ends_on": ends_on,
                "balances": _written(balances),
                "previous": previous,
            }
        )
    )


def _refuse_waiting(tx: Transaction, ends_on: date) -> None:
    row = tx.find(
        "select count(*) as waiting, min(booked_to) as booked_to from loans where organization_id = %s"
        " and booked_to <= %s and state in ('active', 'overpaid', 'charged_off')",
        [tx.organization_id, ends_on],
    )
    if row is not None and row["waiting"]:
        raise LoansNotBooked(
            f"{row['waiting']} loans are not booked to the end of {ends_on} yet; the first waits since {row['booked_to']}.",
            field="ends_on",
            remedy=f"Run the end of day up to {ends_on}, then close again; or close to a day before {row['booked_to']}.",
            data={"waiting": row["waiting"], "booked_to": row["booked_to"].isoformat()},
        )


def _stored(moved: Mapping[AccountKey, Turnover]) -> tuple[StoredBalance, ...]:
    return tuple(
        StoredBalance(key.code, key.currency, each.debit.quantize(STORED_UNIT), each.credit.quantize(STORED_UNIT))
        for key, each in sorted(moved.items())
    )


def require_balanced(balances: Iterable[StoredBalance]) -> None:
    """Raise a Bug unless debits and credits are equal in each currency."""
    sums: dict[str, Decimal] = {}
    for each in balances:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.balance
    if any(sums.values()):
        raise Bug(f"The books are out of balance: {sums}.", remedy="Close nothing, and find out what wrote to them.")


def _written(balances: Iterable[StoredBalance]) -> list[dict[str, Any]]:
    return [
        {"account": each.account, "currency": each.currency, "debit": str(each.debit), "credit": str(each.credit)}
        for each in balances
    ]


def _period(row: Row) -> Period:
    return Period(
        row["ends_on"],
        tuple(
            StoredBalance(each["account"], each["currency"], Decimal(each["debit"]), Decimal(each["credit"]))
            for each in row["balances"]
        ),
        bytes(row["digest"]),
        row["closed_by"],
        row["reason"],
        row["closed_at"],
    )
