"""Keeping secrets: put one in, renew its value, change where it may go, disable, remove. Each is an event, never with a value."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from intendant.kernel import events, organizations
from intendant.kernel.access import Principal
from intendant.kernel.vault._data_keys import current_data_key, get_data_key
from intendant.kernel.vault._keyring import DataKey, Keyring
from intendant.kernel.vault._model import (
    COLUMNS,
    GRACE,
    GRACE_MAX,
    SECRETS_MAX,
    Secret,
    SecretChangedMeanwhile,
    SecretInvalid,
    SecretNameTaken,
    SecretUnknown,
    TooManySecrets,
    parse_connection,
    parse_destinations,
    parse_name,
    parse_time,
    parse_value,
    sealed_facts,
    secret_from_row,
    value_facts,
)
from intendant.kernel.vault._sealing import fingerprint, seal, tampered, unseal
from intendant.kit import ids
from intendant.kit.database import Row, Transaction
from intendant.kit.secret_text import SecretText

KEEP: Any = object()
"""What is not to be changed."""


def put(
    tx: Transaction,
    keyring: Keyring,
    *,
    name: str,
    connection: str,
    destinations: Sequence[str],
    value: str | SecretText,
    by: Principal,
    system_now: datetime,
    expires_at: datetime | None = None,
    rotate_after: datetime | None = None,
) -> Secret:
    """Keep a new secret for `connection`, which may go to `destinations` (none: it never leaves this system).

    Raises SecretInvalid, SecretNameTaken, TooManySecrets or WrappingUnavailable.
    """
    secret = Secret(
        id=ids.new_id(),
        name=parse_name(name),
        connection=parse_connection(connection),
        destinations=parse_destinations(destinations),
        state="active",
        version=1,
        revision=1,
        fingerprint="",
        expires_at=parse_time("expires_at", expires_at, system_now),
        rotate_after=parse_time("rotate_after", rotate_after, system_now),
        grace_until=None,
        created_by=by.label,
        created_at=system_now,
        rotated_by=by.label,
        rotated_at=system_now,
        changed_by=by.label,
        changed_at=system_now,
    )
    plain = _plain(value)
    _make_room(tx, secret.name)
    key = current_data_key(tx, keyring, tx.organization_id)
    secret = replace(secret, fingerprint=fingerprint(key.key, plain))
    _write(tx, key, secret, insert=True)
    _write_value(tx, key, secret, plain)
    _record(tx, secret, "created", by)
    return secret


def rotate(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    *,
    value: str | SecretText,
    by: Principal,
    system_now: datetime,
    grace: timedelta = GRACE,
    expires_at: datetime | None = KEEP,
    rotate_after: datetime | None = KEEP,
    revision: int | None = None,
) -> Secret:
    """Give a secret a new value; the one before is still given beside it for `grace`, so that nothing stands still.

    A reminder that has passed is taken off unless `rotate_after` sets another. A grace of nothing ends the old value at once.
    """
    plain = _plain(value)
    if not timedelta(0) <= grace <= GRACE_MAX:
        raise SecretInvalid(
            f"The grace is at most {GRACE_MAX.days} days.", field="grace_seconds", remedy="Give a shorter one."
        )
    before, key = _open(tx, keyring, secret_id, revision)
    if plain == read_value(tx, keyring, before, before.version):
        raise SecretInvalid("This is the value it has.", field="value", remedy="Make a new one at the provider first.")
    newest = current_data_key(tx, keyring, tx.organization_id)
    after = replace(
        before,
        version=before.version + 1,
        revision=before.revision + 1,
        fingerprint=fingerprint(newest.key, plain),
        grace_until=system_now + grace if grace else None,
        expires_at=_past_dropped(before.expires_at, expires_at, "expires_at", system_now),
        rotate_after=_past_dropped(before.rotate_after, rotate_after, "rotate_after", system_now),
        rotated_by=by.label,
        rotated_at=system_now,
        changed_by=by.label,
        changed_at=system_now,
    )
    kept = before.version if grace else after.version
    tx.execute(
        "delete from secret_versions where organization_id = %s and secret_id = %s and version < %s",
        [tx.organization_id, secret_id, kept],
    )
    if newest.version != key.version and grace:
        _reencrypt(tx, keyring, newest, before)
    _write(tx, newest, after)
    _write_value(tx, newest, after, plain)
    _record(tx, after, "rotated", by)
    return after


def change(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    *,
    by: Principal,
    system_now: datetime,
    name: str = KEEP,
    destinations: Sequence[str] = KEEP,
    expires_at: datetime | None = KEEP,
    rotate_after: datetime | None = KEEP,
    revision: int | None = None,
) -> Secret:
    """Change what is given: the name, where it may go, when it expires or is to be renewed."""
    before, key = _open(tx, keyring, secret_id, revision)
    after = replace(
        before,
        name=before.name if name is KEEP else parse_name(name),
        destinations=before.destinations if destinations is KEEP else parse_destinations(destinations),
        expires_at=before.expires_at if expires_at is KEEP else parse_time("expires_at", expires_at, system_now),
        rotate_after=before.rotate_after
        if rotate_after is KEEP
        else parse_time("rotate_after", rotate_after, system_now),
    )
    if after == before:
        return before
    if after.name.lower() != before.name.lower():
        _refuse_taken(tx, after.name)
    after = replace(after, revision=before.revision + 1, changed_by=by.label, changed_at=system_now)
    _write(tx, key, after)
    _record(tx, after, "changed", by, {"destinations_before": list(before.destinations)})
    return after


def set_enabled(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    enabled: bool,
    *,
    by: Principal,
    system_now: datetime,
    revision: int | None = None,
) -> Secret:
    """Stop every use of a secret from now on, or allow it again."""
    before, key = _open(tx, keyring, secret_id, revision)
    wanted = "active" if enabled else "disabled"
    if before.state == wanted:
        return before
    after = replace(
        before,
        state="active" if enabled else "disabled",
        revision=before.revision + 1,
        changed_by=by.label,
        changed_at=system_now,
    )
    _write(tx, key, after)
    _record(tx, after, "enabled" if enabled else "disabled", by)
    return after


def remove(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    *,
    by: Principal,
    system_now: datetime,
    revision: int | None = None,
) -> Secret:
    """Destroy all values of a secret; its name, its history and its accesses stay. There is no way back."""
    before, key = _open(tx, keyring, secret_id, revision)
    after = replace(
        before,
        state="removed",
        revision=before.revision + 1,
        grace_until=None,
        changed_by=by.label,
        changed_at=system_now,
    )
    tx.execute(
        "delete from secret_versions where organization_id = %s and secret_id = %s", [tx.organization_id, secret_id]
    )
    _write(tx, key, after)
    _record(tx, after, "removed", by)
    return after


def read_checked(tx: Transaction, keyring: Keyring, secret_id: UUID, *, lock: bool = False) -> tuple[Secret, DataKey]:
    """Return a secret whose seal and revision are sound, and the data key it is under; SecretUnknown or SecretTampered."""
    row = tx.find(
        f"select {COLUMNS}, data_key_version, seal,"  # noqa: S608
        " (select max(c.revision) from secret_changes c where c.organization_id = s.organization_id and c.secret_id = s.id)"
        " as newest from secrets s where organization_id = %s and id = %s" + (" for update of s" if lock else ""),
        [tx.organization_id, secret_id],
    )
    if row is None:
        raise unknown()
    key = get_data_key(tx, keyring, tx.organization_id, row["data_key_version"])
    secret = secret_from_row(row)
    unseal(key.key, bytes(row["seal"]), sealed_facts(tx.organization_id, secret, key.version))
    if row["newest"] != secret.revision:
        raise tampered(f"it stands at revision {secret.revision}, its history at {row['newest']}")
    return secret, key


def read_value(tx: Transaction, keyring: Keyring, secret: Secret, version: int) -> bytes:
    """Decrypt one version's value; raises SecretTampered where it is gone or was changed."""
    row = _value_row(tx, secret.id, version)
    if row is None:
        raise tampered(f"the value of version {version} is gone")
    return _decrypted(tx, keyring, secret, version, row)


