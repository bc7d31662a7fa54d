"""What people do about a loan in arrears: contacts that they log, steps that they carry out or cancel.

A contact that took place is recorded whatever the limits say, since it is a fact; which of them it broke is answered and told.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.domains.lending.collections import cases, promises, queries
from intendant.domains.lending.collections.cures import Cures
from intendant.domains.lending.collections.kind import LoanNotInArrears
from intendant.domains.lending.collections.limits import local_date
from intendant.domains.lending.collections.model import Channel, ContactOutcome, Step
from intendant.domains.lending.collections.tables import STEP_OCCASION
from intendant.domains.lending.collections.vocabulary import values_of
from intendant.domains.lending.contract import COLLECTION_CLOSED, CONTACT_LOGGED, HARDSHIP_ASKED
from intendant.domains.lending.letters import repository as letters
from intendant.domains.lending.letters.repository import HowSent
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

LATE_LOGGED_DAYS_MAX = 30
_HOW: Mapping[HowSent, str] = {
    "post": "sent by post",
    "email": "sent by email",
    "link": "given by link",
    "handed": "handed over",
}
_CONTACT_STEPS = frozenset({Step.REMIND, Step.CALL, Step.LETTER, Step.OFFER_HARDSHIP})


class StepUnknown(NotFound):
    """No such step."""

    code = "collection_step_unknown"


class StepClosed(Conflict):
    """The step is done or cancelled."""

    code = "collection_step_closed"


class ContactInvalid(Invalid):
    """A contact that cannot have been."""

    code = "contact_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenContact:
    """A contact as it is logged. `at` is business time, by default now; with outcome `promised` the promise belongs to it."""

    outcome: ContactOutcome
    step: Step = Step.CALL
    channel: Channel | None = None
    note: str | None = None
    at: datetime | None = None
    promise: promises.GivenPromise | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A contact that was logged, the limits it broke, and the promise that came of it."""

    step: Row
    breaches: list[str]
    promise: Row | None


def log_contact(tx: Transaction, by: Principal, loan_id: UUID, given: GivenContact) -> Logged:
    """Log a contact; the planned step of the same sort, if there is one, is thereby done.

    Raises LoanUnknown, LoanNotInArrears, ContactInvalid, and what recording its promise raises.
    """
    by.require(Permission.LOAN_SERVICE)
    cases.get_loan_row(tx, loan_id)
    system_now = clock.system_now()
    cases.lock_case(tx, loan_id, system_now)
    planned = tx.find(
        "select * from collection_steps where organization_id = %s and loan_id = %s and state = 'planned' and action = %s"
        " for update",
        [tx.organization_id, loan_id, given.step.value],
    )
    return _log(tx, by, loan_id, given, planned, system_now)


def complete_step(
    tx: Transaction, by: Principal, step_id: UUID, *, outcome: ContactOutcome, note: str | None, at: datetime | None,
    promise: promises.GivenPromise | None = None,
) -> Logged:  # fmt: skip
    """Carry out a planned step: what came of it is logged. Raises StepUnknown, StepClosed and what logging raises."""
    by.require(Permission.LOAN_SERVICE)
    system_now = clock.system_now()
    row = _lock_step(tx, step_id)
    cases.lock_case(tx, row["loan_id"], system_now)
    channel = None if row["channel"] is None else Channel(row["channel"])
    given = GivenContact(outcome=outcome, step=Step(row["action"]), channel=channel, note=note, at=at, promise=promise)
    return _log(tx, by, row["loan_id"], given, row, system_now)


def lock_steps(tx: Transaction, step_ids: Iterable[UUID]) -> None:
    """Lock steps in the order of their ids."""
    wanted = list(step_ids)
    if wanted:
        tx.execute(
            "select 1 from collection_steps where organization_id = %s and id = any(%s) order by id for update",
            [tx.organization_id, wanted],
        )


def complete_by_letter(tx: Transaction, by: Principal, step_id: UUID, number: str, how: HowSent) -> None:
    """Log that the letter of a step went out; nothing is to be done where the step is closed or nothing is overdue any more."""
    system_now = clock.system_now()
    row = tx.find(
        "select * from collection_steps where organization_id = %s and id = %s and state = 'planned' for update",
        [tx.organization_id, step_id],
    )
    if row is None:
        return
    cases.lock_case(tx, row["loan_id"], system_now)
    note = f"Letter {number}, {_HOW[how]}."
    given = GivenContact(outcome=ContactOutcome.SENT, step=Step(row["action"]), channel=Channel.LETTER, note=note)
    with suppress(LoanNotInArrears):
        _log(tx, by, row["loan_id"], given, row, system_now)


def cancel_step(tx: Transaction, by: Principal, step_id: UUID, *, reason: str) -> Row:
    """Cancel a planned step. Raises StepUnknown, StepClosed."""
    by.require(Permission.LOAN_SERVICE)
    why = cases.parse_note(reason, field="reason", required=True)
    organization = get_organization(tx, by.organization_id)
    system_now = clock.system_now()
    row = _lock_step(tx, step_id)
    cancelled = tx.find(
        "update collection_steps set state = 'cancelled', note = %s, done_by = %s, done_at = %s, version = version + 1"
        " where organization_id = %s and id = %s returning *",
        [why, by.label, organization.clock.at(system_now), tx.organization_id, step_id],
    )
    assert cancelled is not None  # noqa: S101 - locked above
    _, rungs = cases.load_policy(tx)
    today = queries.business_date(organization, system_now)
    cases.lock_case(tx, row["loan_id"], system_now)
    cases.change_case(tx, row["loan_id"], system_now, next_on=today + timedelta(days=rungs.wait_days))
    body = {"step_id": step_id, "action": row["action"], "state": "cancelled"}
    cases.tell(tx, organization, COLLECTION_CLOSED, row["loan_id"], body, by=by.label, system_now=system_now)
    return cancelled


