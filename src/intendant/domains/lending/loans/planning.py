"""What recording transactions would make of a loan, worked out before anything is written. Pure.

Recording writes what this says, and a preview shows it: they are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from intendant.domains.lending.loans import books, repository
from intendant.domains.lending.loans.model import WITH_AMOUNT, Loan, NewTransaction
from intendant.domains.lending.loans.parameters import parse_parameters, refuse
from intendant.domains.lending.servicing.book import order
from intendant.domains.lending.servicing.model import LoanState, Transaction, TransactionType
from intendant.kernel.organizations import Organization
from intendant.kit import ids
from intendant.kit.database import Row
from intendant.kit.errors import Conflict, IntendantError
from intendant.kit.money import AMOUNT_MAX, minor_unit

BACKDATED_DAYS_MAX = 1_830
"""How far back a transaction may count from: five years."""
REASON_LENGTH_MAX = 2_000
REFERENCE_LENGTH_MAX = 100


class LoanNotOpen(Conflict):
    """The loan is not in a state that takes this transaction."""

    code = "loan_not_open"


class PayoutUsed(Conflict):
    """The payout that is to be reversed is what other transactions rest on."""

    code = "payout_used"


@dataclass(frozen=True, slots=True)
class Moment:
    """When and for whom something is worked out. `now` is system time, `today` the business day."""

    organization: Organization
    now: datetime
    today: date

    @property
    def business(self) -> datetime:
        """Return the moment in business time."""
        return self.organization.clock.at(self.now)


@dataclass(slots=True)
class Worked:
    """A loan's books with what is to be recorded, and what could not be. Places are those of what was given."""

    loan: Loan
    fold: books.Fold
    replayed: bool
    """Whether the loan was replayed, so that `fold` has all its postings and not only new ones."""
    since: date
    """The earliest day that anything counts from."""
    accepted: list[tuple[int, Transaction]] = field(default_factory=list)
    refused: list[tuple[int, IntendantError]] = field(default_factory=list)


def work_out(moment: Moment, loan: Loan, rows: Sequence[Row], news: Sequence[NewTransaction]) -> Worked:
    """Work out what transactions make of a loan, one after the other.

    `rows` are all that was recorded of it; they may be left out where every transaction is later than the day up to which the
    loan is booked (`needs_rows`).
    """
    standing = repository.standing(rows)
    worked = Worked(loan, books.go_on(loan, lambda: standing), False, moment.today)
    for place, new in enumerate(news):
        try:
            transaction = _transaction(moment, worked, new)
            _apply(worked, standing, transaction)
        except IntendantError as error:
            worked.refused.append((place, error))
            continue
        worked.accepted.append((place, transaction))
        worked.since = min(worked.since, transaction.value_on)
    return worked


def without(moment: Moment, loan: Loan, rows: Sequence[Row], wrong: Row) -> Worked:
    """Work out what a loan is without one of its transactions."""
    standing = [each for each in repository.standing(rows) if each.id != wrong["id"]]
    since = wrong["value_on"]
    fold = books.replay(loan.terms, standing, loan.booked_to, months_from=month_end(since))
    if standing and not fold.book.disbursed:
        raise PayoutUsed(
            "Other transactions of the loan rest on this payout.",
            field="transaction",
            remedy="Reverse those first, the latest before the others.",
        )
    return Worked(loan, fold, True, min(since, moment.today))


def needs_rows(loan: Loan, new: NewTransaction, today: date) -> bool:
    """Say whether what was recorded before has to be known to record a transaction."""
    return (new.value_on or today) <= loan.booked_to or not books.is_readable(loan)


def _transaction(moment: Moment, worked: Worked, new: NewTransaction) -> Transaction:
    value_on = new.value_on or moment.today
    _check(worked, new, value_on, moment.today)
    return Transaction(
        id=ids.new_id(),
        sequence=worked.loan.transactions + len(worked.accepted) + 1,
        type=new.type,
        value_on=value_on,
        amount=new.amount,
        parameters=parse_parameters(new.type, new.parameters, value_on),
    )


def _apply(worked: Worked, standing: Sequence[Transaction], transaction: Transaction) -> None:
    earlier = [*standing, *(each for _, each in worked.accepted)]
    _check_payouts(earlier, transaction)
    in_time = not worked.replayed and transaction.value_on >= worked.fold.book.on
    # What came on the same day may have to come after this one.
    if in_time and all(order(each) < order(transaction) for each in earlier):
        try:
            worked.fold.apply(transaction)
        except IntendantError:
            worked.fold = books.go_on(worked.loan, lambda: standing)
            for _, each in worked.accepted:
                worked.fold.apply(each)
            raise
        return
    until = max(worked.fold.book.on, transaction.value_on)
    since = month_end(min(worked.since, transaction.value_on))
    # Kept only where it is not refused.
    worked.fold = books.replay(worked.loan.terms, [*earlier, transaction], until, months_from=since, new=transaction.id)
    worked.replayed = True


