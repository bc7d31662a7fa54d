"""The policy workshop: lists that rules look at, muted rules, what window aggregates count."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0003"
down_revision = "0002"

ORGANIZATION_TABLES: dict[str, str] = {
    "lists": "select, insert, update",
    "list_entries": "select, insert, update",
    "mutes": "select, insert, update",
    "mute_fields": "select, insert, update",
    "aggregate_series": "select, insert, update",
    "aggregate_facts": "select, insert, delete",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
create table lists (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null check (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    label text not null,
    holds text not null check (holds in ('text', 'email', 'phone', 'account', 'device', 'address')),
    description text not null,
    revision integer not null,
    created_at timestamptz not null,
    created_by text not null,
    removed_at timestamptz,
    primary key (organization_id, id)
);
create unique index lists_name on lists (organization_id, name) where removed_at is null;

create table list_entries (
    organization_id uuid not null,
    id uuid not null,
    list_id uuid not null,
    value text not null,
    shown text not null,
    reason text not null,
    expires_at timestamptz,
    added_at timestamptz not null,
    added_by text not null,
    ended_at timestamptz,
    ended_by text,
    primary key (organization_id, id),
    foreign key (organization_id, list_id) references lists on delete cascade
);
create unique index list_entries_open on list_entries (organization_id, list_id, value) where ended_at is null;
create index list_entries_value on list_entries (organization_id, list_id, value, added_at);
create index list_entries_newest on list_entries (organization_id, list_id, id);

create table mutes (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null,
    rule text not null,
    field text not null,
    value text not null,
    shown text not null,
    reason text not null,
    made_at timestamptz not null,
    made_by text not null,
    until timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    ended_reason text,
    primary key (organization_id, id)
);
create index mutes_customer on mutes (organization_id, kind, field, value) where ended_at is null;
create table mute_fields (
    organization_id uuid not null references organizations on delete cascade,
    kind text not null,
    field text not null,
    until timestamptz not null,
    primary key (organization_id, kind, field)
);

create table aggregate_series (
    organization_id uuid not null references organizations on delete cascade,
    kind text not null,
    series uuid not null,
    policy_version integer not null,
    over_hours integer not null,
    filled_at timestamptz not null,
    filled_through uuid not null,
    settled boolean not null,
    primary key (organization_id, kind, series)
);
create table aggregate_facts (
    organization_id uuid not null references organizations on delete cascade,
    series uuid not null,
    entity uuid not null,
    at timestamptz not null,
    decision_id uuid not null,
    subject_id uuid not null,
    amount numeric,
    item uuid,
    primary key (organization_id, series, entity, at, decision_id)
);
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
