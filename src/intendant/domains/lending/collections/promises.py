"""Promises to pay: one open at a time for a loan, kept or broken by what is then recorded (see `settlement`)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from intendant.domains.lending.collections import cases, queries
from intendant.domains.lending.contract import PROMISE_CANCELLED, PROMISE_RECORDED
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

PROMISE_DAYS_MAX = 90
"""A promise for a later day is none to wait for."""
PAGE_MAX = 201
SCALE_MAX = 4


class PromiseInvalid(Invalid):
    """A promise that cannot be recorded."""

    code = "promise_invalid"


class PromiseOpen(Conflict):
    """The borrower has promised already, and the day has not passed."""

    code = "promise_open"


class PromiseUnknown(NotFound):
    """No such promise."""

    code = "promise_unknown"


class PromiseClosed(Conflict):
    """The promise was kept, broken or cancelled."""

    code = "promise_closed"


@dataclass(frozen=True, slots=True)
class GivenPromise:
    """What was promised: an amount, in all, to be paid until a day, included."""

    amount: Decimal
    due_on: date
    note: str | None = None


def record_promise(tx: Transaction, by: Principal, loan_id: UUID, given: GivenPromise) -> Row:
    """Record a promise to pay. Raises LoanUnknown, LoanNotInArrears, PromiseInvalid and PromiseOpen."""
    by.require(Permission.LOAN_SERVICE)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    now = organization.clock.at(system_now)
    today = queries.business_date(organization, system_now)
    loan = cases.get_loan_row(tx, loan_id)
    case = cases.get_case(tx, loan_id, now)
    note = cases.parse_note(given.note)
    if not 0 < given.amount <= case.owed or -_exponent(given.amount) > SCALE_MAX:
        raise PromiseInvalid(
            f"{given.amount} is no amount to promise.",
            field="amount",
            remedy=f"Give a positive amount up to {case.owed.normalize():f} {case.currency}, all that is owed.",
        )
    if not today <= given.due_on <= today + timedelta(days=PROMISE_DAYS_MAX):
        raise PromiseInvalid(
            f"{given.due_on} is no day to promise.",
            field="due_on",
            remedy=f"Give a day from {today} to {today + timedelta(days=PROMISE_DAYS_MAX)}.",
        )
    cases.lock_case(tx, loan_id, system_now)
    promise = tx.find(
        "insert into promises (organization_id, id, loan_id, amount, due_on, state, after_sequence, note, recorded_by, recorded_at,"
        " version) values (%s, %s, %s, %s, %s, 'open', coalesce((select max(sequence) from loan_transactions where"
        " organization_id = %s and loan_id = %s), 0), %s, %s, %s, 1)"
        " on conflict (organization_id, loan_id) where state = 'open' do nothing returning *",
        [organization.id, ids.new_id(), loan_id, given.amount, given.due_on, organization.id, loan_id, note, by.label, now],
    )  # fmt: skip
    if promise is None:
        raise PromiseOpen(
            f"A payment for {loan['reference']} is promised already.",
            field="loan",
            remedy="Wait for its day, or cancel it first.",
        )
    cases.change_case(tx, loan_id, system_now)
    body: dict[str, object] = {
        "promise_id": promise["id"],
        "amount": promise["amount"],
        "due_on": promise["due_on"],
        "currency": loan["currency"],
    }
    cases.tell(tx, organization, PROMISE_RECORDED, loan_id, body, by=by.label, system_now=system_now)
    return promise


def cancel_promise(tx: Transaction, by: Principal, promise_id: UUID, *, reason: str) -> Row:
    """Cancel an open promise, such as one that was recorded by mistake. Raises PromiseUnknown, PromiseClosed."""
    by.require(Permission.LOAN_SERVICE)
    why = cases.parse_note(reason, field="reason", required=True)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    found = tx.find(
        "select loan_id, state from promises where organization_id = %s and id = %s for update",
        [organization.id, promise_id],
    )
    if found is None:
        raise PromiseUnknown("There is no such promise.", field="promise", remedy="List the promises.")
    if found["state"] != "open":
        raise PromiseClosed(f"The promise is {found['state']}.", field="promise", remedy="Record a new one.")
    promise = tx.find(
        "update promises set state = 'cancelled', settled_at = %s, note = %s, version = version + 1"
        " where organization_id = %s and id = %s returning *",
        [organization.clock.at(system_now), why, organization.id, promise_id],
    )
    assert promise is not None  # noqa: S101 - locked above
    cases.lock_case(tx, found["loan_id"], system_now)
    cases.change_case(tx, found["loan_id"], system_now, next_on=queries.business_date(organization, system_now))
    body: dict[str, object] = {"promise_id": promise_id, "amount": promise["amount"], "due_on": promise["due_on"]}
    cases.tell(tx, organization, PROMISE_CANCELLED, found["loan_id"], body, by=by.label, system_now=system_now)
    return promise


def list_promises(
    tx: Transaction,
    by: Principal,
    *,
    state: str | None = None,
    loan_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Row]:
    """List promises newest first, each with its loan in short; from `after` (exclusive), at most `PAGE_MAX`."""
    by.require(Permission.LOAN_READ)
    return tx.all(
        "select p.*, l.reference, l.borrower, l.currency from promises p"
        " join loans l on l.organization_id = p.organization_id and l.id = p.loan_id"
        " where p.organization_id = %(organization)s and (%(state)s::text is null or p.state = %(state)s)"
        " and (%(loan)s::uuid is null or p.loan_id = %(loan)s) and (%(after)s::uuid is null or p.id < %(after)s)"
        " order by p.id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "state": state,
            "loan": loan_id,
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )


def _exponent(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
