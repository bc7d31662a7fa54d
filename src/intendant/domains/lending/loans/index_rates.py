"""Rates of indices by day, and when a floating rate is set anew by them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from intendant.domains.lending.contract import INDEX_RATE_RECORDED
from intendant.domains.lending.credit_terms import CONDITION_KEY
from intendant.domains.lending.loans.parameters import refuse
from intendant.domains.lending.schedules.calendar import add_months
from intendant.domains.lending.terms import RATE_MAX, Every, PeriodUnit
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict

PAGE_MAX = 201
RATES_READ_MAX = 20_000
RATE_UNIT = Decimal("0.000001")


class IndexRateExists(Conflict):
    """The index has another rate from that day on, and rates are never overwritten."""

    code = "index_rate_exists"


def record_rate(tx: Transaction, by: Principal, name: str, effective_on: date, rate: Decimal) -> Row:
    """Record what an index stands at from a day on; the same once more changes nothing. Raises IndexRateExists.

    Loans that follow it take it at their next reset. A reset that has been made stays; it is corrected loan by loan.
    """
    by.require(Permission.LOAN_RELIEVE)
    if not CONDITION_KEY.match(name.lower()):
        refuse("name", f"'{name[:40]}' is no name of an index.", "Use letters, digits, '_', '.', '-'.")
    if not (rate.is_finite() and -RATE_MAX <= rate <= RATE_MAX and rate == rate.quantize(RATE_UNIT)):
        refuse("rate", f"{rate} is no rate of an index.", "Give percent a year, with at most 6 decimals.")
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    business = organization.clock.at(now)
    stored = tx.find(
        "insert into index_rates (organization_id, name, effective_on, rate, recorded_by, recorded_at)"
        " values (%s, %s, %s, %s, %s, %s) on conflict do nothing returning *",
        [tx.organization_id, name, effective_on, rate, by.label, business],
    )
    if stored is None:
        found = tx.find(
            "select * from index_rates where organization_id = %s and name = %s and effective_on = %s",
            [tx.organization_id, name, effective_on],
        )
        if found is None or found["rate"] != rate:
            raise IndexRateExists(
                f"{name} has another rate from {effective_on} on.",
                field="effective_on",
                remedy="Record a correction from a later day on.",
            )
        return found
    event = events.Event(
        organization_id=organization.id,
        name=INDEX_RATE_RECORDED,
        subject=f"index:{name}",
        body={"name": name, "effective_on": effective_on, "rate": rate},
        at=business,
        recorded_at=now,
        actor=by.label,
    )
    events.emit(tx, [event])
    return stored


def list_rates(tx: Transaction, *, name: str | None, before: date | None, limit: int) -> list[Row]:
    """List rates of an index, or of all, newest first; `before` is the last day of the page before (exclusive)."""
    return tx.all(
        "select * from index_rates where organization_id = %s and (%s::text is null or name = %s)"
        " and (%s::date is null or effective_on < %s) order by effective_on desc, name limit %s",
        [tx.organization_id, name, name, before, before, min(limit, PAGE_MAX)],
    )


def find_rate(tx: Transaction, name: str, on: date) -> Decimal | None:
    """Find what an index stands at on a day: the latest rate from then or before."""
    rate: Decimal | None = tx.scalar(
        "select rate from index_rates where organization_id = %s and name = %s and effective_on <= %s"
        " order by effective_on desc limit 1",
        [tx.organization_id, name, on],
    )
    return rate


class Rates:
    """The rates of some indices, read once for many loans."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self._by_name: dict[str, list[tuple[date, Decimal]]] = {}
        for row in rows:
            self._by_name.setdefault(row["name"], []).append((row["effective_on"], row["rate"]))

    def at(self, name: str, on: date) -> Decimal | None:
        """Return what an index stands at on a day; None where nobody has said."""
        return next((rate for since, rate in self._by_name.get(name, ()) if since <= on), None)


def read_rates(tx: Transaction, names: Sequence[str]) -> Rates:
    """Read the newest rates of indices by name."""
    if not names:
        return Rates()
    rows = tx.all(
        "select name, effective_on, rate from index_rates where organization_id = %s and name = any(%s)"
        " order by effective_on desc limit %s",
        [tx.organization_id, list(names), RATES_READ_MAX],
    )
    return Rates(rows)


def next_reset(start: date, every: Every, after: date) -> date:
    """Return the first day after `after` that lies a whole number of periods after `start`; month-ends do not drift."""
    if every.unit is not PeriodUnit.MONTH:
        days = every.count * (1 if every.unit is PeriodUnit.DAY else 7)
        return start + timedelta(days=((after - start).days // days + 1) * days)
    times = max((after.year - start.year) * 12 + after.month - start.month, 0) // every.count
    while (day := add_months(start, times * every.count)) <= after:
        times += 1
    return day
