"""A loan's case in collections: its row, and moves of it. Each takes the lock, and each makes the version one higher."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from intendant.domains.lending.collections import queries
from intendant.domains.lending.collections.kind import LoanNotInArrears
from intendant.domains.lending.collections.ladder import Rungs, rungs_of
from intendant.domains.lending.collections.model import Arrears
from intendant.domains.lending.contract import COLLECTION_KIND
from intendant.domains.lending.loans.repository import LoanUnknown
from intendant.kernel import events, policies
from intendant.kernel.gate import (
    Allowances,
    Case,
    CompiledPolicy,
    ComponentState,
    Level,
    VerdictKind,
    compile_policy,
    parse_policy,
)
from intendant.kernel.organizations import Organization
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

NOTE_LENGTH_MAX = 2_000
_COLUMNS = frozenset(
    {
        "assignee",
        "no_contact",
        "disputed",
        "why",
        "channels",
        "time_zone",
        "hardship",
        "hardship_until",
        "next_on",
        "rest_until",
    }
)


class NoteInvalid(Invalid):
    """A note or reason that is missing or too long."""

    code = "note_invalid"


def get_loan_row(tx: Transaction, loan_id: UUID) -> Row:
    """Get what collecting needs of a loan; raises LoanUnknown."""
    row = tx.find(
        "select id, reference, borrower, product, currency, state, outstanding, owed, arrears, days_past_due, bucket, transactions,"
        " booked_to from loans where organization_id = %s and id = %s",
        [tx.organization_id, loan_id],
    )
    if row is None:
        raise LoanUnknown("There is no such loan.", field="loan", remedy="List the loans to find it.")
    return row


def get_case(tx: Transaction, loan_id: UUID, now: datetime) -> Arrears:
    """Get a loan in arrears as rules see it; raises LoanNotInArrears."""
    found = queries.load_cases(tx, [loan_id], now).get(loan_id)
    if found is None:
        raise LoanNotInArrears("Nothing of the loan is overdue.", field="loan", remedy="Nothing is left to collect.")
    return found


def find_case(tx: Transaction, loan_id: UUID) -> Row:
    """Find a loan's case; where there is none, what it would say."""
    row = tx.find(
        "select * from collection_cases where organization_id = %s and loan_id = %s", [tx.organization_id, loan_id]
    )
    nothing = dict.fromkeys((*_COLUMNS, "considered_on", "considered_bucket"))
    return row or {**nothing, "loan_id": loan_id, "no_contact": False, "disputed": False, "version": 0}


def lock_case(tx: Transaction, loan_id: UUID, system_now: datetime) -> Row:
    """Lock a loan's case, made where there is none, and return it."""
    tx.execute(
        "insert into collection_cases (organization_id, loan_id, version, updated_at) values (%s, %s, 0, %s)"
        " on conflict do nothing",
        [tx.organization_id, loan_id, system_now],
    )
    row = tx.find(
        "select * from collection_cases where organization_id = %s and loan_id = %s for update",
        [tx.organization_id, loan_id],
    )
    assert row is not None  # noqa: S101 - it is there since the statement before
    return row


def change_case(tx: Transaction, loan_id: UUID, system_now: datetime, **changes: Any) -> Row:
    """Change a locked case; return it as it is now."""
    assert changes.keys() <= _COLUMNS  # noqa: S101 - names stand in the statement
    sets = "".join(f", {name} = %({name})s" for name in changes)
    row = tx.find(
        f"update collection_cases set version = version + 1, updated_at = %(now)s{sets}"  # noqa: S608 - names checked above
        " where organization_id = %(organization)s and loan_id = %(loan)s returning *",
        {"now": system_now, "organization": tx.organization_id, "loan": loan_id, **changes},
    )
    assert row is not None  # noqa: S101 - locked before
    return row


def load_policy(tx: Transaction) -> tuple[CompiledPolicy, Rungs]:
    """Load the policy in force, and the rungs in it."""
    policy = parse_policy(policies.get_active(tx, COLLECTION_KIND)["body"])
    return compile_policy(policy), rungs_of(policy.parameters)


def why_not(compiled: CompiledPolicy, step: str, values: dict[str, object], at: datetime) -> list[str]:
    """Say which rules forbid a step, whoever takes it; empty where none does. The gate itself is asked."""
    case = Case(action=step, values=values, confidence=1.0, amount=Decimal(0), at=at)
    verdict = compiled.decide(case, ComponentState(COLLECTION_KIND, Level.FULL), Allowances())
    return [reason.text for reason in verdict.reasons if reason.kind is VerdictKind.REFUSE and reason.rule is not None]


def rest_until(rungs: Rungs, on: date) -> date:
    """Return the day until which nothing is proposed after a contact."""
    return on + timedelta(days=rungs.days_between)


def parse_note(note: str | None, *, field: str = "note", required: bool = False) -> str | None:
    """Take a note as it is meant: stripped, None where it is empty; raises NoteInvalid."""
    text = (note or "").strip()
    if len(text) > NOTE_LENGTH_MAX or "\x00" in text:
        raise NoteInvalid("The note is too long.", field=field, remedy=f"Give at most {NOTE_LENGTH_MAX} characters.")
    if required and not text:
        raise NoteInvalid("A reason is needed.", field=field, remedy="Say why, in a sentence.")
    return text or None


def tell(
    tx: Transaction,
    organization: Organization,
    name: str,
    loan_id: UUID,
    body: dict[str, object],
    *,
    by: str,
    system_now: datetime,
) -> None:
    """Emit an event about a loan."""
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"loan:{loan_id}",
        body={"loan_id": loan_id, **body},
        at=organization.clock.at(system_now),
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])
