"""Settling claimed effects: what came of the outside call, written in batches, each guarded by the fence of its claim.

A stale claimant, whose lease ended and whose effect another executor has taken over, changes nothing and is told so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.actions._claims import ClaimedEffect, clock_from_row
from intendant.kernel.actions._effects import ERROR_CHARACTERS_MAX, EffectState, effect_event, effect_from_row
from intendant.kit.bulk import Writes, to_json
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Database, Transaction
from intendant.kit.errors import Conflict

RETRY_COUNT_MAX = 3
BACKOFF_SECONDS_FIRST = 1.0
BACKOFF_SECONDS_MAX = 300.0
SETTLEMENTS_PER_TRANSACTION_MAX = 500

_SETTLE = """
update effects t
set state = r.state, due_at = coalesce(r.due_at, t.due_at), lease_until = null, result = r.result, error = r.error,
    attempts = t.attempts - r.unused, updated_at = %(now)s
from json_to_recordset(%(rows)s::json) as r(organization_id uuid, id uuid, fence bigint, state text, due_at timestamptz,
                                            result text, error text, unused integer)
where t.organization_id = r.organization_id and t.id = r.id and t.fence = r.fence and t.state = 'running'
returning t.id
"""

_UNDONE = """
update effects t set state = 'undone', updated_at = %(now)s
from json_to_recordset(%(rows)s::json) as r(organization_id uuid, id uuid), organizations o
where t.organization_id = r.organization_id and t.id = r.id and t.state = 'done' and o.id = t.organization_id
returning t.*, o.system_anchor, o.business_anchor, o.speed
"""


class ClaimLost(Conflict):
    """The lease ended and another executor took the effect over; nothing was changed."""

    code = "claim_lost"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of one claimed effect. `state` PLANNED with `due_at` means trying again then."""

    claimed: ClaimedEffect
    state: EffectState
    result: Mapping[str, object] | None = None
    why: str | None = None
    due_at: datetime | None = None
    not_tried: bool = False


TroubleHook = Callable[[Transaction, Sequence[Settlement]], None]
"""Called in the settling transaction with the effects that a person must look at (failed or unknown): it raises alerts."""


def done(claimed: ClaimedEffect, result: Mapping[str, object]) -> Settlement:
    """The provider confirmed it."""
    return Settlement(claimed, EffectState.DONE, result=result)


def failed(claimed: ClaimedEffect, why: str) -> Settlement:
    """It did not happen and will not be tried again."""
    return Settlement(claimed, EffectState.FAILED, why=why)


def retried(claimed: ClaimedEffect, why: str, due_at: datetime) -> Settlement:
    """It did not happen (or a repetition is harmless) and is tried again at `due_at`, system time."""
    return Settlement(claimed, EffectState.PLANNED, why=why, due_at=due_at)


def unknown(claimed: ClaimedEffect, why: str) -> Settlement:
    """Nobody can say whether it happened: it goes to a person."""
    return Settlement(claimed, EffectState.UNKNOWN, why=why)


def released(claimed: ClaimedEffect) -> Settlement:
    """It was claimed but no call was started: it goes back as it was."""
    return Settlement(claimed, EffectState.PLANNED, not_tried=True)


def retry_due_at(
    claimed: ClaimedEffect,
    now: datetime,
    random: Random,
    *,
    retry_count_max: int = RETRY_COUNT_MAX,
    backoff_seconds_first: float = BACKOFF_SECONDS_FIRST,
) -> datetime | None:
    """Return when to try again, or None when the attempts are used up. Exponential, with jitter over its upper half."""
    retries_used = claimed.effect.attempts - 1
    if retries_used >= retry_count_max:
        return None
    ceiling = min(backoff_seconds_first * 2.0 ** min(retries_used, 30), BACKOFF_SECONDS_MAX)
    return now + timedelta(seconds=ceiling * random.uniform(0.5, 1.0))


