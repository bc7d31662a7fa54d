"""What follows in a domain's own rows when an effect has come to its end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from intendant.kernel.actions._effects import Effect, EffectState
from intendant.kernel.registry import ActionSpec, SettledEffect
from intendant.kit.database import Transaction

log = structlog.get_logger(__name__)


def react(
    tx: Transaction,
    specs: Mapping[str, ActionSpec],
    effect: Effect,
    state: EffectState,
    *,
    actor: str,
    now: datetime,
    why: str | None = None,
    result: Mapping[str, Any] | None = None,
) -> str | None:
    """Let the action's domain write what follows; return what went wrong, or None.

    A failure is rolled back to a savepoint and reported, since what happened outside has happened and must be on record.
    """
    spec = specs.get(effect.action)
    if spec is None or spec.settled is None:
        return None
    settled = SettledEffect(effect.call, effect.decision_id, effect.subject_id, state.value, result, why, actor, now)
    tx.execute("savepoint reaction")
    try:
        spec.settled(tx, settled)
    except Exception as error:
        if tx.connection.broken or tx.connection.closed:
            raise
        log.exception("what follows from an effect was not recorded", effect=str(effect.id), action=effect.action)
        tx.execute("rollback to savepoint reaction")
        return f"The effect is {state.value}, but what follows from it was not recorded: {error}"
    tx.execute("release savepoint reaction")
    return None
