"""Models of events. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from intendant.client._model import Model


class EventPage(Model):
    """Some events in the order of the log; `next` is always given, for reading on later."""

    items: list[EventView]
    next: str


class EventView(Model):
    """Something that happened. `at` is business time; `cursor` is its place in the log."""

    at: datetime.datetime
    body: dict[str, Any]
    cursor: str
    id: uuid.UUID
    name: str
    recorded_at: datetime.datetime
    version: int
