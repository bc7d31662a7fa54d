"""What happens to a loan: recorded once, from its day on, and reversed where it was wrong. Never edited.

In time it costs one step from the stored books; known late, the loan is replayed and the ledger rebooked.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.ledger.postings import LoanPostings, book, rebook
from intendant.domains.lending.loans import books, events, repository
from intendant.domains.lending.loans.model import WITH_AMOUNT, Loan, NewTransaction, Recorded, business_day
from intendant.domains.lending.loans.parameters import parse_parameters, refuse
from intendant.domains.lending.servicing.book import order
from intendant.domains.lending.servicing.model import LoanState, Transaction, TransactionType
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction as DatabaseTransaction
from intendant.kit.errors import Conflict, Invalid
from intendant.kit.money import AMOUNT_MAX

BACKDATED_DAYS_MAX = 1_830
"""How far back a transaction may count from: five years."""
REASON_LENGTH_MAX = 2_000
REFERENCE_LENGTH_MAX = 100
AMOUNT_UNIT = Decimal("0.0001")
"""As amounts are stored."""


class LoanChanged(Conflict):
    """Somebody did something about the loan since it was looked at."""

    code = "loan_changed"


class LoanNotOpen(Conflict):
    """The loan is not in a state that takes this transaction."""

    code = "loan_not_open"


class ReferenceUsed(Conflict):
    """Another transaction has this reference."""

    code = "transaction_reference_used"


class TransactionReversed(Conflict):
    """The transaction has been reversed already, or is a reversal."""

    code = "transaction_reversed"


class ReasonMissing(Invalid):
    """What changes what is owed needs a reason."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class Step:
    """A loan's books with and without what is about to be recorded; nothing of it is written yet."""

    organization: Organization
    loan: Loan
    fold: books.Fold
    transaction: Transaction | None
    replayed: bool
    """Whether the loan was replayed, so that `fold` has all its postings and not only new ones."""
    today: date
    now: datetime
    """System time."""


def record(
    tx: DatabaseTransaction,
    by: Principal,
    loan_id: UUID,
    new: NewTransaction,
    *,
    expected_version: int | None = None,
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
    tx: DatabaseTransaction, by: str, loan_id: UUID, new: NewTransaction, *, expected_version: int | None = None
) -> Recorded:
    """Record a transaction for callers that stand above permissions; `by` goes on the record."""
    loan = repository.get_loan(tx, loan_id, lock=True)
    if new.reference is not None:
        found = repository.find_by_reference(tx, [new.reference]).get(new.reference)
        if found is not None:
            return Recorded(_same(found, loan, new), loan, replayed=True)
    require_version(tx, loan, expected_version)
    step = plan(tx, loan, new)
    assert step.transaction is not None  # noqa: S101 - planned with one
    row = transaction_row(step, step.transaction, new, by)
    return _write(tx, step, row)


def plan(tx: DatabaseTransaction, loan: Loan, new: NewTransaction) -> Step:
    """Work out what recording a transaction would make of a loan, and write nothing: previews and recording are the same."""
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
    today = business_day(organization, now)
    value_on = new.value_on or today
    check(loan, new, value_on, today)
    transaction = Transaction(
        id=ids.new_id(),
        sequence=loan.transactions + 1,
        type=new.type,
        value_on=value_on,
        amount=new.amount,
        parameters=parse_parameters(new.type, new.parameters, value_on),
    )
    fold = None
    if value_on >= loan.booked_to:
        fold = books.go_on(loan)
        # What came on the same day may have to come after this one.
        if _follows(tx, loan, transaction):
            fold.apply(transaction)
        else:
            fold = None
    if fold is not None:
        return Step(organization, loan, fold, transaction, False, today, now)
    standing = repository.standing(repository.list_transactions(tx, loan.id))
    until = max(loan.booked_to, value_on)
    fold = books.replay(loan.terms, [*standing, transaction], until, months_from=_month_end(value_on))
    return Step(organization, loan, fold, transaction, True, today, now)


