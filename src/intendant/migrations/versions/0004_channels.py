"""Channels over which people are told of alerts, rules of who is told what and when, and what was sent."""

from alembic import op

from intendant.migrations.closing import close_to_organization

revision = "0004"
down_revision = "0003"

ORGANIZATION_TABLES: dict[str, str] = {
    "channels": "select, insert, update",
    "notification_rules": "select, insert, update",
    "notification_cursors": "select, insert, update",
    "notifications": "select, insert, update",
    "deliveries": "select, insert, update",
    "alert_threads": "select, insert, update",
}
"""Every table of an organisation, with what the serving role may do."""

SCHEMA = """
-- Times are system time: people wait in minutes of their own day, however fast the business's time runs.
create table channels (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    kind text not null check (kind in ('email', 'slack', 'pagerduty', 'telegram', 'webhook')),
    name text not null,
    settings jsonb not null,
    -- The value lies in the vault; here is only which.
    secret_id uuid,
    enabled boolean not null default true,
    revision integer not null default 1,
    created_by text not null,
    created_at timestamptz not null,
    updated_by text not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    -- What came of its deliveries. Nothing is sent before retry_at, which a provider asked for.
    last_ok_at timestamptz,
    failing_since timestamptz,
    last_error text,
    dead_count integer not null default 0,
    alerted_at timestamptz,
    retry_at timestamptz,
    primary key (organization_id, id)
);
create unique index channels_name on channels (organization_id, lower(name)) where removed_at is null;

create table notification_rules (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    name text not null,
    position integer not null,
    enabled boolean not null default true,
    body jsonb not null,
    revision integer not null default 1,
    created_by text not null,
    created_at timestamptz not null,
    updated_by text not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    primary key (organization_id, id)
);
create unique index notification_rules_name on notification_rules (organization_id, lower(name)) where removed_at is null;

-- There is one from the first channel on: what was raised before it is not told.
create table notification_cursors (
    organization_id uuid primary key references organizations on delete cascade,
    cursor text not null
);

-- That somebody is to be told of an alert over a channel, once for each occasion: opened or grown to a severity, acknowledged, over.
create table notifications (
    organization_id uuid not null,
    id uuid not null,
    rule_id uuid not null,
    step integer not null,
    alert_id uuid not null,
    channel_id uuid not null,
    occasion text not null,
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    state text not null check (state in ('planned', 'held', 'handed_over', 'stopped')),
    -- It may go from ready_at on, and goes at due_at, with all of its rule and channel that are ready by then.
    ready_at timestamptz not null,
    due_at timestamptz not null,
    why text,
    delivery_id uuid,
    created_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, rule_id, step, alert_id, channel_id, occasion),
    foreign key (organization_id, rule_id) references notification_rules on delete cascade,
    foreign key (organization_id, channel_id) references channels on delete cascade
);
create index notifications_due on notifications (due_at) where state in ('planned', 'held');
create index notifications_alert on notifications (organization_id, alert_id, id);
create index notifications_delivery on notifications (organization_id, delivery_id);

-- The outbox: one message over one channel. Its id is the idempotency key at the provider.
create table deliveries (
    organization_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    rule_id uuid,
    what text not null check (what in ('alert', 'digest', 'acknowledged', 'ended', 'test')),
    -- Set where the message is about one alert: such ones go in their order.
    alert_id uuid,
    alert_count integer not null,
    subject text not null,
    state text not null check (state in ('queued', 'sending', 'sent', 'dead')),
    attempts integer not null default 0,
    due_at timestamptz not null,
    lease_until timestamptz,
    why text,
    answer text,
    provider_id text,
    created_by text not null,
    created_at timestamptz not null,
    -- When it was queued last: a person may have it sent again.
    queued_at timestamptz not null,
    sent_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, channel_id) references channels on delete cascade
);
create index deliveries_due on deliveries (due_at) where state in ('queued', 'sending');
create index deliveries_channel on deliveries (organization_id, channel_id, id);

-- Where a provider keeps what was said of an alert: the message that later ones answer.
create table alert_threads (
    organization_id uuid not null,
    channel_id uuid not null,
    alert_id uuid not null,
    reference text not null,
    primary key (organization_id, channel_id, alert_id),
    foreign key (organization_id, channel_id) references channels on delete cascade
);

-- The history of an alert is read from the log.
create index events_of_alerts on events (organization_id, id) where name like 'kernel.alert.%';
"""


def upgrade() -> None:
    """Create the tables and close each to all but its own organisation and the system role."""
    if SCHEMA.strip():
        op.execute(SCHEMA)
    close_to_organization(ORGANIZATION_TABLES)
