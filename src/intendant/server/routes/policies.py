"""/api/v1/policies: versions of each kind's policy; check, compare, publish, roll back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from intendant.kernel import organizations, policies
from intendant.kernel.access import Permission, Principal
from intendant.kernel.gate import check_policy, diff_policies, parse_policy
from intendant.kit import clock
from intendant.kit.database import Row, Transaction
from intendant.server.auth import requires
from intendant.server.idempotency import Idempotency
from intendant.server.paging import PAGE_SIZE, Limit
from intendant.server.routes.decisions import listing
from intendant.server.system import system_of

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])
Reader = Annotated[Principal, requires(Permission.POLICY_READ)]
Publisher = Annotated[Principal, requires(Permission.POLICY_PUBLISH)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class PolicyBody(BaseModel):
    """A policy as data; its shape is described in the policy reference."""

    model_config = ConfigDict(extra="forbid")
    policy: dict[str, Any]


class PublishBody(PolicyBody):
    """A policy to be published. `replaces` is the version its author started from."""

    reason: Reason
    replaces: Version | None = None


class RollbackBody(BaseModel):
    """An earlier version that shall hold again."""

    model_config = ConfigDict(extra="forbid")
    version: Version
    reason: Reason


@router.get("")
def list_policies(
    request: Request,
    principal: Reader,
    kind: str | None = None,
    after: UUID | None = None,
    limit: Limit = PAGE_SIZE,
) -> dict[str, Any]:
    """List versions of policies, newest first, without their bodies."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        rows = policies.list_versions(tx, kind, before=after, limit=limit + 1)
    return listing(rows, limit)


@router.get("/{kind}")
def get_policy(request: Request, principal: Reader, kind: str, version: int | None = None) -> dict[str, Any]:
    """Return the active policy of a kind, or one version of it."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        return policies.get_active(tx, kind) if version is None else policies.get_version(tx, kind, version)


@router.get("/{kind}/diff")
def diff(request: Request, principal: Reader, kind: str, old: int, new: int) -> dict[str, Any]:
    """Say in words what changed between two versions."""
    with system_of(request).database.transaction(principal.organization_id) as tx:
        earlier, later = (parse_policy(policies.get_version(tx, kind, version)["body"]) for version in (old, new))
    return {"kind": kind, "old": old, "new": new, "changes": diff_policies(earlier, later)}


@router.post("/{kind}/check", response_model=dict[str, Any])
def check(request: Request, principal: Publisher, kind: str, body: PolicyBody, once: Idempotency) -> Any:
    """Check a policy without publishing it: contradictions block; gaps and overlaps are shown with an example."""
    system = system_of(request)
    system.registry.kind(kind)
    policy = policies.parse_body(kind, body.policy)

    def work() -> dict[str, Any]:
        findings = check_policy(policy)
        return {
            "publishable": not any(policies.is_blocking(finding) for finding in findings),
            "findings": [policies.describe_finding(finding) for finding in findings],
        }

    with system.database.transaction(principal.organization_id) as tx:
        return once.run(tx, work)


@router.post("/{kind}", status_code=201)
def publish(request: Request, principal: Publisher, kind: str, body: PublishBody, once: Idempotency) -> Any:
    """Publish a new version; it holds from the next decision on."""
    system = system_of(request)
    system.registry.kind(kind)
    policy = policies.parse_body(kind, body.policy)

    def work() -> Row:
        organization = organizations.get_organization(tx, principal.organization_id)
        return policies.publish(
            tx,
            organization,
            policy,
            author=principal.label,
            reason=body.reason,
            system_now=clock.system_now(),
            replaces=body.replaces,
        )

    with system.database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: _published(work()), status=201)
    return answer


@router.post("/{kind}/rollback", status_code=201)
def roll_back(request: Request, principal: Publisher, kind: str, body: RollbackBody, once: Idempotency) -> Any:
    """Publish an earlier version's policy as a new version."""

    def work(tx: Transaction) -> Row:
        organization = organizations.get_organization(tx, principal.organization_id)
        return policies.roll_back(
            tx,
            organization,
            kind,
            body.version,
            author=principal.label,
            reason=body.reason,
            system_now=clock.system_now(),
        )

    with system_of(request).database.transaction(principal.organization_id) as tx:
        answer = once.run(tx, lambda: _published(work(tx)), status=201)
    return answer


def _published(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("kind", "version", "id", "state", "effective_from", "author", "reason")}
