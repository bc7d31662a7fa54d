"""Configuring an organisation's controller in tests."""

from intendant.kernel import control
from intendant.kernel.organizations import Organization
from intendant.kit import clock
from intendant.kit.database import Database


def configure(database: Database, organization: Organization, **changes: object) -> None:
    """Change keys of the configuration."""
    with database.transaction(organization.id) as tx:
        control.update_configuration(
            tx, organization, changes, by="user:ann", reason="For a test.", system_now=clock.system_now()
        )