def find_previous(tx: Transaction, keyring: Keyring, secret: Secret) -> bytes | None:
    """Decrypt the version before, where it is still there."""
    row = _value_row(tx, secret.id, secret.version - 1)
    return None if row is None else _decrypted(tx, keyring, secret, secret.version - 1, row)


def reencrypt(tx: Transaction, keyring: Keyring, secret_id: UUID) -> bool:
    """Bring one secret under the newest data key; say whether there was anything to do."""
    secret, key = read_checked(tx, keyring, secret_id, lock=True)
    newest = current_data_key(tx, keyring, tx.organization_id)
    if newest.version == key.version:
        return False
    _reencrypt(tx, keyring, newest, secret)
    _write(tx, newest, secret)
    return True


def unknown() -> SecretUnknown:
    """Return the error for a secret that is not there."""
    return SecretUnknown("There is no such secret.", field="secret_id", remedy="List the secrets.")


def _open(tx: Transaction, keyring: Keyring, secret_id: UUID, revision: int | None) -> tuple[Secret, DataKey]:
    """Lock a secret that is to be changed."""
    secret, key = read_checked(tx, keyring, secret_id, lock=True)
    if secret.state == "removed":
        raise unknown()
    if revision is not None and revision != secret.revision:
        raise SecretChangedMeanwhile(
            f"The secret was changed by {secret.changed_by} meanwhile.",
            field="revision",
            remedy="Read it again, then change it.",
            data={"revision": secret.revision},
        )
    return secret, key


