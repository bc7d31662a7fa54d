"""What tests of the HTTP server share: its real parts put together, and people of every role."""

from dataclasses import dataclass, field
from typing import Any

from intendant.kernel.access import CredentialCache, Member, Role, add_user, create_key, open_session, set_password
from intendant.kernel.events import EventFeed
from intendant.kernel.organizations import Organization
from intendant.kernel.registry import Registry
from intendant.kernel.usage import Meter
from intendant.kit.database import Database
from intendant.kit.settings import Settings

PASSWORD = "correct horse battery"
ORIGIN = {"Origin": "http://testserver"}


@dataclass
class Served:
    """The parts of a system that the server's own routes reach."""

    settings: Settings
    database: Database
    credentials: CredentialCache
    feed: EventFeed
    registry: Registry = field(default_factory=lambda: Registry(()))
    decider: Any = None
    signer: Any = None
    files: Any = None
    meter: Meter = field(default_factory=Meter)


@dataclass
class People:
    """Makes users, sessions and keys straight in the database."""

    database: Database

    def user(self, organization: Organization, role: Role = Role.OWNER, email: str | None = None) -> Member:
        """Add a user of a role."""
        with self.database.system() as tx:
            return add_user(
                tx,
                email=email or f"{role}@{organization.slug}.test",
                name="",
                organization_id=organization.id,
                role=role,
            )

    def with_password(self, organization: Organization, role: Role = Role.OWNER, email: str | None = None) -> Member:
        """Add a user who has a password."""
        member = self.user(organization, role, email)
        with self.database.system() as tx:
            set_password(tx, member.user, PASSWORD)
        return member

    def session(self, member: Member) -> dict[str, str]:
        """Open a session; return its header."""
        with self.database.system() as tx:
            token, _ = open_session(tx, member.user.id)
        return {"Authorization": f"Bearer {token}"}

    def signed_in(self, organization: Organization, role: Role = Role.OWNER) -> dict[str, str]:
        """Add a user and open a session; return its header."""
        return self.session(self.user(organization, role))

    def key(self, organization: Organization, role: Role = Role.OWNER) -> dict[str, str]:
        """Create an API key; return its header."""
        with self.database.system() as tx:
            secret, _ = create_key(tx, organization_id=organization.id, name="test", role=role, by="test")
        return {"Authorization": f"Bearer {secret}"}
