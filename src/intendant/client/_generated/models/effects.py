"""Models of effects. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from intendant.client._generated.models import shared
from intendant.client._model import Model


class EffectView(Model):
    """What was or will be done outside. `hold_until` is business time, all other moments are system time."""

    action: str
    attempts: int
    claimed_by: str | None
    connector: str
    created_at: datetime.datetime
    decision_id: uuid.UUID
    due_at: datetime.datetime
    error: str | None
    hold_until: datetime.datetime | None
    id: uuid.UUID
    lease_until: datetime.datetime | None
    parameters: dict[str, Any]
    result: dict[str, Any] | None
    state: shared.EffectState
    subject_id: uuid.UUID
    undo_of: uuid.UUID | None
    undoable: bool
    updated_at: datetime.datetime
    why_not: str | None


class EffectViewPage(Model):
    """Effect view page."""

    items: list[EffectView]
    next: str | None = None


class SettleBody(Model):
    """Whether an effect of unknown fate happened, as a person found out."""

    happened: bool
    reason: str


class SettledAnswer(Model):
    """The answer to settling an effect of unknown fate."""

    result: EffectView


class TakeBackBody(Model):
    """Why an effect shall be taken back."""

    reason: str


class TakenBack(Model):
    """How an effect was taken back: cancelled before it happened, or by the undo effect that is planned now."""

    effect: EffectView
    undo_effect_id: uuid.UUID | None


class TakenBackAnswer(Model):
    """The answer to taking an effect back."""

    result: TakenBack
