"""Sources: who may send messages in, how their signatures are checked, and what is made of what they send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import orjson

from intendant.kernel import vault
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Registry
from intendant.kernel.vault import Vault
from intendant.kernel.webhooks._endpoints import OVERLAP, tell
from intendant.kernel.webhooks._mapping import parse_mapping
from intendant.kit import clock, ids, signing
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

Scheme = Literal["standard", "plain", "timed"]
"""Standard Webhooks; a hexadecimal HMAC-SHA256 of the body in a header, as GitHub's; `t=,v1=` in a header, as Stripe's."""
SourceState = Literal["enabled", "disabled"]
HEADERS: Mapping[str, str | None] = {"standard": None, "plain": "x-hub-signature-256", "timed": "stripe-signature"}
SOURCES_MAX = 100
SECRET_LENGTH_MIN, SECRET_LENGTH_MAX = 16, 500


class SourceUnknown(NotFound):
    """There is no such source."""

    code = "webhook_source_unknown"


class SourceInvalid(Invalid):
    """A source that cannot be."""

    code = "webhook_source_invalid"


class SourceChanged(Conflict):
    """Somebody else changed the source since it was read."""

    code = "webhook_source_changed"


class SourceNameTaken(Conflict):
    """There is a source of that name."""

    code = "webhook_source_name_taken"


class TooManySources(Conflict):
    """The organisation has as many sources as any may have."""

    code = "too_many_webhook_sources"


@dataclass(frozen=True, slots=True)
class GivenSource:
    """What a person says of a source. `kind` None: what comes is kept and told, and nothing is proposed."""

    name: str
    scheme: Scheme
    header: str | None = None
    kind: str | None = None
    mapping: Mapping[str, Mapping[str, Any]] | None = None
    secret: str | None = None
    enabled: bool = True


def source_connection(source_id: UUID) -> str:
    """Name a source as the vault knows it."""
    return f"webhook_source:{source_id}"


def create_source(
    tx: Transaction, by: Principal, keys: Vault, registry: Registry, given: GivenSource
) -> tuple[Row, str | None]:
    """Add a source; return it, with its secret where we made it (shown this once)."""
    by.require(Permission.WEBHOOK_MANAGE)
    _check(registry, given)
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhook sources:{tx.organization_id}"])
    if (
        tx.scalar("select count(*) from webhook_sources where organization_id = %s", [tx.organization_id])
        >= SOURCES_MAX
    ):
        raise TooManySources(f"There are {SOURCES_MAX} sources.", remedy="Remove those that send nothing.")
    _refuse_taken(tx, given.name, None)
    source_id, now = ids.new_id(), clock.system_now()
    made = signing.new_secret() if given.secret is None else None
    kept = vault.put(
        tx,
        keys.keyring,
        name=vault.name_of(f"Webhooks from {given.name}", source_id),
        connection=source_connection(source_id),
        destinations=(),
        value=made or _secret(given.scheme, given.secret),
        by=by,
        system_now=now,
    )
    tx.execute(
        "insert into webhook_sources (organization_id, id, name, scheme, header, state, secret_id, kind, mapping, created_by,"
        " created_at, changed_by, changed_at) values (%(organization)s, %(id)s, %(name)s, %(scheme)s, %(header)s, %(state)s,"
        " %(secret)s, %(kind)s, %(mapping)s, %(by)s, %(now)s, %(by)s, %(now)s)",
        {"id": source_id, "secret": kept.id, **_facts(tx, by, given), "now": now},
    )
    tell(tx, "kernel.webhook_source.created", source_id, by.label, {"name": given.name, "scheme": given.scheme})
    return get_source(tx, source_id), made


def change_source(
    tx: Transaction, by: Principal, registry: Registry, source_id: UUID, given: GivenSource, *, revision: int | None
) -> Row:
    """Replace what is said of a source; its secret is changed by rotating, its scheme not at all."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, source_id, revision)
    if given.scheme != before["scheme"]:
        raise SourceInvalid("The scheme of a source stays.", field="scheme", remedy="Make another source.")
    _check(registry, given)
    _refuse_taken(tx, given.name, source_id)
    tx.execute(
        "update webhook_sources set name = %(name)s, header = %(header)s, state = %(state)s, kind = %(kind)s,"
        " mapping = %(mapping)s, revision = revision + 1, changed_by = %(by)s, changed_at = %(now)s"
        " where organization_id = %(organization)s and id = %(id)s",
        {"id": source_id, **_facts(tx, by, given), "now": clock.system_now()},
    )
    tell(tx, "kernel.webhook_source.changed", source_id, by.label, {"name": given.name, "enabled": given.enabled})
    return get_source(tx, source_id)


