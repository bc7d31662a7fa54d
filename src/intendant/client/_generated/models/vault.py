"""Models of vault. Written by tools/generate_client.py from openapi.json; `make accept` rewrites it."""

from __future__ import annotations

import datetime
import uuid
from typing import Literal

from intendant.client._model import Model


class DataKeyAnswer(Model):
    """The new version of the organisation's data key."""

    version: int


class DataKeyView(Model):
    """A version of the organisation's data key. `key_id` names the key-encryption key around it; `secrets` are
    under it.
    """

    backend: str
    key_id: str
    made_at: datetime.datetime
    retired_at: datetime.datetime | None
    secrets: int
    version: int
    wrapped_at: datetime.datetime


class RevisionBody(Model):
    """The revision that was read, where it matters."""

    revision: int | None = None


class RotationBody(Model):
    """A new value. The one before is still given beside it for `grace_seconds`; 0 ends it at once."""

    expires_at: datetime.datetime | None = None
    grace_seconds: int = 86400
    revision: int | None = None
    rotate_after: datetime.datetime | None = None
    value: str


class SecretAccessView(Model):
    """A minute in which a secret was asked for. `outcome` is given, or why it was refused."""

    actor: str
    connection: str
    count: int
    destination: str
    id: uuid.UUID
    minute: datetime.datetime
    outcome: Literal["given", "connection", "destination", "disabled", "expired", "tampered"]
    purpose: str


class SecretAccessViewPage(Model):
    """Secret access view page."""

    items: list[SecretAccessView]
    next: str | None = None


class SecretBody(Model):
    """A secret to keep."""

    connection: str
    destinations: list[str]
    expires_at: datetime.datetime | None = None
    name: str
    rotate_after: datetime.datetime | None = None
    value: str


class SecretChange(Model):
    """What shall change; what is left out stays, and null takes a moment away."""

    destinations: list[str] | None = None
    expires_at: datetime.datetime | None = None
    name: str | None = None
    revision: int | None = None
    rotate_after: datetime.datetime | None = None


class SecretHistoryView(Model):
    """Something done to a secret."""

    act: Literal["created", "rotated", "changed", "enabled", "disabled", "removed"]
    at: datetime.datetime
    by: str
    revision: int
    version: int


class SecretHistoryViewPage(Model):
    """Secret history view page."""

    items: list[SecretHistoryView]
    next: str | None = None


class SecretView(Model):
    """A secret without its value. Times are system time.

    `fingerprint` tells two values apart and gives nothing away. `grace_until` is until when the version
    before is still given. `last_used_at` is the last minute in which it was given out.
    """

    changed_at: datetime.datetime
    changed_by: str
    connection: str
    created_at: datetime.datetime
    created_by: str
    destinations: list[str]
    expired: bool
    expires_at: datetime.datetime | None
    fingerprint: str
    grace_until: datetime.datetime | None
    id: uuid.UUID
    last_used_at: datetime.datetime | None
    name: str
    revision: int
    rotate_after: datetime.datetime | None
    rotated_at: datetime.datetime
    rotated_by: str
    rotation_due: bool
    state: Literal["active", "disabled", "removed"]
    version: int


class SecretViewPage(Model):
    """Secret view page."""

    items: list[SecretView]
    next: str | None = None


class VaultHealthView(Model):
    """How the vault is. `ok` is false where the back end does not answer; `detail` and `remedy` say why and what
    to do.

    `overdue` secrets have expired or are to be renewed. `reencrypting` are still under an older data key.
    """

    active: int
    backend: str
    data_keys: list[DataKeyView]
    detail: str
    disabled: int
    key_id: str | None
    next_due_at: datetime.datetime | None
    ok: bool
    oldest_rotated_at: datetime.datetime | None
    overdue: int
    reencrypting: int
    remedy: str
