"""An organisation of a test's own in a running installation, with its people: what is changed in it disturbs no other test."""

from dataclasses import dataclass, field

from intendant.kernel.access import Member, Role
from tests.support.deciding import change_action
from tests.support.installation import Installation
from tests.support.lending import Lender
from tests.support.serving import People


@dataclass
class Office:
    """A lender at level full whose payouts are held as the default policy says, where no case is blind, and who works there."""

    lender: Lender
    people: People
    _members: dict[Role, Member] = field(default_factory=dict)

    @property
    def owner(self) -> Member:
        """Return the owner."""
        return self.member(Role.OWNER)

    @property
    def manager(self) -> Member:
        """Return a manager."""
        return self.member(Role.MANAGER)

    @property
    def operator(self) -> Member:
        """Return an operator."""
        return self.member(Role.OPERATOR)

    def member(self, role: Role) -> Member:
        """Return whoever has a role, hiring them at first."""
        if role not in self._members:
            self._members[role] = self.people.user(self.lender.organization, role)
        return self._members[role]

    def email(self, role: Role) -> str:
        """Return the address of whoever has a role."""
        return self.member(role).user.email


def open_office(installation: Installation, people: People, slug: str) -> Office:
    """Open one under a name that nobody has yet."""
    lender = installation.lender(slug)
    # Which cases are judged blind is chance.
    for action in ("approve", "reject"):
        change_action(lender, action, blind_share=0.0)
    return Office(lender, people)
