-- Users, members, sessions, keys; the installation and its processes.

create table users (
    id uuid primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text,
    is_super_admin boolean not null default false,
    time_zone text,
    disabled_at timestamptz,
    created_at timestamptz not null
);

create table memberships (
    organization_id uuid not null references organizations on delete cascade,
    user_id uuid not null references users on delete cascade,
    role text not null,
    created_at timestamptz not null,
    primary key (organization_id, user_id)
);

create table sessions (
    digest bytea primary key,
    id uuid not null unique,
    user_id uuid not null references users on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null,
    revoked_at timestamptz,
    user_agent text
);

create table api_keys (
    digest bytea primary key,
    id uuid not null unique,
    organization_id uuid not null references organizations on delete cascade,
    name text not null,
    role text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index on api_keys (organization_id);

create table sign_in_links (
    digest bytea primary key,
    user_id uuid not null references users on delete cascade,
    purpose text not null check (purpose in ('sign-in', 'password-reset')),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

create index on sessions (user_id);

create table access_revision (
    singleton boolean primary key default true check (singleton),
    revision bigint not null
);
insert into access_revision (revision) values (0);

create function bump_access_revision() returns trigger language plpgsql as
$$ begin update access_revision set revision = revision + 1; return null; end $$;
create trigger organizations_removed after update of removed_at or delete on organizations
    for each statement execute function bump_access_revision();

create table installation (
    singleton boolean primary key default true check (singleton),
    epoch integer not null,
    created_at timestamptz not null
);

create table executors (
    id text primary key,
    host text not null,
    pid integer not null,
    role text not null,
    started_at timestamptz not null,
    heartbeat_at timestamptz not null
);