def _check_payouts(earlier: Sequence[Transaction], transaction: Transaction) -> None:
    """Raise TransactionInvalid for a claim that is given up on a day after which more of it was paid out."""
    if transaction.type not in (TransactionType.CHARGE_OFF, TransactionType.WRITE_OFF):
        return
    payouts = [each.value_on for each in earlier if each.type is TransactionType.DISBURSEMENT]
    if max(payouts, default=transaction.value_on) > transaction.value_on:
        refuse("value_on", f"Money was paid out on {max(payouts)}, after that.", "Give that day or a later one.")


def _check(worked: Worked, new: NewTransaction, value_on: date, today: date) -> None:
    """Raise TransactionInvalid or LoanNotOpen for a transaction that does not fit its loan, naming the field at fault."""
    kind, loan = new.type, worked.loan
    _check_amount(loan, new)
    if value_on > today:
        refuse("value_on", f"{value_on} is in the future; today is {today}.", "Record it on its day.")
    if value_on < today - timedelta(days=BACKDATED_DAYS_MAX):
        refuse(
            "value_on",
            f"{value_on} is further back than {BACKDATED_DAYS_MAX:,} days.",
            "Record it on a later day, with a reason that says when it happened.",
        )
    if value_on < loan.terms.start:
        refuse("value_on", f"The loan began on {loan.terms.start}, after {value_on}.", "Check the loan and the day.")
    if loan.state is LoanState.CANCELLED:
        raise LoanNotOpen("The loan was cancelled.", field="loan", remedy="Open another one.")
    if kind is not TransactionType.DISBURSEMENT:
        paid_out = [each.value_on for _, each in worked.accepted if each.type is TransactionType.DISBURSEMENT]
        first = min([*paid_out, *([] if loan.disbursed_on is None else [loan.disbursed_on])], default=None)
        if first is None or value_on < first:
            when = "Nothing is paid out yet" if first is None else f"It was paid out on {first}"
            refuse("value_on", f"{when}, so nothing can be recorded before.", "Check the loan and the day.")
    if loan.transactions + len(worked.accepted) >= repository.TRANSACTIONS_MAX:
        most = f"The loan has {repository.TRANSACTIONS_MAX:,} transactions, which is the most."
        raise LoanNotOpen(most, field="loan", remedy="Refinance it.")
    if new.reference is not None and not is_sound(new.reference):
        refuse("reference", "The reference is not sound.", f"Give 1 to {REFERENCE_LENGTH_MAX} printable characters.")
    if new.reason is not None and (len(new.reason) > REASON_LENGTH_MAX or "\x00" in new.reason):
        refuse("reason", "The reason is not sound.", f"Give at most {REASON_LENGTH_MAX} characters.")


def is_sound(reference: str) -> bool:
    """Say whether a transaction may have this reference."""
    return 1 <= len(reference) <= REFERENCE_LENGTH_MAX and reference.isprintable()


def _check_amount(loan: Loan, new: NewTransaction) -> None:
    if new.currency is not None and new.currency != loan.terms.currency:
        refuse(
            "currency",
            f"The loan is in {loan.terms.currency}, not in {new.currency[:10]}.",
            f"Give the amount in {loan.terms.currency}.",
        )
    if new.type not in WITH_AMOUNT:
        if new.amount:
            what = new.type.value.replace("_", " ")
            refuse("amount", f"A {what} has no amount of its own.", "Leave it out.")
        return
    if not (new.amount.is_finite() and 0 < new.amount <= AMOUNT_MAX):
        refuse("amount", f"{new.amount} is no amount to record.", "Give a positive amount.")
    unit = minor_unit(loan.terms.currency)
    if new.amount % unit:
        refuse("amount", f"{new.amount} has too many digits.", f"Give a multiple of {unit}.")


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def transaction_row(
    moment: Moment, loan: Loan, transaction: Transaction, new: NewTransaction, by: str
) -> dict[str, Any]:
    """Return the row that stores a transaction."""
    return _row(
        moment,
        loan,
        by,
        id=transaction.id,
        sequence=transaction.sequence,
        type=transaction.type.value,
        value_on=transaction.value_on,
        amount=transaction.amount,
        parameters=dict(transaction.parameters),
        reference=new.reference,
        reason=(new.reason or "").strip() or None,
        decision_id=new.decision_id,
    )


def reversal_row(moment: Moment, loan: Loan, wrong: Row, by: str, reason: str) -> dict[str, Any]:
    """Return the row that takes another back; it counts from the same day."""
    return _row(
        moment,
        loan,
        by,
        id=ids.new_id(),
        sequence=loan.transactions + 1,
        type="reversal",
        value_on=wrong["value_on"],
        amount=wrong["amount"],
        parameters={"type": wrong["type"]},
        reverses=wrong["id"],
        reason=reason,
    )


def _row(moment: Moment, loan: Loan, by: str, **values: Any) -> dict[str, Any]:
    defaults: Mapping[str, Any] = {"reference": None, "reverses": None, "reason": None, "decision_id": None}
    return {
        **defaults,
        **values,
        "organization_id": moment.organization.id,
        "loan_id": loan.id,
        "currency": loan.terms.currency,
        "recorded_by": by,
        "recorded_at": moment.business,
    }
