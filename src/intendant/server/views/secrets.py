"""Wire schemas of the vault: what is written, and what is shown of it, which is never a value."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from intendant.kernel import vault
from intendant.kernel.vault import Secret, SecretState

Name = Annotated[str, Field(min_length=1, max_length=vault.NAME_LENGTH_MAX)]
Connection = Annotated[
    str,
    Field(
        min_length=3,
        max_length=vault.CONNECTION_LENGTH_MAX,
        description="What the secret serves, as kind and id: channel:<id>, webhook:<id>, payouts:main.",
    ),
]
Destinations = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=260)]],
    Field(
        max_length=vault.DESTINATIONS_MAX,
        description="Names of the hosts it may be sent to; none means that it never leaves this system.",
    ),
]
Value = Annotated[
    SecretStr,
    Field(
        min_length=1, max_length=vault.VALUE_BYTES_MAX, description="The credential itself. It is never shown again."
    ),
]
Revision = Annotated[
    int | None, Field(ge=1, le=2**31 - 1, description="The revision that was read; refused if it is another by now.")
]
GRACE_SECONDS_MAX = int(vault.GRACE_MAX.total_seconds())


class SecretBody(BaseModel):
    """A secret to keep."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    connection: Connection
    destinations: Destinations
    value: Value
    expires_at: datetime | None = None
    rotate_after: datetime | None = None


class RotationBody(BaseModel):
    """A new value. The one before is still given beside it for `grace_seconds`; 0 ends it at once."""

    model_config = ConfigDict(extra="forbid")
    value: Value
    grace_seconds: Annotated[int, Field(ge=0, le=GRACE_SECONDS_MAX)] = int(vault.GRACE.total_seconds())
    expires_at: datetime | None = None
    rotate_after: datetime | None = None
    revision: Revision = None


class SecretChange(BaseModel):
    """What shall change; what is left out stays, and null takes a moment away."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    destinations: Destinations | None = None
    expires_at: datetime | None = None
    rotate_after: datetime | None = None
    revision: Revision = None


class RevisionBody(BaseModel):
    """The revision that was read, where it matters."""

    model_config = ConfigDict(extra="forbid")
    revision: Revision = None


class SecretView(BaseModel):
    """A secret without its value. Times are system time.

    `fingerprint` tells two values apart and gives nothing away. `grace_until` is until when the version before is still
    given. `last_used_at` is the last minute in which it was given out.
    """

    id: UUID
    name: str
    connection: str
    destinations: list[str]
    state: SecretState
    version: int
    revision: int
    fingerprint: str
    expires_at: datetime | None
    rotate_after: datetime | None
    grace_until: datetime | None
    expired: bool
    rotation_due: bool
    created_by: str
    created_at: datetime
    rotated_by: str
    rotated_at: datetime
    changed_by: str
    changed_at: datetime
    last_used_at: datetime | None


class SecretAccessView(BaseModel):
    """A minute in which a secret was asked for. `outcome` is given, or why it was refused."""

    id: UUID
    minute: datetime
    connection: str
    destination: str
    purpose: str
    actor: str
    outcome: Literal["given", "connection", "destination", "disabled", "expired", "tampered"]
    count: int


class SecretHistoryView(BaseModel):
    """Something done to a secret."""

    revision: int
    act: Literal["created", "rotated", "changed", "enabled", "disabled", "removed"]
    version: int
    by: str
    at: datetime


class DataKeyView(BaseModel):
    """A version of the organisation's data key. `key_id` names the key-encryption key around it; `secrets` are under it."""

    version: int
    backend: str
    key_id: str
    made_at: datetime
    wrapped_at: datetime
    retired_at: datetime | None
    secrets: int


class VaultHealthView(BaseModel):
    """How the vault is. `ok` is false where the back end does not answer; `detail` and `remedy` say why and what to do.

    `overdue` secrets have expired or are to be renewed. `reencrypting` are still under an older data key.
    """

    ok: bool
    backend: str
    key_id: str | None
    detail: str
    remedy: str
    data_keys: list[DataKeyView]
    active: int
    disabled: int
    overdue: int
    reencrypting: int
    oldest_rotated_at: datetime | None
    next_due_at: datetime | None


class DataKeyAnswer(BaseModel):
    """The new version of the organisation's data key."""

    version: int


def show_secret(secret: Secret, now: datetime, used_at: datetime | None) -> SecretView:
    """Show a secret as it stands at `now`."""
    return SecretView(
        id=secret.id,
        name=secret.name,
        connection=secret.connection,
        destinations=list(secret.destinations),
        state=secret.state,
        version=secret.version,
        revision=secret.revision,
        fingerprint=secret.fingerprint,
        expires_at=secret.expires_at,
        rotate_after=secret.rotate_after,
        grace_until=secret.grace_until,
        expired=secret.expires_at is not None and secret.expires_at <= now,
        rotation_due=secret.rotate_after is not None and secret.rotate_after <= now,
        created_by=secret.created_by,
        created_at=secret.created_at,
        rotated_by=secret.rotated_by,
        rotated_at=secret.rotated_at,
        changed_by=secret.changed_by,
        changed_at=secret.changed_at,
        last_used_at=used_at,
    )
