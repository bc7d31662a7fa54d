"""Settling claimed effects: what came of the outside call, written in batches, each guarded by the fence of its claim.

A stale claimant, whose lease ended and whose effect another executor has taken over, changes nothing and is told so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from intendant.kernel import events
from intendant.kernel.actions._claims import ClaimedEffect
from intendant.kernel.actions._effects import ERROR_CHARACTERS_MAX, EffectState, effect_event, effect_from_row
from intendant.kernel.actions._reactions import react
from intendant.kernel.registry import ActionSpec
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
update effects set state = 'undone', updated_at = %(now)s
where organization_id = %(organization)s and id = any(%(ids)s) and state = 'done'
returning *
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
    """Return when to try again, or None when the attempts are used up. Exponential, with jitter over its upper half.

    `retry_count_max` is for organisations that have configured nothing.
    """
    retries_used = claimed.effect.attempts - 1
    if retries_used >= (retry_count_max if claimed.retry_count_max is None else claimed.retry_count_max):
        return None
    ceiling = min(backoff_seconds_first * 2.0 ** min(retries_used, 30), BACKOFF_SECONDS_MAX)
    return now + timedelta(seconds=ceiling * random.uniform(0.5, 1.0))


def settle(
    database: Database,
    settlements: Sequence[Settlement],
    now: datetime,
    *,
    specs: Mapping[str, ActionSpec] | None = None,
    on_trouble: TroubleHook | None = None,
) -> list[ClaimedEffect]:
    """Write what came of claimed effects, with events, audit leaves and what follows in the domains (`ActionSpec.settled`).

    One transaction for each organisation. Returns the claims that were lost: of those nothing was changed.
    """
    by_organization: dict[UUID, list[Settlement]] = {}
    # One order everywhere, so that two settlers never wait for each other in a circle.
    for settlement in sorted(settlements, key=lambda one: one.claimed.effect.id):
        by_organization.setdefault(settlement.claimed.effect.organization_id, []).append(settlement)
    lost: list[ClaimedEffect] = []
    for organization_id, group in by_organization.items():
        for start in range(0, len(group), SETTLEMENTS_PER_TRANSACTION_MAX):
            with database.transaction(organization_id) as tx:
                part = group[start : start + SETTLEMENTS_PER_TRANSACTION_MAX]
                lost += _settle(tx, part, now, specs=specs or {}, on_trouble=on_trouble)
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
    tx: Transaction,
    settlements: Sequence[Settlement],
    now: datetime,
    *,
    specs: Mapping[str, ActionSpec],
    on_trouble: TroubleHook | None,
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
    writes, trouble = Writes(), []
    for s in applied:
        if s.not_tried:
            continue
        effect, actor = s.claimed.effect, f"executor:{s.claimed.executor_id}"
        name = "retried" if s.state is EffectState.PLANNED else s.state.value
        events.gather(
            writes, effect_event(effect, name, clock=s.claimed.clock, now=now, actor=actor, why=s.why, result=s.result)
        )
        if s.state is not EffectState.PLANNED:
            failure = react(tx, specs, effect, s.state, actor=actor, now=now, why=s.why, result=s.result)
            if failure is not None or s.state in (EffectState.FAILED, EffectState.UNKNOWN):
                trouble.append(replace(s, why=failure or s.why))
    trouble += _mark_undone(tx, writes, applied, now, specs)
    writes.flush(tx)
    if trouble and on_trouble is not None:
        on_trouble(tx, trouble)
    return [s.claimed for s in settlements if s.claimed.effect.id not in kept]


def _mark_undone(
    tx: Transaction, writes: Writes, applied: Sequence[Settlement], now: datetime, specs: Mapping[str, ActionSpec]
) -> list[Settlement]:
    """Where an effect that is done was the undo of another, that other one is now undone; return where reacting failed."""
    undos = {s.claimed.effect.undo_of: s for s in applied if s.state is EffectState.DONE and s.claimed.effect.undo_of}
    if not undos:
        return []
    trouble = []
    for row in tx.all(_UNDONE, {"organization": tx.organization_id, "ids": list(undos), "now": now}):
        effect, undo = effect_from_row(row), undos[row["id"]]
        actor = f"executor:{undo.claimed.executor_id}"
        events.gather(writes, effect_event(effect, "undone", clock=undo.claimed.clock, now=now, actor=actor))
        failure = react(tx, specs, effect, EffectState.UNDONE, actor=actor, now=now)
        if failure is not None:
            trouble.append(replace(undo, why=failure))
    return trouble
