"""Audit leaves of what people do through access, which lies below audit and so cannot write them itself."""

from uuid import UUID

from intendant.kernel import alerts, audit, organizations
from intendant.kernel.access import Principal, User, find_user, list_memberships
from intendant.kit import clock
from intendant.kit.database import Database, Transaction


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


def tell_of_guessing(database: Database, email: str) -> None:
    """Raise a security alert in the organisations of a user whose password is being guessed; nothing for unknown ones."""
    with database.system() as tx:
        user = find_user(tx, email)
        if user is None:
            return
        for organization_id, _, _ in list_memberships(tx, user.id):
            alert = alerts.Alert(
                organization_id=organization_id,
                kind="security",
                severity="high",
                cause=f"sign-in:{user.id}",
                title="Somebody tries many passwords for a user",
                at=organizations.get_organization(tx, organization_id).clock.now(),
                detail={"user_id": str(user.id)},
            )
            alerts.raise_alerts(tx, [alert])
