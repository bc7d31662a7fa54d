"""What the routes about effects answer."""

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from intendant.kernel import actions
from intendant.kernel.actions import Effect, EffectState
from intendant.kernel.registry import ActionSpec


class EffectView(BaseModel):
    """What was or will be done outside. `hold_until` is business time, all other moments are system time."""

    id: UUID
    decision_id: UUID
    subject_id: UUID
    connector: str
    action: str
    parameters: dict[str, Any]
    state: EffectState
    hold_until: datetime | None
    """Until then nothing is done, and taking it back costs nothing."""
    due_at: datetime
    attempts: int
    claimed_by: str | None
    lease_until: datetime | None
    result: dict[str, Any] | None
    error: str | None
    undo_of: UUID | None
    undoable: bool
    """Whether it can be taken back at this moment, by cancelling it or by its declared undo."""
    why_not: str | None
    """Why it cannot be taken back."""
    created_at: datetime
    updated_at: datetime


class TakenBack(BaseModel):
    """How an effect was taken back: cancelled before it happened, or by the undo effect that is planned now."""

    effect: EffectView
    undo_effect_id: UUID | None


class TakenBackAnswer(BaseModel):
    """The answer to taking an effect back."""

    result: TakenBack


class SettledAnswer(BaseModel):
    """The answer to settling an effect of unknown fate."""

    result: EffectView


def show_effect(effect: Effect, specs: Mapping[str, ActionSpec], undoing: Set[UUID]) -> EffectView:
    """Return an effect; `undoing` are those whose undo is planned or done already."""
    why_not = actions.why_not_undone(effect, specs, is_being_undone=effect.id in undoing)
    shown = {name: getattr(effect, name) for name in EffectView.model_fields if name not in ("undoable", "why_not")}
    return EffectView(**shown, undoable=why_not is None, why_not=why_not)
