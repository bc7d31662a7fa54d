"""Rows of data keys: each organisation has a current one, made with its first secret, and older ones while they are needed."""

import secrets
from uuid import UUID

from intendant.kernel.vault._keyring import DataKey, Keyring
from intendant.kernel.vault._sealing import tampered
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.ports.secrets import DATA_KEY_BYTES, WrappedKey

_COLUMNS = "version, backend, key_id, wrapped"


def current_data_key(tx: Transaction, keyring: Keyring, organization_id: UUID) -> DataKey:
    """Return the key that encrypts now, making the organisation's first."""
    row = _newest(tx, organization_id)
    if row is None:
        _insert(tx, keyring, organization_id, 1, keyring.preferred)
        # Somebody else's first key may have come first; the newest that is there counts.
        row = _newest(tx, organization_id)
    if row is None:
        raise tampered("the data key of the organisation is gone")
    return _unwrapped(keyring, organization_id, row)


def get_data_key(tx: Transaction, keyring: Keyring, organization_id: UUID, version: int) -> DataKey:
    """Return the key of a version; raises SecretTampered where its row is gone."""
    row = tx.find(
        f"select {_COLUMNS} from vault_data_keys where organization_id = %s and version = %s and wrapped is not null",  # noqa: S608
        [organization_id, version],
    )
    if row is None:
        raise tampered(f"version {version} of the organisation's data key is gone")
    return _unwrapped(keyring, organization_id, row)


def add_data_key(tx: Transaction, keyring: Keyring, organization_id: UUID) -> int:
    """Make a new version, which encrypts from now on, at the back end of the one before; return its number."""
    row = _newest(tx, organization_id)
    if row is None:
        return current_data_key(tx, keyring, organization_id).version
    _insert(tx, keyring, organization_id, row["version"] + 1, row["backend"])
    newest = _newest(tx, organization_id)
    return int(newest["version"]) if newest else row["version"] + 1


def wrapped_key(row: Row) -> WrappedKey:
    """Read the wrapping of a row."""
    return WrappedKey(row["backend"], row["key_id"], bytes(row["wrapped"]))


def _newest(tx: Transaction, organization_id: UUID) -> Row | None:
    return tx.find(
        f"select {_COLUMNS} from vault_data_keys where organization_id = %s and wrapped is not null"  # noqa: S608
        " order by version desc limit 1",
        [organization_id],
    )


def _insert(tx: Transaction, keyring: Keyring, organization_id: UUID, version: int, backend: str) -> None:
    wrapped = keyring.wrap(organization_id, version, secrets.token_bytes(DATA_KEY_BYTES), backend=backend)
    now = clock.system_now()
    tx.execute(
        "insert into vault_data_keys (organization_id, version, backend, key_id, wrapped, made_at, wrapped_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict (organization_id, version) do nothing",
        [organization_id, version, wrapped.backend, wrapped.key_id, wrapped.wrapped, now, now],
    )


def _unwrapped(keyring: Keyring, organization_id: UUID, row: Row) -> DataKey:
    key = keyring.unwrap(organization_id, row["version"], wrapped_key(row))
    return DataKey(organization_id, row["version"], key)