def settle(
    database: Database, settlements: Sequence[Settlement], now: datetime, *, on_trouble: TroubleHook | None = None
) -> list[ClaimedEffect]:
    """Write what came of claimed effects, with events and audit leaves; return the claims that were lost (nothing changed)."""
    lost: list[ClaimedEffect] = []
    # One order everywhere, so that two settlers never wait for each other in a circle.
    ordered = sorted(settlements, key=lambda s: (s.claimed.effect.organization_id, s.claimed.effect.id))
    for start in range(0, len(ordered), SETTLEMENTS_PER_TRANSACTION_MAX):
        with database.system() as tx:
            lost += _settle(tx, ordered[start : start + SETTLEMENTS_PER_TRANSACTION_MAX], now, on_trouble)
    return lost


def complete(database: Database, claimed: ClaimedEffect, result: Mapping[str, object], now: datetime) -> None:
    """Record that one effect was carried out; raises ClaimLost."""
    _settle_one(database, done(claimed, result), now)


def fail(
    database: Database, claimed: ClaimedEffect, why: str, now: datetime, *, retry_at: datetime | None = None
) -> None:
    """Record that one effect did not happen, to be tried again at `retry_at` or never; raises ClaimLost."""
    _settle_one(database, failed(claimed, why) if retry_at is None else retried(claimed, why, retry_at), now)


def lose_track(database: Database, claimed: ClaimedEffect, why: str, now: datetime) -> None:
    """Record that nobody can say whether one effect happened; raises ClaimLost."""
    _settle_one(database, unknown(claimed, why), now)


def _settle_one(database: Database, settlement: Settlement, now: datetime) -> None:
    if settle(database, [settlement], now):
        raise ClaimLost("Another executor has taken this effect over.", remedy="Drop it; its new holder settles it.")


def _settle(
    tx: Transaction, settlements: Sequence[Settlement], now: datetime, on_trouble: TroubleHook | None
) -> list[ClaimedEffect]:
    rows = [
        {
            "organization_id": s.claimed.effect.organization_id,
            "id": s.claimed.effect.id,
            "fence": s.claimed.effect.fence,
            "state": s.state.value,
            "due_at": s.due_at,
            "result": None if s.result is None else canonical_json(s.result).decode(),
            "error": None if s.why is None else s.why[:ERROR_CHARACTERS_MAX],
            "unused": int(s.not_tried),
        }
        for s in settlements
    ]
    kept: set[UUID] = {row["id"] for row in tx.all(_SETTLE, {"rows": to_json(rows), "now": now})}
    applied = [s for s in settlements if s.claimed.effect.id in kept]
    writes = Writes()
    for s in applied:
        if not s.not_tried:
            name = "retried" if s.state is EffectState.PLANNED else s.state.value
            actor = f"executor:{s.claimed.executor_id}"
            events.gather(
                writes,
                effect_event(
                    s.claimed.effect, name, clock=s.claimed.clock, now=now, actor=actor, why=s.why, result=s.result
                ),
            )
    _mark_undone(tx, writes, applied, now)
    writes.flush(tx)
    trouble = [s for s in applied if s.state in (EffectState.FAILED, EffectState.UNKNOWN)]
    if trouble and on_trouble is not None:
        on_trouble(tx, trouble)
    return [s.claimed for s in settlements if s.claimed.effect.id not in kept]


def _mark_undone(tx: Transaction, writes: Writes, applied: Sequence[Settlement], now: datetime) -> None:
    """Where an effect that is done was the undo of another, that other one is now undone."""
    undone = [
        {"organization_id": s.claimed.effect.organization_id, "id": s.claimed.effect.undo_of}
        for s in applied
        if s.state is EffectState.DONE and s.claimed.effect.undo_of is not None
    ]
    if not undone:
        return
    for row in tx.all(_UNDONE, {"rows": to_json(undone), "now": now}):
        effect = effect_from_row(row)
        events.gather(
            writes, effect_event(effect, "undone", clock=clock_from_row(row), now=now, actor="system:effects")
        )
