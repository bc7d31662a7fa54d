"""Models of usage. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
from typing import Literal

from intendant.client._model import Model

UsageBy = Literal["day", "caller", "area"]
"""What the rows of a usage report stand for."""


class UsageFigures(Model):
    """What was used: requests, those of them that failed, bytes of bodies, decisions, milliseconds until answers
    began.
    """

    bytes_in: int
    bytes_out: int
    decisions: int
    errors: int
    milliseconds: float
    requests: int


class UsageReport(Model):
    """Usage of a period (days of UTC). Written every few seconds; a process that is killed loses what it had not
    written.
    """

    by: UsageBy
    first: datetime.date
    items: list[UsageView]
    last: datetime.date
    total: UsageFigures


class UsageView(Model):
    """What was used under one key: a day, a caller (`key:`, `user:`, `source:`) or an area of the API."""

    bytes_in: int
    bytes_out: int
    decisions: int
    errors: int
    key: str
    milliseconds: float
    name: str | None
    requests: int
