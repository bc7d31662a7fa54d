"""Webhooks: endpoints that are told of events, deliveries, and sources whose messages come in."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0006"
down_revision = "0005"

ORGANIZATION_TABLES: dict[str, str] = {
    "webhook_endpoints": "select, insert, update, delete",
    "webhook_replays": "select, insert, update, delete",
    "webhook_deliveries": "select, insert, update, delete",
    "webhook_attempts": "select, insert, delete",
    "webhook_sources": "select, insert, update, delete",
    "webhook_messages": "select, insert, update, delete",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
-- Addresses outside that are told of events. The signing secret lies in the vault.
create table webhook_endpoints (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    url text not null,
    description text not null,
    events text[] not null,
    state text not null check (state in ('enabled', 'disabled')),
    disabled_why text,
    secret_id uuid not null,
    revision integer not null default 1,
    -- How far the log was read for this endpoint.
    cursor text not null,
    failing_since timestamptz,
    delivered_at timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (organization_id, id)
);
create index webhook_endpoints_enabled on webhook_endpoints (organization_id, id) where state = 'enabled';

-- A stretch of the log that is sent once more.
create table webhook_replays (
    organization_id uuid not null,
    id uuid not null,
    endpoint_id uuid not null,
    events text[] not null,
    cursor text not null,
    recorded_from timestamptz,
    recorded_until timestamptz not null,
    state text not null check (state in ('running', 'done', 'stopped')),
    read_count integer not null default 0,
    sent_count integer not null default 0,
    reached_at timestamptz,
    requested_by text not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, endpoint_id) references webhook_endpoints on delete cascade
);
create unique index webhook_replays_one on webhook_replays (organization_id, endpoint_id) where state = 'running';

-- What is or was to be sent: an event to an endpoint, once for the log and once for each replay. The payload is built
-- from the event, so that what is erased there is not kept here.
create table webhook_deliveries (
    organization_id uuid not null,
    id uuid not null,
    endpoint_id uuid not null,
    -- Of a test, its own id.
    event_id uuid not null,
    event_name text not null,
    replay_id uuid,
    state text not null check (state in ('waiting', 'delivered', 'dead')),
    attempts integer not null default 0,
    due_at timestamptz not null,
    -- Of the worker that holds it; a claim that lapsed is outdated by the next one.
    fence uuid,
    last_status integer,
    last_problem text,
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, endpoint_id) references webhook_endpoints on delete cascade,
    unique nulls not distinct (organization_id, endpoint_id, replay_id, event_id)
);
create index webhook_deliveries_due on webhook_deliveries (organization_id, endpoint_id, due_at, id) where state = 'waiting';
create index webhook_deliveries_state on webhook_deliveries (organization_id, endpoint_id, state, id);
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;

create table webhook_attempts (
    organization_id uuid not null,
    delivery_id uuid not null,
    number integer not null,
    at timestamptz not null,
    status integer,
    milliseconds integer not null,
    problem text,
    answer text not null,
    primary key (organization_id, delivery_id, number),
    foreign key (organization_id, delivery_id) references webhook_deliveries on delete cascade
);

-- Who may send messages in. The secret that verifies them lies in the vault.
create table webhook_sources (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null,
    scheme text not null check (scheme in ('standard', 'plain', 'timed')),
    header text,
    state text not null check (state in ('enabled', 'disabled')),
    secret_id uuid not null,
    kind text,
    mapping jsonb not null,
    revision integer not null default 1,
    received_count bigint not null default 0,
    repeated_count bigint not null default 0,
    refused_count bigint not null default 0,
    received_at timestamptz,
    refused_at timestamptz,
    refused_why text,
    created_by text not null,
    created_at timestamptz not null,
    changed_by text not null,
    changed_at timestamptz not null,
    primary key (organization_id, id)
);
create unique index webhook_sources_id on webhook_sources (id);
create unique index webhook_sources_name on webhook_sources (organization_id, lower(name));

create table webhook_messages (
    organization_id uuid not null,
    id uuid not null,
    source_id uuid not null,
    message_id text not null,
    content_type text not null,
    body bytea not null,
    state text not null check (state in ('kept', 'waiting', 'proposed', 'quarantined')),
    code text,
    reason text,
    errors jsonb,
    decision_id uuid,
    tries integer not null default 0,
    due_at timestamptz not null,
    received_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, source_id) references webhook_sources on delete cascade,
    unique (organization_id, source_id, message_id)
);
create index webhook_messages_due on webhook_messages (due_at, organization_id, id) where state = 'waiting';
create index webhook_messages_state on webhook_messages (organization_id, source_id, state, id);
create index webhook_messages_received on webhook_messages (received_at);
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
