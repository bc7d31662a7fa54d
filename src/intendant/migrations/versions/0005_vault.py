"""The vault: secrets of an organisation under its own data keys, which a key outside the database wraps."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0005"
down_revision = "0004"

ORGANIZATION_TABLES: dict[str, str] = {
    "vault_data_keys": "select, insert, update",
    "secrets": "select, insert, update",
    "secret_versions": "select, insert, update, delete",
    "secret_changes": "select, insert",
    "secret_accesses": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
-- A data key encrypts the values of one organisation. It lies here wrapped; what wraps it lies outside the database.
create table vault_data_keys (
    organization_id uuid not null references organizations on delete cascade,
    version integer not null,
    backend text not null,
    key_id text not null,
    -- Null once nothing is encrypted by it any more.
    wrapped bytea,
    made_at timestamptz not null,
    wrapped_at timestamptz not null,
    retired_at timestamptz,
    primary key (organization_id, version)
);
create index vault_data_keys_wrapping on vault_data_keys (backend, key_id) where wrapped is not null;

-- All times are system time: what expires, expires for the world outside.
create table secrets (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null,
    connection text not null,
    destinations text[] not null,
    state text not null check (state in ('active', 'disabled', 'removed')),
    version integer not null,
    revision integer not null,
    fingerprint text not null,
    expires_at timestamptz,
    rotate_after timestamptz,
    -- Until then the version before is still given beside the current one.
    grace_until timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    rotated_by text not null,
    rotated_at timestamptz not null,
    changed_by text not null,
    changed_at timestamptz not null,
    data_key_version integer not null,
    -- Authenticates all facts above that decide about use, under the data key.
    seal bytea not null,
    primary key (organization_id, id)
);
create unique index secrets_name on secrets (organization_id, lower(name)) where state <> 'removed';
create index secrets_connection on secrets (organization_id, connection);
create index secrets_data_key on secrets (organization_id, data_key_version);
create index secrets_grace on secrets (grace_until) where grace_until is not null;
create index secrets_reminders on secrets (least(expires_at, rotate_after)) where state = 'active';

create table secret_versions (
    organization_id uuid not null,
    secret_id uuid not null,
    version integer not null,
    data_key_version integer not null,
    sealed bytea not null,
    made_at timestamptz not null,
    made_by text not null,
    primary key (organization_id, secret_id, version),
    foreign key (organization_id, secret_id) references secrets on delete cascade
);

-- Insert-only: the newest row says at which revision a secret stands, so that one put back to an older state is found out.
create table secret_changes (
    organization_id uuid not null,
    secret_id uuid not null,
    revision integer not null,
    act text not null,
    version integer not null,
    by text not null,
    at timestamptz not null,
    primary key (organization_id, secret_id, revision),
    foreign key (organization_id, secret_id) references secrets on delete cascade
);

-- One row for each minute in which somebody asked for a secret, for a connection, destination and purpose; outcome is 'given',
-- or why it was refused.
create table secret_accesses (
    organization_id uuid not null,
    id uuid not null,
    secret_id uuid not null,
    minute timestamptz not null,
    connection text not null,
    destination text not null,
    purpose text not null,
    actor text not null,
    outcome text not null,
    count integer not null,
    -- When the leaf with the whole count was written; null while the minute runs.
    closed_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, secret_id, minute, connection, destination, purpose, actor, outcome),
    foreign key (organization_id, secret_id) references secrets on delete cascade
);
create index secret_accesses_open on secret_accesses (minute) where closed_at is null;
create index secret_accesses_newest on secret_accesses (organization_id, secret_id, id desc);
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
