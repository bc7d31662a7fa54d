"""What people do with effects: look at them, take them back, and say what became of those whose fate is unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from intendant.kernel import events, organizations
from intendant.kernel.actions._effects import Effect, EffectState, effect_event, effect_from_row, plan
from intendant.kernel.actions._reactions import react
from intendant.kernel.registry import ActionSpec
from intendant.kit.bulk import Writes
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Transaction
from intendant.kit.errors import Bug, Conflict, Invalid, NotFound

PAGE_SIZE_MAX = 201
"""A page of 200, and one more that says that there are more."""


class EffectUnknown(NotFound):
    """No such effect in this organisation."""

    code = "effect_unknown"


class EffectIrreversible(Conflict):
    """The effect has happened and its action declares no undo."""

    code = "effect_irreversible"


class EffectNotTakenBack(Conflict):
    """The effect stands where it cannot be taken back."""

    code = "effect_not_taken_back"


class EffectNotUnknown(Conflict):
    """Only an effect whose fate is unknown waits for a person's word."""

    code = "effect_not_unknown"


class EffectNotFollowed(Conflict):
    """The domain could not record what follows from a person's word on an effect."""

    code = "effect_not_followed"


class ReasonMissing(Invalid):
    """A person's word on an effect needs its reason."""

    code = "reason_missing"


@dataclass(frozen=True, slots=True)
class EffectFilter:
    """Which effects to list; None means any."""

    state: EffectState | None = None
    connector: str | None = None
    action: str | None = None
    decision_id: UUID | None = None
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How an effect was taken back: cancelled before it happened, or by the undo effect planned now."""

    effect: Effect
    undo_effect_id: UUID | None


def list_effects(
    tx: Transaction, filters: EffectFilter | None = None, *, before: UUID | None = None, limit: int = 50
) -> list[Effect]:
    """List effects, newest first, at most `PAGE_SIZE_MAX`; `before` is the last id of the page before."""
    filters = filters or EffectFilter()
    wanted: dict[str, object] = {
        name: getattr(filters, name)
        for name in ("state", "connector", "action", "decision_id", "subject_id")
        if getattr(filters, name) is not None
    }
    conditions = [f"{name} = %({name})s" for name in wanted]
    if before is not None:
        conditions.append("id < %(before)s")
    rows = tx.all(
        "select * from effects where organization_id = %(organization)s"  # noqa: S608 - names of this file only
        + "".join(f" and {condition}" for condition in conditions)
        + " order by id desc limit %(limit)s",
        {
            **{name: str(value) if isinstance(value, EffectState) else value for name, value in wanted.items()},
            "organization": tx.organization_id,
            "before": before,
            "limit": max(1, min(limit, PAGE_SIZE_MAX)),
        },
    )
    return [effect_from_row(row) for row in rows]


def get_effect(tx: Transaction, effect_id: UUID) -> Effect:
    """Get one effect of the transaction's organisation; raises EffectUnknown."""
    return _get(tx, effect_id, "")


