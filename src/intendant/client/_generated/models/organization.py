"""Models of organization. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class OrganizationBody(Model):
    """What shall change; what is left out stays. `replaces` is the version that was looked at."""

    currency: str | None = None
    name: str | None = None
    replaces: int
    time_zone: str | None = None


class OrganizationView(Model):
    """An organisation's settings. `version` grows by each change; the currency is fixed once it `has_decisions`.

    `speed` is how fast its business time runs: 1 is real time.
    """

    business_time: datetime.datetime
    created_at: datetime.datetime
    currency: str
    has_decisions: bool
    kind: Literal["real", "demo", "sandbox"]
    name: str
    slug: str
    speed: float
    time_zone: str
    version: int


class RemovalBody(Model):
    """The slug of the organisation, as a confirmation."""

    confirm: str


class Removed(Model):
    """The demo that is gone."""

    id: uuid.UUID
    slug: str
