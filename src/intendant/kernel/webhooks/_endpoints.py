"""Endpoints: addresses outside that are told of events. Their signing secrets lie in the vault and are shown once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from intendant.kernel import events, organizations, vault
from intendant.kernel.access import Permission, Principal
from intendant.kernel.vault import Vault
from intendant.kernel.webhooks._names import parse_patterns
from intendant.kit import clock, ids, signing
from intendant.kit.addresses import OutboundPolicy, parse_address
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, NotFound

EndpointState = Literal["enabled", "disabled"]
Resume = Literal["now", "where_it_stopped"]
ENDPOINTS_MAX = 100
OVERLAP = timedelta(hours=24)
"""For so long after a rotation, messages are signed with the old secret as well."""
BY_PERSON = "by a person"
PING = "kernel.webhook.ping"
_COUNTS = """
(select count(*) from (select from webhook_deliveries d where d.organization_id = e.organization_id and d.endpoint_id = e.id
  and d.state = '{0}' limit 10001) n) as {0}_count
"""
_SHOWN = (
    f"select e.*, s.grace_until as rotating_until, {_COUNTS.format('waiting')}, {_COUNTS.format('dead')}"  # noqa: S608
    " from webhook_endpoints e left join secrets s on s.organization_id = e.organization_id and s.id = e.secret_id"
)


class EndpointUnknown(NotFound):
    """There is no such endpoint."""

    code = "webhook_endpoint_unknown"


class EndpointChanged(Conflict):
    """Somebody else changed the endpoint since it was read."""

    code = "webhook_endpoint_changed"


class TooManyEndpoints(Conflict):
    """The organisation has as many endpoints as any may have."""

    code = "too_many_webhook_endpoints"


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of an endpoint; None leaves what is there."""

    url: str | None = None
    description: str | None = None
    events: Sequence[str] | None = None
    enabled: bool | None = None
    resume: Resume = "now"


def connection_of(endpoint_id: UUID) -> str:
    """Name an endpoint as the vault knows it."""
    return f"webhook:{endpoint_id}"


def create_endpoint(
    tx: Transaction, by: Principal, keys: Vault, policy: OutboundPolicy, given: Given
) -> tuple[Row, str]:
    """Add an endpoint, which is told of what happens from now on; return it with its signing secret, shown this once."""
    by.require(Permission.WEBHOOK_MANAGE)
    url = parse_address(given.url or "", policy).url
    patterns = parse_patterns(given.events or [])
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"webhooks:{tx.organization_id}"])
    if (
        tx.scalar("select count(*) from webhook_endpoints where organization_id = %s", [tx.organization_id])
        >= ENDPOINTS_MAX
    ):
        raise TooManyEndpoints(f"There are {ENDPOINTS_MAX} endpoints.", remedy="Remove those that nobody listens at.")
    endpoint_id, now, secret = ids.new_id(), clock.system_now(), signing.new_secret()
    kept = vault.put(
        tx,
        keys.keyring,
        name=vault.name_of(f"Webhooks to {urlsplit(url).hostname}", endpoint_id),
        connection=connection_of(endpoint_id),
        # It signs here and is sent nowhere.
        destinations=(),
        value=secret,
        by=by,
        system_now=now,
    )
    tx.execute(
        "insert into webhook_endpoints (organization_id, id, url, description, events, state, disabled_why, secret_id, cursor,"
        " created_by, created_at, changed_by, changed_at) values (%(organization)s, %(id)s, %(url)s, %(description)s,"
        " %(events)s, %(state)s, %(why)s, %(secret)s, %(cursor)s, %(by)s, %(now)s, %(by)s, %(now)s)",
        {
            "organization": tx.organization_id,
            "id": endpoint_id,
            "url": url,
            "description": given.description or "",
            "events": patterns,
            "state": "disabled" if given.enabled is False else "enabled",
            "why": BY_PERSON if given.enabled is False else None,
            "secret": kept.id,
            "cursor": str(events.horizon(tx)),
            "by": by.label,
            "now": now,
        },
    )
    tell(tx, "kernel.webhook.created", endpoint_id, by.label, {"url": url, "events": patterns})
    return get_endpoint(tx, endpoint_id), secret


