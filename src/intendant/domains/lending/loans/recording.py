"""What happens to a loan: recorded once, from its day on, and reversed where it was wrong. Never edited.

In time it costs one step from the stored books; known late, the loan is replayed and the ledger rebooked. Many are recorded as one
is: what they need is read together, and written together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from intendant.domains.lending.ledger.postings import LoanPostings, book, rebook
from intendant.domains.lending.loans import books, events, repository
from intendant.domains.lending.loans.model import Loan, NewTransaction, Recorded, business_day
from intendant.domains.lending.loans.parameters import parse_parameters
from intendant.domains.lending.loans.planning import (
    REASON_LENGTH_MAX,
    Moment,
    Worked,
    is_sound,
    month_end,
    needs_rows,
    reversal_row,
    transaction_row,
    without,
    work_out,
)
from intendant.domains.lending.servicing.model import LoanState
from intendant.kernel.access import Permission, Principal
from intendant.kernel.events import Event, emit
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, IntendantError, Invalid


class LoanChanged(Conflict):
    """Somebody did something about the loan since it was looked at."""

    code = "loan_changed"


class ReferenceUsed(Conflict):
    """Another transaction has this reference."""

    code = "transaction_reference_used"


class TransactionReversed(Conflict):
    """The transaction has been reversed already, or is a reversal."""

    code = "transaction_reversed"


class ReasonMissing(Invalid):
    """What changes what is owed needs a reason."""

    code = "reason_missing"


def record(
    tx: Transaction, by: Principal, loan_id: UUID, new: NewTransaction, *, expected_version: int | None = None
) -> Recorded:
    """Record what happened to a loan, or will not happen: payment, charge, waiver, pause, restructure, charge-off and so on.

    Twice with one `reference` is once. Raises LoanUnknown, TransactionInvalid, LoanNotOpen, ReferenceUsed, ReasonMissing,
    LoanChanged where `expected_version` is no longer the loan's, and what `servicing` refuses.
    """
    by.require(new.permission)
    if new.permission is Permission.LOAN_RELIEVE:
        require_reason(new.reason)
    return record_as(tx, by.label, loan_id, new, expected_version=expected_version)


def record_as(
    tx: Transaction, by: str, loan_id: UUID, new: NewTransaction, *, expected_version: int | None = None
) -> Recorded:
    """Record a transaction for callers that stand above permissions; `by` goes on the record."""
    loan = repository.get_loan(tx, loan_id, lock=True)
    if new.reference is None or not is_sound(new.reference) or not repository.find_by_reference(tx, [new.reference]):
        # What was recorded already answers the same, whatever happened since.
        require_version(tx, loan, expected_version)
    result = _record(tx, by, [(loan, new)])[0]
    if isinstance(result, IntendantError):
        raise result
    return result


def record_many(
    tx: Transaction, by: str, given: Sequence[tuple[UUID, NewTransaction]], *, up_to_today: bool = False
) -> list[Recorded | IntendantError]:
    """Record transactions of many loans in one transaction of the database; what one refuses hinders no other.

    Those of one loan are recorded in the order given. Each has its result at its place: what was recorded, or the error.
    `up_to_today` also books each loan up to today, which otherwise the end of day does.
    """
    loans = repository.lock_loans(tx, {loan_id for loan_id, _ in given})
    known = [(place, loans[loan_id], new) for place, (loan_id, new) in enumerate(given) if loan_id in loans]
    results: list[Recorded | IntendantError] = [
        repository.LoanUnknown("There is no such loan.", field="loan", remedy="List the loans to find it.")
    ] * len(given)
    recorded = _record(tx, by, [each[1:] for each in known], up_to_today=up_to_today)
    for (place, _, _), result in zip(known, recorded, strict=True):
        results[place] = result
    return results


def _record(
    tx: Transaction, by: str, given: Sequence[tuple[Loan, NewTransaction]], *, up_to_today: bool = False
) -> list[Recorded | IntendantError]:
    moment = moment_of(tx)
    results: list[Recorded | IntendantError | None] = [None] * len(given)
    named: dict[str, int] = {}
    references = [new.reference for _, new in given if new.reference is not None and is_sound(new.reference)]
    found = repository.find_by_reference(tx, references)
    pending: dict[UUID, list[int]] = {}
    for place, (loan, new) in enumerate(given):
        if new.reference is not None and new.reference in found:
            results[place] = _again(moment.organization, found[new.reference], loan, new)
        elif new.reference is not None and new.reference in named:
            results[place] = _twice(given[named[new.reference]], (loan, new))
        else:
            if new.reference is not None:
                named[new.reference] = place
            pending.setdefault(loan.id, []).append(place)
    loans = {loan.id: loan for loan, _ in given}
    late = [
        loan_id
        for loan_id, places in pending.items()
        if any(needs_rows(loans[loan_id], given[place][1], moment.today) for place in places)
    ]
    rows = repository.list_transactions_of(tx, late)
    steps = []
    for loan_id, places in pending.items():
        loan = loans[loan_id]
        worked = work_out(moment, loan, rows.get(loan_id, ()), [given[place][1] for place in places])
        for inner, error in worked.refused:
            results[places[inner]] = error
        if worked.accepted:
            if up_to_today:
                worked.fold.advance(moment.today)
            stored = [
                (places[inner], transaction_row(moment, loan, transaction, given[places[inner]][1], by))
                for inner, transaction in worked.accepted
            ]
            steps.append(Step(worked, [row for _, row in stored], [place for place, _ in stored]))
    for step, loan in zip(steps, write(tx, moment, steps), strict=True):
        for place, row in zip(step.places, step.rows, strict=True):
            results[place] = Recorded(row["id"], loan, backdated=_is_backdated(moment.organization, row))
    # Of two rows with one reference the second is the first again.
    for place, (_, new) in enumerate(given):
        if results[place] is None and new.reference is not None:
            first = results[named[new.reference]]
            results[place] = replace(first, replayed=True) if isinstance(first, Recorded) else first
    return [result for result in results if result is not None]


def _again(organization: Organization, found: Row, loan: Loan, new: NewTransaction) -> Recorded | IntendantError:
    """Return what was recorded before under a reference, or an error where it was something else."""
    value_on = new.value_on or found["value_on"]
    try:
        same = (
            found["loan_id"] == loan.id
            and found["type"] == new.type.value
            and found["amount"] == new.amount
            and found["value_on"] == value_on
            and new.currency in (None, found["currency"])
            and found["parameters"] == parse_parameters(new.type, new.parameters, value_on)
        )
    except Invalid:
        same = False
    if same:
        return Recorded(found["id"], loan, backdated=_is_backdated(organization, found), replayed=True)
    return ReferenceUsed(
        f"The reference '{new.reference}' belongs to a {found['type'].replace('_', ' ')} of {found['amount']:f}"
        f" {found['currency']} on {found['value_on']}.",
        field="reference",
        remedy="Use another reference, or send the same transaction.",
        data={"transaction_id": str(found["id"])},
    )


def _is_backdated(organization: Organization, row: Row) -> bool:
    recorded_on: date = row["recorded_at"].astimezone(ZoneInfo(organization.time_zone)).date()
    return bool(row["value_on"] < recorded_on)


def _twice(first: tuple[Loan, NewTransaction], second: tuple[Loan, NewTransaction]) -> IntendantError | None:
    """Return None where two rows with one reference say the same."""
    if first[0].id == second[0].id and replace(first[1], reason=None) == replace(second[1], reason=None):
        return None
    return ReferenceUsed(
        f"The reference '{second[1].reference}' is given twice, for different transactions.",
        field="reference",
        remedy="Give each its own.",
    )


def reverse(
    tx: Transaction,
    by: Principal,
    loan_id: UUID,
    transaction_id: UUID,
    *,
    reason: str | None,
    expected_version: int | None = None,
) -> Recorded:
    """Take back a transaction that was wrong, as if it had never been; a loan whose one payout is reversed is cancelled.

    Raises LoanUnknown, TransactionUnknown, TransactionReversed, ReasonMissing, LoanChanged, and what `servicing` refuses.
    """
    by.require(Permission.LOAN_RELIEVE)
    why = require_reason(reason)
    return reverse_as(tx, by.label, loan_id, transaction_id, reason=why, expected_version=expected_version)


def reverse_as(
    tx: Transaction,
    by: str,
    loan_id: UUID,
    transaction_id: UUID,
    *,
    reason: str,
    expected_version: int | None = None,
) -> Recorded:
    """Reverse a transaction for callers that stand above permissions."""
    loan = repository.get_loan(tx, loan_id, lock=True)
    require_version(tx, loan, expected_version)
    moment = moment_of(tx)
    worked, wrong = plan_reversal(tx, moment, loan, transaction_id)
    row = reversal_row(moment, loan, wrong, by, reason)
    after = write(tx, moment, [Step(worked, [row])])[0]
    return Recorded(row["id"], after, backdated=_is_backdated(moment.organization, row))


def plan_reversal(tx: Transaction, moment: Moment, loan: Loan, transaction_id: UUID) -> tuple[Worked, Row]:
    """Work out what taking back a transaction would make of a loan, and write nothing; return the wrong one's row too."""
    rows = repository.list_transactions(tx, loan.id)
    wrong = next((row for row in rows if row["id"] == transaction_id), None)
    if wrong is None:
        raise repository.TransactionUnknown(
            "The loan has no such transaction.", field="transaction", remedy="List the loan's transactions."
        )
    if wrong["reverses"] is not None or any(row["reverses"] == transaction_id for row in rows):
        what = "is a reversal itself" if wrong["reverses"] is not None else "was reversed already"
        raise TransactionReversed(
            f"The transaction {what}.", field="transaction", remedy="Record what happened as a new transaction."
        )
    return without(moment, loan, rows, wrong), wrong


