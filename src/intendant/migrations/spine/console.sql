-- Replays, saved views, wishes about notifications.

create table replays (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    source_digest bytea not null,
    source_name text not null,
    mapping text not null,
    state text not null check (state in ('prepared', 'training', 'deciding', 'done')),
    rows_total integer not null,
    rows_done integer not null,
    report jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id)
);

create table saved_views (
    organization_id uuid not null references organizations on delete cascade,
    id uuid not null,
    page text not null,
    name text not null,
    search jsonb not null,
    user_id uuid not null references users on delete cascade,
    shared boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, user_id, page, name)
);

create table notification_preferences (
    organization_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    body jsonb not null,
    updated_at timestamptz not null,
    primary key (organization_id, user_id)
);