def change_endpoint(
    tx: Transaction, by: Principal, policy: OutboundPolicy, endpoint_id: UUID, given: Given, *, revision: int | None
) -> Row:
    """Change what is given. One that is enabled again goes on from now, or from where it stopped."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, endpoint_id, revision)
    url = before["url"] if given.url is None else parse_address(given.url, policy).url
    patterns = before["events"] if given.events is None else parse_patterns(given.events)
    enabled = before["state"] == "enabled" if given.enabled is None else given.enabled
    starts = enabled and before["state"] == "disabled"
    tx.execute(
        "update webhook_endpoints set url = %(url)s, description = %(description)s, events = %(events)s, state = %(state)s,"
        " disabled_why = case when %(state)s = 'enabled' then null else coalesce(disabled_why, %(why)s) end,"
        " failing_since = case when %(starts)s then null else failing_since end,"
        " cursor = %(cursor)s, revision = revision + 1, changed_by = %(by)s, changed_at = %(now)s"
        " where organization_id = %(organization)s and id = %(id)s",
        {
            "url": url,
            "description": before["description"] if given.description is None else given.description,
            "events": patterns,
            "state": "enabled" if enabled else "disabled",
            "why": BY_PERSON,
            "starts": starts,
            "cursor": str(events.horizon(tx)) if starts and given.resume == "now" else before["cursor"],
            "by": by.label,
            "now": clock.system_now(),
            "organization": tx.organization_id,
            "id": endpoint_id,
        },
    )
    detail = {"url": url, "events": patterns, "enabled": enabled, "resume": given.resume if starts else None}
    tell(tx, "kernel.webhook.changed", endpoint_id, by.label, detail)
    return get_endpoint(tx, endpoint_id)


def rotate_endpoint(
    tx: Transaction, by: Principal, keys: Vault, endpoint_id: UUID, *, overlap: timedelta = OVERLAP
) -> tuple[Row, str]:
    """Give an endpoint a new signing secret; for `overlap` messages carry a signature of the old one as well."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, endpoint_id, None)
    secret, now = signing.new_secret(), clock.system_now()
    vault.rotate(tx, keys.keyring, before["secret_id"], value=secret, by=by, system_now=now, grace=overlap)
    tx.execute(
        "update webhook_endpoints set revision = revision + 1, changed_by = %s, changed_at = %s"
        " where organization_id = %s and id = %s",
        [by.label, now, tx.organization_id, endpoint_id],
    )
    tell(tx, "kernel.webhook.rotated", endpoint_id, by.label, {"overlap_seconds": int(overlap.total_seconds())})
    return get_endpoint(tx, endpoint_id), secret


def remove_endpoint(tx: Transaction, by: Principal, keys: Vault, endpoint_id: UUID) -> None:
    """Remove an endpoint with its deliveries and its secret; what it was told stays in the log of events."""
    by.require(Permission.WEBHOOK_MANAGE)
    before = _locked(tx, endpoint_id, None)
    vault.remove(tx, keys.keyring, before["secret_id"], by=by, system_now=clock.system_now())
    tx.execute(
        "delete from webhook_endpoints where organization_id = %s and id = %s", [tx.organization_id, endpoint_id]
    )
    tell(tx, "kernel.webhook.removed", endpoint_id, by.label, {"url": before["url"]})


def ping(tx: Transaction, by: Principal, endpoint_id: UUID) -> UUID:
    """Send a test to an endpoint; return the id of its delivery."""
    by.require(Permission.WEBHOOK_MANAGE)
    get_endpoint(tx, endpoint_id)
    delivery_id, now = ids.new_id(), clock.system_now()
    tx.execute(
        "insert into webhook_deliveries (organization_id, id, endpoint_id, event_id, event_name, state, due_at, created_at)"
        " values (%s, %s, %s, %s, %s, 'waiting', %s, %s)",
        [tx.organization_id, delivery_id, endpoint_id, delivery_id, PING, now, now],
    )
    return delivery_id


def get_endpoint(tx: Transaction, endpoint_id: UUID) -> Row:
    """Return an endpoint with how many deliveries wait and are dead (each up to 10,001)."""
    row = tx.find(f"{_SHOWN} where e.organization_id = %s and e.id = %s", [tx.organization_id, endpoint_id])
    if row is None:
        raise _unknown()
    return row


def list_endpoints(tx: Transaction, *, state: str | None, after: UUID | None, limit: int) -> list[Row]:
    """List endpoints, oldest first."""
    return tx.all(
        f"{_SHOWN} where e.organization_id = %(organization)s and (%(state)s::text is null or e.state = %(state)s)"
        " and (%(after)s::uuid is null or e.id > %(after)s) order by e.id limit %(limit)s",
        {"organization": tx.organization_id, "state": state, "after": after, "limit": limit},
    )


def tell(tx: Transaction, name: str, subject_id: UUID, actor: str, body: Mapping[str, object]) -> None:
    """Write an event about an endpoint, a source or a message."""
    now = clock.system_now()
    organization = organizations.get_organization(tx, tx.organization_id)
    event = events.Event(
        organization_id=tx.organization_id,
        name=name,
        subject=f"webhook:{subject_id}",
        body={"id": str(subject_id), **body},
        at=organization.clock.at(now),
        recorded_at=now,
        actor=actor,
    )
    events.emit(tx, [event])


def _locked(tx: Transaction, endpoint_id: UUID, revision: int | None) -> Row:
    row = tx.find(
        "select * from webhook_endpoints where organization_id = %s and id = %s for update",
        [tx.organization_id, endpoint_id],
    )
    if row is None:
        raise _unknown()
    if revision is not None and row["revision"] != revision:
        raise EndpointChanged(
            f"The endpoint was changed by {row['changed_by']} meanwhile.",
            field="revision",
            remedy="Read it again, then change it.",
            data={"revision": row["revision"]},
        )
    return row


def _unknown() -> EndpointUnknown:
    return EndpointUnknown("There is no such endpoint.", field="endpoint_id", remedy="List the endpoints.")
