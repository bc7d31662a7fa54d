"""Policy versions: a change is a new version with author and reason; publishing checks it first; rolling back is a new version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.kernel import audit, events, organizations
from intendant.kernel.gate import Finding, Policy, PolicyInvalid, check_policy, dump_policy, parse_policy
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kit import ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid, NotFound

REASON_LENGTH_MAX = 2_000
INSTALLED_AT_ONCE_MAX = 10_000
PAGE_MAX = 201
"""A page of 200, and one more that says that there are more."""


class PolicyVersionUnknown(NotFound):
    """No such version of this policy."""

    code = "policy_version_unknown"


class PolicyContradicts(Invalid):
    """The policy's checks found what blocks publishing."""

    code = "policy_contradicts"


class PolicyChanged(Conflict):
    """Someone else published a version meanwhile."""

    code = "policy_changed"


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
    """Make `policy` the active one as a new version; it holds from the next decision on.

    `replaces` is the version the author started from; if another is active by now, PolicyChanged is raised. Raises
    PolicyContradicts when a check blocks, with all findings in `data["findings"]`.
    """
    why = reason.strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise Invalid(
            "A reason is needed.", field="reason", remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters."
        )
    findings = check_policy(policy)
    if any(is_blocking(finding) for finding in findings):
        raise PolicyContradicts(
            "The policy contradicts itself.",
            field="rules",
            remedy="Mend the rules that the findings name.",
            data={"findings": [describe_finding(finding) for finding in findings]},
        )
    # A lock on the active row would not do: after waiting for another publisher it would find no active row at all.
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"policies:{organization.id}:{policy.kind}"])
    current = tx.find(
        "select version, author, reason, created_at from policies"
        " where organization_id = %s and kind = %s and state = 'active'",
        [organization.id, policy.kind],
    )
    if replaces is not None and (current is None or current["version"] != replaces):
        active = "none" if current is None else current["version"]
        raise PolicyChanged(
            f"Version {active} is active by now, not {replaces}.",
            field="replaces",
            remedy="Look at the change and publish again.",
            data=None if current is None else {**current, "created_at": current["created_at"].isoformat()},
        )
    latest = tx.scalar(
        "select coalesce(max(version), 0) from policies where organization_id = %s and kind = %s",
        [organization.id, policy.kind],
    )
    now = organization.clock.at(system_now)
    tx.execute(
        "update policies set state = 'retired' where organization_id = %s and kind = %s and state = 'active'",
        [organization.id, policy.kind],
    )
    row: Row = {
        "organization_id": organization.id,
        "kind": policy.kind,
        "version": latest + 1,
        "id": ids.new_id(),
        "body": canonical_json(dump_policy(policy)).decode(),
        "state": "active",
        "effective_from": now,
        "author": author,
        "reason": why,
        "created_at": system_now,
    }
    tx.execute(
        "insert into policies (organization_id, kind, version, id, body, state, effective_from, author, reason, created_at)"
        " values (%(organization_id)s, %(kind)s, %(version)s, %(id)s, %(body)s::jsonb, %(state)s, %(effective_from)s,"
        " %(author)s, %(reason)s, %(created_at)s)",
        row,
    )
    event = events.Event(
        organization_id=organization.id,
        name="kernel.policy.published",
        subject=f"policy:{row['id']}",
        body={"kind": policy.kind, "version": row["version"], "reason": why},
        at=now,
        recorded_at=system_now,
        actor=author,
        record=audit.POLICY.digest(row),
    )
    events.emit(tx, [event])
    return row


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


def get_active(tx: Transaction, kind: str) -> Row:
    """Get the active version of a kind's policy; raises PolicyVersionUnknown."""
    row = tx.find(
        "select * from policies where organization_id = %s and kind = %s and state = 'active'",
        [tx.organization_id, kind],
    )
    if row is None:
        raise PolicyVersionUnknown(f"No policy is active for '{kind}'.", field="kind", remedy="List the policies.")
    return row


def get_version(tx: Transaction, kind: str, version: int) -> Row:
    """Get one version of a kind's policy; raises PolicyVersionUnknown."""
    row = tx.find(
        "select * from policies where organization_id = %s and kind = %s and version = %s",
        [tx.organization_id, kind, version],
    )
    if row is None:
        raise PolicyVersionUnknown(f"'{kind}' has no version {version}.", field="version", remedy="List the versions.")
    return row


def list_versions(
    tx: Transaction, kind: str | None = None, *, before: UUID | None = None, limit: int = 100
) -> list[Row]:
    """List versions newest first, without their bodies; `before` is the id of the last one seen."""
    return tx.all(
        "select kind, version, id, state, effective_from, author, reason, created_at from policies"
        " where organization_id = %(organization)s and (%(kind)s::text is null or kind = %(kind)s)"
        " and (%(before)s::uuid is null or id < %(before)s) order by id desc limit %(limit)s",
        {"organization": tx.organization_id, "kind": kind, "before": before, "limit": min(limit, PAGE_MAX)},
    )


def parse_body(kind: str, body: object) -> Policy:
    """Parse an untrusted policy body for `kind`; raises PolicyInvalid naming the field."""
    policy = parse_policy(body)
    if policy.kind != kind:
        raise PolicyInvalid(
            f"This is a policy for '{policy.kind}', not for '{kind}'.", field="kind", remedy="Send it to its own kind."
        )
    return policy


def is_blocking(finding: Finding) -> bool:
    """Say whether a finding of the static check blocks publishing."""
    return finding.blocking


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON-compatible values."""
    return finding._asdict()
