"""Policies of a kind: the defaults, publishing by our own processes, rolling back, and reading what was written."""

from datetime import datetime

from intendant.kernel import organizations
from intendant.kernel.gate import Policy, PolicyInvalid, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kernel.policies._proposals import lock_kind
from intendant.kernel.policies._reading import find_active, get_version
from intendant.kernel.policies._versions import (
    SecondPersonNeeded,
    needs_second_person,
    put_in_force,
    require_active,
    require_reason,
    require_sound,
)
from intendant.kernel.registry import Registry
from intendant.kit.database import Row, Transaction

INSTALLED_AT_ONCE_MAX = 10_000


def install_policies(tx: Transaction, organization: Organization, registry: Registry, *, system_now: datetime) -> None:
    """Publish the default policy of every registered kind that the organisation has no policy for."""
    present = {
        row["kind"]
        for row in tx.all("select distinct kind from policies where organization_id = %s", [organization.id])
    }
    for kind in registry.kinds.values():
        if kind.name not in present:
            publish(
                tx,
                organization,
                kind.default_policy(),
                author="system:defaults",
                reason="The defaults.",
                system_now=system_now,
            )


def list_without_policies(tx: Transaction, registry: Registry) -> list[Organization]:
    """List organisations that lack a policy of some registered kind, at most `INSTALLED_AT_ONCE_MAX`. Takes a system transaction."""
    rows = tx.all(
        "select o.* from organizations o where o.removed_at is null and exists (select from unnest(%s::text[]) as k(kind)"
        " where not exists (select from policies p where p.organization_id = o.id and p.kind = k.kind)) order by o.id limit %s",
        [sorted(registry.kinds), INSTALLED_AT_ONCE_MAX],
    )
    return [organizations.from_row(row) for row in rows]


def publish(
    tx: Transaction,
    organization: Organization,
    policy: Policy,
    *,
    author: str,
    reason: str,
    system_now: datetime,
    replaces: int | None = None,
) -> Row:
    """Make `policy` the active one as a new version; it holds from the next decision on. People publish by `submit`.

    `replaces` is the version the author started from; if another is active by now, PolicyChanged is raised. Raises
    PolicyContradicts when a check blocks, and SecondPersonNeeded when the active policy asks for one.
    """
    why = require_reason(reason)
    require_sound(tx, organization.id, policy)
    lock_kind(tx, organization, policy.kind)
    current = find_active(tx, policy.kind, organization.id)
    require_active(current, replaces)
    if needs_second_person(current):
        raise SecondPersonNeeded("The active policy asks for a second person.", remedy="Propose the change.")
    return put_in_force(tx, organization, policy, author=author, reason=why, system_now=system_now)


def roll_back(
    tx: Transaction,
    organization: Organization,
    kind: str,
    version: int,
    *,
    author: str,
    reason: str,
    system_now: datetime,
) -> Row:
    """Publish an earlier version's body as a new version."""
    earlier = get_version(tx, kind, version)
    return publish(tx, organization, parse_policy(earlier["body"]), author=author, reason=reason, system_now=system_now)


def parse_body(kind: str, body: object) -> Policy:
    """Parse an untrusted policy body for `kind`; raises PolicyInvalid naming the field."""
    policy = parse_policy(body)
    if policy.kind != kind:
        raise PolicyInvalid(
            f"This is a policy for '{policy.kind}', not for '{kind}'.", field="kind", remedy="Send it to its own kind."
        )
    return policy
