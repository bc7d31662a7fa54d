"""Models of system. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
from typing import Literal

from intendant.client._model import Model

CheckState = Literal["ok", "warning", "failed"]
"""How a part is: well, worth a look, or broken."""


class CheckView(Model):
    """One finding of the doctor; `remedy` says what to do where something is wrong."""

    group: str
    name: str
    remedy: str | None
    state: CheckState
    summary: str


class DatabaseView(Model):
    """The database's version, size and connections."""

    connections: int
    connections_max: int
    schema_revision: str
    size_bytes: int
    version: str


class FaultView(Model):
    """Errors of one cause within the last 24 hours. The fingerprint finds them in the logs."""

    count: int
    event: str
    fingerprint: str
    kind: str
    last_at: datetime.datetime
    last_request_id: str | None
    place: str
    roles: list[str]


class ProcessView(Model):
    """A server or a worker. Where it runs is shown to super administrators alone."""

    alive: bool
    heartbeat_at: datetime.datetime
    host: str | None
    id: str | None
    led_at: datetime.datetime | None
    pid: int | None
    role: str
    started_at: datetime.datetime
    version: str


class QueueView(Model):
    """How many things wait, and for how long the oldest has."""

    in_trouble: int
    name: str
    oldest_seconds: float
    waiting: int


class SlowQueryView(Model):
    """A statement that took long, without its values."""

    at: datetime.datetime
    caller: str
    milliseconds: float
    request_id: str | None
    role: str
    statement: str


class SystemView(Model):
    """How the installation is. `scope` says whether all of it is shown, or what concerns the caller's
    organisation.
    """

    at: datetime.datetime
    checks: list[CheckView]
    database: DatabaseView | None
    faults: list[FaultView]
    processes: list[ProcessView]
    queues: list[QueueView]
    scope: Literal["installation", "organization"]
    slow_queries: list[SlowQueryView]
    state: CheckState
    version: str
