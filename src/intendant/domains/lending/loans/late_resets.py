"""Floating rates whose index was not known on the day they were to be set: set when it is, from that day on.

A loan waits with the rate it has, and an alert names the index; once its rate is recorded, the loan is replayed with it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from intendant.domains.lending.loans import repository
from intendant.domains.lending.loans.booking import BY, RESETS_MAX
from intendant.domains.lending.loans.index_rates import Rates, next_reset, read_rates
from intendant.domains.lending.loans.model import Loan, NewTransaction
from intendant.domains.lending.loans.recording import record_many
from intendant.domains.lending.servicing.model import TransactionType
from intendant.kernel import alerts
from intendant.kernel.organizations import get_organization
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import IntendantError

LOANS_AT_ONCE = 100
ROUNDS_MAX = 10_000


def set_late_rates(database: Database, organization_id: UUID) -> int:
    """Set the rates that are late and known by now; return of how many loans. Twice is once."""
    after, count = UUID(int=0), 0
    for _ in range(ROUNDS_MAX):
        with database.transaction(organization_id) as tx:
            loans = _late(tx, after)
            count += _set(tx, loans)
        if len(loans) < LOANS_AT_ONCE:
            break
        after = loans[-1].id
    return count


def _late(tx: Transaction, after: UUID) -> list[Loan]:
    rows = tx.all(
        "select * from loans where organization_id = %s and reset_on < booked_to and state = 'active' and id > %s"
        " order by id limit %s for update",
        [tx.organization_id, after, LOANS_AT_ONCE],
    )
    return [repository.loan_from_row(row) for row in rows]


def _set(tx: Transaction, loans: Sequence[Loan]) -> int:
    rates = read_rates(tx, sorted({loan.floating.index for loan in loans if loan.floating is not None}))
    given: list[tuple[UUID, NewTransaction]] = []
    reached: dict[UUID, date] = {}
    for loan in loans:
        changes, reset_on = _changes(loan, rates)
        given += [(loan.id, each) for each in changes]
        if reset_on is not None and reset_on != loan.reset_on:
            reached[loan.id] = reset_on
    refused = [each for each in record_many(tx, BY, given) if isinstance(each, IntendantError)]
    if refused:
        raise refused[0]
    rows = [{"organization_id": tx.organization_id, "id": loan_id, "reset_on": on} for loan_id, on in reached.items()]
    repository.RESET.run(tx, rows)
    _tell_of_missing(tx, [loan for loan in loans if loan.id not in reached])
    return len(reached)


def _changes(loan: Loan, rates: Rates) -> tuple[list[NewTransaction], date | None]:
    """Return the rate changes that are owed to a loan, and its next reset."""
    floating, reset_on = loan.floating, loan.reset_on
    changes: list[NewTransaction] = []
    while floating is not None and reset_on is not None and reset_on < loan.booked_to and len(changes) < RESETS_MAX:
        index_rate = rates.at(floating.index, reset_on)
        if index_rate is None:
            break
        change = NewTransaction(
            type=TransactionType.RATE_CHANGE,
            value_on=reset_on,
            parameters={"rate": str(floating.rate_at(index_rate))},
            reason=f"Set anew by {floating.index}, which became known late.",
        )
        changes.append(change)
        reset_on = next_reset(loan.terms.start, floating.reset_every, reset_on)
    return changes, reset_on


def _tell_of_missing(tx: Transaction, loans: Sequence[Loan]) -> None:
    names = sorted({loan.floating.index for loan in loans if loan.floating is not None})
    if not names:
        return
    now = get_organization(tx, tx.organization_id).clock.now()
    told = [
        alerts.Alert(
            organization_id=tx.organization_id,
            kind="anomaly",
            severity="medium",
            cause=f"lending.index_rate:{name}",
            title=f"No rate of the index {name} is recorded, so loans that follow it keep the rate they have",
            at=now,
            detail={"index": name},
        )
        for name in names
    ]
    alerts.raise_alerts(tx, told)
