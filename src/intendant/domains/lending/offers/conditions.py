"""The checklist of an application: what must be there before money goes out, who said that it is, and what was let go."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from intendant.domains.lending import contract
from intendant.domains.lending.credit_terms import CONDITION_KEY, CONDITIONS_MAX
from intendant.domains.lending.model import OPEN_STATES, ApplicationState
from intendant.domains.lending.offers import repository, tables
from intendant.domains.lending.offers.model import (
    CONDITION_MOVES,
    ConditionClosed,
    ConditionInvalid,
    ConditionState,
    may_move,
)
from intendant.domains.lending.repository import ApplicationUnknown
from intendant.kernel import events
from intendant.kernel.access import Permission, Principal
from intendant.kernel.organizations import Organization, get_organization
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction

LABEL_LENGTH_MAX = 200
NOTE_LENGTH_MAX = 2_000
_OPEN = OPEN_STATES | {ApplicationState.APPROVED}
_TRY_AGAIN = """
update tranches t set verdict = null, version = t.version + 1, updated_at = %(now)s
from loans l where l.organization_id = t.organization_id and l.id = t.loan_id and l.application_id = %(application)s
  and t.organization_id = %(organization)s and t.state = 'planned' and t.verdict = 'refuse'
"""
# The first tranche makes the application disbursed; what follows may still be made to wait.
_HAS_OPEN_TRANCHES = """
select exists (
  select from tranches t join loans l on l.organization_id = t.organization_id and l.id = t.loan_id
  where l.organization_id = %s and l.application_id = %s and l.state in ('active', 'overpaid')
    and t.state in ('planned', 'asked', 'failed'))
"""


def list_conditions(tx: Transaction, by: Principal, application_id: UUID) -> list[Row]:
    """List the conditions of an application; raises ApplicationUnknown."""
    by.require(Permission.APPLICATION_READ)
    _state_of(tx, application_id, lock=False)
    return repository.list_conditions(tx, application_id)


def add_condition(
    tx: Transaction, by: Principal, application_id: UUID, *, key: str, label: str, note: str | None
) -> Row:
    """Set a condition beside those of the product; raises ConditionInvalid, or ConditionClosed once all is paid out."""
    by.require(Permission.LOAN_SERVICE)
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    business = organization.clock.at(now)
    state = _state_of(tx, application_id, lock=True)
    if state not in _OPEN and not tx.scalar(_HAS_OPEN_TRANCHES, [tx.organization_id, application_id]):
        raise ConditionClosed(
            f"The application is {state.value}.", field="application", remedy="A condition comes before the payout."
        )
    if not CONDITION_KEY.match(key):
        raise ConditionInvalid(
            f"{key[:40]!r} is no key.", field="key", remedy="Use lower-case letters, digits, '_', '.', '-'."
        )
    if not (1 <= len(label.strip()) <= LABEL_LENGTH_MAX and label.isprintable()):
        raise ConditionInvalid(
            "The condition has no sound label.", field="label", remedy="Say in a few words what it is."
        )
    if len(repository.list_conditions(tx, application_id)) >= CONDITIONS_MAX:
        raise ConditionInvalid(
            f"The application has {CONDITIONS_MAX} conditions.", field="key", remedy="Settle some of them first."
        )
    row: Row = {
        "organization_id": tx.organization_id,
        "id": ids.new_id(),
        "application_id": application_id,
        "key": key,
        "label": label.strip(),
        "state": ConditionState.PENDING.value,
        "version": 1,
        "note": _note(note),
        "changed_by": by.label,
        "created_at": business,
        "updated_at": business,
    }
    if any(each["key"] == key for each in repository.list_conditions(tx, application_id)):
        raise ConditionInvalid(
            f"There is a condition '{key}' already.", field="key", remedy="Use that one, or another key."
        )
    tables.CONDITIONS.run(tx, [row])
    _tell(tx, organization, contract.CONDITION_ADDED, row, {}, by=by.label, now=now)
    return row


def change_condition(
    tx: Transaction,
    by: Principal,
    condition_id: UUID,
    *,
    state: ConditionState | None = None,
    note: str | None = None,
    version: int | None = None,
) -> Row:
    """Move a condition along, or change its note. Waiving one takes the permission to relieve.

    Raises ConditionUnknown, ConditionInvalid, and ConditionClosed for a move that its table does not allow.
    """
    by.require(Permission.LOAN_RELIEVE if state is ConditionState.WAIVED else Permission.LOAN_SERVICE)
    organization = get_organization(tx, tx.organization_id)
    now = clock.system_now()
    business = organization.clock.at(now)
    row = repository.get_condition(tx, condition_id)
    present = ConditionState(row["state"])
    if version is not None and row["version"] != version:
        raise ConditionClosed(
            f"The condition was changed by {row['changed_by']} meanwhile.", field="version", remedy="Look at it again."
        )
    to = present if state is None else state
    if to is not present and not may_move(CONDITION_MOVES, present, to):
        raise ConditionClosed(
            f"A condition that is {present.value} cannot become {to.value}.",
            field="state",
            remedy=f"It may become {', '.join(sorted(CONDITION_MOVES[present]))}.",
            data={"state": present.value},
        )
    if to is ConditionState.WAIVED and not (note or row["note"]):
        raise ConditionInvalid("Waiving a condition needs a note.", field="note", remedy="Say why it is let go.")
    after = tx.find(
        "update conditions set state = %s, note = %s, version = version + 1, changed_by = %s, updated_at = %s"
        " where organization_id = %s and id = %s returning *",
        [
            to.value,
            row["note"] if note is None else _note(note),
            by.label,
            business,
            tx.organization_id,
            condition_id,
        ],
    )
    assert after is not None  # noqa: S101 - it is locked
    if to in (ConditionState.APPROVED, ConditionState.WAIVED):
        # What was refused for the want of it is looked at again.
        given = {"now": business, "application": row["application_id"], "organization": tx.organization_id}
        tx.execute(_TRY_AGAIN, given)
    detail = {"from": present.value, "to": to.value, "note": after["note"]}
    _tell(tx, organization, contract.CONDITION_CHANGED, after, detail, by=by.label, now=now)
    return after


def _state_of(tx: Transaction, application_id: UUID, *, lock: bool) -> ApplicationState:
    row = tx.find(
        f"select state from lending_applications where organization_id = %s and id = %s{' for update' if lock else ''}",  # noqa: S608 - a literal
        [tx.organization_id, application_id],
    )
    if row is None:
        raise ApplicationUnknown("There is no such application.", field="application", remedy="List them to find it.")
    return ApplicationState(row["state"])


def _note(note: str | None) -> str | None:
    if note is None or not note.strip():
        return None
    if len(note) > NOTE_LENGTH_MAX or "\x00" in note:
        raise ConditionInvalid(
            "The note is too long.", field="note", remedy=f"Give at most {NOTE_LENGTH_MAX} characters."
        )
    return note.strip()


def _tell(
    tx: Transaction,
    organization: Organization,
    name: str,
    row: Row,
    detail: Mapping[str, object],
    *,
    by: str,
    now: datetime,
) -> None:
    body = {
        "condition_id": row["id"],
        "application_id": row["application_id"],
        "key": row["key"],
        "version": row["version"],
        **detail,
    }
    event = events.Event(
        organization_id=organization.id,
        name=name,
        subject=f"application:{row['application_id']}",
        body=body,
        at=organization.clock.at(now),
        recorded_at=now,
        actor=by,
    )
    events.emit(tx, [event])