def _lock_step(tx: Transaction, step_id: UUID) -> Row:
    row = tx.find(
        "select * from collection_steps where organization_id = %s and id = %s for update",
        [tx.organization_id, step_id],
    )
    if row is None:
        raise StepUnknown("There is no such step.", field="step", remedy="Look at the queue.")
    if row["state"] != "planned":
        raise StepClosed(f"The step is {row['state']}.", field="step", remedy="Log another contact instead.")
    return row


def _log(
    tx: Transaction, by: Principal, loan_id: UUID, given: GivenContact, planned: Row | None, system_now: datetime
) -> Logged:
    organization = get_organization(tx, by.organization_id)
    now = organization.clock.at(system_now)
    at = _moment(given, now)
    note = cases.parse_note(given.note)
    case = cases.get_case(tx, loan_id, now)
    is_contact = given.step in _CONTACT_STEPS
    if given.step is Step.WAIT or (given.outcome is ContactOutcome.DONE) == is_contact:
        raise ContactInvalid(
            f"'{given.outcome}' is no outcome of '{given.step}'.",
            field="outcome",
            remedy="Give how the contact went; 'done' is for what is no contact.",
        )
    if given.promise is not None and given.outcome is not ContactOutcome.PROMISED:
        raise ContactInvalid(
            "A promise was given with another outcome.", field="promise", remedy="Set the outcome 'promised'."
        )
    compiled, rungs = cases.load_policy(tx)
    channel = given.channel or (Channel.PHONE if given.step is Step.CALL else None)
    breaches = cases.why_not(compiled, given.step, values_of(case, given.step, at, Cures({})), at) if is_contact else []
    row = {
        "state": "done",
        "channel": None if channel is None else channel.value,
        "outcome": given.outcome.value,
        "note": note,
        "done_by": by.label,
        "done_at": at,
    }
    if planned is not None and (given.step, given.outcome) == (Step.LETTER, ContactOutcome.SENT):
        letter_id = letters.find_unsent(tx, f"{STEP_OCCASION}{planned['id']}")
        if letter_id is not None:
            letters.mark_sent(tx, organization, letter_id, "post", by=by.label, now=system_now)
    step = _complete(tx, planned, row) if planned is not None else _insert(tx, case.bucket, loan_id, given, row, now)
    changes: dict[str, Any] = {}
    if is_contact:
        changes["rest_until"] = cases.rest_until(rungs, local_date(at, organization.time_zone))
    if given.outcome is ContactOutcome.DISPUTES:
        changes |= {"disputed": True, "why": note}
    if given.outcome is ContactOutcome.HARDSHIP and case.hardship is None:
        changes |= {"hardship": "asked", "why": note}
    cases.change_case(tx, loan_id, system_now, **changes)
    body: dict[str, object] = {
        "step_id": step["id"],
        "action": given.step.value,
        "channel": row["channel"],
        "outcome": given.outcome.value,
        "breaches": len(breaches),
    }
    cases.tell(tx, organization, CONTACT_LOGGED, loan_id, body, by=by.label, system_now=system_now)
    if "hardship" in changes:
        cases.tell(tx, organization, HARDSHIP_ASKED, loan_id, {}, by=by.label, system_now=system_now)
    promise = None
    if given.promise is not None:
        promise = promises.record_promise(tx, by, loan_id, given.promise)
    return Logged(step, breaches, promise)


def _moment(given: GivenContact, now: datetime) -> datetime:
    at = given.at or now
    if at.tzinfo is None or not now - timedelta(days=LATE_LOGGED_DAYS_MAX) <= at <= now:
        raise ContactInvalid(
            "The contact was in the future, or too long ago.",
            field="at",
            remedy=f"Give a moment with its time zone within the last {LATE_LOGGED_DAYS_MAX} days.",
        )
    return at


def _complete(tx: Transaction, planned: Row, row: dict[str, Any]) -> Row:
    done = tx.find(
        "update collection_steps set state = 'done', channel = coalesce(%(channel)s, channel), outcome = %(outcome)s,"
        " note = %(note)s, done_by = %(done_by)s, done_at = %(done_at)s, version = version + 1"
        " where organization_id = %(organization)s and id = %(id)s returning *",
        row | {"organization": tx.organization_id, "id": planned["id"]},
    )
    assert done is not None  # noqa: S101 - locked by the caller
    return done


def _insert(
    tx: Transaction, bucket: int, loan_id: UUID, given: GivenContact, row: dict[str, Any], now: datetime
) -> Row:
    step = tx.find(
        "insert into collection_steps (organization_id, id, loan_id, action, channel, state, planned_for, bucket, outcome, note,"
        " done_by, done_at, version, created_at) values (%(organization)s, %(id)s, %(loan_id)s, %(action)s, %(channel)s, %(state)s,"
        " %(done_at)s, %(bucket)s, %(outcome)s, %(note)s, %(done_by)s, %(done_at)s, 1, %(now)s) returning *",
        row
        | {
            "organization": tx.organization_id,
            "id": ids.new_id(),
            "loan_id": loan_id,
            "action": given.step.value,
            "bucket": bucket,
            "now": now,
        },
    )
    assert step is not None  # noqa: S101 - just written
    return step
