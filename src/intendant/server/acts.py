"""Audit leaves of what people do through access, which lies below audit and so cannot write them itself."""

from uuid import UUID

from intendant.kernel import audit
from intendant.kernel.access import Principal, User, list_memberships
from intendant.kit import clock
from intendant.kit.database import Transaction


def record_act(
    tx: Transaction,
    organization_id: UUID,
    *,
    actor: str,
    act: str,
    subject: str,
    detail: dict[str, object] | None = None,
) -> None:
    """Write a leaf for an act in an organisation."""
    audit.append(tx, [audit.Act(organization_id, actor, act, subject, clock.system_now(), detail)])


def record_by(
    tx: Transaction, principal: Principal, act: str, subject: str, detail: dict[str, object] | None = None
) -> None:
    """Write a leaf for what a caller did in their organisation."""
    record_act(tx, principal.organization_id, actor=principal.label, act=act, subject=subject, detail=detail)


def record_own_act(tx: Transaction, user: User, act: str, detail: dict[str, object] | None = None) -> None:
    """Write a leaf for what a user did to their own account, in the organisation they joined first."""
    for organization_id, _, _ in list_memberships(tx, user.id)[:1]:
        record_act(tx, organization_id, actor=f"user:{user.email}", act=act, subject=f"user:{user.id}", detail=detail)
