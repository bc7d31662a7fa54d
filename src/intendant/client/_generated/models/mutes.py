"""Models of mutes. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class EndMuteBody(Model):
    """Why a mute ends before its time."""

    reason: str = ""


class MuteBody(Model):
    """A rule that shall not ask about one customer until a business moment. `field` and `value` name the
    customer.
    """

    field: str
    kind: str
    reason: str
    rule: str
    until: datetime.datetime
    value: str


class MuteView(Model):
    """A muted rule. Times are business time."""

    ended_at: datetime.datetime | None
    ended_by: str | None
    ended_reason: str | None
    field: str
    id: uuid.UUID
    kind: str
    made_at: datetime.datetime
    made_by: str
    reason: str
    rule: str
    shown: str
    standing: Literal["open", "expired", "ended"]
    until: datetime.datetime
    value: str


class MuteViewPage(Model):
    """Mute view page."""

    items: list[MuteView]
    next: str | None = None
