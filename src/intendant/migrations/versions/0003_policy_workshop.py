"""The policy workshop: lists that rules look at, muted rules, what window aggregates count."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0003"
down_revision = "0002"

ORGANIZATION_TABLES: dict[str, str] = {}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    if SCHEMA.strip():
        op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
