"""API keys: for programs, bound to one organisation and one role, shown once. Functions take a system transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel.access._permissions import Role
from intendant.kernel.access._principal import Principal
from intendant.kernel.access._revision import bump
from intendant.kernel.access._secrets import KEY_PREFIX, new_token, token_digest
from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Invalid, NotFound

KEY_NAME_LENGTH_MAX = 100
MADE_DEPTH_MAX = 8
"""Keys that made keys that made keys are followed so far."""
PEOPLE_BEHIND_MAX = 1_000


class KeyInvalid(Invalid):
    """A name or an expiry that an API key cannot have."""

    code = "api_key_invalid"


class KeyUnknown(NotFound):
    """No such key in this organisation, or it was revoked."""

    code = "api_key_unknown"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    id: UUID
    organization_id: UUID
    name: str
    role: Role
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


_COLUMNS = "id, organization_id, name, role, created_by, created_at, expires_at, revoked_at"


def create_key(
    tx: Transaction, *, organization_id: UUID, name: str, role: Role, by: str, expires_at: datetime | None = None
) -> tuple[str, ApiKey]:
    """Create a key and return its secret with it, which is not stored and cannot be shown again."""
    now = clock.system_now()
    name = name.strip()
    if not 1 <= len(name) <= KEY_NAME_LENGTH_MAX or not name.isprintable():
        raise KeyInvalid(
            "This is no name for a key.", field="name", remedy=f"Use 1 to {KEY_NAME_LENGTH_MAX} printable characters."
        )
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise KeyInvalid(
            "The expiry is not in the future.", field="expires_at", remedy="Give a later moment with its offset."
        )
    secret = new_token(KEY_PREFIX)
    key = ApiKey(ids.new_id(), organization_id, name, role, by, now, expires_at, None)
    tx.execute(
        "insert into api_keys (digest, id, organization_id, name, role, created_by, created_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        [token_digest(secret), key.id, organization_id, name, role, by, now, expires_at],
    )
    return secret, key


def list_keys(tx: Transaction, organization_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[ApiKey]:
    """List keys of an organisation, newest first, revoked ones too, from behind `after`."""
    rows = tx.all(
        f"select {_COLUMNS} from api_keys where organization_id = %s and (%s::uuid is null or id < %s)"  # noqa: S608
        " order by id desc limit %s",
        [organization_id, after, after, limit],
    )
    return [_key(row) for row in rows]


def get_key(tx: Transaction, organization_id: UUID, key_id: UUID) -> ApiKey:
    """Get a key of an organisation; raises KeyUnknown."""
    row = tx.find(
        f"select {_COLUMNS} from api_keys where organization_id = %s and id = %s",  # noqa: S608
        [organization_id, key_id],
    )
    if row is None:
        raise KeyUnknown("There is no such key in this organisation.", field="key", remedy="List the keys.")
    return _key(row)


def revoke_key(tx: Transaction, organization_id: UUID, key_id: UUID) -> None:
    """Revoke a key, effective within a second; raises KeyUnknown where there is none or it was revoked before."""
    revoked = tx.execute(
        "update api_keys set revoked_at = %s where organization_id = %s and id = %s and revoked_at is null",
        [clock.system_now(), organization_id, key_id],
    )
    if not revoked:
        raise KeyUnknown("There is no such key in this organisation.", field="key", remedy="List the keys.")
    bump(tx)


def list_people_behind(tx: Transaction, principal: Principal) -> tuple[str, ...]:
    """List the labels of all who may stand behind a caller: themselves and, for a key, whoever made one of its name, and so on.

    Names of keys are not unique and keys may make keys, so there may be several.
    """
    if principal.kind != "key":
        return (principal.label,)
    rows = tx.all(
        "with recursive behind (label, depth) as (select %s::text, 0 union select k.created_by, b.depth + 1 from behind b"
        " join api_keys k on k.organization_id = %s and 'key:' || k.name = b.label where b.depth < %s)"
        " select distinct label from behind order by label limit %s",
        [principal.label, principal.organization_id, MADE_DEPTH_MAX, PEOPLE_BEHIND_MAX],
    )
    return tuple(row["label"] for row in rows)


def _key(row: Row) -> ApiKey:
    return ApiKey(**{**row, "role": Role(row["role"])})
