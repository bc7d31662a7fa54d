"""Rows of data keys: each organisation has a current one, made with its first secret, and older ones while they are needed."""

import hmac
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
    row = _newest(tx, organization_id, held=True)
    if row is None:
        insert_data_key(tx, organization_id, 1, new_data_key(keyring, organization_id, 1, keyring.preferred))
        # Somebody else's first key may have come first; the newest that is there counts.
        row = _newest(tx, organization_id, held=True)
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


def digest_key(tx: Transaction, keyring: Keyring) -> bytes:
    """Return a key for digests that only this organisation's vault can make: of what must not be guessed from its digest."""
    return hmac.digest(current_data_key(tx, keyring, tx.organization_id).key, b"digest", "sha256")


def wrapped_key(row: Row) -> WrappedKey:
    """Read the wrapping of a row."""
    return WrappedKey(row["backend"], row["key_id"], bytes(row["wrapped"]))


def find_wrapping(tx: Transaction, organization_id: UUID, secret_id: UUID | None = None) -> Row | None:
    """Return the row of the data key that a secret is under, or of the newest, without asking a key service."""
    if secret_id is None:
        return _newest(tx, organization_id)
    return tx.find(
        f"select {_COLUMNS} from vault_data_keys where organization_id = %(organization)s and wrapped is not null"  # noqa: S608
        " and version = (select data_key_version from secrets"
        " where organization_id = %(organization)s and id = %(secret)s)",
        {"organization": organization_id, "secret": secret_id},
    )


def new_data_key(keyring: Keyring, organization_id: UUID, version: int, backend: str) -> WrappedKey:
    """Make a data key, wrapped; its plain value is not kept."""
    return keyring.wrap(organization_id, version, secrets.token_bytes(DATA_KEY_BYTES), backend=backend)


def insert_data_key(tx: Transaction, organization_id: UUID, version: int, made: WrappedKey) -> bool:
    """Store a data key unless somebody was first; say whether it was."""
    now = clock.system_now()
    inserted = tx.execute(
        "insert into vault_data_keys (organization_id, version, backend, key_id, wrapped, made_at, wrapped_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict (organization_id, version) do nothing",
        [organization_id, version, made.backend, made.key_id, made.wrapped, now, now],
    )
    return inserted == 1


def _newest(tx: Transaction, organization_id: UUID, *, held: bool = False) -> Row | None:
    # Held, it is not retired before this transaction has ended: what it encrypts would be lost.
    return tx.find(
        f"select {_COLUMNS} from vault_data_keys where organization_id = %s and wrapped is not null"  # noqa: S608
        " order by version desc limit 1" + (" for share" if held else ""),
        [organization_id],
    )


def _unwrapped(keyring: Keyring, organization_id: UUID, row: Row) -> DataKey:
    key = keyring.unwrap(organization_id, row["version"], wrapped_key(row))
    return DataKey(organization_id, row["version"], key)
