"""Consent on record: who agreed to what, in which words, when and how they said so. A withdrawal is a new row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from intendant.kernel import events, organizations
from intendant.kit import ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid

PAGE_MAX = 201
State = Literal["given", "withdrawn"]


class ConsentInvalid(Invalid):
    """A consent that cannot be taken down."""

    code = "consent_invalid"


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What a person said. `person` is how they are known: e-mail, telephone or customer reference."""

    person: str
    purpose: str
    state: State
    text_version: str
    source: str
    at: datetime | None = None


def person_key(person: str) -> str:
    """Return how a person is known on record, however it was typed."""
    return person.strip().casefold()


def record_consent(tx: Transaction, new: NewConsent, *, by: str, system_now: datetime) -> Row:
    """Take down a consent or its withdrawal; raises ConsentInvalid."""
    now = organizations.get_organization(tx, tx.organization_id).clock.at(system_now)
    at = new.at or now
    if at > now:
        raise ConsentInvalid("A consent cannot lie ahead.", field="at", remedy="Give the moment when it was said.")
    if not person_key(new.person):
        raise ConsentInvalid("Nobody is named.", field="person", remedy="Give an e-mail, telephone or reference.")
    row: Row = {
        "organization_id": tx.organization_id,
        "id": ids.new_id(),
        "person": person_key(new.person),
        "purpose": new.purpose,
        "state": new.state,
        "text_version": new.text_version,
        "source": new.source,
        "at": at,
        "recorded_by": by,
        "recorded_at": system_now,
    }
    tx.execute(
        f"insert into consents ({', '.join(row)}) values ({', '.join(f'%({name})s' for name in row)})",  # noqa: S608
        row,
    )
    event = events.Event(
        organization_id=tx.organization_id,
        name=f"kernel.consent.{new.state}",
        subject=f"consent:{row['id']}",
        body={"consent_id": row["id"], "purpose": new.purpose, "text_version": new.text_version},
        at=now,
        recorded_at=system_now,
        actor=by,
    )
    events.emit(tx, [event])
    return row


def has_consent(tx: Transaction, person: str, purpose: str) -> bool:
    """Say whether a person agrees to a purpose now: the last thing they said counts, and silence is no consent."""
    state = tx.scalar(
        "select state from consents where organization_id = %s and person = %s and purpose = %s"
        " order by at desc, id desc limit 1",
        [tx.organization_id, person_key(person), purpose],
    )
    return bool(state == "given")


def current_consents(tx: Transaction, person: str) -> list[Row]:
    """List the last thing a person said about each purpose."""
    return tx.all(
        "select distinct on (purpose) * from consents where organization_id = %s and person = %s"
        " order by purpose, at desc, id desc limit 200",
        [tx.organization_id, person_key(person)],
    )


def list_consents(
    tx: Transaction,
    *,
    person: str | None,
    purpose: str | None,
    states: Sequence[str] = (),
    after: UUID | None,
    limit: int,
) -> list[Row]:
    """List what was said, newest first."""
    key = None if person is None else person_key(person)
    return tx.all(
        "select * from consents where organization_id = %(organization)s and (%(person)s::text is null or person = %(person)s)"
        " and (%(purpose)s::text is null or purpose = %(purpose)s)"
        " and (cardinality(%(states)s::text[]) = 0 or state = any(%(states)s))"
        " and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "person": key,
            "purpose": purpose,
            "states": list(states),
            "after": after,
            "limit": min(limit, PAGE_MAX),
        },
    )
