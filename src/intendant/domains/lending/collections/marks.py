"""What people note of a case: who works on it, whether and how the borrower may be contacted, relief that is asked for and granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intendant.domains.lending.collections import cases, queries
from intendant.domains.lending.collections.model import Channel
from intendant.domains.lending.contract import (
    COLLECTION_MARKED,
    HARDSHIP_ASKED,
    HARDSHIP_GRANTED,
    HARDSHIP_REFUSED,
)
from intendant.domains.lending.loans.model import NewTransaction
from intendant.domains.lending.loans.recording import record
from intendant.domains.lending.servicing.model import TransactionType
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

HARDSHIP_DAYS_MAX = 366


class MarkInvalid(Invalid):
    """A note of a case that makes no sense."""

    code = "collection_mark_invalid"


class HardshipAsked(Conflict):
    """Relief was asked for already, or runs."""

    code = "hardship_asked"


class HardshipNotAsked(Conflict):
    """Nobody has asked for relief."""

    code = "hardship_not_asked"


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be noted; `names` says which of the fields are meant, so that None can stand for taking a note back."""

    names: frozenset[str]
    assignee: UUID | None = None
    no_contact: bool | None = None
    disputed: bool | None = None
    channels: Sequence[Channel] | None = None
    time_zone: str | None = None
    reason: str | None = None


def mark(tx: Transaction, by: Principal, loan_id: UUID, marks: Marks) -> Row:
    """Note something of a loan's case. Wanting no contact, and taking that back, needs a reason.

    Raises LoanUnknown, MarkInvalid and NoteInvalid.
    """
    by.require(Permission.LOAN_SERVICE)
    organization = get_organization(tx, by.organization_id)
    loan = cases.get_loan_row(tx, loan_id)
    flags = marks.names & {"no_contact", "disputed"}
    why = cases.parse_note(marks.reason, field="reason", required=bool(flags))
    for name in flags:
        if getattr(marks, name) is None:
            raise MarkInvalid(f"'{name}' is neither true nor false.", field=name, remedy="Give true or false.")
    changes: dict[str, Any] = {name: getattr(marks, name) for name in marks.names & {"assignee", *flags}}
    if "channels" in marks.names:
        agreed = marks.channels
        changes["channels"] = None if agreed is None else sorted({channel.value for channel in agreed})
    if "time_zone" in marks.names:
        changes["time_zone"] = _zone(marks.time_zone)
    if not changes:
        raise MarkInvalid("Nothing is to be noted.", field="body", remedy="Give at least one of the fields.")
    if marks.names & {"assignee"} and marks.assignee is not None:
        _require_member(tx, marks.assignee)
    if flags:
        changes["why"] = why
    system_now = clock.system_now()
    cases.lock_case(tx, loan_id, system_now)
    row = cases.change_case(tx, loan_id, system_now, **changes)
    body: dict[str, object] = {"marked": sorted(changes), "reference": loan["reference"]}
    cases.tell(tx, organization, COLLECTION_MARKED, loan_id, body, by=by.label, system_now=system_now)
    return row


def ask_hardship(tx: Transaction, by: Principal, loan_id: UUID, *, reason: str) -> Row:
    """Note that the borrower asks for relief: until somebody has answered, nothing is collected.

    Raises LoanUnknown, LoanNotInArrears and HardshipAsked.
    """
    by.require(Permission.LOAN_SERVICE)
    why = cases.parse_note(reason, field="reason", required=True)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    cases.get_loan_row(tx, loan_id)
    cases.get_case(tx, loan_id, organization.clock.at(system_now))
    if cases.lock_case(tx, loan_id, system_now)["hardship"] is not None:
        raise HardshipAsked("Relief was asked for already.", field="loan", remedy="Grant or refuse it.")
    row = cases.change_case(tx, loan_id, system_now, hardship="asked", hardship_until=None, why=why)
    cases.tell(tx, organization, HARDSHIP_ASKED, loan_id, {}, by=by.label, system_now=system_now)
    return row


def grant_hardship(tx: Transaction, by: Principal, loan_id: UUID, *, until: date, reason: str) -> Row:
    """Grant relief: the loan is paused until a day, and nothing is collected meanwhile.

    Raises LoanUnknown, HardshipNotAsked, MarkInvalid and what recording a pause raises.
    """
    by.require(Permission.LOAN_RELIEVE)
    why = cases.parse_note(reason, field="reason", required=True)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    today = queries.business_date(organization, system_now)
    _require_asked(tx, loan_id)
    if not today < until <= today + timedelta(days=HARDSHIP_DAYS_MAX):
        raise MarkInvalid(
            f"{until} is no day for relief to end.",
            field="until",
            remedy=f"Give a day after {today}, at most {HARDSHIP_DAYS_MAX} days on.",
        )
    record(
        tx,
        by,
        loan_id,
        NewTransaction(type=TransactionType.PAUSE, parameters={"until": until.isoformat()}, reason=why),
    )
    row = cases.change_case(tx, loan_id, system_now, hardship="granted", hardship_until=until, why=why)
    cases.tell(tx, organization, HARDSHIP_GRANTED, loan_id, {"until": until}, by=by.label, system_now=system_now)
    return row


def refuse_hardship(tx: Transaction, by: Principal, loan_id: UUID, *, reason: str) -> Row:
    """Refuse relief; collecting goes on. Raises LoanUnknown, HardshipNotAsked."""
    by.require(Permission.LOAN_RELIEVE)
    why = cases.parse_note(reason, field="reason", required=True)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    _require_asked(tx, loan_id)
    today = queries.business_date(organization, system_now)
    row = cases.change_case(tx, loan_id, system_now, hardship=None, hardship_until=None, why=why, next_on=today)
    cases.tell(tx, organization, HARDSHIP_REFUSED, loan_id, {}, by=by.label, system_now=system_now)
    return row


def _require_asked(tx: Transaction, loan_id: UUID) -> None:
    cases.get_loan_row(tx, loan_id)
    if cases.lock_case(tx, loan_id, clock.system_now())["hardship"] != "asked":
        raise HardshipNotAsked("Nobody has asked for relief.", field="loan", remedy="Note the request first.")


def _require_member(tx: Transaction, user_id: UUID) -> None:
    if not tx.scalar(
        "select exists (select from memberships where organization_id = %s and user_id = %s)",
        [tx.organization_id, user_id],
    ):
        raise MarkInvalid("There is no such colleague.", field="assignee", remedy="Give the id of a user of yours.")


def _zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise MarkInvalid(
            f"{name[:60]!r} is no time zone.", field="time_zone", remedy="Use a name such as America/Chicago."
        ) from None
