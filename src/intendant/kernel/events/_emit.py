"""Events: past tense, frozen, versioned. Each is written with an audit leaf that binds it, in the caller's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from intendant.kernel import audit
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, Writes
from intendant.kit.canonical import canonical_json, digest
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Bug

EVENTS = BulkInsert(
    "events",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "name": "text",
        "version": "smallint",
        "body": "text",
        "at": "timestamptz",
        "recorded_at": "timestamptz",
    },
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `name` is `domain.thing.past_tense`; `at` is business time; `record` is the digest of the
    full record it is about, where there is one, so that the audit leaf binds that too."""

    organization_id: UUID
    name: str
    subject: str
    body: Mapping[str, object]
    at: datetime
    recorded_at: datetime
    actor: str
    version: int = 1
    record: bytes | None = None


def rows(event: Event) -> tuple[Row, Row]:
    """Turn an event into its row of `events` and its row of `audit`."""
    row: Row = {
        "organization_id": event.organization_id,
        "id": ids.new_id(),
        "name": event.name,
        "version": event.version,
        "body": canonical_json(event.body).decode(),
        "at": _utc(event.at),
        "recorded_at": _utc(event.recorded_at),
    }
    leaf = audit.leaf_row(
        audit.Act(
            organization_id=event.organization_id,
            actor=event.actor,
            act=event.name,
            subject=event.subject,
            at=event.recorded_at,
            # The whole row is bound, as `audit.EVENT` reads it back: name, version and times as much as the body.
            detail={"event": row["id"], "event_digest": digest(canonical_json(row))},
            digest=event.record,
        )
    )
    return row, leaf


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise Bug("The moment of an event has no time zone.")
    return moment.astimezone(UTC)


def gather(writes: Writes, event: Event) -> None:
    """Add an event and its leaf to a batch's writes."""
    row, leaf = rows(event)
    writes.add(EVENTS, row)
    writes.add(audit.AUDIT, leaf)


def emit(tx: Transaction, events: Iterable[Event]) -> None:
    """Write events and their leaves in the caller's transaction."""
    writes = Writes()
    for event in events:
        gather(writes, event)
    writes.flush(tx)
