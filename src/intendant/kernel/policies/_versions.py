"""How a policy comes to hold: the one place where a version is written and the one before it retires."""

from datetime import datetime
from typing import Any
from uuid import UUID

from intendant.kernel import aggregates, audit, events, lists
from intendant.kernel.gate import Finding, Policy, check_policy, dump_policy, lists_of
from intendant.kernel.organizations import Organization
from intendant.kernel.policies import _proposals
from intendant.kernel.policies._reading import find_active
from intendant.kit import ids
from intendant.kit.canonical import canonical_json
from intendant.kit.database import Row, Transaction
from intendant.kit.errors import Conflict, Invalid

REASON_LENGTH_MAX = 2_000


class PolicyContradicts(Invalid):
    """The policy's checks found what blocks publishing."""

    code = "policy_contradicts"


class PolicyChanged(Conflict):
    """Someone else published a version meanwhile."""

    code = "policy_changed"


class SecondPersonNeeded(Conflict):
    """The active policy asks for a second person, and this way of publishing has none."""

    code = "policy_second_person_needed"


def is_blocking(finding: Finding) -> bool:
    """Say whether a finding of the static check blocks publishing."""
    return finding.blocking


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON-compatible values."""
    return finding._asdict()


def require_reason(reason: str, field: str = "reason") -> str:
    """Return a reason without the space around it; raises Invalid where there is none."""
    why = reason.strip()
    if not 1 <= len(why) <= REASON_LENGTH_MAX:
        raise Invalid("A reason is needed.", field=field, remedy=f"Say why, in at most {REASON_LENGTH_MAX} characters.")
    return why


def require_sound(tx: Transaction, organization_id: UUID, policy: Policy) -> None:
    """Raise PolicyContradicts if a check blocks, with all findings in `data["findings"]`."""
    known = [row["name"] for row in lists.list_names(tx, organization_id)] if lists_of(policy) else None
    findings = check_policy(policy, known_lists=known)
    if any(is_blocking(finding) for finding in findings):
        raise PolicyContradicts(
            "The policy contradicts itself.",
            field="rules",
            remedy="Mend the rules that the findings name.",
            data={"findings": [describe_finding(finding) for finding in findings]},
        )


def require_active(current: Row | None, replaces: int | None) -> None:
    """Raise PolicyChanged unless `replaces` is the version that holds; None asks for nothing."""
    if replaces is None or (current is not None and current["version"] == replaces):
        return
    active = "none" if current is None else current["version"]
    data = None
    if current is not None:
        data = {name: current[name] for name in ("version", "author", "reason")}
        data["created_at"] = current["created_at"].isoformat()
    raise PolicyChanged(
        f"Version {active} is active by now, not {replaces}.",
        field="replaces",
        remedy="Look at the change and publish again.",
        data=data,
    )


def needs_second_person(current: Row | None) -> bool:
    """Say whether the version that holds asks for a second person. The first version of a kind needs none."""
    return current is not None and current["body"].get("publishing", {}).get("second_person") is True


def put_in_force(
    tx: Transaction,
    organization: Organization,
    policy: Policy,
    *,
    author: str,
    reason: str,
    system_now: datetime,
    proposal_id: UUID | None = None,
    approved_by: str | None = None,
) -> Row:
    """Write `policy` as the version that holds from the next decision on. The caller holds the kind's lock and has checked."""
    current = find_active(tx, policy.kind, organization.id)
    latest = tx.scalar(
        "select coalesce(max(version), 0) from policies where organization_id = %s and kind = %s",
        [organization.id, policy.kind],
    )
    now = organization.clock.at(system_now)
    if current is not None:
        # Business time may be set back; a version never begins before the one it replaces.
        now = max(now, current["effective_from"])
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
        "until": None,
        "author": author,
        "reason": reason,
        "created_at": system_now,
        "proposal_id": proposal_id,
        "approved_by": approved_by,
    }
    tx.execute(
        "insert into policies (organization_id, kind, version, id, body, state, effective_from, author, reason, created_at,"
        " proposal_id, approved_by) values (%(organization_id)s, %(kind)s, %(version)s, %(id)s, %(body)s::jsonb, %(state)s,"
        " %(effective_from)s, %(author)s, %(reason)s, %(created_at)s, %(proposal_id)s, %(approved_by)s)",
        row,
    )
    aggregates.fill(tx, organization, policy.kind, row["version"], policy.aggregates, system_now=system_now)
    event = events.Event(
        organization_id=organization.id,
        name="kernel.policy.published",
        subject=f"policy:{row['id']}",
        body={"kind": policy.kind, "version": row["version"], "reason": reason},
        at=now,
        recorded_at=system_now,
        actor=author,
        record=audit.POLICY.digest(row),
    )
    events.emit(tx, [event])
    if proposal_id is not None:
        _proposals.let_follow(tx, {"organization_id": organization.id, "id": proposal_id}, row["version"])
    _proposals.displace(tx, organization, row, system_now=system_now)
    return row
