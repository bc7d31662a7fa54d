"""Looking at the vault: lists, history, accesses and health. Nothing here reads a value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel.vault._keyring import Keyring
from intendant.kernel.vault._model import COLUMNS, Secret, SecretState, secret_from_row
from intendant.kernel.vault._secrets import unknown
from intendant.kit.database import Row, Transaction

PAGE_MAX = 201
DATA_KEYS_SHOWN_MAX = 100
DUE_MAX = 500


@dataclass(frozen=True, slots=True)
class SecretFilter:
    """Which secrets. `due_before` finds those that expire or are to be renewed before a moment."""

    state: SecretState | None = None
    connection: str | None = None
    destination: str | None = None
    words: str | None = None
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class DataKeyState:
    """A version of an organisation's data key. `secrets` is how many are under it."""

    version: int
    backend: str
    key_id: str
    made_at: datetime
    wrapped_at: datetime
    retired_at: datetime | None
    secrets: int


@dataclass(frozen=True, slots=True)
class VaultHealth:
    """How an organisation's vault is. `backend` keeps its newest data key, or would keep the first."""

    backend: str
    data_keys: list[DataKeyState]
    active: int
    disabled: int
    oldest_rotated_at: datetime | None
    next_due_at: datetime | None
    overdue: int


def get_secret(tx: Transaction, secret_id: UUID) -> Secret:
    """Return a secret as its row says, removed ones too; raises SecretUnknown."""
    row = tx.find(
        f"select {COLUMNS} from secrets where organization_id = %s and id = %s",  # noqa: S608
        [tx.organization_id, secret_id],
    )
    if row is None:
        raise unknown()
    return secret_from_row(row)


def list_secrets(tx: Transaction, wanted: SecretFilter, *, before: UUID | None = None, limit: int = 50) -> list[Secret]:
    """List secrets, newest first, from behind `before`; removed ones only where they are asked for."""
    rows = tx.all(
        f"select {COLUMNS} from secrets where organization_id = %(organization)s"  # noqa: S608
        " and case when %(state)s::text is null then state <> 'removed' else state = %(state)s end"
        " and (%(connection)s::text is null or connection = %(connection)s)"
        " and (%(destination)s::text is null or %(destination)s = any(destinations))"
        " and (%(words)s::text is null or strpos(lower(name), lower(%(words)s)) > 0)"
        " and (%(due)s::timestamptz is null or least(expires_at, rotate_after) < %(due)s)"
        " and (%(before)s::uuid is null or id < %(before)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "state": wanted.state,
            "connection": wanted.connection,
            "destination": wanted.destination,
            "words": wanted.words,
            "due": wanted.due_before,
            "before": before,
            "limit": min(limit, PAGE_MAX),
        },
    )
    return [secret_from_row(row) for row in rows]


def list_changes(tx: Transaction, secret_id: UUID, *, before: int | None = None, limit: int = 50) -> list[Row]:
    """List what was done to a secret, newest first."""
    get_secret(tx, secret_id)
    return tx.all(
        "select revision, act, version, by, at from secret_changes where organization_id = %(organization)s"
        " and secret_id = %(secret)s and (%(before)s::integer is null or revision < %(before)s)"
        " order by revision desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "secret": secret_id,
            "before": before,
            "limit": min(limit, PAGE_MAX),
        },
    )


def list_accesses(tx: Transaction, secret_id: UUID, *, before: UUID | None = None, limit: int = 50) -> list[Row]:
    """List the minutes in which a secret was asked for, newest first; each has its leaves in the audit log."""
    get_secret(tx, secret_id)
    return tx.all(
        "select id, minute, connection, destination, purpose, actor, outcome, count from secret_accesses"
        " where organization_id = %(organization)s and secret_id = %(secret)s"
        " and (%(before)s::uuid is null or id < %(before)s) order by id desc limit %(limit)s",
        {
            "organization": tx.organization_id,
            "secret": secret_id,
            "before": before,
            "limit": min(limit, PAGE_MAX),
        },
    )