def reverse(
    tx: DatabaseTransaction,
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
    return reverse_as(
        tx, by.label, loan_id, transaction_id, reason=require_reason(reason), expected_version=expected_version
    )


def reverse_as(
    tx: DatabaseTransaction,
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
    step, wrong = plan_reversal(tx, loan, transaction_id)
    row = {
        "organization_id": tx.organization_id,
        "id": ids.new_id(),
        "loan_id": loan.id,
        "sequence": loan.transactions + 1,
        "type": "reversal",
        "value_on": wrong["value_on"],
        "amount": wrong["amount"],
        "currency": wrong["currency"],
        "parameters": {"type": wrong["type"]},
        "reference": None,
        "reverses": wrong["id"],
        "reason": reason,
        "decision_id": None,
        "recorded_by": by,
        "recorded_at": step.organization.clock.at(step.now),
    }
    return _write(tx, step, row)


def plan_reversal(tx: DatabaseTransaction, loan: Loan, transaction_id: UUID) -> tuple[Step, Row]:
    """Work out what taking back a transaction would make of a loan, and write nothing."""
    now = clock.system_now()
    organization = get_organization(tx, tx.organization_id)
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
    standing = [each for each in repository.standing(rows) if each.id != transaction_id]
    fold = books.replay(loan.terms, standing, loan.booked_to, months_from=_month_end(wrong["value_on"]))
    return Step(organization, loan, fold, None, True, business_day(organization, now), now), wrong


def check(loan: Loan, new: NewTransaction, value_on: date, today: date) -> None:
    """Raise TransactionInvalid or LoanNotOpen for a transaction that does not fit its loan, naming the field at fault."""
    kind, terms = new.type, loan.terms
    if new.currency is not None and new.currency != terms.currency:
        refuse("currency", f"The loan is in {terms.currency}, not {new.currency[:10]}.", "Give it in the loan's.")
    if kind in WITH_AMOUNT:
        if not (new.amount.is_finite() and 0 < new.amount <= AMOUNT_MAX):
            refuse("amount", f"{new.amount} is no amount to record.", "Give a positive amount.")
        if new.amount != new.amount.quantize(AMOUNT_UNIT):
            refuse("amount", f"{new.amount} has too many digits.", "Round it to the smallest unit of the currency.")
    elif new.amount:
        refuse("amount", f"A {kind.value.replace('_', ' ')} has no amount of its own.", "Leave it out.")
    if value_on > today:
        refuse("value_on", f"{value_on} is in the future; today is {today}.", "Record it on its day.")
    if value_on < terms.start:
        refuse("value_on", f"The loan began on {terms.start}, after {value_on}.", f"Give {terms.start} or later.")
    if value_on < today - timedelta(days=BACKDATED_DAYS_MAX):
        refuse(
            "value_on",
            f"{value_on} is further back than {BACKDATED_DAYS_MAX:,} days.",
            "Record it on a later day, with a reason that says when it happened.",
        )
    if loan.state is LoanState.CANCELLED:
        raise LoanNotOpen("The loan was cancelled.", field="loan", remedy="Open another one.")
    if kind is not TransactionType.DISBURSEMENT and (loan.disbursed_on is None or value_on < loan.disbursed_on):
        when = "Nothing is paid out yet" if loan.disbursed_on is None else f"It was paid out on {loan.disbursed_on}"
        refuse("value_on", f"{when}, so nothing can be recorded before.", "Check the loan and the day.")
    if loan.transactions >= repository.TRANSACTIONS_MAX:
        raise LoanNotOpen(
            f"The loan has {loan.transactions:,} transactions, which is the most.", field="loan", remedy="Refinance it."
        )
    if new.reference is not None and not (
        1 <= len(new.reference) <= REFERENCE_LENGTH_MAX and new.reference.isprintable()
    ):
        refuse("reference", "The reference is not sound.", f"Give 1 to {REFERENCE_LENGTH_MAX} printable characters.")
    if new.reason is not None and len(new.reason) > REASON_LENGTH_MAX:
        refuse("reason", "The reason is too long.", f"Give at most {REASON_LENGTH_MAX} characters.")


def require_reason(reason: str | None) -> str:
    """Return a reason without white space around it; raises ReasonMissing."""
    why = (reason or "").strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise ReasonMissing("This needs a reason.", field="reason", remedy="Say why, in a sentence.")
    return why


def require_version(tx: DatabaseTransaction, loan: Loan, expected: int | None) -> None:
    """Raise LoanChanged, saying who did what, where the loan is not at the version that the caller looked at."""
    if expected is None or expected == loan.version:
        return
    row = tx.find(
        "select type, recorded_by, recorded_at from loan_transactions where organization_id = %s and loan_id = %s"
        " order by sequence desc limit 1",
        [tx.organization_id, loan.id],
    )
    what = "" if row is None else f" The last act was a {row['type'].replace('_', ' ')} by {row['recorded_by']}."
    raise LoanChanged(
        f"The loan is at version {loan.version} by now, not {expected}.{what}",
        field="expected_version",
        remedy="Look at it again, then decide.",
        data={"version": loan.version}
        | (
            {} if row is None else {"by": row["recorded_by"], "type": row["type"], "at": row["recorded_at"].isoformat()}
        ),
    )


def transaction_row(step: Step, transaction: Transaction, new: NewTransaction, by: str) -> dict[str, Any]:
    """Return the row that stores a transaction."""
    return {
        "organization_id": step.organization.id,
        "id": transaction.id,
        "loan_id": step.loan.id,
        "sequence": transaction.sequence,
        "type": transaction.type.value,
        "value_on": transaction.value_on,
        "amount": transaction.amount,
        "currency": step.loan.terms.currency,
        "parameters": dict(transaction.parameters),
        "reference": new.reference,
        "reverses": None,
        "reason": None if new.reason is None else new.reason.strip() or None,
        "decision_id": new.decision_id,
        "recorded_by": by,
        "recorded_at": step.organization.clock.at(step.now),
    }


def _write(tx: DatabaseTransaction, step: Step, row: dict[str, Any]) -> Recorded:
    """Store a step: the transaction, the ledger, the loan, its months, and what is told of it."""
    before, fold = step.loan, step.fold
    business = step.organization.clock.at(step.now)
    repository.TRANSACTIONS.run(tx, [row])
    postings = LoanPostings(before.id, before.terms.currency, tuple(fold.book.postings))
    if step.replayed:
        rebook(tx, [postings], now=business)
    else:
        book(tx, [postings], now=business)
    stated = books.figures(fold.book, business)
    if _is_taken_back(before, stated, row):
        stated["state"] = LoanState.CANCELLED.value
    after = {
        "organization_id": tx.organization_id,
        "id": before.id,
        **stated,
        "version": before.version + 1,
        "transactions": before.transactions + 1,
        "reset_on": before.reset_on,
    }
    repository.CHANGED.run(tx, [after])
    month_ends = books.stored_month_ends(tx.organization_id, before.id, fold.month_ends)
    if step.replayed:
        repository.replace_month_ends(tx, before.id, _month_end(row["value_on"]), month_ends)
    elif month_ends:
        repository.MONTH_ENDS.run(tx, month_ends)
    loan = replace(
        before,
        **{name: value for name, value in after.items() if name not in ("organization_id", "state")},
        state=LoanState(after["state"]),
    )
    events.tell_recorded(tx, step.organization, before.state, loan, row, now=step.now)
    if loan.state is LoanState.CANCELLED:
        events.tell_cancelled(
            tx, step.organization, loan, reason=row["reason"] or "", by=row["recorded_by"], now=step.now
        )
    return Recorded(row["id"], loan, backdated=step.replayed)


def _is_taken_back(before: Loan, stated: dict[str, Any], row: dict[str, Any]) -> bool:
    """Say whether the payout was taken back, so that no loan is left."""
    taken_back: bool = (
        row["parameters"].get("type") == TransactionType.DISBURSEMENT.value
        and row["reverses"] is not None
        and stated["state"] == LoanState.APPROVED.value
        and before.state is not LoanState.APPROVED
    )
    return taken_back


def _follows(tx: DatabaseTransaction, loan: Loan, transaction: Transaction) -> bool:
    """Say whether a transaction comes after all that stand, in the order in which a replay takes them."""
    if transaction.value_on > loan.booked_to:
        return True
    rows = tx.all(
        "select t.* from loan_transactions t where t.organization_id = %s and t.loan_id = %s and t.value_on >= %s"
        " and t.reverses is null and not exists (select from loan_transactions r"
        " where r.organization_id = t.organization_id and r.reverses = t.id) limit %s",
        [tx.organization_id, loan.id, transaction.value_on, repository.TRANSACTIONS_MAX],
    )
    own = order(transaction)
    return all(order(repository.transaction_from_row(row)) < own for row in rows)


def _same(found: Row, loan: Loan, new: NewTransaction) -> UUID:
    """Return the id of a transaction that was recorded before; raises ReferenceUsed where it was another one."""
    value_on = new.value_on or found["value_on"]
    same = (
        found["loan_id"] == loan.id
        and found["type"] == new.type.value
        and found["amount"] == new.amount
        and found["value_on"] == value_on
        and new.currency in (None, found["currency"])
        and found["parameters"] == parse_parameters(new.type, new.parameters, value_on)
    )
    if not same:
        raise ReferenceUsed(
            f"The reference '{new.reference}' belongs to a {found['type'].replace('_', ' ')} of {found['amount']}"
            f" {found['currency']} on {found['value_on']}.",
            field="reference",
            remedy="Use another reference, or send the same transaction.",
            data={"transaction_id": str(found["id"])},
        )
    transaction_id: UUID = found["id"]
    return transaction_id


def _month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
