"""Models of lists. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class EntriesAdded(Model):
    """What became of what was sent: `present` stood there already. `examples` are the first of the rejected
    lines.
    """

    added: int
    examples: list[RejectedLine]
    present: int
    rejected: int


class EntriesBody(Model):
    """What shall stand on a list: `entries`, or `text` with one value a line or CSV with a header (value,
    expires_at, reason).

    `reason` and `expires_at` stand where a line brings none.
    """

    entries: list[EntryBody] | None = None
    expires_at: datetime.datetime | None = None
    reason: str = ""
    text: str = ""


class EntriesRemoved(Model):
    """How many entries were taken off."""

    removed: int


class EntryBody(Model):
    """A value that shall stand on a list, until a business moment where it says one."""

    expires_at: datetime.datetime | None = None
    reason: str = ""
    value: str


class EntryIdsBody(Model):
    """Which entries shall stand on a list no longer."""

    entry_ids: list[uuid.UUID]
    reason: str = ""


class EntryView(Model):
    """A value on a list. `value` is the form that is compared, `shown` as it was written; times are business
    time.
    """

    added_at: datetime.datetime
    added_by: str
    ended_at: datetime.datetime | None
    ended_by: str | None
    expires_at: datetime.datetime | None
    id: uuid.UUID
    reason: str
    shown: str
    standing: Literal["open", "expired", "removed"]
    value: str


class EntryViewPage(Model):
    """Entry view page."""

    items: list[EntryView]
    next: str | None = None


class ListBody(Model):
    """A list to be kept. `name` is the word that rules say; it stays as it is."""

    description: str = ""
    holds: Literal["text", "email", "phone", "account", "device", "address"] = "text"
    label: str
    name: str


class ListChangeBody(Model):
    """A list described otherwise; null leaves as it is. `revision` is the one that was looked at."""

    description: str | None = None
    label: str | None = None
    revision: int


class ListUse(Model):
    """A policy in force that asks a list, and the rules that do."""

    kind: str
    rules: list[str]
    version: int


class ListView(Model):
    """A list. `open_count` entries count now; `total_count` is with those that ran out or were taken off (at
    most 100,000).
    """

    created_at: datetime.datetime
    created_by: str
    description: str
    holds: Literal["text", "email", "phone", "account", "device", "address"]
    id: uuid.UUID
    label: str
    name: str
    open_count: int
    revision: int
    total_count: int
    used_by: list[ListUse]


class ListViewPage(Model):
    """List view page."""

    items: list[ListView]
    next: str | None = None


class RejectedLine(Model):
    """A line that could not become an entry, and why."""

    line: int
    value: str
    why: str