def plan(tx: Transaction, moment: Moment, loan: Loan, new: NewTransaction) -> Worked:
    """Work out what recording one transaction would make of a loan, and write nothing; raises what recording would."""
    rows = repository.list_transactions(tx, loan.id) if needs_rows(loan, new, moment.today) else []
    worked = work_out(moment, loan, rows, [new])
    for _, error in worked.refused:
        raise error
    return worked


def moment_of(tx: Transaction) -> Moment:
    """Return the present moment of the transaction's organisation."""
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    return Moment(organization, now, business_day(organization, now))


def require_reason(reason: str | None) -> str:
    """Return a reason without white space around it; raises ReasonMissing."""
    why = (reason or "").strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX or "\x00" in why:
        raise ReasonMissing("This needs a reason.", field="reason", remedy="Say why, in a sentence.")
    return why


def require_version(tx: Transaction, loan: Loan, expected: int | None) -> None:
    """Raise LoanChanged, saying who did what, where the loan is not at the version that the caller looked at."""
    if expected is None or expected == loan.version:
        return
    row = tx.find(
        "select type, recorded_by, recorded_at from loan_transactions where organization_id = %s and loan_id = %s"
        " order by sequence desc limit 1",
        [tx.organization_id, loan.id],
    )
    data: dict[str, object] = {"version": loan.version}
    what = ""
    if row is not None:
        what = f" The last act was a {row['type'].replace('_', ' ')} by {row['recorded_by']}."
        data |= {"by": row["recorded_by"], "type": row["type"], "at": row["recorded_at"].isoformat()}
    raise LoanChanged(
        f"The loan is at version {loan.version} by now, not {expected}.{what}",
        field="expected_version",
        remedy="Look at it again, then decide.",
        data=data,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What is written of one loan: its books and the rows that are new. `places` are the caller's."""

    worked: Worked
    rows: Sequence[dict[str, Any]]
    places: Sequence[int] = ()


def write(tx: Transaction, moment: Moment, steps: Iterable[Step]) -> list[Loan]:
    """Store what was worked out for loans that are locked: transactions, ledger, loans, their months, and what is told."""
    steps = list(steps)
    if not steps:
        return []
    repository.TRANSACTIONS.run(tx, [row for step in steps for row in step.rows])
    if late := [_postings(step.worked) for step in steps if step.worked.replayed]:
        rebook(tx, late, now=moment.business)
    if in_time := [_postings(step.worked) for step in steps if not step.worked.replayed]:
        book(tx, in_time, now=moment.business)
    stored = [_stored(tx, moment, step) for step in steps]
    repository.BOOKED.run(tx, stored)
    replayed = [step.worked for step in steps if step.worked.replayed]
    repository.forget_month_ends(tx, [(each.loan.id, month_end(each.since)) for each in replayed])
    month_ends = [
        row
        for step in steps
        for row in books.stored_month_ends(tx.organization_id, step.worked.loan.id, step.worked.fold.month_ends)
    ]
    if month_ends:
        repository.MONTH_ENDS.run(tx, month_ends)
    loans, told = [], []
    for step, values in zip(steps, stored, strict=True):
        kept = {name: value for name, value in values.items() if name not in ("organization_id", "state")}
        loan = replace(step.worked.loan, **kept, state=LoanState(values["state"]))
        told += _events(moment, step, loan)
        loans.append(loan)
    emit(tx, told)
    return loans


def _postings(worked: Worked) -> LoanPostings:
    return LoanPostings(worked.loan.id, worked.loan.terms.currency, tuple(worked.fold.book.postings))


def _stored(tx: Transaction, moment: Moment, step: Step) -> dict[str, Any]:
    loan, count = step.worked.loan, len(step.rows)
    stated = books.figures(step.worked.fold.book, moment.business)
    if stated["state"] == LoanState.APPROVED.value and loan.state is not LoanState.APPROVED:
        # The payout was taken back, so no loan is left.
        stated["state"] = LoanState.CANCELLED.value
    return {
        "organization_id": tx.organization_id,
        "id": loan.id,
        **stated,
        "version": loan.version + count,
        "transactions": loan.transactions + count,
        "reset_on": loan.reset_on,
    }


def _events(moment: Moment, step: Step, loan: Loan) -> list[Event]:
    told, before = [], step.worked.loan.state
    for row in step.rows:
        told += events.recorded(moment.organization, before, loan, row, now=moment.now)
        before = loan.state
    if loan.state is LoanState.CANCELLED:
        by, reason = step.rows[-1]["recorded_by"], step.rows[-1]["reason"] or ""
        told.append(events.cancelled(moment.organization, loan, reason=reason, by=by, now=moment.now))
    return told