def _plain(value: str | SecretText) -> bytes:
    return parse_value(value.reveal() if isinstance(value, SecretText) else value)


def _past_dropped(before: datetime | None, given: Any, name: str, system_now: datetime) -> datetime | None:
    if given is not KEEP:
        return parse_time(name, given, system_now)
    return before if before is not None and before > system_now else None


def _make_room(tx: Transaction, name: str) -> None:
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"secrets:{tx.organization_id}"])
    count = tx.scalar(
        "select count(*) from secrets where organization_id = %s and state <> 'removed'", [tx.organization_id]
    )
    if count >= SECRETS_MAX:
        raise TooManySecrets(f"There are {count:,} secrets.", remedy="Remove those that nothing uses.")
    _refuse_taken(tx, name)


def _refuse_taken(tx: Transaction, name: str) -> None:
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"secrets:{tx.organization_id}"])
    if tx.scalar(
        "select exists (select from secrets where organization_id = %s and lower(name) = lower(%s) and state <> 'removed')",
        [tx.organization_id, name],
    ):
        raise SecretNameTaken(f"There is a secret '{name}'.", field="name", remedy="Rotate it, or choose another name.")


def _write(tx: Transaction, key: DataKey, secret: Secret, *, insert: bool = False) -> None:
    facts = sealed_facts(tx.organization_id, secret, key.version)
    row: Row = {name: getattr(secret, name) for name in Secret.__slots__}
    row |= {
        "organization_id": tx.organization_id,
        "destinations": list(secret.destinations),
        "data_key_version": key.version,
        "seal": seal(key.key, b"", facts),
    }
    if insert:
        names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
        tx.execute(f"insert into secrets ({names}) values ({places})", row)  # noqa: S608 - names are ours
        return
    changes = ", ".join(f"{name} = %({name})s" for name in row if name not in ("organization_id", "id"))
    tx.execute(f"update secrets set {changes} where organization_id = %(organization_id)s and id = %(id)s", row)  # noqa: S608


def _write_value(tx: Transaction, key: DataKey, secret: Secret, plain: bytes) -> None:
    facts = value_facts(tx.organization_id, secret.id, secret.connection, secret.version, key.version)
    tx.execute(
        "insert into secret_versions (organization_id, secret_id, version, data_key_version, sealed, made_at, made_by)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [
            tx.organization_id,
            secret.id,
            secret.version,
            key.version,
            seal(key.key, plain, facts),
            secret.rotated_at,
            secret.rotated_by,
        ],
    )


def _value_row(tx: Transaction, secret_id: UUID, version: int) -> Row | None:
    return tx.find(
        "select data_key_version, sealed from secret_versions where organization_id = %s and secret_id = %s and version = %s",
        [tx.organization_id, secret_id, version],
    )


def _decrypted(tx: Transaction, keyring: Keyring, secret: Secret, version: int, row: Row) -> bytes:
    key = get_data_key(tx, keyring, tx.organization_id, row["data_key_version"])
    facts = value_facts(tx.organization_id, secret.id, secret.connection, version, key.version)
    return unseal(key.key, bytes(row["sealed"]), facts)


def _reencrypt(tx: Transaction, keyring: Keyring, newest: DataKey, secret: Secret) -> None:
    """Bring the stored values of a secret under the newest data key; at most two."""
    for version in (secret.version, secret.version - 1):
        row = _value_row(tx, secret.id, version)
        if row is None:
            continue
        plain = _decrypted(tx, keyring, secret, version, row)
        facts = value_facts(tx.organization_id, secret.id, secret.connection, version, newest.version)
        tx.execute(
            "update secret_versions set sealed = %s, data_key_version = %s"
            " where organization_id = %s and secret_id = %s and version = %s",
            [seal(newest.key, plain, facts), newest.version, tx.organization_id, secret.id, version],
        )


def _record(tx: Transaction, secret: Secret, act: str, by: Principal, more: dict[str, object] | None = None) -> None:
    tx.execute(
        "insert into secret_changes (organization_id, secret_id, revision, act, version, by, at)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [tx.organization_id, secret.id, secret.revision, act, secret.version, by.label, secret.changed_at],
    )
    organization = organizations.get_organization(tx, tx.organization_id)
    body: dict[str, object] = {
        "secret_id": secret.id,
        "name": secret.name,
        "connection": secret.connection,
        "destinations": list(secret.destinations),
        "version": secret.version,
        "revision": secret.revision,
    }
    events.emit(
        tx,
        [
            events.Event(
                tx.organization_id,
                f"kernel.secret.{act}",
                f"secret:{secret.id}",
                body | (more or {}),
                at=organization.clock.at(secret.changed_at),
                recorded_at=secret.changed_at,
                actor=by.label,
            )
        ],
    )