def list_undoing(tx: Transaction, effect_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of the effects whose undo is planned, under way or done."""
    rows = tx.all(
        "select undo_of from effects where organization_id = %s and undo_of = any(%s) and undo_of is not null"
        " and state not in ('failed', 'cancelled')",
        [tx.organization_id, list(effect_ids)],
    )
    return {row["undo_of"] for row in rows}


def why_not_undone(effect: Effect, actions: Mapping[str, ActionSpec], *, is_being_undone: bool) -> str | None:
    """Say why an effect cannot be taken back at this moment; None where it can. The same that `take_back` would answer."""
    match effect.state:
        case EffectState.HELD | EffectState.PLANNED:
            return None
        case EffectState.DONE if is_being_undone:
            return "It is being undone already."
        case EffectState.DONE:
            spec = actions.get(effect.action)
            return None if spec is not None and spec.undo is not None else f"{effect.action} is irreversible."
        case EffectState.RUNNING:
            return "It is being carried out at this moment."
        case EffectState.UNKNOWN:
            return "Nobody knows whether it happened."
        case EffectState.FAILED | EffectState.UNDONE | EffectState.CANCELLED:
            return f"It is {effect.state.value}."


def take_back(
    tx: Transaction,
    effect_id: UUID,
    *,
    by: str,
    reason: str,
    now: datetime,
    actions: Mapping[str, ActionSpec],
) -> TakenBack:
    """Take an effect back: what has not started is cancelled, what is done is compensated by its declared undo.

    Raises EffectIrreversible where no undo is declared, EffectNotTakenBack for a running, unknown, failed or already undone
    effect, ReasonMissing. `now` is system time; `actions` are the registered actions by name.
    """
    _require_reason(reason)
    effect = _get(tx, effect_id, "for update")
    clock = organizations.get_organization(tx, tx.organization_id).clock
    match effect.state:
        case EffectState.HELD | EffectState.PLANNED:
            _set_state(tx, effect, EffectState.CANCELLED, why=reason, now=now)
            events.emit(tx, [effect_event(effect, "cancelled", clock=clock, now=now, actor=by, why=reason)])
            _follow(tx, actions, effect, EffectState.CANCELLED, by=by, reason=reason, now=now)
            return TakenBack(effect, None)
        case EffectState.DONE:
            undo = _undo_of(effect, actions)
            writes = Writes()
            undo_id = plan(
                writes,
                organization_id=effect.organization_id,
                decision_id=effect.decision_id,
                subject_id=effect.subject_id,
                connector=undo.connector or effect.connector,
                action=undo.name,
                parameters={**effect.parameters, "receipt": dict(effect.result or {})},
                hold_until=None,
                due_at=now,
                now=now,
                undo_of=effect.id,
            )
            events.gather(writes, effect_event(effect, "undo_planned", clock=clock, now=now, actor=by, why=reason))
            try:
                writes.flush(tx)
            except UniqueViolation as error:
                raise _refusal(effect, "It is being undone already.", "Wait for its undo.") from error
            return TakenBack(effect, undo_id)
        case EffectState.RUNNING:
            raise _refusal(effect, "It is being carried out at this moment.", "Try again in a minute.")
        case EffectState.UNKNOWN:
            raise _refusal(effect, "Nobody knows whether it happened.", "First say whether it did.")
        case EffectState.FAILED | EffectState.UNDONE | EffectState.CANCELLED:
            raise _refusal(effect, f"It is {effect.state.value}.", "There is nothing to take back.")


def resolve_unknown(
    tx: Transaction,
    effect_id: UUID,
    *,
    happened: bool,
    by: str,
    reason: str,
    now: datetime,
    actions: Mapping[str, ActionSpec],
) -> Effect:
    """Settle an unknown effect by a person's word: it is done, or it has failed (and will not be tried again).

    Raises EffectNotUnknown, ReasonMissing. `now` is system time.
    """
    _require_reason(reason)
    effect = _get(tx, effect_id, "for update")
    if effect.state is not EffectState.UNKNOWN:
        raise EffectNotUnknown(
            f"The effect is {effect.state.value}.", field="effect", remedy="Only an unknown effect is resolved by hand."
        )
    state = EffectState.DONE if happened else EffectState.FAILED
    result: dict[str, object] | None = {"confirmed_by": by, "reason": reason} if happened else None
    _set_state(tx, effect, state, why=reason, now=now, result=result)
    clock = organizations.get_organization(tx, tx.organization_id).clock
    changed = [effect_event(effect, state.value, clock=clock, now=now, actor=by, why=reason, result=result)]
    if happened and effect.undo_of is not None:
        original = _get(tx, effect.undo_of, "for update")
        _set_state(tx, original, EffectState.UNDONE, why=reason, now=now)
        changed.append(effect_event(original, "undone", clock=clock, now=now, actor=by, why=reason))
        _follow(tx, actions, original, EffectState.UNDONE, by=by, reason=reason, now=now)
    events.emit(tx, changed)
    _follow(tx, actions, effect, state, by=by, reason=reason, now=now, result=result)
    return _get(tx, effect_id, "")


def reschedule_holds(tx: Transaction) -> int:
    """Look at held effects when their hold ends by the organisation's clock as it is now: call it after the clock was changed."""
    return tx.execute(
        "update effects e set due_at = o.system_anchor + (e.hold_until - o.business_anchor) / o.speed"
        " from organizations o where o.id = e.organization_id and e.organization_id = %s and e.state = 'held' and o.speed > 0",
        [tx.organization_id],
    )


def _follow(
    tx: Transaction,
    actions: Mapping[str, ActionSpec],
    effect: Effect,
    state: EffectState,
    *,
    by: str,
    reason: str,
    now: datetime,
    result: Mapping[str, object] | None = None,
) -> None:
    """Let the domain write what follows; a person is told at once when it cannot."""
    failure = react(tx, actions, effect, state, actor=by, now=now, why=reason, result=result)
    if failure is not None:
        raise EffectNotFollowed(failure, field="effect", remedy="Mend the cause, then try again; nothing was changed.")


def _get(tx: Transaction, effect_id: UUID, lock: str) -> Effect:
    row = tx.find(
        f"select * from effects where organization_id = %s and id = %s {lock}",  # noqa: S608 - a literal of this file
        [tx.organization_id, effect_id],
    )
    if row is None:
        raise EffectUnknown("There is no such effect.", field="effect", remedy="Check its id.")
    return effect_from_row(row)


def _set_state(
    tx: Transaction,
    effect: Effect,
    state: EffectState,
    *,
    why: str,
    now: datetime,
    result: Mapping[str, object] | None = None,
) -> None:
    # The fence moves on too, so that an executor that still believes in an old claim cannot overwrite a person's word.
    tx.execute(
        "update effects set state = %s, error = %s, result = coalesce(%s, result), fence = fence + 1, lease_until = null,"
        " updated_at = %s where organization_id = %s and id = %s",
        [
            state.value,
            None if state in (EffectState.DONE, EffectState.UNDONE) else why,
            None if result is None else canonical_json(result).decode(),
            now,
            effect.organization_id,
            effect.id,
        ],
    )


def _undo_of(effect: Effect, actions: Mapping[str, ActionSpec]) -> ActionSpec:
    spec = actions.get(effect.action)
    if spec is None or spec.undo is None:
        raise EffectIrreversible(
            f"{effect.action} has happened and is irreversible.",
            field="effect",
            remedy="Agree on a remedy with the counterparty and record it by hand.",
        )
    undo = actions.get(spec.undo)
    if undo is None:
        raise Bug(f"{effect.action} names {spec.undo} as its undo, which is not registered.")
    return undo


def _refusal(effect: Effect, message: str, remedy: str) -> EffectNotTakenBack:
    return EffectNotTakenBack(message, field="effect", remedy=remedy, data={"state": effect.state.value})


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("The reason is empty.", field="reason", remedy="Say why in a sentence.")
