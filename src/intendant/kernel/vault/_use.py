"""Using a secret: for its own connection, towards a destination it is bound to, with a trace in the audit log.

How a busy connector leaves few leaves: the first use of a secret in a minute, for one connection, destination, purpose and
actor, writes a leaf at once; further ones in that minute only count; when the minute is over and there was more than one, a
second leaf says how many. So nothing is used without a trace, and a minute of a thousand uses makes two leaves. Refusals the same.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intendant.kernel import audit
from intendant.kernel.access import Principal
from intendant.kernel.vault._keyring import Keyring
from intendant.kernel.vault._model import CONNECTION_LENGTH_MAX, Secret, parse_destination
from intendant.kernel.vault._secrets import find_previous, read_checked, read_value, unknown
from intendant.kit import clock, ids
from intendant.kit.database import Transaction
from intendant.kit.errors import Forbidden
from intendant.kit.secret_text import SecretText

USED = "kernel.secret.used"
REFUSED = "kernel.secret.refused"
_AGAIN = "_again"
GIVEN = "given"
CLOSED_MAX = 500
"""So many minutes are closed in one transaction."""
PURPOSE_LENGTH_MAX = 200
DESTINATION_LENGTH_MAX = 253


class SecretUseRefused(Forbidden):
    """The secret is not for this connection or destination, or is disabled or expired; `data["why"]` says which."""

    code = "secret_use_refused"


@dataclass(frozen=True, slots=True)
class Opened:
    """A secret and its value; `previous` is the version before while its grace lasts, to verify or sign with beside it."""

    secret: Secret
    value: SecretText
    previous: SecretText | None


def use(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    *,
    connection: str,
    destination: str | None,
    by: Principal,
    purpose: str = "",
    system_now: datetime | None = None,
) -> SecretText:
    """Return a secret's value, to be sent to `destination` for `connection` and to nobody else.

    `destination` is None where the value stays here (to sign, to verify): only for secrets that are bound to no host.
    Raises SecretUnknown, SecretUseRefused, SecretTampered or WrappingUnavailable. The row that counts uses is locked until
    the transaction ends, so keep it short; `Vault.use` has one of its own and records refusals as well.
    """
    return open_secret(
        tx,
        keyring,
        secret_id,
        connection=connection,
        destination=destination,
        by=by,
        purpose=purpose,
        system_now=system_now,
    ).value


def open_secret(
    tx: Transaction,
    keyring: Keyring,
    secret_id: UUID,
    *,
    connection: str,
    destination: str | None,
    by: Principal,
    purpose: str = "",
    system_now: datetime | None = None,
) -> Opened:
    """Do what `use` does, and give the version before as well while its grace lasts."""
    now = system_now or clock.system_now()
    secret, _ = read_checked(tx, keyring, secret_id)
    _allow(secret, connection, destination, now)
    value = SecretText(read_value(tx, keyring, secret, secret.version).decode())
    previous = None
    if secret.grace_until is not None and secret.grace_until > now:
        plain = find_previous(tx, keyring, secret)
        previous = None if plain is None else SecretText(plain.decode())
    _count(tx, secret, destination, by.label, purpose, now)
    return Opened(secret, value, previous)


def _allow(secret: Secret, connection: str, destination: str | None, now: datetime) -> None:
    if secret.state == "removed":
        raise unknown()
    if connection != secret.connection:
        raise _refused(
            secret, "connection", "It belongs to another connection.", "Give that connection its own secret."
        )
    if destination is None:
        if secret.destinations:
            raise _refused(secret, "destination", "It is bound to hosts, and none was named.", "Name the host.")
    elif parse_destination(destination) not in secret.destinations:
        raise _refused(
            secret, "destination", "It may not go to this host.", "Add the host to its destinations, if it should."
        )
    if secret.state == "disabled":
        raise _refused(secret, "disabled", "It is disabled.", "Enable it, if it should be used.")
    if secret.expires_at is not None and secret.expires_at <= now:
        raise _refused(secret, "expired", "It has expired.", "Renew it at the provider and rotate it here.")


def _refused(secret: Secret, why: str, sentence: str, remedy: str) -> SecretUseRefused:
    return SecretUseRefused(
        f"The secret '{secret.name}' was not given out. {sentence}",
        field="secret_id",
        remedy=remedy,
        data={"secret_id": str(secret.id), "why": why},
    )


def _count(tx: Transaction, secret: Secret, destination: str | None, actor: str, purpose: str, now: datetime) -> None:
    place = "" if destination is None else parse_destination(destination)
    record_access(
        tx, Access(secret.id, secret.connection, place, purpose, actor, GIVEN), now=now, version=secret.version
    )


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody asked for a secret. `outcome` is "given", or why it was refused."""

    secret_id: UUID
    connection: str
    destination: str
    purpose: str
    actor: str
    outcome: str


def record_access(tx: Transaction, access: Access, *, now: datetime, version: int | None = None) -> None:
    """Count an access in its minute; the first of a minute writes a leaf at once."""
    row = {
        "organization": tx.organization_id,
        "id": ids.new_id(),
        "secret": access.secret_id,
        "minute": now.replace(second=0, microsecond=0),
        "connection": access.connection[:CONNECTION_LENGTH_MAX],
        "destination": access.destination[:DESTINATION_LENGTH_MAX],
        "purpose": access.purpose[:PURPOSE_LENGTH_MAX],
        "actor": access.actor,
        "outcome": access.outcome,
    }
    count = tx.scalar(
        "insert into secret_accesses"
        " (organization_id, id, secret_id, minute, connection, destination, purpose, actor, outcome, count) values"
        " (%(organization)s, %(id)s, %(secret)s, %(minute)s, %(connection)s, %(destination)s, %(purpose)s, %(actor)s,"
        " %(outcome)s, 1)"
        " on conflict (organization_id, secret_id, minute, connection, destination, purpose, actor, outcome)"
        " do update set count = secret_accesses.count + 1, closed_at = null returning count",
        row,
    )
    if count == 1:
        detail: dict[str, object] = {name: row[name] for name in ("connection", "destination", "purpose", "outcome")}
        act = USED if access.outcome == GIVEN else REFUSED
        subject = f"secret:{access.secret_id}"
        audit.append(
            tx, [audit.Act(tx.organization_id, access.actor, act, subject, now, detail | {"version": version})]
        )


def close_minutes(tx: Transaction, *, system_now: datetime, limit: int = CLOSED_MAX) -> int:
    """Write the leaves of minutes that are over and had more than one access; return how many were closed. System role."""
    rows = tx.all(
        "update secret_accesses a set closed_at = %(now)s from ("
        " select organization_id, id from secret_accesses where closed_at is null and minute < %(now)s - interval '1 minute'"
        " order by minute limit %(limit)s for update skip locked) due"
        " where a.organization_id = due.organization_id and a.id = due.id"
        " returning a.organization_id, a.secret_id, a.minute, a.connection, a.destination, a.purpose, a.actor, a.outcome,"
        " a.count",
        {"now": system_now, "limit": limit},
    )
    audit.append(
        tx,
        [
            audit.Act(
                row["organization_id"],
                row["actor"],
                (USED if row["outcome"] == GIVEN else REFUSED) + _AGAIN,
                f"secret:{row['secret_id']}",
                system_now,
                {name: row[name] for name in ("connection", "destination", "purpose", "outcome", "minute", "count")},
            )
            for row in rows
            if row["count"] > 1
        ],
    )
    return len(rows)