def rotate_source(
    tx: Transaction,
    by: Principal,
    keys: Vault,
    source_id: UUID,
    *,
    secret: str | None = None,
    overlap: timedelta = OVERLAP,
) -> tuple[Row, str | None]:
    """Give a source a new secret, made here or by the sender; the old one is taken as well for `overlap`."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, source_id, None)
    made = signing.new_secret() if secret is None else None
    value, now = made or _secret(before["scheme"], secret), clock.system_now()
    vault.rotate(tx, keys.keyring, before["secret_id"], value=value, by=by, system_now=now, grace=overlap)
    tx.execute(
        "update webhook_sources set revision = revision + 1, changed_by = %s, changed_at = %s"
        " where organization_id = %s and id = %s",
        [by.label, now, tx.organization_id, source_id],
    )
    tell(tx, "kernel.webhook_source.rotated", source_id, by.label, {"overlap_seconds": int(overlap.total_seconds())})
    return get_source(tx, source_id), made


def remove_source(tx: Transaction, by: Principal, keys: Vault, source_id: UUID) -> None:
    """Remove a source with its messages and its secret; what was proposed stays."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, source_id, None)
    vault.remove(tx, keys.keyring, before["secret_id"], by=by, system_now=clock.system_now())
    tx.execute("delete from webhook_sources where organization_id = %s and id = %s", [tx.organization_id, source_id])
    tell(tx, "kernel.webhook_source.removed", source_id, by.label, {"name": before["name"]})


_SHOWN = """
select s.*, v.grace_until as rotating_until,
 (select count(*) from (select from webhook_messages m where m.organization_id = s.organization_id and m.source_id = s.id
   and m.state = 'quarantined' limit 10001) n) as quarantined_count
from webhook_sources s left join secrets v on v.organization_id = s.organization_id and v.id = s.secret_id
"""


def get_source(tx: Transaction, source_id: UUID) -> Row:
    """Return a source with its counts."""
    row = tx.find(f"{_SHOWN} where s.organization_id = %s and s.id = %s", [tx.organization_id, source_id])
    if row is None:
        raise _unknown()
    return row


def list_sources(tx: Transaction, *, after: UUID | None, limit: int) -> list[Row]:
    """List sources, oldest first."""
    return tx.all(
        f"{_SHOWN} where s.organization_id = %(organization)s and (%(after)s::uuid is null or s.id > %(after)s)"
        " order by s.id limit %(limit)s",
        {"organization": tx.organization_id, "after": after, "limit": limit},
    )


def find_source(tx: Transaction, source_id: UUID) -> Row | None:
    """Find an enabled source of any organisation by its id, for a message that came in. Takes a system transaction."""
    return tx.find(
        "select s.organization_id, s.id, s.name, s.scheme, s.header, s.secret_id, s.kind from webhook_sources s"
        " join organizations o on o.id = s.organization_id and o.removed_at is null"
        " where s.id = %s and s.state = 'enabled'",
        [source_id],
    )


def _facts(tx: Transaction, by: Principal, given: GivenSource) -> dict[str, object]:
    return {
        "organization": tx.organization_id,
        "name": given.name.strip(),
        "scheme": given.scheme,
        "header": (given.header or HEADERS[given.scheme] or "").lower() or None,
        "state": "enabled" if given.enabled else "disabled",
        "kind": given.kind,
        "mapping": orjson.dumps(parse_mapping(given.mapping or {})).decode(),
        "by": by.label,
    }


def _check(registry: Registry, given: GivenSource) -> None:
    if not given.name.strip() or not given.name.isprintable():
        raise SourceInvalid("A source needs a name.", field="name", remedy="Say who sends, in printable characters.")
    if given.kind is not None and given.kind not in registry.intakes:
        known = ", ".join(sorted(registry.intakes)) or "none"
        raise SourceInvalid(
            f"No domain takes '{given.kind[:60]}' from outside.",
            field="kind",
            remedy=f"Kinds that may come in: {known}.",
        )
    if given.kind is None and given.mapping:
        raise SourceInvalid(
            "A mapping needs a kind to propose.", field="kind", remedy="Name it, or leave the mapping out."
        )


def _secret(scheme: str, secret: str | None) -> str:
    if secret is None or not SECRET_LENGTH_MIN <= len(secret) <= SECRET_LENGTH_MAX:
        raise SourceInvalid(
            "The secret is too short or too long.",
            field="secret",
            remedy=f"Give {SECRET_LENGTH_MIN} to {SECRET_LENGTH_MAX} characters, or leave it out to have one made.",
        )
    if scheme == "standard":
        signing.parse_secret(secret)
    return secret


def _refuse_taken(tx: Transaction, name: str, source_id: UUID | None) -> None:
    if tx.find(
        "select 1 from webhook_sources where organization_id = %s and lower(name) = lower(%s) and id is distinct from %s",
        [tx.organization_id, name.strip(), source_id],
    ):
        raise SourceNameTaken(f"There is a source '{name.strip()}'.", field="name", remedy="Choose another name.")


def _locked(tx: Transaction, source_id: UUID, revision: int | None) -> Row:
    row = tx.find(
        "select * from webhook_sources where organization_id = %s and id = %s for update",
        [tx.organization_id, source_id],
    )
    if row is None:
        raise _unknown()
    if revision is not None and row["revision"] != revision:
        raise SourceChanged(
            f"The source was changed by {row['changed_by']} meanwhile.",
            field="revision",
            remedy="Read it again, then change it.",
            data={"revision": row["revision"]},
        )
    return row


def _unknown() -> SourceUnknown:
    return SourceUnknown("There is no such source.", field="source_id", remedy="List the sources.")
