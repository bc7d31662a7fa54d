"""Effects outside: rows of our outbox, planned in the deciding transaction and carried out later, once.

An effect's id is its idempotency key at the provider, so that trying again is never doing again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from intendant.kernel.events import Event
from intendant.kernel.registry import EffectCall
from intendant.kit import ids
from intendant.kit.bulk import BulkInsert, Writes
from intendant.kit.canonical import canonical_json
from intendant.kit.clock import BusinessClock
from intendant.kit.database import Row
from intendant.kit.errors import Invalid

PARAMETERS_BYTES_MAX = 64 * 1024
ERROR_CHARACTERS_MAX = 1_000

EFFECTS = BulkInsert(
    "effects",
    {
        "organization_id": "uuid",
        "id": "uuid",
        "decision_id": "uuid",
        "subject_id": "uuid",
        "connector": "text",
        "action": "text",
        "parameters": "text",
        "state": "text",
        "hold_until": "timestamptz",
        "due_at": "timestamptz",
        "undo_of": "uuid",
        "created_at": "timestamptz",
        "updated_at": "timestamptz",
    },
)


class EffectTooLarge(Invalid):
    """The parameters of an effect are larger than an outbox row may be."""

    code = "effect_too_large"


class EffectState(StrEnum):
    """Where an effect stands. Held, planned and running move on; unknown waits for a person; the others are final."""

    HELD = "held"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect as it stands. `hold_until` is business time, all other moments are system time."""

    organization_id: UUID
    id: UUID
    decision_id: UUID
    subject_id: UUID
    connector: str
    action: str
    parameters: Mapping[str, Any]
    state: EffectState
    hold_until: datetime | None
    due_at: datetime
    attempts: int
    fence: int
    claimed_by: str | None
    lease_until: datetime | None
    result: Mapping[str, Any] | None
    error: str | None
    undo_of: UUID | None
    created_at: datetime
    updated_at: datetime

    @property
    def call(self) -> EffectCall:
        """Return the outside call that carries this effect out."""
        terms = dict(self.parameters)
        receipt = terms.pop("receipt", None) if self.undo_of is not None else None
        return EffectCall(self.organization_id, self.id, self.action, terms, self.undo_of, receipt)


def effect_from_row(row: Row) -> Effect:
    """Build an effect from a row of `effects`."""
    return Effect(
        organization_id=row["organization_id"],
        id=row["id"],
        decision_id=row["decision_id"],
        subject_id=row["subject_id"],
        connector=row["connector"],
        action=row["action"],
        parameters=orjson.loads(row["parameters"]),
        state=EffectState(row["state"]),
        hold_until=row["hold_until"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        fence=row["fence"],
        claimed_by=row["claimed_by"],
        lease_until=row["lease_until"],
        result=None if row["result"] is None else orjson.loads(row["result"]),
        error=row["error"],
        undo_of=row["undo_of"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def plan(
    writes: Writes,
    *,
    organization_id: UUID,
    decision_id: UUID,
    subject_id: UUID,
    connector: str,
    action: str,
    parameters: Mapping[str, object],
    hold_until: datetime | None,
    due_at: datetime,
    now: datetime,
    undo_of: UUID | None = None,
) -> UUID:
    """Add an effect to the deciding transaction's writes and return its id, which is also its idempotency key.

    `hold_until` is business time (None: nothing to regret); `due_at` is the system time from which workers look at it, usually
    `clock.system_at(hold_until)`; `now` is system time. Raises EffectTooLarge above `PARAMETERS_BYTES_MAX`.
    """
    body = canonical_json(parameters)
    if len(body) > PARAMETERS_BYTES_MAX:
        raise EffectTooLarge(
            f"The parameters of {action} take {len(body):,} bytes.",
            field="parameters",
            remedy=f"Keep them under {PARAMETERS_BYTES_MAX:,} bytes; refer to documents by id.",
        )
    effect_id = ids.new_id()
    writes.add(
        EFFECTS,
        {
            "organization_id": organization_id,
            "id": effect_id,
            "decision_id": decision_id,
            "subject_id": subject_id,
            "connector": connector,
            "action": action,
            "parameters": body.decode(),
            "state": EffectState.PLANNED if hold_until is None else EffectState.HELD,
            "hold_until": hold_until,
            "due_at": due_at,
            "undo_of": undo_of,
            "created_at": now,
            "updated_at": now,
        },
    )
    return effect_id


def effect_event(
    effect: Effect,
    state: str,
    *,
    clock: BusinessClock,
    now: datetime,
    actor: str,
    why: str | None = None,
    result: Mapping[str, object] | None = None,
) -> Event:
    """Say that `effect` came into `state` (`kernel.effect.<state>`)."""
    body: dict[str, object] = {
        "effect_id": effect.id,
        "decision_id": effect.decision_id,
        "subject_id": effect.subject_id,
        "connector": effect.connector,
        "action": effect.action,
        "attempts": effect.attempts,
    }
    if effect.undo_of is not None:
        body["undo_of"] = effect.undo_of
    if why is not None:
        body["why"] = why[:ERROR_CHARACTERS_MAX]
    if result is not None:
        body["result"] = dict(result)
    return Event(
        organization_id=effect.organization_id,
        name=f"kernel.effect.{state}",
        subject=f"effect:{effect.id}",
        body=body,
        at=clock.at(now),
        recorded_at=now,
        actor=actor,
    )