def list_last_uses(tx: Transaction, secret_ids: list[UUID]) -> dict[UUID, datetime]:
    """Say when each of some secrets was last given out, to the minute, and not before it was there."""
    rows = tx.all(
        "select s.id, (select greatest(a.minute, s.created_at) from secret_accesses a"
        " where a.organization_id = s.organization_id and a.secret_id = s.id and a.outcome = 'given'"
        " order by a.id desc limit 1) as used_at"
        " from secrets s where s.organization_id = %(organization)s and s.id = any(%(ids)s::uuid[])",
        {"organization": tx.organization_id, "ids": secret_ids},
    )
    return {row["id"]: row["used_at"] for row in rows if row["used_at"] is not None}


_DATA_KEYS = """
select k.version, k.backend, k.key_id, k.made_at, k.wrapped_at, k.retired_at,
       (select count(*) from secrets s where s.organization_id = k.organization_id and s.data_key_version = k.version
        and s.state <> 'removed') as secrets
from vault_data_keys k where k.organization_id = %s order by k.version desc limit %s
"""

_FIGURES = """
select count(*) filter (where state = 'active') as active, count(*) filter (where state = 'disabled') as disabled,
       min(rotated_at) filter (where state = 'active') as oldest_rotated_at,
       min(least(expires_at, rotate_after)) filter (where state = 'active') as next_due_at,
       count(*) filter (where state = 'active' and least(expires_at, rotate_after) <= %s) as overdue
from secrets where organization_id = %s
"""


def list_data_keys(tx: Transaction) -> list[DataKeyState]:
    """List the versions of an organisation's data key, newest first."""
    return [DataKeyState(**row) for row in tx.all(_DATA_KEYS, [tx.organization_id, DATA_KEYS_SHOWN_MAX])]


def check_vault(tx: Transaction, keyring: Keyring, *, system_now: datetime) -> VaultHealth:
    """Say how an organisation's vault is, without asking a key service: see `Keyring.check` for that."""
    data_keys = list_data_keys(tx)
    backend = data_keys[0].backend if data_keys else keyring.preferred
    row = tx.find(_FIGURES, [system_now, tx.organization_id])
    return VaultHealth(
        backend=backend,
        data_keys=data_keys,
        **(row or {}),
    )


@dataclass(frozen=True, slots=True)
class Wrappings:
    """How many data keys one key-encryption key wraps, over all organisations."""

    backend: str
    key_id: str
    data_keys: int


def count_wrappings(tx: Transaction) -> list[Wrappings]:
    """Count data keys by what wraps them. System role."""
    rows = tx.all(
        "select backend, key_id, count(*) as data_keys from vault_data_keys where wrapped is not null"
        " group by backend, key_id order by backend, key_id limit 1000"
    )
    return [Wrappings(**row) for row in rows]


def list_due(tx: Transaction, *, system_now: datetime, limit: int = DUE_MAX) -> list[Row]:
    """List active secrets of all organisations that have expired or are to be renewed. System role."""
    return tx.all(
        "select organization_id, id, name, expires_at, rotate_after from secrets"
        " where state = 'active' and least(expires_at, rotate_after) <= %(now)s"
        " order by least(expires_at, rotate_after) limit %(limit)s",
        {"now": system_now, "limit": limit},
    )


def drop_past_values(tx: Transaction, *, system_now: datetime, limit: int = DUE_MAX) -> int:
    """Destroy values whose grace is over; return how many. System role."""
    return tx.execute(
        "delete from secret_versions v using (select organization_id, id, version from secrets"
        " where grace_until <= %(now)s and exists (select from secret_versions o where o.organization_id ="
        " secrets.organization_id and o.secret_id = secrets.id and o.version < secrets.version) limit %(limit)s) s"
        " where v.organization_id = s.organization_id and v.secret_id = s.id and v.version < s.version",
        {"now": system_now, "limit": limit},
    )
