"""Machines that may join this installation, by invitations used once."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0009"
down_revision = "0008"

ORGANIZATION_TABLES: dict[str, str] = {}
"""Every table of an organisation, with what the serving role may do."""

SYSTEM_TABLES = ("machine_invitations", "machines")
"""Tables that belong to no organisation: reached by the system role, and by the one function that a newcomer may call."""

SCHEMA = """
-- The oldest code that can live with this schema; whatever is older refuses to start on it.
alter table installation add column compatible_from text not null default '0001';

-- Keys for one machine, sealed to a token that is kept nowhere. `role` is the account that the token opens, once.
create table machine_invitations (
    role text primary key,
    invited_by text not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    sealed bytea not null
);

-- Machines that took an invitation up. `recorded_at`: when the audit logs were told of it.
create table machines (
    id uuid primary key default gen_random_uuid(),
    name text not null check (length(name) between 1 and 100),
    address inet,
    invited_by text not null,
    invited_at timestamptz not null,
    joined_at timestamptz not null,
    recorded_at timestamptz
);

-- All that a newcomer may do: take up the invitation of the account it signed in with. Taking it removes it, in one transaction
-- with the note of who took it.
create function redeem_invitation(machine text) returns bytea language plpgsql security definer
set search_path = pg_catalog, public as $$
declare invitation public.machine_invitations;
begin
    delete from public.machine_invitations i where i.role = session_user and i.expires_at > now() returning i.* into invitation;
    if invitation.role is null then
        return null;
    end if;
    insert into public.machines (name, address, invited_by, invited_at, joined_at)
    values (left(machine, 100), inet_client_addr(), invitation.invited_by, invitation.invited_at, now());
    return invitation.sealed;
end $$;
revoke all on function redeem_invitation from public;
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    if SCHEMA.strip():
        op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
    for table in SYSTEM_TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy system on {table} to intendant_system using (true) with check (true)")
        # The function above runs as the owner.
        op.execute(f"create policy owner on {table} to intendant_owner using (true) with check (true)")
        op.execute(f"grant select, insert, update, delete on {table} to intendant_system")
