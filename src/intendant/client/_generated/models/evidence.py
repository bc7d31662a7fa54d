"""Models of evidence. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
from typing import Literal

from intendant.client._model import Model

ControlStatus = Literal["evidenced", "not_evidenced", "not_applicable"]
"""Whether the record shows a control at work."""


class ControlStatementView(Model):
    """What somebody put on record about a control."""

    at: datetime.datetime
    by: str
    control: str
    note: str


class EvidenceControlView(Model):
    """A control with the evidence for it now. `due_at`: when somebody must confirm it (again); null where nobody
    needs to.
    """

    area: str
    by_hand: bool
    criterion: str
    due_at: datetime.datetime | None
    facts: list[FactView]
    how: str
    id: str
    statement: ControlStatementView | None
    status: ControlStatus
    title: str


class EvidenceView(Model):
    """All controls, computed at `at` from the record. `disclaimer` belongs on every page that shows them."""

    at: datetime.datetime
    counts: dict[str, int]
    disclaimer: str
    items: list[EvidenceControlView]
    organization: str
    source: str
    version: str


class FactView(Model):
    """One thing that was looked at. `shown` is null where there was nothing to look at yet; `page` is where to
    see it.

    `clock` says which time `at` is: `system`, or `business` for a moment of the organisation's own clock.
    """

    at: datetime.datetime | None
    clock: Literal["system", "business"]
    name: str
    page: str | None
    shown: bool | None
    text: str
    value: int | None


class StatementBody(Model):
    """That a control was seen to: a review, a drill, an audit; what was done and found."""

    control: str
    note: str
