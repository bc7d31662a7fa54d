"""Who is asking, in which organisation, and what they may do there."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from intendant.kernel.access._permissions import MATRIX, RANK, TIER, Permission, Role
from intendant.kit.errors import Forbidden


class PermissionMissing(Forbidden):
    """The caller's role does not carry the permission."""

    code = "permission_missing"


class RoleTooHigh(Forbidden):
    """The act concerns a role above the caller's own."""

    code = "role_too_high"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller: a user, an API key, or the system itself. `label` goes on the record as author of what they do.

    `id` is the user, the key or, for the system, the organisation; `credential_id` is the session or key that was shown;
    `tier` is the highest approval tier they may answer ("operator", "manager", "owner"), or None.
    """

    kind: Literal["user", "key", "system"]
    id: UUID
    label: str
    organization_id: UUID
    role: Role
    permissions: frozenset[Permission]
    tier: str | None
    credential_id: UUID | None = None
    is_super_admin: bool = False

    def require(self, permission: Permission) -> None:
        """Raise PermissionMissing, naming the permission, unless the caller has it."""
        if permission not in self.permissions:
            raise PermissionMissing(
                f"This needs the permission {permission}, which the role {self.role} does not have.",
                remedy="Ask an administrator of the organisation for another role.",
                data={"permission": str(permission), "role": str(self.role)},
            )

    def require_rank(self, role: Role) -> None:
        """Raise RoleTooHigh where `role` is above the caller's own: nobody grants or takes more than they hold."""
        if RANK[role] > RANK[self.role]:
            raise RoleTooHigh(
                f"The role {self.role} may not act on the role {role}.",
                field="role",
                remedy="Ask somebody who has that role.",
            )


def user_principal(
    user_id: UUID, email: str, organization_id: UUID, role: Role, *, session_id: UUID | None, is_super_admin: bool
) -> Principal:
    """Build the principal of a signed-in user."""
    return Principal(
        "user",
        user_id,
        f"user:{email}",
        organization_id,
        role,
        MATRIX[role],
        TIER.get(role),
        session_id,
        is_super_admin,
    )


def key_principal(key_id: UUID, name: str, organization_id: UUID, role: Role) -> Principal:
    """Build the principal of an API key."""
    return Principal("key", key_id, f"key:{name}", organization_id, role, MATRIX[role], TIER.get(role), key_id)


def system_principal(organization_id: UUID, name: str = "worker") -> Principal:
    """Build the principal of our own processes: everything but answering approvals, which takes a person."""
    permissions = MATRIX[Role.OWNER] - {Permission.APPROVAL_ANSWER}
    return Principal("system", organization_id, f"system:{name}", organization_id, Role.OWNER, permissions, None)


def console_principal(organization_id: UUID, login: str) -> Principal:
    """Build the principal of the person at the command line of the machine, who holds the database's keys anyway."""
    return Principal(
        "system", organization_id, f"console:{login}", organization_id, Role.OWNER, MATRIX[Role.OWNER], TIER[Role.OWNER]
    )
