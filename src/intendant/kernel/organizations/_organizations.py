"""Organisations: the tenants. Each has its time zone, its currency and its own straight line of business time."""

import re
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intendant.kit import clock, ids
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

OrganizationKind = Literal["real", "demo", "sandbox"]
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")


class OrganizationInvalid(Invalid):
    """A name, slug, time zone or currency that cannot be."""

    code = "organization_invalid"


class OrganizationExists(Conflict):
    """The slug is taken."""

    code = "organization_exists"


class OrganizationUnknown(NotFound):
    """No such organisation, or it was removed."""

    code = "organization_unknown"


class OrganizationReal(Conflict):
    """A real organisation was to be deleted."""

    code = "organization_real"


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant. `clock` gives its business time; demo and sandbox organisations are marked as such everywhere."""

    id: UUID
    slug: str
    name: str
    kind: OrganizationKind
    time_zone: str
    currency: str
    clock: clock.BusinessClock
    created_at: datetime


def create_organization(
    tx: Transaction,
    *,
    slug: str,
    name: str,
    kind: OrganizationKind = "real",
    time_zone: str = "UTC",
    currency: str = "USD",
    business_clock: clock.BusinessClock = clock.REAL_TIME,
) -> Organization:
    """Create an organisation that is running with no component, policy or user yet. Takes a system transaction."""
    if not _SLUG.match(slug):
        raise OrganizationInvalid(
            f"{slug!r} is no slug.", field="slug", remedy="Use lower-case letters, digits and hyphens."
        )
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OrganizationInvalid(
            f"{time_zone!r} is no time zone.", field="time_zone", remedy="Use a name such as Europe/Berlin."
        ) from error
    now = clock.system_now()
    organization = Organization(ids.new_id(), slug, name, kind, time_zone, currency, business_clock, now)
    created = tx.execute(
        "insert into organizations (id, slug, name, kind, time_zone, currency, system_anchor, business_anchor, speed, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (slug) do nothing",
        [organization.id, slug, name, kind, time_zone, currency, business_clock.system_anchor, business_clock.business_anchor,
         business_clock.speed, now],
    )  # fmt: skip
    if not created:
        raise OrganizationExists(
            f"There is an organisation '{slug}' already.", field="slug", remedy="Choose another slug."
        )
    tx.execute(
        "insert into controls (organization_id, state, since, changed_by, reason) values (%s, 'running', %s, 'system', 'created')",
        [organization.id, now],
    )
    return organization


def find_organization(tx: Transaction, slug: str) -> Organization | None:
    """Find a living organisation by its slug."""
    row = tx.find("select * from organizations where slug = %s and removed_at is null", [slug])
    return None if row is None else from_row(row)


def get_organization(tx: Transaction, organization_id: UUID) -> Organization:
    """Get a living organisation by id; raises OrganizationUnknown."""
    row = tx.find("select * from organizations where id = %s and removed_at is null", [organization_id])
    if row is None:
        raise OrganizationUnknown("There is no such organisation.", field="organization", remedy="Check its name.")
    return from_row(row)


def list_organizations(tx: Transaction, *, limit: int = 10_000) -> list[Organization]:
    """List living organisations that the transaction may see, oldest first."""
    return [
        from_row(row)
        for row in tx.all("select * from organizations where removed_at is null order by id limit %s", [limit])
    ]


def set_clock(tx: Transaction, organization_id: UUID, business_clock: clock.BusinessClock) -> None:
    """Replace an organisation's line of business time. Takes a system transaction."""
    tx.execute(
        "update organizations set system_anchor = %s, business_anchor = %s, speed = %s where id = %s",
        [business_clock.system_anchor, business_clock.business_anchor, business_clock.speed, organization_id],
    )


def from_row(row: Row) -> Organization:
    """Build an organisation from a row of `organizations`."""
    business_clock = clock.BusinessClock(row["system_anchor"], row["business_anchor"], row["speed"])
    return Organization(
        row["id"],
        row["slug"],
        row["name"],
        row["kind"],
        row["time_zone"],
        row["currency"],
        business_clock,
        row["created_at"],
    )


def remove_organization(tx: Transaction, organization_id: UUID) -> None:
    """Delete a demo or sandbox organisation with everything that belongs to it. Takes a system transaction.

    A real organisation is never deleted: its records are owed to others.
    """
    row = tx.find("select kind from organizations where id = %s for update", [organization_id])
    if row is None:
        raise OrganizationUnknown("There is no such organisation.", field="organization", remedy="Check its name.")
    if row["kind"] == "real":
        raise OrganizationReal("A real organisation is not deleted.", field="organization", remedy="Stop it instead.")
    tables = tx.all(
        "select c.table_name from information_schema.columns c join pg_class p on p.relname = c.table_name"
        " join pg_namespace n on n.oid = p.relnamespace and n.nspname = c.table_schema"
        " where c.table_schema = 'public' and c.column_name = 'organization_id' and p.relkind in ('r', 'p')"
        " and not p.relispartition"
    )
    for table in _referring_first(tx, {table["table_name"] for table in tables}):
        tx.execute(f"delete from {table} where organization_id = %s", [organization_id])  # noqa: S608 - from the catalogue
    tx.execute("delete from organizations where id = %s", [organization_id])


def _referring_first(tx: Transaction, tables: set[str]) -> list[str]:
    """Order tables so that what refers comes before what it refers to: not every reference goes with its row."""
    references = tx.all(
        "select distinct conrelid::regclass::text as referring, confrelid::regclass::text as referred from pg_constraint"
        " where contype = 'f' and conrelid <> confrelid"
    )
    order: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(sorted(tables), ()))
    for row in references:
        if row["referring"] in tables and row["referred"] in tables:
            order.add(row["referred"], row["referring"])
    return list(order.static_order())
