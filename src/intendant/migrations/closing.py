"""How every table of an organisation is closed: row-level security, enabled and forced, and no more rights than named."""

from collections.abc import Mapping

from alembic import op

_TENANT = "organization_id = any ((select current_organizations())::uuid[])"


def close_to_organization(tables: Mapping[str, str]) -> None:
    """Show rows of each table to their own organisation alone; the values are what the serving role may do with it.

    The system role sees and writes all rows, by a policy of its own.
    """
    for table, rights in tables.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy tenant on {table} to intendant_app using ({_TENANT}) with check ({_TENANT})")
        op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
        op.execute(f"grant {rights} on {table} to intendant_app")
        op.execute(f"grant select, insert, update, delete on {table} to intendant_system")
