"""Models of components. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._generated.models import shared
from intendant.client._model import Model


class ComponentChange(Model):
    """A change of a component: a level was set, control taken or handed back. `at` is business time."""

    after: LevelAndControl
    at: datetime.datetime
    before: LevelAndControl
    by: str
    by_name: str | None
    id: uuid.UUID
    recorded_at: datetime.datetime
    verb: Literal["set", "taken", "handed_back"]
    why: str


class ComponentDetail(Model):
    """A component with its newest changes, newest first, a hundred at most."""

    changed_by: str
    changed_by_name: str | None
    controlled_by: str | None
    controlled_by_name: str | None
    history: list[ComponentChange]
    level: shared.Level
    name: str
    record: RecordView
    since: datetime.datetime
    why: str


class ComponentView(Model):
    """A component with its record; names are those of users, null for programs and who has left."""

    changed_by: str
    changed_by_name: str | None
    controlled_by: str | None
    controlled_by_name: str | None
    level: shared.Level
    name: str
    record: RecordView
    since: datetime.datetime
    why: str


class ComponentViewPage(Model):
    """Component view page."""

    items: list[ComponentView]
    next: str | None = None


class LevelAndControl(Model):
    """A level, and who has taken control."""

    controlled_by: str | None
    level: shared.Level


class LevelBody(Model):
    """The level a component shall be on."""

    level: shared.Level
    reason: str


class RecordView(Model):
    """A component's last thirty business days, `since` their beginning. The first five counts are without
    people's answers.

    `overridden` are answers that declined or amended what was proposed. `accuracy` is the share that was
    right among `matured` outcomes of those days, null without any. Where `capped`, there was more than is
    counted.
    """

    accuracy: float | None
    acted: int
    answered: int
    asked: int
    capped: bool
    decisions: int
    matured: int
    observed: int
    overridden: int
    refused: int
    since: datetime.datetime
