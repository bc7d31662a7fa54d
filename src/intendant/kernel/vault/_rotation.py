"""Renewing keys while everything runs: an organisation's data key, and the key-encryption key around all data keys.

Every step is a transaction of its own, and any step may be the last one before a crash: what is not done yet is found by what the
rows say, and readers see each row whole, under the old key or the new. A data key goes only when nothing is under it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from intendant.kernel import events, organizations
from intendant.kernel.access import Principal
from intendant.kernel.vault._data_keys import insert_data_key, wrapped_key
from intendant.kernel.vault._keyring import Keyring
from intendant.kernel.vault._sealing import SecretTampered
from intendant.kernel.vault._secrets import reencrypt
from intendant.kit import clock
from intendant.kit.database import Database, Transaction
from intendant.ports.secrets import WrappedKey, WrappingRefused

STEP_MAX = 200
"""So many secrets or data keys are renewed in one step."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of renewing did: `refused` rows were changed from outside and stay as they are, for a person to look at."""

    done: int
    refused: int


def add_data_key(tx: Transaction, made: tuple[int, WrappedKey], *, by: Principal, system_now: datetime) -> int:
    """Give an organisation a new data key (by `Vault.make_data_key`), which encrypts from now on; return its version.

    What the older one encrypted is brought under it by `reencrypt_some`, in steps, by any worker.
    """
    version, wrapped = made
    if not insert_data_key(tx, tx.organization_id, version, wrapped):
        # Somebody else renewed it at the same moment; theirs is as new.
        return version
    organization = organizations.get_organization(tx, tx.organization_id)
    events.emit(
        tx,
        [
            events.Event(
                tx.organization_id,
                "kernel.vault.data_key_rotated",
                f"organization:{tx.organization_id}",
                {"version": version},
                at=organization.clock.at(system_now),
                recorded_at=system_now,
                actor=by.label,
            )
        ],
    )
    return version


_OUTDATED = """
select s.organization_id, s.id from secrets s
where s.data_key_version < (select max(k.version) from vault_data_keys k
                            where k.organization_id = s.organization_id and k.wrapped is not null)
  and (%(organization)s::uuid is null or s.organization_id = %(organization)s)
order by s.id limit %(limit)s
"""

_OLD = """
select o.organization_id, o.version from vault_data_keys o
where o.wrapped is not null
  and o.version < (select max(n.version) from vault_data_keys n
                   where n.organization_id = o.organization_id and n.wrapped is not null)
limit %(limit)s for update of o skip locked
"""

_RETIRE = """
update vault_data_keys k set wrapped = null, retired_at = %(now)s
where k.organization_id = %(organization)s and k.version = %(version)s
  and not exists (select from secrets s
                  where s.organization_id = k.organization_id and s.data_key_version = k.version)
  and not exists (select from secret_versions v
                  where v.organization_id = k.organization_id and v.data_key_version = k.version)
"""


def reencrypt_some(
    database: Database, keyring: Keyring, *, organization_id: UUID | None = None, limit: int = STEP_MAX
) -> Step:
    """Bring some secrets under their organisation's newest data key, each in a transaction of its own."""
    done = refused = 0
    with database.system() as tx:
        rows = tx.all(_OUTDATED, {"organization": organization_id, "limit": limit})
    for row in rows:
        try:
            with database.transaction(row["organization_id"]) as tx:
                done += reencrypt(tx, keyring, row["id"])
        except (SecretTampered, WrappingRefused) as error:
            refused += 1
            log.error("a secret cannot be renewed", subject=f"secret:{row['id']}", code=error.code)
    return Step(done, refused)


def retire_data_keys(database: Database) -> int:
    """Destroy data keys that nothing is under any more; return how many."""
    now, count = clock.system_now(), 0
    with database.system() as tx:
        # Whoever encrypts under a key holds its row (`for share`) to the end, so such rows are skipped here; what a row holds
        # is looked at by a statement that begins after it was locked.
        for row in tx.all(_OLD, {"limit": STEP_MAX}):
            count += tx.execute(
                _RETIRE, {"now": now, "organization": row["organization_id"], "version": row["version"]}
            )
    return count


_WRAPPED = """
select organization_id, version, backend, key_id, wrapped from vault_data_keys
where wrapped is not null and backend = any(%(backends)s) and (backend, key_id) <> (%(to)s, %(key_id)s)
  and (organization_id, version) > (%(organization)s, %(version)s)
order by organization_id, version limit %(limit)s
"""


def rewrap(database: Database, keyring: Keyring, *, to: str, backends: list[str] | None = None) -> Step:
    """Wrap data keys anew under the current key of the back end `to`: those of `backends`, by default its own.

    Data keys stay the same, so no secret is touched. May be called again after a crash, and by several at once.
    """
    done = refused = 0
    target = keyring.backend(to)
    place = (UUID(int=0), 0)
    while True:
        with database.system() as tx:
            rows = tx.all(
                _WRAPPED,
                {
                    "backends": backends or [to],
                    "to": to,
                    "key_id": target.current_key_id(),
                    "organization": place[0],
                    "version": place[1],
                    "limit": STEP_MAX,
                },
            )
        for row in rows:
            place = (row["organization_id"], row["version"])
            try:
                key = keyring.unwrap(*place, wrapped_key(row))
            except WrappingRefused as error:
                refused += 1
                log.error("a data key cannot be wrapped anew", organization=str(place[0]), code=error.code)
                continue
            new = keyring.wrap(*place, key, backend=to)
            with database.system() as tx:
                done += tx.execute(
                    "update vault_data_keys set backend = %s, key_id = %s, wrapped = %s, wrapped_at = %s"
                    " where organization_id = %s and version = %s and wrapped = %s",
                    [new.backend, new.key_id, new.wrapped, clock.system_now(), *place, row["wrapped"]],
                )
        if len(rows) < STEP_MAX:
            return Step(done, refused)
